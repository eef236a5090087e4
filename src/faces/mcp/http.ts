/** The MCP server over Streamable HTTP: who may ask (host, origin, token), then the protocol's own handler. It keeps no session. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { serve } from '@hono/node-server';
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
} from '@modelcontextprotocol/server';
import { PlatformError } from '../../domain/error.ts';
import { createServer } from './server.ts';
import type { Surroundings } from './surroundings.ts';
import { loadTools } from './tool.ts';

const PATH = '/mcp';
/** Shorter ones are guessed. */
const MIN_TOKEN_LENGTH = 16;

export interface HttpOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** What a caller must send as `Authorization: Bearer …`; null: none, on loopback only. */
  readonly token: string | null;
}

export interface RunningServer {
  readonly url: string;
  close(): Promise<void>;
}

export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
}

/** Throws PlatformError `usage` for a server that others could reach without a token. */
export function checkAccess({ host, token }: HttpOptions): void {
  if (token === null && !isLoopback(host)) {
    throw new PlatformError({
      code: 'usage',
      what: `The server cannot be opened on ${host}`,
      why: 'others could reach it, and no token is asked for',
      nextStep: 'Put a token into a variable and name it with --token-env, or leave --host out.',
    });
  }
  if (token !== null && token.length < MIN_TOKEN_LENGTH) {
    throw new PlatformError({
      code: 'usage',
      what: 'The token cannot be used',
      why: `it has fewer than ${MIN_TOKEN_LENGTH} characters`,
      nextStep: 'Make one, for example with: openssl rand -hex 32',
    });
  }
}

/** Throws PlatformError `usage` as `checkAccess`, `unavailable` where the port cannot be opened. */
export async function startHttp(options: HttpOptions, surroundings: Surroundings): Promise<RunningServer> {
  checkAccess(options);
  const tools = await loadTools();
  const handler = createMcpHandler(() => createServer(tools, surroundings), {
    onerror: (error) => surroundings.log(`wicked-platform: mcp: ${error.message}\n`),
  });
  const answer = async (request: Request): Promise<Response> => {
    const refused = refusal(request, options);
    if (refused !== null) return refused;
    return new URL(request.url).pathname === PATH ? handler.fetch(request) : plain(404, `Ask ${PATH}.`);
  };
  const { server, port } = await listen(answer, options);
  const shown =
    options.host.includes(':') && !options.host.startsWith('[') ? `[${options.host}]` : options.host;
  return {
    url: `http://${shown}:${port}${PATH}`,
    close: async () => {
      await handler.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
    },
  };
}

function listen(answer: (request: Request) => Promise<Response>, { host, port }: HttpOptions) {
  return new Promise<{ server: ReturnType<typeof serve>; port: number }>((resolve, reject) => {
    const server = serve({ fetch: answer, hostname: host.replaceAll(/[[\]]/g, ''), port }, (info) =>
      resolve({ server, port: info.port }),
    );
    server.once('error', (cause: Error) =>
      reject(
        new PlatformError({
          code: 'unavailable',
          what: `The server cannot be opened on ${host}:${port}`,
          why: cause.message,
          nextStep: 'Give another --port, or 0 for a free one.',
          cause,
        }),
      ),
    );
  });
}

/** On loopback the name that was asked for must be a loopback name, so that no page of another site reaches it by rebinding; elsewhere the token does that. */
function refusal(request: Request, { host, token }: HttpOptions): Response | null {
  if (isLoopback(host)) {
    const refused =
      hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
      originValidationResponse(request, localhostAllowedOrigins());
    if (refused !== undefined) return refused;
  } else {
    const refused = originValidationResponse(request, [new URL(request.url).hostname]);
    if (refused !== undefined) return refused;
  }
  if (token === null || hasToken(request, token)) return null;
  return plain(401, 'A token is needed: Authorization: Bearer …', { 'www-authenticate': 'Bearer' });
}

/** Compared by hash, so that neither length nor a first difference shows in the time it takes. */
function hasToken(request: Request, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}

function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  });
}
