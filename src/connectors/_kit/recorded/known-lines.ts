/** What differences alone tell of the files that they changed: each version with the lines that are known and empty ones for the rest. Pure. */
import type { FilePatch, PatchHunk } from '../git-diff.ts';

/** More than this a file of code does not have; the rest of a longer one stays unknown. */
const MAX_LINES = 200_000;

/** One version of a file: known lines by their number, 1-based. */
interface Version {
  readonly lines: Map<number, string>;
  /** Lines more (or fewer) than the first version of its lineage. */
  readonly growth: number;
  /** What led here from the version before; null for the first. */
  readonly patch: FilePatch | null;
}

/** Versions of one file, each made of the one before by a difference that fits it. */
interface Lineage {
  readonly versions: Version[];
  /** True where the first version is the whole file: it was added. */
  readonly isWhole: boolean;
  path: string;
}

/** A path's content from one commit on; null text: it is gone. */
export interface Step {
  readonly path: string;
  readonly text: string | null;
}

/** What one commit does to the tree. `gap`: what must have happened before it, in commits that are not recorded. */
export interface Rebuilt {
  readonly gap: readonly Step[];
  readonly steps: readonly Step[];
}

export interface RebuiltHistory {
  /** The tree before the oldest commit. */
  readonly base: readonly Step[];
  /** In the order of the input. */
  readonly commits: readonly Rebuilt[];
}

type Draft =
  | { readonly path: string; readonly lineage: Lineage; readonly version: number }
  | { readonly path: string; readonly lineage: null };

/** `commits`: the differences of each, oldest first. */
export function rebuildFiles(commits: readonly (readonly FilePatch[])[]): RebuiltHistory {
  const current = new Map<string, Lineage>();
  const base: Draft[] = [];
  const everSeen = new Set<string>();
  const drafts = commits.map((patches) => {
    const [gap, steps]: [Draft[], Draft[]] = [[], []];
    for (const patch of patches) {
      if (patch.submodule || patch.binary) continue;
      const before = patch.oldPath ?? patch.path;
      const lineage = fitting(patch, current.get(before)) ?? begin(patch);
      if (lineage.versions.length === 1 && !lineage.isWhole && lineage !== current.get(before))
        (everSeen.has(before) ? gap : base).push({ path: before, lineage, version: 0 });
      apply(patch, lineage, current, steps);
      everSeen.add(before).add(patch.path);
    }
    return { gap, steps };
  });
  const texts = new Map<Lineage, readonly string[]>();
  const made = (list: readonly Draft[]): readonly Step[] => list.map((draft) => stepOf(draft, texts));
  return {
    base: made(base),
    commits: drafts.map(({ gap, steps }) => ({ gap: made(gap), steps: made(steps) })),
  };
}

function begin(patch: FilePatch): Lineage {
  const isWhole = patch.status === 'added';
  return { versions: [{ lines: new Map(), growth: 0, patch: null }], isWhole, path: patch.path };
}

/** The lineage where the difference says nothing against what is known of it; null else. */
function fitting(patch: FilePatch, lineage: Lineage | undefined): Lineage | null {
  if (lineage === undefined || patch.status === 'added') return null;
  const last = lineage.versions.at(-1);
  const fits = patch.hunks.every((hunk) =>
    oldSide(hunk).every(([line, text]) => (last?.lines.get(line) ?? text) === text),
  );
  return fits ? lineage : null;
}

function apply(patch: FilePatch, lineage: Lineage, current: Map<string, Lineage>, steps: Draft[]): void {
  const last = lineage.versions.at(-1);
  if (last === undefined) return;
  for (const hunk of patch.hunks) for (const [line, text] of oldSide(hunk)) last.lines.set(line, text);
  if (patch.oldPath !== null && patch.status === 'renamed') {
    current.delete(patch.oldPath);
    steps.push({ path: patch.oldPath, lineage: null });
  }
  if (patch.status === 'deleted') {
    current.delete(patch.path);
    steps.push({ path: patch.path, lineage: null });
    return;
  }
  const next: Version = { lines: new Map(), growth: last.growth + growthOf(patch), patch };
  for (const [line, text] of last.lines) {
    const moved = movedLine(patch.hunks, line, 'forth');
    if (moved !== null) next.lines.set(moved, text);
  }
  for (const hunk of patch.hunks) for (const [line, text] of newSide(hunk)) next.lines.set(line, text);
  lineage.versions.push(next);
  current.set(patch.path, lineage);
  steps.push({ path: patch.path, lineage, version: lineage.versions.length - 1 });
}

function side(hunk: PatchHunk, start: number, other: string): readonly (readonly [number, string])[] {
  let line = start;
  const known: (readonly [number, string])[] = [];
  for (const text of hunk.lines) {
    if (text.startsWith(other) || text.startsWith('\\')) continue;
    if (line <= MAX_LINES && line >= 1) known.push([line, text.slice(1)]);
    line += 1;
  }
  return known;
}

function oldSide(hunk: PatchHunk) {
  return side(hunk, hunk.oldStart, '+');
}

function newSide(hunk: PatchHunk) {
  return side(hunk, hunk.newStart, '-');
}

function growthOf(patch: FilePatch): number {
  return patch.hunks.reduce((sum, { oldLines, newLines }) => sum + newLines - oldLines, 0);
}

/** Where a line outside all hunks stands on the other side; null for one within. */
function movedLine(hunks: readonly PatchHunk[], line: number, way: 'forth' | 'back'): number | null {
  let shift = 0;
  for (const { oldStart, oldLines, newStart, newLines } of hunks) {
    const [start, here, there] =
      way === 'forth' ? [oldStart, oldLines, newLines] : [newStart, newLines, oldLines];
    // Of a side without lines the number is that of the line before.
    const first = here === 0 ? start + 1 : start;
    if (line < first) break;
    if (line < first + here) return null;
    shift += there - here;
  }
  const moved = line + shift;
  return moved >= 1 && moved <= MAX_LINES ? moved : null;
}

/** Texts of all versions: what a later one tells is known of the earlier ones too, so that two of them differ in their difference alone. */
function textsOf(lineage: Lineage): readonly string[] {
  const { versions } = lineage;
  for (let index = versions.length - 1; index > 0; index -= 1) {
    const [before, after] = [versions[index - 1], versions[index]];
    if (before === undefined || after?.patch == null) continue;
    for (const [line, text] of after.lines) {
      const moved = movedLine(after.patch.hunks, line, 'back');
      if (moved !== null && !before.lines.has(moved)) before.lines.set(moved, text);
    }
  }
  const length = versions.reduce((longest, { lines, growth }) => {
    let last = 0;
    for (const line of lines.keys()) if (line > last) last = line;
    return Math.max(longest, last - growth);
  }, 0);
  return versions.map(({ lines, growth }) => {
    const size = Math.min(MAX_LINES, Math.max(0, length + growth));
    return Array.from({ length: size }, (_, index) => `${lines.get(index + 1) ?? ''}\n`).join('');
  });
}

function stepOf(draft: Draft, texts: Map<Lineage, readonly string[]>): Step {
  if (draft.lineage === null) return { path: draft.path, text: null };
  let own = texts.get(draft.lineage);
  if (own === undefined) {
    own = textsOf(draft.lineage);
    texts.set(draft.lineage, own);
  }
  return { path: draft.path, text: own[draft.version] ?? '' };
}
