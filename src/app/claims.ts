/** The claims of a report, each with what it says and what it rests on, so that two reports can be held against each other claim by claim. */
import type { Citation, Report, ReportQuantity } from '../domain/report.ts';
import { quantityText, shorten, targetText } from './brief.ts';

export interface Claim {
  /** What it is about; unique within a report. */
  readonly about: string;
  readonly says: string;
  readonly evidence: readonly Citation[];
  readonly quantity: ReportQuantity | null;
}

function claim(about: string, says: string, evidence: readonly Citation[] = []): Claim {
  return { about, says, evidence, quantity: null };
}

function quantityClaim(about: string, quantity: ReportQuantity): Claim {
  return { about, says: quantityText(quantity), evidence: quantity.evidence, quantity };
}

/** In the order of the report; of two claims about the same thing the first counts. */
export function claimsOf(report: Report): readonly Claim[] {
  const claims = [
    ...incidentClaims(report),
    ...causeClaims(report),
    ...impactClaims(report),
    ...decisionClaims(report),
    ...report.timeline.map(({ at, kind, service, summary, evidence }) =>
      claim(`timeline ${at} ${kind} ${service ?? '-'}`, summary, evidence),
    ),
  ];
  return [...new Map(claims.toReversed().map((each) => [each.about, each])).values()].toReversed();
}

function incidentClaims({ incident, symptoms }: Report): readonly Claim[] {
  return [
    claim('severity', incident.severity),
    claim(
      'start of the incident',
      `${incident.startedAt ?? 'unknown'} ± ${incident.startedAtUncertaintySeconds ?? '?'} s`,
    ),
    claim('ongoing', String(incident.ongoing)),
    ...symptoms.map(({ id, summary, count, firstSeenAt, lastSeenAt, onsetAt, evidence }) =>
      claim(
        `symptom ${id}`,
        `${summary}; ${count} from ${firstSeenAt} to ${lastSeenAt}, onset ${onsetAt}`,
        evidence,
      ),
    ),
  ];
}

function causeClaims({ rootCause, rootCauseReason, hypotheses, cleared }: Report): readonly Claim[] {
  return [
    claim(
      'cause',
      rootCause === null ? `none named: ${rootCauseReason}` : rootCause.statement,
      rootCause?.mechanism.flatMap(({ evidence }) => evidence),
    ),
    claim('confidence', rootCause?.confidence ?? 'none'),
    ...hypotheses.flatMap(({ statement, probability, confidence, mechanism, factors, predictions }) => [
      claim(`hypothesis: ${statement}`, `probability ${probability}, ${confidence}`),
      ...mechanism.map((step) =>
        claim(`step: ${step.statement}`, `at ${step.location ?? 'no place in code'}`, step.evidence),
      ),
      ...factors.map((factor) =>
        claim(
          `factor ${factor.name} of: ${shorten(statement, 60)}`,
          `${factor.weight}: ${factor.detail}`,
          factor.evidence,
        ),
      ),
      ...predictions.map((each) => claim(`prediction: ${each.statement}`, each.result, each.evidence)),
    ]),
    ...cleared.map(({ change, reason, evidence }) => claim(`cleared: ${change.label}`, reason, evidence)),
  ];
}

function impactClaims({ blastRadius }: Report): readonly Claim[] {
  const { direct, cascade, users, userShare, revenuePerHour, parts } = blastRadius;
  return [
    ...direct.flatMap(({ service, endpoint, failureRate, baselineRate, detail, routes, evidence }) => {
      const place = `${service}${endpoint === null ? '' : ` ${endpoint}`}`;
      return [
        claim(`direct impact: ${place}`, detail, evidence),
        quantityClaim(`failing share of ${place}`, failureRate),
        quantityClaim(`failing share of ${place} before`, baselineRate),
        ...routes.flatMap((each) => [
          quantityClaim(`failing share of ${service} ${each.route}`, each.failureRate),
          quantityClaim(`failing share of ${service} ${each.route} before`, each.baselineRate),
        ]),
      ];
    }),
    ...cascade.map(({ service, effect, evidence }) => claim(`cascade: ${service}`, effect, evidence)),
    ...parts.flatMap(({ service, dimension, values, failureRate, others }) => [
      quantityClaim(`failing share of ${dimension} ${values.join(', ')} of ${service}`, failureRate),
      quantityClaim(`failing share of the other parts by ${dimension} of ${service}`, others.failureRate),
    ]),
    quantityClaim('users', users),
    quantityClaim('share of users', userShare),
    quantityClaim('revenue per hour', revenuePerHour),
  ];
}

function decisionClaims({ rollback }: Report): readonly Claim[] {
  const { recommendation, target, criteria, safety, commands } = rollback;
  return [
    claim('recommendation', recommendation),
    claim('target', target === null ? 'none' : targetText(target)),
    ...commands.map(({ purpose, command }, index) => claim(`command ${index + 1} (${purpose})`, command)),
    ...criteria.map(({ statement, result, value, threshold, evidence }) =>
      claim(
        `criterion: ${statement}`,
        `${result}: ${value ?? 'unknown'} against ${threshold ?? 'nothing'}`,
        evidence,
      ),
    ),
    claim(
      'safety',
      safety.verdict,
      safety.findings.flatMap(({ evidence }) => evidence),
    ),
    ...safety.findings.map(({ statement, verdict, evidence }) =>
      claim(`safety finding: ${statement}`, verdict, evidence),
    ),
  ];
}
