/**
 * `npm run eval:flood -- [--lines 1e6] [--only demo,…] [--json]`: a scenario drowned in the log of other services that are well — a million lines
 * of traffic, a steady trickle of errors, and a burst of warnings before the onset — through the whole triage: cause, onset, what the noise was
 * taken for, CPU and memory. The evidence is laid out in a temporary folder.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { progress } from '../scripts/workspace.mjs';
import { selection } from './evaluate.mjs';
import { layOutScenarios } from './pack.mjs';
import { triage, withFrozenBuild } from './product.mjs';
import { scoreCase } from './score.mjs';
import { table } from './table.mjs';
import { randomFrom } from './variants/random.mjs';

const USAGE = 'usage: npm run eval:flood -- [--lines 1e6] [--only demo,…] [--json]';
const MINUTE = 60_000;
/** How long before the onset the log begins. */
const PAST_MS = 150 * MINUTE;
/** The harmless burst: from, to (before the onset), and how much likelier its message is in it. */
const BURST = { from: 70 * MINUTE, to: 62 * MINUTE, factor: 120 };

/** service, severity, weight, message; `#` is a number. */
const MESSAGES = /** @type {const} */ ([
  ['aviary-feed', 'INFO', 300, 'delivered frame # of camera # in #ms'],
  ['aviary-feed', 'DEBUG', 200, 'buffer # holds # frames'],
  ['aviary-feed', 'WARN', 1, 'frame # of camera # came late by #ms'],
  ['aviary-feed', 'ERROR', 0.02, 'camera # sent a frame without a header'],
  ['seed-mixer', 'INFO', 250, 'mixed # grams after recipe # in #ms'],
  ['seed-mixer', 'DEBUG', 120, 'drum # turns at # per minute'],
  ['seed-mixer', 'ERROR', 0.05, 'recipe # has no sunflower'],
  ['nest-index', 'INFO', 200, 'indexed nest # with # twigs'],
  ['nest-index', 'WARN', 0.3, 'nest # was indexed twice'],
  ['egg-ledger', 'INFO', 120, 'egg # booked to nest #'],
]);
/** The row that bursts. */
const NOISY_ROW = 2;
const SERVICES = new Set(MESSAGES.map(([service]) => service));

/** The row that a ticket of the lottery by weight falls on. @param {number} ticket */
function rowOf(ticket) {
  let reached = 0;
  const row = MESSAGES.findIndex(([, , weight]) => {
    reached += weight;
    return ticket < reached;
  });
  return Math.max(0, row);
}

/**
 * @param {string} file
 * @param {{ from: number, to: number, onset: number, lines: number }} options
 */
function writeFlood(file, { from, to, onset, lines }) {
  const random = randomFrom('flood');
  const handle = openSync(file, 'w');
  const [burstFrom, burstTo] = [onset - BURST.from, onset - BURST.to];
  const total = MESSAGES.reduce((sum, [, , weight]) => sum + weight, 0);
  /** @type {string[]} */
  let buffer = [];
  for (let line = 0; line < lines; line += 1) {
    const at = Math.floor(from + ((to - from) * line) / lines);
    const extra = at >= burstFrom && at < burstTo ? (MESSAGES[NOISY_ROW]?.[2] ?? 0) * BURST.factor : 0;
    const ticket = random() * (total + extra);
    const row = ticket < extra ? NOISY_ROW : rowOf(ticket - extra);
    const [service, severity, , message] = MESSAGES[row] ?? MESSAGES[0];
    const text = message.replaceAll('#', () => String(Math.floor(random() * 10_000)));
    buffer.push(`${new Date(at).toISOString()} ${severity} ${service} ${text}\n`);
    if (buffer.length < 20_000) continue;
    writeSync(handle, buffer.join(''));
    buffer = [];
  }
  writeSync(handle, buffer.join(''));
  closeSync(handle);
}

/** Symptoms, causes and cleared changes that are about the noise. @param {any} report */
function takenForReal(report) {
  const symptoms = report.symptoms.filter((/** @type {any} */ symptom) => SERVICES.has(symptom.service));
  const causes = report.hypotheses.filter((/** @type {any} */ cause) => SERVICES.has(cause.service));
  return [...symptoms, ...causes].map((item) => item.summary ?? item.statement);
}

/**
 * @param {string} cli
 * @param {import('./pack.mjs').Case & { truth: import('./score.mjs').Truth }} one
 * @param {number} lines
 */
async function drown(cli, one, lines) {
  const onset = Date.parse(one.truth.onset ?? one.now);
  mkdirSync(join(one.dir, 'logs'), { recursive: true });
  const before = await triage(cli, one);
  const file = join(one.dir, 'logs', 'aviary.log');
  writeFlood(file, { from: onset - PAST_MS, to: Date.parse(one.now), onset, lines });
  const after = await triage(cli, one);
  if (before.report === null || after.report === null)
    throw new Error(`${one.id}: ${before.complaint}${after.complaint}`);
  return {
    id: one.id,
    before: { ...scoreCase(one.truth, before.report), ...before.cost },
    after: { ...scoreCase(one.truth, after.report), ...after.cost },
    noise: takenForReal(after.report),
    dismissed: after.report.notes.filter((/** @type {string} */ note) => /aviary|frame/.test(note)).length,
  };
}

/** @param {any} row */
function cells({ id, before, after, noise }) {
  const both = (/** @type {(score: any) => unknown} */ pick) =>
    pick(before) === pick(after) ? String(pick(after)) : `${pick(before)}→${pick(after)}`;
  const megabytes = (/** @type {any} */ score) => Math.round(score.rssBytes / 1e6);
  return [
    id,
    both((score) => score.cause1),
    both((score) => score.confidence || 'none'),
    both((score) => score.onset),
    both((score) => score.onsetDeltaSec),
    String(noise.length),
    both((score) => Math.round(score.cpuMs)),
    both(megabytes),
  ];
}

async function main() {
  const { values } = parseArgs({
    options: {
      lines: { type: 'string', default: '1e6' },
      only: { type: 'string', default: 'demo' },
      json: { type: 'boolean', default: false },
    },
  });
  const lines = Number(values.lines);
  if (!(lines > 0)) throw new Error(USAGE);
  const folder = mkdtempSync(join(tmpdir(), 'wicked-flood-'));
  try {
    const wanted = selection(values.only);
    const cases = await layOutScenarios(folder, (id) => wanted(id));
    const rows = await withFrozenBuild(async (cli) => {
      const done = [];
      for (const one of cases)
        if (one.truth !== null) done.push(await drown(cli, { ...one, truth: one.truth }, lines));
      return done;
    });
    if (values.json) console.log(JSON.stringify(rows, null, 2));
    else {
      const header = [
        'scenario',
        'cause right',
        'confidence',
        'onset right',
        'onset off (s)',
        'noise in the report',
        'CPU ms',
        'RSS MB',
      ];
      console.log(`${lines} lines added; as it is → drowned\n${table([header, ...rows.map(cells)])}`);
      for (const { id, noise } of rows)
        for (const text of noise) console.log(`${id}: taken for real: ${text}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
