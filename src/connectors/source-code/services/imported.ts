/** Answers `imports`: which folders outside its own a service takes code from, following import lines from file to file. It resolves by path, as a reader would, and runs no build. */
import { append } from '../../../domain/append.ts';
import type { ImportedFolder, Probe } from '../../../domain/probe.ts';
import type { GrepMatch } from '../../_kit/git.ts';
import { joinPath } from '../definitions/modules.ts';
import { categoryOf } from '../diff/category.ts';
import { extensionOf, folderOf, profileOf } from '../languages/detect.ts';
import { byText } from '../order.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { unitOf } from './folders.ts';

type ImportsProbe = Extract<Probe, { kind: 'imports' }>;

/** A library may use another one; a third hop is rare, and each costs one search. */
const MAX_HOPS = 3;
const MAX_PER_FILE = 60;
const MAX_FOLDERS = 24;
/** Lines that may take code from elsewhere; POSIX, for git. A Go import block holds bare quoted paths. */
const IMPORTING = [
  '^[[:space:]]*(import|from|use|using|include|export|require|require_relative|mod)[[:space:](]',
  'require[_a-z]*[[:space:](]+["\']',
  '^[[:space:]]*([a-zA-Z_.]+[[:space:]]+)?"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+"[[:space:]]*$',
  '^[[:space:]]*\\}[[:space:]]*from[[:space:]]+["\']',
  // A contract, a table of values: opened by its path, it is as much of the service as what is imported.
  '["\'](\\.\\./)+[A-Za-z0-9_./-]+\\.[a-z]+["\']',
];
const KEYWORD =
  /^(import|from|use|using|include|export|require|require_relative|mod|static|as|crate|super|self|global|type)$/;
/** Endings of the files of a module, by the language of the file that imports it. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  python: ['.py', '/__init__.py'],
  java: ['.java'],
  kotlin: ['.kt', '.java'],
  csharp: ['.cs'],
  php: ['.php'],
  ruby: ['.rb'],
  rust: ['.rs', '/mod.rs', '/src/lib.rs'],
  go: [],
};
const ECMA = ['', '.ts', '.tsx', '.js', '.mjs', '.cjs', '.jsx', '/index.ts', '/index.js', '/package.json'];

/** Where files and folders stand, by the end of their path. */
class PathIndex {
  private readonly files: ReadonlySet<string>;
  private readonly byName = new Map<string, string[]>();
  private readonly folders = new Map<string, Set<string>>();

  constructor(paths: readonly string[]) {
    this.files = new Set(paths);
    for (const path of paths) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      append(this.byName, name, path);
      const folder = folderOf(path);
      const last = folder.slice(folder.lastIndexOf('/') + 1);
      this.folders.set(last, (this.folders.get(last) ?? new Set()).add(folder));
    }
  }

  has(path: string): boolean {
    return this.files.has(path);
  }

  /** The one file whose path ends so; several are no answer. */
  endingWith(tail: string): string | null {
    const named = this.byName.get(tail.slice(tail.lastIndexOf('/') + 1)) ?? [];
    const found = named.filter((path) => path === tail || path.endsWith(`/${tail}`));
    return found.length === 1 ? (found[0] ?? null) : null;
  }

  /** The one folder of files whose path ends so. */
  folderEndingWith(tail: string): string | null {
    const named = [...(this.folders.get(tail.slice(tail.lastIndexOf('/') + 1)) ?? [])];
    const found = named.filter((path) => path === tail || path.endsWith(`/${tail}`));
    return found.length === 1 ? (found[0] ?? null) : null;
  }
}

/** Modules that a line names, as segments of a path; a relative one is joined to the folder of the file. */
function modulesOf(match: GrepMatch): readonly (readonly string[])[] {
  const { text, path } = match;
  const quoted = [...text.matchAll(/["']([^"'\s]+)["']/g)].map((found) => found[1] ?? '');
  if (quoted.length > 0)
    return quoted.map((module) =>
      (module.startsWith('.') || /require_relative/.test(text) ? joinPath(folderOf(path), module) : module)
        .split('/')
        .filter((part) => part !== '' && part !== '~' && part !== '@'),
    );
  const from = /^\s*from\s+(\.*)([\w.]*)\s+import\s+\(?\s*([\w*]+)/.exec(text);
  if (from !== null) {
    const dots = from[1]?.length ?? 0;
    const base =
      dots === 0
        ? []
        : folderOf(path)
            .split('/')
            .slice(0, dots === 1 ? undefined : 1 - dots);
    return [[...base, ...(from[2] ?? '').split('.'), from[3] ?? ''].filter((part) => part !== '')];
  }
  return (text.match(/[A-Za-z_][\w]*(?:(?:\.|::|\\)[A-Za-z_*][\w]*)*/g) ?? [])
    .filter((word) => !KEYWORD.test(word))
    .slice(0, 3)
    .map((word) => word.split(/\.|::|\\/).filter((part) => part !== '*' && !KEYWORD.test(part)));
}

/** The file or folder that segments name: the longest ending of them that exists, of two segments or more, or a whole path. */
function resolve(segments: readonly string[], language: string, index: PathIndex): string | null {
  const endings = ENDINGS[language] ?? ECMA;
  const isEcma = ENDINGS[language] === undefined;
  const whole = segments.join('/');
  if (segments.length > 1 && index.has(whole)) return whole;
  for (let start = 0; start < segments.length; start += 1) {
    for (const stop of [segments.length, segments.length - 1]) {
      const parts = segments.slice(start, stop);
      const tail = parts.join('/');
      if (parts.length === 0 || (start > 0 && parts.length < 2)) continue;
      for (const ending of endings) {
        if (index.has(tail + ending)) return tail + ending;
        const found = isEcma || parts.length < 2 ? null : index.endingWith(tail + ending);
        if (found !== null) return found;
      }
      if (language === 'go' || language === 'csharp' || language === 'rust') {
        const folder = index.folderEndingWith(tail) ?? index.folderEndingWith(parts.join('.'));
        if (folder !== null && (parts.length >= 2 || start === 0)) return `${folder}/`;
      }
    }
  }
  return null;
}

function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => folder === '.' || folder === '' || path.startsWith(`${folder}/`));
}

/** The folder that stands for a shared piece of code: a package of its own, else the folder of the file itself where it lies beside the service. */
function sharedFolder(target: string, own: readonly string[]): string {
  const unit = unitOf(target) ?? folderOf(target);
  return own.some((folder) => folder === unit || folder.startsWith(`${unit}/`)) ? folderOf(target) : unit;
}

/** Folders by name, each with the line that first imports from it; at most 24. */
export async function importedFolders(
  probe: ImportsProbe,
  reader: RepositoryReader,
): Promise<{ readonly folders: readonly ImportedFolder[]; readonly searched: string }> {
  const index = new PathIndex(await reader.paths());
  const found = new Map<string, ImportedFolder>();
  let frontier: readonly string[] = probe.folders.filter((folder) => folder !== '.' && folder !== '');
  let lines = 0;
  for (let hop = 0; hop < MAX_HOPS && frontier.length > 0; hop += 1) {
    const matches = await reader.git.grep({
      revision: reader.revision,
      patterns: IMPORTING,
      syntax: 'extended',
      paths: frontier,
      maxPerFile: MAX_PER_FILE,
    });
    const known = [...probe.folders, ...found.keys()];
    const next: string[] = [];
    for (const match of matches) {
      if (categoryOf(match.path) !== 'code') continue;
      lines += 1;
      const language = profileOf(match.path)?.id ?? (extensionOf(match.path) === 'kt' ? 'kotlin' : 'other');
      for (const module of modulesOf(match)) {
        const target = resolve(module, language, index);
        if (target === null || isBelow(target, known)) continue;
        const folder = sharedFolder(target, probe.folders);
        if (folder === '' || found.has(folder) || found.size >= MAX_FOLDERS) continue;
        const evidence = await reader.sourceLine(match.path, match.line);
        found.set(folder, { folder, location: reader.location(match.path, match.line), evidence });
        next.push(folder);
      }
    }
    frontier = next;
  }
  return {
    folders: [...found.values()].sort((a, b) => byText(a.folder, b.folder)),
    searched: `${lines} imports below ${probe.folders.join(', ')} at ${reader.revision.slice(0, 7)}`,
  };
}
