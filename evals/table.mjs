/** Prints scores: tables of text with aligned columns, and a line for each wrong case. It computes nothing but differences between want and got. */
import { decisionOf } from './score.mjs';
import { averages, calibration, costs, FIGURES, families } from './summary.mjs';

/**
 * @typedef {import('./score.mjs').Score} Score
 * @typedef {import('./score.mjs').Truth} Truth
 * @typedef {{ id: string, truth: Truth, report: any, complaint: string, cost: import('./summary.mjs').Cost, score: Score }} Row
 */

/**
 * Rounds half to even, as the scorers of packs do.
 * @param {number} value
 * @param {number} digits
 */
export function rounded(value, digits) {
  const scaled = value * 10 ** digits;
  const below = Math.floor(scaled);
  if (scaled - below === 0.5) return (below % 2 === 0 ? below : below + 1) / 10 ** digits;
  return Number(value.toFixed(digits));
}

/** @param {number | null | undefined} value */
function figure(value) {
  return value === null || value === undefined ? '-' : rounded(value, 2).toFixed(2);
}

/**
 * The first column to the left, the others to the right.
 * @param {readonly (readonly string[])[]} rows
 */
export function table(rows) {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** @param {readonly Score[]} scores */
export function familyTable(scores) {
  const groups = [...families(scores), { family: 'ALL', scores }];
  const rows = groups.map((group) => {
    const means = averages(group.scores);
    return [group.family, String(group.scores.length), ...FIGURES.map((name) => figure(means[name]))];
  });
  return table([['family', 'n', ...FIGURES], ...rows]);
}

/** @param {readonly Score[]} scores */
export function calibrationTable(scores) {
  const { brier, bins, levels } = calibration(scores);
  const binRows = bins.map(({ from, cases, meanProbability, accuracy }) => [
    `${from.toFixed(1)}-${(from + 0.1).toFixed(1)}`,
    String(cases),
    figure(meanProbability),
    figure(accuracy),
  ]);
  const levelRows = levels.map(({ confidence, cases, accuracy }) => [
    confidence || 'no cause named',
    String(cases),
    '',
    figure(accuracy),
  ]);
  return `${table([['probability', 'n', 'stated', 'right'], ...binRows, ...levelRows])}\nBrier ${figure(brier)}`;
}

/** @param {readonly Row[]} rows */
export function costLine(rows) {
  const { measured, cpuMsMedian, cpuMsMax, rssBytesMax } = costs(rows.map(({ cost }) => cost));
  if (measured === 0) return 'cost: not measured';
  const slowest = rows.find(({ cost }) => cost?.cpuMs === cpuMsMax)?.id ?? '';
  const megabytes = Math.round((rssBytesMax ?? 0) / 1e6);
  return `CPU a case (user + system, children included): median ${Math.round(cpuMsMedian ?? 0)} ms, most ${Math.round(cpuMsMax ?? 0)} ms (${slowest}); largest RSS ${megabytes} MB; ${measured} measured`;
}

/** @param {any} change */
function changeName(change) {
  const named = change?.flag || change?.version || change?.commit?.slice(0, 9);
  return named ? ` ${named}` : '';
}

/** @param {any} report */
function causeGot(report) {
  const root = report.rootCause;
  if (!root) return `none (${report.rootCauseReason ?? ''})`;
  return `${root.kind}/${root.service}${changeName(root.change)} ${root.confidence} p=${figure(root.probability)}`;
}

/** @param {any} items */
function services(items) {
  const names = (items ?? []).map((/** @type {any} */ item) => item.service ?? item);
  return [...new Set(names)].sort().join(',') || '-';
}

/** @param {Row} row */
function blastDifference({ truth, report }) {
  const optional = truth.affectedServices.optional?.length
    ? ` (optional ${services(truth.affectedServices.optional)})`
    : '';
  const want = services([...truth.affectedServices.direct, ...truth.affectedServices.cascade]);
  return `blast want ${want}${optional} got ${services([...(report.blastRadius?.direct ?? []), ...(report.blastRadius?.cascade ?? [])])}`;
}

/** @param {Row} row @returns {readonly string[]} what is wrong, want against got */
function differences(row) {
  const { truth, report, score, complaint } = row;
  if (report === null) return [`no report: ${complaint}`];
  const { cause } = truth;
  const place = score.cause3 ? 'in the first three, ' : '';
  const onset =
    score.onsetDeltaSec === null ? 'none' : `${score.onsetDeltaSec > 0 ? '+' : ''}${score.onsetDeltaSec} s`;
  return [
    score.cause1
      ? ''
      : `cause ${place}want ${cause.kind}/${cause.service}${changeName(cause.change)} got ${causeGot(report)}`,
    score.decision ? '' : `decision want ${truth.decision.acceptable.join('|')} got ${decisionOf(report)}`,
    score.unsafeRollback ? 'UNSAFE ROLLBACK' : '',
    score.falseBlame ? 'FALSE BLAME' : '',
    score.status ? '' : `status want ${truth.status} got ${report.incident?.status}`,
    score.onset === false ? `onset ${onset} (tolerance ${truth.onsetToleranceSec} s)` : '',
    score.severity
      ? ''
      : `severity want ${truth.severity.acceptable.join('|')} got ${report.incident?.severity}`,
    score.blastF1 === 1 ? '' : blastDifference(row),
    score.command === false ? `command lacks ${truth.commandMustMatch.join(' ')}` : '',
  ].filter((difference) => difference !== '');
}

/** @param {readonly Row[]} rows @returns {string} a line for each case in which something is wrong */
export function wrongCases(rows) {
  const lines = rows.flatMap((row) => {
    const wrong = differences(row);
    return wrong.length === 0 ? [] : [`${row.id} ${row.truth.family}: ${wrong.join(' · ')}`];
  });
  return lines.join('\n');
}
