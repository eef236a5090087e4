/** Frames of a stack held against what changed: whether a changed line does anything else than call the place that fails, as it always did. */
import type { DiffHunk, FileDiff } from '../../domain/code.ts';
import type { StackFrame } from '../../domain/signal.ts';

/** A line of the new side in the hunk, or within two of it. */
export function covers(hunk: DiffHunk, line: number): boolean {
  return line >= hunk.newStart - 2 && line <= hunk.newStart + Math.max(1, hunk.newLines) + 1;
}

/** True where the frame at `index` (innermost first) stands on changed lines of the file and calls the frame above it with the arguments that it always gave. */
export function onlyCallsAsBefore(file: FileDiff, frames: readonly StackFrame[], index: number): boolean {
  const line = frames[index]?.line ?? null;
  const inner = frames[index - 1];
  const hunk = line === null ? undefined : file.hunks.find((candidate) => covers(candidate, line));
  return hunk !== undefined && inner !== undefined && callsAsBefore(hunk, inner);
}

/** The call from a changed line into the frame above it, where the failure lies, stands on both sides with the same arguments. */
function callsAsBefore(hunk: DiffHunk, inner: StackFrame): boolean {
  const name = inner.function?.split(/[.:#$]/).at(-1) ?? '';
  if (!/^\w{2,}$/.test(name)) return false;
  const [before, after] = [callsOf(name, hunk.removed), callsOf(name, hunk.added)];
  return before.length > 0 && after.length > 0 && after.every((call) => before.includes(call));
}

/** `shelf(request.skus)` wherever a function of that name is called in the lines, without white space. */
function callsOf(name: string, lines: readonly string[]): readonly string[] {
  const text = lines.join('\n').replace(/\s+/g, '');
  return [...text.matchAll(new RegExp(`(?<![\\w$])${name}\\(`, 'g'))].map(({ index }) => {
    let depth = 0;
    for (let end = index + name.length; end < text.length; end += 1) {
      if (text[end] === '(') depth += 1;
      if (text[end] === ')') depth -= 1;
      if (depth === 0) return text.slice(index, end + 1);
    }
    return text.slice(index);
  });
}
