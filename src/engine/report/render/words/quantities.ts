/** A quantity in words: value with unit, then where it comes from. An unknown one names what would settle it; no number is made up. */
import type { ReportQuantity } from '../../../../domain/report.ts';
import { formatMoney, formatNumber, formatPercent } from './numbers.ts';

const RATE_WORDS: Readonly<Record<string, string>> = { h: 'hour', d: 'day', s: 'second', min: 'minute' };

/** `~2,400 users`, `$180,000/hour`, `85 %`; `unknown` where there is no value. */
export function quantityValue(quantity: ReportQuantity): string {
  if (quantity.value === null || quantity.basis === 'unknown') return 'unknown';
  const estimate = quantity.basis === 'derived' || quantity.basis === 'assumed';
  return `${estimate && quantity.value !== 0 ? '~' : ''}${withUnit(quantity.value, quantity.unit)}`;
}

/**
 * Value and basis: `~2,400 users (15 % of active users; derived: 16000 × 0.15)`, `unknown — <need>`.
 * `remark` comes first in the brackets of a known value.
 */
export function quantityPhrase(quantity: ReportQuantity, remark: string | null = null): string {
  if (quantity.value === null || quantity.basis === 'unknown')
    return quantity.need === undefined ? 'unknown' : `unknown — ${quantity.need}`;
  const basis = quantity.formula === undefined ? quantity.basis : `${quantity.basis}: ${quantity.formula}`;
  const notes = [remark, bounds(quantity), basis].filter((note) => note !== null);
  return `${quantityValue(quantity)} (${notes.join('; ')})`;
}

export function isKnown(quantity: ReportQuantity): boolean {
  return quantity.value !== null && quantity.basis !== 'unknown';
}

function bounds(quantity: ReportQuantity): string | null {
  const { low, high, unit } = quantity;
  if (low !== undefined && high !== undefined)
    return low === high ? null : `between ${withUnit(low, unit)} and ${withUnit(high, unit)}`;
  if (low !== undefined) return `at least ${withUnit(low, unit)}`;
  return high === undefined ? null : `at most ${withUnit(high, unit)}`;
}

function withUnit(value: number, unit: string): string {
  if (unit === 'ratio') return formatPercent(value);
  if (unit === 'percent' || unit === '%') return formatPercent(value / 100);
  if (unit === '' || unit === 'none' || unit === 'count') return formatNumber(value);
  const money = /^([A-Z]{3})(?:\/(.+))?$/.exec(unit);
  if (money?.[1] !== undefined) {
    const amount = formatMoney(value, money[1]);
    return money[2] === undefined ? amount : `${amount}/${RATE_WORDS[money[2]] ?? money[2]}`;
  }
  const singular = value === 1 && /^[a-z]{3,}s$/.test(unit) ? unit.slice(0, -1) : unit;
  return `${formatNumber(value)}${unit.startsWith('/') ? '' : ' '}${singular}`;
}
