/** Which kinds of difference can produce which families of failure. The table is what a reviewer would say aloud. */
import type { DiffFeatureKind, ValueChange } from '../../domain/code.ts';
import type { SymptomClass } from '../../domain/symptom.ts';

const ANY_FAULT: readonly SymptomClass[] = [
  'null-dereference',
  'type-error',
  'server-error',
  'unclassified',
  'error-ratio',
  'crash',
];

const FEATURE_FAMILIES: Readonly<Record<DiffFeatureKind, readonly SymptomClass[]>> = {
  'guard-removed': [
    'null-dereference',
    'type-error',
    'validation',
    'serialization',
    'server-error',
    'data-integrity',
    'error-ratio',
    'unclassified',
  ],
  'guard-added': ['validation', 'client-error', 'silence', 'server-error', 'credentials'],
  'validation-tightened': [
    'validation',
    'client-error',
    'serialization',
    'server-error',
    'error-ratio',
    'silence',
    'unclassified',
  ],
  'error-handling-removed': [
    ...ANY_FAULT,
    'timeout',
    'connection-refused',
    'connection-reset',
    'serialization',
  ],
  'error-handling-added': ['silence', 'data-integrity'],
  'fallback-removed': [
    ...ANY_FAULT,
    'missing-config',
    'serialization',
    'validation',
    'timeout',
    'connection-refused',
  ],
  'await-removed': [
    'null-dereference',
    'type-error',
    'data-integrity',
    'connection-reset',
    'crash',
    'unclassified',
    'silence',
  ],
  'close-removed': [
    'pool-exhausted',
    'out-of-memory',
    'saturation',
    'timeout',
    'connection-refused',
    'restart',
    'latency',
  ],
  'lock-changed': ['type-error', 'crash', 'lock', 'data-integrity', 'timeout', 'latency'],
  'transaction-changed': ['lock', 'data-integrity', 'pool-exhausted', 'timeout', 'latency'],
  'batch-removed': [
    'traffic-surge',
    'latency',
    'timeout',
    'pool-exhausted',
    'saturation',
    'lock',
    'rate-limit',
  ],
  'call-in-loop': [
    'traffic-surge',
    'latency',
    'timeout',
    'pool-exhausted',
    'saturation',
    'rate-limit',
    'breaker-open',
  ],
  'cache-removed': [
    'traffic-surge',
    'latency',
    'timeout',
    'pool-exhausted',
    'saturation',
    'rate-limit',
    'out-of-memory',
  ],
  'index-removed': ['latency', 'timeout', 'pool-exhausted', 'saturation', 'lock'],
  'limit-removed': [
    'traffic-surge',
    'latency',
    'timeout',
    'out-of-memory',
    'pool-exhausted',
    'saturation',
    'queue-backlog',
  ],
  'unbounded-growth': ['out-of-memory', 'saturation', 'restart', 'crash', 'latency', 'timeout'],
  'registration-removed': [
    'client-error',
    'silence',
    'server-error',
    'missing-config',
    'queue-backlog',
    'unclassified',
  ],
  'call-added': [
    'traffic-surge',
    'latency',
    'timeout',
    'connection-refused',
    'server-error',
    'rate-limit',
    'breaker-open',
    'type-error',
  ],
  'call-removed': [...ANY_FAULT, 'silence', 'data-integrity', 'pool-exhausted', 'credentials'],
  'query-changed': [
    'latency',
    'timeout',
    'schema',
    'lock',
    'pool-exhausted',
    'server-error',
    'data-integrity',
    'type-error',
  ],
  'field-renamed': [
    'silence',
    'null-dereference',
    'type-error',
    'serialization',
    'validation',
    'schema',
    'server-error',
    'client-error',
    'error-ratio',
    'data-integrity',
    'unclassified',
  ],
  'route-changed': ['client-error', 'server-error', 'silence', 'error-ratio'],
  'topic-changed': ['silence', 'queue-backlog', 'client-error'],
  'env-renamed': [
    'missing-config',
    'null-dereference',
    'crash',
    'credentials',
    'connection-refused',
    'type-error',
  ],
  'column-dropped': ['schema', 'server-error', 'null-dereference'],
  'column-renamed': ['schema', 'server-error', 'null-dereference'],
  'table-dropped': ['schema', 'server-error'],
  'constraint-added': ['schema', 'validation', 'data-integrity', 'lock'],
  'default-changed': [...ANY_FAULT, 'timeout', 'missing-config', 'latency'],
  'condition-changed': [
    ...ANY_FAULT,
    'validation',
    'client-error',
    'data-integrity',
    'silence',
    'credentials',
  ],
  'arithmetic-changed': [...ANY_FAULT, 'data-integrity', 'validation'],
  'type-changed': [...ANY_FAULT, 'serialization', 'schema', 'validation'],
  'package-changed': [
    ...ANY_FAULT,
    'missing-module',
    'serialization',
    'credentials',
    'connection-reset',
    'latency',
    'certificate',
    'validation',
  ],
  'delay-added': [
    'latency',
    'timeout',
    'saturation',
    'pool-exhausted',
    'queue-backlog',
    'breaker-open',
    'error-ratio',
  ],
  'loop-added': ['latency', 'timeout', 'saturation', 'out-of-memory', 'queue-backlog'],
  'throw-added': [...ANY_FAULT, 'validation', 'client-error', 'data-integrity', 'breaker-open', 'silence'],
  'error-swallowed': [
    'silence',
    'data-integrity',
    'null-dereference',
    'type-error',
    'queue-backlog',
    'unclassified',
  ],
  'jitter-removed': [
    'timeout',
    'latency',
    'saturation',
    'pool-exhausted',
    'rate-limit',
    'queue-backlog',
    'traffic-surge',
    'breaker-open',
    'lock',
    'error-ratio',
    'connection-refused',
  ],
  'retry-removed': [
    'timeout',
    'connection-refused',
    'connection-reset',
    'network',
    'server-error',
    'error-ratio',
    'breaker-open',
    'rate-limit',
    'lock',
    'latency',
  ],
  'arguments-changed': [
    ...ANY_FAULT,
    'validation',
    'client-error',
    'data-integrity',
    'timeout',
    'latency',
    'silence',
    'serialization',
    'schema',
  ],
  'return-changed': [...ANY_FAULT, 'data-integrity', 'validation', 'silence', 'client-error', 'credentials'],
  'logic-changed': ANY_FAULT,
};

/** How telling a feature is beyond being compatible: a generic difference fits everything and so says little. */
const TELLING: Partial<Record<DiffFeatureKind, number>> = {
  'logic-changed': 0.35,
  'loop-added': 0.7,
  'arguments-changed': 0.6,
  'return-changed': 0.7,
  'call-added': 0.5,
  'call-removed': 0.6,
  'guard-added': 0.6,
  'error-handling-added': 0.4,
  'condition-changed': 0.8,
  'default-changed': 0.7,
  'arithmetic-changed': 0.7,
  'package-changed': 0.5,
  'type-changed': 0.7,
};

/** 0 when the difference cannot produce the failure; else up to 1. */
export function featureFit(feature: DiffFeatureKind, family: SymptomClass): number {
  return FEATURE_FAMILIES[feature].includes(family) ? (TELLING[feature] ?? 1) : 0;
}

interface KeyRule {
  readonly key: RegExp;
  readonly families: readonly SymptomClass[];
  /** The direction that hurts. */
  readonly harmful: 'down' | 'up' | 'either';
}

const KEY_RULES: readonly KeyRule[] = [
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
    key: /ttl|expir|max.?age|lifetime|validity|keep.?(for|seconds|minutes)|stale|refresh/i,
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
  {
    key: /(body|payload|request|upload|message|header).{0,10}(limit|size|max)|max.{0,6}(body|size|length|bytes|payload)|limit.{0,4}(kb|mb|bytes)/i,
    families: ['validation', 'client-error', 'serialization', 'error-ratio', 'server-error'],
    harmful: 'down',
  },
  {
    key: /rate.?limit|per.?(second|minute)|throttle|quota|burst/i,
    families: ['rate-limit', 'client-error', 'server-error', 'error-ratio'],
    harmful: 'down',
  },
  {
    key: /memory|heap|xmx|mem.?limit/i,
    families: ['out-of-memory', 'restart', 'crash', 'saturation', 'latency', 'connection-reset'],
    harmful: 'down',
  },
  {
    key: /cpu|worker|thread|concurren|parallel|replica|instances/i,
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
    key: /batch|page|chunk|prefetch/i,
    families: ['traffic-surge', 'latency', 'timeout', 'out-of-memory', 'lock', 'validation'],
    harmful: 'up',
  },
  {
    key: /url|host|endpoint|address|port|domain|region|base.?uri/i,
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
