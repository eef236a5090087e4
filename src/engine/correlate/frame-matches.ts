/** The stack of a failure held against what changed: whether it passes the changed lines, and what they do there. */
import type { DiffHunk, FileDiff } from '../../domain/code.ts';
import type { StackFrame } from '../../domain/signal.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { isWithin } from './emitter-matches.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { isOutside } from './feature-matches.ts';
import { isSameFile, sampleOf } from './frame-files.ts';
import type { Match } from './match.ts';
import { isUnreached } from './reach.ts';
import { actsAsBefore, comesAfter, covers, onlyTellsOtherwise } from './stack-calls.ts';
import { WEIGHT } from './weights.ts';
import { saysWhereTo } from './where-to.ts';

export function frameMatches(file: FileDiff, item: FailingPattern, facts: Facts): readonly Match[] {
  if (file.category !== 'code') return [];
  const frames = item.pattern.frames.filter((frame) => frame.inApp !== false && isSameFile(frame, file.path));
  const own = item.pattern.frames.filter((frame) => frame.inApp !== false);
  const reached = facts.reached.filter(({ patternId }) => patternId === item.pattern.id);
  return frames.flatMap((frame): readonly Match[] => {
    const acting = file.hunks.filter((hunk) => !onlyTellsOtherwise(hunk, frame.line));
    const hit = acting.find((hunk) => frame.line !== null && covers(hunk, frame.line));
    const scope =
      hit ??
      acting.find(
        (hunk) =>
          frame.function !== null &&
          hunk.scopes.some(
            (name) => name !== '' && (frame.function ?? '').split(/[.:#]/).at(-1) === name.split('.').at(-1),
          ),
      );
    const line = frame.line ?? file.hunks[0]?.newStart ?? 1;
    const base = { file: file.path, line, value: null, pattern: item };
    if (scope !== undefined) {
      const weight = hit === undefined ? WEIGHT.frameInHunk * 0.7 : WEIGHT.frameInHunk;
      const asBefore = scope.asBefore === true || actsAsBefore(file, own, own.indexOf(frame));
      const around = hunksOfFrame(file, frame);
      const isBehind =
        around.length > 0 && around.every((hunk) => comesAfter(hunk, frame, item.symptom.class));
      const nearness = askedScale(item, own.indexOf(frame), frame.line, scope);
      return [
        {
          ...base,
          name: 'frameInHunk' as const,
          weight: asBefore || isBehind ? WEIGHT.frameCallsOnly : weight * nearness,
          detail: `the failing stack passes ${file.path}:${line}${frame.function === null ? '' : ` (${frame.function})`}, which this release changed${passedIn(asBefore, isBehind)}`,
          evidence: [scope.evidence, ...sampleOf(item)],
        },
      ];
    }
    if (acting.every(({ asBefore }) => asBefore === true)) return [];
    return [
      {
        ...base,
        name: 'frameInFile' as const,
        weight:
          isKnownOutside(file, frame, frames, item.symptom.class) ||
          isUnreached(file, reached) ||
          isOfOthers(item)
            ? WEIGHT.frameOutside
            : WEIGHT.frameInFile,
        detail: `the failing stack passes ${file.path}, which this release changed elsewhere`,
        evidence: [...(file.hunks[0] === undefined ? [] : [file.hunks[0].evidence]), ...sampleOf(item)],
      },
    ];
  });
}

/** What fails is the answer of another side, and it says why: the callers in the stack tell who asked, and no line of theirs ends a certificate. */
const NAMES_WHO_REFUSED: readonly SymptomClass[] = [
  'certificate',
  'credentials',
  'dns',
  'network',
  'connection-refused',
  'connection-reset',
];
/** And those who wait for it. */
const ASKS_OTHERS: readonly SymptomClass[] = [...NAMES_WHO_REFUSED, 'timeout', 'lock', 'disk-full'];

function isOfOthers({ symptom }: FailingPattern): boolean {
  return ASKS_OTHERS.includes(symptom.class);
}

const ASKED = 0.4;
const PASSED_ON = 0.2;

function passedIn(asBefore: boolean, isBehind: boolean): string {
  if (asBefore) return ', though it does there what it did before';
  return isBehind ? ' behind the line that failed' : '';
}

/** Hunks in the function in which the frame stands, and those so near that they may be. */
function hunksOfFrame(file: FileDiff, { line }: StackFrame): readonly DiffHunk[] {
  return file.hunks.filter(({ around = [], ...hunk }) => {
    const [first, last] = around[0] ?? [0, 0];
    return line !== null && ((line >= first && line <= last) || covers({ ...hunk, around }, line));
  });
}

/** Where nobody takes the connection, even the line that asks only asks, unless it was written anew; one that speaks of no address only passes the refusal on. */
function askedScale({ symptom }: FailingPattern, index: number, line: number | null, hunk: DiffHunk): number {
  if (!NAMES_WHO_REFUSED.includes(symptom.class)) return 1;
  const isConnecting = symptom.class === 'connection-refused' || symptom.class === 'connection-reset';
  if (!saysWhereTo(hunk)) return isConnecting ? PASSED_ON : ASKED;
  const isAsking = isConnecting ? line === null || !isWithin(hunk, line) : index > 0;
  return isAsking ? ASKED : 1;
}

/**
 * What was changed are functions that the stack does not pass: those without a name, which no other calls, and where two of the file
 * stand in the stack, so that callers are seen, any other, or lines of those behind the one that failed.
 */
function isKnownOutside(
  file: FileDiff,
  frame: StackFrame,
  frames: readonly StackFrame[],
  family: SymptomClass,
): boolean {
  const acting = file.hunks.filter(({ asBefore }) => asBefore !== true);
  const seesCallers =
    frames.length > 1 &&
    acting.every((hunk) => frames.every((each) => isOutside(each, [hunk]) || comesAfter(hunk, each, family)));
  return acting.every((hunk) => (hunk.scopes.length === 0 || seesCallers) && isOutside(frame, [hunk]));
}
