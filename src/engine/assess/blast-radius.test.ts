import { describe, expect, test } from 'vitest';
import { DEFAULT_CONTEXT } from '../../domain/context.ts';
import type { Split } from '../../domain/signal.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import {
  atSecond,
  deploymentAt,
  every,
  evidenceOf,
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

/** What the series of `shop` are cited by. */
const CITED = Object.fromEntries(
  ['requests:shop', 'errors:shop', 'trace POST /pay']
    .map((locator) => evidenceOf(locator))
    .map((piece) => [piece.ref, piece]),
);

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
        evidence: CITED,
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
  const pods = (value: string, count: number, lastMinute = MINUTES): Split => ({
    dimension: 'zone',
    value,
    count,
    firstSeenAt: atSecond(0),
    lastSeenAt: atSecond(lastMinute * 60),
  });

  test.each([
    { name: 'the one zone that has the failures', failing: [pods('b', 900)], want: 1 },
    {
      name: 'nothing where the others were heard of before the incident alone',
      failing: [pods('b', 900)],
      over: ONSET - 5,
      want: 0,
    },
    { name: 'nothing where failures are spread', failing: [pods('a', 400), pods('b', 500)], want: 0 },
  ])('names $name', ({ failing, want, over = MINUTES }) => {
    const { blastRadius } = report({
      patterns: [
        patternAt(
          'served <*>',
          'shop',
          every(1, 0, MINUTES * 60),
          { splits: [pods('a', 2700, over), pods('b', 2700)] },
          'info',
        ),
        patternAt('payment lost <*>', 'shop', every(2, ONSET * 60, MINUTES * 60), { splits: failing }),
      ],
    });
    expect(blastRadius.partial.filter((text) => /zone/.test(text))).toHaveLength(want);
  });
});

describe('routes', () => {
  const onRoute = (route: string, before: number, after: number, requests = 50) => [
    seriesOf('requests', 'shop', step(requests, requests), {
      id: `requests-shop-${route}`,
      attributes: { route },
    }),
    seriesOf('errors', 'shop', step(before, after), { id: `errors-shop-${route}`, attributes: { route } }),
  ];

  test('each with its own share now and before, the worst first; the others together', () => {
    const { blastRadius } = report({
      series: [...onRoute('/pay', 0, 25), ...onRoute('/quote', 0, 5), ...onRoute('/list', 1, 1, 400)],
    });
    expect(blastRadius.direct[0]?.routes).toMatchObject([
      { route: '/pay', failureRate: { value: 0.5, counts: { events: 750, trials: 1500 } } },
      { route: '/quote', failureRate: { value: 0.1, basis: 'measured' }, baselineRate: { value: 0 } },
    ]);
    expect(blastRadius.direct[0]?.routes.every(({ evidence }) => evidence.length > 0)).toBe(true);
    expect(blastRadius.direct[0]?.otherRoutes).toMatchObject({
      count: 1,
      failureRate: { formula: '30 failed of 12000 requests' },
    });
  });

  test('from traces where no series has routes', () => {
    const trace = (operation: string, errors: number) => ({
      from: 'web',
      to: 'shop',
      operation,
      interval: { from: atSecond(0), to: atSecond(MINUTES * 60) },
      buckets: step(0, errors).map((failed, minute) => ({
        at: atSecond(minute * 60),
        calls: 20,
        errors: failed,
        p50Ms: 5,
        p99Ms: 9,
        selfP50Ms: 5,
      })),
      errorSamples: [],
      failing: [],
      evidence: [evidenceOf(`trace ${operation}`).ref],
    });
    const { blastRadius } = report({ traces: [trace('POST /pay', 10), trace('GET /list', 0)] });
    expect(blastRadius.direct[0]?.routes).toMatchObject([
      { route: 'POST /pay', failureRate: { value: 0.5 }, baselineRate: { value: 0 } },
    ]);
  });

  test('none where the evidence does not tell routes apart', () => {
    expect(report().blastRadius.direct[0]).toMatchObject({ routes: [], otherRoutes: null });
  });
});

describe('parts of a service that counters tell apart', () => {
  const labelled = (label: string, value: string, before: number, after: number, requests = 50) => [
    seriesOf('requests', 'shop', step(requests, requests), {
      id: `requests-${label}-${value}`,
      attributes: { [label]: value },
    }),
    seriesOf('errors', 'shop', step(before, after), {
      id: `errors-${label}-${value}`,
      attributes: { [label]: value },
    }),
  ];
  const partsOnly = (series: Partial<Snapshot>['series']) => {
    const context: Partial<Snapshot> = {
      serviceFacts: [serviceOf('shop', { criticality: 'critical', userFacing: true })],
      changes: [deploymentAt('shop', 'v1', 60), deploymentAt('shop', 'v2', ONSET * 60 - 60)],
      streams: [streamOf('shop', 0, MINUTES * 60)],
      series: series ?? [],
      evidence: CITED,
    };
    return triage(snapshotOf(context, MINUTES * 60)).report.blastRadius;
  };

  test.each(['tenant_id', 'region', 'zone', 'customer', 'country'])('the one %s that fails', (label) => {
    const radius = partsOnly([
      ...labelled(label, 'alpha', 0, 40),
      ...labelled(label, 'beta', 0, 0),
      ...labelled(label, 'gamma', 0, 0),
    ]);
    expect(radius.parts).toMatchObject([
      {
        service: 'shop',
        values: ['alpha'],
        failureRate: { value: 0.8, counts: { events: 1200, trials: 1500 } },
        others: { count: 2, failureRate: { value: 0, counts: { trials: 3000 } } },
      },
    ]);
    expect(radius.partial[0]).toContain('alpha');
    expect(radius.parts[0]?.evidence.length).toBeGreaterThan(0);
  });

  test('the share of the whole service is of all its parts', () => {
    const radius = partsOnly([...labelled('version', 'v1', 0, 0), ...labelled('version', 'v2', 0, 40)]);
    expect(radius.direct[0]?.failureRate).toMatchObject({ counts: { events: 1200, trials: 3000 } });
  });

  test('nothing where every part fails alike', () => {
    expect(partsOnly([...labelled('region', 'a', 0, 40), ...labelled('region', 'b', 0, 39)]).parts).toEqual(
      [],
    );
  });

  test('nothing where the other part is too seldom asked to be called well', () => {
    expect(
      partsOnly([...labelled('region', 'a', 0, 40), ...labelled('region', 'b', 0, 0, 0.1)]).parts,
    ).toEqual([]);
  });
});

describe('who is hit, where requests name them', () => {
  const asked = (label: string, value: string, before: number, after: number) => [
    seriesOf('requests', 'shop', step(20, 20), { id: `r-${value}`, attributes: { [label]: value } }),
    seriesOf('errors', 'shop', step(before, after), { id: `e-${value}`, attributes: { [label]: value } }),
  ];
  const failing = (kind: 'user' | 'tenant', ids: readonly number[], minute: number) => ({
    from: null,
    to: 'shop',
    operation: 'POST /pay',
    interval: { from: atSecond(0), to: atSecond(MINUTES * 60) },
    buckets: [],
    errorSamples: [],
    failing: [{ kind, hashes: ids, at: ids.map(() => atSecond(minute * 60)), capped: false }],
    evidence: [],
  });

  test('tenants by a label of the counters', () => {
    const { blastRadius } = report({
      series: [
        ...asked('tenant_id', 'a', 0, 9),
        ...asked('tenant_id', 'b', 0, 8),
        ...asked('tenant_id', 'c', 0, 0),
      ],
    });
    expect(blastRadius.users).toMatchObject({ value: 2, unit: 'tenants', basis: 'measured' });
    expect(blastRadius.userShare.value).toBeNull();
  });

  test('users by the ids in failing spans since the onset, each once, as the least there are', () => {
    const traces = [
      failing('user', [1, 2, 3], ONSET + 2),
      failing('user', [3, 4], ONSET + 5),
      failing('user', [8, 9], ONSET - 20),
      failing('tenant', [7], ONSET + 5),
    ];
    expect(report({ traces }).blastRadius.users).toMatchObject({
      value: 4,
      low: 4,
      unit: 'users',
      basis: 'measured',
    });
  });

  test.each([
    {
      name: 'users by the ids in log records of failures since the onset',
      usual: [8],
      want: { value: 4, low: 4, unit: 'users', basis: 'measured' },
    },
    {
      name: 'nobody where failures named as many before',
      usual: [1, 2, 3, 4, 5, 6, 7, 8, 9],
      want: { value: null, unit: 'users', basis: 'unknown' },
    },
  ])('$name', ({ usual, want }) => {
    const ids = [...usual, 1, 2, 3, 4];
    const minutes = [...usual.map(() => ONSET - 20), ONSET + 2, ONSET + 2, ONSET + 5, ONSET + 5];
    const identities = {
      kind: 'user',
      hashes: ids,
      at: minutes.map((minute) => atSecond(minute * 60)),
    } as const;
    const lost = patternAt('payment lost <*>', 'shop', every(2, ONSET * 60, MINUTES * 60), {
      failing: [{ ...identities, capped: false }],
    });
    expect(report({ patterns: [lost] }).blastRadius.users).toMatchObject(want);
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

  test('nothing where calls are slow and none fails: an availability is not what is spent', () => {
    const slo = { availabilityPercent: 99.9, latencyP99Ms: 300 };
    const { blastRadius } = triage(
      snapshotOf(
        {
          serviceFacts: [serviceOf('shop', { criticality: 'critical', slo })],
          streams: [streamOf('shop', 0, MINUTES * 60)],
          series: [
            ...calls('shop', 0, 0),
            seriesOf('latency', 'shop', step(80, 900), { quantile: 0.99, unit: 'ms' }),
          ],
        },
        MINUTES * 60,
      ),
    ).report;
    expect(names(blastRadius.direct)).toEqual(['shop']);
    expect(blastRadius.errorBudgets).toEqual([]);
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

  test('advice about a service that nobody names leaves its name open', () => {
    const at = every(4, ONSET * 60, MINUTES * 60);
    const patterns = [patternAt('order <*> not sent', 'shop', at, { service: null })];
    const { report: found } = triage(
      snapshotOf(
        { patterns, streams: [{ ...streamOf('shop', 0, MINUTES * 60), service: null }] },
        MINUTES * 60,
      ),
    );
    const advice = [...found.incident.severityWouldRise, ...found.incident.severityWouldFall].join();
    expect(advice).toContain('<service>');
    expect(advice).not.toContain('the failing service.');
  });

  test.each([
    ['some orders cannot be placed', 'SEV2', 'the report says "some"'],
    ['orders fail now and then', 'SEV2', 'the report says "now and then"'],
    ['checkout is broken intermittently', 'SEV2', 'the report says "intermittently"'],
    ['the nightly import of orders fails', 'SEV2', 'the report speaks of a run'],
    ['orders cannot be placed', 'SEV1', 'if unsure, higher'],
  ])('takes the report by its word where no share is known: %s', (symptom, want, reason) => {
    const request = { ...snapshotOf({}, MINUTES * 60).request, symptom };
    const incident = only({ request });
    expect(incident.severity).toBe(want);
    expect(incident.severityReasons.join()).toContain(reason);
    expect(only({ ...failing(40), request }).severity).toBe('SEV1');
  });

  test('a background worker whose failing share is unknown is not taken for an outage', () => {
    const patterns = [
      patternAt('reminder for <*> not sent', 'reminder-worker', every(4, ONSET * 60, MINUTES * 60)),
    ];
    const streams = [streamOf('reminder-worker', 0, MINUTES * 60)];
    expect(only({ serviceFacts: [], patterns, streams }).severity).toBe('SEV2');
  });
});

describe('a probe from outside', () => {
  const own = [seriesOf('requests', 'till', step(50, 50)), seriesOf('errors', 'till', step(0, 0))];
  const probed = (after: number) =>
    report({
      serviceFacts: [serviceOf('till')],
      streams: [streamOf('till', 0, MINUTES * 60)],
      series: [
        ...own,
        seriesOf('error-ratio', 'till', step(0, after), { id: 'probe', unit: 'ratio', source: 'probe' }),
      ],
    });
  const hit = (after: number) => {
    const { direct, cascade } = probed(after).blastRadius;
    return [...direct, ...cascade].some(({ service }) => service === 'till');
  };

  test('that no longer gets in tells of a service whose own requests are well', () => {
    expect(hit(1)).toBe(true);
  });

  test('that gets in tells of none', () => {
    expect(hit(0)).toBe(false);
  });
});
