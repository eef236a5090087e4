/** The client against a mock of both shapes: what it sends, and what it makes of answers that are none. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NarratorOptions, openNarrator } from './index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;
interface Seen {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

let answer: Answer = (_request, response) => response.end();
let seen: Seen[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    seen.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(body) });
    answer(request, response, body);
  });
});
let origin = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const json =
  (value: unknown, status = 200): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };
const anthropicSays = (text: string) => ({ type: 'message', content: [{ type: 'text', text }] });
const openaiSays = (text: string) => ({
  choices: [{ index: 0, message: { role: 'assistant', content: text } }],
});

const SHAPES = ['anthropic', 'openai'] as const;
const says = (shape: (typeof SHAPES)[number], text: string) =>
  shape === 'anthropic' ? anthropicSays(text) : openaiSays(text);

function narrator(shape: (typeof SHAPES)[number], fields: Partial<NarratorOptions> = {}) {
  const environment = {
    WICKED_PLATFORM_NARRATOR_URL: origin,
    WICKED_PLATFORM_NARRATOR_SHAPE: shape,
    WICKED_PLATFORM_NARRATOR_MODEL: 'small-1',
    WICKED_PLATFORM_NARRATOR_KEY: 'k-123',
  };
  return openNarrator({ settings: {}, environment, timeoutMs: 2_000, ...fields });
}

async function tell(
  shape: (typeof SHAPES)[number],
  how: Answer,
  timeoutMs = 2_000,
  signal = new AbortController().signal,
) {
  answer = how;
  seen = [];
  return narrator(shape, { timeoutMs }).tell({ instructions: 'Retell.', material: '[cause] x' }, signal);
}

describe('asks', () => {
  it('in the shape of anthropic', async () => {
    expect(await tell('anthropic', json(anthropicSays('All is told.')))).toBe('All is told.');
    expect(seen).toEqual([
      {
        path: '/v1/messages',
        headers: expect.objectContaining({ 'x-api-key': 'k-123', 'anthropic-version': '2023-06-01' }),
        body: {
          model: 'small-1',
          max_tokens: 1024,
          system: 'Retell.',
          messages: [{ role: 'user', content: '[cause] x' }],
        },
      },
    ]);
  });

  it('in the shape of openai', async () => {
    expect(await tell('openai', json(openaiSays('All is told.')))).toBe('All is told.');
    expect(seen).toEqual([
      {
        path: '/v1/chat/completions',
        headers: expect.objectContaining({ authorization: 'Bearer k-123' }),
        body: {
          model: 'small-1',
          stream: false,
          messages: [
            { role: 'system', content: 'Retell.' },
            { role: 'user', content: '[cause] x' },
          ],
        },
      },
    ]);
  });

  it.each([
    ['/', '/v1/chat/completions'],
    ['/v1', '/v1/chat/completions'],
    ['/v1/', '/v1/chat/completions'],
    ['/api/v3', '/api/v3/chat/completions'],
    ['/proxy', '/proxy/v1/chat/completions'],
    ['/v1/chat/completions', '/v1/chat/completions'],
    ['/deployments/x/chat/completions?api-version=1', '/deployments/x/chat/completions?api-version=1'],
  ])('at %s', async (path, want) => {
    answer = json(openaiSays('x'));
    seen = [];
    const environment = { WICKED_PLATFORM_NARRATOR_URL: `${origin}${path}` };
    const settings = { shape: 'openai', model: 'm' } as const;
    await openNarrator({ settings, environment }).tell(
      { instructions: '', material: '' },
      new AbortController().signal,
    );
    expect(seen.map((request) => request.path)).toEqual([want]);
  });
});

describe.each(SHAPES)('an answer that is none, in the shape of %s', (shape) => {
  const other = shape === 'anthropic' ? 'openai' : 'anthropic';
  const table: readonly {
    readonly name: string;
    readonly how: Answer;
    readonly code: string;
    readonly timeoutMs?: number;
  }[] = [
    { name: '400', how: json({ error: 'x' }, 400), code: 'malformed' },
    { name: '401', how: json({}, 401), code: 'auth' },
    { name: '403', how: json({}, 403), code: 'auth' },
    { name: '404', how: json({}, 404), code: 'malformed' },
    { name: '429', how: json({}, 429), code: 'rate-limited' },
    { name: '500', how: json({}, 500), code: 'unavailable' },
    { name: '529', how: json({}, 529), code: 'unavailable' },
    { name: 'a page', how: (_, response) => response.end('<html>Sign in</html>'), code: 'malformed' },
    { name: 'nothing', how: (_, response) => response.end(), code: 'malformed' },
    { name: 'null', how: json(null), code: 'malformed' },
    { name: 'a list', how: json([1, 2]), code: 'malformed' },
    { name: 'the other shape', how: json(says(other, 'x')), code: 'malformed' },
    {
      name: 'no text',
      how: json(shape === 'anthropic' ? { content: [] } : { choices: [] }),
      code: 'malformed',
    },
    { name: 'blank text', how: json(says(shape, ' \n ')), code: 'malformed' },
    {
      name: 'a number for the text',
      how: json(
        shape === 'anthropic'
          ? { content: [{ type: 'text', text: 5 }] }
          : { choices: [{ message: { content: 5 } }] },
      ),
      code: 'malformed',
    },
    {
      name: 'a tool call',
      how: json({ content: [{ type: 'tool_use', input: {} }], choices: [{ message: null }] }),
      code: 'malformed',
    },
    {
      name: 'a stream of events',
      how: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(
          'event: message_start\ndata: {"type":"message_start"}\n\ndata: {"choices":[{"delta":{"content":"x"}}]}\n\ndata: [DONE]\n\n',
        );
      },
      code: 'malformed',
    },
    {
      name: 'a stream without end',
      how: (_, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('data: x\n\n'), 20);
        response.on('close', () => clearInterval(timer));
      },
      code: 'timed-out',
      timeoutMs: 300,
    },
    { name: 'silence', how: () => undefined, code: 'timed-out', timeoutMs: 300 },
    {
      name: 'too much',
      how: (_, response) => response.end(JSON.stringify(says(shape, 'x'.repeat(600_000)))),
      code: 'malformed',
    },
    {
      name: 'half of it',
      how: (_, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"choices":');
        setTimeout(() => response.destroy(), 20);
      },
      code: 'unavailable',
    },
    {
      name: 'a way to another host',
      how: (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      code: 'unavailable',
    },
    {
      name: 'bytes',
      how: (_, response) => response.end(Buffer.from([0xff, 0xfe, 0, 0x80])),
      code: 'malformed',
    },
  ];

  it.each(table)('$name', async ({ how, code, timeoutMs }) => {
    await expect(tell(shape, how, timeoutMs)).rejects.toMatchObject({ name: 'PlatformError', code });
    expect(seen).toHaveLength(1);
  });

  it('a server that is not there', async () => {
    const environment = {
      WICKED_PLATFORM_NARRATOR_URL: 'http://127.0.0.1:9',
      WICKED_PLATFORM_NARRATOR_SHAPE: shape,
      WICKED_PLATFORM_NARRATOR_MODEL: 'm',
    };
    const asked = openNarrator({ settings: {}, environment }).tell(
      { instructions: '', material: '' },
      new AbortController().signal,
    );
    await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('an interruption', async () => {
    const controller = new AbortController();
    const asked = tell(shape, () => controller.abort(), 2_000, controller.signal);
    await expect(asked).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('is set up', () => {
  const complete = {
    WICKED_PLATFORM_NARRATOR_URL: 'https://models.example.com',
    WICKED_PLATFORM_NARRATOR_SHAPE: 'openai',
    WICKED_PLATFORM_NARRATOR_MODEL: 'm',
  };

  it.each([
    { name: 'without an address', environment: {}, what: /no address is set/ },
    {
      name: 'with no address',
      environment: { ...complete, WICKED_PLATFORM_NARRATOR_URL: 'models' },
      what: /its address is none/,
    },
    {
      name: 'with a file',
      environment: { ...complete, WICKED_PLATFORM_NARRATOR_URL: 'file:///etc/passwd' },
      what: /its address is none/,
    },
    {
      name: 'with a password',
      environment: { ...complete, WICKED_PLATFORM_NARRATOR_URL: 'https://u:p@models.example.com' },
      what: /more than an address/,
    },
    {
      name: 'with a strange shape',
      environment: { ...complete, WICKED_PLATFORM_NARRATOR_SHAPE: 'toString' },
      what: /its shape is not known/,
    },
    {
      name: 'without a shape',
      environment: { ...complete, WICKED_PLATFORM_NARRATOR_SHAPE: '' },
      what: /its shape is not known/,
    },
    {
      name: 'without a model',
      environment: { ...complete, WICKED_PLATFORM_NARRATOR_MODEL: ' ' },
      what: /no model is named/,
    },
    {
      name: 'with a key over http',
      environment: {
        ...complete,
        WICKED_PLATFORM_NARRATOR_URL: 'http://models.example.com',
        WICKED_PLATFORM_NARRATOR_KEY: 'k',
      },
      what: /unencrypted/,
    },
  ])('not $name', ({ environment, what }) => {
    expect(() => openNarrator({ settings: {}, environment })).toThrow(
      expect.objectContaining({ code: 'config', what: expect.stringMatching(what) }),
    );
  });

  it('by the file where the environment is silent, and then without the key', async () => {
    answer = json(openaiSays('x'));
    seen = [];
    const settings = { url: origin, shape: 'openai', model: 'from-file' } as const;
    const environment = { WICKED_PLATFORM_NARRATOR_KEY: 'k-123' };
    await openNarrator({ settings, environment }).tell(
      { instructions: '', material: '' },
      new AbortController().signal,
    );
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
    expect(seen[0]?.body).toMatchObject({ model: 'from-file' });
    expect(openNarrator({ settings, environment: complete }).place).toBe('https://models.example.com');
  });
});
