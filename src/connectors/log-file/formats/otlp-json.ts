/** OTLP log export requests as JSON, on one line or printed over many. Files of them are read request by request (read/otlp-requests.ts); of one among other lines only the first record is. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { recordOfFields } from './field-record.ts';
import { type Fields, fieldsOf, normalName } from './fields.ts';
import { readJson } from './json.ts';
import { severityOfOtel } from './severity.ts';

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function firstOf(value: unknown, key: string): unknown {
  const list = member(value, key);
  return Array.isArray(list) ? list[0] : undefined;
}

/** `{stringValue: …}` and its relatives; lists and maps stay as they are. */
function plainValue(value: unknown): unknown {
  const wrapped = member(value, 'value') ?? value;
  for (const key of ['stringValue', 'intValue', 'doubleValue', 'boolValue']) {
    const found = member(wrapped, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function addAttributes(fields: Fields, list: unknown): Fields {
  const values = new Map(fields.values);
  const names = new Map(fields.names);
  for (const attribute of Array.isArray(list) ? list.slice(0, 128) : []) {
    const key = member(attribute, 'key');
    const value = plainValue(attribute);
    if (typeof key !== 'string' || value === undefined || values.has(normalName(key))) continue;
    values.set(normalName(key), value);
    names.set(normalName(key), key);
  }
  return { values, names };
}

function parse(text: string, context: FormatContext): ParsedLine | null {
  const resource = firstOf(readJson(text), 'resourceLogs');
  const scope = firstOf(resource, 'scopeLogs') ?? firstOf(resource, 'instrumentationLibraryLogs');
  const record = firstOf(scope, 'logRecords');
  if (typeof record !== 'object' || record === null) return null;
  const { attributes, body, ...rest } = record as Record<string, unknown>;
  const plain = { ...rest, message: plainValue(body) ?? JSON.stringify(body ?? '') };
  const own = addAttributes(fieldsOf(plain), attributes);
  const fields = addAttributes(own, member(member(resource, 'resource'), 'attributes'));
  const named = member(member(scope, 'scope'), 'name');
  const parsed = recordOfFields(fields, context, { scale: severityOfOtel });
  return parsed === null
    ? null
    : { ...parsed, logger: parsed.logger ?? (typeof named === 'string' ? named : null) };
}

export const format: LogFormat = {
  id: 'otlp-json',
  role: 'record',
  objects: 'only',
  blocks: true,
  sniff: (line) => {
    if (line.trim() === '{') return 0.3;
    return line.startsWith('{') && line.slice(0, 200).includes('"resourceLogs"') ? 1 : 0;
  },
  parse,
  samples: [
    {
      line: '{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},"scopeLogs":[{"scope":{"name":"shop"},"logRecords":[{"timeUnixNano":"1709367330250000000","severityNumber":17,"body":{"stringValue":"cart lost"},"attributes":[{"key":"exception.type","value":{"stringValue":"IOException"}}]}]}]}]}',
      expect: {
        wallMs: 1709367330250,
        severity: 'error',
        service: 'cart',
        logger: 'shop',
        message: 'cart lost',
        exceptionType: 'IOException',
      },
    },
  ],
};
