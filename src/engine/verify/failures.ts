/** Failing requests and error messages after the mitigation: the same rates, judged by the same test. */
import type { Report } from '../../domain/report.ts';
import { epochMs, toIso } from '../../domain/time.ts';
import type { VerificationCheck } from '../../domain/verification.ts';
import { type FailureRow, failureRate, failureRows } from '../_measure/rates.ts';
import {
  affectedServices,
  type Case,
  check,
  patternsOf,
  percent,
  perMinute,
  samplesOf,
  spanText,
} from './case.ts';
import { type Counts, type Judged, judgeRows, type Row, sumOf } from './judge.ts';
import { rowsByTime, secondsOf, touching, within } from './windows.ts';

/** Stored without its counts, a baseline is taken as well known: it came from a whole history or from the catalog. */
const KNOWN_TRIALS = 10_000;

export function errorRateChecks(kase: Case): readonly VerificationCheck[] {
  return affectedServices(kase).flatMap((service) => {
    const counted = failureRows(service, kase.situation);
    if (counted === null) return [];
    const rows = counted.map(toRow);
    const { windows } = kase;
    const during = sumOf(touching(rows, windows.during));
    if (during.n === 0 || during.k === 0) return [];
    const observed = within(rows, windows.before);
    const before = sumOf(observed).n > 0 ? observed : storedBaseline(kase.report, service);
    // A rate over two minutes still tells of the failure for two minutes after its end.
    const since = counted.filter(({ at, reachMs }) => at - reachMs >= windows.after.from);
    const after = within(since.map(toRow), windows.after);
    const judged = judgeRows(before, during, after);
    const seconds = after.reduce((sum, row) => sum + row.widthMs / 1000, 0);
    const past = before === null ? null : percent('k' in before ? before : sumOf(before));
    return [
      check(
        'error-rate',
        service,
        `The failing share of ${service} is back to its baseline`,
        judged.result,
        detailOf(judged),
        {
          before: past,
          during: percent(during),
          after: percent(judged.after),
          lastFailureAt: judged.lastFailureAt === null ? null : epochMs(judged.lastFailureAt),
          waitSeconds: waitOf(judged, seconds, sumOf(after).n),
          improved: judged.improved,
          evidence: failureRate(service, windows.after, kase.situation).quantity.evidence,
        },
      ),
    ];
  });
}

export function toRow({ at, widthMs, failed, requests }: FailureRow): Row {
  return { at, widthMs, k: failed, n: requests };
}

function storedBaseline(report: Report, service: string): Counts | null {
  const stored = report.blastRadius.direct.find((item) => item.service === service)?.baselineRate;
  if (stored === undefined || stored.value === null) return null;
  if (stored.counts !== undefined) return { k: stored.counts.events, n: stored.counts.trials };
  return { k: stored.value * KNOWN_TRIALS, n: KNOWN_TRIALS };
}

/** One check a symptom that was read from logs. Only those that users feel: a warning that stays is no failure. */
export function patternChecks(kase: Case): readonly VerificationCheck[] {
  const { situation, report, windows } = kase;
  const told = report.symptoms.filter(
    (symptom) => symptom.pattern !== null && symptom.class !== 'breaker-open' && symptom.count >= 3,
  );
  return told.flatMap((symptom) => {
    const patterns = patternsOf(symptom, situation).filter(
      ({ severity }) => severity === 'error' || severity === 'fatal',
    );
    const buckets = patterns.map((pattern) => pattern.buckets);
    const during = sumOf(rowsByTime(buckets, windows.during));
    if (patterns.length === 0 || during.k < 3) return [];
    const before = windows.before === null ? null : rowsByTime(buckets, windows.before);
    const after = rowsByTime(buckets, windows.after);
    const judged = judgeRows(before, during, after);
    const where = symptom.service === null ? '' : ` in ${symptom.service}`;
    return [
      check(
        'failure-pattern',
        symptom.service,
        `No more lines like "${symptom.pattern}"${where}`,
        judged.result,
        detailOf(judged),
        {
          before: before === null ? null : perMinute(sumOf(before)),
          during: perMinute(during),
          after: perMinute(judged.after),
          lastFailureAt: judged.lastFailureAt === null ? null : epochMs(judged.lastFailureAt),
          waitSeconds: waitOf(judged, secondsOf(windows.after), secondsOf(windows.after)),
          improved: judged.improved,
          evidence: samplesOf(patterns, windows.after.from),
        },
      ),
    ];
  });
}

function detailOf(judged: Judged): string {
  const last =
    judged.lastFailureAt === null
      ? ''
      : `; last above the usual rate until ${toIso(epochMs(judged.lastFailureAt))}`;
  return `${judged.judgement}${last}`;
}

/** Seconds until there is enough, at the rate of opportunities since the mitigation. */
function waitOf(judged: Judged, seconds: number, opportunities: number): number | null {
  if (judged.needed === null || opportunities <= 0 || seconds <= 0) return null;
  return Math.max(1, Math.ceil(((judged.needed - judged.after.n) * seconds) / opportunities));
}

/** Errors never seen before the mitigation, in a service of the incident or one that it talks to: the cure may be the next fault. */
export function newPatternChecks(kase: Case): readonly VerificationCheck[] {
  const { situation, windows, mitigation } = kase;
  const near = neighbourhood(kase);
  const settled = windows.after.from + SETTLE_MS;
  const known = new Set(kase.report.symptoms.flatMap((symptom) => patternsOf(symptom, situation)));
  const fresh = situation.patterns.filter(
    (pattern) =>
      (pattern.severity === 'error' || pattern.severity === 'fatal') &&
      !known.has(pattern) &&
      pattern.firstSeenAt >= mitigation.startedAt &&
      pattern.lastSeenAt > settled &&
      pattern.count >= 3 &&
      near.has(pattern.service ?? ''),
  );
  if (fresh.length === 0)
    return [
      check(
        'new-pattern',
        null,
        'No error that was never seen before',
        'recovered',
        'none was seen since the mitigation',
      ),
    ];
  return fresh.slice(0, 3).map((pattern) =>
    check(
      'new-pattern',
      pattern.service,
      'No error that was never seen before',
      'failing',
      `"${pattern.template}" in ${pattern.service ?? 'the logs'}, ${pattern.count} times since ${toIso(pattern.firstSeenAt)}, ${spanText((pattern.firstSeenAt - windows.after.from) / 1000)} after the mitigation, and never before it`,
      {
        before: '0',
        during: '0',
        after: `${pattern.count}`,
        lastFailureAt: pattern.lastSeenAt,
        evidence: samplesOf([pattern], windows.after.from),
      },
    ),
  );
}

/** Errors that end this soon after a rollout are those of the rollout itself. */
export const SETTLE_MS = 120_000;

/** The incident's services, the one that was acted on, and those that call it: an older version may answer them otherwise. */
function neighbourhood(kase: Case): ReadonlySet<string> {
  const acted = kase.mitigation.service;
  if (acted === null) return new Set(affectedServices(kase));
  const callers = kase.situation.edges.filter(({ to }) => to === acted).map(({ from }) => from);
  return new Set([...affectedServices(kase), acted, ...callers]);
}
