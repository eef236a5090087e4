/** GET requests to a server that the team named: bounded in time and size, never to another host, errors with a way out. It writes nothing anywhere. */
import { ConnectorError, type ErrorCode } from '../../domain/error.ts';

/** A server that does not answer within this is not asked again: a person waits for the triage. */
const REQUEST_TIMEOUT_MS = 10_000;
/** An answer is held in memory as text and as values. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_QUOTED = 200;

export interface LiveSource {
  /** Id of the connector. */
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

/**
 * Reads `url` of a section under `sources:`. Without a scheme it is https, http on this machine. Throws ConnectorError `config` for
 * anything but http and https, for a URL with credentials or a query, for an unknown key, and where a token would travel unencrypted.
 */
export function readLiveSource(
  id: string,
  config: unknown,
  keys: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): LiveSource {
  const section = typeof config === 'object' && config !== null && !Array.isArray(config) ? config : {};
  const fail = (what: string, why: string, nextStep: string) =>
    problem('config', `sources.${id} of wicked-platform.yaml: ${what}`, why, nextStep);
  const unknown = Object.keys(section).find((key) => key !== 'url' && !keys.includes(key));
  if (unknown !== undefined)
    throw fail(
      `${unknown} is not a setting`,
      `known are ${['url', ...keys].join(', ')}`,
      `Remove ${unknown}.`,
    );
  const text: unknown = Reflect.get(section, 'url');
  const url = typeof text === 'string' ? toUrl(text.trim()) : null;
  if (url === null)
    throw fail(
      'url is missing or no address',
      'it must be an http or https address',
      `Write url: https://${id}.example.com`,
    );
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw fail(
      'url holds more than an address',
      'credentials and queries do not belong into a file',
      `Keep only the address; the token comes from ${tokenNameOf(id)}.`,
    );
  const token = environment[tokenNameOf(id)]?.trim() || null;
  if (token !== null && url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    throw fail(
      'a token would travel unencrypted',
      `${url.origin} is http and ${tokenNameOf(id)} is set`,
      `Use https, or unset ${tokenNameOf(id)}.`,
    );
  const baseUrl = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  return { id, baseUrl, token, tokenName: tokenNameOf(id), signal };
}

/** `prometheus` → `PROMETHEUS_TOKEN`. */
function tokenNameOf(id: string): string {
  return `${id.toUpperCase().replaceAll('-', '_')}_TOKEN`;
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

/**
 * The JSON of an answer. `path` begins with a slash and is put behind the base URL. Throws ConnectorError only: `auth` (401, 403), `not-found`,
 * `rate-limited` (429), `unavailable` (5xx, redirects, no answer), `timed-out`, `interrupted`, `malformed` (anything else).
 */
export async function getJson(
  source: LiveSource,
  path: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<unknown> {
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
    if (response.status !== 200) throw refused(response, text, source, what);
    return parse(text, source, what);
  } catch (error) {
    if (error instanceof ConnectorError) throw error;
    throw unanswered(error, source, what, timeout.aborted);
  }
}

function parse(text: string, source: LiveSource, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const nextStep = `Check that sources.${source.id}.url is the address of the API, not of a login page.`;
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
  const { status } = response;
  const { id, tokenName, token } = source;
  const said = text.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_QUOTED);
  const why = said === '' ? `it answered ${status}` : `it answered ${status}: ${said}`;
  if (status === 401 || status === 403) {
    const nextStep =
      token === null
        ? `Set ${tokenName} to a token that may read.`
        : `Check that ${tokenName} is valid and may read.`;
    return problem('auth', what, why, nextStep);
  }
  if (status === 404)
    return problem('not-found', what, why, `Check sources.${id}.url: the API is expected directly below it.`);
  if (status === 429) {
    const seconds = /^\d{1,5}$/.exec(response.headers.get('retry-after') ?? '')?.[0];
    const nextStep = seconds === undefined ? 'Run it again in a minute.' : `Run it again in ${seconds} s.`;
    return problem('rate-limited', what, why, nextStep);
  }
  if (status >= 500)
    return problem('unavailable', what, why, `Look at the state of ${id}, then run it again.`);
  if (status >= 300 && status < 400) {
    const target = response.headers.get('location') ?? 'another address';
    const moved = `it redirects to ${target.slice(0, MAX_QUOTED)}`;
    return problem('unavailable', what, moved, `Set sources.${id}.url to the address that answers itself.`);
  }
  return problem('malformed', what, why, `Check that sources.${id}.url is a server of ${id}.`);
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
  return problem('unavailable', what, why, `Check sources.${id}.url and the network.`, error);
}
