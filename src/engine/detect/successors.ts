/** Series that a rollout cuts in two: the new version's goes on where the old one's ends, and together they have a past. */
import { append } from '../../domain/append.ts';
import type { MetricSeries } from '../../domain/signal.ts';
import { stepOf } from '../_measure/step-of.ts';
import { partOf, siblingKey } from './newcomers.ts';

/** What a process shows from its start on as it will: its memory grows for a while, and what it is asked is counted elsewhere. */
const JUDGED: readonly MetricSeries['meaning'][] = ['latency', 'cpu', 'saturation', 'pool', 'queue'];
/** While one ends and the next begins, neither or both are measured for so many samples. */
const GAP_SAMPLES = 15;

export interface Succession {
  /** The last member, with the samples of all before its own. */
  readonly series: MetricSeries;
  /** Index of the first sample of the last member. */
  readonly since: number;
}

/** What came one at a time, each after the one before; several at once are instances beside each other. At least two members each. */
export function chainsOf(all: readonly MetricSeries[]): readonly (readonly MetricSeries[])[] {
  const groups = new Map<string, MetricSeries[]>();
  for (const series of all) {
    if (partOf(series) === null || series.at.length === 0) continue;
    const key = siblingKey(series);
    append(groups, key, series);
  }
  return [...groups.values()].flatMap((group) => {
    const ordered = [...group].sort((a, b) => (a.at[0] ?? 0) - (b.at[0] ?? 0) || (a.id < b.id ? -1 : 1));
    const follows = ordered.slice(1).every((series, index) => isNext(ordered[index], series));
    return ordered.length >= 2 && follows ? [ordered] : [];
  });
}

export function successions(chains: ReturnType<typeof chainsOf>): readonly Succession[] {
  return chains.flatMap((chain) => {
    const last = chain.at(-1);
    if (last === undefined || !JUDGED.includes(last.meaning)) return [];
    const since = chain.slice(0, -1).reduce((sum, { at }) => sum + at.length, 0);
    const [at, values] = [chain.flatMap((each) => each.at), chain.flatMap((each) => each.values)];
    return [{ series: { ...last, at, values, weights: null }, since }];
  });
}

/** Ids of series whose successor has been measured for long enough to show the same, had it gone on. */
export function succeeded(chains: ReturnType<typeof chainsOf>, leastMs: number): ReadonlySet<string> {
  return new Set(
    chains.flatMap((chain) =>
      chain.slice(0, -1).flatMap(({ id }, index) => {
        const [from, to] = [chain[index + 1]?.at[0], chain.at(-1)?.at.at(-1)];
        return from !== undefined && to !== undefined && to - from >= leastMs ? [id] : [];
      }),
    ),
  );
}

function isNext(before: MetricSeries | undefined, series: MetricSeries): boolean {
  const [end, start] = [before?.at.at(-1), series.at[0]];
  if (before === undefined || end === undefined || start === undefined) return false;
  return start > end && start - end <= GAP_SAMPLES * Math.max(stepOf(before.at), stepOf(series.at));
}
