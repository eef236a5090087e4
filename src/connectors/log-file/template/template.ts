/** From a message to its template: words stay, variable tokens become `<*>`. Looks at one message only. */

export const VARIABLE = '<*>';
/** Longest part of a message that is turned into a template; the rest never tells patterns apart. */
const MAX_MESSAGE = 2_000;
const MAX_TOKENS = 120;

/** Delimiters stay in the text; a token between them is constant or variable as a whole. */
const SPLIT = /([\s=:,;()[\]{}"'|<>]+)/;

function isVariable(token: string): boolean {
  return (
    /\d/.test(token) ||
    token === 'true' ||
    token === 'false' ||
    token.includes('@') ||
    (token.startsWith('/') && token.length > 1)
  );
}

/** Values after `=` are variable, whatever they look like, except where another `=` makes it a comparison. */
function isAssigned(delimiter: string): boolean {
  return delimiter === '=' || delimiter === '="' || delimiter === "='";
}

/**
 * The template of a message: `Payment timeout for order ORD-1001` → `Payment timeout for order <*>`.
 * Only the first line counts.
 */
export function templateOf(message: string): string {
  const head = message.slice(0, MAX_MESSAGE).split('\n', 1)[0] ?? '';
  const parts = head.trim().split(SPLIT);
  let text = '';
  let delimiter = '';
  for (let i = 0; i < parts.length && i < MAX_TOKENS * 2; i++) {
    const part = parts[i] ?? '';
    if (i % 2 === 1) {
      delimiter = part;
      text += /^\s+$/.test(part) ? ' ' : part;
      continue;
    }
    if (part === '') continue;
    const isValue = i > 0 && isAssigned(delimiter);
    text += isValue || isVariable(part) ? variableText(part) : part;
  }
  return collapse(text);
}

/** Punctuation at the edge of a variable token stays: `ORD-1001.` → `<*>.`. */
function variableText(token: string): string {
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
