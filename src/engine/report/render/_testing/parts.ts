/** Building blocks of report fixtures: one complete value of each part, to be overridden. */
import type {
  Report,
  ReportChange,
  ReportEvidence,
  ReportHypothesis,
  ReportQuantity,
} from '../../../../domain/report.ts';

export function quantity(
  value: number,
  unit: string,
  basis: ReportQuantity['basis'],
  more: Partial<ReportQuantity> = {},
): ReportQuantity {
  return { value, unit, basis, evidence: [], ...more };
}

export function unknown(unit: string, need: string): ReportQuantity {
  return { value: null, unit, basis: 'unknown', need, evidence: [] };
}

export function change(more: Partial<ReportChange> = {}): ReportChange {
  return {
    type: 'deployment',
    commit: null,
    commits: [],
    version: null,
    deploymentId: null,
    flag: null,
    file: null,
    line: null,
    key: null,
    oldValue: null,
    newValue: null,
    at: null,
    finishedAt: null,
    ...more,
  };
}

export function hypothesis(more: Partial<ReportHypothesis> = {}): ReportHypothesis {
  return {
    rank: 1,
    kind: 'change',
    statement: 'A statement',
    service: null,
    change: null,
    mechanism: [],
    probability: 0.5,
    confidence: 'MEDIUM',
    caps: [],
    factors: [],
    predictions: [],
    ...more,
  };
}

export function piece(locator: string, excerpt: string, more: Partial<ReportEvidence> = {}): ReportEvidence {
  return {
    kind: 'log-line',
    source: 'log-file',
    locator,
    excerpt,
    sha256: '0'.repeat(64),
    observedAt: null,
    ...more,
  };
}

/** A quiet report: nothing wrong was found in two healthy logs. */
export function quietReport(): Report {
  return {
    schemaVersion: 1,
    durationMs: 412,
    incident: {
      id: 'INC-7',
      title: 'Search feels slow',
      symptom: 'search feels slow for some customers',
      severity: 'SEV4',
      severityReasons: ['nothing abnormal was measured'],
      severityWouldRise: [],
      severityWouldFall: [],
      status: 'INVESTIGATING',
      startedAt: null,
      startedAtUncertaintySeconds: null,
      asOf: '2024-03-02T09:30:00Z',
      durationSeconds: null,
      ongoing: false,
    },
    summary:
      'Nothing abnormal was found between 08:00 and 09:30 UTC in the logs of search-api and catalogue.',
    symptoms: [],
    timeline: [],
    hypotheses: [],
    rootCause: null,
    rootCauseReason: 'All signals lie within their own baseline.',
    cleared: [],
    blastRadius: {
      direct: [],
      cascade: [],
      errorBudgets: [],
      users: unknown('users', 'no symptom that reaches users was found'),
      userShare: unknown('ratio', 'no symptom that reaches users was found'),
      revenuePerHour: unknown('USD/hour', 'no failing journey was found'),
      unaffected: [{ service: 'search-api', statement: 'no errors seen in this log', evidence: ['E1'] }],
      parts: [],
      partial: [],
    },
    rollback: {
      recommendation: 'NONE',
      reason: 'nothing to roll back',
      target: null,
      criteria: [],
      safety: { verdict: 'UNKNOWN', findings: [] },
      commands: [],
      alternatives: [],
      verification: [],
      wouldFlipIf: [],
      wouldHelp: [],
      holdsWhile: [],
      doingNothing: null,
    },
    followUps: [],
    lessons: [],
    questions: [],
    notes: [],
    gaps: [
      {
        source: 'metrics',
        reason: 'absent',
        detail: 'No metrics were found',
        effect: 'latency cannot be judged',
        nextStep: 'Add a CSV or a Prometheus answer with the latency of search-api',
      },
    ],
    coverage: [],
    evidence: { E1: piece('search.log:1', '2024-03-02T08:00:00Z INFO search-api ready') },
  };
}
