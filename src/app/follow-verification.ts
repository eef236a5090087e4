/** Measures again and again until the incident is settled. Time comes in as `wait`; nothing here reads a clock. */
import { PlatformError } from '../domain/error.ts';
import type { VerificationReport } from '../domain/report.ts';
import { sparkline } from '../engine/report/render/words/sparkline.ts';
import { stripControls } from './sanitise.ts';

export interface FollowOptions {
  readonly once: () => Promise<VerificationReport>;
  /** Resolves after the time or when the signal aborts. */
  readonly wait: (ms: number) => Promise<void>;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
  readonly onMeasured: (verification: VerificationReport, nextInMs: number | null) => void;
  /** A measurement that could not be made; it is tried again. */
  readonly onMissed: (error: PlatformError, nextInMs: number) => void;
}

/** What may be over by the next measurement; anything else stays wrong until somebody changes it. */
const PASSING: ReadonlySet<PlatformError['code']> = new Set([
  'no-evidence',
  'unreadable',
  'unavailable',
  'timed-out',
  'rate-limited',
]);

/** More waiting than this is no watching. */
const MAX_WAIT_FACTOR = 10;

/** Recovered and quiet long enough, or a failure that waiting does not cure. */
export function isSettled({ outcome, status }: VerificationReport): boolean {
  switch (outcome) {
    case 'RECOVERED':
      return status === 'RESOLVED';
    case 'NOT_RECOVERED':
    case 'RELAPSED':
      return true;
    case 'INCONCLUSIVE':
      return false;
  }
}

/** The last verification; `interrupted` where it was stopped before it was settled. Throws what `once` throws, before the first one `interrupted` too. */
export async function followVerification({
  once,
  wait,
  intervalMs,
  signal,
  onMeasured,
  onMissed,
}: FollowOptions): Promise<{ readonly verification: VerificationReport; readonly interrupted: boolean }> {
  let verification = await once();
  for (;;) {
    const settled = isSettled(verification);
    const nextInMs = pauseFor(verification, intervalMs);
    onMeasured(verification, settled ? null : nextInMs);
    if (settled) return { verification, interrupted: false };
    const next = await nextMeasurement(once, nextInMs);
    if (next === null) return { verification, interrupted: true };
    verification = next;
  }

  /** Null where it was stopped. */
  async function nextMeasurement(measure: FollowOptions['once'], pauseMs: number) {
    for (let pause = pauseMs; ; pause = intervalMs) {
      await wait(pause);
      if (signal.aborted) return null;
      try {
        return await measure();
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        if (error.code === 'interrupted') return null;
        if (!PASSING.has(error.code)) throw error;
        onMissed(error, intervalMs);
      }
    }
  }
}

/** The interval, or longer where it is known that sooner nothing can have changed. */
function pauseFor({ waitSeconds, outcome }: VerificationReport, intervalMs: number): number {
  if (waitSeconds === null || outcome !== 'INCONCLUSIVE') return intervalMs;
  return Math.max(intervalMs, Math.min(waitSeconds * 1000, intervalMs * MAX_WAIT_FACTOR));
}

/** What a measurement found, in one line: `14:31:00 INCONCLUSIVE (MONITORING): …; again in 30 s`. */
export function measuredLine(
  { asOf, outcome, status, reason, trend }: VerificationReport,
  nextInMs: number | null,
  withBars: boolean,
): string {
  const next = nextInMs === null ? '' : `; again in ${Math.round(nextInMs / 1000)} s`;
  const bars = withBars && trend !== null ? `${sparkline(trend.values)} ` : '';
  return stripControls(`${bars}${asOf.slice(11, 19)} ${outcome} (${status}): ${reason}${next}`).replaceAll(
    '\n',
    ' ',
  );
}
