/** Evidence for parts of Kubernetes objects: the part that says it, not the whole manifest, so that no environment is quoted. */
import type { Evidence, EvidenceKind, EvidenceRef } from '../../domain/evidence.ts';
import type { EpochMs } from '../../domain/time.ts';
import { citeRecord } from '../_kit/cited-records.ts';
import { shorten } from '../_kit/evidence.ts';
import { isObject, partOfPlace, pointerSegment } from '../_kit/records.ts';
import type { KubeObject } from './objects.ts';

export const SOURCE = 'kubernetes';

/** What follows `<source>:` in the ids of an object's facts; a line may hold several objects. */
export function placeName({ path, place, kind, namespace, name }: KubeObject): string {
  if (place.kind === 'line') return `${path}:${place.line}/${kind}/${namespace ?? ''}/${name}`;
  return `${place.kind === 'answer' ? place.url : path}#${place.pointer}`;
}

const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A line is quoted without the variables of its containers and without the manifest behind it, which may hold secrets under any name. */
function withoutEnvironment(line: string): string {
  const bare = line.replaceAll(/"env"\s*:\s*\[[^\]]*\]/g, '"env":["…"]');
  return bare.replaceAll(
    /("kubectl\.kubernetes\.io\/last-applied-configuration"\s*:\s*)"(?:[^"\\]|\\.)*"/g,
    '$1"…"',
  );
}

/** Metadata is quoted without the manifest that was applied, and without who manages which field. */
function quotable(part: unknown): unknown {
  if (!isObject(part)) return part;
  const { managedFields: _, annotations, ...rest } = part;
  if (!isObject(annotations)) return rest;
  return {
    ...rest,
    annotations: Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== APPLIED)),
  };
}

/** Collects evidence; a part that is cited twice is there once. */
export class Citations {
  private readonly byRef = new Map<EvidenceRef, Evidence>();

  all(): readonly Evidence[] {
    return [...this.byRef.values()];
  }

  /** Cites the part under `keys`; the whole line where the object stands on one. Null where the part does not exist. */
  cite(
    object: KubeObject,
    kind: EvidenceKind,
    keys: readonly (string | number)[],
    observedAt: EpochMs | null,
  ): EvidenceRef | null {
    const { path, place, line } = object;
    if (place.kind === 'line') {
      const cited = citeRecord({ source: SOURCE, kind, path, place, text: line, observedAt });
      return this.add({ ...cited, excerpt: shorten(withoutEnvironment(line)) });
    }
    let part: unknown = object.value;
    for (const key of keys) {
      if (Array.isArray(part) && typeof key === 'number') part = part[key];
      else part = isObject(part) ? part[String(key)] : undefined;
    }
    if (part === undefined) return null;
    const text = typeof part === 'string' ? part : JSON.stringify(part);
    const cited = partOfPlace(place, keys.map(pointerSegment).join(''));
    const evidence = citeRecord({ source: SOURCE, kind, path, place: cited, text, observedAt });
    const shown = quotable(part);
    return this.add({
      ...evidence,
      excerpt: shorten(typeof shown === 'string' ? shown : JSON.stringify(shown)),
    });
  }

  private add(evidence: Evidence): EvidenceRef {
    if (!this.byRef.has(evidence.ref)) this.byRef.set(evidence.ref, evidence);
    return evidence.ref;
  }
}
