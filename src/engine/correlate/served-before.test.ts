/** Demand that was served before explains nothing; what was changed since meets it for the first time. */
import { describe, expect, test } from 'vitest';
import {
  atSecond,
  deploymentAt,
  every,
  patternAt,
  seriesOf,
  snapshotOf,
  streamOf,
} from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { gatherFacts } from './facts.ts';
import { firstSuchDemand, servedBefore } from './served-before.ts';
import { trafficHypotheses } from './traffic-hypothesis.ts';

const HOURS = 12;
/** Requests a minute; the second peak begins ten minutes before the errors do. */
function factsOf(firstPeak: number) {
  const values = Array.from({ length: HOURS * 60 }, (_, minute) => {
    if (minute >= 120 && minute < 180) return firstPeak + (minute % 3);
    return minute >= 650 ? 900 + (minute % 3) : 100 + (minute % 3);
  });
  const situation = normalise(
    snapshotOf({
      streams: [streamOf('cart', 0, HOURS * 3600)],
      series: [seriesOf('requests', 'cart', values)],
      changes: [deploymentAt('cart', '2', 5 * 3600), deploymentAt('cart', '1', 60)],
      patterns: [patternAt('no connection within <*>', 'cart', every(5, 39_600, HOURS * 3600 - 10))],
    }),
  );
  return gatherFacts(situation, detect(situation));
}

describe('as much was asked before', () => {
  const facts = factsOf(950);

  test('and was served: the traffic alone is no reason', () => {
    expect(servedBefore('cart', facts)?.at).toBe(atSecond(179 * 60));
    expect(trafficHypotheses(facts)[0]?.factors.map(({ name }) => name)).toContain('served-before');
  });

  test('a release since then meets it for the first time, one before has served it', () => {
    const [old, young] = [...facts.situation.releases].sort((a, b) => a.startedAt - b.startedAt);
    expect(young && firstSuchDemand(young, facts)?.weight).toBeGreaterThan(0);
    expect(old && firstSuchDemand(old, facts)).toBeNull();
  });
});

test('less was asked before: nothing is said', () => {
  const facts = factsOf(300);
  expect(servedBefore('cart', facts)).toBeNull();
  expect(trafficHypotheses(facts)[0]?.factors.map(({ name }) => name)).not.toContain('served-before');
});
