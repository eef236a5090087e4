/** Methods that do what an interface or an abstract class only promises: those of the classes that name it in their head. */
import { categoryOf } from '../diff/category.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { findRoles, type SyntaxNode } from '../syntax/node.ts';
import { functionName } from '../syntax/shape.ts';
import type { FunctionAt } from './function-at.ts';

/** An interface of more classes is a way of working, and calls of it lead anywhere. */
const MAX_CLASSES = 3;
const MAX_FILES = 8;
/** The head of a class, which may go over several lines. */
const MAY_BE_HEAD =
  /\b(?:implements|extends|with|class|struct|object)\b|^\s*[:,]\s*[A-Z]|^\s+[A-Z][\w<>, ]*[{,]?\s*$/;

export class Implementors {
  private readonly reader: RepositoryReader;
  private readonly known = new Map<string, Promise<readonly FunctionAt[]>>();

  constructor(reader: RepositoryReader) {
    this.reader = reader;
  }

  /** Empty where nobody implements the type, or too many do. */
  async methodsOf(type: string, method: string): Promise<readonly FunctionAt[]> {
    const found = this.known.get(type) ?? this.classesOf(type);
    this.known.set(type, found);
    return (await found).flatMap(({ path, node }) =>
      findRoles(node, 'function')
        .filter((each) => hasBody(each) && lastName(functionName(each) ?? '') === method)
        .map((each) => ({ path, node: each })),
    );
  }

  private async classesOf(type: string): Promise<readonly FunctionAt[]> {
    if (!/^[A-Z]\w{2,80}$/.test(type)) return [];
    const lines = await this.reader.git.grep({
      revision: this.reader.revision,
      syntax: 'fixed',
      wholeWord: true,
      patterns: [type],
      maxPerFile: 12,
    });
    const named = lines.filter(({ text }) => MAY_BE_HEAD.test(text));
    const files = [...new Set(named.map(({ path }) => path))].filter((path) => categoryOf(path) === 'code');
    const classes: FunctionAt[] = [];
    for (const path of files.slice(0, MAX_FILES)) {
      const root = await this.reader.tree(path);
      for (const node of root === null ? [] : findRoles(root, 'class'))
        if (names(node, type)) classes.push({ path, node });
    }
    return classes.length > MAX_CLASSES ? [] : classes;
  }
}

export function hasBody(node: SyntaxNode): boolean {
  return node.child('body') !== null || node.namedChildren.some(({ role }) => role === 'block');
}

function lastName(name: string): string {
  return name.split(/[.:#]/).at(-1) ?? name;
}

/** Whether the head of a class, behind its own name, names the type as what it is or does. */
function names(node: SyntaxNode, type: string): boolean {
  const text = node.text.slice(0, 600);
  const head = text.slice(0, Math.max(0, text.indexOf('{')) || text.length);
  return new RegExp(`(?:\\b(?:implements|extends|with)\\b|[:,(])[^{;]*\\b${type}\\b`).test(head);
}
