/** Constant words of log templates and source literals, and how much of one stands in the other. */

/** `<*>` and typed forms such as `<num>` stand for what varies. */
const PLACEHOLDER = /<(?:\*|[a-z][a-z0-9_:-]*)>/gi;

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [];
}

/** Words outside placeholders, lower case, in order. */
export function templateWords(template: string): string[] {
  return wordsOf(template.replace(PLACEHOLDER, ' '));
}

/** Length of the longest common subsequence. */
export function commonInOrder(left: readonly string[], right: readonly string[]): number {
  let previous = new Array<number>(right.length + 1).fill(0);
  for (const word of left) {
    const current = [0];
    for (let index = 0; index < right.length; index += 1)
      current.push(
        word === right[index]
          ? (previous[index] ?? 0) + 1
          : Math.max(previous[index + 1] ?? 0, current[index] ?? 0),
      );
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/** Texts to search for: pairs of neighbouring words of each constant run as they are written, single words of a run without a pair. */
export function searchTexts(template: string): string[] {
  const texts: string[] = [];
  for (const run of template.split(PLACEHOLDER)) {
    const words = run.match(/[^\s"'`\\]+/g) ?? [];
    const found: string[] = [];
    for (let index = 0; index + 1 < words.length; index += 1) {
      const pair = `${words[index]} ${words[index + 1]}`;
      if (!/\p{L}{2}.* .*\p{L}{2}/u.test(pair) || !run.includes(pair)) continue;
      // What is behind a colon may have been put there by whoever passed the error on, and the colon with it.
      found.push(pair, ...(pair.endsWith(':') ? [pair.slice(0, -1)] : []));
    }
    if (found.length === 0)
      found.push(
        ...words
          .map((word) => word.replace(/^[^\p{L}]+|[^\p{L}\p{N}]+$/gu, ''))
          .filter((word) => word.length >= 5),
      );
    texts.push(...found);
  }
  // Longer texts stand in fewer places.
  return [...new Set(texts)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

export interface MatchScore {
  /** Share of the template's constant words that stand in the literal, in order, 0…1. */
  readonly share: number;
  /** Share of the literal's words that stand in the message, 0…1: a line that printed the literal holds all of them. */
  readonly covered: number;
}

export function scoreMatch(template: string, sample: string, literalWords: readonly string[]): MatchScore {
  const constant = templateWords(template);
  if (constant.length === 0 || literalWords.length === 0) return { share: 0, covered: 0 };
  const share = commonInOrder(constant, literalWords) / constant.length;
  const message = wordsOf(`${template.replace(PLACEHOLDER, ' ')}`);
  const spoken = Math.max(commonInOrder(literalWords, message), commonInOrder(literalWords, wordsOf(sample)));
  return { share, covered: spoken / literalWords.length };
}

/** The longer words of a template's constant part, for a search where no pair of words was found; at most 4. */
export function searchWords(template: string): string[] {
  const words = template.replace(PLACEHOLDER, ' ').match(/\p{L}[\p{L}\p{N}_]{3,}/gu) ?? [];
  return [...new Set(words)].slice(0, 4);
}

/** True when all constant parts of a literal stand in the message in their order: then values fill all the rest of it. */
export function holdsInOrder(message: string, segments: readonly string[]): boolean {
  let at = 0;
  for (const segment of segments) {
    const found = message.indexOf(segment, at);
    if (found === -1) return false;
    at = found + segment.length;
  }
  return segments.length > 0;
}

/** Where whoever passes an error on puts it behind words of its own: `a: b`, `rpc error: code = X desc = b`, `a; nested exception is b`. */
const JOINT = /:\s+|\bdesc\s*=\s*|;\s*nested exception is\s+|\bcaused by:?\s+/i;
/** How servlet containers end what they say of an exception. */
const ENDING = /\]\s*with root cause\s*$/;
/** A link of fewer words is a kind of error (`rpc error`, `not found`), and stands in too many places. */
const LINK_WORDS = 3;

/** The links of a message that was passed on from hand to hand, outermost first; empty where it is of one piece. */
export function linksOf(template: string): readonly string[] {
  const parts = template
    .replace(ENDING, '')
    .split(JOINT)
    .map((part) => part.trim());
  return parts.length < 2 ? [] : parts;
}

/** Which link of a message a literal says, and nothing else, null for none; two words are enough for the first, which the line itself begins with. */
export function linkSaid(links: readonly string[], literalWords: readonly string[]): number | null {
  const said = links.findIndex((_link, index) => {
    if (literalWords.length < (index === 0 ? 2 : LINK_WORDS)) return false;
    // a literal may itself say `refused: the amount is over %s`
    for (let end = index + 1; end <= Math.min(links.length, index + 3); end += 1) {
      const words = links.slice(index, end).flatMap(templateWords);
      if (words.length === literalWords.length && words.every((word, at) => word === literalWords[at]))
        return true;
    }
    return false;
  });
  return said < 0 ? null : said;
}
