/** InfluxDB's line protocol to series. Pure. Shape: https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/. */
import type { EpochMs } from '../../domain/time.ts';
import { instantOfNumber } from '../_kit/instants.ts';
import type { RawSeries } from '../_kit/metric-series.ts';

export interface DecodedLines {
  readonly series: readonly RawSeries[];
  readonly rejected: number;
  readonly truncated: boolean;
}

/** Splits at a separator that is neither escaped nor in quotes. */
function split(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let [from, quoted] = [0, false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

function plain(text: string): string {
  return text.replaceAll(/\\([,= \\"])/g, '$1');
}

function pairOf(text: string): readonly [string, string] | null {
  const [key = '', ...rest] = split(text, '=');
  return rest.length === 1 && key !== '' && key !== '__proto__' ? [plain(key), rest[0] ?? ''] : null;
}

export interface Line {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Numbers only: text and truth values are no series. */
  readonly fields: readonly (readonly [string, number])[];
  readonly at: EpochMs;
}

/** Null for a line that is none, or has no time. */
export function parseLine(line: string): Line | null {
  const [head = '', fieldText = '', time = '', ...rest] = split(line.trim(), ' ');
  if (rest.length > 0 || !/^\d{9,19}$/.test(time)) return null;
  const at = instantOfNumber(Number(time));
  const [measurement = '', ...tagTexts] = split(head, ',');
  const tags = tagTexts.map(pairOf);
  const fields = split(fieldText, ',').map(pairOf);
  if (at === null || measurement === '' || [...tags, ...fields].some((pair) => pair === null)) return null;
  return {
    measurement: plain(measurement),
    tags: Object.fromEntries(tags.flatMap((pair) => (pair === null ? [] : [[pair[0], plain(pair[1])]]))),
    fields: fields.flatMap((pair): readonly (readonly [string, number])[] => {
      const number =
        pair === null ? null : /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)[iu]?$/i.exec(pair[1])?.[1];
      return pair === null || number === undefined || number === null ? [] : [[pair[0], Number(number)]];
    }),
    at,
  };
}

/** Fields that only say that a measurement has one value. */
const PLAIN_FIELD = /^(value|count|gauge|counter|mean|sum|total)$/i;

export function decodeLines(text: string, maxLines: number): DecodedLines {
  const series = new Map<string, { readonly raw: RawSeries; readonly samples: [EpochMs, number][] }>();
  let [rejected, lines, truncated] = [0, 0, false];
  for (const whole of text.split('\n')) {
    const line = whole.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (lines >= maxLines) {
      truncated = true;
      break;
    }
    lines += 1;
    const parsed = parseLine(line);
    if (parsed === null) rejected += 1;
    for (const [field, value] of parsed?.fields ?? []) {
      const { measurement, tags, at } = parsed ?? { measurement: '', tags: {}, at: 0 as EpochMs };
      const name = PLAIN_FIELD.test(field) ? measurement : `${measurement}_${field}`;
      const key = JSON.stringify([name, Object.entries(tags).sort()]);
      const known = series.get(key) ?? {
        raw: { name, labels: tags, samples: [], type: 'unknown', unit: null, service: null },
        samples: [],
      };
      known.samples.push([at, value]);
      series.set(key, known);
    }
  }
  return {
    series: [...series.values()].map(({ raw, samples }) => ({ ...raw, samples })),
    rejected,
    truncated,
  };
}
