/** Causes that are no change of ours: a provider, traffic, exhaustion, credentials, network, a job, a record. Each has its own detector and is a first-class answer. */
import type { Factor, Hypothesis, HypothesisKind } from '../../domain/hypothesis.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { Symptom, SymptomClass } from '../../domain/symptom.ts';
import { MINUTE } from '../../domain/time.ts';
import { factor, lengthText } from './circumstance.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { outsideNames } from './outside.ts';
import { onePlace, oneRecord } from './subset.ts';
import { WEIGHT } from './weights.ts';

type Draft = Omit<Hypothesis, 'probability' | 'confidence' | 'caps'>;

export function noChangeHypotheses(facts: Facts): readonly Draft[] {
  return [...dependencies(facts), ...traffic(facts), ...subsets(facts), ...byClass(facts)];
}

function draft(
  kind: HypothesisKind,
  id: string,
  service: ServiceName | null,
  statement: string,
  factors: readonly Factor[],
  symptom: Symptom,
): Draft {
  return {
    id,
    kind,
    statement,
    service,
    change: null,
    mechanism: factors
      .filter((item) => item.weight > 0)
      .map((item) => ({ statement: item.detail, location: null, evidence: item.evidence })),
    factors,
    predictions: [
      {
        statement: 'no rollout precedes the failure in the failing service within ten minutes',
        result: 'NO-DATA',
        evidence: symptom.evidence.slice(0, 1),
      },
    ],
    score: factors.reduce((sum, item) => sum + item.weight, 0),
  };
}

/** What share of the failing lines a hypothesis covers. */
function coverage(items: readonly FailingPattern[], facts: Facts): readonly Factor[] {
  if (items.length === 0) return [];
  const share = facts.explainedShare(items);
  if (share >= 0.5) return [];
  const text = `it covers ${Math.round(share * 100)} % of the failing lines`;
  return [
    share >= 0.2
      ? factor('explains-part', WEIGHT.explainsPart, text)
      : factor('explains-little', WEIGHT.explainsLittle, text),
  ];
}

const PROVIDER_FAILS: readonly SymptomClass[] = [
  'timeout',
  'connection-refused',
  'connection-reset',
  'server-error',
  'rate-limit',
  'breaker-open',
  'dns',
  'latency',
  'unclassified',
  'error-ratio',
];

/** A name outside our code stands in the failures: how many callers meet it, and how directly. */
function dependencies(facts: Facts): readonly Draft[] {
  const visible = facts.failing.filter(
    (item) => item.symptom.strength >= 1 && PROVIDER_FAILS.includes(item.symptom.class),
  );
  const found = new Map<ServiceName, typeof visible>();
  for (const item of visible)
    for (const name of outsideNames(item.message, facts)) found.set(name, [...(found.get(name) ?? []), item]);
  return [...found.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, items]) => {
      const callers = [
        ...new Set(items.flatMap((item) => (item.pattern.service === null ? [] : [item.pattern.service]))),
      ];
      const count = items.reduce((sum, item) => sum + item.pattern.count, 0);
      const evidence = items
        .slice(0, 3)
        .flatMap((item) => item.pattern.samples.slice(0, 1).map((sample) => sample.evidence));
      const factors = [
        factor(
          'names-provider',
          2.2,
          `${count} failures name ${name}, which is outside this code base`,
          evidence,
        ),
      ];
      const share = facts.explainedShare(items);
      if (share >= 0.4)
        factors.push(
          factor(
            'most-name-it',
            share >= 0.8 ? 2.2 : 1.2,
            `${Math.round(share * 100)} % of the failing lines name it`,
          ),
        );
      factors.push(...coverage(items, facts));
      if (items.some((item) => /\b5\d\d\b|unavailable|overloaded|outage|maintenance/.test(item.message)))
        factors.push(
          factor('provider-says-so', 1.2, `${name} itself answers with server errors`, evidence.slice(0, 1)),
        );
      if (callers.length > 1)
        factors.push(
          factor(
            'several-callers',
            1.2,
            `${callers.length} services that share nothing else meet it (${callers.join(', ')})`,
          ),
        );
      const first = items[0] as (typeof items)[number];
      return draft(
        'dependency',
        `dependency:${name}`,
        name,
        `${name}, outside this code base, fails its callers`,
        factors,
        first.symptom,
      );
    });
}

/** Requests rose before errors did. */
function traffic(facts: Facts): readonly Draft[] {
  const surges = facts.detection.symptoms.filter((symptom) => symptom.class === 'traffic-surge');
  const first = [...surges].sort((a, b) => a.onsetAt - b.onsetAt)[0];
  const onset = facts.detection.onsetAt;
  if (first === undefined || onset === null) return [];
  const lead = onset - first.onsetAt;
  if (lead < -3 * MINUTE) return [];
  const factors = [
    factor(
      'requests-rose-first',
      3,
      `requests rose ${lead >= 0 ? `${lengthText(lead)} before` : 'as'} errors did: ${first.summary}`,
      first.evidence,
    ),
  ];
  if (surges.length > 1)
    factors.push(factor('rose-in-several', 0.8, `they rose in ${surges.length} series at once`));
  const starved = facts.detection.symptoms.find((symptom) =>
    ['pool-exhausted', 'saturation', 'rate-limit', 'queue-backlog', 'timeout', 'out-of-memory'].includes(
      symptom.class,
    ),
  );
  if (starved !== undefined)
    factors.push(
      factor('starved', 1, `what fails is a matter of capacity: ${starved.summary}`, starved.evidence),
    );
  const target = facts.origins[0] ?? first.service;
  return [
    draft(
      'traffic',
      'traffic',
      target,
      `more requests than ${target ?? 'the system'} can serve`,
      factors,
      first,
    ),
  ];
}

const KIND_OF_CLASS: Partial<
  Record<SymptomClass, { readonly kind: HypothesisKind; readonly weight: number; readonly text: string }>
> = {
  certificate: { kind: 'credential', weight: 3.6, text: 'a certificate is not accepted' },
  credentials: { kind: 'credential', weight: 2.2, text: 'a credential is not accepted' },
  dns: { kind: 'network', weight: 3, text: 'names are not resolved' },
  network: { kind: 'network', weight: 2.5, text: 'the network between the parts fails' },
  'connection-refused': { kind: 'network', weight: 1.2, text: 'connections are not accepted' },
  lock: { kind: 'data-job', weight: 2.4, text: 'something holds locks that requests wait for' },
  'out-of-memory': { kind: 'resource', weight: 2, text: 'memory is exhausted' },
  'disk-full': { kind: 'resource', weight: 4, text: 'a disk is full' },
  'pool-exhausted': { kind: 'resource', weight: 1.2, text: 'a connection pool is exhausted' },
  saturation: { kind: 'resource', weight: 1, text: 'a resource is saturated' },
  serialization: { kind: 'bad-data', weight: 1.6, text: 'a record cannot be read' },
  'data-integrity': { kind: 'bad-data', weight: 1.4, text: 'data contradicts itself' },
};

function byClass(facts: Facts): readonly Draft[] {
  const drafts = new Map<string, Draft>();
  for (const symptom of facts.detection.symptoms) {
    const rule = KIND_OF_CLASS[symptom.class];
    if (rule === undefined) continue;
    const texts = facts.failing.filter((item) => item.symptom.id === symptom.id);
    const factors = [
      ...coverage(texts, facts),
      factor(`says-${symptom.class}`, rule.weight, symptom.summary, symptom.evidence.slice(0, 2)),
      ...confirmations(rule.kind, symptom, texts.map((item) => item.text).join(' '), facts),
    ];
    const subject = symptom.service;
    const made = draft(
      rule.kind,
      `${rule.kind}:${subject ?? ''}`,
      subject,
      `${rule.text}${subject === null ? '' : ` in ${subject}`}: ${symptom.summary}`,
      factors,
      symptom,
    );
    const known = drafts.get(made.id);
    if (known === undefined || made.score > known.score) drafts.set(made.id, made);
  }
  return [...drafts.values()].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}

/** Second observations that make each kind likelier than its wording alone. */
function confirmations(
  kind: HypothesisKind,
  symptom: Symptom,
  text: string,
  facts: Facts,
): readonly Factor[] {
  const factors: Factor[] = [];
  if (kind === 'credential' && /expired|not after|has expired|revoked|rotat/.test(text))
    factors.push(
      factor(
        'says-expired',
        1.5,
        'the message itself says that it expired or was revoked',
        symptom.evidence.slice(0, 1),
      ),
    );
  if (
    kind === 'data-job' &&
    /batch|job|cron|nightly|vacuum|migration|reindex|backfill|export|etl|report/.test(text)
  )
    factors.push(factor('names-job', 1.5, 'the messages name a job', symptom.evidence.slice(0, 1)));
  if (kind === 'network' && facts.failingServices.length > 2)
    factors.push(factor('several-fail', 0.8, `${facts.failingServices.length} services fail at once`));
  if (kind === 'resource') {
    const ramp = facts.detection.symptoms.find(
      (other) =>
        other.class === 'saturation' && other.service === symptom.service && other.onsetAt <= symptom.onsetAt,
    );
    if (ramp !== undefined) factors.push(factor('usage-rose-first', 1.2, ramp.summary, ramp.evidence));
  }
  return factors;
}

/** One zone or host, or one record, has all the failures. */
function subsets(facts: Facts): readonly Draft[] {
  const visible = facts.failing.filter((item) => item.symptom.userVisible);
  const services = [...new Set(visible.map((item) => item.pattern.service))];
  return services.flatMap((service) => {
    const items = visible.filter((item) => item.pattern.service === service);
    const first = items[0];
    if (first === undefined) return [];
    const drafts: Draft[] = [];
    const place = onePlace(items, facts);
    if (place !== null) {
      const kind = place.dimension === 'zone' ? 'network' : 'resource';
      const text = `all failures of ${service ?? 'the service'} come from ${place.dimension} ${place.value}, one of ${place.of} that are heard from`;
      drafts.push(
        draft(
          kind,
          `place:${service ?? ''}`,
          service,
          text,
          [
            factor('one-place', place.dimension === 'zone' ? 3.6 : 2.6, text, sampleRefs(items)),
            ...coverage(items, facts),
          ],
          first.symptom,
        ),
      );
    }
    const record = oneRecord(items);
    if (record !== null) {
      const readable = items.some((item) =>
        [
          'serialization',
          'validation',
          'type-error',
          'null-dereference',
          'data-integrity',
          'unclassified',
        ].includes(item.symptom.class),
      );
      const factors = [
        record,
        ...(readable
          ? [
              factor(
                'data-family',
                1,
                `the failure is one of reading or checking data (${first.symptom.class})`,
              ),
            ]
          : []),
        ...coverage(items, facts),
      ];
      drafts.push(
        draft(
          'bad-data',
          `record:${service ?? ''}`,
          service,
          `one record makes ${service ?? 'the service'} fail: ${record.detail}`,
          factors,
          first.symptom,
        ),
      );
    }
    return drafts;
  });
}

function sampleRefs(items: readonly FailingPattern[]) {
  return items
    .slice(0, 3)
    .flatMap((item) => item.pattern.samples.slice(0, 1).map((sample) => sample.evidence));
}
