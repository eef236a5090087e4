/** `wicked-platform incident`: a triage, or a view of the stored report. */
import { parseAnswer } from '../../app/answers.ts';
import { runOperation } from '../../app/operation.ts';
import type { ReportFormat, ReportView } from '../../app/render.ts';
import { parseSources } from '../../app/sources.ts';
import { PlatformError } from '../../domain/error.ts';
import type { Report } from '../../domain/report.ts';
import { EXIT } from './exit-code.ts';
import { printReport } from './print.ts';
import { askDecisive, canAsk } from './questions.ts';
import { type Session, withSession } from './session.ts';
import { tuneForShortRun } from './short-run.ts';

/** As commander hands them over: an option that was not given is absent. */
export interface IncidentFlags {
  readonly dir: string;
  readonly logs: readonly string[];
  readonly repo: readonly string[];
  readonly source: readonly string[];
  readonly service?: string;
  readonly since?: string;
  readonly until?: string;
  readonly now?: string;
  readonly asOf?: string;
  readonly zone?: string;
  readonly answer: readonly string[];
  readonly format?: ReportFormat;
  readonly out?: string;
  readonly store?: string;
  /** False with `--no-input`. */
  readonly input: boolean;
  readonly snapshot?: string;
  readonly saveSnapshot?: string;
  readonly incident?: string;
  readonly explain?: boolean;
  readonly report?: boolean;
  readonly rollbackDecision?: boolean;
  readonly patch?: boolean;
  readonly timeline?: boolean;
  readonly rootCause?: boolean;
  readonly blastRadius?: boolean;
  readonly statusUpdate?: boolean;
  readonly postmortem?: boolean;
  readonly verify?: boolean;
  readonly follow?: boolean;
  readonly interval?: string;
  readonly quiet?: string;
}

const VIEWS: readonly (readonly [keyof IncidentFlags, ReportView, string])[] = [
  ['report', 'full', '--report'],
  ['rollbackDecision', 'rollback-decision', '--rollback-decision'],
  ['patch', 'patch', '--patch'],
  ['timeline', 'timeline', '--timeline'],
  ['rootCause', 'root-cause', '--root-cause'],
  ['blastRadius', 'blast-radius', '--blast-radius'],
  ['statusUpdate', 'status-update', '--status-update'],
  ['postmortem', 'postmortem', '--postmortem'],
];

/** The view that `--timeline` and its like ask for; null for any other word. */
export function viewOfOption(text: string): ReportView | null {
  return VIEWS.find(([, , option]) => option === text)?.[1] ?? null;
}

/** Null where no view was asked for. Throws PlatformError `usage` for more than one. */
export function viewOf(flags: IncidentFlags): ReportView | null {
  const asked = VIEWS.filter(([flag]) => flags[flag] === true);
  if (asked.length <= 1) return asked[0]?.[1] ?? null;
  throw new PlatformError({
    code: 'usage',
    what: `${asked.map(([, , option]) => option).join(' and ')} cannot be combined`,
    why: 'a command prints one view',
    nextStep: 'Ask for one of them, or for --report, which holds all.',
  });
}

/** Returns the exit code. */
export function incidentCommand(symptom: string | undefined, flags: IncidentFlags): Promise<number> {
  const view = viewOf(flags);
  const isTriage = (symptom ?? '').trim() !== '' || flags.snapshot !== undefined;
  if (!isTriage && view === null) throw noSymptom();
  const sources = parseSources(flags.source);
  return withSession({ store: { kind: 'sqlite', folder: flags.store ?? null }, sources }, async (session) => {
    const report = isTriage
      ? await triage(symptom ?? '', flags, session)
      : await storedReport(flags, session);
    const destination = { format: flags.format ?? null, out: flags.out ?? null };
    const tell = flags.explain === true ? () => explain(report, flags.dir, session) : null;
    await printReport(report, view ?? 'full', destination, session, tell);
    return EXIT.ok;
  });
}

function noSymptom(): PlatformError {
  return new PlatformError({
    code: 'usage',
    what: 'incident was called without a symptom',
    why: 'a triage needs to know what people see',
    nextStep:
      'Say it in quotes: wicked-platform incident "500 errors on checkout since 14:20", or ask for the stored incident: wicked-platform incident --rollback-decision',
  });
}

async function explain(report: Report, dir: string, session: Session) {
  return (await import('./explain.ts')).tellReport(report, dir, session);
}

async function storedReport(flags: IncidentFlags, { platform }: Session): Promise<Report> {
  const { operation } = await import('../../app/operations/incident-view.ts');
  return runOperation(operation, { dir: flags.dir, incident: flags.incident ?? null }, platform);
}

async function triage(symptom: string, flags: IncidentFlags, session: Session): Promise<Report> {
  await tuneForShortRun();
  const { operation } = await import('../../app/operations/incident.ts');
  const given = Object.fromEntries(flags.answer.map(parseAnswer).map(({ key, value }) => [key, value]));
  const run = (answers: Readonly<Record<string, string>>) =>
    runOperation(operation, inputOf(symptom, flags, answers), session.platform);
  const report = await run(given);
  if (flags.snapshot !== undefined || flags.logs.includes('-') || !canAsk(session, flags.input))
    return report;
  const answers = await askDecisive(report, new Set(Object.keys(given)), session);
  return Object.keys(answers).length === 0 ? report : run({ ...given, ...answers });
}

function inputOf(symptom: string, flags: IncidentFlags, answers: Readonly<Record<string, string>>) {
  return {
    incident: flags.incident ?? null,
    symptom,
    // The folder that --dir means when it is not given is not that of another incident.
    dir: flags.incident !== undefined && flags.dir === '.' ? null : flags.dir,
    logs: [...flags.logs],
    repos: [...flags.repo],
    service: flags.service ?? null,
    since: flags.since ?? null,
    until: flags.until ?? null,
    now: flags.now ?? null,
    asOf: flags.asOf ?? null,
    zone: flags.zone ?? null,
    answers: { ...answers },
    snapshot: flags.snapshot ?? null,
    saveSnapshot: flags.saveSnapshot ?? null,
  };
}
