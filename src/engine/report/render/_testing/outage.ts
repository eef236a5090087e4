/** A report with every part filled: a timeout that a release lowered below what the dependency needs. */
import type { Report } from '../../../../domain/report.ts';
import { outageEvidence } from './outage-evidence.ts';
import { change, hypothesis, quantity, quietReport } from './parts.ts';

const CAUSE = hypothesis({
  statement: 'Configuration change in booking-api v3.2.0: ledgerTimeoutMs lowered to 400',
  service: 'booking-api',
  probability: 0.934,
  confidence: 'HIGH',
  change: change({
    commit: '4f2a9c81d07be6534f2a9c81d07be6534f2a9c81',
    commits: ['4f2a9c81d07be6534f2a9c81d07be6534f2a9c81'],
    version: 'v3.2.0',
    file: 'services/booking-api/settings.ts',
    line: 4,
    key: 'ledgerTimeoutMs',
    oldValue: '4000',
    newValue: '400',
    at: '2024-03-02T10:05:00Z',
    finishedAt: '2024-03-02T10:05:40Z',
  }),
  mechanism: [
    {
      statement: 'The log says “Ledger timeout for booking <id>”',
      location: 'booking.log:212',
      revision: null,
      evidence: ['E3'],
    },
    {
      statement: 'This literal is thrown when the ledger call times out',
      location: 'services/booking-api/book.ts:31',
      revision: '4f2a9c81d07be6534f2a9c81d07be6534f2a9c81',
      evidence: ['E5'],
    },
    {
      statement: 'The call is given ledgerTimeoutMs = 400',
      location: 'services/booking-api/settings.ts:4',
      revision: '4f2a9c81d07be6534f2a9c81d07be6534f2a9c81',
      evidence: ['E6'],
    },
  ],
  factors: [
    {
      name: 'time',
      weight: 1.8,
      detail: 'Errors began 2 m 20 s after the deployment completed',
      evidence: ['E1', 'E3'],
    },
    {
      name: 'mechanism',
      weight: 3.1,
      detail: 'The failing statement is governed by the changed key',
      evidence: ['E6'],
    },
    {
      name: 'telemetry',
      weight: 1.2,
      detail: 'The new limit (400 ms) lies below the p99 latency of ledger (650 ms)',
      evidence: ['E7'],
    },
    { name: 'load', weight: -0.3, detail: 'Requests rose by 4 % in the same minutes', evidence: ['E8'] },
  ],
  predictions: [
    { statement: 'Only instances of v3.2.0 fail', result: 'PASS', evidence: ['E3'] },
    { statement: 'ledger itself logs no errors', result: 'PASS', evidence: [] },
    { statement: 'Calls that end within 400 ms succeed', result: 'NO-DATA', evidence: [] },
  ],
});

const RIVAL = hypothesis({
  rank: 2,
  statement: 'ledger v1.9.1 answers more slowly',
  service: 'ledger',
  probability: 0.041,
  confidence: 'LOW',
  change: change({ version: 'v1.9.1', at: '2024-03-02T09:40:00Z' }),
  factors: [{ name: 'time', weight: 0.4, detail: 'It preceded the errors', evidence: ['E9'] }],
});

const ROLLBACK: Report['rollback'] = {
  recommendation: 'ROLLBACK',
  reason:
    'the release caused it, the version before is known, and nothing in the difference forbids going back',
  target: {
    service: 'booking-api',
    version: 'v3.1.4',
    commit: '90ab12cd34ef56ab90ab12cd34ef56ab90ab12cd',
    revision: '41',
  },
  criteria: [
    {
      id: 'error-rate',
      statement: 'Failure rate above 10 × its baseline',
      result: 'met',
      value: '62 %',
      threshold: '10 %',
      detail: 'baseline 1 %',
      evidence: ['E3', 'E8'],
    },
    {
      id: 'critical-path',
      statement: 'A critical user path is affected',
      result: 'met',
      value: 'booking',
      threshold: null,
      detail: 'declared in the catalog',
      evidence: ['E10'],
    },
    {
      id: 'quick-fix',
      statement: 'No quicker mitigation exists',
      result: 'not-met',
      value: null,
      threshold: null,
      detail: 'a flag could bypass the ledger',
      evidence: [],
    },
    {
      id: 'revenue',
      statement: 'Revenue at risk exceeds the threshold',
      result: 'unknown',
      value: null,
      threshold: '$50,000/hour',
      detail: 'average order value is not known',
      evidence: [],
    },
  ],
  safety: {
    verdict: 'SAFE_WITH_STEPS',
    findings: [
      { verdict: 'ok', statement: 'No migration lies between the two revisions', evidence: ['E6'] },
      {
        verdict: 'step',
        statement: 'Under automatic sync the old version is undone again: pause it first',
        evidence: [],
      },
    ],
  },
  commands: [
    {
      purpose: 'mitigate',
      platform: 'kubernetes',
      command: 'kubectl rollout undo deployment/booking-api --namespace shop --to-revision=41',
      assumes: ['the workload is called booking-api'],
      undo: 'kubectl rollout undo deployment/booking-api --namespace shop --to-revision=42',
    },
    {
      purpose: 'inspect',
      platform: 'kubernetes',
      command: 'kubectl rollout history deployment/booking-api --namespace shop',
      assumes: [],
      undo: null,
    },
  ],
  alternatives: [
    {
      summary: 'Raise the limit in the running release',
      commands: [
        {
          purpose: 'alternative',
          platform: 'kubernetes',
          command: 'kubectl set env deployment/booking-api LEDGER_TIMEOUT_MS=4000',
          assumes: [],
          undo: null,
        },
      ],
      warnings: ['LEDGER_TIMEOUT_MS is read nowhere in the code: setting it changes nothing'],
      timeToMitigate: 'one rollout (the last one took 40 s)',
      risk: 'low',
      reversible: 'by unsetting the variable',
      patch: null,
      evidence: ['E6'],
    },
    {
      summary: 'Hotfix: a patch that restores ledgerTimeoutMs in config/booking.ts',
      commands: [],
      warnings: [],
      timeToMitigate: 'one run of the pipeline',
      risk: 'low',
      reversible: 'by reverting the commit',
      patch: {
        against: '1234567890123456789012345678901234567890',
        paths: ['config/booking.ts'],
        text: 'diff --git a/config/booking.ts b/config/booking.ts\n--- a/config/booking.ts\n+++ b/config/booking.ts\n@@ -1,3 +1,3 @@\n export const booking = {\n-  ledgerTimeoutMs: 400,\n+  ledgerTimeoutMs: 4000,\n };\n',
      },
      evidence: [],
    },
  ],
  verification: [
    { statement: 'The failure rate is back at 1 % within 5 minutes', command: null },
    {
      statement: 'The revision that runs is 41',
      command: 'kubectl rollout status deployment/booking-api --revision=41',
    },
  ],
  wouldFlipIf: ['revision 41 needs a column that was dropped since'],
  wouldHelp: [
    { statement: 'v3.1.4 (90ab12c) holds ledgerTimeoutMs = 4000', result: 'yes', evidence: ['E6'] },
  ],
  holdsWhile: ['booking-api v3.2.0 is what runs: look again if anything was deployed since'],
  doingNothing: 'booking-api goes on failing 62 % of its requests; users and revenue are not known',
};

export function outageReport(): Report {
  return {
    ...quietReport(),
    incident: {
      id: 'INC-3',
      title: 'Booking API errors',
      symptom: '500 errors on booking API, customers cannot book rooms',
      severity: 'SEV1',
      severityReasons: ['62 % of a critical journey fails', 'users see it'],
      severityWouldRise: [],
      severityWouldFall: ['SEV2 when less than 25 % of requests fail'],
      status: 'IDENTIFIED',
      startedAt: '2024-03-02T10:08:00Z',
      startedAtUncertaintySeconds: 5,
      asOf: '2024-03-02T10:25:45Z',
      durationSeconds: 1065,
      ongoing: true,
    },
    summary:
      'booking-api fails in 62 % of its requests since 10:08 UTC. Release v3.2.0 lowered ledgerTimeoutMs from 4000 to 400; the p99 latency of ledger is 650 ms. Roll back to v3.1.4.',
    symptoms: [
      {
        id: 'S1',
        class: 'timeout',
        summary: 'booking-api: Ledger timeout for booking <id>',
        service: 'booking-api',
        route: '/bookings',
        pattern: 'Ledger timeout for booking <id>',
        count: 1284,
        baselineCount: 0,
        firstSeenAt: '2024-03-02T10:08:00Z',
        lastSeenAt: '2024-03-02T10:25:44Z',
        onsetAt: '2024-03-02T10:08:00Z',
        shape: 'step',
        ongoing: true,
        evidence: ['E3'],
      },
      {
        id: 'S2',
        class: 'breaker-open',
        summary: 'booking-api: circuit breaker open for ledger',
        service: 'booking-api',
        route: null,
        pattern: null,
        count: 1,
        baselineCount: null,
        firstSeenAt: '2024-03-02T10:10:00Z',
        lastSeenAt: '2024-03-02T10:10:00Z',
        onsetAt: '2024-03-02T10:10:00Z',
        shape: 'burst',
        ongoing: false,
        evidence: ['E4'],
      },
    ],
    timeline: [
      {
        at: '2024-03-02T10:05:00Z',
        kind: 'change',
        service: 'booking-api',
        summary: 'Deployment v3.2.0 started',
        evidence: ['E1'],
      },
      {
        at: '2024-03-02T10:05:40Z',
        kind: 'change',
        service: 'booking-api',
        summary: 'Deployment v3.2.0 completed',
        evidence: ['E2'],
      },
      {
        at: '2024-03-02T10:08:00Z',
        kind: 'symptom',
        service: 'booking-api',
        summary: 'First ledger timeouts in booking-api',
        evidence: ['E3'],
      },
      {
        at: '2024-03-02T10:10:00Z',
        kind: 'cascade',
        service: 'booking-api',
        summary: 'Circuit breaker opens',
        evidence: ['E4'],
      },
      {
        at: '2024-03-02T10:11:30Z',
        kind: 'alert',
        service: null,
        summary: 'Alert BookingErrorBudgetBurn',
        evidence: ['E11'],
      },
      {
        at: '2024-03-02T10:20:00Z',
        kind: 'response',
        service: null,
        summary: 'Triage started',
        evidence: [],
      },
    ],
    hypotheses: [CAUSE, RIVAL],
    rootCause: CAUSE,
    rootCauseReason: 'The leading hypothesis reaches the bar with a complete chain.',
    cleared: [
      {
        change: {
          label: 'docs: describe the booking flow',
          service: 'booking-api',
          at: '2024-03-02T08:12:00Z',
          commit: '77aa88bb99cc00dd77aa88bb99cc00dd77aa88bb',
          version: null,
        },
        reason: 'changes documentation only, it cannot act',
        evidence: ['E12'],
      },
    ],
    blastRadius: {
      direct: [
        {
          service: 'booking-api',
          endpoint: '/bookings',
          failureRate: quantity(0.62, 'ratio', 'measured', { formula: '1,284 / 2,071', evidence: ['E8'] }),
          baselineRate: quantity(0.01, 'ratio', 'supplied', { evidence: ['E10'] }),
          detail: 'answers 500',
          since: '2024-03-02T10:08:00Z',
          routes: [
            {
              route: '/bookings',
              failureRate: quantity(0.87, 'ratio', 'measured', {
                formula: '1282 failed of 1471 requests',
                evidence: ['E8'],
              }),
              baselineRate: quantity(0.01, 'ratio', 'measured', { evidence: ['E8'] }),
              evidence: ['E8'],
            },
          ],
          otherRoutes: {
            count: 3,
            failureRate: quantity(0.0033, 'ratio', 'measured', {
              formula: '2 failed of 600 requests',
              evidence: ['E8'],
            }),
          },
          evidence: ['E3'],
        },
      ],
      cascade: [
        {
          service: 'mailer',
          effect: 'no booking confirmations are sent',
          since: '2024-03-02T10:09:10Z',
          failureRate: {
            value: null,
            unit: 'ratio',
            basis: 'unknown',
            need: 'requests of mailer',
            evidence: [],
          },
          evidence: ['E4'],
        },
      ],
      errorBudgets: [
        {
          service: 'booking-api',
          availabilityPercent: 99.9,
          burnRate: quantity(620, 'x', 'derived', { formula: '62 % failing ÷ 0.1 % allowed by 99.9 %' }),
          spent: quantity(0.25, 'ratio', 'derived', {
            formula: '620 × 0.29 h ÷ 720 h of 30 days, at even traffic',
          }),
          alert: 'page',
        },
      ],
      users: quantity(2400, 'users', 'derived', { formula: '16000 × 0.15', evidence: ['E10'] }),
      userShare: quantity(0.15, 'ratio', 'derived', { formula: '0.62 × 0.242' }),
      revenuePerHour: quantity(180_000, 'USD/hour', 'derived', { formula: '8000 × 22.5', evidence: ['E10'] }),
      unaffected: [{ service: 'ledger', statement: 'no errors seen in this log', evidence: ['E9'] }],
      parts: [],
      partial: ['only instances of v3.2.0 (4 of 5) fail'],
    },
    rollback: ROLLBACK,
    followUps: [
      {
        action: 'Reject a ledgerTimeoutMs below the p99 latency of ledger in CI',
        why: 'the value was merged unchecked',
        evidence: ['E6', 'E7'],
      },
      { action: 'Test booking against a ledger that answers in 1 s', why: 'no test failed', evidence: [] },
    ],
    lessons: [
      { text: 'A limit must be set against the measured latency of what it limits', evidence: ['E7'] },
    ],
    questions: [
      {
        key: 'averageOrderValue',
        question: 'What is the average order value?',
        why: 'revenue at risk is derived from it',
        wouldChange: 'the criterion on revenue',
        decisive: false,
      },
      {
        key: 'booking-api.previousRevision',
        question: 'Is revision 41 the one that ran before?',
        why: 'the platform was not asked',
        wouldChange: 'the rollback target',
        decisive: true,
      },
    ],
    notes: ['Times in booking.log carry no zone and were read as UTC.'],
    coverage: [
      {
        source: 'log-file',
        what: 'booking-api',
        path: 'booking.log',
        items: 48_211,
        unit: 'lines',
        from: '2024-03-02T08:00:00Z',
        to: '2024-03-02T10:25:44Z',
        services: ['booking-api'],
        notes: [],
      },
    ],
    evidence: outageEvidence(),
  };
}
