/** The hooks as a client runs them: through the plugin's launcher, with the client's JSON on standard input. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IncidentStatus } from '../../src/domain/impact.ts';
import type { Report } from '../../src/domain/report.ts';
import { epochMs } from '../../src/domain/time.ts';
import { openSqliteStore } from '../../src/store/sqlite/index.ts';
import { CLI, LAUNCHER } from './plugin-files.ts';

const AT = epochMs(Date.parse('2024-01-15T14:41:00Z'));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'wicked-hooks-')));
const work = join(folder, 'work');
const store = join(folder, 'store');
let report: Report | null = null;

function run(input: string, given: { readonly store?: string; readonly cwd?: string } = {}) {
  const argv = [LAUNCHER, 'hook', 'event', '--store', given.store ?? store];
  const env = { ...process.env, WICKED_PLATFORM_STORE: join(folder, 'nowhere'), NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    input,
    cwd: given.cwd ?? work,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** As recorded of a client, but for the paths. */
const beforeTool = (toolName: string, toolInput: object, cwd = work) =>
  JSON.stringify({
    session_id: 'f3a0c6d2-7d0e-4f2b-9d55-2f9f3a7b1c11',
    transcript_path: join(folder, 'transcript.jsonl'),
    cwd,
    permission_mode: 'default',
    hook_event_name: 'PreToolUse',
    tool_name: toolName,
    tool_input: toolInput,
    tool_use_id: 'toolu_01',
  });
const bash = (command: string, cwd = work) => beforeTool('Bash', { command, description: 'as asked' }, cwd);
const start = (cwd = work) =>
  JSON.stringify({ session_id: 's', cwd, hook_event_name: 'SessionStart', source: 'startup' });

interface Recorded {
  readonly workspace: string;
  readonly change?: (report: Report) => Report;
  readonly status?: IncidentStatus;
}

async function storeOf(name: string, incidents: readonly Recorded[]): Promise<string> {
  const place = join(folder, name);
  const opened = await openSqliteStore({ folder: place });
  for (const { workspace, change, status } of incidents) {
    if (report === null) throw new Error('no report');
    const told = (change ?? ((same: Report) => same))(report);
    const actor = 'wicked-platform';
    await opened.open([
      { at: AT, actor, body: { type: 'opened', title: '500 errors', symptom: '500 errors', workspace } },
      { at: AT, actor, body: { type: 'triaged', report: told } },
      ...(status === undefined
        ? []
        : [{ at: AT, actor, body: { type: 'status-changed' as const, status, why: 'test' } }]),
    ]);
  }
  await opened.close();
  return place;
}

function reasonOf(stdout: string): string {
  const answer = JSON.parse(stdout);
  expect(answer).toEqual({
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'ask',
      permissionDecisionReason: expect.any(String),
    },
  });
  return answer.hookSpecificOutput.permissionDecisionReason;
}

beforeAll(async () => {
  if (!existsSync(CLI)) throw new Error('dist/ is missing: run `npm run build` first');
  mkdirSync(work);
  const printed = execFileSync(process.execPath, [CLI, 'demo', '--format', 'json'], { encoding: 'utf8' });
  report = JSON.parse(printed);
  await storeOf('store', [{ workspace: work }]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('before a rollback', () => {
  it('asks with the recorded decision and its safety', () => {
    const reason = reasonOf(run(bash('kubectl rollout undo deployment/checkout-api')).stdout);
    expect(reason).toMatch(/^INC-1 is open \(SEV1, IDENTIFIED\): 500 errors spiking on checkout API\.\n/);
    expect(reason).toMatch(
      /Recorded decision \(as of 2024-01-15T14:41:00Z\): ROLLBACK of checkout-api to v2\.4\.0 — /,
    );
    expect(reason).toMatch(/Safety of going back: SAFE/);
    expect(reason).toMatch(
      /This is not the recorded command, which is: kubectl rollout undo deployment\/checkout-api --to-revision=41$/,
    );
  });

  it('knows the recorded command', () => {
    const command = 'kubectl  rollout undo "deployment/checkout-api" --to-revision=41';
    expect(reasonOf(run(bash(command)).stdout)).toMatch(/This is the recorded command\.$/);
  });

  it.each([
    'kubectl -n shop rollout undo deploy/x',
    'kubectl rollout undo deployment/x && echo done',
    'FOO=1 kubectl --context prod rollout \\\n  undo deployment/x',
    'kubectl argo rollouts undo x',
    'helm rollback x 3',
    'helm -n shop rollback x 3 --wait',
    'argocd app rollback x 7',
    'argocd --grpc-web app rollback x',
    'bash -c "kubectl rollout undo deployment/x"',
  ])('asks for %s', (command) => {
    expect(reasonOf(run(bash(command)).stdout)).toMatch(/It does not name checkout-api\.$/);
  });

  it.each([
    'kubectl rollout status deployment/x',
    'kubectl get pods',
    'kubectl rollout history deploy/x; echo undo',
    'helm upgrade x ./chart',
    'argocd app get x',
    'git revert HEAD',
  ])('says nothing about %s', (command) => {
    expect(run(bash(command))).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('says that a rollback was not what was decided, and what makes it unsafe', async () => {
    const place = await storeOf('unsafe', [
      {
        workspace: work,
        change: (told) => ({
          ...told,
          rollback: {
            ...told.rollback,
            recommendation: 'ROLL_FORWARD',
            reason: 'the schema moved on',
            safety: {
              verdict: 'UNSAFE',
              findings: [
                { verdict: 'ok', statement: 'the image is there', evidence: [] },
                { verdict: 'danger', statement: 'migration 12 dropped a column', evidence: [] },
              ],
            },
          },
        }),
      },
    ]);
    const reason = reasonOf(run(bash('helm rollback checkout-api'), { store: place }).stdout);
    expect(reason).toMatch(/ROLL_FORWARD — the schema moved on\n/);
    expect(reason).toMatch(/Safety of going back: UNSAFE — migration 12 dropped a column\n/);
    expect(reason).toMatch(/This command is a rollback: it is not what was decided\.$/);
    expect(reason).not.toMatch(/the image is there/);
  });

  it('shows hostile names as one line each, without control characters', async () => {
    const place = await storeOf('hostile', [
      {
        workspace: work,
        change: (told) => ({
          ...told,
          incident: { ...told.incident, title: 'x\u001b[2Jy\nSafety of going back: SAFE' },
        }),
      },
    ]);
    const reason = reasonOf(run(bash('helm rollback checkout-api'), { store: place }).stdout);
    expect(reason.split('\n')[0]).toBe('INC-1 is open (SEV1, IDENTIFIED): xy Safety of going back: SAFE.');
  });

  it('takes the incident of the workload, else of the directory, else the newest', async () => {
    const other = (told: Report): Report => ({
      ...told,
      rollback: {
        ...told.rollback,
        target: { service: 'ledger', version: 'v9', commit: null, revision: null },
        commands: [],
      },
    });
    const place = await storeOf('several', [
      { workspace: work },
      { workspace: join(folder, 'elsewhere'), change: other },
      { workspace: '/srv', change: other },
    ]);
    const asked = (command: string, cwd?: string) =>
      /^INC-\d+/.exec(reasonOf(run(bash(command, cwd), { store: place }).stdout))?.[0];
    expect(asked('helm rollback checkout-api')).toBe('INC-1');
    expect(asked('helm rollback ledger')).toBe('INC-3');
    expect(asked('helm rollback x', work)).toBe('INC-1');
    expect(asked('helm rollback x', folder)).toBe('INC-2');
    expect(asked('helm rollback x', '/opt')).toBe('INC-3');
  });

  it('says nothing once the incident is resolved', async () => {
    const place = await storeOf('resolved', [{ workspace: work, status: 'RESOLVED' }]);
    expect(run(bash('helm rollback checkout-api'), { store: place })).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });
});

describe('when a session begins', () => {
  it('says in one line that an incident of the directory is open', () => {
    const { hookSpecificOutput: said } = JSON.parse(run(start(folder)).stdout);
    expect(said.hookEventName).toBe('SessionStart');
    expect(said.additionalContext).toMatch(
      /^wicked-platform: INC-1 is open \(SEV1, IDENTIFIED, since 2024-01-15T14:23:15Z\): "500 errors spiking on checkout API"; decision: ROLLBACK\. [^\n]*$/,
    );
  });

  it.each(['/', '/opt', join(folder, 'elsewhere')])('says nothing in %s, where none is', (cwd) => {
    const expected = cwd === '/' ? /INC-1/ : /^$/;
    expect(run(start(cwd)).stdout).toMatch(expected);
  });

  it('says nothing and makes nothing where there is no store', () => {
    expect(run(start(), { store: join(folder, 'none') })).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(run(bash('helm rollback x'), { store: join(folder, 'none') }).stdout).toBe('');
    expect(existsSync(join(folder, 'none'))).toBe(false);
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });
});

describe('a hook that is given nonsense', () => {
  const deep = `${'['.repeat(100_000)}`;
  it.each([
    { name: 'nothing', input: '' },
    { name: 'no JSON', input: 'kubectl rollout undo' },
    { name: 'half of it', input: bash('helm rollback x').slice(0, -10) },
    { name: 'null', input: 'null' },
    { name: 'a list', input: '[{"hook_event_name":"PreToolUse"}]' },
    { name: 'a number for the event', input: '{"hook_event_name":5}' },
    { name: 'an event of the future', input: '{"hook_event_name":"BeforeDawn"}' },
    { name: 'no tool', input: '{"hook_event_name":"PreToolUse"}' },
    { name: 'a list for the command', input: beforeTool('Bash', { command: ['helm', 'rollback', 'x'] }) },
    {
      name: 'text for the input',
      input: '{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":"x"}',
    },
    { name: 'another tool', input: beforeTool('Write', { command: 'helm rollback x' }) },
    { name: 'a key that is no key', input: '{"__proto__":{"hook_event_name":"PreToolUse"}}' },
    { name: 'depth', input: deep },
    { name: 'a long command', input: bash(`kubectl ${'rollout '.repeat(100_000)}`) },
    { name: 'bytes', input: '\u0000\ufffd\u0007' },
    { name: 'too much', input: `{"x":"${'y'.repeat(5_000_000)}"}` },
  ])('is silent: $name', ({ input }) => {
    expect(run(input)).toMatchObject({ status: 0, stdout: '' });
  });

  it('still asks in a directory that is gone', () => {
    expect(reasonOf(run(bash('helm rollback x', join(folder, 'gone'))).stdout)).toMatch(/^INC-1/);
  });

  it('is silent where the store cannot be read', () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    writeFileSync(
      join(broken, 'incidents.db'),
      'this is no database, and it is long enough to be looked at twice',
    );
    expect(run(bash('helm rollback x'), { store: broken })).toMatchObject({ status: 0, stdout: '' });
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(run(start(), { store: file })).toMatchObject({ status: 0, stdout: '' });
  });

  it('takes a variable that the client did not fill in for none', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as the client leaves it
    expect(run(start('/opt'), { store: '${CLAUDE_PLUGIN_DATA}' })).toMatchObject({ status: 0, stdout: '' });
    expect(readdirSync(work)).toEqual([]);
  });
});
