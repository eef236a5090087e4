/** The diagnosis: which file is what, what is covered, and the order of what is missing. */
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../domain/change.ts';
import { ConnectorError } from '../../domain/error.ts';
import { type Evidence, evidenceRef } from '../../domain/evidence.ts';
import type { LogStream, MetricSeries } from '../../domain/signal.ts';
import type { Contribution } from '../../domain/snapshot.ts';
import { at, connectorOf, contributionOf, testPlatform } from '../_testing/fakes.ts';
import { runOperation } from '../operation.ts';
import { operation } from './doctor.ts';

const FROM = at('2024-01-15T13:00:00Z');
const TO = at('2024-01-15T14:00:00Z');

const streamOf = (path: string, service: string, to = TO): LogStream => ({
  path,
  service,
  interval: { from: FROM, to },
  records: 12,
  buckets: { widthMs: 60_000, at: [FROM], count: [12] },
  assumedZone: null,
});

function cited(path: string): Evidence {
  return {
    ref: evidenceRef('test', path),
    kind: 'deployment-record',
    source: 'test',
    locator: { kind: 'file', path },
    excerpt: path,
    sha256: '',
    observedAt: null,
  };
}

const deploymentOf = (path: string): Deployment => ({
  id: `test:${path}`,
  type: 'deployment',
  service: 'cart',
  at: FROM,
  summary: 'cart v2',
  actor: null,
  source: 'test',
  evidence: [evidenceRef('test', path)],
  version: 'v2',
  commit: null,
  finishedAt: null,
  status: 'succeeded',
  environment: null,
  platformRevision: null,
  deploymentId: null,
  rollback: false,
  share: null,
  target: null,
  images: [],
});

const seriesOf = (path: string, source: string): MetricSeries => ({
  id: `${source}:${path}`,
  name: 'errors',
  meaning: 'errors',
  quantile: null,
  unit: '1/s',
  service: 'cart',
  attributes: {},
  at: [FROM, TO],
  values: [1, 2],
  weights: null,
  reachMs: 0,
  source,
  evidence: [evidenceRef('test', path)],
});

function diagnose(files: Readonly<Record<string, string>>, found: Partial<Contribution>) {
  const connector = connectorOf({
    id: 'test',
    recognise: ({ path }) => (path.endsWith('.yaml') || path.startsWith('odd') ? 0 : 1),
    collect: async () => contributionOf(found),
  });
  return runOperation(operation, {}, testPlatform({ connectors: [connector], files }));
}

describe('doctor', () => {
  it('says of each file who reads it and what it holds', async () => {
    const { files, unread } = await diagnose(
      {
        'a.log': 'x',
        'b.json': '{}',
        'c.json': '{}',
        'odd.csv': '',
        'odd.txt': '',
        'wicked-platform.yaml': 'services: { cart: {} }',
      },
      {
        streams: [streamOf('a.log', 'cart')],
        changes: [deploymentOf('b.json')],
        series: [seriesOf('a.log', 'log-file')],
        evidence: [cited('a.log'), cited('b.json')],
        coverage: [
          {
            source: 'test',
            what: 'deployments',
            path: 'b.json',
            items: 1,
            unit: 'deployments',
            rejected: 2,
            interval: { from: FROM, to: TO },
            services: ['cart'],
            notes: ['so so'],
          },
        ],
      },
    );
    expect(files.map(({ path, connector, kind }) => [path, connector, kind])).toEqual([
      ['a.log', 'test', 'logs'],
      ['b.json', 'test', 'deployments'],
      ['c.json', 'test', null],
      ['wicked-platform.yaml', 'wicked-platform.yaml', 'context'],
    ]);
    expect(files[1]).toMatchObject({
      items: 1,
      unit: 'deployments',
      rejected: 2,
      from: '2024-01-15T13:00:00Z',
      to: '2024-01-15T14:00:00Z',
      services: ['cart'],
      notes: ['so so'],
    });
    expect(unread).toEqual(['odd.csv']);
  });

  it('says what each service is covered by', async () => {
    const { services, covered } = await diagnose(
      { 'a.log': 'x' },
      {
        streams: [streamOf('a.log', 'cart')],
        changes: [deploymentOf('b.json')],
        edges: [{ from: 'cart', to: 'stock', source: 'compose', evidence: [] }],
      },
    );
    expect(covered).toEqual({ from: '2024-01-15T13:00:00Z', to: '2024-01-15T14:00:00Z' });
    expect(services).toMatchObject([
      { name: 'cart', logs: true, metrics: false, traces: false, deployments: 1, dependsOn: ['stock'] },
      { name: 'stock', logs: false, deployments: 0 },
    ]);
  });

  it.each<{ name: string; found: Partial<Contribution>; want: readonly string[] }>([
    {
      name: 'an empty directory lacks logs first',
      found: {},
      want: ['logs', 'deployments', 'code', 'metrics', 'alerts', 'flags', 'traces'],
    },
    {
      name: 'logs alone lack deployments first, then history',
      found: { streams: [streamOf('a.log', 'cart')] },
      want: ['deployments', 'code', 'metrics', 'context', 'alerts', 'flags', 'traces'],
    },
    {
      name: 'a metric without logs lacks the messages',
      found: { series: [seriesOf('m.csv', 'metrics-csv')], changes: [deploymentOf('b.json')] },
      want: ['code', 'logs', 'context', 'alerts', 'flags', 'traces'],
    },
    {
      name: 'a few minutes are no baseline',
      found: { streams: [streamOf('a.log', 'cart', at('2024-01-15T13:10:00Z'))] },
      want: ['deployments', 'code', 'baseline', 'metrics', 'context', 'alerts', 'flags', 'traces'],
    },
    {
      name: 'silence of a dependency is no health',
      found: {
        streams: [streamOf('a.log', 'cart')],
        edges: [{ from: 'cart', to: 'stock', source: 'compose', evidence: [] }],
      },
      want: ['deployments', 'code', 'telemetry', 'metrics', 'context', 'alerts', 'flags', 'traces'],
    },
  ])('$name', async ({ found, want }) => {
    const { missing } = await diagnose({}, found);
    expect(missing.map(({ what }) => what)).toEqual(want);
  });

  it('puts a source that failed before what is not there', async () => {
    const broken = connectorOf({
      id: 'prometheus',
      collect: async () => {
        throw new ConnectorError({
          code: 'auth',
          what: 'GET /api/v1/series',
          why: 'answered 401',
          nextStep: 'Set PROMETHEUS_TOKEN.',
        });
      },
    });
    const logs = connectorOf({
      id: 'logs',
      collect: async () => contributionOf({ streams: [streamOf('a.log', 'cart')] }),
    });
    const { missing, gaps } = await runOperation(operation, {}, testPlatform({ connectors: [broken, logs] }));
    expect(missing[0]).toEqual({
      what: 'prometheus',
      why: 'GET /api/v1/series: answered 401',
      nextStep: 'Set PROMETHEUS_TOKEN.',
    });
    expect(gaps.map(({ source }) => source)).toEqual(['prometheus']);
  });
});
