/** The hotfix as a patch against the running revision: the accused value or hunk as it was before. Text alone; nothing is applied. */
import type { DiffHunk, FileDiff } from '../../domain/code.ts';
import type { Patch } from '../../domain/decision.ts';
import type { Hypothesis } from '../../domain/hypothesis.ts';
import type { Probe } from '../../domain/probe.ts';
import { answerTo, codeDifference, type GoingBack } from './going-back.ts';

/** Lines around a change, as git prints them. */
const CONTEXT = 3;
/** More than this is no hotfix that one reads at night. */
const MAX_CHANGED = 40;
/** Farther apart, two changes of one file are left to a revert. */
const MAX_SPAN = 200;
/** Names that git would print in quotes. */
const PLAIN_PATH = /^[\w./@+ -]+$/;
const REDACTED = /\[redacted/i;

/** Lines `from` to `to` (1-based; `to` before `from` where lines are only inserted) become `lines`. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

interface Plan {
  readonly path: string;
  readonly edits: readonly Edit[];
  /** What the running revision must hold at the place of each edit, where that is known. */
  readonly expected: readonly (readonly string[] | null)[];
}

/** Null where the cause is no place in a file, or too much to read. A package is pinned in two files at least: it is left to a revert. */
function planOf(cause: Hypothesis, back: GoingBack): Plan | null {
  const path = cause.change?.file ?? null;
  const file = codeDifference(back)?.files.find((each) => each.path === path) ?? null;
  if (path === null || !PLAIN_PATH.test(path) || file === null || file.status !== 'modified') return null;
  if (file.category === 'lockfile' || file.category === 'dependency-manifest') return null;
  const hunks = accusedHunks(cause, file);
  const changed = hunks.reduce((sum, hunk) => sum + hunk.oldLines + hunk.newLines, 0);
  const [first, last] = [hunks[0], hunks.at(-1)];
  if (
    first === undefined ||
    last === undefined ||
    changed > MAX_CHANGED ||
    last.newStart - first.newStart > MAX_SPAN
  )
    return null;
  if (hunks.some((hunk) => hunk.removed.length !== hunk.oldLines || hunk.added.length !== hunk.newLines))
    return null;
  if (hunks.some(({ removed }) => removed.some((line) => REDACTED.test(line)))) return null;
  return {
    path,
    edits: hunks.map(({ newStart, newLines, removed }) => ({
      from: newLines === 0 ? newStart + 1 : newStart,
      to: newStart + newLines - 1 + (newLines === 0 ? 1 : 0),
      lines: removed,
    })),
    expected: hunks.map(({ added }) => added),
  };
}

/** The hunk of the accused line; else those that the mechanism names; else all, where the file changed little. */
function accusedHunks(cause: Hypothesis, file: FileDiff): readonly DiffHunk[] {
  const covers = (hunk: DiffHunk, line: number) =>
    line >= hunk.newStart && line <= hunk.newStart + Math.max(hunk.newLines, 1) - 1;
  const line = cause.change?.line ?? null;
  const own = line === null ? [] : file.hunks.filter((hunk) => covers(hunk, line));
  if (own.length > 0) return own;
  const cited = new Set([...cause.mechanism, ...cause.factors].flatMap(({ evidence }) => evidence));
  const named = file.hunks.filter(({ evidence }) => cited.has(evidence));
  return named.length > 0 ? named : file.hunks;
}

export function patchProbe(cause: Hypothesis, back: GoingBack): Probe | null {
  const plan = planOf(cause, back);
  const { commit, repo } = back.release;
  const [first, last] = [plan?.edits[0], plan?.edits.at(-1)];
  if (plan === null || commit === null || first === undefined || last === undefined) return null;
  const line = Math.max(1, Math.min(first.from, first.to) - CONTEXT);
  const endLine = Math.max(last.from, last.to) + CONTEXT;
  return {
    kind: 'source-lines',
    id: `source-lines:${commit}:${plan.path}:${line}-${endLine}`,
    repo: repo ?? '.',
    revision: commit,
    path: plan.path,
    line,
    endLine,
  };
}

/** `gone`: names of what no longer exists (dropped columns); lines that use them again would fail. Null where it cannot be made to apply for certain. */
export function hotfixPatch(cause: Hypothesis, back: GoingBack, gone: readonly string[]): Patch | null {
  const plan = planOf(cause, back);
  const answer = answerTo(patchProbe(cause, back), 'source-lines', back.situation);
  if (plan === null || answer === null || back.release.commit === null) return null;
  const source: SourceLines = {
    first: answer.location.line,
    lines: answer.lines,
    fileLines: answer.fileLines,
    openEnd: answer.openEnd,
  };
  const asExpected = plan.edits.every((edit, index) => {
    const now = linesAt(source, edit.from, edit.to);
    return now.join('\n') === (plan.expected[index] ?? now).join('\n');
  });
  const touchesOpenEnd =
    source.openEnd && plan.edits.some(({ to, from }) => Math.max(to, from) >= source.fileLines);
  const usesGone = plan.edits.some(({ lines }) =>
    lines.some((line) => gone.some((name) => namesIt(line, name))),
  );
  if (!asExpected || touchesOpenEnd || usesGone || source.lines.some((line) => REDACTED.test(line)))
    return null;
  return { against: back.release.commit, paths: [plan.path], text: patchText(plan.path, plan.edits, source) };
}

function namesIt(line: string, name: string): boolean {
  const words = (text: string) => text.replace(/[_-]/g, '').toLowerCase();
  return (line.match(/[\w-]+/g) ?? []).some((word) => words(word) === words(name));
}

export interface SourceLines {
  /** Number of the first of `lines`. */
  readonly first: number;
  readonly lines: readonly string[];
  readonly fileLines: number;
  /** The file's last line has no line break. */
  readonly openEnd: boolean;
}

function linesAt({ first, lines }: SourceLines, from: number, to: number): readonly string[] {
  return lines.slice(from - first, to - first + 1);
}

/** Edits that are near each other share a hunk, as in `git diff`. In order of lines, not overlapping. */
export function patchText(path: string, edits: readonly Edit[], source: SourceLines): string {
  const groups: Edit[][] = [];
  for (const edit of edits) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && edit.from - last.to <= 2 * CONTEXT) groups.at(-1)?.push(edit);
    else groups.push([edit]);
  }
  let shift = 0;
  const hunks = groups.map((group) => {
    const hunk = hunkText(group, source, shift);
    shift += hunk.shift;
    return hunk.text;
  });
  const tab = path.includes(' ') ? '\t' : '';
  return `diff --git a/${path} b/${path}\n--- a/${path}${tab}\n+++ b/${path}${tab}\n${hunks.join('')}`;
}

function hunkText(
  edits: readonly Edit[],
  source: SourceLines,
  shift: number,
): { readonly text: string; readonly shift: number } {
  const start = Math.max(1, (edits[0]?.from ?? 1) - CONTEXT);
  const lastTo = edits.at(-1)?.to ?? start;
  const end = Math.min(source.fileLines, lastTo + CONTEXT);
  const body: string[] = [];
  let at = start;
  const context = (until: number) => {
    for (; at <= until; at += 1) {
      body.push(` ${linesAt(source, at, at)[0] ?? ''}`);
      if (source.openEnd && at === source.fileLines) body.push('\\ No newline at end of file');
    }
  };
  let added = 0;
  let removed = 0;
  for (const edit of edits) {
    context(edit.from - 1);
    for (; at <= edit.to; at += 1, removed += 1) body.push(`-${linesAt(source, at, at)[0] ?? ''}`);
    for (const line of edit.lines) body.push(`+${line}`);
    added += edit.lines.length;
  }
  context(end);
  const oldCount = end - start + 1;
  const newCount = oldCount - removed + added;
  const range = (from: number, count: number) =>
    `${count === 0 ? from - 1 : from}${count === 1 ? '' : `,${count}`}`;
  const header = `@@ -${range(start, oldCount)} +${range(start + shift, newCount)} @@`;
  return { text: `${header}\n${body.join('\n')}\n`, shift: added - removed };
}
