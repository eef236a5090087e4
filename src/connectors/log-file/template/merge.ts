/** One pass over the distinct templates of a group: a position that takes many values is a variable after all. */
import { VARIABLE } from './template.ts';

/** Values at one position above which it is a variable. Measured on public log samples: fewer joins what differs in kind, more splits by user names. */
const MAX_WORDS = 5;

/** A template that has a word where another one, at least this many times as frequent, has a variable, joins it. */
const RARE = 20;

interface Position {
  readonly position: number;
  /** Indexes of the templates that agree everywhere else, by their word there. */
  readonly members: Map<string, number>;
}

/**
 * For each template the one that it joins, itself where it joins none. Two templates join when they have equally many words and differ
 * in a single position, and that position has more than 5 values among all that agree elsewhere, or is a variable in the frequent one.
 * `counts` are records by template.
 */
export function mergeTemplates(counts: ReadonlyMap<string, number>): ReadonlyMap<string, string> {
  const templates = [...counts.keys()];
  const merged = templates.map((template) => template.split(' '));
  for (const { position, members } of positionsOf(merged)) {
    const variable = members.get(VARIABLE);
    const frequent = variable === undefined ? 0 : (counts.get(templates[variable] ?? '') ?? 0);
    const words = [...members].filter(([word]) => !word.includes(VARIABLE));
    for (const [, index] of words) {
      const isRare = (counts.get(templates[index] ?? '') ?? 0) * RARE <= frequent;
      const tokens = merged[index];
      if (tokens !== undefined && (words.length > MAX_WORDS || isRare)) tokens[position] = VARIABLE;
    }
  }
  return new Map(templates.map((template, index) => [template, merged[index]?.join(' ') ?? template]));
}

function positionsOf(templates: readonly (readonly string[])[]): readonly Position[] {
  const positions = new Map<string, Position>();
  templates.forEach((tokens, index) => {
    if (tokens.length < 3) return;
    tokens.forEach((token, position) => {
      const key = `${position}\n${tokens.with(position, '').join(' ')}`;
      const found = positions.get(key) ?? { position, members: new Map<string, number>() };
      found.members.set(token, index);
      positions.set(key, found);
    });
  });
  return [...positions.values()].filter(({ members }) => members.size > 1);
}
