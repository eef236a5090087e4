import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../domain/change.ts';
import type { Split } from '../../domain/signal.ts';
import { atSecond, deploymentAt, patternAt, snapshotOf } from '../_testing/situations.ts';
import { normalise } from './normalise.ts';

const SHA = 'ab12cd3'.padEnd(40, '0');

const split = (dimension: Split['dimension'], value: string, second: number): Split => ({
  dimension,
  value,
  count: 1,
  firstSeenAt: atSecond(second),
  lastSeenAt: atSecond(second),
});

/** The only release of a service that is heard of from second 10, noted at second 100 with one time. */
function noted(splits: readonly Split[], more: Partial<Deployment> = {}) {
  const deployment = deploymentAt('cart', 'v41', 100, { finishedAt: null, commit: SHA, ...more });
  const { releases } = normalise(
    snapshotOf({
      changes: [deployment],
      patterns: [patternAt('cart listens', 'cart', [10], { splits }, 'info')],
    }),
  );
  const second = (at: number | null | undefined) => (at == null ? null : (at - atSecond(0)) / 1000);
  return [second(releases[0]?.startedAt), second(releases[0]?.finishedAt)];
}

describe('a rollout that was noted when it was done', () => {
  test('began when its version was first heard of', () => {
    expect(noted([split('version', 'v40', 10), split('version', 'v41', 97)])).toEqual([97, 100]);
  });
  test('began when an instance with its commit in the name was', () => {
    expect(noted([split('pod', 'cart-0000001-x1x2x', 10), split('pod', 'cart-ab12cd3-m4m5m', 96)])).toEqual([
      96, 100,
    ]);
  });
  test('began when it was noted, where the version ran from the first record on', () => {
    expect(noted([split('version', 'v41', 10)])).toEqual([100, null]);
  });
  test('began when it was noted, where another version is heard of, or the same one long before', () => {
    expect(noted([split('version', 'v40', 97)])).toEqual([100, null]);
    expect(noted([split('version', 'v41', 1000)], { at: atSecond(2000) })).toEqual([2000, null]);
  });
  test('began as recorded, where its start was recorded', () => {
    expect(noted([split('version', 'v41', 97)], { finishedAt: atSecond(130) })).toEqual([100, 130]);
  });
  test('began when it was noted, where an earlier version came back', () => {
    expect(noted([split('version', 'v41', 97)], { rollback: true })).toEqual([100, null]);
  });
});
