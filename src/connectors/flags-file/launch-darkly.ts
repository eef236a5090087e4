/** Entries of LaunchDarkly's audit log to switches. Shape: https://apidocs.launchdarkly.com/tag/Audit-log. Pure. */
import { textOf } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { type Decoded, IGNORED, REJECTED, type Switch, switchedBy, valueText } from './change.ts';

/** What is edited about a flag without altering what it serves. */
const INERT_VERB =
  /\b(name|description|tags?|maintainer|comment|custom propert(y|ies)|links?|client-side|expir\w+|approval|code references?) (of|for|on|to)\b|\bcommented\b/i;
/** `proj/<key>:env/<key>:flag/<key>`, each key with optional tags after `;`. */
const RESOURCE = /^proj\/[^:]*(?::env\/([^:;]+)[^:]*)?:flag\/([^:;]+)/;

export function isLaunchDarklyEntry(entry: JsonObject): boolean {
  const { target, date, kind } = entry;
  const resources = isObject(target) ? target['resources'] : undefined;
  return (
    typeof date === 'number' && typeof kind === 'string' && (Array.isArray(resources) || 'titleVerb' in entry)
  );
}

interface Resource {
  readonly flag: string;
  readonly environment: string | null;
}

function resourcesOf(entry: JsonObject): readonly Resource[] {
  const { target } = entry;
  const listed = isObject(target) && Array.isArray(target['resources']) ? target['resources'] : [];
  const found = new Map<string, Resource>();
  for (const resource of listed) {
    const match = typeof resource === 'string' ? RESOURCE.exec(resource) : null;
    const flag = match?.[2];
    if (flag === undefined || flag === '*') continue;
    const environment = match?.[1] === undefined || match[1] === '*' ? null : match[1];
    found.set(`${environment ?? ''}/${flag}`, { flag, environment });
  }
  return [...found.values()];
}

function actorOf(entry: JsonObject): string | null {
  const { member, token, user } = entry;
  for (const person of [member, user]) {
    if (!isObject(person)) continue;
    const name = [textOf(person['firstName']), textOf(person['lastName'])].filter((part) => part !== null);
    if (name.length > 0) return name.join(' ');
    const email = textOf(person['email']);
    if (email !== null) return email;
  }
  return isObject(token) ? textOf(token['name']) : null;
}

/** What a version of the flag serves in an environment: `on`, `off`, or null where it is not told. */
function stateIn(version: unknown, environment: string | null): string | null {
  if (!isObject(version)) return null;
  if (typeof version['on'] === 'boolean') return valueText(version['on']);
  const { environments } = version;
  const own = isObject(environments) && environment !== null ? environments[environment] : undefined;
  return isObject(own) && typeof own['on'] === 'boolean' ? valueText(own['on']) : null;
}

/** ``changed the default variation from `false` to `true` `` in the markdown description. */
function valuesInText(text: string): { from: string | null; to: string | null } | null {
  const match =
    /\bfrom [`"'*]*([^`"'*\n]{1,120}?)[`"'*]* to [`"'*]*([^`"'*\n,;]{1,120}?)[`"'*]*(?:[\s.,;]|$)/i.exec(
      text,
    );
  return match === null ? null : { from: valueText(match[1]), to: valueText(match[2]) };
}

function valuesOf(entry: JsonObject, environment: string | null) {
  const verb = textOf(entry['titleVerb']) ?? textOf(entry['title']) ?? '';
  const said = switchedBy(verb);
  if (said !== null) return said;
  const from = stateIn(entry['previousVersion'], environment);
  const to = stateIn(entry['currentVersion'], environment);
  if (from !== null && to !== null && from !== to) return { from, to };
  const described = valuesInText(
    `${textOf(entry['description']) ?? ''}\n${textOf(entry['shortDescription']) ?? ''}`,
  );
  if (described !== null) return described;
  if (/\b(archived|deleted)\b/i.test(verb)) return { from: null, to: 'archived' };
  return { from: null, to: null };
}

/** One switch for each environment that the entry names. */
export function decodeLaunchDarkly(entry: JsonObject): Decoded {
  const read = readInstant(entry['date'], null);
  const kind = textOf(entry['kind']);
  if (read === null || kind === null) return REJECTED;
  if (kind !== 'flag') return IGNORED;
  const resources = resourcesOf(entry);
  if (resources.length === 0) return REJECTED;
  const verb = textOf(entry['titleVerb']) ?? '';
  if (INERT_VERB.test(verb)) return IGNORED;
  const id = textOf(entry['_id']);
  const title = textOf(entry['title']) ?? `${verb === '' ? 'changed' : verb} ${resources[0]?.flag ?? ''}`;
  const comment = textOf(entry['comment']);
  const switches = resources.map(
    ({ flag, environment }): Switch => ({
      vendor: 'launchdarkly',
      nativeId: id === null || resources.length === 1 ? id : `${id}:${environment ?? ''}:${flag}`,
      flag,
      environment,
      ...valuesOf(entry, environment),
      at: read.at,
      zoneless: false,
      actor: actorOf(entry),
      service: null,
      summary: comment === null ? title : `${title}: ${comment}`,
    }),
  );
  return { kind: 'switches', switches };
}

/** A flag as `GET /api/v2/flags/PROJECT` lists it: no entry of a log, but it says when each environment was last changed. */
export function isLaunchDarklyFlag(record: JsonObject): boolean {
  return (
    typeof record['key'] === 'string' &&
    Array.isArray(record['variations']) &&
    isObject(record['environments'])
  );
}

/** What was changed, the switch or a rule, is not told: only that, when, and how the switch stands. */
export function decodeLaunchDarklyFlag(record: JsonObject): Decoded {
  const flag = textOf(record['key']);
  const { environments } = record;
  if (flag === null || !isObject(environments)) return REJECTED;
  const switches = Object.entries(environments).flatMap(([environment, state]): readonly Switch[] => {
    const at = isObject(state) ? (readInstant(state['lastModified'], null)?.at ?? null) : null;
    if (at === null || !isObject(state)) return [];
    const isOn = typeof state['on'] === 'boolean' ? `; it is ${state['on'] ? 'on' : 'off'} now` : '';
    return [
      {
        vendor: 'launchdarkly',
        nativeId: `${flag}:${environment}:${at}`,
        flag,
        environment,
        from: null,
        to: null,
        at,
        zoneless: false,
        actor: null,
        service: null,
        summary: `Flag ${flag} was last changed in ${environment}${isOn}`,
      },
    ];
  });
  return switches.length === 0 ? IGNORED : { kind: 'switches', switches };
}
