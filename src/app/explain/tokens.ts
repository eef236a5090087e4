/** A sentence as tokens that can be compared: names, numbers with units, times, dates, quotations and plain words. It judges nothing. */
import { UNIT_OF_WORD } from '../../domain/unit-words.ts';

export type Token =
  | { readonly kind: 'word'; readonly key: string }
  | { readonly kind: 'name'; readonly key: string }
  | { readonly kind: 'quote'; readonly key: string }
  /** Unit null: a bare number. */
  | { readonly kind: 'number'; readonly key: string; readonly value: number; readonly unit: string | null }
  /** `14:23` or `14:23:15`. */
  | { readonly kind: 'time'; readonly key: string }
  /** `2024-01-15`, or `01-15` where no year is said. */
  | { readonly kind: 'date'; readonly key: string };

/** What a report says beside the common units; `5k` are thousands there. */
const UNITS: Readonly<Record<string, string>> = {
  ...UNIT_OF_WORD,
  k: 'k',
  g: 'g',
  b: 'b',
  day: 'd',
  days: 'd',
  week: 'wk',
  weeks: 'wk',
  usd: '$',
  $: '$',
  dollars: '$',
  eur: '€',
  '€': '€',
  euros: '€',
  gbp: '£',
  '£': '£',
  '×': 'x',
  x: 'x',
};
const NUMBER_WORDS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';

/** One alternative a kind, in order of precedence. Digits are grouped by threes or not at all: `5,00` is not 500. */
const PATTERN = new RegExp(
  [
    '(?<quote>"[^"]*"|“[^”]*”)',
    '(?<iso>\\d{4}-\\d{2}-\\d{2})(?:[t ](?<isotime>\\d{2}:\\d{2}(?::\\d{2})?)(?:\\.\\d+)?z?)?(?![\\w-])',
    `(?<monthday>${MONTH}\\.? \\d{1,2}(?:st|nd|rd|th)?(?:,? \\d{4})?|\\d{1,2}(?:st|nd|rd|th)? ${MONTH}(?: \\d{4})?)(?![\\w-])`,
    '(?<time>\\d{1,2}:\\d{2}(?::\\d{2})?)(?:\\.\\d+)?(?<half> ?[ap]\\.?m\\b\\.?)?z?(?![\\w:])',
    '(?<span>(?:\\d+ ?(?:h|m|s|d)\\b ?){2,})',
    '(?<money>[$€£] ?(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?(?![\\w,]))',
    '(?<number>[-−]?(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?)(?![.:,]?[\\w/])(?<unit> ?(?:%|×|(?:percent|milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|min|m|hours?|h|days?|weeks?|kb|mb|gb|usd|dollars|eur|euros|gbp|x)\\b))?',
    '(?<glued>(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?(?:ms|s|m|h|d|%|x|k|kb|mb|gb))(?![\\w.-])',
    "(?<word>[\\p{L}\\p{N}_@][\\p{L}\\p{N}_@/.:+*<>'’-]*)",
  ].join('|'),
  'giu',
);

/** `checkout API`, `checkout_api` and `checkout-api-v2.4.1` with the name as the report has it; longer names first. */
export type NameReader = (text: string) => string;

export function nameReader(names: readonly string[]): NameReader {
  const compound = [...new Set(names)]
    .filter((name) => /[-_ ]/.test(name) && name.length > 3)
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const patterns = compound.map((name) => {
    const parts = name.split(/[-_ ]+/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
    return { name, pattern: new RegExp(`(?<![\\w/-])${parts.join('[-_ ]')}(?![\\w/])(?!-[a-z])`, 'gi') };
  });
  return (text) => {
    let read = text;
    for (const { name, pattern } of patterns) read = read.replaceAll(pattern, name.toLowerCase());
    return read.replaceAll(/(?<=[\p{L}\d])-(?=v?\d+(?:\.\d+)+)/gu, ' ');
  };
}

export interface Reading {
  readonly read: NameReader;
  /** Lower case. Plain words among them are names too. */
  readonly names: ReadonlySet<string>;
}

export function tokenise(text: string, { read, names }: Reading): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of read(text.normalize('NFKC')).matchAll(PATTERN)) tokens.push(...tokensOf(match, names));
  return tokens;
}

function tokensOf(match: RegExpMatchArray, names: ReadonlySet<string>): readonly Token[] {
  const { quote, iso, isotime, monthday, time, half, span, money, number, unit, glued, word } =
    match.groups ?? {};
  if (quote !== undefined) return [{ kind: 'quote', key: quote.slice(1, -1).trim() }];
  if (iso !== undefined) {
    const date: Token = { kind: 'date', key: iso };
    return isotime === undefined ? [date] : [date, { kind: 'time', key: isotime }];
  }
  if (monthday !== undefined) return [dateOf(monthday)];
  if (time !== undefined) return [{ kind: 'time', key: clockOf(time, half) }];
  if (span !== undefined) return [spanOf(span)];
  if (money !== undefined) return [numberOf(money.slice(1), money[0] ?? '')];
  if (glued !== undefined) {
    const [, digits = '', tail = ''] = /^([\d,.]+)(.*)$/.exec(glued) ?? [];
    return [numberOf(digits, tail)];
  }
  if (number !== undefined) return [numberOf(number, unit ?? '')];
  return word === undefined ? [] : wordTokens(word, names);
}

function numberOf(digits: string, tail: string): Token {
  const value = Number(digits.replaceAll(',', '').replace('−', '-'));
  const written = tail.trim().toLowerCase();
  const unit = written === '' ? null : (UNITS[written] ?? written);
  return { kind: 'number', key: `${value}${unit ?? ''}`, value, unit };
}

const SPAN_SECONDS: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };

function spanOf(text: string): Token {
  const seconds = [...text.matchAll(/(\d+) ?([dhms])/gi)].reduce(
    (sum, [, digits, unit]) => sum + Number(digits) * (SPAN_SECONDS[(unit ?? '').toLowerCase()] ?? 0),
    0,
  );
  return { kind: 'number', key: `${seconds}span`, value: seconds, unit: 'span' };
}

function clockOf(time: string, half: string | undefined): string {
  const [hour = '0', ...rest] = time.split(':');
  const isAfternoon = half !== undefined && /p/i.test(half);
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (isAfternoon ? 12 : 0);
  return [String(hours).padStart(2, '0'), ...rest].join(':');
}

function dateOf(text: string): Token {
  const month = MONTHS.findIndex((name) => new RegExp(`\\b${name}`, 'i').test(text)) + 1;
  const day = Number(/(?<!\d)\d{1,2}(?!\d)/.exec(text)?.[0] ?? 0);
  const year = /\d{4}/.exec(text)?.[0];
  const short = `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return { kind: 'date', key: year === undefined ? short : `${year}-${short}` };
}

function wordTokens(raw: string, names: ReadonlySet<string>): readonly Token[] {
  const word = raw
    .replaceAll('’', "'")
    .replace(/[/.:+*<>'-]+$/, '')
    .replace(/'s$/i, '');
  if (word === '') return [];
  const lower = word.toLowerCase();
  const counted = NUMBER_WORDS.indexOf(lower);
  if (counted >= 0) return [{ kind: 'number', key: String(counted), value: counted, unit: null }];
  if (names.has(lower)) return [{ kind: 'name', key: lower }];
  if (/n't$/.test(lower)) return [{ kind: 'word', key: 'not' }];
  if (/^v?\d+(\.\d+)+[\w.-]*$/.test(lower)) return [{ kind: 'name', key: lower.replace(/^v(?=\d)/, '') }];
  if (/^v\d+$/.test(lower)) return [{ kind: 'name', key: lower }];
  if (/[\d_/.:@+*<>-]|\p{Ll}\p{Lu}/u.test(word)) return [{ kind: 'name', key: lower }];
  return [{ kind: 'word', key: lower }];
}
