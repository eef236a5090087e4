/** Which settings can produce which families of failure when they are moved, and in which direction. */
import type { ValueChange } from '../../domain/code.ts';
import type { SymptomClass } from '../../domain/symptom.ts';

interface KeyRule {
  readonly key: RegExp;
  readonly families: readonly SymptomClass[];
  /** The direction that hurts. */
  readonly harmful: 'down' | 'up' | 'either';
}

const KEY_RULES: readonly KeyRule[] = [
  // Where an instance may run: a rule that no machine meets keeps it waiting.
  {
    key: /node.?selector|affinity|toleration|topology.?spread|node.?(?:name|pool)|scheduler.?name|(?:runtime|priority|storage).?class/i,
    families: ['unschedulable'],
    harmful: 'either',
  },
  // A probe that gives up before the program has begun, or during a pause, ends one instance after the other.
  {
    key: /(liveness|readiness|startup).?probe.*(initial.?delay|timeout|failure.?threshold|period)|health.?check.*(start.?period|grace|interval|retries|timeout|threshold)/i,
    families: [
      'restart',
      'crash',
      'connection-refused',
      'connection-reset',
      'server-error',
      'error-ratio',
      'timeout',
      'latency',
    ],
    harmful: 'down',
  },
  // Whoever closes idle connections before the other side does resets calls that are on their way.
  {
    key: /keep.?alive|idle.?time.?out|max.?idle.?time|conn\w*.?max.?(life|idle)/i,
    families: ['connection-reset'],
    harmful: 'down',
  },
  {
    key: /time.?out|deadline|max.?wait|acquire/i,
    families: ['timeout', 'breaker-open', 'pool-exhausted', 'latency', 'server-error', 'error-ratio'],
    harmful: 'down',
  },
  {
    key: /pool|max.?conn|connections?$|max.?active|max.?idle/i,
    families: ['pool-exhausted', 'timeout', 'latency', 'connection-refused', 'error-ratio'],
    harmful: 'down',
  },
  {
    key: /(?<!thro|bo|ba|li|se|ke)ttl|expir|max.?age|lifetime|validity|keep.?(for|seconds|minutes)|stale|refresh/i,
    families: [
      'traffic-surge',
      'rate-limit',
      'pool-exhausted',
      'credentials',
      'latency',
      'timeout',
      'saturation',
      'client-error',
      'data-integrity',
      'server-error',
      'error-ratio',
    ],
    harmful: 'down',
  },
  // How much is sent or asked for at once: it is another's limit that it meets, and a larger value meets it.
  {
    key: /batch|page|chunk|prefetch/i,
    families: ['traffic-surge', 'latency', 'timeout', 'out-of-memory', 'lock', 'validation'],
    harmful: 'up',
  },
  {
    key: /(body|payload|request|upload|message|header).{0,10}(limit|size|max)|max.{0,6}(body|size|length|bytes|payload)|limit.{0,4}(kb|mb|bytes)/i,
    families: ['validation', 'client-error', 'serialization', 'error-ratio', 'server-error'],
    harmful: 'down',
  },
  // A limit that others meet turns them away; one that a worker sets itself lets its work pile up.
  {
    key: /rate.?limit|limit_(req|conn)|per.?(second|minute|hour)|throttle|quota|burst|\brps\b/i,
    families: ['rate-limit', 'client-error', 'server-error', 'error-ratio', 'queue-backlog'],
    harmful: 'down',
  },
  {
    key: /memory|heap|xmx|mem.?limit/i,
    families: ['out-of-memory', 'restart', 'crash', 'saturation', 'latency', 'connection-reset'],
    harmful: 'down',
  },
  {
    key: /cpu|worker|thread|concurren|parallel|replica|instances|max.?(?:children|clients|servers)|num.?proc|processes/i,
    families: ['latency', 'timeout', 'saturation', 'pool-exhausted', 'queue-backlog', 'rate-limit', 'lock'],
    harmful: 'either',
  },
  {
    key: /retr(y|ies)|attempts|backoff/i,
    families: [
      'timeout',
      'rate-limit',
      'saturation',
      'traffic-surge',
      'breaker-open',
      'connection-reset',
      'server-error',
    ],
    harmful: 'either',
  },
  { key: /threshold|breaker|failure/i, families: ['breaker-open'], harmful: 'down' },
  {
    key: /cache/i,
    families: [
      'traffic-surge',
      'rate-limit',
      'latency',
      'timeout',
      'saturation',
      'pool-exhausted',
      'out-of-memory',
    ],
    harmful: 'either',
  },
  {
    // An export, an import and a report are no ports.
    key: /url|host|endpoint|address|(?<!ex|im|sup|re|trans|pass)port|domain|region|base.?uri/i,
    families: [
      'connection-refused',
      'dns',
      'timeout',
      'client-error',
      'certificate',
      'server-error',
      'credentials',
      'connection-reset',
    ],
    harmful: 'either',
  },
  {
    key: /secret|token|password|api.?key|credential|issuer|audience|client.?id|algorithm|cert/i,
    families: ['credentials', 'certificate', 'missing-config'],
    harmful: 'either',
  },
  {
    key: /topic|queue|channel|stream|exchange|subscription/i,
    families: ['silence', 'queue-backlog', 'client-error'],
    harmful: 'either',
  },
  // Under another name a consumer has no place of its own: it begins at the first message or at the last.
  {
    key: /group.?id|consumer.?group|offset.?reset|durable|subscription.?(id|name)/i,
    families: ['silence', 'queue-backlog', 'data-integrity', 'traffic-surge', 'validation'],
    harmful: 'either',
  },
  { key: /isolation|lock|transaction/i, families: ['lock', 'data-integrity', 'timeout'], harmful: 'either' },
  {
    key: /schema|table|column|database|db.?name/i,
    families: ['schema', 'connection-refused'],
    harmful: 'either',
  },
];

export type KeyFit = 'harmful' | 'opposite' | 'none';

/** Whether the subject of a key is the subject of the failure, and whether the value moved the way that hurts. */
export function keyFit(change: Pick<ValueChange, 'key' | 'direction'>, family: SymptomClass): KeyFit {
  const rules = KEY_RULES.filter((rule) => rule.key.test(change.key));
  const rule = rules.find((candidate) => candidate.families.includes(family));
  if (rule === undefined) return 'none';
  if (
    rule.harmful === 'either' ||
    change.direction === rule.harmful ||
    !['up', 'down'].includes(change.direction)
  )
    return 'harmful';
  return 'opposite';
}

/** Whether a key or a parameter speaks of the same thing as the failure, whatever its value. */
export function sameSubject(key: string, family: SymptomClass): boolean {
  return KEY_RULES.some((rule) => rule.key.test(key) && rule.families.includes(family));
}
