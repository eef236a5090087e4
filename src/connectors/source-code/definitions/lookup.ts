/** Finds the files and classes that a name of a source file stands for, by its imports and by what its package sees without one. */
import type { RepositoryReader } from '../repository-reader.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { importsOf } from './imports.ts';
import { filesOfImport } from './modules.ts';
import { classNamed, rootOf } from './scope.ts';

/** A node with the path of its file. */
export interface Place {
  readonly path: string;
  readonly node: SyntaxNode;
}

export class ModuleLookup {
  private readonly reader: RepositoryReader;
  private files: ReadonlySet<string> | null = null;

  constructor(reader: RepositoryReader) {
    this.reader = reader;
  }

  /** Files that an imported name may be defined in, with the name it has there. */
  async importTargets(
    name: string,
    at: Place,
  ): Promise<{ readonly paths: readonly string[]; readonly imported: string } | null> {
    this.files ??= new Set(await this.reader.paths());
    const root = rootOf(at.node);
    const found = importsOf(root).find((each) => each.local === name);
    if (found !== undefined)
      return { paths: filesOfImport(found, root, at.path, this.files), imported: found.imported };
    // Packages of Go, Java and Kotlin see their neighbours without an import.
    const language = root.source.languageId;
    if (!['go', 'java', 'kotlin', 'csharp'].includes(language)) return null;
    const folder = at.path.slice(0, at.path.lastIndexOf('/') + 1);
    const extension = at.path.slice(at.path.lastIndexOf('.'));
    const neighbours = [...this.files].filter(
      (file) =>
        file.startsWith(folder) &&
        !file.slice(folder.length).includes('/') &&
        file.endsWith(extension) &&
        file !== at.path,
    );
    return { paths: neighbours.slice(0, 12), imported: name };
  }

  /** The class that a name stands for in a file. */
  async classOf(name: string, at: Place): Promise<Place | null> {
    const here = classNamed(rootOf(at.node), name);
    if (here !== null) return { path: at.path, node: here };
    const target = await this.importTargets(name, at);
    for (const path of target?.paths ?? []) {
      const root = await this.reader.tree(path);
      const owner =
        root === null
          ? null
          : classNamed(
              root,
              target?.imported === '*' || target?.imported === 'default' ? name : (target?.imported ?? name),
            );
      if (owner !== null) return { path, node: owner };
    }
    return null;
  }
}
