/** What all clients of one repository share while one evidence directory is open: answers that cannot change, and one process for objects and one for differences. It asks nothing itself. */
import type { EvidenceDirectory } from '../../ports/connector.ts';
import { BlobReader } from './git-blobs.ts';
import { DifferenceReader } from './git-differences.ts';
import { GitError, MAX_TEXT_BYTES } from './git-process.ts';
import { TreeReader } from './git-trees.ts';
import { whenClosed } from './release.ts';

export class GitSession {
  readonly objects: BlobReader;
  readonly trees: TreeReader;
  readonly differences: DifferenceReader;
  private readonly answers = new Map<string, Promise<unknown>>();

  /** `root`: absolute path of the repository's root. */
  constructor(root: string) {
    this.objects = new BlobReader(root);
    this.trees = new TreeReader(this.objects, (key, signal, ask) => this.once(key, signal, ask));
    this.differences = new DifferenceReader(root, MAX_TEXT_BYTES);
  }

  /**
   * The answer to `key`, asked for once; a failure is not kept. Who waits for somebody else's question asks it again when
   * that one was stopped before its end.
   */
  async once<Value>(key: string, signal: AbortSignal, ask: () => Promise<Value>): Promise<Value> {
    for (;;) {
      const shared = this.answers.get(key) as Promise<Value> | undefined;
      if (shared === undefined) return this.keep(key, ask());
      try {
        return await shared;
      } catch (error) {
        if (signal.aborted || !(error instanceof GitError) || error.problem !== 'stopped') throw error;
      }
    }
  }

  private async keep<Value>(key: string, answer: Promise<Value>): Promise<Value> {
    this.answers.set(key, answer);
    try {
      return await answer;
    } catch (error) {
      this.answers.delete(key);
      throw error;
    }
  }

  close(): void {
    this.objects.close();
    this.differences.close();
  }
}

const sessions = new WeakMap<EvidenceDirectory, Map<string, GitSession>>();

/** The session of a repository; it ends when the directory is released. */
export function gitSession(directory: EvidenceDirectory, root: string): GitSession {
  const ofDirectory = sessions.get(directory) ?? new Map<string, GitSession>();
  sessions.set(directory, ofDirectory);
  let session = ofDirectory.get(root);
  if (session === undefined) {
    session = new GitSession(root);
    const opened = session;
    ofDirectory.set(root, opened);
    whenClosed(directory, () => {
      ofDirectory.delete(root);
      opened.close();
    });
  }
  return session;
}
