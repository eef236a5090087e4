/** What it says of a release that the failing stack passes none of the files that it changed, or that only its log lines differ. */
import type { FileDiff, RevisionDiff } from '../../domain/code.ts';
import type { Factor } from '../../domain/hypothesis.ts';
import { factor } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { isFeltElsewhere } from './feature-matches.ts';
import { isSameFile } from './frame-files.ts';
import { onlyTellsOtherwise } from './stack-calls.ts';
import { WEIGHT } from './weights.ts';

/** Code alone, whose effects stay where it runs: settings, packages and schemas act wherever they are read. */
function staysInPlace(file: FileDiff): boolean {
  return (
    file.category === 'code' &&
    // A value that is new is a name for what stood there, not a setting that was moved.
    file.values.every(({ direction }) => direction === 'added' || direction === 'removed') &&
    !file.features.some(({ kind }) => isFeltElsewhere(kind))
  );
}

/** No failure stands on one of the lines that write otherwise. */
function onlyTells(file: FileDiff, facts: Facts): boolean {
  const frames = facts.failing
    .flatMap(({ pattern }) => pattern.frames)
    .filter((frame) => isSameFile(frame, file.path));
  return (
    file.category === 'code' &&
    file.hunks.length > 0 &&
    file.values.length === 0 &&
    file.hunks.every(
      (hunk) => onlyTellsOtherwise(hunk, null) && frames.every(({ line }) => onlyTellsOtherwise(hunk, line)),
    )
  );
}

/** Only where most of the service's failures come with a stack of its own code. */
export function offStack(diff: RevisionDiff, service: string, facts: Facts): readonly Factor[] {
  const own = facts.failing.filter((item) => item.pattern.service === service && item.symptom.userVisible);
  const count = (items: typeof own) => items.reduce((sum, item) => sum + item.pattern.count, 0);
  const traced = own.filter((item) => item.pattern.frames.some((frame) => frame.inApp !== false));
  const active = diff.files.filter((file) => file.inert === 'none');
  if (active.length > 0 && diff.omittedFiles === 0 && active.every((file) => onlyTells(file, facts)))
    return [
      factor('only-logs', WEIGHT.onlyLogs, 'all that it changed is what log lines say', [
        ...active.slice(0, 2).flatMap(({ hunks }) => hunks.slice(0, 1).map(({ evidence }) => evidence)),
      ]),
    ];
  if (traced.length === 0 || count(traced) < 0.5 * count(own)) return [];
  if (active.length === 0 || diff.omittedFiles > 0 || !active.every(staysInPlace)) return [];
  const isPassed = (file: FileDiff) =>
    traced.some((item) => item.pattern.frames.some((frame) => isSameFile(frame, file.path)));
  if (active.some(isPassed)) return [];
  const evidence = traced
    .slice(0, 1)
    .flatMap((item) => item.pattern.samples.slice(0, 1).map((sample) => sample.evidence));
  return [
    factor(
      'off-stack',
      WEIGHT.offStack,
      'the failing stack passes none of the files that it changed',
      evidence,
    ),
  ];
}
