import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EpochMs, epochMs, HOUR, MINUTE } from '../../domain/time.ts';
import { type Effect, findShift } from './shift.ts';

const START = Date.UTC(2024, 2, 1, 0);
const LATENCY: Effect = {
  up: 1.25,
  down: 0,
  least: 5,
  unlessFactor: Number.POSITIVE_INFINITY,
  blips: true,
  abrupt: false,
};
const TRAFFIC: Effect = { ...LATENCY, up: 1.6, down: 0.4, least: 0, abrupt: true };
const wobble = (index: number) => ((index * index * 31) % 11) / 2;
const times = (count: number, stepMs: number): readonly EpochMs[] =>
  Array.from({ length: count }, (_, index) => epochMs(START + index * stepMs));

function shiftOf(
  count: number,
  level: (index: number) => number,
  { stepMs = MINUTE as number, effect = LATENCY } = {},
) {
  const values = Array.from({ length: count }, (_, index) => level(index) + wobble(index));
  return findShift(values, times(count, stepMs), effect);
}

const between = (from: number, to: number, inside: number, outside: number) => (index: number) =>
  index >= from && index < to ? inside : outside;

describe('the course of a week', () => {
  const quarter = { stepMs: 15 * MINUTE, effect: TRAFFIC };
  const DAY_STEPS = 96;
  // The first day is a Friday: the tenth is its second Sunday.
  const isSunday = (index: number) => [2, 9].includes(Math.floor(index / DAY_STEPS));
  const last = 9 * DAY_STEPS;

  test('makes a quiet Sunday no failure', () => {
    expect(shiftOf(last + 60, (index) => (isSunday(index) ? 12 : 140), quarter)).toBeNull();
  });

  test('and does not excuse a quiet Monday', () => {
    const quiet = (index: number) => isSunday(index) || index >= last + DAY_STEPS;
    const shift = shiftOf(last + DAY_STEPS + 60, (index) => (quiet(index) ? 12 : 140), quarter);
    expect(shift).toMatchObject({ to: last + DAY_STEPS + 59 });
    // A tenth of the day before may be taken for the week's course of Monday.
    expect(Math.abs((shift?.from ?? 0) - (last + DAY_STEPS))).toBeLessThanOrEqual(DAY_STEPS / 8);
  });
});

describe('short and large', () => {
  const dense = { stepMs: 2000, effect: TRAFFIC };

  test('nine times the requests for two minutes is a surge where it is seen every two seconds', () => {
    expect(shiftOf(140, between(70, 130, 450, 50), dense)).toMatchObject({ from: 70, shape: 'step' });
  });

  test('twice the requests for as long is not, nor is any spike of half a minute', () => {
    expect(shiftOf(140, between(70, 130, 100, 50), dense)).toBeNull();
    expect(shiftOf(140, between(70, 85, 450, 50), dense)).toBeNull();
  });
});

describe('an answer that takes ten times as long', () => {
  const seconds = { stepMs: 10_000 };

  test('for two minutes, and still does, is one', () => {
    expect(shiftOf(27, between(14, 27, 900, 10), seconds)).toMatchObject({ from: 14, to: 26 });
  });

  test('for 50 seconds, far above all that was seen, and still does, is one', () => {
    expect(shiftOf(27, between(22, 27, 900, 10), seconds)).toMatchObject({ from: 22, to: 26 });
    const seenBefore = (index: number) => (index === 3 ? 600 : between(22, 27, 900, 10)(index));
    expect(shiftOf(27, seenBefore, seconds)).toBeNull();
  });

  test.each([
    { name: 'and no longer does', level: between(14, 22, 900, 10) },
    { name: 'for half a minute', level: between(24, 27, 900, 10) },
    { name: 'or rather thrice as long', level: between(14, 27, 40, 10) },
  ])('$name: it may have been a pause', ({ level }) => {
    expect(shiftOf(27, level, seconds)).toBeNull();
  });
});

describe('a dense series against its own past', () => {
  test.each([
    { name: 'a step', count: 60, level: between(40, 60, 900, 200), want: { from: 40, shape: 'step' } },
    {
      name: 'a step after a few minutes of past',
      count: 60,
      level: between(5, 60, 900, 200),
      want: { from: 5, shape: 'step' },
    },
    {
      name: 'a step before the last samples, over again',
      count: 90,
      level: between(40, 70, 900, 200),
      want: { from: 40, to: 69 },
    },
    {
      name: 'the later of two incidents',
      count: 120,
      level: (index: number) => (index >= 90 ? 800 : between(30, 45, 900, 200)(index)),
      want: { from: 90 },
    },
    {
      name: 'a slow climb, from where it left its level',
      count: 240,
      level: (index: number) => 200 + Math.max(0, index - 80) * 4,
      want: { shape: 'ramp' },
    },
    { name: 'a level that only wobbles', count: 120, level: () => 200, want: null },
    { name: 'a spike of two minutes', count: 60, level: between(40, 42, 2000, 200), want: null },
    {
      name: 'a short rise that is not clearly larger',
      count: 60,
      level: between(40, 47, 290, 200),
      want: null,
    },
    { name: 'a rise of less than matters', count: 60, level: between(40, 60, 230, 200), want: null },
    { name: 'a fall of latency', count: 60, level: between(40, 60, 50, 200), want: null },
    { name: 'too little to tell', count: 4, level: between(2, 4, 900, 200), want: null },
  ])('$name', ({ count, level, want }) => {
    const found = shiftOf(count, level);
    if (want === null) expect(found).toBeNull();
    else expect(found).toMatchObject(want);
  });

  test('a climb begins near its knee, and its slack covers the rest', () => {
    const found = shiftOf(240, (index) => 200 + Math.max(0, index - 80) * 4);
    expect(Math.abs((found?.from ?? 0) - 80)).toBeLessThanOrEqual(3);
    expect(found?.slack).toBeGreaterThan(0);
  });

  test.each([
    { name: 'three samples of five minutes', stepMs: 5 * MINUTE, from: 33 },
    { name: 'one sample of a quarter of an hour', stepMs: 15 * MINUTE, from: 35 },
  ])('coarse series: $name are enough', ({ stepMs, from }) => {
    expect(shiftOf(36, between(from, 36, 900, 200), { stepMs })).toMatchObject({ from });
  });
});

describe('traffic', () => {
  const effect = TRAFFIC;
  test('a surge within minutes', () => {
    expect(shiftOf(120, between(80, 120, 400, 100), { effect })).toMatchObject({ from: 80 });
  });

  test('a sudden fall to a quarter', () => {
    expect(shiftOf(120, between(80, 120, 25, 100), { effect })).toMatchObject({ from: 80 });
  });

  test('the course of a day is neither', () => {
    const day = (index: number) => 200 - 100 * Math.cos((index / 1440) * 2 * Math.PI);
    for (const end of [360, 480, 600, 720, 1000, 1200, 1440]) {
      const level = (index: number) => day(end - 240 + index);
      expect(shiftOf(240, level, { effect })).toBeNull();
    }
  });

  test('a fall to what is usual at that hour is none, where three days were seen', () => {
    const office = (index: number) => (index % 24 >= 8 && index % 24 < 18 ? 400 : 100);
    const stepMs = HOUR as number;
    expect(shiftOf(96, office, { effect, stepMs })).toBeNull();
    const level = (index: number) => (index >= 92 ? 20 : office(index));
    expect(shiftOf(96, level, { effect, stepMs })).toMatchObject({ from: 92 });
  });
});

describe('laws', () => {
  test('the unit and the time of day change nothing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 50 }),
        fc.constantFrom(1, 10, 1000),
        fc.integer({ min: -1e6, max: 1e6 }),
        (from, unit, shiftSeconds) => {
          const values = Array.from(
            { length: 60 },
            (_, index) => (between(from, 60, 900, 200)(index) + wobble(index)) * unit,
          );
          const at = times(60, MINUTE).map((time) => epochMs(time + shiftSeconds * 1000));
          const found = findShift(values, at, { ...LATENCY, least: 5 * unit });
          expect(found?.from).toBe(from);
          expect(found?.level).toBeCloseTo((900 + 2.5) * unit, -1 - Math.log10(unit));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('to the end of a recording of minutes', () => {
  const tens = (effect: Effect) => ({ stepMs: 10_000, effect });
  const from12 = (inside: number) => between(12, 24, inside, 50);

  test('five times the requests for a minute and more are a surge, three times are not', () => {
    expect(shiftOf(20, between(12, 20, 300, 50), tens(TRAFFIC))).toMatchObject({ from: 12 });
    expect(shiftOf(20, between(12, 20, 150, 50), tens(TRAFFIC))).toBeNull();
  });

  test('thrice as slow, all of it above everything before, for two minutes, is no pause', () => {
    expect(shiftOf(24, from12(280), tens(LATENCY))).toMatchObject({ from: 12 });
    expect(shiftOf(24, from12(90), tens(LATENCY))).toBeNull();
    expect(shiftOf(24, between(12, 20, 280, 50), tens(LATENCY))).toBeNull();
  });
});
