import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig, type UserConfig } from 'tsdown';
import { BUNDLED } from './scripts/bundled.mjs';
import { compiledForm } from './scripts/compiled-form.mjs';
import { ASSET_SOURCES } from './src/connectors/_kit/assets.ts';

type BundlePlugin = {
  name: string;
  load(id: string): string | null;
  renderChunk(code: string, chunk: { fileName: string }): string | null;
  generateBundle(this: BundleContext, options: unknown, bundle: Record<string, BundleItem>): void;
};
type BundleContext = { emitFile(file: { type: 'asset'; fileName: string; source: string }): void };
type BundleItem = { type: string; moduleIds?: readonly string[] };

const entries = { cli: 'src/faces/cli/bin.ts', index: 'src/index.ts' };
const entry = Object.fromEntries(Object.entries(entries).filter(([, source]) => existsSync(source)));

/** `/…/node_modules/@scope/name/…` → the folder and the name of the innermost package; null for our own modules. */
function packageOf(moduleId: string): { name: string; folder: string } | null {
  const found = moduleId.match(/^.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/);
  return found?.[1] === undefined ? null : { name: found[1].replaceAll('\\', '/'), folder: found[0] };
}

function licenseOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE'].find((name) =>
    existsSync(join(folder, name)),
  );
  const text =
    file === undefined ? `License: ${manifest.license}` : readFileSync(join(folder, file), 'utf8').trim();
  return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text}\n`;
}

/** The bundled packages ask that their licence goes with every copy. */
function thirdPartyLicenses(moduleIds: readonly string[]): string {
  const assets = Object.values(ASSET_SOURCES).map((source) => join(import.meta.dirname, source));
  const folders = new Map<string, string>();
  for (const id of [...moduleIds, ...assets]) {
    const owner = packageOf(id);
    if (owner !== null) folders.set(owner.name, owner.folder);
  }
  const names = [...folders.keys()].sort();
  return names.map((name) => licenseOf(folders.get(name) ?? '')).join(`\n${'-'.repeat(78)}\n\n`);
}

/** Zod's namespace carries its messages in 50 languages (341 KB of 655 KB); we print English. */
function englishOnly(id: string): string | null {
  return /zod[\\/]v4[\\/]locales[\\/]index\.js$/.test(id) ? "export { default as en } from './en.js';" : null;
}

const distribution: BundlePlugin = {
  name: 'distribution',
  load: englishOnly,
  renderChunk: (code, chunk) =>
    chunk.fileName === 'cli.js' && !code.startsWith('#!') ? `#!/usr/bin/env node\n${code}` : null,
  generateBundle(_options, bundle) {
    const moduleIds = Object.values(bundle).flatMap((item) => item.moduleIds ?? []);
    const source = thirdPartyLicenses(moduleIds);
    delete bundle['cli.d.ts'];
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source });
  },
};

const ELSEWHERE = '\0elsewhere';

/** The triages of the command line as one script, for src/faces/cli/compiled.ts: without servers, and with nothing that is loaded as a module. */
const triagesOnly = {
  name: 'triages-only',
  resolveId: (id: string) => (id === '../mcp/main.ts' ? ELSEWHERE : null),
  load: (id: string) => (id === ELSEWHERE ? 'export {};' : englishOnly(id)),
};

/**
 * One build for the command and the library, split where the code says `import()`: a command loads what it runs.
 * Nothing is minified: a stack trace in an incident report must name a function.
 */
const common: UserConfig = {
  platform: 'node',
  target: 'node20.19',
  fixedExtension: false,
  clean: false,
  sourcemap: false,
  report: false,
  // web-tree-sitter evals strings of its own grammar files only where a grammar has JavaScript in it; ours have none.
  checks: { eval: false, pluginTimings: false },
  deps: { onlyBundle: BUNDLED, neverBundle: ['@photostructure/sqlite'] },
};

const modules: UserConfig = {
  ...common,
  entry,
  format: 'esm',
  dts: existsSync(entries.index),
  plugins: [distribution],
  // Each file costs half a millisecond of CPU to find, read and link: what several commands and connectors share is one file, and what
  // the first lines of every command need is another.
  outputOptions: {
    codeSplitting: {
      groups: [
        { name: 'base', test: /[\\/]src[\\/]domain[\\/]error\.ts$/, priority: 2 },
        { name: 'shared', test: /[\\/]src[\\/](?:engine|connectors)[\\/]/, minShareCount: 2, priority: 1 },
      ],
    },
  },
  copy: ({ outDir }) =>
    Object.entries(ASSET_SOURCES).map(([asset, source]) => ({
      from: source,
      to: dirname(join(outDir, asset)),
    })),
};

const compiled: UserConfig = {
  ...common,
  entry: { 'cli.bundle': 'src/faces/cli/main.ts' },
  format: 'cjs',
  dts: false,
  plugins: [triagesOnly, compiledForm],
  // its module form makes a `require` of its own
  alias: { 'web-tree-sitter': join(import.meta.dirname, 'node_modules/web-tree-sitter/web-tree-sitter.cjs') },
  outputOptions: { codeSplitting: false },
};

export default defineConfig([modules, compiled]);
