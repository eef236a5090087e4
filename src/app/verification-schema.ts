/** The contract of `incident --verify --format json` as a schema; its type equals `VerificationReport`. */
import { z } from 'zod';
import type { VerificationReport } from '../domain/report.ts';

const text = z.string();
const optionalText = text.nullable();
const instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/);
const optionalInstant = instant.nullable();
const evidence = z.array(z.string().regex(/^E[1-9]\d*$/)).readonly();
const seconds = z.number().nonnegative();

const check = z.object({
  id: text,
  service: optionalText,
  statement: text,
  result: z.enum(['recovered', 'failing', 'relapsed', 'waiting', 'unknown']),
  before: optionalText,
  during: optionalText,
  after: optionalText,
  detail: text,
  lastFailureAt: optionalInstant,
  waitSeconds: seconds.nullable(),
  improved: z.boolean(),
  evidence,
});

const mitigation = z.object({
  at: instant,
  startedAt: instant,
  basis: z.enum(['given', 'rollback', 'flag', 'deployment', 'scaling', 'record', 'ended', 'last-triage']),
  summary: text,
  service: optionalText,
  evidence,
});

const trend = z.object({
  what: text,
  unit: z.enum(['ratio', 'count']),
  at: z.array(instant).readonly(),
  values: z.array(z.number().nullable()).readonly(),
});

export const verificationSchema: z.ZodType<VerificationReport> = z.object({
  schemaVersion: z.literal(1),
  incident: z.object({
    id: text,
    title: text,
    symptom: text,
    severity: z.enum(['SEV1', 'SEV2', 'SEV3', 'SEV4']),
    startedAt: instant,
  }),
  asOf: instant,
  outcome: z.enum(['RECOVERED', 'NOT_RECOVERED', 'RELAPSED', 'INCONCLUSIVE']),
  status: z.enum(['INVESTIGATING', 'IDENTIFIED', 'MITIGATING', 'MONITORING', 'RESOLVED']),
  reason: text,
  mitigation,
  checks: z.array(check).readonly(),
  quietSince: optionalInstant,
  quietSeconds: seconds,
  requiredQuietSeconds: seconds,
  waitSeconds: seconds.nullable(),
  next: z.array(text).readonly(),
  trend: trend.nullable(),
  notes: z.array(text).readonly(),
  evidence: z
    .record(
      text,
      z.object({
        kind: text,
        source: text,
        locator: text,
        excerpt: text,
        sha256: text,
        observedAt: optionalInstant,
      }),
    )
    .readonly(),
});
