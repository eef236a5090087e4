/** Chooses the time of a triage: given, the clock, or the end of evidence that ended long before. It reads no clock itself. */
import type { Gap } from '../domain/gap.ts';
import type { Contribution, TriageRequest } from '../domain/snapshot.ts';
import { DAY, type EpochMs, epochMs, SECOND, toIso } from '../domain/time.ts';
import { cutAt } from './cut.ts';

type AsOf = Pick<TriageRequest, 'asOf' | 'asOfBasis'>;

/**
 * The last instant that the evidence speaks of; null where nothing has a time.
 * Commits and tags do not count: a log of last year next to a commit of today is still of last year.
 */
export function evidenceEnd(contribution: Contribution): EpochMs | null {
  const times: (EpochMs | null | undefined)[] = [
    ...contribution.patterns.map(({ lastSeenAt }) => lastSeenAt),
    ...contribution.streams.map(({ interval }) => interval.to),
    ...contribution.series.map(({ at }) => at.at(-1)),
    ...contribution.traces.map(({ interval }) => interval.to),
    ...contribution.alerts.flatMap(({ firedAt, resolvedAt }) => [firedAt, resolvedAt]),
    ...contribution.platformFacts.map(({ at }) => at),
    ...contribution.changes.flatMap((change) => {
      if (change.type === 'commit') return [];
      return 'finishedAt' in change ? [change.at, change.finishedAt] : [change.at];
    }),
  ];
  let end: EpochMs | null = null;
  for (const at of times) if (at !== null && at !== undefined && (end === null || at > end)) end = at;
  return end;
}

/** Evidence that ended within this time before the clock is of an incident that may still go on. */
const STALE_AFTER_MS = DAY;

/** The clock counts to the end of its second: nobody reads milliseconds, and nothing of that second is lost. */
export function chooseAsOf(given: EpochMs | null, clock: EpochMs, end: EpochMs | null): AsOf {
  if (given !== null) return { asOf: given, asOfBasis: 'given' };
  if (end !== null && clock - end > STALE_AFTER_MS) return { asOf: end, asOfBasis: 'end-of-evidence' };
  return { asOf: epochMs(Math.ceil(clock / SECOND) * SECOND), asOfBasis: 'clock' };
}

/** Leaves out what is later than `asOf`, and says how much that was. `collectedTo` as for `cutAt`. */
export function knownAt(
  contribution: Contribution,
  { asOf, asOfBasis }: AsOf,
  collectedTo: EpochMs = asOf,
): Contribution {
  const { contribution: known, dropped } = cutAt(contribution, epochMs(asOf), collectedTo);
  if (dropped === 0) return known;
  return { ...known, gaps: [...known.gaps, laterEvidence(dropped, asOf, asOfBasis)] };
}

function laterEvidence(dropped: number, asOf: EpochMs, basis: AsOf['asOfBasis']): Gap {
  const told = basis === 'given' ? 'the time of the triage' : 'now by the clock of this machine';
  return {
    source: 'clock',
    reason: 'rejected',
    detail: `${dropped.toLocaleString('en-US')} records are later than ${toIso(asOf)}, ${told}, and were left out.`,
    effect: 'What happened after that time is not in this triage.',
    nextStep:
      basis === 'given'
        ? 'Give a later --now to include them.'
        : 'Give the time with --now, or the zone of the logs with --zone, if the stamps are right.',
  };
}
