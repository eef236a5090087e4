/** Whoever watches may go blind himself: a probe that reaches nobody while those whom it watches are asked and answer as ever. */
import type { Situation } from '../../domain/situation.ts';
import { median } from '../../domain/statistics.ts';
import { MINUTE } from '../../domain/time.ts';
import { isWatcher } from '../_signals/host-programs.ts';
import type { AbnormalPattern } from './log-symptoms.ts';

/** Requests that go on at this share of what they were are no outage. */
const GOES_ON = 0.7;
/** Fewer points on a side show no rate. */
const LEAST_POINTS = 5;

/**
 * Why the complaint of a watcher is no symptom: every service whose requests are counted is asked as before. Null where one is asked
 * less, or where nobody counts: then the watcher may be all there is.
 */
export function watcherAlone(item: AbnormalPattern, situation: Situation): string | null {
  if (!isWatcher(item.pattern.service)) return null;
  const counted = situation.series.filter(
    ({ meaning, service }) => meaning === 'requests' && service !== null && !isWatcher(service),
  );
  const judged = counted.flatMap((series) => {
    const side = (after: boolean) =>
      series.values.filter((_, index) => {
        const at = series.at[index] ?? 0;
        return after ? at >= item.onsetAt + MINUTE : at < item.onsetAt - MINUTE;
      });
    const [before, after] = [side(false), side(true)];
    const usual = median(before);
    return before.length < LEAST_POINTS || after.length < LEAST_POINTS || usual <= 0
      ? []
      : [{ service: series.service, isWell: median(after) >= GOES_ON * usual }];
  });
  if (judged.length === 0 || judged.some(({ isWell }) => !isWell)) return null;
  const names = [...new Set(judged.map(({ service }) => service))].sort().join(', ');
  return `only ${item.pattern.service ?? 'the watcher'}, which watches, says so: ${names} ${names.includes(',') ? 'are' : 'is'} asked as before all the while`;
}
