/** JSON lines of any logger: fields under the usual names, nested or dotted. Formats with scales or shapes of their own are files of their own. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { type FieldOptions, recordOfFields } from './field-record.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { readJson } from './json.ts';

/** pino and bunyan write the program as `name`, beside a level number or their own `v`. */
function nameIsService(fields: Fields): boolean {
  const level = fields.values.get('level');
  return (typeof level === 'number' && !fields.values.has('levelname')) || fields.values.get('v') === 0;
}

export function parseJsonLine(
  line: string,
  context: FormatContext,
  options: FieldOptions = {},
): ParsedLine | null {
  const record = readJson(line);
  if (record === null) return null;
  const fields = fieldsOf(record);
  return recordOfFields(fields, context, {
    nameIs: nameIsService(fields) ? 'service' : 'logger',
    ...options,
  });
}

export const format: LogFormat = {
  id: 'json-lines',
  role: 'record',
  sniff: (line) => (/^\s*\{\s*"/.test(line) ? 0.8 : 0),
  parse: (line, context) => parseJsonLine(line, context),
  samples: [],
};
