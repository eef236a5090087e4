/** The surface of the command line as literals: commands, options, operations, exit codes and what a session prints. Changing one is a decision. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { OPERATION_LOADERS } from '../src/app/operations/registry.generated.ts';
import { EXIT, exitCodeOf } from '../src/faces/cli/exit-code.ts';
import { createProgram } from '../src/faces/cli/program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CLI = join(ROOT, 'dist', 'cli.js');
const NOW = '2024-01-15T14:41:00Z';
const LOG = `2024-01-15T14:20:00Z INFO checkout-api Deployment checkout-api-v2.4.1 started
2024-01-15T14:20:30Z INFO checkout-api Deployment checkout-api-v2.4.1 completed
2024-01-15T14:23:15Z ERROR checkout-api Payment timeout for order ORD-1001
2024-01-15T14:23:16Z ERROR checkout-api Payment timeout for order ORD-1002
2024-01-15T14:23:17Z ERROR checkout-api Payment timeout for order ORD-1003
`;

const program = createProgram('0.0.0', async () => undefined);

describe('the surface', () => {
  it('has these commands', () => {
    const names = program.commands.map((command) => [
      command.name(),
      ...command.commands.map((each) => each.name()),
    ]);
    expect(names).toEqual([
      ['incident'],
      [
        'incidents',
        'list',
        'show',
        'note',
        'answer',
        'resolve',
        'approve',
        'decision',
        'document',
        'evidence',
        'explain',
        'timeline',
        'what-if',
      ],
      ['doctor'],
      ['init'],
      ['demo'],
      ['audit'],
      ['mcp'],
      ['hook', 'event', 'answer'],
      ['completion'],
    ]);
  });

  it('has these options of a triage', () => {
    const incident = program.commands.find((command) => command.name() === 'incident');
    expect(incident?.options.map(({ long }) => long).sort()).toEqual(
      [
        '--answer',
        '--as-of',
        '--blast-radius',
        '--dir',
        '--explain',
        '--format',
        '--incident',
        '--logs',
        '--no-input',
        '--now',
        '--out',
        '--patch',
        '--postmortem',
        '--repo',
        '--report',
        '--rollback-decision',
        '--root-cause',
        '--save-snapshot',
        '--service',
        '--since',
        '--snapshot',
        '--source',
        '--status-update',
        '--store',
        '--timeline',
        '--follow',
        '--interval',
        '--quiet',
        '--verify',
        '--until',
        '--zone',
      ].sort(),
    );
  });

  it('has these operations, named like their files', async () => {
    const operations = await Promise.all(
      OPERATION_LOADERS.map(async ({ name, load }) => [name, (await load()).name]),
    );
    expect(operations.map(([file]) => file)).toEqual([
      'audit',
      'doctor',
      'incident',
      'incident-answer',
      'incident-approve',
      'incident-decision',
      'incident-document',
      'incident-evidence',
      'incident-explain',
      'incident-note',
      'incident-resolve',
      'incident-show',
      'incident-timeline',
      'incident-verify',
      'incident-view',
      'incident-what-if',
      'incidents',
      'init',
    ]);
    expect(operations.every(([file, name]) => file === name)).toBe(true);
  });

  it('has these exit codes', () => {
    expect(EXIT).toEqual({ ok: 0, failed: 1, usage: 2, noEvidence: 3, interrupted: 130 });
    expect(
      (['usage', 'config', 'not-found', 'no-evidence', 'interrupted', 'store', 'malformed'] as const).map(
        exitCodeOf,
      ),
    ).toEqual([2, 2, 2, 3, 130, 1, 1]);
  });
});

describe('a session', () => {
  let dir = '';
  let store = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'wicked-session-'));
    store = join(dir, '.store');
    mkdirSync(join(dir, 'evidence'));
    writeFileSync(join(dir, 'evidence', 'error.log'), LOG);
  });
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  function wicked(...argv: readonly string[]): string {
    const env = { ...process.env, NO_COLOR: '1', WICKED_PLATFORM_STORE: store, USER: 'dana' };
    const { stdout, stderr, status } = spawnSync(process.execPath, [CLI, ...argv], {
      cwd: join(dir, 'evidence'),
      env,
      encoding: 'utf8',
    });
    return `${stdout}${stderr}${status === 0 ? '' : `exit ${status}\n`}`;
  }

  it('prints its version, and help with examples when nothing is asked', () => {
    expect(wicked('--version')).toBe(`${manifest.version}\n`);
    expect(wicked()).toBe(wicked('--help'));
    expect(wicked('--help')).toMatch(/\nExamples:\n {2}\$ wicked-platform incident "/);
    expect(wicked('incident', '--help')).toMatch(/--answer payment-service\.latencyP99Ms=800/);
    expect(wicked('help', 'incidents')).toMatch(/incidents resolve INC-7/);
  });

  it('triages, tells, notes, answers and resolves', () => {
    expect(wicked('incidents')).toBe(
      'No incidents yet. Triage one: wicked-platform incident "500 errors on checkout"\n',
    );
    expect(wicked('incident', 'Checkout fails, 500s', '--now', NOW)).toMatch(/^## Incident Triage: /);
    expect(wicked('incident', '--timeline')).toMatch(/### Incident Timeline\n[\s\S]*\| 14:23:15 \|/);
    expect(wicked('incidents', 'note', '1', 'Support knows', '--at', '2024-01-15T14:42:00Z')).toBe(
      'Noted in INC-1.\n',
    );
    const answered: unknown = JSON.parse(
      wicked('incidents', 'answer', 'INC-1', 'activeUsers=16000', '--format', 'json'),
    );
    expect(answered).toMatchObject({ incident: { id: 'INC-1', asOf: NOW } });
    expect(wicked('incidents', 'resolve', 'inc-1', 'Rolled back', '--at', '2024-01-15T14:50:00Z')).toBe(
      'INC-1 is resolved.\n',
    );
    const shown = wicked('incidents', 'show', '1');
    expect(shown).toMatch(/^INC-1 {2}SEV\d {2}RESOLVED {2}Checkout fails\nsymptom {4}Checkout fails, 500s\n/);
    expect(shown).toMatch(/2024-01-15T14:42:00Z {2}noted {13}dana: Support knows\n/);
    expect(shown).toMatch(/answered {10}dana: activeUsers = 16000\n/);
    expect(wicked('incidents')).toMatch(
      /^INC-1 {2}SEV\d {2}RESOLVED {2}2024-01-15T14:41:00Z {2}Checkout fails\n$/,
    );
    expect(JSON.parse(wicked('incidents', 'list', '--format', 'json'))).toMatchObject({
      incidents: [{ id: 'INC-1' }],
    });
  });

  it.each([
    { out: 'report.md', start: '## Incident Triage' },
    { out: 'report.json', start: '{\n  "schemaVersion": 1' },
    { out: 'report.html', start: '<!doctype html>' },
    { out: 'report.txt', start: '' },
  ])('writes $out in the format of its name, and nothing to the terminal', ({ out, start }) => {
    expect(wicked('incident', 'Checkout fails', '--now', NOW, '--out', out)).toBe('');
    const text = readFileSync(join(dir, 'evidence', out), 'utf8');
    expect(text.slice(0, start.length).toLowerCase()).toBe(start.toLowerCase());
    expect(text.length).toBeGreaterThan(500);
    rmSync(join(dir, 'evidence', out));
  });

  it('prints the view that is asked for with a triage', () => {
    const text = wicked('incident', 'Checkout fails', '--now', NOW, '--rollback-decision');
    expect(text).toMatch(/### Rollback Decision/);
    expect(text).not.toMatch(/### Incident Timeline/);
  });

  it('completes options and values, in every shell', () => {
    expect(wicked('complete', '--', 'incident', '--roll')).toMatch(/^--rollback-decision\t/);
    expect(wicked('complete', '--', 'incident', '--format', '')).toMatch(/^text\t$/m);
    expect(wicked('complete', '--', 'inc')).toMatch(/^incidents\t/m);
    for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
      expect(wicked('completion', shell)).toMatch(/wicked-platform/);
    }
  });

  it('gives bash a script that it accepts', () => {
    if (process.platform === 'win32') return;
    const script = join(dir, 'completion.bash');
    writeFileSync(script, wicked('completion', 'bash'));
    expect(execFileSync('bash', ['-n', script], { encoding: 'utf8' })).toBe('');
  });
});
