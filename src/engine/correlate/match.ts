/** One way in which a difference can have produced a failure, and what several are worth together. */
import type { DiffFeatureKind, ValueChange } from '../../domain/code.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { FailingPattern } from './facts.ts';
import { MECHANISM_CAP, type WEIGHT } from './weights.ts';

export interface Match {
  readonly name: keyof typeof WEIGHT;
  readonly weight: number;
  /** What kind of difference it is about, where it is about one. */
  readonly kind?: DiffFeatureKind;
  readonly detail: string;
  readonly file: string;
  readonly line: number;
  readonly value: ValueChange | null;
  readonly pattern: FailingPattern;
  readonly evidence: readonly EvidenceRef[];
}

/** Sum of matches with diminishing returns: the best counts in full, each further one half of the one before, at most 7 nats. */
export function mechanismWeight(matches: readonly Match[]): number {
  const distinct = bestPerName(matches);
  return Math.min(
    MECHANISM_CAP,
    distinct.reduce((total, match, index) => total + match.weight / 2 ** index, 0),
  );
}

export function bestPerName(matches: readonly Match[]): readonly Match[] {
  const best = new Map<string, Match>();
  for (const match of rank(matches)) if (!best.has(match.name)) best.set(match.name, match);
  return [...best.values()];
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Best first. */
export function rank(matches: readonly Match[]): readonly Match[] {
  return [...matches].sort((a, b) => b.weight - a.weight || compareText(a.file, b.file) || a.line - b.line);
}
