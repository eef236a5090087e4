/** What happened when: changes, symptoms, alerts, recovery and what people did, from the stored report. */
import { z } from 'zod';
import { findReport, handleInput } from '../handle.ts';
import { instantInput, readInstant } from '../instants.ts';
import { defineOperation } from '../operation.ts';
import { reportSchema } from '../report-schema.ts';

const output = z.strictObject({
  incident: z.string(),
  asOf: z.string(),
  entries: reportSchema.shape.timeline,
  total: z.number().describe('Entries of the whole timeline'),
});

function textOf({ entries, total }: z.infer<typeof output>): string {
  return [
    ...entries.map(
      ({ at, kind, service, summary, evidence }) =>
        `${at} ${kind} ${service ?? '-'}: ${summary}${evidence.length === 0 ? '' : ` [${evidence.join(' ')}]`}`,
    ),
    ...(entries.length < total ? [`${entries.length} of ${total} entries`] : []),
  ].join('\n');
}

export const operation = defineOperation({
  name: 'incident-timeline',
  summary: 'What happened when: changes, symptoms, alerts, recovery, response.',
  input: z.strictObject({
    ...handleInput,
    from: instantInput.nullable().default(null).describe('Nothing before: ISO 8601, or 2h before the report'),
    to: instantInput.nullable().default(null).describe('Nothing after'),
  }),
  output,
  effects: 'read',
  tool: {
    name: 'timeline',
    title: 'Incident timeline',
    description:
      'Timeline of an incident: deployments and other changes, first errors, alerts, cascade, recovery, and what people did and decided, in order, with evidence ids. From the stored report.',
    idempotent: true,
    gathers: false,
  },
  text: textOf,
  async run({ from, to, ...handle }, platform) {
    const report = await findReport(handle, platform);
    const base = readInstant(report.incident.asOf, 'asOf', platform.clock.now());
    const first = from === null ? null : readInstant(from, '--from', base);
    const last = to === null ? null : readInstant(to, '--to', base);
    const entries = report.timeline.filter(({ at }) => {
      const instant = readInstant(at, 'at', base);
      return (first === null || instant >= first) && (last === null || instant <= last);
    });
    return {
      incident: report.incident.id,
      asOf: report.incident.asOf,
      entries,
      total: report.timeline.length,
    };
  },
});
