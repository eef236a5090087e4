/** `journalctl -o json`: the journal's fields around the message of a unit. */
import type { LogFormat, Unwrapped } from '../format.ts';
import { stampOfValue } from '../time/parse-stamp.ts';
import { fieldsOf, textField } from './fields.ts';
import { readJson } from './json.ts';
import { timeOf } from './parsed.ts';
import { severityOfSyslog } from './severity.ts';
import { parseUnwrapped } from './wrapped.ts';

/** Binary messages are lists of byte values. */
function messageOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return null;
  const bytes = value.filter((byte) => typeof byte === 'number' && byte >= 0 && byte < 256);
  return Buffer.from(bytes).toString('utf8');
}

function unwrap(line: string, yearHint: number): Unwrapped | null {
  const record = readJson(line);
  if (record === null) return null;
  const fields = fieldsOf(record);
  const payload = messageOf(fields.values.get('message'));
  const at = fields.values.get('realtimetimestamp') ?? fields.values.get('sourcerealtimetimestamp');
  if (payload === null || at === undefined) return null;
  const priority = Number(fields.values.get('priority') ?? Number.NaN);
  const isPriority = Number.isInteger(priority) && priority >= 0 && priority <= 7;
  return {
    payload,
    outer: {
      ...timeOf(stampOfValue(at, yearHint)),
      ...(isPriority ? { severity: severityOfSyslog(priority) } : {}),
      service:
        textField(fields, ['systemdunit', 'syslogidentifier', 'comm'])?.text.replace(UNIT_KIND, '') ?? null,
      host: textField(fields, ['hostname'])?.text ?? null,
      logger: textField(fields, ['syslogidentifier'])?.text ?? null,
    },
  };
}

/** What kind of unit it is, and the instance of a template: `cart@2.service` is cart. */
const UNIT_KIND = /(@[^.]*)?\.(service|scope|socket|timer|mount)$/;

export const format: LogFormat = {
  id: 'journald',
  role: 'wrapper',
  objects: 'only',
  sniff: (line) => (line.startsWith('{') && line.includes('"__REALTIME_TIMESTAMP"') ? 1 : 0),
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap: (line, context) => unwrap(line, context.yearHint),
  samples: [
    {
      line: '{"__REALTIME_TIMESTAMP":"1709367330250000","PRIORITY":"4","_HOSTNAME":"web-04","SYSLOG_IDENTIFIER":"node","_SYSTEMD_UNIT":"cart.service","MESSAGE":"slow start"}',
      expect: {
        wallMs: 1709367330250,
        severity: 'warn',
        service: 'cart',
        host: 'web-04',
        message: 'slow start',
      },
    },
  ],
};
