/** PostgreSQL's stderr log with any `log_line_prefix` that has a stamp, and its csvlog. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { csvFields } from './csv.ts';
import { MAX_SCANNED, parsedLine, timeOf } from './parsed.ts';

const LINE_NUMBER = /^\[\d{1,6}-\d{1,4}\] /;

const LEVEL =
  /(?:^|[\s\]>:])(LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DEBUG[1-5]?|STATEMENT|DETAIL|HINT|CONTEXT|QUERY|LOCATION): {2}/;
/** What no client caused has neither user nor database. */
const CSV = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3,6} \w{1,6},(?:"|,,p?\d)/;

const SEVERITY: Readonly<Record<string, LogSeverity>> = {
  LOG: 'info',
  INFO: 'info',
  NOTICE: 'info',
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'fatal',
  PANIC: 'fatal',
  DEBUG: 'debug',
  DEBUG1: 'debug',
  DEBUG2: 'debug',
  DEBUG3: 'debug',
  DEBUG4: 'debug',
  DEBUG5: 'debug',
};

/** What the server files under LOG because no client is to see it, though an operator would want to know. */
const TROUBLE =
  /^process \d+ (still waiting for|detected deadlock|avoided deadlock)|\bterminated by signal\b|^all server processes terminated|^database system was (interrupted|not properly shut down)|^checkpoints are occurring too frequently|^received (fast|immediate|smart) shutdown request|^could not (fork|write|open|create|bind|extend|fsync|send data)/;

function severityOf(level: string, message: string): LogSeverity | undefined {
  return level === 'LOG' && TROUBLE.test(message) ? 'warn' : SEVERITY[level];
}

function attributesOf(prefix: string, message: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  const database = /\bdb=([\w.-]{1,63})|[\w.-]{1,63}@([\w-]{1,63})\b/.exec(prefix);
  const user = /\buser=([\w.-]{1,63})|([\w.-]{1,63})@[\w-]{1,63}\b/.exec(prefix);
  const duration = /^duration: (\d{1,12}\.\d{1,6}) ms/.exec(message);
  if (database !== null) attributes['db.namespace'] = database[1] ?? database[2] ?? '';
  if (user !== null) attributes['db.user'] = user[1] ?? user[2] ?? '';
  if (duration !== null) attributes['db.duration_ms'] = duration[1] ?? '';
  return attributes;
}

/** Columns of csvlog, counted from 0: 1 user, 2 database, 11 severity, 12 SQLSTATE, 13 message, 22 application. Greenplum has six more before the severity. */
function parseCsv(line: string, context: FormatContext): ParsedLine | null {
  const columns = csvFields(line.slice(0, MAX_SCANNED));
  const at = [11, 16, 17].find(
    (column) =>
      SEVERITY[columns[column] ?? ''] !== undefined && /^[\dA-Z]{5}$/.test(columns[column + 1] ?? ''),
  );
  if (at === undefined) return null;
  const message = columns[at + 2] ?? '';
  const severity = severityOf(columns[at] ?? '', message) ?? 'unknown';
  const named = {
    'db.user': columns[1],
    'db.namespace': columns[2],
    'db.response.status_code': columns[at + 1],
    'application.name': at === 11 ? columns[22] : undefined,
  };
  const attributes = Object.entries(named).flatMap(([key, value]) =>
    value === undefined || value === '' || value === '00000' ? [] : [[key, value]],
  );
  return parsedLine({
    ...timeOf(readStamp(line, 0, context.yearHint)),
    severity,
    logger: 'postgres',
    message,
    attributes: Object.fromEntries(attributes),
  });
}

function parse(full: string, context: FormatContext): ParsedLine | null {
  const line = full.replace(LINE_NUMBER, '');
  if (CSV.test(line.slice(0, 60))) return parseCsv(line, context);
  const found = LEVEL.exec(line.slice(0, 400));
  const stamp = readStamp(line, /^[[<]? ?/.exec(line)?.[0].length ?? 0, context.yearHint);
  if (found === null || stamp === null) return null;
  const level = found[1] ?? '';
  const message = line.slice(found.index + found[0].length).trimEnd();
  return parsedLine({
    ...timeOf(stamp),
    severity: severityOf(level, message) ?? 'unknown',
    logger: 'postgres',
    message: SEVERITY[level] === undefined ? `${level}: ${message}` : message,
    attributes: attributesOf(line.slice(stamp.end, found.index), message),
  });
}

export const format: LogFormat = {
  id: 'postgres',
  role: 'record',
  sniff: (line) => {
    const head = line.slice(0, 400).replace(LINE_NUMBER, '');
    if (CSV.test(head)) return 1;
    return LEVEL.test(head) && /^[[<]? ?\d/.test(head) ? 0.95 : 0;
  },
  parse,
  samples: [
    {
      line: '2024-03-02 08:15:30.250 UTC,,,812,,65e2e0f1.32c,3,,2024-03-02 08:00:01 UTC,,0,LOG,00000,"checkpoint starting: time",,,,,,,,,"","checkpointer",,0',
      expect: { severity: 'info', logger: 'postgres', message: 'checkpoint starting: time' },
    },
    {
      line: '2024-03-02 08:15:30.250123 UTC,"cart","shop",p812,th65,"[local]",,2024-03-02 08:15:29 UTC,0,con7,cmd2,seg-1,slice1,,,,"ERROR","42P01","relation ""carts"" does not exist",,,,,,"select 1;",0,,"parse_relation.c",1400,',
      expect: {
        severity: 'error',
        logger: 'postgres',
        message: 'relation "carts" does not exist',
        attributes: { 'db.user': 'cart', 'db.namespace': 'shop', 'db.response.status_code': '42P01' },
      },
    },
    {
      line: '2024-03-02 08:15:30.250 CET [812] cart@shop ERROR:  deadlock detected',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        offsetMinutes: 60,
        severity: 'error',
        logger: 'postgres',
        message: 'deadlock detected',
        attributes: { 'db.namespace': 'shop', 'db.user': 'cart' },
      },
    },
    {
      line: '2024-03-02 08:15:30.250 UTC,"cart","shop",812,"10.0.0.7:5123",65e2.1,3,"SELECT",2024-03-02 08:00:00 UTC,3/4,0,FATAL,53300,"sorry, too many ""clients"" already",,,,,,,,,"cart-api","client backend"',
      expect: { severity: 'fatal', message: 'sorry, too many "clients" already' },
    },
    {
      line: '2026-11-28 16:43:58.740 UTC [8270] [unknown] app LOG:  process 8270 still waiting for RowExclusiveLock on relation 16405 of database 5 after 1000.091 ms at character 13',
      expect: { severity: 'warn', logger: 'postgres' },
    },
    {
      line: '2026-11-28 16:45:12.651 UTC [10472] orders-archive postgres LOG:  duration: 75015.390 ms  statement: SELECT pg_sleep(75)',
      expect: { severity: 'info', attributes: { 'db.duration_ms': '75015.390' } },
    },
    {
      line: '2026-11-24 01:34:05.653 UTC [2018] STATEMENT:  select 1/0',
      expect: { severity: 'unknown', message: 'STATEMENT: select 1/0' },
    },
  ],
};
