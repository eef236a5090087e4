/** What a difference no longer tells apart, and an error that says that one of it stands where another should. */
import type { DiffFeatureKind, FileDiff } from '../../domain/code.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { ELSEWHERE } from './feature-matches.ts';
import { sampleOf } from './frame-files.ts';
import type { Match } from './match.ts';
import { WEIGHT } from './weights.ts';

/** A key without one of its parts, a question without one of its conditions, a state that all share. */
const APART: ReadonlySet<DiffFeatureKind> = new Set(['key-narrowed', 'query-widened', 'state-shared']);
const MAX_VALUES = 400;

/** The error names two values of what the key or the question no longer has: whoever wanted the one was given the other. */
export function mixedUpMatches(
  file: FileDiff,
  item: FailingPattern,
  closeness: number,
  facts: Facts,
): readonly Match[] {
  return file.features.flatMap((feature) => {
    if (!APART.has(feature.kind)) return [];
    for (const symbol of feature.symbols) {
      const name = symbol.split(/[.:#\s]/).at(-1) ?? symbol;
      const pair = pairIn(item, valuesOf(name, facts));
      if (pair === null) continue;
      return [
        {
          name: 'symbolInError' as const,
          kind: feature.kind,
          weight: WEIGHT.symbolInError * Math.min(1, closeness / ELSEWHERE),
          detail: `${feature.detail}; the error names two of its values, ${pair.join(' and ')}`,
          file: file.path,
          line: feature.location.line,
          value: null,
          pattern: item,
          evidence: [feature.evidence, ...sampleOf(item)],
        },
      ];
    }
    return [];
  });
}

/** Values that records show under the name: `currency=EUR`, `"tenant": "acme"`. */
function valuesOf(name: string, { situation }: Facts): ReadonlySet<string> {
  const found = new Set<string>();
  if (!/^[A-Za-z_]\w{2,40}$/.test(name)) return found;
  const bare = name.replace(/_/g, '').toLowerCase();
  for (const { samples } of situation.patterns)
    for (const { message } of samples)
      for (const [, key = '', value = ''] of message.matchAll(NAMED)) {
        if (found.size >= MAX_VALUES) return found;
        if (key.replace(/[_-]/g, '').toLowerCase() === bare && isTelling(value))
          found.add(value.toLowerCase());
      }
  return found;
}

const NAMED = /(?<![\w-])([A-Za-z_][\w-]{2,40})["']?\s?[=:]\s?["']?([\w-]{2,40})(?![\w.])/g;

/** A small number stands in many messages for something else. */
function isTelling(value: string): boolean {
  return /[a-z]/i.test(value)
    ? !/^(?:true|false|null|none|undefined|yes|no)$/i.test(value)
    : value.length >= 4;
}

function pairIn({ pattern }: FailingPattern, values: ReadonlySet<string>): readonly string[] | null {
  if (values.size < 2) return null;
  for (const { message } of pattern.samples) {
    const named = new Set(message.match(/[\w-]{2,40}/g)?.filter((word) => values.has(word.toLowerCase())));
    if (named.size >= 2) return [...named].slice(0, 2);
  }
  return null;
}
