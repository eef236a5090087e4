/** Reads every piece of evidence of a report again and computes every claim again. It changes neither report nor record. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { PlatformError } from '../../domain/error.ts';
import type { Incident } from '../../domain/incident.ts';
import type { Report } from '../../domain/report.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { type EpochMs, parseIso } from '../../domain/time.ts';
import type { EvidenceDirectory } from '../../ports/connector.ts';
import { auditClaims, auditEvidence } from '../audit.ts';
import { survey } from '../gather.ts';
import { findIncident, handleInput } from '../handle.ts';
import { defineOperation } from '../operation.ts';
import type { Platform } from '../platform.ts';
import { answerProbes } from '../probes.ts';
import { withoutReports } from '../record.ts';
import { reportSchema } from '../report-schema.ts';
import { stripControls } from '../sanitise.ts';
import { NOTHING_FURTHER, widenScope } from '../scope.ts';
import { incidentById, lastReportOf } from '../stored-incidents.ts';
import { snapshotOf } from '../triage-incident.ts';

/** A file beyond this is not read whole for one line. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

const verdict = z.enum(['OK', 'CHANGED', 'GONE']);
const output = z.strictObject({
  incident: z.string(),
  asOf: z.string(),
  dir: z.string(),
  holds: z.boolean().describe('Every piece and every claim is OK'),
  counts: z.strictObject({ ok: z.number(), changed: z.number(), gone: z.number() }),
  evidence: z
    .array(z.strictObject({ id: z.string(), verdict, locator: z.string(), reason: z.string() }))
    .describe('What does not hold comes first'),
  claims: z
    .array(
      z.strictObject({
        about: z.string(),
        verdict,
        says: z.string(),
        reason: z.string(),
        evidence: z.array(z.string()),
      }),
    )
    .describe('What does not hold comes first'),
});

type Audit = z.infer<typeof output>;

interface Subject {
  readonly report: Report;
  /** Null: the report came from elsewhere, and no record of it is here. */
  readonly incident: Incident | null;
}

async function reportFromFile(path: string, platform: Platform): Promise<Subject> {
  const text = await platform.readTextFile(path);
  const problem = (why: string, cause?: unknown) =>
    new PlatformError({
      code: 'malformed',
      what: `${path} cannot be audited`,
      why,
      nextStep: 'Give a report as wicked-platform incident --format json prints it.',
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw problem('it is no JSON', cause);
  }
  const parsed = reportSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw problem(`it is no report: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
  }
  const report: Report = parsed.data;
  const incident = await incidentById(await platform.openStore(), report.incident.id).catch(() => null);
  return { report, incident: incident?.symptom === report.incident.symptom ? incident : null };
}

/** The incident as it was when the report was made: later events are no part of what the report knew. */
function recordOf({ report, incident }: Subject): Pick<Incident, 'events' | 'answers'> {
  if (incident === null) return { events: [], answers: statedAnswers(report) };
  const made = incident.events.findLast(
    ({ body }) => body.type === 'triaged' && body.report.incident.asOf === report.incident.asOf,
  );
  const events = incident.events.filter(
    ({ sequence }) => sequence < (made?.sequence ?? Number.POSITIVE_INFINITY),
  );
  const answers = Object.fromEntries(
    events.flatMap(({ body }) => (body.type === 'answered' ? [[body.key, body.value] as const] : [])),
  );
  return { events, answers };
}

/** `key = value`, as a report quotes the answers that it used. */
function statedAnswers(report: Report): Readonly<Record<string, string>> {
  const pairs = Object.values(report.evidence).flatMap(({ kind, source, excerpt }) => {
    const found = kind === 'statement' && source === 'user' ? /^(\S+) = (.*)$/s.exec(excerpt) : null;
    return found?.[1] === undefined || found[2] === undefined ? [] : [[found[1], found[2]] as const];
  });
  return Object.fromEntries(pairs);
}

function lineReader(directory: EvidenceDirectory): (path: string, line: number) => Promise<string | null> {
  const texts = new Map<string, Promise<readonly string[] | null>>();
  const read = async (path: string) => {
    const file = (await directory.files()).find((each) => each.path === path);
    const text = file === undefined ? null : await directory.readText(file, MAX_FILE_BYTES).catch(() => null);
    return text === null ? null : text.split(/\r?\n/);
  };
  return async (path, line) => {
    const lines = texts.get(path) ?? read(path);
    texts.set(path, lines);
    return (await lines)?.[line - 1] ?? null;
  };
}

function commitsOf({ changes, repositories, tags }: Snapshot): readonly string[] {
  const heads = repositories.flatMap(({ head }) => (head === null ? [] : [head]));
  const commits = changes.flatMap((change) => (change.type === 'commit' ? [change.sha] : []));
  return [...heads, ...commits, ...tags.map(({ sha }) => sha)];
}

function worstFirst<T extends { readonly verdict: z.infer<typeof verdict> }>(items: readonly T[]): T[] {
  const order = { GONE: 0, CHANGED: 1, OK: 2 };
  return [...items].sort((a, b) => order[a.verdict] - order[b.verdict]);
}

function textOf({ incident, asOf, dir, holds, counts, evidence, claims }: Audit): string {
  const { ok, changed, gone } = counts;
  return [
    `${incident} as of ${asOf}, against ${dir}: ${holds ? 'everything holds' : 'not everything holds'} (${ok} OK, ${changed} CHANGED, ${gone} GONE)`,
    'Evidence',
    ...evidence.map(
      ({ id, verdict: judged, locator, reason }) => `  ${judged.padEnd(7)} ${id} ${locator}: ${reason}`,
    ),
    'Claims',
    ...claims.map(
      ({ about, verdict: judged, says, reason }) =>
        `  ${judged.padEnd(7)} ${about}: ${says}${judged === 'OK' ? '' : ` — ${reason}`}`,
    ),
  ]
    .map((line) => line.replaceAll('\n', ' ⏎ '))
    .join('\n');
}

export const operation = defineOperation({
  name: 'audit',
  summary: 'Read every piece of evidence of a report again and compute every claim again.',
  input: z.strictObject({
    ...handleInput,
    report: z
      .string()
      .nullable()
      .default(null)
      .describe('This report (a JSON file) instead of the stored one; `dir` is then where its evidence lies'),
    logs: z.array(z.string()).default([]).describe('Further logs, as in the triage'),
    repos: z.array(z.string()).default([]).describe('Further git repositories, as in the triage'),
  }),
  output,
  effects: 'read',
  tool: {
    name: 'audit',
    title: 'Audit a report',
    description:
      'Audit, verify sources, still true?, tampering: reads every piece of evidence of a report again (log lines, commits and hunks, deployment records, series) and computes every claim again (symptoms, cause, factors, quantities with their formulas, criteria, decision). Answers OK, CHANGED or GONE with the reason for each; what does not hold comes first. Use it before relying on an old report, or when evidence may have changed.',
    idempotent: true,
    gathers: true,
  },
  text: textOf,
  holds: ({ holds }) => holds,
  async run({ report: path, logs, repos, ...handle }, platform) {
    const subject: Subject =
      path === null ? await storedSubject(handle, platform) : await reportFromFile(path, platform);
    return auditSubject(subject, { dir: path === null ? null : handle.dir, logs, repos }, platform);
  },
});

async function storedSubject(
  handle: Parameters<typeof findIncident>[0],
  platform: Platform,
): Promise<Subject> {
  const incident = await findIncident(handle, platform);
  return { report: lastReportOf(incident), incident };
}

/** The time of the report is known to be one: its schema says so. */
function asOfOf(report: Report): EpochMs | null {
  return parseIso(report.incident.asOf);
}

async function auditSubject(
  subject: Subject,
  where: { readonly dir: string | null; readonly logs: readonly string[]; readonly repos: readonly string[] },
  platform: Platform,
): Promise<Audit> {
  const { report, incident } = subject;
  const further = { ...NOTHING_FURTHER, logs: where.logs, repos: where.repos, asOf: asOfOf(report) };
  const scope =
    incident === null
      ? { ...further, dir: where.dir ?? '.' }
      : await widenScope(incident, { ...further, dir: where.dir === '.' ? null : where.dir }, platform);
  // Evidence that is gone altogether is an answer here.
  const gathered = await survey(scope, platform);
  try {
    const { place, connectors, policy, asOf } = gathered;
    const record = recordOf(subject);
    const { symptom, id } = report.incident;
    const bare = snapshotOf({ ...scope, symptom: stripControls(symptom) }, gathered, {
      incidentId: id,
      answers: record.answers,
    });
    const start = { ...bare, record: withoutReports(record.events).filter(({ at }) => at <= asOf) };
    const probing = { triage: await platform.loadTriage(), connectors, directory: place.directory, policy };
    const now = await answerProbes(start, probing, platform);
    const { locatorText } = await import('../../engine/report/citations.ts');
    const evidence = await auditEvidence(report, {
      report: now.report,
      evidence: Object.values(now.snapshot.evidence),
      commits: commitsOf(now.snapshot),
      locatorText,
      sourceLine: lineReader(place.directory),
      hashOf: (text) => createHash('sha256').update(text).digest('hex'),
    });
    const claims = auditClaims(report, now.report, evidence, incident !== null);
    const all = [...evidence, ...claims];
    const count = (wanted: string) => all.filter((each) => each.verdict === wanted).length;
    return {
      incident: id,
      asOf: report.incident.asOf,
      dir: place.workspace,
      holds: all.every((each) => each.verdict === 'OK'),
      counts: { ok: count('OK'), changed: count('CHANGED'), gone: count('GONE') },
      evidence: worstFirst(evidence.map((piece) => ({ ...piece }))),
      claims: worstFirst(claims.map((each) => ({ ...each, evidence: [...each.evidence] }))),
    };
  } finally {
    await gathered.place.close();
  }
}
