/** A configured value held against what was measured: a time limit against the latency that it has to cover. Says which percentile it would take. */
import type { ConfigValue } from '../../domain/code.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { Prediction } from '../../domain/hypothesis.ts';
import type { ServiceName } from '../../domain/service.ts';
import { median } from '../../domain/statistics.ts';
import type { Facts } from './facts.ts';

export interface TelemetryCheck {
  readonly statement: string;
  readonly result: Prediction['result'];
  readonly detail: string;
  readonly contradicts: boolean;
  readonly evidence: readonly EvidenceRef[];
}

const TO_MS: Partial<Record<ConfigValue['unit'], number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  none: 1,
  count: 1,
};

/** Null when the value is no time limit or nobody is called. */
export function telemetryCheck(
  value: ConfigValue | null,
  key: string,
  peer: ServiceName | null,
  facts: Facts,
): TelemetryCheck | null {
  if (value?.number === null || value === null || !/time.?out|deadline|max.?wait/i.test(key) || peer === null)
    return null;
  const limitMs = value.number * (TO_MS[value.unit] ?? 1);
  const statement = `calls to ${peer} take longer than the limit of ${limitMs} ms`;
  const quantiles = latencyQuantiles(peer, facts);
  const last = quantiles.at(-1);
  if (last === undefined)
    return {
      statement,
      result: 'NO-DATA',
      detail: `no latency of ${peer} was measured`,
      contradicts: false,
      evidence: [],
    };
  const crossing = quantiles.find((item) => item.valueMs >= limitMs);
  const evidence = [...new Set(quantiles.flatMap((item) => item.evidence))];
  const shown = quantiles
    .map((item) => `p${Number((item.quantile * 100).toFixed(1))} ${Math.round(item.valueMs)} ms`)
    .join(', ');
  if (crossing === undefined)
    return {
      statement,
      result: 'FAIL',
      detail: `${peer} answered within the limit of ${limitMs} ms (${shown})`,
      contradicts: false,
      evidence,
    };
  const below = quantiles.filter((item) => item.valueMs < limitMs).at(-1);
  const share =
    below === undefined
      ? `at least ${percent(1 - crossing.quantile)} of calls (p${crossing.quantile * 100} is already there)`
      : `between ${percent(1 - crossing.quantile)} and ${percent(1 - below.quantile)} of calls`;
  return {
    statement,
    result: 'PASS',
    detail: `the limit of ${limitMs} ms cuts off ${share}: ${peer} ${shown}${mostText(quantiles, limitMs)}`,
    contradicts: true,
    evidence,
  };
}

/** More than half fail only if the median itself lies above the limit; without a median nothing is said about it. */
function mostText(
  quantiles: readonly { readonly quantile: number; readonly valueMs: number }[],
  limitMs: number,
): string {
  const half = quantiles.find((item) => item.quantile === 0.5);
  if (half === undefined) return '; whether more than half fail would take the median, which is not known';
  return half.valueMs >= limitMs
    ? '; the median lies above the limit, so more than half fail'
    : '; the median lies below the limit, so fewer than half fail';
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(1))} %`;
}

/** Measured quantiles of a service over the evidence, then the one that a person supplied; ascending by quantile. */
export function latencyQuantiles(
  service: ServiceName,
  facts: Facts,
): readonly {
  readonly quantile: number;
  readonly valueMs: number;
  readonly evidence: readonly EvidenceRef[];
}[] {
  const measured = facts.situation.series
    .filter(
      (series) =>
        series.service === service &&
        series.meaning === 'latency' &&
        series.quantile !== null &&
        series.values.length > 0,
    )
    .map((series) => ({
      quantile: series.quantile ?? 0,
      valueMs: median(series.values),
      evidence: series.evidence.slice(0, 1),
      measured: series.source !== 'log-file',
    }));
  const preferred = measured.some((item) => item.measured)
    ? measured.filter((item) => item.measured)
    : measured;
  const supplied = facts.situation.snapshot.request.answers.flatMap((answer) => {
    const match = /^(.+)\.latencyP(\d+)Ms$/.exec(answer.key);
    const value = Number(answer.value);
    return match?.[1] !== undefined && facts.situation.resolve(match[1]) === service && Number.isFinite(value)
      ? [{ quantile: Number(match[2]) / 100, valueMs: value, evidence: [answer.evidence] }]
      : [];
  });
  // A limit has to cover the slowest of a service's routes; the last of one quantile stays.
  const slowestLast = [...preferred].sort((a, b) => a.valueMs - b.valueMs);
  const byQuantile = new Map([...supplied, ...slowestLast].map((item) => [item.quantile, item]));
  return [...byQuantile.values()].sort((a, b) => a.quantile - b.quantile);
}
