/** Lines of the W3C's extended format by the columns that their file names: IIS with columns of one's own, HTTP.sys, proxies. The header is the file's, not the line's. */
import type { FormatContext, ParsedLine } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';
import { requestFields, routeOf, statusOf } from './request.ts';
import { severityOfStatus } from './severity.ts';

const FIELDS = /^#Fields:[ \t]+(\S.{10,2000})$/m;
const MAX_COLUMNS = 64;

/** The columns of the first header; null where the head has none, or none with a time. */
export function w3cColumns(head: string): readonly string[] | null {
  const found =
    FIELDS.exec(head)?.[1]
      ?.trim()
      .split(/[ \t]+/) ?? [];
  const isTimed = found.includes('time') && (found.includes('date') || /^#Date: \d{4}-/m.test(head));
  return isTimed && found.length <= MAX_COLUMNS ? found : null;
}

/** Quoted values keep their spaces. */
function cellsOf(line: string): readonly string[] {
  if (line.includes('\t')) return line.split('\t');
  return [...line.matchAll(/"((?:[^"]|"")*)"|(\S+)/g)].map((cell) => cell[1] ?? cell[2] ?? '');
}

function named(cell: string | undefined): string | null {
  return cell === undefined || cell === '-' || cell === '' ? null : cell;
}

/** IIS counts milliseconds; a fraction is of seconds. */
function durationOf(cell: string | null): number | null {
  if (cell === null || !/^\d{1,9}(?:\.\d{1,6})?$/.test(cell)) return null;
  return cell.includes('.') ? Math.round(Number(cell) * 1000) : Number(cell);
}

/** Null where the file named no columns, or the line has other ones. Times are UTC, as the format says. */
export function parseByColumns(line: string, context: FormatContext): ParsedLine | null {
  const { columns } = context;
  if (columns === undefined || columns === null) return null;
  const cells = cellsOf(line);
  if (cells.length !== columns.length) return null;
  const cell = (...names: readonly string[]) =>
    names.map((name) => named(cells[columns.indexOf(name)])).find((text) => text !== null) ?? null;
  const [date, clock] = [cell('date'), cell('time')];
  const stamp = date === null || clock === null ? null : readStamp(`${date} ${clock}`, 0, context.yearHint);
  if (stamp === null) return null;
  const [method, target] = [cell('cs-method'), cell('cs-uri-stem', 'cs-uri', 'cs-uri-path')];
  const status = statusOf(cell('sc-status'));
  const reason = cell('s-reason', 'x-error', 'sc-bytes-reason');
  const said = method === null || target === null ? (reason ?? target ?? '-') : `${method} ${target}`;
  const agent = cell('cs(User-Agent)')?.replaceAll('+', ' ') ?? null;
  const attributes: Record<string, string> = {};
  if (status !== null) attributes['http.response.status_code'] = String(status);
  if (agent !== null) attributes['user_agent.original'] = agent.slice(0, 160);
  if (reason !== null && reason !== said) attributes['reason'] = reason;
  return parsedLine({
    ...timeOf(stamp),
    offsetMinutes: stamp.offsetMinutes ?? 0,
    severity: status === null ? 'unknown' : severityOfStatus(status),
    host: cell('s-computername'),
    message: said,
    request:
      method === null && status === null
        ? null
        : requestFields({
            method,
            route: target === null ? null : routeOf(target),
            status,
            durationMs: durationOf(cell('time-taken')),
          }),
    attributes,
  });
}
