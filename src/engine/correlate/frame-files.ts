/** What a failing pattern shows of itself: its first sample, and whether a frame of its stack stands in a file. */
import type { FileDiff } from '../../domain/code.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { StackFrame } from '../../domain/signal.ts';
import type { Facts, FailingPattern } from './facts.ts';

/** Whether a frame's file is this path: the names agree from the end for as long as both have any, at least the file's own name. */
export function isSameFile(frame: StackFrame, path: string): boolean {
  if (frame.file === path) return true;
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

/** What stands at the root of a repository is called alike in many: such frames are of the program that fails, and of no other. */
export function withoutRootFrames(item: FailingPattern): FailingPattern {
  const frames = item.pattern.frames.filter(({ file }) => /[\\/]/.test(file));
  return frames.length === item.pattern.frames.length
    ? item
    : { ...item, pattern: { ...item.pattern, frames } };
}

/**
 * The failure without those frames that only look like the file: programs that are built alike have files of the same name, and each
 * runs its own.
 */
export function withOwnFrames(file: FileDiff, item: FailingPattern, facts: Facts): FailingPattern {
  const { path } = file;
  const folders = facts.situation.folders.get(item.pattern.service ?? '') ?? [];
  const isOwn = (each: string) => folders.some((folder) => each.startsWith(`${folder}/`));
  const frames = item.pattern.frames.filter((frame) => isSameFile(frame, path));
  if (frames.length === 0 || folders.length === 0 || isOwn(path)) return item;
  const own = facts.situation.snapshot.repositories.flatMap(({ files }) => files.filter(isOwn));
  const others = frames.filter((frame) => own.some((each) => isSameFile(frame, each)));
  return others.length === 0
    ? item
    : {
        ...item,
        pattern: { ...item.pattern, frames: item.pattern.frames.filter((each) => !others.includes(each)) },
      };
}
