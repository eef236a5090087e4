/**
 * A service of which no share of failing requests is known, but whose log tells what it gets done: where every ordinary line comes as often as
 * before, and far more often than failures do, most of its work succeeds.
 */
import type { ServiceName } from '../../domain/service.ts';
import type { LogPattern } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Detection } from '../../domain/symptom.ts';
import { type EpochMs, MINUTE } from '../../domain/time.ts';
import { coverageOf } from '../_measure/coverage.ts';

/** Lines that came more seldom before show no rate. */
const USUAL = 20;
/** What comes less often than at this share of its rate is missing. */
const SAME_RATE = 0.75;
/** Ordinary lines for each failure: a quarter of failing requests is what a blocked path begins at. */
const FOR_EACH = 4;
/** A shorter time shows no rate either. */
const LEAST_MS = 10 * MINUTE;

const ORDINARY: readonly LogPattern['severity'][] = ['info', 'debug', 'trace'];

/** In words why not everything of the service fails; null where its log does not show it. */
export function workGoesOn(service: ServiceName, detection: Detection, situation: Situation): string | null {
  const { onsetAt } = detection;
  if (onsetAt === null) return null;
  const own = situation.patterns.filter((pattern) => pattern.service === service);
  const failures = detection.symptoms
    .filter((symptom) => symptom.service === service && symptom.pattern !== null)
    .reduce((sum, { count }) => sum + count, 0);
  const usual = own.flatMap((pattern) => {
    if (!ORDINARY.includes(pattern.severity)) return [];
    const covered = coverageOf(pattern, situation);
    const before = countBefore(pattern, onsetAt);
    const [beforeMs, sinceMs] = [onsetAt - covered.from, covered.to - onsetAt];
    if (before < USUAL || sinceMs < LEAST_MS || beforeMs < LEAST_MS) return [];
    return [{ since: pattern.count - before, expected: (before * sinceMs) / beforeMs }];
  });
  if (failures === 0 || usual.length === 0) return null;
  const least = Math.min(...usual.map(({ since }) => since));
  const goesOn = usual.every(({ since, expected }) => since >= SAME_RATE * expected);
  return goesOn && least >= FOR_EACH * failures
    ? `what ${service} usually logs comes as often as before, ${least} times beside ${failures} failures`
    : null;
}

function countBefore({ buckets: { at, count } }: LogPattern, until: EpochMs): number {
  return at.reduce<number>((sum, time, index) => (time < until ? sum + (count[index] ?? 0) : sum), 0);
}
