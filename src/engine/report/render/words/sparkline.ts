/** A row of numbers as one line of block characters. */

const BARS = '▁▂▃▄▅▆▇█';

/** One character a value, scaled to the greatest; a blank where there is none. Anything above zero stands out from zero. */
export function sparkline(values: readonly (number | null)[]): string {
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  return values
    .map((value) => {
      if (value === null || !Number.isFinite(value)) return ' ';
      const step = most === 0 ? 0 : Math.round((Math.max(0, value) / most) * (BARS.length - 1));
      return BARS[value > 0 ? Math.max(1, step) : step] ?? ' ';
    })
    .join('');
}
