/** Ruby's standard Logger (`I, [stamp #pid]  INFO -- program: message`) and the first line of a Rails request. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, parsedLine, timeOf } from './parsed.ts';
import { durationOf, requestFields, routeOf } from './request.ts';
import { severityOfField } from './severity.ts';

const LINE =
  /^[DIWEFAU], \[(\d{4}-\d\d-\d\d[T ][\d:.]{8,15}(?:Z|[+-]\d\d:?\d\d)?)(?: #\d{1,10})?\] {1,2}(DEBUG|INFO|WARN|ERROR|FATAL|ANY|UNKNOWN) -- ([^:]{0,80}): ?/;
const TAG = /^\[([0-9a-f-]{32,36})\] /;
const STARTED = /^Started ([A-Z]{3,8}) "([^"]{1,4000})" for \S{1,60} at (.{19,30})/;
const COMPLETED = /^Completed (\d{3}) [\w ]{1,40} in (\d{1,9}(?:\.\d{1,3})?)ms/m;

/** The lines behind `Started` are the same request's when they stand in one record. */
function parseStarted(text: string, context: FormatContext): ParsedLine | null {
  const found = STARTED.exec(text.slice(0, 5000));
  if (found === null) return null;
  const completed = COMPLETED.exec(text.slice(0, 65_536));
  const head = text.split('\n', 1)[0] ?? '';
  return parsedLine({
    ...timeOf(readStamp(found[3] ?? '', 0, context.yearHint)),
    severity: 'info',
    message: head.trim(),
    request: requestFields({
      method: found[1] ?? null,
      route: routeOf(found[2] ?? ''),
      status: completed === null ? null : Number(completed[1]),
      durationMs: durationOf(completed?.[2], 1),
    }),
  });
}

function parse(text: string, context: FormatContext): ParsedLine | null {
  const found = LINE.exec(text.slice(0, 300));
  if (found === null) return parseStarted(text, context);
  const program = (found[3] ?? '').trim();
  return parsedLine({
    ...timeOf(readStamp(found[1] ?? '', 0, context.yearHint)),
    severity: knownSeverity(severityOfField(found[2] ?? '')),
    logger: program === '' ? null : program,
    requestId: TAG.exec(text.slice(found[0].length, found[0].length + 48))?.[1] ?? null,
    message: (text.slice(found[0].length).split('\n', 1)[0] ?? '').trim(),
    stack: text.includes('\n') ? text.slice(text.indexOf('\n') + 1) : null,
  });
}

export const format: LogFormat = {
  id: 'ruby-logger',
  role: 'record',
  blocks: true,
  sniff: (line) => (LINE.test(line.slice(0, 300)) || STARTED.test(line.slice(0, 5000)) ? 1 : 0),
  parse,
  samples: [
    {
      line: 'W, [2024-03-02T08:15:30.250001 #31]  WARN -- cart: slow query',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'warn',
        logger: 'cart',
        message: 'slow query',
      },
    },
    {
      line: 'E, [2024-03-02T08:15:30.250+01:00 #31] ERROR -- : cart 17 not stored',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        offsetMinutes: 60,
        severity: 'error',
        message: 'cart 17 not stored',
      },
    },
    {
      line: 'Started POST "/carts/17" for 203.0.113.9 at 2024-03-02 08:15:30 +0100\nProcessing by CartsController#create as JSON\nCompleted 500 Internal Server Error in 41ms',
      expect: {
        offsetMinutes: 60,
        severity: 'info',
        request: { method: 'POST', route: '/carts/{id}', status: 500, durationMs: 41, upstream: null },
      },
    },
  ],
};
