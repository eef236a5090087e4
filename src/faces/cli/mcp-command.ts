/** `wicked-platform mcp`: starts the server for agents and stays until its client goes or a signal comes. */
import { resolve } from 'node:path';
import { parseSources } from '../../app/sources.ts';
import { PlatformError } from '../../domain/error.ts';
import { EXIT } from './exit-code.ts';
import { stopOnSignals } from './session.ts';

/** As commander hands them over: an option that was not given is absent. */
export interface McpFlags {
  readonly root: readonly string[];
  readonly source: readonly string[];
  readonly store?: string;
  readonly http?: boolean;
  readonly host?: string;
  readonly port?: string;
  readonly tokenEnv?: string;
}

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 3917;

export async function mcpCommand(version: string, flags: McpFlags): Promise<number> {
  const http = httpOptionsOf(flags, process.env);
  const [first = '.', ...others] = flags.root;
  const surroundings = {
    version,
    environment: process.env,
    roots: [resolve(first), ...others.map((root) => resolve(root))] as const,
    sources: parseSources(flags.source),
    store: flags.store === undefined ? null : resolve(flags.store),
    log: (text: string) => process.stderr.write(text),
  };
  const { serveOverHttp, serveOverStdio } = await import('../mcp/main.ts');
  const stopping = stopOnSignals();
  try {
    if (http === null) await serveOverStdio(surroundings, stopping.signal);
    else await serveOverHttp(http, surroundings, stopping.signal);
    return EXIT.ok;
  } finally {
    stopping.end();
  }
}

/** Null: standard input and output. Throws PlatformError `usage`. */
export function httpOptionsOf(
  { http, host, port, tokenEnv }: McpFlags,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly host: string; readonly port: number; readonly token: string | null } | null {
  if (http !== true) {
    const given = [
      ['--host', host],
      ['--port', port],
      ['--token-env', tokenEnv],
    ].find(([, value]) => value !== undefined);
    if (given === undefined) return null;
    throw usage(
      `${given[0]} has no meaning without --http`,
      'standard input and output have neither address nor token',
      'Add --http.',
    );
  }
  return { host: host ?? DEFAULT_HOST, port: portOf(port), token: tokenOf(tokenEnv, environment) };
}

function portOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw usage(
    `--port ${text} is no port`,
    'a port is a number from 0 to 65535',
    'Give one, or 0 for a free port.',
  );
}

function tokenOf(
  name: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  if (name === undefined) return null;
  const token = environment[name]?.trim() ?? '';
  if (token !== '') return token;
  throw usage(
    `There is no token in ${name}`,
    'the variable is empty or not set',
    `Set it: export ${name}="$(openssl rand -hex 32)"`,
  );
}

function usage(what: string, why: string, nextStep: string): PlatformError {
  return new PlatformError({ code: 'usage', what, why, nextStep });
}
