/** What differs between two trees, or between folders of them, as `git diff` would say. Where git could say something else, it says nothing. */
import { hasDiffAttributes } from './git-attributes.ts';
import { canRenameAcross, type FilePatch, parseDiff } from './git-diff.ts';
import { isBelow } from './git-paths.ts';
import type { GitSession } from './git-session.ts';

const EMPTY_TREE = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
};

/** The empty tree in the form of ids that `id` has. */
export function emptyTreeFor(id: string): string {
  return /^[0-9a-f]{64}$/.test(id) ? EMPTY_TREE.sha256 : EMPTY_TREE.sha1;
}

/** `from` null is the empty tree. Every method answers null where git must be asked in its own way. */
export class TreeDifferences {
  private readonly root: string;
  private readonly session: GitSession;
  private readonly signal: AbortSignal;

  constructor(root: string, session: GitSession, signal: AbortSignal) {
    this.root = root;
    this.session = session;
    this.signal = signal;
  }

  /** Asked once for two trees. */
  ofTrees(from: string | null, to: string): Promise<readonly FilePatch[] | null> {
    const old = from ?? emptyTreeFor(to);
    return this.session.once(`difference ${old} ${to}`, this.signal, async () => {
      const bytes = await this.session.differences.difference(old, to, this.signal);
      return bytes === null ? null : parseDiff(bytes.toString('utf8'));
    });
  }

  /** The differences of single folders, each told by its own trees, one after another as git orders them. */
  async ofFolders(
    from: string | null,
    to: string,
    paths: readonly string[],
  ): Promise<readonly FilePatch[] | null> {
    const inOrder = [...new Set(paths)].sort((a, b) =>
      Buffer.compare(Buffer.from(`${a}/`), Buffer.from(`${b}/`)),
    );
    if (
      inOrder.some((path) =>
        isBelow(
          path,
          inOrder.filter((other) => other !== path),
        ),
      )
    )
      return null;
    const parts = await Promise.all(inOrder.map((path) => this.ofFolder(from, to, path)));
    const known = parts.filter((part) => part !== null);
    return known.length < parts.length || canRenameAcross(known) ? null : known.flat();
  }

  private async ofFolder(
    from: string | null,
    to: string,
    folder: string,
  ): Promise<readonly FilePatch[] | null> {
    const { trees } = this.session;
    const old = from === null ? 'missing' : await trees.folderAt(from, folder, this.signal);
    const young = await trees.folderAt(to, folder, this.signal);
    if (old === null || young === null) return null;
    if (old === young) return [];
    const tree = young === 'missing' ? emptyTreeFor(to) : young;
    const files = await trees.files(tree, this.signal);
    if (files === null || hasDiffAttributes(this.root, folder, files)) return null;
    const patches = await this.ofTrees(old === 'missing' ? null : old, tree);
    if (patches === null) return null;
    const below = (path: string) => `${folder}/${path}`;
    return patches.map((patch) => ({
      ...patch,
      path: below(patch.path),
      oldPath: patch.oldPath === null ? null : below(patch.oldPath),
    }));
  }
}
