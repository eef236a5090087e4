/** Extended log lines of the W3C draft without their header: IIS with its default columns, and CloudFront. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';
import { requestFields, routeOf, statusOf } from './request.ts';
import { severityOfStatus } from './severity.ts';
import { parseByColumns } from './w3c-columns.ts';

const IIS =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:\S{1,80} ){1,3}?(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|PROPFIND|TRACE|DEBUG) (\/\S{0,4000}) (\S{1,4000}) \d{1,5} /;
/** What may be a line of a file that names its columns: whether it does, the reader is told. */
const MANY_COLUMNS = /^(?:\d{4}-\d\d-\d\d[ \t])?\d\d:\d\d:\d\d[ \t](?:\S{1,80}[ \t]){4}\S/;
const CLOUDFRONT = /^\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t/;

function record(
  line: string,
  context: FormatContext,
  fields: {
    method: string;
    path: string;
    status: number | null;
    durationMs: number | null;
    service: string | null;
  },
): ParsedLine {
  const { method, path, status, durationMs, service } = fields;
  const stamp = readStamp(line.replace('\t', ' '), 0, context.yearHint);
  return parsedLine({
    ...timeOf(stamp),
    offsetMinutes: 0,
    severity: status === null ? 'unknown' : severityOfStatus(status),
    service,
    message: `${method} ${path}`,
    request: requestFields({ method, route: routeOf(path), status, durationMs }),
    attributes: status === null ? {} : { 'http.response.status_code': String(status) },
  });
}

/** The columns end with status, substatus, Windows status and, in newer versions, byte counts and milliseconds. */
function parseIis(line: string, context: FormatContext): ParsedLine | null {
  const found = IIS.exec(line);
  if (found === null) return null;
  const numbers = / (\d{3}(?: \d{1,12}){2,6})$/.exec(line.slice(-120))?.[1]?.split(' ') ?? [];
  const durationMs = numbers.length >= 4 ? Number(numbers.at(-1)) : null;
  return record(line, context, {
    method: found[1] ?? '',
    path: found[2] ?? '',
    status: statusOf(numbers[0]),
    durationMs,
    service: null,
  });
}

function parseCloudFront(line: string, context: FormatContext): ParsedLine | null {
  const columns = line.split('\t', 33);
  const seconds = Number(columns[18]);
  const method = columns[5] ?? '';
  if (!/^[A-Z]{3,8}$/.test(method)) return null;
  return record(line, context, {
    method,
    path: columns[7] ?? '/',
    status: statusOf(columns[8]),
    durationMs: columns[18] !== undefined && Number.isFinite(seconds) ? Math.round(seconds * 1000) : null,
    service: columns[15] ?? columns[6] ?? null,
  });
}

export const format: LogFormat = {
  id: 'w3c',
  role: 'record',
  sniff: (line) => {
    if (IIS.test(line.slice(0, 9000)) || CLOUDFRONT.test(line)) return 0.9;
    return MANY_COLUMNS.test(line.slice(0, 400)) ? 0.52 : 0;
  },
  parse: (line, context) => {
    const text = line.slice(0, 9000).trimEnd();
    const byColumns = parseByColumns(text, context);
    if (byColumns !== null) return byColumns;
    return CLOUDFRONT.test(text) ? parseCloudFront(text, context) : parseIis(text, context);
  },
  samples: [
    {
      line: '2024-03-02 08:15:30 10.0.0.7 GET /carts/17 page=2 443 - 203.0.113.9 curl/8.5.0 - 503 0 0 231',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
        offsetMinutes: 0,
        severity: 'error',
        message: 'GET /carts/17',
        request: { method: 'GET', route: '/carts/{id}', status: 503, durationMs: 231, upstream: null },
      },
    },
  ],
};
