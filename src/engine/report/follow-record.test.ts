import { describe, expect, it } from 'vitest';
import { type IncidentEvent, type IncidentEventBody, projectIncident } from '../../domain/incident.ts';
import type { Report } from '../../domain/report.ts';
import { epochMs } from '../../domain/time.ts';
import { followRecord } from './follow-record.ts';

const REPORT = {
  incident: {
    id: 'INC-1',
    status: 'IDENTIFIED',
    severity: 'SEV1',
    startedAt: '2024-03-01T12:00:00Z',
    asOf: '2024-03-01T12:20:00Z',
    durationSeconds: 1200,
    ongoing: true,
  },
  summary: 'Checkout fails.',
  symptoms: [{ id: 'S1', ongoing: true }],
  timeline: [
    { at: '2024-03-01T12:00:00Z', kind: 'symptom', service: 'checkout', summary: 'first', evidence: [] },
    { at: '2024-03-01T12:20:00Z', kind: 'response', service: null, summary: 'later', evidence: [] },
  ],
  rollback: {
    recommendation: 'ROLLBACK',
    reason: 'v2 carries the cause',
    commands: [{ purpose: 'mitigate', command: 'undo' }],
    alternatives: [{}],
    verification: [{}],
    criteria: [{ id: 'error-rate' }],
  },
  notes: [],
} as unknown as Report;

function incidentOf(later: readonly (readonly [string, IncidentEventBody])[]) {
  const bodies: readonly (readonly [string, IncidentEventBody])[] = [
    ['12:18', { type: 'opened', title: 't', symptom: 's', workspace: '/w' }],
    ['12:20', { type: 'triaged', report: REPORT }],
    ...later,
  ];
  const events = bodies.map(
    ([clock, body], index): IncidentEvent => ({
      incidentId: 'INC-1',
      sequence: index + 1,
      at: epochMs(Date.parse(`2024-03-01T${clock}:00Z`)),
      actor: 'dana',
      body,
    }),
  );
  const incident = projectIncident(events);
  if (incident === null) throw new Error('no incident');
  return incident;
}

describe('followRecord', () => {
  it('leaves a report alone that nothing was recorded after', () => {
    expect(followRecord(REPORT, incidentOf([]))).toBe(REPORT);
  });

  it('closes a resolved incident: status, end, no command to run, what was decided as history', () => {
    const report = followRecord(
      REPORT,
      incidentOf([['12:45', { type: 'resolved', text: 'Rolled back to v1' }]]),
    );
    expect(report.incident).toMatchObject({ status: 'RESOLVED', ongoing: false, durationSeconds: 45 * 60 });
    expect(report.symptoms).toMatchObject([{ ongoing: false }]);
    expect(report.rollback).toMatchObject({
      recommendation: 'NONE',
      reason: expect.stringContaining('ROLLBACK: v2 carries the cause'),
      commands: [],
      alternatives: [],
      verification: [],
      criteria: [{ id: 'error-rate' }],
    });
    expect(report.summary).toBe(
      'Resolved at 2024-03-01T12:45:00Z: Rolled back to v1. What follows is as of 2024-03-01T12:20:00Z. Checkout fails.',
    );
    expect(report.timeline.at(-1)).toMatchObject({
      at: '2024-03-01T12:45:00Z',
      kind: 'response',
      summary: 'Resolved: Rolled back to v1',
    });
    expect(report.notes).toHaveLength(1);
  });

  it('puts notes where they belong in time and takes a status that was set', () => {
    const report = followRecord(
      REPORT,
      incidentOf([
        ['12:10', { type: 'noted', text: 'support told customers' }],
        ['12:30', { type: 'status-changed', status: 'MITIGATING', why: 'rollback started' }],
      ]),
    );
    expect(report.incident).toMatchObject({ status: 'MITIGATING', ongoing: true, durationSeconds: 1200 });
    expect(report.timeline.map((entry) => entry.summary)).toEqual([
      'first',
      'Note by dana: support told customers',
      'later',
      'Status MITIGATING: rollback started',
    ]);
    expect(report.rollback.recommendation).toBe('ROLLBACK');
  });

  it('ends at the last failure where the triage saw the end already', () => {
    const ended = { ...REPORT, incident: { ...REPORT.incident, ongoing: false, durationSeconds: 600 } };
    const report = followRecord(ended, incidentOf([['12:45', { type: 'resolved', text: 'Resolved' }]]));
    expect(report.incident.durationSeconds).toBe(600);
  });
});
