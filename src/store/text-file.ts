/** Reads and writes text files for snapshots and reports. A file is written whole or not at all. */
import { randomBytes } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PlatformError } from '../domain/error.ts';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Throws PlatformError `unreadable`. */
export async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new PlatformError({
      code: 'unreadable',
      what: `${path} cannot be read`,
      why: codeOf(cause) === 'ENOENT' ? 'no such file' : codeOf(cause),
      nextStep: 'Check the path and its permissions.',
      cause,
    });
  }
}

/** Through a file beside it that is synced and renamed: a reader sees the old text or the new one. Throws PlatformError `unreadable`. */
export async function writeTextFile(path: string, text: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const beside = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    if (await isDevice(target)) {
      await writeFile(target, text, 'utf8');
      return;
    }
    const file = await open(beside, 'wx', 0o644);
    try {
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, target);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new PlatformError({
      code: 'unreadable',
      what: `${path} cannot be written`,
      why: codeOf(cause) === 'ENOENT' ? 'the folder does not exist' : codeOf(cause),
      nextStep: 'Name a file in a writable folder.',
      cause,
    });
  }
}

/** A terminal, a pipe or /dev/null is written to; only a file is replaced. */
async function isDevice(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => !stats.isFile() && !stats.isDirectory(),
    () => false,
  );
}
