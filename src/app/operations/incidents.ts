/** The list of incidents, newest first. */
import { z } from 'zod';
import { projectIncident } from '../../domain/incident.ts';
import { toIso } from '../../domain/time.ts';
import { defineOperation } from '../operation.ts';

const row = z.strictObject({
  id: z.string(),
  status: z.string(),
  severity: z.string().nullable(),
  title: z.string(),
  openedAt: z.string(),
  updatedAt: z.string(),
  workspace: z.string(),
});

export const operation = defineOperation({
  name: 'incidents',
  summary: 'List incidents, newest first.',
  input: z.strictObject({
    dir: z.string().nullable().default(null).describe('Only those of this directory'),
    limit: z.number().int().positive().max(1000).default(50).describe('At most this many'),
  }),
  output: z.strictObject({ incidents: z.array(row) }),
  effects: 'read',
  tool: {
    name: 'list_incidents',
    title: 'List incidents',
    description:
      'List incidents, newest first, with handle, severity, status and title. Use it to find the handle of an open incident.',
    idempotent: true,
    gathers: false,
  },
  text: ({ incidents }) =>
    incidents.length === 0
      ? 'No incidents yet.'
      : incidents
          .map(({ id, severity, status, openedAt, title }) =>
            [id, severity ?? 'SEV?', status, openedAt, title].join(' '),
          )
          .join('\n'),
  async run({ dir, limit }, platform) {
    const store = await platform.openStore();
    const workspace = dir === null ? null : await platform.workspaceOf(dir);
    const incidents: z.infer<typeof row>[] = [];
    for (const { id } of (await store.list(workspace)).slice(0, limit)) {
      const incident = projectIncident(await store.events(id));
      if (incident === null) continue;
      const { status, severity, openedAt, updatedAt } = incident;
      const title = incident.lastReport?.incident.title ?? incident.title;
      incidents.push({
        id,
        status,
        severity,
        title,
        openedAt: toIso(openedAt),
        updatedAt: toIso(updatedAt),
        workspace: incident.workspace,
      });
    }
    return { incidents };
  },
});
