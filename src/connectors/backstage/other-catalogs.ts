/** Catalog files of Cortex, OpsLevel, Datadog and Compass as the entities that Backstage would have of them. Pure. */
import { listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';

interface Described {
  readonly name: string | null;
  readonly title?: string | null;
  readonly owner?: string | null;
  readonly tier?: string | null;
  readonly type?: string | null;
  readonly language?: string | null;
  readonly dependsOn?: readonly string[];
}

function entity({ name, title, owner, tier, type, language, dependsOn = [] }: Described): JsonObject | null {
  if (name === null) return null;
  const level = /(\d|critical|high|medium|low)/i.exec(tier ?? '')?.[1];
  const tags = [
    ...(level === undefined ? [] : [`tier-${level.toLowerCase()}`]),
    ...(language == null ? [] : [language]),
  ];
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: /^(?:database|datastore|queue|topic)$/i.test(type ?? '') ? 'Resource' : 'Component',
    metadata: { name, ...(title == null ? {} : { title }), tags },
    spec: { type: type ?? 'service', ...(owner == null ? {} : { owner }), dependsOn },
  };
}

function textsOf(values: readonly unknown[], ...keys: readonly string[]): readonly string[] {
  return values.flatMap((value) => {
    if (typeof value === 'string') return [value];
    if (!isObject(value)) return [];
    return keys.map((key) => textAt(value, key)).find((text) => text !== null) ?? [];
  });
}

/** https://docs.cortex.io/docs/reference/basics/entities: an OpenAPI document with `x-cortex-…`. */
function ofCortex(document: JsonObject): JsonObject | null {
  const info = objectAt(document, 'info');
  if (textAt(info, 'x-cortex-tag') === null) return null;
  const groups = textsOf(listAt(info, 'x-cortex-service-groups'), 'tag');
  return entity({
    name: textAt(info, 'x-cortex-tag'),
    title: textAt(info, 'title'),
    owner: textsOf(listAt(info, 'x-cortex-owners'), 'name', 'email')[0] ?? null,
    tier: groups.find((group) => /tier|critical/i.test(group)) ?? null,
    type: textAt(info, 'x-cortex-type'),
    dependsOn: textsOf(listAt(info, 'x-cortex-dependency'), 'tag'),
  });
}

/** https://docs.opslevel.com/docs/opslevel-yml */
function ofOpsLevel(document: JsonObject): JsonObject | null {
  const service = objectAt(document, 'service');
  const name = textAt(service, 'name');
  if (
    document['version'] !== 1 ||
    name === null ||
    !('lifecycle' in service || 'tier' in service || 'owner' in service)
  )
    return null;
  const alias = textsOf(listAt(service, 'aliases'))[0] ?? null;
  return entity({
    name: alias ?? name.trim().replaceAll(/\s+/g, '-'),
    title: name,
    owner: textAt(service, 'owner'),
    tier: textAt(service, 'tier'),
    language: textAt(service, 'language')?.toLowerCase() ?? null,
    dependsOn: textsOf(listAt(service, 'dependencies'), 'alias', 'service'),
  });
}

/** https://docs.datadoghq.com/service_catalog/service_definitions: version 2 and 3. */
function ofDatadog(document: JsonObject): JsonObject | null {
  if (/^v[23]/.test(textAt(document, 'schema-version') ?? '') && textAt(document, 'dd-service') !== null)
    return entity({
      name: textAt(document, 'dd-service'),
      owner: textAt(document, 'team'),
      tier: textAt(document, 'tier'),
      language: textsOf(listAt(document, 'languages'))[0]?.toLowerCase() ?? null,
    });
  if (!/^v3/.test(textAt(document, 'apiVersion') ?? '')) return null;
  if (!/^(?:service|datastore|queue)$/.test(textAt(document, 'kind') ?? '')) return null;
  const spec = objectAt(document, 'spec');
  return entity({
    name: textAt(document, 'metadata', 'name'),
    title: textAt(document, 'metadata', 'displayName'),
    owner: textAt(document, 'metadata', 'owner'),
    tier: textAt(spec, 'tier'),
    type: textAt(document, 'kind'),
    language: textsOf(listAt(spec, 'languages'))[0]?.toLowerCase() ?? null,
    dependsOn: textsOf(listAt(spec, 'dependsOn')).map((name) =>
      name.replace(/^(?:service|datastore|queue):/, ''),
    ),
  });
}

/** https://developer.atlassian.com/cloud/compass/config-as-code: whom it depends on stands there by ids alone. */
function ofCompass(document: JsonObject): JsonObject | null {
  if (!/^ari:cloud:compass:/.test(textAt(document, 'id') ?? '') || textAt(document, 'typeId') === null)
    return null;
  return entity({
    name: textAt(document, 'name'),
    owner: textAt(document, 'ownerId')?.split('/').at(-1) ?? null,
    tier: textAt(document, 'fields', 'tier'),
    type: textAt(document, 'typeId')?.toLowerCase() ?? null,
  });
}

/** Null for a document of no such catalog. */
export function asEntity(document: unknown): JsonObject | null {
  if (!isObject(document)) return null;
  return ofCortex(document) ?? ofOpsLevel(document) ?? ofDatadog(document) ?? ofCompass(document);
}

/** By the head of a file, each by keys that mean nothing elsewhere. */
export function isOtherCatalog(head: string): boolean {
  return (
    /^\s+x-cortex-tag:/m.test(head) ||
    /^dd-service:/m.test(head) ||
    (/^version: 1\s*$/m.test(head) &&
      /^service:\s*$/m.test(head) &&
      /^\s+(?:lifecycle|tier|owner):/m.test(head)) ||
    (/^apiVersion:\s*["']?v3/m.test(head) && /^kind:\s*["']?(?:service|datastore|queue)\b/m.test(head)) ||
    /^id:\s*["']?ari:cloud:compass:/m.test(head)
  );
}
