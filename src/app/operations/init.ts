/** Proposes a wicked-platform.yaml from what was discovered. It writes nothing: whoever asked decides where the text goes. */
import { z } from 'zod';
import { survey } from '../gather.ts';
import { defineOperation } from '../operation.ts';
import { situationOf } from '../survey-situation.ts';

export const operation = defineOperation({
  name: 'init',
  summary: 'Propose a commented wicked-platform.yaml from what was discovered.',
  input: z.strictObject({
    dir: z.string().default('.').describe('The evidence directory'),
    logs: z.array(z.string()).default([]).describe('Files, folders or globs that are logs'),
    repos: z.array(z.string()).default([]).describe('Further git repositories'),
  }),
  output: z.strictObject({
    path: z.string().describe('Where it belongs'),
    exists: z.boolean().describe('Whether there is one; its settings are kept, its comments are not'),
    services: z.number().describe('How many services of the team it declares'),
    text: z.string(),
  }),
  effects: 'read',
  // It writes the team's own file: a person's command.
  tool: null,
  async run({ dir, logs, repos }, platform) {
    const options = { dir, logs, repos, asOf: null, since: null, until: null, zone: null };
    const gathered = await survey(options, platform);
    try {
      const situation = await situationOf(gathered);
      const [{ starterConfig }, { parseConfig }] = await Promise.all([
        import('../starter-config.ts'),
        import('../config.ts'),
      ]);
      const { config, place } = gathered;
      const name = config.path ?? 'wicked-platform.yaml';
      const text = starterConfig(situation, config);
      const { contribution } = await parseConfig(text, name);
      const services = contribution.serviceFacts.filter(({ kind }) => kind === 'service').length;
      const path = `${place.workspace.replace(/[\\/]$/, '')}/${name}`;
      return { path, exists: config.path !== null, services, text };
    } finally {
      await gathered.place.close();
    }
  },
});
