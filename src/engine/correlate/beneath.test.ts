/** By what services log of their own requests: who waits for somebody slow did not become slow by his own release. */
import { describe, expect, test } from 'vitest';
import type { Release } from '../../domain/situation.ts';
import { atSecond, deploymentAt, every, seriesOf, streamOf } from '../_testing/situations.ts';
import { factsOf } from './_testing/verdict.ts';
import { slowBeneath } from './beneath.ts';
import { WEIGHT } from './weights.ts';

function weightOf(late: {
  readonly desk: number;
  readonly shelf: number;
  readonly asked?: number;
}): number | null {
  const times = every(60, 0, 3600).map(atSecond);
  const step = (before: number, after: number) =>
    times.map((_, index) => (index < 33 ? before : after) + (index % 3));
  const median = (service: string, after: number) =>
    seriesOf('latency', service, step(10, after), { unit: 'ms', quantile: 0.5, at: times });
  const facts = factsOf({
    streams: [streamOf('desk', 0, 3600), streamOf('shelf', 0, 3600)],
    edges: [{ from: 'desk', to: 'shelf', source: 'client-call', evidence: [] }],
    series: [
      median('desk', late.desk),
      median('shelf', late.shelf),
      seriesOf('requests', 'shelf', step(60, late.asked ?? 60), { at: times }),
    ],
    changes: [deploymentAt('desk', 'v2', 1900)],
  });
  const [release] = facts.situation.releases as readonly [Release];
  return slowBeneath(release, facts)?.weight ?? null;
}

describe('a release of whoever waits', () => {
  test('is spoken for where the one beneath became slow by as much', () =>
    expect(weightOf({ desk: 500, shelf: 450 })).toBe(WEIGHT.slowBeneath));
  test.each([
    { name: 'is as fast as ever', late: { desk: 500, shelf: 10 } },
    { name: 'takes a little longer', late: { desk: 900, shelf: 60 } },
    { name: 'is asked more', late: { desk: 500, shelf: 450, asked: 300 } },
  ])('is not where it $name', ({ late }) => expect(weightOf(late)).toBeNull());
});
