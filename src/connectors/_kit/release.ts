/** What lives as long as an evidence directory is open and must end with it. It knows nothing of what that is. */
import type { EvidenceDirectory } from '../../ports/connector.ts';

const held = new WeakMap<EvidenceDirectory, (() => void)[]>();

/** `end` is called once, when the directory is released. */
export function whenClosed(directory: EvidenceDirectory, end: () => void): void {
  const ends = held.get(directory);
  if (ends === undefined) held.set(directory, [end]);
  else ends.push(end);
}

/** Whoever opened the directory calls it at the end; a second call does nothing. */
export function release(directory: EvidenceDirectory): void {
  const ends = held.get(directory) ?? [];
  held.delete(directory);
  for (const end of ends) end();
}
