/**
 * Builds dist/ in a folder beside it and swaps it in whole, so that nobody ever runs half a build.
 * `--if-stale` does nothing when dist/ is newer than its sources.
 */
import { existsSync, mkdirSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { binOf, CACHE, CLI, CLI_SOURCE, isBuildStale, progress, ROOT, runNode } from './workspace.mjs';

const DIST = join(ROOT, 'dist');
/** The bundler's own advice: about a Node that it still supports and that we test on, and about scripts that are no modules. */
const BUNDLER_NOTICE =
  /^\[tsdown\] Node\.js v\S+ is deprecated\..*\n|^\s*WARN\s+We recommend using the ESM format.*\n(?:.*\n){2}\n?/gm;

/** @returns {Promise<number>} the exit code */
async function build() {
  if (!existsSync(join(ROOT, CLI_SOURCE))) {
    progress(`wicked-platform: nothing to build yet, ${CLI_SOURCE} does not exist`);
    return 1;
  }
  const startedAt = new Date();
  const next = join(CACHE, `build-${process.pid}`);
  const previous = join(CACHE, `previous-${process.pid}`);
  mkdirSync(CACHE, { recursive: true });
  const argv = [binOf('tsdown'), '--out-dir', next, '--log-level', 'warn'];
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
  const { code, output } = await runNode(argv, { env });
  process.stderr.write(output.replaceAll(BUNDLER_NOTICE, ''));
  if (code !== 0 || !existsSync(join(next, 'cli.js'))) {
    rmSync(next, { recursive: true, force: true });
    progress('wicked-platform: the build failed');
    return 1;
  }
  if (existsSync(DIST)) renameSync(DIST, previous);
  renameSync(next, DIST);
  rmSync(previous, { recursive: true, force: true });
  // The first triage leaves its compiled code beside the program (src/faces/cli/compiled.ts): the next one starts from it.
  const first = await runNode([CLI, 'demo'], { env });
  if (first.code !== 0) {
    process.stderr.write(first.output);
    progress('wicked-platform: the build cannot triage its demo');
    return 1;
  }
  // A source saved while the build ran is newer than the build.
  utimesSync(CLI, startedAt, startedAt);
  return 0;
}

process.exitCode = process.argv.includes('--if-stale') && !isBuildStale() ? 0 : await build();
