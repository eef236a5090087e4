/** Who does what in a database at one moment: pg_stat_activity, SHOW PROCESSLIST. Sessions that wait for a lock and those that hold a transaction open tell of a cause. */
import { type EpochMs, epochMs } from '../../../domain/time.ts';
import { readInstant } from '../../_kit/instants.ts';
import type { Line, PrintContext, Printed, PrintedFact, PrintedKind, Row } from '../printed.ts';
import { barRows, csvRows, NOTHING } from '../printed.ts';

interface Session {
  readonly id: string;
  readonly who: string;
  readonly statement: string;
  readonly waitsForLock: boolean;
  readonly isIdleInTransaction: boolean;
  readonly since: EpochMs | null;
  /** When it was looked at, by its beginning and how long it had run; null where it does not say. */
  readonly until: number | null;
  readonly zoneless: boolean;
  readonly line: Line;
}

/** `00:13:48.12`, `1 day 02:00:00` in milliseconds; null for other text. */
function spanMs(text: string): number | null {
  const match = /^(?:(\d+) days? )?(\d{1,3}):(\d\d):(\d\d)(?:\.\d+)?$/.exec(text);
  if (match === null) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

/** A transaction that is open and idle for longer than this holds its locks for nobody. */
const IDLE_MS = 30_000;
const STATEMENT_LENGTH = 120;

function quoted(statement: string): string {
  const plain = statement.replace(/\s+/g, ' ').trim();
  return plain.length > STATEMENT_LENGTH ? `${plain.slice(0, STATEMENT_LENGTH)}…` : plain;
}

function sessionOf({ cells, line }: Row, { zone, printedAt }: PrintContext): Session | null {
  const text = (...names: readonly string[]) =>
    names.map((name) => cells[name] ?? '').find((cell) => cell !== '') ?? '';
  const id = text('pid', 'id');
  if (!/^\d+$/.test(id)) return null;
  const state = text('state');
  const wait = text('waiteventtype');
  const began = readInstant(text('xactstart', 'querystart', 'statechange', 'backendstart'), zone);
  const ran = spanMs(text('duration', 'runtime', 'age', 'queryage', 'xactage', 'running'));
  const seconds = Number(text('time'));
  const counted =
    printedAt === null || text('time') === '' || !(seconds >= 0) ? null : epochMs(printedAt - seconds * 1000);
  return {
    id,
    who: text('applicationname', 'usename', 'user'),
    statement: text('query', 'info'),
    waitsForLock:
      /^Lock$/i.test(wait) ||
      /\b(metadata|table|row|gtid|global read) lock\b|waiting for .*lock/i.test(state),
    isIdleInTransaction: /^idle in transaction/i.test(state),
    since: began?.at ?? counted,
    until: began === null || ran === null ? null : began.at + ran,
    zoneless: began?.zoneless === true,
    line,
  };
}

/** How long the first of them had waited when the last thing in the table happened. */
function waitOf({ since }: Session, latest: number): Readonly<Record<string, string>> {
  return since === null
    ? {}
    : { 'lock.wait.seconds': String(Math.max(0, Math.round((latest - since) / 1000))) };
}

/** Statements that keep others out of a table for as long as they run. */
const EXCLUSIVE =
  /^\s*(?:alter|drop|truncate|lock|reindex|cluster|create\s+(?:unique\s+)?index(?!\s+concurrently)|optimize|vacuum\s+full|refresh\s+materialized)\b/i;

/** Who may hold what is waited for: the oldest session before the first that waits that left a transaction open or has a table for itself. */
function holderOf(first: Session, byAge: readonly Session[]): Session | null {
  const held = byAge.find(
    ({ waitsForLock, isIdleInTransaction, statement, since }) =>
      !waitsForLock &&
      (isIdleInTransaction || EXCLUSIVE.test(statement)) &&
      (since === null || first.since === null || since <= first.since),
  );
  return held ?? null;
}

function holderText(holder: Session | null): string {
  if (holder === null) return '';
  const what = holder.isIdleInTransaction ? 'holds a transaction open and does nothing, after' : 'runs';
  return `; session ${holder.id} (${holder.who}), older than that, ${what}: ${quoted(holder.statement)}`;
}

function read(lines: readonly Line[], context: PrintContext): Printed {
  const bars = barRows(lines);
  const rows = bars.length > 0 ? bars : csvRows(lines);
  const sessions = rows.flatMap((row) => sessionOf(row, context) ?? []);
  const byAge = [...sessions].sort((a, b) => (a.since ?? Number.MAX_VALUE) - (b.since ?? Number.MAX_VALUE));
  const latest = Math.max(context.printedAt ?? 0, ...sessions.map(({ since, until }) => until ?? since ?? 0));
  const common = { kind: 'other', service: null, pod: null, node: null } as const;
  const waiting = byAge.filter(({ waitsForLock }) => waitsForLock);
  const [first] = waiting;
  const idle = byAge.filter(
    ({ isIdleInTransaction, since }) => isIdleInTransaction && (since === null || latest - since >= IDLE_MS),
  );
  const facts: readonly PrintedFact[] = [
    ...(first === undefined
      ? []
      : [
          {
            ...common,
            at: first.since,
            count: waiting.length,
            summary: `${waiting.length === 1 ? 'A session waits' : `${waiting.length} sessions wait`} for a lock, the first (${first.id}, ${first.who}) in: ${quoted(first.statement)}${holderText(holderOf(first, byAge))}`,
            attributes: waitOf(first, latest),
            line: first.line,
          },
        ]),
    ...idle.slice(0, 5).map(({ id, who, statement, since, line }) => ({
      ...common,
      at: since,
      count: 1,
      summary: `Session ${id} (${who}) holds a transaction open and does nothing, after: ${quoted(statement)}`,
      attributes: {},
      line,
    })),
  ];
  return {
    ...NOTHING,
    facts,
    items: sessions.length,
    rejected: rows.length - sessions.length,
    zoneless: sessions.some(({ zoneless }) => zoneless),
  };
}

function hasColumns(head: string, ...names: readonly RegExp[]): boolean {
  const [first = '', ...more] = head.split('\n', 12);
  const isTable = (line: string) => names.every((name) => name.test(line));
  return (
    [first, ...more].some((line) => line.includes('|') && isTable(line)) ||
    (/^\W?\w+\W?,/.test(first) && isTable(first))
  );
}

export const SESSIONS: readonly PrintedKind[] = [
  {
    command: 'pg_stat_activity',
    unit: 'sessions',
    is: (head) => hasColumns(head, /\bpid\b/i, /\b(state|wait_event(_type)?)\b/i, /\bquery\b/i),
    read,
  },
  {
    command: 'SHOW PROCESSLIST',
    unit: 'sessions',
    is: (head) => hasColumns(head, /\bId\b/i, /\bCommand\b/i, /\bTime\b/i, /\bState\b/i, /\bInfo\b/i),
    read,
  },
  {
    command: 'EXPLAIN',
    unit: 'plans',
    is: (head) =>
      /^\s*QUERY PLAN\s*$/m.test(head) ||
      /^\s*(->\s+)?\w[\w ]* {1,2}\(cost=[\d.]+\.\.[\d.]+ rows=\d+/m.test(head),
    read: () => ({ ...NOTHING, items: 1 }),
  },
];
