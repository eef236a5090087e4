/** Writes git objects of a bare repository by hand: no process for each, and ids can be given to commits that are not known whole. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

type Entry = string | Map<string, Entry>;

export class ObjectStore {
  private readonly root: string;
  private readonly algorithm: 'sha1' | 'sha256';
  private readonly written = new Set<string>();
  private readonly folders = new Set<string>();
  private readonly tree = new Map<string, Entry>();

  /** `root`: an existing empty folder. `idLength`: 40 or 64 digits. */
  constructor(root: string, idLength: number) {
    this.root = root;
    this.algorithm = idLength === 64 ? 'sha256' : 'sha1';
    for (const folder of ['objects', 'refs']) mkdirSync(join(root, folder));
    const format =
      this.algorithm === 'sha256'
        ? '\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256\n'
        : '\trepositoryformatversion = 0\n';
    writeFileSync(join(root, 'config'), `[core]\n\tbare = true\n${format}`);
  }

  private write(type: string, content: Buffer): string {
    const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
    const id = createHash(this.algorithm).update(bytes).digest('hex');
    if (this.written.has(id)) return id;
    this.written.add(id);
    const folder = join(this.root, 'objects', id.slice(0, 2));
    if (!this.folders.has(folder)) mkdirSync(folder, { recursive: true });
    this.folders.add(folder);
    writeFileSync(join(folder, id.slice(2)), deflateSync(bytes, { level: 1 }));
    return id;
  }

  /** Sets or removes a file of the tree that the next commit gets. A name that git would not take is left out. */
  set(path: string, text: string | null): void {
    const parts = path.split('/');
    if (parts.some((part) => part === '' || part === '.' || part === '..' || /^\.git$/i.test(part))) return;
    if (path.includes('\0')) return;
    let folder = this.tree;
    for (const part of parts.slice(0, -1)) {
      const inner = folder.get(part);
      if (inner instanceof Map) folder = inner;
      else {
        const made = new Map<string, Entry>();
        folder.set(part, made);
        folder = made;
      }
    }
    const name = parts.at(-1) ?? '';
    if (text === null) folder.delete(name);
    else folder.set(name, this.write('blob', Buffer.from(text)));
  }

  private writeTree(folder: Map<string, Entry>): string | null {
    const entries = [...folder].flatMap(([name, entry]) => {
      const id = typeof entry === 'string' ? entry : this.writeTree(entry);
      // Git sorts a folder as if its name ended in a slash.
      const key = Buffer.from(typeof entry === 'string' ? name : `${name}/`);
      return id === null ? [] : [{ name, id, key, mode: typeof entry === 'string' ? '100644' : '40000' }];
    });
    if (entries.length === 0 && folder !== this.tree) return null;
    entries.sort((a, b) => Buffer.compare(a.key, b.key));
    return this.write(
      'tree',
      Buffer.concat(
        entries.flatMap(({ name, id, mode }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
      ),
    );
  }

  /** A commit of the tree as it is now. Names and messages may hold anything but what would end a header. */
  commit(fields: {
    readonly parents: readonly string[];
    readonly author: string;
    readonly authoredSeconds: number;
    readonly committedSeconds: number;
    readonly message: string;
  }): string {
    const name = fields.author.replace(/[<>\n\0]/g, ' ').trim() || 'unknown';
    const tree = this.writeTree(this.tree) ?? '';
    const lines = [
      `tree ${tree}`,
      ...fields.parents.map((parent) => `parent ${parent}`),
      `author ${name} <> ${fields.authoredSeconds} +0000`,
      `committer ${name} <> ${fields.committedSeconds} +0000`,
      '',
      `${fields.message.replaceAll('\0', ' ')}\n`,
    ];
    return this.write('commit', Buffer.from(lines.join('\n')));
  }

  /** `replacements`: the recorded id of a commit and the object that stands for it. */
  finish(head: string, replacements: ReadonlyMap<string, string>): void {
    const refs = [...replacements].map(([id, object]) => `${object} refs/replace/${id}\n`).sort();
    writeFileSync(join(this.root, 'packed-refs'), refs.join(''));
    writeFileSync(join(this.root, 'HEAD'), `${head}\n`);
  }
}
