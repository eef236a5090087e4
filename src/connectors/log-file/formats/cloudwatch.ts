/** CloudWatch Logs as its API, exports and subscriptions give it: an event with a stamp around one line. */
import type { LogFormat, Unwrapped } from '../format.ts';
import { stampOfValue } from '../time/parse-stamp.ts';
import { fieldsOf, textField } from './fields.ts';
import { readJson } from './json.ts';
import { timeOf } from './parsed.ts';
import { parseUnwrapped } from './wrapped.ts';

/** `/aws/lambda/checkout` and `/ecs/checkout` name the program last. */
function serviceOfGroup(group: string | null): string | null {
  return group?.replace(/^.*\//, '') ?? null;
}

function eventOf(record: object): object | null {
  const events: unknown = Reflect.get(record, 'logEvents');
  if (!Array.isArray(events)) return record;
  const first: unknown = events[0];
  return typeof first === 'object' ? first : null;
}

function unwrap(line: string, yearHint: number): Unwrapped | null {
  const record = readJson(line);
  const event = record === null ? null : eventOf(record);
  if (record === null || event === null) return null;
  const message: unknown = Reflect.get(event, 'message');
  if (typeof message !== 'string') return null;
  const fields = fieldsOf(record);
  return {
    payload: message.replace(/\r?\n$/, ''),
    outer: {
      ...timeOf(stampOfValue(Reflect.get(event, 'timestamp'), yearHint)),
      service: serviceOfGroup(textField(fields, ['loggroup', 'loggroupname'])?.text ?? null),
    },
  };
}

export const format: LogFormat = {
  id: 'cloudwatch',
  role: 'wrapper',
  objects: 'only',
  sniff: (line) =>
    line.startsWith('{') &&
    /"(?:ingestionTime|logStreamName|logEvents|logStream)"/.test(line.slice(0, 65_536))
      ? 0.95
      : 0,
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap: (line, context) => unwrap(line, context.yearHint),
  samples: [
    {
      line: '{"timestamp":1709367330250,"message":"ready\\n","ingestionTime":1709367331000,"logGroupName":"/aws/lambda/cart","logStreamName":"2024/03/02/[$LATEST]0f1e"}',
      expect: { wallMs: 1709367330250, service: 'cart', message: 'ready' },
    },
  ],
};
