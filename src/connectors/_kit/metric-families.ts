/** Series that belong together: histogram buckets become quantiles, request counters by status become requests, errors and their ratio. It reads no file format. */
import { type EpochMs, epochMs } from '../../domain/time.ts';
import { readMetricName } from './metric-meaning.ts';
import { looksLikeCounter, type RawSeries, rateOf, type Samples } from './metric-series.ts';

/** Labels that split one stream of requests without saying whose it is; summed over in families. */
const SUMMED = /^(le|method|http_method|instance|pod|host|quantile|__name__)$/;
const STATUS =
  /^(code|status|status_code|http_status|http_status_code|http_response_status_code|grpc_code|status_class|outcome|result|success)$/;
/** Values of such a label: HTTP statuses and their classes, gRPC's codes, and the words of those who count by outcome. */
const FAILED =
  /^(5\d\d|5xx|(server|internal)?[ _-]?error(s|ed)?|fail(ed|ure|ures)?|time(d[ _-]?)?out|exception|unsuccessful|n?ko|false|unknown|internal|unavailable|unimplemented|dead_?line_?exceeded|resource_?exhausted|data_?loss)$/i;
const WENT_WELL = /^([123]\d\d|[123]xx|ok|success(ful|es)?|succeeded|completed|passed|true)$/i;
const QUANTILES = [0.5, 0.9, 0.99] as const;

interface Family {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly unit: string | null;
  readonly service: string | null;
  readonly members: RawSeries[];
}

function without(
  labels: Readonly<Record<string, string>>,
  drop: readonly RegExp[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(labels).filter(([key]) => !drop.some((pattern) => pattern.test(key))),
  );
}

function familyKey(name: string, labels: Readonly<Record<string, string>>, service: string | null): string {
  const parts = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key] ?? ''}`);
  return [name, service ?? '', ...parts].join('\0');
}

function byFamily(members: readonly RawSeries[], nameOf: (series: RawSeries) => string): readonly Family[] {
  const families = new Map<string, Family>();
  for (const series of members) {
    const labels = without(series.labels, [SUMMED, STATUS]);
    const name = nameOf(series);
    const key = familyKey(name, labels, series.service);
    const family = families.get(key) ?? {
      name,
      labels,
      unit: series.unit,
      service: series.service,
      members: [],
    };
    family.members.push(series);
    families.set(key, family);
  }
  return [...families.values()];
}

function ascending(samples: Samples): Samples {
  const finite = samples.filter(([, value]) => Number.isFinite(value));
  return [...finite].sort((a, b) => a[0] - b[0]);
}

/** Per second: a counter's rate, or the values as they are where the query computed it already. */
function perSecond(series: RawSeries): Samples {
  const samples = ascending(series.samples);
  const counter =
    series.type === 'counter' || (series.type === 'unknown' && looksLikeCounter(series.name, samples));
  return counter ? rateOf(samples) : samples;
}

/** Of the family's rates: as the query has it, else the step of the counters. */
function reachOf(members: readonly RawSeries[], stepMs: number): number {
  const given = members.flatMap(({ reachMs }) => (reachMs === undefined ? [] : [reachMs]));
  if (given.length > 0) return Math.max(...given);
  return members.some(({ type }) => type !== 'gauge') ? stepMs : 0;
}

/** Median distance of neighbours, at least a second. */
function stepOf(lists: readonly Samples[]): number {
  const distances: number[] = [];
  for (const samples of lists) {
    for (const [index, [at]] of samples.entries()) {
      const before = samples[index - 1];
      if (before !== undefined && at > before[0]) distances.push(at - before[0]);
    }
  }
  distances.sort((a, b) => a - b);
  return Math.max(1000, distances[Math.floor(distances.length / 2)] ?? 1000);
}

/** Sum over lists on a common grid; several samples of one list in a cell are averaged. The cell's time is its start. */
function sumOnGrid(lists: readonly Samples[], step: number): Map<EpochMs, number> {
  const total = new Map<EpochMs, number>();
  for (const samples of lists) {
    const cells = new Map<EpochMs, { sum: number; count: number }>();
    for (const [at, value] of samples) {
      const cell = epochMs(Math.floor(at / step) * step);
      const known = cells.get(cell) ?? { sum: 0, count: 0 };
      cells.set(cell, { sum: known.sum + value, count: known.count + 1 });
    }
    for (const [cell, { sum, count }] of cells) total.set(cell, (total.get(cell) ?? 0) + sum / count);
  }
  return total;
}

function sortedCells(cells: ReadonlyMap<EpochMs, number>): Samples {
  return [...cells.entries()].sort((a, b) => a[0] - b[0]);
}

/**
 * Quantile by linear interpolation inside the bucket, as PromQL's histogram_quantile does: the first bucket begins at 0, a
 * rank in the last, unbounded bucket gives the largest finite bound. `buckets`: [upper bound, cumulative count], ascending.
 * Null for an empty histogram.
 */
export function quantileOfBuckets(
  buckets: readonly (readonly [number, number])[],
  quantile: number,
): number | null {
  const total = buckets.at(-1)?.[1] ?? 0;
  if (!(total > 0)) return null;
  const rank = quantile * total;
  let [lower, below] = [0, 0];
  for (const [bound, cumulative] of buckets) {
    const count = Math.max(cumulative, below);
    if (count >= rank && count > below) {
      if (!Number.isFinite(bound)) return lower;
      return lower + (bound - lower) * ((rank - below) / (count - below));
    }
    if (Number.isFinite(bound)) lower = bound;
    below = count;
  }
  return lower;
}

function boundOf(series: RawSeries): number | null {
  const le = series.labels['le'];
  if (le === undefined) return null;
  if (/^\+?inf$/i.test(le)) return Number.POSITIVE_INFINITY;
  const bound = Number(le);
  return Number.isFinite(bound) ? bound : null;
}

function quantiles(family: Family): readonly RawSeries[] {
  const rates = family.members.map((series) => ({ bound: boundOf(series) ?? 0, samples: perSecond(series) }));
  const step = stepOf(rates.map(({ samples }) => samples));
  const bounds = [...new Set(rates.map(({ bound }) => bound))].sort((a, b) => a - b);
  const cells = bounds.map((bound) => {
    const lists = rates.filter((rate) => rate.bound === bound).map(({ samples }) => samples);
    return [bound, sumOnGrid(lists, step)] as const;
  });
  const times = sortedCells(cells.at(-1)?.[1] ?? new Map()).map(([at]) => at);
  const weightAt = new Map<EpochMs, number>();
  for (const at of times) weightAt.set(at, (cells.at(-1)?.[1].get(at) ?? 0) * (step / 1000));
  return QUANTILES.map((quantile) => {
    const samples = times.flatMap((at): [EpochMs, number][] => {
      const buckets = cells.map(([bound, counts]) => [bound, counts.get(at) ?? 0] as const);
      const value = quantileOfBuckets(buckets, quantile);
      return value === null ? [] : [[at, value]];
    });
    const { name, unit, service } = family;
    const labels = { ...family.labels, quantile: String(quantile) };
    const reachMs = reachOf(family.members, step);
    return { name, labels, samples, type: 'gauge', unit, service, weightAt, reachMs };
  });
}

function statusesOf({ labels }: RawSeries): readonly string[] {
  return Object.entries(labels).flatMap(([key, value]) => (STATUS.test(key) ? [value] : []));
}

function isError(series: RawSeries): boolean {
  return statusesOf(series).some((value) => FAILED.test(value));
}

/** Refused as the client's own fault, but for too many requests and a client that went away. */
function isRefused(series: RawSeries): boolean {
  return statusesOf(series).some(
    (value) => /^(4\d\d|4xx|client_error)$/i.test(value) && !/^(429|499)$/.test(value),
  );
}

/** A label such as `result` may as well say hit or miss. */
function tellsOutcome(series: RawSeries): boolean {
  return statusesOf(series).some(
    (value) => FAILED.test(value) || WENT_WELL.test(value) || /^(4\d\d|4xx|client_error)$/i.test(value),
  );
}

function requestShares(family: Family): readonly RawSeries[] {
  const lists = family.members.map((series) => ({
    error: isError(series),
    refused: isRefused(series),
    samples: perSecond(series),
  }));
  const step = stepOf(lists.map(({ samples }) => samples));
  const all = sumOnGrid(
    lists.map(({ samples }) => samples),
    step,
  );
  const failed = sumOnGrid(
    lists.filter(({ error }) => error).map(({ samples }) => samples),
    step,
  );
  const refused = sumOnGrid(
    lists.filter((list) => list.refused).map(({ samples }) => samples),
    step,
  );
  const cells = sortedCells(all);
  const { name, labels, service } = family;
  const reachMs = reachOf(family.members, step);
  const shared = { labels, type: 'gauge', service, reachMs } as const;
  const weightAt = new Map(cells.map(([at, rate]) => [at, rate * (step / 1000)] as const));
  const ratios = cells.filter(([, rate]) => rate > 0);
  const errors = {
    ...shared,
    name: `${name} errors`,
    samples: cells.map(([at]) => [at, failed.get(at) ?? 0] as const),
    unit: '1/s',
    meaning: 'errors',
  } as const;
  // Only failures were saved: how many requests they are of is not known.
  if (lists.every(({ error }) => error)) return [errors];
  return [
    { ...shared, name, samples: cells, unit: '1/s', meaning: 'requests' },
    errors,
    {
      ...shared,
      name: `${name} error ratio`,
      samples: ratios.map(([at, rate]) => [at, (failed.get(at) ?? 0) / rate] as const),
      unit: 'ratio',
      meaning: 'error-ratio',
      weightAt,
    },
    ...(refused.size === 0
      ? []
      : [
          {
            ...shared,
            name: `${name} refused ratio`,
            samples: ratios.map(([at, rate]) => [at, (refused.get(at) ?? 0) / rate] as const),
            unit: 'ratio',
            meaning: 'refused-ratio',
            weightAt,
          } as const,
        ]),
  ];
}

/** Request counters of which some series says whether its requests failed. */
function requestsByStatus(series: readonly RawSeries[]): ReadonlySet<RawSeries> {
  const requests = series.filter(
    (one) => readMetricName(one.name).meaning === 'requests' && statusesOf(one).length > 0,
  );
  const telling = new Set(requests.filter(tellsOutcome).map(({ name }) => name));
  return new Set(requests.filter(({ name }) => telling.has(name)));
}

function firstWord(name: string): string {
  return name.split('_')[0] ?? name;
}

/** The `_count` series of histograms whose requests no other counter of the same first word (`http_…`) counts. */
function countsOfHistograms(
  series: readonly RawSeries[],
  histograms: ReadonlySet<string>,
  counted: readonly RawSeries[],
): readonly RawSeries[] {
  const covered = new Set(counted.map(({ name }) => firstWord(name)));
  return series.filter(({ name }) => {
    const base = name.replace(/_count$/, '');
    return base !== name && histograms.has(base) && !covered.has(firstWord(name));
  });
}

/**
 * Replaces the members of families by what they say together; other series come back as they are, in their order.
 * Histogram buckets (`le`) → quantiles 0.5, 0.9 and 0.99; their `_count` → requests, unless a counter of the same first word counts them.
 */
export function combineFamilies(series: readonly RawSeries[]): readonly RawSeries[] {
  const buckets = series.filter((one) => boundOf(one) !== null);
  const baseOf = (one: RawSeries) => one.name.replace(/_bucket$/, '');
  const histograms = new Set(buckets.map(baseOf));
  const partOf = (one: RawSeries) => histograms.has(one.name.replace(/_(sum|count|created|min|max)$/, ''));
  const plain = series.filter((one) => boundOf(one) === null);
  const counted = requestsByStatus(plain.filter((one) => !partOf(one)));
  const counts = countsOfHistograms(plain, histograms, [...counted]);
  const hasStatus = (family: Family) => family.members.some(tellsOutcome);
  return [
    ...plain.filter((one) => !counted.has(one) && !partOf(one)),
    ...byFamily([...counted], (one) => one.name).flatMap(requestShares),
    ...byFamily(counts, (one) => one.name).flatMap((family) =>
      requestShares(family).slice(0, hasStatus(family) ? 3 : 1),
    ),
    ...byFamily(buckets, baseOf).flatMap(quantiles),
  ].filter(({ samples }) => samples.length > 0);
}
