/** Plain rows with a flag, a time and a value to switches. Pure. */
import { Fields } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import type { JsonObject } from '../_kit/records.ts';
import { type Decoded, REJECTED, SOURCE, serviceOrNull, summaryOf, switchedBy, valueText } from './change.ts';

const FLAG = [
  'flag',
  'flag_key',
  'flag_name',
  'feature_flag',
  'feature',
  'feature_key',
  'feature_name',
  'toggle',
  'toggle_name',
  'experiment',
];
const KEY = ['key', 'name'];
const TIME = [
  'time',
  'timestamp',
  'ts',
  'at',
  'date',
  'datetime',
  'changed_at',
  'updated_at',
  'created_at',
  'toggled_at',
  'when',
];
const FROM = ['from', 'old', 'old_value', 'previous', 'previous_value', 'before', 'from_value', 'was'];
const TO = [
  'to',
  'new',
  'new_value',
  'value',
  'after',
  'to_value',
  'current',
  'enabled',
  'state',
  'status',
  'variation',
  'variant',
  'rollout',
  'percentage',
];
const ACTION = ['action', 'event', 'change', 'operation', 'type', 'kind', 'verb'];
const ENVIRONMENT = ['environment', 'env', 'stage', 'environment_name'];
const ACTOR = [
  'actor',
  'user',
  'author',
  'changed_by',
  'updated_by',
  'created_by',
  'by',
  'who',
  'member',
  'email',
];
/** Marks of log lines, metrics and deployments, which may carry a flag's name too. */
const FOREIGN =
  'level severity loglevel logger traceid spanid pid hostname pod instance container specversion metric commit sha image version'.split(
    ' ',
  );

/** How sure it is that a row is a flag that was switched, 0…1. `named`: the file's name speaks of flags. */
export function flagLikeness(record: JsonObject, named: boolean): number {
  const fields = new Fields(record);
  if (fields.has(...FOREIGN)) return 0;
  const isFlag = fields.text(...FLAG) !== null || (named && fields.text(...KEY) !== null);
  const isTimed = TIME.some((name) => readInstant(fields.value(name), null) !== null);
  if (!isFlag || !isTimed || !fields.has(...FROM, ...TO, ...ACTION)) return 0;
  return named ? 0.95 : 0.9;
}

export function decodePlain(record: JsonObject, zone: string | null): Decoded {
  const fields = new Fields(record);
  const flag = fields.text(...FLAG, ...KEY);
  const read =
    TIME.map((name) => readInstant(fields.value(name), zone)).find((found) => found !== null) ?? null;
  if (flag === null || read === null) return REJECTED;
  const said = switchedBy((fields.text(...ACTION) ?? '').replaceAll(/[_.-]/g, ' '));
  const values = {
    flag,
    environment: fields.text(...ENVIRONMENT),
    from: valueText(fields.value(...FROM)) ?? said?.from ?? null,
    to: valueText(fields.value(...TO)) ?? said?.to ?? null,
    actor: fields.text(...ACTOR),
  };
  const comment = fields.text('comment', 'message', 'description', 'reason', 'summary', 'title');
  const summary = summaryOf(values);
  return {
    kind: 'switches',
    switches: [
      {
        vendor: SOURCE,
        nativeId: null,
        ...values,
        at: read.at,
        zoneless: read.zoneless,
        service: serviceOrNull(fields.text('service', 'service_name', 'app', 'application', 'component')),
        summary: comment === null ? summary : `${summary}: ${comment}`,
      },
    ],
  };
}
