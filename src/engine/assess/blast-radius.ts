/** Who is hurt: services that fail themselves, services that suffer from them, and what uninvolved ones show. */
import type { Verdict } from '../../domain/hypothesis.ts';
import type { BlastRadius, CascadeImpact, DirectImpact, PartImpact } from '../../domain/impact.ts';
import type { ServiceName } from '../../domain/service.ts';
import { dependenciesOf, dependentsOf, type Situation } from '../../domain/situation.ts';
import type { Detection, Symptom } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, type Interval } from '../../domain/time.ts';
import { baselineRate, failureRate, unnamedRate } from '../_measure/rates.ts';
import { isGateway } from '../_signals/gateways.ts';
import { businessImpact } from './business.ts';
import { errorBudgets } from './error-budget.ts';
import { effectsOn, involvementOf, isHit } from './involvement.ts';
import { hitInPart, partSentence, partsHit } from './partial.ts';
import { peopleHit } from './people.ts';
import { routesOf } from './routes.ts';

export function assessBlastRadius(situation: Situation, detection: Detection, verdict: Verdict): BlastRadius {
  const window = incidentWindow(situation, detection);
  const before: Interval = {
    from: situation.covered?.from ?? window.from,
    to: epochMs(Math.max(situation.covered?.from ?? window.from, window.from - 1)),
  };
  const scene: Scene = { situation, detection, window, before };
  const names = directServices(scene, verdict);
  const direct = names.map((service) => directImpact(service, window, before, situation, detection));
  const worst =
    [...direct].sort((a, b) => (b.failureRate.value ?? -1) - (a.failureRate.value ?? -1))[0] ?? null;
  const cascade = cascadeOf(names, scene);
  const parts = partsHit(names, window, before, situation);
  return {
    direct,
    cascade,
    ...businessImpact(
      worst,
      peopleHit([...names, ...cascade.map(({ service }) => service)], window, before, situation),
      window,
      situation,
    ),
    errorBudgets: errorBudgets(direct, window, situation),
    unaffected: unaffectedOf(names, new Set(cascade.map(({ service }) => service)), scene),
    parts,
    partial: partialOf(verdict, names, parts, scene),
    unnamed: unnamedOf(scene),
  };
}

function unnamedOf({ situation, window, before }: Scene): BlastRadius['unnamed'] {
  const [failureRate, baselineRate] = [window, before].map((span) => unnamedRate(span, situation));
  return failureRate == null || baselineRate == null ? null : { failureRate, baselineRate };
}

interface Scene {
  readonly situation: Situation;
  readonly detection: Detection;
  readonly window: Interval;
  readonly before: Interval;
}

export function incidentWindow(situation: Situation, detection: Detection): Interval {
  const asOf = situation.snapshot.request.asOf;
  const from = detection.onsetAt ?? asOf;
  return { from, to: epochMs(Math.max(from, detection.endedAt ?? asOf)) };
}

/** Services with user-visible failures that end at them; what only passes a failure on is a cascade. */
function directServices(scene: Scene, verdict: Verdict): readonly ServiceName[] {
  const { situation, detection, window, before } = scene;
  const primary = detection.primary?.service ?? null;
  const failing = servicesOf(
    detection.symptoms.filter((symptom) => symptom.userVisible && symptom.strength >= 4),
  ).filter((service) => {
    const effects = effectsOn(service, window, detection);
    if (service === primary) return true;
    const involvement = involvementOf(service, window, before, situation);
    return isHit(service, effects, involvement, new Set(primary === null ? [] : [primary]), situation);
  });
  const set = new Set(failing);
  const origins = failing.filter((service) =>
    [...dependenciesOf(situation.edges, service).keys()].every((name) => !set.has(name)),
  );
  const chosen = origins.length > 0 ? origins : failing.slice(0, 1);
  const accused = verdict.rootCause?.service ?? null;
  const fails = accused !== null && originFails(accused, chosen, scene);
  const all = [...new Set([...(fails ? [accused] : []), ...chosen])];
  // A store has no requests of its own to count: who asks it stands in front.
  const asks = (name: ServiceName) => situation.services.get(name)?.kind === 'service';
  return [...all.filter(asks), ...all.filter((name) => !asks(name))];
}

/** Where the cause lies is not yet where it hurts: the origin counts where it fails itself, or where those who call it say so. */
function originFails(accused: ServiceName, chosen: readonly ServiceName[], scene: Scene): boolean {
  const { situation, detection, window, before } = scene;
  if (detection.primary === null || situation.services.get(accused)?.kind !== 'service') return false;
  if (chosen.length === 0 || effectsOn(accused, window, detection).length > 0) return true;
  const { verdict } = involvementOf(accused, window, before, situation);
  if (verdict === 'raised' || verdict === 'calm') return verdict === 'raised';
  if (failuresOf(accused, scene) !== null) return true;
  const inFront = (service: ServiceName) =>
    isGateway(service) || dependenciesOf(situation.edges, service).has(accused);
  return verdict === 'unseen' && chosen.some(inFront);
}

/** What those who call a service report of it, where its own telemetry does not tell. */
function failuresOf(service: ServiceName, { detection, window }: Scene): Symptom | null {
  return (
    detection.symptoms.find(
      (symptom) => symptom.peer === service && symptom.userVisible && symptom.lastSeenAt >= window.from,
    ) ?? null
  );
}

function servicesOf(symptoms: readonly Symptom[]): readonly ServiceName[] {
  return [...new Set(symptoms.flatMap((symptom) => (symptom.service === null ? [] : [symptom.service])))];
}

function directImpact(
  service: ServiceName,
  window: Interval,
  before: Interval,
  situation: Situation,
  detection: Detection,
): DirectImpact {
  const own = detection.symptoms.filter((symptom) => symptom.service === service);
  const leader = [...own].sort((a, b) => b.strength - a.strength)[0] ?? null;
  const declared = situation.services.get(service)?.baseline?.errorRateRatio ?? null;
  const measured = baselineRate(service, before, situation);
  const baseline =
    measured.value === null && declared !== null
      ? {
          value: declared,
          unit: 'ratio',
          basis: 'supplied' as const,
          evidence: situation.services.get(service)?.evidence.slice(0, 1) ?? [],
        }
      : measured;
  const routes = routesOf(service, window, before, situation);
  return {
    service,
    endpoint: routes.routes[0]?.route ?? own.find((symptom) => symptom.route !== null)?.route ?? null,
    failureRate: failureRate(service, window, situation).quantity,
    baselineRate: baseline,
    since:
      leader === null
        ? (detection.onsetAt ?? window.from)
        : epochMs(Math.min(...own.map((symptom) => symptom.onsetAt))),
    detail: own
      .slice(0, 3)
      .map((symptom) => symptom.summary)
      .join('; '),
    ...routes,
    evidence: [...new Set(own.flatMap((symptom) => symptom.evidence))].slice(0, 4),
  };
}

/** Who suffers from the failing services, in the order of time: with symptoms or rates of their own, or by the word of others. */
function cascadeOf(direct: readonly ServiceName[], scene: Scene): readonly CascadeImpact[] {
  const { situation, detection, window } = scene;
  const failing = new Set(direct);
  const hurt = new Map<ServiceName, CascadeImpact>();
  for (const service of candidates(failing, scene)) {
    const impact = ownImpact(service, failing, scene);
    if (impact !== null) hurt.set(service, impact);
  }
  for (const symptom of detection.symptoms) {
    const peer = symptom.class === 'breaker-open' ? symptom.peer : null;
    if (peer === null || failing.has(peer)) continue;
    const known = hurt.get(peer);
    const text = `calls to it are cut off: ${symptom.summary}`;
    hurt.set(peer, {
      service: peer,
      effect: known === undefined ? text : `${known.effect}; ${text}`,
      since: earlier(known?.since ?? null, symptom.onsetAt),
      failureRate: known?.failureRate ?? failureRate(peer, window, situation).quantity,
      evidence: [...(known?.evidence ?? []), ...symptom.evidence].slice(0, 3),
    });
  }
  for (const impact of unseenCallers(direct, hurt, scene)) hurt.set(impact.service, impact);
  return [...hurt.values()].sort(
    (a, b) =>
      (a.since ?? Number.MAX_SAFE_INTEGER) - (b.since ?? Number.MAX_SAFE_INTEGER) ||
      (a.service < b.service ? -1 : 1),
  );
}

/** Whoever shows a symptom, and whoever calls or is called by a failing service. */
function candidates(
  failing: ReadonlySet<ServiceName>,
  { situation, detection }: Scene,
): readonly ServiceName[] {
  const near = [...failing].flatMap((service) => [
    ...dependentsOf(situation.edges, service).keys(),
    ...dependenciesOf(situation.edges, service).keys(),
  ]);
  return [...new Set([...servicesOf(detection.symptoms), ...near])].filter(
    (service) => !failing.has(service),
  );
}

function ownImpact(
  service: ServiceName,
  failing: ReadonlySet<ServiceName>,
  scene: Scene,
): CascadeImpact | null {
  const { situation, detection, window, before } = scene;
  const flooded = floodOf(service, failing, scene);
  const own = effectsOn(service, window, detection);
  const effects = [...own, ...(flooded === null ? [] : [flooded])].sort((a, b) => a.onsetAt - b.onsetAt);
  const involvement = involvementOf(service, window, before, situation);
  if (flooded === null && !isHit(service, own, involvement, failing, situation)) return null;
  const first = effects[0];
  const { failureRate: now, baselineRate: past } = involvement;
  const rates =
    involvement.verdict === 'raised' && now.formula !== undefined
      ? [`${percent(now.value)} of its requests fail (${now.formula}; before ${past.formula ?? 'not known'})`]
      : [];
  return {
    service,
    effect: [...(first === undefined ? [] : [first.summary]), ...rates].join('; '),
    since: first?.onsetAt ?? null,
    failureRate: now,
    evidence: [...new Set([...effects.flatMap(({ evidence }) => evidence), ...now.evidence])].slice(0, 3),
  };
}

/** A service that a failing one calls and that is asked far more than before: the failure goes down the graph as load. */
function floodOf(service: ServiceName, failing: ReadonlySet<ServiceName>, scene: Scene): Symptom | null {
  const { situation, detection, window } = scene;
  const called = [...failing].some((name) => dependenciesOf(situation.edges, name).has(service));
  const surge = detection.symptoms.find(
    (symptom) =>
      symptom.class === 'traffic-surge' &&
      symptom.service === service &&
      symptom.lastSeenAt >= window.from &&
      symptom.level !== null &&
      symptom.level > FLOOD_FACTOR * (symptom.baseline.value ?? 0),
  );
  return called && surge !== undefined ? surge : null;
}

/** Twice the usual calls may be a busy hour; three times as many while the caller fails are its doing. */
const FLOOD_FACTOR = 3;

/** Callers without telemetry of their own: nobody can clear them, and nobody saw them fail. */
function unseenCallers(
  direct: readonly ServiceName[],
  hurt: ReadonlyMap<ServiceName, CascadeImpact>,
  scene: Scene,
): readonly CascadeImpact[] {
  const { situation, window, before } = scene;
  const found = new Map<ServiceName, CascadeImpact>();
  for (const service of direct) {
    for (const [caller, hops] of dependentsOf(situation.edges, service)) {
      const known = hurt.has(caller) || direct.includes(caller) || found.has(caller);
      if (known || situation.services.get(caller)?.kind !== 'service') continue;
      const { verdict, failureRate: now } = involvementOf(caller, window, before, situation);
      if (verdict !== 'unseen') continue;
      const told = failuresOf(caller, scene);
      const edge = situation.edges.find((item) => item.from === caller);
      const place =
        hops === 1
          ? `calls ${service}; what it makes of the failures is not in this evidence`
          : `depends on ${service} (${hops} calls away)`;
      found.set(caller, {
        service: caller,
        effect: told === null ? place : `its callers report failures of it: ${told.summary}`,
        since: told?.onsetAt ?? null,
        failureRate: now,
        evidence: told === null ? (edge?.evidence.slice(0, 1) ?? []) : told.evidence.slice(0, 2),
      });
    }
  }
  return [...found.values()];
}

function percent(value: number | null): string {
  return value === null ? 'an unknown share' : `${Number((value * 100).toFixed(value < 0.1 ? 2 : 1))} %`;
}

function earlier(a: EpochMs | null, b: EpochMs): EpochMs {
  return a === null || b < a ? b : a;
}

/** Neighbours of the failing services that show no sign of it. "No errors seen" is all that a quiet log says; it is not health. */
function unaffectedOf(
  direct: readonly ServiceName[],
  hurt: ReadonlySet<ServiceName>,
  { situation, detection, window, before }: Scene,
): BlastRadius['unaffected'] {
  const needed = new Set(direct.flatMap((service) => [...dependenciesOf(situation.edges, service).keys()]));
  const failing = new Set(servicesOf(detection.symptoms.filter((symptom) => symptom.userVisible)));
  const related = new Set(
    direct.flatMap((service) => [
      ...dependenciesOf(situation.edges, service).keys(),
      ...dependentsOf(situation.edges, service).keys(),
    ]),
  );
  return [...situation.services.values()].flatMap(({ name }) => {
    // What a failing service needs is looked at first: that it logs no errors is said even where it suffers.
    const asked = needed.has(name) && !failing.has(name);
    if (direct.includes(name) || !related.has(name) || (hurt.has(name) && !asked)) return [];
    const { verdict, failureRate: now, baselineRate: past } = involvementOf(name, window, before, situation);
    const statement = {
      raised: null,
      calm: `its own requests fail no more than before (${now.formula ?? percent(now.value)}; before ${past.formula ?? percent(past.value)})`,
      quiet: quietStatement(name, situation),
      unseen: situation.streams.some((stream) => stream.service === name)
        ? quietStatement(name, situation)
        : 'no telemetry in this evidence: state not known',
    }[verdict];
    return statement === null ? [] : [{ service: name, statement, evidence: now.evidence.slice(0, 1) }];
  });
}

function quietStatement(service: ServiceName, situation: Situation): string {
  const paths = situation.streams.filter((stream) => stream.service === service).map(({ path }) => path);
  const errors = situation.patterns.some(
    (pattern) =>
      pattern.service === service && (pattern.severity === 'error' || pattern.severity === 'fatal'),
  );
  const where = [...new Set(paths)].join(', ');
  return errors
    ? `no more errors than before in its log (${where}); that does not show that it is healthy`
    : `no errors seen in this log (${where}); that does not show that it is healthy`;
}

/** What counters measured, else what speaks for the cause, else how the failing records of logs are spread. */
function partialOf(
  verdict: Verdict,
  direct: readonly ServiceName[],
  parts: readonly PartImpact[],
  scene: Scene,
): readonly string[] {
  const factors = verdict.rootCause?.factors ?? [];
  const told = factors
    .filter(
      (item) =>
        (item.name === 'version-split' && item.weight > 0) ||
        item.name === 'one-place' ||
        item.name === 'one-record' ||
        item.name === 'one-client' ||
        item.name === 'one-party',
    )
    .map((item) => item.detail);
  const measured = parts.map(partSentence);
  if (measured.length > 0 || told.length > 0) return [...measured, ...told];
  return hitInPart(direct, scene.window, scene.situation);
}
