/** Trees of a repository read as objects, each once, and which files differ between two of them. It finds no renames and reads no file. */
import type { BlobReader } from './git-blobs.ts';

export interface TreeEntry {
  readonly path: string;
  /** `120000` is a symbolic link, `160000` a submodule. */
  readonly mode: string;
  readonly blob: string;
}

/** A file that differs; `before` or `after` is false where it does not exist on that side. */
export interface ChangedPath {
  readonly path: string;
  readonly before: boolean;
  readonly after: boolean;
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

function isFolder(item: Item | undefined): item is Item {
  return item?.mode === FOLDER;
}

function isFile(item: Item | undefined): boolean {
  return item !== undefined && item.mode !== FOLDER;
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
      const folders = items.filter(isFolder);
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

  /** Files that differ, in no particular order; null also where more than `limit` files or folders do. A null tree is the empty one. */
  async changes(
    from: string | null,
    to: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly ChangedPath[] | null> {
    const found: ChangedPath[] = [];
    const open: { before: string | null; after: string | null; prefix: string }[] = [
      { before: from, after: to, prefix: '' },
    ];
    let folders = 0;
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { before, after, prefix } = next;
      folders += 1;
      const [was, is] = await Promise.all([this.byName(before, signal), this.byName(after, signal)]);
      if (was === null || is === null || folders > limit) return null;
      for (const name of new Set([...was.keys(), ...is.keys()])) {
        const [old, young] = [was.get(name), is.get(name)];
        if (old?.id === young?.id && old?.mode === young?.mode) continue;
        const path = prefix + name;
        if (isFile(old) || isFile(young)) found.push({ path, before: isFile(old), after: isFile(young) });
        if (isFolder(old) || isFolder(young))
          open.push({
            before: isFolder(old) ? old.id : null,
            after: isFolder(young) ? young.id : null,
            prefix: `${path}/`,
          });
      }
      if (found.length > limit) return null;
    }
    return found;
  }

  private async byName(tree: string | null, signal: AbortSignal): Promise<ReadonlyMap<string, Item> | null> {
    if (tree === null) return new Map();
    const items = await this.items(tree, signal);
    return items === null ? null : new Map(items.map((item) => [item.name, item]));
  }

  private items(id: string, signal: AbortSignal): Promise<readonly Item[] | null> {
    return this.once(`items ${id}`, signal, async () => {
      const object = await this.objects.object(id, signal, MAX_TREE_BYTES);
      return object?.type === 'tree' && object.bytes !== null ? itemsOf(object.bytes, id.length / 2) : null;
    });
  }
}
