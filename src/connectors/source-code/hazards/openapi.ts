/** OpenAPI and AsyncAPI: what callers may have come to rely on that the earlier service does not offer, and what it asks of them again. */
import { type HazardDraft, plainHazard } from './hazard-draft.ts';
import { acceptsTypes, textList } from './json-schema.ts';
import { documentsOf, isRecord, type Json, lineOfName, records, textOf } from './structured.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

function child(value: unknown, ...path: readonly string[]): Json {
  let current: unknown = value;
  for (const key of path) current = isRecord(current) ? current[key] : undefined;
  return isRecord(current) ? current : {};
}

function operations(api: Json): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>();
  for (const [path, item] of Object.entries(child(api, 'paths')))
    for (const method of METHODS) {
      const operation = child(item, method);
      if (isRecord(item) && isRecord(item[method])) found.set(`${method.toUpperCase()} ${path}`, operation);
    }
  return found;
}

function requiredParameters(operation: Json): ReadonlySet<string> {
  return new Set(
    records(operation['parameters'])
      .filter((parameter) => parameter['required'] === true && parameter['in'] !== 'path')
      .flatMap((parameter) => textOf(parameter['name']) ?? []),
  );
}

function operationHazards(old: Json, now: Json, text: string): readonly HazardDraft[] {
  const [before, after] = [operations(old), operations(now)];
  const hazards: HazardDraft[] = [];
  for (const [name, operation] of after) {
    const path = name.slice(name.indexOf(' ') + 1);
    const line = lineOfName(text, path);
    const was = before.get(name);
    if (was === undefined) {
      hazards.push(plainHazard('contract-added', `the route ${name} is new`, [path], line));
      continue;
    }
    const given = requiredParameters(operation);
    for (const parameter of requiredParameters(was))
      if (!given.has(parameter))
        hazards.push(
          plainHazard(
            'contract-tightened',
            `${name} requires the parameter ${parameter} again`,
            [parameter],
            line,
          ),
        );
  }
  return hazards;
}

function schemaHazards(old: Json, now: Json, text: string): readonly HazardDraft[] {
  const schemas = (api: Json) => ({ ...child(api, 'definitions'), ...child(api, 'components', 'schemas') });
  const [before, after] = [schemas(old), schemas(now)];
  return Object.entries(after).flatMap(([name, schema]) => {
    const was = before[name];
    if (!isRecord(was) || !isRecord(schema)) return [];
    const start = lineOfName(text, name);
    const [had, has] = [child(was, 'properties'), child(schema, 'properties')];
    const added = Object.keys(has).filter((key) => !(key in had));
    const changed = Object.keys(has).filter(
      (key) => key in had && !acceptsTypes(child(has, key), child(had, key)),
    );
    const again = textList(was['required'] ?? []).filter(
      (key) => !textList(schema['required'] ?? []).includes(key),
    );
    return [
      ...added.map((key) =>
        plainHazard('contract-added', `${name}.${key} is new`, [key], lineOfName(text, key, start)),
      ),
      ...changed.map((key) =>
        plainHazard(
          'contract-tightened',
          `${name}.${key} goes back to its former type`,
          [key],
          lineOfName(text, key, start),
        ),
      ),
      ...again.map((key) =>
        plainHazard(
          'contract-tightened',
          `${name}.${key} is required again`,
          [key],
          lineOfName(text, key, start),
        ),
      ),
    ];
  });
}

/** AsyncAPI channels: what is published to a channel that only the new side knows is read by nobody after going back. */
function channelHazards(old: Json, now: Json, text: string): readonly HazardDraft[] {
  const [before, after] = [child(old, 'channels'), child(now, 'channels')];
  return Object.keys(after)
    .filter((name) => !(name in before))
    .map((name) =>
      plainHazard(
        'contract-lossy',
        `the channel ${name} is new: the earlier side does not read it`,
        [name],
        lineOfName(text, name),
      ),
    );
}

export async function apiHazards(before: string, after: string): Promise<readonly HazardDraft[]> {
  const [[old], [now]] = [await documentsOf(before), await documentsOf(after)];
  if (old === undefined || now === undefined) return [];
  return [
    ...operationHazards(old, now, after),
    ...schemaHazards(old, now, after),
    ...channelHazards(old, now, after),
  ];
}
