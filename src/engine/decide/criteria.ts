/** The criteria that people expect of a rollback, each met, not met or unknown, with value, threshold and source. */
import type { Criterion } from '../../domain/decision.ts';
import { isMadeInPlace, type Verdict } from '../../domain/hypothesis.ts';
import type { Assessment } from '../../domain/impact.ts';
import type { Quantity } from '../../domain/quantity.ts';
import type { Situation } from '../../domain/situation.ts';
import { judgeErrorRate, probabilityOfRise } from '../../domain/statistics.ts';

export function rollbackCriteria(
  situation: Situation,
  verdict: Verdict,
  assessment: Assessment,
  overridable: boolean | null,
): readonly Criterion[] {
  return [
    errorRate(situation, assessment),
    criticalPath(assessment),
    correlation(verdict),
    quickMitigation(overridable, verdict),
    revenue(situation, assessment),
  ];
}

function errorRate(situation: Situation, assessment: Assessment): Criterion {
  const multiple = situation.snapshot.context.policy.rollback.errorRateMultiple;
  const { direct: all, unnamed } = assessment.blastRadius;
  const front = unnamed === null ? [] : [{ service: 'the requests in the logs', ...unnamed }];
  const direct = [...all, ...front].sort(
    (a, b) => (b.failureRate.value ?? -1) - (a.failureRate.value ?? -1),
  )[0];
  const base = {
    id: 'error-rate',
    statement: `Error rate > ${multiple}× baseline`,
    threshold: `${multiple}×`,
  };
  const after = direct?.failureRate.value ?? null;
  const before = direct?.baselineRate.value ?? null;
  if (direct === undefined || after === null)
    return {
      ...base,
      result: 'unknown',
      value: null,
      detail:
        direct === undefined ? 'no failing service' : `the failing share of ${direct.service} is not known`,
      evidence: [],
    };
  if (before === null)
    return {
      ...base,
      result: 'unknown',
      value: percent(after),
      detail: `what is normal for ${direct.service} is not known`,
      evidence: direct.failureRate.evidence,
    };
  const judged = judgement(direct.failureRate, direct.baselineRate);
  const met = after > before * multiple;
  return {
    ...base,
    result: met ? 'met' : 'not-met',
    value: `${percent(after)} vs ${percent(before)}`,
    detail: `${direct.service}: ${percent(after)} against a baseline of ${percent(before)}${judged === null ? '' : `; statistical judgement of the counts: ${judged}`}`,
    evidence: [...direct.failureRate.evidence, ...direct.baselineRate.evidence],
  };
}

/** The judgement on counts, where both sides have them: a bare multiple misses most true rises at low traffic. */
function judgement(after: Quantity, before: Quantity): string | null {
  if (after.counts === undefined || before.counts === undefined) return null;
  const counted = ({ events, trials }: NonNullable<Quantity['counts']>) => ({ k: events, n: trials });
  const was = counted(before.counts);
  const is = counted(after.counts);
  const chance = (factor: number) => `P(> ${factor}×) = ${shown(probabilityOfRise(was, is, factor))}`;
  return `${judgeErrorRate(was, is)} (${chance(2)}, ${chance(5)})`;
}

/** Two decimals, never rounded to certainty. */
function shown(probability: number): string {
  if (probability > 0.99) return 'over 0.99';
  return probability < 0.01 ? 'under 0.01' : probability.toFixed(2);
}

function criticalPath(assessment: Assessment): Criterion {
  const met = assessment.severity === 'SEV1' || assessment.severity === 'SEV2';
  return {
    id: 'critical-path',
    statement: 'Affecting a critical user path',
    result: met ? 'met' : 'not-met',
    value: assessment.severity,
    threshold: 'SEV1 or SEV2',
    detail: assessment.severityReasons[0] ?? '',
    evidence: [],
  };
}

function correlation(verdict: Verdict): Criterion {
  const cause = verdict.rootCause;
  const isChange = cause?.kind === 'change' && !isMadeInPlace(cause);
  const result = isChange && cause.confidence !== 'LOW' ? 'met' : 'not-met';
  const detail =
    cause === null || !isChange
      ? noDeployment(verdict)
      : `${cause.confidence}: ${cause.factors
          .filter((item) => item.weight > 0)
          .slice(0, 3)
          .map((item) => item.detail)
          .join('; ')}`;
  return {
    id: 'correlation',
    statement: 'Clear correlation with a deployment',
    result,
    value: isChange ? cause.confidence : null,
    threshold: 'MEDIUM',
    detail,
    evidence: cause?.factors.flatMap((item) => item.evidence).slice(0, 4) ?? [],
  };
}

function noDeployment({ rootCause, reason }: Verdict): string {
  if (rootCause === null) return reason;
  if (isMadeInPlace(rootCause))
    return `no deployment did it: ${rootCause.statement} (${rootCause.confidence})`;
  return rootCause.kind === 'flag'
    ? 'a flag did it, and no deployment'
    : `no deployment is accused: ${rootCause.statement} (${rootCause.confidence})`;
}

function quickMitigation(overridable: boolean | null, verdict: Verdict): Criterion {
  const base = {
    id: 'no-quicker-mitigation',
    statement: 'Quick mitigation not available',
    value: null,
    threshold: null,
    evidence: [],
  };
  if (verdict.rootCause?.kind === 'flag')
    return { ...base, result: 'not-met', detail: 'the flag can be switched back' };
  if (verdict.rootCause !== null && isMadeInPlace(verdict.rootCause))
    return { ...base, result: 'not-met', detail: 'it can be undone where it was made' };
  if (verdict.rootCause !== null && verdict.rootCause.kind !== 'change')
    return { ...base, result: 'unknown', detail: 'no change is accused, so there is no value to set back' };
  if (overridable === null)
    return {
      ...base,
      result: 'unknown',
      detail: 'whether the value can be changed without a deployment is not known',
    };
  return overridable
    ? {
        ...base,
        result: 'not-met',
        detail: 'the value is read from the environment: it can be set without a rollback',
      }
    : {
        ...base,
        result: 'met',
        detail: 'no flag guards the failing code, and no environment variable overrides the value',
      };
}

function revenue(situation: Situation, assessment: Assessment): Criterion {
  const threshold = situation.snapshot.context.policy.rollback.revenuePerHour;
  const quantity = assessment.blastRadius.revenuePerHour;
  const base = {
    id: 'revenue',
    statement: 'Revenue impact exceeds threshold',
    threshold: threshold === null ? null : `${threshold} ${quantity.unit}`,
    evidence: quantity.evidence,
  };
  if (quantity.value === null)
    return { ...base, result: 'unknown', value: null, detail: `unknown: ${quantity.need ?? ''}` };
  const value = `${quantity.value} ${quantity.unit}`;
  if (threshold === null)
    return {
      ...base,
      result: 'unknown',
      value,
      detail: 'no threshold is set (policy.rollback.revenuePerHour)',
    };
  return {
    ...base,
    result: quantity.value > threshold ? 'met' : 'not-met',
    value,
    detail: quantity.formula ?? quantity.basis,
  };
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(ratio < 0.1 ? 2 : 1))} %`;
}
