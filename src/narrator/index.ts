/** The narrator that the person set up: an address, a shape, a model and perhaps a key, which comes from the environment only. */
import { PlatformError } from '../domain/error.ts';
import type { Narrator, NarratorSettings } from '../ports/narrator.ts';
import { anthropic } from './anthropic.ts';
import { noText, postJson } from './client.ts';
import { openai } from './openai.ts';
import type { Shape } from './shape.ts';

const SHAPES: Readonly<Record<string, Shape>> = { anthropic, openai };
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export interface NarratorOptions {
  readonly settings: NarratorSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}

function refused(what: string, why: string, nextStep: string): PlatformError {
  return new PlatformError({ code: 'config', what: `No narrator: ${what}`, why, nextStep });
}

/**
 * The environment comes before the file. The key goes only to an address that stands beside it in the environment: a file that came
 * with the evidence must not choose who gets it. Throws PlatformError `config`.
 */
export function openNarrator({ settings, environment, timeoutMs }: NarratorOptions): Narrator {
  const given = (name: string) => environment[`WICKED_PLATFORM_NARRATOR_${name}`]?.trim() || null;
  const ownUrl = given('URL');
  const address = ownUrl ?? settings.url ?? null;
  if (address === null)
    throw refused(
      'no address is set',
      '--explain needs the address of a language model',
      'Set WICKED_PLATFORM_NARRATOR_URL, _SHAPE (anthropic or openai) and _MODEL; see docs/narrator.md.',
    );
  const url = urlOf(address);
  const shapeName = (given('SHAPE') ?? settings.shape ?? '').toLowerCase();
  const shape = Object.hasOwn(SHAPES, shapeName) ? SHAPES[shapeName] : undefined;
  if (shape === undefined)
    throw refused(
      'its shape is not known',
      `it is ${JSON.stringify(shapeName)}`,
      'Set WICKED_PLATFORM_NARRATOR_SHAPE to anthropic or openai.',
    );
  const model = given('MODEL') ?? settings.model ?? null;
  if (model === null)
    throw refused(
      'no model is named',
      'the endpoint needs to know which',
      'Set WICKED_PLATFORM_NARRATOR_MODEL.',
    );
  const key = ownUrl === null ? null : given('KEY');
  if (key !== null && url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    throw refused(
      'the key would travel unencrypted',
      `${url.origin} is http`,
      'Use https, or unset WICKED_PLATFORM_NARRATOR_KEY.',
    );
  const endpoint = endpointOf(url, shape.path);
  return {
    place: url.origin,
    tell: async (request, signal) => {
      const answer = await postJson(
        { url: endpoint, ...shape.request(model, request, key) },
        signal,
        timeoutMs,
      );
      const text = typeof answer === 'object' && answer !== null ? shape.textOf(answer) : null;
      if (text === null || text.trim() === '') throw noText(url);
      return text;
    },
  };
}

function urlOf(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw refused(
      'its address is none',
      `${JSON.stringify(address.slice(0, 100))} is not http or https`,
      'Write it like https://models.example.com.',
    );
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    throw refused(
      'its address holds more than an address',
      'credentials do not belong there',
      'Put the key into WICKED_PLATFORM_NARRATOR_KEY.',
    );
  return url;
}

/** `https://host`, `https://host/v1` and the whole endpoint alike. */
function endpointOf(url: URL, path: string): URL {
  const base = url.pathname.replace(/\/+$/, '');
  const whole = new URL(url);
  if (base.endsWith(`/${path}`)) whole.pathname = base;
  else whole.pathname = /\/v\d+$/.test(base) ? `${base}/${path}` : `${base}/v1/${path}`;
  return whole;
}
