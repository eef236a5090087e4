/** A feature of a difference in the making, and the words for it. */
import type { DiffFeatureKind } from '../../../domain/code.ts';
import { oneLine } from '../syntax/shape.ts';
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

/** Characters told on either side of what differs in a long text. */
const AROUND = 24;
const MAX_SHOWN = 90;

/** `X became Y`; of long texts the parts that differ, with a little of what stands around them. */
export function became(before: Fact, after: Fact): string {
  if (![before.label, after.label].some((label) => label.includes('…')))
    return `${before.label} became ${after.label}`;
  const [old, now] = [before.key, after.key];
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start += 1;
  let end = 0;
  while (
    end < Math.min(old.length, now.length) - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  )
    end += 1;
  const shown = (text: string) => {
    const from = Math.max(0, start - AROUND);
    const to = Math.min(text.length, text.length - end + AROUND);
    const part = oneLine(text.slice(from, to), MAX_SHOWN);
    return `"${from > 0 ? '…' : ''}${part}${to < text.length && !part.endsWith('…') ? '…' : ''}"`;
  };
  const callee =
    after.kind === 'arguments' ? `${after.symbols[0] ?? 'the call'} is given other arguments: ` : '';
  return `${callee}${shown(old)} became ${shown(now)}`;
}

/** One clause for something that went. */
export function removedDetail(kind: DiffFeatureKind, fact: Fact): string {
  if (kind === 'told-early')
    return `${fact.label}${inScope(fact)} is gone: others are told before the transaction is committed, and do not find yet what they are told of`;
  if (fact.kind === 'off-thread')
    return `${fact.label} is gone: what waits there now holds up the threads that serve requests`;
  if (fact.kind === 'query-limit')
    return `${fact.label}${inScope(fact)} is gone: every row is fetched, however few are taken of them afterwards`;
  if (fact.kind === 'setting')
    return `${fact.label}${inScope(fact)} is no longer set: what the library takes by itself applies`;
  return `${fact.label}${inScope(fact)} was removed`;
}

/** One clause for something that came. */
export function addedDetail(kind: DiffFeatureKind, fact: Fact): string {
  if (kind === 'call-in-loop') return `${fact.label} is now called in a loop${inScope(fact)}`;
  if (kind === 'costly-work') return `${fact.label} is now done on each call${inScope(fact)}`;
  if (fact.kind === 'wrapped-column')
    return `rows are now found by ${fact.label}${inScope(fact)}: an index on ${fact.symbols[0] ?? 'the column'} alone does not help there, and every row is looked at`;
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
