/** Reads many objects through one `git cat-file --batch` process. It does not decode or cache them. */
import { GitConversation, type Question } from './git-conversation.ts';

/** One answer: the bytes, or null where the object does not exist, is no blob or is larger than the limit. */
export type BlobBytes = Buffer | null;

interface GitObject {
  readonly id: string;
  /** `blob`, `tree`, `commit` or `tag`. */
  readonly type: string;
  /** Null above the limit. */
  readonly bytes: Buffer | null;
}

interface Pending extends Question<GitObject | null> {
  readonly maxBytes: number;
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

/** A conversation (see there) with `git cat-file --batch`. */
export class BlobReader extends GitConversation<GitObject | null, Pending> {
  private rest: Buffer = EMPTY;
  private body: Body | null = null;

  constructor(root: string) {
    super(root, ['cat-file', '--batch']);
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
    return this.ask(`${spec}\n`, signal, (settle) => ({ ...settle, maxBytes }));
  }

  protected reset(): void {
    this.rest = EMPTY;
    this.body = null;
  }

  protected take(chunk: Buffer): void {
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
