/** Error budget of failing services with a known objective: burn rate and what the incident has spent. */
import type { DirectImpact, ErrorBudget } from '../../domain/impact.ts';
import { type Quantity, unknownQuantity } from '../../domain/quantity.ts';
import type { Situation } from '../../domain/situation.ts';
import { HOUR, type Interval } from '../../domain/time.ts';
import { untoldBy } from './telling-share.ts';

/** The usual period of an objective. */
const PERIOD_HOURS = 30 * 24;
/** SRE workbook, multiwindow alerts: 14.4 spends 2 % of the period's budget in an hour, 6 spends 5 % in six hours; 1 is on course to spend it all. */
const PAGE_BURN = 6;
const FAST_BURN = 14.4;
const TICKET_BURN = 1;

export function errorBudgets(
  direct: readonly DirectImpact[],
  window: Interval,
  situation: Situation,
): readonly ErrorBudget[] {
  return direct.flatMap((impact) => {
    const { service, failureRate } = impact;
    // An availability is not what slow or wrong answers spend.
    if (untoldBy(impact) !== null) return [];
    const node = situation.services.get(service);
    const availabilityPercent = node?.slo?.availabilityPercent ?? null;
    if (node === undefined || availabilityPercent === null || availabilityPercent >= 100) return [];
    const allowed = 1 - availabilityPercent / 100;
    const hours = (window.to - window.from) / HOUR;
    const source = [...failureRate.evidence, ...node.evidence.slice(0, 1)];
    const burnRate = burnOf(failureRate, allowed, availabilityPercent, source, service);
    return [
      {
        service,
        availabilityPercent,
        burnRate,
        spent: spentOf(burnRate, hours),
        alert: alertOf(burnRate.value),
      },
    ];
  });
}

function burnOf(
  rate: Quantity,
  allowed: number,
  availabilityPercent: number,
  evidence: Quantity['evidence'],
  service: string,
): Quantity {
  if (rate.value === null) return unknownQuantity('x', `the failing share of ${service}`);
  return {
    value: rounded(rate.value / allowed),
    unit: 'x',
    basis: 'derived',
    formula: `${percent(rate.value)} failing ÷ ${percent(allowed)} allowed by ${availabilityPercent} %`,
    ...(rate.low === undefined ? {} : { low: rounded(rate.low / allowed) }),
    ...(rate.high === undefined ? {} : { high: rounded(rate.high / allowed) }),
    evidence,
  };
}

/** As if the traffic of the period were as it is in the incident: a night's incident spends less than this says. */
function spentOf(burn: Quantity, hours: number): Quantity {
  if (burn.value === null) return unknownQuantity('ratio', burn.need ?? 'the burn rate');
  const share = (value: number) => rounded((value * hours) / PERIOD_HOURS);
  return {
    value: share(burn.value),
    unit: 'ratio',
    basis: 'derived',
    formula: `${burn.value} × ${Number(hours.toFixed(2))} h ÷ ${PERIOD_HOURS} h of 30 days, at even traffic`,
    ...(burn.low === undefined ? {} : { low: share(burn.low) }),
    ...(burn.high === undefined ? {} : { high: share(burn.high) }),
    evidence: burn.evidence,
  };
}

function alertOf(burn: number | null): ErrorBudget['alert'] {
  if (burn === null) return 'unknown';
  if (burn >= PAGE_BURN) return 'page';
  return burn >= TICKET_BURN ? 'ticket' : 'none';
}

/** The threshold of the workbook that a burn rate passes, in words; null below all of them. */
export function burnThreshold(burn: number): string | null {
  if (burn >= FAST_BURN) return `above ${FAST_BURN}, which pages within the hour`;
  if (burn >= PAGE_BURN) return `above ${PAGE_BURN}, which pages within six hours`;
  return burn >= TICKET_BURN ? `above ${TICKET_BURN}, which is a ticket` : null;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))} %`;
}
