/** How much of a limited thing is used, from two series that belong together: what is used and what there is at most. */
import type { MetricSeries } from '../../domain/signal.ts';
import type { EpochMs } from '../../domain/time.ts';

const USED = /^(used|use|active|current|open|in|allocated|acquired|busy|working|set|borrowed|checked|out)$/;
const LIMIT = /^(max|maximum|limit|limits|total|capacity|size|spec|hard|allowed)$/;
const FREE = /^(free|avail|available|idle|remaining)$/;
/** What a runtime has taken for its heap so far is no limit: it takes more when it needs more. */
const GROWN_ON_DEMAND = /^(total|size)$/;
/** Says what is counted or how, the same on both sides. */
const NEUTRAL = /^(bytes|status|count|num|number|process|container|node|server)$/;

/** One series of shares 0…1 for each pair of the same thing; its evidence is that of both. */
export function sharesOf(all: readonly MetricSeries[]): readonly MetricSeries[] {
  const limits = new Map(
    all.filter((series) => roleOf(series) === 'limit').map((series) => [keyOf(series), series]),
  );
  return all.flatMap((series) => {
    const role = roleOf(series);
    const limit = limits.get(keyOf(series));
    return limit === undefined || (role !== 'used' && role !== 'free') ? [] : shareOf(series, limit, role);
  });
}

function shareOf(part: MetricSeries, limit: MetricSeries, role: 'used' | 'free'): readonly MetricSeries[] {
  const at: EpochMs[] = [];
  const values: number[] = [];
  let index = 0;
  for (const [position, time] of part.at.entries()) {
    while ((limit.at[index + 1] ?? Number.POSITIVE_INFINITY) <= time) index += 1;
    const most = limit.values[index] ?? 0;
    const value = part.values[position] ?? 0;
    if (most <= 0 || value < 0 || value > most * 1.05) continue;
    at.push(time);
    values.push(role === 'used' ? value / most : 1 - value / most);
  }
  if (at.length === 0) return [];
  const evidence = [...new Set([...part.evidence, ...limit.evidence])];
  return [{ ...part, id: `share:${part.id}`, unit: 'ratio', at, values, weights: null, evidence }];
}

/** A limit in one name is enough; a name with none of these words counts what is used where a limit stands beside it. */
function roleOf({ name, unit }: MetricSeries): 'used' | 'free' | 'limit' | null {
  if (unit === 'ratio' || unit === '1/s') return null;
  const words = wordsOf(name);
  // The highest rate so far is no limit.
  if (words.includes('rate')) return null;
  if (words.some((word) => FREE.test(word))) return 'free';
  const limits = words.filter((word) => LIMIT.test(word));
  if (words.includes('heap') && limits.every((word) => GROWN_ON_DEMAND.test(word)))
    return limits.includes('total') ? null : 'used';
  return limits.length > 0 ? 'limit' : 'used';
}

/** The same for both sides: whose it is, which one, and the name without the words that tell the sides apart. */
function keyOf({ service, attributes, name }: MetricSeries): string {
  const rest = wordsOf(name).filter((word) => ![USED, LIMIT, FREE, NEUTRAL].some((side) => side.test(word)));
  const labels = Object.keys(attributes)
    .sort()
    .map((key) => `${key}=${attributes[key] ?? ''}`);
  return [service ?? '', ...labels, rest.join(' ')].join('|');
}

function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
