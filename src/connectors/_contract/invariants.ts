/** What holds for every contribution, whatever the source: checked by the contract suite, one list of violations. It knows no connector. */
import type { Contribution } from '../../domain/snapshot.ts';
import type { EpochMs } from '../../domain/time.ts';

type Visit = (value: unknown, path: string) => void;

/** Depth first over plain objects and arrays. */
function walk(value: unknown, path: string, visit: Visit): void {
  visit(value, path);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, `${path}[${index}]`, visit);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) walk(item, `${path}.${key}`, visit);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function brokenEvidence(contribution: Contribution, id: string): string[] {
  const problems: string[] = [];
  const refs = new Set<string>();
  for (const { ref, source, excerpt, sha256 } of contribution.evidence) {
    if (refs.has(ref)) problems.push(`evidence ${ref} is there twice`);
    refs.add(ref);
    if (source !== id || !ref.startsWith(`${id}:`)) problems.push(`evidence ${ref} is not of ${id}`);
    if (excerpt.length > 400) problems.push(`evidence ${ref} has an excerpt of ${excerpt.length} characters`);
    if (!/^[0-9a-f]{64}$/.test(sha256)) problems.push(`evidence ${ref} has no SHA-256`);
  }
  const { evidence: _, ...rest } = contribution;
  walk(rest, '', (value, path) => {
    if (!/\.evidence(\[\d+\])?$/.test(path) || typeof value !== 'string') return;
    if (!refs.has(value)) problems.push(`${path} cites ${value}, which is not among the evidence`);
  });
  return problems;
}

/** `from` ≤ `to`, series ascending, finite numbers only. */
function brokenTimes(contribution: Contribution): string[] {
  const problems: string[] = [];
  walk(contribution, '', (value, path) => {
    if (typeof value === 'number' && !Number.isFinite(value)) problems.push(`${path} is ${value}`);
    if (!isRecord(value)) return;
    const { from, to, at, values, count } = value;
    if (typeof from === 'number' && typeof to === 'number' && from > to) problems.push(`${path}: from > to`);
    if (!Array.isArray(at)) return;
    if (at.some((time, index) => index > 0 && time <= at[index - 1]))
      problems.push(`${path}.at does not ascend`);
    for (const list of [values, count])
      if (Array.isArray(list) && list.length !== at.length) problems.push(`${path}: lengths differ`);
  });
  return problems;
}

function repeatedIds(contribution: Contribution): string[] {
  const { changes, series, alerts, platformFacts, patterns } = contribution;
  const lists: Readonly<Record<string, readonly { readonly id: string }[]>> = {
    changes,
    series,
    alerts,
    platformFacts,
    patterns,
  };
  const problems: string[] = [];
  for (const [name, items] of Object.entries(lists)) {
    // One pattern is listed once per service and severity under the same id.
    if (name !== 'patterns' && new Set(items.map(({ id }) => id)).size !== items.length)
      problems.push(`${name} repeat an id`);
  }
  return problems;
}

/** Violations in words; empty for a sound contribution of the connector `id`. */
export function brokenInvariants(contribution: Contribution, id: string): readonly string[] {
  return [...brokenEvidence(contribution, id), ...brokenTimes(contribution), ...repeatedIds(contribution)];
}

const INSTANT =
  /\.(at|observedAt|firedAt|resolvedAt|firstSeenAt|lastSeenAt|finishedAt|startedAt|endedAt|from|to)(\[\d+\])?$/;

/**
 * Instants that lie after `asOf`, by path. History is left out: commit dates are of another clock and are never filtered
 * (an incident may be replayed against a repository whose dates are years away).
 */
export function observedAfter(contribution: Contribution, asOf: EpochMs): readonly string[] {
  const dated = {
    ...contribution,
    tags: [],
    repositories: [],
    changes: contribution.changes.filter(({ type }) => type !== 'commit'),
    evidence: contribution.evidence.filter(({ kind }) => kind !== 'commit'),
    coverage: contribution.coverage.filter(({ what }) => what !== 'history'),
  };
  const late: string[] = [];
  walk(dated, '', (value, path) => {
    if (typeof value === 'number' && INSTANT.test(path) && value > asOf) late.push(path);
  });
  return late;
}

/** Earliest and latest instant of what is not history; null where there is none. */
export function rangeOfTimes(
  contribution: Contribution,
): { readonly from: number; readonly to: number } | null {
  const times: number[] = [];
  const { changes, evidence, series, patterns, alerts } = contribution;
  walk({ changes, evidence, series, patterns, alerts }, '', (value, path) => {
    if (typeof value === 'number' && INSTANT.test(path) && value > 0) times.push(value);
  });
  if (times.length === 0) return null;
  return times.reduce((range, at) => ({ from: Math.min(range.from, at), to: Math.max(range.to, at) }), {
    from: times[0] ?? 0,
    to: times[0] ?? 0,
  });
}
