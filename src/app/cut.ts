/** Takes what happened after an instant out of a contribution, so that a triage knows no more than one could know then. It adds nothing. */
import type { Change } from '../domain/change.ts';
import type { ProbeAnswer } from '../domain/probe.ts';
import type {
  Alert,
  BucketCounts,
  Instance,
  LogPattern,
  LogStream,
  MetricSeries,
  TraceEdgeStats,
} from '../domain/signal.ts';
import type { Contribution } from '../domain/snapshot.ts';
import { type EpochMs, epochMs } from '../domain/time.ts';

export interface Cut {
  readonly contribution: Contribution;
  /** Records, samples, points and changes that were left out. */
  readonly dropped: number;
}

/**
 * Leaves everything at or before `asOf`. Of a bucket that `asOf` divides the elapsed share of its count stays: when within it
 * the events came is not known, and the whole of it would tell of what came later. `collectedTo` is the instant up to which
 * the evidence was read: counts of series are whole where that is `asOf` itself, and divided where it is later.
 */
export function cutAt(contribution: Contribution, asOf: EpochMs, collectedTo: EpochMs = asOf): Cut {
  const tally = { dropped: 0 };
  const epochs = commitEpochs(contribution, asOf);
  const keepChange = (change: Change) =>
    change.at === null || change.at <= asOf || (change.type === 'commit' && epochs.has(change.repo));
  const next: Contribution = {
    ...contribution,
    patterns: contribution.patterns.flatMap((pattern) => cutPattern(pattern, asOf, tally)),
    streams: contribution.streams.flatMap((stream) => cutStream(stream, asOf)),
    series: contribution.series.flatMap((series) => cutSeries(series, asOf, collectedTo, tally)),
    traces: contribution.traces.flatMap((trace) => cutTrace(trace, asOf, tally)),
    alerts: kept(contribution.alerts, (alert) => alert.firedAt <= asOf, tally).map((alert) =>
      cutAlert(alert, asOf),
    ),
    platformFacts: kept(contribution.platformFacts, ({ at }) => at === null || at <= asOf, tally),
    instances: contribution.instances.flatMap((instance) => cutInstance(instance, asOf)),
    changes: kept(contribution.changes, keepChange, tally).map((change) => cutChange(change, asOf)),
    tags: contribution.tags.filter(({ at, repo }) => at === null || at <= asOf || epochs.has(repo)),
  };
  return { contribution: next, dropped: tally.dropped };
}

/**
 * Repositories whose whole history is later than the cut: their dates are of another epoch (a fresh clone of copied files,
 * a rewritten history), and say nothing about what was known then.
 */
function commitEpochs(contribution: Contribution, asOf: EpochMs): ReadonlySet<string> {
  const foreign = contribution.repositories.filter(
    ({ firstCommitAt }) => firstCommitAt !== null && firstCommitAt > asOf,
  );
  return new Set(foreign.map(({ repo }) => repo));
}

interface Tally {
  dropped: number;
}

function kept<T>(items: readonly T[], keep: (item: T) => boolean, tally: Tally): readonly T[] {
  const rest = items.filter(keep);
  tally.dropped += items.length - rest.length;
  return rest;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** `firstSeenAt`: nothing of the first bucket lies before it; the first record itself always stays. */
function cutBuckets(buckets: BucketCounts, asOf: EpochMs, firstSeenAt: EpochMs): BucketCounts {
  const kept = buckets.at.flatMap((at, index) => {
    if (at > asOf) return [];
    const end = epochMs(at + buckets.widthMs);
    const share = elapsedShare(epochMs(Math.max(at, Math.min(firstSeenAt, asOf))), end, asOf);
    const least = firstSeenAt >= at && firstSeenAt < end ? 1 : 0;
    const count = Math.max(least, Math.round((buckets.count[index] ?? 0) * share));
    return count === 0 ? [] : [{ at, count }];
  });
  return { ...buckets, at: kept.map(({ at }) => at), count: kept.map(({ count }) => count) };
}

/** How much of what lies from `start` to before `end` lies at or before `asOf`, 0…1. */
function elapsedShare(start: EpochMs, end: EpochMs, asOf: EpochMs): number {
  return Math.min(1, (asOf - start + 1) / Math.max(1, end - start));
}

function earlier(a: EpochMs, b: EpochMs): EpochMs {
  return epochMs(Math.min(a, b));
}

/** The last record that is known to lie before the cut: a sample, or else the end of the last bucket. */
function lastSeen(pattern: LogPattern, buckets: BucketCounts, asOf: EpochMs): EpochMs {
  const bucket = buckets.at.at(-1);
  const end = bucket === undefined ? pattern.firstSeenAt : epochMs(bucket + buckets.widthMs - 1);
  return earlier(earlier(pattern.lastSeenAt, asOf), epochMs(Math.max(end, pattern.firstSeenAt)));
}

function cutPattern(pattern: LogPattern, asOf: EpochMs, tally: Tally): readonly LogPattern[] {
  if (pattern.lastSeenAt <= asOf) return [pattern];
  if (pattern.firstSeenAt > asOf) {
    tally.dropped += pattern.count;
    return [];
  }
  const buckets = cutBuckets(pattern.buckets, asOf, pattern.firstSeenAt);
  const count = Math.max(1, pattern.count - total(pattern.buckets.count) + total(buckets.count));
  tally.dropped += pattern.count - count;
  const lastSeenAt = lastSeen(pattern, buckets, asOf);
  const splits = pattern.splits
    .filter((split) => split.firstSeenAt <= asOf)
    .map((split) => ({
      ...split,
      count: Math.min(split.count, count),
      lastSeenAt: earlier(split.lastSeenAt, asOf),
    }));
  const samples = pattern.samples.filter(({ at }) => at === null || at <= asOf);
  return [{ ...pattern, buckets, count, lastSeenAt, splits, samples }];
}

function cutStream(stream: LogStream, asOf: EpochMs): readonly LogStream[] {
  if (stream.interval.to <= asOf) return [stream];
  if (stream.interval.from > asOf) return [];
  const buckets = cutBuckets(stream.buckets, asOf, stream.interval.from);
  const records = Math.max(1, stream.records - total(stream.buckets.count) + total(buckets.count));
  return [{ ...stream, buckets, records, interval: { from: stream.interval.from, to: asOf } }];
}

function cutSeries(
  series: MetricSeries,
  asOf: EpochMs,
  collectedTo: EpochMs,
  tally: Tally,
): readonly MetricSeries[] {
  const length = series.at.filter((at) => at <= asOf).length;
  tally.dropped += series.at.length - length;
  if (length === 0) return [];
  const share = collectedTo > asOf ? shareOfLast(series, length - 1, asOf) : 1;
  if (length === series.at.length && share === 1) return [series];
  return [
    {
      ...series,
      at: series.at.slice(0, length),
      values: series.values
        .slice(0, length)
        .map((value, index) => (index === length - 1 ? Math.round(value * share) : value)),
      weights: series.weights === null ? null : series.weights.slice(0, length),
    },
  ];
}

/** Only what was counted from log lines is known to be counted per bucket from its start on; the width is the least distance of two. */
function shareOfLast(series: MetricSeries, index: number, asOf: EpochMs): number {
  const start = series.at[index];
  if (series.source !== 'log-file' || series.unit !== '1/bucket' || start === undefined) return 1;
  const steps = series.at.slice(1).map((at, step) => at - (series.at[step] ?? at));
  return steps.length === 0 ? 1 : elapsedShare(start, epochMs(start + Math.min(...steps)), asOf);
}

function cutTrace(trace: TraceEdgeStats, asOf: EpochMs, tally: Tally): readonly TraceEdgeStats[] {
  if (trace.interval.to <= asOf) return [trace];
  const buckets = trace.buckets.filter(({ at }) => at <= asOf);
  tally.dropped += total(trace.buckets.map(({ calls }) => calls)) - total(buckets.map(({ calls }) => calls));
  if (trace.interval.from > asOf) return [];
  const errorSamples = trace.errorSamples.filter(({ at }) => at <= asOf);
  const failing = trace.failing.map((each) => ({
    ...each,
    hashes: each.hashes.filter((_, index) => (each.at[index] ?? asOf) <= asOf),
    at: each.at.filter((at) => at <= asOf),
  }));
  return [{ ...trace, buckets, errorSamples, failing, interval: { from: trace.interval.from, to: asOf } }];
}

function cutAlert(alert: Alert, asOf: EpochMs): Alert {
  return alert.resolvedAt !== null && alert.resolvedAt > asOf ? { ...alert, resolvedAt: null } : alert;
}

function cutInstance(instance: Instance, asOf: EpochMs): readonly Instance[] {
  if (instance.startedAt !== null && instance.startedAt > asOf) return [];
  return [instance.endedAt !== null && instance.endedAt > asOf ? { ...instance, endedAt: null } : instance];
}

/** A deployment that was under way at the cut had not succeeded yet. */
function cutChange(change: Change, asOf: EpochMs): Change {
  if (!('finishedAt' in change) || change.finishedAt === null || change.finishedAt <= asOf) return change;
  if (change.type === 'deployment') return { ...change, finishedAt: null, status: 'started' };
  return { ...change, finishedAt: null };
}

/** Commits of a stored answer that were made later. A history that lies wholly after the cut is of another epoch and stays. */
export function cutAnswer(answer: ProbeAnswer, asOf: EpochMs): ProbeAnswer {
  switch (answer.kind) {
    case 'key-history':
      return { ...answer, revisions: known(answer.revisions, asOf) };
    case 'line-history':
      return { ...answer, revisions: known(answer.revisions, asOf) };
    case 'imports':
    case 'reached-code':
    case 'find-emitters':
    case 'revision-diff':
    case 'symbol-uses':
    case 'rollback-hazards':
    case 'source-lines':
    case 'unanswered':
      return answer;
  }
}

function known<T extends { readonly at: EpochMs }>(revisions: readonly T[], asOf: EpochMs): readonly T[] {
  const earlierOnes = revisions.filter(({ at }) => at <= asOf);
  return earlierOnes.length === 0 ? revisions : earlierOnes;
}
