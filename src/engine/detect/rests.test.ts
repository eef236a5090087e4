/** What is one symptom: the quantiles of one latency, and the failures of a service that works by the clock and rests in between. */
import { expect, test } from 'vitest';
import { every, patternAt, seriesOf, snapshotOf, streamOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { detect } from './detect.ts';

const HOUR_S = 3600;

/** Six minutes of work in each hour; failures in those of the last two. */
function hourly(rests: boolean) {
  const works = [0, 1, 2, 3, 4, 5].flatMap((hour) =>
    every(rests ? 4 : 40, hour * HOUR_S, hour * HOUR_S + (rests ? 360 : HOUR_S)),
  );
  const fails = [4, 5].flatMap((hour) => every(25, hour * HOUR_S, hour * HOUR_S + 360));
  const stream = streamOf('mailer', 0, 5 * HOUR_S + 360);
  const counts = new Map<number, number>();
  const first = stream.interval.from;
  for (const second of works) {
    const minute = first + Math.floor(second / 60) * 60_000;
    counts.set(minute, (counts.get(minute) ?? 0) + 1);
  }
  const at = [...counts.keys()].sort((a, b) => a - b) as (typeof first)[];
  const buckets = { widthMs: 60_000, at, count: at.map((time) => counts.get(time) ?? 0) };
  const snapshot = snapshotOf(
    {
      streams: [{ ...stream, buckets }],
      patterns: [
        patternAt('roster <*> sent', 'mailer', works, {}, 'info'),
        patternAt('roster <*> not sent: connection closed', 'mailer', fails),
      ],
    },
    5 * HOUR_S + 400,
  );
  const onset = detect(normalise(snapshot)).onsetAt;
  return onset === null ? null : (onset - first) / 1000 / HOUR_S;
}

test('failures on both sides of a rest are one incident: nothing was attempted in between', () => {
  expect(hourly(true)).toBeCloseTo(4, 1);
});

test('where work went well in between, the later failures are another incident', () => {
  expect(hourly(false)).toBeCloseTo(5, 1);
});

test('the upper quantiles of one latency are one symptom, the median another', () => {
  const latency = (quantile: number, before: number, after: number) =>
    seriesOf(
      'latency',
      'api',
      [...new Array<number>(40).fill(before), ...new Array<number>(20).fill(after)],
      {
        unit: 'ms',
        quantile,
      },
    );
  const symptoms = (...series: readonly ReturnType<typeof latency>[]) =>
    detect(normalise(snapshotOf({ series }))).symptoms.map(({ summary }) => summary);
  expect(symptoms(latency(0.5, 100, 400), latency(0.95, 200, 900), latency(0.99, 300, 1900))).toEqual([
    expect.stringContaining('p50'),
    expect.stringMatching(/p99 .*\(p95 likewise\)$/),
  ]);
});
