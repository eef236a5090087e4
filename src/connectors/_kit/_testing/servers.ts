/** Servers for tests of live sources: real ones where they are installed, else small ones that give prepared answers. All on loopback. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_WITHIN_MS = 15_000;
const POLL_MS = 50;

export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

function isInstalled(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Debian packages by a command that is called otherwise. */
const PACKAGES: Readonly<Record<string, string>> = { promtool: 'prometheus' };

/** Whether the tests against these commands can run. Missing ones are told on stderr; with CI=true they must be there. */
export function canRun(...commands: readonly string[]): boolean {
  const missing = commands.filter((command) => !isInstalled(command));
  if (missing.length === 0) return true;
  const packages = [...new Set(missing.map((command) => PACKAGES[command] ?? command))];
  const hint = `${missing.join(', ')} not installed: apt-get install ${packages.join(' ')}`;
  if (process.env['CI'] === 'true') throw new Error(hint);
  process.stderr.write(`skipped, ${hint}\n`);
  return false;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await listen(server);
  const { port } = server.address() as AddressInfo;
  await close(server);
  return port;
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

/** Starts a program and waits until `readyPath` answers 200. Throws with what the program printed where it does not. */
export async function startProgram(
  command: string,
  argv: readonly string[],
  port: number,
  readyPath: string,
): Promise<RunningServer> {
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(command, [...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => {
    printed = `${printed}${chunk.toString('utf8')}`.slice(-4_000);
  });
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const response = await fetch(`${url}${readyPath}`).catch(() => null);
    await response?.arrayBuffer();
    if (response?.status === 200) return { url, stop };
    if (child.exitCode !== null) break;
  }
  await stop();
  throw new Error(`${command} did not start:\n${printed}`);
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Gives whatever `answer` says; `asked` collects method and URL of each request. */
export async function startStub(
  answer: Answer,
): Promise<RunningServer & { readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, stop: () => close(server) };
}
