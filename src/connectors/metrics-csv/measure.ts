/** Numbers as dashboards print them: `12`, `3.5%`, `950 ms`, `1.2 GiB`. Units of one kind come out as one, since a column may mix them. */
import { numberOf } from '../_kit/fields.ts';

export interface Measure {
  readonly value: number;
  /** Null where the cell names none. */
  readonly unit: string | null;
}

const TIMES: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  sec: 1_000,
  min: 60_000,
  mins: 60_000,
  hour: 3_600_000,
  hours: 3_600_000,
};
const SIZES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};
const RATE = /^(req|reqs|requests|ops|io|rd|wr|c|q|queries|msg|messages)\/s$|^(rps|qps|tps|reqps|cps)$/;

/** Null for anything that is no number, perhaps with a known unit. */
export function measureOf(cell: string): Measure | null {
  const plain = numberOf(cell);
  if (plain !== null) return { value: plain, unit: null };
  const match = /^([+-]?[\d.,]+(?:e[+-]?\d+)?)\s*([a-zµ%][a-z/]*)$/i.exec(cell.trim());
  const value = numberOf((match?.[1] ?? '').replace(/,(?=\d{3}(\D|$))/g, ''));
  const unit = (match?.[2] ?? '').toLowerCase();
  if (value === null) return null;
  if (unit === '%') return { value, unit: 'percent' };
  const [time, size] = [TIMES[unit], SIZES[unit]];
  if (time !== undefined) return { value: value * time, unit: 'ms' };
  if (size !== undefined) return { value: value * size, unit: 'By' };
  if (unit === 'k') return { value: value * 1_000, unit: null };
  return RATE.test(unit) ? { value, unit: '1/s' } : null;
}
