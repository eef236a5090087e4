/** Answers `revision-diff`: each file of a difference with its category, values, features and hunks. */
import type { DiffFeature, DiffHunk, FileDiff, RevisionDiff, ValueChange } from '../../../domain/code.ts';
import type { EvidenceRef } from '../../../domain/evidence.ts';
import type { Probe } from '../../../domain/probe.ts';
import type { FilePatch, PatchHunk } from '../../_kit/git-diff.ts';
import { languageName } from '../languages/detect.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { ofLanguage, onlyMoved, type Trees, treesBeside } from './beside.ts';
import { categoryOf } from './category.ts';
import { countFacts, withoutCounted } from './facts/fact.ts';
import type { FeatureDraft } from './feature-draft.ts';
import { featuresOf } from './features.ts';
import { compareFile, type FileComparison, type FileVersions } from './file-comparison.ts';
import { movedArithmetic } from './moved-arithmetic.ts';
import { functionsAround, liesIn, scopesAt, statementAt, writesLogAlone } from './scopes.ts';

type RevisionDiffProbe = Extract<Probe, { kind: 'revision-diff' }>;

const MAX_FILES = 200;
const MAX_TEXT = 2 * 1024 * 1024;
const MAX_HUNK_LINES = 40;

interface Compared {
  readonly patch: FilePatch;
  readonly comparison: FileComparison;
}

/** The reader of a difference also knows where it starts. */
interface Sides {
  readonly reader: RepositoryReader;
  readonly from: string | null;
  readonly to: string;
}

async function textOf(
  blob: string | null,
  patch: FilePatch,
  reader: RepositoryReader,
): Promise<string | null> {
  if (blob === null || patch.submodule || patch.binary) return null;
  return reader.counted(await reader.readText(blob, patch.path))?.text ?? null;
}

async function compare(
  patches: readonly FilePatch[],
  reader: RepositoryReader,
): Promise<{ compared: Compared[]; omitted: number }> {
  const read: { readonly patch: FilePatch; readonly file: FileVersions }[] = [];
  let size = 0;
  let omitted = 0;
  for (const patch of patches) {
    const category = categoryOf(patch.path);
    if (read.length >= MAX_FILES || size > MAX_TEXT) {
      omitted += 1;
      continue;
    }
    const needsText = !['docs', 'test', 'ci', 'asset'].includes(category);
    const [oldText, newText] = needsText
      ? await Promise.all([textOf(patch.oldBlob, patch, reader), textOf(patch.newBlob, patch, reader)])
      : [null, null];
    size += (oldText?.length ?? 0) + (newText?.length ?? 0);
    read.push({ patch, file: { path: patch.path, category, oldText, newText } });
  }
  const trees = await treesBeside(read.map(({ file }) => file));
  const compared: Compared[] = [];
  for (const { patch, file } of read) {
    const isBoth = file.oldText !== null && file.newText !== null;
    const beside = isBoth ? ofLanguage(trees, file.path) : undefined;
    compared.push({ patch, comparison: await compareFile(file, beside) });
  }
  return { compared: withoutMovedFiles(compared, read, trees), omitted };
}

/** A file that came or went with nothing but what others of the difference did, or do now, acts as they did. */
function withoutMovedFiles(
  compared: readonly Compared[],
  read: readonly { readonly file: FileVersions }[],
  { came, went }: Trees,
): Compared[] {
  const known = new Set(compared.flatMap(({ comparison }) => [...comparison.elsewhere]));
  const texts = (side: 'oldText' | 'newText') => read.flatMap(({ file }) => file[side] ?? []);
  return compared.map((each) => {
    const { path } = each.patch;
    const [added, gone] = [came.get(path), went.get(path)];
    const isMoved =
      (added !== undefined && onlyMoved(added, known, texts('oldText'))) ||
      (gone !== undefined && onlyMoved(gone, known, texts('newText')));
    return isMoved && each.comparison.inert === 'none'
      ? { ...each, comparison: { ...each.comparison, inert: 'rephrased' as const, features: [] } }
      : each;
  });
}

/** What one file lost and another gained was moved, not removed. Each file is held against the others through counts of them all. */
function withoutMoves(compared: readonly Compared[]): Compared[] {
  const gainedBy = ({ patch, comparison }: Compared) => (patch.status === 'modified' ? [] : comparison.after);
  const gained = countFacts(compared.flatMap(gainedBy));
  const removed = countFacts(compared.flatMap((each) => each.comparison.difference.removed));
  return compared.map((each) => {
    const { difference } = each.comparison;
    return {
      ...each,
      comparison: {
        ...each.comparison,
        difference: {
          removed: withoutCounted(difference.removed, gained, countFacts(gainedBy(each))),
          added: withoutCounted(difference.added, removed, countFacts(difference.removed)),
        },
      },
    };
  });
}

function hunkText(hunk: PatchHunk): string {
  return hunk.lines.filter((line) => /^[-+]/.test(line)).join('\n');
}

/** Prefix of references within this difference: `<from7>..<to7>:<path>`. */
function refOf(sides: Sides, path: string): string {
  return `${sides.reader.refPrefix()}${sides.from === null ? 'empty' : sides.from.slice(0, 7)}..${sides.to.slice(0, 7)}:${path}`;
}

function hunkEvidence(sides: Sides, patch: FilePatch, hunk: PatchHunk): EvidenceRef {
  const line = hunk.newLines === 0 && hunk.newStart === 0 ? 1 : hunk.newStart;
  return sides.reader.add({
    kind: 'diff-hunk',
    locator: {
      kind: 'git-hunk',
      repo: sides.reader.repo,
      from: sides.from,
      to: sides.to,
      path: patch.path,
      line,
    },
    refLocator: `${refOf(sides, patch.path)}:${line}`,
    text: hunkText(hunk),
  });
}

function toHunk(sides: Sides, { patch, comparison }: Compared, hunk: PatchHunk): DiffHunk {
  const side = (mark: string) =>
    hunk.lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(1));
  const now = scopesAt(comparison.newTree, hunk.newStart, hunk.newStart + Math.max(hunk.newLines, 1) - 1);
  const before = scopesAt(comparison.oldTree, hunk.oldStart, hunk.oldStart + Math.max(hunk.oldLines, 1) - 1);
  const statement = hunk.newLines === 0 ? null : statementAt(comparison.newTree, hunk.newStart);
  const { sameScopes } = comparison;
  const asBefore =
    sameScopes.size > 0 &&
    liesIn(comparison.newTree, hunk.newStart, side('+'), sameScopes) &&
    liesIn(comparison.oldTree, hunk.oldStart, side('-'), sameScopes);
  const [came, went] = [side('+'), side('-')];
  const onlyLogs =
    (came.length === 0 || writesLogAlone(comparison.newTree, hunk.newStart, came)) &&
    (went.length === 0 || writesLogAlone(comparison.oldTree, hunk.oldStart, went));
  return {
    oldStart: hunk.oldStart,
    oldLines: hunk.oldLines,
    newStart: hunk.newStart,
    newLines: hunk.newLines,
    scopes: [...new Set([...now, ...before])],
    around: functionsAround(
      comparison.newTree,
      hunk.newStart,
      hunk.newStart + Math.max(hunk.newLines, 1) - 1,
    ),
    ...(statement === null ? {} : { statement }),
    ...(asBefore ? { asBefore } : {}),
    ...(onlyLogs ? { onlyLogs } : {}),
    removed: went.slice(0, MAX_HUNK_LINES),
    added: came.slice(0, MAX_HUNK_LINES),
    evidence: hunkEvidence(sides, patch, hunk),
  };
}

/** The hunk that a line of one side stands in, else the nearest. */
function hunkOf(hunks: readonly DiffHunk[], line: number, old: boolean): DiffHunk | null {
  const distance = (hunk: DiffHunk) => {
    const start = old ? hunk.oldStart : hunk.newStart;
    const end = start + Math.max((old ? hunk.oldLines : hunk.newLines) - 1, 0);
    return line < start ? start - line : Math.max(line - end, 0);
  };
  let best: DiffHunk | null = null;
  for (const hunk of hunks) if (best === null || distance(hunk) < distance(best)) best = hunk;
  return best;
}

/** What the drafts need to become citable: the line on the new side and the hunk. */
function placed(
  sides: Sides,
  patch: FilePatch,
  hunks: readonly DiffHunk[],
  at: { readonly line: number; readonly old: boolean },
): Pick<DiffFeature, 'location' | 'evidence'> {
  const hunk = hunkOf(hunks, at.line, at.old);
  const line = at.old ? (hunk?.newStart ?? at.line) : at.line;
  const evidence = hunk?.evidence ?? fileEvidence(sides, patch);
  return { location: sides.reader.location(patch.path, Math.max(line, 1)), evidence };
}

function fileEvidence(sides: Sides, patch: FilePatch): EvidenceRef {
  return sides.reader.add({
    kind: 'diff-hunk',
    locator: {
      kind: 'git-hunk',
      repo: sides.reader.repo,
      from: sides.from,
      to: sides.to,
      path: patch.path,
      line: 1,
    },
    refLocator: `${refOf(sides, patch.path)}:file`,
    text: `${patch.status} ${patch.oldPath === null ? '' : `${patch.oldPath} → `}${patch.path}`,
  });
}

const STATUS: Readonly<Record<FilePatch['status'], FileDiff['status']>> = {
  added: 'added',
  modified: 'modified',
  deleted: 'deleted',
  renamed: 'renamed',
  copied: 'added',
  'type-changed': 'modified',
};

/** The feature of last resort: something executable changed and no rule says what it means. */
function fallbackFeature({ patch, comparison }: Compared, category: FileDiff['category']): FeatureDraft[] {
  if (comparison.inert !== 'none' || comparison.values.length > 0) return [];
  if (!['code', 'migration', 'schema'].includes(category)) return [];
  if (comparison.edit !== null) return [comparison.edit];
  const names = scopesAt(comparison.newTree ?? comparison.oldTree, 1, Number.MAX_SAFE_INTEGER);
  const first = patch.hunks.at(0);
  const line = first?.newStart ?? 1;
  const touched =
    patch.status === 'modified' && first !== undefined
      ? scopesAt(comparison.newTree, line, line + Math.max(first.newLines, 1) - 1)
      : names;
  const what = {
    added: 'a new file',
    deleted: 'a file that is gone',
    modified: 'the logic changed',
    renamed: 'the logic changed',
  }[STATUS[patch.status]];
  const where = touched.length === 0 ? '' : ` (${touched.slice(0, 4).join(', ')})`;
  return [{ kind: 'logic-changed', detail: `${what}${where}`, symbols: touched, line, old: false }];
}

function defaultFeatures(comparison: FileComparison): FeatureDraft[] {
  return comparison.values
    .filter(
      (value) =>
        value.direction !== 'added' &&
        value.direction !== 'removed' &&
        (value.entryKind === 'default' || (value.env !== null && value.oldValue !== null)),
    )
    .map((value) => ({
      kind: 'default-changed',
      detail: `the default of ${value.env ?? value.key} changed from ${value.oldValue?.raw ?? ''} to ${value.newValue?.raw ?? ''}`,
      symbols: [value.key, ...(value.env === null ? [] : [value.env])],
      line: value.line,
      old: value.old,
    }));
}

function toFile(sides: Sides, each: Compared, moved: readonly FeatureDraft[]): FileDiff {
  const { patch, comparison } = each;
  const category = categoryOf(patch.path);
  const pureRename = patch.hunks.length === 0 && patch.oldPath !== null && !patch.binary;
  const hunks = patch.hunks.map((hunk) => toHunk(sides, each, hunk));
  const unchanged = comparison.inert === 'none' || comparison.inert === 'formatting';
  const inert = pureRename && unchanged ? 'rename-only' : comparison.inert;
  const drafts = [
    ...comparison.features,
    ...defaultFeatures(comparison),
    ...featuresOf(comparison.difference, comparison.before, comparison.after),
    ...moved,
  ];
  const telling = drafts.length > 0 ? drafts : fallbackFeature(each, category);
  const features = inert === 'none' ? telling : [];
  return {
    path: patch.path,
    oldPath: patch.oldPath,
    status: STATUS[patch.status],
    category,
    language: languageName(patch.path),
    inert,
    values: comparison.values.map(
      ({ line, old, entryKind: _entryKind, env: _env, ...value }): ValueChange => ({
        ...value,
        ...placed(sides, patch, hunks, { line, old }),
      }),
    ),
    features: features.map(
      ({ line, old, ...feature }): DiffFeature => ({
        ...feature,
        ...placed(sides, patch, hunks, { line, old }),
      }),
    ),
    hunks,
  };
}

/** `from` and the reader's revision are full commit ids. */
export async function revisionDiff(
  probe: RevisionDiffProbe,
  from: string | null,
  reader: RepositoryReader,
): Promise<{ diff: RevisionDiff; searched: string }> {
  const sides: Sides = { reader, from, to: reader.revision };
  const patches = await reader.git.diff({ from, to: reader.revision, paths: probe.paths, context: 0 });
  const { compared, omitted } = await compare(patches, reader);
  const kept = withoutMoves(compared);
  const moved = movedArithmetic(
    kept.map(({ patch, comparison: { difference, after } }) => ({
      removed: difference.removed,
      added: patch.status === 'modified' ? difference.added : after,
    })),
  );
  const files = kept.map((each, index) => toFile(sides, each, moved[index] ?? []));
  const scope = probe.paths.length === 0 ? '' : ` below ${probe.paths.join(', ')}`;
  const searched = `${patches.length} files changed between ${from?.slice(0, 7) ?? 'nothing'} and ${reader.revision.slice(0, 7)}${scope}`;
  return { diff: { repo: reader.repo, from, to: reader.revision, files, omittedFiles: omitted }, searched };
}
