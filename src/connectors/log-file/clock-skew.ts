/** Clocks that run ahead or behind, told by requests that several logs saw. It corrects nothing itself. */
import { append } from '../../domain/append.ts';
import type { ClockView } from './zone-estimate.ts';

export interface ClockSkew {
  /** How far the clock is ahead (behind where negative) of the others, ms, whole seconds; 0 where only the disagreement is known. */
  readonly aheadMs: number;
  /** For a person: what disagrees, by how much, and on what that rests. */
  readonly note: string;
}

/** Requests that two logs must share: fewer may be ids that are used twice. */
const LEAST_SHARED = 3;
/** A request crosses services within this time; what is further apart is the clocks. */
const SAME_REQUEST_MS = 20_000;
/** Logs that one request crosses at most: what more of them name is no id of a request. */
const MOST_SHARERS = 40;
/** How far single requests may lie from the median of the pair. */
const SPREAD_MS = 10_000;

interface Pair {
  readonly other: string;
  readonly shared: number;
  readonly aheadMs: number;
}

/**
 * By path. A set of files is corrected where at least two others, independent of each other, say the same and none agrees with it as it
 * is; where one other disagrees nobody knows which is right, and both are only told of. Logs without request ids in common show nothing.
 */
export function estimateSkews(views: readonly ClockView[]): ReadonlyMap<string, ClockSkew> {
  const sets = new Map<string, ClockView[]>();
  for (const view of views) append(sets, view.set, view);
  const times = [...sets].map(([set, members]) => ({ set, members, seen: merged(members) }));
  const sharers = sharersOf(times.map(({ seen }) => seen));
  const skews = new Map<string, ClockSkew>();
  times.forEach(({ members, seen }, self) => {
    const differences = differencesOf(seen, self, sharers);
    const pairs = [...differences]
      .sort(([a], [b]) => a - b)
      .flatMap(([other, values]) => pairOf(times[other]?.set ?? '', values) ?? []);
    const off = pairs.filter(({ aheadMs }) => Math.abs(aheadMs) >= SAME_REQUEST_MS);
    if (off.length === 0) return;
    const skew = skewOf(off, off.length === pairs.length);
    for (const { path } of members) skews.set(path, skew);
  });
  return skews;
}

function merged(members: readonly ClockView[]): ReadonlyMap<string, number> {
  return new Map(members.flatMap(({ requestTimes }) => [...requestTimes]));
}

interface Sharer {
  /** Number of the set. */
  readonly index: number;
  readonly at: number;
}

/** Which sets saw each request: thousands of logs share next to none, so no pair of them is looked at that does not. */
function sharersOf(seen: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, readonly Sharer[]> {
  const sharers = new Map<string, Sharer[]>();
  seen.forEach((times, index) => {
    for (const [id, at] of times) {
      const known = sharers.get(id);
      if (known === undefined) sharers.set(id, [{ index, at }]);
      else if (known.length <= MOST_SHARERS) known.push({ index, at });
    }
  });
  return sharers;
}

/** By number of the other set: how far ahead of it each shared request was seen. */
function differencesOf(
  seen: ReadonlyMap<string, number>,
  self: number,
  sharers: ReadonlyMap<string, readonly Sharer[]>,
): ReadonlyMap<number, readonly number[]> {
  const differences = new Map<number, number[]>();
  for (const [id, at] of seen) {
    const others = sharers.get(id) ?? [];
    if (others.length > MOST_SHARERS) continue;
    for (const other of others) {
      if (other.index === self) continue;
      const known = differences.get(other.index) ?? [];
      known.push(at - other.at);
      differences.set(other.index, known);
    }
  }
  return differences;
}

function pairOf(other: string, differences: readonly number[]): Pair | null {
  if (differences.length < LEAST_SHARED) return null;
  const aheadMs = median(differences);
  const agree = differences.filter((value) => Math.abs(value - aheadMs) <= SPREAD_MS);
  return agree.length < differences.length * 0.8 ? null : { other, shared: differences.length, aheadMs };
}

function skewOf(off: readonly Pair[], isAlone: boolean): ClockSkew {
  const aheadMs = Math.round(median(off.map((pair) => pair.aheadMs)) / 1000) * 1000;
  const shared = off.reduce((sum, pair) => sum + pair.shared, 0);
  const names = off.map(({ other }) => other).join(', ');
  const size = `${Math.abs(aheadMs) / 1000} s ${aheadMs > 0 ? 'ahead of' : 'behind'} ${names}`;
  const isSure =
    isAlone && off.length >= 2 && off.every((pair) => Math.abs(pair.aheadMs - aheadMs) <= SPREAD_MS);
  return isSure
    ? { aheadMs, note: `Its clock is ${size}, by ${shared} requests that both saw; times were corrected.` }
    : {
        aheadMs: 0,
        note: `Its clock is ${size}, by ${shared} requests that both saw; which is right is not known, and nothing was corrected.`,
      };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
