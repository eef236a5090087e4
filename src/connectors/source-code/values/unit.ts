/** Units of configured values: what the value says itself, else what the key's name says, else nothing. It never guesses from size. */
import type { ConfigValue, ValueUnit } from '../../../domain/code.ts';
import { UNIT_OF_WORD } from '../../../domain/unit-words.ts';

/** Single letters and the metric `m` say nothing at the end of a name. */
const TOO_SHORT_FOR_A_NAME = new Set(['s', 'm', 'h', 'b', 'k', 'g', 'min', 'ki', 'mi', 'gi', '%']);

const COUNT_WORDS =
  /^(count|size|max|min|limit|attempts?|retries|retry|threshold|workers?|threads?|replicas?|connections?|concurrency|capacity|length|depth|items|rows|entries|pool|permits?|tokens|burst)$/;

/** `paymentTimeoutMs` → payment, timeout, ms. */
export function nameWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9%]+/)
    .filter((word) => word !== '');
}

/** Unit that the last word of the last segment of a dotted key names; `count` for words that count things; else `none`. */
export function unitOfName(key: string): ValueUnit {
  const segment =
    key
      .split(/[.:]/)
      .filter((part) => part !== '')
      .at(-1) ?? key;
  const words = nameWords(segment);
  const last = words.at(-1);
  if (last === undefined) return 'none';
  // `perMinute` is a rate: the number counts something else.
  if (words.at(-2) === 'per') return 'count';
  const unit = UNIT_OF_WORD[last];
  if (unit !== undefined && !(TOO_SHORT_FOR_A_NAME.has(last) && words.length >= 1)) return unit;
  return COUNT_WORDS.test(last) ? 'count' : 'none';
}

export function unitOfWord(word: string): ValueUnit | null {
  return UNIT_OF_WORD[word.toLowerCase()] ?? null;
}

/** `500ms`, `5s`, `1m30s`, `512Mi`, `10%`, `PT5S`, `100m` (Kubernetes milli-CPU stays without a unit): a number with a unit; null for other text. */
export function quantityOfText(text: string, key: string): { number: number; unit: ValueUnit } | null {
  const trimmed = text.trim();
  const iso = /^P(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)$/i.exec(trimmed);
  if (iso !== null && trimmed.length > 2)
    return { number: Number(iso[1] ?? 0) * 3600 + Number(iso[2] ?? 0) * 60 + Number(iso[3] ?? 0), unit: 's' };
  const compound = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(trimmed);
  const parts =
    compound === null
      ? 0
      : [compound[1], compound[2], compound[3]].filter((part) => part !== undefined).length;
  if (compound !== null && parts > 1)
    return {
      number: Number(compound[1] ?? 0) * 3600 + Number(compound[2] ?? 0) * 60 + Number(compound[3] ?? 0),
      unit: 's',
    };
  const simple = /^(-?\d[\d_]*(?:\.\d+)?)\s*([a-zA-Z]+|%)$/.exec(trimmed);
  if (simple === null) return null;
  const word = simple[2] ?? '';
  const unit = unitOfWord(word);
  if (unit === null) return null;
  const number = Number((simple[1] ?? '').replaceAll('_', ''));
  if (word === 'm' && /cpu/i.test(key)) return { number: number / 1000, unit: 'count' };
  return { number, unit };
}

const SCALE: Partial<Record<ValueUnit, { base: string; factor: number }>> = {
  ms: { base: 'time', factor: 1 },
  s: { base: 'time', factor: 1_000 },
  min: { base: 'time', factor: 60_000 },
  h: { base: 'time', factor: 3_600_000 },
  By: { base: 'bytes', factor: 1 },
  kBy: { base: 'bytes', factor: 1024 },
  MBy: { base: 'bytes', factor: 1024 ** 2 },
  GBy: { base: 'bytes', factor: 1024 ** 3 },
  percent: { base: 'share', factor: 0.01 },
  ratio: { base: 'share', factor: 1 },
};

/** new ÷ old in a common unit; null where one is no number, the units do not meet, or the old one is 0. */
export function ratioOf(oldValue: ConfigValue | null, newValue: ConfigValue | null): number | null {
  if (oldValue?.number == null || newValue?.number == null || oldValue.number === 0) return null;
  if (oldValue.unit === newValue.unit) return newValue.number / oldValue.number;
  const from = SCALE[oldValue.unit];
  const to = SCALE[newValue.unit];
  if (from === undefined || to === undefined || from.base !== to.base) return null;
  return (newValue.number * to.factor) / (oldValue.number * from.factor);
}
