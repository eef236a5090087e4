/** The question before a rollback: what was decided in the open incident, and how safe going back is. The answer is the person's. */
import { stripControls } from '../../../app/sanitise.ts';
import { isOfDirectory } from '../../../app/standing-incident.ts';
import type { Incident } from '../../../domain/incident.ts';
import type { Report } from '../../../domain/report.ts';
import { isSameCommand, namesWord } from './rollback-line.ts';

const MAX_FINDINGS = 3;
/** A prompt that has to be scrolled is not read. */
const MAX_LENGTH = 1_600;

/** The incident that the command is about: one whose decision names the same workload, else one of the directory, else the newest. */
export function incidentOf(
  command: string,
  incidents: readonly Incident[],
  directory: string | null,
): Incident | null {
  const named = incidents.find(({ lastReport }) => {
    const service = lastReport?.rollback.target?.service ?? null;
    const recorded = lastReport?.rollback.commands ?? [];
    return (
      (service !== null && namesWord(command, service)) ||
      recorded.some((each) => isSameCommand(each.command, command))
    );
  });
  const here = incidents.find((incident) => directory !== null && isOfDirectory(incident, directory));
  return named ?? here ?? incidents[0] ?? null;
}

/** As shown beside the question whether the command may run. */
export function rollbackQuestion(command: string, incident: Incident): string {
  const { id, status, severity, lastReport } = incident;
  const head = `${id} is open (${severity ?? 'SEV?'}, ${status}): ${oneLine(lastReport?.incident.title ?? incident.title)}.`;
  const lines =
    lastReport === null
      ? [head, 'No decision is recorded yet: its triage did not come to an end.']
      : [head, ...decided(command, lastReport)];
  const text = lines.map(oneLine).join('\n');
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
}

function decided(command: string, report: Report): readonly string[] {
  const { recommendation, reason, target, safety, commands } = report.rollback;
  const of = [target?.service, target?.version].filter((part) => typeof part === 'string').join(' to ');
  const decision = recommendation === 'ROLLBACK' && of !== '' ? `ROLLBACK of ${of}` : recommendation;
  const recorded = commands.filter(({ purpose }) => purpose === 'mitigate').map((each) => each.command);
  return [
    `Recorded decision (as of ${report.incident.asOf}): ${decision} — ${reason}`,
    `Safety of going back: ${safety.verdict}${findings(report)}`,
    ...(recommendation === 'ROLLBACK' ? [compared(command, recorded, target?.service ?? null)] : []),
    ...(recommendation === 'ROLLBACK' ? [] : ['This command is a rollback: it is not what was decided.']),
  ];
}

function findings({ rollback }: Report): string {
  const told = rollback.safety.findings.filter(({ verdict }) => verdict !== 'ok');
  const shown = told.slice(0, MAX_FINDINGS).map(({ statement }) => statement);
  const more = told.length - shown.length;
  return shown.length === 0 ? '' : ` — ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function compared(command: string, recorded: readonly string[], service: string | null): string {
  const first = recorded[0];
  if (recorded.some((each) => isSameCommand(each, command))) return 'This is the recorded command.';
  const named = service === null || namesWord(command, service) ? '' : ` It does not name ${service}.`;
  return first === undefined
    ? `No command is recorded.${named}`
    : `This is not the recorded command, which is: ${first}${named}`;
}

function oneLine(text: string): string {
  return stripControls(text).replaceAll(/\s+/g, ' ').trim();
}

/** One line for a session that begins while an incident is open. */
export function openIncidentLine({ id, status, severity, title, lastReport }: Incident): string {
  const since = lastReport?.incident.startedAt ?? null;
  const decision = lastReport === null ? 'not triaged to the end' : lastReport.rollback.recommendation;
  const named = oneLine(lastReport?.incident.title ?? title).slice(0, 120);
  return oneLine(
    `wicked-platform: ${id} is open (${severity ?? 'SEV?'}, ${status}${since === null ? '' : `, since ${since}`}): ${JSON.stringify(named)}; decision: ${decision}. /wicked-platform:incident --report shows it.`,
  );
}
