/** Series out of Grafana's answers to panels (data frames), OpenTSDB's queries and VictoriaMetrics' export. Pure. */
import { textOf } from '../_kit/fields.ts';
import { flatTexts, listAt, objectAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { BROKEN, type DecodedMetrics, merged, pointOf, seriesOf } from './points.ts';

/** The name of a field is often `Value`; then the labels or the frame name it. */
function nameOfField(field: JsonObject, frame: JsonObject, labels: Readonly<Record<string, string>>): string {
  const own = [
    labels['__name__'],
    textOf(objectAt(field, 'config')['displayNameFromDS']),
    textOf(field['name']),
  ];
  const names = [...own, textOf(frame['name']), textOf(frame['refId'])];
  return (
    names.find((name) => name !== null && name !== undefined && !/^(?:value|time|)$/i.test(name)) ?? 'value'
  );
}

/** A frame: fields, and a column of values for each. */
function frameSeries(frame: JsonObject): DecodedMetrics {
  const schema = objectAt(frame, 'schema');
  const fields = listAt(schema, 'fields').filter(isObject);
  const columns = listAt(objectAt(frame, 'data'), 'values');
  const time = fields.findIndex((field) => field['type'] === 'time');
  const times = columns[time];
  if (time < 0 || !Array.isArray(times)) return fields.length === 0 ? { series: [], rejected: 0 } : BROKEN;
  return merged(
    fields.flatMap((field, index) => {
      const values = columns[index];
      if (field['type'] !== 'number' || !Array.isArray(values)) return [];
      const { __name__: name, ...labels } = flatTexts(objectAt(field, 'labels'));
      const named = { ...labels, ...(name === undefined ? {} : { __name__: name }) };
      const unit = textOf(objectAt(field, 'config')['unit']);
      const fieldsOfSeries = { name: nameOfField(field, schema, named), labels, unit };
      return [
        seriesOf(
          fieldsOfSeries,
          times.map((at, row) => pointOf(at, values[row])),
        ),
      ];
    }),
  );
}

/** `/api/ds/query` and what a panel's inspector saves: results by query, frames in each. Null for no such document. */
export function grafanaFrames(document: JsonObject): DecodedMetrics | null {
  const results = objectAt(document, 'results');
  const frames = Object.values(results)
    .filter(isObject)
    .flatMap((result) => listAt(result, 'frames'))
    .filter(isObject);
  return frames.length === 0 ? null : merged(frames.map(frameSeries));
}

/** `/api/query` of OpenTSDB: points by their time, or in pairs. */
export function openTsdbSeries(value: unknown): DecodedMetrics {
  if (!isObject(value)) return BROKEN;
  const name = textOf(value['metric']);
  const dps: unknown = value['dps'];
  if (name === null || typeof dps !== 'object' || dps === null) return BROKEN;
  const pairs: readonly unknown[] = Array.isArray(dps)
    ? dps
    : Object.entries(dps).map(([at, own]) => [Number(at), own]);
  const points = pairs.map((pair) => (Array.isArray(pair) ? pointOf(pair[0], pair[1]) : null));
  return seriesOf({ name, labels: flatTexts(objectAt(value, 'tags')) }, points);
}

export function isOpenTsdb(value: unknown): boolean {
  return isObject(value) && 'dps' in value && 'metric' in value;
}

/** A line of `/api/v1/export`: values and timestamps beside each other. */
export function exportedSeries(value: unknown): DecodedMetrics {
  if (!isObject(value)) return BROKEN;
  const { __name__: name, ...labels } = flatTexts(objectAt(value, 'metric'));
  const [values, times] = [listAt(value, 'values'), listAt(value, 'timestamps')];
  if (name === undefined || values.length !== times.length) return BROKEN;
  return seriesOf(
    { name, labels },
    times.map((at, index) => pointOf(at, values[index])),
  );
}
