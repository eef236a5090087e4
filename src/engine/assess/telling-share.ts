/** Whether a failing share says anything of who is hurt: where calls are slow or wrong and do not fail, it does not. */
import type { DirectImpact } from '../../domain/impact.ts';
import type { Quantity } from '../../domain/quantity.ts';
import { judgeErrorRate } from '../../domain/statistics.ts';

/** Less than a twentieth of a per cent would print as 0 %. */
const HARDLY = 0.0005;
/** A smaller rise than a point is no damage that people notice, unless the test is sure of a multiple. */
const LEAST_RISE = 0.01;
/** Fewer failures are chance. */
const MIN_FAILURES = 3;

/** Why users, money and budget cannot be told from the share, as what would settle it; null where they can, or the share is unknown. */
export function untoldBy(impact: Pick<DirectImpact, 'service' | 'failureRate' | 'baselineRate'> | null) {
  const value = impact?.failureRate.value ?? null;
  if (impact === null || value === null || impact.failureRate.basis === 'supplied') return null;
  const { service, failureRate, baselineRate } = impact;
  if (value < HARDLY)
    return `who gives up waiting, or is turned away otherwise: calls of ${service} hardly fail, so a failing share cannot tell`;
  return hasRisen(failureRate, baselineRate)
    ? null
    : `who is hit otherwise: the failing share of ${service} has not risen (${failureRate.formula ?? percent(value)}; before ${baselineRate.formula ?? percent(baselineRate.value ?? 0)})`;
}

function hasRisen(now: Quantity, past: Quantity): boolean {
  if (past.value === null) return true;
  const rise = (now.value ?? 0) - past.value;
  if (now.counts === undefined || past.counts === undefined) return rise >= LEAST_RISE;
  if (now.counts.events < MIN_FAILURES) return false;
  const counted = ({ events, trials }: NonNullable<Quantity['counts']>) => ({ k: events, n: trials });
  return rise >= LEAST_RISE || judgeErrorRate(counted(past.counts), counted(now.counts)) === 'ROLLBACK';
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(2))} %`;
}
