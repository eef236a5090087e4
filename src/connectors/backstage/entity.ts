/** What one Backstage entity says: name, kind, criticality, references to others. Pure. */
import {
  type Criticality,
  canonicalServiceName,
  type DeployTarget,
  type ServiceKind,
} from '../../domain/service.ts';
import { listAt, objectAt, textAt } from '../_kit/nested.ts';
import { productOf } from '../_kit/partners.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';

export interface EntityReference {
  readonly kind: string;
  readonly name: string;
}

export function isEntity(value: unknown): value is JsonObject {
  return isObject(value) && /^backstage\.io\//.test(textAt(value, 'apiVersion') ?? '');
}

/** `component:default/cart` → component, cart; a reference without a kind is of `fallback`. Null for anything else. */
export function readReference(written: unknown, fallback: string): EntityReference | null {
  if (typeof written !== 'string') return null;
  const match = /^(?:([a-z]+):)?(?:[\w.-]+\/)?([\w.-]{1,100})$/i.exec(written.trim());
  const name = match?.[2] === undefined ? '' : canonicalServiceName(match[2]);
  return name === '' ? null : { kind: (match?.[1] ?? fallback).toLowerCase(), name };
}

/** Null for entities without a usable name (`{{ placeholder }}` in a template). */
export function nameOf(entity: JsonObject): string | null {
  const written = textAt(entity, 'metadata', 'name');
  if (written === null || !/^[A-Za-z0-9][\w.-]{0,100}$/.test(written)) return null;
  return canonicalServiceName(written);
}

function tagsOf(entity: JsonObject): readonly string[] {
  return listAt(objectAt(entity, 'metadata'), 'tags').flatMap((tag) =>
    typeof tag === 'string' ? [tag.toLowerCase()] : [],
  );
}

/** Component and Resource are nodes; null for other kinds (API, System, Group …). */
export function kindOf(entity: JsonObject): ServiceKind | null {
  const kind = (textAt(entity, 'kind') ?? '').toLowerCase();
  const type = (textAt(entity, 'spec', 'type') ?? '').toLowerCase();
  if (kind === 'component')
    return /^(library|package|module|documentation)$/.test(type) ? 'library' : 'service';
  if (kind !== 'resource') return null;
  if (/queue|topic|stream|broker|bus|pubsub|messag/.test(type)) return 'queue';
  if (/database|\bdb\b|bucket|storage|cache|datastore|warehouse|index|volume/.test(type)) return 'datastore';
  return productOf(type)?.kind ?? 'external';
}

const CRITICALITY: Readonly<Record<string, Criticality>> = {
  '0': 'critical',
  '1': 'critical',
  '2': 'high',
  '3': 'medium',
  '4': 'low',
  '5': 'low',
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
};

/** From a tag (`tier-1`, `tier2`, `criticality-high`), a label or an annotation whose last part is `tier` or `criticality`. */
export function criticalityOf(entity: JsonObject): Criticality | null {
  const metadata = objectAt(entity, 'metadata');
  const pairs = ['labels', 'annotations'].flatMap((key) => Object.entries(objectAt(metadata, key)));
  const named = pairs.flatMap(([key, value]) =>
    /(^|[/._-])(tier|criticality)$/i.test(key) ? [`tier-${String(value)}`] : [],
  );
  for (const tag of [...tagsOf(entity), ...named]) {
    const word = /^(?:tier|criticality)[-_:]*(?:tier[-_]?)?(\w+)$/i.exec(tag)?.[1]?.toLowerCase() ?? '';
    if (Object.hasOwn(CRITICALITY, word)) return CRITICALITY[word] ?? null;
  }
  return null;
}

/** Only where the type says it: most services never meet a user. */
export function userFacingOf(entity: JsonObject): boolean | null {
  return /^(website|web-?app|mobile(-app)?|frontend|spa)$/i.test(textAt(entity, 'spec', 'type') ?? '')
    ? true
    : null;
}

export function ownerOf(entity: JsonObject): string | null {
  const owner = textAt(entity, 'spec', 'owner');
  return owner === null ? null : (readReference(owner, 'group')?.name ?? owner);
}

const LANGUAGES: Readonly<Record<string, string>> = {
  ts: 'typescript',
  typescript: 'typescript',
  js: 'javascript',
  javascript: 'javascript',
  nodejs: 'javascript',
  py: 'python',
  python: 'python',
  go: 'go',
  golang: 'go',
  java: 'java',
  kotlin: 'kotlin',
  ruby: 'ruby',
  rust: 'rust',
  php: 'php',
  csharp: 'csharp',
  dotnet: 'csharp',
};

export function languageOf(entity: JsonObject): string | null {
  const tag = tagsOf(entity).find((candidate) => Object.hasOwn(LANGUAGES, candidate));
  return tag === undefined ? null : (LANGUAGES[tag] ?? null);
}

function annotation(entity: JsonObject, key: string): string | null {
  return textAt(objectAt(objectAt(entity, 'metadata'), 'annotations'), key);
}

/** Other names of the same thing: its title, its label in the cluster. */
export function aliasesOf(entity: JsonObject, name: string): readonly string[] {
  const selector = annotation(entity, 'backstage.io/kubernetes-label-selector');
  const selected = /(?:^|,)\s*(?:app|app\.kubernetes\.io\/name)\s*={1,2}\s*([\w.-]+)/.exec(
    selector ?? '',
  )?.[1];
  const written = [
    textAt(entity, 'metadata', 'title'),
    annotation(entity, 'backstage.io/kubernetes-id'),
    selected ?? null,
  ];
  const others = written.flatMap((alias) =>
    alias === null || canonicalServiceName(alias) === name ? [] : [alias],
  );
  return [...new Set(others)].sort();
}

/** Folder in the repository, from the source location; null where it is the root or not said. */
export function pathOf(entity: JsonObject): string | null {
  const location = annotation(entity, 'backstage.io/source-location') ?? '';
  const path =
    /^url:https?:\/\/[^/]+\/[^/]+\/[^/]+\/(?:-\/)?(?:tree|blob|src)\/[^/]+\/(.+?)\/*$/.exec(location)?.[1] ??
    /^dir:\.?\/*(.+?)\/*$/.exec(location)?.[1];
  return path === undefined || path === '.' || path.split('/').includes('..') ? null : path;
}

/** The Argo CD application, where the catalog names it. Its label in a cluster is no name of a workload. */
export function deployOf(entity: JsonObject): DeployTarget | null {
  const application = annotation(entity, 'argocd/app-name');
  if (application === null) return null;
  return { platform: 'argo-cd', namespace: null, context: null, name: application };
}
