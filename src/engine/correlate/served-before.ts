/** The same demand was there before and was served: then demand alone is no reason to fail, and what was changed since meets it for the first time. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { Factor } from '../../domain/hypothesis.ts';
import type { MetricSeries } from '../../domain/signal.ts';
import type { Release } from '../../domain/situation.ts';
import { median } from '../../domain/statistics.ts';
import { type EpochMs, HOUR, MINUTE, toIso } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** Nearer to the failure it is the same rise. */
const APART_MS = 3 * HOUR;
/** As much: the demand of the same hour of two days differs by about a tenth. */
const AS_MUCH = 0.9;
/** Values that must reach it, so that it is a level and no spike. */
const LEAST = 5;
/** The level in which it fails is taken over this long from the onset on. */
const LEVEL_MS = 10 * MINUTE;

export interface Served {
  readonly at: EpochMs;
  readonly detail: string;
  readonly evidence: readonly EvidenceRef[];
}

/** When as much as at the onset was last asked of a service and nothing failed; null where it never was, or no rise was measured. */
export function servedBefore(service: string | null, facts: Facts): Served | null {
  const onset = facts.detection.onsetAt;
  if (onset === null || service === null) return null;
  const risen = new Set(
    facts.detection.symptoms
      .filter((symptom) => symptom.class === 'traffic-surge' && symptom.service === service)
      .flatMap(({ signalIds }) => signalIds),
  );
  const found = facts.situation.series
    .filter(({ id, meaning }) => meaning === 'requests' && risen.has(id))
    .map((series) => ({ series, level: lastAsMuch(series, onset) }));
  // Each of the series that rose must have been as high before.
  const [first] = found;
  if (first === undefined || found.some(({ level }) => level === null) || first.level === null) return null;
  const { series, level } = first;
  return {
    at: level.at,
    detail: `at ${toIso(level.at).slice(0, 16)}Z ${service} was asked as much (up to ${level.most}, and ${level.now} as it fails) and served it`,
    evidence: series.evidence.slice(0, 1),
  };
}

function lastAsMuch(series: MetricSeries, onset: EpochMs) {
  const pairs = series.at.map((at, index) => [at, series.values[index] ?? 0] as const);
  const failing = pairs.filter(([at]) => at >= onset && at <= onset + LEVEL_MS).map(([, value]) => value);
  if (failing.length < 2) return null;
  const level = median(failing);
  const reached = pairs.filter(([at, value]) => at <= onset - APART_MS && value >= AS_MUCH * level);
  const last = reached.at(-1);
  if (last === undefined || reached.length < LEAST || level <= 0) return null;
  const round = (value: number) => Number(value.toPrecision(3));
  return { at: last[0], most: round(Math.max(...reached.map(([, value]) => value))), now: round(level) };
}

/** Instead of the lead: so much was asked for the first time since it was released, and was served before. */
export function firstSuchDemand(release: Release, facts: Facts): Factor | null {
  const served = servedBefore(release.service, facts);
  const onset = facts.detection.onsetAt;
  if (served === null || onset === null || release.startedAt <= served.at || release.startedAt > onset)
    return null;
  return factor(
    'lead',
    WEIGHT.firstRun,
    `so much is asked for the first time since it was released; ${served.detail}`,
    [...served.evidence, ...release.evidence],
  );
}
