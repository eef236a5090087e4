/** A quantity in words: value with unit, then where it comes from. An unknown one names what would settle it; no number is made up. */
import type { ReportQuantity } from '../../../../domain/report.ts';
import { formatMoney, formatNumber, formatPercent } from './numbers.ts';

const RATE_WORDS: Readonly<Record<string, string>> = { h: 'hour', d: 'day', s: 'second', min: 'minute' };

/** `~2,400 users`, `$180,000/hour`, `85 %`; `unknown` where there is no value. */
export function quantityValue(quantity: ReportQuantity): string {
  if (quantity.value === null || quantity.basis === 'unknown') return 'unknown';
  const value = withUnit(rounded(quantity.value, quantity, 2), quantity.unit);
  if (isUpperBound(quantity)) return `at most ${value}`;
  return isEstimate(quantity) && quantity.value !== 0 ? `~${value}` : value;
}

/** A share to two digits, for a remark in brackets: `15 %`. */
export function sharePhrase(quantity: ReportQuantity): string | null {
  return quantity.value === null ? null : formatPercent(Number(quantity.value.toPrecision(2)));
}

/**
 * Value and basis: `~2,400 users (15 % of active users; derived: 16000 × 0.15)`, `unknown — <need>`.
 * `remark` comes first in the brackets of a known value.
 */
export function quantityPhrase(quantity: ReportQuantity, remark: string | null = null): string {
  if (quantity.value === null || quantity.basis === 'unknown')
    return quantity.need === undefined ? 'unknown' : `unknown — ${quantity.need}`;
  const basis = quantity.formula === undefined ? quantity.basis : `${quantity.basis}: ${quantity.formula}`;
  const notes = isUpperBound(quantity) ? [basis] : [remark, bounds(quantity), basis];
  return `${quantityValue(quantity)} (${notes.filter((note) => note !== null).join('; ')})`;
}

export function isKnown(quantity: ReportQuantity): boolean {
  return quantity.value !== null && quantity.basis !== 'unknown';
}

/** The lower of two bounds: a unit that follows its number is said once. */
function lower(value: number, unit: string): string {
  return /^([a-z]{2,}|s)$/.test(unit) && unit !== 'ratio' && unit !== 'percent'
    ? formatNumber(value)
    : withUnit(value, unit);
}

/** Nothing is known but that it cannot be more: no estimate, and no share of anything. */
function isUpperBound(quantity: ReportQuantity): boolean {
  return (
    isEstimate(quantity) && quantity.low === 0 && quantity.value !== 0 && quantity.high === quantity.value
  );
}

function isEstimate(quantity: ReportQuantity): boolean {
  return quantity.basis === 'derived' || quantity.basis === 'assumed';
}

/** An estimate of people or money is good for two digits at most, its bounds for three; the formula and the JSON keep the exact result. */
function rounded(value: number, quantity: ReportQuantity, digits: number): number {
  const countable = /^(users|[A-Z]{3}(\/.*)?)$/.test(quantity.unit);
  return countable && isEstimate(quantity) && Math.abs(value) >= 100
    ? Number(value.toPrecision(digits))
    : value;
}

function bounds(quantity: ReportQuantity): string | null {
  const { unit } = quantity;
  const low = quantity.low === undefined ? undefined : rounded(quantity.low, quantity, 3);
  const high = quantity.high === undefined ? undefined : rounded(quantity.high, quantity, 3);
  if (low !== undefined && high !== undefined)
    return low === high ? null : `between ${lower(low, unit)} and ${withUnit(high, unit)}`;
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
