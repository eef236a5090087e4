/** Severity by policy: a critical journey blocked or over a quarter failing is SEV1, degraded SEV2, secondary or internal SEV3, none SEV4. If unsure, higher. */

import type { BlastRadius, Severity } from '../../domain/impact.ts';
import { dependentsOf, type Situation } from '../../domain/situation.ts';
import type { Detection } from '../../domain/symptom.ts';
import type { Interval } from '../../domain/time.ts';
import { failureRate } from '../_measure/rates.ts';
import { tellsOfWrongResults } from '../_signals/wrong-results.ts';
import { burnThreshold } from './error-budget.ts';
import { untoldBy } from './telling-share.ts';
import { workGoesOn } from './work-goes-on.ts';

/** Words by which people say that something does not work for users, as opposed to "please have a look". */
const USERS_CANNOT =
  /\b(unable|can.?t|cannot|can not|could ?n.?t|could not|won.?t|will not|do(es)?n.?t|do(es)? not|not (working|able|possible|loading|arriving)|fail(s|ed|ing|ures?)?|errors?|broken|down|unavailable|outage|stuck|lost|missing|empty|blank|timing out|times? out|nobody|no one|rejected|refused|declined)\b/i;
/** The same with the users named, or with what they wanted to do: counts whatever a catalog says. */
const NAMES_USERS =
  /\b(users?|customers?|people|clients?|shoppers|buyers|visitors|guests|members|fans|patients|players|passengers|everyone|anyone|nobody|we|I)\b.{0,60}\b(unable|can.?t|cannot|can not|could ?n.?t|get(ting)? (\w+ )?errors?|blocked|locked out|fail)|\b(unable to|can.?t|cannot)\b.{0,40}\b(buy|pay|order|check.?out|purchase|log.?in|sign.?in|book|place|complete|load|open|submit)|\bbroken for\b|\b(is|are) (completely )?(down|broken)\b/i;
/** Words by which people say that it works for others, or at other times. */
const ONLY_SOME =
  /\b(some(times)?|now and (then|again)|(every )?once in a while|occasional(ly)?|intermittent(ly)?|sporadic(ally)?|a (few|handful)|several|part(ly|ial(ly)?)|every so often|at times|one in \w+|a fraction|flak(y|ing))\b/i;
/** A doubt is no report of damage. */
const ONLY_ASKS = /\b(should I worry|not sure what|looks (odd|strange|weird)|some warnings)\b/i;

export interface SeverityVerdict {
  readonly severity: Severity;
  readonly reasons: readonly string[];
  readonly wouldRise: readonly string[];
  readonly wouldFall: readonly string[];
}

export function assessSeverity(
  situation: Situation,
  detection: Detection,
  radius: BlastRadius,
  window: Interval,
): SeverityVerdict {
  if (detection.primary === null && situation.covered === null)
    return {
      severity: 'SEV2',
      reasons: ['nothing was observed, so the report itself is all there is: if unsure, higher'],
      wouldRise: [],
      wouldFall: ['SEV4 if logs or metrics show that nothing is abnormal'],
    };
  if (detection.primary === null && tellsOfWrongResults(situation))
    return {
      severity: 'SEV3',
      reasons: ['wrong results are reported, and the evidence does not show how many they are'],
      wouldRise: ['SEV1 or SEV2 when money, access or the data of others is wrong'],
      wouldFall: ['SEV4 when the results turn out to be right'],
    };
  if (detection.primary === null)
    return {
      severity: 'SEV4',
      reasons: ['no abnormal symptom was found'],
      wouldRise: ['higher if evidence of what was reported turns up: another log, a metric'],
      wouldFall: [],
    };
  const stakes = stakesOf(situation, detection, radius, window);
  return stakes.important ? ofImportant(stakes, situation) : ofOther(stakes, radius);
}

interface Rate {
  readonly service: string;
  readonly value: number;
  /** Where it is the share of one route. */
  readonly route?: string;
}

interface Stakes {
  /** A critical or user-facing path is affected, by the catalog, the report or the graph. */
  readonly important: boolean;
  readonly uncatalogued: boolean;
  readonly reasons: readonly string[];
  readonly worst: Rate | null;
  readonly failing: string;
  readonly breakerOpen: boolean;
  /** Why not all of it can be down; null where nothing says so. */
  readonly limited: string | null;
}

function stakesOf(situation: Situation, detection: Detection, radius: BlastRadius, window: Interval): Stakes {
  const affected = [
    ...radius.direct.map((item) => item.service),
    ...radius.cascade.map((item) => item.service),
  ];
  const critical = criticalService(affected, situation);
  const uncatalogued = ![...situation.services.values()].some(
    (node) => node.criticality !== null || node.userFacing !== null,
  );
  const words = uncatalogued ? USERS_CANNOT : NAMES_USERS;
  const { symptom } = situation.snapshot.request;
  const said = words.test(symptom) && !ONLY_ASKS.test(symptom);
  const worst = worstOf([
    worstRate(radius, window, situation),
    ...criticalRoutes(radius, detection, situation),
  ]);
  const breaker = detection.symptoms.find((item) => item.class === 'breaker-open' && item.ongoing);
  return {
    important: critical !== null || said,
    uncatalogued,
    reasons: [
      ...(critical === null ? [] : [critical.reason]),
      ...(said ? [`the report says what users cannot do: "${symptom}"`] : []),
      ...(worst === null || isUntold(worst.service, radius)
        ? []
        : [
            `${Math.round(worst.value * 100)} % of requests of ${worst.service}${worst.route === undefined ? '' : ` (${worst.route})`} fail`,
          ]),
      ...(breaker === undefined ? [] : [`a circuit breaker is open: ${breaker.summary}`]),
      ...burnReasons(radius),
    ],
    worst,
    failing: radius.direct[0]?.service ?? '<service>',
    breakerOpen: breaker !== undefined,
    limited:
      (critical === null ? limitOf(radius, situation) : (radius.partial[0] ?? null)) ??
      saidOfPart(symptom) ??
      saidOfRun(symptom) ??
      mostlyDone(radius, detection, situation),
  };
}

/** Where calls are slow, the few that fail are no reason for any severity. */
function isUntold(service: string, radius: BlastRadius): boolean {
  return radius.direct.some((item) => item.service === service && untoldBy(item) !== null);
}

function burnReasons(radius: BlastRadius): readonly string[] {
  const worst = [...radius.errorBudgets].sort((a, b) => (b.burnRate.value ?? 0) - (a.burnRate.value ?? 0))[0];
  const burn = worst?.burnRate.value ?? null;
  const threshold = burn === null ? null : burnThreshold(burn);
  if (worst === undefined || burn === null || threshold === null) return [];
  return [
    `${worst.service} burns its error budget of ${worst.availabilityPercent} % at ${Number(burn.toPrecision(2))} times the allowed rate (${threshold})`,
  ];
}

function saidOfPart(symptom: string): string | null {
  const words = ONLY_SOME.exec(symptom)?.[0];
  return words === undefined ? null : `the report says "${words}"`;
}

function mostlyDone(radius: BlastRadius, detection: Detection, situation: Situation): string | null {
  const said = radius.direct.map(({ service }) => workGoesOn(service, detection, situation));
  return said.includes(null) ? null : (said[0] ?? null);
}

/** Words for work that a clock begins: nobody waits for its answer. */
const SAYS_RUN =
  /\b(?:run|job|batch)s?\b.{0,20}\b(?:at night|nightly|overnight|every (?:hour|night|day|week|month))\b|\b(?:nightly|hourly|daily|weekly|monthly|overnight|scheduled|cron|batch)\b.{0,20}\b(?:runs?|jobs?|imports?|exports?|sync|tasks?)\b/i;

function saidOfRun(symptom: string): string | null {
  const words = SAYS_RUN.exec(symptom)?.[0];
  return words === undefined ? null : `the report speaks of a run ("${words}"): no request waits for it`;
}

/** Only a part is hit, or what fails is work that nobody waits for: then an unknown share is not taken for all. */
function limitOf(radius: BlastRadius, situation: Situation): string | null {
  const [part] = radius.partial;
  if (part !== undefined) return part;
  const background = radius.direct.every(({ service }) => worksInBackground(service, situation));
  return background && radius.direct.length > 0 && radius.cascade.length === 0
    ? `${radius.direct.map(({ service }) => service).join(', ')} works in the background: no request waits for it`
    : null;
}

/** The usual names of processes that take work from a queue or a clock. */
const BACKGROUND =
  /(^|-)(workers?|jobs?|cron|batch|consumer|scheduler|mailer|exporter|importer|indexer|etl|sync(er)?|poller|backup|replicator)$/;

function worksInBackground(service: string, situation: Situation): boolean {
  const asked = situation.series.some(
    (series) => series.service === service && series.meaning === 'requests',
  );
  return (
    BACKGROUND.test(service) &&
    !asked &&
    situation.services.get(service)?.userFacing !== true &&
    dependentsOf(situation.edges, service).size === 0
  );
}

function ofImportant(stakes: Stakes, situation: Situation): SeverityVerdict {
  const { sev1FailureRatio, sev2FailureRatio, ifUnknown } = situation.snapshot.context.policy.severity;
  const { reasons, worst, failing, breakerOpen, limited } = stakes;
  const sev1At = `${percent(sev1FailureRatio)} of requests`;
  if (breakerOpen || (worst !== null && worst.value > sev1FailureRatio))
    return {
      severity: 'SEV1',
      reasons,
      wouldRise: [],
      wouldFall: [
        `SEV2 when less than ${sev1At} fail${breakerOpen ? ' and the circuit breaker is closed' : ''}`,
      ],
    };
  if (worst === null) return ofUnknownShare(stakes, sev1At, ifUnknown);
  const rise = [
    `SEV1 when more than ${sev1At} fail (${percent(worst.value)} of ${worst.service} now), or a circuit breaker opens`,
  ];
  if (worst.value < sev2FailureRatio)
    return {
      severity: 'SEV3',
      reasons: [...reasons, `below the ${percent(sev2FailureRatio)} from which the policy calls it SEV2`],
      wouldRise: [`SEV2 from ${percent(sev2FailureRatio)} failing on`, ...rise],
      wouldFall: [],
    };
  return {
    severity: 'SEV2',
    reasons: [
      ...reasons,
      ...(limited === null ? [] : [`only a part is hit: ${limited}`]),
      `below the ${percent(sev1FailureRatio)} from which a critical path counts as blocked`,
    ],
    wouldRise: rise,
    wouldFall: [
      `SEV3 if no user meets it: say so in wicked-platform.yaml (services.${failing}.criticality: low)`,
    ],
  };
}

function ofUnknownShare(stakes: Stakes, sev1At: string, ifUnknown: 'SEV1' | 'SEV2'): SeverityVerdict {
  const { reasons, failing, limited } = stakes;
  const tell = `--answer ${failing}.failureRate=0.1`;
  if (limited !== null || ifUnknown === 'SEV2')
    return {
      severity: 'SEV2',
      reasons: [
        ...reasons,
        limited === null
          ? 'how many requests fail is not known: SEV2 by the policy'
          : `not all of it can be down: ${limited}`,
      ],
      wouldRise: [`SEV1 if more than ${sev1At} fail (${tell})`],
      wouldFall: [
        `SEV3 if no user meets it: say so in wicked-platform.yaml (services.${failing}.criticality: low)`,
      ],
    };
  return {
    severity: 'SEV1',
    reasons: [...reasons, 'how many requests fail is not known: if unsure, higher'],
    wouldRise: [],
    wouldFall: [`SEV2 if less than ${sev1At} fail (${tell})`],
  };
}

function ofOther({ reasons, uncatalogued, failing }: Stakes, radius: BlastRadius): SeverityVerdict {
  const users = `if users cannot do what they came for: say it in the symptom, or in wicked-platform.yaml (services.${failing}.criticality: critical)`;
  const next =
    radius.cascade.length > 0
      ? [`when it reaches a critical service through ${radius.cascade[0]?.service ?? ''}`]
      : [];
  if (uncatalogued)
    return {
      severity: 'SEV2',
      reasons: [...reasons, 'no catalog says how critical the failing service is: if unsure, higher'],
      wouldRise: [`SEV1 ${users}`, ...next.map((text) => `SEV1 ${text}`)],
      wouldFall: [`SEV3 if it is internal or secondary: services.${failing}.criticality: low`],
    };
  return {
    severity: 'SEV3',
    reasons: [...reasons, 'no critical or user-facing path is known to be affected'],
    wouldRise: [`SEV2 or SEV1 ${users}`, ...next.map((text) => `SEV2 or SEV1 ${text}`)],
    wouldFall: ['SEV4 if nobody is hindered by it'],
  };
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(ratio < 0.1 ? 1 : 0))} %`;
}

/** Over services that fail and those that suffer: users meet the failure at the edge, not where it is made. */
function worstRate(radius: BlastRadius, window: Interval, situation: Situation): Rate | null {
  const names = [...radius.direct, ...radius.cascade].map((item) => item.service);
  const known = names.flatMap((service) => {
    const value = failureRate(service, window, situation).quantity.value;
    return value === null ? [] : [{ service, value }];
  });
  const unnamed = radius.unnamed?.failureRate.value ?? null;
  const all = [...known, ...(unnamed === null ? [] : [{ service: UNNAMED, value: unnamed }])];
  return worstOf(all);
}

function worstOf(rates: readonly (Rate | null)[]): Rate | null {
  return rates.filter((rate) => rate !== null).sort((a, b) => b.value - a.value)[0] ?? null;
}

/** A route is counted by itself where all that fails there is its calls to a critical service: that is the critical path, whatever else is served beside it. */
function criticalRoutes(radius: BlastRadius, detection: Detection, situation: Situation): readonly Rate[] {
  const isCritical = (name: string | null) =>
    name !== null && situation.services.get(name)?.criticality === 'critical';
  return radius.direct.flatMap(({ service, routes }) => {
    const calls = detection.symptoms.filter(
      (symptom) => symptom.service === service && symptom.pattern !== null && symptom.peer !== null,
    );
    if (calls.length === 0 || !calls.every(({ peer }) => isCritical(peer))) return [];
    return routes.flatMap(({ route, failureRate: { value, counts } }): readonly Rate[] =>
      value !== null && (counts?.trials ?? 0) >= MIN_TRIALS ? [{ service, value, route }] : [],
    );
  });
}

/** The share of fewer is chance. */
const MIN_TRIALS = 20;

/** What the requests of a log that names no service are called. */
const UNNAMED = 'whatever stands in front';

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
      !worksInBackground(name, situation) &&
      dependentsOf(situation.edges, name).size === 0 &&
      situation.edges.some((edge) => edge.from === name),
  );
  return entry === undefined ? null : { reason: `${entry} is an entry point: no other service calls it` };
}
