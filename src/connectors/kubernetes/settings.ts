/** ConfigMaps and Secrets that were edited in place, by what the API server notes of who wrote which field when (`--show-managed-fields`). Values of Secrets are never read. Pure. */
import type { OtherChange } from '../../domain/change.ts';
import type { EpochMs } from '../../domain/time.ts';
import { textOf } from '../_kit/fields.ts';
import { serviceOf } from './container.ts';
import { at, instant, type KubeObject, objectsIn } from './objects.ts';

/** What is written within this long after it was made is its making. */
const MAKING_MS = 60_000;
const SETTINGS_SUFFIX = /[-.](config(map)?|settings|conf|env|vars|properties|secrets?|credentials?)$/;

/** One for each writer after the making; none for other kinds, and where the fields' notes were left out. */
export function changesOfSettings(
  object: KubeObject,
  asOf: EpochMs | null,
): readonly Omit<OtherChange, 'id' | 'evidence'>[] {
  if (object.kind !== 'ConfigMap' && object.kind !== 'Secret') return [];
  return objectsIn(at(object.value, 'metadata')['managedFields']).flatMap((entry) => {
    const time = instant(entry['time']);
    const keys = keysOf(entry['fieldsV1']);
    const made = object.createdAt;
    if (time === null || keys.length === 0 || (asOf !== null && time > asOf)) return [];
    if (made !== null && time - made < MAKING_MS) return [];
    const actor = textOf(entry['manager']);
    const [key] = keys;
    const value =
      object.kind === 'ConfigMap' && key !== undefined ? textOf(at(object.value, 'data')[key]) : null;
    const attributes: Record<string, string> = { [`k8s.${object.kind.toLowerCase()}.name`]: object.name };
    if (object.namespace !== null) attributes['k8s.namespace.name'] = object.namespace;
    if (keys.length === 1 && key !== undefined) attributes['key'] = key;
    if (keys.length === 1 && value !== null && value.length <= 80) attributes['value'] = value;
    return [
      {
        type: object.kind === 'Secret' ? ('credential' as const) : ('config' as const),
        service: serviceOf(object.labels, object.name.replace(SETTINGS_SUFFIX, '')),
        at: time,
        finishedAt: null,
        summary: `${object.kind} ${object.name} was edited: ${keys.slice(0, 5).join(', ')}`,
        actor,
        source: 'kubernetes',
        attributes,
      },
    ];
  });
}

/** `f:KEY` below `f:data`. */
function keysOf(fields: unknown): readonly string[] {
  return [...Object.keys(at(fields, 'f:data')), ...Object.keys(at(fields, 'f:stringData'))].flatMap((name) =>
    name.startsWith('f:') ? [name.slice(2)] : [],
  );
}
