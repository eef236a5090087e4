/** Did the mitigation work? The criteria of the stored incident measured again. Says what was seen; acts on nothing. */
import type { IncidentStatus } from '../../domain/impact.ts';
import type { Report } from '../../domain/report.ts';
import type { Situation } from '../../domain/situation.ts';
import { type EpochMs, epochMs, toIso } from '../../domain/time.ts';
import type { Mitigation, Verification, VerificationCheck } from '../../domain/verification.ts';
import { failureRows } from '../_measure/rates.ts';
import { affectedServices, type Case, patternsOf, spanText } from './case.ts';
import { errorRateChecks, newPatternChecks, patternChecks, SETTLE_MS } from './failures.ts';
import { latencyChecks, saturationChecks } from './levels.ts';
import { findMitigation } from './mitigation.ts';
import { breakerChecks, restartChecks, volumeChecks } from './platform.ts';
import { rowsByTime, secondsOf, type Windows, windowsOf } from './windows.ts';

export interface VerificationRequest {
  readonly report: Report;
  /** The onset of the incident by that report. */
  readonly onsetAt: EpochMs;
  /** When the mitigation came, where somebody said so; else it is found. */
  readonly mitigatedAt: EpochMs | null;
  readonly requiredQuietSeconds: number;
}

export function verifyRecovery(situation: Situation, request: VerificationRequest): Verification {
  const { report, onsetAt, mitigatedAt, requiredQuietSeconds } = request;
  const mitigation = findMitigation(situation, report, onsetAt, mitigatedAt);
  const windows = windowsOf(situation, onsetAt, mitigation);
  const kase: Case = { situation, report, mitigation, windows };
  const checks = [
    ...errorRateChecks(kase),
    ...latencyChecks(kase),
    ...patternChecks(kase),
    ...breakerChecks(kase),
    ...restartChecks(kase),
    ...saturationChecks(kase),
    ...volumeChecks(kase),
  ];
  // Without a measure of the failure itself, "nothing new" would be all that speaks for a recovery.
  const all = [...checks, ...(checks.length === 0 ? [] : newPatternChecks(kase))];
  const outcome = outcomeOf(kase, all);
  const quietSince = outcome.outcome === 'RECOVERED' ? quietFrom(windows, all) : null;
  const quietSeconds =
    quietSince === null ? 0 : Math.max(0, Math.round((windows.after.to - quietSince) / 1000));
  const settled = quietSeconds >= requiredQuietSeconds;
  return {
    ...outcome,
    status: statusOf(outcome.outcome, settled, mitigation),
    reason: reasonOf(outcome.reason, outcome.outcome, {
      quietSince,
      quietSeconds,
      requiredQuietSeconds,
      settled,
    }),
    mitigation,
    ...windows,
    checks: all,
    quietSince,
    quietSeconds,
    requiredQuietSeconds,
    waitSeconds:
      outcome.outcome === 'RECOVERED' && !settled ? requiredQuietSeconds - quietSeconds : outcome.waitSeconds,
    next: nextSteps(outcome.outcome, settled, report, mitigation),
    trend: trendOf(kase),
  };
}

type Outcome = Pick<Verification, 'outcome' | 'reason' | 'waitSeconds'>;

/** A failure outweighs whatever recovered; a silence proves nothing either way; what was not measured cannot recover. */
function outcomeOf(kase: Case, checks: readonly VerificationCheck[]): Outcome {
  const of = (result: VerificationCheck['result']) => checks.filter((item) => item.result === result);
  const quiet = of('failing').filter(({ id }) => id === 'volume');
  const failing = of('failing').filter(({ id }) => id !== 'volume');
  const waiting = of('waiting');
  const [relapsed] = of('relapsed');
  const sinceSeconds = secondsOf(kase.windows.after);
  if (relapsed !== undefined)
    return {
      outcome: 'RELAPSED',
      reason: `${named(relapsed)}: it had recovered and fails again`,
      waitSeconds: null,
    };
  if (failing.length > 0 && sinceSeconds * 1000 < SETTLE_MS)
    return {
      outcome: 'INCONCLUSIVE',
      reason: `the mitigation is ${spanText(sinceSeconds)} old: it gets ${spanText(SETTLE_MS / 1000)} to act`,
      waitSeconds: Math.max(1, Math.ceil(SETTLE_MS / 1000 - sinceSeconds)),
    };
  if (failing[0] !== undefined)
    return { outcome: 'NOT_RECOVERED', reason: failureReason(failing[0]), waitSeconds: null };
  if (quiet[0] !== undefined) return silence(kase, quiet[0]);
  const measured = checks.filter(
    ({ id, result }) => id !== 'new-pattern' && id !== 'volume' && result !== 'unknown',
  );
  if (measured.length === 0)
    return {
      outcome: 'INCONCLUSIVE',
      reason: 'nothing that failed is measured in this evidence',
      waitSeconds: null,
    };
  const open = waiting.filter(
    ({ id }) => id !== 'volume' || measured.every(({ result }) => result === 'waiting'),
  );
  if (open[0] !== undefined) {
    const waits = open.flatMap(({ waitSeconds }) => (waitSeconds === null ? [] : [waitSeconds]));
    const longest = waits.length === 0 ? null : Math.max(...waits);
    const howLong = longest === null ? '' : `; at this rate about ${spanText(longest)} more`;
    return {
      outcome: 'INCONCLUSIVE',
      reason: `too little was seen since the mitigation: ${named(open[0])}${howLong}`,
      waitSeconds: longest,
    };
  }
  return {
    outcome: 'RECOVERED',
    reason: `${measured.length} of ${measured.length} measured criteria are back`,
    waitSeconds: null,
  };
}

/** Where calls were missing from the start, their absence is the failure itself. */
function silence(kase: Case, check: VerificationCheck): Outcome {
  const own = kase.report.symptoms.some(
    (symptom) => symptom.class === 'silence' && symptom.service === check.service,
  );
  return {
    outcome: own ? 'NOT_RECOVERED' : 'INCONCLUSIVE',
    reason: `a silence is not a recovery: ${named(check)}`,
    waitSeconds: null,
  };
}

function failureReason(check: VerificationCheck): string {
  const figures =
    check.during === null || check.after === null
      ? ''
      : `: ${check.after} now, ${check.during} while it failed`;
  const partly = check.improved ? '; it helped in part' : '';
  return check.id === 'new-pattern'
    ? `a new error since the mitigation: ${check.detail}`
    : `${named(check)} does not hold${figures}${partly}`;
}

function named({ statement, id, detail }: VerificationCheck): string {
  return id === 'volume' ? detail : `"${statement}"`;
}

function quietFrom(windows: Windows, checks: readonly VerificationCheck[]): EpochMs {
  return epochMs(
    Math.max(windows.after.from, ...checks.map(({ lastFailureAt }) => lastFailureAt ?? windows.after.from)),
  );
}

function statusOf(
  outcome: Verification['outcome'],
  settled: boolean,
  mitigation: Mitigation,
): IncidentStatus {
  switch (outcome) {
    case 'RECOVERED':
      return settled ? 'RESOLVED' : 'MONITORING';
    case 'INCONCLUSIVE':
      return mitigation.basis === 'last-triage' ? 'INVESTIGATING' : 'MONITORING';
    case 'NOT_RECOVERED':
    case 'RELAPSED':
      return 'INVESTIGATING';
  }
}

function reasonOf(
  reason: string,
  outcome: Verification['outcome'],
  quiet: Pick<Verification, 'quietSince' | 'quietSeconds' | 'requiredQuietSeconds'> & {
    readonly settled: boolean;
  },
): string {
  if (outcome !== 'RECOVERED' || quiet.quietSince === null) return reason;
  const so = `quiet for ${spanText(quiet.quietSeconds)} since ${toIso(quiet.quietSince)}`;
  return quiet.settled
    ? `${reason}, ${so} (${spanText(quiet.requiredQuietSeconds)} are asked for)`
    : `${reason}, ${so}; resolved after ${spanText(quiet.requiredQuietSeconds)}`;
}

function nextSteps(
  outcome: Verification['outcome'],
  settled: boolean,
  report: Report,
  mitigation: Mitigation,
): readonly string[] {
  switch (outcome) {
    case 'RECOVERED':
      return settled
        ? ['Write it up: wicked-platform incident --postmortem']
        : ['Measure again until it has been quiet long enough: wicked-platform incident --verify --follow'];
    case 'NOT_RECOVERED':
    case 'RELAPSED': {
      const taken = mitigation.basis === 'rollback' || mitigation.basis === 'flag';
      const accused = report.rootCause?.statement ?? null;
      const doubt =
        outcome === 'NOT_RECOVERED' && taken && accused !== null
          ? [
              `What was taken back did not end it, which speaks against "${accused}": look at the other hypotheses`,
            ]
          : [];
      return [
        ...doubt,
        'Triage again with the evidence of now: wicked-platform incident with the same symptom and sources',
      ];
    }
    case 'INCONCLUSIVE':
      return ['Measure again later, or let it watch: wicked-platform incident --verify --follow'];
  }
}

/** Steps that a line of a terminal has room for. */
const TREND_STEPS = 48;

/** The failing share of the service that fails most, else its error lines, from shortly before the onset to now. */
function trendOf(kase: Case): Verification['trend'] {
  const { windows, situation, report } = kase;
  const length = windows.after.to - windows.during.from;
  const span = { from: epochMs(windows.during.from - length / 4), to: windows.after.to };
  const stepMs = Math.max(1000, Math.ceil((span.to - span.from + 1) / TREND_STEPS / 1000) * 1000);
  for (const service of affectedServices(kase)) {
    const rows = failureRows(service, situation);
    if (rows === null || rows.every(({ failed }) => failed === 0)) continue;
    const width = Math.max(stepMs, rows[0]?.widthMs ?? stepMs);
    const at = stepsOf(span.from, span.to, width);
    const values = at.map((from) => {
      const inner = rows.filter((row) => row.at >= from && row.at < from + width);
      const asked = inner.reduce((sum, row) => sum + row.requests, 0);
      return asked === 0 ? null : inner.reduce((sum, row) => sum + row.failed, 0) / asked;
    });
    return { what: `failing share of ${service}`, unit: 'ratio', at, values };
  }
  const symptom = report.symptoms.find(({ pattern }) => pattern !== null);
  if (symptom === undefined) return null;
  const rows = rowsByTime(
    patternsOf(symptom, situation).map(({ buckets }) => buckets),
    span,
    TREND_STEPS,
  );
  return {
    what: `error lines of ${symptom.service ?? 'the logs'}`,
    unit: 'count',
    at: rows.map(({ at }) => epochMs(at)),
    values: rows.map(({ k }) => k),
  };
}

function stepsOf(from: number, to: number, widthMs: number): readonly EpochMs[] {
  return Array.from({ length: Math.ceil((to - from + 1) / widthMs) }, (_, index) =>
    epochMs(from + index * widthMs),
  );
}
