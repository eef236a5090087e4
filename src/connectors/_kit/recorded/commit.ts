/** What a recorded history says of one commit, whichever program wrote it down. It holds no decoding. */
import type { CommitFile } from '../../../domain/change.ts';
import type { EpochMs } from '../../../domain/time.ts';
import type { FilePatch } from '../git-diff.ts';
import type { RecordPlace } from '../records.ts';

export interface RecordedCommit {
  /** Lower case, as long as the record gives it: 7 digits or more. */
  readonly sha: string;
  /** Null where the record does not tell; the order of the listing stands in then. */
  readonly parents: readonly string[] | null;
  readonly isMerge: boolean;
  readonly author: string;
  /** Null where the record gives none, only a day, or one that is relative to an unknown now. */
  readonly authoredAt: EpochMs | null;
  readonly committedAt: EpochMs | null;
  /** True where a time carried no zone. */
  readonly zoneless: boolean;
  /** Short names as decorations print them: `HEAD -> main`, `tag: v1`. */
  readonly refs: readonly string[];
  readonly subject: string;
  readonly body: string;
  /** Null where the record lists none; `filesCut`: some could not be told. */
  readonly files: readonly CommitFile[] | null;
  readonly filesCut: boolean;
  /** Null where the record holds no differences. */
  readonly patches: readonly FilePatch[] | null;
  readonly place: RecordPlace;
  /** The line as it stands, or the compact JSON of what the pointer names. */
  readonly text: string;
}

/** Commits of one file, newest first as listed, and what in it was no commit. */
export interface RecordedCommits {
  readonly commits: readonly RecordedCommit[];
  /** Differences that no commit is named for. */
  readonly loose: readonly FilePatch[];
  readonly rejected: number;
  readonly truncated: boolean;
}

export const MAX_RECORDED_COMMITS = 2_000;
export const BODY_LIMIT = 4_000;

/** Files of a difference with their line counts. */
export function filesOfPatches(patches: readonly FilePatch[]): readonly CommitFile[] {
  return patches.map(({ path, oldPath, status, binary, hunks }) => ({
    path,
    oldPath,
    status,
    added: binary ? null : countLines(hunks, '+'),
    deleted: binary ? null : countLines(hunks, '-'),
  }));
}

function countLines(hunks: FilePatch['hunks'], mark: string): number {
  return hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.startsWith(mark)).length, 0);
}
