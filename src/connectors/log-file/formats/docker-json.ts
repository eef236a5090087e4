/** One container line inside JSON: docker's json-file driver, and the records that Fluentd, Fluent Bit and Vector make of it. */
import type { LogFormat, ParsedLine, Unwrapped } from '../format.ts';
import * as names from './field-names.ts';
import { stampOfFields } from './field-record.ts';
import { fieldsOf, textField } from './fields.ts';
import { readJson } from './json.ts';
import { timeOf } from './parsed.ts';
import { parseUnwrapped } from './wrapped.ts';

const CONTAINER_MARKS = ['stream', 'kubernetes', 'containerid', 'containername', 'dockerid', 'docker'];
const PAYLOAD_NAMES = ['log', 'message', 'msg'];

/** `message` counts as a container's line only beside Kubernetes or docker fields and without a level of its own. */
function unwrap(line: string, yearHint: number): Unwrapped | null {
  const record = readJson(line);
  if (record === null) return null;
  const fields = fieldsOf(record);
  if (!CONTAINER_MARKS.some((mark) => fields.values.has(mark))) return null;
  const payload = PAYLOAD_NAMES.map((name) => fields.values.get(name)).find(
    (value) => typeof value === 'string',
  );
  if (typeof payload !== 'string') return null;
  if (
    typeof fields.values.get('log') !== 'string' &&
    (fields.values.has('level') || fields.values.has('severity'))
  )
    return null;
  const stream = fields.values.get('stream');
  const isJsonFile = typeof stream === 'string' && fields.values.has('time') && fields.values.size <= 4;
  const outer: Partial<ParsedLine> = {
    ...timeOf(stampOfFields(fields, { yearHint })),
    service: textField(fields, names.SERVICE_NAMES)?.text.replace(/^\//, '') ?? null,
    pod:
      textField(
        fields,
        names.POD_NAMES.filter((name) => name !== 'containerid'),
      )?.text ?? null,
    host: textField(fields, names.HOST_NAMES)?.text ?? null,
    partial: isJsonFile && !payload.endsWith('\n'),
    attributes: typeof stream === 'string' ? { 'log.iostream': stream } : {},
  };
  return { payload: payload.replace(/\r?\n$/, ''), outer };
}

export const format: LogFormat = {
  id: 'docker-json',
  role: 'wrapper',
  objects: 'only',
  sniff: (line) =>
    line.trimStart().startsWith('{') &&
    /"(?:stream|kubernetes|container_id|container_name|docker)"\s?:/.test(line.slice(0, 65_536)) &&
    /"(?:log|message|msg)"\s?:/.test(line.slice(0, 65_536))
      ? 0.9
      : 0,
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap: (line, context) => unwrap(line, context.yearHint),
  samples: [
    {
      line: '{"log":"listening on :8080\\n","stream":"stdout","time":"2024-03-02T08:15:30.123456789Z"}',
      expect: { wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 123), message: 'listening on :8080', partial: false },
    },
    {
      line: '{"log":"first half","stream":"stderr","time":"2024-03-02T08:15:30.123456789Z"}',
      expect: { message: 'first half', partial: true },
    },
    {
      line: '{"date":1709367330.5,"stream":"stdout","log":"ready","kubernetes":{"pod_name":"cart-6d4cf56db6-x7k2p","container_name":"cart","labels":{"app":"cart"}}}',
      expect: {
        wallMs: 1709367330500,
        service: 'cart',
        pod: 'cart-6d4cf56db6-x7k2p',
        message: 'ready',
        partial: false,
      },
    },
  ],
};
