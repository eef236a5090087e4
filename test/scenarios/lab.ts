/** The bench of the end-to-end tests: lays scenarios out in temporary folders and runs the built command on them. It judges nothing. */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Report } from '../../src/domain/report.ts';
import { buildScenario } from '../../src/faces/cli/scenario/build-scenario.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = join(ROOT, 'dist', 'cli.js');
/** The day on which the relative dates of a scenario fall: years after its log, as in the founding scenario. */
const BUILT_AT = Date.parse('2026-03-02T10:00:00Z');

export const SYMPTOM = '500 errors spiking on checkout API, customers unable to complete purchases';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wicked-lab-'));
  folders.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function scenarioPath(name: string): string {
  return join(ROOT, 'scenarios', name);
}

/** Lays a scenario out; `rewrite` changes every text of it first, so that files, history and evidence stay consistent. */
export async function layOut(name: string, rewrite?: (text: string) => string): Promise<string> {
  const source = rewrite === undefined ? scenarioPath(name) : rewrittenCopy(name, rewrite);
  const target = temporaryFolder();
  await buildScenario(source, target, { now: BUILT_AT });
  return target;
}

function rewrittenCopy(name: string, rewrite: (text: string) => string): string {
  const from = scenarioPath(name);
  const copy = temporaryFolder();
  for (const entry of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    if (!statSync(join(from, entry)).isFile()) continue;
    const target = join(copy, rewrite(entry.replaceAll('\\', '/')));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, rewrite(readFileSync(join(from, entry), 'utf8')));
  }
  return copy;
}

/** Runs the built command with an incident store of its own unless `--store` is given. Nothing is read from stdin. */
export function run(argv: readonly string[], cwd: string = ROOT): Promise<Outcome> {
  if (!existsSync(CLI)) throw new Error('dist/ is missing: run `npm run build` first');
  const store = argv.includes('--store') || argv[0] !== 'incident' ? [] : ['--store', temporaryFolder()];
  const env = { ...process.env, NO_COLOR: '1', TZ: 'America/New_York' };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...argv, ...store], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const text = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text.stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text.stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, ...text }));
  });
}

/** Triages a folder and returns the JSON report; fails with what the command complained of. */
export async function triage(
  dir: string,
  { now, symptom = SYMPTOM, more = [] }: { now: string; symptom?: string; more?: readonly string[] },
): Promise<Report> {
  const { code, stdout, stderr } = await run([
    'incident',
    symptom,
    '--dir',
    dir,
    '--now',
    now,
    '--no-input',
    '--format',
    'json',
    ...more,
  ]);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Report;
}

/** Excerpts of the evidence that is cited. */
export function excerpts(report: Report, citations: readonly string[]): readonly string[] {
  return citations.map(
    (citation) => report.evidence[citation]?.excerpt ?? `${citation} is not in the report`,
  );
}

/** Every text of the report in one string, for what must or must not be said anywhere. */
export function everything(report: Report): string {
  return JSON.stringify(report);
}

/** The scenario's golden report, rewritten first with `text` when UPDATE_GOLDEN is 1 (never in CI). */
export function golden(name: string, text: string): string {
  const file = join(scenarioPath(name), 'report.golden.md');
  if (process.env['UPDATE_GOLDEN'] === '1' && process.env['CI'] === undefined) writeFileSync(file, text);
  return readFileSync(file, 'utf8');
}
