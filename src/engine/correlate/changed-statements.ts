/** A statement that a release wrote, and that the database logs as slow since then. */
import type { DiffHunk, RevisionDiff } from '../../domain/code.ts';
import type { LogPattern } from '../../domain/signal.ts';
import type { Facts, FailingPattern } from './facts.ts';
import type { Match } from './match.ts';
import { loggedAsSlow, newInStores } from './slow-statements.ts';
import { WEIGHT } from './weights.ts';

/** Fewer words are in many statements. */
const LEAST_WORDS = 5;
const STATEMENT = /\b(?:with|select|insert|update|delete|merge|call)\b[\s\S]*/i;

/** Between two of its words the code may hold so many others: what is put in, and how the text is put together. */
const MOST_BETWEEN = 4;

/** Words of SQL without what stands for values: `$1`, `?`, `'x'`, `7`. */
function statementWords(sql: string): readonly string[] {
  return wordsOf(sql.replace(/'(?:[^']|'')*'|\$\d+|%s|:\w+|@\w+|\b\d[\w.]*/g, ' '));
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z_]\w*/g) ?? [];
}

/** Whether they all come in that order, close to each other. */
function comeInOrder(words: readonly string[], text: readonly string[]): boolean {
  return text.some((word, start) => {
    if (word !== words[0]) return false;
    let at = start;
    return words.slice(1).every((next) => {
      const found = text.slice(at + 1, at + 2 + MOST_BETWEEN).indexOf(next);
      at += found + 1;
      return found >= 0;
    });
  });
}

function writes(hunk: DiffHunk, words: readonly string[]): boolean {
  return (
    comeInOrder(words, wordsOf(hunk.added.join('\n'))) &&
    !comeInOrder(words, wordsOf(hunk.removed.join('\n')))
  );
}

/** `item`: the failure that the statement is held against; where there is none, nothing is to be explained. */
export function changedStatementMatches(
  diff: RevisionDiff,
  since: number,
  item: FailingPattern | undefined,
  facts: Facts,
): readonly Match[] {
  if (item === undefined) return [];
  return newInStores(facts, since).flatMap((pattern) => aboutSlow(pattern, diff, item));
}

function aboutSlow(pattern: LogPattern, diff: RevisionDiff, item: FailingPattern): readonly Match[] {
  const slow = loggedAsSlow(pattern);
  const words = statementWords(STATEMENT.exec(slow?.text ?? '')?.[0] ?? '');
  if (slow === null || words.length < LEAST_WORDS) return [];
  return diff.files.flatMap((file) => {
    const hunk = file.inert === 'none' ? file.hunks.find((each) => writes(each, words)) : undefined;
    return hunk === undefined
      ? []
      : [
          {
            name: 'changedStatement' as const,
            weight: WEIGHT.changedStatement,
            detail: `${pattern.service} logs the statement that this release wrote as slow, ${pattern.count} times since${slow.ms === null ? '' : ` (${Math.round(slow.ms)} ms)`}`,
            file: file.path,
            line: hunk.newStart,
            value: null,
            pattern: item,
            evidence: [hunk.evidence, slow.evidence],
          },
        ];
  });
}
