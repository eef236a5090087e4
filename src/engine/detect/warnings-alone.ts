/** Warnings are clues. Where nothing fails and nothing is slow, and one tells without end that something is not reached, it is the symptom. */
import type { LogPattern, MetricSeries } from '../../domain/signal.ts';
import type { Symptom, SymptomClass } from '../../domain/symptom.ts';

/** Families of what is missed, not of what is thought unwise: nobody is hurt by a deprecation. */
const MISSED: readonly SymptomClass[] = [
  'connection-refused',
  'connection-reset',
  'timeout',
  'dns',
  'network',
  'certificate',
  'credentials',
  'out-of-memory',
  'disk-full',
  'pool-exhausted',
  'saturation',
  'lock',
  'rate-limit',
  'breaker-open',
];
const MANY = 20;

/** Of any family: so many that they are a good part of all that the service tells. */
const VERY_MANY = 100;
const LARGE_SHARE = 0.2;
/** Advice to whoever writes the code hurts nobody, however often it comes. */
const ADVICE = /deprecat|will be removed|experimental|is not recommended|consider using|upgrade to/i;

function isLoud(symptom: Symptom, patterns: readonly LogPattern[]): boolean {
  if (symptom.count < VERY_MANY || ADVICE.test(symptom.summary)) return false;
  const all = patterns
    .filter(({ service }) => service === symptom.service)
    .flatMap(({ buckets }) =>
      buckets.at.map((at, index) => (at >= symptom.onsetAt ? (buckets.count[index] ?? 0) : 0)),
    )
    .reduce((sum, count) => sum + count, 0);
  return symptom.count >= LARGE_SHARE * all;
}

/** Workers that try again write at this level what was thrown, with where it was. */
function isThrown({ severity, exceptionType, frames }: LogPattern): boolean {
  return severity === 'warn' && (exceptionType !== null || frames.length > 0);
}

/** What tells how requests fare; where it is measured and as ever, warnings hurt nobody. */
const FARES: ReadonlySet<MetricSeries['meaning']> = new Set(['requests', 'errors', 'error-ratio', 'latency']);

/** Times the pace of before: a warning that some requests always led to, and that most do now. */
const RISEN = 10;

/** Never before; of what most of a service's records say, or where nothing else tells how it fares, hardly ever. */
function isNew({ baseline, count, onsetAt, lastSeenAt }: Symptom, mayHaveBeen: boolean): boolean {
  const { from, to, value, observed } = baseline;
  if (!observed || value === null || from === null || to === null) return false;
  const pace = count / Math.max(1, lastSeenAt - onsetAt);
  return value === 0 || (mayHaveBeen && pace >= (RISEN * value) / Math.max(1, to - from));
}

/** The same symptoms, of which such warnings count as seen by users: never before, many, and still going on. */
export function heedWarnings(
  symptoms: readonly Symptom[],
  patterns: readonly LogPattern[],
  series: readonly MetricSeries[],
): readonly Symptom[] {
  const measured = new Set(series.filter(({ meaning }) => FARES.has(meaning)).map(({ service }) => service));
  const thrown = new Set(patterns.filter(isThrown).map(({ id }) => id));
  return symptoms.map((symptom) => {
    const loud = isLoud(symptom, patterns);
    // Of words that were never said before a new version may only be the author.
    const alone =
      symptom.count >= VERY_MANY &&
      (symptom.baseline.value ?? 0) > 0 &&
      !measured.has(symptom.service) &&
      !ADVICE.test(symptom.summary);
    const isHeeded =
      loud || alone || MISSED.includes(symptom.class) || symptom.signalIds.some((id) => thrown.has(id));
    return symptom.pattern !== null &&
      isHeeded &&
      isNew(symptom, loud || alone) &&
      symptom.count >= MANY &&
      symptom.ongoing
      ? { ...symptom, userVisible: true }
      : symptom;
  });
}
