/** Metrics that are told apart by place: one zone, region or network falls behind while the same is well in the others. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { MetricSeries } from '../../domain/signal.ts';
import type { Symptom, SymptomClass } from '../../domain/symptom.ts';
import type { Facts } from './facts.ts';

export interface PlaceOfSeries {
  /** The label: `region`. */
  readonly label: string;
  readonly value: string;
  /** Places that are measured. */
  readonly of: number;
  readonly services: readonly ServiceName[];
  readonly leader: Symptom;
  readonly evidence: readonly EvidenceRef[];
}

/** Labels whose values are places in which the same release runs, or from which people come. */
const PLACES =
  /^(zone|az|availability[._-]?zone|(cloud[._])?region|datacenter|data[._-]?cent(er|re)|dc|site|pop|edge|colo|rack|country|continent|isp|asn|network|carrier|probe[._-]?(location|site|region)|location|geo|vantage)$/i;
/** What a place that is cut off, or does badly, shows. */
const FAILS: readonly SymptomClass[] = ['error-ratio', 'server-error', 'latency', 'silence'];
const MIN_STRENGTH = 8;

/** Null where no label of places divides what fails from what does not, or fewer than three places are measured. */
export function placeOfSeries(facts: Facts): PlaceOfSeries | null {
  const byId = new Map(facts.situation.series.map((series) => [series.id, series]));
  const failing = facts.detection.symptoms.flatMap((symptom) => {
    const series = byId.get(symptom.signalIds[0] ?? '');
    const counts = symptom.userVisible && symptom.strength >= MIN_STRENGTH && FAILS.includes(symptom.class);
    return series === undefined || !counts ? [] : [{ symptom, series }];
  });
  const labels = [...new Set(failing.flatMap(({ series }) => Object.keys(series.attributes)))].filter(
    (label) => PLACES.test(label),
  );
  for (const label of labels.sort()) {
    const inPlaces = failing.filter(({ series }) => series.attributes[label] !== undefined);
    const values = new Set(inPlaces.map(({ series }) => series.attributes[label]));
    const [value] = values;
    const [first] = [...inPlaces].sort((a, b) => b.symptom.strength - a.symptom.strength);
    if (values.size !== 1 || value === undefined || first === undefined) continue;
    const measured = placesOf(first.series, label, facts);
    if (measured.size < 3) continue;
    const services = new Set(
      inPlaces.flatMap(({ symptom }) => (symptom.service === null ? [] : [symptom.service])),
    );
    return {
      label,
      value,
      of: measured.size,
      services: [...services].sort(),
      leader: first.symptom,
      evidence: first.symptom.evidence,
    };
  }
  return null;
}

/** Places for which the same series exists, by its name, meaning, service and quantile. */
function placesOf(series: MetricSeries, label: string, facts: Facts): ReadonlySet<string> {
  const alike = facts.situation.series.filter(
    (other) =>
      other.name === series.name &&
      other.meaning === series.meaning &&
      other.service === series.service &&
      other.quantile === series.quantile,
  );
  return new Set(alike.flatMap(({ attributes }) => attributes[label] ?? []));
}
