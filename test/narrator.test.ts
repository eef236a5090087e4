/** `--explain` as a person runs it, against a mock of both shapes. Needs `npm run build` first, which `npm test` does. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CLI = join(fileURLToPath(new URL('..', import.meta.url)), 'dist', 'cli.js');
const folder = mkdtempSync(join(tmpdir(), 'wicked-narrator-'));
const LOG = `2024-01-15T14:20:00Z INFO checkout-api Deployment checkout-api-v2.4.1 started
2024-01-15T14:20:30Z INFO checkout-api Deployment checkout-api-v2.4.1 completed
2024-01-15T14:23:15Z ERROR checkout-api Payment timeout for order ORD-1001
2024-01-15T14:23:15Z ERROR checkout-api Payment timeout for order ORD-1009
2024-01-15T14:23:16Z ERROR checkout-api login failed with password=hunter2secret
2024-01-15T14:23:16Z ERROR checkout-api Payment timeout for order ORD-1002
2024-01-15T14:23:17Z ERROR checkout-api Payment timeout for order ORD-1003
`;
const PROSE = `Incident INC-1 "Checkout fails" is SEV1 and INVESTIGATING. The incident began at 14:23:15 UTC. user-service caused it all. Do not roll back. About 5,000 users are affected.`;

let reply: { readonly status: number; readonly body: string } = { status: 200, body: '' };
let requests: string[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    requests.push(body);
    response.writeHead(reply.status).end(reply.body);
  });
});
let url = '';

beforeAll(async () => {
  writeFileSync(join(folder, 'error.log'), LOG);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const says = (shape: string, text: string) =>
  JSON.stringify(
    shape === 'anthropic'
      ? { content: [{ type: 'text', text }] }
      : { choices: [{ message: { content: text } }] },
  );

/** Asynchronous: the mock lives in this process. */
function triage(argv: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  requests = [];
  const all = [
    CLI,
    'incident',
    'Checkout fails',
    '--now',
    '2024-01-15T14:41:00Z',
    '--store',
    join(folder, '.store'),
    ...argv,
  ];
  const env = { ...process.env, NO_COLOR: '1', ...environment };
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, all, { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const setUp = (shape: string): NodeJS.ProcessEnv => ({
  WICKED_PLATFORM_NARRATOR_URL: url,
  WICKED_PLATFORM_NARRATOR_SHAPE: shape,
  WICKED_PLATFORM_NARRATOR_MODEL: 'small-1',
});

describe('--explain', () => {
  it.each(['anthropic', 'openai'])(
    'prints what checks below the report, marked, in the shape of %s',
    async (shape) => {
      const plain = await triage([]);
      expect(requests).toEqual([]);
      reply = { status: 200, body: says(shape, PROSE) };
      const told = await triage(['--explain'], setUp(shape));
      expect(told.status).toBe(0);
      expect(told.stdout.startsWith(plain.stdout)).toBe(true);
      expect(told.stdout.slice(plain.stdout.length).trim()).toBe(`### Told by a Language Model

**Not evidence.** A model retold the report above; cause and decision are the engine's. 3 of its 5 sentences did not agree with the report and were left out.

Incident INC-1 "Checkout fails" is SEV1 and INVESTIGATING. The incident began at 14:23:15 UTC.`);
      expect(told.stderr).toBe(
        `wicked-platform: --explain sends the redacted statements of the report to ${url}\n`,
      );
      expect(requests).toHaveLength(1);
      expect(requests[0]).not.toMatch(/hunter2/);
    },
  );

  it.each(['text', 'html'])('is a section like any other in %s', async (format) => {
    reply = { status: 200, body: says('openai', PROSE) };
    const printed = await triage(['--explain', '--format', format], setUp('openai'));
    const stdout = printed.stdout.replaceAll(/\s+/g, ' ');
    expect(stdout).toMatch(/Told by a Language Model/);
    expect(stdout).toMatch(/The incident began at 14:23:15 UTC\./);
    expect(stdout).not.toMatch(/user-service|5,000/);
    if (format === 'html') expect(stdout.trimEnd().endsWith('</html>')).toBe(true);
  });

  it('leaves JSON as it is and asks nobody', async () => {
    const { stdout, stderr } = await triage(['--explain', '--format', 'json'], setUp('openai'));
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1 });
    expect(stderr).toMatch(/--explain adds nothing to JSON/);
    expect(requests).toEqual([]);
  });

  it.each([
    {
      name: '500',
      status: 500,
      body: '{}',
      note: /warning: The narrator .* gave no answer\n {2}why: {2}it answered 500/,
    },
    { name: '401', status: 401, body: '{}', note: /why: {2}it answered 401/ },
    {
      name: 'no JSON',
      status: 200,
      body: 'data: {"x":1}\n\ndata: [DONE]\n\n',
      note: /why: {2}its answer is not JSON/,
    },
    {
      name: 'lies only',
      status: 200,
      body: says('openai', 'user-service caused it all. Do not roll back.'),
      note: /none of the 2 sentences of the narrator agrees/,
    },
    { name: 'no sentence', status: 200, body: says('openai', '...'), note: /said nothing/ },
  ])('prints the report unchanged, with a note: $name', async ({ status, body, note }) => {
    const plain = await triage([]);
    reply = { status, body };
    const told = await triage(['--explain'], setUp('openai'));
    expect(told).toMatchObject({ status: 0, stdout: plain.stdout, stderr: expect.stringMatching(note) });
  });

  it('says what is missing where nothing is set up', async () => {
    const plain = await triage([]);
    const told = await triage(['--explain'], { WICKED_PLATFORM_NARRATOR_URL: '' });
    expect(told.stdout).toBe(plain.stdout);
    expect(told.stderr).toMatch(
      /No narrator: no address is set[\s\S]*next: Set WICKED_PLATFORM_NARRATOR_URL/,
    );
  });

  it('reads wicked-platform.yaml, tells the stored report too, and writes a file', async () => {
    const config = join(folder, 'wicked-platform.yaml');
    writeFileSync(config, `narrator: { url: '${url}', shape: anthropic, model: small-1 }\n`);
    reply = { status: 200, body: says('anthropic', PROSE) };
    const out = join(folder, 'report.md');
    const told = await triage(['--explain', '--out', out], { WICKED_PLATFORM_NARRATOR_KEY: 'k' });
    expect(told.stdout).toBe('');
    expect(readFileSync(out, 'utf8')).toMatch(/### Told by a Language Model/);
    rmSync(config);
    rmSync(out);
  });
});
