/**
 * All functions that may have a part in a failing line: whoever calls its function by name, and whatever any of these names, however
 * many share the name. It takes in too much on purpose, so that what stands outside can be left out of account. It runs nothing.
 */
import type { Closure } from '../../../domain/probe.ts';
import { categoryOf } from '../diff/category.ts';
import { extensionOf, folderOf } from '../languages/detect.ts';
import { byText } from '../order.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { findRoles, type SyntaxNode } from '../syntax/node.ts';
import { functionName } from '../syntax/shape.ts';

/** A program of more files is not read for one failing line. */
const MAX_FILES = 120;
/** Code that calls each other, whatever its files end with. */
const KINDS: readonly (readonly string[])[] = [
  ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs', 'vue', 'svelte'],
  ['java', 'kt', 'kts', 'scala', 'groovy'],
];
/** `f(…)`, `f<T>(…)`, and `f { … }` where a block is handed over. */
const CALL = /([A-Za-z_$][\w$]*[?!]?)\s*(?:<[^<>()]*>)?[({]/g;
const NAME = /[A-Za-z_$][\w$]*/g;
const CONSTRUCTOR = /^(constructor|__init__|initialize|init|new|New\w*|__construct)$/;
/** Called without brackets, so that any mention may be a call. */
const WITHOUT_BRACKETS = /\.(rb|rake|ex|exs)$/;

interface Member {
  readonly path: string;
  readonly node: SyntaxNode;
  readonly name: string;
}

function lastName(name: string): string {
  return name.split(/[.:#]/).at(-1) ?? name;
}

function sameKind(path: string, other: string): boolean {
  const [a, b] = [extensionOf(path), extensionOf(other)];
  return a === b || KINDS.some((kind) => kind.includes(a) && kind.includes(b));
}

/** The nearest folder above a file that says what the program needs; the file's first folder where none does. */
function programOf(path: string, paths: readonly string[]): string {
  const manifests = new Set(
    paths.filter((each) => categoryOf(each) === 'dependency-manifest').map((each) => folderOf(each)),
  );
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder))
    if (manifests.has(folder)) return folder;
  return manifests.has('') ? '' : (path.split('/')[0] ?? '');
}

function within(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}

/** What a file says outside of its functions: constants, fields, what is wired up. */
function outsideOf(root: SyntaxNode, members: readonly Member[]): string {
  let text = '';
  let from = 0;
  for (const { node } of [...members].sort((a, b) => a.node.start - b.node.start)) {
    if (node.start > from) text += root.text.slice(from, node.start);
    from = Math.max(from, node.end);
  }
  return text + root.text.slice(from);
}

/** What is said about code is no part of it. */
const COMMENTS = /\/\*[\s\S]*?\*\/|(?<=^|\s)(?:\/\/|#(?![[{])|--\s).*$/gm;

const namesIn = (text: string): ReadonlySet<string> => new Set(text.replace(COMMENTS, ' ').match(NAME) ?? []);

/** What a function calls by name; where it is declared it says its own name and calls nobody. */
function calledBy({ path, node, name }: Member): ReadonlySet<string> {
  const text = name === '' ? node.text : node.text.replace(name, '');
  return WITHOUT_BRACKETS.test(path)
    ? namesIn(text)
    : new Set([...text.replace(COMMENTS, ' ').matchAll(CALL)].map((match) => match[1] ?? ''));
}

/** Null where the program is too large, or the line stands in no function. */
export async function closureOf(
  path: string,
  line: number,
  reader: RepositoryReader,
): Promise<Omit<Closure, 'patternId'> | null> {
  const paths = await reader.paths();
  const folder = programOf(path, paths);
  const files = paths.filter(
    (each) => within(each, folder) && sameKind(each, path) && categoryOf(each) === 'code',
  );
  if (files.length > MAX_FILES) return null;
  const members: Member[] = [];
  const outside = new Map<string, string>();
  for (const file of files) {
    const root = await reader.tree(file);
    if (root === null) return null;
    const own = findRoles(root, 'function').map((node) => ({
      path: file,
      node,
      name: lastName(functionName(node) ?? ''),
    }));
    members.push(...own);
    outside.set(file, outsideOf(root, own));
  }
  const seeds = members.filter(
    (each) => each.path === path && each.node.line <= line && each.node.endLine >= line,
  );
  if (seeds.length === 0) return null;
  const found = downward(upward(seeds, members), members, outside);
  const words = new Set([...found].flatMap(({ node }) => [...namesIn(node.text)]));
  for (const file of new Set([...found].map((each) => each.path)))
    for (const word of namesIn(outside.get(file) ?? '')) words.add(word);
  return {
    files: [...files].sort(byText),
    functions: [...found].map(({ path: file, name, node }) => ({
      path: file,
      name,
      line: node.line,
      endLine: node.endLine,
    })),
    words: [...words].sort(byText),
  };
}

/** Whoever calls one of them by name, and whoever calls those. */
function upward(seeds: readonly Member[], members: readonly Member[]): ReadonlySet<Member> {
  const found = new Set(seeds);
  const calls = new Map(members.map((each) => [each, calledBy(each)]));
  for (let names = new Set(seeds.map(({ name }) => name).filter((name) => name !== '')); names.size > 0; ) {
    const next = new Set<string>();
    for (const each of members) {
      const called = calls.get(each);
      if (found.has(each) || ![...names].some((name) => called?.has(name) === true)) continue;
      found.add(each);
      if (each.name !== '') next.add(each.name);
    }
    names = next;
  }
  return found;
}

/** Whatever these name, and what is made when their files are loaded. */
function downward(
  first: ReadonlySet<Member>,
  members: readonly Member[],
  outside: ReadonlyMap<string, string>,
): ReadonlySet<Member> {
  const found = new Set(first);
  const names = new Set<string>();
  const loaded = new Set<string>();
  const take = (text: string) => {
    for (const name of namesIn(text)) names.add(name);
  };
  for (const { node, name } of first) take(name === '' ? node.text : node.text.replace(name, ''));
  for (let size = -1; size !== found.size + names.size; ) {
    size = found.size + names.size;
    for (const each of found)
      if (!loaded.has(each.path)) {
        loaded.add(each.path);
        take(outside.get(each.path) ?? '');
      }
    for (const each of members) {
      if (found.has(each)) continue;
      const isMade = CONSTRUCTOR.test(each.name) && loaded.has(each.path);
      const isInside = each.name === '' && loaded.has(each.path) && !isHeld(each, members, found);
      if (!isMade && !isInside && !names.has(each.name)) continue;
      found.add(each);
      take(each.name === '' ? each.node.text : each.node.text.replace(each.name, ''));
    }
  }
  return found;
}

/** A function without a name that stands in one which has no part in it. */
function isHeld({ path, node }: Member, members: readonly Member[], found: ReadonlySet<Member>): boolean {
  const around = members.filter(
    (each) =>
      each.name !== '' && each.path === path && each.node.start < node.start && each.node.end >= node.end,
  );
  return around.length > 0 && !around.some((each) => found.has(each));
}
