/** One git process that answers many questions in turn. It knows how such a process lives and ends, not what it says. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Socket } from 'node:net';
import {
  abortError,
  firstLine,
  GitError,
  MAX_STDERR_CHARACTERS,
  spawnError,
  startGit,
} from './git-process.ts';

/** One open question. */
export interface Question<Answer> {
  readonly signal: AbortSignal;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: GitError) => void;
}

/** A process that nobody asks any more ends; the next question starts another one. */
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
 * The process starts at the first question and lives until `close()`, or until nobody asks any more. Questions are answered in
 * order; ask them together (`Promise.all`) to save round trips. Several may share it: an abort rejects the questions of its own
 * signal, and ends the process when no others wait.
 */
export abstract class GitConversation<Answer, Asked extends Question<Answer>> {
  protected readonly root: string;
  /** Oldest first; the first one is being answered. */
  protected readonly queue: Asked[] = [];
  private readonly argv: readonly string[];
  private readonly heard = new Map<AbortSignal, () => void>();
  private child: ChildProcessWithoutNullStreams | null = null;
  private ended: GitError | null = null;
  private idle: NodeJS.Timeout | null = null;

  protected constructor(root: string, argv: readonly string[]) {
    this.root = root;
    this.argv = argv;
  }

  /** Takes bytes of the answers: settles questions of `queue` and removes them. */
  protected abstract take(chunk: Buffer): void;

  /** Drops what is left of a half answer: the process is gone. */
  protected abstract reset(): void;

  /** The process ended by itself while questions are open. Default: they fail, and so does every later one. */
  protected lost(error: GitError): void {
    this.fail(error);
  }

  protected ask(
    line: string,
    signal: AbortSignal,
    make: (settle: Question<Answer>) => Asked,
  ): Promise<Answer> {
    if (signal.aborted) return Promise.reject(abortError(signal));
    if (this.ended !== null) return Promise.reject(this.ended);
    const child = this.child ?? this.start();
    this.hear(signal);
    return new Promise((resolve, reject) => {
      if (this.queue.length === 0) holdLoop(child, true);
      this.queue.push(make({ signal, resolve, reject }));
      child.stdin.write(line);
    });
  }

  /** Ends the process; open questions are rejected. */
  close(): void {
    const { child } = this;
    this.forget();
    this.fail(this.stopped('the reader was closed'));
    if (child === null) return;
    child.ref();
    child.stdin.end();
  }

  /** Kills the process; the questions stay in the queue. The next one starts another process. */
  protected abandon(): void {
    const { child } = this;
    this.forget();
    child?.kill();
  }

  private hear(signal: AbortSignal): void {
    if (this.heard.has(signal)) return;
    const stop = () => {
      for (const asked of this.queue) if (asked.signal === signal) asked.reject(abortError(signal));
      if (!this.queue.every((asked) => asked.signal.aborted)) return;
      this.queue.length = 0;
      this.abandon();
    };
    this.heard.set(signal, stop);
    signal.addEventListener('abort', stop, { once: true });
  }

  private forget(): void {
    if (this.idle !== null) clearTimeout(this.idle);
    for (const [signal, stop] of this.heard) signal.removeEventListener('abort', stop);
    this.heard.clear();
    this.idle = null;
    this.child = null;
    this.reset();
  }

  private stopped(why: string): GitError {
    return new GitError('failed', {
      code: 'unavailable',
      what: `git ${this.argv[0] ?? ''} in ${this.root}`,
      why,
      nextStep: 'Run `git fsck` in that repository.',
    });
  }

  private start(): ChildProcessWithoutNullStreams {
    const child = startGit(this.root, this.argv);
    const whileOurs = (act: () => void) => () => {
      if (this.child === child) act();
    };
    this.child = child;
    child.stdin.on('error', () => undefined);
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => {
      if (stderr.length < MAX_STDERR_CHARACTERS) stderr += text.toString('utf8');
    });
    child.stdout.on('data', (chunk: Buffer) => whileOurs(() => this.hand(chunk, child))());
    child.on('error', (cause) => whileOurs(() => this.lost(spawnError(cause, this.root)))());
    child.on(
      'close',
      whileOurs(() => this.lost(this.stopped(firstLine(stderr) || 'the process ended early'))),
    );
    const end = whileOurs(() => {
      if (this.queue.length > 0) return;
      this.forget();
      child.stdin.end();
    });
    this.idle = setTimeout(end, IDLE_MS).unref();
    return child;
  }

  private hand(chunk: Buffer, child: ChildProcessWithoutNullStreams): void {
    this.take(chunk);
    if (this.queue.length > 0 || this.child !== child) return;
    holdLoop(child, false);
    this.idle?.refresh();
  }

  private fail(error: GitError): void {
    this.ended ??= error;
    for (const asked of this.queue.splice(0)) asked.reject(error);
  }
}
