/** GET requests to a server that the team named: bounded in time and size, never to another host, errors with a way out. It writes nothing anywhere. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectorError, type ErrorCode } from '../../domain/error.ts';
import type { LiveDeclaration } from '../../ports/connector.ts';

/** A server that does not answer within this is not asked again: a person waits for the triage. */
const REQUEST_TIMEOUT_MS = 10_000;
/** An answer is held in memory as text and as values. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_QUOTED = 200;
/** A server that asks for patience this short is asked once more; a longer wait is the user's to decide. */
const PATIENCE_MS = 3_000;

export interface LiveSource {
  /** Under which the user asked for it. */
  readonly id: string;
  /** Without a trailing slash, without credentials. */
  readonly baseUrl: string;
  readonly token: string | null;
  /** Name of the environment variable that holds the token. */
  readonly tokenName: string;
  /** Aborted at the connector's deadline. */
  readonly signal: AbortSignal;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function problem(
  code: ErrorCode,
  what: string,
  why: string,
  nextStep: string,
  cause?: unknown,
): ConnectorError {
  return new ConnectorError({ code, what, why, nextStep, cause });
}

type Section = Readonly<Record<string, unknown>>;

/**
 * Reads what the user wrote about a live source. Without a scheme an address is https, http on this machine. Throws ConnectorError `config`
 * for anything but http and https, for a URL with credentials or a query, for an unknown setting, and where a token would travel unencrypted.
 */
export function readLiveSource(
  declaration: LiveDeclaration,
  config: unknown,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): LiveSource {
  const { name, settings, defaultUrl, tokens } = declaration;
  const section: Section = isSection(config) ? config : {};
  const fail = (what: string, why: string, nextStep: string) =>
    problem('config', `The source ${name}: ${what}`, why, nextStep);
  const unknown = Object.keys(section).find((key) => key !== 'url' && !settings.includes(key));
  if (unknown !== undefined)
    throw fail(
      `${unknown} is not a setting`,
      `known are ${['url', ...settings].join(', ')}`,
      `Remove ${unknown}.`,
    );
  const text = section['url'] ?? defaultUrl;
  const url = typeof text === 'string' ? toUrl(text.trim()) : null;
  if (url === null)
    throw fail(
      'url is missing or no address',
      'it must be an http or https address',
      `Write url: https://${name}.example.com, or --source ${name}=https://${name}.example.com`,
    );
  const tokenName = tokens.find((each) => (environment[each] ?? '').trim() !== '') ?? tokens[0] ?? '';
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw fail(
      'url holds more than an address',
      'credentials and queries do not belong into a file',
      `Keep only the address; the token comes from ${tokenName}.`,
    );
  const token = environment[tokenName]?.trim() || null;
  if (token !== null && url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    throw fail(
      'a token would travel unencrypted',
      `${url.origin} is http and ${tokenName} is set`,
      `Use https, or unset ${tokenName}.`,
    );
  return { id: name, baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, token, tokenName, signal };
}

function isSection(config: unknown): config is Section {
  return typeof config === 'object' && config !== null && !Array.isArray(config);
}

/** A setting as text, also where YAML or the command line made a number of it; null where it is not given. Throws ConnectorError `config`. */
export function textSetting({ id }: LiveSource, config: unknown, key: string): string | null {
  const value: unknown = isSection(config) ? config[key] : undefined;
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  if (text !== '') return text;
  throw problem('config', `The source ${id}: ${key}`, 'it must be a text', `Write ${key} as one word.`);
}

/** A setting as a number above zero and at most `max`, or `fallback`. Throws ConnectorError `config`. */
export function numberSetting(
  { id }: LiveSource,
  config: unknown,
  key: string,
  limits: { readonly fallback: number; readonly max: number },
): number {
  const value: unknown = isSection(config) ? config[key] : undefined;
  if (value === undefined || value === null) return limits.fallback;
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  if (number > 0 && number <= limits.max) return number;
  const why = `it must be a number above 0, at most ${limits.max}`;
  throw problem('config', `The source ${id}: ${key}`, why, `Write ${key}: ${limits.fallback}`);
}

function toUrl(text: string): URL | null {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const guess = URL.canParse(`https://${text}`) ? new URL(`https://${text}`) : null;
  const scheme = guess !== null && LOOPBACK.test(guess.hostname) ? 'http' : 'https';
  const whole = hasScheme ? text : `${scheme}://${text}`;
  if (!URL.canParse(whole)) return null;
  const url = new URL(whole);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
}

/** `/api/v1/query?query=up`: what was asked, for messages and evidence. */
export function pathOf(path: string, parameters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(parameters).toString();
  return query === '' ? path : `${path}?${query}`;
}

export interface Page {
  readonly value: unknown;
  /** What to give as `path` for the page after it; null at the last one. From the header `Link`. */
  readonly next: string | null;
}

/** The JSON of an answer; see `getPage`. */
export async function getJson(
  source: LiveSource,
  path: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  return (await getPage(source, path, parameters)).value;
}

/**
 * One GET. `path` begins with a slash and is put behind the base URL. A 429 or 503 that asks for a short wait is asked once more.
 * Throws ConnectorError only: `auth` (401, 403), `not-found`, `rate-limited` (429, a spent quota), `unavailable` (5xx, redirects,
 * no answer), `timed-out`, `interrupted`, `malformed` (anything else).
 */
export async function getPage(
  source: LiveSource,
  path: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Page> {
  const first = await ask(source, path, parameters);
  if (!('waitMs' in first)) return first;
  await sleep(first.waitMs, undefined, { signal: source.signal }).catch(() => undefined);
  const second = await ask(source, path, parameters);
  if ('waitMs' in second) throw second.error;
  return second;
}

async function ask(
  source: LiveSource,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Page | { readonly waitMs: number; readonly error: ConnectorError }> {
  const what = `GET ${source.baseUrl}${path}`;
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  try {
    const response = await fetch(`${source.baseUrl}${pathOf(path, parameters)}`, {
      headers: {
        accept: 'application/json',
        ...(source.token === null ? {} : { authorization: `Bearer ${source.token}` }),
      },
      redirect: 'manual',
      signal: AbortSignal.any([source.signal, timeout]),
    });
    const text = await readText(response, what);
    if (response.status === 200) return { value: parse(text, source, what), next: nextOf(response, source) };
    const error = refused(response, text, source, what);
    const waitMs = patienceOf(response);
    if (waitMs === null) throw error;
    return { waitMs, error };
  } catch (error) {
    if (error instanceof ConnectorError) throw error;
    throw unanswered(error, source, what, timeout.aborted);
  }
}

/** How long the server asks to wait, where that is short; null otherwise. */
function patienceOf({ status, headers }: Response): number | null {
  const seconds = /^\d{1,3}$/.exec(headers.get('retry-after') ?? '')?.[0];
  if (seconds === undefined || (status !== 429 && status !== 503)) return null;
  const waitMs = Number(seconds) * 1_000;
  return waitMs <= PATIENCE_MS ? waitMs : null;
}

/** The page after this one, only where it is on the same server below the same address: a token is shown to nobody else. */
function nextOf({ headers }: Response, { baseUrl }: LiveSource): string | null {
  for (const link of (headers.get('link') ?? '').split(/,\s*(?=<)/)) {
    const target = /^<([^>]*)>.*;\s*rel="?next"?/.exec(link)?.[1];
    if (target?.startsWith(`${baseUrl}/`) === true) return target.slice(baseUrl.length);
  }
  return null;
}

function parse(text: string, source: LiveSource, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const nextStep = `Check that the source ${source.id} names the address of the API, not of a login page.`;
    throw problem('malformed', what, 'the answer is not JSON', nextStep, cause);
  }
}

async function readText(response: Response, what: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    const chunk: Uint8Array = part.value;
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      await reader?.cancel();
      const nextStep = 'Limit the time with --since and --until.';
      throw problem('malformed', what, `the answer is longer than ${MAX_BODY_BYTES} bytes`, nextStep);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function refused(response: Response, text: string, source: LiveSource, what: string): ConnectorError {
  const { status, headers } = response;
  const { id, tokenName, token } = source;
  const said = withoutToken(text, source).replaceAll(/\s+/g, ' ').trim().slice(0, MAX_QUOTED);
  const why = said === '' ? `it answered ${status}` : `it answered ${status}: ${said}`;
  const isSpent = status === 403 && headers.get('x-ratelimit-remaining') === '0';
  if (status === 429 || isSpent) return problem('rate-limited', what, why, waitFor(headers));
  if (status === 401 || status === 403) {
    const nextStep =
      token === null
        ? `Set ${tokenName} to a token that may read.`
        : `Check that ${tokenName} is valid and may read.`;
    return problem('auth', what, why, nextStep);
  }
  if (status === 404)
    return problem(
      'not-found',
      what,
      why,
      `Check the address of the source ${id}: the API is expected directly below it.`,
    );
  if (status >= 500)
    return problem('unavailable', what, why, `Look at the state of ${id}, then run it again.`);
  if (status >= 300 && status < 400) {
    const target = headers.get('location') ?? 'another address';
    const moved = `it redirects to ${target.slice(0, MAX_QUOTED)}`;
    return problem('unavailable', what, moved, `Name the address of ${id} that answers itself.`);
  }
  return problem('malformed', what, why, `Check that the source ${id} names a server of ${id}.`);
}

/** Some servers repeat in an error what they were sent. */
function withoutToken(text: string, { token }: LiveSource): string {
  return token === null ? text : text.replaceAll(token, '[redacted]');
}

function waitFor(headers: Headers): string {
  const seconds = /^\d{1,5}$/.exec(headers.get('retry-after') ?? '')?.[0];
  if (seconds !== undefined) return `Run it again in ${seconds} s.`;
  const reset = /^\d{9,11}$/.exec(headers.get('x-ratelimit-reset') ?? '')?.[0];
  if (reset === undefined) return 'Run it again in a minute.';
  return `Run it again after ${new Date(Number(reset) * 1_000).toISOString()}.`;
}

function unanswered(error: unknown, source: LiveSource, what: string, timedOut: boolean): ConnectorError {
  const { id, signal } = source;
  if (timedOut) {
    const why = `no answer within ${REQUEST_TIMEOUT_MS / 1000} s`;
    return problem(
      'timed-out',
      what,
      why,
      `Look at the state of ${id}, or limit the time with --since.`,
      error,
    );
  }
  if (signal.aborted) return problem('interrupted', what, 'it was stopped', 'Run the command again.', error);
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const why = code === '' ? 'it cannot be reached' : `it cannot be reached (${code})`;
  const nextStep = /CERT|SIGNATURE|SELF_SIGNED/.test(code)
    ? `Name the certificate authority of ${id} in NODE_EXTRA_CA_CERTS.`
    : `Check the address of the source ${id} and the network.`;
  return problem('unavailable', what, why, nextStep, error);
}
