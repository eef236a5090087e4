/** Causes that are no change of ours: a provider, traffic, exhaustion, credentials, network, a job, a record. Each has its own detector and is a first-class answer. */
import { append } from '../../domain/append.ts';
import type { Prediction } from '../../domain/hypothesis.ts';
import { MINUTE } from '../../domain/time.ts';
import { blockedByRule } from './blocked-by-rule.ts';
import { classHypotheses } from './class-hypotheses.ts';
import { clockHypotheses } from './clock-hypothesis.ts';
import { behindCaches, coldCaches } from './cold-cache.ts';
import type { Draft } from './draft.ts';
import { evictions } from './evictions.ts';
import { expiryHypotheses } from './expiry.ts';
import type { Facts } from './facts.ts';
import { failingCalleeHypotheses } from './failing-callee.ts';
import { failoverHypotheses } from './failover-hypothesis.ts';
import { flagsByDefault } from './flags-by-default.ts';
import { foreignScriptHypotheses } from './foreign-script.ts';
import { hardwareHypotheses } from './hardware.ts';
import { hungHypotheses } from './hung.ts';
import { jobHypotheses } from './job-hypotheses.ts';
import { nodeHypotheses } from './node-hypotheses.ts';
import { outageHypotheses } from './outage-hypothesis.ts';
import { clientHypotheses, placeHypotheses, recordHypotheses } from './place-hypotheses.ts';
import { promotedBehind } from './promoted-behind.ts';
import { providerHypotheses } from './provider-hypotheses.ts';
import { scaledDownHypotheses } from './scaled-down.ts';
import { slowCalleeHypotheses } from './slow-callee.ts';
import { slowPartHypotheses } from './slow-part.ts';
import { slowStoreHypotheses } from './slow-store.ts';
import { statusPageHypotheses } from './status-page.ts';
import { trafficHypotheses } from './traffic-hypothesis.ts';
import { trippedHypotheses } from './tripped.ts';
import { unansweredHypotheses } from './unanswered.ts';

export function noChangeHypotheses(facts: Facts): readonly Draft[] {
  const rollout = rolloutBefore(facts);
  const drafts = behindCaches(
    joined([
      ...providerHypotheses(facts),
      ...foreignScriptHypotheses(facts),
      ...statusPageHypotheses(facts),
      ...slowCalleeHypotheses(facts),
      ...slowPartHypotheses(facts),
      ...slowStoreHypotheses(facts),
      ...failingCalleeHypotheses(facts),
      ...trafficHypotheses(facts),
      ...placeHypotheses(facts),
      ...recordHypotheses(facts),
      ...trippedHypotheses(facts),
      ...clientHypotheses(facts),
      ...classHypotheses(facts),
      ...expiryHypotheses(facts),
      ...jobHypotheses(facts),
      ...failoverHypotheses(facts),
      ...coldCaches(facts),
      ...evictions(facts),
      ...blockedByRule(facts),
      ...flagsByDefault(facts),
      ...promotedBehind(facts),
      ...nodeHypotheses(facts),
      ...hardwareHypotheses(facts),
      ...outageHypotheses(facts),
      ...unansweredHypotheses(facts),
      ...hungHypotheses(facts),
      ...scaledDownHypotheses(facts),
      ...clockHypotheses(facts),
    ]),
  );
  return drafts.map((item) => ({ ...item, predictions: [rollout] }));
}

/** A rollout within this long before the failure may as well be its cause. */
const SHORTLY = 10 * MINUTE;

/**
 * Whether a rollout of a failing service came shortly before. One that did proves nothing, and where nothing records rollouts nobody
 * can say that none did: NO-DATA both times.
 */
function rolloutBefore(facts: Facts): Prediction {
  const statement = 'no rollout precedes the failure in the failing service within ten minutes';
  const onset = facts.detection.onsetAt;
  const served = facts.situation.releases.filter(({ reach }) => reach !== 'merged');
  const near = served.filter(
    ({ service, startedAt }) =>
      onset !== null &&
      facts.failingServices.includes(service) &&
      startedAt <= onset &&
      onset - startedAt <= SHORTLY,
  );
  const [before] = near;
  if (before !== undefined) return { statement, result: 'NO-DATA', evidence: before.evidence.slice(0, 1) };
  const known = onset !== null && served.length > 0;
  const evidence = facts.detection.primary?.evidence.slice(0, 1) ?? [];
  return { statement, result: known ? 'PASS' : 'NO-DATA', evidence };
}

/** Two arguments for one cause are one hypothesis: the stronger leads, what the other adds counts half, since they are not independent. */
function joined(drafts: readonly Draft[]): readonly Draft[] {
  const groups = new Map<string, Draft[]>();
  for (const item of drafts) {
    const key = `${item.kind}|${item.service ?? ''}`;
    append(groups, key, item);
  }
  return [...groups.values()].map(join).sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}

function join(drafts: readonly Draft[]): Draft {
  const [leader, ...others] = [...drafts].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)) as [
    Draft,
    ...Draft[],
  ];
  const factors = [...leader.factors];
  for (const item of others.flatMap((other) => other.factors))
    if (item.weight > 0 && !factors.some(({ name }) => name === item.name))
      factors.push({ ...item, weight: item.weight / 2 });
  return {
    ...leader,
    factors,
    mechanism: [
      ...leader.mechanism,
      ...factors
        .slice(leader.factors.length)
        .map((item) => ({ statement: item.detail, location: null, evidence: item.evidence })),
    ],
    score: factors.reduce((sum, item) => sum + item.weight, 0),
  };
}
