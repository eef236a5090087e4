import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { ConnectorError } from '../../domain/error.ts';
import { type Answer, freePort, startStub } from './_testing/servers.ts';
import { getJson, getPage, numberSetting, readLiveSource, textSetting } from './http.ts';

const never = new AbortController().signal;
const declaration = {
  name: 'argo-cd',
  settings: ['app'],
  defaultUrl: null,
  tokens: ['ARGO_CD_TOKEN', 'ARGO_TOKEN'],
};
const source = (config: unknown, environment: Readonly<Record<string, string>> = {}, signal = never) =>
  readLiveSource(declaration, config, environment, signal);

const stubs: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(stubs.splice(0).map((stub) => stub.stop()));
});

async function stub(answer: Answer) {
  const running = await startStub(answer);
  stubs.push(running);
  return running;
}

async function failure(work: Promise<unknown>): Promise<ConnectorError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConnectorError);
  return error as ConnectorError;
}

describe('the address', () => {
  test.each([
    ['https://prom.example.com/', 'https://prom.example.com'],
    ['https://example.com/prometheus/', 'https://example.com/prometheus'],
    ['http://prom.internal:9090', 'http://prom.internal:9090'],
    ['prom.internal:9090', 'https://prom.internal:9090'],
    ['localhost:9090', 'http://localhost:9090'],
    ['127.0.0.1:9090', 'http://127.0.0.1:9090'],
    ['[::1]:9090', 'http://[::1]:9090'],
  ])('%s is %s', (url, want) => {
    expect(source({ url }).baseUrl).toBe(want);
  });

  test.each([
    { name: 'none', config: {}, why: /must be an http/ },
    { name: 'no section', config: 'https://x', why: /must be an http/ },
    { name: 'a number', config: { url: 7 }, why: /must be an http/ },
    { name: 'another scheme', config: { url: 'file:///etc/passwd' }, why: /must be an http/ },
    { name: 'credentials', config: { url: 'https://a:b@example.com' }, why: /do not belong/ },
    { name: 'a query', config: { url: 'https://example.com/?token=x' }, why: /do not belong/ },
    { name: 'an unknown key', config: { url: 'https://x', token: 'y' }, why: /known are url, app/ },
  ])('is refused: $name', async ({ config, why }) => {
    const error = await failure(Promise.resolve().then(() => source(config)));
    expect(error).toMatchObject({ code: 'config', why: expect.stringMatching(why) });
  });

  test('stands in for one that is not given', () => {
    const withDefault = { ...declaration, defaultUrl: 'http://127.0.0.1:8001' };
    const read = (config: unknown) => readLiveSource(withDefault, config, {}, never).baseUrl;
    expect(read({})).toBe('http://127.0.0.1:8001');
    expect(read({ url: 'https://x.example' })).toBe('https://x.example');
  });

  test('settings are texts or numbers, also as numbers or texts', () => {
    const own = source({ url: 'https://x' });
    expect(textSetting(own, { app: ' cart ' }, 'app')).toBe('cart');
    expect(textSetting(own, { app: 7 }, 'app')).toBe('7');
    expect(textSetting(own, {}, 'app')).toBeNull();
    expect(() => textSetting(own, { app: ['x'] }, 'app')).toThrow(ConnectorError);
    expect(numberSetting(own, { days: '30' }, 'days', { fallback: 1, max: 90 })).toBe(30);
    expect(numberSetting(own, null, 'days', { fallback: 1, max: 90 })).toBe(1);
    for (const days of ['x', 0, -1, 91, {}])
      expect(() => numberSetting(own, { days }, 'days', { fallback: 1, max: 90 })).toThrow(ConnectorError);
  });

  test('the first variable that is set holds the token', () => {
    const url = 'https://x.example';
    expect(source({ url }, { ARGO_CD_TOKEN: ' ', ARGO_TOKEN: 'b' })).toMatchObject({
      token: 'b',
      tokenName: 'ARGO_TOKEN',
    });
    expect(source({ url }, { ARGO_CD_TOKEN: 'a', ARGO_TOKEN: 'b' }).token).toBe('a');
    expect(source({ url })).toMatchObject({ token: null, tokenName: 'ARGO_CD_TOKEN' });
  });

  test('a token travels encrypted or not at all', async () => {
    const environment = { ARGO_CD_TOKEN: 'secret' };
    expect(source({ url: 'http://127.0.0.1:1' }, environment).token).toBe('secret');
    expect(source({ url: 'https://x.example' }, environment).token).toBe('secret');
    const error = await failure(
      Promise.resolve().then(() => source({ url: 'http://x.example' }, environment)),
    );
    expect(error.code).toBe('config');
    expect(JSON.stringify(error)).not.toContain('secret');
  });
});

describe('an answer', () => {
  test('is asked for by GET, with the token, and parsed', async () => {
    const { url, asked } = await stub((request, response) => {
      response.end(JSON.stringify({ by: request.headers.authorization }));
    });
    expect(await getJson(source({ url }, { ARGO_CD_TOKEN: 't' }), '/api', { query: 'a b&c' })).toEqual({
      by: 'Bearer t',
    });
    expect(asked).toEqual(['GET /api?query=a+b%26c']);
  });

  test.each([
    { status: 401, code: 'auth', next: /Set ARGO_CD_TOKEN/ },
    { status: 403, code: 'auth', next: /Set ARGO_CD_TOKEN/ },
    { status: 404, code: 'not-found', next: /address of the source argo-cd/ },
    { status: 429, code: 'rate-limited', next: /again in 17 s/ },
    { status: 500, code: 'unavailable', next: /state of argo-cd/ },
    { status: 503, code: 'unavailable', next: /state of argo-cd/ },
    { status: 302, code: 'unavailable', next: /address of argo-cd that answers itself/ },
    { status: 418, code: 'malformed', next: /source argo-cd names a server/ },
  ])('$status is $code', async ({ status, code, next }) => {
    const { url, asked } = await stub((_request, response) => {
      response
        .writeHead(status, { 'retry-after': '17', location: 'https://elsewhere.example/' })
        .end('no\n\nway');
    });
    const error = await failure(getJson(source({ url }), '/api'));
    expect(error).toMatchObject({ code, nextStep: expect.stringMatching(next) });
    expect(asked).toHaveLength(1);
  });

  test('leads to the next page, never to another server', async () => {
    const { url } = await stub((request, response) => {
      const next = request.url === '/api?page=3' ? 'https://elsewhere.example/api' : `${url}/api?page=3`;
      const link = `<${url}/api?page=1>; rel="prev", <${next}>; rel="next", <${url}/api?page=9>; rel="last"`;
      response.writeHead(200, { link }).end('[]');
    });
    expect((await getPage(source({ url }), '/api', { page: '2' })).next).toBe('/api?page=3');
    expect((await getPage(source({ url }), '/api?page=3')).next).toBeNull();
  });

  test.each([
    { after: '0', asked: 2, name: 'is waited for where the wait is short' },
    { after: '60', asked: 1, name: 'is not waited for where the wait is long' },
    { after: 'Wed, 21 Oct 2026 07:28:00 GMT', asked: 1, name: 'is not waited for until a date' },
  ])('of a server that is asked too often $name', async ({ after, asked }) => {
    let count = 0;
    const running = await stub((_request, response) => {
      count += 1;
      response.writeHead(count === 1 ? 429 : 200, { 'retry-after': after }).end('{}');
    });
    const answer = getJson(source({ url: running.url }), '/api');
    if (asked === 2) expect(await answer).toEqual({});
    else expect((await failure(answer)).code).toBe('rate-limited');
    expect(running.asked).toHaveLength(asked);
  });

  test('of a server whose quota is spent says when it is filled again', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1709294400' };
    const { url } = await stub((_request, response) => response.writeHead(403, headers).end());
    expect(await failure(getJson(source({ url }), '/api'))).toMatchObject({
      code: 'rate-limited',
      nextStep: expect.stringContaining('2024-03-01T12:00:00'),
    });
  });

  test('never brings the token into a message', async () => {
    const { url } = await stub((_request, response) => response.writeHead(401).end('bad token s3cr3t-t0ken'));
    const error = await failure(getJson(source({ url }, { ARGO_CD_TOKEN: 's3cr3t-t0ken' }), '/api'));
    expect(error.why).toBe('it answered 401: bad token [redacted]');
    expect(JSON.stringify({ ...error })).not.toContain('s3cr3t');
  });

  test.each([
    ['a login page', '<html>'],
    ['half an answer', '{"data": ['],
    ['nothing', ''],
  ])('that is %s is malformed', async (_name, body) => {
    const { url } = await stub((_request, response) => response.end(body));
    expect((await failure(getJson(source({ url }), '/api'))).code).toBe('malformed');
  });

  test('that never ends is cut at its size', async () => {
    const block = createHash('sha256').update('x').digest('hex').repeat(16_384);
    const { url } = await stub((_request, response) => {
      const pump = () => {
        while (response.writable && response.write(block));
      };
      response.on('drain', pump);
      pump();
    });
    expect(await failure(getJson(source({ url }), '/api'))).toMatchObject({
      code: 'malformed',
      why: expect.stringMatching(/longer than/),
    });
  });

  test('that breaks off, or a server that is not there, is unavailable', async () => {
    const { url } = await stub((_request, response) => {
      response.write('{');
      response.destroy();
    });
    expect((await failure(getJson(source({ url }), '/api'))).code).toBe('unavailable');
    const nobody = source({ url: `http://127.0.0.1:${await freePort()}` });
    expect(await failure(getJson(nobody, '/api'))).toMatchObject({
      code: 'unavailable',
      why: expect.stringMatching(/ECONNREFUSED/),
    });
  });

  test('is not waited for once the run is stopped', async () => {
    const controller = new AbortController();
    const { url } = await stub(() => controller.abort());
    expect((await failure(getJson(source({ url }, {}, controller.signal), '/api'))).code).toBe('interrupted');
  });
});
