/** The JSON contract of a report as a schema: published as JSON Schema, used to check stored and given reports. Not a second model: its type equals `Report`. */
import { z } from 'zod';
import type { Report } from '../domain/report.ts';

const text = z.string();
const optionalText = text.nullable();
/** ISO 8601 in UTC. */
const instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/);
const optionalInstant = instant.nullable();
const citation = z.string().regex(/^E[1-9]\d*$/);
const evidence = z.array(citation).readonly();

const quantityParts = {
  unit: text,
  formula: text.exactOptional(),
  low: z.number().exactOptional(),
  high: z.number().exactOptional(),
  need: text.exactOptional(),
  counts: z.object({ events: z.number(), trials: z.number() }).exactOptional(),
  evidence,
};

/** `value` is null exactly when `basis` is `unknown`; ratios are 0…1. */
const quantity = z
  .object({
    value: z.number().nullable(),
    basis: z.enum(['measured', 'derived', 'supplied', 'assumed', 'unknown']),
    ...quantityParts,
  })
  .refine((value) => (value.value === null) === (value.basis === 'unknown'), {
    message: 'value is null exactly when basis is unknown',
  });

const confidence = z.enum(['HIGH', 'MEDIUM', 'LOW']);

const change = z.object({
  type: text,
  commit: optionalText,
  commits: z.array(text).readonly(),
  version: optionalText,
  deploymentId: optionalText,
  flag: optionalText,
  file: optionalText,
  line: z.int().positive().nullable(),
  key: optionalText,
  oldValue: optionalText,
  newValue: optionalText,
  at: optionalInstant,
  finishedAt: optionalInstant,
});

export const hypothesisSchema = z.object({
  rank: z.int().positive(),
  kind: z.enum([
    'change',
    'flag',
    'dependency',
    'traffic',
    'resource',
    'credential',
    'network',
    'data-job',
    'bad-data',
  ]),
  statement: text,
  service: optionalText,
  change: change.nullable(),
  mechanism: z
    .array(z.object({ statement: text, location: optionalText, revision: optionalText, evidence }))
    .readonly(),
  probability: z.number().min(0).max(1),
  confidence,
  caps: z.array(text).readonly(),
  factors: z.array(z.object({ name: text, weight: z.number(), detail: text, evidence })).readonly(),
  predictions: z
    .array(z.object({ statement: text, result: z.enum(['PASS', 'FAIL', 'NO-DATA']), evidence }))
    .readonly(),
});

const command = z.object({
  purpose: text,
  platform: text,
  command: text,
  assumes: z.array(text).readonly(),
  undo: optionalText,
});

const incident = z.object({
  id: text,
  title: text,
  symptom: text,
  severity: z.enum(['SEV1', 'SEV2', 'SEV3', 'SEV4']),
  severityReasons: z.array(text).readonly(),
  severityWouldRise: z.array(text).readonly(),
  severityWouldFall: z.array(text).readonly(),
  status: z.enum(['INVESTIGATING', 'IDENTIFIED', 'MITIGATING', 'MONITORING', 'RESOLVED']),
  startedAt: optionalInstant,
  startedAtUncertaintySeconds: z.number().nonnegative().nullable(),
  asOf: instant,
  durationSeconds: z.number().nullable(),
  ongoing: z.boolean(),
});

const symptom = z.object({
  id: text,
  class: text,
  summary: text,
  service: optionalText,
  route: optionalText,
  pattern: optionalText,
  count: z.number(),
  baselineCount: z.number().nullable(),
  firstSeenAt: instant,
  lastSeenAt: instant,
  onsetAt: instant,
  shape: text,
  ongoing: z.boolean(),
  evidence,
});

const timelineEntry = z.object({
  at: instant,
  kind: z.enum(['change', 'symptom', 'alert', 'cascade', 'platform', 'recovery', 'response']),
  service: optionalText,
  summary: text,
  evidence,
});

const cleared = z.object({
  change: z.object({
    label: text,
    service: optionalText,
    at: optionalInstant,
    commit: optionalText,
    version: optionalText,
  }),
  reason: text,
  evidence,
});

const blastRadius = z.object({
  direct: z
    .array(
      z.object({
        service: text,
        endpoint: optionalText,
        failureRate: quantity,
        baselineRate: quantity,
        detail: text,
        since: instant,
        routes: z
          .array(z.object({ route: text, failureRate: quantity, baselineRate: quantity, evidence }))
          .readonly(),
        otherRoutes: z.object({ count: z.number(), failureRate: quantity }).nullable(),
        evidence,
      }),
    )
    .readonly(),
  cascade: z
    .array(z.object({ service: text, effect: text, since: optionalInstant, failureRate: quantity, evidence }))
    .readonly(),
  users: quantity,
  userShare: quantity,
  revenuePerHour: quantity,
  unaffected: z.array(z.object({ service: text, statement: text, evidence })).readonly(),
  errorBudgets: z
    .array(
      z.object({
        service: text,
        availabilityPercent: z.number(),
        burnRate: quantity,
        spent: quantity,
        alert: z.enum(['page', 'ticket', 'none', 'unknown']),
      }),
    )
    .readonly(),
  parts: z
    .array(
      z.object({
        service: text,
        dimension: text,
        values: z.array(text).readonly(),
        count: z.number(),
        failureRate: quantity,
        others: z.object({ count: z.number(), failureRate: quantity }),
        evidence,
      }),
    )
    .readonly(),
  partial: z.array(text).readonly(),
});

const criterion = z.object({
  id: text,
  statement: text,
  result: z.enum(['met', 'not-met', 'unknown']),
  value: optionalText,
  threshold: optionalText,
  detail: text,
  evidence,
});

const rollback = z.object({
  recommendation: z.enum([
    'ROLLBACK',
    'ROLL_FORWARD',
    'DISABLE_FLAG',
    'MITIGATE_DEPENDENCY',
    'SCALE',
    'MITIGATE',
    'INVESTIGATE',
    'NONE',
  ]),
  reason: text,
  target: z
    .object({ service: optionalText, version: optionalText, commit: optionalText, revision: optionalText })
    .nullable(),
  criteria: z.array(criterion).readonly(),
  safety: z.object({
    verdict: z.enum(['SAFE', 'SAFE_WITH_STEPS', 'UNSAFE', 'UNKNOWN']),
    findings: z.array(z.object({ verdict: text, statement: text, evidence })).readonly(),
  }),
  commands: z.array(command).readonly(),
  alternatives: z
    .array(
      z.object({
        summary: text,
        commands: z.array(command).readonly(),
        warnings: z.array(text).readonly(),
        timeToMitigate: text,
        risk: z.enum(['low', 'medium', 'high']),
        reversible: text,
        patch: z.object({ against: text, paths: z.array(text).readonly(), text }).nullable(),
        evidence,
      }),
    )
    .readonly(),
  verification: z.array(z.object({ statement: text, command: optionalText })).readonly(),
  wouldFlipIf: z.array(text).readonly(),
  wouldHelp: z
    .array(z.object({ statement: text, result: z.enum(['yes', 'no', 'unknown']), evidence }))
    .readonly(),
  holdsWhile: z.array(text).readonly(),
  doingNothing: optionalText,
});

const coverage = z.object({
  source: text,
  what: text,
  path: optionalText,
  items: z.number(),
  unit: text,
  from: optionalInstant,
  to: optionalInstant,
  services: z.array(text).readonly(),
  notes: z.array(text).readonly(),
});

const evidencePiece = z.object({
  kind: text,
  source: text,
  locator: text,
  excerpt: text,
  sha256: text,
  observedAt: optionalInstant,
});

/** Unknown keys are dropped and not refused: a later version may add fields to the same `schemaVersion`. */
export const reportSchema = z.object({
  schemaVersion: z.literal(1),
  durationMs: z.number().nonnegative(),
  incident,
  summary: text,
  symptoms: z.array(symptom).readonly(),
  timeline: z.array(timelineEntry).readonly(),
  hypotheses: z.array(hypothesisSchema).readonly(),
  rootCause: hypothesisSchema.nullable(),
  rootCauseReason: text,
  cleared: z.array(cleared).readonly(),
  blastRadius,
  rollback,
  followUps: z.array(z.object({ action: text, why: text, evidence })).readonly(),
  lessons: z.array(z.object({ text, evidence })).readonly(),
  questions: z
    .array(z.object({ key: text, question: text, why: text, wouldChange: text, decisive: z.boolean() }))
    .readonly(),
  notes: z.array(text).readonly(),
  gaps: z
    .array(z.object({ source: text, reason: text, detail: text, effect: text, nextStep: optionalText }))
    .readonly(),
  coverage: z.array(coverage).readonly(),
  evidence: z.record(citation, evidencePiece).readonly(),
}) satisfies z.ZodType<Report>;
