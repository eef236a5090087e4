import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParsedLine } from '../format.ts';
import { parseLine } from './parse-line.ts';

const CONTEXT = { yearHint: 2024 };
const AT = Date.UTC(2024, 2, 2, 8, 15, 30, 250);
const CART = { wallMs: AT, severity: 'error', service: 'cart-api', message: 'cart lost' } as const;

const NAMED = { wallMs: AT, severity: 'error', logger: 'cart-api', message: 'cart lost' } as const;

/** Formats that nobody described: time and level are found wherever the header has them. */
const UNKNOWN: readonly { name: string; line: string; want: Partial<ParsedLine> }[] = [
  {
    name: 'pairs between pipes',
    line: '2024-03-02T08:15:30.250Z|svc=cart-api|lvl=E|thr=12|cart lost',
    want: CART,
  },
  {
    name: 'the service before the stamp',
    line: 'cart-api|2024-03-02 08:15:30.250|ERR|7f3a|cart lost',
    want: CART,
  },
  {
    name: 'an envelope with a sign before its name',
    line: '{"ts":"2024-03-02T08:15:30.250Z","@fields":{"lvl":"ERROR","service":"cart-api","msg":"cart lost"}}',
    want: CART,
  },
  { name: 'tildes', line: '2024-03-02 08:15:30.250~ERROR~cart-api~cart lost', want: CART },
  {
    name: 'the level first, between carets',
    line: 'ERROR^2024-03-02T08:15:30.250Z^cart-api^cart lost',
    want: CART,
  },
  {
    name: 'marks of several signs',
    line: '### 2024-03-02 08:15:30.250 ### ERROR ### cart-api ### cart lost',
    want: CART,
  },
  {
    name: 'date and clock in cells of their own',
    line: '02.03.2024;08:15:30.250;ERROR;cart-api;cart lost',
    want: NAMED,
  },
  {
    name: 'quoted values without a header',
    line: '"2024-03-02 08:15:30,250","ERROR","cart-api","cart lost"',
    want: CART,
  },
  { name: 'a JSON array', line: '["2024-03-02T08:15:30.250Z","ERROR","cart-api","cart lost"]', want: CART },
  {
    name: 'level and name of the logger together in an object',
    line: '{"context":{"logLevel":50,"package":"cart-api"},"message":"cart lost","time":1709367330250}',
    want: NAMED,
  },
  {
    name: 'the level twice, the name of the logger beside the inner one',
    line: '{"message":"cart lost","level":"ERROR","time":"2024-03-02T08:15:30.250Z","_meta":{"logLevelName":"ERROR","name":"cart-api"}}',
    want: NAMED,
  },
  {
    name: 'a name inside an object without a level is no logger',
    line: '{"message":"cart lost","level":"ERROR","time":"2024-03-02T08:15:30.250Z","user":{"level":"gold","name":"ann"}}',
    want: { wallMs: AT, severity: 'error', service: null, logger: null },
  },
  {
    name: 'the path of a resource in Azure, and a status among its properties',
    line: '{"time":"2024-03-02T08:15:30.250Z","resourceId":"/SUBSCRIPTIONS/0/RESOURCEGROUPS/SHOP/PROVIDERS/MICROSOFT.CDN/PROFILES/CART-API","category":"AccessLog","properties":{"httpMethod":"GET","requestUri":"https://shop.example.com/cart","httpStatusCode":"503"}}',
    want: { wallMs: AT, severity: 'error', service: 'CART-API' },
  },
  {
    name: 'the cluster of a mesh, whatever host was asked for',
    line: '{"start_time":"2024-03-02T08:15:30.250Z","method":"GET","path":"/carts","response_code":503,"authority":"shop.example.com:8080","upstream_cluster":"outbound|8080||cart-api.shop.svc.cluster.local"}',
    want: { wallMs: AT, severity: 'error', service: 'cart-api', message: 'GET /carts' },
  },
  {
    name: 'the host that was asked for, of a proxy that names no cluster',
    line: '{"start_time":"2024-03-02T08:15:30.250Z","method":"GET","path":"/carts","response_code":503,"authority":"cart-api:8080"}',
    want: { wallMs: AT, severity: 'error', service: 'cart-api' },
  },
  {
    name: 'an event that repeats is of the time when it was last seen',
    line: '{"firstTimestamp":"2024-03-02T08:10:00Z","lastTimestamp":"2024-03-02T08:15:30.250Z","type":"Warning","message":"cart lost"}',
    want: { wallMs: AT, severity: 'warn', message: 'cart lost' },
  },
  {
    name: "OpenTelemetry's scale, which its name tells",
    line: '{"Timestamp":"2024-03-02T08:15:30.250Z","SeverityNumber":17,"Body":"cart lost"}',
    want: { wallMs: AT, severity: 'error', message: 'cart lost' },
  },
  {
    name: 'names of another language',
    line: '{"wann":1709367330250,"sev":"E","wer":"cart-gw","was":"cart lost"}',
    want: { wallMs: AT, severity: 'error', service: 'cart-gw', message: 'cart lost' },
  },
  {
    name: 'two numbers of which either may be the time',
    line: '{"wann":1709367330250,"neu":1709367330251,"sev":"E","was":"cart lost"}',
    want: { wallMs: null, severity: 'error', message: 'cart lost' },
  },
  {
    name: 'columns in front of the level and a column of its own for the text',
    line: '2024-03-02 08:15:30.250\tcart.exe (0x12)\t0x31\tStore\t8nca\tCRITICAL\tcart is lost',
    want: { wallMs: AT, severity: 'fatal', message: 'cart is lost' },
  },
  {
    name: 'a program before the stamp',
    line: 'JVB 2024-03-02 08:15:30.250 SEVERE: [12] cart lost',
    want: { wallMs: AT, severity: 'error', logger: 'JVB', message: 'cart lost' },
  },
  {
    name: 'a number before the stamp',
    line: '12 2024/03/02 08:15:30.250 UTC WARNING: cart lost',
    want: { wallMs: AT, offsetMinutes: 0, severity: 'warn' },
  },
  {
    name: 'a label and brackets before it',
    line: 'TID: [-12] [api] [2024-03-02 08:15:30,250] ERROR {org.shop.Carts} - cart lost',
    want: { wallMs: AT, severity: 'error', logger: 'org.shop.Carts', message: 'cart lost' },
  },
  {
    name: 'a level in pointed brackets behind ids',
    line: '2024-03-02 08:15:30.250 Init Session:7f1c2-a0 <ERROR> @v_node0001: cart lost',
    want: { wallMs: AT, severity: 'error' },
  },
  {
    name: 'a level in round brackets',
    line: '2024-03-02 08:15:30.250 (ERROR) <cart-api> cart lost',
    want: NAMED,
  },
  {
    name: 'a level in brackets behind a file',
    line: '2024-03-02 08:15:30,250 - util.py[WARNING]: cart lost',
    want: { wallMs: AT, severity: 'warn', message: 'cart lost' },
  },
  {
    name: 'a level at the end',
    line: '2024-03-02 08:15:30.250 the cart is lost [ERROR]',
    want: { wallMs: AT, severity: 'error' },
  },
  {
    name: 'a letter behind the one name',
    line: '20240302 081530.250 CARTS01 E 0042 CART LOST',
    want: { wallMs: AT, severity: 'error', message: '0042 CART LOST' },
  },
  {
    name: 'a level in Japanese',
    line: '2024/03/02 08:15:30.250 [エラー] cart-api: cart lost',
    want: { severity: 'error', logger: 'cart-api', message: 'cart lost' },
  },
  {
    name: 'a date and clock with dashes',
    line: '2024-03-02-08-15-30.250 cart-api ERROR cart lost',
    want: { wallMs: AT, severity: 'error', message: 'cart lost' },
  },
  { name: 'seventeen digits', line: '20240302081530250 ERROR cart-api cart lost', want: CART },
  {
    name: 'an object behind the prefix',
    line: '2024-03-02 08:15:30.250 ERROR cart-api {"event":"cart lost","order":17}',
    want: CART,
  },
  {
    name: 'an object with the time behind a level',
    line: 'ERROR cart-api: {"ts":"2024-03-02T08:15:30.250Z","msg":"cart lost"}',
    want: { wallMs: AT, severity: 'error', message: 'cart lost' },
  },
  {
    name: 'names that nobody knows',
    line: '{"when":"2024-03-02T08:15:30.250Z","how_bad":"ERROR","who":"cart-api","what":"cart lost"}',
    want: CART,
  },
  {
    name: 'everything inside envelopes',
    line: '{"meta":{"ts":1709367330250,"svc":"cart-api","lvl":"err"},"payload":{"text":"cart lost","order":42}}',
    want: CART,
  },
  {
    name: 'a document of a store',
    line: '{"_index":"logs","_source":{"@timestamp":"2024-03-02T08:15:30.250Z","kubernetes":{"container":{"name":"cart-api"}},"log":{"level":"error"},"message":"cart lost"}}',
    want: CART,
  },
];

const MORE: readonly { name: string; line: string; want: Partial<ParsedLine> }[] = [
  {
    name: 'an id in the column behind the name',
    line: '2024-03-02 08:15:30.250 | E | carts | 7f3a9c | cart lost',
    want: { wallMs: AT, severity: 'error', logger: 'carts' },
  },
  {
    name: 'level, name and worker in one bracket',
    line: '2024-03-02T08:15:30.250Z [ERROR|carts|worker-3] cart lost',
    want: { wallMs: AT, severity: 'error', logger: 'carts', message: 'cart lost' },
  },
  {
    name: 'a name between three dashes',
    line: '2024-03-02 08:15:30.250 ERROR --- shop.Carts --- cart lost',
    want: { wallMs: AT, severity: 'error', logger: 'shop.Carts', message: 'cart lost' },
  },
  {
    name: 'a letter before the stamp',
    line: 'E 2024-03-02 08:15:30.250 carts lost their totals',
    want: { wallMs: AT, severity: 'error' },
  },
  {
    name: 'the stamp of Oracle',
    line: '02-MAR-24 08.15.30.250000 PM|carts|ERROR|cart lost',
    want: { wallMs: AT + 12 * 3_600_000, severity: 'error', message: 'cart lost' },
  },
];

/** What looks like a header and is none. */
const PROSE: readonly { name: string; line: string; want: Partial<ParsedLine> }[] = [
  {
    name: 'a sentence with a date',
    line: 'The job was started at 2024-03-02 08:15:30 by ann',
    want: { wallMs: null },
  },
  {
    name: 'a label of something else',
    line: 'Not After : Mar  2 08:15:30 2024 GMT and so on',
    want: { wallMs: null },
  },
  {
    name: 'the date of a commit',
    line: 'Date:   Sat Mar 2 08:15:30 2024 +0100',
    want: { severity: 'unknown' },
  },
  {
    name: 'no error',
    line: '2024-03-02 08:15:30.250 finished with no ERROR and 12 warnings',
    want: { severity: 'unknown' },
  },
  {
    name: 'none counted',
    line: '2024-03-02 08:15:30.250 result ERROR: 0 WARN: 0',
    want: { severity: 'unknown' },
  },
  {
    name: 'a rate',
    line: '2024-03-02 08:15:30.250 error rate is back to normal',
    want: { severity: 'unknown' },
  },
  {
    name: 'a word of the message stays',
    line: '2024-03-02 08:15:30.250 TLS Error: handshake failed',
    want: { severity: 'error', message: 'TLS Error: handshake failed' },
  },
  {
    name: 'another time inside a record',
    line: '{"event":"token issued","expires_at":"2024-03-02T08:15:30.250Z","level":"info"}',
    want: { wallMs: null },
  },
];

describe('guessRecord', () => {
  it.each([...UNKNOWN, ...MORE])('$name', ({ line, want }) => {
    expect(parseLine(line, CONTEXT, null).parsed).toMatchObject(want);
  });

  it.each(PROSE)('leaves $name', ({ line, want }) => {
    expect(parseLine(line, CONTEXT, null).parsed).toMatchObject(want);
  });

  it('never throws, and never loses a time', () => {
    const piece = fc.constantFrom(
      '2024-03-02 08:15:30.250',
      'ERROR',
      '|',
      '\t',
      ';',
      '[',
      ']',
      '"',
      '{',
      '<a b="',
      '>',
      'cart-api',
      ' ',
      ',',
      'a=b',
      '~',
      '###',
      '1709367330250',
    );
    const lines = fc.array(piece, { maxLength: 24 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(lines, (line) => {
        const { wallMs } = parseLine(`2024-03-02T08:15:30.250Z ${line}`, CONTEXT, null).parsed;
        return wallMs !== null;
      }),
      { numRuns: 2000 },
    );
    expect(() =>
      fc.assert(
        fc.property(lines, (line) => parseLine(line, CONTEXT, null) !== null),
        { numRuns: 2000 },
      ),
    ).not.toThrow();
  });
});
