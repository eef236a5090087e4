/** Trees of a repository read as objects, each once. It compares none and reads no file. */
import type { BlobReader } from './git-blobs.ts';

export interface TreeEntry {
  readonly path: string;
  /** `120000` is a symbolic link, `160000` a submodule. */
  readonly mode: string;
  readonly blob: string;
}

interface Item {
  readonly name: string;
  /** As `git ls-tree` prints it. */
  readonly mode: string;
  readonly id: string;
}

/** Asks once for what every client of a repository may want to know (`GitSession.once`). */
type Once = <Value>(key: string, signal: AbortSignal, ask: () => Promise<Value>) => Promise<Value>;

const FOLDER = '040000';
const MAX_TREE_BYTES = 16 * 1024 * 1024;
/** Deeper than any checkout can be: paths end at 4,096 bytes. */
const MAX_DEPTH = 2_048;
/** A few objects that hold one another many times over make millions of files: such a list is left to git, which is cut off. */
const MAX_ITEMS = 500_000;

/** git knows six modes; older versions wrote others. */
function canonicalMode(octal: string): string {
  const mode = Number.parseInt(octal, 8);
  const kind = mode & 0o170000;
  if (kind === 0o100000) return (mode & 0o100) === 0 ? '100644' : '100755';
  if (kind === 0o040000) return FOLDER;
  return kind === 0o120000 ? '120000' : '160000';
}

/** The items of a tree object; null for bytes that are none. */
function itemsOf(bytes: Buffer, idBytes: number): readonly Item[] | null {
  const items: Item[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const end = space < 0 ? -1 : bytes.indexOf(0, space);
    if (end < 0 || end + 1 + idBytes > bytes.length) return null;
    items.push({
      mode: canonicalMode(bytes.toString('latin1', at, space)),
      name: bytes.toString('utf8', space + 1, end),
      id: bytes.toString('hex', end + 1, end + 1 + idBytes),
    });
    at = end + 1 + idBytes;
  }
  return items;
}

/** Every method answers null where a tree is missing, broken or too large: git itself says then what is wrong. */
export class TreeReader {
  private readonly objects: BlobReader;
  private readonly once: Once;

  constructor(objects: BlobReader, once: Once) {
    this.objects = objects;
    this.once = once;
  }

  /** Id of the tree of a commit. */
  async rootOf(commit: string, signal: AbortSignal): Promise<string | null> {
    const object = await this.objects.object(`${commit}^{tree}`, signal, 0);
    return object?.type === 'tree' ? object.id : null;
  }

  /** Every file below a tree, in the order of `git ls-tree -r`: folders are sorted as if their names ended in a slash. */
  async files(tree: string, signal: AbortSignal): Promise<readonly TreeEntry[] | null> {
    let left = MAX_ITEMS;
    const list = async (id: string, prefix: string, depth: number): Promise<TreeEntry[] | null> => {
      const items = depth > MAX_DEPTH ? null : await this.items(id, signal);
      left -= items?.length ?? MAX_ITEMS;
      if (items === null || left < 0) return null;
      const folders = items.filter(({ mode }) => mode === FOLDER);
      const below = await Promise.all(
        folders.map((folder) => list(folder.id, `${prefix}${folder.name}/`, depth + 1)),
      );
      const files: TreeEntry[] = [];
      let next = 0;
      for (const { name, mode, id: blob } of items) {
        if (mode !== FOLDER) {
          files.push({ path: prefix + name, mode, blob });
          continue;
        }
        const part = below[next] ?? null;
        next += 1;
        if (part === null) return null;
        for (const file of part) files.push(file);
      }
      return files;
    };
    return list(tree, '', 0);
  }

  /** Id of the tree of a folder below a tree; `missing` where there is nothing of that name, null also for a file. */
  async folderAt(tree: string, folder: string, signal: AbortSignal): Promise<string | null> {
    let id = tree;
    for (const name of folder.split('/')) {
      const items = await this.items(id, signal);
      if (items === null) return null;
      const item = items.find((each) => each.name === name);
      if (item === undefined) return 'missing';
      if (item.mode !== FOLDER) return null;
      id = item.id;
    }
    return id;
  }

  private items(id: string, signal: AbortSignal): Promise<readonly Item[] | null> {
    return this.once(`items ${id}`, signal, async () => {
      const object = await this.objects.object(id, signal, MAX_TREE_BYTES);
      return object?.type === 'tree' && object.bytes !== null ? itemsOf(object.bytes, id.length / 2) : null;
    });
  }
}
