/** Causes that the failure's own family names: a certificate, a password, a name that is not resolved, a lock, a full disk, a record. Second observations tell them from look-alikes. */
import { append } from '../../domain/append.ts';
import type { Factor, HypothesisKind } from '../../domain/hypothesis.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { MetricSeries } from '../../domain/signal.ts';
import { dependenciesOf } from '../../domain/situation.ts';
import type { Symptom, SymptomClass } from '../../domain/symptom.ts';
import { MINUTE, toIso } from '../../domain/time.ts';
import { isHostProgram, isWatcher } from '../_signals/host-programs.ts';
import { answeringStore } from '../_signals/store-answers.ts';
import { isStore } from '../_signals/stores.ts';
import { factor, lengthText } from './circumstance.ts';
import { clueText, exchangesBefore, newJobsBefore, overlappingRuns } from './clues.ts';
import { coverage, type Draft, draft, spokenOf } from './draft.ts';
import { aboutResource, failsCallers, machineSaysSo, type Second } from './exhaustion.ts';
import { endedCertificates } from './expiry.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { lockTakersBefore } from './lock-takers.ts';
import { storeIsOut } from './outage-hypothesis.ts';
import { outsideNames } from './outside.ts';
import { answeredByPage, readerUnchanged } from './reader.ts';
import { consequencesOf, onlyClientOf, serves } from './reason-beneath.ts';
import { type Refusal, refusedByStore } from './refused-by-store.ts';
import { refusedOutside } from './refused-outside.ts';
import { isResolver } from './resolver.ts';
import { unresolvedNames } from './unresolved-names.ts';
import { NO_NUMBERS, numbersUsedUp, usesUpNumbers } from './used-up.ts';
import { asWayThere, goesOnServing } from './way-there.ts';
import { WEIGHT } from './weights.ts';

interface ClassRule {
  readonly kind: HypothesisKind;
  readonly weight: number;
  readonly text: string;
  /** Several services that fail alike have one cause: they share the network, the issuer, the database. */
  readonly shared: boolean;
}

const RULES: Partial<Record<SymptomClass, ClassRule>> = {
  certificate: {
    kind: 'credential',
    weight: WEIGHT.saysCertificate,
    text: 'a certificate is not accepted',
    shared: true,
  },
  credentials: {
    kind: 'credential',
    weight: WEIGHT.saysCredential,
    text: 'a credential is not accepted',
    shared: true,
  },
  dns: { kind: 'network', weight: WEIGHT.saysDns, text: 'names are not resolved', shared: true },
  network: {
    kind: 'network',
    weight: WEIGHT.saysNetwork,
    text: 'the network between the parts fails',
    shared: true,
  },
  'connection-refused': {
    kind: 'network',
    weight: WEIGHT.saysRefused,
    text: 'connections are not accepted',
    shared: true,
  },
  lock: {
    kind: 'data-job',
    weight: WEIGHT.saysLock,
    text: 'something holds locks that requests wait for',
    shared: true,
  },
  'out-of-memory': {
    kind: 'resource',
    weight: WEIGHT.saysMemory,
    text: 'memory is exhausted',
    shared: false,
  },
  'disk-full': { kind: 'resource', weight: WEIGHT.saysDisk, text: 'a disk is full', shared: true },
  'pool-exhausted': {
    kind: 'resource',
    weight: WEIGHT.saysPool,
    text: 'a connection pool is exhausted',
    shared: false,
  },
  saturation: {
    kind: 'resource',
    weight: WEIGHT.saysSaturation,
    text: 'a resource is saturated',
    shared: false,
  },
  serialization: {
    kind: 'bad-data',
    weight: WEIGHT.saysSerialization,
    text: 'a record cannot be read',
    shared: false,
  },
  'data-integrity': {
    kind: 'bad-data',
    weight: WEIGHT.saysIntegrity,
    text: 'data contradicts itself',
    shared: false,
  },
};

export function classHypotheses(facts: Facts): readonly Draft[] {
  const groups = new Map<string, Symptom[]>();
  const isOut = storeIsOut(facts);
  const spent = new Set(facts.failing.filter(usesUpNumbers).map(({ symptom }) => symptom.id));
  for (const told of facts.detection.symptoms) {
    const symptom = asWayThere(told, facts);
    const rule = RULES[symptom.class];
    if (rule === undefined || isWatcher(symptom.service)) continue;
    if (symptom.class === 'connection-refused' && isOut) continue;
    const key =
      rule.shared || spent.has(symptom.id)
        ? sharedBy(symptom.class)
        : `${symptom.class}|${storeSaying(symptom, facts) ?? symptom.service ?? ''}`;
    append(groups, key, symptom);
  }
  return [...groups.entries()]
    .filter(([, symptoms]) => !isPassing(symptoms))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, symptoms]) => about(symptoms, facts) ?? []);
}

/** The store beneath it that says the same of itself, or whose own answer it is: its callers only repeat it (`sorry, too many clients already`). */
function storeSaying(symptom: Symptom, facts: Facts): ServiceName | null {
  const { class: family, service } = symptom;
  if (service === null || isStore(service)) return null;
  const product = answeringStore(saidBy(symptom, facts));
  if (product !== null) {
    const stores = [...facts.situation.services.keys()].filter(
      (name) => isStore(name) && name.includes(product),
    );
    const own = stores.filter((store) => serves(store, service, facts));
    const [only, ...others] = own.length > 0 ? own : stores;
    return only === undefined || others.length > 0 ? product : only;
  }
  const beneath = dependenciesOf(facts.situation.edges, service);
  const said = facts.detection.symptoms.find(
    (other) =>
      other.class === family &&
      other.pattern !== null &&
      other.service !== null &&
      isStore(other.service) &&
      beneath.has(other.service),
  );
  return said?.service ?? null;
}

/** The message, and the error that the record carries beside it. */
function saidBy({ id, pattern }: Symptom, facts: Facts): string {
  return `${pattern ?? ''}\n${facts.failing.find(({ symptom }) => symptom.id === id)?.message ?? ''}`;
}

/** Words that only the store itself uses. */
function ownAnswer(symptoms: readonly Symptom[], facts: Facts): readonly Factor[] {
  const said = symptoms.find((symptom) => answeringStore(saidBy(symptom, facts)) !== null);
  const store = said === undefined ? null : storeSaying(said, facts);
  return store === null
    ? []
    : [
        factor(
          'own-answer',
          WEIGHT.ownAnswer,
          `it is an answer of ${store}, in its own words`,
          said?.evidence.slice(0, 1) ?? [],
        ),
      ];
}

/** A connection that is refused once or twice was made while something started or stopped. */
function isPassing(symptoms: readonly Symptom[]): boolean {
  const count = symptoms.reduce((sum, symptom) => sum + symptom.count, 0);
  return count < 3 && symptoms.every((symptom) => symptom.class === 'connection-refused');
}

/** Names that are not resolved and packets that do not arrive are one failure of the way between the parts. */
function sharedBy(family: SymptomClass): string {
  return family === 'network' ? 'dns' : family;
}

function placeOf(
  services: readonly ServiceName[],
  symptoms: readonly Symptom[],
  texts: readonly FailingPattern[],
  facts: Facts,
) {
  const has = (family: SymptomClass) => symptoms.some((symptom) => symptom.class === family);
  const answering = symptoms.map((symptom) => storeSaying(symptom, facts));
  const [store = null] = answering;
  if (store !== null && answering.every((each) => each === store)) return store;
  const known = has('dns') ? services.find(isResolver) : undefined;
  const full =
    has('disk-full') || has('pool-exhausted') || texts.some(usesUpNumbers)
      ? services.find(isStore)
      : undefined;
  return known ?? full ?? spokenOf(services, facts);
}

function about(symptoms: readonly Symptom[], facts: Facts): Draft | null {
  const ids = new Set(symptoms.map(({ id }) => id));
  const texts = facts.failing.filter((item) => ids.has(item.symptom.id));
  const services = [...new Set(symptoms.flatMap(({ service }) => (service === null ? [] : [service])))];
  const refusal = refusedByStore(texts, facts);
  const service = refusal?.store ?? placeOf(services, symptoms, texts, facts);
  const felt = consequencesOf(texts, facts);
  const ranked = [...symptoms].sort(
    (a, b) =>
      Number(b.service === service) - Number(a.service === service) ||
      b.strength - a.strength ||
      (a.id < b.id ? -1 : 1),
  );
  const [leader] = ranked;
  const rule = leader === undefined ? undefined : RULES[leader.class];
  if (leader === undefined || rule === undefined) return null;
  const found = second(rule.kind, leader, { texts, felt, services }, facts);
  const runs = facts.failingServices.filter((name) => !isHostProgram(name));
  const place = found.place ?? (isHostProgram(service) && runs.length > 0 ? spokenOf(runs, facts) : service);
  const factors = [
    // A store says once what its callers then say a thousand times in other words.
    ...(services.length > 0 && services.every(isStore) ? [] : coverage([...texts, ...felt], facts)),
    ...(refusal?.factors ?? []),
    ...ownAnswer(ranked, facts),
    factor(
      `says-${leader.class}`,
      rule.weight,
      leader.summary,
      ranked.flatMap(({ evidence }) => evidence.slice(0, 1)).slice(0, 2),
    ),
    ...numbersUsedUp(texts),
    // Who waits is not who complains: the store is called.
    ...failsCallers(rule.kind === 'data-job' ? service : place, leader, felt, facts),
    ...machineSaysSo(leader, facts),
    ...found.factors,
  ];
  const owner = refusal === null ? onlyClientOf(place, facts) : null;
  const where =
    refusal !== null || place === null
      ? ''
      : ` ${isHostProgram(leader.service) ? 'on the machine of' : 'in'} ${place}${owner === null ? '' : `, the store of ${owner}`}`;
  const kind = refusal === null ? rule.kind : 'dependency';
  return draft(
    kind,
    `${kind}:${leader.class}:${place ?? ''}`,
    owner ?? place,
    `${found.factors.some(({ name }) => name === 'own-limit') ? 'a limit of its own is reached' : wordingOf(leader, rule, texts, facts, refusal)}${where}${found.factors.some(({ name }) => name === 'work-unended') ? ' by work that was begun and does not end' : ''}`,
    factors,
  );
}

const NO_THREADS = /native thread|pthread_create|start new thread|\bfork\b|\bEAGAIN\b|pids? controller/i;

/** What is used up, where it was measured. */
const USED_UP: Partial<Record<MetricSeries['meaning'], string>> = {
  cpu: 'the processor is used up',
  memory: 'memory is used up',
  disk: 'a disk is used up',
  pool: 'a pool is used up',
};

function exhaustedText({ class: family, signalIds }: Symptom, facts: Facts): string | null {
  if (family !== 'saturation') return null;
  const measured = facts.situation.series.find(({ id }) => signalIds.includes(id));
  return measured === undefined ? null : (USED_UP[measured.meaning] ?? null);
}

function wordingOf(
  leader: Symptom,
  rule: ClassRule,
  texts: readonly FailingPattern[],
  facts: Facts,
  refusal: Refusal | null,
): string {
  if (texts.some(usesUpNumbers)) return NO_NUMBERS;
  if (leader.class === 'saturation' && NO_THREADS.test(`${leader.pattern ?? ''} ${leader.summary}`))
    return 'no more threads or processes can be started';
  if (LICENCE.test(leader.summary)) return 'a licence has run out';
  if (answeredByPage(texts).length > 0) return 'somebody who is asked answers with a page instead of data';
  if (refusal !== null) return `${refusal.who} takes no connections`;
  return `${exhaustedText(leader, facts) ?? rule.text}${rule.kind === 'credential' ? askedBy(texts) : ''}`;
}

const ASKED_URL = /\bhttps?:\/\/(?:[^@\s/]+@)?([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+)/gi;

/** ` by api.paywire.example`: the one host that the failures say was asked; empty where they name none, or several. */
function askedBy(texts: readonly FailingPattern[]): string {
  const said = texts.map(
    ({ pattern }) => `${pattern.attributes['error.detail'] ?? ''} ${pattern.samples[0]?.message ?? ''}`,
  );
  const hosts = new Set([...said.join(' ').matchAll(ASKED_URL)].map(([, host = '']) => host.toLowerCase()));
  return hosts.size === 1 ? ` by ${[...hosts].join('')}` : '';
}

const LICENCE = /licen[cs]|\b(evaluation|trial|subscription) (period|copy|version|term)/i;

interface Told {
  readonly texts: readonly FailingPattern[];
  /** Failures for which what is told is the reason. */
  readonly felt: readonly FailingPattern[];
  readonly services: readonly ServiceName[];
}

function second(
  kind: HypothesisKind,
  symptom: Symptom,
  { texts, felt, services }: Told,
  facts: Facts,
): Second {
  const message = texts.map((item) => item.message).join(' ');
  switch (kind) {
    case 'credential':
      return {
        factors: [...aboutCredential(symptom, message, facts), ...refusedOutside(symptom, texts, facts)],
        place: null,
      };
    case 'network':
      return { factors: aboutNetwork(services, texts, facts), place: null };
    case 'data-job':
      return { factors: aboutJob(symptom, message, facts), place: waitingOn(services, felt) };
    case 'resource':
      return aboutResource(symptom, message, facts);
    case 'bad-data': {
      const reader = readerUnchanged(texts, facts);
      return { factors: [...(reader === null ? [] : [reader]), ...answeredByPage(texts)], place: null };
    }
    case 'change':
    case 'flag':
    case 'dependency':
    case 'traffic':
      return { factors: [], place: null };
  }
}

const EXPIRED =
  /expired|not after|notafter|has expired|revoked|rotat|nottimevalid|period is over|has ended|lapsed|ran out/;
const STATED_TIME = /\b(\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?z?)\b/g;

function aboutCredential(symptom: Symptom, message: string, facts: Facts): readonly Factor[] {
  const factors: Factor[] = [];
  const evidence = symptom.evidence.slice(0, 1);
  if (EXPIRED.test(message))
    factors.push(
      factor(
        'says-expired',
        WEIGHT.saysExpired,
        'the message itself says that it expired or was revoked',
        evidence,
      ),
    );
  const [ended] = symptom.class === 'certificate' ? endedCertificates(facts) : [];
  if (ended !== undefined)
    factors.push(factor('expired-then', WEIGHT.expiredThen, ended.detail, ended.evidence));
  const stated = statedTimes(message).find((at) => Math.abs(at - symptom.onsetAt) <= 5 * MINUTE);
  if (stated !== undefined && ended === undefined)
    factors.push(
      factor(
        'expired-then',
        WEIGHT.expiredThen,
        `it names ${toIso(stated as Symptom['onsetAt'])} as its end, when the failure began`,
        evidence,
      ),
    );
  const [exchange] = exchangesBefore(facts);
  if (exchange === undefined) return factors;
  factors.push(factor('exchanged', WEIGHT.exchanged, clueText(exchange, symptom.onsetAt), exchange.evidence));
  const pods = facts.situation.snapshot.instances.filter(
    ({ service, startedAt }) => startedAt !== null && facts.situation.resolve(service) === symptom.service,
  );
  if (pods.length > 0 && pods.every(({ startedAt }) => (startedAt ?? 0) < exchange.at))
    factors.push(
      factor(
        'not-restarted',
        WEIGHT.notRestarted,
        `the ${pods.length === 1 ? 'instance' : `${pods.length} instances`} of ${symptom.service ?? 'the service'} ${pods.length === 1 ? 'runs' : 'run'} since before that and ${pods.length === 1 ? 'holds' : 'hold'} what was valid then`,
        pods.slice(0, 2).flatMap(({ evidence: refs }) => refs.slice(0, 1)),
      ),
    );
  return factors;
}

/** As Java (`Sat Nov 28 19:50:53 UTC 2026`) and OpenSSL (`Nov 28 19:50:53 2026 GMT`) write it; other zones' names are ambiguous. */
const SPELLED_TIME =
  /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2}) (?:(?:utc|gmt) (\d{4})|(\d{4}) gmt)\b/gi;

function spelledTimes(message: string): readonly number[] {
  return [...message.matchAll(SPELLED_TIME)].flatMap(([, month = '', day = '', time = '', java, openssl]) => {
    const at = Date.parse(`${day} ${month} ${java ?? openssl ?? ''} ${time} GMT`);
    return Number.isNaN(at) ? [] : [at];
  });
}

function statedTimes(message: string): readonly number[] {
  return [...spelledTimes(message), ...isoTimes(message)];
}

function isoTimes(message: string): readonly number[] {
  return [...message.matchAll(STATED_TIME)].flatMap((match) => {
    const text = (match[1] ?? '').replace(' ', 'T').toUpperCase();
    const at = Date.parse(text.endsWith('Z') ? text : `${text}Z`);
    return Number.isNaN(at) ? [] : [at];
  });
}

function aboutNetwork(
  services: readonly ServiceName[],
  texts: readonly FailingPattern[],
  facts: Facts,
): readonly Factor[] {
  const factors: Factor[] = [];
  if (services.length > 1)
    factors.push(
      factor(
        'several-fail',
        WEIGHT.severalFail,
        `${services.length} services fail in this way at once (${[...services].sort().join(', ')})`,
      ),
    );
  const names = unresolvedNames(texts);
  if (names.length > 1)
    factors.push(
      factor(
        'several-names',
        WEIGHT.severalNames,
        `${names.length} names are not resolved at once (${names.slice(0, 4).join(', ')}): what they share is who resolves them`,
      ),
    );
  const peers = [...new Set(texts.flatMap(({ symptom }) => (symptom.peer === null ? [] : [symptom.peer])))];
  const [outside, ...others] = new Set(texts.flatMap(({ message }) => outsideNames(message, facts)));
  const isOurs = (name: ServiceName) => (facts.situation.services.get(name)?.kind ?? 'service') === 'service';
  const isOther = ({ message }: FailingPattern) => !outsideNames(message, facts).includes(outside ?? '');
  if (outside !== undefined && !peers.some(isOurs) && (others.length > 0 || texts.some(isOther)))
    factors.push(
      factor(
        'several-outside',
        WEIGHT.severalOutside,
        `${outside} is not reached, and at once another that has nothing to do with it: what these calls share is our own way out`,
      ),
    );
  const alive = peers.flatMap((peer) => goesOnServing(peer, facts) ?? []);
  const [first] = alive;
  if (first !== undefined && peers.length === alive.length)
    factors.push(factor('peer-alive', WEIGHT.peerAlive, first.text, first.evidence));
  return factors;
}

/** Where only a store says that somebody waits: the one service that does, whose data are held. */
function waitingOn(services: readonly ServiceName[], felt: readonly FailingPattern[]): ServiceName | null {
  const waiting = [...new Set(felt.map(({ pattern }) => pattern.service))].filter(
    (name) => name !== null && !isStore(name),
  );
  return services.length > 0 && services.every(isStore) && waiting.length === 1 ? (waiting[0] ?? null) : null;
}

const NAMES_JOB = /batch|\bjob\b|cron|nightly|vacuum|migration|reindex|backfill|export|\betl\b/;

function aboutJob(symptom: Symptom, message: string, facts: Facts): readonly Factor[] {
  const factors: Factor[] = [];
  if (NAMES_JOB.test(message))
    factors.push(
      factor('names-job', WEIGHT.namesJob, 'the messages name a job', symptom.evidence.slice(0, 1)),
    );
  const [taker] = symptom.class === 'lock' ? lockTakersBefore(symptom.onsetAt, facts) : [];
  if (taker !== undefined)
    factors.push(
      factor(
        'lock-taken',
        WEIGHT.lockTaken,
        `${taker.user ?? 'somebody'} gave "${taker.statement}" ${lengthText(symptom.onsetAt - taker.at)} before others waited`,
        [taker.evidence],
      ),
    );
  const [job] = newJobsBefore(facts);
  if (job !== undefined)
    factors.push(factor('job-began', WEIGHT.jobBegan, clueText(job, symptom.onsetAt), job.evidence));
  const overlap = overlappingRuns(facts);
  if (overlap !== null)
    factors.push(
      factor('runs-overlap', WEIGHT.runsOverlap, clueText(overlap, symptom.onsetAt), overlap.evidence),
    );
  return factors;
}
