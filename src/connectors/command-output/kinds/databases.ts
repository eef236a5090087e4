/** What stores say of themselves at one moment: InnoDB's status, Redis' INFO, MongoDB's operations, Elasticsearch's health. */
import { type EpochMs, epochMs } from '../../../domain/time.ts';
import { numberOf, textOf } from '../../_kit/fields.ts';
import { readInstant } from '../../_kit/instants.ts';
import { listAt } from '../../_kit/nested.ts';
import { isObject, type JsonObject, parseJson } from '../../_kit/records.ts';
import type { Line, PrintContext, Printed, PrintedFact, PrintedKind } from '../printed.ts';
import { NOTHING, printedFact } from '../printed.ts';

const STATEMENT_LENGTH = 120;
/** A transaction that is open for longer than a minute keeps its locks and the history from being purged. */
const LONG_SECONDS = 60;
/** From here on a limit counts as reached. */
const NEARLY_ALL = 0.95;

function quoted(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain.length > STATEMENT_LENGTH ? `${plain.slice(0, STATEMENT_LENGTH)}…` : plain;
}

const STATEMENT =
  /^\s*(?:select|insert|update|delete|replace|alter|lock\s+tables?|call|create|drop|truncate|load|with|begin|commit)\b/i;

/** The statement that stands within the next lines of a transaction. */
function statementBelow(lines: readonly Line[], from: number): string | null {
  return lines.slice(from, from + 12).find(({ text }) => STATEMENT.test(text))?.text ?? null;
}

interface Transaction {
  readonly line: Line;
  readonly seconds: number;
  readonly waits: boolean;
  readonly thread: string;
  readonly statement: string | null;
}

function transactionsOf(lines: readonly Line[]): readonly Transaction[] {
  return lines.flatMap((line, index): readonly Transaction[] => {
    const active = /^---TRANSACTION \d+, ACTIVE (?:\(PREPARED\) )?(\d+) sec/.exec(line.text);
    if (active === null) return [];
    const body = lines.slice(index + 1, index + 12);
    const end = body.findIndex(({ text }) => /^---/.test(text));
    const own = end < 0 ? body : body.slice(0, end);
    const thread = own.flatMap(({ text }) => /^MySQL thread id (\d+)/.exec(text)?.[1] ?? [])[0] ?? '?';
    return [
      {
        line,
        seconds: Number(active[1]),
        waits: own.some(({ text }) => /^LOCK WAIT\b|TRX HAS BEEN WAITING/.test(text)),
        thread,
        statement: own.find(({ text }) => STATEMENT.test(text))?.text ?? null,
      },
    ];
  });
}

/** A stamp at the beginning of a line; `shift` milliseconds before it. */
function instantAt(text: string | undefined, zone: string | null, shiftMs = 0): EpochMs | null {
  const written = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/.exec(text ?? '')?.[1];
  const instant = written === undefined ? null : readInstant(written, zone);
  return instant === null ? null : epochMs(instant.at - shiftMs);
}

function readInnodb(lines: readonly Line[], context: PrintContext): Printed {
  const header = lines.find(({ text }) => /INNODB MONITOR OUTPUT/.test(text))?.text;
  const printed = instantAt(header, context.zone) ?? context.printedAt;
  const before = (seconds: number) => (printed === null ? null : epochMs(printed - seconds * 1000));
  const facts: PrintedFact[] = [];
  const deadlock = lines.findIndex(({ text }) => /^LATEST DETECTED DEADLOCK/.test(text));
  const stamped =
    deadlock < 0
      ? undefined
      : lines.slice(deadlock + 1, deadlock + 4).find(({ text }) => /^\d{4}-/.test(text));
  if (stamped !== undefined) {
    const statement = statementBelow(lines, deadlock);
    const said = statement === null ? '' : `, one of them in: ${quoted(statement)}`;
    facts.push(
      printedFact(
        `InnoDB ended a deadlock of transactions${said}`,
        stamped,
        instantAt(stamped.text, context.zone),
      ),
    );
  }
  const transactions = transactionsOf(lines);
  const waiting = transactions.filter(({ waits }) => waits).sort((a, b) => b.seconds - a.seconds);
  const [longest] = waiting;
  if (longest !== undefined) {
    const many = waiting.length === 1 ? 'A transaction waits' : `${waiting.length} transactions wait`;
    const said = longest.statement === null ? '' : ` in: ${quoted(longest.statement)}`;
    facts.push(
      printedFact(
        `${many} for a lock, the first (thread ${longest.thread})${said}`,
        longest.line,
        before(longest.seconds),
        {
          count: waiting.length,
          attributes: { 'lock.wait.seconds': String(longest.seconds) },
        },
      ),
    );
  }
  const open = transactions.filter(({ waits, seconds }) => !waits && seconds >= LONG_SECONDS);
  for (const { thread, seconds, line } of open.sort((a, b) => b.seconds - a.seconds).slice(0, 5))
    facts.push(
      printedFact(`A transaction of thread ${thread} is open since ${seconds} s`, line, before(seconds)),
    );
  return { ...NOTHING, facts, items: Math.max(1, transactions.length), zoneless: true };
}

function readRedis(lines: readonly Line[], { printedAt }: PrintContext): Printed {
  const values = new Map<string, { readonly value: string; readonly line: Line }>();
  for (const line of lines) {
    const pair = /^([a-z_0-9]{1,60}):(.*)$/.exec(line.text.trim());
    if (pair !== null) values.set(pair[1] ?? '', { value: pair[2] ?? '', line });
  }
  const number = (name: string) => Number(values.get(name)?.value);
  const facts: PrintedFact[] = [];
  const tell = (name: string, summary: string) => {
    const line = values.get(name)?.line;
    if (line !== undefined) facts.push(printedFact(summary, line, printedAt));
  };
  const [used, most] = [number('used_memory'), number('maxmemory')];
  if (most > 0 && used >= most * NEARLY_ALL)
    tell(
      'used_memory',
      `Redis uses ${Math.round((used / most) * 100)} % of the memory that it may (${values.get('maxmemory_policy')?.value ?? 'policy unknown'})`,
    );
  const [clients, mostClients] = [number('connected_clients'), number('maxclients')];
  if (mostClients > 0 && clients >= mostClients * NEARLY_ALL)
    tell('connected_clients', `Redis has ${clients} of at most ${mostClients} clients`);
  if (number('rejected_connections') > 0)
    tell(
      'rejected_connections',
      `Redis refused ${number('rejected_connections')} connections since it started`,
    );
  if (values.get('master_link_status')?.value === 'down')
    tell('master_link_status', 'The link of this Redis to its master is down');
  if (values.get('rdb_last_bgsave_status')?.value === 'err')
    tell('rdb_last_bgsave_status', 'Redis could not save its data');
  return { ...NOTHING, facts, items: 1 };
}

/** The line on which a text first stands; a document on one line has but that. */
function lineOf(lines: readonly Line[], text: string): Line | undefined {
  return lines.find((line) => line.text.includes(text)) ?? lines[0];
}

function documentOf(lines: readonly Line[]): JsonObject | null {
  const value = parseJson(lines.map(({ text }) => text).join('\n'));
  return isObject(value) ? value : null;
}

/** `db.currentOp()`: operations that wait for a lock, and how long they have run. */
function readMongo(lines: readonly Line[], context: PrintContext): Printed {
  const operations = listAt(documentOf(lines) ?? {}, 'inprog').filter(isObject);
  const waiting = operations
    .filter((own) => own['waitingForLock'] === true)
    .map((own) => ({ own, seconds: numberOf(own['secs_running']) ?? 0 }))
    .sort((a, b) => b.seconds - a.seconds);
  const [first] = waiting;
  if (first === undefined) return { ...NOTHING, items: Math.max(1, operations.length) };
  const at = readInstant(first.own['currentOpTime'], context.zone)?.at ?? context.printedAt;
  const what = `${textOf(first.own['op']) ?? 'operation'} on ${textOf(first.own['ns']) ?? '?'}`;
  const line = lineOf(lines, '"waitingForLock"');
  const many = waiting.length === 1 ? 'An operation waits' : `${waiting.length} operations wait`;
  const fact =
    line === undefined
      ? []
      : [
          printedFact(
            `${many} for a lock, the first (${textOf(first.own['appName']) ?? '?'}) for ${first.seconds} s: ${what}`,
            line,
            at === null ? null : epochMs(at - first.seconds * 1000),
            {
              count: waiting.length,
              attributes: { 'lock.wait.seconds': String(first.seconds) },
            },
          ),
        ];
  return { ...NOTHING, facts: fact, items: operations.length };
}

function readElastic(lines: readonly Line[], { printedAt }: PrintContext): Printed {
  const health = documentOf(lines);
  const status = health === null ? null : textOf(health['status']);
  const line = lineOf(lines, '"status"');
  if (health === null || status === null || line === undefined) return { ...NOTHING, rejected: 1 };
  const lost = numberOf(health['unassigned_shards']) ?? 0;
  const facts =
    status === 'red'
      ? [
          printedFact(
            `Cluster ${textOf(health['cluster_name']) ?? ''} is red: ${lost} shards are assigned to no node`,
            line,
            printedAt,
          ),
        ]
      : [];
  return { ...NOTHING, facts, items: 1 };
}

export const DATABASES: readonly PrintedKind[] = [
  {
    command: 'SHOW ENGINE INNODB STATUS',
    unit: 'transactions',
    is: (head) => /INNODB MONITOR OUTPUT/.test(head),
    read: readInnodb,
  },
  {
    command: 'redis-cli INFO',
    unit: 'stores',
    is: (head) => /^redis_version:\S+/m.test(head) && /^# (?:Server|Clients|Memory)\s*$/m.test(head),
    read: readRedis,
  },
  {
    command: 'db.currentOp()',
    unit: 'operations',
    is: (head) => /^\s*\{\s*"inprog"\s*:\s*\[/.test(head),
    read: readMongo,
  },
  {
    command: '_cluster/health',
    unit: 'clusters',
    is: (head) => /^\s*\{\s*"cluster_name"\s*:/.test(head) && /"unassigned_shards"\s*:/.test(head),
    read: readElastic,
  },
];
