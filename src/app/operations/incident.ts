/** Triage: what is broken, since when, what did it, who is hurt, roll back or not. */
import { z } from 'zod';
import { PlatformError } from '../../domain/error.ts';
import { type EpochMs, epochMs, toIso } from '../../domain/time.ts';
import { checkZone, instantInput, readInstant } from '../instants.ts';
import { defineOperation } from '../operation.ts';
import { widenScope } from '../scope.ts';
import { incidentById } from '../stored-incidents.ts';
import { replaySnapshot, triageIncident } from '../triage-incident.ts';

const input = z.strictObject({
  incident: z
    .string()
    .trim()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Handle of an incident to triage again, such as INC-7: it looks where it looked before and at what is named here in addition',
    ),
  symptom: z.string().max(4000).default('').describe('What people report, in their words'),
  dir: z
    .string()
    .nullable()
    .default(null)
    .describe('The evidence directory; default: the working directory, or that of the incident'),
  logs: z
    .array(z.string())
    .default([])
    .describe('Files, folders or globs that are logs whatever their names'),
  repos: z.array(z.string()).default([]).describe('Further git repositories'),
  service: z
    .string()
    .trim()
    .min(1)
    .nullable()
    .default(null)
    .describe('The service that people complain about'),
  since: instantInput.nullable().default(null).describe('Nothing before this time: ISO 8601, or 2h'),
  until: instantInput.nullable().default(null).describe('Nothing after this time: ISO 8601, or 10m'),
  zone: z.string().nullable().default(null).describe('Zone of stamps that carry none: IANA name or offset'),
  now: instantInput.nullable().default(null).describe('The time of the triage'),
  asOf: instantInput.nullable().default(null).describe('Triage with what was known at this time'),
  answers: z.record(z.string(), z.string()).default({}).describe('Answers to open questions, by key'),
  snapshot: z.string().nullable().default(null).describe('Replay this snapshot instead of reading evidence'),
  saveSnapshot: z.string().nullable().default(null).describe('Write all that was collected to this file'),
});

function checkOrder(since: EpochMs | null, until: EpochMs | null): void {
  if (since === null || until === null || since < until) return;
  throw new PlatformError({
    code: 'usage',
    what: 'The time asked for ends before it begins',
    why: `--since is ${toIso(since)}, the end is ${toIso(until)}`,
    nextStep: 'Give a --since before --until and --now.',
  });
}

export const operation = defineOperation({
  name: 'incident',
  summary: 'Triage an incident: cause, cleared changes, blast radius, rollback decision, timeline.',
  input,
  output: 'report',
  effects: 'write',
  tool: {
    name: 'triage',
    title: 'Triage an incident',
    description:
      'Incident triage, root cause, outage, 5xx, 500 errors, latency, timeouts, crash, OOM, bad deploy, sev1, on-call. Reads logs, git history, deployments, flags, metrics, traces and alerts of a directory in one call and answers: what is broken since when, which change did it or that none did, who is hurt, roll back or not with the command, and the open questions. Deterministic; every statement cites evidence ids. Call it first, with the symptom in the words of the report. It returns a brief and the handle of the incident (INC-7); the tools explain, evidence, timeline, decide and document give the detail. To look further, call it again with the handle and what to add: another repository (repos), more logs, an earlier since.',
    idempotent: true,
    gathers: true,
    hides: ['snapshot', 'saveSnapshot'],
  },
  async run(given, platform) {
    const clock = platform.clock.now();
    const read = (text: string | null, name: string, base: EpochMs) =>
      text === null ? null : readInstant(text, name, base);
    const now = read(given.now, '--now', clock);
    const cut = read(given.asOf, '--as-of', now ?? clock);
    const asOf = now !== null && cut !== null ? epochMs(Math.min(now, cut)) : (cut ?? now);
    if (given.snapshot !== null)
      return replaySnapshot(given.snapshot, { asOf, answers: given.answers }, platform);
    const since = read(given.since, '--since', asOf ?? clock);
    const until = read(given.until, '--until', asOf ?? clock);
    checkZone(given.zone);
    const { answers, saveSnapshot } = given;
    if (given.incident === null) {
      checkOrder(since, until ?? asOf);
      const { logs, repos, symptom, service, zone } = given;
      const scope = { dir: given.dir ?? '.', logs, repos, service, zone, asOf, since, until };
      return triageIncident({ ...scope, symptom, answers, saveSnapshot }, platform);
    }
    const incident = await incidentById(await platform.openStore(), given.incident);
    const scope = await widenScope(incident, { ...given, asOf, since, until }, platform);
    checkOrder(scope.since, scope.until ?? scope.asOf);
    const symptom = given.symptom.trim() === '' ? incident.symptom : given.symptom;
    return triageIncident({ ...scope, symptom, answers, saveSnapshot, incidentId: incident.id }, platform);
  },
});
