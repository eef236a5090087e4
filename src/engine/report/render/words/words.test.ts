/** Numbers, quantities, instants, durations and cleaned text, each as a table of what is printed. */
import { describe, expect, it } from 'vitest';
import type { ReportQuantity } from '../../../../domain/report.ts';
import { cleanCommand, cleanLine, cleanLines } from './clean.ts';
import { formatMoney, formatNumber, formatPercent, plural } from './numbers.ts';
import { quantityPhrase } from './quantities.ts';
import { clockTime, commonDay, durationPhrase, instant } from './times.ts';

const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
const CSI = String.fromCharCode(0x9b);

describe('numbers', () => {
  it.each<[number, string]>([
    [0, '0'],
    [999, '999'],
    [2400, '2,400'],
    [-1234567, '-1,234,567'],
    [1234.567, '1,235'],
    [12.345, '12.3'],
    [1.25, '1.25'],
    [0.5, '0.5'],
    [0.0034, '0.0034'],
    [1e-9, '1.0e-9'],
    [2.5e18, '2.50e18'],
    [Number.NaN, 'not a number'],
  ])('%d is %s', (value, want) => {
    expect(formatNumber(value)).toBe(want);
  });

  it.each<[number, string]>([
    [0.85, '85 %'],
    [0.857142, '85.7 %'],
    [1, '100 %'],
    [0.99996, '99.99 %'],
    [0.9996, '99.96 %'],
    [0.01, '1 %'],
    [0.00012, '0.012 %'],
    [0.000001, '< 0.001 %'],
    [0, '0 %'],
    [12, '1,200 %'],
  ])('ratio %d is %s', (value, want) => {
    expect(formatPercent(value)).toBe(want);
  });

  it.each<[number, string, string]>([
    [180_000, 'USD', '$180,000'],
    [1200, 'EUR', 'EUR 1,200'],
    [22.5, 'USD', '$22.50'],
    [-5, 'USD', '−$5'],
  ])('%d %s is %s', (value, currency, want) => {
    expect(formatMoney(value, currency)).toBe(want);
  });

  it('uses the singular for one only', () => {
    expect([plural(0, 'line'), plural(1, 'line'), plural(2, 'line')]).toEqual([
      '0 lines',
      '1 line',
      '2 lines',
    ]);
  });
});

describe('quantities', () => {
  const base: ReportQuantity = { value: 2400, unit: 'users', basis: 'derived', evidence: [] };
  it.each<{ name: string; quantity: ReportQuantity; remark?: string; want: string }>([
    {
      name: 'a derived value shows share and formula',
      quantity: { ...base, formula: '16000 × 0.15' },
      remark: '15 % of active users',
      want: '~2,400 users (15 % of active users; derived: 16000 × 0.15)',
    },
    {
      name: 'an estimate has two digits',
      quantity: { ...base, value: 2368 },
      want: '~2,400 users (derived)',
    },
    {
      name: 'a measurement keeps all digits',
      quantity: { ...base, value: 2368, basis: 'measured' },
      want: '2,368 users (measured)',
    },
    {
      name: 'one user is singular',
      quantity: { ...base, value: 1, basis: 'measured' },
      want: '1 user (measured)',
    },
    {
      name: 'bounds say the unit once',
      quantity: { ...base, low: 2000, high: 2800 },
      want: '~2,400 users (between 2,000 and 2,800 users; derived)',
    },
    {
      name: 'an upper bound is called one, and its share is not printed',
      quantity: { ...base, value: 16_000, low: 0, high: 16_000 },
      remark: '100 % of active users',
      want: 'at most 16,000 users (derived)',
    },
    {
      name: 'dollars an hour',
      quantity: { ...base, value: 180_157, unit: 'USD/h' },
      want: '~$180,000/hour (derived)',
    },
    {
      name: 'other currencies',
      quantity: { ...base, value: 1200, unit: 'EUR/hour', basis: 'supplied' },
      want: 'EUR 1,200/hour (supplied)',
    },
    {
      name: 'milliseconds',
      quantity: { ...base, value: 800, unit: 'ms', basis: 'measured' },
      want: '800 ms (measured)',
    },
    {
      name: 'unknown says what would settle it',
      quantity: { ...base, value: null, basis: 'unknown', need: 'attempts per hour' },
      want: 'unknown — attempts per hour',
    },
    {
      name: 'unknown beats a number that slipped in',
      quantity: { ...base, basis: 'unknown' },
      want: 'unknown',
    },
  ])('$name', ({ quantity, remark, want }) => {
    expect(quantityPhrase(quantity, remark ?? null)).toBe(want);
  });
});

describe('times', () => {
  it.each<[number | null, boolean, string]>([
    [1065, true, '18 minutes (17 m 45 s, ongoing)'],
    [1080, false, '18 minutes'],
    [45, true, '45 seconds (ongoing)'],
    [1, false, '1 second'],
    [7490, false, '2 hours 5 minutes (2 h 4 m 50 s)'],
    [7200, true, '2 hours (ongoing)'],
    [273_600, false, '3 days 4 hours'],
    [null, true, 'unknown (ongoing)'],
  ])('%d s, ongoing %s: %s', (seconds, ongoing, want) => {
    expect(durationPhrase(seconds, ongoing)).toBe(want);
  });

  it('leaves the date away only on the common day', () => {
    const day = commonDay(['2024-03-02T10:05:00Z', null, '2024-03-02T10:06:00.250Z']);
    expect(day).toBe('2024-03-02');
    expect(clockTime('2024-03-02T10:06:00.250Z', day)).toBe('10:06:00');
    expect(clockTime('2024-03-03T10:06:00Z', day)).toBe('2024-03-03 10:06:00');
    expect(commonDay(['2024-03-02T23:59:59Z', '2024-03-03T00:00:00Z'])).toBeNull();
    expect(commonDay([])).toBeNull();
  });

  it('prints what is no instant as it is', () => {
    expect(instant('yesterday')).toBe('yesterday');
  });
});

describe('clean text', () => {
  it.each<[string, string, string]>([
    ['colours', `${ESC}[31mred${ESC}[0m`, 'red'],
    ['one-byte sequences', `a${CSI}2Jb`, 'ab'],
    ['titles', `a${ESC}]0;title${BEL}b`, 'ab'],
    ['titles ended by a string terminator', `a${ESC}]0;title${ESC}\\b`, 'ab'],
    ['an unfinished sequence, not what follows', `a${ESC}]0;evidence`, 'a0;evidence'],
    ['line breaks', 'a\r\nb\u2028c', 'a b c'],
    ['direction overrides', 'a\u202eb\u2066c', 'abc'],
    ['invisible tags', 'a\u{e0041}b', 'ab'],
    ['nul and backspace', `a${String.fromCharCode(0, 8)}b`, 'ab'],
    ['half a surrogate pair', 'a\ud800b', 'a\ufffdb'],
  ])('drops %s', (_, value, want) => {
    expect(cleanLine(value)).toBe(want);
  });

  it('keeps the indentation of a quotation and drops blank ends', () => {
    expect(cleanLines('\n\n  a\n\tb\n\n')).toEqual(['  a', '    b']);
    expect(cleanLines('')).toEqual([]);
  });

  it('makes foreign characters in a command visible, so that it fails instead of doing something else', () => {
    expect(cleanCommand(`echo a${ESC}[2Kb\u202e\r`)).toEqual(['echo a\ufffd[2Kb\ufffd']);
    expect(cleanCommand('a \\\n  b')).toEqual(['a \\', '  b']);
  });
});
