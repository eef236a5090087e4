/** Causes that no change of ours made, each beside its innocent twin. */
import { describe, expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import type { LogPattern } from '../../domain/signal.ts';
import {
  atSecond,
  deploymentAt,
  every,
  evidenceOf,
  patternAt,
  seriesOf,
  serviceOf,
  streamOf,
} from '../_testing/situations.ts';
import { verdictOf } from './_testing/verdict.ts';
import { sharesOf } from './shares.ts';

const FAILS = every(5, 2000, 3590);

/** One line at a second, seen once. */
function once(message: string, service: string, second: number): LogPattern {
  return patternAt(message, service, [second], {}, 'info');
}

describe('a job', () => {
  const full = patternAt('FATAL: sorry, too many clients already', 'ledger-db', FAILS);
  const streams = [streamOf('ledger-db', 0, 3600), streamOf('ops', 0, 3600)];
  const starts = (command: string, second: number) => once(`(app) CMD (${command})`, 'ops', second);

  test('that began minutes before a shared server refused every further client is named', () => {
    const verdict = verdictOf({ streams, patterns: [full, starts('/opt/etl/load-facts --all', 1800)] });
    expect(verdict.rootCause).toMatchObject({ kind: 'data-job', service: 'load-facts' });
  });

  test.each([
    ['cd /srv && /usr/bin/python3 tools/sweep.py --all', 'sweep'],
    ['flock -n /var/lock/x.lock nice -n 10 /opt/jobs/warm_cache.sh', 'warm-cache'],
  ])('started as %s is called %s', (command, name) => {
    const { hypotheses } = verdictOf({ streams, patterns: [full, starts(command, 1800)] });
    expect(hypotheses.find(({ kind }) => kind === 'data-job')?.service).toBe(name);
  });

  test.each([
    { name: 'that began hours before', parts: [starts('/opt/etl/load-facts', -9000)] },
    { name: 'that began after the failure', parts: [starts('/opt/etl/load-facts', 2300)] },
  ])('$name is not', ({ parts }) => {
    const { hypotheses } = verdictOf({ streams, patterns: [full, ...parts] });
    expect(hypotheses.filter(({ kind }) => kind === 'data-job')).toEqual([]);
  });

  describe('in a database whose own log names the service as its client', () => {
    const ofLedger = { attributes: { 'db.namespace': 'ledger_api' } };
    const failing = (message: string, attributes = ofLedger) =>
      verdictOf({
        streams: [streamOf('postgresql', 0, 3600), streamOf('ledger-api', 0, 3600)],
        serviceFacts: [serviceOf('ledger-api')],
        patterns: [
          patternAt(message, 'postgresql', FAILS, attributes, 'warn'),
          patternAt('insert_entries: canceling statement due to statement timeout', 'ledger-api', FAILS),
        ],
      });
    const waits = 'process 17 still waiting for AccessShareLock on relation 16522 of database 16390';

    test('locks are why its statements end at their time limit', () => {
      const { rootCause } = failing(waits);
      expect(rootCause).toMatchObject({ kind: 'data-job', service: 'ledger-api' });
      expect(rootCause?.factors.map(({ name }) => name)).toContain('fails-callers');
    });

    test.each([
      { statement: 'statement: ALTER TABLE entries ADD COLUMN score real;', at: 1996, named: true },
      { statement: 'statement: CREATE INDEX CONCURRENTLY i ON entries (a)', at: 1996, named: false },
      { statement: 'statement: ALTER TABLE entries ADD COLUMN score real;', at: 100, named: false },
    ])('$statement at $at names who took the lock: $named', ({ statement, at, named }) => {
      const verdict = verdictOf({
        streams: [streamOf('postgresql', 0, 3600), streamOf('ledger-api', 0, 3600)],
        serviceFacts: [serviceOf('ledger-api')],
        patterns: [
          patternAt(waits, 'postgresql', FAILS, ofLedger, 'warn'),
          patternAt(statement, 'postgresql', [at], { attributes: { 'db.user': 'ana' } }, 'info'),
          patternAt('insert_entries: canceling statement due to statement timeout', 'ledger-api', FAILS),
        ],
      });
      const taken = verdict.rootCause?.factors.find(({ name }) => name === 'lock-taken');
      expect(taken?.detail.startsWith('ana gave "ALTER TABLE entries')).toBe(named ? true : undefined);
    });

    test('a password that was altered there is a matter of credentials', () => {
      const { rootCause } = verdictOf({
        streams: [streamOf('postgresql', 0, 3600), streamOf('ledger-api', 0, 3600)],
        serviceFacts: [serviceOf('ledger-api')],
        patterns: [
          patternAt("statement: ALTER ROLE ledger_api WITH PASSWORD '***'", 'postgresql', [1980], {}, 'info'),
          patternAt('connect: password authentication failed for user "ledger_api"', 'ledger-api', FAILS),
        ],
      });
      expect(rootCause).toMatchObject({ kind: 'credential', service: 'ledger-api' });
      expect(rootCause?.factors.map(({ name }) => name)).toContain('exchanged');
    });

    test('of another service they are not', () => {
      const { hypotheses } = failing(waits, { attributes: { 'db.namespace': 'stock_api' } });
      const job = hypotheses.find(({ kind }) => kind === 'data-job');
      expect(job?.factors.map(({ name }) => name)).not.toContain('fails-callers');
    });

    test('a limit of the store is told as that of its only client', () => {
      const verdict = verdictOf({
        streams: [streamOf('postgresql', 0, 3600), streamOf('ledger-api', 0, 3600)],
        serviceFacts: [serviceOf('ledger-api')],
        patterns: [
          patternAt('sorry, too many clients already', 'postgresql', FAILS, ofLedger, 'fatal'),
          patternAt('connect failed: FATAL: sorry, too many clients already', 'ledger-api', FAILS),
        ],
      });
      expect(verdict.rootCause).toMatchObject({ kind: 'resource', service: 'ledger-api' });
      expect(verdict.rootCause?.statement).toContain('postgresql, the store of ledger-api');
    });
  });

  describe('while a database ends statements at its time limit', () => {
    const ended = patternAt(
      'payment not posted: canceling statement due to statement timeout',
      'ledger-api',
      FAILS,
    );
    const among = (parts: readonly LogPattern[]) =>
      verdictOf({
        streams: [...streams, streamOf('ledger-api', 0, 3600), streamOf('load-facts', 1790, 3600)],
        patterns: [ended, ...parts],
      }).hypotheses.find(({ kind }) => kind === 'data-job');

    test('is the cause where it says that it holds locks', () => {
      const holds = patternAt(
        'block 3 done, holding exclusive lock on entries',
        'load-facts',
        every(60, 1860, 3590),
        {},
        'info',
      );
      expect(
        among([starts('/opt/etl/load-facts --all', 1800), holds])?.factors.map(({ name }) => name),
      ).toContain('job-holds');
    });

    test('is suspected where it had just begun, and not half an hour later', () => {
      expect(among([starts('/opt/etl/load-facts --all', 1900)])).toBeDefined();
      expect(among([starts('/opt/etl/load-facts --all', 400)])).toBeUndefined();
    });
  });

  test('is not named where a client waits for a pool of its own', () => {
    const own = patternAt('timed out waiting for a connection from the pool', 'ledger-api', FAILS);
    const { hypotheses } = verdictOf({
      streams: [...streams, streamOf('ledger-api', 0, 3600)],
      patterns: [own, starts('/opt/etl/load-facts', 1800)],
    });
    expect(hypotheses.filter(({ kind }) => kind === 'data-job')).toEqual([]);
  });

  test('that runs every few minutes is not, beside one that began for the first time', () => {
    const round = [300, 900, 1500, 1980].map((second) => starts('/usr/local/bin/rotate-mail', second));
    const verdict = verdictOf({
      streams,
      patterns: [full, starts('/opt/etl/load-facts --all', 1960), ...round],
    });
    expect(verdict.rootCause).toMatchObject({ kind: 'data-job', service: 'load-facts' });
  });

  test('that ran before without harm is less likely', () => {
    const [alone, again] = [[], [starts('/opt/etl/load-facts', -9000)]].map((earlier) =>
      verdictOf({
        streams,
        patterns: [full, starts('/opt/etl/load-facts', 1800), ...earlier],
      }).hypotheses.find(({ kind }) => kind === 'data-job'),
    );
    expect(again?.score).toBeLessThan(alone?.score ?? 0);
  });

  test('whose heavy work was never seen before makes replicas fall behind', () => {
    const lag = seriesOf('queue', 'replica', [...new Array<number>(35).fill(0), ...every(45, 45, 1200)], {
      unit: 'ms',
    });
    const heavy = patternAt(
      'slow query: UPDATE invoices SET paid = <*>',
      'ledger-db',
      every(60, 2000, 3500),
      {},
      'info',
    );
    const { rootCause } = verdictOf({
      streams,
      series: [lag],
      patterns: [heavy, starts('/opt/etl/mark-paid', 1980)],
    });
    expect(rootCause).toMatchObject({ kind: 'data-job', service: 'mark-paid' });
    const known = { ...heavy, ...patternAt(heavy.template, 'ledger-db', every(60, 10, 3500), {}, 'info') };
    expect(
      verdictOf({ streams, series: [lag], patterns: [known, starts('/opt/etl/mark-paid', 1980)] }).rootCause,
    ).toBeNull();
  });
});

describe('a certificate whose end is measured', () => {
  const silent = (end: number) => ({
    series: [
      seriesOf('error-ratio', 'shop', [...new Array<number>(34).fill(0), ...new Array<number>(26).fill(1)], {
        unit: 'ratio',
      }),
      seriesOf('other', 'shop', new Array<number>(60).fill(end), {
        name: 'ssl_certificate_not_after',
        unit: '1',
      }),
    ],
    changes: [deploymentAt('shop', 'v7', 1000)],
    serviceFacts: [serviceOf('shop')],
  });

  test('when the failure begins is the cause, though a release came shortly before', () => {
    expect(verdictOf(silent(atSecond(2030) / 1000)).rootCause).toMatchObject({
      kind: 'credential',
      service: 'shop',
    });
  });

  test('in seconds or days that are left is read alike', () => {
    const base = silent(0);
    const left = (name: string, perSecond: number) =>
      seriesOf(
        'other',
        'shop',
        Array.from({ length: 60 }, (_, minute) => (2030 - minute * 60) * perSecond),
        {
          name,
          unit: '1',
        },
      );
    for (const series of [
      left('tls_cert_expires_in_seconds', 1),
      left('cert_days_left_until_expiry', 1 / 86_400),
    ])
      expect(verdictOf({ ...base, series: [base.series[0] ?? series, series] }).rootCause?.kind).toBe(
        'credential',
      );
  });

  test.each([
    ['weeks later', 2030 + 30 * 86_400],
    ['days before', 2030 - 3 * 86_400],
  ])('%s is none', (_when, second) => {
    const { hypotheses } = verdictOf(silent(atSecond(second) / 1000));
    expect(hypotheses.filter(({ kind }) => kind === 'credential')).toEqual([]);
  });
});

describe('names that are not resolved', () => {
  const lost = (service: string, host: string) => patternAt(`getaddrinfo ENOTFOUND ${host}`, service, FAILS);
  const streams = [streamOf('rides', 0, 3600), streamOf('bills', 0, 3600), streamOf('dnsmasq', 0, 3600)];

  test("of several hosts are the resolver's doing, not that of one of the hosts", () => {
    const patterns = [lost('rides', 'api.maps.example'), lost('bills', 'api.mail.example')];
    expect(verdictOf({ streams, patterns }).rootCause).toMatchObject({ kind: 'network' });
  });

  test('lie with the resolver where it complains itself', () => {
    const patterns = [
      lost('rides', 'api.maps.example'),
      patternAt('nameserver 10.0.0.2 answered SERVFAIL', 'dnsmasq', FAILS),
    ];
    expect(verdictOf({ streams, patterns }).rootCause).toMatchObject({ kind: 'network', service: 'dnsmasq' });
  });

  test("of one host alone may be that host's", () => {
    const { hypotheses } = verdictOf({ streams, patterns: [lost('rides', 'api.maps.example')] });
    expect(hypotheses.map(({ kind }) => kind)).toContain('dependency');
  });

  test('are not classes that say so, and who was never asked is not the first to be blamed', () => {
    const text =
      "HTTPSConnectionPool(host='api.maps.example'): <urllib3.connection.HTTPSConnection object>: Name or service not known";
    const { rootCause } = verdictOf({ streams, patterns: [patternAt(text, 'rides', FAILS)] });
    expect(rootCause?.kind).toBe('network');
    expect(rootCause?.factors.map(({ name }) => name)).not.toContain('several-names');
  });
});

describe('a credential', () => {
  test.each([
    {
      urls: ['https://api.paywire.example/v1/charges'],
      want: 'a credential is not accepted by api.paywire.example in cart',
    },
    { urls: ['https://a.example/x', 'https://b.example/x'], want: 'a credential is not accepted in cart' },
  ])('is told of whoever does not accept it: $urls', ({ urls, want }) => {
    const patterns = urls.map((url) =>
      patternAt('401 Client Error: Unauthorized for url: <*>', 'cart', FAILS, {
        id: url,
        samples: [
          {
            at: atSecond(2000),
            message: `401 Unauthorized for url: ${url}`,
            evidence: evidenceRef('test', url),
          },
        ],
      }),
    );
    const { hypotheses } = verdictOf({ streams: [streamOf('cart', 0, 3600)], patterns });
    expect(hypotheses.find(({ kind }) => kind === 'credential')?.statement).toBe(want);
  });
});

describe('a store', () => {
  const cut = [
    patternAt('redis error: connect ECONNREFUSED', 'cart', every(1, 1800, 1860)),
    patternAt('Command timed out', 'cart', every(0.5, 1800, 1860)),
  ];
  const streams = [streamOf('cart', 0, 3600), streamOf('redis', 0, 3600)];

  test('that stopped as its clients were cut off is the cause, whatever was released a minute before', () => {
    const { rootCause } = verdictOf({
      streams,
      changes: [deploymentAt('fares', 'v2', 1760)],
      patterns: [
        ...cut,
        once('Received SIGTERM scheduling shutdown...', 'redis', 1799),
        once('Ready to accept connections', 'redis', 1860),
      ],
    });
    expect(rootCause).toMatchObject({ kind: 'dependency', service: 'redis' });
    expect(rootCause?.factors.map(({ name }) => name)).toContain('store-returned');
  });

  test('that was stopped in other words and is there again is the cause of those who did not come back to it', () => {
    const { rootCause } = verdictOf({
      streams: [streamOf('cart', 0, 3600), streamOf('rabbitmq', 0, 3600)],
      patterns: [
        patternAt('connect ECONNREFUSED <*>', 'cart', every(1, 1800, 1815)),
        patternAt('Channel closed', 'cart', every(1, 1800, 3590)),
        once('SIGTERM received - shutting down', 'rabbitmq', 1799),
        once('Server startup complete; 0 plugins started.', 'rabbitmq', 1815),
      ],
    });
    expect(rootCause).toMatchObject({
      kind: 'dependency',
      statement: 'rabbitmq was stopped and started again, and clients have not come back to it since',
    });
  });

  test('that says itself what it lacked did not fail because it stopped', () => {
    const { hypotheses } = verdictOf({
      streams,
      patterns: [
        ...cut,
        patternAt('could not write: No space left on device', 'redis', every(1, 1796, 1799), {}, 'fatal'),
        once('Received SIGTERM scheduling shutdown...', 'redis', 1799),
      ],
    });
    expect(hypotheses.map(({ statement }) => statement).join()).not.toContain('was stopped');
  });

  test('that stopped long before did not fail because it stopped', () => {
    const { hypotheses } = verdictOf({ streams, patterns: [...cut, once('Received SIGTERM', 'redis', 900)] });
    const ofStore = hypotheses.filter(({ service }) => service === 'redis');
    expect(ofStore.map(({ statement }) => statement)).toEqual(['redis takes no connections']);
    expect(ofStore.flatMap(({ factors }) => factors.map(({ name }) => name))).not.toContain('store-stopped');
  });

  test('that answers in its own words what it is short of is short of it, whoever logs that', () => {
    const { rootCause } = verdictOf({
      streams: [streamOf('cart', 0, 3600), streamOf('desk', 0, 3600), streamOf('redis', 0, 3600)],
      patterns: ['cart', 'desk'].map((service) =>
        patternAt("OOM command not allowed when used memory > 'maxmemory'.", service, every(2, 1800, 3590)),
      ),
    });
    expect(rootCause).toMatchObject({ kind: 'resource', service: 'redis' });
  });

  test('that says that it was stopped clears the release of a client in whose stack it failed', () => {
    const frame = { file: 'services/cart/index.js', line: 12, column: null, function: null, inApp: true };
    const refused = patternAt('connect ECONNREFUSED <*>', 'cart', every(0.5, 1800, 3590), {
      frames: [frame],
    });
    const { rootCause, hypotheses } = verdictOf({
      streams,
      changes: [deploymentAt('cart', 'v2', 1760)],
      patterns: [refused, once('Received SIGTERM scheduling shutdown...', 'redis', 1799)],
    });
    expect(rootCause).toMatchObject({ kind: 'dependency', service: 'redis' });
    const release = hypotheses.find(({ kind }) => kind === 'change');
    expect(release?.factors.map(({ name }) => name)).toContain('store-stopped-first');
  });

  test('that stopped half a minute after its clients began to fail is not why they fail', () => {
    const { hypotheses } = verdictOf({
      streams,
      patterns: [...cut, once('Received SIGTERM', 'redis', 1830)],
    });
    expect(hypotheses.flatMap(({ factors }) => factors.map(({ name }) => name))).not.toContain(
      'store-stopped',
    );
  });

  test('that takes no connections any more is the cause by the word of its clients alone, whatever was released before', () => {
    const { rootCause } = verdictOf({
      streams,
      changes: [deploymentAt('cart', 'v2', 1795)],
      patterns: [
        patternAt('redis error: connect ECONNREFUSED', 'cart', every(1, 1800, 1860)),
        patternAt('Command timed out', 'cart', every(0.1, 1800, 1860)),
      ],
    });
    expect(rootCause).toMatchObject({ kind: 'dependency', service: 'redis' });
    expect(rootCause?.statement).toBe('redis takes no connections');
  });

  test('that refuses for a moment has been started again, and is not', () => {
    const { hypotheses } = verdictOf({
      streams,
      patterns: [patternAt('redis error: connect ECONNREFUSED', 'cart', every(1, 1800, 1808))],
    });
    expect(hypotheses.map(({ statement }) => statement).join()).not.toContain('takes no connections');
  });

  test('whose connections are all taken says so, and its callers repeat it', () => {
    const { rootCause } = verdictOf({
      streams: [streamOf('cart', 0, 3600), streamOf('postgres', 0, 3600)],
      changes: [deploymentAt('cart', 'v2', 1790)],
      edges: [{ from: 'cart', to: 'postgres', source: 'config' as const, evidence: [] }],
      patterns: [
        patternAt('sorry, too many clients already', 'postgres', every(0.5, 1800, 1900)),
        patternAt('sorry, too many clients already', 'cart', every(0.5, 1801, 1900)),
      ],
    });
    expect(rootCause).toMatchObject({ kind: 'resource', service: 'postgres' });
  });

  test('whose sessions wait for a lock says so once, and its callers a thousand times in other words', () => {
    const { rootCause } = verdictOf({
      streams: [streamOf('cart', 0, 3600), streamOf('postgres', 0, 3600), streamOf('jobs', 0, 3600)],
      patterns: [
        patternAt('timeout exceeded when trying to connect', 'cart', every(0.2, 1802, 1900)),
        patternAt(
          'process <*> still waiting for RowExclusiveLock on relation <*>',
          'postgres',
          every(0.1, 1800, 1802),
          {},
          'warn',
        ),
        once('job orders-archive started', 'jobs', 1797),
      ],
    });
    expect(rootCause).toMatchObject({ kind: 'data-job', service: 'postgres' });
  });

  test('whose log begins with sessions that wait for a lock was well before, as it said nothing', () => {
    const waits = patternAt(
      'process <*> still waiting for RowExclusiveLock on relation <*>',
      'postgresql',
      every(1, 1800, 1900),
      {},
      'info',
    );
    const { hypotheses } = verdictOf({
      streams: [streamOf('cart', 0, 1900), streamOf('postgresql', 1800, 1900)],
      serviceFacts: [serviceOf('cart')],
      evidence: {
        [waits.samples[0]?.evidence ?? '']: evidenceOf(
          '2025-03-04 09:30:00.309 UTC [1051] cart@shop LOG:  process 1051 still waiting for RowExclusiveLock',
        ),
      },
      patterns: [
        patternAt('canceling statement due to statement timeout', 'cart', every(1, 1802, 1900)),
        waits,
      ],
    });
    const held = hypotheses.find(({ kind }) => kind === 'data-job');
    expect(held?.factors.map(({ name }) => name)).toContain('fails-callers');
  });
});

describe('what is used of what there is', () => {
  const pair = (used: string, limit: string, at = 90) => [
    seriesOf('pool', 'carts', [at, at], { id: used, name: used, unit: '1' }),
    seriesOf('pool', 'carts', [100, 100], { id: limit, name: limit, unit: '1' }),
  ];
  test.each([
    ['db_in_use_connections', 'db_max_open_connections', 0.9],
    ['hikaricp_connections_active', 'hikaricp_connections_max', 0.9],
    ['jvm_memory_used_bytes', 'jvm_memory_max_bytes', 0.9],
    ['process_open_fds', 'process_max_fds', 0.9],
    ['node_filesystem_avail_bytes', 'node_filesystem_size_bytes', 0.1],
  ])('%s of %s', (used, limit, want) => {
    const [share, ...rest] = sharesOf(pair(used, limit));
    expect(rest).toEqual([]);
    expect(share?.unit).toBe('ratio');
    expect(share?.values[0]).toBeCloseTo(want);
  });

  test.each([
    ['http_connections_active', 'db_connections_max'],
    ['redis_memory_used_bytes', 'redis_connected_clients'],
    ['nodejs_heap_space_size_available_bytes', 'nodejs_heap_space_size_total_bytes'],
    ['haproxy_current_connection_rate', 'haproxy_max_connection_rate'],
  ])('%s and %s are of two things', (used, other) => {
    expect(sharesOf(pair(used, other))).toEqual([]);
  });

  test('of a store that another service finds full puts the cause there', () => {
    const fills = Array.from({ length: 60 }, (_, minute) => Math.min(1e9, 5e8 + minute * 15e6));
    const series = [
      seriesOf('memory', 'basket-store', fills, { id: 'u', name: 'cache_used_bytes', unit: 'By' }),
      seriesOf(
        'memory',
        'basket-store',
        fills.map(() => 1e9),
        { id: 'm', name: 'cache_max_bytes', unit: 'By' },
      ),
    ];
    const refused = patternAt(
      "OOM command not allowed when used memory > 'maxmemory'",
      'baskets',
      every(5, 2200, 3590),
    );
    const { rootCause } = verdictOf({ streams: [streamOf('baskets', 0, 3600)], series, patterns: [refused] });
    expect(rootCause).toMatchObject({ kind: 'resource', service: 'basket-store' });
  });
});

describe('a key whose id stands in every refusal', () => {
  const refusal = (words: string) => {
    const template = `${words} <*> for tenant <*>`;
    return patternAt(template, 'webhooks', FAILS, {
      samples: [0, 1, 2, 3].map((index) => ({
        at: atSecond(2000 + index * 300),
        message: `${words} k9x_2024_04 for tenant t${index}`,
        evidence: evidenceRef('test', `s${index}`),
      })),
    });
  };
  const of = (words: string) =>
    verdictOf({ streams: [streamOf('webhooks', 0, 3600)], patterns: [refusal(words)] }).rootCause?.kind;

  test('is a credential', () => expect(of('signature does not match: unknown key id')).toBe('credential'));
  test('is no bad record', () => expect(of('cannot verify payload with kid')).not.toBe('bad-data'));
  test('while any other id is one', () => expect(of('cannot read payload of parcel')).toBe('bad-data'));
});

describe('two releases for which only time and place speak', () => {
  const late = seriesOf(
    'latency',
    'quotes',
    [...new Array<number>(34).fill(40), ...new Array<number>(26).fill(900)],
    {
      unit: 'ms',
      quantile: 0.99,
    },
  );
  const base = {
    series: [late],
    serviceFacts: [serviceOf('quotes'), serviceOf('rates')],
    edges: [{ from: 'quotes', to: 'rates', source: 'config' as const, evidence: [] }],
  };

  test('within a minute are not told apart, and the report says so', () => {
    const changes = [deploymentAt('quotes', 'v2', 1900), deploymentAt('rates', 'v9', 1930)];
    const verdict = verdictOf({ ...base, changes });
    expect(verdict.rootCause).toBeNull();
    expect(verdict.reason).toMatch(/only time and place speak for .*quotes-v2.*rates-v9/);
  });

  test('are told apart where one came a day before', () => {
    const changes = [deploymentAt('quotes', 'v2', 1900), deploymentAt('rates', 'v9', -60_000)];
    expect(verdictOf({ ...base, changes }).rootCause).toMatchObject({ service: 'quotes', confidence: 'LOW' });
  });
});

describe('a release whose callers cannot read its answers', () => {
  const parts = (template: string, second: number) => ({
    streams: [streamOf('desk', 0, 3600)],
    serviceFacts: [serviceOf('desk'), serviceOf('quotes')],
    edges: [{ from: 'desk', to: 'quotes', source: 'config' as const, evidence: [] }],
    patterns: [patternAt(template, 'desk', FAILS)],
    changes: [deploymentAt('quotes', 'v5', second)],
  });
  const unread = 'cannot deserialize answer of quotes: no such field';
  const names = (template: string, second: number) =>
    verdictOf(parts(template, second)).hypotheses.flatMap(({ factors }) => factors.map(({ name }) => name));

  test('minutes after it is accused with more than time and place', () => {
    expect(names(unread, 1980)).toContain('answers-changed');
    expect(verdictOf(parts(unread, 1980)).rootCause).toMatchObject({
      service: 'quotes',
      confidence: 'MEDIUM',
    });
  });

  test.each([
    { name: 'hours later', template: unread, second: -9000 },
    { name: 'by being slow', template: 'timed out calling quotes', second: 1980 },
  ])('$name is not', ({ template, second }) => {
    expect(names(template, second)).not.toContain('answers-changed');
  });
});

describe('a flag', () => {
  test.each([
    {
      name: 'before its own service failed, though after another did, may have done it',
      second: 2450,
      accused: true,
    },
    { name: 'after its own service failed did nothing', second: 2700, accused: false },
  ])('switched $name', ({ second, accused }) => {
    const { hypotheses } = verdictOf({
      streams: [streamOf('front', 0, 3600), streamOf('purse', 0, 3600)],
      serviceFacts: [serviceOf('front'), serviceOf('purse')],
      edges: [{ from: 'front', to: 'purse', source: 'config' as const, evidence: [] }],
      patterns: [
        patternAt('it failed for <*>', 'front', every(5, 2000, 3590)),
        patternAt('cannot split <*>', 'purse', every(5, 2500, 3590)),
      ],
      changes: [
        {
          id: 'test:flag',
          type: 'flag',
          service: 'purse',
          at: atSecond(second),
          summary: 'split-purse on',
          actor: null,
          source: 'test',
          flag: 'split-purse',
          from: 'off',
          to: 'on',
          environment: null,
          evidence: [],
        },
      ],
    });
    expect(hypotheses.some(({ kind }) => kind === 'flag')).toBe(accused);
  });
});

describe('the own virtual host of a web server', () => {
  const line = (more: string) =>
    `limiting connections by zone "all", client: 10.0.0.9, server: api.barges.example, request: "GET /locks HTTP/1.1", ${more}host: "api.barges.example"`;
  const kinds = (text: string) =>
    verdictOf({
      streams: [streamOf('edge', 0, 3600)],
      patterns: [patternAt(text, 'edge', FAILS)],
    }).hypotheses.flatMap(({ kind, service }) => (kind === 'dependency' ? [service] : []));

  test('is no provider', () => expect(kinds(line(''))).toEqual([]));
  test('while whom it calls is one', () => {
    expect(kinds(line('upstream: "https://api.tides.example/v1", '))).toEqual(['tides']);
  });
});

describe('a disk that is full', () => {
  test('is that of the store which says so, not of whoever calls it', () => {
    const verdict = verdictOf({
      streams: [streamOf('filer', 0, 3600), streamOf('opensearch', 0, 3600)],
      patterns: [
        patternAt('cannot write page: flood stage watermark', 'filer', FAILS),
        patternAt(
          'flood stage disk watermark exceeded on node',
          'opensearch',
          every(60, 2000, 3590),
          {},
          'warn',
        ),
      ],
    });
    expect(verdict.rootCause).toMatchObject({ kind: 'resource', service: 'opensearch' });
  });

  test('is that of the service itself where no store speaks', () => {
    const patterns = [patternAt('cannot write page: no space left on device', 'filer', FAILS)];
    expect(verdictOf({ streams: [streamOf('filer', 0, 3600)], patterns }).rootCause?.service).toBe('filer');
  });
});

describe('a process that the machine ended for want of memory', () => {
  const killed = patternAt('Out of memory: Killed process <*> (sorter)', 'kernel', every(20, 2000, 3590));
  const streams = [streamOf('kernel', 0, 3600)];

  test('is that of the only service which is heard of', () => {
    const verdict = verdictOf({
      streams: [...streams, streamOf('sorter', 0, 3600)],
      patterns: [killed, patternAt('sorted <*>', 'sorter', every(10, 0, 3590), {}, 'info')],
    });
    expect(verdict.rootCause).toMatchObject({ kind: 'resource', service: 'sorter' });
  });

  test('stays with the machine where it may be any of several', () => {
    const verdict = verdictOf({
      streams: [...streams, streamOf('sorter', 0, 3600), streamOf('packer', 0, 3600)],
      patterns: [killed],
    });
    expect(verdict.rootCause?.service).toBe('kernel');
  });
});

describe('a node that no longer takes writes', () => {
  const refused = patternAt('cannot execute INSERT in a read-only transaction', 'meals', FAILS);
  const streams = [streamOf('meals', 0, 3600), streamOf('patroni', 0, 3600)];
  const of = (...lines: LogPattern[]) => verdictOf({ streams, patterns: [refused, ...lines] });

  test("after its cluster made another one the leader is the cluster's doing", () => {
    expect(
      of(once('promoted self to leader by acquiring session lock', 'patroni', 1950)).rootCause,
    ).toMatchObject({
      kind: 'dependency',
      service: 'patroni',
    });
  });

  test('is less sure where no cluster tells of it, or told of it hours before', () => {
    const [told, silent, old] = [
      of(once('promoted self to leader', 'patroni', 1950)),
      of(),
      of(once('promoted self to leader', 'patroni', -9000)),
    ].map(({ hypotheses }) => hypotheses.find(({ kind }) => kind === 'dependency')?.score ?? 0);
    expect(silent).toBeLessThan(told ?? 0);
    expect(old).toBe(silent);
  });

  test('is none where a file system is read-only', () => {
    const disk = patternAt('write failed: Read-only file system', 'meals', FAILS);
    expect(verdictOf({ streams, patterns: [disk] }).hypotheses.map(({ kind }) => kind)).not.toContain(
      'dependency',
    );
  });
});

describe('a connection that is not made', () => {
  const verdict = (message: string, parts: readonly LogPattern[]) =>
    verdictOf({
      streams: [streamOf('orders', 0, 3600), streamOf('ledger', 0, 3600)],
      serviceFacts: [serviceOf('orders'), serviceOf('ledger')],
      edges: [{ from: 'orders', to: 'ledger', source: 'catalog', evidence: [] }],
      patterns: [patternAt(message, 'orders', FAILS), ...parts],
    }).hypotheses.find(({ kind }) => kind === 'network');
  const works = patternAt('POST /entries 201', 'ledger', every(7, 0, 3590), {}, 'info');

  test.each(['call of ledger failed: Connection timed out', 'ledger: connect ETIMEDOUT 10.0.0.7:8080'])(
    'to somebody who goes on serving is the network: %s',
    (message) => expect(verdict(message, [works])?.factors.map(({ name }) => name)).toContain('peer-alive'),
  );
  test('to somebody who fell silent, or once it was made, is not', () => {
    expect(verdict('call of ledger failed: Connection timed out', [])).toBeUndefined();
    expect(verdict('ledger: connection timed out while reading', [works])).toBeUndefined();
  });
});

describe('what is outside and not reached', () => {
  const among = (...messages: readonly (readonly [string, string])[]) =>
    verdictOf({
      streams: [streamOf('wallet', 0, 3600), streamOf('pushes', 0, 3600)],
      serviceFacts: [serviceOf('wallet'), serviceOf('pushes')],
      patterns: messages.map(([service, message]) => patternAt(message, service, FAILS)),
    }).rootCause;

  test('at once with another that has nothing to do with it is our own way out', () =>
    expect(
      among(
        ['wallet', 'https://api.paywire.com/v1: Network is unreachable'],
        ['pushes', 'buzz could not be called: [Errno 101] Network is unreachable'],
      )?.kind,
    ).toBe('network'));
  test('by all who call it may be its own doing', () =>
    expect(
      among(
        ['wallet', 'https://api.paywire.com/v1: Network is unreachable'],
        ['pushes', 'https://api.paywire.com/v2: Network is unreachable'],
      )?.factors.map(({ name }) => name),
    ).not.toContain('several-outside'));
});
