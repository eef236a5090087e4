/** Differences of many pairs of trees through one `git diff-tree --stdin` process. It does not decode them. */
import { randomUUID } from 'node:crypto';
import { GitConversation, type Question } from './git-conversation.ts';

/** Options that make a difference the same everywhere, whatever the repository configures. */
export const DIFF_OPTIONS: readonly string[] = [
  '--raw',
  '-z',
  '--patch',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--find-renames',
  '--full-index',
  '--no-abbrev',
  '-O/dev/null',
  '--submodule=short',
  '--src-prefix=a/',
  '--dst-prefix=b/',
];

const EMPTY = Buffer.alloc(0);

/** A conversation (see there) with `git diff-tree`, without lines of context. */
export class DifferenceReader extends GitConversation<Buffer | null, Question<Buffer | null>> {
  /** git repeats a line that is no pair of trees: the end of an answer. A file name could hold any text, but not one that nobody knows. */
  private readonly mark = `end ${randomUUID()}\n`;
  private readonly maxBytes: number;
  private chunks: Buffer[] = [];
  private bytes = 0;
  /** The last bytes that were looked through: the mark may be cut in two by the end of a chunk. */
  private last: Buffer = EMPTY;

  /** `maxBytes`: an answer that is larger is null. */
  constructor(root: string, maxBytes: number) {
    super(root, ['diff-tree', '--stdin', '-r', ...DIFF_OPTIONS, '-U0']);
    this.maxBytes = maxBytes;
  }

  /**
   * What `git diff --raw -z --patch` prints for two trees. Null where this process cannot tell: a broken object ends it, and an
   * answer may be too large. Asked alone, git says what is wrong.
   */
  difference(from: string, to: string, signal: AbortSignal): Promise<Buffer | null> {
    return this.ask(`${from} ${to}\n${this.mark}`, signal, (settle) => settle);
  }

  protected reset(): void {
    this.keep(EMPTY);
  }

  private keep(rest: Buffer): void {
    this.chunks = rest.length === 0 ? [] : [rest];
    this.bytes = rest.length;
    this.last = rest.subarray(Math.max(0, rest.length - this.mark.length));
  }

  protected override lost(): void {
    this.giveUp();
  }

  private giveUp(): void {
    this.abandon();
    for (const asked of this.queue.splice(0)) asked.resolve(null);
  }

  protected take(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    const tail = Buffer.concat([this.last, chunk]);
    this.last = tail.subarray(Math.max(0, tail.length - this.mark.length));
    if (tail.includes(this.mark)) this.settle(Buffer.concat(this.chunks));
    if (this.bytes > this.maxBytes) this.giveUp();
  }

  private settle(bytes: Buffer): void {
    let rest = bytes;
    for (let end = rest.indexOf(this.mark); end >= 0; end = rest.indexOf(this.mark)) {
      // The first line repeats the question.
      const start = rest.indexOf(0x0a) + 1;
      const isWhole = start <= end && end - start <= this.maxBytes;
      this.queue.shift()?.resolve(isWhole ? rest.subarray(start, end) : null);
      rest = rest.subarray(end + this.mark.length);
    }
    this.keep(rest);
  }
}
