/** The `node:sqlite` interface, from Node itself or from @photostructure/sqlite. It opens no file. */
import { PlatformError } from '../../domain/error.ts';

export interface Statement {
  run(...values: readonly (string | number)[]): { readonly lastInsertRowid: number | bigint };
  get(...values: readonly (string | number)[]): unknown;
  all(...values: readonly (string | number)[]): readonly unknown[];
}

export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

export type OpenDatabase = (path: string) => Database;

interface SqliteModule {
  readonly DatabaseSync: new (path: string) => Database;
}

/** SQLite before 3.51.3 can lose committed pages when two processes reset the write-ahead log at once. */
const FIRST_SAFE_VERSION = [3, 51, 3] as const;

export function isSafeVersion(version: string | undefined): boolean {
  const parts = (version ?? '').split('.').map(Number);
  for (const [index, least] of FIRST_SAFE_VERSION.entries()) {
    const part = parts[index] ?? Number.NaN;
    if (part !== least) return part > least;
  }
  return true;
}

/** Throws PlatformError `unavailable` where neither is there. */
export async function loadSqlite(): Promise<OpenDatabase> {
  const { DatabaseSync } = builtIn() ?? (await fromPackage());
  return (path) => new DatabaseSync(path);
}

function builtIn(): SqliteModule | null {
  if (!isSafeVersion(process.versions['sqlite'])) return null;
  // Node calls the module experimental on stderr; the report's reader can do nothing about it.
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return (process.getBuiltinModule?.('node:sqlite') ?? null) as SqliteModule | null;
  } finally {
    process.emitWarning = emitWarning;
  }
}

async function fromPackage(): Promise<SqliteModule> {
  try {
    return (await import('@photostructure/sqlite')) as unknown as SqliteModule;
  } catch (cause) {
    throw new PlatformError({
      code: 'unavailable',
      what: 'The incident was not recorded',
      why: `this Node (${process.versions.node}) brings no SQLite of 3.51.3 or later, and the optional package @photostructure/sqlite is not installed`,
      nextStep: 'Install it (npm install @photostructure/sqlite), or use a newer Node.',
      cause,
    });
  }
}
