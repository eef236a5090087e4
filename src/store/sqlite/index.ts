/** Incident store in one SQLite file, safe with several processes at once and across a killed one. It never changes or deletes an event. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '../../domain/error.ts';
import type { IncidentEvent, IncidentEventBody } from '../../domain/incident.ts';
import { epochMs } from '../../domain/time.ts';
import type { IncidentStore, NewEvent } from '../../ports/incident-store.ts';
import { type Database, loadSqlite } from './database.ts';
import { storeProblem } from './problem.ts';
import { migrate } from './schema.ts';

const FILE = 'incidents.db';
/** Writers take turns within milliseconds; five seconds means that somebody hangs. */
const BUSY_TIMEOUT_MS = 5_000;

export interface SqliteStoreOptions {
  /** Made when it does not exist, readable for its owner only: evidence may be confidential. */
  readonly folder: string;
  readonly busyTimeoutMs?: number;
}

/** Whether a store was ever made in the folder; it opens and makes nothing. */
export function holdsSqliteStore(folder: string): boolean {
  return existsSync(join(folder, FILE));
}

/** Throws PlatformError: `store` for a file that cannot be used, `unavailable` where this Node has no SQLite. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<IncidentStore> {
  const path = join(options.folder, FILE);
  const open = await loadSqlite();
  makeFolder(options.folder);
  const database = guarded(path, () => {
    const opened = open(path);
    try {
      opened.exec(`PRAGMA busy_timeout = ${options.busyTimeoutMs ?? BUSY_TIMEOUT_MS}`);
      opened.exec('PRAGMA journal_mode = WAL');
      opened.exec('PRAGMA synchronous = FULL');
      opened.exec('PRAGMA foreign_keys = ON');
      migrate(opened, path);
    } catch (error) {
      opened.close();
      throw error;
    }
    return opened;
  });
  return new SqliteStore(database, path);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new PlatformError({
      code: 'store',
      what: `The incident store ${folder} cannot be used`,
      why: `the folder cannot be made (${cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'})`,
      nextStep: 'Name a writable folder with --store or WICKED_PLATFORM_STORE.',
      cause,
    });
  }
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeProblem(path, error);
  }
}

class SqliteStore implements IncidentStore {
  private readonly database: Database;
  private readonly path: string;
  private isOpen = true;

  constructor(database: Database, path: string) {
    this.database = database;
    this.path = path;
  }

  async open(events: readonly NewEvent[]): Promise<readonly IncidentEvent[]> {
    const first = events[0]?.body;
    if (first?.type !== 'opened') throw new TypeError('the first event of an incident must be `opened`');
    return this.transaction(() => {
      const statement = this.database.prepare('INSERT INTO incident (workspace) VALUES (?)');
      return this.insert(Number(statement.run(first.workspace).lastInsertRowid), events);
    });
  }

  async append(incidentId: string, events: readonly NewEvent[]): Promise<readonly IncidentEvent[]> {
    const id = numberOf(incidentId);
    return this.transaction(() => {
      const row =
        id === null ? undefined : this.database.prepare('SELECT id FROM incident WHERE id = ?').get(id);
      if (id === null || row === undefined) throw unknownIncident(incidentId);
      return this.insert(id, events);
    });
  }

  async events(incidentId: string): Promise<readonly IncidentEvent[]> {
    const id = numberOf(incidentId);
    if (id === null) return [];
    return guarded(this.path, () => {
      const rows = this.database
        .prepare('SELECT sequence, at, actor, body FROM event WHERE incident_id = ? ORDER BY sequence')
        .all(id) as readonly EventRow[];
      return rows.map((row) => toEvent(incidentId, row));
    });
  }

  async list(workspace: string | null) {
    return guarded(this.path, () => {
      const sql = `SELECT id, workspace, (SELECT max(sequence) FROM event WHERE incident_id = incident.id) AS last
                   FROM incident ${workspace === null ? '' : 'WHERE workspace = ?'} ORDER BY id DESC`;
      const rows = this.database.prepare(sql).all(...(workspace === null ? [] : [workspace]));
      return (rows as readonly IncidentRow[]).map((row) => ({
        id: `INC-${row.id}`,
        workspace: row.workspace,
        lastSequence: row.last,
      }));
    });
  }

  async close(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    guarded(this.path, () => this.database.close());
  }

  private insert(id: number, events: readonly NewEvent[]): readonly IncidentEvent[] {
    const last = this.database
      .prepare('SELECT coalesce(max(sequence), 0) AS last FROM event WHERE incident_id = ?')
      .get(id) as { last: number };
    const statement = this.database.prepare(
      'INSERT INTO event (incident_id, sequence, at, actor, body) VALUES (?, ?, ?, ?, ?)',
    );
    return events.map((event, index) => {
      const sequence = last.last + 1 + index;
      statement.run(id, sequence, event.at, event.actor, JSON.stringify(event.body));
      return { incidentId: `INC-${id}`, sequence, ...event };
    });
  }

  /** Takes the write lock at once, so that two writers wait for each other and never fail half-way. */
  private transaction<T>(work: () => T): T {
    return guarded(this.path, () => {
      this.database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.database.exec('COMMIT');
        return result;
      } catch (error) {
        this.database.exec('ROLLBACK');
        throw error;
      }
    });
  }
}

interface EventRow {
  readonly sequence: number;
  readonly at: number;
  readonly actor: string;
  readonly body: string;
}

interface IncidentRow {
  readonly id: number;
  readonly workspace: string;
  readonly last: number;
}

function toEvent(incidentId: string, row: EventRow): IncidentEvent {
  const body = JSON.parse(row.body) as IncidentEventBody;
  return { incidentId, sequence: row.sequence, at: epochMs(row.at), actor: row.actor, body };
}

/** `INC-12` → 12; null for anything that is no id. */
function numberOf(incidentId: string): number | null {
  const found = /^INC-([1-9]\d{0,14})$/i.exec(incidentId);
  return found === null ? null : Number(found[1]);
}

function unknownIncident(id: string): PlatformError {
  return new PlatformError({
    code: 'not-found',
    what: `There is no incident ${id}`,
    why: 'the store does not know it',
    nextStep: 'List the incidents with: wicked-platform incidents',
  });
}
