import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStamp, stampOfValue } from './parse-stamp.ts';

const AT = Date.UTC(2024, 2, 2, 8, 15, 30);

const STAMPS: readonly [text: string, ms: number, offset: number | null, yearless?: boolean][] = [
  ['2024-03-02T08:15:30Z', 0, 0],
  ['2024 Mar 02 08:15:30:250 GMT +0100', 250, 60],
  ['2024-03-02 08:15:30 (UTC+0100)', 0, 60],
  ['03/02/24 08:15:30', 0, null],
  ['03/02/2024 - 08:15:30', 0, null],
  ['03-02|08:15:30.250', 250, null, true],
  ['2024-03-02-08.15.30.250001', 250, null],
  ['2024.03.02-08.15.30:250', 250, null],
  ['2024-03-02T08:15:30.250Z', 250, 0],
  ['2024-03-02T08:15:30,250+01:00', 250, 60],
  ['2024-03-02T08:15:30.250999999-0330', 250, -210],
  ['2024-03-02 08:15:30', 0, null],
  ['2024-03-02 08:15:30.250 +0100', 250, 60],
  ['2024-03-02 08:15:30.250 PDT', 250, -420],
  ['2024-03-02 08:15:30.250 CEST', 250, 120],
  ['2024-03-02 08:15:30.250 UTC', 250, 0],
  ['2024-03-02 08:15:30.250000000 -0400 EDT', 250, -240],
  ['2024-03-02_08:15:30', 0, null],
  ['2024/03/02 08:15:30.250001', 250, null],
  ['2024.03.02 08:15:30', 0, null],
  ['20240302T081530Z', 0, 0],
  ['20240302 08:15:30.250', 250, null],
  ['20240302.081530,250', 250, null],
  ['20240302081530', 0, null],
  ['2024-062T08:15:30', 0, null],
  ['24/03/02 08:15:30', 0, null],
  ['240302  8:15:30', 0, null],
  ['02/Mar/2024:08:15:30 +0000', 0, 0],
  ['02/Mar/2024 08:15:30', 0, null],
  ['02-Mar-2024 08:15:30.250', 250, null],
  ['02 Mar 2024 08:15:30.250', 250, null],
  ['2 Mar 08:15:30.250', 250, null, true],
  ['02.03.2024 08:15:30', 0, null],
  ['03/02/2024 08:15:30', 0, null],
  ['3/2/2024 8:15:30 AM', 0, null],
  ['Mar  2 08:15:30', 0, null, true],
  ['Mar 02 2024 08:15:30', 0, null],
  ['Mar 2, 2024 8:15:30 AM', 0, null],
  ['Sat Mar 02 08:15:30.250001 2024', 250, null],
  ['Sat Mar  2 08:15:30 UTC 2024', 0, 0],
  ['Sat Mar  2 08:15:30:250001 2024', 250, null],
  ['Sat, 02 Mar 2024 08:15:30 GMT', 0, 0],
  ['mars 2 08:15:30', 0, null, true],
  ['Mär  2 08:15:30', 0, null, true],
  ['03-02 08:15:30.250', 250, null, true],
  ['1709367330', 0, 0],
  ['1709367330.250', 250, 0],
  ['1709367330250', 250, 0],
  ['1709367330250001', 250, 0],
  ['1709367330250000001', 250, 0],
  ['@4000000065e2e02c0ee6b280', 250, 0],
];

describe('readStamp', () => {
  it.each(STAMPS)('%s', (text, ms, offset, yearless) => {
    const stamp = readStamp(`${text} rest`, 0, 2024);
    expect(stamp).toEqual({
      wallMs: AT + ms,
      offsetMinutes: offset,
      yearless: yearless ?? false,
      end: text.length,
    });
  });

  it.each(['août', 'aoû', 'agosto', 'août.'])('reads the month name %s', (month) => {
    expect(readStamp(`${month} 19 11:08:37`, 0, 2024)?.wallMs).toBe(Date.UTC(2024, 7, 19, 11, 8, 37));
  });

  it.each([
    '2024-13-02 08:15:30',
    '2024-03-32 08:15:30',
    '2024-03-02 25:15:30',
    '2024-03-02',
    '12345',
    '1709367330abc',
    'Market 2 08:15:30',
    '10.0.0.7',
    '1.2.3',
    '404 not found',
    'Monitor 2',
    '0000000000',
  ])('takes no stamp from %s', (text) => {
    expect(readStamp(text, 0, 2024)).toBeNull();
  });

  it('steps over a clock without a date', () => {
    expect(readStamp('08:15:30.250 INFO', 0, 2024)).toMatchObject({ wallMs: null, end: 12 });
  });

  it('agrees with the calendar on every instant of ISO', () => {
    const instants = fc.date({
      min: new Date('1990-01-01'),
      max: new Date('2099-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => {
        expect(readStamp(date.toISOString(), 0, 2024)?.wallMs).toBe(date.getTime());
      }),
    );
  });

  it('never throws, and ends inside the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const stamp = readStamp(text, 0, 2024);
        expect(stamp === null || (stamp.end > 0 && stamp.end <= text.length)).toBe(true);
      }),
    );
  });
});

describe('stampOfValue', () => {
  it.each([
    [1709367330.25, 250],
    [1709367330250, 250],
    [1709367330250001, 250],
    ['1709367330250000', 250],
    ['1709367330.25', 250],
    ['2024-03-02T08:15:30.25Z', 250],
    [{ $date: '2024-03-02T08:15:30.250Z' }, 250],
    [{ epochSecond: 1709367330, nanoOfSecond: 250000000 }, 250],
    [{ seconds: '1709367330', nanos: 250000000 }, 250],
    ['/Date(1709367330250)/', 250],
  ])('%j', (value, ms) => {
    expect(stampOfValue(value, 2024)?.wallMs).toBe(AT + ms);
  });

  it.each([null, undefined, true, Number.NaN, -1, 5, 1e30, '', 'soon', [], {}, { $date: { $date: 1 } }])(
    'nothing in %j',
    (value) => {
      expect(stampOfValue(value, 2024)).toBeNull();
    },
  );
});
