/**
 * Writes a log of a made-up parcel company: seeded, of any size, with an incident planted at 70 % of its lines, and the truth of what was planted.
 * `node bench/generate-log.mjs --out FILE [--bytes 1e9] [--seed 1] [--format text|json]`. The truth goes to FILE.truth.json.
 */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const START = Date.UTC(2025, 2, 4, 6);
const ONSET = 0.7;
const MEAN_STEP_MS = 0.5;

/** service, severity, weight before, weight after the onset, message; `{}` stands for a variable: n number, h hex, u UUID, i id, m milliseconds, p path, s status, a address. */
const MESSAGES = /** @type {const} */ ([
  ['parcel-api', 'INFO', 60, 60, 'GET {p} {s} {m} trace_id={h} client={a}'],
  ['parcel-api', 'INFO', 20, 20, 'parcel {i} accepted for depot {n} weight={n} label={u}'],
  [
    'parcel-api',
    'DEBUG',
    25,
    25,
    'cache lookup for parcel {i} took {m} hit ratio {n} shard={n} key={h} trace_id={h}',
  ],
  ['parcel-api', 'WARN', 1, 1, 'slow answer of label-printer after {m}, attempt {n} trace_id={h}'],
  ['parcel-api', 'ERROR', 0.2, 0.2, 'parcel {i} rejected: address {n} is not served'],
  [
    'parcel-api',
    'ERROR',
    0,
    8,
    'route for parcel {i} not computed: no worker answered within {m} (trace_id={h})',
  ],
  [
    'route-planner',
    'INFO',
    25,
    25,
    'planned tour {i} with {n} stops in {m} score={n} plan={u} solver=annealing seed={n}',
  ],
  ['route-planner', 'DEBUG', 15, 15, 'relaxed edge {n} of tour {i} in generation {n}, cost={n} plan={u}'],
  ['route-planner', 'WARN', 0.5, 6, 'queue of unplanned tours holds {n} entries, oldest waits {m}'],
  ['route-planner', 'FATAL', 0, 0.4, 'worker {n} lost its heap: allocation of {n} bytes refused'],
  ['label-printer', 'INFO', 15, 15, 'label {u} printed on device {n} in {m} checksum={h}'],
  ['label-printer', 'ERROR', 0.05, 0.05, 'device {n} reports paper jam, job {i} put back'],
  ['tracking-feed', 'INFO', 20, 0, 'published position of van {i} lag={m} partition={n} message_id={u}'],
  ['tracking-feed', 'DEBUG', 10, 10, 'polled {n} positions from partition {n} in {m} consumer={a}'],
  ['ledger-svc', 'INFO', 8, 8, 'booked {n} cents for parcel {i} entry={h} account={u} currency=EUR'],
  ['ledger-svc', 'WARN', 0.3, 0.3, 'statement {n} waits for lock on table postings since {m}'],
]);
const PATHS = ['/v1/parcels/', '/v1/tours/', '/v1/labels/', '/v1/depots/'];

/** @param {number} seed mulberry32 */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** @param {() => number} random */
function variablesOf(random) {
  const below = (/** @type {number} */ n) => Math.floor(random() * n);
  const hex = () => below(0x7fffffff).toString(16).padStart(8, '0');
  return {
    n: () => String(below(100_000)),
    h: () => `${hex()}${hex()}`,
    i: () => `PX-${below(9_000_000) + 1_000_000}`,
    u: () =>
      `${hex()}-${hex().slice(0, 4)}-4${hex().slice(0, 3)}-a${hex().slice(0, 3)}-${hex()}${hex().slice(0, 4)}`,
    a: () => `10.${below(32)}.${below(256)}.${below(256)}`,
    m: () => `${below(900) + 1}ms`,
    p: () => `${PATHS[below(PATHS.length)]}${below(99_999)}`,
    s: () => (random() < 0.97 ? '200' : '404'),
  };
}

/**
 * @param {string} message
 * @param {Record<string, () => string>} variables
 */
function compile(message, variables) {
  const parts = message.split(/\{(\w)\}/);
  return () => parts.map((part, i) => (i % 2 === 0 ? part : (variables[part]?.() ?? ''))).join('');
}

/** Row numbers by weight, so that a row is chosen with one look. @param {readonly number[]} weights */
function lottery(weights) {
  const sum = weights.reduce((a, b) => a + b, 0);
  const table = new Uint8Array(65_536);
  let row = 0;
  let reached = weights[0] ?? 0;
  for (let i = 0; i < table.length; i++) {
    while (((i + 0.5) / table.length) * sum > reached) reached += weights[++row] ?? 0;
    table[i] = row;
  }
  return table;
}

/**
 * @param {{ out: string, bytes: number, seed: number, format: 'text' | 'json', stepMs?: number }} options `stepMs`: mean time between lines
 * @returns {{ lines: number, onset: number, messages: { service: string, severity: string, message: string, count: number, first: number, last: number }[] }}
 */
export function generateLog({ out, bytes, seed, format, stepMs = MEAN_STEP_MS }) {
  const random = randomOf(seed);
  const variables = variablesOf(random);
  const rows = MESSAGES.map(([service, severity, , , message]) => ({
    make: compile(message, variables),
    truth: { service, severity: severity.toLowerCase(), message, count: 0, first: 0, last: 0 },
  }));
  const tables = [lottery(MESSAGES.map((row) => row[2])), lottery(MESSAGES.map((row) => row[3]))];
  const file = openSync(out, 'w');
  let [clock, written, lines, onset] = [START, 0, 0, 0];
  let [buffer, size] = [/** @type {string[]} */ ([]), 0];
  while (written + size < bytes) {
    const isIncident = written + size >= bytes * ONSET;
    if (isIncident && onset === 0) onset = Math.floor(clock);
    clock += random() * 2 * stepMs;
    const row = rows[tables[isIncident ? 1 : 0]?.[Math.floor(random() * 65_536)] ?? 0];
    if (row === undefined) break;
    const { truth } = row;
    const at = Math.floor(clock);
    if (truth.count++ === 0) truth.first = at;
    truth.last = at;
    const stamp = new Date(at).toISOString();
    const line =
      format === 'json'
        ? `{"time":"${stamp}","level":"${truth.severity}","service":"${truth.service}","msg":"${row.make()}"}\n`
        : `${stamp} ${truth.severity.toUpperCase()} ${truth.service} ${row.make()}\n`;
    buffer.push(line);
    size += line.length;
    lines++;
    if (size > 1 << 22) {
      writeSync(file, buffer.join(''));
      written += size;
      [buffer, size] = [[], 0];
    }
  }
  writeSync(file, buffer.join(''));
  closeSync(file);
  const truth = { lines, onset, messages: rows.map((row) => row.truth).filter(({ count }) => count > 0) };
  writeFileSync(`${out}.truth.json`, JSON.stringify(truth, null, 1));
  return truth;
}

/** @param {string} name @param {string} fallback */
function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const format = option('format', 'text') === 'json' ? 'json' : 'text';
  const out = option('out', 'generated.log');
  const { lines } = generateLog({
    out,
    bytes: Number(option('bytes', '1e9')),
    seed: Number(option('seed', '1')),
    format,
  });
  console.log(`${out}: ${lines} lines`);
}
