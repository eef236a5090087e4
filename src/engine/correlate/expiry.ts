/** Certificates whose end is measured: exporters tell when one ends, or how long it has left. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { MetricSeries } from '../../domain/signal.ts';
import { DAY, type EpochMs, epochMs, HOUR, MINUTE, toIso } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import { type Draft, draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

export interface Ended {
  readonly service: ServiceName | null;
  readonly at: EpochMs;
  readonly detail: string;
  readonly evidence: readonly EvidenceRef[];
}

const OF_CERTIFICATE = /cert|ssl|tls|x509/i;
const TELLS_END = /expir|not.?after|valid.?(until|to)|end.?date|days.?(left|remaining)/i;
/** Failures follow an end within minutes: clients look at each new connection, and keep those they have for a while. */
const BEFORE_MS = 10 * MINUTE;
const AFTER_MS = 2 * MINUTE;
/** Seconds since 1970 of the year 2001: no time that is left is that long. */
const LEAST_INSTANT = 1e9;

/** Certificates that ended as the failure began, in the order of the series. */
export function endedCertificates(facts: Facts): readonly Ended[] {
  const onset = facts.detection.onsetAt;
  if (onset === null) return [];
  return facts.situation.series.flatMap((series): Ended[] => {
    if (!OF_CERTIFICATE.test(series.name) || !TELLS_END.test(series.name)) return [];
    const end = endOf(series, onset);
    if (end === null || onset - end > BEFORE_MS || end - onset > AFTER_MS) return [];
    const whose = series.service ?? series.attributes['instance'] ?? series.name;
    return [
      {
        service: series.service,
        at: end,
        detail: `the certificate of ${whose} ended at ${toIso(end)} by its own measure (${series.name}), when the failure began`,
        evidence: series.evidence.slice(0, 1),
      },
    ];
  });
}

/** By the last sample before the onset; one that was renewed then tells another end. */
function endOf(series: MetricSeries, onset: EpochMs): EpochMs | null {
  const index = series.at.findLastIndex((at) => at <= onset);
  const [at, value] = [series.at[index], series.values[index]];
  if (at === undefined || value === undefined) return null;
  if (value > LEAST_INSTANT * 1000) return epochMs(value);
  if (value > LEAST_INSTANT) return epochMs(value * 1000);
  return epochMs(Math.round(at + value * unitOf(series)));
}

function unitOf({ name, unit }: MetricSeries): number {
  if (/day/i.test(name)) return DAY;
  if (/hour/i.test(name)) return HOUR;
  return unit === 'ms' ? 1 : 1000;
}

/** Where no message tells of a certificate: those who are turned away are not heard, since it is they who turn away. */
export function expiryHypotheses(facts: Facts): readonly Draft[] {
  const { primary, symptoms } = facts.detection;
  const [ended] = endedCertificates(facts);
  if (primary === null || ended === undefined || symptoms.some((item) => item.class === 'certificate'))
    return [];
  const factors = [factor('expired-then', WEIGHT.certificateEnded, ended.detail, ended.evidence)];
  const id = `credential:ended:${ended.service ?? ''}`;
  return [draft('credential', id, ended.service, `a certificate ended: ${ended.detail}`, factors)];
}
