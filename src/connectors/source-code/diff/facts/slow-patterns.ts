/** Regular expressions whose engine may try exponentially many ways to match: a repetition within a repetition with nothing sure between. */
import type { SyntaxNode } from '../../syntax/node.ts';
import { argumentsOf, calleeText, oneLine, stripQuotes, unwrap } from '../../syntax/shape.ts';
import type { Observation } from './control.ts';

/** Engines that match in linear time whatever the pattern. */
const LINEAR = new Set(['go', 'rust']);
const MAKES_PATTERN =
  /^(re\.(compile|match|search|fullmatch|sub|findall|finditer)|(java\.util\.regex\.)?Pattern\.compile|Regexp\.new|RegExp|Regex|Regex\.(IsMatch|Match|Matches|Replace)|preg_(match|match_all|replace|split)|toRegex)$/;
const MAX_PATTERN = 400;

interface Item {
  /** Source of what one repetition matches: a class, a literal, or a group. */
  readonly atom: string;
  readonly alternatives: readonly (readonly Item[])[] | null;
  readonly min: number;
  readonly unbounded: boolean;
}

/** Reads a pattern far enough to know what repeats within what; null where it is not well formed. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  alternatives(depth: number): (readonly Item[])[] | null {
    const all: Item[][] = [[]];
    while (this.#at < this.#text.length) {
      const char = this.#text.charAt(this.#at);
      if (char === ')') return depth > 0 ? all : null;
      if (char === '|') {
        this.#at += 1;
        all.push([]);
        continue;
      }
      const item = this.#item(depth);
      if (item === null) return null;
      all.at(-1)?.push(item);
    }
    return depth === 0 ? all : null;
  }

  #item(depth: number): Item | null {
    const char = this.#text.charAt(this.#at);
    if (char === '(') {
      if (depth > 20) return null;
      const head =
        /^\((\?(?:[:=!>|]|<[=!]|P?<\w+>|'\w+'|[a-z-]+:))?/.exec(this.#text.slice(this.#at))?.[0] ?? '(';
      const start = this.#at;
      this.#at += head.length;
      const alternatives = this.alternatives(depth + 1);
      if (alternatives === null) return null;
      this.#at += 1;
      const atom = this.#text.slice(start, this.#at);
      // A look-around takes nothing, an atomic group gives nothing back.
      const inert = /^\(\?(?:[=!>]|<[=!])/.test(head);
      return this.#quantified(atom, inert ? [] : alternatives);
    }
    const atom = /^(?:\[(?:\\.|[^\]\\])+\]|\\[pP]\{[^}]*\}|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\.|[\s\S])/i.exec(
      this.#text.slice(this.#at),
    )?.[0];
    if (atom === undefined) return null;
    this.#at += atom.length;
    return this.#quantified(atom, null);
  }

  #quantified(atom: string, alternatives: Item['alternatives']): Item {
    const found = /^(?:[*+?]|\{(\d+)(,(\d*))?\})([+?])?/.exec(this.#text.slice(this.#at));
    if (found === null)
      return { atom, alternatives, min: /^[\^$]$|^\\[bBAzZ]$/.test(atom) ? 0 : 1, unbounded: false };
    this.#at += found[0].length;
    const sign = found[0].charAt(0);
    // A possessive repetition gives nothing back.
    const possessive = found[4] === '+';
    const open = sign === '*' || sign === '+' || (found[2] !== undefined && found[3] === '');
    const min = '*?'.includes(sign) ? 0 : Number(found[1] ?? 1);
    return { atom, alternatives, min, unbounded: open && !possessive };
  }
}

function canBeEmpty(item: Item): boolean {
  return item.min === 0 || (item.alternatives?.some((sequence) => sequence.every(canBeEmpty)) ?? false);
}

/** Whether all that one atom matches the other may match too, told from the usual classes alone. */
function overlaps(left: string, right: string): boolean {
  if (left === right) return true;
  const wide: Readonly<Record<string, string>> = {
    '\\d': '\\w',
    '[0-9]': '\\w',
    '[a-z]': '\\w',
    '[A-Z]': '\\w',
  };
  return left === '.' || right === '.' || wide[left] === right || wide[right] === left;
}

/** One pass through the group may be one run of the inner repetition, or several: every split of the run matches. */
function isAmbiguous(sequence: readonly Item[]): boolean {
  const inner = sequence.filter((item) => item.unbounded && item.alternatives === null);
  return inner.some((run) =>
    sequence.every(
      (item) => item === run || canBeEmpty(item) || (item.alternatives === null && item.atom === run.atom),
    ),
  );
}

function repeatsWithin(item: Item): boolean {
  if (item.alternatives === null) return false;
  const single = item.alternatives.flatMap((sequence) =>
    sequence.length === 1 && sequence[0] !== undefined && sequence[0].alternatives === null
      ? [sequence[0].atom]
      : [],
  );
  const alike = single.some((atom, index) => single.some((other, at) => at > index && overlaps(atom, other)));
  if (item.unbounded && (alike || item.alternatives.some(isAmbiguous))) return true;
  return item.alternatives.some((sequence) => sequence.some(repeatsWithin));
}

/** True for patterns such as `(a+)+`, `(\w+\s?)*`, `(a|a)*`; false where in doubt. */
export function backtracks(pattern: string): boolean {
  if (pattern.length > MAX_PATTERN || !/[)][*+{]/.test(pattern)) return false;
  return new Reader(pattern).alternatives(0)?.some((sequence) => sequence.some(repeatsWithin)) ?? false;
}

function patternOf(node: SyntaxNode): string | null {
  if (node.type === 'regex') return /^\/([\s\S]*)\/[a-z]*$/.exec(node.text)?.[1] ?? node.text;
  if (
    (node.role !== 'call' && node.role !== 'new') ||
    !MAKES_PATTERN.test(calleeText(node).replace(/^new /, ''))
  )
    return null;
  const text = argumentsOf(node)
    .map(unwrap)
    .find((argument) => argument.role === 'string');
  if (text === undefined) return null;
  const bare = stripQuotes(text.text);
  // In a string of most languages each backslash of the pattern is written twice.
  return /\\\\/.test(bare) ? bare.replaceAll('\\\\', '\\') : bare;
}

/** One for a pattern that may take for ever; empty for most nodes. */
export function slowPatterns(node: SyntaxNode): Observation[] {
  if (LINEAR.has(node.source.languageId)) return [];
  const pattern = patternOf(node);
  if (pattern === null || !backtracks(pattern)) return [];
  return [
    {
      kind: 'slow-pattern',
      key: pattern,
      label: `the pattern "${oneLine(pattern, 70)}", which repeats within a repetition,`,
      symbols: [],
    },
  ];
}
