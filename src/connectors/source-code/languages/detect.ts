/** Which language a file is written in, by its name alone. Loads no grammar. */
import { C_SHARP } from './c-sharp.ts';
import { GO } from './go.ts';
import { JAVA } from './java.ts';
import { KOTLIN } from './kotlin.ts';
import { PHP } from './php.ts';
import type { LanguageProfile } from './profile.ts';
import { PYTHON } from './python.ts';
import { RUBY } from './ruby.ts';
import { RUST } from './rust.ts';
import { JAVASCRIPT, TSX, TYPESCRIPT } from './typescript.ts';

const BY_EXTENSION: Readonly<Record<string, LanguageProfile>> = {
  ts: TYPESCRIPT,
  mts: TYPESCRIPT,
  cts: TYPESCRIPT,
  tsx: TSX,
  js: JAVASCRIPT,
  mjs: JAVASCRIPT,
  cjs: JAVASCRIPT,
  jsx: JAVASCRIPT,
  py: PYTHON,
  go: GO,
  java: JAVA,
  kt: KOTLIN,
  kts: KOTLIN,
  cs: C_SHARP,
  rb: RUBY,
  rake: RUBY,
  rs: RUST,
  php: PHP,
};

/** Source code that is recognised but not parsed: it still has lines, literals and a category. */
const UNPARSED: Readonly<Record<string, string>> = {
  scala: 'scala',
  swift: 'swift',
  ex: 'elixir',
  exs: 'elixir',
  erl: 'erlang',
  clj: 'clojure',
  c: 'c',
  h: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  hpp: 'cpp',
  sh: 'shell',
  bash: 'shell',
  lua: 'lua',
  pl: 'perl',
  pm: 'perl',
  dart: 'dart',
  vue: 'vue',
  svelte: 'svelte',
  sql: 'sql',
  fs: 'fsharp',
  vb: 'visual-basic',
  groovy: 'groovy',
};

export type KeyValueFormat = 'yaml' | 'json' | 'toml' | 'properties' | 'env' | 'hcl' | 'dockerfile';

const KEY_VALUE: Readonly<Record<string, KeyValueFormat>> = {
  yaml: 'yaml',
  yml: 'yaml',
  json: 'json',
  json5: 'json',
  jsonc: 'json',
  toml: 'toml',
  properties: 'properties',
  ini: 'properties',
  cfg: 'properties',
  conf: 'properties',
  env: 'env',
  tf: 'hcl',
  tfvars: 'hcl',
  hcl: 'hcl',
};

/** Lower-case text after the last dot of the file name; empty where there is none. */
export function extensionOf(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  return dot === -1 ? '' : name.slice(dot + 1).toLowerCase();
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Folder without a trailing slash; empty for a file at the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

export function profileOf(path: string): LanguageProfile | null {
  return BY_EXTENSION[extensionOf(path)] ?? null;
}

export function keyValueFormatOf(path: string): KeyValueFormat | null {
  const name = baseName(path);
  if (/^\.env(\.|$)/.test(name)) return 'env';
  if (/^(Dockerfile|Containerfile)(\.|$)/.test(name) || /\.dockerfile$/i.test(name)) return 'dockerfile';
  if (name === 'Pipfile' || name === 'Cargo.lock' || name === 'poetry.lock' || name === 'uv.lock')
    return 'toml';
  return KEY_VALUE[extensionOf(path)] ?? null;
}

/** Programs that are called by a bare name lie there, and most are scripts of the shell: `bin/nightly`, `scripts/deploy`. */
const SCRIPT = /(?:^|\/)(?:s?bin|scripts?|cron(?:\.\w+)?)\/[\w-]+$/;

function unparsedOf(path: string): string | null {
  return UNPARSED[extensionOf(path)] ?? (SCRIPT.test(path) ? 'shell' : null);
}

/** Name of the language or format for a reader, null for unknown files. */
export function languageName(path: string): string | null {
  return profileOf(path)?.id ?? keyValueFormatOf(path) ?? unparsedOf(path);
}

export function isSourceFile(path: string): boolean {
  const unparsed = unparsedOf(path);
  return profileOf(path) !== null || (unparsed !== null && unparsed !== 'sql');
}
