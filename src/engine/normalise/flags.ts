/** One switch of a flag, however many logs tell of it. It judges nothing. */
import type { FlagChange } from '../../domain/change.ts';
import { MINUTE } from '../../domain/time.ts';

/** An audit log and what a person wrote beside it are seconds apart; a flag that was switched back and forth has other values. */
const SAME_SWITCH_MS = 2 * MINUTE;

function agree<Value>(a: Value | null, b: Value | null): boolean {
  return a === null || b === null || a === b;
}

function isSame(a: FlagChange, b: FlagChange): boolean {
  return (
    a.flag === b.flag &&
    a.source !== b.source &&
    a.at !== null &&
    b.at !== null &&
    Math.abs(a.at - b.at) <= SAME_SWITCH_MS &&
    agree(a.environment?.toLowerCase() ?? null, b.environment?.toLowerCase() ?? null) &&
    agree(a.from, b.from) &&
    agree(a.to, b.to)
  );
}

/** How much a record tells: the one that tells most speaks for the others. */
function knownFields({ environment, from, to, actor, service }: FlagChange): number {
  return [environment, from, to, actor, service].filter((field) => field !== null).length;
}

function joined(a: FlagChange, b: FlagChange): FlagChange {
  const [told, other] = knownFields(b) > knownFields(a) ? [b, a] : [a, b];
  return {
    ...told,
    environment: told.environment ?? other.environment,
    from: told.from ?? other.from,
    to: told.to ?? other.to,
    actor: told.actor ?? other.actor,
    service: told.service ?? other.service,
    evidence: [...new Set([...told.evidence, ...other.evidence])],
  };
}

/** In the order in which each was told first. Records of one log are never joined: it tells each switch once. */
export function joinFlagChanges(changes: readonly FlagChange[]): readonly FlagChange[] {
  const kept: { change: FlagChange; sources: Set<string> }[] = [];
  for (const change of changes) {
    const known = kept.find(
      ({ change: other, sources }) => !sources.has(change.source) && isSame(other, change),
    );
    if (known === undefined) kept.push({ change, sources: new Set([change.source]) });
    else {
      known.change = joined(known.change, change);
      known.sources.add(change.source);
    }
  }
  return kept.map(({ change }) => change);
}
