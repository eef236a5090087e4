/** Decoding of `git diff --raw -z --patch`. It does not judge what a difference means. */
import type { CommitFile } from '../../domain/change.ts';

/** One hunk as in a unified diff. `lines` keep their first character: ` `, `-`, `+`, `\`. */
export interface PatchHunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** What git prints after the second `@@`. */
  readonly heading: string;
  readonly lines: readonly string[];
}

/** One file of a difference. `hunks` is empty for binary files, pure renames and mode changes. */
export interface FilePatch {
  readonly path: string;
  readonly oldPath: string | null;
  readonly status: CommitFile['status'];
  /** Object ids; null where the file does not exist on that side. May be abbreviated. */
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
  /** True for a submodule entry. */
  readonly submodule: boolean;
  readonly binary: boolean;
  readonly hunks: readonly PatchHunk[];
}

type RawEntry = Omit<FilePatch, 'binary' | 'hunks'>;

const STATUS: Readonly<Record<string, CommitFile['status']>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'type-changed',
};

function blobOrNull(id: string | undefined): string | null {
  return id === undefined || /^0+$/.test(id) ? null : id;
}

/** Reads the raw part; returns the entries and where the patch text begins. */
function rawEntries(output: string): { readonly entries: readonly RawEntry[]; readonly patchAt: number } {
  const entries: RawEntry[] = [];
  let position = 0;
  const next = () => {
    const end = output.indexOf('\0', position);
    const token = output.slice(position, end < 0 ? output.length : end);
    position = end < 0 ? output.length : end + 1;
    return token;
  };
  while (output[position] === ':') {
    const [oldMode = '', newMode = '', oldBlob, newBlob, letter = 'M'] = next().slice(1).split(' ');
    const first = next();
    const moved = letter.startsWith('R') || letter.startsWith('C');
    entries.push({
      path: moved ? next() : first,
      oldPath: moved ? first : null,
      status: STATUS[letter.charAt(0)] ?? 'modified',
      oldBlob: blobOrNull(oldBlob),
      newBlob: blobOrNull(newBlob),
      submodule: oldMode === '160000' || newMode === '160000',
    });
  }
  return { entries, patchAt: output[position] === '\0' ? position + 1 : position };
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;

function hunksOf(section: string): readonly PatchHunk[] {
  const hunks: (Omit<PatchHunk, 'lines'> & { lines: string[] })[] = [];
  for (const line of section.split('\n')) {
    const match = HUNK.exec(line);
    if (match !== null) {
      hunks.push({
        oldStart: Number(match[1]),
        oldLines: Number(match[2] ?? 1),
        newStart: Number(match[3]),
        newLines: Number(match[4] ?? 1),
        heading: match[5] ?? '',
        lines: [],
      });
    } else if (/^[ +\\-]/.test(line)) hunks.at(-1)?.lines.push(line);
  }
  return hunks;
}

/** Sections of the patch text, one per `diff --git` line, which no content line can start with. */
function sections(patch: string): readonly string[] {
  return patch === ''
    ? []
    : patch.split(/^(?=diff --git )/m).filter((part) => part.startsWith('diff --git '));
}

/** Files in git's order (by path). A type change is printed by git as two sections, which are joined. */
export function parseDiff(output: string): readonly FilePatch[] {
  const { entries, patchAt } = rawEntries(output);
  const parts = sections(output.slice(patchAt));
  let index = 0;
  return entries.map((entry) => {
    const count = entry.status === 'type-changed' ? 2 : 1;
    const own = parts.slice(index, index + count);
    index += count;
    return {
      ...entry,
      binary: own.some((section) => /^(Binary files |GIT binary patch)/m.test(section)),
      hunks: own.flatMap(hunksOf),
    };
  });
}

/** Whether git, looking at all parts together, could have found a rename from one part to another. */
export function canRenameAcross(parts: readonly (readonly FilePatch[])[]): boolean {
  const gone = (patch: FilePatch) => patch.status === 'deleted' || patch.status === 'renamed';
  const come = (patch: FilePatch) => patch.status === 'added' || patch.status === 'renamed';
  return parts.some((part) => part.some(gone) && parts.some((other) => other !== part && other.some(come)));
}
