/** Onsets on labelled series, asked as an incident tool is asked: at the end of each labelled anomaly, with what had been seen until then. Pure. */
import { rounded } from './table.mjs';

/**
 * `anomalies` are inclusive index ranges.
 * @typedef {{ name: string, step: number, timestamps: readonly number[], values: readonly number[], anomalies: readonly (readonly [number, number])[] }} Labelled
 * @typedef {{ onsetAt: number, ongoing: boolean, class: string }} Found
 */

/** What a series of that name measures. The first that fits. @type {readonly { when: RegExp, meaning: string, unit: string, quantile: number | null }[]} */
const MEANINGS = [
  { when: /latency/, meaning: 'latency', unit: 'ms', quantile: 0.5 },
  { when: /crash-rate-2/, meaning: 'error-ratio', unit: 'ratio', quantile: null },
  { when: /crash|unavailable/, meaning: 'errors', unit: '1/bucket', quantile: null },
  { when: /./, meaning: 'requests', unit: '1/bucket', quantile: null },
];
/** What is kept of a metric for a triage: two weeks of hours, six hours of minutes. */
const HISTORY = 360;
/** Less than this before an anomaly is no past to compare with. */
const LEAST_PAST = 12;
/** An onset is right within this many samples. */
const NEAR = 3;
/** Quiet instants are every so many samples, and this far from any anomaly. */
const QUIET_STRIDE = 97;
const QUIET_MARGIN = 24;

/** @param {Labelled} labelled @param {number} from @param {number} to exclusive */
function windowOf({ name, timestamps, values }, from, to) {
  const { meaning, unit, quantile } = MEANINGS.find(({ when }) => when.test(name)) ?? MEANINGS[3] ?? {};
  // Repeated stamps (clocks put back) would make two values of one instant.
  const kept = values
    .map((value, index) => ({ at: (timestamps[index] ?? 0) * 1000, value }))
    .slice(from, to)
    .filter(({ at }, index, all) => index === 0 || at > (all[index - 1]?.at ?? 0));
  return {
    id: name,
    name,
    meaning,
    unit,
    quantile,
    service: 'service',
    attributes: {},
    at: kept.map(({ at }) => at),
    values: kept.map(({ value }) => value),
    weights: null,
    reachMs: 0,
    source: 'production',
    evidence: [],
  };
}

/** @param {number | null} value */
const figure = (value) => (value === null || Number.isNaN(value) ? '-' : rounded(value, 2).toFixed(2));

/** @param {{ right: number, wrong: number, missed: number }} counts */
function precisionRecall({ right, wrong, missed }) {
  const precision = right + wrong === 0 ? null : right / (right + wrong);
  const recall = right + wrong + missed === 0 ? null : right / (right + wrong + missed);
  const f =
    precision === null || recall === null || right === 0
      ? null
      : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f };
}

/**
 * @param {Labelled} labelled
 * @param {(from: number, to: number) => readonly Found[]} ask the current symptoms as of a sample
 */
function scoreSeries(labelled, ask) {
  const counts = { right: 0, wrong: 0, missed: 0, quiet: 0, alarms: 0 };
  const { anomalies, timestamps, values } = labelled;
  for (const [start, end] of anomalies) {
    if (start < LEAST_PAST) continue;
    const [found] = ask(Math.max(0, end + 1 - HISTORY), end + 1);
    const at = timestamps.findIndex((time) => time * 1000 >= (found?.onsetAt ?? Number.POSITIVE_INFINITY));
    if (found === undefined) counts.missed += 1;
    else if (Math.abs(at - start) <= NEAR) counts.right += 1;
    else counts.wrong += 1;
  }
  for (let end = HISTORY; end < values.length; end += QUIET_STRIDE) {
    if (anomalies.some(([from, to]) => from <= end + QUIET_MARGIN && to >= end - QUIET_MARGIN)) continue;
    counts.quiet += 1;
    if (ask(end - HISTORY, end).length > 0) counts.alarms += 1;
  }
  return counts;
}

/**
 * @param {readonly Labelled[]} all
 * @param {(situation: any) => readonly Found[]} seriesSymptoms the product's own
 */
export function scoreOnsets(all, seriesSymptoms) {
  const scored = all.map((labelled) => {
    const ask = (/** @type {number} */ from, /** @type {number} */ to) =>
      seriesSymptoms({ series: [windowOf(labelled, from, to)] }).filter(({ ongoing }) => ongoing);
    return { family: labelled.name.split('/')[0] ?? '', ...scoreSeries(labelled, ask) };
  });
  const families = [...new Set(scored.map(({ family }) => family)), 'ALL'];
  const sums = families.map((family) => {
    const mine = scored.filter((one) => family === 'ALL' || one.family === family);
    const sum = (/** @type {'right' | 'wrong' | 'missed' | 'quiet' | 'alarms'} */ key) =>
      mine.reduce((total, one) => total + one[key], 0);
    const counts = { right: sum('right'), wrong: sum('wrong'), missed: sum('missed') };
    return {
      family,
      series: mine.length,
      ...counts,
      quiet: sum('quiet'),
      alarms: sum('alarms'),
      ...precisionRecall(counts),
    };
  });
  const header = [
    'series',
    'n',
    'onset right',
    'elsewhere',
    'missed',
    'precision',
    'recall',
    'F',
    'quiet',
    'false alarms',
  ];
  const rows = sums.map((one) => [
    one.family,
    String(one.series),
    String(one.right),
    String(one.wrong),
    String(one.missed),
    figure(one.precision),
    figure(one.recall),
    figure(one.f),
    String(one.quiet),
    String(one.alarms),
  ]);
  const total = sums.at(-1);
  const summary = `onset F ${figure(total?.f ?? null)} (within ${NEAR} samples); false alarms at ${total?.alarms} of ${total?.quiet} quiet instants`;
  return { rows: [header, ...rows], summary, families: sums };
}
