/** Which services the person named, and what is done with it: it decides between incidents, it never makes one, and where it is wrong it is corrected. */
import { dependenciesOf, dependentsOf, type Situation } from '../../domain/situation.ts';
import type { Symptom } from '../../domain/symptom.ts';

/** Services that the request names outright or in the words of the symptom ("checkout API" is checkout-api). */
export function reportedServices(situation: Situation): ReadonlySet<string> {
  const { symptom, service } = situation.snapshot.request;
  const words = symptom.toLowerCase().split(/[^\p{L}\p{N}_-]+/u);
  const phrases = words.flatMap((_, index) =>
    [1, 2, 3].map((length) => words.slice(index, index + length).join('-')),
  );
  const named = [...(service === null ? [] : [service]), ...phrases]
    .filter((name) => name.length > 2)
    .map((name) => situation.resolve(name));
  return new Set(named.filter((name) => situation.services.has(name)));
}

/**
 * Of several things that go wrong at once, those that can have to do with the service that was named: its own, and those along the calls to and
 * from it. All of them where nothing is wrong with it itself, or where nobody knows what it calls.
 */
export function concerning(
  symptoms: readonly Symptom[],
  reported: ReadonlySet<string>,
  situation: Situation,
): readonly Symptom[] {
  const own = symptoms.some((symptom) => symptom.service !== null && reported.has(symptom.service));
  if (!own) return symptoms;
  const near = new Set<string>(reported);
  for (const service of reported)
    for (const walk of [dependenciesOf, dependentsOf])
      for (const name of walk(situation.edges, service).keys()) near.add(name);
  if (near.size === reported.size) return symptoms;
  return symptoms.filter((symptom) => symptom.service === null || near.has(symptom.service));
}

/** Says that what was named is not what fails; null where it is, or where nothing was named. */
export function correction(
  primary: Symptom,
  symptoms: readonly Symptom[],
  reported: ReadonlySet<string>,
  situation: Situation,
): string | null {
  const { service } = primary;
  if (service === null || reported.size === 0 || reported.has(service)) return null;
  if (symptoms.some((symptom) => symptom.service !== null && reported.has(symptom.service))) return null;
  const named = [...reported].sort();
  const calls = named.filter((name) => dependenciesOf(situation.edges, name).has(service));
  const link = calls.length === 0 ? '' : `, which ${calls.join(' and ')} needs`;
  return `The report names ${named.join(' and ')}, where nothing abnormal was measured; what fails is ${service}${link}.`;
}
