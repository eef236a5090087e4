/** Did the mitigation work? The criteria of a stored incident, measured again on its sources. */
import { z } from 'zod';
import { PlatformError } from '../../domain/error.ts';
import { checkZone, instantInput, readInstant, readSpan } from '../instants.ts';
import { defineOperation } from '../operation.ts';
import { verificationSchema } from '../verification-schema.ts';
import { verifyIncident } from '../verify-incident.ts';

export const operation = defineOperation({
  name: 'incident-verify',
  summary: 'Verify a mitigation: the criteria of the incident measured again after it.',
  input: z.strictObject({
    incident: z
      .string()
      .nullable()
      .default(null)
      .describe('Id, such as INC-7; default: the current one of `dir`'),
    dir: z.string().default('.').describe('The evidence directory, as in the triage'),
    logs: z.array(z.string()).default([]).describe('Files, folders or globs that are logs, as in the triage'),
    repos: z.array(z.string()).default([]).describe('Further git repositories, as in the triage'),
    zone: z.string().nullable().default(null).describe('Zone of stamps that carry none, as in the triage'),
    since: instantInput
      .nullable()
      .default(null)
      .describe('When the mitigation was done; default: found in the evidence or on record'),
    quiet: z.string().default('5m').describe('How long it must be quiet to count as resolved'),
    now: instantInput.nullable().default(null).describe('The time of the verification'),
  }),
  output: verificationSchema,
  effects: 'write',
  tool: {
    name: 'verify',
    title: 'Verify a mitigation',
    description:
      'After a rollback, flag switch, scaling or other mitigation: did it work? Measures the incident’s own criteria again (failing share, latency, error messages, circuit breaker, restarts, volume, new errors) on the same sources and answers RECOVERED, NOT_RECOVERED, RELAPSED or INCONCLUSIVE with how long to wait. A silence is no recovery. Records the outcome; after RECOVERED and the quiet time the incident is resolved. After NOT_RECOVERED triage again: what was taken back now speaks against the cause.',
    idempotent: true,
    gathers: true,
  },
  text: ({ incident, outcome, status, reason, next }) =>
    [`${incident.id}: ${outcome}, status ${status}`, reason, ...next].join('\n'),
  run(given, platform) {
    const { incident, dir, logs, repos, zone } = given;
    const clock = platform.clock.now();
    const asOf = given.now === null ? null : readInstant(given.now, '--now', clock);
    const mitigatedAt = given.since === null ? null : readInstant(given.since, '--since', asOf ?? clock);
    if (mitigatedAt !== null && mitigatedAt > (asOf ?? clock))
      throw new PlatformError({
        code: 'usage',
        what: 'The mitigation lies in the future',
        why: 'with --verify, --since is the time at which it was done',
        nextStep: 'Give a time before now, or leave --since out.',
      });
    checkZone(zone);
    const requiredQuietSeconds = readSpan(given.quiet, '--quiet') / 1000;
    return verifyIncident(
      { incident, dir, logs, repos, zone, asOf, mitigatedAt, requiredQuietSeconds },
      platform,
    );
  },
});
