/** Frames of a stack held against what changed: whether a changed line does anything else than call the place that fails, as it always did. */
import type { DiffHunk, FileDiff } from '../../domain/code.ts';
import type { StackFrame } from '../../domain/signal.ts';
import type { SymptomClass } from '../../domain/symptom.ts';

/** A line of the new side in the hunk, or within two of it. */
export function covers(hunk: DiffHunk, line: number): boolean {
  return line >= hunk.newStart - 2 && line <= hunk.newStart + Math.max(1, hunk.newLines) + 1;
}

/** What a log line says holds nothing up: only a failure on the very line can be its own. */
export function onlyTellsOtherwise(hunk: DiffHunk, line: number | null): boolean {
  const { onlyLogs, newStart, newLines } = hunk;
  return onlyLogs === true && !(line !== null && line >= newStart && line < newStart + Math.max(1, newLines));
}

/** Families of failure that add up: what an earlier call did behind the line where a later one fails may be why. */
const ADDS_UP: readonly SymptomClass[] = [
  'saturation',
  'pool-exhausted',
  'out-of-memory',
  'disk-full',
  'timeout',
  'latency',
  'lock',
  'queue-backlog',
  'rate-limit',
];

/** True where the hunk lies in the function of the frame, in statements that come after the one that failed: they were never reached. */
export function comesAfter(
  { statement, around = [] }: DiffHunk,
  { line }: StackFrame,
  family: SymptomClass,
): boolean {
  const [first, last] = around[0] ?? [0, 0];
  return (
    statement !== undefined &&
    line !== null &&
    line >= first &&
    line <= last &&
    statement > line &&
    !ADDS_UP.includes(family)
  );
}

/** True where the changed lines in which the frame at `index` stands do there what they did before. */
export function actsAsBefore(file: FileDiff, frames: readonly StackFrame[], index: number): boolean {
  const line = frames[index]?.line ?? null;
  const hunks = line === null ? [] : file.hunks.filter((hunk) => covers(hunk, line));
  return (
    (hunks.length > 0 && hunks.every(({ asBefore }) => asBefore === true)) ||
    onlyCallsAsBefore(file, frames, index) ||
    onlyNamedAnew(file, line)
  );
}

const LOG_LINE = /\b_?(log(ger)?|slog|console|print(ln|f)?)\w*[.(!]/i;
const COMMENT = /^\s*(\/\/|#(?![[{])|\*|\/\*|--|$)/;
const WORD = /[\w$]+|[^\s\w$]/g;

/** The line stands in a hunk whose lines, log lines and comments apart, are those that went, with variables called otherwise. */
function onlyNamedAnew(file: FileDiff, line: number | null): boolean {
  const hunk =
    line === null
      ? undefined
      : file.hunks.find(({ newStart, newLines }) => line >= newStart && line < newStart + newLines);
  if (hunk === undefined || line === null || LOG_LINE.test(hunk.added[line - hunk.newStart] ?? ''))
    return false;
  const acting = (lines: readonly string[]) =>
    lines.filter((text) => !COMMENT.test(text) && !LOG_LINE.test(text)).map((text) => text.match(WORD) ?? []);
  const [before, after] = [acting(hunk.removed), acting(hunk.added)];
  if (before.length !== after.length || before.length === 0) return false;
  const renamed = oneRenaming(before.flat(), after.flat());
  const text = hunk.added.join('\n');
  return renamed?.every((name) => isGivenIn(text, name)) === true;
}

/** A name that is given its value elsewhere is another variable, not another name for the same. */
function isGivenIn(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}\\s*(:?=(?!=)|\\b(in|of)\\b)`).test(text);
}

/** The new names where each stands for one other throughout, null where something else differs; members, functions, types and words in capitals keep theirs. */
function oneRenaming(before: readonly string[], after: readonly string[]): readonly string[] | null {
  const [forward, backward] = [new Map<string, string>(), new Map<string, string>()];
  const fits = before.every((old, index) => {
    const now = after[index] ?? '';
    const isVariable =
      /^[a-z_$]/.test(old) &&
      /^[a-z_$]/.test(now) &&
      before[index - 1] !== '.' &&
      before[index + 1] !== '(' &&
      !/^['"`]$/.test(before[index - 1] ?? '');
    if (!isVariable) return old === now;
    if ((forward.get(old) ?? now) !== now || (backward.get(now) ?? old) !== old) return false;
    forward.set(old, now);
    backward.set(now, old);
    return true;
  });
  return fits && before.length === after.length
    ? [...forward].flatMap(([old, now]) => (old === now ? [] : [now]))
    : null;
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
