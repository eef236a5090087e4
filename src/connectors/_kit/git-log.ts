/** The format of `git log -z --raw --numstat` as we ask for it, and its decoding. It starts no process. */
import type { CommitFile } from '../../domain/change.ts';
import { type EpochMs, epochMs } from '../../domain/time.ts';

/** One commit as git tells it. Times are UTC; `body` is the message without the subject line. */
export interface GitCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly authoredAt: EpochMs;
  readonly committedAt: EpochMs;
  readonly author: string;
  /** Full names: `HEAD`, `refs/heads/main`, `refs/tags/v1`. */
  readonly refs: readonly string[];
  readonly subject: string;
  /** At most 4,000 characters. */
  readonly body: string;
  /** Against the first parent; empty when files were not asked for. */
  readonly files: readonly CommitFile[];
}

const RECORD = '\u0001';
const FIELD = '\u0002';
const BODY_LIMIT = 4_000;

/** Fields of one commit for `--format=`. The message comes last, so that nothing in it can shift a field. */
export const LOG_FORMAT = ['%x01%H', '%P', '%at', '%ct', '%D', '%an', '%B'].join('%x02');

const STATUS: Readonly<Record<string, CommitFile['status']>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'type-changed',
};

interface Draft extends Omit<GitCommit, 'files'> {
  readonly files: Map<string, CommitFile>;
}

function refNames(decoration: string): string[] {
  return decoration
    .split(', ')
    .flatMap((name) => name.replace(/^tag: /, '').split(' -> '))
    .filter((name) => name !== '');
}

/** What a calendar can hold; git itself keeps any number that somebody wrote. */
const MAX_SECONDS = 8.64e12;

/** 1970 for what is no time, as git takes a date that it cannot read. */
export function seconds(text: string): EpochMs {
  const value = Number(text);
  return epochMs(Math.abs(value) <= MAX_SECONDS ? value * 1000 : 0);
}

/** Null for a record that was cut off. */
function header(token: string): Draft | null {
  const fields = token.slice(RECORD.length).split(FIELD);
  const [sha = '', parents = '', authored = '', committed = '', decoration = '', author = ''] = fields;
  if (fields.length < 7 || !/^[0-9a-f]{40,64}$/.test(sha)) return null;
  const message = fields.slice(6).join(FIELD).trim();
  const lineEnd = message.indexOf('\n');
  return {
    sha,
    parents: parents === '' ? [] : parents.split(' '),
    authoredAt: seconds(authored),
    committedAt: seconds(committed),
    author,
    refs: refNames(decoration),
    subject: (lineEnd < 0 ? message : message.slice(0, lineEnd)).trim(),
    body:
      lineEnd < 0
        ? ''
        : message
            .slice(lineEnd + 1)
            .trim()
            .slice(0, BODY_LIMIT),
    files: new Map(),
  };
}

/** Reads one `--raw` entry at `index`; returns how many tokens it took. */
function rawEntry(draft: Draft, tokens: readonly string[], index: number): number {
  const letter = /([A-Z])\d*$/.exec(tokens[index] ?? '')?.[1] ?? 'M';
  const moved = letter === 'R' || letter === 'C';
  const path = tokens[index + (moved ? 2 : 1)] ?? '';
  const oldPath = moved ? (tokens[index + 1] ?? null) : null;
  draft.files.set(path, { path, oldPath, status: STATUS[letter] ?? 'modified', added: null, deleted: null });
  return moved ? 3 : 2;
}

/** Reads one `--numstat` entry; `-` stands for a binary file. */
function numstatEntry(draft: Draft, tokens: readonly string[], index: number): number {
  const match = /^(\d+|-)\t(\d+|-)\t([\s\S]*)$/.exec(tokens[index] ?? '');
  if (match === null) return 1;
  const moved = match[3] === '';
  const path = moved ? (tokens[index + 2] ?? '') : (match[3] ?? '');
  const file = draft.files.get(path);
  const count = (text: string | undefined) => (text === undefined || text === '-' ? null : Number(text));
  if (file !== undefined)
    draft.files.set(path, { ...file, added: count(match[1]), deleted: count(match[2]) });
  return moved ? 3 : 1;
}

function finish(draft: Draft): GitCommit {
  return { ...draft, files: [...draft.files.values()] };
}

/**
 * Commits in the order of the output. `truncated` drops the last commit, whose files may be incomplete.
 * Anything that is not in the format is skipped.
 */
export function parseLog(output: string, truncated: boolean): readonly GitCommit[] {
  const tokens = output.split('\0');
  const commits: GitCommit[] = [];
  let draft: Draft | null = null;
  let index = 0;
  while (index < tokens.length) {
    const token = tokens[index] ?? '';
    const text = token.startsWith('\n') ? token.slice(1) : token;
    if (text.startsWith(RECORD)) {
      if (draft !== null) commits.push(finish(draft));
      draft = header(text);
      index += 1;
    } else if (draft !== null && text.startsWith(':')) index += rawEntry(draft, tokens, index);
    else if (draft !== null) index += numstatEntry(draft, tokens, index);
    else index += 1;
  }
  if (draft !== null && !truncated) commits.push(finish(draft));
  return commits;
}
