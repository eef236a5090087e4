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
  // What is told of it without a stack is told by the same service of the same failure.
  const isOne = items.every(({ pattern }) => pattern.service === first?.pattern.service);
  if (first === undefined || !isOne) return sideUnchanged(items, onset, facts);
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
export function sideUnchanged(
  items: readonly FailingPattern[],
  onset: EpochMs,
  facts: Facts,
  hops = Number.POSITIVE_INFINITY,
): Factor | null {
  const { releases } = facts.situation;
  const [first] = items;
  const services = new Set(items.flatMap(({ pattern: { service } }) => (service === null ? [] : [service])));
  const [service] = services;
  // Where no rollout is recorded, that none is known says nothing.
  const isRecorded = releases.some(({ reach }) => reach !== 'merged');
  if (first === undefined || service === undefined || services.size > 1 || !isRecorded) return null;
  const side = withNeighbours(service, hops, facts);
  // Of a service that has to do with no other nobody knows who gives it its data: it may be any.
  const isCalled = facts.situation.edges.some(
    ({ from, to }) =>
      to === service || (from === service && (facts.situation.folders.get(to) ?? []).length > 0),
  );
  const recent = releases.filter(({ startedAt }) => startedAt <= onset && onset - startedAt <= RECENT_MS);
  return recent.some(
    (release) =>
      ((!isCalled || side.has(release.service)) && doesOtherwise(release, facts)) ||
      changesStore(release, facts),
  )
    ? null
    : factor(
        'reader-unchanged',
        WEIGHT.readerUnchanged,
        `neither ${service} nor any service that it has to do with does anything else than before: the same code read other data`,
        sampleRefs([first]),
      );
}

/** The service, whatever it calls, and whoever calls it over so many hops; not what else its callers call. */
function withNeighbours(
  service: ServiceName,
  hops: number,
  { situation: { edges } }: Facts,
): ReadonlySet<ServiceName> {
  const above = new Set([service]);
  let last = new Set([service]);
  for (let hop = 0; hop < hops && last.size > 0; hop += 1) {
    const next = edges.flatMap(({ from, to }) => (last.has(to) && !above.has(from) ? [from] : []));
    last = new Set(next);
    for (const name of next) above.add(name);
  }
  const beneath = new Set([service]);
  for (const name of beneath) for (const { from, to } of edges) if (from === name) beneath.add(to);
  return new Set([...above, ...beneath]);
}

function changesStore(release: Release, facts: Facts): boolean {
  return (facts.diffOf(release)?.files ?? []).some(({ category }) => category === 'migration');
}

/** How readers of data complain of a page for people. */
const A_PAGE = /unexpected token '?<|invalid character '<' looking for|<!doctype|<html\b/;

/** Whoever was asked, or something before him, answers with a page where data was agreed: no record of ours is at fault. */
export function answeredByPage(items: readonly FailingPattern[]): readonly Factor[] {
  const told = items.find(({ message }) => A_PAGE.test(message));
  return told === undefined
    ? []
    : [
        factor(
          'answered-by-page',
          WEIGHT.answeredByPage,
          'what cannot be read is a page for people: whoever was asked, or something before him, answers otherwise than agreed',
          sampleRefs([told]),
        ),
      ];
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
