/** Where a module that a source file names stands in the repository. Packages from outside have no place and give an empty list. */
import { folderOf } from '../languages/detect.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import type { ImportedName } from './imports.ts';

/** Joins and normalises `/` paths; `..` above the root is dropped. */
export function joinPath(folder: string, relative: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${relative}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

const ECMA_SUFFIXES = [
  '',
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.js',
  '.mjs',
  '.cjs',
  '.jsx',
  '/index.ts',
  '/index.tsx',
  '/index.js',
  '.json',
];

/** The file that a relative module, or one below `@/`, names; empty where there is none. */
export function ecmaScript(module: string, from: string, files: ReadonlySet<string>): string[] {
  if (!module.startsWith('.') && !/^[@~]\//.test(module)) return [];
  const bases = module.startsWith('.')
    ? [joinPath(folderOf(from), module)]
    : sourceRoots(from).map((root) => joinPath(root, module.slice(2)));
  for (const base of bases)
    for (const candidate of [base, base.replace(/\.[mc]?js$/, '')])
      for (const suffix of ECMA_SUFFIXES) if (files.has(candidate + suffix)) return [candidate + suffix];
  return [];
}

/** The folders above a file, nearest first, each also with `src`. */
function sourceRoots(from: string): string[] {
  const roots: string[] = [];
  let folder = folderOf(from);
  for (;;) {
    roots.push(folder, folder === '' ? 'src' : `${folder}/src`);
    if (folder === '') return roots;
    folder = folderOf(folder);
  }
}

function python(name: ImportedName, from: string, files: ReadonlySet<string>): string[] {
  const dots = /^\.+/.exec(name.module)?.[0].length ?? 0;
  const path = name.module.slice(dots).replaceAll('.', '/');
  let base = folderOf(from);
  for (let up = 1; up < dots; up += 1) base = folderOf(base);
  const roots = dots > 0 ? [base] : sourceRoots(from);
  for (const root of roots)
    for (const target of [joinPath(root, `${path}/${name.imported}`), joinPath(root, path)])
      for (const suffix of ['.py', '/__init__.py']) if (files.has(target + suffix)) return [target + suffix];
  return [];
}

/** Go: files of the folder whose path ends the import path, longest ending first. */
function go(module: string, files: ReadonlySet<string>): string[] {
  const parts = module.split('/');
  for (let start = 0; start < parts.length; start += 1) {
    const ending = parts.slice(start).join('/');
    const found = [...files].filter((file) => {
      if (!file.endsWith('.go') || file.endsWith('_test.go')) return false;
      const folder = folderOf(file);
      return folder === ending || folder.endsWith(`/${ending}`);
    });
    if (found.length > 0)
      return start === parts.length - 1 && parts.length > 1 && !module.includes('.') ? [] : found;
  }
  return [];
}

function byPath(module: string, files: ReadonlySet<string>, extension: string): string[] {
  const tail = `${module.replaceAll(/\.|::|\\/g, '/')}${extension}`;
  const found = [...files].filter((file) => file === tail || file.endsWith(`/${tail}`));
  if (found.length > 0) return found;
  const name = `/${tail.slice(tail.lastIndexOf('/') + 1)}`;
  return extension === '.java' || extension === '.kt'
    ? []
    : [...files].filter((file) => file.endsWith(name)).slice(0, 2);
}

/** Candidate files in order of preference, at most 12. Prefers, among equals, those closest to the importing file. */
export function filesOfImport(
  name: ImportedName,
  root: SyntaxNode,
  from: string,
  files: ReadonlySet<string>,
): string[] {
  const language = root.source.languageId;
  let found: string[] = [];
  if (language === 'python') found = python(name, from, files);
  else if (language === 'go') found = go(name.module, files);
  else if (language === 'java') found = byPath(name.module, files, '.java');
  else if (language === 'kotlin')
    found = [...byPath(name.module, files, '.kt'), ...byPath(name.module, files, '.java')];
  else if (language === 'csharp') found = byPath(name.imported, files, '.cs');
  else if (language === 'php') found = byPath(name.imported, files, '.php');
  else if (language === 'rust') found = byPath(name.module.split('::').at(-1) ?? '', files, '.rs');
  else if (language === 'ruby') found = byPath(name.module, files, '.rb');
  else found = ecmaScript(name.module, from, files);
  return found.sort((a, b) => shared(b, from) - shared(a, from) || (a < b ? -1 : 1)).slice(0, 12);
}

/** Number of leading folders that two paths share. */
export function shared(left: string, right: string): number {
  const a = left.split('/');
  const b = right.split('/');
  let count = 0;
  while (count < a.length && a[count] === b[count]) count += 1;
  return count;
}
