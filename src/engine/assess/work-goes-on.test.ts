/** Most of a service's work succeeds where what it usually logs comes as often as before. */
import { expect, test } from 'vitest';
import type { LogPattern } from '../../domain/signal.ts';
import { atSecond, deploymentAt, every, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { workGoesOn } from './work-goes-on.ts';

const failure = patternAt('cannot lend', 'desk', every(300, 9_060, 10_800), { exceptionType: 'KeyError' });
const lent = (seconds: readonly number[]) => patternAt('lent <*>', 'desk', seconds, {}, 'info');

function said(patterns: readonly LogPattern[]): string | null {
  const situation = normalise(
    snapshotOf({
      streams: [streamOf('desk', 0, 10_800)],
      changes: [deploymentAt('desk', 'v2', 9_000)],
      patterns: [failure, ...patterns],
    }),
  );
  const detection = detect(situation);
  expect(detection.primary?.service).toBe('desk');
  expect(detection.onsetAt).toBe(atSecond(9_060));
  return workGoesOn('desk', detection, situation);
}

test('as often as before, and far more often than failures', () => {
  expect(said([lent(every(60, 0, 10_800))])).toBe(
    'what desk usually logs comes as often as before, 29 times beside 6 failures',
  );
});

test.each([
  { name: 'a line no longer comes', patterns: [lent(every(60, 0, 9_000))] },
  {
    name: 'one of two lines comes half as often',
    patterns: [
      lent(every(20, 0, 10_800)),
      patternAt('kept <*>', 'desk', [...every(20, 0, 9_000), ...every(40, 9_000, 10_800)], {}, 'info'),
    ],
  },
  { name: 'failures come nearly as often', patterns: [lent(every(120, 0, 10_800))] },
  { name: 'nothing else is logged', patterns: [] },
  { name: 'only others log', patterns: [patternAt('found <*>', 'search', every(10, 0, 10_800), {}, 'info')] },
])('not where $name', ({ patterns }) => {
  expect(said(patterns)).toBeNull();
});
