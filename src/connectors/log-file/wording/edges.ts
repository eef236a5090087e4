/** Who calls whom, as far as messages say so: `Circuit breaker OPEN for payment-service`, `request from web`, `http://cart:8080/`. */
import type { EvidenceRef } from '../../../domain/evidence.ts';
import { canonicalServiceName, type ServiceName } from '../../../domain/service.ts';
import type { DependencyEdge } from '../../../domain/topology.ts';
import { SERVICE_SHAPE } from '../service-name.ts';

export interface Statement {
  readonly service: ServiceName | null;
  readonly message: string;
  readonly evidence: EvidenceRef;
}

const NAME = '["\'`]?([A-Za-z][\\w]*(?:[-_][\\w]+)*)["\'`]?';
const TO = new RegExp(
  `\\b(?:for|to|calling|call|contacting|reaching|reach|upstream|querying|against|via|dependency|downstream)[ :]+(?:the )?(?:service )?${NAME}`,
  'gi',
);
const FROM = new RegExp(`(\\w+) from (?:the )?(?:service )?${NAME}`, 'gi');
const URL_HOST =
  /\bhttps?:\/\/([A-Za-z][\w-]*)(?:\.[\w-]+\.svc(?:\.cluster\.local)?)?(?::\d{2,5})?(?=[/\s"'?,)\]]|$)/g;
const SUBJECT = new RegExp(
  `(?:^|[\\s:(])${NAME} (?:timed out|unavailable|unreachable|is down|refused|did not answer|request|responded|returned|call failed|answered)`,
  'gi',
);

/** What comes in from a caller; anything else "from X" came as an answer from X. */
const INCOMING =
  /^(?:requests?|calls?|traffic|rate|load|connections?|messages?|events?|invocations?|queries|retries|volume|originating|coming)$/i;

/** One edge per pair, with at most three pieces of evidence; sorted by names. */
export function edgesOf(
  statements: readonly Statement[],
  known: ReadonlySet<ServiceName>,
): readonly DependencyEdge[] {
  const found = new Map<string, { from: ServiceName; to: ServiceName; evidence: Set<EvidenceRef> }>();
  for (const statement of statements) {
    const own = statement.service;
    if (own === null) continue;
    for (const { name, isCaller } of mentions(statement.message, known)) {
      if (name === own) continue;
      const [from, to] = isCaller ? [name, own] : [own, name];
      const key = `${from}\n${to}`;
      const edge = found.get(key) ?? { from, to, evidence: new Set<EvidenceRef>() };
      if (edge.evidence.size < 3) edge.evidence.add(statement.evidence);
      found.set(key, edge);
    }
  }
  return [...found.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, edge]) => ({
      from: edge.from,
      to: edge.to,
      source: 'log-wording',
      evidence: [...edge.evidence].sort(),
    }));
}

function* mentions(
  message: string,
  known: ReadonlySet<ServiceName>,
): Generator<{ name: ServiceName; isCaller: boolean }> {
  const text = message.slice(0, 1_000);
  const isService = (raw: string | undefined): raw is string => {
    const name = canonicalServiceName(raw ?? '');
    return known.has(name) || SERVICE_SHAPE.test(name);
  };
  for (const match of text.matchAll(FROM)) {
    const [, before = '', raw] = match;
    if (isService(raw)) yield { name: canonicalServiceName(raw), isCaller: INCOMING.test(before) };
  }
  for (const match of [...text.matchAll(TO), ...text.matchAll(SUBJECT)])
    if (isService(match[1])) yield { name: canonicalServiceName(match[1]), isCaller: false };
  for (const match of text.matchAll(URL_HOST)) {
    const host = canonicalServiceName(match[1] ?? '');
    if (host !== 'localhost' && host.length > 1) yield { name: host, isCaller: false };
  }
}
