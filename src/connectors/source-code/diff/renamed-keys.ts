/** Keys of records in languages without a grammar here: a line that reads or writes a value by another name, and is the same but for that. */
import { oneLine } from '../syntax/shape.ts';
import type { FeatureDraft } from './feature-draft.ts';

const WITHOUT_GRAMMAR = /\.(?:pl|pm|psgi|ex|exs|lua|scala|swift|dart|groovy|cljs?|jl)$/i;
const MAX_FEATURES = 6;
/** A file of more changed lines than that was rewritten: which of them belong together is not known. */
const MAX_LINES = 60;
const WORD = /^[A-Za-z_]\w*$/;

interface Line {
  readonly text: string;
  readonly line: number;
}

function linesOf(text: string): readonly Line[] {
  return text.split('\n').map((line, index) => ({ text: line.trim(), line: index + 1 }));
}

/** Lines of the left that the right has not, each as often as it stands there more. */
function besides(left: readonly Line[], right: readonly Line[]): readonly Line[] {
  const counts = new Map<string, number>();
  for (const { text } of right) counts.set(text, (counts.get(text) ?? 0) + 1);
  return left.filter(({ text }) => {
    const count = counts.get(text) ?? 0;
    counts.set(text, count - 1);
    return count <= 0 && text !== '';
  });
}

/** `$body->{name}`, `params["name"]`, `name => 1`, `%{name: 1}`: a name by which a value is kept. A branch of `a ? b : c` is none. */
function isKey(before: string, after: string): boolean {
  if (/[{[]\s*["':]?$/.test(before) && /^["']?\s*[\]}]/.test(after)) return true;
  if (/(?:^|[\s(,{["'])$/.test(before) && /^["']?\s*=>/.test(after)) return true;
  return /[(,{]\s*["']?$/.test(before) && /^["']?:\s/.test(after);
}

/** The one word in which the lines differ, where it is a key on both. */
function renamed(old: string, now: string): readonly [string, string] | null {
  const [was, is] = [old.split(/\b/), now.split(/\b/)];
  if (was.length !== is.length) return null;
  const differing = was.flatMap((part, index) => (part === is[index] ? [] : [index]));
  const [at] = differing;
  if (differing.length !== 1 || at === undefined) return null;
  const [from = '', to = ''] = [was[at], is[at]];
  const isNamed = WORD.test(from) && WORD.test(to);
  return isNamed && isKey(was.slice(0, at).join(''), was.slice(at + 1).join('')) ? [from, to] : null;
}

/** Nothing where the language has a grammar, or where lines came or went beside those that were edited. */
export function renamedKeys(path: string, before: string, after: string): readonly FeatureDraft[] {
  if (!WITHOUT_GRAMMAR.test(path)) return [];
  const [old, now] = [linesOf(before), linesOf(after)];
  const [went, came] = [besides(old, now), besides(now, old)];
  if (went.length !== came.length || went.length > MAX_LINES) return [];
  return came
    .flatMap(({ text, line }, index): FeatureDraft[] => {
      const names = renamed(went[index]?.text ?? '', text);
      if (names === null) return [];
      const detail = `the key ${names[0]} became ${names[1]} in ${oneLine(text.replace(/[;,]+$/, ''))}`;
      return [{ kind: 'field-renamed', detail, symbols: [names[1], names[0]], line, old: false }];
    })
    .slice(0, MAX_FEATURES);
}
