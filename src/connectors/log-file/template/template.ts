/** From a message to its template, which people read, and to its group, which tells patterns apart. Both look at one message only. */
import { type Token, type Tokens, tokensOf, VARIABLE } from './words.ts';

/**
 * The template of a message: `Payment timeout for order ORD-1001` → `Payment timeout for order <*>`.
 * Only the first line counts. `masked` are numbers of words, as `groupOf` counts them, that are variable as well.
 */
export function templateOf(message: string, masked: ReadonlySet<number> = NONE): string {
  return templateOfTokens(tokensOf(message), masked);
}

function templateOfTokens({ tokens, behind }: Tokens, masked: ReadonlySet<number>): string {
  let words = 0;
  let text = '';
  for (const token of tokens) {
    const isMasked = wordOf(token) !== null && masked.has(words++);
    text += token.before;
    text += token.kind === 'variable' || isMasked ? variableText(token.text) : token.text;
  }
  return collapse(text + behind);
}

/** The words of a message, with single blanks between them; punctuation, variables and units do not count. */
export function groupOf(message: string): string {
  return groupOfTokens(tokensOf(message));
}

function groupOfTokens({ tokens }: Tokens): string {
  return tokens.flatMap((token) => wordOf(token) ?? []).join(' ');
}

/** Both at once. */
export function shapeOf(message: string): { readonly group: string; readonly template: string } {
  const tokens = tokensOf(message);
  return { group: groupOfTokens(tokens), template: templateOfTokens(tokens, NONE) };
}

const NONE: ReadonlySet<number> = new Set();

/** A word without punctuation at its edges; null for what is none. */
function wordOf({ kind, text }: Token): string | null {
  if (kind !== 'word' || !/\p{L}/u.test(text)) return null;
  const word = text.replace(/^[.!?*#-]+/, '').replace(/[.!?*#-]+$/, '');
  return word === '' ? null : word;
}

/** Punctuation at the edge of a variable token stays: `ORD-1001.` → `<*>.`. */
function variableText(token: string): string {
  if (token === VARIABLE) return VARIABLE;
  const edge = /[.!?]+$/.exec(token)?.[0] ?? '';
  return `${VARIABLE}${edge.length < token.length ? edge : ''}`;
}

/** `<*>:<*>`, `<*>,<*>` and `<*>.<*>` are one variable: lists and addresses of any length are one shape. */
function collapse(text: string): string {
  return text
    .replaceAll(/<\*>(?:[:,|;.]\s?<\*>)+/g, VARIABLE)
    .replaceAll(/\s+/g, ' ')
    .trim();
}
