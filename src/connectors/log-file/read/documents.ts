/** Logs that a store exported as one JSON document, as the lines that a program would have written. Pure; what a line says is read elsewhere. */
import { textOf } from '../../_kit/fields.ts';
import { instantOfNumber } from '../../_kit/instants.ts';
import { listAt, objectAt, textAt } from '../../_kit/nested.ts';
import { isObject, type JsonObject, parseJson } from '../../_kit/records.ts';
import { linesOfExport } from './exports.ts';

/** One record of a document: its line, and its place as a JSON pointer, or `:12` for line 12. */
export interface DocumentLine {
  readonly text: string;
  readonly pointer: string;
}

interface Shape {
  /** Key of the list at any depth that a cut head shows. */
  readonly listKey: string;
  /** Path of keys from the top down to the list. */
  readonly path: readonly string[];
  fits(record: JsonObject): boolean;
  lines(record: JsonObject): readonly { readonly text: string; readonly pointer: string }[];
}

const SAID = [
  'message',
  'msg',
  'log',
  'text',
  'textPayload',
  'jsonPayload',
  'body',
  '@message',
  'short_message',
  'MESSAGE',
  'event',
];

/** A record of a logger has a text of its own. */
function isSaid(record: JsonObject): boolean {
  return SAID.some((key) => textOf(record[key]) !== null || isObject(record[key]));
}

const whole = (value: unknown, pointer = '') => [{ text: JSON.stringify(value), pointer }];

/** A container's line, as docker keeps it: what the text is, the reader of lines finds out. */
function containerLine(
  log: string,
  at: number | null,
  more: Readonly<Record<string, string | null>>,
): string {
  const time = at === null ? null : new Date(at).toISOString();
  return JSON.stringify({ log: `${log.replace(/\r?\n$/, '')}\n`, stream: 'stdout', time, ...more });
}

function labelled(labels: JsonObject): Readonly<Record<string, string | null>> {
  const names = ['service_name', 'service', 'app', 'app_kubernetes_io_name', 'container', 'component', 'job'];
  const service = names.map((name) => textOf(labels[name])).find((text) => text !== null) ?? null;
  return { service, pod: textOf(labels['pod']) ?? textOf(labels['instance']) };
}

/** Nanoseconds as text. */
function ofNanoseconds(value: unknown): number | null {
  const text = textOf(value);
  return text !== null && /^\d{16,20}$/.test(text) ? instantOfNumber(Number(text.slice(0, -6))) : null;
}

/** Loki: streams of labels with pairs of time and line. https://grafana.com/docs/loki/latest/reference/loki-http-api/ */
const loki: Shape = {
  listKey: 'result',
  path: ['data', 'result'],
  fits: (record) => isObject(record['stream']) && Array.isArray(record['values']),
  lines: (record) =>
    listAt(record, 'values').map((pair, index) => {
      const [time, line] = Array.isArray(pair) ? pair : [];
      const labels = labelled(objectAt(record, 'stream'));
      return {
        text: containerLine(textOf(line) ?? '', ofNanoseconds(time), labels),
        pointer: `/values/${index}`,
      };
    }),
};

/** Elasticsearch, OpenSearch, Kibana: the record is what was indexed. */
const elastic: Shape = {
  listKey: 'hits',
  path: ['hits', 'hits'],
  fits: (record) => isObject(record['_source']) && isSaid(objectAt(record, '_source')),
  lines: (record) => whole(record['_source'], '/_source'),
};

/** `/aws/lambda/receipt-mailer` → `receipt-mailer`; an ECS stream `checkout-api/app/0a1b` → `checkout-api`. */
function awsService(record: JsonObject): string | null {
  const group = textOf(record['logGroupName']) ?? textOf(record['logGroup']);
  if (group !== null) return group.split('/').at(-1) ?? null;
  const stream = textOf(record['logStreamName']) ?? '';
  return stream.includes('/') && !/^\d{4}\//.test(stream) ? (stream.split('/')[0] ?? null) : null;
}

/** `aws logs filter-log-events` and `get-log-events`. */
const cloudWatch: Shape = {
  listKey: 'events',
  path: ['events'],
  fits: (record) =>
    typeof record['timestamp'] === 'number' &&
    typeof record['message'] === 'string' &&
    ('ingestionTime' in record || 'logStreamName' in record),
  lines: (record) => {
    const { timestamp, message } = record;
    const at = typeof timestamp === 'number' ? timestamp : null;
    return [{ text: containerLine(textOf(message) ?? '', at, { service: awsService(record) }), pointer: '' }];
  },
};

/** https://docs.datadoghq.com/api/latest/logs/#search-logs */
const datadog: Shape = {
  listKey: 'data',
  path: ['data'],
  fits: (record) => record['type'] === 'log' && isObject(record['attributes']),
  lines: (record) => {
    const { attributes, ...own } = objectAt(record, 'attributes');
    const line = { ...(isObject(attributes) ? attributes : {}), ...own, level: textAt(own, 'status') };
    return whole(line, '/attributes');
  },
};

function plainList(key: string): Shape {
  return { listKey: key, path: [key], fits: isSaid, lines: (record) => whole(record) };
}

const LISTS = ['logs', 'entries', 'records', 'items', 'events', 'data', 'results', 'rows', 'messages'];
const SHAPES: readonly Shape[] = [loki, elastic, cloudWatch, datadog, ...LISTS.map(plainList)];

/** What is no record has no lines. */
function linesOfList(
  list: readonly unknown[],
  prefix: string,
  shapes: readonly Shape[],
): readonly DocumentLine[] {
  return list.flatMap((value, index) => {
    const shape = isObject(value) ? shapes.find((each) => each.fits(value)) : undefined;
    if (shape === undefined || !isObject(value)) return [];
    return shape.lines(value).map(({ text, pointer }) => ({ text, pointer: `${prefix}/${index}${pointer}` }));
  });
}

const BARE: readonly Shape[] = [elastic, cloudWatch, loki, datadog, plainList('')];

/** Records of a list at its first elements: what a document would become, for recognising it. Empty for other documents. */
export function sampleLines(samples: readonly JsonObject[]): readonly string[] {
  return linesOfList(samples, '', BARE).map(({ text }) => text);
}

/** Keys under which a document may hold its records, for a head that is cut. */
export const LIST_KEYS: readonly string[] = [...new Set(SHAPES.map(({ listKey }) => listKey))];

function listIn(document: JsonObject, path: readonly string[]): readonly unknown[] | null {
  let value: unknown = document;
  for (const key of path) value = isObject(value) ? value[key] : undefined;
  return Array.isArray(value) ? value : null;
}

interface Found {
  readonly lines: readonly DocumentLine[];
  /** Elements that are no records. */
  readonly strangers: number;
}

function foundIn(list: readonly unknown[], prefix: string, shapes: readonly Shape[]): Found {
  const isRecord = (value: unknown) => isObject(value) && shapes.some((shape) => shape.fits(value));
  return {
    lines: linesOfList(list, prefix, shapes),
    strangers: list.filter((value) => !isRecord(value)).length,
  };
}

function linesIn(document: unknown): Found | null {
  if (Array.isArray(document)) return foundIn(document, '', BARE);
  if (!isObject(document)) return null;
  for (const shape of SHAPES) {
    const list = listIn(document, shape.path);
    if (list?.some((value) => isObject(value) && shape.fits(value)) === true)
      return foundIn(list, `/${shape.path.join('/')}`, [shape]);
  }
  return null;
}

export interface DocumentLines extends Found {
  /** True where the document breaks off: what came before is there. */
  readonly isCut: boolean;
}

/** Null where the text is no document of records. */
export function linesOfDocument(text: string): DocumentLines | null {
  const exported = linesOfExport(text);
  if (exported.length > 0) return { lines: exported, strangers: 0, isCut: false };
  const document = parseJson(text);
  if (document !== undefined) {
    const found = linesIn(document);
    return found === null ? null : { ...found, isCut: false };
  }
  const end = text.lastIndexOf('}');
  const closed = /^\s*\[/.test(text) && end > 0 ? parseJson(`${text.slice(0, end + 1)}]`) : undefined;
  const found = closed === undefined ? null : linesIn(closed);
  return found === null ? null : { ...found, isCut: true };
}
