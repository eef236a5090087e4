/** Streams a log file's bytes, decompressed, into a feeder. Reading plain files is synchronous per megabyte: that is the fastest way there is. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Transform } from 'node:stream';
import type { EvidenceFile } from '../../../ports/connector.ts';
import { type Compression, compressionOf, untilStuck } from '../../_kit/decompress.ts';
import { CHUNK } from '../scan/line-kernel.ts';
import { type Encoding, encodingOf, Utf16Recoder } from './encoding.ts';
import type { LineFeeder } from './line-feeder.ts';
import type { ByteRange } from './window.ts';

export type ReadOutcome =
  | { readonly kind: 'read'; readonly bytes: number; readonly cutLines: number; readonly encoding: Encoding }
  /** What was read before the fault is kept. */
  | { readonly kind: 'broken'; readonly bytes: number; readonly why: string }
  | { readonly kind: 'binary' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unreadable'; readonly why: string };

export interface ReadOptions {
  /** The part of a plain file to read; null for all of it. */
  readonly range: ByteRange | null;
  readonly signal: AbortSignal;
  readonly progress: (bytesOnDisk: number) => void;
}

/** What cuts the bytes into lines. */
export type Feeder = Pick<
  LineFeeder,
  'bytes' | 'cutLines' | 'startAt' | 'space' | 'commit' | 'write' | 'end'
>;

/** Decides the encoding from the first chunk, then hands everything on. */
class Sink {
  readonly feeder: Feeder;
  encoding: Encoding | null = null;
  #recoder: Utf16Recoder | null = null;

  constructor(feeder: Feeder) {
    this.feeder = feeder;
  }

  write(chunk: Uint8Array): void {
    this.decide(chunk);
    if (this.encoding === 'binary') return;
    this.feeder.write(this.#recoder === null ? chunk : this.#recoder.recode(chunk));
  }

  decide(chunk: Uint8Array): void {
    if (this.encoding !== null || chunk.length === 0) return;
    this.encoding = encodingOf(chunk);
    if (this.encoding === 'utf-16le' || this.encoding === 'utf-16be')
      this.#recoder = new Utf16Recoder(this.encoding);
  }

  outcome(): ReadOutcome {
    if (this.encoding === null) return { kind: 'empty' };
    if (this.encoding === 'binary') return { kind: 'binary' };
    this.feeder.end();
    return {
      kind: 'read',
      bytes: this.feeder.bytes,
      cutLines: this.feeder.cutLines,
      encoding: this.encoding,
    };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export interface FileStart {
  readonly compression: Compression;
  /** True where places in the text are not places in the file: it is compressed or UTF-16. */
  readonly isRecoded: boolean;
}

const START = 4_096;
const PAGE = 4_096;

function startOf(descriptor: number): Buffer {
  const start = Buffer.alloc(START);
  return start.subarray(0, readSync(descriptor, start, 0, START, 0));
}

/** By the file's first bytes, whatever its name says; an unreadable file fails when it is read. */
export function readStart(file: EvidenceFile): FileStart {
  try {
    const descriptor = openSync(file.absolutePath, 'r');
    try {
      const bytes = startOf(descriptor);
      const compression = compressionOf(bytes);
      return { compression, isRecoded: compression !== 'none' || encodingOf(bytes).startsWith('utf-16') };
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return { compression: 'none', isRecoded: false };
  }
}

/** Reads the whole file into `feeder`. Never throws for what a file may hold; aborting ends it early with `broken`. */
export async function readLines(
  file: EvidenceFile,
  compression: Compression,
  feeder: Feeder,
  options: ReadOptions,
): Promise<ReadOutcome> {
  const sink = new Sink(feeder);
  try {
    if (compression === 'none') await readPlain(file, sink, options);
    else if (compression === 'gzip') {
      const { createGunzip } = await import('node:zlib');
      await readThrough(file, sink, createGunzip({ chunkSize: CHUNK }), options);
    } else await readZstd(file, sink, options);
  } catch (error) {
    const why = reasonOf(error);
    const bytes = sink.feeder.bytes;
    if (sink.encoding === 'binary') return { kind: 'binary' };
    if (bytes === 0) return { kind: 'unreadable', why };
    endSoundly(sink.feeder);
    return { kind: 'broken', bytes, why };
  }
  return sink.outcome();
}

/** What could not take a piece of the file may not take its end either; what it took before stands. */
function endSoundly(feeder: Feeder): void {
  try {
    feeder.end();
  } catch {
    // the fault that ended the reading is told
  }
}

async function readPlain(file: EvidenceFile, sink: Sink, options: ReadOptions): Promise<void> {
  const { from, to } = options.range ?? { from: 0, to: Number.POSITIVE_INFINITY };
  const descriptor = openSync(file.absolutePath, 'r');
  sink.feeder.startAt(from);
  try {
    if (from > 0) sink.decide(startOf(descriptor));
    for (let position = from, chunks = 1; position < to; chunks++) {
      const count = readChunk(descriptor, sink, position, Math.min(CHUNK - (position % PAGE), to - position));
      if (count === 0) return;
      position += count;
      options.progress(position);
      options.signal.throwIfAborted();
      if (chunks % 16 === 0) await new Promise(setImmediate);
    }
  } finally {
    closeSync(descriptor);
  }
}

function readChunk(descriptor: number, sink: Sink, position: number, most: number): number {
  if (sink.encoding === 'utf-8') {
    const space = sink.feeder.space();
    const count = readSync(descriptor, space, 0, Math.min(space.length, most), position);
    if (count > 0) sink.feeder.commit(count);
    return count;
  }
  const chunk = Buffer.allocUnsafe(most);
  const count = readSync(descriptor, chunk, 0, most, position);
  sink.write(chunk.subarray(0, count));
  return sink.encoding === 'binary' ? 0 : count;
}

async function readThrough(
  file: EvidenceFile,
  sink: Sink,
  decompress: Transform,
  options: ReadOptions,
): Promise<void> {
  // streams and zlib cost a plain log more to load than a megabyte of it to read
  const [{ createReadStream }, { pipeline }] = await Promise.all([
    import('node:fs'),
    import('node:stream/promises'),
  ]);
  const source = createReadStream(file.absolutePath, { highWaterMark: CHUNK / 4 });
  const take = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) {
      sink.write(chunk);
      options.progress(source.bytesRead);
      if (sink.encoding === 'binary') throw new Error('binary content');
    }
  };
  await pipeline(source, decompress, take, { signal: options.signal });
}

/** zlib reads zstd from Node 22.15 on; before that WebAssembly does. */
async function readZstd(file: EvidenceFile, sink: Sink, options: ReadOptions): Promise<void> {
  const zlib = await import('node:zlib');
  const create: unknown = Reflect.get(zlib, 'createZstdDecompress');
  if (typeof create === 'function') {
    const stream: Transform = Reflect.apply(create, zlib, [{ chunkSize: CHUNK }]);
    return readThrough(file, sink, stream, options);
  }
  const { ZSTDDecoder } = await import('zstddec/stream');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  const descriptor = openSync(file.absolutePath, 'r');
  try {
    for (const chunk of untilStuck(decoder.decodeStreaming(compressedChunks(descriptor, options)))) {
      sink.write(chunk);
      if (sink.encoding === 'binary') return;
    }
  } finally {
    closeSync(descriptor);
  }
}

function* compressedChunks(descriptor: number, options: ReadOptions): Generator<Uint8Array> {
  for (let read = 0; ; ) {
    options.signal.throwIfAborted();
    const chunk = Buffer.allocUnsafe(CHUNK / 4);
    const count = readSync(descriptor, chunk, 0, chunk.length, null);
    if (count === 0) return;
    read += count;
    options.progress(read);
    yield chunk.subarray(0, count);
  }
}
