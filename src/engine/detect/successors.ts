/** Series that a rollout cuts in two: the new version's goes on where the old one's ends, and together they have a past. */
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

/** One at a time, each after the one before: several at once are instances beside each other. */
export function successions(all: readonly MetricSeries[]): readonly Succession[] {
  const groups = new Map<string, MetricSeries[]>();
  for (const series of all) {
    if (!JUDGED.includes(series.meaning) || partOf(series) === null || series.at.length === 0) continue;
    const key = siblingKey(series);
    groups.set(key, [...(groups.get(key) ?? []), series]);
  }
  return [...groups.values()].flatMap((group) => joined(group) ?? []);
}

function joined(group: readonly MetricSeries[]): Succession | null {
  const ordered = [...group].sort((a, b) => (a.at[0] ?? 0) - (b.at[0] ?? 0) || (a.id < b.id ? -1 : 1));
  const last = ordered.at(-1);
  if (last === undefined || ordered.length < 2) return null;
  const follows = ordered.slice(1).every((series, index) => isNext(ordered[index], series));
  if (!follows) return null;
  const before = ordered.slice(0, -1);
  const since = before.reduce((sum, { at }) => sum + at.length, 0);
  return {
    series: {
      ...last,
      at: ordered.flatMap(({ at }) => at),
      values: ordered.flatMap(({ values }) => values),
      weights: null,
    },
    since,
  };
}

function isNext(before: MetricSeries | undefined, series: MetricSeries): boolean {
  const [end, start] = [before?.at.at(-1), series.at[0]];
  if (before === undefined || end === undefined || start === undefined) return false;
  return start > end && start - end <= GAP_SAMPLES * Math.max(stepOf(before.at), stepOf(series.at));
}
