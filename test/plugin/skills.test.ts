/** The skills as a client expands them, with words that a shell would execute. The first answer needs no tool call, and nothing but the engine runs. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseHookInput } from '../../src/faces/cli/hook/hook-input.ts';
import { agentCalls, personCalls } from '../../src/faces/cli/hook/skill-call.ts';
import { sampled } from '../scenario-names.ts';
import { expandSkill } from './expand-skill.ts';
import { LAUNCHER, PLUGIN, SKILLS, skillFile } from './plugin-files.ts';

const SESSION = '0f0e0d0c-0b0a-4908-8706-050403020100';
const LOG = `2024-01-15T14:20:00Z INFO checkout-api Deployment checkout-api-v2.4.1 started
2024-01-15T14:20:30Z INFO checkout-api Deployment checkout-api-v2.4.1 completed
2024-01-15T14:23:15Z ERROR checkout-api Payment timeout for order ORD-1001
2024-01-15T14:23:16Z ERROR checkout-api Payment timeout for order ORD-1002
2024-01-15T14:23:17Z ERROR checkout-api Payment timeout for order ORD-1003
`;
const folder = mkdtempSync(join(tmpdir(), 'wicked skills ')); // a blank in the path, as on many machines
const work = join(folder, 'work');
let data = '';
let turn = 0;

const variables = () => ({
  CLAUDE_PLUGIN_ROOT: PLUGIN.replace(/[\\/]$/, ''),
  CLAUDE_PLUGIN_DATA: data,
  CLAUDE_SESSION_ID: SESSION,
});
const env = () => ({ ...process.env, NO_COLOR: '1', WICKED_PLATFORM_STORE: join(folder, 'nowhere') });

/** What the hook says, asked as the launcher asks it but in this process: hooks.test.ts runs the launcher. */
async function hook(input: object) {
  const parsed = parseHookInput(JSON.stringify({ session_id: SESSION, cwd: work, ...input }));
  if (parsed === null) throw new Error('no hook input');
  return parsed.event === 'PreToolUse' ? agentCalls(parsed, data) : personCalls(parsed, data);
}

/** A person types it: the client tells its hooks, then expands the skill. */
async function typed(skill: string, args: string) {
  const said = await hook({
    hook_event_name: 'UserPromptExpansion',
    expansion_type: 'slash_command',
    command_name: `wicked-platform:${skill}`,
    command_args: args,
    command_source: 'plugin',
    prompt: `/wicked-platform:${skill} ${args}`,
  });
  return said === null ? { said, ...expanded(skill, args) } : { said, text: '', commands: [] };
}

/** A model calls it. */
async function called(skill: string, args: string) {
  const said = await hook({
    hook_event_name: 'PreToolUse',
    tool_name: 'Skill',
    tool_input: { skill: `wicked-platform:${skill}`, args },
  });
  return said === null ? { said, ...expanded(skill, args) } : { said, text: '', commands: [] };
}

const expanded = (skill: string, args: string) =>
  expandSkill(skillFile(skill), { args, variables: variables(), cwd: work, env: env() });

beforeAll(() => {
  mkdirSync(work);
  writeFileSync(join(work, 'error.log'), LOG);
  mkdirSync(join(folder, 'outside'));
  writeFileSync(join(folder, 'outside', 'app.log'), LOG);
});
beforeEach(() => {
  turn += 1;
  data = join(folder, `data ${turn}`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TIME = '--now 2024-01-15T14:41:00Z';

describe('/wicked-platform:incident', () => {
  it('answers with the report at once', async () => {
    const { text, commands } = await typed(
      'incident',
      `"500 errors spiking on checkout API, customers unable to purchase" ${TIME}`,
    );
    expect(commands).toHaveLength(1);
    expect(text).toMatch(
      /\nIncident INC-1 · SEV1 · \w+ · decision \w+ · safety of going back \w+ · \d+ open questions/,
    );
    expect(text).toMatch(/\n## Incident Triage: 500 errors spiking on checkout API\n/);
    expect(text).not.toMatch(/Nothing was run:/);
  });

  it('shows the decision of the stored incident', async () => {
    await typed('incident', `"500 errors" ${TIME}`);
    const { text } = await typed('incident', '--rollback-decision');
    expect(text).toMatch(/Incident INC-1 /);
    expect(text).toMatch(/### Rollback Decision\n/);
    expect(text).not.toMatch(/### Incident Timeline/);
  });

  it('takes words without quotes, and the id of an incident', async () => {
    expect((await typed('incident', `customers can't pay since noon ${TIME}`)).text).toMatch(
      /## Incident Triage: customers can't pay since noon\n/i,
    );
    expect((await typed('incident', 'inc-1')).text).toMatch(/Incident INC-1 /);
  });

  it('says so when nothing was said, and when there is no evidence', async () => {
    expect((await typed('incident', '')).text).toMatch(/Nothing was run: no symptom reached the engine\./);
    mkdirSync(join(work, 'empty'));
    expect((await typed('incident', '"500 errors" --dir empty')).text).toMatch(
      /The engine gave no report\.\n[\s\S]*next: /,
    );
    rmSync(join(work, 'empty'), { recursive: true });
  });

  it('says so where the client told no hook', async () => {
    expect(expanded('incident', '"500 errors"').text).toMatch(/no symptom reached the engine/);
  });

  it('hears each call once, in its own session', async () => {
    await typed('incident', `"500 errors" ${TIME}`);
    expect(expanded('incident', '').text).toMatch(/no symptom reached the engine/);
    expect(readdirSync(join(data, 'arguments'))).toEqual([]);
  });
});

describe('words that a shell would execute', () => {
  const canary = () => join(folder, `canary-${turn}`);
  const table: readonly { readonly name: string; readonly words: (canary: string) => string }[] = [
    { name: '$( )', words: (file) => `errors $(touch '${file}') on checkout` },
    { name: '$( ) in double quotes', words: (file) => `"errors $(touch '${file}') on checkout" ${TIME}` },
    { name: 'backticks', words: (file) => `errors \`touch '${file}'\` on checkout` },
    { name: 'a closing double quote', words: (file) => `x"; touch '${file}'; echo "` },
    { name: 'a closing single quote', words: (file) => `x'; touch "${file}"; echo '` },
    { name: 'both quotes', words: (file) => `'"'"; touch "${file}" #` },
    { name: 'a line of its own', words: (file) => `errors\ntouch '${file}'\n` },
    { name: 'a heredoc end', words: (file) => `errors\nEOF\ntouch '${file}'\n` },
    { name: 'carriage returns', words: (file) => `errors\r\ntouch '${file}'\r\n` },
    {
      name: 'operators',
      words: (file) => `errors && touch '${file}' || touch '${file}' | sh & touch '${file}'`,
    },
    { name: 'redirections', words: (file) => `errors > '${file}' 2>&1` },
    { name: 'process substitution', words: (file) => `errors <(touch '${file}')` },
    { name: 'a variable with a default', words: (file) => `\${X:-$(touch '${file}')}` },
    { name: 'ANSI quoting', words: (file) => `$'x\\'; touch ${file.replaceAll(' ', '\\ ')}; #'` },
    { name: 'a backslash at the end', words: () => 'errors on checkout \\' },
    { name: 'a code fence', words: (file) => `errors\n\`\`\`\ntouch '${file}'\n\`\`\`` },
    {
      name: 'the variables of the client',
      words: (file) => `\${CLAUDE_SESSION_ID} $ARGUMENTS $0 $(touch '${file}')`,
    },
    { name: 'the end of an HTML comment', words: (file) => `--> $(touch '${file}') <!--` },
    { name: 'a null and escapes', words: (file) => `errors \u0000\u001b[2J $(touch '${file}')` },
  ];

  it.each(sampled(table))('are words: $name', async ({ words }) => {
    const { text, commands, said } = await typed('incident', words(canary()));
    expect(said).toBeNull();
    expect(commands).toHaveLength(1);
    expect(commands[0]).not.toMatch(/touch|errors/);
    expect(text).toMatch(/Incident INC-1 · /);
    expect(existsSync(canary())).toBe(false);
  });

  it('are words for every skill, whoever calls it', async () => {
    const all = table.filter(({ name }) => name !== 'a code fence').map(({ words }) => words(canary()));
    for (const skill of sampled(SKILLS)) {
      for (const text of [all.join(' '), all.join('\n')]) {
        expect((await called(skill, text)).commands).toHaveLength(1);
      }
    }
    expect(existsSync(canary())).toBe(false);
  });

  it.each([
    { name: 'inline', words: (file: string) => `errors !\`touch '${file}'\` here` },
    { name: 'as a block', words: (file: string) => `errors\n\`\`\`!\ntouch '${file}'\n\`\`\`` },
    { name: 'after a line', words: (file: string) => `errors\n!\`touch '${file}'\`` },
  ])('are stopped where the client itself would run them: $name', async ({ words }) => {
    expect((await typed('incident', words(canary()))).said).toMatchObject({
      decision: 'block',
      reason: expect.stringMatching(/would run as a command/),
    });
    expect((await called('incident', words(canary()))).said).toMatchObject({
      hookSpecificOutput: { permissionDecision: 'deny' },
    });
    expect(() => expanded('incident', words(canary()))).toThrow(/permission check failed/);
    expect(existsSync(canary())).toBe(false);
  });
});

describe('options in the words', () => {
  it.each([
    { args: '"x" --out report.md', want: /--out is not for a prompt/ },
    { args: '"x" --save-snapshot s.json', want: /--save-snapshot is not for a prompt/ },
    { args: '"x" --store elsewhere', want: /--store is not for a prompt/ },
    { args: '--rolback-decision', want: /is no option; did you mean --rollback-decision\?/ },
    { args: '"x" --now', want: /--now needs a value/ },
    { args: '--timeline --root-cause', want: /cannot be combined/ },
  ])('$args', async ({ args, want }) => {
    const { text } = await typed('incident', args);
    expect(text).toMatch(want);
    expect(readdirSync(work)).toEqual(['error.log']);
  });

  it('let a person look anywhere, and a model below the working directory', async () => {
    const args = `"500 errors" --dir ../outside ${TIME}`;
    expect((await typed('incident', args)).text).toMatch(/Incident INC-1 /);
    expect((await called('incident', args)).text).toMatch(/lies outside the working directory/);
    expect((await called('incident', `"500 errors" --dir . ${TIME}`)).text).toMatch(/Incident INC-\d /);
  });
});

describe('the other skills', () => {
  it.each(sampled(SKILLS.filter((skill) => skill !== 'incident')))(
    '%s shows its view, and says so where there is no incident',
    async (skill) => {
      expect((await typed(skill, '')).text).toMatch(/There is no incident of /);
      await typed('incident', `"500 errors" ${TIME}`);
      const shown = skill === 'verify' ? /\*\*Outcome\*\*: [A-Z_]+/ : /Incident INC-1 · /;
      expect((await typed(skill, '')).text).toMatch(shown);
      expect((await typed(skill, 'INC-1')).text).toMatch(shown);
      // A client without the hook: the view needs no words.
      expect(expanded(skill, '').text).toMatch(shown);
    },
  );
});

describe('without an engine', () => {
  it('the launcher says in one line what to do, and the skill still opens', async () => {
    const alone = join(folder, 'alone', 'bin');
    mkdirSync(alone, { recursive: true });
    const launcher = join(alone, 'wicked-platform.mjs');
    spawnSync('cp', [LAUNCHER, launcher]);
    const run = (...argv: readonly string[]) =>
      spawnSync(process.execPath, [launcher, ...argv], {
        env: { PATH: join(folder, 'no') },
        encoding: 'utf8',
        input: '',
      });
    const line =
      /^wicked-platform: the plugin found no engine; nothing was run\. Install it with `npm install -g wicked-platform`[^\n]*\n$/;
    expect(run('hook', 'answer', 'incident')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(line),
    });
    expect(run('hook', 'event')).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringMatching(line),
    });
    expect(run('mcp')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(line) });
  });
});
