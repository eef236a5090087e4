/** What was changed without a release (a flag by steps, a table by hand, a resource by a call), and what a machine, a platform or a provider says of itself; each beside its innocent twin. */
import { describe, expect, test } from 'vitest';
import type { FlagChange, OtherChange } from '../../domain/change.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import type { Alert, PlatformFact } from '../../domain/signal.ts';
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
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { correlate } from './correlate.ts';

function verdictOf(parts: Partial<Snapshot>) {
  const situation = normalise(snapshotOf(parts));
  return correlate(situation, detect(situation)).verdict;
}

function flagAt(second: number, from: string, to: string, flag = 'more-like-this'): FlagChange {
  return {
    id: `flag:${flag}:${second}`,
    type: 'flag',
    flag,
    environment: null,
    from,
    to,
    service: 'suggest',
    at: atSecond(second),
    summary: `${flag} ${from} → ${to}`,
    actor: null,
    source: 'test',
    evidence: [evidenceRef('test', `flag:${second}`)],
  };
}

function otherAt(
  type: OtherChange['type'],
  service: string | null,
  summary: string,
  second: number,
  attributes: Readonly<Record<string, string>> = {},
): OtherChange {
  return {
    id: `other:${second}`,
    type,
    service,
    at: atSecond(second),
    finishedAt: null,
    summary,
    actor: null,
    source: 'test',
    attributes,
    evidence: [evidenceRef('test', `other:${second}`)],
  };
}

const minutes = (count: number, value: number) => new Array<number>(count).fill(value);

describe('a flag that is opened by steps in a caller', () => {
  const failing = (levels: readonly number[]) => {
    const requests = levels.flatMap((level) => minutes(20, level));
    const errors = levels.flatMap((level, index) => minutes(20, index === levels.length - 1 ? level / 4 : 0));
    return [seriesOf('requests', 'catalogue', requests), seriesOf('errors', 'catalogue', errors)];
  };
  const steps = [flagAt(1200, '1', '5'), flagAt(2400, '5', '25')];
  const parts = { serviceFacts: [serviceOf('catalogue'), serviceOf('suggest')] };

  test('is the cause where what is asked rises with each step, not the traffic', () => {
    const { rootCause, hypotheses } = verdictOf({ ...parts, series: failing([40, 60, 150]), changes: steps });
    expect(rootCause).toMatchObject({ kind: 'flag', service: 'suggest', change: { newValue: '25' } });
    expect(hypotheses.filter(({ kind }) => kind === 'flag')).toHaveLength(1);
  });

  test('is not where requests rose between the steps: then they are the cause', () => {
    const series = [
      seriesOf('requests', 'catalogue', [...minutes(30, 40), ...minutes(30, 150)]),
      seriesOf('errors', 'catalogue', [...minutes(33, 0), ...minutes(27, 40)]),
    ];
    const { rootCause } = verdictOf({
      ...parts,
      series,
      changes: [flagAt(300, '1', '5'), flagAt(2400, '5', '25')],
    });
    expect(rootCause).toMatchObject({ kind: 'traffic' });
  });

  test('that was closed by steps brings nothing', () => {
    const closing = [flagAt(1200, '25', '5'), flagAt(2400, '5', '1')];
    const { rootCause } = verdictOf({ ...parts, series: failing([40, 60, 150]), changes: closing });
    expect(rootCause?.kind).not.toBe('flag');
  });
});

describe('a table that was altered by hand', () => {
  const fails = patternAt('column "old_code" does not exist', 'ledger', every(10, 2000, 3590));
  const said = (statement: string, second: number) =>
    patternAt(statement, 'postgresql', [second], { attributes: { 'db.user': 'dba' } }, 'info');
  const streams = [streamOf('ledger', 0, 3600), streamOf('postgresql', 0, 3600)];

  test('is the cause where the failures name what it took away', () => {
    const { rootCause } = verdictOf({
      streams,
      patterns: [fails, said('statement: ALTER TABLE codes DROP COLUMN old_code', 1995)],
      changes: [deploymentAt('ledger', 'v7', 1500)],
    });
    expect(rootCause).toMatchObject({ kind: 'change', change: { type: 'migration', commit: null } });
    expect(rootCause?.confidence).not.toBe('LOW');
  });

  test.each([
    {
      name: 'that names another column',
      statement: 'statement: ALTER TABLE codes DROP COLUMN colour',
      second: 1995,
    },
    {
      name: 'after the failure',
      statement: 'statement: ALTER TABLE codes DROP COLUMN old_code',
      second: 2900,
    },
    { name: 'that only reads', statement: 'statement: SELECT old_code FROM codes', second: 1995 },
  ])('is not sure to be with a statement $name', ({ statement, second }) => {
    const { rootCause } = verdictOf({ streams, patterns: [fails, said(statement, second)] });
    expect(rootCause?.change?.type === 'migration' && rootCause.confidence !== 'LOW').toBe(false);
  });
});

describe('a resource that was altered outside of any release', () => {
  const fails = patternAt('connect ETIMEDOUT 10.0.3.7:5432', 'booking', every(10, 2000, 3590));
  const streams = [streamOf('booking', 0, 3600)];

  test('is the cause where it took a way in, and what goes there fails', () => {
    const change = otherAt('infrastructure', 'booking', 'RevokeSecurityGroupIngress of sg-77 by eve', 1960);
    const { rootCause } = verdictOf({ streams, patterns: [fails], changes: [change] });
    expect(rootCause).toMatchObject({ kind: 'change', change: { type: 'infrastructure' } });
  });

  test('is listed among the innocent where nothing fails as it would make it', () => {
    const change = otherAt('infrastructure', 'mailer', 'ModifyDBInstance tags', 1960);
    const { rootCause, cleared } = verdictOf({ streams, patterns: [fails], changes: [change] });
    expect(rootCause?.change?.type).not.toBe('infrastructure');
    expect(cleared.map(({ changeId }) => changeId)).toContain('other:1960');
  });

  test('states the new value that the failures name', () => {
    const refused = patternAt(
      'refused: too many parcels: <*> over the limit of 20',
      'booking',
      every(10, 2000, 3590),
    );
    const change = otherAt('config', 'booking', 'settings were edited', 1990, {
      key: 'MAX_PARCELS',
      value: '20',
    });
    const { rootCause } = verdictOf({ streams, patterns: [refused], changes: [change] });
    expect(rootCause).toMatchObject({ kind: 'change', change: { key: 'MAX_PARCELS' } });
    const other = otherAt('config', 'booking', 'settings were edited', 1990, {
      key: 'LOG_LINES',
      value: '77',
    });
    const twin = verdictOf({ streams, patterns: [refused], changes: [other] }).rootCause;
    expect(twin === null || twin.confidence === 'LOW').toBe(true);
  });
});

describe("a provider's status page", () => {
  const alert = (id: string, service: string, second: number, resolved: number | null = null): Alert => ({
    id,
    name: `errors of ${service}`,
    service,
    severity: 'critical',
    summary: `errors of ${service}`,
    firedAt: atSecond(second),
    resolvedAt: resolved === null ? null : atSecond(resolved),
    labels: {},
    evidence: [evidenceRef('test', id)],
  });
  const own = alert('alertmanager:a', 'cards', 2000);

  test('that tells of an outage when ours began is its own word', () => {
    const { rootCause } = verdictOf({ alerts: [own, alert('statuspage:1', 'printwell', 1800)] });
    expect(rootCause).toMatchObject({ kind: 'dependency', service: 'printwell' });
  });

  test.each([
    { name: 'of an outage that was over', other: alert('statuspage:1', 'printwell', 600, 1200) },
    { name: 'of hours before', other: alert('statuspage:1', 'printwell', -9000) },
    { name: 'that is an alert like others', other: alert('alertmanager:b', 'printwell', 1800) },
  ])('$name is not', ({ other }) => {
    expect(verdictOf({ alerts: [own, other] }).rootCause?.kind).not.toBe('dependency');
  });
});

describe('one place among several', () => {
  const inRegion = (region: string, values: readonly number[]) =>
    seriesOf('requests', 'api', values, { id: `requests-${region}`, attributes: { region } });
  const well = minutes(60, 900);
  const cut = [...minutes(40, 900), ...minutes(20, 90)];

  test('whose requests are missing while others come is cut off', () => {
    const series = [inRegion('a', well), inRegion('b', well), inRegion('c', cut)];
    expect(verdictOf({ series, changes: [deploymentAt('api', 'v2', 1500)] }).rootCause).toMatchObject({
      kind: 'network',
      service: 'api',
    });
  });

  test('to which alone a release went is not to blame, the release is', () => {
    const series = [inRegion('a', well), inRegion('b', well), inRegion('c', cut)];
    const there = deploymentAt('api', 'v2', 2300, { environment: 'c' });
    expect(verdictOf({ series, changes: [there] }).rootCause).toMatchObject({
      kind: 'change',
      change: { version: 'v2' },
    });
    const everywhere = [there, deploymentAt('api', 'v2', 2000, { environment: 'a' })];
    const { hypotheses } = verdictOf({ series, changes: everywhere });
    expect(hypotheses.flatMap(({ factors }) => factors.map(({ name }) => name))).not.toContain(
      'version-split',
    );
  });

  test.each([
    { name: 'two of three', series: [inRegion('a', well), inRegion('b', cut), inRegion('c', cut)] },
    { name: 'the only other', series: [inRegion('a', well), inRegion('c', cut)] },
  ])('is not told from $name', ({ series }) => {
    expect(verdictOf({ series }).hypotheses.filter(({ kind }) => kind === 'network')).toEqual([]);
  });
});

describe('exhaustion that others tell of', () => {
  const fact = (kind: PlatformFact['kind'], summary: string, second: number): PlatformFact => ({
    id: `fact:${second}`,
    kind,
    service: 'lens',
    pod: 'lens-1',
    node: null,
    at: atSecond(second),
    count: 9,
    summary,
    attributes: {},
    evidence: [evidenceRef('test', `fact:${second}`)],
  });
  const streams = [streamOf('orders', 0, 3600), streamOf('lens', 0, 3600), streamOf('kernel', 0, 3600)];

  test('memory of what callers fail on', () => {
    const fails = patternAt(
      'POST http://lens/rents: 503 upstream connect error',
      'orders',
      every(10, 2000, 3590),
    );
    const parts = {
      streams,
      patterns: [fails],
      serviceFacts: [serviceOf('lens'), serviceOf('orders')],
      changes: [deploymentAt('orders', 'v7', 500)],
    };
    const killed = [fact('oom-killed', 'Container proxy of pod lens-1 was killed: out of memory', 2010)];
    expect(verdictOf({ ...parts, platformFacts: killed }).rootCause).toMatchObject({
      kind: 'resource',
      service: 'lens',
    });
    expect(verdictOf(parts).rootCause?.kind).not.toBe('resource');
  });

  test('a table of the kernel, as services on the machine fail', () => {
    const fails = patternAt('seats failed: timed out', 'orders', every(10, 2000, 3590));
    const full = patternAt(
      'nf_conntrack: table full, dropping packet',
      'kernel',
      every(10, 1998, 3590),
      {},
      'unknown',
    );
    expect(verdictOf({ streams, patterns: [fails, full] }).rootCause).toMatchObject({
      kind: 'resource',
      service: 'orders',
    });
    const calm = patternAt('nf_conntrack: version <*>', 'kernel', every(10, 1998, 3590), {}, 'unknown');
    expect(verdictOf({ streams, patterns: [fails, calm] }).rootCause?.kind).not.toBe('resource');
  });

  test('statements that were slow before the release that is suspected', () => {
    const empty = patternAt(
      'Connection is not available, request timed out',
      'orders',
      every(10, 2000, 3590),
    );
    const slow = (from: number) =>
      patternAt(
        'duration: <*> ms statement: select * from seats',
        'postgresql',
        every(60, from, 3590),
        {
          samples: [from, 3580].map((second, index) => ({
            at: atSecond(second),
            message: `duration: ${[1200, 8100][index]}.5 ms statement: select * from seats`,
            evidence: evidenceRef('test', `slow:${second}`),
          })),
        },
        'info',
      );
    const namesOf = (from: number) =>
      verdictOf({
        streams: [...streams, streamOf('postgresql', 0, 3600)],
        changes: [deploymentAt('orders', 'v7', 1500)],
        patterns: [empty, slow(from)],
      }).hypotheses.flatMap(({ factors }) => factors.map(({ name }) => name));
    expect(namesOf(0)).toContain('slow-statements');
    expect(namesOf(1510)).not.toContain('slow-statements');
  });
});

describe('an autoscaler', () => {
  const rescaled = (summary: string, second: number): PlatformFact => ({
    id: `scaling:${second}`,
    kind: 'scaling',
    service: 'desk',
    pod: null,
    node: null,
    at: atSecond(second),
    count: 1,
    summary,
    attributes: {},
    evidence: [evidenceRef('test', `scaling:${second}`)],
  });
  const fails = patternAt('POST /tickets 503', 'ingress', every(10, 2000, 3590));
  const verdict = (...platformFacts: readonly PlatformFact[]) =>
    verdictOf({ streams: [streamOf('ingress', 0, 3600)], patterns: [fails], platformFacts }).rootCause;

  test('that took instances away before what stands in front failed is the cause', () => {
    expect(verdict(rescaled('New size: 2; reason: All metrics below target', 1950))).toMatchObject({
      kind: 'resource',
      service: 'desk',
    });
  });

  test.each([
    { name: 'added some', facts: [rescaled('New size: 14; reason: cpu above target', 1950)] },
    { name: 'did so long before', facts: [rescaled('New size: 2; reason: All metrics below target', 600)] },
    { name: 'did so after', facts: [rescaled('New size: 2; reason: All metrics below target', 2400)] },
    {
      name: 'only brought back what it had added',
      facts: [rescaled('New size: 1', 1200), rescaled('New size: 4', 1950)],
    },
  ])('that $name is not', ({ facts }) => {
    expect(verdict(...facts)).toBeNull();
  });
});

describe('a store', () => {
  const fails = patternAt('tick failed: etcdserver: no leader', 'scheduler', every(10, 2020, 3590));
  const slow = (second: number) => patternAt('slow fdatasync', 'etcd', every(10, second, 3590), {}, 'warn');
  const streams = [streamOf('scheduler', 0, 3600), streamOf('etcd', 0, 3600)];
  const changes = [deploymentAt('scheduler', 'v2', 900)];

  test('that complains of itself before its clients fail on it is where the cause lies', () => {
    expect(verdictOf({ streams, patterns: [fails, slow(2000)], changes }).rootCause).toMatchObject({
      kind: 'resource',
      service: 'etcd',
    });
  });

  test('that nobody fails on has its own worries', () => {
    const other = patternAt('tick failed: no route', 'scheduler', every(10, 2020, 3590));
    const { hypotheses } = verdictOf({ streams, patterns: [other, slow(2000)], changes });
    expect(hypotheses.flatMap(({ factors }) => factors.map(({ name }) => name))).not.toContain(
      'fails-callers',
    );
  });
});

describe('a job and what is used up', () => {
  const values = (from: number) => [...minutes(from, 0.2), ...minutes(60 - from, 0.99)];
  const latency = seriesOf('latency', 'atlas', [...minutes(34, 190), ...minutes(26, 4200)], {
    unit: 'ms',
    quantile: 0.95,
  });
  const disk = (from: number) => seriesOf('disk', 'atlas-db', values(from), { unit: 'ratio' });
  const begins = patternAt('initiating base backup of atlas-db', 'backup', [1980], {}, 'info');
  const verdict = (from: number) =>
    verdictOf({
      streams: [streamOf('backup', 0, 3600)],
      patterns: [begins],
      series: [latency, disk(from)],
      changes: [deploymentAt('atlas', 'v2', 600)],
    }).rootCause;

  test('that began with it is the cause', () => {
    expect(verdict(33)).toMatchObject({ kind: 'data-job', service: 'backup' });
  });

  test('that began when it was used up already is not', () => {
    expect(verdict(20)?.kind).not.toBe('data-job');
  });
});

describe('a party', () => {
  const served = (party: string, to: number) =>
    patternAt(`order <*> of partner ${party} taken`, 'intake', every(20, 0, to), {}, 'info');
  const fails = patternAt('order <*> of partner Anis refused: not a number', 'intake', every(20, 2000, 3590));
  const streams = [streamOf('intake', 0, 3600)];

  test('whose orders fail since then while those of others are taken sends other data', () => {
    const patterns = [fails, served('Anis', 1990), served('Zimt', 3590), served('Mohn', 3590)];
    expect(verdictOf({ streams, patterns }).rootCause).toMatchObject({ kind: 'bad-data', service: 'intake' });
  });

  test('that is one of those who are still served is not alone', () => {
    const patterns = [fails, served('Anis', 3590), served('Zimt', 3590)];
    const { hypotheses } = verdictOf({ streams, patterns });
    expect(hypotheses.flatMap(({ factors }) => factors.map(({ name }) => name))).not.toContain('one-party');
  });
});

describe('runs of a job', () => {
  const waits = patternAt(
    'Lock wait timeout exceeded; try restarting transaction',
    'orders',
    every(10, 2000, 3590),
  );
  const run = (words: string, seconds: readonly number[]) =>
    patternAt(
      words,
      'recount',
      seconds,
      {
        samples: seconds.map((second) => ({
          at: atSecond(second),
          message: words,
          evidence: evidenceRef('test', `${words}:${second}`),
        })),
      },
      'info',
    );
  const streams = [streamOf('orders', -9000, 3600), streamOf('recount', -9000, 3600)];
  const names = (ends: readonly number[]) =>
    verdictOf({
      streams,
      patterns: [waits, run('begins', [-5200, -1600, 1970]), run('ends', ends)],
    }).hypotheses.flatMap(({ factors }) => factors.map(({ name }) => name));

  test('of which one had not ended when the next began overlap', () => {
    expect(names([-3000])).toContain('runs-overlap');
  });

  test('of which each had ended do not', () => {
    expect(names([-3000, 100])).not.toContain('runs-overlap');
  });
});

describe('a release that touches nothing that fails', () => {
  const edge = (
    from: string | null,
    to: string,
    p50: number,
    self: number,
    calls: number,
    second: number,
  ) => ({
    at: atSecond(second),
    calls,
    errors: 0,
    p50Ms: p50,
    p99Ms: p50 * 1.1,
    selfP50Ms: self,
    from,
    to,
  });
  const traceOf = (from: string | null, to: string, late: { p50: number; self: number; calls: number }) => ({
    from,
    to,
    operation: 'GET /',
    interval: { from: atSecond(0), to: atSecond(3600) },
    buckets: every(60, 0, 3600).map((second) => {
      const {
        from: _,
        to: __,
        ...bucket
      } = second < 2000
        ? edge(from, to, from === null ? 100 : 90, from === null ? 10 : 90, 20, second)
        : edge(from, to, late.p50, late.self, late.calls, second);
      return bucket;
    }),
    errorSamples: [],
    failing: [],
    evidence: [evidenceRef('test', `trace:${to}`)],
  });
  const namesOf = (own: { p50: number; self: number; calls: number }, callee: typeof own) =>
    verdictOf({
      serviceFacts: [serviceOf('basket'), serviceOf('prices')],
      traces: [traceOf(null, 'basket', own), traceOf('basket', 'prices', callee)],
      changes: [deploymentAt('basket', 'v6', 1500)],
    }).hypotheses.flatMap(({ factors }) => factors.map(({ name }) => name));

  test('is not laid to a caller whose callee became slow in itself', () => {
    const callee = { p50: 2600, self: 2600, calls: 20 };
    expect(namesOf({ p50: 2610, self: 10, calls: 20 }, callee)).toContain('time-lost-beneath');
  });

  test.each([
    { name: 'its own work grew too', own: { p50: 2900, self: 300, calls: 20 }, calls: 20 },
    { name: 'it calls more often', own: { p50: 2610, self: 10, calls: 20 }, calls: 90 },
  ])('may be to blame where $name', ({ own, calls }) => {
    expect(namesOf(own, { p50: 2600, self: 2600, calls })).not.toContain('time-lost-beneath');
  });
});
