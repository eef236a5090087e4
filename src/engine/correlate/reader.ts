/** Whether the code that could not read its data was changed. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { Release } from '../../domain/situation.ts';
import { type EpochMs, HOUR } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import { sampleRefs } from './draft.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { isSameFile } from './frame-files.ts';
import { onlyWaits } from './reach.ts';
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
  if (onset === null) return null;
  if (first === undefined || framed.length < items.length) return sideUnchanged(items, onset, facts);
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

/** Without a stack: what it was given came from those with whom it has to do, on either side, or from a store that they share. None of them does anything else than before. */
export function sideUnchanged(items: readonly FailingPattern[], onset: EpochMs, facts: Facts): Factor | null {
  const { releases } = facts.situation;
  const [first] = items;
  const services = new Set(items.flatMap(({ pattern: { service } }) => (service === null ? [] : [service])));
  const [service] = services;
  // Where no rollout is recorded, that none is known says nothing.
  const isRecorded = releases.some(({ reach }) => reach !== 'merged');
  if (first === undefined || service === undefined || services.size > 1 || !isRecorded) return null;
  const side = withNeighbours(service, facts);
  const recent = releases.filter(({ startedAt }) => startedAt <= onset && onset - startedAt <= RECENT_MS);
  return recent.some(
    (release) => (side.has(release.service) && doesOtherwise(release, facts)) || changesStore(release, facts),
  )
    ? null
    : factor(
        'reader-unchanged',
        WEIGHT.readerUnchanged,
        `neither ${service} nor any service that it has to do with does anything else than before: the same code read other data`,
        sampleRefs([first]),
      );
}

/** The service, whatever it calls, and whoever calls it, however far away; not what else its callers call. */
function withNeighbours(service: ServiceName, { situation: { edges } }: Facts): ReadonlySet<ServiceName> {
  const above = new Set([service]);
  for (const name of above) for (const { from, to } of edges) if (to === name) above.add(from);
  const beneath = new Set([service]);
  for (const name of beneath) for (const { from, to } of edges) if (from === name) beneath.add(to);
  return new Set([...above, ...beneath]);
}

function changesStore(release: Release, facts: Facts): boolean {
  return (facts.diffOf(release)?.files ?? []).some(({ category }) => category === 'migration');
}

/** Whether it acts otherwise in more than what it logs and how long it waits, or whether that is not known. */
function doesOtherwise(release: Release, facts: Facts): boolean {
  const diff = facts.isPartial(release) ? null : facts.diffOf(release);
  if (diff === null) return true;
  return diff.files.some(
    ({ inert, hunks }) =>
      inert === 'none' && !hunks.every((hunk) => hunk.onlyLogs === true || onlyWaits(hunk)),
  );
}
