/** Functions and classes by the names that a route, or a remote procedure, has for them. */
import { categoryOf } from '../diff/category.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { findRoles, type SyntaxNode } from '../syntax/node.ts';
import type { FunctionAt } from './function-at.ts';

const MAX_FILES = 8;
const MAX_HANDLERS = 2;
/** Shorter words name too much. */
const MIN_NAME = 4;
const bare = (name: string) => name.replace(/[-_.]/g, '').toLowerCase();

/** Methods by which a class answers requests: the verbs of HTTP, what frameworks call the usual ones, and the object as a function. */
const ANSWERS =
  /^(?:get|post|put|patch|delete|list|retrieve|create|update|destroy|index|show|store|call|handle|execute|__invoke|__call__|dispatch)$/i;

/** What answers where these words stand behind a path, the last of them first: a function, or a class that has the methods. */
export async function handlersNamed(
  words: readonly string[],
  unit: string,
  reader: RepositoryReader,
): Promise<readonly FunctionAt[]> {
  for (const name of [...words].reverse()) {
    if (name.length < MIN_NAME) continue;
    const functions = await functionsCalled(name, [unit], reader);
    const found = functions.length > 0 ? functions : await methodsOf(name, unit, reader);
    if (found.length === 0) continue;
    // `seats#show`, `views.show`: another of the words is that of its file
    const beside = found.filter(({ path }) =>
      words.some((word) => word !== name && word.length >= MIN_NAME && bare(path).includes(bare(word))),
    );
    return (beside.length > 0 ? beside : found).slice(0, MAX_HANDLERS);
  }
  return [];
}

async function methodsOf(
  className: string,
  unit: string,
  reader: RepositoryReader,
): Promise<readonly FunctionAt[]> {
  if (!/^[A-Z]/.test(className)) return [];
  const classes = await called('class', className, [className], [unit], reader);
  return classes.flatMap(({ path, node }) =>
    findRoles(node, 'function')
      .filter((method) => ANSWERS.test(nameIn(method)))
      .map((method) => ({ path, node: method })),
  );
}

/** Functions whose name is that one, in whichever spelling their language has for it, below one of the folders. */
export async function functionsCalled(
  name: string,
  folders: readonly string[],
  reader: RepositoryReader,
): Promise<readonly FunctionAt[]> {
  const snake = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  const camel = name.charAt(0).toLowerCase() + name.slice(1);
  return called('function', name, [name, snake, camel], folders, reader);
}

async function called(
  role: 'function' | 'class',
  name: string,
  spellings: readonly string[],
  folders: readonly string[],
  reader: RepositoryReader,
): Promise<readonly FunctionAt[]> {
  const matches = await reader.git.grep({
    revision: reader.revision,
    syntax: 'extended',
    patterns: [...new Set(spellings)],
    paths: folders,
    maxPerFile: 4,
  });
  const files = [...new Set(matches.map(({ path }) => path))].filter((path) => categoryOf(path) === 'code');
  const found: FunctionAt[] = [];
  for (const path of files.slice(0, MAX_FILES)) {
    const root = await reader.tree(path);
    for (const node of root === null ? [] : findRoles(root, role))
      if (bare(nameIn(node)) === bare(name)) found.push({ path, node });
  }
  return found;
}

function nameIn(node: SyntaxNode): string {
  return node.child('name')?.text ?? '';
}
