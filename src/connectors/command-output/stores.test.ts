import { describe, expect, test } from 'vitest';
import { toIso } from '../../domain/time.ts';
import { runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';

async function collect(name: string, content: string) {
  return runOnFiles(connector, { [name]: content });
}

const INNODB = `
=====================================
2024-03-01 10:45:00 0x7f12 INNODB MONITOR OUTPUT
=====================================
------------------------
LATEST DETECTED DEADLOCK
------------------------
2024-03-01 10:44:00 0x7f13
*** (1) TRANSACTION:
TRANSACTION 421, ACTIVE 12 sec starting index read
UPDATE baskets SET total = 1 WHERE id = 7
------------
TRANSACTIONS
------------
---TRANSACTION 450, ACTIVE 812 sec
2 lock struct(s), heap size 1136, 1 row lock(s)
MySQL thread id 9, OS thread handle 124, query id 100 10.0.0.2 report
---TRANSACTION 451, ACTIVE 51 sec starting index read
LOCK WAIT 2 lock struct(s)
MySQL thread id 12, OS thread handle 125, query id 101 10.0.0.3 app updating
UPDATE baskets SET total = 2 WHERE id = 8
`;

const CASES: readonly {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly want: readonly (readonly [string | null, string])[];
}[] = [
  {
    name: 'InnoDB: a deadlock, who waits and who is open for long',
    file: 'innodb.txt',
    text: INNODB,
    want: [
      [
        '2024-03-01T10:44:00Z',
        'InnoDB ended a deadlock of transactions, one of them in: UPDATE baskets SET total = 1 WHERE id = 7',
      ],
      [
        '2024-03-01T10:44:09Z',
        'A transaction waits for a lock, the first (thread 12) in: UPDATE baskets SET total = 2 WHERE id = 8',
      ],
      ['2024-03-01T10:31:28Z', 'A transaction of thread 9 is open since 812 s'],
    ],
  },
  {
    name: 'Redis at its limits',
    file: 'redis-20240301T104500Z.txt',
    text: '# Server\nredis_version:7.2.4\n# Clients\nconnected_clients:9990\nmaxclients:10000\n# Memory\nused_memory:1000\nmaxmemory:1000\nmaxmemory_policy:noeviction\n# Stats\nrejected_connections:0\n',
    want: [
      ['2024-03-01T10:45:00Z', 'Redis uses 100 % of the memory that it may (noeviction)'],
      ['2024-03-01T10:45:00Z', 'Redis has 9990 of at most 10000 clients'],
    ],
  },
  {
    name: 'Redis as it should be',
    file: 'redis.txt',
    text: '# Server\nredis_version:7.2.4\n# Memory\nused_memory:100\nmaxmemory:0\nrejected_connections:0\n',
    want: [],
  },
  {
    name: 'operations of MongoDB',
    file: 'ops.json',
    text: JSON.stringify({
      inprog: [
        {
          appName: 'basket-api',
          opid: 1,
          secs_running: 812,
          op: 'update',
          ns: 'shop.baskets',
          waitingForLock: true,
          currentOpTime: '2024-03-01T10:45:00.000+00:00',
        },
      ],
      ok: 1,
    }),
    want: [
      [
        '2024-03-01T10:31:28Z',
        'An operation waits for a lock, the first (basket-api) for 812 s: update on shop.baskets',
      ],
    ],
  },
  {
    name: 'the health of Elasticsearch',
    file: 'health.json',
    text: JSON.stringify({ cluster_name: 'logs', status: 'red', unassigned_shards: 8 }),
    want: [[null, 'Cluster logs is red: 8 shards are assigned to no node']],
  },
  {
    name: 'consumer groups',
    file: 'groups.txt',
    text: 'GROUP   TOPIC   PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG    CONSUMER-ID  HOST  CLIENT-ID\nbilling orders  0          1000            91000           90000  -            -     -\nbilling orders  1          1000            81000           80000  -            -     -\nmail    orders  0          1000            1003            3      c-1          /1    c\n',
    want: [[null, 'Consumer group billing on topic orders is 170000 messages behind and nobody reads']],
  },
  {
    name: 'queues of RabbitMQ',
    file: 'queues.txt',
    text: 'Timeout: 60.0 seconds ...\nListing queues for vhost / ...\nname\tmessages\tmessages_ready\tconsumers\norders\t12\t12\t0\nmail\t3\t3\t2\n',
    want: [[null, 'Queue orders holds 12 messages and nobody reads']],
  },
  {
    name: 'pg_stat_activity as a table of commas',
    file: 'activity.csv',
    text: 'pid,application_name,state,wait_event_type,xact_start,query\n7,basket-api,active,Lock,2024-03-01 10:31:12.12+00,"UPDATE baskets, once"\n8,report,idle in transaction,Client,2024-03-01 10:20:00+00,SELECT 1\n',
    want: [
      [
        '2024-03-01T10:31:12.120Z',
        'A session waits for a lock, the first (7, basket-api) in: UPDATE baskets, once; session 8 (report), older than that, holds a transaction open and does nothing, after: SELECT 1',
      ],
      [
        '2024-03-01T10:20:00Z',
        'Session 8 (report) holds a transaction open and does nothing, after: SELECT 1',
      ],
    ],
  },
];

describe('stores and brokers', () => {
  test.each(CASES)('$name', async ({ file, text, want }) => {
    const { platformFacts, gaps, coverage } = await collect(file, text);
    expect(gaps).toEqual([]);
    expect(coverage).toHaveLength(1);
    expect(platformFacts.map(({ at, summary }) => [at === null ? null : toIso(at), summary])).toEqual(want);
  });

  test.each(CASES)('$name, cut anywhere, is facts or a counted reject', async ({ file, text }) => {
    for (const share of [0.2, 0.5, 0.9]) {
      const { platformFacts, coverage, gaps } = await collect(file, text.slice(0, text.length * share));
      expect(platformFacts.length === 0 || coverage.length > 0).toBe(true);
      expect(gaps.every(({ reason }) => reason === 'rejected')).toBe(true);
    }
  });
});

test('pidstat gives a series a process', async () => {
  const text = `Linux 5.15.0-91-generic (web-1) \t03/01/2024 \t_x86_64_\t(4 CPU)\n\n10:10:01 AM   UID       PID    %usr %system  %guest   %wait    %CPU   CPU  Command\n10:11:01 AM  1000      1234   95.00    3.00    0.00    0.00   98.00     2  java\n10:12:01 AM  1000      1234   97.00    2.00    0.00    0.00   99.00     2  java\n`;
  const { series } = await collect('pidstat.txt', text);
  expect(series).toMatchObject([
    { name: 'processors taken by a process', values: [0.98, 0.99], attributes: { device: 'java' } },
  ]);
});
