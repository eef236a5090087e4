import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rangeOf } from './window.ts';

const START = Date.UTC(2025, 2, 4);
const MINUTE = 60_000;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'window-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  readonly ms: number;
  readonly text: string;
}

function instantOf(line: string): number | null {
  const ms = Date.parse(line.split(' ', 1)[0] ?? '');
  return Number.isNaN(ms) ? null : ms;
}

/** A line every `stepMs`, with a trace of `trace` lines now and then. */
function linesOf(count: number, stepMs: number, trace = 0): readonly Line[] {
  return Array.from({ length: count }, (_, i) => {
    const ms = START + i * stepMs;
    const rest = i % 50 === 0 ? '\n    at f (a.js:1:2)'.repeat(trace) : '';
    return { ms, text: `${new Date(ms).toISOString()} INFO app record ${i} of some length${rest}\n` };
  });
}

function search(lines: readonly Line[], fromMs: number, toMs: number) {
  const path = join(folder, 'app.log');
  const text = lines.map((line) => line.text).join('');
  writeFileSync(path, text);
  const descriptor = openSync(path, 'r');
  try {
    return { range: rangeOf(descriptor, text.length, { fromMs, toMs }, instantOf), text };
  } finally {
    closeSync(descriptor);
  }
}

describe('rangeOf', () => {
  const lines = linesOf(60_000, 2_000, 12);

  it('holds every line of the window, begins and ends with a line, and leaves most of the file out', () => {
    fc.assert(
      fc.property(fc.nat(59_000), fc.nat(600), (first, width) => {
        const [fromMs, toMs] = [START + first * 2_000, START + (first + width) * 2_000];
        const { range, text } = search(lines, fromMs, toMs);
        if (range === null) throw new Error('not searched');
        const part = text.slice(range.from, range.to);
        expect(range.from === 0 || text[range.from - 1] === '\n').toBe(true);
        expect(range.to === text.length || text[range.to - 1] === '\n').toBe(true);
        for (const index of [first, Math.min(first + width, 59_999)])
          expect(part).toContain(lines[index]?.text);
        expect(part.length).toBeLessThan(text.length * 0.25);
        const inside = part.split('\n').flatMap((line) => instantOf(line) ?? []);
        const untilEnd = inside.filter((ms) => ms <= toMs);
        expect(range.leastSpanMs).toBeLessThanOrEqual((untilEnd.at(-1) ?? 0) - (inside[0] ?? 0));
        // where it begins and ends is known to a block, which is 1,200 of these lines
        expect(range.leastSpanMs).toBeGreaterThan(toMs - fromMs - 1_200 * 2_000);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['open to the past', Number.NEGATIVE_INFINITY, START + 10 * MINUTE],
    ['open to the future', START + 1_990 * MINUTE, Number.POSITIVE_INFINITY],
  ])('%s', (_, fromMs, toMs) => {
    const { range, text } = search(lines, fromMs, toMs);
    expect([range?.from === 0, range?.to === text.length]).toEqual(
      fromMs === Number.NEGATIVE_INFINITY ? [true, false] : [false, true],
    );
  });

  it('a window outside the file leaves next to nothing to read', () => {
    const { range } = search(lines, START - 900 * MINUTE, START - 600 * MINUTE);
    expect((range?.to ?? 0) - (range?.from ?? 0)).toBeLessThan(200_000);
  });

  it.each([
    ['is not in order', [...lines.slice(30_000), ...lines.slice(0, 30_000)]],
    ['shows no times', lines.map(({ ms, text }) => ({ ms, text: `x ${text}` }))],
    [
      'has a block without a time',
      [...lines.slice(0, 30_000), { ms: 0, text: `${'y'.repeat(4_000_000)}\n` }],
    ],
  ])('reads all of a file that %s', (_, written) => {
    expect(search(written, START + 100 * MINUTE, START + 110 * MINUTE).range).toBeNull();
  });

  it('records that are out of order by a little are inside', () => {
    const shaken = lines.map(
      (line, i) => lines[i % 2 === 0 ? Math.min(i + 20, lines.length - 1) : i] ?? line,
    );
    const { range, text } = search(shaken, START + 500 * MINUTE, START + 510 * MINUTE);
    const inside = shaken.filter(({ ms }) => ms >= START + 500 * MINUTE && ms <= START + 510 * MINUTE);
    const part = text.slice(range?.from, range?.to);
    for (const line of inside) expect(part).toContain(line.text);
  });
});
