/** Total orders and removal of doubles for what connectors contribute. It drops nothing that is said only once. */

import type { Contribution } from '../domain/snapshot.ts';
import type { DependencyEdge } from '../domain/topology.ts';

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

interface Rule<T> {
  /** Equal keys are the same thing, told twice. */
  readonly key: (item: T) => string;
  /** What comes first; ties are settled by the key. */
  readonly at?: (item: T) => number | null;
}

type ListName = keyof Contribution;
type Rules = { readonly [Name in ListName]: Rule<Contribution[Name][number]> };

const joined = (...parts: readonly (string | number | null)[]) =>
  parts.map((part) => part ?? '').join('\u0000');

const RULES: Rules = {
  patterns: {
    key: ({ id, service, severity, template }) => joined(id, service, severity, template),
    at: ({ firstSeenAt }) => firstSeenAt,
  },
  streams: { key: (stream) => JSON.stringify(stream) },
  series: { key: ({ id }) => id },
  traces: {
    key: ({ from, to, operation, interval }) => joined(from, to, operation, interval.from, interval.to),
  },
  alerts: { key: ({ id, firedAt }) => joined(id, firedAt), at: ({ firedAt }) => firedAt },
  platformFacts: { key: ({ id }) => id, at: ({ at }) => at },
  instances: {
    key: ({ pod, service, version, startedAt }) => joined(service, pod, version, startedAt),
    at: ({ startedAt }) => startedAt,
  },
  changes: { key: ({ id }) => id, at: ({ at }) => at },
  tags: { key: ({ repo, tag }) => joined(repo, tag), at: ({ at }) => at },
  repositories: { key: ({ repo }) => repo },
  serviceFacts: { key: (fact) => joined(fact.name, fact.source, JSON.stringify(fact)) },
  edges: { key: ({ from, to, source }) => joined(from, to, source) },
  evidence: { key: ({ ref }) => ref },
  gaps: { key: (gap) => joined(gap.source, gap.reason, gap.detail, gap.effect) },
  coverage: { key: ({ source, what, path }) => joined(source, path, what) },
};

/** Items of the same key are told once; the first in the order given wins, edges keep the evidence of both. */
function merged<T>(rule: Rule<T>, items: readonly T[], combine: (kept: T, other: T) => T): readonly T[] {
  const byKey = new Map<string, T>();
  for (const item of items) {
    const key = rule.key(item);
    const kept = byKey.get(key);
    byKey.set(key, kept === undefined ? item : combine(kept, item));
  }
  const first = (item: T) => rule.at?.(item) ?? Number.POSITIVE_INFINITY;
  return [...byKey]
    .sort(([keyA, a], [keyB, b]) => compareNumber(first(a), first(b)) || compareText(keyA, keyB))
    .map(([, item]) => item);
}

function compareNumber(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const keepFirst = <T>(kept: T) => kept;

function combineEdges(kept: DependencyEdge, other: DependencyEdge): DependencyEdge {
  return { ...kept, evidence: [...new Set([...kept.evidence, ...other.evidence])].sort(compareText) };
}

/** Contributions in a fixed order in, one contribution out; the result does not depend on the order inside a list. */
export function mergeContributions(parts: readonly Contribution[]): Contribution {
  const list = <Name extends ListName>(
    name: Name,
    combine: (
      kept: Contribution[Name][number],
      other: Contribution[Name][number],
    ) => Contribution[Name][number] = keepFirst,
  ) => {
    const items = parts.flatMap((part) => part[name] as readonly Contribution[Name][number][]);
    return merged(RULES[name] as Rule<Contribution[Name][number]>, items, combine);
  };
  return {
    patterns: list('patterns'),
    streams: list('streams'),
    series: list('series'),
    traces: list('traces'),
    alerts: list('alerts'),
    platformFacts: list('platformFacts'),
    instances: list('instances'),
    changes: list('changes'),
    tags: list('tags'),
    repositories: list('repositories'),
    serviceFacts: list('serviceFacts'),
    edges: list('edges', combineEdges),
    evidence: list('evidence'),
    gaps: list('gaps'),
    coverage: list('coverage'),
  };
}
