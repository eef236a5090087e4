/** MySQL and MariaDB: error log, general log and slow query blocks. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, parsedLine, timeOf } from './parsed.ts';
import { severityOfField } from './severity.ts';

const STAMP = String.raw`(\d{4}-\d\d-\d\dT\S{12,30}|\d{4}-\d\d-\d\d {1,2}\d{1,2}:\d\d:\d\d|\d{6} {1,2}\d{1,2}:\d\d:\d\d)`;
/** Since the stamps are ISO, a thread number stands before the level; without one, a code or a component has to say whose line it is. */
const ERROR = new RegExp(
  `^${STAMP} (?:\\d{1,12} |(?<=^\\d{6} {1,2}\\S{7,8} )|(?=\\[\\w{4,7}\\] (?:\\[MY-|(?:InnoDB|mysqld|WSREP|Plugin|Server): )))\\[(Note|System|Warning|ERROR|Error)\\] (?:\\[(MY-\\d{1,7})\\] )?(?:\\[(\\w{1,40})\\] )?(?:(InnoDB|mysqld|WSREP|Plugin|Server): )?`,
);
const GENERAL = new RegExp(
  `^${STAMP}\\s{1,8}(\\d{1,12}) (Query|Connect|Quit|Prepare|Execute|Init DB|Close stmt|Field List|Reset stmt|Statistics|Ping)(?:\\t|\\s|$)`,
);
/** MariaDB and older MySQL write the time once a second: further statements of that second begin at the user's line. */
const SLOW = /^# (?:Time|User@Host): /;
const SET_TIMESTAMP = /^SET timestamp=(\d{9,10})(?:\.\d+)?;/m;

function parseError(line: string, found: RegExpExecArray, context: FormatContext): ParsedLine {
  return parsedLine({
    ...timeOf(readStamp(line, 0, context.yearHint)),
    severity: knownSeverity(severityOfField(found[2] ?? '')),
    logger: found[4] ?? found[5] ?? 'mysql',
    message: line.slice(found[0].length).trim(),
    attributes: found[3] === undefined ? {} : { 'mysql.error_code': found[3] },
  });
}

function timeOfSlow(text: string, context: FormatContext): Partial<ParsedLine> {
  if (text.startsWith('# Time: ')) return timeOf(readStamp(text, 8, context.yearHint));
  const second = SET_TIMESTAMP.exec(text.slice(0, 8192))?.[1];
  return second === undefined ? {} : { wallMs: Number(second) * 1000, offsetMinutes: 0 };
}

/** A block of `#` lines and one statement; `SET timestamp` and `use` are no part of it. */
function parseSlow(text: string, context: FormatContext): ParsedLine {
  const lines = text.slice(0, 65_536).split('\n');
  const notes = lines.filter((line) => line.startsWith('#')).join('\n');
  const code = lines.filter((line) => !/^(?:#|SET timestamp=|use |\s*$)/i.test(line));
  const statement = code
    .slice(0, code.findIndex((line) => line.trimEnd().endsWith(';')) + 1 || undefined)
    .join(' ');
  const number = (name: string) => new RegExp(`${name}: {1,2}(\\d{1,12}(?:\\.\\d{1,9})?)`).exec(notes)?.[1];
  const attributes: Record<string, string> = {};
  for (const name of ['Query_time', 'Lock_time', 'Rows_sent', 'Rows_examined']) {
    const value = number(name);
    if (value !== undefined) attributes[`mysql.${name.toLowerCase()}`] = value;
  }
  const schema = /Schema: (\w{1,64})/.exec(notes)?.[1] ?? /^use (\w{1,64});/im.exec(text.slice(0, 8192))?.[1];
  if (schema !== undefined) attributes['db.namespace'] = schema;
  return parsedLine({
    ...timeOfSlow(text, context),
    logger: schema ?? 'mysql',
    message: statement === '' ? (lines[0] ?? '').trim() : statement.trim(),
    attributes,
  });
}

function parse(text: string, context: FormatContext): ParsedLine | null {
  if (SLOW.test(text)) return parseSlow(text, context);
  const line = text.split('\n', 1)[0] ?? '';
  const error = ERROR.exec(line.slice(0, 300));
  if (error !== null) return parseError(line, error, context);
  const general = GENERAL.exec(line.slice(0, 200));
  if (general === null) return null;
  return parsedLine({
    ...timeOf(readStamp(line, 0, context.yearHint)),
    logger: 'mysql',
    message: line.slice(general[0].length).trim(),
    attributes: { 'mysql.command': general[3] ?? '' },
  });
}

export const format: LogFormat = {
  id: 'mysql',
  role: 'record',
  blocks: true,
  sniff: (line) => {
    const head = line.slice(0, 300);
    return ERROR.test(head) || GENERAL.test(head) || SLOW.test(head) ? 0.97 : 0;
  },
  parse,
  samples: [
    {
      line: '2024-03-02T08:15:30.250001Z 7 [Warning] [MY-010068] [Server] CA certificate is self signed.',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'warn',
        logger: 'Server',
        message: 'CA certificate is self signed.',
      },
    },
    {
      line: '2024-03-02  8:15:30 0 [ERROR] InnoDB: Cannot allocate memory',
      expect: { severity: 'error', logger: 'InnoDB', message: 'Cannot allocate memory' },
    },
    {
      line: '# User@Host: cart[cart] @ localhost [127.0.0.1]\n# Query_time: 0.872434  Lock_time: 0.000029  Rows_sent: 1  Rows_examined: 400000\nSET timestamp=1709367330;\nSELECT * FROM carts;',
      expect: { wallMs: Date.UTC(2024, 2, 2, 8, 15, 30), message: 'SELECT * FROM carts;' },
    },
    {
      line: '# Time: 2024-03-02T08:15:30.250001Z\n# User@Host: cart[cart] @ localhost []  Id: 7\n# Query_time: 12.004120  Lock_time: 0.000012 Rows_sent: 1  Rows_examined: 9000000\nuse shop;\nSET timestamp=1709367330;\nSELECT * FROM carts;',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        message: 'SELECT * FROM carts;',
        logger: 'shop',
      },
    },
  ],
};
