/** Causes that nobody released: ids that end, a replica behind, flags by default, a firewall's rule, commands by hand, work that does not end. Each beside its innocent twin. */
import { describe, expect, test } from 'vitest';
import type { LogPattern, Split } from '../../domain/signal.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { atSecond, deploymentAt, every, patternAt, seriesOf, streamOf } from '../_testing/situations.ts';
import { verdictOf } from './_testing/verdict.ts';

const FAILS = every(5, 2000, 3590);

function once(message: string, service: string, second: number, more: Partial<LogPattern> = {}): LogPattern {
  return patternAt(message, service, [second], more, 'info');
}

function split(dimension: Split['dimension'], value: string, from: number, to: number, count: number): Split {
  return { dimension, value, count, firstSeenAt: atSecond(from), lastSeenAt: atSecond(to) };
}

describe('a credential that the machine itself is to hand out', () => {
  const fails = (address: string) =>
    verdictOf({
      streams: [streamOf('scans', 0, 3600)],
      patterns: [
        patternAt(
          `scan not stored: get credentials: Get "http://${address}/latest": request send failed`,
          'scans',
          FAILS,
        ),
      ],
    }).rootCause?.service;

  test('is missed for want of the metadata service', () => {
    expect(fails('169.254.169.254')).toBe('metadata-service');
  });

  test('is no matter of it where another address is asked', () => {
    expect(fails('169.254.17.25')).not.toBe('metadata-service');
  });
});

describe('numbers that are given once each', () => {
  const spoken = (text: string) =>
    verdictOf({
      streams: [streamOf('tracks', 0, 3600), streamOf('postgresql', 0, 3600)],
      patterns: [patternAt(`not saved: ${text}`, 'tracks', FAILS), patternAt(text, 'postgresql', FAILS)],
    }).rootCause;

  test.each([
    'nextval: reached maximum value of sequence "tracks_id_seq" (2147483647)',
    'database is not accepting commands that assign new XIDs to avoid wraparound data loss in database "tracks"',
  ])('are used up: %s', (text) => {
    expect(spoken(text)).toMatchObject({ kind: 'resource', service: 'postgresql' });
    expect(spoken(text)?.statement).toContain('no numbers are left');
  });

  test('are not, where a queue is at its end', () => {
    expect(spoken('reached maximum length of queue "tracks"')?.statement ?? '').not.toContain('numbers');
  });
});

describe('a replica that was made the writer', () => {
  const promoted = (lag: readonly number[], line = 'promoted db-b:3306, the new primary') =>
    verdictOf({
      streams: [streamOf('orders', 0, 3600), streamOf('keeper', 0, 3600)],
      patterns: [patternAt('order not found', 'orders', FAILS), once(line, 'keeper', 1990)],
      series: [seriesOf('queue', 'db-b', lag, { name: 'seconds_behind_source', unit: 'ms' })],
    }).hypotheses.find(({ id }) => id.startsWith('dependency:promoted-behind'));
  const steady = Array.from({ length: 33 }, () => 100);
  const behind = [...steady.slice(0, 20), ...Array.from({ length: 13 }, (_, index) => 3000 * (index + 1))];

  test('while it was behind lacks what was written last', () => {
    expect(promoted(behind)).toMatchObject({ kind: 'dependency', service: 'db-b' });
    expect(promoted(steady, 'promoting db-b:3306 although its lag was 41 s')?.kind).toBe('dependency');
  });

  test('while it followed closely lacks nothing', () => {
    expect(promoted(steady)).toBeUndefined();
  });
});

describe('flags that have their defaults', () => {
  const given = (second: number) =>
    verdictOf({
      streams: [streamOf('trips', 0, 3600)],
      patterns: [
        patternAt('search failed', 'trips', FAILS),
        once('flag client not initialized: request timeout, will retry', 'trips', second - 60),
        once('flag search-next: returning default value', 'trips', second),
      ],
    }).rootCause;

  test('as the failure began are its cause', () => {
    expect(given(1995)).toMatchObject({ kind: 'dependency', service: 'flag-provider' });
  });

  test('since long before are not', () => {
    expect(given(600)).toBeNull();
  });
});

describe('requests that are refused', () => {
  const refused = (attributes: Readonly<Record<string, string>>, more: Partial<Snapshot> = {}) =>
    verdictOf({
      streams: [streamOf('edge', 0, 3600)],
      patterns: [patternAt('POST <*> 403', 'edge', FAILS, { attributes })],
      ...more,
    }).rootCause;

  test.each([
    { SecurityAction: 'block', SecurityRuleDescription: 'SQLi in text' },
    { action: 'BLOCK', terminatingRuleId: 'SQLi in text' },
  ])('by a rule that the firewall names are its matter: %o', (attributes) => {
    expect(refused(attributes)).toMatchObject({ kind: 'network', service: 'edge' });
    expect(refused(attributes)?.statement).toContain('"SQLi in text"');
  });

  test.each([{ SecurityAction: 'allow' }, { action: 'checkout' }])('are not for %o', (attributes) => {
    expect(refused(attributes)?.statement ?? '').not.toContain('firewall');
  });
});

describe('commands that somebody gave as root', () => {
  const SUDO = 'ada : TTY=pts/0 ; PWD=/etc/nginx ; USER=root ; COMMAND=';
  const host = (value: string, count: number) => split('host', value, 2000, 3590, count);
  const altered = (command: string, failing: readonly Split[]) =>
    verdictOf({
      streams: [streamOf('web', 0, 3600)],
      patterns: [
        patternAt('page cannot be made', 'web', FAILS, { splits: failing }),
        patternAt(
          'served <*>',
          'web',
          every(2, 0, 3590),
          { splits: [host('web-1', 900), host('web-2', 900)] },
          'info',
        ),
        once(`${SUDO}${command}`, 'sudo', 1990, { splits: [split('host', 'web-2', 1990, 1990, 1)] }),
      ],
    }).rootCause;

  test('on the one machine that fails are the cause', () => {
    expect(altered('/usr/sbin/nginx -s reload', [host('web-2', 318)])).toMatchObject({
      kind: 'change',
      statement: 'web-2 was altered by hand, outside of any release: ada ran /usr/sbin/nginx -s reload',
    });
  });

  test('on another machine, or that only look, are not', () => {
    expect(altered('/usr/sbin/nginx -s reload', [host('web-1', 318)])?.kind).not.toBe('change');
    expect(altered('/usr/bin/less error.log', [host('web-2', 318)])?.kind).not.toBe('change');
  });
});

describe('work that is begun as the failure begins', () => {
  const BEGUN = [300, 800, 1300, 1990];
  const busy = (ends: readonly number[], cores = 1) =>
    verdictOf({
      streams: [streamOf('rosters', 0, 3600)],
      patterns: [
        patternAt('rosters: upstream timed out', 'rosters', FAILS),
        patternAt('import started', 'rosters', BEGUN, {}, 'info'),
        patternAt('import finished', 'rosters', ends, {}, 'info'),
      ],
      series: [
        seriesOf(
          'cpu',
          'rosters',
          Array.from({ length: 60 }, (_, index) => (index < 33 ? 0.1 : cores)),
          {
            unit: 'cores',
          },
        ),
      ],
    });
  const names = (ends: readonly number[], cores?: number) =>
    busy(ends, cores)
      .hypotheses.find(({ kind }) => kind === 'resource')
      ?.factors.map(({ name }) => name) ?? [];

  test('and does not end holds what it uses', () => {
    expect(names([310, 810, 1310])).toEqual(expect.arrayContaining(['work-unended', 'at-its-end']));
  });

  test('and ends as ever, or leaves some of the processor, does not', () => {
    expect(names([310, 810, 1310, 2010])).not.toContain('work-unended');
    expect(names([310, 810, 1310], 0.7)).not.toContain('at-its-end');
  });
});

describe('a release of three weeks ago', () => {
  const DAY = 86_400;
  const run = (from: number) => ({
    ...streamOf('invoices', from, from + 600),
    buckets: {
      widthMs: 60_000,
      at: every(60, from, from + 600).map(atSecond),
      count: every(60, from, from + 600).map(() => 9),
    },
  });
  const lead = (earlier: number, released = 'invoices') =>
    verdictOf({
      streams: [run(earlier), run(1900)],
      patterns: [
        patternAt('invoice failed', 'invoices', every(5, 2000, 2490)),
        patternAt(
          'invoice issued',
          'invoices',
          [...every(5, earlier, earlier + 600), ...every(5, 1900, 2490)],
          {},
          'info',
        ),
      ],
      changes: [deploymentAt(released, '118', -21 * DAY)],
    }).hypotheses.flatMap(({ factors }) =>
      factors.filter(({ name }) => name === 'lead').map(({ detail }) => detail),
    );

  test('is first tried by a run that comes once a month', () => {
    expect(lead(-30 * DAY).join()).toContain('the first since it was released');
  });

  test('is tried by it though it is of what the run uses', () => {
    expect(lead(-30 * DAY, 'accounts').join()).toContain('invoices was not heard from');
  });

  test('was tried by the run of a week ago', () => {
    expect(lead(-7 * DAY)).toEqual([]);
  });
});

describe('a cache whose share of hits falls', () => {
  const hits = (after: number) =>
    seriesOf(
      'other',
      'pages-cache',
      Array.from({ length: 60 }, (_, index) => (index < 33 ? 0.98 : after)),
      {
        name: 'hit_ratio',
        unit: 'ratio',
      },
    );
  const emptied = (after: number, restarts: readonly LogPattern[]) =>
    verdictOf({
      streams: [streamOf('pages', 0, 3600)],
      patterns: [patternAt('too many clients already', 'pages', FAILS), ...restarts],
      series: [hits(after)],
    }).rootCause;
  const restart = once('Started memcached.service - memcached daemon.', 'systemd', 1985);

  test('as it is started anew is the cause of what fails behind it', () => {
    expect(emptied(0.05, [restart])).toMatchObject({ kind: 'resource', service: 'pages-cache' });
  });

  test('by little is not', () => {
    expect(emptied(0.9, [restart])?.service).not.toBe('pages-cache');
  });
});

describe('a full disk of a database', () => {
  const gigabytes = (values: readonly number[]) =>
    seriesOf(
      'other',
      'pg',
      values.map((value) => value * 1e9),
      {
        name: 'pg_replication_slots_pg_wal_lsn_diff',
        attributes: { slot_name: 'cdc' },
      },
    );
  const factors = (values: readonly number[]) =>
    verdictOf({
      streams: [streamOf('postgresql', 0, 3600)],
      patterns: [patternAt('could not write to file: No space left on device', 'postgresql', FAILS)],
      series: [gigabytes(values)],
    }).hypotheses.flatMap((item) => item.factors.map(({ name }) => name));

  test('is filled by a replication slot that nobody reads', () => {
    expect(factors(Array.from({ length: 60 }, (_, index) => 10 + index))).toContain('held-by-slot');
  });

  test('is not by one that is read', () => {
    expect(factors(Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? 8 : 0.1)))).not.toContain(
      'held-by-slot',
    );
  });
});

describe('a store that is full', () => {
  const evicted = (values: readonly number[], jobs: readonly LogPattern[] = []) =>
    verdictOf({
      streams: [streamOf('lockers', 0, 3600), streamOf('cron', 0, 3600)],
      patterns: [patternAt('session cannot be found', 'lockers', FAILS), ...jobs],
      series: [seriesOf('other', 'redis', values, { name: 'evicted_keys' })],
    }).rootCause;
  const rising = Array.from({ length: 60 }, (_, index) => Math.max(0, index - 32) * 50);
  const job = once('(app) CMD (/opt/warm.sh)', 'cron', 1980);

  test('throws out what is looked for, for whoever fills it', () => {
    expect(evicted(rising)).toMatchObject({ kind: 'resource', service: 'redis' });
    expect(evicted(rising, [job])).toMatchObject({ kind: 'data-job', service: 'warm' });
  });

  test('is none that has thrown out keys all along', () => {
    expect(evicted(Array.from({ length: 60 }, (_, index) => index * 50))?.service).not.toBe('redis');
  });
});

test('a server that says which of its limits is reached is short of just that', () => {
  const verdict = verdictOf({
    streams: [streamOf('board', 0, 3600)],
    patterns: [patternAt('48 worker_connections are not enough', 'board', FAILS)],
  });
  expect(verdict.rootCause?.statement).toBe('a limit of its own is reached in board');
});
