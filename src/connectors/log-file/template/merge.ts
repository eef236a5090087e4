/** One pass over the distinct groups of messages: a word that changes while all others stay is a variable after all. */
import { append } from '../../../domain/append.ts';

/** Words at one position above which it is a variable. Measured on public log samples: fewer joins what differs in kind, more splits by user names. */
const MAX_WORDS = 5;

/** A group with one word more than another that is at least this many times as frequent joins it. */
const RARE = 20;

/** Groups of fewer words say too little to be compared. */
const MIN_WORDS = 3;

export interface Merged {
  /** The group that it joins, itself where it joins none. */
  readonly group: string;
  /** Numbers of its words that turned out to be variable. */
  readonly masked: ReadonlySet<number>;
}

/** `counts` are records by group: words with single blanks between them, see groupOf. The order of the groups changes nothing. */
export function mergeGroups(counts: ReadonlyMap<string, number>): ReadonlyMap<string, Merged> {
  const groups = [...counts.keys()].map((group) => ({
    group,
    words: group.split(' '),
    masked: new Set<number>(),
  }));
  const longest = groups.reduce((most, { words }) => Math.max(most, words.length), 0);
  // one position after the other: what all of them need at once are tens of megabytes for thousands of groups
  for (let position = 0; position < longest; position++)
    for (const members of alikeBut(position, groups))
      if (members.length > MAX_WORDS) for (const { masked } of members) masked.add(position);
  const merged = groups.map(({ group, words, masked }) => ({
    from: group,
    group: words.filter((_, position) => !masked.has(position)).join(' '),
    masked,
  }));
  const sums = new Map<string, number>();
  for (const { from, group } of merged) sums.set(group, (sums.get(group) ?? 0) + (counts.get(from) ?? 0));
  const joined = new Map([...sums.keys()].map((group) => [group, frequentWithout(group, sums)]));
  return new Map(
    merged.map(({ from, group, masked }) => {
      const target = joined.get(group) ?? null;
      const extra = target === null ? [] : maskedByJoin(from.split(' '), masked, target.position);
      return [from, { group: target?.group ?? group, masked: new Set([...masked, ...extra]) }];
    }),
  );
}

interface Group {
  readonly words: readonly string[];
  readonly masked: Set<number>;
}

/** The groups that have a word at this position, those that agree everywhere else together. */
function alikeBut(position: number, groups: readonly Group[]): Iterable<readonly Group[]> {
  const alike = new Map<string, Group[]>();
  for (const group of groups) {
    const { words } = group;
    if (words.length < MIN_WORDS || position >= words.length) continue;
    append(alike, words.with(position, '').join(' '), group);
  }
  return alike.values();
}

/** The most frequent group that has all words but one, where it is much more frequent; ties by name. */
function frequentWithout(
  group: string,
  sums: ReadonlyMap<string, number>,
): { readonly group: string; readonly position: number } | null {
  const words = group.split(' ');
  const least = (sums.get(group) ?? 0) * RARE;
  if (words.length < MIN_WORDS) return null;
  const candidates = words
    .map((_, position) => ({ group: words.toSpliced(position, 1).join(' '), position }))
    .filter((candidate) => (sums.get(candidate.group) ?? 0) >= Math.max(least, 1))
    .sort(
      (a, b) =>
        (sums.get(b.group) ?? 0) - (sums.get(a.group) ?? 0) ||
        (a.group < b.group ? -1 : Number(a.group > b.group)),
    );
  return candidates[0] ?? null;
}

/** The number of the word, masked ones counted, that stands at a position among those that are not. */
function maskedByJoin(
  words: readonly string[],
  masked: ReadonlySet<number>,
  position: number,
): readonly number[] {
  const open = words.map((_, index) => index).filter((index) => !masked.has(index));
  const found = open[position];
  return found === undefined ? [] : [found];
}
