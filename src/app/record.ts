/** The incident's own record: which incident a triage belongs to, and which events it adds. It stores nothing itself. */
import { type Incident, type IncidentEvent, projectIncident, type TriageScope } from '../domain/incident.ts';
import type { Report } from '../domain/report.ts';
import type { EpochMs } from '../domain/time.ts';
import type { IncidentStore, NewEvent } from '../ports/incident-store.ts';

export const ACTOR = 'wicked-platform';
/** How far back an open incident of the same symptom is looked for. */
const SEARCHED_INCIDENTS = 50;
const TITLE_LIMIT = 80;

/** Case, punctuation and spacing do not make another symptom. */
export function normaliseSymptom(symptom: string): string {
  return symptom
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The open incident of the workspace with the same symptom, newest first; null where there is none. */
export async function findOpenIncident(
  store: IncidentStore,
  workspace: string,
  symptom: string,
): Promise<Incident | null> {
  const wanted = normaliseSymptom(symptom);
  for (const { id } of (await store.list(workspace)).slice(0, SEARCHED_INCIDENTS)) {
    const incident = projectIncident(await store.events(id));
    if (incident === null || incident.status === 'RESOLVED') continue;
    if (normaliseSymptom(incident.symptom) === wanted) return incident;
  }
  return null;
}

export function openedEvent(symptom: string, workspace: string, at: EpochMs): NewEvent {
  const clause = /^[^,;.!?\n]{3,}/.exec(symptom.trim())?.[0].trim() ?? symptom.trim();
  const title = clause.length > TITLE_LIMIT ? `${clause.slice(0, TITLE_LIMIT - 1)}…` : clause;
  return { at, actor: ACTOR, body: { type: 'opened', title, symptom: symptom.trim(), workspace } };
}

/** Answers that the record does not hold yet. */
export function answerEvents(
  record: readonly IncidentEvent[],
  answers: Readonly<Record<string, string>>,
  at: EpochMs,
): readonly NewEvent[] {
  const known = latestAnswers(record);
  return Object.entries(answers)
    .filter(([key, value]) => known.get(key) !== value)
    .map(([key, value]) => ({ at, actor: ACTOR, body: { type: 'answered', key, value } }));
}

function latestAnswers(record: readonly IncidentEvent[]): ReadonlyMap<string, string> {
  const answers = new Map<string, string>();
  for (const { body } of record) if (body.type === 'answered') answers.set(body.key, body.value);
  return answers;
}

/**
 * `cause-identified` and `decision-made` where the report says something that the record does not.
 * A cause that a person recorded stands: the tool does not write its own words over it.
 */
export function responseEvents(
  record: readonly IncidentEvent[],
  report: Report,
  at: EpochMs,
): readonly NewEvent[] {
  const events: NewEvent[] = [];
  const cause = record.findLast(({ body }) => body.type === 'cause-identified');
  const statement = report.rootCause?.statement ?? null;
  const isKnown =
    cause !== undefined &&
    (cause.actor !== ACTOR || (cause.body.type === 'cause-identified' && cause.body.statement === statement));
  if (statement !== null && !isKnown)
    events.push({ at, actor: ACTOR, body: { type: 'cause-identified', statement } });
  const decision = record.findLast(({ body }) => body.type === 'decision-made');
  const { recommendation, reason } = report.rollback;
  const isDecided =
    decision?.body.type === 'decision-made' && decision.body.recommendation === recommendation;
  if (recommendation !== 'INVESTIGATE' && recommendation !== 'NONE' && !isDecided) {
    events.push({ at, actor: ACTOR, body: { type: 'decision-made', recommendation, statement: reason } });
  }
  return events;
}

/** True when the last triage of the record looked at the same places and came to the same at the same time: then it is not told twice. */
export function isAlreadyTold(
  record: readonly IncidentEvent[],
  { report, scope }: { readonly report: Report; readonly scope: TriageScope },
  at: EpochMs,
): boolean {
  const last = record.findLast(({ body }) => body.type === 'triaged');
  if (last?.body.type !== 'triaged' || last.at !== at) return false;
  const timeless = (each: Report) => JSON.stringify({ ...each, durationMs: 0 });
  const { body } = last;
  return timeless(body.report) === timeless(report) && JSON.stringify(body.scope) === JSON.stringify(scope);
}

/** Where the incident was last triaged; null where no triage told. */
export function lastScope({ events }: Incident): TriageScope | null {
  const last = events.findLast(({ body }) => body.type === 'triaged' && body.scope !== undefined);
  return last?.body.type === 'triaged' ? (last.body.scope ?? null) : null;
}

/** The events as they will stand in the store, for the report that is made before they are appended. */
export function numbered(
  events: readonly NewEvent[],
  incidentId: string,
  lastSequence: number,
): readonly IncidentEvent[] {
  return events.map((event, index) => ({ incidentId, sequence: lastSequence + 1 + index, ...event }));
}

/** What the engine sees of a record: earlier reports are results, not evidence. */
export function withoutReports(record: readonly IncidentEvent[]): readonly IncidentEvent[] {
  return record.filter(({ body }) => body.type !== 'triaged');
}
