/** Calls that spans saw fail: of a provider, and beside them what is no outage of it. */
import { describe, expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import type { TraceEdgeStats } from '../../domain/signal.ts';
import { atSecond, every, serviceOf, snapshotOf } from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { correlate } from './correlate.ts';

const ONSET = 2000;

function edge(from: string | null, to: string, errors: number, message: string, end = 3600): TraceEdgeStats {
  const cited = evidenceRef('test', `span:${to}`);
  return {
    from,
    to,
    operation: 'POST /',
    interval: { from: atSecond(0), to: atSecond(3600) },
    buckets: every(60, 0, 3600).map((second) => ({
      at: atSecond(second),
      calls: 20,
      errors: second >= ONSET && second < end ? errors : 0,
      p50Ms: 40,
      p99Ms: 50,
      selfP50Ms: 40,
    })),
    errorSamples: errors === 0 ? [] : [{ at: atSecond(ONSET + 60), message, evidence: cited }],
    failing: [],
    evidence: [cited],
  };
}

function causeOf(options: {
  message?: string;
  kind?: 'external' | 'service';
  callee?: number;
  end?: number;
}) {
  const { message = '503 Service Unavailable', kind = 'external', callee = 15, end = 3600 } = options;
  const situation = normalise(
    snapshotOf({
      serviceFacts: [serviceOf('basket'), serviceOf('prices', { kind })],
      traces: [edge(null, 'basket', 15, 'HTTP 502', end), edge('basket', 'prices', callee, message, end)],
    }),
  );
  return correlate(situation, detect(situation)).verdict;
}

describe('calls to a system outside that fail', () => {
  test('are the cause, by what it answers', () => {
    const { rootCause } = causeOf({});
    expect(rootCause).toMatchObject({ kind: 'dependency', service: 'prices' });
    expect(rootCause?.factors.map(({ name }) => name)).toEqual([
      'calls-fail',
      'explains-callers',
      'provider-says-so',
    ]);
  });

  test('count while it lasted, though they are well since', () => {
    expect(causeOf({ end: 2600 }).rootCause).toMatchObject({ kind: 'dependency', service: 'prices' });
  });

  test.each([
    { name: 'the caller stopped waiting', message: 'timeout of 500ms exceeded' },
    { name: 'they were refused as the caller’s fault', message: 'HTTP 422' },
    { name: 'the callee is one of ours', kind: 'service' as const },
    { name: 'they did not fail', callee: 0 },
  ])('accuse nobody outside where $name', ({ name: _, ...options }) => {
    const { hypotheses } = causeOf(options);
    expect(hypotheses.filter(({ kind }) => kind === 'dependency')).toEqual([]);
  });
});
