/** Audit entries of Flagsmith, ConfigCat, Split, Statsig, Flipt, GrowthBook and PostHog to switches: what they say in words or values. Pure. */
import { textOf } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import { listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject, parseJson } from '../_kit/records.ts';
import { type Decoded, IGNORED, REJECTED, type Switch, summaryOf, switchedBy, valueText } from './change.ts';

interface Entry {
  readonly flag: string | null;
  /** What was done, in words. */
  readonly words: string;
  readonly at: unknown;
  readonly environment: string | null;
  readonly actor: string | null;
  readonly nativeId: string | null;
}

interface Vendor {
  readonly name: Switch['vendor'];
  fits(entry: JsonObject): boolean;
  /** Null for a good entry that is not about a flag. */
  read(entry: JsonObject): Entry | null;
}

const VENDORS: readonly Vendor[] = [
  {
    // https://docs.flagsmith.com/advanced-use/audit-logs
    name: 'flagsmith',
    fits: (entry) =>
      'created_date' in entry &&
      'log' in entry &&
      ('related_object_type' in entry || 'related_object_id' in entry),
    read: (entry) => {
      const words = textOf(entry['log']) ?? '';
      return {
        flag: /feature:? ['"]?([\w.-]+)/i.exec(words)?.[1] ?? textAt(entry, 'feature', 'name'),
        words,
        at: entry['created_date'],
        environment: textAt(entry, 'environment', 'name'),
        actor: textAt(entry, 'author', 'email'),
        nativeId: textOf(entry['id']),
      };
    },
  },
  {
    // https://api.configcat.com/docs/#tag/Audit-logs
    name: 'configcat',
    fits: (entry) => 'auditLogDateTime' in entry && ('auditLogType' in entry || 'auditLogTypeEnum' in entry),
    read: (entry) => {
      const words = textOf(entry['details']) ?? '';
      const type = textOf(entry['auditLogTypeEnum']) ?? textOf(entry['auditLogType']) ?? '';
      if (!/setting|value|flag|rule/i.test(type)) return null;
      return {
        flag:
          textOf(entry['actionTarget']) ??
          /\[([\w.-]+)\]/.exec(words)?.[1] ??
          /(?:setting|flag)\s+['"]?([\w.-]+)/i.exec(words)?.[1] ??
          textAt(entry, 'settingKey'),
        words,
        at: entry['auditLogDateTime'],
        environment:
          textAt(entry, 'environmentName') ??
          textOf(entry['where'])?.split(' - ').at(-1) ??
          /\bon ([\w -]+?) (?:was|changed|environment)/i.exec(words)?.[1] ??
          null,
        actor: textOf(entry['userName']) ?? textOf(entry['userEmail']),
        nativeId: textOf(entry['auditLogId']),
      };
    },
  },
  {
    // https://help.split.io/hc/en-us/articles/360020957991-Webhook-audit-logs
    name: 'split',
    fits: (entry) =>
      'editor' in entry && 'time' in entry && 'name' in entry && ('type' in entry || 'definition' in entry),
    read: (entry) => {
      if (!/split|flag|feature/i.test(textOf(entry['type']) ?? 'split')) return null;
      const words = [entry['changeType'], entry['title'], entry['description'], entry['definition']]
        .map((text) => textOf(text) ?? '')
        .join(' ');
      return {
        flag: textOf(entry['name']),
        words,
        at: entry['time'],
        environment: textOf(entry['environmentName']) ?? textOf(entry['environment']),
        actor: textOf(entry['editor']),
        nativeId: textOf(entry['id']) ?? textOf(entry['changeNumber']),
      };
    },
  },
  {
    // The audit log of Split's admin API: one entry, one change or more.
    name: 'split',
    fits: (entry) => 'changedBy' in entry && Array.isArray(entry['changes']) && 'timestamp' in entry,
    read: (entry) => {
      const change = listAt(entry, 'changes').filter(isObject)[0];
      if (change === undefined || !/split|flag/i.test(textOf(change['type']) ?? 'split')) return null;
      const [from, to] = [textOf(change['previous']), textOf(change['current'])];
      return {
        flag: textOf(change['name']),
        words: from === null || to === null ? (textOf(entry['title']) ?? '') : `from ${from} to ${to}`,
        at: entry['timestamp'],
        environment: textOf(change['environment']),
        actor: textOf(entry['changedBy']),
        nativeId: textOf(entry['id']),
      };
    },
  },
  {
    // `az appconfig revision list`: a flag as it stood after each change.
    name: 'azure-app-configuration',
    fits: (entry) =>
      /^\.appconfig\.featureflag\//.test(textOf(entry['key']) ?? '') &&
      'lastModified' in entry &&
      'value' in entry,
    read: (entry) => {
      const value = parseJson(textOf(entry['value']) ?? '');
      const enabled = isObject(value) ? value['enabled'] : undefined;
      return {
        flag: (textOf(entry['key']) ?? '').replace(/^\.appconfig\.featureflag\//, ''),
        words: typeof enabled === 'boolean' ? `set to ${enabled}` : '',
        at: entry['lastModified'],
        environment: textOf(entry['label']),
        actor: null,
        nativeId: textOf(entry['etag']),
      };
    },
  },
  {
    // https://docs.statsig.com/console-api/audit-logs
    name: 'statsig',
    fits: (entry) =>
      'actionType' in entry &&
      'name' in entry &&
      ('date' in entry || 'updatedBy' in entry || 'modifierEmail' in entry),
    read: (entry) => {
      const action = textOf(entry['actionType']) ?? '';
      if (!/gate|config|experiment|layer|segment/i.test(action)) return null;
      const date = textOf(entry['date']);
      const time = textOf(entry['time']);
      return {
        flag: textOf(entry['name']),
        words: [action.replaceAll('_', ' '), textOf(entry['changeLog']), textOf(entry['description'])]
          .filter((text) => text !== null)
          .join(' '),
        at:
          date !== null && time !== null && /^\d{4}-\d{2}-\d{2}$/.test(date)
            ? `${date}T${time}Z`
            : (entry['createdAt'] ?? entry['date']),
        environment: textOf(entry['environment']),
        actor: textOf(entry['updatedBy']) ?? textOf(entry['modifierEmail']),
        nativeId: textOf(entry['id']),
      };
    },
  },
  {
    // https://docs.flipt.io/configuration/observability#audit-logs
    name: 'flipt',
    fits: (entry) =>
      isObject(entry['payload']) && 'action' in entry && 'timestamp' in entry && isObject(entry['metadata']),
    read: (entry) => {
      if (!/flag/i.test(textOf(entry['type']) ?? '')) return null;
      const enabled = objectAt(entry, 'payload')['enabled'];
      return {
        flag: textAt(entry, 'payload', 'key'),
        words: typeof enabled === 'boolean' ? `set to ${enabled}` : (textOf(entry['action']) ?? ''),
        at: entry['timestamp'],
        environment: textAt(entry, 'payload', 'namespace_key'),
        actor: textAt(entry, 'metadata', 'actor', 'email') ?? textAt(entry, 'metadata', 'actor', 'name'),
        nativeId: null,
      };
    },
  },
  {
    // https://docs.growthbook.io/app/webhooks/event-webhooks
    name: 'growthbook',
    fits: (entry) =>
      'event' in entry && isObject(objectAt(entry, 'data')['current']) && 'dateCreated' in entry,
    read: (entry) => {
      if (!/^feature\./.test(textOf(entry['event']) ?? '')) return null;
      const data = objectAt(entry, 'data');
      const isOn = (side: string, environment: string) =>
        objectAt(objectAt(objectAt(data, side), 'environments'), environment)['enabled'];
      const environments = Object.keys(objectAt(objectAt(data, 'current'), 'environments'));
      const switched = environments.find((own) => isOn('current', own) !== isOn('previous', own)) ?? null;
      return {
        flag: textAt(data, 'current', 'id') ?? textAt(data, 'current', 'key'),
        words:
          switched === null
            ? 'changed'
            : `from ${isOn('previous', switched) === true} to ${isOn('current', switched) === true}`,
        at: entry['dateCreated'],
        environment: switched,
        actor: textAt(entry, 'user', 'email') ?? textAt(entry, 'user', 'name'),
        nativeId: textOf(entry['id']),
      };
    },
  },
  {
    // https://posthog.com/docs/api/activity-log
    name: 'posthog',
    fits: (entry) => 'activity' in entry && 'scope' in entry && isObject(entry['detail']),
    read: (entry) => {
      if (entry['scope'] !== 'FeatureFlag') return null;
      const changes = listAt(objectAt(entry, 'detail'), 'changes').filter(isObject);
      const change = changes.find((own) => own['field'] === 'active') ?? changes[0] ?? {};
      const [from, to] = [change['before'], change['after']].map((value) =>
        typeof value === 'boolean' ? String(value) : textOf(value),
      );
      return {
        flag: textAt(entry, 'detail', 'name'),
        words: from === null || to === null ? (textOf(entry['activity']) ?? '') : `from ${from} to ${to}`,
        at: entry['created_at'],
        environment: null,
        actor: textAt(entry, 'user', 'email') ?? textAt(entry, 'user', 'first_name'),
        nativeId: textOf(entry['id']),
      };
    },
  },
];

function vendorOf(entry: JsonObject): Vendor | null {
  return VENDORS.find((vendor) => vendor.fits(entry)) ?? null;
}

export function isOtherVendorEntry(entry: JsonObject): boolean {
  return vendorOf(entry) !== null;
}

/** `from false to true`, `changed to 25%`, or words that speak of on and off. */
function valuesOf(words: string): { readonly from: string | null; readonly to: string | null } {
  const arrow = /(?:^|[\s:])['"]?([^\s'":]+)['"]? (?:->|→|=>) ['"]?([^\s'"]+?)['"]?(?=$|[\s.,;])/.exec(words);
  if (arrow !== null) return { from: valueText(arrow[1]), to: valueText(arrow[2]) };
  const both = /\bfrom ['"]?([^\s'"]+?)['"]? to ['"]?([^\s'"]+?)['"]?(?=$|[\s.,;])/i.exec(words);
  if (both !== null) return { from: valueText(both[1]), to: valueText(both[2]) };
  const one = /\b(?:set|changed|updated) to ['"]?([^\s'"]+?)['"]?(?=$|[\s.,;])/i.exec(words);
  if (one !== null) return { from: null, to: valueText(one[1]) };
  return switchedBy(words) ?? { from: null, to: null };
}

export function decodeOtherVendor(entry: JsonObject): Decoded {
  const vendor = vendorOf(entry);
  const read = vendor?.read(entry) ?? null;
  if (vendor === null) return REJECTED;
  if (read === null) return IGNORED;
  const instant = readInstant(read.at, null);
  if (read.flag === null || instant === null) return REJECTED;
  const fields = {
    flag: read.flag,
    environment: read.environment,
    ...valuesOf(read.words),
    actor: read.actor,
  };
  const summary = isObject(fields) ? summaryOf(fields) : '';
  return {
    kind: 'switches',
    switches: [
      {
        vendor: vendor.name,
        nativeId: read.nativeId,
        ...fields,
        at: instant.at,
        zoneless: instant.zoneless,
        service: null,
        summary,
      },
    ],
  };
}
