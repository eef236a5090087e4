/** Unleash events to switches. Shape: https://docs.getunleash.io/reference/event-types. Pure. */
import { numberOf, textOf } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { type Decoded, IGNORED, REJECTED, serviceOrNull, summaryOf, valueText } from './change.ts';

/** Events after which users may get something else. */
const ACTING =
  /^feature-(enabled|disabled|environment-(enabled|disabled|variants-updated)|strategy-(add|update|remove)|variants-updated|archived|revived|deleted|updated|dependency-(added|removed)|dependencies-removed)$/;

export function isUnleashEvent(entry: JsonObject): boolean {
  const { type, createdAt } = entry;
  const isTimed = typeof createdAt === 'string' || typeof createdAt === 'number';
  return (
    typeof type === 'string' &&
    /^(feature|segment|project|change-request|strategy|tag)-/.test(type) &&
    isTimed
  );
}

/** A strategy in a word: its rollout in percent where it has one, else its name. */
function strategyText(strategy: unknown): string | null {
  if (!isObject(strategy)) return null;
  const { parameters } = strategy;
  const rollout = isObject(parameters) ? numberOf(parameters['rollout']) : null;
  if (strategy['disabled'] === true) return 'off';
  return rollout === null ? textOf(strategy['name']) : `${rollout}%`;
}

function valuesOf(type: string, event: JsonObject): { from: string | null; to: string | null } {
  const { data, preData } = event;
  if (/-enabled$|-revived$/.test(type)) return { from: 'off', to: 'on' };
  if (/-disabled$/.test(type)) return { from: 'on', to: 'off' };
  if (/-(archived|deleted)$/.test(type)) return { from: null, to: 'archived' };
  if (type.startsWith('feature-strategy-'))
    return { from: strategyText(preData), to: type.endsWith('remove') ? 'removed' : strategyText(data) };
  const pick = (side: unknown) => {
    if (!isObject(side)) return null;
    return valueText(side['enabled'] ?? side['variants'] ?? side['feature']);
  };
  return { from: pick(preData), to: pick(data) };
}

/** The value of a tag of the type `service`. */
function taggedService(event: JsonObject): string | null {
  const { tags } = event;
  const tag = (Array.isArray(tags) ? tags : []).find((item) => isObject(item) && item['type'] === 'service');
  return isObject(tag) ? textOf(tag['value']) : null;
}

export function decodeUnleash(event: JsonObject): Decoded {
  const type = textOf(event['type']);
  const read = readInstant(event['createdAt'], null);
  if (type === null || read === null) return REJECTED;
  if (!ACTING.test(type)) return IGNORED;
  const data = isObject(event['data']) ? event['data'] : {};
  const flag = textOf(event['featureName']) ?? textOf(data['name']);
  if (flag === null) return REJECTED;
  const fields = {
    flag,
    environment: textOf(event['environment']),
    ...valuesOf(type, event),
    actor: textOf(event['createdBy']),
  };
  return {
    kind: 'switches',
    switches: [
      {
        vendor: 'unleash',
        nativeId: textOf(event['id']),
        ...fields,
        at: read.at,
        zoneless: read.zoneless,
        service: serviceOrNull(taggedService(event)),
        summary: `${summaryOf(fields)} (${type})`,
      },
    ],
  };
}
