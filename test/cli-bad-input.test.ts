/** Bad input through the built command: each has a clear error (what, why, next step), its exit code, and nothing half-written. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CLI = join(ROOT, 'dist', 'cli.js');
const WINDOWS = process.platform === 'win32';
const NOW = '2024-01-15T14:41:00Z';
const LOG = [
  '2024-01-15T14:20:00Z INFO checkout-api Deployment checkout-api-v2.4.1 started',
  '2024-01-15T14:20:30Z INFO checkout-api Deployment checkout-api-v2.4.1 completed',
  ...['15', '16', '17', '18'].map(
    (second) => `2024-01-15T14:23:${second}Z ERROR checkout-api Payment timeout for order ORD-10${second}`,
  ),
  '',
];

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const folders: string[] = [];
let dir = '';
let store = '';
let scratch = '';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'wicked-bad-'));
  folders.push(made);
  return made;
}

beforeEach(() => {
  dir = folder();
  store = join(folder(), 'store');
  scratch = folder();
});
afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

function put(path: string, content: string | Uint8Array = LOG.join('\n')): void {
  mkdirSync(join(dir, path, '..'), { recursive: true });
  writeFileSync(join(dir, path), content);
}

function run(argv: readonly string[], input: string | null = null): Promise<Outcome> {
  const env = { ...process.env, NO_COLOR: '1', WICKED_PLATFORM_STORE: store, TMPDIR: scratch };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...argv], { cwd: dir, env, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}

const triage = (...more: readonly string[]) =>
  run(['incident', 'checkout fails', '--now', NOW, '--no-input', ...more]);

/** An error is three lines on stderr, and nothing on stdout. */
function anError(code: number, text: RegExp): Outcome {
  const shape = `^(?=[\\s\\S]*?(?:${text.source}))wicked-platform: .+\\n {2}why: {2}.+\\n {2}next: .+\\n$`;
  return { code, stdout: '', stderr: expect.stringMatching(new RegExp(shape)) };
}

describe('evidence that is none', () => {
  it.each<{ name: string; lay: () => void; want: RegExp }>([
    { name: 'an empty folder', lay: () => undefined, want: /No evidence was found in \.\n/ },
    {
      name: 'a bare repository',
      lay: () => void execFileSync('git', ['init', '--quiet', '--bare', dir]),
      want: /has no commit/,
    },
    {
      name: 'an empty repository',
      lay: () => void execFileSync('git', ['init', '--quiet', dir]),
      want: /has no commit/,
    },
    {
      name: 'a log that cannot be read',
      lay: () => symlinkSync('/nonexistent', join(dir, 'error.log')),
      want: /error\.log could not be read: no such file[\s\S]*Make error\.log readable/,
    },
    { name: 'a binary file', lay: () => put('app.log', randomBytes(100_000)), want: /app\.log is binary/ },
    { name: 'an empty log', lay: () => put('app.log', ''), want: /app\.log is empty/ },
    {
      name: 'a log without timestamps',
      lay: () => put('app.log', 'boom\nERROR failed to connect\n'),
      want: /app\.log have no time/,
    },
    {
      name: 'a broken archive',
      lay: () => put('app.log.gz', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3])),
      want: /app\.log\.gz/,
    },
  ])('ends with 3 for $name, and opens no incident', async ({ lay, want }) => {
    lay();
    expect(await triage()).toEqual(anError(3, want));
    expect((await run(['incidents'])).stdout).toMatch(/^No incidents yet/);
  });

  it('says that all of it is later than --now', async () => {
    put('error.log');
    expect(await run(['incident', 'x', '--now', '2020-01-01T00:00:00Z'])).toEqual(
      anError(3, /6 records lie after/),
    );
  });
});

describe('evidence that can be read all the same', () => {
  it.each<{ name: string; lay: () => void }>([
    { name: 'no git repository', lay: () => put('error.log') },
    {
      name: 'an empty repository',
      lay: () => {
        execFileSync('git', ['init', '--quiet', dir]);
        put('error.log');
      },
    },
    { name: 'CR LF', lay: () => put('error.log', LOG.join('\r\n')) },
    {
      name: 'invalid UTF-8',
      lay: () =>
        put('error.log', Buffer.concat([Buffer.from(LOG.join('\n')), Buffer.from([0xff, 0xfe, 0x0a])])),
    },
    {
      name: 'a binary file beside it',
      lay: () => {
        put('error.log');
        put('core.log', randomBytes(5000));
      },
    },
    {
      name: 'a broken link beside it',
      lay: () => {
        put('error.log');
        symlinkSync('gone', join(dir, 'b.log'));
      },
    },
  ])('triages with $name', async ({ lay }) => {
    lay();
    const { code, stdout, stderr } = await triage('--format', 'json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ incident: { startedAt: '2024-01-15T14:23:15Z' } });
  });

  it('reads standard input and pipes, and leaves no copy behind', async () => {
    const { code, stdout } = await run(
      ['incident', 'checkout fails', '--now', NOW, '--logs', '-', '--format', 'json'],
      LOG.join('\n'),
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ incident: { startedAt: '2024-01-15T14:23:15Z' } });
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('does not hang on a standard input that holds nothing', async () => {
    expect(await run(['incident', 'x', '--now', NOW, '--logs', '-'], '')).toEqual(anError(3, /stdin/));
  });
});

describe('a clock in the future', () => {
  it('says what lies after now by the clock', async () => {
    put('error.log', LOG.join('\n').replaceAll('2024-', '2097-'));
    expect(await run(['incident', 'checkout fails'])).toEqual(
      anError(3, /\d+ records are later than .* clock[\s\S]*--now/),
    );
  });

  it('takes the end of old evidence for now, and says so', async () => {
    put('error.log');
    const { stdout } = await run(['incident', 'checkout fails', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ incident: { asOf: '2024-01-15T14:23:18Z' } });
  });
});

describe('wicked-platform.yaml', () => {
  it.each([
    { name: 'is broken', text: 'services:\n  a: [\n', want: /wicked-platform\.yaml, line 3, is not YAML/ },
    {
      name: 'has an unknown key',
      text: 'services:\n  a:\n    criticalty: high\n',
      want: /line 3: services\.a\.criticalty[\s\S]*Did you mean criticality\?/,
    },
    {
      name: 'has a value that is not allowed',
      text: 'services:\n  a:\n    criticality: hihg\n',
      want: /line 3[\s\S]*Did you mean high\?/,
    },
    {
      name: 'has a redaction that is no pattern',
      text: "policy:\n  redact: ['(']\n",
      want: /policy\.redact/,
    },
  ])('ends with 2 where it $name', async ({ text, want }) => {
    put('error.log');
    put('wicked-platform.yaml', text);
    expect(await triage()).toEqual(anError(2, want));
  });
});

describe('wrong usage', () => {
  it.each([
    { name: 'no symptom', argv: ['incident'], want: /without a symptom[\s\S]*wicked-platform incident "/ },
    { name: 'an empty symptom', argv: ['incident', ' '], want: /without a symptom/ },
    {
      name: 'a symptom without quotes',
      argv: ['incident', '500', 'errors'],
      want: /Put the symptom in quotes/,
    },
    { name: 'a typo in a command', argv: ['incidnet', 'x'], want: /Did you mean incident\?/ },
    {
      name: 'a typo in an option',
      argv: ['incident', 'x', '--formt', 'json'],
      want: /Did you mean --format\?/,
    },
    {
      name: 'a format that does not exist',
      argv: ['incident', 'x', '--format', 'xml'],
      want: /text, markdown, json, html/,
    },
    {
      name: 'a directory that does not exist',
      argv: ['incident', 'x', '--dir', 'nosuch'],
      want: /nosuch.*\n.*no such file/,
    },
    {
      name: 'a log that does not exist',
      argv: ['incident', 'x', '--logs', 'nosuch.log'],
      want: /nosuch\.log/,
    },
    { name: 'a repository that does not exist', argv: ['incident', 'x', '--repo', 'nosuch'], want: /nosuch/ },
    { name: 'a time without a zone', argv: ['incident', 'x', '--now', '2024-01-15T14:41:00'], want: /Add Z/ },
    {
      name: 'a time that is none',
      argv: ['incident', 'x', '--since', 'yesterday'],
      want: /--since "yesterday"/,
    },
    {
      name: 'an end before the beginning',
      argv: ['incident', 'x', '--since', '1h', '--until', '2h'],
      want: /ends before it begins/,
    },
    {
      name: 'a zone that does not exist',
      argv: ['incident', 'x', '--zone', 'Mars/Olympus'],
      want: /Mars\/Olympus/,
    },
    {
      name: 'an answer that is none',
      argv: ['incident', 'x', '--answer', 'foo'],
      want: /--answer activeUsers=16000/,
    },
    {
      name: 'two views',
      argv: ['incident', '--timeline', '--postmortem'],
      want: /--timeline and --postmortem/,
    },
    { name: 'a view of nothing', argv: ['incident', '--timeline'], want: /Triage it first/ },
    { name: 'an unknown incident', argv: ['incidents', 'show', 'INC-9'], want: /There is no incident INC-9/ },
    { name: 'a shell without completion', argv: ['completion', 'tcsh'], want: /bash, zsh, fish, powershell/ },
  ])('ends with 2 for $name', async ({ argv, want }) => {
    expect(await run(argv)).toEqual(anError(2, want));
  });

  it.each([
    { name: 'does not exist', content: null, want: /kept\.json cannot be read/ },
    { name: 'is cut', content: '{"schemaVersion":1,"probe', want: /not complete JSON/ },
    { name: 'is something else', content: '{"name":"x"}', want: /not a snapshot/ },
    { name: 'is newer', content: '{"schemaVersion":9,"probeAnswers":[]}', want: /version 9[\s\S]*Update/ },
  ])('ends with 1 for a snapshot that $name', async ({ content, want }) => {
    if (content !== null) put('kept.json', content);
    expect(await run(['incident', '--snapshot', 'kept.json'])).toEqual(anError(1, want));
  });

  it('ends with 1 for a file that cannot be written, and leaves nothing beside it', async () => {
    put('error.log');
    expect(await triage('--out', 'nosuch/report.md')).toEqual(anError(1, /report\.md cannot be written/));
    const { code, stdout } = await triage('--out', 'report.md');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(readFileSync(join(dir, 'report.md'), 'utf8')).toMatch(/^## Incident Triage/);
    expect(readdirSync(dir).sort()).toEqual(['error.log', 'report.md']);
  });
});

describe('an incident store that fails', () => {
  it.each<{ name: string; lay: () => void; want: RegExp }>([
    {
      name: 'is no database',
      lay: () => {
        mkdirSync(store);
        writeFileSync(
          join(store, 'incidents.db'),
          'no database at all, but a text of some length\n'.repeat(50),
        );
      },
      want: /no SQLite database/,
    },
    { name: 'cannot be made', lay: () => writeFileSync(store, ''), want: /cannot be made/ },
  ])('does not keep the report back when it $name, and ends with 1', async ({ lay, want }) => {
    put('error.log');
    lay();
    const before = existsSync(join(store, 'incidents.db')) ? readFileSync(join(store, 'incidents.db')) : null;
    const { code, stdout, stderr } = await triage('--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      incident: { id: 'unrecorded', startedAt: '2024-01-15T14:23:15Z' },
    });
    expect(stderr).toMatch(/^wicked-platform: warning: .+\n {2}why: {2}.+\n {2}next: .*--store.*\n$/);
    expect(stderr).toMatch(want);
    expect(code).toBe(1);
    if (before !== null) expect(readFileSync(join(store, 'incidents.db')).equals(before)).toBe(true);
    expect((await run(['incidents'])).code).toBe(1);
  });
});

describe.skipIf(WINDOWS)('an interruption', () => {
  /** Starts a triage that waits for standard input, and stops it with the signal. */
  async function interrupted(
    signal: NodeJS.Signals,
  ): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const env = { ...process.env, NO_COLOR: '1', WICKED_PLATFORM_STORE: store, TMPDIR: scratch };
    const argv = [
      CLI,
      'incident',
      'checkout fails',
      '--now',
      NOW,
      '--logs',
      '-',
      '--out',
      'report.md',
      '--save-snapshot',
      'kept.json',
    ];
    const child = spawn(process.execPath, argv, { cwd: dir, env, stdio: ['pipe', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text.stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text.stderr += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    child.stdin.write(LOG.join('\n'));
    await expect.poll(() => readdirSync(scratch).length, { interval: 20, timeout: 10_000 }).toBe(1);
    child.kill(signal);
    return { code: await ended, ...text };
  }

  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])(
    'by %s ends with 130 and leaves nothing half-written',
    async (signal) => {
      put('error.log');
      const { code, stdout, stderr } = await interrupted(signal);
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
      expect(stderr).toMatch(/why: {2}it was asked to stop/);
      expect([readdirSync(dir), readdirSync(scratch)]).toEqual([['error.log'], []]);
      expect((await run(['incidents'])).stdout).toMatch(/^No incidents yet/);
    },
  );

  it('by a reader that went away is no error', async () => {
    put('error.log');
    const script = `"$0" "$@" | head -c 10 >/dev/null; echo "\${PIPESTATUS[0]}"`;
    const argv = ['-c', script, process.execPath, CLI, 'incident', 'checkout fails', '--now', NOW];
    const env = { ...process.env, WICKED_PLATFORM_STORE: store };
    expect(execFileSync('bash', argv, { cwd: dir, env, encoding: 'utf8' }).trim()).toBe('0');
  });
});
