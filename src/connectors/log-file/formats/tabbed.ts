/** Tab separated console lines of zap and its relatives: stamp, level, logger, caller, message, JSON. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { REQUEST_ID_NAMES } from './field-names.ts';
import { fieldsOf, textField } from './fields.ts';
import { readJson } from './json.ts';
import { knownSeverity, MAX_SCANNED, parsedLine, timeOf } from './parsed.ts';
import { isStrongName } from './prefix-words.ts';
import { reasonOfFields } from './reason.ts';
import { severityOfField } from './severity.ts';

const CALLER = /^[\w.@/-]{1,200}\.\w{1,4}:\d{1,7}$/;

/** Jenkins names the class and the method before the message. */
const NAMED = /^([A-Za-z_$][\w.$]{2,120}(?:#[\w$<>]{1,60})?): /;

/** The column before the message, in brackets or not; where a dotted name follows it, that one, and the first is a thread. */
function takeLogger(rest: string[]): string | null {
  const name = /^(?:\[([\w./-]{1,80})\]|([\w./-]{1,80}))$/.exec(rest[0] ?? '');
  if (rest.length < 2 || name === null) return null;
  rest.shift();
  if (rest.length > 1 && /^[a-z]\w{0,60}(?:\.\w{1,80}){2,12}$/.test(rest[0] ?? ''))
    return rest.shift() ?? null;
  return name[1] ?? name[2] ?? null;
}

function parse(line: string, context: FormatContext): ParsedLine | null {
  const columns = line
    .slice(0, MAX_SCANNED)
    .split('\t')
    .map((column) => column.trim());
  const stamp = readStamp(columns[0] ?? '', 0, context.yearHint);
  const severity = severityOfField((columns[1] ?? '').replaceAll(/[[\]]/g, ''));
  if (stamp === null || severity === null) return null;
  const rest = columns.slice(2);
  const json = rest.length > 1 && (rest.at(-1) ?? '').startsWith('{') ? readJson(rest.pop() ?? '') : null;
  const callerAt = rest.length > 1 ? rest.slice(0, -1).findIndex((column) => CALLER.test(column)) : -1;
  const caller = callerAt < 0 ? null : (rest.splice(callerAt, 1)[0] ?? null);
  const logger = takeLogger(rest);
  const fields = json === null ? null : fieldsOf(json);
  const named = rest.length === 1 && logger === null ? NAMED.exec((rest[0] ?? '').slice(0, 200)) : null;
  if (named !== null && isStrongName((named[1] ?? '').split('#', 1)[0] ?? ''))
    rest[0] = (rest[0] ?? '').slice(named[0].length);
  return parsedLine({
    ...timeOf(stamp),
    severity: knownSeverity(severity),
    logger:
      logger ??
      named?.[1] ??
      (caller === null ? null : (caller.replace(/^.*\//, '').split(':', 1)[0] ?? null)),
    requestId: fields === null ? null : (textField(fields, REQUEST_ID_NAMES)?.text ?? null),
    service: fields === null ? null : (textField(fields, ['service', 'service.name', 'app'])?.text ?? null),
    message: rest.join(' '),
    reason: fields === null ? null : reasonOfFields(fields, rest.join(' ')),
    attributes: caller === null ? {} : { 'code.file.path': caller },
  });
}

export const format: LogFormat = {
  id: 'tabbed',
  role: 'record',
  sniff: (line) => (/^\d[^\t]{9,40}\t\[?[A-Za-z]{3,8}\]?\t/.test(line.slice(0, 80)) ? 0.9 : 0),
  parse,
  samples: [
    {
      line: '2024-03-02T08:15:30.250Z\terror\tcarts\tapi/cart.go:31\tcart lost\t{"service": "cart", "request_id": "0f1e2d3c"}',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'error',
        service: 'cart',
        logger: 'carts',
        requestId: '0f1e2d3c',
        message: 'cart lost',
      },
    },
    {
      line: '2024-03-02T08:15:30.250Z\terror\tcart lost\t{"err": "no such cart"}',
      expect: { severity: 'error', message: 'cart lost', reason: 'no such cart' },
    },
    {
      line: '2024-03-02T08:15:30.250Z\tINFO\tready',
      expect: { severity: 'info', logger: null, message: 'ready' },
    },
  ],
};
