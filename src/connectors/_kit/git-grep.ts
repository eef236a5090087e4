/** Searches: what can be asked, and the answer for a small revision, found in memory, as `git grep` would, without its process. It reads nothing. */
import { isBelow, isPlainPath } from './git-paths.ts';
import { fromPosix } from './posix-expression.ts';

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

/** Reading this many costs as much as some five searches by a process, and a triage asks as often. */
export const MAX_CORPUS_FILES = 500;
export const MAX_CORPUS_BYTES = 2 * 1024 * 1024;
export const MAX_CORPUS_FILE_BYTES = 512 * 1024;
/** As far as git looks for a zero byte. */
const SNIFFED_BYTES = 8_000;
/** Lines as git counts them; null for a binary file. */
export function corpusLines(bytes: Buffer): readonly string[] | null {
  if (bytes.subarray(0, SNIFFED_BYTES).includes(0)) return null;
  const lines = bytes.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Null for a query that only git can answer. */
function matcherOf(query: GrepQuery): ((line: string) => boolean) | null {
  const { patterns, syntax, wholeWord = false, ignoreCase = false } = query;
  if (patterns.some((pattern) => pattern === '' || /[\n\r\0]/.test(pattern))) return null;
  // git folds ASCII alone, as it is asked in the plain locale; so does JavaScript for an expression in ASCII.
  if (ignoreCase && !patterns.every((pattern) => /^[ -~]*$/.test(pattern))) return null;
  if (syntax === 'fixed' && !wholeWord && !ignoreCase)
    return (line) => patterns.some((pattern) => line.includes(pattern));
  if (syntax === 'extended' && wholeWord) return null;
  const sources = patterns.map((pattern) => (syntax === 'fixed' ? escaped(pattern) : fromPosix(pattern)));
  const known = sources.filter((source) => source !== null);
  if (known.length < sources.length) return null;
  const any = `(?:${known.join('|')})`;
  const expression = new RegExp(
    wholeWord ? `(?<![A-Za-z0-9_])${any}(?![A-Za-z0-9_])` : any,
    ignoreCase ? 'is' : 's',
  );
  return (line) => expression.test(line);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** The lines that `git grep` finds in the same files; null for a query that only git can answer. */
export function searchCorpus(corpus: Corpus, query: GrepQuery): readonly GrepMatch[] | null {
  const scopes = query.paths ?? [];
  const matches = scopes.every(isPlainPath) ? matcherOf(query) : null;
  if (matches === null) return null;
  const limit = query.maxPerFile ?? Number.POSITIVE_INFINITY;
  return corpus.files.flatMap(({ path, lines }) => {
    if (scopes.length > 0 && !isBelow(path, scopes)) return [];
    const found: GrepMatch[] = [];
    for (const [index, text] of lines.entries()) {
      if (found.length >= limit) break;
      if (matches(text)) found.push({ path, line: index + 1, text });
    }
    return found;
  });
}
