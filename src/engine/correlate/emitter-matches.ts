/** Who writes the error, held against what changed: the statement, the function around it, a condition in it. */
import type { DiffFeature, DiffFeatureKind, DiffHunk, FileDiff, RevisionDiff } from '../../domain/code.ts';
import type { Closure } from '../../domain/probe.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { isSameFile } from './frame-files.ts';
import type { Match } from './match.ts';
import { isShutOut } from './reach.ts';
import { comesAfter } from './stack-calls.ts';
import { WEIGHT } from './weights.ts';

/** Lines of another revision stand elsewhere: where a message was looked for in the revision that the difference leads to, only those places count. */
export function emittersFor({ to }: RevisionDiff, { emitters }: Facts): Facts['emitters'] {
  const place = ({ patternId, literal }: Facts['emitters'][number]) => `${patternId}:${literal.path}`;
  const there = new Set(emitters.filter(({ literal }) => literal.revision === to).map(place));
  return emitters.filter((each) => each.literal.revision === to || !there.has(place(each)));
}

/** Branches of the file that are entered once it is settled that this failure is told. */
export function branchesIn(file: FileDiff, { pattern }: FailingPattern, { emitters }: Facts) {
  return emitters
    .filter(({ patternId, literal }) => patternId === pattern.id && literal.path === file.path)
    .flatMap(({ branch }) => (branch == null ? [] : [branch]));
}

/** All of the hunk lies there. */
function isIn(branch: readonly [number, number] | null | undefined, hunk: DiffHunk): boolean {
  if (branch == null) return false;
  return hunk.newStart >= branch[0] && hunk.newStart + Math.max(1, hunk.newLines) - 1 <= branch[1];
}

export function emitterMatches(
  file: FileDiff,
  item: FailingPattern,
  closures: readonly Closure[],
  facts: Facts,
): readonly Match[] {
  return facts.emitters
    .filter((emitter) => emitter.patternId === item.pattern.id && emitter.literal.path === file.path)
    .flatMap((emitter): readonly Match[] => {
      // What follows the message in its function ran, if at all, after it was said.
      const told = { file: file.path, line: emitter.literal.line, function: null, inApp: true };
      const hunks = file.hunks.filter(
        (candidate) =>
          !comesAfter(candidate, told, item.symptom.class) &&
          (candidate.onlyLogs !== true || isWithin(candidate, emitter.literal.line)),
      );
      const hunk = hunks.find(
        (candidate) =>
          emitter.literal.line >= candidate.newStart - 1 &&
          emitter.literal.line <= candidate.newStart + candidate.newLines,
      );
      const scoped = hunks.find(
        (candidate) =>
          emitter.function !== null &&
          candidate.scopes.includes(emitter.function.name) &&
          isBesideWithin(candidate, emitter.literal.line),
      );
      const found = hunk ?? scoped;
      // A function that does what it did says what it said.
      if (found === undefined || found.asBefore === true) return [];
      // Of what is thrown a log line only tells, in whichever words.
      if (found.onlyLogs === true && (isThrown(item) || wasSaid(found, item))) return [];
      const isSaid = hunk !== undefined && isWithin(hunk, emitter.literal.line);
      if (!isSaid && isIn(emitter.branch, found)) return [];
      // The same words, said where no line of this failure leads.
      if (isShutOut(file, emitter.literal.line, closures)) return [];
      const decided = decidesIn(file, emitter.function?.name ?? null, emitter.literal.line);
      if (decided !== null)
        return [
          {
            name: 'emitterDecided' as const,
            kind: decided.kind,
            weight: WEIGHT.emitterDecided,
            detail: `${decided.detail}: it decides whether the error is given (${file.path}:${emitter.literal.line})`,
            file: file.path,
            line: decided.location.line,
            value: null,
            pattern: item,
            evidence: [decided.evidence, emitter.evidence],
          },
        ];
      const isWritten =
        hunk !== undefined && isWithin(hunk, emitter.literal.line) && !isMoved(hunk, emitter.literalText);
      const detail = !isWritten
        ? `the function that emits the error (${emitter.function?.name ?? 'unnamed'}, ${file.path}:${emitter.literal.line}) was changed`
        : `the statement that emits the error (${file.path}:${emitter.literal.line}) was added or changed`;
      return [
        {
          name: 'emitterChanged' as const,
          weight:
            WEIGHT.emitterChanged *
            (isWritten ? 1 : 0.6) *
            (isOnlyTold(item, file) ? TOLD : 1) *
            (hunk === undefined && passesOn(emitter.literalText, item) ? PASSED_ON : 1),
          detail,
          file: file.path,
          line: emitter.literal.line,
          value: null,
          pattern: item,
          evidence: [found.evidence, emitter.evidence],
        },
      ];
    });
}

const GRAVE = /error|fatal|crit|severe|panic|alert/i;
const NOTABLE = /warn|error|fatal|crit|severe|panic|alert/i;

/** A line of that gravity stood there before, in other words: that it is written now has another reason. */
function wasSaid({ removed }: DiffHunk, { pattern }: FailingPattern): boolean {
  const said = pattern.severity === 'warn' ? NOTABLE : GRAVE;
  return removed.some((line) => /\blog|print|console|\.(?:error|warn)/i.test(line) && said.test(line));
}

function isThrown({ pattern }: FailingPattern): boolean {
  return pattern.exceptionType !== null || pattern.frames.some((frame) => frame.inApp !== false);
}

/** What was changed about when a function does what. */
const DECIDING: ReadonlySet<DiffFeatureKind> = new Set([
  'condition-changed',
  'validation-tightened',
  'guard-removed',
  'guard-added',
]);

/** A condition of the function that writes the error was changed; of a function without a name nothing is said. */
function decidesIn(file: FileDiff, name: string | null, said: number): DiffFeature | null {
  if (name === null) return null;
  const within = (line: number, isAdded: boolean) =>
    file.hunks.some(
      (hunk) =>
        // a check that came keeps calls from what follows it, and gives only the errors that came with it
        (!isAdded || isWithin(hunk, said)) &&
        line >= hunk.newStart &&
        line < hunk.newStart + Math.max(1, hunk.newLines) &&
        hunk.scopes.includes(name) &&
        isBesideWithin(hunk, said),
    );
  return (
    file.features.find(
      ({ kind, location }) => DECIDING.has(kind) && within(location.line, kind === 'guard-added'),
    ) ?? null
  );
}

/** A module in one function holds all others: what changed in one of them decides about no line of another. */
function isBesideWithin({ around = [], newStart, newLines }: DiffHunk, line: number): boolean {
  const [inner] = around;
  if (inner === undefined) return true;
  const isLong = inner[1] - inner[0] > MODULE_LINES;
  const [first, last] = isLong ? [newStart - NEAR_LINES, newStart + newLines + NEAR_LINES] : inner;
  return line >= first && line <= last;
}

/** Longer than any function that does one thing. */
const MODULE_LINES = 150;
const NEAR_LINES = 15;

/** A line beside the hunk stands as it stood: the hunk may govern it, and did not write it. */
export function isWithin(hunk: DiffHunk, line: number): boolean {
  return line >= hunk.newStart && line < hunk.newStart + hunk.newLines;
}

/** What a handler that only tells of a failure is worth, where the stack says that it lies in another file. */
const TOLD = 0.4;

function isOnlyTold({ pattern }: FailingPattern, file: FileDiff): boolean {
  const [inner] = pattern.frames.filter((frame) => frame.inApp !== false);
  return inner !== undefined && !isSameFile(inner, file.path);
}

/** What another part of the function is worth, where the line passes on what another side answered. */
const PASSED_ON = 0.35;
const ANSWER =
  /\brpc error: code|\b(?:status|code|HTTP|returned|responded with|answered)\b[ :=]{0,3}(?:code[ :=]{0,2})?[45]\d\d\b/i;

/** Behind the words of its own the message says what somebody else answered. */
function passesOn(literal: string, { pattern }: FailingPattern): boolean {
  const [own] = literal
    .replace(/^["'`]|["'`]$/g, '')
    .split(/%[+#]?\w|\$?\{[^}]*\}|#\{[^}]*\}/)
    .filter((part) => part.trim().length > 5);
  const message = pattern.samples[0]?.message ?? pattern.template;
  const at = own === undefined ? -1 : message.indexOf(own.trim());
  return at >= 0 && ANSWER.test(message.slice(at + (own ?? '').trim().length));
}

/** The line that emits stands on both sides of the hunk: something around it changed, it did not. */
function isMoved(hunk: DiffHunk, literal: string): boolean {
  const text = literal.trim();
  const holding = (lines: readonly string[]) =>
    lines.filter((line) => text !== '' && line.includes(text)).map((line) => line.trim());
  const [before, after] = [holding(hunk.removed), holding(hunk.added)];
  return before.length > 0 && after.length > 0 && before.every((line) => after.includes(line));
}
