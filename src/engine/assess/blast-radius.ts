/** Who is hurt: services that fail themselves, services that suffer from them, and what uninvolved ones show. */
import type { Verdict } from '../../domain/hypothesis.ts';
import type { BlastRadius, CascadeImpact, DirectImpact } from '../../domain/impact.ts';
import type { ServiceName } from '../../domain/service.ts';
import { dependenciesOf, dependentsOf, type Situation } from '../../domain/situation.ts';
import type { Detection, Symptom } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, type Interval } from '../../domain/time.ts';
import { baselineRate, failureRate } from '../_measure/rates.ts';
import { businessImpact } from './business.ts';

export function assessBlastRadius(situation: Situation, detection: Detection, verdict: Verdict): BlastRadius {
  const window = incidentWindow(situation, detection);
  const before: Interval = {
    from: situation.covered?.from ?? window.from,
    to: epochMs(Math.max(situation.covered?.from ?? window.from, window.from - 1)),
  };
  const names = directServices(situation, detection, verdict);
  const direct = names.map((service) => directImpact(service, window, before, situation, detection));
  const worst =
    [...direct].sort((a, b) => (b.failureRate.value ?? -1) - (a.failureRate.value ?? -1))[0] ?? null;
  return {
    direct,
    cascade: cascadeOf(names, situation, detection),
    ...businessImpact(worst, window, situation),
    unaffected: unaffectedOf(names, situation, detection),
    partial: partialOf(verdict),
  };
}

export function incidentWindow(situation: Situation, detection: Detection): Interval {
  const asOf = situation.snapshot.request.asOf;
  const from = detection.onsetAt ?? asOf;
  return { from, to: epochMs(Math.max(from, detection.endedAt ?? asOf)) };
}

/** Services with user-visible failures that end at them; what only passes a failure on is a cascade. */
function directServices(
  situation: Situation,
  detection: Detection,
  verdict: Verdict,
): readonly ServiceName[] {
  const failing = servicesOf(
    detection.symptoms.filter((symptom) => symptom.userVisible && symptom.strength >= 4),
  );
  const set = new Set(failing);
  const origins = failing.filter((service) =>
    [...dependenciesOf(situation.edges, service).keys()].every((name) => !set.has(name)),
  );
  const accused = verdict.rootCause?.service ?? null;
  const own =
    accused !== null && situation.services.get(accused)?.kind === 'service' && detection.primary !== null
      ? [accused]
      : [];
  const chosen = origins.length > 0 ? origins : failing.slice(0, 1);
  return [...new Set([...own, ...chosen])];
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
  return {
    service,
    endpoint: own.find((symptom) => symptom.route !== null)?.route ?? null,
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
    evidence: [...new Set(own.flatMap((symptom) => symptom.evidence))].slice(0, 4),
  };
}

function cascadeOf(
  direct: readonly ServiceName[],
  situation: Situation,
  detection: Detection,
): readonly CascadeImpact[] {
  const hurt = new Map<ServiceName, CascadeImpact>();
  const withSymptoms = detection.symptoms.filter(
    (symptom) =>
      symptom.service !== null && !direct.includes(symptom.service) && symptom.class !== 'traffic-surge',
  );
  for (const symptom of withSymptoms) {
    const service = symptom.service ?? '';
    const known = hurt.get(service);
    const effect = known === undefined ? symptom.summary : known.effect;
    hurt.set(service, {
      service,
      effect,
      since: earlier(known?.since ?? null, symptom.onsetAt),
      evidence: [...(known?.evidence ?? []), ...symptom.evidence].slice(0, 3),
    });
  }
  for (const symptom of detection.symptoms) {
    const peer = symptom.class === 'breaker-open' ? symptom.peer : null;
    if (peer === null || direct.includes(peer)) continue;
    const known = hurt.get(peer);
    const text = `calls to it are cut off: ${symptom.summary}`;
    hurt.set(peer, {
      service: peer,
      effect: known === undefined ? text : `${known.effect}; ${text}`,
      since: earlier(known?.since ?? null, symptom.onsetAt),
      evidence: [...(known?.evidence ?? []), ...symptom.evidence].slice(0, 3),
    });
  }
  for (const service of direct) {
    for (const [caller, hops] of dependentsOf(situation.edges, service)) {
      if (hurt.has(caller) || direct.includes(caller) || situation.services.get(caller)?.kind !== 'service')
        continue;
      const edge = situation.edges.find((item) => item.from === caller);
      hurt.set(caller, {
        service: caller,
        effect:
          hops === 1
            ? `calls ${service}; what it makes of the failures is not in this evidence`
            : `depends on ${service} (${hops} calls away)`,
        since: null,
        evidence: edge?.evidence.slice(0, 1) ?? [],
      });
    }
  }
  return [...hurt.values()].sort(
    (a, b) =>
      (a.since ?? Number.MAX_SAFE_INTEGER) - (b.since ?? Number.MAX_SAFE_INTEGER) ||
      (a.service < b.service ? -1 : 1),
  );
}

function earlier(a: EpochMs | null, b: EpochMs): EpochMs {
  return a === null || b < a ? b : a;
}

/** "No errors seen" is all that a quiet log says; it is not health. */
function unaffectedOf(
  direct: readonly ServiceName[],
  situation: Situation,
  detection: Detection,
): BlastRadius['unaffected'] {
  const failing = new Set(
    detection.symptoms
      .filter((symptom) => symptom.userVisible)
      .flatMap((symptom) => (symptom.service === null ? [] : [symptom.service])),
  );
  const related = new Set(direct.flatMap((service) => [...dependenciesOf(situation.edges, service).keys()]));
  return [...situation.services.values()].flatMap((node) => {
    if (failing.has(node.name) || direct.includes(node.name) || !related.has(node.name)) return [];
    const own = situation.streams.filter((stream) => stream.service === node.name);
    const errors = situation.patterns.some(
      (pattern) =>
        pattern.service === node.name && (pattern.severity === 'error' || pattern.severity === 'fatal'),
    );
    if (own.length === 0)
      return [
        {
          service: node.name,
          statement: 'no telemetry of its own in this evidence: its state is not known',
          evidence: [],
        },
      ];
    const where = [...new Set(own.map((stream) => stream.path))].join(', ');
    return errors
      ? []
      : [
          {
            service: node.name,
            statement: `no errors seen in this log (${where}); that does not show that it is healthy`,
            evidence: [],
          },
        ];
  });
}

function partialOf(verdict: Verdict): readonly string[] {
  const factors = verdict.rootCause?.factors ?? [];
  return factors
    .filter((item) => (item.name === 'version-split' && item.weight > 0) || item.name === 'one-place')
    .map((item) => item.detail);
}
