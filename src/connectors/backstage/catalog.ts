/** All entities of all files as one catalog: facts of services, and edges with APIs resolved to those who provide them. Pure. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { ServiceFact, ServiceName } from '../../domain/service.ts';
import type { DependencyEdge } from '../../domain/topology.ts';
import { listAt, objectAt } from '../_kit/nested.ts';
import type { JsonObject } from '../_kit/records.ts';
import { serviceFact } from '../_kit/service-fact.ts';
import {
  aliasesOf,
  criticalityOf,
  deployOf,
  kindOf,
  languageOf,
  nameOf,
  ownerOf,
  pathOf,
  readReference,
  userFacingOf,
} from './entity.ts';

export const SOURCE = 'backstage';

export interface CataloguedEntity {
  readonly entity: JsonObject;
  /** Cites the line of a place within the entity. */
  cite(path: readonly (string | number)[]): EvidenceRef;
  /** Folder of the file where it describes one component only, else null. */
  readonly folder: string | null;
}

export interface Catalog {
  readonly serviceFacts: readonly ServiceFact[];
  readonly edges: readonly DependencyEdge[];
  /** References that cannot be read. */
  readonly rejected: number;
  /** Names that more than one entity has with different owners. */
  readonly disputed: readonly ServiceName[];
}

interface Relation {
  readonly key: string;
  readonly fallback: string;
}

const RELATIONS: readonly Relation[] = [
  { key: 'dependsOn', fallback: 'component' },
  { key: 'dependencyOf', fallback: 'component' },
  { key: 'consumesApis', fallback: 'api' },
];

function factOf({ entity, cite, folder }: CataloguedEntity): ServiceFact | null {
  const [name, kind] = [nameOf(entity), kindOf(entity)];
  if (name === null || kind === null) return null;
  return serviceFact({
    name,
    kind,
    aliases: aliasesOf(entity, name),
    criticality: criticalityOf(entity),
    userFacing: userFacingOf(entity),
    path: pathOf(entity) ?? (kind === 'service' ? folder : null),
    deploy: deployOf(entity),
    owner: ownerOf(entity),
    language: languageOf(entity),
    source: SOURCE,
    evidence: [cite(['metadata', 'name'])],
  });
}

/** Components by the APIs that they provide. */
function providersOf(entities: readonly CataloguedEntity[]): ReadonlyMap<string, readonly ServiceName[]> {
  const providers = new Map<string, ServiceName[]>();
  for (const { entity } of entities) {
    const name = nameOf(entity);
    for (const written of listAt(objectAt(entity, 'spec'), 'providesApis')) {
      const api = readReference(written, 'api');
      if (name === null || api === null) continue;
      const known = providers.get(api.name);
      if (known === undefined) providers.set(api.name, [name]);
      else known.push(name);
    }
  }
  return providers;
}

class Edges {
  readonly list = new Map<string, DependencyEdge>();
  rejected = 0;
  private readonly providers: ReadonlyMap<string, readonly ServiceName[]>;

  constructor(providers: ReadonlyMap<string, readonly ServiceName[]>) {
    this.providers = providers;
  }

  addAll({ entity, cite }: CataloguedEntity): void {
    const name = nameOf(entity);
    if (name === null || kindOf(entity) === null) return;
    for (const { key, fallback } of RELATIONS) {
      for (const [index, written] of listAt(objectAt(entity, 'spec'), key).entries()) {
        const reference = readReference(written, fallback);
        if (reference === null) this.rejected += 1;
        else
          for (const other of this.targets(reference))
            this.link(key, name, other, () => cite(['spec', key, index]));
      }
    }
  }

  /** An API stands for those who provide it; systems and people are no nodes. */
  private targets({ kind, name }: { readonly kind: string; readonly name: string }): readonly ServiceName[] {
    if (kind === 'api') return this.providers.get(name) ?? [];
    return kind === 'component' || kind === 'resource' ? [name] : [];
  }

  private link(key: string, name: ServiceName, other: ServiceName, cite: () => EvidenceRef): void {
    const [from, to] = key === 'dependencyOf' ? [other, name] : [name, other];
    const id = `${from}\0${to}`;
    if (from !== to && !this.list.has(id))
      this.list.set(id, { from, to, source: 'catalog', evidence: [cite()] });
  }
}

function disputed(facts: readonly ServiceFact[]): readonly ServiceName[] {
  const owners = new Map<ServiceName, Set<string>>();
  for (const { name, owner } of facts)
    if (owner !== null) owners.set(name, (owners.get(name) ?? new Set()).add(owner));
  return [...owners].flatMap(([name, known]) => (known.size > 1 ? [name] : [])).sort();
}

export function readCatalog(entities: readonly CataloguedEntity[]): Catalog {
  const serviceFacts = entities.flatMap((entity) => factOf(entity) ?? []);
  const edges = new Edges(providersOf(entities));
  for (const entity of entities) edges.addAll(entity);
  return {
    serviceFacts,
    edges: [...edges.list.values()],
    rejected: edges.rejected,
    disputed: disputed(serviceFacts),
  };
}
