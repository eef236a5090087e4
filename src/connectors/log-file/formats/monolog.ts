/** Monolog's line format (Laravel, Symfony): `[stamp] channel.LEVEL: message {context} [extra]`. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, parsedLine, timeOf } from './parsed.ts';
import { reasonIn } from './reason.ts';
import { severityOfField } from './severity.ts';

const LINE =
  /^\[(\d{4}-\d\d-\d\d[T ][\d:.]{8,15}(?:Z|[+-]\d\d:?\d\d)?)\] ([\w.-]{1,60})\.(DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY): /;

/** What an exception in the context says, between its code and its place; and a reason in a field of its own. */
const THROWN = /"exception":"\[object\] \([\w\\]{1,200}\(code: [^)]{0,40}\): (.{1,300}?) at [/A-Z]/;
const NAMED = /"(?:error|err|reason|cause|error_?message)":"((?:[^"\\]|\\.){1,300})/i;

/** An exception that was put into the context by hand: its class, and where it was thrown in one field or two. */
const CLASS = /"(?:exception|class|exception_class|type)":"((?:[A-Z]\w*\\\\)*[A-Z]\w*(?:Error|Exception))"/;
const PLACE =
  /"(?:at|file|location|thrown_at)":"((?:[^"\\]|\\.){1,400}?\.php)(?:[:(](\d{1,6})\)?)?"(?:,"line":(\d{1,6}))?/;

/** The place in the words in which Monolog itself writes one; null where there is none. */
function stackOf(said: string, type: string | undefined, message: string): string | null {
  const [, file, inPlace, beside] = PLACE.exec(said) ?? [];
  const line = inPlace ?? beside;
  return type === undefined || file === undefined || line === undefined
    ? null
    : `[object] (${type}(code: 0): ${message} at ${file.replaceAll('\\/', '/')}:${line})`;
}

export const format: LogFormat = {
  id: 'monolog',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 200)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 200));
    if (found === null) return null;
    const rest = line.slice(found[0].length).trimEnd();
    const contextAt = rest.search(/ (?:\{"|\[\] ?\[?|\[\{)/);
    const said = contextAt < 0 ? '' : rest.slice(contextAt, contextAt + 8192);
    const written = CLASS.exec(said)?.[1];
    const type = /"exception":"\[object\] \(([\w\\]{1,200})/.exec(said)?.[1] ?? written;
    const message = contextAt < 0 ? rest : rest.slice(0, contextAt);
    return parsedLine({
      ...timeOf(readStamp(found[1] ?? '', 0, context.yearHint)),
      severity: knownSeverity(severityOfField(found[3] ?? '')),
      logger: found[2] ?? null,
      message,
      stack: stackOf(said, written, message),
      reason: reasonIn(THROWN.exec(said)?.[1] ?? NAMED.exec(said)?.[1]),
      exceptionType: type === undefined ? null : type.replaceAll('\\\\', '\\'),
    });
  },
  samples: [
    {
      line: '[2024-03-02T08:15:30.250001+00:00] app.CRITICAL: cart lost {"exception":"[object] (App\\\\CartException(code: 0): gone at /srv/app/Cart.php:12)"} []',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'fatal',
        logger: 'app',
        message: 'cart lost',
        reason: 'gone',
        exceptionType: 'App\\CartException',
      },
    },
    {
      line: '[2024-03-02 08:15:30] app.ERROR: cart lost {"exception":"TypeError","at":"\\/srv\\/app\\/Cart.php:12","id":7} []',
      expect: {
        message: 'cart lost',
        exceptionType: 'TypeError',
        stack: '[object] (TypeError(code: 0): cart lost at /srv/app/Cart.php:12)',
      },
    },
    {
      line: '[2024-03-02 08:15:30] production.INFO: ready [] []',
      expect: { severity: 'info', message: 'ready' },
    },
  ],
};
