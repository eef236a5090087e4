/** Who reads what others publish: two services whose code names the same topic, one of which publishes and one of which subscribes. */
import { append } from '../../../domain/append.ts';
import type { EvidenceRef } from '../../../domain/evidence.ts';
import type { DependencyEdge } from '../../../domain/topology.ts';
import type { GrepMatch } from '../../_kit/git.ts';
import { byText } from '../order.ts';

/** What git looks for, in any case; the expressions below tell what the lines say. */
export const HANDLING_WORDS = ['publish', 'emit', 'produce', 'subscribe', 'consume'];
export const TOPIC_WORDS = [
  'subject',
  'topic',
  'queue',
  'channel',
  'stream',
  'exchange',
  'routingkey',
  'routing_key',
];
/** Lines of a file in which such a word stands. */
export const MAX_TOPIC_LINES = 200;

/** Names of several words: `orders` may be a table, a route or a queue of its own house, `orders.placed` is one topic. */
const TOPIC =
  /\b\w*(?:subject|topic|queue|channel|stream|exchange|routing_?key)\w*["'`]?\s*:?[:=]\s*["'`]([a-z][\w-]*(?:[.:][\w-]+)+)["'`]/i;
const GIVES = /\b(?:\w{1,20}_)?(?:publish|emit|produce)\w*\s*\(|\bsend_?to_?queue\s*\(/i;
const TAKES = /\b(?:\w{1,20}_)?(?:subscribe|consume)\w*\s*\(/i;
/** A name of the same form within the call: `sendToQueue('orders.placed', …)`, `basic_consume("orders.placed", …)`. */
const GIVEN = /["'`]([a-z][\w-]*(?:[.:][\w-]+)+)["'`]/gi;

/** Somebody publishes, and somebody reads. */
export function handlesBoth(lines: readonly GrepMatch[]): boolean {
  return [GIVES, TAKES].every((verb) => lines.some(({ text }) => verb.test(text)));
}

interface Line {
  readonly match: GrepMatch;
  readonly from: string;
}

/** Topics within the call that reads or writes them, whatever else the service reads and writes; the first line of each counts. */
function toldAtOnce(lines: readonly Line[]): readonly { readonly reads: Line; readonly writes: Line }[] {
  const writers = new Map<string, Line[]>();
  const readers = new Map<string, Line[]>();
  for (const line of lines) {
    const into = [GIVES.test(line.match.text) ? writers : null, TAKES.test(line.match.text) ? readers : null];
    for (const [, topic = ''] of line.match.text.matchAll(GIVEN))
      for (const map of into) {
        const known = map?.get(topic.toLowerCase()) ?? [];
        if (!known.some(({ from }) => from === line.from)) map?.set(topic.toLowerCase(), [...known, line]);
      }
  }
  return [...readers.keys()]
    .sort(byText)
    .flatMap((topic) =>
      (readers.get(topic) ?? []).flatMap((reads) =>
        (writers.get(topic) ?? [])
          .filter(({ from }) => from !== reads.from)
          .map((writes) => ({ reads, writes })),
      ),
    );
}

/** An edge from each reader to each writer of a topic; none where a service does both, or neither. */
export function topicEdges(
  lines: readonly Line[],
  cite: (match: GrepMatch) => EvidenceRef,
): readonly DependencyEdge[] {
  const [gives, takes] = [GIVES, TAKES].map(
    (verb) => new Set(lines.flatMap(({ match, from }) => (verb.test(match.text) ? [from] : []))),
  );
  const topics = new Map<string, Line[]>();
  for (const line of lines) {
    const topic = TOPIC.exec(line.match.text)?.[1]?.toLowerCase();
    if (topic !== undefined) append(topics, topic, line);
  }
  const isOnly = (name: string, one: ReadonlySet<string> | undefined, other: typeof one) =>
    one?.has(name) === true && other?.has(name) !== true;
  const edges = new Map<string, DependencyEdge>();
  for (const { reads, writes } of toldAtOnce(lines))
    edges.set(`${reads.from}\u0000${writes.from}`, {
      from: reads.from,
      to: writes.from,
      source: 'config',
      evidence: [cite(reads.match), cite(writes.match)],
    });
  for (const topic of [...topics.keys()].sort(byText)) {
    const named = topics.get(topic) ?? [];
    for (const reads of named.filter(({ from }) => isOnly(from, takes, gives)))
      for (const writes of named.filter(({ from }) => isOnly(from, gives, takes))) {
        const key = `${reads.from}\u0000${writes.from}`;
        if (!edges.has(key))
          edges.set(key, {
            from: reads.from,
            to: writes.from,
            source: 'config',
            evidence: [cite(reads.match), cite(writes.match)],
          });
      }
  }
  return [...edges.values()];
}
