/** The evidence directory on disk: walked once, files that the user named included, heads read when asked for. It does not judge what a file holds. */
import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { ConnectorError, PlatformError } from '../../domain/error.ts';
import type { Gap } from '../../domain/gap.ts';
import { epochMs } from '../../domain/time.ts';
import type { EvidenceDirectory, EvidenceFile } from '../../ports/connector.ts';
import {
  type Compression,
  compressionOf,
  decodeText,
  decompress,
  decompressStart,
  prepareZstd,
  TooLargeError,
} from './decompress.ts';
import { globToRegExp, isGlob } from './evidence-names.ts';
import type { Allowed } from './roots.ts';
import { compareText, type FoundFile, identityOf, reasonOf, type Walk, walk } from './walk.ts';

export const HEAD_BYTES = 64 * 1024;
/** The compressed start that is read first: nearly always more than HEAD_BYTES when unpacked. */
const COMPRESSED_START_BYTES = 16 * 1024;

export interface EvidenceDirectoryOptions {
  /** Absolute. */
  readonly root: string;
  /** Files, folders and globs that the user named as logs, relative to `base`. */
  readonly logs: readonly string[];
  /** What relative `logs` are relative to, absolute. */
  readonly base: string;
  readonly repos: readonly string[];
  /** Files to read as logs under a name of their own, such as standard input kept in a temporary file. */
  readonly extra?: readonly { readonly path: string; readonly absolutePath: string }[];
  /** Files elsewhere are left out, whatever link led to them; null or absent: all may be read. */
  readonly allowed?: Allowed | null;
}

/** `gaps()` tells what the walk itself could not see. */
export interface WalkedDirectory extends EvidenceDirectory {
  gaps(): Promise<readonly Gap[]>;
}

/** Throws PlatformError `usage` where the directory or a named log does not exist. */
export async function openEvidenceDirectory(options: EvidenceDirectoryOptions): Promise<WalkedDirectory> {
  await requireFolder(options.root);
  let listing: Promise<{ files: readonly EvidenceFile[]; gaps: readonly Gap[] }> | null = null;
  const list = () => {
    listing ??= listFiles(options);
    return listing;
  };
  return {
    root: options.root,
    repos: options.repos,
    ...(options.allowed == null ? {} : { mayRead: options.allowed }),
    files: async () => (await list()).files,
    gaps: async () => (await list()).gaps,
    readText,
  };
}

async function requireFolder(root: string): Promise<void> {
  const problem = await stat(root).then(
    (stats) => (stats.isDirectory() ? null : 'it is a file'),
    (error: unknown) => reasonOf(error),
  );
  if (problem === null) return;
  throw new PlatformError({
    code: 'usage',
    what: `The evidence directory ${root} cannot be searched`,
    why: problem,
    nextStep: 'Name an existing folder with --dir, or a single log with --logs.',
  });
}

/** What a link outside the roots points to is no evidence here, and said so. */
function withinRoots(found: Walk, allowed: Allowed | null): Walk {
  if (allowed === null) return found;
  const files = found.files.filter(({ absolutePath }) => allowed(absolutePath));
  const left = found.files.length - files.length;
  if (left === 0) return found;
  const gap: Gap = {
    source: 'evidence-directory',
    reason: 'rejected',
    detail: `${left} files behind links lie outside the allowed roots and were not read.`,
    effect: 'Their content is missing.',
    nextStep: 'Start the server with a further --root to include them.',
  };
  return { files, gaps: [...found.gaps, gap] };
}

async function listFiles(options: EvidenceDirectoryOptions) {
  const isAllowed = options.allowed ?? (() => true);
  const found = withinRoots(walk(options.root), options.allowed ?? null);
  const explicit = new Map<string, FoundFile>();
  for (const log of options.logs) {
    const named = namedLogs(log, options, found).filter(({ absolutePath }) => isAllowed(absolutePath));
    for (const file of named) explicit.set(identityOf(file.stats), file);
  }
  for (const { path, absolutePath } of options.extra ?? []) {
    const stats = statSync(absolutePath);
    explicit.set(identityOf(stats), { path, absolutePath, stats });
  }
  const others = found.files.filter((file) => !explicit.has(identityOf(file.stats)));
  const files = [
    ...[...explicit.values()].map((file) => evidenceFile(file, true)),
    ...others.map((file) => evidenceFile(file, false)),
  ].sort((a, b) => compareText(a.path, b.path));
  if (files.some((file) => file.compression === 'zstd')) await prepareZstd();
  return { files, gaps: found.gaps };
}

function namedLogs(log: string, options: EvidenceDirectoryOptions, found: Walk): readonly FoundFile[] {
  const absolute = resolve(options.base, log);
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (stats?.isFile() === true) return [placed(absolute, stats, options.root)];
  if (stats?.isDirectory() === true)
    return required(log, below(absolute, options.root), 'the folder holds no log');
  if (!isGlob(log))
    throw noSuchLog(log, stats === undefined ? 'no such file' : 'it is neither a file nor a folder');
  const matches = globToRegExp(absolute.split(sep).join('/'));
  const inside = found.files.filter((file) => matches.test(file.absolutePath.split(sep).join('/')));
  if (inside.length > 0) return inside;
  const fixed = absolute.slice(0, absolute.search(/[*?{]/));
  const folder = fixed.slice(0, fixed.lastIndexOf(sep)) || sep;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw noSuchLog(log, 'no file matches');
  const outside = below(folder, options.root).filter((file) =>
    matches.test(file.absolutePath.split(sep).join('/')),
  );
  return required(log, outside, 'no file matches');
}

function below(folder: string, root: string): readonly FoundFile[] {
  return walk(folder).files.map((file) => placed(file.absolutePath, file.stats, root));
}

function required(log: string, files: readonly FoundFile[], why: string): readonly FoundFile[] {
  if (files.length === 0) throw noSuchLog(log, why);
  return files;
}

function noSuchLog(log: string, why: string): PlatformError {
  return new PlatformError({
    code: 'usage',
    what: `The log ${log} cannot be read`,
    why,
    nextStep: 'Give --logs an existing file, a folder, a glob in quotes, or - for standard input.',
  });
}

function placed(absolutePath: string, stats: Stats, root: string): FoundFile {
  const inside = relative(root, absolutePath);
  const isOutside = inside.startsWith('..') || isAbsolute(inside);
  return { path: (isOutside ? absolutePath : inside).split(sep).join('/'), absolutePath, stats };
}

function evidenceFile(file: FoundFile, explicitLog: boolean): EvidenceFile {
  let head: string | null = null;
  return {
    path: file.path,
    absolutePath: file.absolutePath,
    size: file.stats.size,
    modifiedAt: epochMs(file.stats.mtimeMs),
    compression: compressionByName(file.path),
    explicitLog,
    head: () => {
      head ??= readHead(file.absolutePath);
      return head;
    },
  };
}

function compressionByName(path: string): Compression {
  if (/\.gz$/i.test(path)) return 'gzip';
  return /\.zst$/i.test(path) ? 'zstd' : 'none';
}

function readHead(absolutePath: string): string {
  try {
    const start = readStart(absolutePath, HEAD_BYTES);
    const compression = compressionOf(start);
    if (compression === 'none') return decodeText(withoutCutCharacter(start));
    const short = decompressStart(start.subarray(0, COMPRESSED_START_BYTES), compression);
    const unpacked = short.length < HEAD_BYTES ? decompressStart(start, compression) : short;
    return decodeText(withoutCutCharacter(unpacked.subarray(0, HEAD_BYTES)));
  } catch {
    return '';
  }
}

function readStart(absolutePath: string, bytes: number): Uint8Array {
  const descriptor = openSync(absolutePath, 'r');
  try {
    const buffer = Buffer.allocUnsafe(bytes);
    let length = 0;
    for (;;) {
      const read = readSync(descriptor, buffer, length, bytes - length, length);
      length += read;
      if (read === 0 || length === bytes) return buffer.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** A head that was cut inside a UTF-8 character would end in a replacement character that the file does not hold. */
function withoutCutCharacter(bytes: Uint8Array): Uint8Array {
  if (bytes.length < HEAD_BYTES) return bytes;
  for (let back = 1; back <= 4; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte >= 0xc0) return lengthByLead(byte) > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

function lengthByLead(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

async function readText(file: EvidenceFile, maxBytes: number): Promise<string> {
  if (file.size > maxBytes) throw tooLarge(file, maxBytes);
  const bytes = await readFile(file.absolutePath).catch((error: unknown) => {
    throw new ConnectorError({
      code: 'unreadable',
      what: `${file.path} cannot be read`,
      why: reasonOf(error),
      nextStep: `Make ${file.path} readable for this user, or leave it out.`,
      cause: error,
    });
  });
  const compression = compressionOf(bytes);
  try {
    if (compression === 'zstd') await prepareZstd();
    const unpacked = decompress(bytes, compression, maxBytes);
    if (unpacked.length > maxBytes) throw tooLarge(file, maxBytes);
    return decodeText(unpacked);
  } catch (error) {
    if (error instanceof ConnectorError) throw error;
    if (error instanceof TooLargeError) throw tooLarge(file, maxBytes);
    throw new ConnectorError({
      code: 'malformed',
      what: `${file.path} cannot be unpacked`,
      why: `the ${compression} stream is broken`,
      nextStep: 'Fetch the file again, or leave it out.',
      cause: error,
    });
  }
}

function tooLarge(file: EvidenceFile, maxBytes: number): ConnectorError {
  return new ConnectorError({
    code: 'malformed',
    what: `${file.path} was not read`,
    why: `it is larger than ${maxBytes.toLocaleString('en-US')} bytes`,
    nextStep: 'Cut it down to the time of the incident.',
  });
}
