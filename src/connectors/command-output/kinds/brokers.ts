/** How far behind those are who read from brokers, at one moment: Kafka's consumer groups, RabbitMQ's queues. */
import type { Line, PrintContext, Printed, PrintedFact, PrintedKind } from '../printed.ts';
import { NOTHING, printedFact, wordRows } from '../printed.ts';

/** Behind by so much, messages wait for longer than a moment at any usual rate. */
const MANY = 10_000;
const MAX_FACTS = 5;

const GROUPS = /^\s*GROUP\s+TOPIC\s+PARTITION\s+CURRENT-OFFSET\s+LOG-END-OFFSET\s+LAG\b/;

interface Behind {
  lag: number;
  isRead: boolean;
  readonly line: Line;
}

function factsOf(
  behind: readonly (readonly [string, Behind])[],
  tell: (name: string, of: Behind) => string,
  at: PrintContext['printedAt'],
): readonly PrintedFact[] {
  return behind
    .filter(([, { lag, isRead }]) => lag >= MANY || (lag > 0 && !isRead))
    .sort(([a, x], [b, y]) => y.lag - x.lag || (a < b ? -1 : 1))
    .slice(0, MAX_FACTS)
    .map(([name, of]) => printedFact(tell(name, of), of.line, at));
}

/** `kafka-consumer-groups --describe`: partitions of one topic are summed up. */
function readGroups(lines: readonly Line[], { printedAt }: PrintContext): Printed {
  const rows = wordRows(lines, GROUPS);
  const byTopic = new Map<string, Behind>();
  for (const { cells, line } of rows) {
    const key = `Consumer group ${cells['GROUP'] ?? ''} on topic ${cells['TOPIC'] ?? ''}`;
    const own = byTopic.get(key) ?? { lag: 0, isRead: false, line };
    own.lag += /^\d+$/.test(cells['LAG'] ?? '') ? Number(cells['LAG']) : 0;
    own.isRead ||= (cells['CONSUMER-ID'] ?? '-') !== '-';
    byTopic.set(key, own);
  }
  const tell = (name: string, { lag, isRead }: Behind) =>
    `${name} is ${lag} messages behind${isRead ? '' : ' and nobody reads'}`;
  return { ...NOTHING, facts: factsOf([...byTopic], tell, printedAt), items: rows.length };
}

const QUEUES = /^name\s+messages(?:_ready)?\b/m;

/** `rabbitmqctl list_queues name messages … consumers`. */
function readQueues(lines: readonly Line[], { printedAt }: PrintContext): Printed {
  const rows = wordRows(lines, QUEUES);
  const queues = rows.map(({ cells, line }) => {
    const lag = Number(cells['messages'] ?? cells['messages_ready'] ?? 0);
    const isRead = cells['consumers'] === undefined || Number(cells['consumers']) > 0;
    return [`Queue ${cells['name'] ?? ''}`, { lag, isRead, line }] as const;
  });
  const tell = (name: string, { lag, isRead }: Behind) =>
    `${name} holds ${lag} messages${isRead ? '' : ' and nobody reads'}`;
  return { ...NOTHING, facts: factsOf(queues, tell, printedAt), items: rows.length };
}

export const BROKERS: readonly PrintedKind[] = [
  {
    command: 'kafka-consumer-groups --describe',
    unit: 'partitions',
    is: (head) => head.split('\n').some((line) => GROUPS.test(line)),
    read: readGroups,
  },
  {
    command: 'rabbitmqctl list_queues',
    unit: 'queues',
    is: (head) => /^Listing queues\b/m.test(head) && QUEUES.test(head),
    read: readQueues,
  },
];
