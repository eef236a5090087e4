/** MongoDB's logs: JSON from 4.4 on, text before; both with one-letter levels and a component. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { stampOfFields } from './field-record.ts';
import { fieldsOf, textField } from './fields.ts';
import { readJson } from './json.ts';
import { parsedLine, timeOf } from './parsed.ts';
import { severityOfLetter } from './severity.ts';

const TEXT =
  /^(\d{4}-\d\d-\d\dT\S{12,18}|\w{3} \w{3} {1,2}\d{1,2} [\d:.]{8,12}) ([FEWID])(?:\d)? {1,2}([A-Z_-]{1,20}) {1,12}\[([\w-]{1,60})\] /;

function severityOf(letter: string): LogSeverity {
  return severityOfLetter(letter.slice(0, 1)) ?? 'unknown';
}

function parseJson(line: string, context: FormatContext): ParsedLine | null {
  const record = readJson(line);
  if (record === null) return null;
  const fields = fieldsOf(record);
  const attributes: Record<string, string> = {};
  for (const name of ['attr.durationmillis', 'attr.ns', 'attr.error', 'attr.remote', 'id']) {
    const value = fields.values.get(name);
    if (typeof value === 'string' || typeof value === 'number')
      attributes[fields.names.get(name) ?? name] = String(value).slice(0, 160);
  }
  return parsedLine({
    ...timeOf(stampOfFields(fields, context)),
    severity: severityOf(textField(fields, ['s'])?.text ?? ''),
    logger: textField(fields, ['c'])?.text ?? null,
    message: textField(fields, ['msg'])?.text ?? '',
    attributes,
  });
}

function parseText(line: string, context: FormatContext): ParsedLine | null {
  const found = TEXT.exec(line.slice(0, 200));
  if (found === null) return null;
  return parsedLine({
    ...timeOf(readStamp(line, 0, context.yearHint)),
    severity: severityOf(found[2] ?? ''),
    logger: found[3] === '-' ? null : (found[3] ?? null),
    message: line.slice(found[0].length).trim(),
    attributes: { 'thread.name': found[4] ?? '' },
  });
}

export const format: LogFormat = {
  id: 'mongodb',
  role: 'record',
  objects: 'too',
  sniff: (line) => {
    if (line.startsWith('{"t":{"$date"')) return 1;
    return TEXT.test(line.slice(0, 200)) ? 0.98 : 0;
  },
  parse: (line, context) => (line.startsWith('{') ? parseJson(line, context) : parseText(line, context)),
  samples: [
    {
      line: '{"t":{"$date":"2024-03-02T08:15:30.250+00:00"},"s":"W",  "c":"QUERY",    "id":23799,   "ctx":"conn7","msg":"Slow query","attr":{"ns":"shop.carts","durationMillis":420}}',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        offsetMinutes: 0,
        severity: 'warn',
        logger: 'QUERY',
        message: 'Slow query',
      },
    },
    {
      line: '2019-03-02T08:15:30.250+0100 E STORAGE  [initandlisten] cannot open files',
      expect: { offsetMinutes: 60, severity: 'error', logger: 'STORAGE', message: 'cannot open files' },
    },
  ],
};
