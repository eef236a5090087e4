/** A feature of a difference in the making, and the words for it. */
import type { DiffFeatureKind } from '../../../domain/code.ts';
import type { Fact } from './facts/fact.ts';

/** A feature before it has a location and evidence; `line` is on the new side unless `old` is set. */
export interface FeatureDraft {
  readonly kind: DiffFeatureKind;
  readonly detail: string;
  readonly symbols: readonly string[];
  readonly line: number;
  readonly old: boolean;
}

/** ` in Class.method`; empty at the top level. */
export function inScope(fact: Fact): string {
  return fact.scope === '' ? '' : ` in ${fact.scope}`;
}

export function draft(
  kind: DiffFeatureKind,
  fact: Fact,
  detail: string,
  old: boolean,
  symbols: readonly string[] = fact.symbols,
): FeatureDraft {
  return { kind, detail, symbols: [...new Set(symbols)].slice(0, 12), line: fact.line, old };
}

/** One clause for something that came. */
export function addedDetail(kind: DiffFeatureKind, fact: Fact): string {
  if (kind === 'call-in-loop') return `${fact.label} is now called in a loop${inScope(fact)}`;
  if (kind === 'costly-work') return `${fact.label} is now done on each call${inScope(fact)}`;
  if (kind === 'client-per-call') return `${fact.label} is now made anew on each call${inScope(fact)}`;
  if (kind === 'blocking-call')
    return `${fact.label}${inScope(fact)} holds up the thread on which all else runs`;
  if (kind === 'unbounded-growth') return `${fact.label}${inScope(fact)} and nothing takes entries out`;
  if (kind === 'error-swallowed') return `${fact.label}${inScope(fact)}`;
  if (kind === 'lock-changed' && fact.kind === 'held-call') return `${fact.label} is new${inScope(fact)}`;
  if (fact.kind === 'bare-channel')
    return `${fact.label} holds nothing${inScope(fact)}: whoever sends when nobody reads any more waits for ever`;
  if (fact.kind === 'assumption') return `${fact.label} is now taken for granted${inScope(fact)}`;
  if (kind === 'throw-added') return `${fact.label} is now raised whatever happens${inScope(fact)}`;
  if (kind === 'env-renamed') return `the environment variable ${fact.label} is now read${inScope(fact)}`;
  return `${fact.label}${inScope(fact)} was added`;
}
