/** Reads many objects through one `git cat-file --batch` process. It does not decode or cache them. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Socket } from 'node:net';
import { abortError, GitError, spawnError, startGit } from './git-process.ts';

/** One answer: the bytes, or null where the object does not exist, is no blob or is larger than the limit. */
export type BlobBytes = Buffer | null;

interface GitObject {
  readonly id: string;
  /** `blob`, `tree`, `commit` or `tag`. */
  readonly type: string;
  /** Null above the limit. */
  readonly bytes: Buffer | null;
}

interface Pending {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly resolve: (object: GitObject | null) => void;
  readonly reject: (error: GitError) => void;
}

interface Body {
  readonly id: string;
  readonly type: string;
  /** Bytes that still belong to this object, its final newline included. */
  left: number;
  readonly chunks: Buffer[] | null;
  readonly size: number;
}

const NEWLINE = 0x0a;
const EMPTY = Buffer.alloc(0);
export const DEFAULT_BLOB_BYTES = 4 * 1024 * 1024;
/** A process that nobody asks any more ends; the next read starts another one. */
const IDLE_MS = 2_000;

/** Whether the streams of a child hold the event loop: only while an answer is due. */
function holdLoop(child: ChildProcessWithoutNullStreams, holds: boolean): void {
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
    if (handle instanceof Socket || handle === child) {
      if (holds) handle.ref();
      else handle.unref();
    }
  }
}

/**
 * A `cat-file --batch` process that starts at the first `read` and lives until `close()`, or until nobody asks any more.
 * Reads are answered in order; start them together (`Promise.all`) to save round trips. Several may share it: an abort
 * rejects the reads of its own signal, and ends the process when no others wait.
 */
export class BlobReader {
  private readonly root: string;
  private readonly queue: Pending[] = [];
  private readonly heard = new Map<AbortSignal, () => void>();
  private child: ChildProcessWithoutNullStreams | null = null;
  private rest: Buffer = EMPTY;
  private body: Body | null = null;
  private ended: GitError | null = null;
  private idle: NodeJS.Timeout | null = null;

  constructor(root: string) {
    this.root = root;
  }

  /**
   * `spec` is `<revision>:<path>` or an object id. A spec with a line end cannot be asked for and answers null.
   * Throws GitError when git is missing, ended or was aborted.
   */
  async read(spec: string, signal: AbortSignal, maxBytes: number = DEFAULT_BLOB_BYTES): Promise<BlobBytes> {
    const object = await this.object(spec, signal, maxBytes);
    return object?.type === 'blob' ? object.bytes : null;
  }

  /** Any object; null where it does not exist. Throws as `read`. */
  object(spec: string, signal: AbortSignal, maxBytes: number): Promise<GitObject | null> {
    if (/[\n\r\0]/.test(spec) || spec === '') return Promise.resolve(null);
    if (signal.aborted) return Promise.reject(abortError(signal));
    if (this.ended !== null) return Promise.reject(this.ended);
    const child = this.child ?? this.start();
    this.hear(signal);
    return new Promise((resolve, reject) => {
      if (this.queue.length === 0) holdLoop(child, true);
      this.queue.push({ maxBytes, signal, resolve, reject });
      child.stdin.write(`${spec}\n`);
    });
  }

  /** Ends the process; open reads are rejected. */
  close(): void {
    const { child } = this;
    this.forget();
    this.fail(this.stopped('the reader was closed'));
    if (child === null) return;
    child.ref();
    child.stdin.end();
  }

  private hear(signal: AbortSignal): void {
    if (this.heard.has(signal)) return;
    const stop = () => {
      for (const pending of this.queue) if (pending.signal === signal) pending.reject(abortError(signal));
      if (!this.queue.every((pending) => pending.signal.aborted)) return;
      this.child?.kill();
      this.queue.length = 0;
      this.forget();
    };
    this.heard.set(signal, stop);
    signal.addEventListener('abort', stop, { once: true });
  }

  /** The next read starts another process. */
  private forget(): void {
    if (this.idle !== null) clearTimeout(this.idle);
    for (const [signal, stop] of this.heard) signal.removeEventListener('abort', stop);
    this.heard.clear();
    this.idle = null;
    this.child = null;
    this.rest = EMPTY;
    this.body = null;
  }

  private stopped(why: string): GitError {
    return new GitError('failed', {
      code: 'unavailable',
      what: `git cat-file in ${this.root}`,
      why,
      nextStep: 'Run `git fsck` in that repository.',
    });
  }

  private start(): ChildProcessWithoutNullStreams {
    const child = startGit(this.root, ['cat-file', '--batch']);
    const whileOurs = (act: () => void) => () => {
      if (this.child === child) act();
    };
    this.child = child;
    child.stdin.on('error', () => undefined);
    child.stderr.on('data', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => whileOurs(() => this.take(chunk, child))());
    child.on('error', (cause) => whileOurs(() => this.fail(spawnError(cause, this.root)))());
    child.on(
      'close',
      whileOurs(() => this.fail(this.stopped('the process ended early'))),
    );
    const end = whileOurs(() => {
      if (this.queue.length > 0) return;
      this.forget();
      child.stdin.end();
    });
    this.idle = setTimeout(end, IDLE_MS).unref();
    return child;
  }

  private fail(error: GitError): void {
    this.ended ??= error;
    for (const pending of this.queue.splice(0)) pending.reject(error);
  }

  private take(chunk: Buffer, child: ChildProcessWithoutNullStreams): void {
    let bytes: Buffer = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    this.rest = EMPTY;
    while (bytes.length > 0) {
      if (this.body === null) {
        const end = bytes.indexOf(NEWLINE);
        if (end < 0) {
          this.rest = bytes;
          break;
        }
        this.header(bytes.toString('utf8', 0, end));
        bytes = bytes.subarray(end + 1);
      } else bytes = this.consume(this.body, bytes);
    }
    if (this.queue.length > 0) return;
    holdLoop(child, false);
    this.idle?.refresh();
  }

  private header(line: string): void {
    const match = /^([0-9a-f]+) (\w+) (\d+)$/.exec(line);
    if (match === null) {
      this.queue.shift()?.resolve(null);
      return;
    }
    const [, id = '', type = '', digits] = match;
    const size = Number(digits);
    const wanted = size <= (this.queue[0]?.maxBytes ?? 0);
    this.body = { id, type, left: size + 1, chunks: wanted ? [] : null, size };
  }

  private consume(body: Body, bytes: Buffer): Buffer {
    const part = bytes.subarray(0, body.left);
    body.chunks?.push(part);
    body.left -= part.length;
    if (body.left === 0) {
      this.body = null;
      const whole = body.chunks === null ? null : Buffer.concat(body.chunks).subarray(0, body.size);
      this.queue.shift()?.resolve({ id: body.id, type: body.type, bytes: whole });
    }
    return bytes.subarray(part.length);
  }
}
