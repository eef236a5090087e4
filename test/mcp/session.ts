/** A client of the SDK's own on the built server, as an agent's host starts it. Needs `npm run build` first, which `npm test` does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect } from 'vitest';
import { buildScenario, scenarioFolder } from '../../src/faces/cli/scenario/build-scenario.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const CLI = join(ROOT, 'dist', 'cli.js');
export const SYMPTOM = '500 errors spiking on checkout API, customers unable to complete purchases';

/** Both eras of the protocol, as client options. */
export const ERAS = [
  { era: '2025-11-25', options: {} },
  { era: '2026-07-28', options: { versionNegotiation: { mode: { pin: '2026-07-28' } } } },
] as const satisfies readonly { readonly era: string; readonly options: ClientOptions }[];

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

/** What the person at the client's form fills in; null: the client has no form. */
export type Fill =
  | ((properties: Readonly<Record<string, unknown>>) => Record<string, string | boolean> | null)
  | null;

function newClient(options: ClientOptions, fill: Fill): Client {
  const capabilities = fill === null ? {} : { elicitation: { form: {} } };
  const client = new Client({ name: 'test', version: '1.0.0' }, { ...options, capabilities });
  if (fill === null) return client;
  client.setRequestHandler('elicitation/create', ({ params }) => {
    const content = 'requestedSchema' in params ? fill(params.requestedSchema.properties) : null;
    return content === null ? { action: 'decline' as const } : { action: 'accept' as const, content };
  });
  return client;
}

export async function connectStdio(
  bench: Bench,
  options: ClientOptions = {},
  fill: Fill = null,
  argv: readonly string[] = [],
): Promise<Client> {
  const client = newClient(options, fill);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [CLI, 'mcp', '--store', bench.store, ...argv],
    cwd: bench.evidence,
    stderr: 'ignore',
  });
  await client.connect(transport);
  return client;
}

export interface HttpServer {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

export async function startHttp(
  bench: Bench,
  argv: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<HttpServer> {
  const child = spawn(
    process.execPath,
    [CLI, 'mcp', '--http', '--port', '0', '--store', bench.store, '--root', bench.evidence, ...argv],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...environment } },
  );
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /listening on (http:\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(said)));
  });
  return {
    url,
    process: child,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export async function connectHttp(
  url: string,
  options: ClientOptions = {},
  fill: Fill = null,
  headers: Readonly<Record<string, string>> = {},
): Promise<Client> {
  const client = newClient(options, fill);
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return client;
}

/** Calls a tool that must succeed; the client has checked its answer against the schema that the server listed. */
export async function call(
  client: Client,
  name: string,
  given: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly text: string; readonly structured: Record<string, unknown> }> {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: { ...given } });
  const text = textOf(content);
  expect(isError, text).not.toBe(true);
  expect(structuredContent).toBeDefined();
  return { text, structured: structuredContent as Record<string, unknown> };
}

/** Calls a tool that must refuse, and returns what it says. */
export async function refusal(
  client: Client,
  name: string,
  given: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { content, isError } = await client.callTool({ name, arguments: { ...given } });
  expect(isError).toBe(true);
  return textOf(content);
}

function textOf(content: readonly { readonly type: string }[]): string {
  return content.map((part) => ('text' in part ? String(part.text) : '')).join('\n');
}
