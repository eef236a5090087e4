/** What a machine, a platform, a store or a run of a job says of itself while others fail; each beside its innocent twin. */
import { describe, expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import type { PlatformFact } from '../../domain/signal.ts';
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
import { verdictOf } from './_testing/verdict.ts';

const minutes = (count: number, value: number) => new Array<number>(count).fill(value);

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

  test('a probe that ends one instance after the other, as what callers fail on', () => {
    const fails = patternAt('lens: connect ECONNREFUSED', 'orders', every(10, 2000, 3590));
    const parts = { streams, patterns: [fails], serviceFacts: [serviceOf('lens'), serviceOf('orders')] };
    const classesWith = (summary: string) => {
      const failed = [fact('probe-failed', summary, 2005)];
      const situation = normalise(snapshotOf({ ...parts, platformFacts: failed }));
      return detect(situation).symptoms.map((symptom) => `${symptom.service} ${symptom.class}`);
    };
    expect(classesWith('Liveness probe failed: connection refused')).toContain('lens restart');
    expect(classesWith('Readiness probe failed: connection refused')).not.toContain('lens restart');
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

describe('a clock', () => {
  const refused = patternAt('The token is not yet valid (iat)', 'gate', every(10, 2000, 3590));
  const said = (message: string, second: number) => patternAt(message, 'chronyd', [second], {}, 'info');
  const streams = [streamOf('gate', 0, 3600), streamOf('chronyd', 0, 3600)];
  const kindOf = (...patterns: readonly ReturnType<typeof said>[]) =>
    verdictOf({ streams, patterns, changes: [deploymentAt('gate', 'v2', 600)] }).rootCause?.kind;

  test('that was set before times were refused is the cause', () => {
    expect(kindOf(refused, said('System clock was stepped by 3600.2 seconds', 1990))).toBe('resource');
  });

  test.each([
    'token used before issued: iat is 420 s ahead',
    'RequestTimeTooSkewed: clock skew of 7 minutes',
  ])('that is off by what "%s" says is the cause, though nothing set it', (message) => {
    const patterns = [patternAt(message, 'gate', every(10, 2000, 3590))];
    expect(verdictOf({ streams, patterns }).rootCause?.kind).toBe('resource');
  });

  test.each([
    {
      name: 'was set afterwards',
      patterns: [refused, said('System clock was stepped by 3600.2 seconds', 2600)],
    },
    { name: 'is only watched', patterns: [refused, said('Selected source 10.0.0.1', 1990)] },
    {
      name: 'was set, and what fails is of no time',
      patterns: [
        patternAt('cannot open gate', 'gate', every(10, 2000, 3590)),
        said('System clock was stepped by 3600.2 seconds', 1990),
      ],
    },
  ])('that $name is not', ({ patterns }) => {
    expect(kindOf(...patterns)).not.toBe('resource');
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

  test('that works on something else is not', () => {
    const other = patternAt('initiating base backup of till-db', 'backup', [1980], {}, 'info');
    const { rootCause } = verdictOf({
      streams: [streamOf('backup', 0, 3600)],
      patterns: [other],
      series: [latency, disk(33)],
    });
    expect(rootCause?.kind).not.toBe('data-job');
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
