/** Spring Boot's default console layout: `stamp LEVEL pid --- [application] [thread] logger : message`. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, parsedLine, timeOf } from './parsed.ts';
import { severityOfField } from './severity.ts';

const LINE =
  /^ {1,3}([A-Z]{4,5}) {1,2}(?:(\d{1,10}|\$\{PID:- \}) |\[([^\]]{0,200})\] \d{1,10} )--- ((?:\[[^\]]{0,200}\] ?){1,4}) ?([\w.$/[\]*-]{1,200}) {0,80}: /;

export const format: LogFormat = {
  id: 'spring-boot',
  role: 'record',
  sniff: (line) =>
    /^\d{4}-\d\d-\d\d[T ]\S{8,30} {1,3}[A-Z]{4,5} .{0,200}?--- \[/.test(line.slice(0, 300)) ? 0.98 : 0,
  parse: (line, context) => {
    const stamp = readStamp(line, 0, context.yearHint);
    const found = stamp === null ? null : LINE.exec(line.slice(stamp.end, stamp.end + 1200));
    if (stamp === null || found === null) return null;
    const brackets = [...(found[4] ?? '').matchAll(/\[([^\]]*)\]/g)].map((bracket) =>
      (bracket[1] ?? '').trim(),
    );
    const service = brackets.length > 1 ? brackets[0] : (found[3] ?? '').split(',')[0];
    const trace = /([0-9a-f]{16,32})/.exec(`${brackets[2] ?? ''} ${found[3] ?? ''}`);
    return parsedLine({
      ...timeOf(stamp),
      severity: knownSeverity(severityOfField(found[1] ?? '')),
      service: service === undefined || service === '' ? null : service,
      logger: found[5] ?? null,
      requestId: trace?.[1] ?? null,
      message: line.slice(stamp.end + found[0].length).trim(),
      attributes: { 'thread.name': brackets.length > 1 ? (brackets[1] ?? '') : (brackets[0] ?? '') },
    });
  },
  samples: [
    {
      line: '2024-03-02T08:15:30.250Z ERROR 1 --- [cart] [nio-8080-exec-4] t.s.c.web.CartController                 : POST /carts 503 41ms',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'error',
        service: 'cart',
        logger: 't.s.c.web.CartController',
        message: 'POST /carts 503 41ms',
        attributes: { 'thread.name': 'nio-8080-exec-4' },
      },
    },
    {
      line: '2024-03-02 08:15:30.250 INFO  [cart,0f1e2d3c4b5a6978,1a2b] 812 --- [main] t.s.c.CartApplication : ready',
      expect: {
        severity: 'info',
        service: 'cart',
        logger: 't.s.c.CartApplication',
        requestId: '0f1e2d3c4b5a6978',
        message: 'ready',
      },
    },
    {
      line: '2024-03-02 08:15:30.250  INFO 812 --- [           main] t.s.c.CartApplication    : Started CartApplication in 2.1 seconds',
      expect: {
        service: null,
        logger: 't.s.c.CartApplication',
        message: 'Started CartApplication in 2.1 seconds',
      },
    },
  ],
};
