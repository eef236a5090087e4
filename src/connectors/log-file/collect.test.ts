import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { LogPattern } from '../../domain/signal.ts';
import type { Contribution } from '../../domain/snapshot.ts';
import { toIso } from '../../domain/time.ts';
import type { CollectRequest } from '../../ports/connector.ts';
import { runConnector } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function collect(
  files: Readonly<Record<string, string | Buffer>>,
  options: { asOf?: string; request?: Partial<CollectRequest> } = {},
): Promise<Contribution> {
  const root = mkdtempSync(join(tmpdir(), 'log-file-'));
  folders.push(root);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content);
  for (const name of Object.keys(files)) utimesSync(join(root, name), 1_741_100_000, 1_741_100_000);
  return runConnector(connector, root, options);
}

function brief(pattern: LogPattern): string {
  return `${pattern.count} ${pattern.severity} ${pattern.service} ${pattern.template}`;
}

const LOG = `2025-03-04T09:00:00Z INFO cart-api Deployment cart-api-v2.0.0 started
2025-03-04T09:00:30Z INFO cart-api Deployment cart-api-v2.0.0 completed
2025-03-04T09:03:15Z ERROR cart-api Reservation lost for basket B-1001
2025-03-04T09:03:16Z ERROR cart-api Reservation lost for basket B-1002
2025-03-04T09:03:17Z ERROR cart-api Reservation lost for basket B-1003
2025-03-04T09:04:00Z WARN stock-service High conflict rate from cart-api
2025-03-04T09:04:30Z ERROR cart-api Circuit breaker OPEN for stock-service
`;

const LOG_PATTERNS = [
  '3 error cart-api Reservation lost for basket <*>',
  '1 error cart-api Circuit breaker OPEN for stock-service',
  '1 warn stock-service High conflict rate from cart-api',
  '1 info cart-api Deployment <*> completed',
  '1 info cart-api Deployment <*> started',
];

describe('a plain log', () => {
  it('becomes patterns, a deployment, an edge and streams, each with evidence of its line', async () => {
    const found = await collect({ 'error.log': LOG });
    expect(found.patterns.map(brief)).toEqual(LOG_PATTERNS);
    expect(found.patterns[0]?.samples.map((sample) => sample.message)).toEqual([
      'Reservation lost for basket B-1001',
      'Reservation lost for basket B-1002',
      'Reservation lost for basket B-1003',
    ]);
    expect(found.evidence.find((piece) => piece.ref === 'log-file:error.log:3')).toMatchObject({
      excerpt: '2025-03-04T09:03:15Z ERROR cart-api Reservation lost for basket B-1001',
      locator: { path: 'error.log', line: 3, byteOffset: LOG.indexOf('2025-03-04T09:03:15Z') },
    });
    expect(found.changes).toMatchObject([
      {
        service: 'cart-api',
        version: 'v2.0.0',
        status: 'succeeded',
        evidence: ['log-file:error.log:1', 'log-file:error.log:2'],
      },
    ]);
    expect(found.edges.map(({ from, to }) => `${from}>${to}`)).toEqual(['cart-api>stock-service']);
    expect(found.streams.map(({ service, records }) => `${service} ${records}`)).toEqual([
      'cart-api 6',
      'stock-service 1',
    ]);
    expect(found.gaps).toEqual([]);
  });

  const SAME: readonly (readonly [string, (text: string) => Buffer])[] = [
    ['CR LF', (text) => Buffer.from(text.replaceAll('\n', '\r\n'))],
    ['a byte order mark', (text) => Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 with a mark', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['big-endian UTF-16', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', (text) => Buffer.from(text, 'utf16le')],
    ['NUL padding at the start', (text) => Buffer.concat([Buffer.alloc(5_000), Buffer.from(text)])],
    ['colours', (text) => Buffer.from(text.replaceAll('ERROR', '\u001b[31mERROR\u001b[0m'))],
    ['no line feed at the end', (text) => Buffer.from(text.trimEnd())],
    ['gzip', (text) => gzipSync(text)],
  ];
  it.each(SAME)('is the same with %s', async (_, write) => {
    const found = await collect({ 'error.log': write(LOG) });
    expect(found.patterns.map(brief)).toEqual(LOG_PATTERNS);
  });

  it('is the same in rotated pieces', async () => {
    const lines = LOG.split(/(?<=\n)/);
    const found = await collect({
      'error.log.1': lines.slice(0, 4).join(''),
      'error.log': lines.slice(4).join(''),
    });
    expect(found.patterns.map(brief)).toEqual(LOG_PATTERNS);
    expect(found.changes).toHaveLength(1);
  });

  it('holds nothing after asOf, and says how much was left out', async () => {
    const found = await collect({ 'error.log': LOG }, { asOf: '2025-03-04T09:03:16Z' });
    expect(found.patterns.map(brief)).toEqual([
      '2 error cart-api Reservation lost for basket <*>',
      '1 info cart-api Deployment <*> completed',
      '1 info cart-api Deployment <*> started',
    ]);
    expect(found.coverage[0]?.notes).toEqual([
      '3 records lie after the end of the evidence and were left out.',
    ]);
  });
});

describe('time', () => {
  const zoneless = '2025-07-04 09:00:00,250 ERROR a-svc boom\n2025-07-04 09:00:01,250 ERROR a-svc boom\n';

  it.each([
    [null, '2025-07-04T09:00:00.250Z', 'UTC'],
    ['+02:00', '2025-07-04T07:00:00.250Z', '+02:00'],
    ['America/New_York', '2025-07-04T13:00:00.250Z', 'America/New_York'],
  ])('a stamp without a zone is read in %s', async (zone, first, assumed) => {
    const found = await collect({ 'a.log': zoneless }, { request: { zone } });
    expect(toIso(found.patterns[0]?.firstSeenAt ?? (0 as never))).toBe(first);
    expect(found.streams[0]?.assumedZone).toBe(assumed);
    expect(found.coverage[0]?.notes[0]).toContain(assumed);
  });

  it('a stamp without a year is before the time that is asked about, whenever the file was copied', async () => {
    const found = await collect(
      { syslog: 'Mar  3 10:00:00 host app[1]: ERROR x\n' },
      { asOf: '2023-03-03T10:05:00Z' },
    );
    expect(found.patterns.map(({ firstSeenAt }) => toIso(firstSeenAt))).toEqual(['2023-03-03T10:00:00Z']);
  });

  it.each([
    ['2019-12-31T23:50:00Z', 'Dec 31 23:59:59', '2019-12-31T23:59:59Z'],
    ['2020-01-01T00:05:00Z', 'Dec 31 23:59:59', '2019-12-31T23:59:59Z'],
    ['2019-12-31T23:50:00Z', 'Jan  1 00:00:04', '2020-01-01T00:00:04Z'],
    ['2019-06-30T23:50:00Z', 'Jan  1 00:00:04', '2025-01-01T00:00:04Z'],
    ['2025-02-20T23:50:00Z', 'Mar  4 10:00:00', '2025-03-04T10:00:00Z'],
  ])(
    'a file without years that was copied later is of the year of the other logs, where it fits: %s and %s',
    async (dated, yearless, at) => {
      const found = await collect({
        'cart.log': `${dated} ERROR cart-api lost\n`,
        syslog: `${yearless} host app[1]: ERROR x\n`,
      });
      const pattern = found.patterns.find(({ template }) => template.includes('x'));
      expect(toIso(pattern?.firstSeenAt ?? (0 as never))).toBe(at);
      const notes = found.coverage.find(({ path }) => path === 'syslog')?.notes.join(' ');
      expect(notes).toContain(at.startsWith('2025') ? 'last written' : 'the other logs');
    },
  );

  it('a stamp without a year is before the file was last written', async () => {
    const found = await collect({
      syslog: 'Dec 31 23:59:59 host app[1]: ERROR x\nMar  4 10:00:00 host app[1]: ERROR x\n',
    });
    expect(
      found.patterns.map(({ firstSeenAt, lastSeenAt }) => [toIso(firstSeenAt), toIso(lastSeenAt)]),
    ).toEqual([['2024-12-31T23:59:59Z', '2025-03-04T10:00:00Z']]);
  });
});

describe('the zone of stamps without one', () => {
  const at = (i: number, hours: number) =>
    new Date(Date.UTC(2025, 2, 4, 9 + hours, i)).toISOString().slice(0, 19);
  const minutes = Array.from({ length: 120 }, (_, i) => i);
  const utc = minutes.map((i) => `${at(i, 0)}Z INFO web-api tick ${i}\n`).join('');
  const local = minutes.map((i) => `${at(i, 2).replace('T', ' ')} ERROR tax-svc fault ${i}\n`).join('');

  it('shows in logs of the same time, and the file is read with it', async () => {
    const found = await collect(
      { 'web-api.log': utc, 'tax-svc.log': local },
      { asOf: '2025-03-04T11:00:00Z' },
    );
    const tax = found.streams.find(({ service }) => service === 'tax-svc');
    expect([toIso(tax?.interval.from ?? (0 as never)), tax?.records, tax?.assumedZone]).toEqual([
      '2025-03-04T09:00:00Z',
      120,
      '+02:00',
    ]);
    expect(found.coverage.find(({ path }) => path === 'tax-svc.log')?.notes[0]).toContain(
      '+02:00 was estimated',
    );
  });

  it('is not estimated where the user names it', async () => {
    const found = await collect(
      { 'web-api.log': utc, 'tax-svc.log': local },
      { request: { zone: '+01:00' } },
    );
    expect(found.streams.find(({ service }) => service === 'tax-svc')?.assumedZone).toBe('+01:00');
  });

  it('shows in the wrapper around the record', async () => {
    const wrap = (i: number) =>
      `${at(i, 0)}.5Z stdout F ${at(i, 2).replace('T', ' ')},400 ERROR tax-svc fault ${i}\n`;
    const found = await collect({ 'tax-svc.log': minutes.map(wrap).join('') });
    expect(found.patterns.map((pattern) => [brief(pattern), toIso(pattern.firstSeenAt)])).toEqual([
      ['120 error tax-svc fault <*>', '2025-03-04T09:00:00.400Z'],
    ]);
    expect(found.streams[0]?.assumedZone).toBeNull();
  });
});

describe('records', () => {
  it('a stack trace belongs to the record above and becomes frames', async () => {
    const record = (id: number) => `2025-03-04T09:00:0${id}Z ERROR cart-api Unhandled fault in basket ${id}
java.lang.IllegalStateException: no rate
\tat com.example.tax.Rates.find(Rates.java:88)
\tat org.springframework.web.X.y(X.java:1)
`;
    const found = await collect({ 'app.log': [1, 2, 3, 4, 5, 6].map(record).join('') });
    expect(found.patterns.map(brief)).toEqual(['6 error cart-api Unhandled fault in basket <*>']);
    expect(found.patterns[0]).toMatchObject({
      exceptionType: 'java.lang.IllegalStateException',
      frames: [{ file: 'com/example/tax/Rates.java', line: 88 }, {}],
    });
  });

  it('partial lines of a container runtime are one record', async () => {
    const payload = JSON.stringify({
      level: 'error',
      msg: 'cannot rate basket 77',
      service: 'tax',
      pad: 'x'.repeat(3_000),
    });
    const line = (flag: string, text: string) => `2025-03-04T09:00:00.123456789Z stderr ${flag} ${text}\n`;
    const text =
      line('P', payload.slice(0, 1_000)) +
      line('P', payload.slice(1_000, 2_000)) +
      line('F', payload.slice(2_000));
    const found = await collect({ 'app.log': text.repeat(4) });
    expect(found.patterns.map(brief)).toEqual(['4 error tax cannot rate basket <*>']);
  });

  it('pods of one workload are one service, split by pod and revision', async () => {
    const line = (i: number, pod: string) =>
      `[pod/${pod}/app] {"level":"error","time":"2025-03-04T09:00:${10 + i}Z","msg":"no rate for ${i}"}\n`;
    const pods = ['tax-7d9c5b8f64-k2x9p', 'tax-7d9c5b8f64-m4t7w', 'cart-6c8f9d7b55-zzzz2'];
    const text = Array.from({ length: 30 }, (_, i) => line(i, pods[i % 3] ?? '')).join('');
    const found = await collect({ 'all.log': text });
    expect(found.patterns.map(brief).sort()).toEqual([
      '10 error cart no rate for <*>',
      '20 error tax no rate for <*>',
    ]);
    const tax = found.patterns.find(({ service }) => service === 'tax');
    expect(tax?.splits.map(({ dimension, value, count }) => `${dimension} ${value} ${count}`)).toEqual([
      'pod tax-7d9c5b8f64-k2x9p 10',
      'pod tax-7d9c5b8f64-m4t7w 10',
      'version 7d9c5b8f64 20',
    ]);
  });
});

describe('HAProxy', () => {
  const request = (frontend: string, second: number) =>
    `Mar  4 09:00:${String(second).padStart(2, '0')} lb-1 haproxy[812]: 203.0.113.9:50312 [04/Mar/2025:09:00:${String(second).padStart(2, '0')}.123] ${frontend}~ carts/web-04 0/0/1/20/31 200 217 - - ---- 2/2/1/1/3 0/0 "POST /carts/17 HTTP/1.1"`;
  const down = 'Mar  4 09:00:30 lb-1 haproxy[812]: Server carts/web-04 is DOWN, reason: Layer4 timeout.';

  it('and its one frontend are one service', async () => {
    const { serviceFacts } = await collect({
      'haproxy.log': [request('shop', 10), request('shop', 20), down].join('\n'),
    });
    expect(serviceFacts).toMatchObject([{ name: 'shop', aliases: ['haproxy'] }]);
  });

  it.each([
    ['by the name of the backend', 'carts/web-04', 'carts'],
    ['by the name of the backend without what it is', 'bk_carts/web-04', 'carts'],
    ['by the name of the server', 'main/carts-2', 'carts'],
  ])('tells whom its frontend calls %s', async (_how, backend, to) => {
    const asked = request('shop', 10).replace('carts/web-04', backend);
    const { edges } = await collect({
      'edge.log': asked,
      'carts.log': '2025-03-04T09:00:00Z INFO carts listening',
    });
    expect(edges).toMatchObject([{ from: 'shop', to }]);
  });

  it('is meant by whoever names it as its log', async () => {
    const { serviceFacts } = await collect({
      'lobby.log': request('shop', 10).replace('Mar  4 09:00:10 lb-1 haproxy[812]: ', ''),
    });
    expect(serviceFacts).toMatchObject([{ name: 'shop', aliases: ['lobby'] }]);
  });

  it('tells of no call where nobody is called after a backend', async () => {
    const { edges } = await collect({ 'edge.log': request('shop', 10) });
    expect(edges).toEqual([]);
  });

  it('in the log of a machine is not taken for others that tell of requests', async () => {
    const { serviceFacts } = await collect({
      syslog: [request('shop', 10), request('shop', 20), down].join('\n'),
    });
    expect(serviceFacts).toEqual([]);
  });

  it('and several frontends are told apart', async () => {
    const { serviceFacts } = await collect({
      'haproxy.log': [request('shop', 10), request('admin', 20), down].join('\n'),
    });
    expect(serviceFacts).toEqual([]);
  });
});

describe('calls of others', () => {
  const log = (line: (second: number) => string) =>
    Array.from({ length: 240 }, (_, i) => line(i * 10)).join('\n');
  const at = (second: number) => new Date(Date.UTC(2025, 2, 4, 9) + second * 1000).toISOString();
  const told = ({ traces, series, serviceFacts }: Contribution) => ({
    traces: traces.map(({ from, to, buckets }) => [
      from,
      to,
      buckets.length,
      buckets[0]?.p50Ms,
      buckets.at(-1)?.p50Ms,
    ]),
    series: series.map(({ service, meaning, attributes }) => [service, meaning, attributes['peer']]),
    facts: serviceFacts.map(({ name, kind }) => [name, kind]),
  });

  it.each([
    [
      'fields',
      (second: number) =>
        `{"time":"${at(second)}","level":"info","app":"quotes","msg":"carrier answered","host":"rates.trunk.example","status":200,"ms":${second < 1200 ? 200 : 8000}}`,
    ],
    [
      'words of a line',
      (second: number) =>
        `${at(second)} INFO [quotes] carrier answered host=rates.trunk.example ms=${second < 1200 ? 200 : 8000} status=200`,
    ],
  ])('in %s are times of the callee and series of the caller, and no requests', async (_, line) => {
    expect(told(await collect({ 'quotes.log': log(line) }))).toEqual({
      traces: [['quotes', 'trunk', 40, 200, 8000]],
      series: [
        ['quotes', 'latency', 'rates.trunk.example'],
        ['quotes', 'latency', 'rates.trunk.example'],
      ],
      facts: [['trunk', 'external']],
    });
  });

  it.each([
    ['the machine that wrote it', '"host":"web-3.shop.example","status":200,"ms":12'],
    ['a host without a status', '"host":"batch.shop.example","ms":12'],
    ['an address', '"upstream":"10.0.0.7:8080","ms":12'],
    ['no time', '"upstream":"rates","status":200'],
  ])('are not seen in %s', async (_, fields) => {
    const line = (second: number) =>
      `{"time":"${at(second)}","level":"info","app":"quotes","msg":"done",${fields}}`;
    const { traces, serviceFacts } = await collect({ 'quotes.log': log(line) });
    expect([traces, serviceFacts]).toEqual([[], []]);
  });
});

describe('a log of the program that deploys', () => {
  it('tells of rollouts, though no message says the word', async () => {
    const { changes } = await collect({
      'releases.log': [
        '2025-03-04T09:00:00.417Z deploy[4137]: cart 2.14.1 (8eecd39) requested by dana',
        '2025-03-04T09:00:02.001Z deploy[4137]: cart 2.14.1 is live',
        '2025-03-04T09:05:00.100Z deploy[4174]: stock 1.9.5 (9c328d5) requested by lee',
      ].join('\n'),
    });
    expect(changes).toMatchObject([
      { service: 'cart', version: '2.14.1', commit: '8eecd39', status: 'succeeded' },
      { service: 'stock', version: '1.9.5', commit: '9c328d5', status: 'started' },
    ]);
  });
});

describe('requests', () => {
  it('of several methods under one path are told apart where each is more than a probe', async () => {
    const line = (method: string, i: number, seconds: string) => {
      const at = new Date(Date.UTC(2025, 2, 4, 9, 0, 0) + i * 2_000).toISOString().slice(11, 19);
      return `10.0.0.${i % 250} - - [04/Mar/2025:${at} +0000] "${method} /baskets HTTP/1.1" 200 ${100 + i} "-" "curl/8.5" ${seconds}\n`;
    };
    const rows = Array.from({ length: 100 }, (_, i) =>
      i % 2 === 0 ? line('GET', i, '0.004') : line('POST', i, '0.300'),
    );
    const found = await collect({ 'web-access.log': [...rows, line('HEAD', 101, '0.001')].join('') });
    const medians = found.series.filter(
      ({ quantile, attributes }) => quantile === 0.5 && attributes['http.route'],
    );
    expect(medians.map(({ attributes, values }) => [attributes['method'], ...new Set(values)])).toEqual([
      ['GET', 4],
      ['HEAD', 1],
      ['POST', 300],
    ]);
  });

  it('become series of requests, errors and latency, per service and route', async () => {
    const line = (i: number) => {
      const at = new Date(Date.UTC(2025, 2, 4, 9, 0, 0) + i * 5_000);
      const day = `04/Mar/2025:${at.toISOString().slice(11, 19)} +0000`;
      const [path, status, seconds] =
        i % 2 === 0 ? [`/baskets/${i}`, i % 10 === 0 ? 503 : 200, '0.100'] : ['/health', 200, '0.002'];
      return `10.0.0.${i % 250} - - [${day}] "GET ${path} HTTP/1.1" ${status} ${100 + i} "-" "curl/8.5" ${seconds}\n`;
    };
    const found = await collect({
      'web-access.log': Array.from({ length: 600 }, (_, i) => line(i)).join(''),
    });
    const total = (id: string) =>
      found.series.find((series) => series.id === id)?.values.reduce((a, b) => a + b, 0);
    expect(total('log-file:web:*:requests')).toBe(600);
    expect(total('log-file:web:*:errors')).toBe(60);
    expect(total('log-file:web:/baskets/{id}:requests')).toBe(300);
    expect(total('log-file:web:/health:errors')).toBe(0);
    const p99 = found.series.find(({ id }) => id === 'log-file:web:/baskets/{id}:latency:p99');
    expect(new Set(p99?.values)).toEqual(new Set([100]));
    expect(p99?.weights?.slice(1, 3)).toEqual([6, 6]);
  });
});

describe('bad input is a gap with what, effect and next step', () => {
  const CASES: readonly (readonly [string, string | Buffer, string, string])[] = [
    ['empty', '', 'absent', 'is empty'],
    [
      'binary',
      Buffer.from(Array.from({ length: 4_000 }, (_, i) => (i * 7919) % 256)),
      'rejected',
      'is binary',
    ],
    ['only NULs', Buffer.alloc(4_000), 'rejected', 'is binary'],
    [
      'without stamps',
      'ERROR cannot open\nINFO fine\n',
      'not-covered',
      '2 records of x.log have no time, 1 of them errors',
    ],
    ['a truncated gzip', gzipSync(LOG.repeat(3_000)).subarray(0, 4_000), 'truncated', 'breaks off after'],
    [
      'a damaged zstd',
      Buffer.concat([
        Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
        Buffer.from(Array.from({ length: 4_000 }, (_, i) => (i * 7919) % 251)),
      ]),
      'failed',
      'x.log cannot be read',
    ],
  ];
  it.each(CASES)('%s', async (_, content, reason, detail) => {
    const { gaps } = await collect({ 'x.log': content });
    expect(gaps).toHaveLength(1);
    expect(gaps[0]?.reason).toBe(reason);
    expect(gaps[0]?.detail).toContain(detail);
    expect(gaps[0]?.nextStep).not.toBe('');
  });

  it('quotes the errors of a log without stamps, as evidence', async () => {
    const found = await collect({ 'x.log': 'starting\nERROR cannot open ledger\n' });
    expect(found.gaps[0]?.detail).toContain('x.log:2 “ERROR cannot open ledger”');
    expect(found.evidence).toHaveLength(1);
  });

  it('reads invalid UTF-8 as text', async () => {
    const bytes = Buffer.concat([
      Buffer.from('2025-03-04T09:00:00Z ERROR a-svc caf'),
      Buffer.from([0xe9, 0xff]),
      Buffer.from(' closed\n'),
    ]);
    const found = await collect({ 'x.log': bytes });
    expect(found.patterns.map(brief)).toEqual(['1 error a-svc caf\uFFFD\uFFFD closed']);
  });

  it('one bad file does not harm the others', async () => {
    const found = await collect({ 'a.log': '', 'error.log': LOG });
    expect(found.patterns.map(brief)).toEqual(LOG_PATTERNS);
    expect(found.gaps).toHaveLength(1);
  });
});

describe('adversarial logs stay bounded', () => {
  it('a line of a megabyte is cut, and what follows is read', async () => {
    const found = await collect({
      'x.log': `2025-03-04T09:00:00Z ERROR a-svc ${'y'.repeat(1_500_000)}\n${LOG}`,
    });
    expect(found.patterns.reduce((sum, { count }) => sum + count, 0)).toBe(8);
    expect(found.gaps.map(({ reason }) => reason)).toEqual(['truncated']);
  });

  it('a new pattern on each line is counted by severity in the end', async () => {
    const word = (i: number) =>
      i.toString(26).replaceAll(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '');
    const lines = Array.from(
      { length: 9_000 },
      (_, i) => `2025-03-04T09:00:00Z ERROR a-svc w${word(i)} v${word(i * 7)} u${word(i * 13)} failed\n`,
    );
    const found = await collect({ 'x.log': lines.join('') });
    expect(found.patterns.reduce((sum, { count }) => sum + count, 0) + dropped(found)).toBe(9_000);
    expect(found.patterns.length).toBeLessThanOrEqual(2_000);
    expect(found.gaps.map(({ reason }) => reason)).toContain('truncated');
  });
});

function dropped(found: Contribution): number {
  return found.gaps.reduce(
    (sum, { detail }) => sum + Number(/patterns with (\d+) records/.exec(detail)?.[1] ?? 0),
    0,
  );
}

describe('a clock that ran ahead', () => {
  const start = Date.UTC(2025, 2, 4, 9);
  const seenBy = (service: string, aheadMs: number) =>
    Array.from(
      { length: 40 },
      (_, i) =>
        `{"time":"${new Date(start + i * 2_000 + aheadMs).toISOString()}","level":"error","service":"${service}","request_id":"req-${1000 + i}","msg":"call ${i} of ${service} failed"}`,
    ).join('\n');

  it('is corrected where two other logs saw the same requests, and the report says by what', async () => {
    const found = await collect({
      'gate.log': seenBy('gate', 0),
      'cart.log': seenBy('cart', 40),
      'stock.log': seenBy('stock', 412_000),
    });
    const first = (service: string) =>
      found.patterns.find((pattern) => pattern.service === service)?.firstSeenAt;
    expect([first('gate'), first('cart'), first('stock')]).toEqual([start, start + 40, start]);
    const note = found.coverage.find(({ path }) => path === 'stock.log')?.notes.join(' ');
    expect(note).toMatch(/Its clock is 412 s ahead of cart, gate, by \d+ requests .* corrected/);
  });
});
