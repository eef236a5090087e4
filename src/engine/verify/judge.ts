/** Judges counts after a mitigation against those before the incident and those of the failure, with the test of the rollback decision. */
import { judgeErrorRate, overdispersion, probabilityOfRise } from '../../domain/statistics.ts';
import type { CheckResult } from '../../domain/verification.ts';

/** `k` failures of `n` opportunities: requests, or seconds where requests are not counted. */
export interface Counts {
  readonly k: number;
  readonly n: number;
}

/** One step of time; ascending lists of these are what a criterion is judged on. */
export interface Row extends Counts {
  readonly at: number;
  readonly widthMs: number;
}

export interface Judged {
  readonly result: CheckResult;
  /** What was judged: all rows after the mitigation, or those since the failing share turned. */
  readonly after: Counts;
  readonly lastFailureAt: number | null;
  /** Opportunities that it would take at the usual rate of failures; null where more of them would tell nothing. */
  readonly needed: number | null;
  readonly improved: boolean;
  readonly judgement: string;
}

/** A failure that falls to a fifth at 95 % has stopped, whatever can be said of a baseline of few or no failures. */
const STOPPED_FACTOR = 5;
const SURE = 0.95;
/** More than this nobody waits for. */
const MAX_NEEDED = 1e7;
const MAX_PHI = 20;
/** What a turn within the time after must gain over one constant rate, beyond ln(number of rows): one in fifty by chance. */
const TURN_NATS = 4;

export function sumOf(rows: readonly Counts[]): Counts {
  return rows.reduce((sum, row) => ({ k: sum.k + row.k, n: sum.n + row.n }), { k: 0, n: 0 });
}

/** `before` null where nothing was observed before the incident: then only the fall can be judged. */
export function judgeRows(
  before: readonly Row[] | Counts | null,
  during: Counts,
  after: readonly Row[],
): Judged {
  const past = pastOf(before);
  const turn = turnOf(after);
  const early = after.slice(0, turn);
  const late = after.slice(turn);
  const judged = judgeCounts(past, during, sumOf(late));
  const lastFailureAt = lastFailure(past, late) ?? (early.length > 0 ? lastFailure(past, early) : null);
  if (judged.result !== 'failing' || early.length === 0) return { ...judged, lastFailureAt };
  const first = judgeCounts(past, during, sumOf(early));
  const hadStopped = first.result === 'recovered' || (first.result === 'waiting' && first.improved);
  return { ...judged, lastFailureAt, result: hadStopped ? 'relapsed' : 'failing' };
}

interface Past extends Counts {
  readonly phi: number;
}

function pastOf(before: readonly Row[] | Counts | null): Past | null {
  if (before === null) return null;
  if (!isRows(before)) return before.n > 0 ? { ...before, phi: 1 } : null;
  const sum = sumOf(before);
  if (sum.n === 0) return null;
  return { ...sum, phi: Math.min(MAX_PHI, overdispersion(before.map(({ k }) => k))) };
}

function isRows(value: readonly Row[] | Counts): value is readonly Row[] {
  return Array.isArray(value);
}

function judgeCounts(past: Past | null, during: Counts, after: Counts): Omit<Judged, 'lastFailureAt'> {
  const outcome = resultOf(past, during, after);
  const improved = after.n > 0 && probabilityOfRise(after, during, 2) >= SURE;
  const needed = outcome.result === 'waiting' ? neededFor(past, during, after) : null;
  return { ...outcome, after, improved, needed };
}

function resultOf(
  past: Past | null,
  during: Counts,
  after: Counts,
): { readonly result: CheckResult; readonly judgement: string } {
  if (after.n === 0) return { result: 'waiting', judgement: 'nothing observed yet' };
  const stopped = probabilityOfRise(after, during, STOPPED_FACTOR) >= SURE;
  if (past === null) {
    if (stopped)
      return {
        result: 'recovered',
        judgement: 'fell below a fifth of the failing rate (p ≥ 0.95); no baseline',
      };
    const goesOn = probabilityOfRise(during, after, 0.5) >= SURE && after.k >= 3;
    return goesOn
      ? { result: 'failing', judgement: 'still more than half of the failing rate (p ≥ 0.95); no baseline' }
      : { result: 'waiting', judgement: 'neither stopped nor going on at 95 %' };
  }
  const judged = judgeErrorRate(past, after, past.phi);
  switch (judged) {
    case 'OK':
      return { result: 'recovered', judgement: 'not above 1.5 × the baseline (p ≥ 0.95)' };
    case 'ROLLBACK':
      return { result: 'failing', judgement: 'above 2 × the baseline (p ≥ 0.95)' };
    case 'WATCH':
      return stopped || probabilityOfRise(after, during, 2) >= SURE
        ? { result: 'waiting', judgement: 'far below the failing rate, still above the baseline (p ≥ 0.95)' }
        : {
            result: 'failing',
            judgement: 'above the baseline (p ≥ 0.95), and not below half of the failing rate',
          };
    case 'INCONCLUSIVE':
      return stopped
        ? {
            result: 'recovered',
            judgement: 'fell below a fifth of the failing rate, and not above the baseline (p ≥ 0.95)',
          }
        : { result: 'waiting', judgement: 'too little to tell at 95 %' };
  }
}

/** The least number of opportunities that would show the recovery, were failures as rare as before (as far as that is known). */
function neededFor(past: Past | null, during: Counts, after: Counts): number | null {
  const usual = past === null ? 0 : past.k / past.n;
  for (let n = Math.max(1, after.n * 1.25); n <= MAX_NEEDED; n *= 1.25) {
    const k = Math.max(after.k, Math.round(after.k + usual * (n - after.n)));
    if (resultOf(past, during, { k, n }).result === 'recovered') return Math.ceil(n);
  }
  return null;
}

/** Index of the first row after the one clear change of the rate; 0 where there is none. */
function turnOf(rows: readonly Row[]): number {
  const whole = sumOf(rows);
  let best = { index: 0, gain: Math.log(Math.max(2, rows.length)) + TURN_NATS };
  let k = 0;
  let n = 0;
  for (const [index, row] of rows.entries()) {
    const gain = likelihood(k, n) + likelihood(whole.k - k, whole.n - n) - likelihood(whole.k, whole.n);
    if (index > 0 && n > 0 && whole.n - n > 0 && gain > best.gain) best = { index, gain };
    k += row.k;
    n += row.n;
  }
  return best.index;
}

function likelihood(k: number, n: number): number {
  return k <= 0 || n <= 0 ? 0 : k * Math.log(k / n);
}

/** End of the last row that fails more than twice as often as usual (one failure alone is usual where there were any before); without a baseline of the last that fails at all. */
function lastFailure(past: Past | null, rows: readonly Row[]): number | null {
  const failing = rows.findLast((row) =>
    past === null
      ? row.k > 0
      : row.k > (past.k === 0 ? 0 : 1) && probabilityOfRise(past, row, 2, past.phi) >= SURE,
  );
  return failing === undefined ? null : failing.at + failing.widthMs;
}
