/** Reads many blobs through one `git cat-file --batch` process. It does not decode or cache them. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { abortError, GitError, spawnError, startGit } from './git-process.ts';

/** One answer: the bytes, or null where the object does not exist, is no blob or is larger than the limit. */
export type BlobBytes = Buffer | null;

interface Pending {
  readonly maxBytes: number;
  readonly resolve: (bytes: BlobBytes) => void;
  readonly reject: (error: GitError) => void;
}

interface Body {
  /** Bytes that still belong to this object, its final newline included. */
  left: number;
  readonly chunks: Buffer[] | null;
  readonly size: number;
}

const NEWLINE = 0x0a;
const EMPTY = Buffer.alloc(0);
export const DEFAULT_BLOB_BYTES = 4 * 1024 * 1024;

/**
 * A `cat-file --batch` process that starts at the first `read` and lives until `close()`, which every user must call.
 * Reads are answered in order; start them together (`Promise.all`) to save round trips. After an abort every read rejects.
 */
export class BlobReader {
  private readonly root: string;
  private readonly signal: AbortSignal;
  private readonly queue: Pending[] = [];
  private child: ChildProcessWithoutNullStreams | null = null;
  private rest: Buffer = EMPTY;
  private body: Body | null = null;
  private ended: GitError | null = null;

  constructor(root: string, signal: AbortSignal) {
    this.root = root;
    this.signal = signal;
  }

  /**
   * `spec` is `<revision>:<path>` or an object id. A spec with a line end cannot be asked for and answers null.
   * Throws GitError when git is missing, ended or was aborted.
   */
  read(spec: string, maxBytes: number = DEFAULT_BLOB_BYTES): Promise<BlobBytes> {
    if (/[\n\r\0]/.test(spec) || spec === '') return Promise.resolve(null);
    if (this.signal.aborted) return Promise.reject(abortError(this.signal));
    if (this.ended !== null) return Promise.reject(this.ended);
    const child = this.child ?? this.start();
    return new Promise((resolve, reject) => {
      this.queue.push({ maxBytes, resolve, reject });
      child.stdin.write(`${spec}\n`);
    });
  }

  /** Many at once, in the order asked. */
  readMany(specs: readonly string[], maxBytes?: number): Promise<readonly BlobBytes[]> {
    return Promise.all(specs.map((spec) => this.read(spec, maxBytes)));
  }

  /** Ends the process; open reads are rejected. */
  close(): void {
    this.signal.removeEventListener('abort', this.onAbort);
    this.child?.stdin.end();
    this.child = null;
    this.fail(this.stopped('the reader was closed'));
  }

  private readonly onAbort = (): void => {
    this.child?.kill();
    this.fail(abortError(this.signal));
  };

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
    this.child = child;
    this.signal.addEventListener('abort', this.onAbort, { once: true });
    child.stdin.on('error', () => undefined);
    child.stderr.on('data', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => this.take(chunk));
    child.on('error', (cause) => this.fail(spawnError(cause, this.root)));
    child.on('close', () => this.fail(this.stopped('the process ended early')));
    return child;
  }

  private fail(error: GitError): void {
    this.ended ??= error;
    for (const pending of this.queue.splice(0)) pending.reject(error);
  }

  private take(chunk: Buffer): void {
    let bytes: Buffer = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    this.rest = EMPTY;
    while (bytes.length > 0) {
      if (this.body === null) {
        const end = bytes.indexOf(NEWLINE);
        if (end < 0) {
          this.rest = bytes;
          return;
        }
        this.header(bytes.toString('utf8', 0, end));
        bytes = bytes.subarray(end + 1);
      } else bytes = this.consume(this.body, bytes);
    }
  }

  private header(line: string): void {
    const match = /^[0-9a-f]+ (\w+) (\d+)$/.exec(line);
    if (match === null) {
      this.queue.shift()?.resolve(null);
      return;
    }
    const size = Number(match[2]);
    const wanted = match[1] === 'blob' && size <= (this.queue[0]?.maxBytes ?? 0);
    this.body = { left: size + 1, chunks: wanted ? [] : null, size };
  }

  private consume(body: Body, bytes: Buffer): Buffer {
    const part = bytes.subarray(0, body.left);
    body.chunks?.push(part);
    body.left -= part.length;
    if (body.left === 0) {
      this.body = null;
      const whole = body.chunks === null ? null : Buffer.concat(body.chunks).subarray(0, body.size);
      this.queue.shift()?.resolve(whole);
    }
    return bytes.subarray(part.length);
  }
}
