/** A client of the SDK's own on the built server, as an agent's host starts it. Needs `npm run build` first, which `npm test` does. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { buildScenario, scenarioFolder } from '../../src/faces/cli/scenario/build-scenario.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const CLI = join(ROOT, 'dist', 'cli.js');
export const SYMPTOM = '500 errors spiking on checkout API, customers unable to complete purchases';

/** A folder of its own with a scenario laid out in `evidence`, and an incident store in `store`. */
export interface Bench {
  readonly folder: string;
  readonly evidence: string;
  readonly store: string;
  remove(): void;
}

export async function layOut(scenario: string): Promise<Bench> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'wicked-mcp-')));
  const evidence = join(folder, 'evidence');
  await buildScenario(scenarioFolder(scenario), evidence, {});
  return {
    folder,
    evidence,
    store: join(folder, 'store'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export async function connectStdio(
  bench: Bench,
  { argv = [], options = {} }: { readonly argv?: readonly string[]; readonly options?: ClientOptions } = {},
): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' }, options);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [CLI, 'mcp', '--store', bench.store, ...argv],
    cwd: bench.evidence,
    stderr: 'inherit',
  });
  await client.connect(transport);
  return client;
}
