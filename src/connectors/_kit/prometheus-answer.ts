/** From answers of the Prometheus HTTP API to raw series and alerts. Pure. */
import type { Alert } from '../../domain/signal.ts';
import type { EpochMs } from '../../domain/time.ts';
import { instantOfNumber } from './instants.ts';
import { type RawSeries, type Samples, serviceOfLabels } from './metric-series.ts';
import { isObject, type JsonObject } from './records.ts';

export interface PrometheusResult {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: Samples;
  /** JSON pointer within the file. */
  readonly pointer: string;
}

export interface PrometheusAnswer {
  readonly results: readonly PrometheusResult[];
  /** Series and samples that could not be read; `NaN` does not count. */
  readonly rejected: number;
}

type Body = { readonly list: readonly unknown[]; readonly pointer: string };

/** The result list of an answer, with or without envelope; several answers in an array are one. Null where it is none. */
function bodiesOf(document: unknown): readonly Body[] | null {
  if (Array.isArray(document)) {
    const bodies = document.map((item, index) =>
      bodiesOf(item)?.map(({ list, pointer }) => ({ list, pointer: `/${index}${pointer}` })),
    );
    return bodies.length > 0 && bodies.every((body) => body !== undefined) ? bodies.flat() : null;
  }
  if (!isObject(document)) return null;
  const data = isObject(document['data']) ? document['data'] : document;
  const prefix = data === document ? '' : '/data';
  const { resultType, result } = data;
  if (!Array.isArray(result) || (resultType !== 'matrix' && resultType !== 'vector')) return null;
  return [{ list: result, pointer: `${prefix}/result` }];
}

function labelsOf(metric: unknown): Readonly<Record<string, string>> {
  if (!isObject(metric)) return {};
  return Object.fromEntries(
    Object.entries(metric).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** `[time, "value"]`; null for anything else, undefined for a value that is not a number (NaN, infinite). */
function sampleOf(pair: unknown): readonly [EpochMs, number] | null | undefined {
  if (!Array.isArray(pair) || typeof pair[0] !== 'number') return null;
  const at = instantOfNumber(pair[0]);
  const text: unknown = pair[1];
  if (at === null || (typeof text !== 'string' && typeof text !== 'number')) return null;
  const value = typeof text === 'string' && text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return [at, value];
  return /^[+-]?(nan|inf(inity)?)$/i.test(String(text)) ? undefined : null;
}

function resultOf(item: JsonObject, pointer: string): { result: PrometheusResult; rejected: number } {
  const values: unknown = item['values'] ?? (item['value'] === undefined ? [] : [item['value']]);
  const samples: (readonly [EpochMs, number])[] = [];
  let rejected = Array.isArray(values) ? 0 : 1;
  for (const pair of Array.isArray(values) ? values : []) {
    const sample = sampleOf(pair);
    if (sample === null) rejected += 1;
    else if (sample !== undefined) samples.push(sample);
  }
  return { result: { labels: labelsOf(item['metric']), samples, pointer }, rejected };
}

/** Null where the document is no answer of the API. */
export function readAnswer(document: unknown): PrometheusAnswer | null {
  const bodies = bodiesOf(document);
  if (bodies === null) return null;
  const results: PrometheusResult[] = [];
  let rejected = 0;
  for (const { list, pointer } of bodies) {
    for (const [index, item] of list.entries()) {
      if (!isObject(item)) {
        rejected += 1;
        continue;
      }
      const read = resultOf(item, `${pointer}/${index}`);
      results.push(read.result);
      rejected += read.rejected;
    }
  }
  return { results, rejected };
}

const ALERT_NAMES = /^ALERTS(_FOR_STATE)?$/;

export function isAlert({ labels }: PrometheusResult): boolean {
  return ALERT_NAMES.test(labels['__name__'] ?? '');
}

/** The metric's own name, else `fallback`: an expression has none, so the file's name stands for it. */
export function toRawSeries(result: PrometheusResult, fallback: string): RawSeries {
  const { __name__: name, ...labels } = result.labels;
  return {
    name: name ?? fallback,
    labels,
    samples: result.samples,
    type: 'unknown',
    unit: null,
    service: null,
  };
}

export type DecodedAlert = Omit<Alert, 'evidence'>;

/** Distance from which a silence between two samples is a resolution: Prometheus repeats a firing alert at every step. */
const SILENT_STEPS = 2.5;

/**
 * One alert per stretch of `ALERTS{alertstate="firing"}`. A stretch that reaches `end` (the latest sample of the answer) is
 * still firing as far as the answer tells.
 */
export function alertsOf(result: PrometheusResult, end: EpochMs, id: string): readonly DecodedAlert[] {
  const { labels } = result;
  if (labels['__name__'] !== 'ALERTS' || labels['alertstate'] !== 'firing') return [];
  const times = result.samples.map(([at]) => at).sort((a, b) => a - b);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const step = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 60_000;
  const stretches: { from: EpochMs; to: EpochMs }[] = [];
  for (const at of times) {
    const last = stretches.at(-1);
    if (last !== undefined && at - last.to <= step * SILENT_STEPS) last.to = at;
    else stretches.push({ from: at, to: at });
  }
  const { __name__: _, alertname = 'alert', alertstate: __, ...others } = labels;
  return stretches.map(({ from, to }, index) => ({
    id: `${id}:${index}`,
    name: alertname,
    service: serviceOfLabels(others),
    severity: labels['severity'] ?? null,
    summary: `${alertname} fired`,
    firedAt: from,
    resolvedAt: to + step * SILENT_STEPS < end ? to : null,
    labels: others,
  }));
}
