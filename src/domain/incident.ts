/** An incident is the projection of its events; events are only ever appended. */
import type { IncidentStatus, Severity } from './impact.ts';
import type { Report } from './report.ts';
import { type EpochMs, epochMs } from './time.ts';
import type { CheckResult, MitigationBasis, VerificationOutcome } from './verification.ts';

/** What a verification found, in short: the whole of it is measured again at any time. */
export interface VerifiedEvent {
  readonly type: 'verified';
  readonly outcome: VerificationOutcome;
  readonly status: IncidentStatus;
  readonly reason: string;
  /** ISO 8601. */
  readonly mitigatedAt: string;
  readonly mitigation: string;
  readonly basis: MitigationBasis;
  /** What the incident was put down to when this was measured; null where nothing was. */
  readonly accused: {
    readonly service: string | null;
    readonly version: string | null;
    readonly commit: string | null;
    readonly flag: string | null;
  } | null;
  readonly checks: readonly {
    readonly id: string;
    readonly service: string | null;
    readonly result: CheckResult;
    readonly during: string | null;
    readonly after: string | null;
  }[];
}

/** Where and when a triage looked, so that the next one of the incident can look there again. Paths are absolute. */
export interface TriageScope {
  readonly dir: string;
  readonly logs: readonly string[];
  readonly repos: readonly string[];
  readonly service: string | null;
  readonly zone: string | null;
  /** As given by whoever asked; null: chosen by the clock and the evidence. */
  readonly asOf: EpochMs | null;
  readonly since: EpochMs | null;
  readonly until: EpochMs | null;
}

export type IncidentEventBody =
  | { readonly type: 'opened'; readonly title: string; readonly symptom: string; readonly workspace: string }
  | {
      readonly type: 'triaged';
      readonly report: Report;
      /** Absent in records of a triage that did not tell. */
      readonly scope?: TriageScope;
    }
  | { readonly type: 'cause-identified'; readonly statement: string }
  | { readonly type: 'decision-made'; readonly recommendation: string; readonly statement: string }
  | { readonly type: 'answered'; readonly key: string; readonly value: string }
  | VerifiedEvent
  | { readonly type: 'noted'; readonly text: string }
  | { readonly type: 'status-changed'; readonly status: IncidentStatus; readonly why: string }
  | { readonly type: 'resolved'; readonly text: string };

/** `sequence` counts from 1 within an incident; `at` is the time the event speaks of, not when it was written. */
export interface IncidentEvent {
  readonly incidentId: string;
  readonly sequence: number;
  readonly at: EpochMs;
  /** Who caused it: `wicked-platform` or a person's name. */
  readonly actor: string;
  readonly body: IncidentEventBody;
}

export interface Incident {
  readonly id: string;
  readonly title: string;
  readonly symptom: string;
  readonly workspace: string;
  readonly status: IncidentStatus;
  readonly severity: Severity | null;
  readonly openedAt: EpochMs;
  readonly updatedAt: EpochMs;
  readonly lastReport: Report | null;
  readonly answers: Readonly<Record<string, string>>;
  readonly events: readonly IncidentEvent[];
}

/** Folds events (any order; sorted here by sequence) into the incident's state; null without an `opened` event. */
export function projectIncident(events: readonly IncidentEvent[]): Incident | null {
  const ordered = [...events].sort((a, b) => a.sequence - b.sequence);
  const opened = ordered.find((event) => event.body.type === 'opened');
  if (opened === undefined || opened.body.type !== 'opened') return null;
  let state: Incident = {
    id: opened.incidentId,
    title: opened.body.title,
    symptom: opened.body.symptom,
    workspace: opened.body.workspace,
    status: 'INVESTIGATING',
    severity: null,
    openedAt: opened.at,
    updatedAt: opened.at,
    lastReport: null,
    answers: {},
    events: ordered,
  };
  for (const event of ordered) state = apply(state, event);
  return state;
}

function apply(state: Incident, event: IncidentEvent): Incident {
  const next = { ...state, updatedAt: epochMs(Math.max(event.at, state.updatedAt)) };
  const body = event.body;
  switch (body.type) {
    case 'opened':
    case 'noted':
    case 'decision-made':
      return next;
    case 'triaged':
      return {
        ...next,
        lastReport: body.report,
        severity: body.report.incident.severity,
        status: state.status === 'RESOLVED' ? state.status : body.report.incident.status,
      };
    case 'cause-identified':
      return { ...next, status: state.status === 'INVESTIGATING' ? 'IDENTIFIED' : state.status };
    case 'answered':
      return { ...next, answers: { ...state.answers, [body.key]: body.value } };
    case 'status-changed':
    case 'verified':
      return { ...next, status: body.status };
    case 'resolved':
      return { ...next, status: 'RESOLVED' };
  }
}
