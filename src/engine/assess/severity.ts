/** Severity by policy: a critical journey blocked or over a quarter failing is SEV1, degraded SEV2, secondary or internal SEV3, none SEV4. If unsure, higher. */
import type { BlastRadius, Severity } from '../../domain/impact.ts';
import { dependentsOf, type Situation } from '../../domain/situation.ts';
import type { Detection } from '../../domain/symptom.ts';
import type { Interval } from '../../domain/time.ts';
import { failureRate } from '../_measure/rates.ts';

/** Words by which people say that something does not work for users, as opposed to "please have a look". */
const USERS_CANNOT =
  /\b(unable|can.?t|cannot|can not|could ?n.?t|could not|won.?t|will not|do(es)?n.?t|do(es)? not|not (working|able|possible|loading|arriving)|fail(s|ed|ing|ures?)?|errors?|broken|down|unavailable|outage|stuck|lost|missing|empty|blank|timing out|times? out|nobody|no one|rejected|refused|declined)\b/i;
/** The same with the users named, or with what they wanted to do: counts whatever a catalog says. */
const NAMES_USERS =
  /\b(users?|customers?|people|clients?|shoppers|buyers|visitors|guests|members|fans|patients|players|passengers|everyone|anyone|nobody|we|I)\b.{0,60}\b(unable|can.?t|cannot|can not|could ?n.?t|get(ting)? (\w+ )?errors?|blocked|locked out|fail)|\b(unable to|can.?t|cannot)\b.{0,40}\b(buy|pay|order|check.?out|purchase|log.?in|sign.?in|book|place|complete|load|open|submit)|\bbroken for\b|\b(is|are) (completely )?(down|broken)\b/i;
/** A doubt is no report of damage. */
const ONLY_ASKS = /\b(should I worry|not sure what|looks (odd|strange|weird)|some warnings)\b/i;

export function assessSeverity(
  situation: Situation,
  detection: Detection,
  radius: BlastRadius,
  window: Interval,
): { readonly severity: Severity; readonly reasons: readonly string[] } {
  if (detection.primary === null && situation.covered === null)
    return {
      severity: 'SEV2',
      reasons: ['nothing was observed, so the report itself is all there is: if unsure, higher'],
    };
  if (detection.primary === null) return { severity: 'SEV4', reasons: ['no abnormal symptom was found'] };
  const affected = [
    ...radius.direct.map((item) => item.service),
    ...radius.cascade.map((item) => item.service),
  ];
  const critical = criticalService(affected, situation);
  const uncatalogued = ![...situation.services.values()].some(
    (node) => node.criticality !== null || node.userFacing !== null,
  );
  const words = uncatalogued ? USERS_CANNOT : NAMES_USERS;
  const said =
    words.test(situation.snapshot.request.symptom) && !ONLY_ASKS.test(situation.snapshot.request.symptom);
  const threshold = situation.snapshot.context.policy.severity.sev1FailureRatio;
  const worst = worstRate(radius, window, situation);
  const reasons: string[] = [];
  if (critical !== null) reasons.push(critical.reason);
  if (said) reasons.push(`the report says what users cannot do: "${situation.snapshot.request.symptom}"`);
  const important = critical !== null || said;
  if (worst !== null) reasons.push(`${Math.round(worst.value * 100)} % of requests of ${worst.service} fail`);
  const breaker = detection.symptoms.find((symptom) => symptom.class === 'breaker-open' && symptom.ongoing);
  if (breaker !== undefined) reasons.push(`a circuit breaker is open: ${breaker.summary}`);
  if (!important && uncatalogued)
    return {
      severity: 'SEV2',
      reasons: [...reasons, 'no catalog says how critical the failing service is: if unsure, higher'],
    };
  if (!important)
    return {
      severity: 'SEV3',
      reasons: [...reasons, 'no critical or user-facing path is known to be affected'],
    };
  if (breaker !== undefined || (worst !== null && worst.value > threshold))
    return { severity: 'SEV1', reasons };
  if (worst === null)
    return {
      severity: 'SEV1',
      reasons: [...reasons, 'how many requests fail is not known: if unsure, higher'],
    };
  return {
    severity: 'SEV2',
    reasons: [
      ...reasons,
      `below the ${Math.round(threshold * 100)} % from which a critical path counts as blocked`,
    ],
  };
}

/** Over services that fail and those that suffer: users meet the failure at the edge, not where it is made. */
function worstRate(
  radius: BlastRadius,
  window: Interval,
  situation: Situation,
): { readonly service: string; readonly value: number } | null {
  const names = [...radius.direct, ...radius.cascade].map((item) => item.service);
  const known = names.flatMap((service) => {
    const value = failureRate(service, window, situation).quantity.value;
    return value === null ? [] : [{ service, value }];
  });
  return known.sort((a, b) => b.value - a.value)[0] ?? null;
}

/** Catalog first; without one, a service that others do not call is an entry point, and entry points serve users. */
function criticalService(
  affected: readonly string[],
  situation: Situation,
): { readonly reason: string } | null {
  for (const name of affected) {
    const node = situation.services.get(name);
    if (node?.criticality === 'critical' || (node?.criticality === 'high' && node.userFacing === true))
      return {
        reason: `${name} is ${node.criticality} by the catalog${node.journey === null ? '' : ` (journey ${node.journey})`}`,
      };
  }
  const catalogued = [...situation.services.values()].some((node) => node.criticality !== null);
  if (catalogued) return null;
  const entry = affected.find(
    (name) =>
      situation.services.get(name)?.kind === 'service' &&
      dependentsOf(situation.edges, name).size === 0 &&
      situation.edges.some((edge) => edge.from === name),
  );
  return entry === undefined ? null : { reason: `${entry} is an entry point: no other service calls it` };
}
