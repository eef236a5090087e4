/** The schema of wicked-platform.yaml: strict, so that a typo is an error and not a setting without effect. */
import { z } from 'zod';
import type { Platform } from '../domain/service.ts';

/** Spellings that people use → the platform. */
export const PLATFORM_NAMES: Readonly<Record<string, Platform>> = {
  kubernetes: 'kubernetes',
  k8s: 'kubernetes',
  helm: 'helm',
  'argo-cd': 'argo-cd',
  argocd: 'argo-cd',
  'argo-rollouts': 'argo-rollouts',
  flux: 'flux',
  fluxcd: 'flux',
  ecs: 'ecs',
  lambda: 'lambda',
  'cloud-run': 'cloud-run',
  cloudrun: 'cloud-run',
  nomad: 'nomad',
  systemd: 'systemd',
  heroku: 'heroku',
  vercel: 'vercel',
  fly: 'fly',
  compose: 'compose',
  'docker-compose': 'compose',
  git: 'git',
};

const text = z.string().trim().min(1);
const names = z.array(text);
const ratio = z.number().min(0).max(1);
const amount = z.number().nonnegative();

const service = z.strictObject({
  criticality: z.enum(['critical', 'high', 'medium', 'low']).optional(),
  userFacing: z.boolean().optional(),
  journey: text.optional(),
  /** A folder of the repository, or a route when it looks like one. */
  path: text.optional(),
  routes: names.optional(),
  dependsOn: names.optional(),
  aliases: names.optional(),
  owner: text.optional(),
  language: text.optional(),
  kind: z.enum(['service', 'external', 'datastore', 'queue', 'library']).optional(),
  slo: z
    .strictObject({ availability: z.number().min(0).max(100).optional(), latencyP99Ms: amount.optional() })
    .optional(),
  baseline: z.strictObject({ errorRate: ratio.optional(), requestsPerMinute: amount.optional() }).optional(),
  deploy: z
    .strictObject({
      platform: z.enum(Object.keys(PLATFORM_NAMES)),
      name: text.optional(),
      namespace: text.optional(),
      context: text.optional(),
    })
    .optional(),
});

const journey = z.strictObject({
  services: names.optional(),
  attemptsPerHour: amount.optional(),
  averageOrderValue: amount.optional(),
});

/** An empty section (`services:` with nothing below) is null in YAML and means none. */
export const configSchema = z.strictObject({
  services: z.record(z.string(), service.nullable()).nullish(),
  business: z
    .strictObject({
      activeUsers: amount.optional(),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, 'must be a currency code of three letters such as USD')
        .optional(),
      journeys: z.record(z.string(), journey.nullable()).nullish(),
    })
    .nullish(),
  policy: z
    .strictObject({
      rollback: z
        .strictObject({
          errorRateMultiple: z.number().positive().optional(),
          revenuePerHour: amount.optional(),
        })
        .nullish(),
      severity: z
        .strictObject({
          sev1FailureRatio: ratio.optional(),
          sev2FailureRatio: ratio.optional(),
          ifUnknown: z.enum(['SEV1', 'SEV2']).optional(),
        })
        .nullish(),
      redact: z.array(z.string().min(1)).nullish(),
    })
    .nullish(),
  sources: z.record(z.string(), z.unknown()).nullish(),
  /** The language model of --explain. A key never stands in a file. */
  narrator: z
    .strictObject({
      url: text.optional(),
      shape: z.enum(['anthropic', 'openai']).optional(),
      model: text.optional(),
    })
    .nullish(),
});

export type ConfigFile = z.infer<typeof configSchema>;
export type ServiceEntry = z.infer<typeof service>;
