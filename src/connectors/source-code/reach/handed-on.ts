/** How a module of ECMAScript says what it gives under a name, and a package which of its files stands for it. Pure. */
import { ancestors, type SyntaxNode } from '../syntax/node.ts';
import { nameOf } from '../syntax/shape.ts';

function lastName(name: string): string {
  return name.split(/[.:#]/).at(-1) ?? name;
}

/** A pair, assignment or declaration that gives the name its value; `default` is what stands for the module. */
export function gives(node: SyntaxNode, name: string): boolean {
  if (node.role !== 'pair' && node.role !== 'assign' && node.role !== 'declare') return false;
  const target = nameOf(node) ?? '';
  // what a function calls so within itself is given to nobody
  if (!target.includes('.') && ancestors(node).some(({ role }) => role === 'function')) return false;
  if (name === 'default') return /^(module\.)?exports(\.default)?$/.test(target);
  return lastName(target) === name;
}

/** `main` of a package description, without `./`; null where it names none. */
export function mainOf(text: string): string | null {
  const main = /"main"\s*:\s*"(?:\.\/)?([^"]+)"/.exec(text)?.[1] ?? null;
  return main === null ? null : main.replace(/\/$/, '');
}
