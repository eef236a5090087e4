/** Calls in migration code of any language, with their arguments as text: a scanner that knows quotes and brackets, not a parser. Any bytes. */

export interface Call {
  /** Name as written, without its receiver. */
  readonly name: string;
  /** What stands before the name on the same chain: `table.string("a").` or `op.`; at most 200 characters. */
  readonly before: string;
  /** What follows the closing bracket, to the end of the chain; at most 200 characters. */
  readonly after: string;
  /** Positional arguments, unquoted where they are plain strings or symbols. */
  readonly values: readonly string[];
  /** Named arguments, keys in lower case without underscores: `model_name` → `modelname`. */
  readonly named: ReadonlyMap<string, string>;
  /** All arguments as written. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

const MAX_ARGUMENTS = 4_000;
const OPENING = '([{';
const CLOSING = ')]}';

/** Index after the string that begins at `at`; `at` where none does. */
function afterString(text: string, at: number): number {
  const quote = text[at];
  if (quote !== '"' && quote !== "'" && quote !== '`') return at;
  const triple = quote.repeat(3);
  if (text.startsWith(triple, at)) {
    const end = text.indexOf(triple, at + 3);
    return end === -1 ? text.length : end + 3;
  }
  for (let index = at + 1; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === quote) return index + 1;
    else if (text[index] === '\n' && quote !== '`') return index;
  }
  return text.length;
}

/** Index of the bracket that closes the one at `at`, or the end of what is looked at. */
function closingOf(text: string, at: number): number {
  let depth = 0;
  const limit = Math.min(text.length, at + MAX_ARGUMENTS);
  for (let index = at; index < limit; ) {
    const next = afterString(text, index);
    if (next > index) {
      index = next;
      continue;
    }
    const char = text[index] ?? '';
    if (OPENING.includes(char)) depth += 1;
    if (CLOSING.includes(char)) {
      depth -= 1;
      if (depth === 0) return index;
    }
    index += 1;
  }
  return limit;
}

/** End of a Ruby command call: the end of the line, or of the line after each trailing comma. */
function commandEnd(text: string, at: number): number {
  let end = text.indexOf('\n', at);
  while (end !== -1 && /,\s*$/.test(text.slice(at, end))) end = text.indexOf('\n', end + 1);
  return end === -1 ? text.length : end;
}

/** Parts between commas outside brackets and strings. */
function argumentParts(text: string): readonly string[] {
  const found: string[] = [];
  let [depth, from] = [0, 0];
  for (let index = 0; index < text.length; ) {
    const next = afterString(text, index);
    if (next > index) {
      index = next;
      continue;
    }
    const char = text[index] ?? '';
    if (OPENING.includes(char)) depth += 1;
    else if (CLOSING.includes(char)) depth -= 1;
    else if (char === ',' && depth === 0) {
      found.push(text.slice(from, index));
      from = index + 1;
    }
    index += 1;
  }
  return [...found, text.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}

/** `"orders"`, `'orders'`, `:orders`, `'orders'::text` → `orders`; anything else as it is. */
export function unquoted(text: string): string {
  const trimmed = text.trim().replace(/^[rbfuN@$]+(?=["'])/, '');
  const triple = /^("""|''')([\s\S]*)\1$/.exec(trimmed);
  if (triple !== null) return triple[2] ?? '';
  const quoted = /^(["'`])([\s\S]*)\1$/.exec(trimmed);
  return quoted === null ? trimmed.replace(/^:(?=\w)/, '') : (quoted[2] ?? '');
}

const NAMED = /^([A-Za-z_]\w*)\s*(?::(?!:)|=>|=(?!=))\s*([\s\S]+)$/;
const NAMED_SYMBOL = /^:([A-Za-z_]\w*)\s*=>\s*([\s\S]+)$/;

function toCall(text: string, name: string, at: number, open: number, close: number): Call {
  const inside = text.slice(open, close);
  const named = new Map<string, string>();
  const values: string[] = [];
  for (const part of argumentParts(inside)) {
    const match = NAMED_SYMBOL.exec(part) ?? NAMED.exec(part);
    if (match === null) values.push(unquoted(part));
    else named.set((match[1] ?? '').replace(/_/g, '').toLowerCase(), unquoted(match[2] ?? ''));
  }
  return {
    name,
    before: text.slice(Math.max(0, at - 200), at),
    after: text.slice(close + 1, close + 201),
    values,
    named,
    text: inside,
    line: text.slice(0, at).split('\n').length,
  };
}

/** Calls of the given names in the order of the text. Names in strings and comments are not looked for: blank them before. */
export function callsOf(text: string, names: ReadonlySet<string>): readonly Call[] {
  const calls: Call[] = [];
  for (const match of text.matchAll(/[A-Za-z_]\w*/g)) {
    const name = match[0];
    if (!names.has(name)) continue;
    const end = match.index + name.length;
    const generic = /^<[\w<>?,.\s]{1,80}>/.exec(text.slice(end, end + 90))?.[0] ?? '';
    const open = end + generic.length;
    if (text[open] === '(') calls.push(toCall(text, name, match.index, open + 1, closingOf(text, open)));
    else if (
      /^[ \t]+[:"']/.test(text.slice(open, open + 12)) &&
      /(^|\n)[ \t]*(?:\w+\.)?$/.test(text.slice(0, match.index))
    )
      calls.push(toCall(text, name, match.index, open, commandEnd(text, open)));
  }
  return calls;
}
