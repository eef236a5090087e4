/** Tables of log records, as consoles and command lines of log stores export them: CSV, CloudWatch Logs Insights, Splunk, Azure Log Analytics, New Relic. Each row becomes the line that a program would have written. Pure. */
import { append } from '../../../domain/append.ts';
import { toIso } from '../../../domain/time.ts';
import { delimiterOf, parseCsv } from '../../_kit/csv.ts';
import { plainKey, textOf } from '../../_kit/fields.ts';
import { readInstant } from '../../_kit/instants.ts';
import { listAt, objectAt } from '../../_kit/nested.ts';
import { isObject, type JsonObject, parseJson } from '../../_kit/records.ts';
import { GOES_ON, recordsOf } from './row-traces.ts';
import { isXmlLog, linesOfXml } from './xml-records.ts';

/** A row's line, and its place: a JSON pointer, or `:12` for line 12 of the file. */
export interface ExportedLine {
  readonly text: string;
  readonly pointer: string;
}

const MAX_ROWS = 500_000;
const TIMES = [
  '@timestamp',
  '_time',
  'timestamp',
  'time',
  'date',
  'datetime',
  'timegenerated',
  'eventtime',
  'createdat',
  'logtime',
  'timestampns',
  'timestampms',
  'timeunixnano',
  'timeunixmilli',
  'epoch',
  'unixtime',
  'ts',
  'datetimeutc',
  'dateandtime',
  'timecreated',
  'timewritten',
].map(plainKey);
const MESSAGES = [
  '@message',
  '_raw',
  'message',
  'msg',
  'log',
  'line',
  'content',
  'text',
  'textpayload',
  'jsonpayload.message',
  'logmessage',
  'logentry',
  'renderedmessage',
  'body',
  'rawlog',
  'rawmessage',
  'raw',
  'logline',
  'logtext',
  'logcontent',
  'eventmessage',
  'value',
].map(plainKey);
/** A column that holds numbers elsewhere. */
const PROSE = /[a-z]{2,}\W+\w+/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Kibana writes `Mar 4, 2024 @ 09:10:00.123`; CloudWatch leaves out that it means UTC. */
function plainTime(text: string, isUtc: boolean): string {
  const kibana = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}) @ (\d{2}:\d{2}:\d{2}(?:\.\d+)?)$/.exec(text);
  // No log carries more digits of a second than milliseconds need, but exports do.
  const epoch = /^\d{16,19}$/.test(text) ? readInstant(text, null) : null;
  if (epoch !== null) return toIso(epoch.at);
  const month = MONTHS.indexOf((kibana?.[1] ?? '').toLowerCase()) + 1;
  const two = (value: string | number | undefined) => String(value ?? '').padStart(2, '0');
  if (kibana !== null && month > 0) return `${kibana[3]}-${two(month)}-${two(kibana[2])} ${kibana[4]}`;
  return isUtc && /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d+)?$/.test(text)
    ? `${text.replace(' ', 'T')}Z`
    : text;
}

/** What containers are called when nobody thought of a name. */
const SAYS_NOTHING = /^(server|main|app|application|default|container|none|null|nan|-)$/i;

/** Splunk's `source` is a file or an input; CloudWatch's `@log` an account and a group. */
function serviceOf(row: ReadonlyMap<string, string>): string | null {
  const own = [
    'service',
    'servicename',
    'app',
    'appname',
    'application',
    'applicationname',
    'approlename',
    'microservice',
    'containername',
    'kubernetescontainername',
    'podname',
    'kubernetespodname',
    'pod',
    'cmdbid',
    'container',
    'providername',
    'sourcename',
  ].map((key) => row.get(key));
  const named = own.find((text) => text !== undefined && text !== '' && !SAYS_NOTHING.test(text));
  if (named !== undefined) return named;
  const group = row.get('log')?.split(':').at(-1) ?? row.get('source') ?? '';
  if (row.has('eventid') && /^[A-Z][\w .-]+$/.test(group)) return group;
  const file = group.includes('/') ? (group.split('/').at(-1) ?? '').replace(/\.log.*$/, '') : '';
  return /^[a-z][\w-]+$/i.test(file) && !/^(?:stdout|stderr|messages|syslog|error|access|app)$/i.test(file)
    ? file
    : null;
}

/** A record as a program wrote it, with its own time before it. */
const RECORD = /^\s*\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d\S*\s/;

/** The first line, and the stack below it where one is. */
function partsOf(message: string): { readonly head: string; readonly stack: string | null } {
  const end = message.indexOf('\n');
  const below = end < 0 ? '' : message.slice(end + 1);
  return below.split('\n').some((line) => GOES_ON.test(line))
    ? { head: message.slice(0, end), stack: below }
    : { head: message, stack: null };
}

/** Without the time, level and place that a program writes before what it says; the row has them. */
function bareText(head: string): string {
  return head
    .replace(RECORD, '')
    .replace(/^\[?(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|CRITICAL)\]?:?\s+/i, '')
    .replace(/^(?:\[[^\]]*\]\s+)?\d+\s+---\s+\[[^\]]*\]\s+\S+\s+:\s+/, '');
}

/** Null where the row has no time or no text. `isUtc`: times without a zone are UTC. */
function lineOf(row: JsonObject, isUtc: boolean): string | null {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(row)) {
    const text = typeof value === 'boolean' ? String(value) : textOf(value);
    if (text !== null && !texts.has(plainKey(key))) texts.set(plainKey(key), text);
  }
  const firstOf = (names: readonly string[]) => names.find((name) => texts.has(name)) ?? '';
  const [date, clock] = [texts.get('date'), texts.get('time')];
  const isApart = /^\d{4}-\d\d-\d\d$/.test(date ?? '') && /^\d\d:\d\d:\d\d/.test(clock ?? '');
  const [time, said] = [isApart ? `${date} ${clock}` : texts.get(firstOf(TIMES)), firstOf(MESSAGES)];
  const message = texts.get(said);
  if (time === undefined || message === undefined || (said === 'value' && !PROSE.test(message))) return null;
  const service = serviceOf(texts);
  const level = ['level', 'loglevel', 'severity', 'severitylevel', 'status']
    .map((name) => texts.get(name))
    .find((text) => text !== undefined && /^[a-z]+$/i.test(text));
  const at = plainTime(time, isUtc);
  // Text that is a record by itself tells more than its columns; without a level the text is looked into.
  const { head, stack } = level === undefined ? { head: message, stack: null } : partsOf(message);
  if (level === undefined || /^\s*\{/.test(message) || (RECORD.test(message) && stack === null))
    return JSON.stringify({
      log: `${message.replace(/\r?\n$/, '')}\n`,
      stream: 'stdout',
      time: at,
      ...(service === null ? {} : { service }),
    });
  const ids = ['traceid', 'host', 'hostname', 'pod', 'version'].flatMap((name) =>
    texts.has(name) ? [[name, texts.get(name)]] : [],
  );
  return JSON.stringify({
    timestamp: at,
    level,
    message: stack === null ? message : bareText(head),
    ...(stack === null ? {} : { stack }),
    ...(service === null ? {} : { service }),
    ...Object.fromEntries(ids),
  });
}

function linesOf(
  rows: readonly { readonly row: unknown; readonly pointer: string }[],
  isUtc: boolean,
): readonly ExportedLine[] {
  return rows.flatMap(({ row, pointer }) => {
    const text = isObject(row) ? lineOf(row, isUtc) : null;
    return text === null ? [] : [{ text, pointer }];
  });
}

/** `[{"field":"@timestamp","value":…}, …]` */
function ofPairs(pairs: unknown): JsonObject | null {
  if (!Array.isArray(pairs)) return null;
  const entries = pairs.flatMap((pair) => {
    const name = isObject(pair) ? textOf(pair['field']) : null;
    return name === null || !isObject(pair) ? [] : [[name, pair['value']] as const];
  });
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

function ofInsights(document: JsonObject): readonly ExportedLine[] {
  const rows = listAt(document, 'results').map((row, index) => ({
    row: ofPairs(row),
    pointer: `/results/${index}`,
  }));
  return linesOf(rows, true);
}

function ofSplunkList(document: JsonObject): readonly ExportedLine[] {
  const rows = listAt(document, 'results').map((row, index) => ({ row, pointer: `/results/${index}` }));
  return rows.some(({ row }) => isObject(row) && '_raw' in row) ? linesOf(rows, false) : [];
}

/** Azure: columns and rows, of a query or of the API. */
function ofTables(document: JsonObject): readonly ExportedLine[] {
  return listAt(document, 'tables').flatMap((table, at) => {
    if (!isObject(table)) return [];
    const names = listAt(table, 'columns').map(
      (column) => (isObject(column) ? textOf(column['name']) : textOf(column)) ?? '',
    );
    const rows = listAt(table, 'rows').map((cells, index) => ({
      row: Array.isArray(cells) ? Object.fromEntries(names.map((name, cell) => [name, cells[cell]])) : null,
      pointer: `/tables/${at}/rows/${index}`,
    }));
    return linesOf(rows, true);
  });
}

function ofNerdGraph(document: JsonObject): readonly ExportedLine[] {
  const account = objectAt(objectAt(objectAt(document, 'data'), 'actor'), 'account');
  const rows = listAt(objectAt(account, 'nrql'), 'results').map((row, index) => ({
    row,
    pointer: `/data/actor/account/nrql/results/${index}`,
  }));
  return linesOf(rows, true);
}

/** Splunk's search API and its export button: an object a line. */
function ofSplunkLines(text: string): readonly ExportedLine[] {
  const rows = text.split('\n').flatMap((line, index) => {
    const value = /^\s*\{/.test(line) ? parseJson(line) : undefined;
    const row = isObject(value) ? objectAt(value, 'result') : null;
    return row !== null && '_raw' in row ? [{ row, pointer: `:${index + 1}` }] : [];
  });
  return linesOf(rows, false);
}

/** Rows whose lines go on in rows of their own, put together again. */
function withTraces(
  rows: readonly { readonly row: JsonObject; readonly pointer: string }[],
): readonly { readonly row: JsonObject; readonly pointer: string }[] {
  const names = Object.keys(rows[0]?.row ?? {});
  const textIn = MESSAGES.map((key) => names.find((name) => plainKey(name) === key)).find(
    (name) => name !== undefined,
  );
  const timeIn = TIMES.map((key) => names.find((name) => plainKey(name) === key)).find(
    (name) => name !== undefined,
  );
  if (textIn === undefined || timeIn === undefined) return rows;
  const said = rows.map(({ row }) => textOf(row[textIn]) ?? '');
  const owners = recordsOf(
    rows.map(({ row }, index) => ({
      service: serviceOf(new Map(names.map((name) => [plainKey(name), textOf(row[name]) ?? '']))),
      time: textOf(row[timeIn]) ?? '',
      message: said[index] ?? '',
    })),
  );
  const parts = new Map<number, string[]>();
  for (const [index, owner] of owners.entries()) append(parts, owner, said[index] ?? '');
  return rows.flatMap(({ row, pointer }, index) => {
    const own = parts.get(index);
    if (own === undefined) return [];
    return [{ row: own.length === 1 ? row : { ...row, [textIn]: own.join('\n') }, pointer }];
  });
}

function ofCsv(text: string, maxRows: number): readonly ExportedLine[] {
  const table = parseCsv(text, maxRows);
  if (table === null) return [];
  const rows = table.rows.map(({ cells, line }) => ({
    row: Object.fromEntries(table.header.map((name, index) => [name, cells[index] ?? ''])),
    pointer: `:${line}`,
  }));
  return linesOf(
    withTraces(rows),
    table.header.some((name) => name.trim() === '@message'),
  );
}

const JOURNAL = /^(?:__[A-Z_]+=[^\n]*\n){0,6}__REALTIME_TIMESTAMP=\d{16}\n/;

/** `journalctl -o export`: a field a line, an empty line after each record. */
export function isJournalExport(head: string): boolean {
  return JOURNAL.test(head.slice(0, 4_096));
}

/** Binary values, which are announced by a name without `=`, are left out with what stands behind them. */
function ofJournal(text: string, maxRows: number): readonly ExportedLine[] {
  const lines: ExportedLine[] = [];
  let fields: Record<string, string> = {};
  let start = 1;
  const end = (next: number) => {
    if (fields['MESSAGE'] !== undefined) lines.push({ text: JSON.stringify(fields), pointer: `:${start}` });
    fields = {};
    start = next;
  };
  for (const [index, line] of text.split('\n').entries()) {
    if (lines.length >= maxRows) return lines;
    const at = line.indexOf('=');
    if (line === '') end(index + 2);
    else if (at > 0 && /^[A-Z_][A-Z0-9_]*$/.test(line.slice(0, at)))
      fields[line.slice(0, at)] = line.slice(at + 1);
  }
  end(0);
  return lines;
}

/** By a header with a time and a text. */
export function isLogTable(head: string): boolean {
  const first = head.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? '';
  const delimiter = delimiterOf(first);
  if (delimiter === null || first.length > 4_096) return false;
  const names = first.split(delimiter).map((name) => plainKey(name));
  return TIMES.some((name) => names.includes(name)) && MESSAGES.some((name) => names.includes(name));
}

const INSIGHTS = /"results"\s*:\s*\[\s*\[\s*\{\s*"field"\s*:/;
const SPLUNK_LINE =
  /^\s*\{(?:"preview"\s*:\s*(?:true|false)\s*,\s*)?(?:"offset"\s*:\s*\d+\s*,\s*)?(?:"lastrow"\s*:\s*true\s*,\s*)?"result"\s*:\s*\{/;
const SPLUNK_LIST = /"results"\s*:\s*\[\s*\{[^[\]]{0,8000}"_raw"\s*:/;
const TABLES =
  /"tables"\s*:\s*\[\s*\{[\s\S]{0,400}"columns"\s*:\s*\[[^\]]*"(?:rendered|log)?_?(?:message|entry|msg|text)(?:_s)?"/i;
const NERD_GRAPH = /"nrql"\s*:\s*\{\s*"results"\s*:\s*\[\s*\{[^{}]{0,4000}"message"\s*:/;

/** Whether a head is that of such an export; what it holds is told when it is read. */
export function isLogExport(head: string): boolean {
  const start = head.slice(0, 16_384);
  if (!/^\s*\{/.test(start)) return false;
  if (INSIGHTS.test(start)) return /"field"\s*:\s*"@(?:message|timestamp)"/.test(start);
  return SPLUNK_LINE.test(start) || SPLUNK_LIST.test(start) || TABLES.test(start) || NERD_GRAPH.test(start);
}

/** Empty for what is no such export. */
export function linesOfExport(text: string, maxRows: number = MAX_ROWS): readonly ExportedLine[] {
  if (isJournalExport(text)) return ofJournal(text, maxRows);
  if (isXmlLog(text)) return linesOfXml(text, maxRows);
  if (!/^\s*\{/.test(text)) return isLogTable(text.slice(0, 8_192)) ? ofCsv(text, maxRows) : [];
  if (!isLogExport(text)) return [];
  if (SPLUNK_LINE.test(text.slice(0, 1_024))) return ofSplunkLines(text);
  const document = parseJson(text);
  if (!isObject(document)) return [];
  for (const read of [ofInsights, ofSplunkList, ofTables, ofNerdGraph]) {
    const lines = read(document);
    if (lines.length > 0) return lines;
  }
  return [];
}

/** The first lines of a table whose head is whole up to its last line break. */
export function sampleOfTable(head: string): readonly string[] {
  return ofCsv(head.split('\n').slice(0, 12).join('\n'), 10).map(({ text }) => text);
}
