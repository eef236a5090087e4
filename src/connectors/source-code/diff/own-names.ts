/** Names that a function gives to its own values: what they are called changes nothing that runs. */
import { descend, type SyntaxNode } from '../syntax/node.ts';
import { enclosingFunction, nameOf, qualifiedFunctionName, unwrap } from '../syntax/shape.ts';

/** By function (empty at the top level). */
export type OwnNames = ReadonlyMap<string, ReadonlySet<string>>;

const PARAMETER_LIST = /(lambda|block|closure|arrow|method|formal)_param|pattern_list|variable_declaration$/;
const LOOP_TARGET = /^(left|pattern|name|variable|value_name)$/;

function isBound(node: SyntaxNode): boolean {
  if (node.field === 'parameter' || node.field === 'parameters') return true;
  // `[p.id for p in plants]`
  if (node.field === 'left' && node.parent?.type === 'for_in_clause') return true;
  let depth = -1;
  for (let up = node.parent; up !== null && depth < 3; up = up.parent) {
    depth += 1;
    if (up.role === 'parameter' || PARAMETER_LIST.test(up.type) || /^parameters?$/.test(up.field ?? ''))
      return true;
    if (up.role === 'loop') return depth === 0 ? LOOP_TARGET.test(node.field ?? '') : inTargetOf(up, node);
    if (/^(block|function|call|binary|member)$/.test(up.role)) return false;
  }
  return false;
}

function inTargetOf(loop: SyntaxNode, node: SyntaxNode): boolean {
  return loop.children.some(
    (child) => LOOP_TARGET.test(child.field ?? '') && node.start >= child.start && node.end <= child.end,
  );
}

function namesOf(node: SyntaxNode): string[] {
  if (node.role === 'declare' || node.role === 'assign') {
    const target = node.child('left', 'name', 'pattern', 'declarator');
    const name = target === null ? nameOf(node) : unwrap(target).text;
    return name === null || !/^[\w$]+(\s*,\s*[\w$]+)*$/.test(name) ? [] : (name.match(/\w+/g) ?? []);
  }
  return node.role === 'identifier' && node.children.length === 0 && isBound(node)
    ? [node.text.replace(/^\$/, '')]
    : [];
}

/** Parameters, variables and loop variables of each function, those of the anonymous functions within it too. */
export function ownNamesIn(root: SyntaxNode): OwnNames {
  const names = known.get(root) ?? readOwnNames(root);
  known.set(root, names);
  return names;
}

const known = new WeakMap<SyntaxNode, OwnNames>();

function readOwnNames(root: SyntaxNode): OwnNames {
  const found = new Map<string, Set<string>>();
  const implicit = root.source.languageId === 'kotlin' ? [IMPLICIT] : [];
  for (const node of descend(root)) {
    const names = namesOf(node).filter((name) => /^[\p{Ll}_][\p{L}\p{N}_]*$/u.test(name));
    if (names.length === 0) continue;
    const owner = enclosingFunction(node);
    if (owner === null) continue;
    const scope = qualifiedFunctionName(owner) ?? '';
    const own = found.get(scope) ?? new Set(implicit);
    for (const name of names) own.add(name);
    found.set(scope, own);
  }
  return found;
}

/** What Kotlin calls the only parameter of a lambda that names none. */
export const IMPLICIT = 'it';

const LITERAL = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)/;

/** `{ offer -> offer.price }` is `{ it.price }`. */
const NAMED_PARAMETER = /\{§\d+->/g;
/** `{ body: body }` is `{ body }`. */
const LONG_HAND = /\b([A-Za-z_]\w*):\1(?=[,}])/g;

/**
 * An expression without layout, in which each of `own` is only a number in the order of its appearance. `others`: the names of the
 * other side, which are no mere names: to pass another of two values is a change.
 */
export function withoutOwnNames(key: string, own: ReadonlySet<string>, others: ReadonlySet<string>): string {
  const numbers = new Map<string, number>();
  return key
    .split(LITERAL)
    .map((part, index) => {
      if (index % 2 === 1) return part;
      return part
        .replace(/\s*([^\w\s$"'`])\s*/g, '$1')
        .replace(/(?<![\w$.])\$?([\p{Ll}_][\p{L}\p{N}_]*)(?![\w$])/gu, (whole, name: string) => {
          if (!own.has(name) || (others.has(name) && name !== IMPLICIT)) return whole;
          if (!numbers.has(name)) numbers.set(name, numbers.size + 1);
          return `§${numbers.get(name)}`;
        });
    })
    .join('')
    .replace(NAMED_PARAMETER, '{')
    .replace(LONG_HAND, '$1')
    .replace(/\((§\d+)\)=>/g, '$1=>');
}
