/** Compiled code in files beside the program: written whole or not at all, and known again by what stands before it. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Beside the program at `path`: one file for each V8, which accepts nobody else's code, and for each kind of code. */
export function keptIn(path: string, kind = ''): string {
  return `${path}.${process.versions.v8}-${process.arch}${kind}.cache`;
}

/** Undefined where there is no such file, or another head. */
export function readKept(file: string, head: Buffer): Buffer | undefined {
  try {
    const kept = readFileSync(file);
    return kept.subarray(0, head.length).equals(head) ? kept.subarray(head.length) : undefined;
  } catch {
    return undefined;
  }
}

export function writeKept(file: string, head: Buffer, code: Uint8Array): void {
  const next = `${file}.${process.pid}`;
  try {
    writeFileSync(next, Buffer.concat([head, code]), { mode: 0o644 });
    renameSync(next, file);
  } catch {
    // a folder of somebody else: each run compiles
    rmSync(next, { force: true });
  }
}

/** A run with other settings of V8 leaves the code of the usual ones alone. */
export function hasUsualSettings(): boolean {
  return process.execArgv.length === 0 && process.env['NODE_OPTIONS'] === undefined;
}
