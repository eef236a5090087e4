/** `npm start`: from a fresh clone to the demo report. Installs and builds what is missing, then runs `wicked-platform demo`; stdout is the report alone. */
import { spawnSync } from 'node:child_process';
import { CLI, ensureInstalled, isBuildStale, progress, ROOT, runNode } from './workspace.mjs';

/** @returns {Promise<number>} the exit code */
async function start() {
  await ensureInstalled();
  if (isBuildStale()) {
    progress('wicked-platform: building');
    const { code } = await runNode(['scripts/build.mjs'], { show: true });
    if (code !== 0) return code;
  }
  return spawnSync(process.execPath, [CLI, 'demo'], { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
}

try {
  process.exitCode = await start();
} catch (error) {
  progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
