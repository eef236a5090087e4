/** What is used up, and who says so: the service, its machine, its platform or a measurement. Second observations of exhaustion. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { MetricSeries } from '../../domain/signal.ts';
import { dependenciesOf, type Release } from '../../domain/situation.ts';
import { median } from '../../domain/statistics.ts';
import type { Symptom, SymptomClass } from '../../domain/symptom.ts';
import { type EpochMs, HOUR, MINUTE, toIso } from '../../domain/time.ts';
import { isHostProgram } from '../_signals/host-programs.ts';
import { isStore } from '../_signals/stores.ts';
import { factor, lengthText } from './circumstance.ts';
import { clueText, earlierRuns, jobsBefore } from './clues.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { heldBySlot } from './held-by-slot.ts';
import { OUTCOMES } from './outcomes.ts';
import { rampSince } from './ramp.ts';
import { isRefusedBeneath } from './refused-beneath.ts';
import { slowStatements } from './slow-statements.ts';
import { followsSurge } from './traffic-hypothesis.ts';
import { unendedWork } from './unended.ts';
import { WEIGHT } from './weights.ts';

export interface Second {
  readonly factors: readonly Factor[];
  /** Where the cause lies, if not with who complains. */
  readonly place: ServiceName | null;
}

/** Causes that a service has within itself; who fails on its calls to it is its victim. */
const WITHIN: readonly SymptomClass[] = ['out-of-memory', 'disk-full', 'saturation', 'pool-exhausted'];
/** What a store complains of and its callers wait for. */
const COMPLAINTS: readonly SymptomClass[] = [...WITHIN, 'lock'];
/** What a service is refused by somebody else; whoever calls it hears of a failure and not of that. */
const REFUSALS: readonly SymptomClass[] = ['credentials', 'certificate'];

/** `felt`: failures of others for which what it complains of is the reason. */
export function failsCallers(
  place: ServiceName | null,
  leader: Symptom,
  felt: readonly FailingPattern[],
  facts: Facts,
): readonly Factor[] {
  const isRefused = REFUSALS.includes(leader.class);
  const complains = isRefused || COMPLAINTS.includes(leader.class);
  if (place === null || leader.service !== place || !complains) return [];
  const named = facts.detection.symptoms.find(
    (symptom) =>
      symptom.service !== place &&
      symptom.userVisible &&
      // A database is called, it calls nobody: what it is called like is one of its schemas.
      !isStore(symptom.service) &&
      (symptom.peer === place || names(symptom, place)),
  );
  const above = isRefused ? callersOf(place, facts) : felt;
  const victim =
    named ?? above.find(({ symptom }) => symptom.service !== place && symptom.userVisible)?.symptom;
  if (victim === undefined) return [];
  const lead = victim.onsetAt - leader.onsetAt;
  return [
    factor(
      'fails-callers',
      WEIGHT.failsCallers,
      `${victim.service ?? 'a caller'} fails on its calls to it: ${victim.summary}`,
      victim.evidence.slice(0, 1),
    ),
    ...(leader.pattern !== null && lead >= FIRST_MS && lead <= 10 * MINUTE
      ? [
          factor(
            'complained-first',
            WEIGHT.complainedFirst,
            `its complaint began ${lengthText(lead)} before they failed`,
            leader.evidence.slice(0, 1),
          ),
        ]
      : []),
  ];
}

/** Failures of those who call it, which its own log tells with their reason. */
function callersOf(place: ServiceName, facts: Facts): readonly FailingPattern[] {
  return facts.failing.filter(
    (item) =>
      item.pattern.service !== null &&
      OUTCOMES.includes(item.symptom.class) &&
      dependenciesOf(facts.situation.edges, item.pattern.service).has(place) &&
      isRefusedBeneath(item, facts),
  );
}

/** Less is within what clocks are off. */
const FIRST_MS = 5000;

/** A client calls what it talks to by its program: `etcdserver: no leader`. */
function names({ pattern }: Symptom, store: ServiceName): boolean {
  return (
    isStore(store) &&
    (pattern ?? '')
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .some((word) => word.startsWith(store) && /^(server|db|d|client)?$/.test(word.slice(store.length)))
  );
}

/** Its kernel or its init complains, and services that it runs fail then. */
export function machineSaysSo(leader: Symptom, facts: Facts): readonly Factor[] {
  const victims = facts.detection.symptoms.filter(
    ({ service, userVisible, onsetAt }) =>
      userVisible &&
      service !== null &&
      !isHostProgram(service) &&
      Math.abs(onsetAt - leader.onsetAt) <= 5 * MINUTE,
  );
  const [first] = victims;
  if (first === undefined || !isHostProgram(leader.service) || leader.class !== 'saturation') return [];
  const names = [...new Set(victims.map(({ service }) => service))].sort();
  return [
    factor(
      'machine-says-so',
      WEIGHT.machineSaysSo,
      `the machine itself says so as ${names.join(', ')} fail${names.length === 1 ? 's' : ''}`,
      leader.evidence.slice(0, 1),
    ),
  ];
}

/** Meanings of series that show a family of exhaustion. */
const MEANS: Partial<Record<SymptomClass, readonly MetricSeries['meaning'][]>> = {
  'disk-full': ['disk'],
  'pool-exhausted': ['pool'],
  'out-of-memory': ['memory'],
  saturation: ['cpu', 'saturation', 'pool', 'disk', 'memory'],
};
/** A share from which a thing is used up for practical purposes. */
const CEILING = 0.97;

/** A share that exceeds this is a proportion of something else. */
const WHOLE = 1.05;

/** What a machine writes as it ends a process because memory is gone. */
const KILLED_FOR_MEMORY = /killed process|oom.?kill/;

/** Measured things alone: who says himself that he has nothing left says more than a rise. */
function asked(symptom: Symptom, facts: Facts): readonly Factor[] {
  const follows =
    symptom.class === 'saturation' && symptom.pattern === null ? followsSurge(symptom, facts) : null;
  return follows === null ? [] : [follows];
}

export function aboutResource(symptom: Symptom, message: string, facts: Facts): Second {
  const factors: Factor[] = [];
  if (
    symptom.class === 'out-of-memory' &&
    (symptom.id.startsWith('platform:') || KILLED_FOR_MEMORY.test(message))
  )
    factors.push(
      factor(
        'killed-for-memory',
        WEIGHT.killedForMemory,
        'the machine itself says that it ended the process for want of memory',
        symptom.evidence.slice(0, 1),
      ),
    );
  const rose = facts.detection.symptoms.find(
    (other) =>
      other.id !== symptom.id &&
      other.class === 'saturation' &&
      other.service === symptom.service &&
      other.onsetAt <= symptom.onsetAt,
  );
  if (rose !== undefined)
    factors.push(
      factor(
        'usage-rose-first',
        WEIGHT.usageRoseFirst,
        `${rose.summary} before requests failed`,
        rose.evidence,
      ),
    );
  const isStoresOwn = symptom.class === 'pool-exhausted' && isStore(symptom.service);
  if (isStoresOwn || (symptom.class === 'saturation' && OWN_LIMIT.test(message)))
    factors.push(
      factor(
        'own-limit',
        WEIGHT.ownLimit,
        `it says itself which of its limits is reached: ${symptom.summary}`,
        symptom.evidence.slice(0, 1),
      ),
    );
  factors.push(
    ...heldBySlot(symptom, facts),
    ...nodePressure(symptom, facts),
    ...risesSinceRelease(symptom, facts),
    ...noneLeft(symptom, facts),
    ...asked(symptom, facts),
    ...(symptom.class === 'pool-exhausted' ? slowStatements(facts) : []),
  );
  const unended = symptom.class === 'saturation' ? unendedWork(symptom.service, facts) : null;
  if (unended !== null)
    factors.push(factor('work-unended', WEIGHT.workUnended, unended.text, unended.evidence));
  const full = atCeiling(symptom, facts) ?? atWholeCore(symptom, facts);
  if (full === null && symptom.class === 'saturation' && symptom.id.startsWith('series:'))
    factors.push(
      factor('limit-unknown', WEIGHT.limitUnknown, 'how much of it there is at most is not known'),
    );
  if (full === null) return elsewhere(symptom, factors, facts);
  factors.push(factor('at-its-end', WEIGHT.atItsEnd, full.text, full.series.evidence.slice(0, 1)));
  return { factors, place: full.series.service };
}

/** Limits that servers have for themselves, by the names of their settings. */
const OWN_LIMIT =
  /worker_connections are not enough|reached (?:the )?(?:maxrequestworkers|maxclients|pm\.max_children|max_children|maxthreads|maxconn|process limit)|server reached .{0,40}setting/;

/** What fills up since a release, and did not before, is filled by the release: that it is full then explains nothing by itself. */
function risesSinceRelease(symptom: Symptom, facts: Facts): readonly Factor[] {
  if (!WITHIN.includes(symptom.class)) return [];
  for (const release of facts.situation.releases) {
    const ramp = release.service === symptom.service ? rampSince(release, facts) : null;
    if (ramp !== null)
      return [factor('rises-since-release', WEIGHT.risesSinceRelease, ramp.detail, ramp.evidence)];
  }
  const release = facts.situation.releases.find((candidate) => roseAsReleased(symptom, candidate, facts));
  return release === undefined
    ? []
    : [
        factor(
          'rises-since-release',
          WEIGHT.risesSinceRelease,
          `${symptom.summary} as ${release.service} was released, though no more was asked of it`,
          symptom.evidence.slice(0, 1),
        ),
      ];
}

/** Minutes after its release a process works more for the same requests: what it does for each costs more. */
function roseAsReleased(symptom: Symptom, release: Release, facts: Facts): boolean {
  const { service } = symptom;
  const after = symptom.onsetAt - release.startedAt;
  return (
    service !== null &&
    release.service === service &&
    symptom.shape === 'step' &&
    symptom.id.startsWith('series:') &&
    after >= 0 &&
    after <= AS_RELEASED_MS &&
    facts.situation.series.some((series) => series.service === service && series.meaning === 'requests') &&
    !facts.detection.symptoms.some((other) => other.class === 'traffic-surge' && other.service === service)
  );
}

const AS_RELEASED_MS = 10 * MINUTE;

const PRESSURE = /insufficient|pressure/i;
/** What a node is short of, by the name of its condition. */
const SHORT_OF: Partial<Record<SymptomClass, RegExp>> = {
  saturation: /pid/i,
  'disk-full': /disk/i,
  'out-of-memory': /memory/i,
};

/** A node on which instances of it run says that it is short of the very thing. */
function nodePressure(symptom: Symptom, facts: Facts): readonly Factor[] {
  const short = SHORT_OF[symptom.class];
  const { platformFacts } = facts.situation.snapshot;
  const said = platformFacts.find(
    ({ kind, at, summary }) =>
      kind === 'node-condition' &&
      at !== null &&
      Math.abs(at - symptom.onsetAt) <= 15 * MINUTE &&
      PRESSURE.test(summary) &&
      short?.test(summary) === true,
  );
  const runsThere = platformFacts.some(
    ({ service, node }) =>
      service !== null && node === said?.node && facts.situation.resolve(service) === symptom.service,
  );
  return said === undefined || !runsThere
    ? []
    : [
        factor(
          'node-pressure',
          WEIGHT.nodePressure,
          `the platform says so of the node on which instances of it fail: ${said.summary}`,
          said.evidence.slice(0, 1),
        ),
      ];
}

/** What the platform says of instances that are wanted and cannot come. */
function noneLeft(symptom: Symptom, facts: Facts): readonly Factor[] {
  const said = facts.detection.symptoms.find(
    ({ id, class: family, service }) =>
      symptom.class === 'saturation' &&
      family === 'saturation' &&
      id.startsWith('platform:') &&
      service === symptom.service,
  );
  return said === undefined
    ? []
    : [
        factor(
          'none-left',
          WEIGHT.noneLeft,
          `more instances are wanted and cannot come: ${said.summary}`,
          said.evidence,
        ),
      ];
}

/** What runs out may belong to another: its use rose there as requests here began to fail. */
function elsewhere(symptom: Symptom, factors: Factor[], facts: Facts): Second {
  const wanted = MEANS[symptom.class] ?? [];
  const used = facts.detection.symptoms.find(
    (other) =>
      other.service !== symptom.service &&
      other.class === 'saturation' &&
      Math.abs(other.onsetAt - symptom.onsetAt) <= 5 * MINUTE &&
      facts.situation.series.some(
        (series) => other.signalIds.includes(series.id) && wanted.includes(series.meaning),
      ),
  );
  if (used === undefined || symptom.class === 'saturation') return { factors, place: null };
  factors.push(
    factor(
      'used-up-elsewhere',
      WEIGHT.usedUpElsewhere,
      `${used.summary} as requests began to fail here`,
      used.evidence,
    ),
  );
  // What runs again and again while all is well is no news.
  const job = jobsBefore(facts).find((item) => earlierRuns(item, facts).length === 0);
  if (job !== undefined && job.service !== symptom.service)
    factors.push(factor('job-began', WEIGHT.jobBegan, clueText(job, symptom.onsetAt), job.evidence));
  return { factors, place: used.service };
}

/** A slow rise is full hours after it began: then the time says more. */
function whenReached(reached: EpochMs, onset: EpochMs): string {
  if (reached - onset > HOUR) return `at ${toIso(reached)}`;
  return `${lengthText(onset - reached)} ${reached <= onset ? 'before' : 'after'} the failure began`;
}

/** How far from a whole number of cores a plateau may lie; the rest goes to the kernel and to rounding. */
const OF_A_CORE = 0.04;

/** A flat top at a whole number of cores is the end of what one thread, or a limit of whole cores, can use. */
function atWholeCore(
  symptom: Symptom,
  facts: Facts,
): { readonly series: MetricSeries; readonly text: string } | null {
  if (symptom.class !== 'saturation') return null;
  for (const series of facts.situation.series) {
    if (series.meaning !== 'cpu' || series.unit !== 'cores' || series.service !== symptom.service) continue;
    const late = series.values.filter((_, index) => (series.at[index] ?? 0) >= symptom.onsetAt + MINUTE);
    const early = series.values.filter((_, index) => (series.at[index] ?? 0) < symptom.onsetAt - 5 * MINUTE);
    const cores = Math.round(median(late.length === 0 ? [0] : late));
    const isFlat = late.length >= 3 && late.every((value) => Math.abs(value - cores) <= OF_A_CORE * cores);
    if (cores < 1 || !isFlat || early.length === 0 || median(early) > cores / 2) continue;
    const text = `cpu of ${symptom.service ?? 'the service'} stays at ${cores === 1 ? 'one whole core' : `${cores} whole cores`}: ${cores === 1 ? 'one thread' : 'its threads'} cannot use more`;
    return { series, text };
  }
  return null;
}

/** The share of something that reached its end by the time of the failure and was lower before; of the service itself rather than of another. */
function atCeiling(
  symptom: Symptom,
  facts: Facts,
): { readonly series: MetricSeries; readonly text: string } | null {
  const wanted = MEANS[symptom.class] ?? [];
  const found = [...facts.situation.series, ...facts.shares].flatMap((series) => {
    if (series.unit !== 'ratio' || series.service === null || !wanted.includes(series.meaning)) return [];
    if (Math.max(...series.values) > WHOLE) return [];
    const late = series.values.filter((_, index) => (series.at[index] ?? 0) >= symptom.onsetAt - 5 * MINUTE);
    const early = series.values.filter((_, index) => (series.at[index] ?? 0) < symptom.onsetAt - 30 * MINUTE);
    if (late.length === 0 || Math.max(...late) < CEILING || (early.length > 0 && median(early) >= CEILING))
      return [];
    const reached = series.at.find((_, index) => (series.values[index] ?? 0) >= CEILING);
    const ago = reached === undefined ? '' : `, reached ${whenReached(reached, symptom.onsetAt)}`;
    const text = `${series.meaning} of ${series.service} is at ${Math.round(Math.max(...late) * 100)} %${ago}`;
    return [{ series, text }];
  });
  return (
    found.sort(
      (a, b) =>
        Number(b.series.service === symptom.service) - Number(a.series.service === symptom.service) ||
        (a.series.id < b.series.id ? -1 : 1),
    )[0] ?? null
  );
}
