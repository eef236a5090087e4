/** Whether the code that could not read its data was changed. */
import type { Factor } from '../../domain/hypothesis.ts';
import { HOUR } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import { sampleRefs } from './draft.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { isSameFile } from './frame-files.ts';
import { WEIGHT } from './weights.ts';

/** What served for longer has read the same data before. */
const RECENT_MS = 2 * HOUR;

/**
 * The stack of the failed reading is known, and no release of the last hours, all of whose differences are known, touched what it passes
 * with more than comments: the same code has read other data.
 */
export function readerUnchanged(items: readonly FailingPattern[], facts: Facts): Factor | null {
  const onset = facts.detection.onsetAt;
  const framed = items.filter((item) => item.pattern.frames.some((frame) => frame.inApp === true));
  const [first] = framed;
  if (onset === null || first === undefined || framed.length < items.length) return null;
  const recent = facts.situation.releases.filter(
    (release) => release.startedAt <= onset && onset - release.startedAt <= RECENT_MS,
  );
  const diffs = recent.map((release) => (facts.isPartial(release) ? null : facts.diffOf(release)));
  if (diffs.some((diff) => diff === null)) return null;
  const changed = diffs.flatMap((diff) => diff?.files ?? []).filter((file) => file.inert === 'none');
  const frames = framed.flatMap((item) => item.pattern.frames.filter((frame) => frame.inApp === true));
  if (frames.some((frame) => changed.some((file) => isSameFile(frame, file.path)))) return null;
  const place = frames[0];
  return factor(
    'reader-unchanged',
    WEIGHT.readerUnchanged,
    `the code that reads it (${place?.file ?? ''}${place?.line === null || place === undefined ? '' : `:${place.line}`}) was not changed`,
    sampleRefs([first]),
  );
}
