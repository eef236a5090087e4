/** Variants that take evidence away: metrics, traces and catalogs, everything but logs and git, most lines of the logs, what commits say. */
import { removeFiles, rewriteFile, rewriteHistory, untrackedIn } from './folder.mjs';
import { isCatalog, isDeployLog, isLog, isMetric, isTrace } from './places.mjs';
import { randomFrom } from './random.mjs';
import { rewriteTruth } from './truth.mjs';

/**
 * A variant changes the case, which is a copy, and returns it with its truth; null: there is nothing in it that the variant is about.
 * @typedef {import('../pack.mjs').Case} Case
 * @typedef {import('./history.mjs').Entry} Entry
 * @typedef {Case & { truth: import('../score.mjs').Truth }} KnownCase
 * @typedef {(one: KnownCase) => KnownCase | null} Variant
 */

const KEPT_SHARE = 0.2;
const BLAND_SUBJECT = 'update';
/** A line that begins a record: it carries a time, or is a JSON object. Others (stack frames) go with the line before. */
const RECORD = /^\s*\{|^.{0,160}?\d{1,2}:\d{2}:\d{2}/;

/** @type {Variant} */
export function withoutMetrics(one) {
  const metrics = untrackedIn(one.dir).filter(isMetric);
  removeFiles(one.dir, metrics);
  return metrics.length === 0 ? null : one;
}

/** @param {Entry} entry @returns {Entry} */
function withoutCatalog(entry) {
  if (entry.kind !== 'commit') return entry;
  return { ...entry, ops: entry.ops.filter((op) => !isCatalog(op.slice(op.lastIndexOf(' ') + 1))) };
}

/** @type {Variant} */
export function withoutTracesAndCatalog(one) {
  const files = untrackedIn(one.dir).filter((path) => isTrace(path) || isCatalog(path));
  removeFiles(one.dir, files);
  let dropped = files.length;
  const ids = rewriteHistory(one.dir, (entries) =>
    entries.map((entry) => {
      const kept = withoutCatalog(entry);
      if (entry.kind === 'commit' && kept.kind === 'commit') dropped += entry.ops.length - kept.ops.length;
      return kept;
    }),
  );
  return dropped === 0 ? null : { ...one, truth: rewriteTruth(one.truth, ids) };
}

/** @type {Variant} */
export function onlyLogsAndGit(one) {
  const others = untrackedIn(one.dir).filter((path) => !isLog(path) && path !== 'case.json');
  removeFiles(one.dir, others);
  return others.length === 0 ? null : one;
}

/** @param {string} text @param {() => number} random */
function thin(text, random) {
  let kept = true;
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const some = lines.filter((line) => {
    if (RECORD.test(line)) kept = random() < KEPT_SHARE;
    return kept;
  });
  return [...some, last].join('\n');
}

/** A fifth of the records of each log stays. What was deployed is no matter of sampling: logs of deployments stay whole. @type {Variant} */
export function thinnedLogs(one) {
  const logs = untrackedIn(one.dir).filter((path) => isLog(path) && !isDeployLog(path));
  const thinned = logs.filter((path) => {
    const random = randomFrom(`${one.id} ${path}`);
    return rewriteFile(one.dir, path, (text) => thin(text, random));
  });
  return thinned.length === 0 ? null : one;
}

/** @type {Variant} */
export function blankSubjects(one) {
  const ids = rewriteHistory(one.dir, (entries) =>
    entries.map((entry) => (entry.kind === 'commit' ? { ...entry, message: `${BLAND_SUBJECT}\n` } : entry)),
  );
  return ids.size === 0 ? null : { ...one, truth: rewriteTruth(one.truth, ids) };
}
