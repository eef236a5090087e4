/** The shape of a scenario's history.yaml: commits told in words and the bulky logs as recipes. It checks, it builds nothing. */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { PlatformError } from '../../../domain/error.ts';

/** Larger than any history a person would write; a bound against runaway input. */
const MAX_BYTES = 4_000_000;

/** ISO 8601 with a zone, or relative to the time of building: `now`, `now-3m`, `now-2d`. */
const moment = z
  .string()
  .regex(
    /^(now(-\d{1,6}[smhd])?|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))$/,
    'expected an instant such as 2024-01-15T11:02:00Z, 2024-01-15T12:02:00+01:00 or now-3m',
  );

/** A path inside the repository: relative, `/`-separated, no way out of it and no way into `.git`. */
const path = z.string().refine(isSafePath, 'expected a relative path with / that stays inside the folder');

const person = z.string().regex(/^[^<>\n]+ <[^<>\n\s]+>$/, 'expected Name <address>');
const localName = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/i, 'expected letters, digits, - and .');
const tagName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/@-]*$/, 'expected a tag name without spaces');

const tag = z.union([
  tagName.transform((name) => ({ name, message: undefined, date: undefined })),
  z.strictObject({ name: tagName, message: z.string().min(1).optional(), date: moment.optional() }),
]);

const commit = z.strictObject({
  id: localName.optional(),
  date: moment,
  author: person.optional(),
  message: z.string().min(1),
  write: z.record(path, z.string()).default({}),
  delete: z.array(path).default([]),
  rename: z.record(path, path).default({}),
  /** `id` of the commit to start from; without it the one before in the file. */
  from: localName.optional(),
  /** `id` of a commit to merge in. */
  merge: localName.optional(),
  tags: z.array(tag).default([]),
});

const stream = z
  .strictObject({
    from: moment.optional(),
    to: moment.optional(),
    /** Exactly so many lines, spread evenly with jitter over [from, to). */
    count: z.int().min(1).max(2_000_000).optional(),
    /** One line each so many seconds, from `from`, without jitter. */
    everySeconds: z.number().positive().optional(),
    /** One line at each of these instants. */
    at: z.array(moment).optional(),
    line: z.string().min(1),
  })
  .refine(
    (value) =>
      [value.count, value.everySeconds, value.at].filter((given) => given !== undefined).length === 1,
    'expected exactly one of count, everySeconds and at',
  )
  .refine(
    (value) => value.at !== undefined || (value.from !== undefined && value.to !== undefined),
    'expected from and to',
  );

/** A repository of its own in a folder beside the evidence. */
const repository = z.strictObject({ branch: localName.default('main'), commits: z.array(commit).min(1) });

const generated = z.strictObject({
  path,
  seed: z.int().min(0).default(1),
  header: z.string().optional(),
  streams: z.array(stream).min(1),
});

const history = z.strictObject({
  author: person,
  branch: localName.default('main'),
  commits: z.array(commit).default([]),
  /** Folder → a repository that lies there. Ids are unique over all of them. */
  repositories: z.record(path, repository).default({}),
  /** Folders that exist on disk and hold nothing, so that git does not know them. */
  emptyFolders: z.array(path).default([]),
  generate: z.array(generated).default([]),
});

export type ScenarioHistory = z.infer<typeof history>;
export type ScenarioCommit = ScenarioHistory['commits'][number];
export type GeneratedFile = ScenarioHistory['generate'][number];

function isSafePath(text: string): boolean {
  const parts = text.split('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (text.length > 200 || /[\u0000-\u001f\u007f\\:"]/.test(text)) return false;
  return parts.every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git');
}

function invalid(file: string, why: string, cause?: unknown): PlatformError {
  return new PlatformError({
    code: 'config',
    what: `${file} is no scenario history`,
    why,
    nextStep: 'Correct that line; scenarios/README.md describes the format.',
    cause,
  });
}

/**
 * Reads history.yaml. `file` is only for messages.
 * Throws PlatformError `config` with the first problem and where it is.
 */
export function parseHistory(text: string, file: string): ScenarioHistory {
  if (text.length > MAX_BYTES) throw invalid(file, `it is larger than ${MAX_BYTES} characters`);
  const raw = parseYaml(text, file);
  const parsed = history.safeParse(raw);
  if (parsed.success) return parsed.data;
  const outer = parsed.error.issues[0];
  // What is wrong with a key of a record lies one level deeper.
  const inner = outer?.code === 'invalid_key' ? outer.issues[0] : undefined;
  const issue = outer === undefined ? undefined : { ...outer, message: inner?.message ?? outer.message };
  const where = issue?.path.map(String).join('.') ?? '';
  throw invalid(file, `${where === '' ? 'the file' : where}: ${issue?.message ?? 'unexpected shape'}`);
}

function parseYaml(text: string, file: string): unknown {
  // The core schema without timestamps: dates stay text. Aliases are refused, they can blow up.
  const document = parseDocument(text, { schema: 'core', prettyErrors: true });
  const error = document.errors[0];
  if (error !== undefined) throw invalid(file, error.message.split('\n')[0] ?? 'broken YAML', error);
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw invalid(file, 'YAML aliases are not allowed', cause);
  }
}
