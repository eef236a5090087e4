/** Cuts a message into words and variables. What a token is shows in the token and in what stands before it; no other message is looked at. */

export const VARIABLE = '<*>';
/** Longest part of a message that is looked at; the rest never tells patterns apart. */
const MAX_MESSAGE = 2_000;
const MAX_TOKENS = 240;

/** A token, with the delimiters before it. */
export interface Token {
  readonly before: string;
  readonly text: string;
  /** `unit`: a word that only says what the number before it counts. */
  readonly kind: 'word' | 'variable' | 'unit';
}

export interface Tokens {
  readonly tokens: readonly Token[];
  /** Delimiters behind the last token. */
  readonly behind: string;
}

/** A dot beside another dot is filling (`interrupt.........0`) and ends a token. */
const TOKEN = /<\*>|(?:(?<!\.)\.(?!\.)|[^\s.=:,;()[\]{}"'|<>])+/g;

const UNITS = new Set(
  'ms s us ns m h sec secs seconds second min minutes millis B KB MB GB kB KiB MiB GiB bytes byte'.split(' '),
);

/** Addresses with colons or hyphens between their parts, and dates in words, are one variable however many tokens they would be. */
const COMPOUND = new RegExp(
  [
    String.raw`(?<![\w:])[0-9a-fA-F]{1,4}(?:::?[0-9a-fA-F]{1,4}){2,7}(?![\w:])`,
    String.raw`(?<![\w:])::[0-9a-fA-F][0-9a-fA-F:.]{0,40}`,
    String.raw`(?<![\w:-])(?:[0-9a-fA-F]{2}-){5}[0-9a-fA-F]{2}(?![\w-])`,
    String.raw`\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2}\b(?: \d[\d:.]{1,20})?(?: [A-Z]{3,4}(?= \d{4}\b))?(?: \d{4}\b)?`,
  ].join('|'),
  'g',
);

/** Names of failures stay words: they tell what went wrong. */
const FAILURE = /(?:Exception|Error|Fault|Failure|Timeout|Refused)$/;

/** Hosts, packages, classes with their package: at least two dots between names. */
function isQualified(token: string): boolean {
  return /\w\.\w[^.]*\.\w/.test(token) && !FAILURE.test(token);
}

function isVariable(token: string, isFirst: boolean): boolean {
  return (
    /[\d@]/.test(token) ||
    token === VARIABLE ||
    token === 'true' ||
    token === 'false' ||
    token === 'null' ||
    (token.startsWith('/') && token.length > 1) ||
    (!isFirst && isQualified(token))
  );
}

/** Values after `=` are variable, whatever they look like; a second `=` makes it a comparison. */
function isAssigned(delimiter: string): boolean {
  return /(?:^|[^=])=["']?$/.test(delimiter);
}

/** Looks at the first line alone, and at no more than 2,000 characters of it. */
export function tokensOf(message: string): Tokens {
  const head = message.slice(0, MAX_MESSAGE).split('\n', 1)[0] ?? '';
  const text = head.replaceAll(COMPOUND, VARIABLE);
  const tokens: Token[] = [];
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [token] = found;
    const before = text.slice(end, found.index);
    const last = tokens.at(-1);
    const isValue = tokens.length > 0 && isAssigned(before);
    const isCounted = last?.kind === 'variable' && /\d|<\*>/.test(last.text) && /^\s*$/.test(before);
    tokens.push({ before, text: token, kind: kindOf(token, tokens.length === 0, isValue, isCounted) });
    end = found.index + token.length;
    if (tokens.length === MAX_TOKENS) return { tokens, behind: '' };
  }
  return { tokens, behind: text.slice(end) };
}

function kindOf(token: string, isFirst: boolean, isValue: boolean, isCounted: boolean): Token['kind'] {
  if (isValue || isVariable(token, isFirst)) return 'variable';
  return isCounted && UNITS.has(token) ? 'unit' : 'word';
}
