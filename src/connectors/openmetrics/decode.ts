/** OpenMetrics and Prometheus text to raw series. Pure; exemplars and help texts are skipped. */
import { type EpochMs, epochMs } from '../../domain/time.ts';
import { instantOfNumber } from '../_kit/instants.ts';
import type { RawSeries } from '../_kit/metric-series.ts';

export interface MetricsText {
  readonly series: readonly RawSeries[];
  /** Lines that could not be read. */
  readonly rejected: number;
  /** Samples that carry no time. */
  readonly untimed: number;
  readonly truncated: boolean;
}

const NAME = /^[a-zA-Z_:][\w:.]*/;
/** Value, time, exemplar. */
const REST = /^\s*([+-]?(?:Inf|inf|NaN|nan|[\d.][\d.eE+-]*))(?:\s+([+-]?[\d.][\d.eE+-]*))?\s*(?:#.*)?$/;
const LABEL = /([a-zA-Z_][\w.:]*|"(?:[^"\\]|\\.)*")\s*=\s*"((?:[^"\\]|\\.)*)"/g;
const TYPES: Readonly<Record<string, RawSeries['type']>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'counter',
  summary: 'unknown',
  stateset: 'gauge',
  info: 'gauge',
  gaugehistogram: 'gauge',
};

interface Sample {
  readonly name: string;
  readonly labelText: string;
  readonly value: number;
  readonly time: string | undefined;
}

/** Index of the brace that closes the labels opened at `start`; -1 where none does. Braces in quotes are text. */
function closingBrace(line: string, start: number): number {
  let quoted = false;
  for (let at = start + 1; at < line.length; at += 1) {
    const character = line[at];
    if (character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (character === '}' && !quoted) return at;
  }
  return -1;
}

function sampleOf(line: string): Sample | null {
  const name = NAME.exec(line)?.[0];
  if (name === undefined) return null;
  const labelled = line[name.length] === '{';
  const end = labelled ? closingBrace(line, name.length) : name.length - 1;
  if (end < 0 || (!labelled && !/\s/.test(line[name.length] ?? ''))) return null;
  const match = REST.exec(line.slice(end + 1));
  if (match === null) return null;
  const [, value = '', time] = match;
  return { name, labelText: labelled ? line.slice(name.length + 1, end) : '', value: numberOf(value), time };
}

function numberOf(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  if (/inf/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

function unescaped(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\(.)/g, (_whole, character: string) => (character === 'n' ? '\n' : character))
    : text;
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const [, key = '', value = ''] of text.matchAll(LABEL))
    labels[key.replace(/^"|"$/g, '')] = unescaped(value);
  return labels;
}

/** Whether a line is a sample; `timed` tells whether it has a time. Comments and empty lines are none. */
export function looksLikeSample(line: string): { readonly timed: boolean } | null {
  const sample = sampleOf(line);
  return sample === null ? null : { timed: timeOf(sample.time) !== null };
}

/** OpenMetrics has seconds, Prometheus text milliseconds: told apart by magnitude. */
function timeOf(text: string | undefined): EpochMs | null {
  return text === undefined ? null : instantOfNumber(Number(text));
}

interface Declared {
  readonly types: Map<string, RawSeries['type']>;
  readonly units: Map<string, string>;
}

function declare(line: string, declared: Declared): void {
  const match = /^#\s+(TYPE|UNIT)\s+(\S+)\s+(\S+)/.exec(line);
  if (match === null) return;
  const [, what, name = '', value = ''] = match;
  if (what === 'UNIT') declared.units.set(name, value);
  else declared.types.set(name, TYPES[value.toLowerCase()] ?? 'unknown');
}

/** Looks the family up: a sample's name may carry `_total`, `_bucket`, `_count` or `_sum`. */
function lookup<Value>(map: ReadonlyMap<string, Value>, name: string): Value | undefined {
  return map.get(name) ?? map.get(name.replace(/_(total|bucket|count|sum|created|info)$/, ''));
}

interface Draft extends RawSeries {
  readonly samples: [EpochMs, number][];
}

/** Samples after `asOf` are not kept. Of more than `maxSeries` series, later ones are dropped. */
export function readMetricsText(text: string, maxSeries: number, asOf: EpochMs | null): MetricsText {
  const declared: Declared = { types: new Map(), units: new Map() };
  const drafts = new Map<string, Draft>();
  let [rejected, untimed, truncated] = [0, 0, false];
  for (const whole of text.split('\n')) {
    const line = whole.trim();
    if (line === '') continue;
    if (line.startsWith('#')) {
      declare(line, declared);
      continue;
    }
    const sample = sampleOf(line);
    const at = timeOf(sample?.time);
    if (sample === null) rejected += 1;
    else if (at === null) untimed += 1;
    else if (Number.isFinite(sample.value) && at <= (asOf ?? epochMs(Number.MAX_SAFE_INTEGER))) {
      const key = `${sample.name}{${sample.labelText}`;
      const draft = drafts.get(key);
      if (draft !== undefined) draft.samples.push([at, sample.value]);
      else if (drafts.size >= maxSeries) truncated = true;
      else drafts.set(key, draftOf(sample, at, declared));
    }
  }
  return { series: [...drafts.values()], rejected, untimed, truncated };
}

function draftOf(sample: Sample, at: EpochMs, declared: Declared): Draft {
  const { name, labelText, value } = sample;
  return {
    name,
    labels: labelsOf(labelText),
    samples: [[at, value]],
    type: /_created$/.test(name) ? 'gauge' : (lookup(declared.types, name) ?? 'unknown'),
    unit: lookup(declared.units, name) ?? null,
    service: null,
  };
}
