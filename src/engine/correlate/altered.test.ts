/** What was changed without a release (a flag by steps, a table by hand, a resource by a call), what a provider says of itself, and places that fail alone; each beside its innocent twin. */
import { describe, expect, test } from 'vitest';
import type { FlagChange, OtherChange } from '../../domain/change.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import type { Alert } from '../../domain/signal.ts';
import {
  atSecond,
  deploymentAt,
  every,
  patternAt,
  seriesOf,
  serviceOf,
  streamOf,
  traceOf,
} from '../_testing/situations.ts';
import { verdictOf } from './_testing/verdict.ts';

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

describe('a release that touches nothing that fails', () => {
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

  describe('and a provider that answers late', () => {
    const kind = 'external' as const;
    const outside = (late: number, others = 90) =>
      verdictOf({
        serviceFacts: [serviceOf('basket'), serviceOf('prices', { kind }), serviceOf('taxes')],
        traces: [
          traceOf(null, 'basket', { p50: late + 10, self: 10, calls: 20 }),
          traceOf('basket', 'prices', { p50: late, self: late, calls: 20 }),
          traceOf('basket', 'taxes', { p50: others, self: others, calls: 20 }),
        ],
      });

    test('is the cause by the times of the calls to it', () => {
      const { rootCause } = outside(2600);
      expect(rootCause).toMatchObject({ kind: 'dependency', service: 'prices' });
      expect(rootCause?.factors.map(({ name }) => name)).toEqual([
        'callee-slow',
        'explains-the-time',
        'other-calls-as-before',
      ]);
    });

    test('is told from one of several calls that all became slow', () => {
      const { hypotheses } = outside(2600, 2000);
      const own = hypotheses.find(({ service }) => service === 'prices');
      expect(own?.factors.map(({ name }) => name)).not.toContain('other-calls-as-before');
    });

    test('is none where its times stayed', () => {
      expect(outside(120).hypotheses.filter(({ service }) => service === 'prices')).toEqual([]);
    });
  });
});
