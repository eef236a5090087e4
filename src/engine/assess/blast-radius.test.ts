import { describe, expect, test } from 'vitest';
import { DEFAULT_CONTEXT } from '../../domain/context.ts';
import type { Split } from '../../domain/signal.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import {
  atSecond,
  deploymentAt,
  every,
  patternAt,
  seriesOf,
  serviceOf,
  snapshotOf,
  streamOf,
} from '../_testing/situations.ts';
import { triage } from '../triage.ts';

const MINUTES = 90;
const ONSET = 60;

/** One value before minute 60, another from then on. */
const step = (before: number, after: number) =>
  Array.from({ length: MINUTES }, (_, minute) => (minute < ONSET ? before : after));

function edge(from: string, to: string) {
  return {
    from,
    to,
    kind: 'call' as const,
    operation: null,
    source: 'test',
    basis: 'declared' as const,
    evidence: [],
  };
}

/** `shop` fails in 30 of 100 requests from minute 60 on. */
function report(parts: Partial<Snapshot> = {}) {
  const { series = [], patterns = [], serviceFacts = [], streams = [], ...rest } = parts;
  return triage(
    snapshotOf(
      {
        serviceFacts: [serviceOf('shop', { criticality: 'critical', userFacing: true }), ...serviceFacts],
        changes: [deploymentAt('shop', 'v1', 60), deploymentAt('shop', 'v2', ONSET * 60 - 60)],
        streams: [streamOf('shop', 0, MINUTES * 60), ...streams],
        series: [
          seriesOf('requests', 'shop', step(100, 100)),
          seriesOf('errors', 'shop', step(0, 30)),
          ...series,
        ],
        patterns: [
          patternAt('cannot take order <*>', 'shop', every(2, ONSET * 60, MINUTES * 60)),
          ...patterns,
        ],
        ...rest,
      },
      MINUTES * 60,
    ),
  ).report;
}

const names = (items: readonly { readonly service: string }[]) => items.map(({ service }) => service);
const calls = (service: string, before: number, after: number) => [
  seriesOf('requests', service, step(100, 100)),
  seriesOf('errors', service, step(before, after)),
];

describe('who is hit', () => {
  const caller = {
    serviceFacts: [serviceOf('web')],
    edges: [edge('web', 'shop')],
  } as unknown as Partial<Snapshot>;

  test('a caller whose own requests fail more, with its rate', () => {
    const { blastRadius } = report({ ...caller, series: calls('web', 0, 20) });
    expect(names(blastRadius.direct)).toEqual(['shop']);
    expect(blastRadius.cascade).toMatchObject([
      {
        service: 'web',
        effect: expect.stringContaining('20 % of its requests fail'),
        failureRate: { basis: 'measured' },
      },
    ]);
  });

  test('not a caller that fails no more than before, and the report says so', () => {
    const { blastRadius } = report({ ...caller, series: calls('web', 1, 1) });
    expect(blastRadius.cascade).toEqual([]);
    expect(blastRadius.unaffected).toMatchObject([
      { service: 'web', statement: expect.stringContaining('fail no more than before (30 failed of 3000') },
    ]);
  });

  test('not a caller whose log shows nothing', () => {
    const { blastRadius } = report({
      ...caller,
      streams: [streamOf('web', 0, MINUTES * 60)],
      patterns: [patternAt('served <*>', 'web', every(5, 0, MINUTES * 60), {}, 'info')],
    });
    expect(blastRadius.cascade).toEqual([]);
    expect(blastRadius.unaffected[0]?.statement).toContain('no errors seen in this log');
  });

  test('a caller without any telemetry, as not seen', () => {
    const { blastRadius } = report(caller);
    expect(blastRadius.cascade).toMatchObject([
      { service: 'web', since: null, failureRate: { basis: 'unknown' } },
    ]);
  });

  test('not a stranger with some warnings while its requests are answered', () => {
    const { blastRadius } = report({
      serviceFacts: [serviceOf('stock')],
      series: calls('stock', 1, 1),
      patterns: [
        patternAt('slow query took <*>', 'stock', every(60, ONSET * 60 + 30, MINUTES * 60), {}, 'warn'),
      ],
    });
    expect(names(blastRadius.cascade)).toEqual([]);
  });

  test('not a service whose trouble was over before', () => {
    const { blastRadius } = report({
      serviceFacts: [serviceOf('stock')],
      patterns: [patternAt('stock lost <*>', 'stock', every(10, 50 * 60, 54 * 60))],
      streams: [streamOf('stock', 0, MINUTES * 60)],
    });
    expect(names([...blastRadius.direct, ...blastRadius.cascade])).toEqual(['shop']);
  });

  test('a dependency that is flooded by the failing service', () => {
    const { blastRadius } = report({
      serviceFacts: [serviceOf('store')],
      edges: [edge('shop', 'store')],
      series: [seriesOf('requests', 'store', step(100, 2000)), seriesOf('errors', 'store', step(0, 0))],
    } as unknown as Partial<Snapshot>);
    expect(names(blastRadius.cascade)).toEqual(['store']);
  });
});

describe('hit in part', () => {
  const pods = (value: string, count: number): Split => ({
    dimension: 'zone',
    value,
    count,
    firstSeenAt: atSecond(0),
    lastSeenAt: atSecond(MINUTES * 60),
  });

  test.each([
    { name: 'the one zone that has the failures', failing: [pods('b', 900)], want: 1 },
    { name: 'nothing where failures are spread', failing: [pods('a', 400), pods('b', 500)], want: 0 },
  ])('names $name', ({ failing, want }) => {
    const { blastRadius } = report({
      patterns: [
        patternAt(
          'served <*>',
          'shop',
          every(1, 0, MINUTES * 60),
          { splits: [pods('a', 2700), pods('b', 2700)] },
          'info',
        ),
        patternAt('payment lost <*>', 'shop', every(2, ONSET * 60, MINUTES * 60), { splits: failing }),
      ],
    });
    expect(blastRadius.partial.filter((text) => /zone/.test(text))).toHaveLength(want);
  });
});

describe('error budget', () => {
  test('burn rate and what is spent, where an objective is known', () => {
    const slo = { availabilityPercent: 99.9, latencyP99Ms: null };
    const { blastRadius, incident } = report({
      serviceFacts: [serviceOf('shop', { criticality: 'critical', slo })],
    });
    expect(blastRadius.errorBudgets).toMatchObject([
      {
        service: 'shop',
        burnRate: { value: 300, formula: '30 % failing ÷ 0.1 % allowed by 99.9 %' },
        alert: 'page',
      },
    ]);
    // half an hour at 300 times the allowed rate: 300 × 0.5 h ÷ 720 h
    expect(blastRadius.errorBudgets[0]?.spent.value).toBeCloseTo(0.208, 2);
    expect(incident.severityReasons.join()).toContain('300 times the allowed rate (above 14.4');
  });

  test('nothing where none is', () => {
    expect(report().blastRadius.errorBudgets).toEqual([]);
  });
});

describe('severity', () => {
  const failing = (share: number): Partial<Snapshot> => ({ series: calls('shop', 0, share) });
  const policy = (severity: Partial<typeof DEFAULT_CONTEXT.policy.severity>): Partial<Snapshot> => ({
    context: {
      ...DEFAULT_CONTEXT,
      policy: { ...DEFAULT_CONTEXT.policy, severity: { ...DEFAULT_CONTEXT.policy.severity, ...severity } },
    },
  });
  const only = (parts: Partial<Snapshot>) =>
    triage(
      snapshotOf(
        {
          serviceFacts: [serviceOf('shop', { criticality: 'critical' })],
          streams: [streamOf('shop', 0, MINUTES * 60)],
          patterns: [patternAt('cannot take order <*>', 'shop', every(4, ONSET * 60, MINUTES * 60))],
          ...parts,
        },
        MINUTES * 60,
      ),
    ).report.incident;

  test.each([
    { name: 'over a quarter of a critical path', parts: failing(40), want: 'SEV1', rises: 0 },
    { name: 'a part of a critical path', parts: failing(10), want: 'SEV2', rises: 1 },
    {
      name: 'less than the policy calls SEV2',
      parts: { ...failing(10), ...policy({ sev2FailureRatio: 0.2 }) },
      want: 'SEV3',
      rises: 2,
    },
    {
      name: 'more than the policy calls SEV1',
      parts: { ...failing(10), ...policy({ sev1FailureRatio: 0.05 }) },
      want: 'SEV1',
      rises: 0,
    },
    { name: 'an unknown share, if unsure higher', parts: {}, want: 'SEV1', rises: 0 },
    { name: 'an unknown share by policy', parts: policy({ ifUnknown: 'SEV2' }), want: 'SEV2', rises: 1 },
    {
      name: 'a service that the catalog calls low',
      parts: { ...failing(90), serviceFacts: [serviceOf('shop', { criticality: 'low' })] },
      want: 'SEV3',
      rises: 1,
    },
  ])('of $name is $want, with what would raise and lower it', ({ parts, want, rises }) => {
    const incident = only(parts);
    expect(incident.severity).toBe(want);
    expect(incident.severityWouldRise).toHaveLength(rises);
    if (want !== 'SEV3') expect(incident.severityWouldFall.length).toBeGreaterThan(0);
  });

  test('a background worker whose failing share is unknown is not taken for an outage', () => {
    const patterns = [
      patternAt('reminder for <*> not sent', 'reminder-worker', every(4, ONSET * 60, MINUTES * 60)),
    ];
    const streams = [streamOf('reminder-worker', 0, MINUTES * 60)];
    expect(only({ serviceFacts: [], patterns, streams }).severity).toBe('SEV2');
  });
});
