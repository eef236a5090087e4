/** Which servers may be asked: those that wicked-platform.yaml names and those of `--source`, which win. It asks nobody. */
import { PlatformError } from '../domain/error.ts';
import type { Gap } from '../domain/gap.ts';
import type { Connector } from '../ports/connector.ts';
import { nearest } from './nearest.ts';

/** Sections by the name of the source; one that is there is asked for. */
export type Sources = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * `kubernetes`, `prometheus=http://127.0.0.1:9090`, `github,repository=acme/shop`, `kubernetes=https://…,namespace=shop`: a name, perhaps its
 * address, perhaps settings. A name that is given twice has the settings of both. Throws PlatformError `usage`.
 */
export function parseSources(texts: readonly string[]): Sources {
  const sources: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const text of texts) {
    const [first = '', ...settings] = text.split(/,(?=[A-Za-z]\w*=)/);
    const [name = '', url] = splitOnce(first);
    const pairs = settings.map(splitOnce);
    const isPlain = /^[a-z][a-z0-9-]*$/.test(name) && url !== '' && pairs.every(([, value]) => value !== '');
    if (!isPlain) throw notASource(text);
    sources[name] = {
      ...sources[name],
      ...(url === undefined ? {} : { url }),
      ...Object.fromEntries(pairs.map(([key, value]) => [key, value])),
    };
  }
  return sources;
}

/** The part before the first `=`, and the part after it where there is one, both trimmed. */
function splitOnce(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text.trim(), undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

function notASource(text: string): PlatformError {
  return new PlatformError({
    code: 'usage',
    what: `--source ${JSON.stringify(text)} was not understood`,
    why: 'it is no name, perhaps with an address and settings',
    nextStep:
      'Write --source kubernetes, --source prometheus=http://127.0.0.1:9090 or --source github,repository=acme/shop',
  });
}

/** What is written as nothing or `true` is named without settings; `false` is not named. Other scalars are kept for the connector to refuse. */
function sectionOf(value: unknown): Readonly<Record<string, unknown>> | null {
  if (value === false) return null;
  if (value === null || value === undefined || value === true) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return { ...value };
  return { url: value };
}

/** Sections of both by name. Throws PlatformError `usage` for a `--source` that no connector knows. */
export function chooseSources(
  declared: Readonly<Record<string, unknown>>,
  asked: Sources,
  connectors: readonly Connector[],
): Sources {
  const known = namesOf(connectors);
  const stranger = Object.keys(asked).find((name) => !known.includes(name));
  if (stranger !== undefined) throw unknownSource(stranger, known);
  const sections = Object.entries(declared).flatMap(([name, value]) => {
    const section = sectionOf(value);
    return section === null ? [] : [[name, section] as const];
  });
  const merged: Record<string, Readonly<Record<string, unknown>>> = Object.fromEntries(sections);
  for (const [name, section] of Object.entries(asked)) merged[name] = { ...merged[name], ...section };
  return merged;
}

function namesOf(connectors: readonly Connector[]): readonly string[] {
  return connectors.flatMap(({ live }) => live?.name ?? []).sort();
}

function unknownSource(name: string, known: readonly string[]): PlatformError {
  const near = nearest(name, known);
  return new PlatformError({
    code: 'usage',
    what: `--source ${name} is not known`,
    why: `sources that can be asked are ${known.join(', ')}`,
    nextStep: near === null ? 'Name one of these.' : `Did you mean ${near}?`,
  });
}

/** Sections of wicked-platform.yaml that no connector knows. */
export function unknownSources(sources: Sources, connectors: readonly Connector[]): readonly Gap[] {
  const known = namesOf(connectors);
  return Object.keys(sources)
    .filter((name) => !known.includes(name))
    .sort()
    .map((name) => {
      const near = nearest(name, known);
      return {
        source: name,
        reason: 'absent',
        detail: `sources.${name} of wicked-platform.yaml names no source that can be asked.`,
        effect: `Nothing from ${name} is in this triage.`,
        nextStep: near === null ? `Use one of ${known.join(', ')}.` : `Did you mean ${near}?`,
      };
    });
}
