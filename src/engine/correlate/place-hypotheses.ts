/** Failures that keep to one place or to one record. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { factor } from './circumstance.ts';
import { clueText, failedNodes } from './clues.ts';
import { coverage, type Draft, draft, sampleRefs, spokenOf } from './draft.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { oneClient } from './one-client.ts';
import { oneNumber } from './one-number.ts';
import { rolledOutThere } from './place-rollout.ts';
import { placeOfSeries } from './place-series.ts';
import { type OnePlace, onePlace, withoutEchoes } from './places.ts';
import { oneParty, oneRecord } from './subset.ts';
import { WEIGHT } from './weights.ts';

/** What fails on the way between two parts; on a single host anything else is a matter of that host. */
const ON_THE_WAY: readonly SymptomClass[] = [
  'dns',
  'network',
  'connection-refused',
  'connection-reset',
  'certificate',
];
/** Failures of reading or checking data: only they can be one record's doing without more being said. */
const OF_DATA: readonly SymptomClass[] = [
  'serialization',
  'validation',
  'type-error',
  'null-dereference',
  'data-integrity',
  'schema',
  'unclassified',
];

/** Says nothing of its cause; a lock, a host or a certificate is no record's doing, whatever stands in the message. */
const UNSPECIFIC: readonly SymptomClass[] = ['server-error', 'crash', 'queue-backlog'];

export function placeHypotheses(facts: Facts): readonly Draft[] {
  if (facts.situation.releases.some((release) => rolledOutThere(release, facts) !== null)) return [];
  const visible = withoutEchoes(
    facts.failing.filter((item) => item.symptom.userVisible),
    facts,
  );
  const place = visible.length === 0 ? null : onePlace(visible, facts);
  if (place !== null) return [aboutPlace(place, visible, facts)];
  if (visible.length === 0) return aboutSeries(facts);
  const services = [...new Set(visible.map((item) => item.pattern.service))];
  return services.flatMap((service) => {
    const items = visible.filter((item) => item.pattern.service === service);
    const own = services.length === 1 ? null : onePlace(items, facts);
    return own === null ? [] : [aboutPlace(own, items, facts)];
  });
}

/** No connection came about at all: nobody was there to be slow. */
const NO_CONNECTION =
  /\bconnect\b.{0,20}\b(etimedout|ehostunreach|enetunreach)\b|\bconnect(ion)? timed? ?out\b|\bdial tcp\b/;

function aboutPlace(place: OnePlace, items: readonly FailingPattern[], facts: Facts): Draft {
  const [first] = items as readonly [FailingPattern, ...FailingPattern[]];
  const wide = place.dimension === 'zone' || place.dimension === 'group of hosts';
  const service = spokenOf(place.services, facts);
  const where = `${place.dimension} ${place.value}`;
  const text = `${place.share >= 0.999 ? 'all' : `${Math.round(place.share * 100)} % of the`} failures of ${place.services.join(' and ')} come from ${where}, one of ${place.of} that are heard from`;
  const factors = [
    factor('one-place', wide ? WEIGHT.oneZone : WEIGHT.oneHost, text, sampleRefs(items)),
    ...coverage(items, facts),
  ];
  if (place.services.length > 1)
    factors.push(
      factor(
        'place-of-several',
        WEIGHT.placeOfSeveral,
        `${place.services.length} services that share no release fail there alike`,
      ),
    );
  const [node] = failedNodes(facts);
  if (node !== undefined)
    factors.push(
      factor(
        'node-failed',
        WEIGHT.nodeFailed,
        clueText(node, facts.detection.onsetAt ?? node.at),
        node.evidence,
      ),
    );
  const onTheWay =
    ON_THE_WAY.includes(first.symptom.class) || items.every(({ message }) => NO_CONNECTION.test(message));
  const kind = wide || onTheWay ? 'network' : 'resource';
  return draft(kind, `${kind}:place:${service ?? ''}`, service, text, factors);
}

/** By metrics alone: whatever else fails, fails in no other place either. */
function aboutSeries(facts: Facts): readonly Draft[] {
  const place = placeOfSeries(facts);
  if (place === null) return [];
  const service = spokenOf(place.services, facts);
  const others = place.of - 1;
  const text = `only ${place.label} ${place.value} is hit, ${others} others are as before: ${place.leader.summary}`;
  const factors = [factor('one-place', WEIGHT.oneZone, text, place.evidence)];
  return [draft('network', `network:place:${service ?? ''}`, service, text, factors)];
}

/** Whoever refuses what a client sends says so as a warning: it need not be an error to be told. */
export function clientHypotheses(facts: Facts): readonly Draft[] {
  return facts.failingServices.flatMap((service) => {
    const items = facts.failing.filter(
      ({ pattern, symptom }) => pattern.service === service && symptom.strength >= 1,
    );
    const client = oneClient(items, facts);
    if (client === null) return [];
    const statement = `what one release of a client sends makes ${service} fail: ${client.detail}`;
    const factors = [client, ...aboutData(items), ...coverage(items, facts)];
    return [draft('bad-data', `client:${service}`, service, statement, factors)];
  });
}

function aboutData(items: readonly FailingPattern[]): readonly Factor[] {
  const found = items.find(({ symptom }) => OF_DATA.includes(symptom.class));
  return found === undefined
    ? []
    : [
        factor(
          'data-family',
          WEIGHT.dataFamily,
          `the failure is one of reading or checking data (${found.symptom.class})`,
        ),
      ];
}

export function recordHypotheses(facts: Facts): readonly Draft[] {
  const visible = facts.failing.filter(
    ({ symptom }) =>
      symptom.userVisible && (OF_DATA.includes(symptom.class) || UNSPECIFIC.includes(symptom.class)),
  );
  const services = [...new Set(visible.map((item) => item.pattern.service))];
  return services.flatMap((service) => {
    const items = visible.filter((item) => item.pattern.service === service);
    const [first] = items;
    const record = oneNumber(items, facts) ?? oneRecord(items) ?? oneParty(items, facts);
    if (first === undefined || record === null) return [];
    const factors = [record, ...aboutData(items), ...coverage(items, facts)];
    const statement = `one record makes ${service ?? 'the service'} fail: ${record.detail}`;
    return [draft('bad-data', `record:${service ?? ''}`, service, statement, factors)];
  });
}
