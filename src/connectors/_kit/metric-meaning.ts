/** What a metric measures and in which unit, told from its name, its unit and its labels. It knows conventions, no service and no product. */
import type { MetricMeaning } from '../../domain/signal.ts';

export interface MetricName {
  readonly meaning: MetricMeaning;
  /** 0…1 for a quantile of a latency. */
  readonly quantile: number | null;
  /** Unit that the name itself states, in UCUM-like spelling; null where it states none. */
  readonly unit: NamedUnit | null;
}

export type NamedUnit =
  | 'ns'
  | 'us'
  | 'ms'
  | 's'
  | 'min'
  | 'By'
  | 'kBy'
  | 'MBy'
  | 'GBy'
  | 'percent'
  | 'ratio'
  | '1/s'
  | '1/min'
  | 'cores';

/** Words of a name: split at everything that is no letter or digit and at camel case; `p99` and `5xx` stay whole. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([A-Z]{2,})([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/([A-Za-z])([1-5]xx)(?![A-Za-z])/gi, '$1_$2')
    .toLowerCase()
    .replace(/%/g, ' percent ')
    .replace(/(\d)\/s(?:ec)?\b|\/s(?:ec)?\b/g, '$1 per second ')
    .replace(/\/min\b/g, ' per minute ')
    .split(/[^a-z0-9.]+/)
    .flatMap((word) => word.split(/(?<!\d)\.|\.(?!\d)/))
    .filter((word) => word !== '');
}

const UNIT_WORDS: Readonly<Record<string, NamedUnit>> = {
  ns: 'ns',
  nanoseconds: 'ns',
  us: 'us',
  usec: 'us',
  microseconds: 'us',
  micros: 'us',
  ms: 'ms',
  msec: 'ms',
  millis: 'ms',
  milliseconds: 'ms',
  s: 's',
  sec: 's',
  secs: 's',
  seconds: 's',
  minutes: 'min',
  b: 'By',
  by: 'By',
  byte: 'By',
  bytes: 'By',
  kb: 'kBy',
  kib: 'kBy',
  kilobytes: 'kBy',
  kby: 'kBy',
  mb: 'MBy',
  mib: 'MBy',
  megabytes: 'MBy',
  mby: 'MBy',
  gb: 'GBy',
  gib: 'GBy',
  gigabytes: 'GBy',
  gby: 'GBy',
  percent: 'percent',
  pct: 'percent',
  percentage: 'percent',
  ratio: 'ratio',
  fraction: 'ratio',
  share: 'ratio',
  rps: '1/s',
  qps: '1/s',
  tps: '1/s',
  ops: '1/s',
  rpm: '1/min',
  cores: 'cores',
  millicores: 'cores',
};

function unitOf(words: readonly string[]): NamedUnit | null {
  const text = words.join(' ');
  if (/\bper (?:s|sec|second)\b/.test(text)) return '1/s';
  if (/\bper (?:min|minute)\b/.test(text)) return '1/min';
  for (const word of [...words].reverse()) {
    const unit = UNIT_WORDS[word];
    if (unit !== undefined) return unit;
  }
  return null;
}

/** Unit as OpenMetrics `# UNIT`, OTLP or a CSV column names it: `seconds`, `{request}/s`, `%`; null where it is none of ours. */
export function unitOfText(text: string): NamedUnit | null {
  const plain = text.trim();
  if (/^(1|)$/.test(plain)) return null;
  if (/^\{[^}]*\}\/s$|^(?:1|\w+)\/s(?:ec)?$|^Hz$/i.test(plain)) return '1/s';
  if (/^\{[^}]*\}\/min$|^(?:1|\w+)\/min$/i.test(plain)) return '1/min';
  return unitOf(wordsOf(plain));
}

/** Quantile that a word or pair of words states: `p99`, `q95`, `99th percentile`, `median`. */
function quantileOf(words: readonly string[]): number | null {
  for (const [index, word] of words.entries()) {
    if (word === 'median') return 0.5;
    const digits = /^(?:p|q|pct|perc|percentile|quantile)(\d{2,4}|\d{2}\.\d+)$/.exec(word)?.[1];
    const ordinal = /^(\d{2,3}(?:\.\d+)?)(?:th)?$/.exec(word)?.[1];
    const near = [words[index - 1], words[index + 1]];
    const spelled = near.some((other) => other !== undefined && /^(percentile|quantile|pctl?)$/.test(other));
    const text = digits ?? (spelled ? ordinal : undefined);
    if (text !== undefined) return asQuantile(text);
  }
  return null;
}

/** `99` → 0.99, `999` → 0.999, `99.9` → 0.999, `100` → 1. */
function asQuantile(digits: string): number | null {
  if (digits.includes('.')) return Math.round(Number(digits) * 1e4) / 1e6;
  if (digits === '100') return 1;
  return Number(`0.${digits}`);
}

const LATENCY = /^(latency|latencies|duration|durations|elapsed|ttfb|rtt|rt|mrt|took|responsetime)$/;
const FAILURE = /^(error|errors|err|errs|failure|failures|failed|fail|fails|5xx|exceptions?|faults?)$/;
const RATIO = /^(ratio|rate|percent|pct|percentage|share|fraction)$/;
const REQUEST =
  /^(request|requests|req|reqs|rps|qps|rpm|tps|throughput|workload|hits|calls|traffic|queries|transactions|invocations|orders|messages)$/;

/** Queries of a service to its database, and requests that it makes itself (Micrometer and OpenTelemetry: `http.client.requests`). */
const ASKED_OF_OTHERS =
  /\b(db|sql|database|jdbc|orm|activerecord|hibernate) (queries|query|statements?|calls|requests|transactions)\b|\bhttp client requests?\b|\b(outgoing|outbound) (requests?|calls|queries)\b/;

const BYTES = /^(b|by|bytes?|[kmg]i?b|[kmg]by|(kilo|mega|giga)bytes)$/;

const ONE_REQUEST = /^(request|response|query|call|transaction|invocation|roundtrip)$/;
const TIMES: ReadonlySet<string> = new Set(['ns', 'us', 'ms', 's', 'min']);

const WORK_DONE = /^(processed|consumed|handled|delivered|published|produced|ingested|completed|acked)$/;

const ARRIVES =
  /^(in|incoming|received|accepted|arrivals|handshakes|connects|logins|signins|records|events|packets|frames|uploads|jobs)$/;

function has(words: readonly string[], pattern: RegExp): boolean {
  return words.some((word) => pattern.test(word));
}

/** Ordered: the first rule that holds wins. Each says why it stands before those below. */
const RULES: readonly (readonly [MetricMeaning, (words: readonly string[], text: string) => boolean])[] = [
  ['restarts', (words) => has(words, /^(restart|restarts|oomkills?|crashes)$/)],
  // One late turn of a loop is the largest of a minute, and a spread is no level.
  ['other', (_words, text) => /event ?loop/.test(text) && /\b(max|min|stddev|stdev)\b/.test(text)],
  // Runtime internals whose names borrow words of requests, memory and time.
  ['saturation', (_words, text) => /event ?loop/.test(text) || /\b(throttl\w*|load\d*)\b/.test(text)],
  ['other', (_words, text) => /\bgc\b|garbage|start time|\bscrape\b|\bup\b|\bversion info\b/.test(text)],
  // A proportion of two sizes that may well exceed one, and marks that only ever rise: neither says how much is used.
  ['other', (_words, text) => /\b(fragmentation|peak|startup)\b/.test(text)],
  // Connections per second are an effort, not a stock.
  ['other', (words) => has(words, /^(connections?|conns?|sessions?)$/) && words.includes('rate')],
  ['memory', (words) => has(words, BYTES) && has(words, /^pools?$/)],
  // Pools and queues are counted; the bytes that pass through them are traffic.
  [
    'other',
    (words, text) =>
      has(words, BYTES) &&
      (has(words, /^(connections?|conns?|queues?|backlog)$/) || /\bmessages?\b/.test(text)),
  ],
  // A pool or a queue is one whatever is counted in it: its errors and waits are not those of requests.
  ['pool', (words) => has(words, /^(pool|pools|connections?|conns?|hikaricp)$/)],
  // Handles and threads are drawn from a limited stock, too.
  [
    'pool',
    (words, text) =>
      has(words, /^(fd|fds|handles|sockets|goroutines)$/) || /\b(file descriptors?|open files)\b/.test(text),
  ],
  [
    'queue',
    (words, text) =>
      has(words, /^(queue|queued|queues|lag|backlog|depth|pending|inflight)$/) ||
      // Lists in Redis whose length somebody asks for are queues of workers.
      /\bredis (key size|list length)\b|\bllen\b/.test(text) ||
      // A replica works off what its primary wrote.
      /\b(seconds? behind|replication delay)\b/.test(text) ||
      /\b(messages?|jobs?|tasks?|work items?) (visible|ready|waiting|enqueued|outstanding|unprocessed|unack\w*|delayed|buried)\b|\b(waiting|enqueued|outstanding|unprocessed) (messages?|jobs?|tasks?|work items?)\b|\bage of oldest\b/.test(
        text,
      ),
  ],
  ['cpu', (words) => has(words, /^(cpu|cores|millicores)$/)],
  ['disk', (words) => has(words, /^(disk|disks|filesystem|fs|volume|inodes?|storage|pvc)$/)],
  ['memory', (words) => has(words, /^(memory|mem|heap|rss|ram|swap)$/)],
  ['error-ratio', (words) => has(words, FAILURE) && has(words, RATIO)],
  [
    'latency',
    (words, text) => has(words, LATENCY) || /\b(response|request|reply|service|wait) times?\b/.test(text),
  ],
  // `http_request_seconds`: one request, in a unit of time.
  ['latency', (words) => has(words, ONE_REQUEST) && TIMES.has(unitOf(words) ?? '')],
  ['errors', (words) => has(words, FAILURE) || has(words, /^(timeouts?|rejected|rejections|dropped)$/)],
  ['latency', (words) => quantileOf(words) !== null],
  // What a service asks of others is no demand on it.
  ['other', (_words, text) => ASKED_OF_OTHERS.test(text)],
  ['requests', (words) => has(words, REQUEST)],
  // Work done by those who are not asked but fetch it themselves.
  ['requests', (words) => has(words, WORK_DONE) && !has(words, /^(bytes?|kb|mb|kib|mib)$/)],
  // What arrives by the second, whatever it is called.
  ['requests', (words) => has(words, ARRIVES) && (unitOf(words) === '1/s' || unitOf(words) === '1/min')],
  ['saturation', (words) => has(words, /^(saturation|utilization|utilisation|usage|busy|threads)$/)],
];

/** Meaning, quantile and unit of a name such as `http_request_duration_seconds`, `error rate %`, `latency_p99_ms`. */
export function readMetricName(name: string): MetricName {
  const words = wordsOf(name);
  const text = words.join(' ');
  const meaning = RULES.find(([, holds]) => holds(words, text))?.[0] ?? 'other';
  const quantile = meaning === 'latency' ? quantileOf(words) : null;
  return { meaning, quantile, unit: unitOf(words) };
}

/** How a series comes out: the contract's unit, and the factor that values are multiplied by. */
export interface UnitScale {
  readonly unit: string;
  readonly factor: number;
  /** True where nothing stated the unit and the size of the values decided. */
  readonly assumed: boolean;
}

const TO_MS: Readonly<Partial<Record<NamedUnit, number>>> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1e3, min: 6e4 };
const TO_BYTES: Readonly<Partial<Record<NamedUnit, number>>> = { By: 1, kBy: 1e3, MBy: 1e6, GBy: 1e9 };

/** Latencies below this many units are seconds: services answer in milliseconds, and a median of 20 s is a batch job. */
const LARGEST_USUAL_SECONDS = 20;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function largest(values: readonly number[]): number {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return most;
}

function latencyScale(unit: NamedUnit | null, values: readonly number[]): UnitScale {
  const factor = unit === null ? undefined : TO_MS[unit];
  if (factor !== undefined) return { unit: 'ms', factor, assumed: false };
  const seconds = median(values) < LARGEST_USUAL_SECONDS && values.some((value) => !Number.isInteger(value));
  return { unit: 'ms', factor: seconds ? 1e3 : 1, assumed: true };
}

function ratioScale(unit: NamedUnit | null, values: readonly number[]): UnitScale {
  if (unit === 'ratio') return { unit: 'ratio', factor: 1, assumed: false };
  if (unit === 'percent') return { unit: 'ratio', factor: 0.01, assumed: false };
  return { unit: 'ratio', factor: largest(values) > 1 ? 0.01 : 1, assumed: true };
}

function countScale(unit: NamedUnit | null, isRate: boolean): UnitScale {
  if (unit === '1/s' || isRate) return { unit: '1/s', factor: 1, assumed: false };
  if (unit === '1/min') return { unit: '1/s', factor: 1 / 60, assumed: false };
  return { unit: '1/bucket', factor: 1, assumed: false };
}

function sizeScale(unit: NamedUnit | null, values: readonly number[]): UnitScale {
  const factor = unit === null ? undefined : TO_BYTES[unit];
  if (factor !== undefined) return { unit: 'By', factor, assumed: false };
  if (unit === 'percent') return { unit: 'ratio', factor: 0.01, assumed: false };
  if (unit === 'ratio') return { unit: 'ratio', factor: 1, assumed: false };
  // 64 KiB: no process lives on less, no count of anything in a memory metric is a byte size below it.
  if (largest(values) >= 65_536) return { unit: 'By', factor: 1, assumed: true };
  return largest(values) <= 1
    ? { unit: 'ratio', factor: 1, assumed: true }
    : { unit: '1', factor: 1, assumed: true };
}

function shareScale(unit: NamedUnit | null): UnitScale {
  if (unit === 'percent') return { unit: 'ratio', factor: 0.01, assumed: false };
  const factor = unit === null ? undefined : TO_MS[unit];
  if (factor !== undefined) return { unit: 'ms', factor, assumed: false };
  return { unit: unit ?? '1', factor: 1, assumed: unit === null };
}

/**
 * Unit of the contract for a series and how to get there. `isRate`: values are per second already (a name with `rate`, or a
 * counter that was turned into one). A rate of errors that never exceeds one per second is taken for a ratio by its name alone.
 */
export function scaleFor(
  meaning: MetricMeaning,
  unit: NamedUnit | null,
  values: readonly number[],
  isRate: boolean,
): UnitScale {
  switch (meaning) {
    case 'latency':
      return latencyScale(unit, values);
    case 'error-ratio':
    case 'refused-ratio':
      return ratioScale(unit, values);
    case 'requests':
    case 'errors':
      return countScale(unit, isRate);
    case 'memory':
    case 'disk':
      return sizeScale(unit, values);
    case 'cpu':
    case 'pool':
    case 'queue':
    case 'restarts':
    case 'saturation':
    case 'other':
      return shareScale(unit);
  }
}
