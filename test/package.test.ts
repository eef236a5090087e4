/** The npm package as a user gets it: packed, installed into an empty folder, run. Needs `npm run build` first, which `npm test` does. */
import { execFileSync } from 'node:child_process';
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
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { ASSET_SOURCES, assetPath } from '../src/connectors/_kit/assets.ts';

/** Whole triages in processes of their own, half of them compiling the program anew: 20 s were too few on a slow machine beside two other runs. */
const MANY_TRIAGES_MS = 90_000;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CLI = join(ROOT, 'dist', 'cli.js');
const WINDOWS = process.platform === 'win32';

type Packed = { readonly filename: string; readonly files: readonly { readonly path: string }[] };

/** npm's stdout. npm is a shell script on Windows. */
function npm(cwd: string, ...argv: readonly string[]): string {
  return execFileSync('npm', argv, {
    cwd,
    encoding: 'utf8',
    shell: WINDOWS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('the npm package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wicked-package-'));
  const installed = join(folder, 'node_modules', 'wicked-platform');
  let packed: readonly string[] = [];

  beforeAll(() => {
    if (!existsSync(CLI)) throw new Error('dist/ is missing: run `npm run build` first');
    const answer: readonly Packed[] = JSON.parse(
      npm(ROOT, 'pack', '--ignore-scripts', '--json', '--pack-destination', folder),
    );
    const tarball = answer[0];
    if (tarball === undefined) throw new Error('npm pack packed nothing');
    packed = tarball.files.map(({ path }) => path);
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    npm(
      folder,
      'install',
      '--offline',
      '--omit=optional',
      '--no-audit',
      '--no-fund',
      join(folder, tarball.filename),
    );
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('brings no other package along but the optional SQLite', () => {
    expect(manifest).not.toHaveProperty('dependencies');
    expect(Object.keys(manifest.optionalDependencies)).toEqual(['@photostructure/sqlite']);
  });

  it('holds the build, its licences and nothing of the sources', () => {
    expect(packed).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'dist/cli.js', 'dist/index.js', 'dist/index.d.ts']),
    );
    expect(packed).toContain('dist/THIRD-PARTY-LICENSES.txt');
    expect(packed.filter((path) => /(^|\/)(src|test|fixtures|node_modules)\/|\.test\./.test(path))).toEqual(
      [],
    );
  });

  it.each(Object.entries(ASSET_SOURCES))('carries %s', (asset) => {
    expect(statSync(join(installed, 'dist', asset)).size).toBe(statSync(assetPath(asset)).size);
  });

  it('runs in an empty folder', () => {
    const printed = execFileSync(process.execPath, [join(installed, 'dist', 'cli.js'), '--version'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(printed.trim()).toBe(manifest.version);
  });

  it('shows its demo there', () => {
    const argv = [join(installed, 'dist', 'cli.js'), 'demo'];
    const printed = execFileSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
    expect(printed.trim()).not.toBe('');
  });

  it(
    'starts the next triage from the code that the first has compiled, and needs none of it',
    () => {
      const argv = [join(installed, 'dist', 'cli.js'), 'demo', '--format', 'json'];
      const demo = () => {
        const printed = execFileSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
        return printed.replaceAll(/"(?:durationMs|id)": ?[^,]*,/g, '');
      };
      const kept = () => readdirSync(join(installed, 'dist')).filter((name) => name.endsWith('.cache'));
      const written = (name: string) => statSync(join(installed, 'dist', name)).mtimeMs;
      expect(packed.filter((path) => path.endsWith('.cache'))).toEqual([]);
      const first = demo();
      const [cache = '', module = '', ...others] = kept().toSorted((a, b) => a.length - b.length);
      const ofThisV8 = expect.stringContaining(process.versions.v8);
      expect([cache, module, others]).toEqual([ofThisV8, expect.stringContaining('.wasm-'), []]);
      const before = [written(cache), written(module)];
      expect(demo()).toBe(first);
      expect([written(cache), written(module)]).toEqual(before);
      // of another build, or cut off
      for (const bytes of [Buffer.from('// 00\nno code'), Buffer.alloc(0)]) {
        writeFileSync(join(installed, 'dist', cache), bytes);
        expect(demo()).toBe(first);
        expect(statSync(join(installed, 'dist', cache)).size).toBeGreaterThan(1_000_000);
      }
      // machine code that was changed by one byte, or cut off, must never run
      const whole = readFileSync(join(installed, 'dist', module));
      const changed = Buffer.from(whole);
      changed[changed.length >> 1] = 255 - (whole[whole.length >> 1] ?? 0);
      for (const bytes of [changed, whole.subarray(0, 1000), Buffer.alloc(0)]) {
        writeFileSync(join(installed, 'dist', module), bytes);
        expect(demo()).toBe(first);
        expect(readFileSync(join(installed, 'dist', module)).equals(whole)).toBe(true);
      }
      writeFileSync(join(installed, 'dist', 'cli.bundle.cjs'), '// 00\nthrow new Error("cut off"');
      expect(demo()).toBe(first);
      rmSync(join(installed, 'dist', 'cli.bundle.cjs'));
      expect(demo()).toBe(first);
    },
    MANY_TRIAGES_MS,
  );

  it('carries the plugin, its marketplace and the skill for other agents', () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        '.claude-plugin/marketplace.json',
        'plugin/.claude-plugin/plugin.json',
        'plugin/.mcp.json',
        'plugin/agents/incident-responder.md',
        'plugin/bin/wicked-platform',
        'plugin/bin/wicked-platform.mjs',
        'plugin/hooks/hooks.json',
        'plugin/skills/incident/SKILL.md',
        'skills/wicked-platform/AGENTS.md',
        'skills/wicked-platform/SKILL.md',
      ]),
    );
  });

  it('triages from the plugin folder as it lies there, with nothing installed in it', () => {
    const evidence = join(folder, 'evidence');
    mkdirSync(evidence);
    writeFileSync(join(evidence, 'error.log'), '2024-01-15T14:23:15Z ERROR checkout-api Payment timeout\n');
    const launcher = join(installed, 'plugin', 'bin', WINDOWS ? 'wicked-platform.mjs' : 'wicked-platform');
    const store = join(folder, 'data');
    const run = (argv: readonly string[], input: string) =>
      execFileSync(WINDOWS ? process.execPath : launcher, WINDOWS ? [launcher, ...argv] : [...argv], {
        cwd: evidence,
        encoding: 'utf8',
        input,
        env: { ...process.env, CLAUDE_PLUGIN_DATA: store, WICKED_PLATFORM_STORE: '' },
      });
    const typed = {
      hook_event_name: 'UserPromptExpansion',
      session_id: 's',
      command_name: 'wicked-platform:incident',
      command_args: "customers can't pay",
    };
    expect(run(['hook'], JSON.stringify(typed))).toBe('');
    expect(run(['hook', 'answer', 'incident', '--session', 's'], '')).toMatch(
      /^Incident \S+ · [\s\S]*\n## Incident Triage: customers can't pay\n/i,
    );
  });

  it('serves agents from the plugin folder', async () => {
    const client = new Client({ name: 'test', version: '1.0.0' });
    const args = [join(installed, 'plugin', 'bin', 'wicked-platform.mjs'), 'mcp'];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd: folder }));
    const { tools } = await client.listTools();
    await client.close();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['answer', 'doctor', 'triage']));
  });

  it('does what its README shows', () => {
    const command = join(folder, 'node_modules', '.bin', WINDOWS ? 'wicked-platform.cmd' : 'wicked-platform');
    const readme = readFileSync(join(installed, 'README.md'), 'utf8');
    expect(readme).toMatch(/^ {4}npm install -g wicked-platform$/m);
    const run = (argv: readonly string[]) =>
      execFileSync(command, argv, { cwd: folder, encoding: 'utf8', shell: WINDOWS });
    expect(run(['--version']).trim()).toBe(manifest.version);
    expect(run(['demo', '--format', 'text'])).toContain(
      'kubectl rollout undo deployment/checkout-api --to-revision=41',
    );
  });

  it('starts as a command of its own', () => {
    expect(readFileSync(CLI, 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true);
  });

  it('satisfies publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed, pack: false });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });
});

describe('an asset', () => {
  it('is refused when the package would not carry it', () => {
    expect(() => assetPath('grammars/tree-sitter-cobol.wasm')).toThrow('no such asset');
  });
});
