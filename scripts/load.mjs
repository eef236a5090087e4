/** Runs TypeScript sources from a script: Node 20 reads none, so they are bundled aside and imported. npm packages stay in node_modules. */
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CACHE, ROOT } from './workspace.mjs';

/**
 * A module that finds files beside itself finds those of `assets` alone: it runs from the cache.
 * @param {Record<string, string>} entry name → source, relative to the repository
 * @param {readonly string[]} assets folders of dist/ that the modules read from while they run
 * @returns {Promise<Record<string, any>>} name → module
 */
export async function loadSources(entry, assets = []) {
  const { build } = await import('tsdown');
  const outDir = join(CACHE, `load-${process.pid}`);
  const remove = () => rmSync(outDir, { recursive: true, force: true });
  if (assets.length > 0) process.once('exit', remove);
  try {
    await build({
      config: false,
      cwd: ROOT,
      entry,
      outDir,
      format: 'esm',
      platform: 'node',
      dts: false,
      report: false,
      logLevel: 'error',
      checks: { eval: false, pluginTimings: false },
      deps: { skipNodeModulesBundle: true },
    });
    const names = Object.keys(entry);
    for (const folder of assets) symlinkSync(join(ROOT, 'dist', folder), join(outDir, folder), 'junction');
    const urls = names.map((name) => pathToFileURL(join(outDir, `${name}.mjs`)).href);
    const modules = await Promise.all(urls.map((url) => import(url)));
    return Object.fromEntries(names.map((name, index) => [name, modules[index]]));
  } finally {
    if (assets.length === 0) remove();
  }
}
