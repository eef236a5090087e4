/** The symptom of a line that is missed. */
import type { LogPattern } from '../../domain/signal.ts';
import type { Symptom } from '../../domain/symptom.ts';
import type { EpochMs, Interval } from '../../domain/time.ts';

/** Above what a leader needs, below what any burst of errors has: silence leads where nothing louder does. */
const STRENGTH = 9;

interface Silence {
  /** What is said of the line behind its text: `has stopped`. */
  readonly told: string;
  readonly onsetAt: EpochMs;
  readonly uncertaintyMs: number;
  readonly covered: Interval;
  /** How often it still comes, a minute. */
  readonly level: number;
}

export function silenceOf(
  pattern: LogPattern,
  { told, onsetAt, uncertaintyMs, covered, level }: Silence,
): Symptom {
  const where = pattern.service === null ? '' : ` in ${pattern.service}`;
  return {
    id: `silence:pattern:${pattern.id}`,
    class: 'silence',
    service: pattern.service,
    route: null,
    peer: null,
    summary: `"${pattern.template}"${where} ${told}`,
    signalIds: [pattern.id],
    pattern: pattern.template,
    count: pattern.count,
    baseline: { observed: true, from: covered.from, to: onsetAt, value: pattern.count },
    firstSeenAt: onsetAt,
    lastSeenAt: covered.to,
    onsetAt,
    onsetUncertaintyMs: uncertaintyMs,
    shape: 'step',
    strength: STRENGTH,
    userVisible: true,
    ongoing: true,
    level,
    evidence: pattern.samples.slice(-1).map((sample) => sample.evidence),
  };
}
