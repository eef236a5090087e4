/** Circuit breakers, restarts and the volume of requests after the mitigation: what tells a recovery from a silence. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { LogPattern, PlatformFact } from '../../domain/signal.ts';
import { type EpochMs, epochMs, MINUTE, toIso } from '../../domain/time.ts';
import type { VerificationCheck } from '../../domain/verification.ts';
import { failureRows } from '../_measure/rates.ts';
import { affectedServices, type Case, check, patternsOf, samplesOf, spanText } from './case.ts';
import { secondsOf, within } from './windows.ts';

const CLOSED =
  /\b(breaker|circuit)\b.{0,60}\b(closed|close|half.?open|reset|recovered)\b|\bclosed\b.{0,40}\b(breaker|circuit)\b/i;
/** A span without events that counts as their end: two minutes, or six times their usual distance (as in detection). */
const MIN_GAP_MS = 2 * MINUTE;
const GAP_FACTOR = 6;

export function breakerChecks(kase: Case): readonly VerificationCheck[] {
  return kase.report.symptoms
    .filter((symptom) => symptom.class === 'breaker-open')
    .map((symptom) => {
      const opened = patternsOf(symptom, kase.situation);
      const closed = kase.situation.patterns.filter(
        (pattern) =>
          pattern.service === symptom.service && CLOSED.test(pattern.template) && !opened.includes(pattern),
      );
      const { result, detail, waitSeconds } = judgeBreaker(kase, opened, closed, symptom.count);
      const lastOpen = lastOf(opened);
      return check(
        'breaker',
        symptom.service,
        `The circuit breaker of ${symptom.service ?? 'the service'} is closed`,
        result,
        detail,
        {
          lastFailureAt: result !== 'recovered' && lastOpen !== null ? lastOpen : null,
          waitSeconds,
          evidence: samplesOf([...opened, ...closed], kase.windows.after.from),
        },
      );
    });
}

function judgeBreaker(
  kase: Case,
  opened: readonly LogPattern[],
  closed: readonly LogPattern[],
  count: number,
): Pick<VerificationCheck, 'result' | 'detail' | 'waitSeconds'> {
  const { windows } = kase;
  const open = lastOf(opened);
  const close = lastOf(closed);
  if (close !== null && (open === null || close > open))
    return {
      result: 'recovered',
      detail: `a line at ${toIso(close)} says that it closed`,
      waitSeconds: null,
    };
  if (open === null)
    return { result: 'unknown', detail: 'no line of it is in this evidence', waitSeconds: null };
  const usual = (windows.during.to - windows.during.from) / Math.max(1, count - 1);
  const gap = Math.max(MIN_GAP_MS, GAP_FACTOR * usual);
  const quiet = windows.after.to - Math.max(open, windows.after.from);
  if (count <= 2 && open < windows.after.from)
    return {
      result: 'unknown',
      detail: `it opened at ${toIso(open)}, and no line says that it closed: look at its state`,
      waitSeconds: null,
    };
  if (quiet >= gap)
    return { result: 'recovered', detail: `no call was refused since ${toIso(open)}`, waitSeconds: null };
  return open > windows.after.from + MIN_GAP_MS
    ? { result: 'failing', detail: `still refusing calls at ${toIso(open)}`, waitSeconds: null }
    : {
        result: 'waiting',
        detail: `last open at ${toIso(open)}`,
        waitSeconds: Math.ceil((gap - quiet) / 1000),
      };
}

function lastOf(patterns: readonly LogPattern[]): EpochMs | null {
  return patterns.length === 0 ? null : epochMs(Math.max(...patterns.map(({ lastSeenAt }) => lastSeenAt)));
}

const RESTARTS: ReadonlySet<PlatformFact['kind']> = new Set([
  'oom-killed',
  'crash-loop',
  'restart',
  'evicted',
  'probe-failed',
]);

export function restartChecks(kase: Case): readonly VerificationCheck[] {
  const { situation, windows } = kase;
  return affectedServices(kase).flatMap((service) => {
    const events = situation.snapshot.platformFacts
      .filter(
        (fact) =>
          fact.service !== null && situation.resolve(fact.service) === service && RESTARTS.has(fact.kind),
      )
      .flatMap((fact) => (fact.at === null ? [] : [{ fact, at: fact.at }]))
      .sort((a, b) => a.at - b.at);
    const during = events.filter(({ at }) => at >= windows.during.from && at < windows.after.from);
    const after = events.filter(({ at }) => at >= windows.after.from + MIN_GAP_MS);
    if (during.length === 0 && after.length === 0) return [];
    const last = after.at(-1)?.at ?? null;
    const usual = (windows.during.to - windows.during.from) / Math.max(1, during.length);
    const gap = Math.max(5 * MINUTE, 2 * usual);
    const quiet = windows.after.to - (last ?? windows.after.from);
    const done = quiet >= gap;
    const ongoing = last !== null && !done;
    let result: VerificationCheck['result'] = 'waiting';
    if (ongoing) result = 'failing';
    else if (done) result = 'recovered';
    return [
      check(
        'restarts',
        service,
        `Instances of ${service} stay up`,
        result,
        last === null
          ? `none for ${spanText(quiet / 1000)}; they came every ${spanText(usual / 1000)}`
          : `last at ${toIso(last)}: ${after.at(-1)?.fact.summary ?? ''}`,
        {
          during: `${during.length} in ${spanText(secondsOf(windows.during))}`,
          after: `${after.length} in ${spanText(secondsOf(windows.after))}`,
          lastFailureAt: ongoing ? last : null,
          waitSeconds: result === 'waiting' ? Math.ceil((gap - quiet) / 1000) : null,
          evidence: [...during, ...after].slice(-2).flatMap(({ fact }) => fact.evidence.slice(0, 1)),
        },
      ),
    ];
  });
}

/** Below this share of the volume before the incident the calls are missing: a silence is no recovery (detection's limit of a drop). */
const BACK_FROM = 0.4;
/** Fewer expected calls than these cannot be missed. */
const MIN_EXPECTED = 5;

export function volumeChecks(kase: Case): readonly VerificationCheck[] {
  return affectedServices(kase).flatMap((service) => {
    const asked = volumeOf(service, kase);
    if (asked === null) return [];
    const { before, after, seconds, what, evidence } = asked;
    const expected = before * seconds;
    const share = expected <= 0 ? 1 : after / expected;
    const statement = `Calls reach ${service} again as before`;
    const figures = {
      before: `${shownRate(before)} ${what}`,
      after: `${shownRate(seconds <= 0 ? 0 : after / seconds)} ${what}`,
      evidence,
    };
    if (expected < MIN_EXPECTED) {
      const wait = before <= 0 ? null : Math.ceil((MIN_EXPECTED - expected) / before);
      return [
        check('volume', service, statement, 'waiting', 'too short a time to miss any', {
          ...figures,
          waitSeconds: wait,
        }),
      ];
    }
    if (share >= BACK_FROM)
      return [
        check(
          'volume',
          service,
          statement,
          'recovered',
          `${Math.round(share * 100)} % of what it was before`,
          figures,
        ),
      ];
    const detail =
      after === 0
        ? 'nothing at all since the mitigation: no errors because there are no calls, or its logs do not arrive'
        : `only ${Math.round(share * 100)} % of what it was before: fewer errors may only mean fewer calls`;
    return [check('volume', service, statement, 'failing', detail, figures)];
  });
}

interface Volume {
  /** Per second. */
  readonly before: number;
  /** In all. */
  readonly after: number;
  readonly seconds: number;
  readonly what: string;
  readonly evidence: readonly EvidenceRef[];
}

/** Requests where they are counted, else all records that the service logged. */
function volumeOf(service: string, { situation, windows }: Case): Volume | null {
  const seconds = secondsOf(windows.after);
  const rows = failureRows(service, situation);
  if (rows !== null) {
    const past = within(rows, windows.before);
    const asked = past.reduce((sum, row) => sum + row.requests, 0);
    const observed = past.reduce((sum, row) => sum + row.widthMs / 1000, 0);
    const declared = situation.services.get(service)?.baseline?.requestsPerMinute ?? null;
    const usual = declared === null ? null : declared / 60;
    const before = observed > 0 ? asked / observed : usual;
    const after = rows
      .filter(({ at }) => at >= windows.after.from)
      .reduce((sum, row) => sum + row.requests, 0);
    const evidence = seriesEvidence(service, situation);
    return before === null || before === 0 ? null : { before, after, seconds, what: 'requests', evidence };
  }
  const streams = situation.streams.filter((stream) => stream.service === service);
  if (windows.before === null || streams.length === 0) return null;
  const counted = (from: number, to: number) =>
    streams.reduce(
      (sum, { buckets }) =>
        sum +
        buckets.count.reduce((inner, count, index) => {
          const at = buckets.at[index] ?? 0;
          return at >= from && at <= to ? inner + count : inner;
        }, 0),
      0,
    );
  const before = counted(windows.before.from, windows.before.to) / Math.max(1, secondsOf(windows.before));
  return before === 0
    ? null
    : {
        before,
        after: counted(windows.after.from, windows.after.to),
        seconds,
        what: 'records',
        evidence: [],
      };
}

function seriesEvidence(service: string, situation: Case['situation']): readonly EvidenceRef[] {
  return (
    situation.series
      .find((series) => series.service === service && series.meaning === 'requests')
      ?.evidence.slice(0, 1) ?? []
  );
}

function shownRate(perSecond: number): string {
  const rate = perSecond * 60;
  return `${Number(rate.toFixed(rate < 10 ? 1 : 0))}/min`;
}
