/** Kubernetes objects out of JSON: lists, typed lists, single objects, arrays and JSON lines, each with its place. It interprets no kind. */
import type { EpochMs } from '../../domain/time.ts';
import { textOf } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import { isObject, type JsonObject, partOfPlace, type RecordPlace, readRecords } from '../_kit/records.ts';
import { isDescribed, readDescribed } from './describe.ts';
import { isKubeTable, readKubeTable } from './tables.ts';

export interface KubeObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly createdAt: EpochMs | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The controlling owner. */
  readonly owner: { readonly kind: string; readonly name: string } | null;
  readonly value: JsonObject;
  readonly path: string;
  readonly place: RecordPlace;
  /** The whole line where the place is one; empty for a pointer. */
  readonly line: string;
}

export interface ReadObjects {
  readonly objects: readonly KubeObject[];
  /** Elements that are no object with kind and name. */
  readonly rejected: number;
  readonly truncated: boolean;
}

const NOTHING: JsonObject = {};
/** Where a printed table or description shows what it is. */
export const HEAD_CHARACTERS = 4_000;

/** The object under a path of keys; an empty one where there is none. */
export function at(value: unknown, ...keys: readonly string[]): JsonObject {
  let current: unknown = value;
  for (const key of keys) current = isObject(current) ? current[key] : undefined;
  return isObject(current) ? current : NOTHING;
}

export function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Adds to the list under a key. */
export function append<K, T>(lists: Map<K, T[]>, key: K, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

export function instant(value: unknown): EpochMs | null {
  return typeof value === 'string' ? (readInstant(value, null)?.at ?? null) : null;
}

function texts(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  const entries = Object.entries(value).flatMap(([key, text]) =>
    typeof text === 'string' ? [[key, text] as const] : [],
  );
  return Object.fromEntries(entries);
}

function ownerOf(metadata: JsonObject): KubeObject['owner'] {
  const owners = objectsIn(metadata['ownerReferences']);
  const owner = owners.find((candidate) => candidate['controller'] === true) ?? owners[0];
  const kind = textOf(owner?.['kind']);
  const name = textOf(owner?.['name']);
  return kind === null || name === null ? null : { kind, name };
}

type Where = Pick<KubeObject, 'place' | 'line'>;

/** Exporters of events write them without their kind. */
function kindOf(value: JsonObject): string | null {
  const isEvent = textOf(value['reason']) !== null && isObject(value['involvedObject'] ?? value['regarding']);
  return textOf(value['kind']) ?? (isEvent ? 'Event' : null);
}

/** What a watch wraps: `{ "type": "ADDED", "object": { … } }`. */
export function unwatched(value: JsonObject): JsonObject {
  const { type, object } = value;
  return typeof type === 'string' && /^(ADDED|MODIFIED|DELETED|BOOKMARK)$/.test(type) && isObject(object)
    ? object
    : value;
}

/** Null where kind or name is missing. `listKind`: the kind of elements of a typed list, which do not repeat it. */
function objectOf(given: unknown, listKind: string | null, path: string, where: Where): KubeObject | null {
  if (!isObject(given)) return null;
  const value = unwatched(given);
  const kind = kindOf(value) ?? listKind;
  const metadata = at(value, 'metadata');
  const name = textOf(metadata['name']);
  if (kind === null || name === null) return null;
  return {
    kind,
    name,
    namespace: textOf(metadata['namespace']),
    createdAt: instant(metadata['creationTimestamp']),
    labels: texts(metadata['labels']),
    annotations: texts(metadata['annotations']),
    owner: ownerOf(metadata),
    value,
    path,
    ...where,
  };
}

/** `PodList` → `Pod`: its elements do not repeat it. Null for other kinds. */
function kindOfList(kind: unknown): string | null {
  return typeof kind === 'string' && /.List$/.test(kind) ? kind.slice(0, -'List'.length) : null;
}

function isList(value: JsonObject): boolean {
  return Array.isArray(value['items']) && !isObject(value['spec']);
}

/** What `kubectl` prints for people. */
export function isPrinted(head: string): boolean {
  return isKubeTable(head) || isDescribed(head);
}

function readPrinted(path: string, text: string, max: number): ReadObjects {
  const read = isDescribed(text.slice(0, HEAD_CHARACTERS)) ? readDescribed : readKubeTable;
  const { rows, rejected, truncated } = read(path, text, max);
  const objects = rows.flatMap(({ value, line, byteOffset, text: whole }) => {
    const object = objectOf(value, null, path, { place: { kind: 'line', line, byteOffset }, line: whole });
    return object === null ? [] : [object];
  });
  return { objects, rejected, truncated };
}

/** Reads at most `max` objects. */
export function readObjects(path: string, text: string, max: number): ReadObjects {
  if (isPrinted(text.slice(0, HEAD_CHARACTERS))) return readPrinted(path, text, max);
  const documents = readRecords(text, [], max);
  const objects: KubeObject[] = [];
  let { rejected, truncated } = documents;
  const add = (value: unknown, listKind: string | null, where: Where) => {
    if (objects.length >= max) {
      truncated = true;
      return;
    }
    const object = objectOf(value, listKind, path, where);
    if (object === null) rejected += 1;
    else objects.push(object);
  };
  for (const { value, place, text: whole } of documents.records) {
    const { items, kind } = value;
    const line = place.kind === 'line' ? whole : '';
    if (value['type'] === 'BOOKMARK') continue;
    if (!Array.isArray(items) || !isList(value)) {
      add(value, null, { place, line });
      continue;
    }
    const listKind = kindOfList(kind);
    for (const [index, item] of items.entries())
      add(item, listKind, { place: partOfPlace(place, `/items/${index}`), line });
  }
  return { objects, rejected, truncated };
}

/** Objects of one answer of the API. `collection`: the address of the resource without namespaces, such as `https://host/apis/apps/v1/deployments`. */
export function objectsOfAnswer(answer: unknown, kind: string, collection: string): ReadObjects {
  const items: unknown = isObject(answer) ? answer['items'] : undefined;
  const listed = Array.isArray(items) ? items : [];
  const at = collection.lastIndexOf('/');
  const [group, resource] = [collection.slice(0, at), collection.slice(at + 1)];
  const objects = listed.flatMap((value: unknown): readonly KubeObject[] => {
    const found = objectOf(value, kind, '', { place: { kind: 'answer', url: '', pointer: '' }, line: '' });
    if (found === null) return [];
    const { namespace, name } = found;
    const url = `${group}/${namespace === null ? '' : `namespaces/${namespace}/`}${resource}/${name}`;
    return [{ ...found, path: url, place: { kind: 'answer', url, pointer: '' } }];
  });
  return { objects, rejected: listed.length - objects.length, truncated: false };
}

function resourceVersion(object: KubeObject): number {
  const version = Number(textOf(at(object.value, 'metadata')['resourceVersion']));
  return Number.isFinite(version) ? version : 0;
}

/** An object that was printed several times counts once, as it was last: by resource version, else by order. */
export function latestOfEach(objects: readonly KubeObject[]): readonly KubeObject[] {
  const latest = new Map<string, KubeObject>();
  for (const object of objects) {
    const key = [object.kind, object.namespace, object.name, object.createdAt].join('\u0000');
    const known = latest.get(key);
    if (known === undefined || resourceVersion(object) >= resourceVersion(known)) latest.set(key, object);
  }
  return [...latest.values()];
}
