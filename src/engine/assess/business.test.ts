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

function impactAt(ratio: number) {
  const failureRate = { value: ratio, unit: 'ratio', basis: 'measured', evidence: [] };
  const worst = { service: 'orders', failureRate } as unknown as Parameters<typeof businessImpact>[0];
  return businessImpact(worst, hour, situation);
}

describe('users and money', () => {
  it('follow from the failing share', () => {
    expect(impactAt(0.5)).toMatchObject({ users: { value: 300 }, revenuePerHour: { value: 6_000 } });
  });

  it.each([0, 0.0004])('are unknown, not nought, where calls are slow and %d of them fail', (ratio) => {
    const { users, revenuePerHour } = impactAt(ratio);
    expect([users.value, revenuePerHour.value]).toEqual([null, null]);
    expect(users.need).toMatch(/gives up waiting: calls of orders hardly fail/);
  });
});
