/** What a failing pattern shows of itself: its first sample, and whether a frame of its stack stands in a file. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { StackFrame } from '../../domain/signal.ts';
import type { Facts, FailingPattern } from './facts.ts';

/** Whether a frame's file is this path: the names agree from the end for as long as both have any, at least the file's own name. */
export function isSameFile(frame: StackFrame, path: string): boolean {
  const a = frame.file.split(/[\\/]/).filter((part) => part !== '');
  const b = path.split('/');
  if (a.at(-1)?.toLowerCase() !== b.at(-1)?.toLowerCase()) return false;
  if (a.length === 1)
    return (
      frame.function === null ||
      frame.function
        .split(/[.:#/$]/)
        .some(
          (part) => part.length > 2 && b.some((name) => name.toLowerCase().startsWith(part.toLowerCase())),
        )
    );
  return a.at(-2)?.toLowerCase() === b.at(-2)?.toLowerCase() || a.length === 2;
}

export function sampleOf(item: FailingPattern): readonly EvidenceRef[] {
  const sample = item.pattern.samples[0];
  return sample === undefined ? [] : [sample.evidence];
}

/** Whether the file is the one that a frame of this failure stands in: programs that are built alike have files of the same name, and each runs its own. */
export function isFileOfFrame(
  frame: StackFrame,
  path: string,
  { pattern }: FailingPattern,
  facts: Facts,
): boolean {
  if (!isSameFile(frame, path)) return false;
  const folders = facts.situation.folders.get(pattern.service ?? '') ?? [];
  const isOwn = (each: string) => folders.some((folder) => each.startsWith(`${folder}/`));
  if (folders.length === 0 || isOwn(path)) return true;
  return !facts.situation.snapshot.repositories.some(({ files }) =>
    files.some((each) => isOwn(each) && isSameFile(frame, each)),
  );
}
