/** An autoscaler took instances away minutes before what they serve began to fail: not a person's change, and no one asked for less. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { PlatformFact } from '../../domain/signal.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { MINUTE } from '../../domain/time.ts';
import { isGateway } from '../_signals/gateways.ts';
import { factor, lengthText, locus } from './circumstance.ts';
import { type Draft, draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

const WINDOW_MS = 10 * MINUTE;
/** `New size: 2; reason: All metrics below target`; a rollout's own scaling of ReplicaSets is none. */
const RESCALED = /\bnew size: (\d+)\b/i;
const FOR_WANT_OF_LOAD = /below target|inactive|deactivat|scal(e|ed|ing) (down|in)\b/i;
const BLIND =
  /failed to get .{0,60}(metric|utili[sz]ation)|unable to (get|fetch) .{0,20}metrics|no metrics returned|FailedGet\w*Metric|FailedComputeMetricsReplicas/i;
/** Failures that no number of instances makes. */
const OF_OTHER_KIND: readonly SymptomClass[] = [
  'schema',
  'credentials',
  'certificate',
  'dns',
  'lock',
  'disk-full',
  'missing-config',
  'missing-module',
  'null-dereference',
  'type-error',
  'validation',
  'serialization',
  'data-integrity',
];

export function scaledDownHypotheses(facts: Facts): readonly Draft[] {
  const onset = facts.detection.onsetAt;
  const primary = facts.detection.primary;
  if (onset === null || primary === null || OF_OTHER_KIND.includes(primary.class)) return [];
  const near = facts.situation.snapshot.platformFacts.filter(
    ({ at }) => at !== null && at <= onset + MINUTE && onset - at <= WINDOW_MS,
  );
  return near.flatMap((fact) => {
    const size = RESCALED.exec(fact.summary)?.[1];
    if (size === undefined || fact.at === null || fact.service === null || !isDown(fact, facts)) return [];
    const service = facts.situation.resolve(fact.service);
    const blind = near.find((other) => other.service === fact.service && BLIND.test(other.summary));
    const factors = [
      placeOf(service, facts),
      factor(
        'scaled-down',
        WEIGHT.scaledDown,
        `${service} was taken to ${size} ${size === '1' ? 'instance' : 'instances'} ${lengthText(onset - fact.at)} before the failure began: ${fact.summary}`,
        fact.evidence,
      ),
      ...(blind === undefined
        ? []
        : [factor('autoscaler-blind', WEIGHT.autoscalerBlind, blind.summary, blind.evidence)]),
    ];
    const statement = `too few instances of ${service}: its autoscaler took it to ${size}`;
    return [draft('resource', `resource:scaled-down:${service}`, service, statement, factors)];
  });
}

/** To fewer than it had last, or by its own reason. */
function isDown(fact: PlatformFact, facts: Facts): boolean {
  const size = Number(RESCALED.exec(fact.summary)?.[1]);
  const earlier = facts.situation.snapshot.platformFacts
    .filter(({ service, at }) => service === fact.service && at !== null && at < (fact.at ?? 0))
    .flatMap(({ at, summary }) => {
      const found = RESCALED.exec(summary)?.[1];
      return found === undefined ? [] : [{ at: at ?? 0, size: Number(found) }];
    })
    .sort((a, b) => a.at - b.at)
    .at(-1);
  return earlier === undefined ? FOR_WANT_OF_LOAD.test(fact.summary) : size < earlier.size;
}

function placeOf(service: string, facts: Facts): Factor {
  const own = locus(service, facts);
  const gateway = facts.failingServices.find(isGateway);
  return own.weight > 0 || gateway === undefined
    ? own
    : factor('locus', WEIGHT.locusCalled, `${gateway}, which fails, stands in front of what it serves`);
}
