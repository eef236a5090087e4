/** Which services the person named, and what is done with it: it decides between incidents, it never makes one, and where it is wrong it is corrected. */
import { dependenciesOf, dependentsOf, type Situation } from '../../domain/situation.ts';
import type { Symptom } from '../../domain/symptom.ts';

/** The service that the request names outright, where the evidence knows it; else those in the words of the symptom ("checkout API" is checkout-api). */
export function reportedServices(situation: Situation): ReadonlySet<string> {
  const { symptom } = situation.snapshot.request;
  const asked = askedService(situation);
  if (asked !== null && situation.services.has(asked)) return new Set([asked]);
  const words = symptom.toLowerCase().split(/[^\p{L}\p{N}_-]+/u);
  const phrases = words.flatMap((_, index) =>
    [1, 2, 3].map((length) => words.slice(index, index + length).join('-')),
  );
  const named = phrases.filter((name) => name.length > 2).map((name) => situation.resolve(name));
  return new Set(named.filter((name) => situation.services.has(name)));
}

/** `--service` by its one name; null where nobody asked for one. */
function askedService({ snapshot, resolve }: Situation): string | null {
  return snapshot.request.service === null ? null : resolve(snapshot.request.service);
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
  const near = nearTo(reported, situation);
  // Who names a service outright asks for it and for what it needs; who only describes what he sees may be told of another.
  if (near.size === reported.size && askedService(situation) === null) return symptoms;
  return symptoms.filter((symptom) => symptom.service === null || near.has(symptom.service));
}

/** What was named, and all along the calls to and from it; of a service that was asked for outright, what it needs. */
function nearTo(reported: ReadonlySet<string>, situation: Situation): ReadonlySet<string> {
  const near = new Set<string>(reported);
  for (const service of reported)
    for (const walk of askedService(situation) === null ? [dependenciesOf, dependentsOf] : [dependenciesOf])
      for (const name of walk(situation.edges, service).keys()) near.add(name);
  return near;
}

/**
 * Whether the symptom is of what was named, and nobody knows what that calls. Then it comes before a louder failure elsewhere, which
 * it cannot be said to come from; where calls are known, the louder one along them may be where it comes from.
 */
export function isOwnAndAlone(
  symptom: Symptom,
  reported: ReadonlySet<string>,
  situation: Situation,
): boolean {
  const { service } = symptom;
  return service !== null && reported.has(service) && nearTo(reported, situation).size === reported.size;
}

/** Says that nothing is wrong with the service that was asked for; null where none was, or where nothing speaks of it, which gathering tells. */
export function isWell(situation: Situation): string | null {
  const asked = askedService(situation);
  return asked === null || !situation.services.has(asked)
    ? null
    : `Nothing abnormal was measured in ${asked}, which was asked for.`;
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
