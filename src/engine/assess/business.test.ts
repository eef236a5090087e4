import { describe, expect, it } from 'vitest';
import type { Situation } from '../../domain/situation.ts';
import { epochMs } from '../../domain/time.ts';
import { businessImpact } from './business.ts';

/** Only what the sums read of a situation. */
const situation = {
  resolve: (name: string) => name,
  services: new Map(),
  snapshot: {
    request: { answers: [] },
    context: {
      journeys: [{ name: 'orders', services: ['orders'], attemptsPerHour: 600, averageOrderValue: 20 }],
      activeUsers: 5_000,
      currency: 'EUR',
      evidence: {},
    },
  },
} as unknown as Situation;
const hour = { from: epochMs(0), to: epochMs(3_600_000) };

const share = (events: number, trials: number) => ({
  value: events / trials,
  unit: 'ratio',
  basis: 'measured',
  counts: { events, trials },
  evidence: [],
});

function impactAt(ratio: number) {
  return impactOf({ value: ratio, unit: 'ratio', basis: 'measured', evidence: [] });
}

function impactOf(failureRate: object, baselineRate: object = { value: null, basis: 'unknown' }) {
  const worst = { service: 'orders', failureRate, baselineRate } as unknown as Parameters<
    typeof businessImpact
  >[0];
  return businessImpact(worst, null, hour, situation);
}

describe('users and money', () => {
  it('follow from the failing share', () => {
    expect(impactAt(0.5)).toMatchObject({ users: { value: 300 }, revenuePerHour: { value: 6_000 } });
  });

  it.each([0, 0.0004])('are unknown, not nought, where calls are slow and %d of them fail', (ratio) => {
    const { users, revenuePerHour } = impactAt(ratio);
    expect([users.value, revenuePerHour.value]).toEqual([null, null]);
    expect(users.need).toMatch(/gives up waiting, or .*: calls of orders hardly fail/);
  });

  it.each([
    { now: share(1, 153), before: share(15, 1470) },
    { now: share(1, 97), before: share(0, 994) },
    { now: share(150, 15_000), before: share(150, 15_000) },
  ])(
    'are unknown where no larger share of requests fails than before: $now.value, $before.value',
    ({ now, before }) => {
      const { users, revenuePerHour } = impactOf(now, before);
      expect([users.value, revenuePerHour.value]).toEqual([null, null]);
      expect(users.need).toMatch(/failing share of orders has not risen/);
    },
  );

  it('are known where the share rose from a high level', () => {
    expect(impactOf(share(400, 1000), share(100, 1000)).users.value).toBe(240);
  });
});
