/** One pass over the distinct templates of a group: a position that takes many values is a variable after all. */
import { VARIABLE } from './template.ts';

/** Values at one position above which it is a variable. Measured on public log samples: fewer joins what differs in kind, more splits by user names. */
const MAX_WORDS = 5;

/**
 * For each template the one that it joins, itself where it joins none. Two templates join when they have equally many words and differ
 * in a single position, and that position has more than 5 values among all that agree elsewhere.
 */
export function mergeTemplates(templates: readonly string[]): ReadonlyMap<string, string> {
  const words = templates.map((template) => template.split(' '));
  const groups = new Map<string, { values: Set<string>; members: number[]; position: number }>();
  words.forEach((tokens, index) => {
    tokens.forEach((token, position) => {
      if (token.includes(VARIABLE) || tokens.length < 3) return;
      const key = `${position}\n${tokens.with(position, '').join(' ')}`;
      const group = groups.get(key) ?? { values: new Set<string>(), members: [], position };
      group.values.add(token);
      group.members.push(index);
      groups.set(key, group);
    });
  });
  const merged = words.map((tokens) => [...tokens]);
  for (const { values, members, position } of groups.values()) {
    if (values.size <= MAX_WORDS) continue;
    for (const index of members) {
      const tokens = merged[index];
      if (tokens !== undefined) tokens[position] = VARIABLE;
    }
  }
  return new Map(templates.map((template, index) => [template, merged[index]?.join(' ') ?? template]));
}
