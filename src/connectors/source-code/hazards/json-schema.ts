/** JSON Schema: would the earlier schema refuse what follows the new one? Object schemas are walked; combinators are not resolved. */
import { type HazardDraft, plainHazard } from './hazard-draft.ts';
import { documentsOf, isRecord, type Json, lineOfName, textOf } from './structured.ts';

const MAX_DEPTH = 12;

export function textList(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((each) => textOf(each) ?? []);
}

function typesOf(schema: Json): readonly string[] {
  return schema['type'] === undefined ? [] : textList(schema['type']);
}

/** True where the earlier side accepts every type that the new one allows. */
export function acceptsTypes(old: Json, now: Json): boolean {
  const [was, is] = [typesOf(old), typesOf(now)];
  if (was.length === 0 || is.length === 0) return true;
  return is.every((type) => was.includes(type) || (type === 'integer' && was.includes('number')));
}

function propertyHazards(
  name: string,
  old: Json,
  now: Json,
  label: string,
  line: number,
): readonly HazardDraft[] {
  const hazards: HazardDraft[] = [];
  if (!acceptsTypes(old, now))
    hazards.push(
      plainHazard(
        'contract-unreadable',
        `${label} is now ${typesOf(now).join(' or ')}; the earlier schema takes ${typesOf(old).join(' or ')}`,
        [name],
        line,
      ),
    );
  const known = Array.isArray(old['enum']) ? new Set(textList(old['enum'])) : null;
  const values =
    known === null || !Array.isArray(now['enum'])
      ? []
      : textList(now['enum']).filter((each) => !known.has(each));
  for (const each of values)
    hazards.push(
      plainHazard(
        'contract-unreadable',
        `${label} may be ${each}, which the earlier schema refuses`,
        [name, each],
        line,
      ),
    );
  return hazards;
}

function compare(old: Json, now: Json, text: string, path: string, depth: number): readonly HazardDraft[] {
  if (depth > MAX_DEPTH) return [];
  const properties = (schema: Json) => (isRecord(schema['properties']) ? schema['properties'] : {});
  const [before, after] = [properties(old), properties(now)];
  const [needed, given] = [textList(old['required'] ?? []), textList(now['required'] ?? [])];
  const hazards: HazardDraft[] = [];
  for (const name of Object.keys(after)) {
    const [was, is] = [before[name], after[name]];
    const label = path === '' ? name : `${path}.${name}`;
    const line = lineOfName(text, name);
    if (was === undefined && old['additionalProperties'] === false)
      hazards.push(
        plainHazard(
          'contract-unreadable',
          `${label} is new, and the earlier schema refuses properties that it does not know`,
          [name],
          line,
        ),
      );
    else if (was === undefined)
      hazards.push(plainHazard('contract-added', `property ${label} is new`, [name], line));
    else if (isRecord(was) && isRecord(is))
      hazards.push(
        ...propertyHazards(name, was, is, label, line),
        ...compare(was, is, text, label, depth + 1),
      );
  }
  for (const name of needed)
    if (!given.includes(name)) {
      const label = path === '' ? name : `${path}.${name}`;
      hazards.push(
        plainHazard(
          'contract-unreadable',
          `${label} may be missing now, and the earlier schema requires it`,
          [name],
          lineOfName(text, name),
        ),
      );
    }
  const [was, is] = [old['items'], now['items']];
  return isRecord(was) && isRecord(is)
    ? [...hazards, ...compare(was, is, text, `${path}[]`, depth + 1)]
    : hazards;
}

export async function jsonSchemaHazards(before: string, after: string): Promise<readonly HazardDraft[]> {
  const [[old], [now]] = [await documentsOf(before), await documentsOf(after)];
  return old === undefined || now === undefined ? [] : compare(old, now, after, '', 0);
}
