import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileAggregate } from '../aggregate/file-aggregate.ts';
import { UTC } from '../clock.ts';
import { LineFeeder } from '../read/line-feeder.ts';
import { FileScanner } from './file-scanner.ts';

function scan(
  bytes: Uint8Array,
  cuts: readonly number[] = [],
  toMs = Number.POSITIVE_INFINITY,
  aheadMs = 0,
): FileAggregate {
  const scanner = new FileScanner({
    zone: UTC,
    modifiedAtMs: Date.UTC(2025, 2, 5),
    toMs,
    aheadMs,
    fallbackService: 'web',
    services: new Set(),
    hasByteOffsets: true,
  });
  const feeder = new LineFeeder(scanner);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let from = 0;
  for (const to of ends) {
    feeder.write(bytes.subarray(from, to));
    from = to;
  }
  feeder.end();
  return scanner.finish();
}

function essence(aggregate: FileAggregate): unknown {
  return {
    cells: [...aggregate.cells.values()].map((cell) => ({
      ...{ service: cell.service, severity: cell.severity, template: cell.template, count: cell.count },
      ...{ first: cell.first, last: cell.last, stack: cell.stack, buckets: cell.buckets.toCounts(0) },
      splits: [...cell.splits].map(([dimension, values]) => [dimension, [...values]]),
    })),
    requests: aggregate.requests
      .series()
      .map(({ service, route, buckets }) => [
        service,
        route,
        [...buckets]
          .sort(([one], [other]) => one - other)
          .map(([at, { count, errors, latency }]) => [at, count, errors, latency.quantiles([0.5, 0.99])]),
      ]),
    records: aggregate.records,
    lines: aggregate.lines,
    untimed: [...aggregate.untimed],
    rollouts: aggregate.rollouts,
  };
}

function sampleLog(): Buffer {
  const lines: string[] = [];
  for (let i = 0; i < 60; i++) {
    const at = new Date(Date.UTC(2025, 2, 4, 9, 0, i)).toISOString();
    const pod = `cart-7d9c5b8f64-k2x9${'abcd'[i % 4]}`;
    lines.push(
      `{"time":"${at}","level":"info","pod":"${pod}","msg":"GET /b/${i} ${i % 7 === 0 ? 500 : 200} ${i * 3}ms"}`,
    );
    if (i % 5 === 0)
      lines.push(
        `${at} ERROR cart-api fault in ${i}`,
        'TypeError: x is not a function',
        '    at f (/app/src/a.js:1:2)',
      );
    if (i % 20 === 0)
      lines.push('', 'é\u0000\u001b[31m', `${at} INFO cart-api Deployment cart-api-v1.${i}.0 started`);
  }
  return Buffer.from(lines.join('\n'));
}

/** Three pods behind one prefix; each keeps a record open for 64 lines, into which a stack trace of it may come. */
function wrappedLog(): Buffer {
  const lines: string[] = [];
  for (let i = 0; i < 900; i++) {
    const at = new Date(Date.UTC(2025, 2, 4, 9) + i * 400).toISOString();
    const prefix = `[pod/cart-7d9c5b8f64-k2x9${'abc'[i % 3]}/app] `;
    lines.push(
      `${prefix}{"time":"${at}","level":"info","msg":"GET /b/${i} ${i % 50 === 0 ? 500 : 200} ${i % 90}ms"}`,
    );
    if (i % 170 === 3)
      lines.push(
        `${prefix}${at} ERROR cart-api fault in ${i}`,
        `${prefix}TypeError: x is not a function`,
        `[pod/other-7d9c5b8f64-k2x9z/app] {"time":"${at}","level":"warn","msg":"slow ${i}"}`,
        `${prefix}    at f (/app/src/a.js:1:2)`,
      );
  }
  return Buffer.from(lines.join('\n'));
}

describe('exceptions under one head', () => {
  it('lets the most frequent of them speak, however many of another kind came first', () => {
    const record = (second: number, thrown: string, file: string) =>
      `2025-03-04 09:00:${String(second).padStart(2, '0')},120 ERROR:desk:Request failed\nTraceback (most recent call last):\n  File "/srv/desk/${file}.py", line 7, in serve\n    answer()\n${thrown}\n`;
    const text = Array.from({ length: 59 }, (_, second) =>
      second < 9
        ? record(second, 'ConnectError: nobody listens', 'wire')
        : record(second, "TypeError: unsupported operand type(s) for *: 'int' and 'str'", 'sum'),
    ).join('');
    const [cell] = [...scan(Buffer.from(text)).cells.values()];
    expect(cell).toMatchObject({ count: 59, exceptionType: 'TypeError' });
    expect(cell?.stack).toContain('sum.py');
  });
});

describe('FileScanner', () => {
  const log = sampleLog();
  const whole = essence(scan(log));

  it('gives the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(log.length), { maxLength: 6 }), (cuts) => {
        expect(essence(scan(log, cuts))).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['as indented as the one above', ['01', '     '], ['02', '     '], 2],
    ['stamped later by its wrapper', ['01', ''], ['09', '     '], 2],
    ['of the same moment and indented more', ['01', '     '], ['02', '         '], 1],
  ])('tells whether an indented message is a record of its own: %s', (_name, head, line, records) => {
    const write = ([second, indent]: string[]) =>
      `Mar  4 09:00:${second} web-1 sudo: ${indent}ada : COMMAND=/usr/bin/id\n`;
    expect(scan(Buffer.from(write(head) + write(line))).records).toBe(records);
  });

  it('gives frames behind a wrapper to the head above them, whichever older record of that program is still open', () => {
    const lines: string[] = [];
    for (let i = 0; i < 100; i++) {
      const prefix = `Mar  4 09:${String(Math.floor(i / 4)).padStart(2, '0')}:${String((i % 4) * 15).padStart(2, '0')} web-1 cart[7]: `;
      lines.push(`${prefix}2025-03-04T09:00:00Z ERROR cannot save ${i}`);
      if (i % 7 === 0) lines.push(`${prefix}    at f (/app/src/a.js:1:2)`);
    }
    expect(scan(Buffer.from(`${lines.join('\n')}\n`)).records).toBe(100);
  });

  it('puts stamps without a year beside those that have one', () => {
    const lines = [
      '2019-11-03T10:00:00Z ERROR cart cannot save',
      'Nov  3 10:00:04 web-1 cart[7]: cannot save',
      '2019-11-03T10:00:09Z ERROR cart cannot save',
      '2019-12-31T23:59:58Z ERROR cart cannot save',
      'Jan  1 00:00:02 web-1 cart[7]: cannot save',
    ];
    const { records, firstMs, lastMs } = scan(Buffer.from(`${lines.join('\n')}\n`));
    expect({ records, firstMs, lastMs }).toEqual({
      records: 5,
      firstMs: Date.UTC(2019, 10, 3, 10),
      lastMs: Date.UTC(2020, 0, 1, 0, 0, 2),
    });
  });

  it.each([
    '10.0.0.1 - - [04/Mar/2025:09:00:00 +0000] "GET /b/2 HTTP/1.1" 200 5 "-" "curl"',
    'shop.example 10.0.0.1 - anna [04/Mar/2025:09:00:00 +0000] "GET /b/2 HTTP/1.1" 200 5',
    '[GIN] 2025/03/04 - 09:00:00 | 200 |  5.1ms | 10.0.0.1 | GET "/b/2"',
    'INFO 2025-03-04 09:00:00,001 cart said so',
  ])('does not take a record of another program for the rest of the one above: %s', (line) => {
    const above = '2025/03/04 09:00:00 [error] 7#7: *1 connect() failed, client: 10.0.0.1';
    expect(scan(Buffer.from(`${above}\n${line}\n${line}\n`)).records).toBe(3);
  });

  it.each([
    [
      'JSON',
      (at: string, why: string) => `{"time":"${at}","level":"error","msg":"save failed","err":"${why}"}`,
    ],
    [
      'an object',
      (at: string, why: string) =>
        `{"time":"${at}","level":"error","msg":"save failed","error":{"message":"${why}"}}`,
    ],
    [
      'an odd name',
      (at: string, why: string) => `{"time":"${at}","level":"error","msg":"save failed","errMsg":"${why}"}`,
    ],
    ['logfmt', (at: string, why: string) => `time=${at} level=error msg="save failed" err="${why}"`],
    ['zap on a console', (at: string, why: string) => `${at}\terror\tsave failed\t{"error": "${why}"}`],
    ['monolog', (at: string, why: string) => `[${at}] shop.ERROR: save failed {"error":"${why}"} []`],
    [
      'Serilog, whose trace begins with it',
      (at: string, why: string) =>
        `{"@t":"${at}","@mt":"save failed","@l":"Error","@x":"Shop.SaveException: ${why}\\n   at Shop.Save() in /src/Save.cs:line 3"}`,
    ],
  ])('tells failures apart by the reason that stands beside their message, in %s', (_name, write) => {
    const lines = Array.from({ length: 400 }, (_, i) => {
      const at = new Date(Date.UTC(2025, 2, 4, 9) + i * 500).toISOString();
      return write(at, i < 300 ? 'reset by client' : `certificate of bank ${i} has expired`);
    });
    const found = scan(Buffer.from(lines.join('\n')));
    expect([...found.cells.values()].map(({ template, count }) => [template, count])).toEqual([
      ['save failed: reset by client', 300],
      ['save failed: certificate of bank <*> has expired', 100],
    ]);
  });

  it('leaves a reason out that the message holds, and that of what is no failure', () => {
    const lines = [
      '{"time":"2025-03-04T09:00:00Z","level":"error","msg":"save failed: disk is full","err":"disk is full"}',
      '{"time":"2025-03-04T09:00:01Z","level":"info","msg":"tried again","err":"disk is full"}',
    ];
    expect([...scan(Buffer.from(lines.join('\n'))).cells.values()].map(({ template }) => template)).toEqual([
      'save failed: disk is full',
      'tried again',
    ]);
  });

  it('counts a request once where its server logs both it and why it failed', () => {
    const lines = Array.from({ length: 200 }, (_, i) => {
      const at = `09:0${Math.floor(i / 60)}:${String(i % 60).padStart(2, '0')}`;
      return [
        `2025/03/04 ${at} [error] 29#29: *${i} connect() failed (111: Connection refused) while connecting to upstream, client: 10.2.3.4, server: shop.example, request: "POST /pay HTTP/1.1", upstream: "http://10.0.3.7:8080/pay", host: "shop.example"`,
        `10.2.3.4 - - [04/Mar/2025:${at} +0000] "POST /pay HTTP/1.1" 502 157 "-" "curl"`,
      ].join('\n');
    });
    const [series, ...others] = scan(Buffer.from(lines.join('\n'))).requests.series();
    const buckets = [...(series?.buckets.values() ?? [])];
    expect(others).toEqual([]);
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(200);
    expect(buckets.reduce((sum, { errors }) => sum + errors, 0)).toBe(200);
  });

  it('counts each line behind a prefix once, however the bytes are cut', () => {
    const wrapped = wrappedLog();
    const found = scan(wrapped);
    const stacks = [...found.cells.values()].filter(({ severity }) => severity === 'error');
    expect(found).toMatchObject({ lines: 924, records: 912 });
    expect(stacks.map(({ count, stack }) => [count, stack])).toEqual([
      [6, expect.stringContaining('at f (/app/src/a.js:1:2)')],
    ]);
    const once = essence(found);
    fc.assert(
      fc.property(fc.array(fc.nat(wrapped.length), { maxLength: 6 }), (cuts) => {
        expect(essence(scan(wrapped, cuts))).toEqual(once);
      }),
      { numRuns: 60 },
    );
  });

  it('counts a file of many programs, whose stamps look differently, however the bytes are cut', () => {
    const lines = Array.from({ length: 900 }, (_, i) => {
      const ms = Date.UTC(2025, 2, 4, 9) + i * 300;
      const at = new Date(ms).toISOString();
      const said = `GET /b/${i} ${i % 50 === 0 ? 500 : 200} ${i % 90}ms`;
      const forms = [
        `${at} INFO cart-api ${said}`,
        `Mar  4 ${at.slice(11, 19)} web-1 shop[7]: ${said}`,
        `{"level":"info","ts":${ms / 1000},"service":"search","msg":"${said}"}`,
        `{"asctime":"${at.slice(0, -1).replace('T', ' ').replace('.', ',')}","levelname":"INFO","name":"pay","message":"${said}"}`,
        `10.0.0.1 - - [04/Mar/2025:${at.slice(11, 19)} +0000] "GET /b/${i} HTTP/1.1" 200 5 "-" "curl" 0.0${i % 90}`,
        `{"level":"info","time":${ms},"service":"mail","msg":"${said}"}`,
      ];
      return forms[(i * i + (i >> 3)) % forms.length] ?? '';
    });
    const mixed = Buffer.from(lines.join('\n'));
    const found = scan(mixed);
    const requests = found.requests.series().flatMap(({ buckets }) => [...buckets.values()]);
    expect(found).toMatchObject({ lines: 900, records: 900 });
    expect(requests.reduce((sum, { count }) => sum + count, 0)).toBe(900);
    expect(found.zoneless).toBe(lines.filter((line) => /asctime|^Mar/.test(line)).length);
    expect(found.yearless).toBe(lines.filter((line) => line.startsWith('Mar')).length);
    const once = essence(found);
    fc.assert(
      fc.property(fc.array(fc.nat(mixed.length), { maxLength: 6 }), (cuts) => {
        const cut = scan(mixed, cuts);
        expect([essence(cut), cut.zoneless, cut.yearless]).toEqual([once, found.zoneless, found.yearless]);
      }),
      { numRuns: 40 },
    );
  });

  it.each([1_000, 7_000, 60_000, -3_000])(
    'a clock that ran %i ms ahead is set right everywhere',
    (aheadMs) => {
      const write = (shift: number) =>
        Array.from({ length: 300 }, (_, i) => {
          const at = new Date(Date.UTC(2025, 2, 4, 9) + i * 700 + shift).toISOString();
          return `${at} INFO cart-api GET /b/${i} ${i % 9 === 0 ? 500 : 200} ${i}ms`;
        }).join('\n');
      const whatIsCounted = ({ cells, requests }: FileAggregate) => ({
        cells: [...cells.values()].map(({ count, firstMs, lastMs, buckets }) => [
          count,
          firstMs,
          lastMs,
          buckets.toCounts(0),
        ]),
        requests: requests
          .series()
          .map(({ buckets }) =>
            [...buckets]
              .map(([at, { count, errors }]) => [at, count, errors])
              .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)),
          ),
      });
      expect(whatIsCounted(scan(Buffer.from(write(aheadMs)), [], undefined, aheadMs))).toEqual(
        whatIsCounted(scan(Buffer.from(write(0)))),
      );
    },
  );

  it('counts each record once: bytes and parser agree', () => {
    const found = scan(log);
    const bySeverity = new Map<string, number>();
    for (const cell of found.cells.values())
      bySeverity.set(cell.severity, (bySeverity.get(cell.severity) ?? 0) + cell.count);
    expect(Object.fromEntries(bySeverity)).toEqual({ info: 63, error: 12 });
    const [series] = found.requests.series();
    const buckets = [...(series?.buckets.values() ?? [])];
    expect([series?.service, series?.route]).toEqual(['cart', '/b/{id}']);
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(60);
    expect(buckets.reduce((sum, { errors }) => sum + errors, 0)).toBe(9);
  });

  /** Within a few seconds, so that many share one, or across minutes, more than the kernel counts at a time. */
  const offset = fc.oneof(fc.nat(9_000), fc.nat(240_000), fc.nat(1_500_000));

  it.each([
    ['prefix', (at: string, i: number) => `${at} WARN cart-api slow answer ${i}`],
    ['JSON', (at: string, i: number) => `{"level":"warn","msg":"slow answer ${i}","time":"${at}"}`],
    [
      'access log',
      (at: string, i: number) =>
        `10.0.0.1 - - [${at.slice(8, 10)}/Mar/2025:${at.slice(11, 19)} +0000] "GET /slow/${i} HTTP/1.1" 500 12`,
    ],
    ['epoch', (at: string, i: number) => `{"ts":${Date.parse(at)},"level":"warn","msg":"slow answer ${i}"}`],
    ['syslog', (at: string, i: number) => `Mar  4 ${at.slice(11, 19)} web-1 cart[7]: slow answer ${i}`],
  ])('finds first, last and every bucket of records in any order: %s', (name, write) => {
    fc.assert(
      fc.property(fc.array(offset, { minLength: 1, maxLength: 80 }), (offsets) => {
        const start = Date.UTC(2025, 2, 4, 9);
        const unit = name === 'access log' || name === 'syslog' ? 1_000 : 1;
        const times = offsets.map((offset) => start + Math.floor(offset / unit) * unit);
        const lines = times.map((at, i) => write(new Date(at).toISOString(), i));
        const found = scan(Buffer.from(`${lines.join('\n')}\n`), [40 * lines.length]);
        const [cell, ...others] = [...found.cells.values()];
        expect(others).toEqual([]);
        const [firstMs, lastMs] = [Math.min(...times), Math.max(...times)];
        expect([cell?.count, cell?.firstMs, cell?.lastMs]).toEqual([times.length, firstMs, lastMs]);
        expect([cell?.first?.line, cell?.last?.line]).toEqual([
          times.indexOf(firstMs) + 1,
          times.lastIndexOf(lastMs) + 1,
        ]);
        const seconds = new Map<number, number>();
        for (const at of times) {
          const second = Math.floor(at / 1000) * 1000;
          seconds.set(second, (seconds.get(second) ?? 0) + 1);
        }
        const buckets = cell?.buckets.toCounts(0);
        expect(buckets?.at.map((at, i) => [at, buckets.count[i]])).toEqual(
          [...seconds].sort((a, b) => a[0] - b[0]),
        );
        const [stream] = found.streams.values();
        expect([stream?.records, stream?.firstMs, stream?.lastMs]).toEqual([times.length, firstMs, lastMs]);
      }),
      { numRuns: 100 },
    );
  });

  it('takes any bytes without throwing, and accounts for every line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(), (bytes, cut) => {
        expect(essence(scan(bytes))).toEqual(essence(scan(bytes, [cut])));
      }),
      { numRuns: 200 },
    );
  });

  it('takes damaged records without throwing', () => {
    fc.assert(
      fc.property(
        fc.nat(log.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(40),
        (at, byte, length) => {
          const damaged = Buffer.concat([
            log.subarray(0, at),
            Buffer.from([byte]),
            log.subarray(at + length),
          ]);
          expect(scan(damaged).lines).toBeGreaterThan(0);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('records whose first line does not tell them apart', () => {
  const second = (n: number): string => new Date(Date.UTC(2025, 2, 4, 10, 0, n)).toISOString().slice(11, 19);

  it('tells the level of each record of java.util.logging, however many stand above it', () => {
    const lines = Array.from({ length: 400 }, (_, n) => {
      const head = `Mar 4, 2025 ${second(n)} AM shop.Quotes quote`;
      return n % 5 === 0 && n > 100
        ? `${head}\nSEVERE: no quote\njava.io.IOException: answered 502\n\tat shop.Quotes.quote(Quotes.java:12)`
        : `${head}\nINFO: quoted ${n} t`;
    });
    const { cells } = scan(Buffer.from(`${lines.join('\n')}\n`));
    const counts = [...cells.values()].map(({ severity, count }) => [severity, count]);
    expect(counts).toContainEqual(['error', 59]);
    expect(counts).toContainEqual(['info', 341]);
  });

  it('sees a process die behind lines that are no failure, each time that it does', () => {
    const trace = (n: number): string =>
      `Traceback (most recent call last):\n  File "/srv/ingest.py", line 32, in <module>\n    loop()\nValueError: could not convert string to float: 'x${n}'`;
    const lines = Array.from({ length: 90 }, (_, n) => {
      const said = `2025-03-04 10:00:${String(n % 60).padStart(2, '0')},120 INFO ingest: house ${n} read`;
      if (n < 40) return said;
      return n % 2 === 0 ? `${said}\n${trace(n)}` : `${said}\n${trace(n)}\n${trace(n)}`;
    });
    const { cells } = scan(Buffer.from(`${lines.join('\n')}\n`));
    const errors = [...cells.values()].filter(({ severity }) => severity === 'error');
    expect(errors.reduce((sum, { count }) => sum + count, 0)).toBe(75);
    expect(errors[0]?.template).toContain('could not convert string to float');
  });

  it('sees a program that ends as it starts, behind the last line of the one before', () => {
    const lines = [
      'I, [2025-03-04T09:00:00.100000 #7]  INFO -- loans: lent 4',
      'Puma starting in single mode...',
      '! Unable to load application: LoadError: cannot load such file -- /srv/loans/lib/fees',
      "/srv/loans/app.rb:7:in `require_relative': cannot load such file -- /srv/loans/lib/fees (LoadError)",
      "\tfrom /srv/loans/app.rb:7:in `<top (required)>'",
    ];
    const { cells } = scan(Buffer.from(`${lines.join('\n')}\n`));
    const found = [...cells.values()].filter(({ template }) => template.includes('cannot load'));
    expect(found.map(({ exceptionType }) => exceptionType)).toContain('LoadError');
    expect(found).toHaveLength(2);
  });

  it('counts what a program prints past its JSON logger as errors, with their frames', () => {
    const lines = Array.from({ length: 60 }, (_, n) => {
      const said = `{"time":${1_741_082_400_000 + n * 1000},"level":"info","msg":"charging order ${n}"}`;
      return n < 40 ? said : `${said}\nCardRefused: card is refused\n    at charge (/srv/app/charge.js:9:3)`;
    });
    const { cells } = scan(Buffer.from(`${lines.join('\n')}\n`));
    const found = [...cells.values()].map(({ severity, count, template }) => [severity, count, template]);
    expect(found).toContainEqual(['error', 20, 'CardRefused: card is refused']);
  });

  it('keeps the trace of a failure that was logged with it', () => {
    const trace =
      'Traceback (most recent call last):\n  File "/srv/jobs.py", line 3, in run\n    call()\nTimeoutError: late';
    const lines = Array.from({ length: 60 }, (_, n) =>
      n % 2 === 0
        ? `2025-03-04 10:00:${String(n % 60).padStart(2, '0')},120 INFO jobs: task retry: Retry in 1s\n${trace}`
        : `2025-03-04 10:00:${String(n % 60).padStart(2, '0')},120 ERROR jobs: task lost\n${trace}`,
    );
    const { cells } = scan(Buffer.from(`${lines.join('\n')}\n`));
    expect([...cells.values()].map(({ severity, count }) => [severity, count]).sort()).toEqual([
      ['error', 30],
      ['info', 30],
    ]);
  });
});

describe('a log without times', () => {
  const line = (i: number) => {
    if (i % 50 === 0) return `ERROR cannot store order ${i}`;
    return i % 3 === 0 ? `processing order ${i}` : `GET /orders/${i} 200 ${i % 30}ms`;
  };
  const lines = (count: number) => Array.from({ length: count }, (_, i) => line(i));

  it('is counted by severity, however the bytes are cut, and hardly a line of it is parsed', () => {
    const bytes = Buffer.from(lines(6_000).join('\n'));
    const found = scan(bytes);
    expect([...found.untimed].sort()).toEqual([
      ['error', 120],
      ['info', 3_920],
      ['unknown', 1_960],
    ]);
    expect([found.lines, found.records]).toEqual([6_000, 0]);
    expect(found.parsed).toBeLessThan(50);
    expect(essence(scan(bytes, [70, 3_000, 90_001]))).toEqual(essence(found));
  });

  it('keeps counting traces with the record above', () => {
    const trace = 'ERROR cannot store\nTypeError: x is not a function\n    at f (/app/src/a.js:1:2)\n';
    const found = scan(Buffer.from(trace.repeat(500)));
    expect([...found.untimed]).toEqual([['error', 500]]);
  });

  it('gives lines behind the first time that of the line above', () => {
    const at = '2025-03-04T09:00:00Z';
    const later = [`${at} INFO cart-api started`, ...lines(600)];
    const found = scan(Buffer.from([...lines(600), ...later].join('\n')));
    expect([...found.untimed.values()].reduce((a, b) => a + b, 0)).toBe(600);
    expect(found.records).toBe(601);
    expect(new Set([...found.cells.values()].map(({ firstMs }) => firstMs))).toEqual(
      new Set([Date.parse(at)]),
    );
  });
});

describe('the end of the evidence', () => {
  const start = Date.UTC(2025, 2, 4, 9);
  const log = Array.from({ length: 400 }, (_, i) => {
    const at = new Date(start + i * 700).toISOString();
    return i % 3 === 0
      ? `${at} ERROR cart-api cart ${i} lost`
      : `{"time":"${at}","level":"info","msg":"GET /b/${i} 200 ${i}ms"}`;
  }).join('\n');

  it('cuts at its millisecond, however lines are read, and tells how much lies behind', () => {
    fc.assert(
      fc.property(fc.nat(300_000), (width) => {
        const toMs = start + width;
        const found = scan(Buffer.from(log), [], toMs);
        const times = Array.from({ length: 400 }, (_, i) => start + i * 700);
        const inside = times.filter((at) => at <= toMs);
        expect([found.records, found.future]).toEqual([inside.length, times.length - inside.length]);
        const cells = [...found.cells.values()].filter(({ count }) => count > 0);
        expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(inside.length);
        if (inside.length > 0) {
          expect(Math.min(...cells.map(({ firstMs }) => firstMs))).toBe(Math.min(...inside));
          expect(Math.max(...cells.map(({ lastMs }) => lastMs))).toBe(Math.max(...inside));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('splits', () => {
  it('counts by zone and by the other side of a call, whether the kernel counts or bytes are read', () => {
    const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] as const;
    const lines = Array.from({ length: 90 }, (_, i) => {
      const at = new Date(Date.UTC(2025, 2, 4, 9) + i * 40).toISOString();
      return `{"time":"${at}","level":"error","service":"cart","zone":"${zones[i % 3]}","peer.service":"pay-api","msg":"pay ${i} failed"}`;
    });
    const [cell] = [...scan(Buffer.from(lines.join('\n'))).cells.values()];
    const zoneCounts = [...(cell?.splits.get('zone') ?? [])].map(([zone, { count }]) => [zone, count]);
    expect(zoneCounts).toEqual(zones.map((zone) => [zone, 30]));
    expect(cell?.splits.get('peer')?.get('pay-api')?.count).toBe(90);
  });
});

describe('whom failures were about', () => {
  const start = Date.UTC(2025, 2, 4, 9);
  const at = (i: number) => new Date(start + i * 40).toISOString();
  const idsOf = (lines: readonly string[]) => {
    const { cells, parsed } = scan(Buffer.from(lines.join('\n')));
    const found = [...cells.values()].flatMap(({ failing }) => failing?.found() ?? []);
    return { found, parsed };
  };
  const distinct = (hashes: readonly number[] | undefined) => new Set(hashes).size;

  it.each([
    {
      name: 'fields of JSON',
      kind: 'user',
      line: (i: number) =>
        `{"time":"${at(i)}","level":"error","service":"cart","user_id":"u-${100 + (i % 70)}","msg":"pay ${i} failed"}`,
    },
    {
      name: 'words of the message',
      kind: 'customer',
      line: (i: number) => `${at(i)} ERROR cart payment ${i} failed for customer C-${100 + (i % 70)}`,
    },
    {
      name: 'logfmt',
      kind: 'tenant',
      line: (i: number) =>
        `time=${at(i)} level=error service=cart msg="payment failed" tenant_id=acme-${100 + (i % 70)} n=${i}`,
    },
  ])('counts distinct ids from $name, and parses few lines for it', ({ kind, line }) => {
    const { found, parsed } = idsOf(Array.from({ length: 700 }, (_, i) => line(i)));
    expect(found.map((each) => [each.kind, distinct(each.hashes), each.capped])).toEqual([[kind, 70, false]]);
    expect(parsed).toBeLessThan(60);
  });

  it('counts those of failing requests alone, whatever came first', () => {
    const lines = Array.from({ length: 900 }, (_, i) => {
      const isFailing = i % 3 === 0 && i > 30;
      return `{"time":"${at(i)}","level":"info","service":"cart","method":"POST","path":"/pay/${i}","status":${isFailing ? 502 : 200},"ms":${i % 90},"user_id":${isFailing ? 5_000 + (i % 60) : 100 + i},"msg":"request completed"}`;
    });
    const { found, parsed } = idsOf(lines);
    const expected = new Set(
      Array.from({ length: 900 }, (_, i) => i).flatMap((i) => (i % 3 === 0 && i > 30 ? [i % 60] : [])),
    );
    expect(found.map(({ kind, hashes }) => [kind, distinct(hashes)])).toEqual([['user', expected.size]]);
    expect(parsed).toBeLessThan(60);
  });

  it('finds them where the first failures named nobody', () => {
    const lines = Array.from({ length: 400 }, (_, i) => {
      const user = i < 9 ? 'null' : `"u${1000 + (i % 50)}"`;
      return `{"time":"${at(i)}","level":"info","service":"cart","method":"GET","path":"/pay","status":500,"ms":${i % 90},"user_id":${user},"msg":"request completed"}`;
    });
    expect(idsOf(lines).found.map(({ hashes }) => distinct(hashes))).toEqual([50]);
  });

  it('names nobody for the user of a database, for guests, and where nothing fails', () => {
    const lines = Array.from({ length: 60 }, (_, i) => [
      `{"time":"${at(i)}","level":"error","service":"db","user":"app_rw","msg":"deadlock detected in ${i}"}`,
      `{"time":"${at(i)}","level":"error","service":"cart","user_id":"anonymous","msg":"pay ${i} failed"}`,
      `{"time":"${at(i)}","level":"info","service":"cart","user_id":"u-${i}","msg":"paid ${i}"}`,
    ]);
    expect(idsOf(lines.flat()).found).toEqual([]);
  });

  it('keeps a bounded number of them, and says so', () => {
    const lines = Array.from(
      { length: 9_000 },
      (_, i) =>
        `{"time":"${at(i)}","level":"error","service":"cart","user_id":"u-${100_000 + i}","msg":"pay failed"}`,
    );
    const [found] = idsOf(lines).found;
    expect(found?.capped).toBe(true);
    expect(found?.hashes.length).toBe(5_000);
  });
});

describe('names that differ from line to line', () => {
  const start = Date.UTC(2025, 2, 4, 9);
  const pods = ['cart-5d9c7b8f6d-abcde', 'cart-5d9c7b8f6d-fghij', 'pay-77f9c4d5b6-x2x4z'] as const;
  const zones = ['eu-west-1a', 'eu-west-1b'] as const;
  const record = fc.record({
    pod: fc.constantFrom(...pods),
    zone: fc.constantFrom(...zones),
    peer: fc.constantFrom('10.0.0.1:8080', '10.0.0.2:8080', '10.0.0.1:9090'),
    status: fc.constantFrom(200, 201, 404, 500, 503),
    gap: fc.nat(900),
  });

  it.each([
    {
      name: 'requests of JSON',
      line: ({ pod, zone, status }: { pod: string; zone: string; status: number }, at: string, i: number) =>
        `{"time":"${at}","level":"info","pod":"${pod}","zone":"${zone}","method":"GET","path":"/a/${i}","status":${status},"ms":${i % 50},"msg":"request completed"}`,
      peers: false,
    },
    {
      name: 'records of JSON',
      line: ({ pod, zone, peer }: { pod: string; zone: string; peer: string }, at: string, i: number) =>
        `{"time":"${at}","level":"warn","pod":"${pod}","zone":"${zone}","server.address":"${peer}","msg":"call ${i} was slow"}`,
      peers: true,
    },
  ])('counts $name by each of them, whoever reads the line', ({ line, peers }) => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 60, maxLength: 300 }), (records) => {
        let at = start;
        const lines = records.map((each, i) => {
          at += each.gap;
          return line(each, new Date(at).toISOString(), i);
        });
        const found = scan(Buffer.from(lines.join('\n')));
        const split = (dimension: 'pod' | 'zone' | 'peer') => {
          const counts = new Map<string, number>();
          for (const cell of found.cells.values())
            for (const [value, { count }] of cell.splits.get(dimension) ?? [])
              counts.set(value, (counts.get(value) ?? 0) + count);
          return counts;
        };
        const expected = (values: readonly string[]) => {
          const counts = new Map<string, number>();
          for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
          return counts;
        };
        expect(found.records).toBe(records.length);
        expect(split('pod')).toEqual(expected(records.map(({ pod }) => pod)));
        expect(split('zone')).toEqual(expected(records.map(({ zone }) => zone)));
        if (peers) expect(split('peer')).toEqual(expected(records.map(({ peer }) => peer)));
        else {
          const errors = found.requests
            .series()
            .flatMap(({ buckets }) => [...buckets.values()])
            .reduce((sum, bucket) => sum + bucket.errors, 0);
          expect(errors).toBe(records.filter(({ status }) => status >= 500).length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    {
      name: 'ISO stamps',
      line: (at: Date, status: number, ms: number) =>
        `${at.toISOString()} INFO web GET /carts ${status} ${ms}ms`,
    },
    {
      name: 'epoch stamps',
      line: (at: Date, status: number, ms: number) =>
        `{"ts":${at.getTime()},"level":"info","service":"web","method":"GET","path":"/carts","status":${status},"duration_ms":${ms}}`,
    },
  ])(
    'tells requests of two hours by the minute, with their durations, though lines are out of order: $name',
    ({ line }) => {
      const requests = Array.from({ length: 6_000 }, (_, i) => ({
        at: start + i * 1_200 + ((i * 7_919) % 5_000),
        status: i % 11 === 0 ? 503 : 200,
        ms: 5 + ((i * 31) % 400),
      }));
      const log = requests.map(({ at, status, ms }) => line(new Date(at), status, ms)).join('\n');
      const found = scan(Buffer.from(log), [100_000]).requests;
      const wanted = new Map<number, { count: number; errors: number; durations: number[] }>();
      for (const { at, status, ms } of requests) {
        const minute = Math.floor(at / 60_000);
        const bucket = wanted.get(minute) ?? { count: 0, errors: 0, durations: [] };
        wanted.set(minute, bucket);
        bucket.count++;
        bucket.errors += Number(status >= 500);
        bucket.durations.push(ms);
      }
      const nearest = (values: number[], share: number) =>
        values.sort((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)];
      const got = new Map(
        found
          .series()
          .flatMap(({ buckets }) => [...buckets])
          .map(([minute, { count, errors, latency }]) => [
            minute,
            [count, errors, ...latency.quantiles([0.5, 0.95])],
          ]),
      );
      expect(found.widthMs).toBe(60_000);
      expect(got).toEqual(
        new Map(
          [...wanted].map(([minute, { count, errors, durations }]) => [
            minute,
            [count, errors, nearest(durations, 0.5), nearest(durations, 0.95)],
          ]),
        ),
      );
    },
  );

  const call = fc.record({
    host: fc.constantFrom('rates.trunk.example', 'maps.trunk.example', 'billing'),
    status: fc.constantFrom(200, 404, 503),
    gap: fc.nat(900),
  });

  it.each([
    {
      name: 'JSON',
      line: (host: string, status: number, at: string, ms: number) =>
        `{"time":"${at}","level":"info","app":"quotes","msg":"the other side answered","upstream":"${host}","status":${status},"ms":${ms}}`,
    },
    {
      name: 'text',
      line: (host: string, status: number, at: string, ms: number) =>
        `${at} INFO quotes answered upstream=${host} status=${status} duration=${ms}ms`,
    },
  ])('counts calls that a service made of others in $name, by whom it called', ({ line }) => {
    fc.assert(
      fc.property(fc.array(call, { minLength: 60, maxLength: 300 }), (records) => {
        let at = start;
        const lines = records.map(({ gap, host, status }, i) => {
          at += gap;
          return line(host, status, new Date(at).toISOString(), i % 50);
        });
        const found = scan(Buffer.from(lines.join('\n')));
        const wanted = new Map<string, number[]>();
        for (const { host, status } of records) {
          const [calls = 0, errors = 0] = wanted.get(`→ ${host}`) ?? [];
          wanted.set(`→ ${host}`, [calls + 1, errors + Number(status >= 500)]);
        }
        const counted = found.requests.series().map(({ route, buckets }) => {
          const all = [...buckets.values()];
          const sum = (of: 'count' | 'errors') => all.reduce((total, bucket) => total + bucket[of], 0);
          return [route, [sum('count'), sum('errors')]] as const;
        });
        expect(new Map(counted)).toEqual(wanted);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves lines of calls to the kernel', () => {
    const lines = Array.from(
      { length: 3_000 },
      (_, i) =>
        `{"time":"${new Date(start + i * 100).toISOString()}","level":"info","app":"quotes","msg":"answered","host":"${i % 3 === 0 ? 'rates.trunk.example' : 'tariffs.internal'}","status":200,"ms":${i % 90}}`,
    );
    expect(scan(Buffer.from(lines.join('\n'))).parsed).toBeLessThan(100);
  });
});
