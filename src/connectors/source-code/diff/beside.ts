/** Files of one difference that came or went beside others: parts that moved between files are followed there. */
import { profileOf } from '../languages/detect.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { descend } from '../syntax/node.ts';
import { parseSource } from '../syntax/parser.ts';
import { compact, qualifiedFunctionName } from '../syntax/shape.ts';
import type { FileVersions } from './file-comparison.ts';

/** With more of them it is no part that moved. */
const MAX_FILES = 8;

export interface Trees {
  readonly came: ReadonlyMap<string, SyntaxNode>;
  readonly went: ReadonlyMap<string, SyntaxNode>;
}

/** Trees of the files of code that stand on one side alone, by path; empty where no other file was changed with them. */
export async function treesBeside(files: readonly FileVersions[]): Promise<Trees> {
  const code = files.filter(({ path, category }) => category === 'code' && profileOf(path) !== null);
  const alone = code.filter(({ oldText, newText }) => (oldText === null) !== (newText === null));
  const [came, went] = [new Map<string, SyntaxNode>(), new Map<string, SyntaxNode>()];
  if (alone.length === 0 || alone.length > MAX_FILES || alone.length === code.length) return { came, went };
  for (const { path, oldText, newText } of alone) {
    const profile = profileOf(path);
    const tree = profile === null ? null : await parseSource(profile, newText ?? oldText ?? '');
    if (tree !== null) (newText === null ? went : came).set(path, tree);
  }
  return { came, went };
}

/** Those in the language of the file. */
export function ofLanguage({ came, went }: Trees, path: string) {
  const id = profileOf(path)?.id;
  const own = (trees: ReadonlyMap<string, SyntaxNode>) =>
    [...trees.values()].filter(({ source }) => source.languageId === id);
  return { came: own(came), went: own(went) };
}

/** Nothing but what other files of the difference did, or no longer do: functions that are `known`, and lines that stood in one of `texts`. */
export function onlyMoved(
  tree: SyntaxNode,
  known: ReadonlySet<SyntaxNode>,
  texts: readonly string[],
): boolean {
  const functions = descend(tree).filter(
    (node) => node.role === 'function' && qualifiedFunctionName(node) !== null,
  );
  if (functions.length === 0 || !functions.every((fn) => known.has(fn))) return false;
  const plain = texts.map(compact);
  return tree.namedChildren.every(
    (node) =>
      /^(comment|import|function)$/.test(node.role) ||
      /^(package_|namespace_|php_tag|using_|import_|decorated_definition)/.test(node.type) ||
      plain.some((text) => text.includes(compact(node.text))),
  );
}
