/** What it says of a release that the failing stack passes none of the files that it changed. */
import type { FileDiff, RevisionDiff } from '../../domain/code.ts';
import type { Factor } from '../../domain/hypothesis.ts';
import { factor } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { isFeltElsewhere } from './feature-matches.ts';
import { isSameFile } from './frame-files.ts';
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

/** Only where most of the service's failures come with a stack of its own code. */
export function offStack(diff: RevisionDiff, service: string, facts: Facts): readonly Factor[] {
  const own = facts.failing.filter((item) => item.pattern.service === service && item.symptom.userVisible);
  const count = (items: typeof own) => items.reduce((sum, item) => sum + item.pattern.count, 0);
  const traced = own.filter((item) => item.pattern.frames.some((frame) => frame.inApp !== false));
  if (traced.length === 0 || count(traced) < 0.5 * count(own)) return [];
  const active = diff.files.filter((file) => file.inert === 'none');
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
