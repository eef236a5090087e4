/** One POST to the address that the person named: bounded in time and size, no redirect, nothing sent but what is given, nothing kept. */
import { type ErrorCode, PlatformError } from '../domain/error.ts';

/** A person waits for the report, which is there already. */
const TIMEOUT_MS = 30_000;
/** Ten sentences are two kilobytes; what is longer is no such answer. */
const MAX_ANSWER_BYTES = 256 * 1024;

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

function problem(code: ErrorCode, url: URL, why: string, nextStep: string, cause?: unknown): PlatformError {
  return new PlatformError({ code, what: `The narrator ${url.origin} gave no answer`, why, nextStep, cause });
}

/** The JSON of the answer. Throws PlatformError. */
export async function postJson(
  { url, headers, body }: Post,
  signal: AbortSignal,
  timeoutMs = TIMEOUT_MS,
): Promise<unknown> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.any([signal, deadline]),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw refusal(url, response.status);
    }
    return parse(url, await readText(url, response));
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    if (signal.aborted) throw problem('interrupted', url, 'it was interrupted', 'Run it again.', error);
    if (deadline.aborted)
      throw problem(
        'timed-out',
        url,
        `it took longer than ${timeoutMs / 1000} seconds`,
        'Try a faster model.',
        error,
      );
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const words = cause instanceof Error ? (Reflect.get(cause, 'code') ?? cause.message) : cause;
    throw problem(
      'unavailable',
      url,
      `it cannot be reached (${String(words)})`,
      'Check the address and that it runs.',
      error,
    );
  }
}

function refusal(url: URL, status: number): PlatformError {
  if (status === 401 || status === 403)
    return problem(
      'auth',
      url,
      `it answered ${status}`,
      'Set WICKED_PLATFORM_NARRATOR_KEY to a key that it accepts.',
    );
  if (status === 429) return problem('rate-limited', url, 'it answered 429', 'Wait, or use another model.');
  if (status >= 500) return problem('unavailable', url, `it answered ${status}`, 'Try again later.');
  return problem(
    'malformed',
    url,
    `it answered ${status}`,
    'Check the address, the shape and the name of the model.',
  );
}

async function readText(url: URL, response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let next = await reader?.read(); next !== undefined && !next.done; next = await reader?.read()) {
    bytes += next.value.byteLength;
    if (bytes > MAX_ANSWER_BYTES) {
      await reader?.cancel();
      throw problem(
        'malformed',
        url,
        `its answer is larger than ${MAX_ANSWER_BYTES / 1024} KB`,
        'Try another model.',
      );
    }
    chunks.push(next.value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(url: URL, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (cause) {
    throw problem(
      'malformed',
      url,
      'its answer is not JSON',
      'Check the address, and that it does not stream.',
      cause,
    );
  }
}

export function noText(url: URL): PlatformError {
  return problem(
    'malformed',
    url,
    'its answer holds no text where this shape has it',
    'Check the shape: anthropic or openai.',
  );
}
