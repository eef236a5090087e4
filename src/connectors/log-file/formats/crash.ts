/** Crash blocks without a stamp or level: what Go, Node, Python, Java, Ruby, Rust, .NET and PHP print when they die. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { LogFormat, ParsedLine } from '../format.ts';
import { exceptionOf } from '../stack/exception.ts';
import { parsedLine } from './parsed.ts';

/** Nobody caught it, and the process ends. Node prints place and source line above the exception in no other case. */
const FATAL =
  /^(?:\/\S{1,300}\.[cm]?[jt]sx?:\d{1,7}$|node:[\w/]{1,80}:\d{1,7}$|Unhandled exception[.:]|panic: |fatal error: |thread '[^']{0,120}' .{0,40}panicked at |runtime: out of memory|FATAL ERROR: |terminate called )/;
/** Heads that tell what happened themselves. */
const SAYS_IT = /^(?:panic: |fatal error: |thread '|runtime: out of memory|FATAL ERROR: |terminate called )/;
const ERROR =
  /^(?:Traceback \(most recent call last\):|\s{0,8}\+ Exception Group Traceback|Exception in thread "|Uncaught |(?:PHP )?(?:Fatal|Parse) error: |[A-Za-z_$][\w$.\\]{0,200}(?:Error|Exception)(?: \[\w{1,40}\])?(?::|$)|\S{1,300}:\d{1,7}:in [`'])/;

function severityOf(line: string): LogSeverity | null {
  if (FATAL.test(line)) return 'fatal';
  return ERROR.test(line) ? 'error' : null;
}

/** Python names the exception last, Node after the source line: there the head says nothing. */
function messageOf(text: string): { message: string; type: string | null } {
  const head = text.split('\n', 1)[0] ?? '';
  const exception = exceptionOf(text);
  if (exception === null) return { message: head, type: null };
  if (SAYS_IT.test(head))
    return {
      message: /panicked at/.test(head) ? `${head} ${exception.message}`.trim() : head,
      type: exception.type,
    };
  const ruby = /^\S{1,300}:\d{1,7}:in [`'][^`']*'?: (.*)$/.exec(head);
  const said =
    ruby?.[1] ?? (exception.message === '' ? exception.type : `${exception.type}: ${exception.message}`);
  return { message: said, type: exception.type };
}

function parse(text: string): ParsedLine | null {
  const head = text.split('\n', 1)[0] ?? '';
  const severity = severityOf(head.slice(0, 1024));
  if (severity === null) return null;
  const { message, type } = messageOf(text);
  const thread = /^Exception in thread "([^"]{1,120})"/.exec(head)?.[1] ?? null;
  return parsedLine({
    severity,
    message,
    exceptionType: type,
    logger: thread,
    stack: text.includes('\n') ? text : null,
  });
}

export const format: LogFormat = {
  id: 'crash',
  role: 'record',
  objects: 'too',
  blocks: true,
  sniff: (line) => (severityOf(line.slice(0, 1024)) === null ? 0 : 0.85),
  parse,
  samples: [
    {
      line: 'panic: runtime error: index out of range [3] with length 2',
      expect: { severity: 'fatal', exceptionType: 'panic' },
    },
    {
      line: 'Traceback (most recent call last):\n  File "/srv/cart/app.py", line 7, in main\n    load()\nKeyError: \'cart\'',
      expect: { severity: 'error', message: "KeyError: 'cart'", exceptionType: 'KeyError' },
    },
    {
      line: "/srv/cart/app.rb:3:in `load': no such cart (CartError)",
      expect: { severity: 'error', message: 'no such cart (CartError)', exceptionType: 'CartError' },
    },
    {
      line: 'Exception in thread "main" java.lang.IllegalStateException: no cart',
      expect: { severity: 'error', exceptionType: 'java.lang.IllegalStateException' },
    },
  ],
};
