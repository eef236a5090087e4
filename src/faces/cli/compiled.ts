/**
 * The command line as one script whose compiled code is kept in a file beside it (docs/adr/0009): a triage lives about a second, of which
 * V8 otherwise spends a sixth on reading and compiling its own program. Whatever goes wrong here, the modules do the same.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { hasUsualSettings, keptIn, readKept, writeKept } from './kept-file.ts';
import { keepWasm } from './kept-wasm.ts';
import { tuneForShortRun } from './short-run.ts';

export interface Compiled {
  /** @returns the exit code */
  run(argv: readonly string[]): Promise<number>;
  /** Keeps the compiled code for the next run, where none was kept that fits. Call after `run`. */
  keep(): void;
}

/** V8 knows its own code again by the length of the source alone: the source's first line, a digest of it, stands before the code. */
function headOf(source: string): Buffer {
  const line = source.slice(0, source.indexOf('\n') + 1);
  // V8 copies code that does not begin at a multiple of 8, and each new page of the copy costs
  return Buffer.from(line.padEnd(Math.ceil(line.length / 8) * 8));
}

interface Bundle {
  run(argv: readonly string[]): Promise<number>;
}

function isBundle(exports: object): exports is Bundle {
  return 'run' in exports && typeof exports.run === 'function';
}

/** Null where there is no such script, as in the source tree, or it cannot be run. */
export async function loadCompiled(location: URL): Promise<Compiled | null> {
  const path = fileURLToPath(location);
  if (!existsSync(path)) return null;
  // code fits only a V8 with the settings that it was compiled under
  await tuneForShortRun();
  try {
    return compile(path, location);
  } catch {
    // cut off, or not readable
    return null;
  }
}

function compile(path: string, location: URL): Compiled | null {
  const source = readFileSync(path, 'latin1');
  const head = headOf(source);
  const kept = readKept(keptIn(path), head);
  const script = new Script(source, { filename: path, cachedData: kept });
  const module: { exports: object } = { exports: {} };
  const start: unknown = script.runInThisContext();
  if (typeof start !== 'function') return null;
  start(module.exports, createRequire(location), module, path, dirname(path));
  if (!isBundle(module.exports)) return null;
  const { run } = module.exports;
  const isRejected = script.cachedDataRejected === true;
  const keepModules = keepWasm(path);
  return {
    run,
    keep: () => {
      keepModules();
      if (kept === undefined || (isRejected && hasUsualSettings()))
        writeKept(keptIn(path), head, script.createCachedData());
    },
  };
}
