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
  ['it is a warning', { good: 12, failed: 1, level: 'warn' as const }],
  ['nothing failed', { good: 12, failed: 0 }],
  ['it never rests', { good: 12, failed: 1, apartS: 120 }],
])('and is none where %s', (_, nights) => {
  expect(nightly(nights).said).toBeNull();
});
