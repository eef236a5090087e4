/** Who may ask the server over HTTP: host, origin, token, path and method. */
import { spawnSync } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, CLI, call, connectHttp, type HttpServer, layOut, startHttp } from './session.ts';

const TOKEN = 'a-token-of-more-than-sixteen-characters';
const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });

let bench: Bench;
let open: HttpServer;
let guarded: HttpServer;
beforeAll(async () => {
  bench = await layOut('seed-as-written');
  open = await startHttp(bench);
  guarded = await startHttp(bench, ['--host', '0.0.0.0', '--token-env', 'TEST_TOKEN'], { TEST_TOKEN: TOKEN });
});
afterAll(async () => {
  await open.stop();
  await guarded.stop();
  bench.remove();
});

/** The status of a request whose Host header fetch would not let us set. */
function statusOf(
  url: string,
  {
    method = 'POST',
    path = '/mcp',
    headers = {},
  }: { method?: string; path?: string; headers?: Record<string, string> },
): Promise<number> {
  const { port } = new URL(url);
  const all = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers: all }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.end(method === 'POST' ? LIST : undefined);
  });
}

describe('a server on loopback', () => {
  it.each([
    { name: 'a plain client', status: 200, given: {} },
    {
      name: 'a name that points to it from elsewhere',
      status: 403,
      given: { headers: { host: 'evil.example' } },
    },
    { name: 'a page of another site', status: 403, given: { headers: { origin: 'https://evil.example' } } },
    { name: 'a page without an origin', status: 403, given: { headers: { origin: 'null' } } },
    { name: 'a page of this machine', status: 200, given: { headers: { origin: 'http://localhost:5173' } } },
    { name: 'another path', status: 404, given: { path: '/' } },
    { name: 'another method', status: 405, given: { method: 'GET' } },
  ])('answers $status to $name', async ({ status, given }) => {
    expect(await statusOf(open.url, given)).toBe(status);
  });
});

describe('a server that others can reach', () => {
  it.each([
    { name: 'no token', status: 401, headers: {} },
    { name: 'another token', status: 401, headers: { authorization: `Bearer ${TOKEN}x` } },
    { name: 'the token in another scheme', status: 401, headers: { authorization: `Basic ${TOKEN}` } },
    { name: 'the token', status: 200, headers: { authorization: `Bearer ${TOKEN}` } },
    {
      name: 'the token from a page of another site',
      status: 403,
      headers: { authorization: `Bearer ${TOKEN}`, origin: 'https://evil.example' },
    },
  ])('answers $status to $name', async ({ status, headers }) => {
    expect(await statusOf(guarded.url, { headers })).toBe(status);
  });

  it('serves a client that sends the token', async () => {
    const url = guarded.url.replace('0.0.0.0', '127.0.0.1');
    const client = await connectHttp(url, {}, null, { authorization: `Bearer ${TOKEN}` });
    expect((await call(client, 'doctor')).text).toContain('error.log');
    await client.close();
  });
});

describe('a server that is not started', () => {
  it.each([
    {
      name: 'an open address without a token',
      argv: ['--http', '--host', '0.0.0.0'],
      says: 'no token is asked for',
    },
    {
      name: 'an empty token',
      argv: ['--http', '--token-env', 'TEST_NO_SUCH_TOKEN'],
      says: 'There is no token in TEST_NO_SUCH_TOKEN',
    },
    {
      name: 'a short token',
      argv: ['--http', '--token-env', 'TEST_SHORT_TOKEN'],
      says: 'fewer than 16 characters',
    },
    { name: 'no port', argv: ['--http', '--port', '70000'], says: '--port 70000 is no port' },
    { name: 'a port without HTTP', argv: ['--port', '80'], says: '--port has no meaning without --http' },
  ])('says why: $name', ({ argv, says }) => {
    const { status, stderr } = spawnSync(process.execPath, [CLI, 'mcp', ...argv], {
      encoding: 'utf8',
      env: { ...process.env, TEST_SHORT_TOKEN: 'short' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    expect(stderr).toContain(says);
    expect(status).toBe(2);
  });

  it('says that its port is taken', () => {
    const { port } = new URL(open.url);
    const { status, stderr } = spawnSync(process.execPath, [CLI, 'mcp', '--http', '--port', port], {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    expect(stderr).toContain('Give another --port');
    expect(status).toBe(1);
  });
});
