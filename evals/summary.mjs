/** Sums scores up: per family, over all, calibration and cost. Pure; printing is elsewhere. */

/**
 * @typedef {import('./score.mjs').Score} Score
 * @typedef {{ cpuMs: number, rssBytes: number } | null} Cost null: not measured
 * @typedef {{ [figure: string]: number | null }} Figures
 */

/** Figures that are averaged over the cases that have one. */
export const FIGURES = /** @type {const} */ ([
  'cause1',
  'cause3',
  'kind',
  'service',
  'falseBlame',
  'decision',
  'unsafeRollback',
  'status',
  'onset',
  'severity',
  'blastF1',
  'command',
  'missing',
]);
const BINS = 10;

/** @param {readonly (number | boolean | null)[]} values @returns {number | null} null of nothing */
export function mean(values) {
  const known = values.filter((value) => value !== null).map(Number);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0) / known.length;
}

/** @param {readonly Score[]} scores @returns {Figures} */
export function averages(scores) {
  return Object.fromEntries(FIGURES.map((figure) => [figure, mean(scores.map((score) => score[figure]))]));
}

/** @param {readonly Score[]} scores @returns {readonly { family: string, scores: readonly Score[] }[]} sorted by name */
export function families(scores) {
  const names = [...new Set(scores.map(({ family }) => family))].sort();
  return names.map((family) => ({ family, scores: scores.filter((score) => score.family === family) }));
}

/**
 * How far probabilities can be believed. `brier` is the mean squared distance of the top probability from being right (0) or wrong (1);
 * cases that name no cause have none. A bin holds probabilities from `from` up to, but not including, `from` + 0.1; the last one 1 too.
 * @param {readonly Score[]} scores
 */
export function calibration(scores) {
  const stated = scores.flatMap(({ probability, cause1 }) =>
    probability === null ? [] : [{ probability, right: Number(cause1) }],
  );
  const bins = Array.from({ length: BINS }, (_, index) => {
    const inside = stated.filter(
      ({ probability }) => Math.min(BINS - 1, Math.max(0, Math.floor(probability * BINS))) === index,
    );
    return {
      from: index / BINS,
      cases: inside.length,
      meanProbability: mean(inside.map(({ probability }) => probability)),
      accuracy: mean(inside.map(({ right }) => right)),
    };
  });
  const levels = ['HIGH', 'MEDIUM', 'LOW', ''].map((confidence) => {
    const inside = scores.filter((score) => score.confidence === confidence);
    return { confidence, cases: inside.length, accuracy: mean(inside.map(({ cause1 }) => cause1)) };
  });
  const brier = mean(stated.map(({ probability, right }) => (probability - right) ** 2));
  return { brier, bins: bins.filter(({ cases }) => cases > 0), levels };
}

/** @param {readonly number[]} values @returns {number | null} the upper one of two in the middle */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}

/** @param {readonly number[]} values */
function greatest(values) {
  return values.length === 0 ? null : Math.max(...values);
}

/** @param {readonly Cost[]} costs */
export function costs(costs) {
  const known = costs.filter((cost) => cost !== null);
  const cpu = known.map(({ cpuMs }) => cpuMs);
  return {
    measured: known.length,
    cpuMsMedian: median(cpu),
    cpuMsMax: greatest(cpu),
    rssBytesMax: greatest(known.map(({ rssBytes }) => rssBytes)),
  };
}

/**
 * All in one: the averages over all cases, and what only has a meaning over all of them.
 * @param {readonly Score[]} scores
 * @returns {Figures}
 */
export function summarise(scores) {
  const { brier, levels } = calibration(scores);
  const high = levels.find(({ confidence }) => confidence === 'HIGH');
  const durations = scores.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
  return {
    cases: scores.length,
    ...averages(scores),
    macroCause1: mean(families(scores).map((family) => mean(family.scores.map(({ cause1 }) => cause1)))) ?? 0,
    brier,
    highShare: mean(scores.map(({ confidence }) => confidence === 'HIGH')),
    accuracyAtHigh: high?.accuracy ?? null,
    durationMsP50: median(durations),
    durationMsMax: greatest(durations),
  };
}
