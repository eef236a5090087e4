import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParsedLine } from '../format.ts';
import { continuesRecord } from './continuation.ts';
import { parseLine, unwrapLine } from './parse-line.ts';
import { LOG_FORMATS } from './registry.generated.ts';

const CONTEXT = { yearHint: 2024 };
const AT = Date.UTC(2024, 2, 2, 8, 15, 30, 250);
const ESC = String.fromCharCode(27);

const NESTED: readonly { name: string; line: string; want: Partial<ParsedLine> }[] = [
  {
    name: 'CRI around pino: the inner stamp, level and name win',
    line: '2024-03-02T08:15:31.000000001Z stdout F {"level":50,"time":1709367330250,"pid":1,"hostname":"cart-6d4cf56db6-x7k2p","name":"cart","msg":"gone"}',
    want: { wallMs: AT, severity: 'error', service: 'cart', pod: 'cart-6d4cf56db6-x7k2p', message: 'gone' },
  },
  {
    name: 'a stored event around text: its level and logger are read',
    line: '{"result":{"_raw":"2024-03-02 08:15:30,250 ERROR [main] shop.Cart - gone","_time":"2024-03-02T08:15:31.000+00:00","host":"web-04"}}',
    want: { wallMs: AT, severity: 'error', logger: 'shop.Cart', host: 'web-04', message: 'gone' },
  },
  {
    name: 'labels of a stream around logfmt: the inner level wins',
    line: '2024-03-02T08:15:30.250Z {app="cart", level="info"} level=error msg=gone',
    want: { wallMs: AT, severity: 'error', service: 'cart', message: 'gone' },
  },
  {
    name: 'a column of comma separated values around JSON',
    line: '1709367330250,"{""level"":""error"",""msg"":""gone"",""service"":""cart""}"',
    want: { wallMs: AT, severity: 'error', service: 'cart', message: 'gone' },
  },
  {
    name: 'a tag and a stamp around an object of Ruby',
    line: '[0] var.log.containers.cart.log: [[1709367330.250000000, {}], {"log"=>"gone", "kubernetes"=>{"container_name"=>"cart"}}]',
    want: { wallMs: AT, service: 'cart', logger: null, message: 'gone' },
  },
  {
    name: 'a level in German',
    line: '2024-03-02T08:15:30.250Z FEHLER [kasse] Beleg nicht gedruckt',
    want: { wallMs: AT, severity: 'error', logger: 'kasse', message: 'Beleg nicht gedruckt' },
  },
  {
    name: 'a service that the SDK was not told, beside the one that the program names',
    line: '{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"unknown_service:node"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1709367330250000000","severityNumber":17,"body":{"stringValue":"gone"},"attributes":[{"key":"service","value":{"stringValue":"cart"}}]}]}]}]}',
    want: { wallMs: AT, severity: 'error', service: 'cart', message: 'gone' },
  },
  {
    name: 'compose around Spring Boot',
    line: 'cart-1  | 2024-03-02T08:15:30.250Z  WARN 1 --- [cart] [main] t.s.Cart : slow',
    want: { wallMs: AT, severity: 'warn', service: 'cart', logger: 't.s.Cart', message: 'slow' },
  },
  {
    name: 'compose with its own stamp around plain text: the wrapper gives the time',
    line: `${ESC}[36mcart-1  | ${ESC}[0m2024-03-02T08:15:30.250000000Z  * Ready`,
    want: { wallMs: AT, severity: 'unknown', service: 'cart-1', message: '* Ready' },
  },
  {
    name: 'kubectl prefix and timestamps around logfmt, depth three',
    line: '[pod/cart-6d4cf56db6-x7k2p/app] 2024-03-02T08:15:31.000000001Z time=2024-03-02T08:15:30.250Z level=ERROR msg="gone" service=cart',
    want: { wallMs: AT, severity: 'error', service: 'cart', pod: 'cart-6d4cf56db6-x7k2p', message: 'gone' },
  },
  {
    name: 'syslog around an id of ten digits: no time of another year',
    line: 'Mar  2 08:15:30 relay-1 postfix/smtp[2000]: 1484513658: to=<a@b.example>, status=sent',
    want: { wallMs: Date.UTC(2024, 2, 2, 8, 15, 30), yearless: true },
  },
  {
    name: 'syslog around ISO text: the priority is only a fallback',
    line: '<134>Mar  2 08:15:31 ip-10-0-0-7 cart[1]: 2024-03-02T08:15:30.250Z ERROR cart gone away',
    want: {
      wallMs: AT,
      yearless: false,
      severity: 'error',
      service: 'cart',
      host: 'ip-10-0-0-7',
      message: 'gone away',
    },
  },
  {
    name: 'syslog around plain text: priority, time and tag stand in',
    line: '<131>1 2024-03-02T08:15:30.250Z web-04 cart 1 - - gone away',
    want: { wallMs: AT, severity: 'error', service: 'cart', message: 'gone away' },
  },
  {
    name: 'docker json-file around nginx',
    line: '{"log":"2024/03/02 08:15:30 [crit] 31#31: *7 gone\\n","stream":"stderr","time":"2024-03-02T08:15:31Z"}',
    want: { wallMs: AT - 250, severity: 'fatal', message: 'gone', partial: false },
  },
  {
    name: 'Heroku router: octets, RFC 5424, logfmt',
    line: '190 <158>1 2024-03-02T08:15:30.250+00:00 host heroku router - at=error code=H12 desc="Request timeout" method=POST path="/carts/17" host=shop.test request_id=0f1e2d3c dyno=web.1 connect=1ms service=30000ms status=503 bytes=0',
    want: {
      wallMs: AT,
      service: 'router',
      requestId: '0f1e2d3c',
      request: { method: 'POST', route: '/carts/{id}', status: 503, durationMs: 30000, upstream: null },
    },
  },
  {
    name: 'journald around a level word',
    line: '{"__REALTIME_TIMESTAMP":"1709367330250000","PRIORITY":"6","_SYSTEMD_UNIT":"cart.service","MESSAGE":"ERROR gone away"}',
    want: { wallMs: AT, severity: 'error', service: 'cart', message: 'gone away' },
  },
];

describe('parseLine', () => {
  it.each(NESTED)('$name', ({ line, want }) => {
    expect(parseLine(line, CONTEXT, null).parsed).toMatchObject(want);
  });

  it.each([
    {
      name: 'time and words',
      line: '2024-03-02 08:15:30,250 gone away',
      want: { wallMs: AT, severity: 'unknown', message: 'gone away' },
    },
    {
      name: 'a level and words',
      line: 'WARNING: gone away',
      want: { wallMs: null, severity: 'warn', message: 'gone away' },
    },
    { name: 'nothing', line: 'gone away', want: { wallMs: null, severity: 'unknown', message: 'gone away' } },
    {
      name: 'CR, NUL and a byte order mark',
      line: '\uFEFF2024-03-02 08:15:30.250 INFO gone away\u0000\u0000\r\n',
      want: { wallMs: AT, severity: 'info', message: 'gone away' },
    },
    {
      name: 'JSON that was cut off',
      line: '{"level":"error","time":"2024-03-02T08:15:30.250Z","msg":"gone away","detail":"cut he',
      want: { wallMs: AT, severity: 'error', message: 'gone away' },
    },
    { name: 'an empty line', line: '', want: { wallMs: null, severity: 'unknown', message: '' } },
  ])('an unknown line degrades: $name', ({ line, want }) => {
    expect(parseLine(line, CONTEXT, null).parsed).toMatchObject(want);
  });

  it('keeps the first word of a message that looks like a name by chance', () => {
    const messages = [
      'Starting worker',
      'Connection: closed',
      'java.lang.IllegalStateException: gone',
      '5 carts lost',
      're-trying later',
      'parcel NX-20417 weighed',
      'Failed: gone',
    ];
    for (const message of messages)
      expect(parseLine(`2024-03-02 08:15:30 INFO ${message}`, CONTEXT, null).parsed.message).toBe(message);
  });

  it('takes a bare word for a service when the caller knows it', () => {
    const line = '2024-03-02T08:15:30.250Z ERROR carts gone away';
    expect(parseLine(line, CONTEXT, null).parsed).toMatchObject({
      service: null,
      message: 'carts gone away',
    });
    const known = { yearHint: 2024, services: new Set(['carts']) };
    expect(parseLine(line, known, null).parsed).toMatchObject({ service: 'carts', message: 'gone away' });
  });

  it('reads the trace behind the first line', () => {
    const text =
      '2024-03-02 08:15:30.250 ERROR [main] shop.Cart - gone\njava.io.IOException: disk full\n\tat shop.Cart.save(Cart.java:12)';
    expect(parseLine(text, CONTEXT, null).parsed).toMatchObject({
      message: 'gone',
      exceptionType: 'java.io.IOException',
      logger: 'shop.Cart',
    });
    expect(parseLine(text, CONTEXT, null).parsed.stack).toContain('Cart.java:12');
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.json(),
    fc
      .array(
        fc.constantFrom(
          '2024-03-02',
          'T08:15:30Z',
          ' ',
          '[',
          ']',
          '(',
          '{"',
          '"',
          ':',
          'ERROR',
          '<134>',
          '1 ',
          'stdout F ',
          ' | ',
          '=',
          'msg=',
          'at ',
          '\n',
          '\t',
          '@4000',
          '{"level":',
        ),
        { maxLength: 40 },
      )
      .map((parts) => parts.join('')),
  );

  it('reads what an appliance writes behind a host that a colon parts from it', () => {
    const { parsed } = parseLine('Mar  2 08:15:30 fw-1 : %CART-3-710003: access denied', CONTEXT, null);
    expect(parsed).toMatchObject({
      wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
      severity: 'error',
      host: 'fw-1',
      message: 'access denied',
    });
  });

  it('takes the line below a head that holds a stamp alone for the message', () => {
    const { parsed } = parseLine(
      '2024-03-02T08:15:30.250001+01:00\nCart file is bad\nCART-00600: 17',
      CONTEXT,
      null,
    );
    expect(parsed).toMatchObject({ offsetMinutes: 60, message: 'Cart file is bad' });
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(hostile, (line) => {
        const { parsed } = parseLine(line, CONTEXT, null);
        expect(parsed.wallMs === null || Number.isInteger(parsed.wallMs)).toBe(true);
        expect(typeof parsed.message).toBe('string');
      }),
      { numRuns: 500 },
    );
  });

  it('reads rows of marks in one go, not by every way to cut them', () => {
    for (const row of ['a=', 'a{b}:', '[a:b ', '(x) ', 'a.', 'a::', '<1.2.3>', 'A:', ' |a.b'])
      for (const head of [
        '',
        '2024-03-02T08:15:30Z ',
        '2024-03-02T08:15:30Z ERROR ',
        '2024-03-02T08:15:30Z ERROR x  ',
      ]) {
        const { parsed } = parseLine(`${head}${row.repeat(1_500)} ! x`, CONTEXT, null);
        expect(parsed.message.endsWith('! x')).toBe(true);
      }
  });

  it('never throws on a sample that was cut or damaged', () => {
    const samples = LOG_FORMATS.flatMap((format) => format.samples.map(({ line }) => ({ format, line })));
    const cut = fc.tuple(fc.constantFrom(...samples), fc.nat(400), fc.string({ maxLength: 5 }));
    const readAll = ([{ format, line }, at, noise]: [(typeof samples)[number], number, string]) => {
      for (const text of [
        line.slice(0, at),
        `${line.slice(0, at)}${noise}${line.slice(at + noise.length)}`,
      ]) {
        format.parse(text, CONTEXT);
        format.unwrap?.(text, CONTEXT);
        parseLine(text, CONTEXT, format);
      }
    };
    expect(() => fc.assert(fc.property(cut, readAll), { numRuns: 1000 })).not.toThrow();
  });

  it.each([
    ['spaces', ' '],
    ['digits', '1'],
    ['quotes', '"'],
    ['escaped quotes', '\\"'],
    ['brackets', '['],
    ['pairs', 'a='],
    ['pairs with values', 'a=b '],
    ['dots', 'a.'],
    ['colons', 'a:'],
    ['slashes', 'a/'],
    ['open JSON', '{"a":'],
    ['quoted keys', '"a":"'],
    ['hyphens', 'a-'],
    ['request lines', '"GET / '],
    ['frames', 'at a.b('],
    ['escapes', `${ESC}[`],
  ])('a line of 1 MB of %s costs no more than its length', (_, unit) => {
    const body = unit.repeat(Math.ceil(1_000_000 / unit.length));
    const startedAt = performance.now();
    for (const head of [
      '',
      '2024-03-02T08:15:30.250Z ERROR ',
      '{"msg":"',
      '<134>1 2024-03-02T08:15:30Z a b c - [',
    ])
      parseLine(head + body, CONTEXT, null);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });
});

describe('crash blocks as the programs print them', () => {
  it.each([
    {
      name: 'Node names the exception behind the source line',
      text: "/srv/app/crash.js:1\nfunction save(c){ return c.total } \n                           ^\n\nTypeError: Cannot read properties of null (reading 'total')\n    at save (/srv/app/crash.js:1:28)\n    at Timeout._onTimeout (/srv/app/crash.js:2:16)\n\nNode.js v20.20.2",
      want: {
        severity: 'fatal',
        exceptionType: 'TypeError',
        message: "TypeError: Cannot read properties of null (reading 'total')",
      },
    },
    {
      name: 'Rust names the message below the place',
      text: "thread 'main' (1991) panicked at src/cart.rs:1:36:\ncalled `Option::unwrap()` on a `None` value\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
      want: { severity: 'fatal', exceptionType: 'panic' },
    },
    {
      name: 'java.util.logging prints the trace under the level',
      text: 'Nov 24, 2026 1:33:59 AM shop.P main\nWARNING: slow\njava.lang.IllegalStateException: cart lost\n\tat shop.P.save(P.java:2)\nCaused by: java.io.IOException: disk full\n\t... 9 more',
      want: { severity: 'warn', message: 'slow', exceptionType: 'java.lang.IllegalStateException' },
    },
  ])('$name', ({ text, want }) => {
    expect(parseLine(text, CONTEXT, null).parsed).toMatchObject(want);
  });
});

describe('continuesRecord', () => {
  const STAMPED = '2024-03-02 08:15:30 ERROR gone';
  it.each([
    { name: 'a frame', head: STAMPED, last: STAMPED, payload: '    at save (/srv/cart.js:1:2)', want: true },
    {
      name: 'an exception under a stamped line',
      head: STAMPED,
      last: STAMPED,
      payload: 'java.io.IOException: disk full',
      want: true,
    },
    {
      name: 'the exception behind a Python trace',
      head: 'Traceback (most recent call last):',
      last: '    load()',
      payload: "KeyError: 'cart'",
      want: true,
    },
    {
      name: 'a stamped line',
      head: STAMPED,
      last: STAMPED,
      payload: '2024-03-02 08:15:31 INFO next',
      want: false,
    },
    {
      name: 'a plain line in a file without stamps',
      head: 'ready',
      last: 'ready',
      payload: 'listening',
      want: false,
    },
    {
      name: 'the source line under the head of a Node crash',
      head: '/srv/app.js:3',
      last: '/srv/app.js:3',
      payload: 'c.total',
      want: true,
    },
    {
      name: 'a line behind the end of a Node crash',
      head: '/srv/app.js:3',
      last: 'Node.js v20.19.0',
      payload: 'ready',
      want: false,
    },
    {
      name: 'the head of the next Node crash behind the frames of one',
      head: '/srv/app.js:3',
      last: '    at require (node:internal/modules/helpers:182:18)',
      payload: '/srv/app.js:3',
      want: false,
    },
    {
      name: 'the head of the next Node crash behind the fields of one',
      head: 'node:internal/modules/cjs/loader:1228',
      last: '}',
      payload: 'node:internal/modules/cjs/loader:1228',
      want: false,
    },
    {
      name: 'a place in the source that a Node crash quotes',
      head: '/srv/app.js:3',
      last: '/srv/app.js:3',
      payload: '/srv/views/cart.ejs:7',
      want: true,
    },
    {
      name: 'the message under the head of a Rust panic',
      head: "thread 'main' panicked at src/main.rs:1:2:",
      last: "thread 'main' panicked at src/main.rs:1:2:",
      payload: 'no cart',
      want: true,
    },
    {
      name: 'a goroutine behind a panic',
      head: 'panic: gone',
      last: '',
      payload: 'goroutine 1 [running]:',
      want: true,
    },
    {
      name: 'a STATEMENT of PostgreSQL',
      head: STAMPED,
      last: STAMPED,
      payload: '2024-03-02 08:15:30 UTC [7] STATEMENT:  SELECT 1',
      want: true,
    },
    {
      name: 'a panic after an ordinary line',
      head: '2024-03-02 08:15:30 INFO stored',
      last: '2024-03-02 08:15:30 INFO stored',
      payload: "thread 'main' panicked at src/cart.rs:4:5:",
      want: false,
    },
    {
      name: 'a panic under a line that says ERROR',
      head: STAMPED,
      last: STAMPED,
      payload: 'panic: no cart',
      want: true,
    },
    {
      name: 'an exception that is printed past the logger, under a line that tells of none',
      head: '2024-03-02 08:15:30 INFO stored',
      last: '2024-03-02 08:15:30 INFO stored',
      payload: 'java.lang.IllegalStateException: closed',
      want: false,
    },
    {
      name: 'an error that is called nothing else, under a request',
      head: '10.0.0.9 - - [02/Mar/2024:08:15:30 +0000] "GET /carts HTTP/1.1" 200 41',
      last: '10.0.0.9 - - [02/Mar/2024:08:15:30 +0000] "GET /carts HTTP/1.1" 200 41',
      payload: 'Error: the cart has no owner',
      want: false,
    },
    {
      name: 'an error that is called nothing else, under a line that tells of a failure',
      head: '2024-03-02 08:15:30 WARN saving failed',
      last: '2024-03-02 08:15:30 WARN saving failed',
      payload: 'Error: the cart has no owner',
      want: true,
    },
    {
      name: 'an error of its own name under a whole JSON line',
      head: '{"level":"info","msg":"charging"}',
      last: '{"level":"info","msg":"charging"}',
      payload: 'CardRefused: the card is refused',
      want: false,
    },
    {
      name: 'the next exception behind the frames of one',
      head: 'TypeError: n.trim is not a function',
      last: '    at clean (/srv/app/names.js:4:9)',
      payload: 'TypeError: n.trim is not a function',
      want: false,
    },
    { name: 'a JSON line', head: STAMPED, last: STAMPED, payload: '{"level":"info"}', want: false },
  ])('$name → $want', ({ head, last, payload, want }) => {
    expect(continuesRecord(payload, { head, last })).toBe(want);
  });

  it('sees the indent behind a wrapper', () => {
    const { payload } = unwrapLine(
      '2024-03-02T08:15:30.250000001Z stderr F     at save (/srv/cart.js:1:2)',
      CONTEXT,
    );
    expect(payload).toBe('    at save (/srv/cart.js:1:2)');
  });
});
