/** One line inside the JSON of whoever stored it: Splunk's exports and collector (`_raw`, `event`), Loki's and Grafana's (`line` beside `labels`). */
import type { FormatContext, LogFormat, ParsedLine, Unwrapped } from '../format.ts';
import { stampOfFields } from './field-record.ts';
import { fieldsOf, textField } from './fields.ts';
import { readJson } from './json.ts';
import { timeOf } from './parsed.ts';
import { outerOfLabels } from './stream-labels.ts';
import { parseUnwrapped } from './wrapped.ts';

function objectAt(record: object, key: string): object | null {
  const value: unknown = Reflect.get(record, key);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
}

/** The stored line; `event` and `line` are one only beside what their store alone writes. */
function lineOf(record: object): string | null {
  const isKept = (key: string) => Reflect.has(record, key);
  const candidates = [
    isKept('_raw') ? '_raw' : null,
    isKept('sourcetype') ? 'event' : null,
    isKept('labels') || isKept('timestamp') ? 'line' : null,
  ];
  for (const key of candidates) {
    const value: unknown = key === null ? null : Reflect.get(record, key);
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return null;
}

function unwrap(line: string, context: FormatContext): Unwrapped | null {
  const whole = readJson(line);
  const record = whole === null ? null : (objectAt(whole, 'result') ?? whole);
  const payload = record === null ? null : lineOf(record);
  if (record === null || payload === null) return null;
  const fields = fieldsOf(record);
  const labels = objectAt(record, 'labels') ?? objectAt(record, 'fields');
  const outer: Partial<ParsedLine> = labels === null ? {} : outerOfLabels(labels);
  const host = outer.host ?? textField(fields, ['host'])?.text ?? null;
  return {
    payload: payload.replace(/\r?\n$/, ''),
    outer: { ...outer, ...timeOf(stampOfFields(fields, context)), host },
  };
}

export const format: LogFormat = {
  id: 'raw-event',
  role: 'wrapper',
  objects: 'only',
  sniff: (line) => {
    const head = line.slice(0, 65_536);
    const isStored =
      head.includes('"_raw"') ||
      (head.includes('"sourcetype"') && /"event"\s?:\s?"/.test(head)) ||
      (head.includes('"line"') && /"labels"\s?:\s?\{/.test(head));
    return isStored ? 0.85 : 0;
  },
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap,
  samples: [
    {
      line: '{"preview":false,"result":{"_raw":"cart 17 lost","_time":"2024-03-02T08:15:30.250+00:00","host":"web-04","sourcetype":"cart"}}',
      expect: { wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250), host: 'web-04', message: 'cart 17 lost' },
    },
    {
      line: '{"labels":{"app":"cart","level":"error"},"line":"cart 17 lost","timestamp":"2024-03-02T08:15:30.250Z"}',
      expect: { severity: 'error', service: 'cart', message: 'cart 17 lost' },
    },
    {
      line: '{"time":1709367330.25,"host":"web-04","sourcetype":"cart","event":"cart 17 lost"}',
      expect: { wallMs: 1709367330250, host: 'web-04', message: 'cart 17 lost' },
    },
  ],
};
