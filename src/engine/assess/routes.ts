/** Which routes of a failing service fail, each with its measured share now and before. */
import type { DirectImpact } from '../../domain/impact.ts';
import { unknownQuantity } from '../../domain/quantity.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { Situation } from '../../domain/situation.ts';
import { judgeErrorRate } from '../../domain/statistics.ts';
import type { Interval } from '../../domain/time.ts';
import { type PartShare, rateOfParts, sharesByRoute } from '../_measure/parts.ts';

/** As many as a person takes in; the rest is counted together. */
const MAX_ROUTES = 5;

/** The failing ones by lost requests, the others summed. Nothing where there is but one route that does not fail. */
export function routesOf(
  service: ServiceName,
  window: Interval,
  before: Interval,
  situation: Situation,
): Pick<DirectImpact, 'routes' | 'otherRoutes'> {
  const shares = sharesByRoute(service, window, before, situation);
  const failing = shares
    .filter(isRaised)
    .sort((a, b) => b.now.errors - a.now.errors || (a.value < b.value ? -1 : 1))
    .slice(0, MAX_ROUTES);
  const others = shares.filter((share) => !failing.includes(share));
  return {
    routes: failing.map((share) => ({
      route: share.value,
      failureRate: rateOfParts([share.now], share.evidence),
      baselineRate:
        share.before === null
          ? unknownQuantity('ratio', `requests of ${share.value} before the incident`)
          : rateOfParts([share.before], share.evidence),
      evidence: share.evidence.slice(0, 3),
    })),
    otherRoutes:
      failing.length === 0 || others.length === 0
        ? null
        : {
            count: others.length,
            failureRate: rateOfParts(
              others.map(({ now }) => now),
              others.flatMap(({ evidence }) => evidence.slice(0, 1)),
            ),
          },
  };
}

/** By the test of the decision; a route that was never asked before, by the failures that it has. */
export function isRaised({ now, before }: PartShare): boolean {
  const past = { k: before?.errors ?? 0, n: before?.requests ?? 0 };
  const present = { k: now.errors, n: now.requests };
  if (present.k < MIN_FAILURES) return false;
  if (past.n === 0) return present.k / present.n >= LEAST_SHARE;
  const judged = judgeErrorRate(past, present);
  const rise = present.k / present.n - past.k / past.n;
  return judged === 'ROLLBACK' || (judged === 'WATCH' && rise >= LEAST_SHARE);
}

/** As the judgement of a rise has it: fewer failures, or a smaller share, are noise. */
const MIN_FAILURES = 3;
const LEAST_SHARE = 0.01;
