/** Reads wicked-platform.yaml: what the team declares about its services, its business and its policy. An error names the line and the nearest key. */
import type { Document, LineCounter } from 'yaml';
import { PlatformError } from '../domain/error.ts';
import { isTooDeepYaml } from '../domain/yaml-depth.ts';
import type { EvidenceDirectory, EvidenceFile } from '../ports/connector.ts';
import { NO_CONFIG, type Source, type TeamConfig } from './team-config.ts';

const NAMES = ['wicked-platform.yaml', 'wicked-platform.yml'];
const MAX_BYTES = 1_000_000;

/** Throws PlatformError `config`. Only the file at the root of the directory is read. */
export async function readConfig(directory: EvidenceDirectory): Promise<TeamConfig> {
  const file = (await directory.files()).find(({ path }) => NAMES.includes(path));
  if (file === undefined) return NO_CONFIG;
  return parseConfig(await readConfigText(directory, file), file.path);
}

async function readConfigText(directory: EvidenceDirectory, file: EvidenceFile): Promise<string> {
  return directory.readText(file, MAX_BYTES).catch((cause: unknown) => {
    if (!(cause instanceof PlatformError)) throw cause;
    throw new PlatformError({
      code: 'config',
      what: cause.what,
      why: cause.why,
      nextStep: cause.nextStep,
      cause,
    });
  });
}

export async function parseConfig(text: string, path: string): Promise<TeamConfig> {
  if (isTooDeepYaml(text)) throw tooDeep(path);
  const [yaml, { configSchema }, { toConfig }, { configProblem }] = await Promise.all([
    import('yaml'),
    import('./config-schema.ts'),
    import('./config-facts.ts'),
    import('./config-problem.ts'),
  ]);
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const source = sourceOf(text, path, document, lines);
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw notYaml(path, lines.linePos(broken.pos[0]).line, broken.message, broken);
  }
  const value = toPlain(document, path);
  if (value === null) return { ...NO_CONFIG, path };
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) throw configProblem(parsed.error, configSchema, source);
  return toConfig(parsed.data, source);
}

function toPlain(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw notYaml(path, 1, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function tooDeep(path: string): PlatformError {
  return new PlatformError({
    code: 'config',
    what: `${path} was not read`,
    why: 'it is nested too deeply',
    nextStep: `Check ${path} with a YAML linter.`,
  });
}

function notYaml(path: string, line: number, why: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'config',
    what: `${path}, line ${line}, is not YAML`,
    why: why.split('\n')[0] ?? why,
    nextStep: `Correct line ${line} of ${path}.`,
    cause,
  });
}

function sourceOf(text: string, path: string, document: Document, counter: LineCounter): Source {
  const rows = text.split(/\r\n|\n/);
  return {
    path,
    textOf: (line) => rows[line - 1] ?? '',
    valueOf: (keys) => {
      const value: unknown = document.getIn(keys);
      return typeof value === 'object' || value === undefined ? null : String(value);
    },
    lineOf: (keys) => {
      for (let length = keys.length; length > 0; length -= 1) {
        const line = lineAt(document, keys.slice(0, length), counter);
        if (line !== null) return line;
      }
      return 1;
    },
  };
}

interface Ranged {
  readonly range?: readonly [number, number, number] | null;
}

/** The line of the key, or of the item in a list; null where the path does not exist. */
function lineAt(document: Document, keys: readonly (string | number)[], counter: LineCounter): number | null {
  const parent = document.getIn(keys.slice(0, -1), true);
  const last = keys.at(-1);
  const items: readonly unknown[] =
    typeof parent === 'object' && parent !== null && 'items' in parent && Array.isArray(parent.items)
      ? parent.items
      : [];
  const found = typeof last === 'number' ? items[last] : items.find((item) => keyOf(item) === last);
  const node = typeof found === 'object' && found !== null && 'key' in found ? found.key : found;
  const range = (node as Ranged | null | undefined)?.range;
  return range === undefined || range === null ? null : counter.linePos(range[0]).line;
}

function keyOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null || !('key' in item)) return null;
  const key = item.key;
  return typeof key === 'object' && key !== null && 'value' in key ? String(key.value) : String(key);
}
