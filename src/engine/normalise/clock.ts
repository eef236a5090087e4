/** Whether the dates of git can be compared with the dates of the evidence at all. */
import type { Commit } from '../../domain/change.ts';
import type { ClockFinding } from '../../domain/situation.ts';
import { DAY, type Interval, toIso } from '../../domain/time.ts';

/** A history that begins a day after everything that was observed cannot have made it: dates were rewritten, or the log is replayed. */
const TOLERANCE_MS = DAY;

export function compareClocks(commits: readonly Commit[], covered: Interval | null): ClockFinding {
  const dates = commits.flatMap((commit) => (commit.at === null ? [] : [commit.at])).sort((a, b) => a - b);
  const first = dates[0];
  const last = dates.at(-1);
  if (covered === null || first === undefined || last === undefined)
    return { epochMismatch: false, notes: [] };
  if (first > covered.to + TOLERANCE_MS) {
    const note = `Every commit (${toIso(first)} and later) is dated after the last observation (${toIso(covered.to)}): dates in git say nothing about order here, so changes are linked by version, service, path and message instead of by time.`;
    return { epochMismatch: true, notes: [note] };
  }
  return { epochMismatch: false, notes: [] };
}
