/** Numbers as people read them, the same in every locale. Rounds for print only. */

/** Thousands separators; at most three significant digits behind a point: `2,400`, `1.25`, `0.0034`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return 'not a number';
  const size = Math.abs(value);
  if (size >= 1e15) return value.toExponential(2).replace('e+', 'e');
  if (Number.isInteger(value) || size >= 100) return grouped(Math.round(value).toString());
  if (size >= 1) return trimZeros(value.toFixed(size >= 10 ? 1 : 2));
  if (size < 1e-6) return value.toExponential(1);
  return trimZeros(value.toFixed(Math.min(8, 2 - Math.floor(Math.log10(size)))));
}

/**
 * A ratio 0…1 as percent: `85 %`, `85.7 %`, `0.012 %`. What is not all of it is never rounded to `100 %`,
 * what is not nothing never to `0 %`.
 */
export function formatPercent(ratio: number): string {
  if (!Number.isFinite(ratio)) return 'not a number';
  const percent = ratio * 100;
  if (percent > 99 && percent < 100)
    return `${trimZeros((Math.floor(percent * 100 + 1e-7) / 100).toFixed(2))} %`;
  if (percent > 0 && percent < 0.001) return '< 0.001 %';
  if (Math.abs(percent) >= 1) return `${grouped(trimZeros(percent.toFixed(1)))} %`;
  return `${trimZeros(percent.toFixed(percent !== 0 && Math.abs(percent) < 0.1 ? 3 : 2))} %`;
}

/** A probability in whole percent: more digits would claim more than it is calibrated for. */
export function formatProbability(probability: number): string {
  if (probability > 0.99) return '> 99 %';
  return probability < 0.01 ? '< 1 %' : formatPercent(Math.round(probability * 100) / 100);
}

/** `1 minute`, `3 minutes`. `many` only where it is not the singular with an s. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** Dollars with their sign, all others with their code: `$180,000`, `EUR 1,200`. Cents only below 100. */
export function formatMoney(value: number, currency: string): string {
  const amount = Math.abs(value);
  const digits =
    amount < 100 && !Number.isInteger(amount) ? amount.toFixed(2) : formatNumber(Math.round(amount));
  const sign = value < 0 ? '−' : '';
  return currency === 'USD' ? `${sign}$${digits}` : `${sign}${currency} ${digits}`;
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

function trimZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
