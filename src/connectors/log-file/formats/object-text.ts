/** Objects as languages print them, which is not JSON: Python's `{'level': 'ERROR'}`, Node's `{ level: 'error' }`, Ruby's `{:level=>"error"}`. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { recordOfFields } from './field-record.ts';
import { fieldsOf } from './fields.ts';
import { MAX_SCANNED } from './parsed.ts';

const HEAD =
  /^\s{0,4}\{\s{0,4}(?:'[\w@.-]{1,60}'\s?:|:[a-z_]\w{0,60}\s?=>|"[\w@.-]{1,60}"\s?=>|[A-Za-z_@]\w{0,60}\s?:\s)/;
const KEY =
  /\s*(?:'((?:[^'\\]|\\.){1,80})'|"((?:[^"\\]|\\.){1,80})"|:?([A-Za-z_@][\w@.-]{0,80}?))\s?(?::(?!:)|=>)\s*/y;
const TEXT = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`/y;
const BARE = /[^,{}[\]]{1,400}/y;
const MAX_DEPTH = 4;
const MAX_KEYS = 128;

interface Reader {
  readonly text: string;
  at: number;
  keys: number;
}

function matchAt(reader: Reader, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found !== null) reader.at = pattern.lastIndex;
  return found;
}

/** A list, and whatever else is between brackets, is passed over: it ends where its brackets do. */
function skipList(reader: Reader): void {
  let depth = 0;
  for (; reader.at < reader.text.length; reader.at++) {
    const mark = reader.text[reader.at];
    if (mark === '[' || mark === '{') depth++;
    else if ((mark === ']' || mark === '}') && --depth <= 0) {
      reader.at++;
      return;
    }
  }
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([\\'"`])/g, '$1').replaceAll('\\n', '\n');
}

function readValue(reader: Reader, depth: number): unknown {
  const mark = reader.text[reader.at];
  if (mark === '{' && depth < MAX_DEPTH) return readObject(reader, depth + 1);
  if (mark === '{' || mark === '[') {
    skipList(reader);
    return null;
  }
  const quoted = matchAt(reader, TEXT);
  if (quoted !== null) return unescaped(quoted[1] ?? quoted[2] ?? quoted[3] ?? '');
  const bare = matchAt(reader, BARE)?.[0].trim() ?? '';
  if (/^-?\d{1,20}(?:\.\d{1,12})?$/.test(bare)) return Number(bare);
  return /^(?:None|nil|null|undefined)$/.test(bare) ? null : bare;
}

/** Ends at the closing brace, or where the text is no object any more: what was read stays. */
function readObject(reader: Reader, depth: number): Record<string, unknown> {
  const record: Record<string, unknown> = Object.create(null);
  reader.at++;
  while (reader.keys++ < MAX_KEYS) {
    const key = matchAt(reader, KEY);
    if (key === null) break;
    const name = key[1] ?? key[2] ?? key[3] ?? '';
    const value = readValue(reader, depth);
    if (!(name in record)) record[name] = value;
    const next = matchAt(reader, /\s*([,}])/y)?.[1];
    if (next !== ',') return record;
  }
  const end = reader.text.indexOf('}', reader.at);
  reader.at = end < 0 ? reader.text.length : end + 1;
  return record;
}

function parse(line: string, context: FormatContext): ParsedLine | null {
  if (!HEAD.test(line)) return null;
  const text = line.slice(0, MAX_SCANNED);
  const record = readObject({ text, at: text.indexOf('{'), keys: 0 }, 0);
  return Object.keys(record).length < 2 ? null : recordOfFields(fieldsOf(record), context);
}

export const format: LogFormat = {
  id: 'object-text',
  role: 'record',
  objects: 'only',
  sniff: (line) => (HEAD.test(line) ? 0.7 : 0),
  parse,
  samples: [
    {
      line: "{'time': '2024-03-02T08:15:30.250Z', 'level': 'ERROR', 'service': 'cart', 'msg': 'cart \\'17\\' lost', 'ids': [1, 2], 'ctx': {'host': 'web-04'}}",
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'error',
        service: 'cart',
        message: "cart '17' lost",
      },
    },
    {
      line: "{ level: 'warn', timestamp: 1709367330250, message: 'slow save', durationMs: 812 }",
      expect: { wallMs: 1709367330250, severity: 'warn', message: 'slow save' },
    },
    {
      line: '{:time=>"2024-03-02 08:15:30 +0100", :severity=>"ERROR", :progname=>nil, :message=>"cart lost"}',
      expect: { offsetMinutes: 60, severity: 'error', message: 'cart lost' },
    },
  ],
};
