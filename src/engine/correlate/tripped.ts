/** Code that did not change trips over some of what it is asked, and serves the rest: then it is a value that it was given. */
import type { ServiceName } from '../../domain/service.ts';
import { dependenciesOf } from '../../domain/situation.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { epochMs, toIso } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import { clueText, writesBefore } from './clues.ts';
import { coverage, type Draft, draft } from './draft.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { sideUnchanged } from './reader.ts';
import { WEIGHT } from './weights.ts';

/** What code does with a value that it was not made for. */
const TRIPS: readonly SymptomClass[] = ['type-error', 'null-dereference', 'serialization'];
/** What it says of data that it misses; of these only somebody who wrote such data tells that it is so. */
const MISSES: readonly SymptomClass[] = ['unclassified', 'client-error', 'data-integrity', 'validation'];
/** Of all that the service was asked meanwhile; from there on it is no longer some of it. */
const SOME = 0.6;
const FEWEST = 5;

/** One for each service in which callers' failures end. */
export function trippedHypotheses(facts: Facts): readonly Draft[] {
  const tripping = facts.failing.filter(
    ({ symptom }) =>
      symptom.userVisible && [...TRIPS, ...MISSES].includes(symptom.class) && symptom.strength >= 1,
  );
  const services = [...new Set(tripping.map(({ pattern }) => pattern.service))];
  return services.flatMap((service) =>
    service === null || !isOrigin(service, facts)
      ? []
      : (about(
          service,
          tripping.filter(({ pattern }) => pattern.service === service),
          facts,
        ) ?? []),
  );
}

/** Nothing that it calls fails: what it was given did not come from there. */
function isOrigin(service: ServiceName, { situation, failingServices }: Facts): boolean {
  const beneath = dependenciesOf(situation.edges, service);
  return !failingServices.some((other) => other !== service && beneath.has(other));
}

function about(service: ServiceName, items: readonly FailingPattern[], facts: Facts): Draft | null {
  const onset = facts.detection.onsetAt;
  const write = writesBefore(facts).find((clue) => isAbout(clue.text, service, items));
  // Where the data is known to have been written, nobody far away has to be at fault.
  const hops = write === undefined ? Number.POSITIVE_INFINITY : 1;
  const reader = onset === null ? null : sideUnchanged(items, onset, facts, hops);
  const some = servesTheRest(service, items, facts);
  const [first] = items;
  if (first === undefined || reader === null || some === null || onset === null) return null;
  // That a value is at fault is said by whoever cannot read it; of any other mistake somebody must be known to have written one.
  if (write === undefined && !items.every(({ symptom }) => symptom.class === 'serialization')) return null;
  const factors = [
    factor('trips-over-some', WEIGHT.tripsOverSome, some, first.symptom.evidence.slice(0, 1)),
    reader,
    ...(write === undefined
      ? []
      : [factor('rows-written', WEIGHT.rowsWritten, clueText(write, onset), write.evidence)]),
    ...coverage(items, facts),
  ];
  const statement = `${service} trips over some of the data that it is given, with the code that it ran before`;
  return draft('bad-data', `tripped:${service}`, service, statement, factors);
}

/** Words of a job's line that say what was done, not to what. */
const OF_JOBS =
  /^(rows?|records?|items?|entries|lines|table|from|into|with|written|wrote|imported|loaded|inserted|updated|upserted|applied|replaced|deleted|removed|purged|archived|were|done)$/;

/** Whether the data that was written is called as the service is, or as something in what it complains of. */
function isAbout(text: string, service: ServiceName, items: readonly FailingPattern[]): boolean {
  const words = (text.toLowerCase().match(/[a-z]{4,}/g) ?? []).filter((word) => !OF_JOBS.test(word));
  const said = `${service} ${items.map(({ message }) => message).join(' ')}`.toLowerCase();
  return words.some((word) => said.includes(word.replace(/s$/, '')));
}

/** What the service wrote meanwhile of other work; null where too little tells of it. */
function servesTheRest(
  service: ServiceName,
  items: readonly FailingPattern[],
  { situation }: Facts,
): string | null {
  const failed = items.reduce((sum, { symptom }) => sum + symptom.count, 0);
  const from = Math.min(...items.map(({ symptom }) => symptom.onsetAt));
  const other = situation.patterns
    .filter((pattern) => pattern.service === service && /^(info|debug|unknown)$/.test(pattern.severity))
    .flatMap(({ buckets }) => buckets.at.map((at, index) => (at >= from ? (buckets.count[index] ?? 0) : 0)))
    .reduce((sum, count) => sum + count, 0);
  const share = failed / Math.max(1, failed + other);
  return failed < FEWEST || share > SOME
    ? null
    : `since ${toIso(epochMs(from))} ${failed} pieces of work trip over a value, and ${other} other lines of ${service} tell of work as before`;
}
