/** A measured value with its unit as a sentence prints it. It rounds; nobody computes with what comes out. */

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `84 %`, `2.65 s` of milliseconds from ten seconds on, `415 MB`, `89`, `60 per interval`. A count of things has no unit to print. */
export function showValue(value: number, unit: string): string {
  if (unit === 'ratio') return `${Number((value * 100).toPrecision(2))} %`;
  if (unit === 'By') return showBytes(value);
  if (unit === 'ms' && Math.abs(value) >= 10_000) return `${threeDigits(value / 1000)} s`;
  if (unit === '1/bucket') return `${threeDigits(value)} per interval`;
  if (unit === '1/s') return `${threeDigits(value)} per second`;
  return COUNTS.test(unit) ? threeDigits(value) : `${threeDigits(value)} ${unit}`;
}

/** UCUM's dimensionless 1, and annotations such as `{connection}`. */
const COUNTS = /^(1|count|none|\{.*\}|)$/;

function showBytes(value: number): string {
  const power = Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1) / 3)));
  return `${threeDigits(value / 1000 ** power)} ${BYTES[power]}`;
}

function threeDigits(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
