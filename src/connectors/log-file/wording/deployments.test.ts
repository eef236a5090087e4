import { describe, expect, it } from 'vitest';
import { makeEvidence } from '../../_kit/evidence.ts';
import { deploymentsOf, type RolloutEvent } from './deployments.ts';

const T = Date.UTC(2025, 2, 4, 9);

function event(
  minute: number,
  message: string,
  service: string | null = 'deployer',
  path = 'd.log',
): RolloutEvent {
  const place = `${path}:${minute}`;
  return {
    at: T + minute * 60_000,
    service,
    message,
    version: null,
    place,
    evidence: () =>
      makeEvidence({
        source: 'log-file',
        kind: 'log-line',
        locator: { kind: 'file-line', path, line: minute, byteOffset: null },
        refLocator: place,
        text: message,
        observedAt: null,
      }),
  };
}

function summaries(events: readonly RolloutEvent[]): readonly string[] {
  return deploymentsOf(events).deployments.map(
    (d) =>
      `${d.service} ${d.version} ${d.status} ${d.rollback ? 'back ' : ''}${((d.finishedAt ?? Number.NaN) - (d.at ?? 0)) / 60_000}`,
  );
}

describe('deploymentsOf', () => {
  it('makes one change of start and end, whatever the order of the events', () => {
    const events = [event(3, 'Deployment cart-v1.2.0 completed'), event(1, 'Deployment cart-v1.2.0 started')];
    expect(summaries(events)).toEqual(['cart v1.2.0 succeeded 2']);
    expect(deploymentsOf(events).deployments[0]?.evidence).toEqual(['log-file:d.log:1', 'log-file:d.log:3']);
  });

  it('keeps rollouts of several services apart', () => {
    const events = [
      event(1, 'Deployment cart-v1.2.0 started'),
      event(2, 'Deployment web-v3.0.0 started'),
      event(3, 'Deployment web-v3.0.0 failed'),
    ];
    expect(summaries(events)).toEqual(['cart v1.2.0 started NaN', 'web v3.0.0 failed 1']);
  });

  it('gives a rollback the version that ran before', () => {
    const events = [
      event(1, 'Deployment cart-v1.1.0 completed'),
      event(5, 'Deployment cart-v1.2.0 completed'),
      event(9, 'Deployment cart-v1.2.0 rolled back'),
    ];
    expect(summaries(events).at(-1)).toBe('cart v1.1.0 succeeded back 0');
  });

  it('takes the service of the record where the message names none, unless it is a deploy tool', () => {
    expect(summaries([event(1, 'deployed version 2.0.0', 'cart')])).toEqual(['cart 2.0.0 succeeded 0']);
    expect(summaries([event(1, 'deployed version 2.0.0', 'argocd')])).toEqual(['null 2.0.0 succeeded 0']);
  });

  it('counts the same line in two files once', () => {
    const lines = ['a.log', 'b.log'].map((path) => event(1, 'Deployment cart-v1.2.0 completed', 'x', path));
    expect(summaries(lines)).toHaveLength(1);
  });

  it('is a new rollout after the old one ended', () => {
    const events = [1, 20].map((minute) => event(minute, 'Deployment cart-v1.2.0 completed'));
    expect(summaries(events)).toHaveLength(2);
  });

  it('is another rollout where the commit is another, whether or not the first was said to have ended', () => {
    const events = [
      event(1, 'deploying cart@1a2b3c4d to prod'),
      event(9, 'deploying cart@9f8e7d6c to prod'),
      event(10, 'cart@9f8e7d6c is live in prod'),
    ];
    expect(summaries(events)).toEqual(['cart null started NaN', 'cart null succeeded 1']);
  });
});
