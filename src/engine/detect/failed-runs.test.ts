/** What works by the clock: one record says that a run failed. */
import { expect, test } from 'vitest';
import { patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { detect } from './detect.ts';

const DAY_S = 86_400;

interface Nights {
  readonly good: number;
  readonly failed: number;
  /** The last record of a run, in failed ones too. */
  readonly endsAnyway?: boolean;
  /** Minutes from one run to the next. */
  readonly apartS?: number;
  readonly level?: 'error' | 'warn';
}

function nightly({ good, failed, endsAnyway = false, apartS = DAY_S, level = 'error' }: Nights) {
  const begins = Array.from({ length: good + failed }, (_, run) => run * apartS);
  const [well, badly] = [begins.slice(0, good), begins.slice(good)];
  const ends = (endsAnyway ? begins : well).map((second) => second + 9);
  const first = streamOf('loader', 0, (begins.at(-1) ?? 0) + 9);
  const at = begins.map((second) => (first.interval.from + second * 1000) as typeof first.interval.from);
  const buckets = { widthMs: 60_000, at, count: at.map(() => 3) };
  const patterns = [
    patternAt('begin', 'loader', begins, {}, 'info'),
    patternAt('end', 'loader', ends, {}, 'info'),
    ...(failed === 0
      ? []
      : [
          patternAt(
            'load failed: file is not there',
            'loader',
            badly.map((second) => second + 4),
            {},
            level,
          ),
        ]),
  ].map((pattern) => ({ ...pattern, buckets: { ...pattern.buckets, widthMs: 60_000 } }));
  const snapshot = snapshotOf({ streams: [{ ...first, buckets }], patterns }, (begins.at(-1) ?? 0) + 600);
  const { primary, onsetAt, ongoing } = detect(normalise(snapshot));
  return {
    said: primary?.pattern ?? null,
    run: onsetAt === null ? null : Math.floor((onsetAt - first.interval.from) / 1000 / apartS),
    ongoing,
  };
}

test.each([
  ['the last night of many', { good: 12, failed: 1 }, 12],
  ['the last two nights', { good: 12, failed: 2 }, 12],
  ['the last run of a job that comes every hour', { good: 8, failed: 1, apartS: 3_600 }, 8],
])('a run that did not come to its end is a symptom: %s', (_, nights, run) => {
  expect(nightly(nights)).toEqual({ said: 'load failed: file is not there', run, ongoing: true });
});

test.each([
  ['it came to its end in spite of the error', { good: 12, failed: 2, endsAnyway: true }],
  ['too few went well before', { good: 3, failed: 1 }],
  ['nothing failed', { good: 12, failed: 0 }],
  ['it never rests', { good: 12, failed: 1, apartS: 120 }],
])('and is none where %s', (_, nights) => {
  expect(nightly(nights).said).toBeNull();
});

test('a run that says no error and does not come to its end misses what all others did', () => {
  expect(nightly({ good: 12, failed: 1, level: 'warn' })).toEqual({ said: 'end', run: 12, ongoing: true });
});

/** Twelve nights and two in which the step is missing; `instead` comes from then on. */
function steps({ good = 12, missed = 2, instead = null as string | null } = {}) {
  const begins = Array.from({ length: good + missed }, (_, run) => run * DAY_S);
  const stream = streamOf('loader', 0, (begins.at(-1) ?? 0) + 9);
  const at = begins.map((second) => (stream.interval.from + second * 1000) as typeof stream.interval.from);
  const buckets = { widthMs: 60_000, at, count: at.map(() => 3) };
  const later = begins.slice(good).map((second) => second + 3);
  const patterns = [
    patternAt('begin', 'loader', begins, {}, 'info'),
    patternAt(
      '<*> files taken',
      'loader',
      begins.slice(0, good).map((second) => second + 3),
      {},
      'info',
    ),
    patternAt(
      'end',
      'loader',
      begins.map((second) => second + 9),
      {},
      'info',
    ),
    ...(instead === null ? [] : [patternAt(instead, 'loader', later, {}, 'info')]),
  ];
  const snapshot = snapshotOf({ streams: [{ ...stream, buckets }], patterns }, (begins.at(-1) ?? 0) + 600);
  return detect(normalise(snapshot)).primary?.summary ?? null;
}

test('what every run did and the last ones did not is a symptom', () => {
  expect(steps()).toBe('"<*> files taken" in loader came in each of 12 runs, and in none of the last 2');
  expect(steps({ missed: 1 })).toMatch(/each of 12 runs, and not in the last one$/);
  expect(steps({ instead: 'no files to take' })).toMatch(/in none of the last 2$/);
});

test('the same in other words, or after a few runs only, is none', () => {
  expect(steps({ instead: 'took <*> files' })).toBeNull();
  expect(steps({ good: 5 })).toBeNull();
});
