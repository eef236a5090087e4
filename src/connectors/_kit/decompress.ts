/** gzip and zstd, whole and from the start. It opens no file; zstd comes from zlib where Node has it, else from WebAssembly. */

import * as zlib from 'node:zlib';
import { constants, gunzipSync } from 'node:zlib';

export type Compression = 'none' | 'gzip' | 'zstd';

/** A gzip stream can unpack to a thousand times its size; the start of a file never needs more than this. */
const MAX_START_BYTES = 32 * 1024 * 1024;

/** More output than was allowed. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

type ZstdDecode = (
  bytes: Uint8Array,
  options: { maxOutputLength: number; finishFlush: number },
) => Uint8Array;

interface StreamDecoder {
  init(): Promise<void>;
  decodeStreaming(chunks: Iterable<Uint8Array>): Iterable<Uint8Array>;
}

let webAssembly: StreamDecoder | null = null;

function builtInZstd(): ZstdDecode | null {
  const found: unknown = Reflect.get(zlib, 'zstdDecompressSync');
  return typeof found === 'function' ? (found as ZstdDecode) : null;
}

/** Must be awaited once before zstd is unpacked: Node 20 has none of its own. */
export async function prepareZstd(): Promise<void> {
  if (builtInZstd() !== null || webAssembly !== null) return;
  const { ZSTDDecoder } = await import('zstddec/stream');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  webAssembly = decoder;
}

/** By the first bytes, so that a misnamed file is read as what it is. */
export function compressionOf(start: Uint8Array): Compression {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  if (start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd) return 'zstd';
  return 'none';
}

/** Throws TooLargeError above `maxBytes`, and the decoder's own error for a broken stream. */
export function decompress(bytes: Uint8Array, compression: Compression, maxBytes: number): Uint8Array {
  if (compression === 'none') return bytes;
  if (compression === 'gzip') return limited(() => gunzipSync(bytes, { maxOutputLength: maxBytes }));
  return unpackZstd(bytes, maxBytes, false);
}

/** What the start of a compressed file unpacks to; empty where it is broken from the first byte. Never throws. */
export function decompressStart(bytes: Uint8Array, compression: Compression): Uint8Array {
  try {
    if (compression === 'none') return bytes;
    if (compression === 'zstd') return unpackZstd(bytes, MAX_START_BYTES, true);
    return gunzipSync(bytes, { maxOutputLength: MAX_START_BYTES, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array(0);
  }
}

function unpackZstd(bytes: Uint8Array, maxBytes: number, startOnly: boolean): Uint8Array {
  const decode = builtInZstd();
  if (decode !== null) {
    // 0 is ZSTD_e_continue: an unfinished stream gives what it has.
    const finishFlush = startOnly ? 0 : 2;
    const unpacked = limited(() => decode(bytes, { maxOutputLength: maxBytes, finishFlush }));
    // zlib hands out what it has of a frame that was cut short, without an error.
    if (!startOnly && isCutShort(bytes)) throw new Error('the zstd stream is cut short');
    return unpacked;
  }
  if (webAssembly === null) throw new Error('prepareZstd was not awaited');
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for (const chunk of untilStuck(webAssembly.decodeStreaming([bytes]))) {
      total += chunk.length;
      if (total > maxBytes) throw new TooLargeError('too large');
      chunks.push(chunk);
    }
  } catch (error) {
    if (!startOnly) throw error;
  }
  return Buffer.concat(chunks);
}

/** Whether the first frame ends before its last block does (RFC 8878, 3.1.1): the blocks are walked by their sizes. */
function isCutShort(bytes: Uint8Array): boolean {
  const descriptor = bytes[4] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  const flag = descriptor >> 6;
  const sizeBytes = flag === 0 ? Number(single) : 1 << flag;
  let at = 5 + Number(!single) + ([0, 1, 2, 4][descriptor & 3] ?? 0) + sizeBytes;
  for (;;) {
    if (at + 3 > bytes.length) return true;
    const header = (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256 + (bytes[at + 2] ?? 0) * 65_536;
    const runLength = ((header >> 1) & 3) === 1;
    at += 3 + (runLength ? 1 : header >> 3);
    if (at > bytes.length) return true;
    if ((header & 1) === 1) return false;
  }
}

/** Far more empty chunks in a row than any valid stream has. */
const STUCK_AFTER = 256;

/** zstddec goes round for ever on a damaged stream, handing out nothing each time. Throws then. */
export function* untilStuck(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  let empty = 0;
  for (const chunk of chunks) {
    empty = chunk.length === 0 ? empty + 1 : 0;
    if (empty > STUCK_AFTER) throw new Error('the zstd stream is damaged');
    yield chunk;
  }
}

function limited(unpack: () => Uint8Array): Uint8Array {
  try {
    return unpack();
  } catch (error) {
    if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new TooLargeError('too large', { cause: error });
    }
    throw error;
  }
}

/** UTF-8, or UTF-16 where a byte-order mark says so; the mark is dropped and invalid bytes are replaced. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}
