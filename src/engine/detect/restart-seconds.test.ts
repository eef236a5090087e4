import { describe, expect, test } from 'vitest';
import { atSecond, deploymentAt, every, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { cameOnlyInRestarts, withoutRestarts } from './restart-seconds.ts';

/** Replaced at second 1000, within two seconds. */
const situation = (finished = 1002) =>
  normalise(
    snapshotOf({
      streams: [streamOf('cart', 0, 2000)],
      changes: [deploymentAt('stock', 'v2', 1000, { finishedAt: atSecond(finished) })],
    }),
  );
const refused = (...seconds: readonly number[]) => patternAt('request failed', 'cart', seconds);

describe('failures in the seconds of a restart', () => {
  test('do not begin what comes later', () => {
    const kept = withoutRestarts(refused(999, 1000, 1001, ...every(1, 1020, 1100)), situation());
    expect(kept.firstSeenAt).toBe(atSecond(1020));
    expect(kept.count).toBe(every(1, 1020, 1100).length);
  });
  test('go on until the program listens', () => {
    const kept = withoutRestarts(refused(...every(1, 1001, 1014), ...every(1, 1060, 1100)), situation());
    expect(kept.firstSeenAt).toBe(atSecond(1060));
  });
  test('are all that there is', () => {
    expect(cameOnlyInRestarts(refused(999, 1000, 1001), situation())).toBe(true);
  });
  test.each([
    ['go on after it', [999, 1000, 1001, ...every(2, 1004, 1050)], 1002],
    ['lie elsewhere', [900, 901], 1002],
    ['come while the program listens already', [1020, 1021], 1002],
    ['come in a rollout of many instances', [1000, 1001], 1090],
  ])('count where they %s', (_why, seconds, finished) => {
    const pattern = refused(...seconds);
    expect(withoutRestarts(pattern, situation(finished))).toBe(pattern);
    expect(cameOnlyInRestarts(pattern, situation(finished))).toBe(false);
  });
});
