/** No name from a log, a manifest or a repository can become a command or an option: every command is run by a real shell with clients that only write down their arguments. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Platform } from '../../src/domain/service.ts';
import type { Release } from '../../src/domain/situation.ts';
import { atSecond } from '../../src/engine/_testing/situations.ts';
import { rollbackCommands } from '../../src/engine/decide/commands.ts';
import type { Workload } from '../../src/engine/decide/workload.ts';

const CLIENTS = [
  'kubectl',
  'helm',
  'argocd',
  'flux',
  'aws',
  'gcloud',
  'nomad',
  'heroku',
  'vercel',
  'fly',
  'sudo',
  'systemctl',
  'git',
  'docker',
];
const PLATFORMS: readonly Platform[] = [
  'kubernetes',
  'helm',
  'argo-cd',
  'argo-rollouts',
  'flux',
  'ecs',
  'lambda',
  'cloud-run',
  'nomad',
  'systemd',
  'heroku',
  'vercel',
  'fly',
  'compose',
  'git',
];

interface Names {
  readonly name: string;
  readonly namespace: string;
  readonly context: string;
  readonly target: string;
  readonly current: string;
  readonly commit: string;
}

const PLAIN: Names = {
  name: 'nname',
  namespace: 'nspace',
  context: 'ncontext',
  target: 'ntarget',
  current: 'ncurrent',
  commit: 'ncommit',
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wicked-platform-quoting-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'work'));
  for (const client of CLIENTS) {
    const file = join(folder, 'bin', client);
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\0' ${client} "$@" "$END" >> "$CALLS"\n`);
    chmodSync(file, 0o755);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function commandsOf(names: Names): readonly string[] {
  return PLATFORMS.flatMap((platform) => {
    const workload: Workload = {
      platform,
      assumed: false,
      namespace: names.namespace,
      context: names.context,
      name: names.name,
      kind: null,
      workload: names.name,
      workloadNamespace: names.namespace,
      sync: 'self-heal',
    };
    const release = {
      id: 'r',
      service: 'cart',
      version: names.current,
      startedAt: atSecond(0),
      platformRevision: names.current,
      commit: names.commit,
      commits: [],
      share: null,
      deploymentId: null,
    } as unknown as Release;
    // Fly takes an image, and tells it by its form.
    const revision = platform === 'fly' ? null : names.target;
    const commands = rollbackCommands({
      workload,
      release,
      revision,
      target: { version: names.target, commit: names.commit },
    });
    return commands.flatMap(({ command, undo }) => [command, ...(undo === null ? [] : [undo])]);
  });
}

/** What the clients were called with, call by call and argument by argument. */
function callsOf(commands: readonly string[]): readonly (readonly string[])[] {
  const calls = join(folder, 'calls');
  rmSync(calls, { force: true });
  const script = commands.join('\n');
  execFileSync('/bin/bash', ['-n', '-c', script], { stdio: 'pipe' });
  execFileSync('/bin/bash', ['-c', script], {
    cwd: join(folder, 'work'),
    env: { PATH: join(folder, 'bin'), CALLS: calls, END: '\u0001' },
    stdio: 'pipe',
  });
  return readFileSync(calls, 'utf8')
    .split('\u0001\0')
    .slice(0, -1)
    .map((call) => call.split('\0').slice(0, -1))
    .sort((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1));
}

/** A value as a client gets it: control characters, which no name holds, are dropped. */
function printable(value: string): string {
  const kept = [...value].filter((char) => char.charCodeAt(0) >= 32 && char.charCodeAt(0) !== 127).join('');
  return Buffer.from(kept, 'utf8').toString('utf8');
}

const ATTACKS = [
  '$(touch pwned)',
  '`touch pwned`',
  "'; touch pwned; '",
  '"; touch pwned; "',
  'a && touch pwned',
  'a | touch pwned',
  '\n touch pwned\n',
  '$HOME',
  '~root',
  '*',
  '!!',
  'a b',
  '',
  '#',
  '$IFS',
  '>pwned',
  '\\',
  "it's",
  '; touch pwned #',
];
/** Digits alone are a revision to some platforms, and dashes in front are taken off: both are looked at apart. */
const hostile = fc
  .oneof(fc.constantFrom(...ATTACKS), fc.string({ unit: 'binary', maxLength: 24 }))
  .map((value) => `${printable(value).replace(/^-+/, '')}${/^\d+$/.test(value) ? 'x' : ''}`);

describe('commands of every platform', () => {
  it('keep each value one argument of the client that it is meant for', () => {
    const plain = callsOf(commandsOf(PLAIN));
    expect(new Set(plain.map(([client]) => client)).size).toBeGreaterThanOrEqual(12);
    fc.assert(
      fc.property(hostile, hostile, hostile, hostile, (name, namespace, target, current) => {
        const names: Names = { ...PLAIN, name, namespace, target, current };
        const filled = plain.map((call) =>
          call.map((argument) =>
            argument.replace(/nname|nspace|ntarget|ncurrent/g, (word) => substituted(word, names)),
          ),
        );
        const byText = (calls: readonly (readonly string[])[]) => calls.map((call) => call.join('\0')).sort();
        expect(byText(callsOf(commandsOf(names)))).toEqual(byText(filled));
        expect(existsSync(join(folder, 'work', 'pwned'))).toBe(false);
      }),
      { numRuns: 8 },
    );
  });

  it('never begin an option with a value', () => {
    const evil = '--kubeconfig=evil';
    const calls = callsOf(
      commandsOf({ name: evil, namespace: evil, context: evil, target: evil, current: evil, commit: evil }),
    );
    expect(calls.flat().filter((argument) => argument.startsWith(evil))).toEqual([]);
  });
});

function substituted(word: string, names: Names): string {
  const key = (['name', 'namespace', 'target', 'current'] as const).find((each) => PLAIN[each] === word);
  return key === undefined ? word : printable(names[key]);
}
