/** The tables of the incident store and how an older file is brought up to date. Events can only be added: the database refuses anything else. */
import { PlatformError } from '../../domain/error.ts';
import type { Database } from './database.ts';

/** "WKPL" in ASCII: tells our files from other programs' databases. */
const APPLICATION_ID = 0x574b504c;

/** One step per version, in order; a step that was released is never edited. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE incident (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     workspace TEXT NOT NULL
   ) STRICT;
   CREATE INDEX incident_by_workspace ON incident (workspace, id);
   CREATE TABLE event (
     incident_id INTEGER NOT NULL REFERENCES incident (id),
     sequence INTEGER NOT NULL CHECK (sequence > 0),
     at INTEGER NOT NULL,
     actor TEXT NOT NULL,
     body TEXT NOT NULL,
     UNIQUE (incident_id, sequence)
   ) STRICT;
   CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;
   CREATE TRIGGER event_remains BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are only appended'); END;`,
];

function pragma(database: Database, name: string): number {
  const row = database.prepare(`PRAGMA ${name}`).get() as Readonly<Record<string, unknown>> | undefined;
  return Number(row?.[name] ?? 0);
}

/** Throws PlatformError `store` for another program's database and for a file of a newer version. */
export function migrate(database: Database, path: string): void {
  if (isCurrent(database)) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been faster.
    if (!isCurrent(database)) upgrade(database, path);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function isCurrent(database: Database): boolean {
  return (
    pragma(database, 'application_id') === APPLICATION_ID &&
    pragma(database, 'user_version') === MIGRATIONS.length
  );
}

function upgrade(database: Database, path: string): void {
  const version = pragma(database, 'user_version');
  const tables = database.prepare("SELECT count(*) AS tables FROM sqlite_schema WHERE type = 'table'").get();
  const isEmpty = Number((tables as { tables: unknown }).tables) === 0;
  const isOurs = pragma(database, 'application_id') === APPLICATION_ID;
  if (!isOurs && !isEmpty) {
    throw refused(path, 'it is the database of another program', 'Name another folder with --store.');
  }
  if (version > MIGRATIONS.length) {
    throw refused(
      path,
      'a newer version of wicked-platform wrote it',
      'Update wicked-platform, or name another folder with --store.',
    );
  }
  for (const step of MIGRATIONS.slice(version)) database.exec(step);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
}

function refused(path: string, why: string, nextStep: string): PlatformError {
  return new PlatformError({
    code: 'store',
    what: `The incident store ${path} cannot be used`,
    why,
    nextStep,
  });
}
