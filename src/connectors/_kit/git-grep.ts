/** Searches: what can be asked, and the answer for a small revision, found in memory, as `git grep` would, without its process. It reads nothing. */
export interface GrepQuery {
  readonly revision: string;
  readonly patterns: readonly string[];
  /** `fixed`: literal text. `extended`: POSIX extended regular expressions. */
  readonly syntax: 'fixed' | 'extended';
  readonly ignoreCase?: boolean;
  readonly wholeWord?: boolean;
  /** Limits the search to these files or folders. */
  readonly paths?: readonly string[];
  /** Matching lines per file (needs git 2.38). */
  readonly maxPerFile?: number;
}

export interface GrepMatch {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

/** Text files of a revision, in git's order. */
export interface Corpus {
  readonly files: readonly { readonly path: string; readonly lines: readonly string[] }[];
}

export const MAX_CORPUS_FILES = 200;
export const MAX_CORPUS_BYTES = 2 * 1024 * 1024;
export const MAX_CORPUS_FILE_BYTES = 512 * 1024;
/** As far as git looks for a zero byte. */
const SNIFFED_BYTES = 8_000;
/** Extended expressions that mean the same in JavaScript: no anchors, intervals, classes by name or escapes but of the dot. */
const PORTABLE = /^(?:[\w\-./:"' ()|+]|\\\.|\[[\w\-"']+\])+$/;

/** Lines as git counts them; null for a binary file. */
export function corpusLines(bytes: Buffer): readonly string[] | null {
  if (bytes.subarray(0, SNIFFED_BYTES).includes(0)) return null;
  const lines = bytes.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Null for a query that only git can answer. */
function matcherOf(query: GrepQuery): ((line: string) => boolean) | null {
  const { patterns, syntax } = query;
  if ((query.paths ?? []).length > 0 || query.ignoreCase === true) return null;
  if (patterns.some((pattern) => pattern === '' || /[\n\r\0]/.test(pattern))) return null;
  if (syntax === 'extended') {
    if (query.wholeWord === true || !patterns.every((pattern) => PORTABLE.test(pattern))) return null;
    const expression = new RegExp(patterns.map((pattern) => `(?:${pattern})`).join('|'), 's');
    return (line) => expression.test(line);
  }
  if (query.wholeWord !== true) return (line) => patterns.some((pattern) => line.includes(pattern));
  const escaped = patterns.map((pattern) => pattern.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'));
  const expression = new RegExp(`(?<![A-Za-z0-9_])(?:${escaped.join('|')})(?![A-Za-z0-9_])`);
  return (line) => expression.test(line);
}

/** The lines that `git grep` finds in the same files; null for a query that only git can answer. */
export function searchCorpus(corpus: Corpus, query: GrepQuery): readonly GrepMatch[] | null {
  const matches = matcherOf(query);
  if (matches === null) return null;
  const limit = query.maxPerFile ?? Number.POSITIVE_INFINITY;
  return corpus.files.flatMap(({ path, lines }) => {
    const found: GrepMatch[] = [];
    for (const [index, text] of lines.entries()) {
      if (found.length >= limit) break;
      if (matches(text)) found.push({ path, line: index + 1, text });
    }
    return found;
  });
}
