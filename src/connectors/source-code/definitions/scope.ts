/** Where a name is bound inside one file: variable, parameter, field of a class, declaration of the module. */
import { ancestors, descend, findRoles, isWithin, type SyntaxNode } from '../syntax/node.ts';
import { enclosingClass, functionName, givenValue, identifierName, nameOf, unwrap } from '../syntax/shape.ts';

export interface Binding {
  readonly kind: 'variable' | 'parameter' | 'field';
  readonly node: SyntaxNode;
  /** What the name is bound to; null where it is not given here. */
  readonly value: SyntaxNode | null;
  /** Keys to follow within the value: a destructured `{ timeout: t } = config` binds `t` to `timeout` of `config`. */
  readonly path: readonly string[];
}

const declarations = new WeakMap<SyntaxNode, SyntaxNode[]>();

export function rootOf(node: SyntaxNode): SyntaxNode {
  let root = node;
  for (const up of ancestors(node)) root = up;
  return root;
}

function declaringNodes(root: SyntaxNode): SyntaxNode[] {
  let nodes = declarations.get(root);
  if (nodes === undefined) {
    nodes = findRoles(root, 'declare', 'assign', 'parameter', 'field');
    declarations.set(root, nodes);
  }
  return nodes;
}

/** Keys that lead from the value of a pattern to the name it binds; null where the pattern does not bind it. */
function patternPath(pattern: SyntaxNode, name: string): string[] | null {
  for (const child of pattern.namedChildren) {
    const key = child.child('key')?.text;
    if (key !== undefined) {
      const value = child.child('value');
      if (value !== null && value.text === name) return [key];
      const deeper = value === null ? null : patternPath(value, name);
      if (deeper !== null) return [key, ...deeper];
    } else if ((child.child('left')?.text ?? child.text) === name) return [name];
  }
  return null;
}

/** The binding that one declaration gives to a name; null where it gives none. */
function bindingIn(node: SyntaxNode, name: string): Binding | null {
  const kind = node.role === 'parameter' ? 'parameter' : 'variable';
  const target =
    node.child('name', 'left', 'pattern') ??
    node.namedChildren.find((child) => child.role === 'identifier') ??
    null;
  if (target === null) return null;
  if (/pattern/.test(target.type) && target.role === 'other') {
    const path = patternPath(target, name);
    return path === null ? null : { kind, node, value: givenValue(node), path };
  }
  const names =
    target.type === 'expression_list'
      ? target.namedChildren
      : node.children.filter((child) => child.field === 'name');
  if (names.length > 1 || target.type === 'expression_list') {
    const index = names.findIndex((each) => identifierName(each) === name);
    if (index === -1) return null;
    const right = node.child('right', 'value');
    const values = listed(right);
    return { kind, node, value: unwrapOrNull(values[index] ?? values.at(0)), path: [] };
  }
  if (identifierName(unwrap(target)) !== name) return null;
  return { kind, node, value: givenValue(node), path: [] };
}

/** The elements of a list of expressions, or the one expression. */
function listed(node: SyntaxNode | null): SyntaxNode[] {
  if (node === null) return [];
  return node.type === 'expression_list' ? node.namedChildren : [node];
}

function unwrapOrNull(node: SyntaxNode | undefined): SyntaxNode | null {
  return node === undefined ? null : unwrap(node);
}

function holderFunction(node: SyntaxNode): SyntaxNode | null {
  for (const up of ancestors(node)) if (up.role === 'function') return up;
  return null;
}

function plainParameters(owner: SyntaxNode, name: string): SyntaxNode | null {
  const list = owner.child('parameters', 'parameter');
  const found = list?.namedChildren.find(
    (child) => child.role === 'identifier' && identifierName(child) === name,
  );
  return found ?? null;
}

/** The binding that a name has at a node, innermost function first, in each the last one before the node; then the module's. */
export function bindingOf(at: SyntaxNode, name: string): Binding | null {
  const root = rootOf(at);
  const nodes = declaringNodes(root);
  for (let owner = holderFunction(at); owner !== null; owner = holderFunction(owner)) {
    const scope = owner;
    const inside = nodes.filter(
      (node) => isWithin(node, scope) && node.start < at.start && !isWithin(at, node),
    );
    for (let index = inside.length - 1; index >= 0; index -= 1) {
      const node = inside[index];
      const binding = node === undefined ? null : bindingIn(node, name);
      if (binding !== null && (binding.value !== null || binding.kind === 'parameter')) return binding;
    }
    const parameter = plainParameters(scope, name);
    if (parameter !== null) return { kind: 'parameter', node: parameter, value: null, path: [] };
  }
  return moduleBinding(root, name);
}

const topLevel = new WeakMap<SyntaxNode, readonly SyntaxNode[]>();

/** Declarations outside every function and class, found once a tree. */
function topLevelNodes(root: SyntaxNode): readonly SyntaxNode[] {
  let nodes = topLevel.get(root);
  if (nodes === undefined) {
    nodes = declaringNodes(root).filter((node) => {
      if (node.role === 'parameter' || node.role === 'field') return false;
      for (const up of ancestors(node)) if (up.role === 'function' || up.role === 'class') return false;
      return true;
    });
    topLevel.set(root, nodes);
  }
  return nodes;
}

/** A declaration outside every function and class. */
export function moduleBinding(root: SyntaxNode, name: string): Binding | null {
  for (const node of topLevelNodes(root)) {
    const binding = bindingIn(node, name);
    if (binding !== null && binding.value !== null) return binding;
  }
  return null;
}

export function classNamed(root: SyntaxNode, name: string): SyntaxNode | null {
  for (const node of descend(root))
    if (node.role === 'class' && (node.child('name', 'type')?.text ?? nameOf(node)) === name) return node;
  return null;
}

const fields = new WeakMap<SyntaxNode, ReadonlyMap<string, Binding>>();

/** Name of the field that a node of a class declares or assigns; null where it concerns no field. */
function fieldName(node: SyntaxNode): string | null {
  const target = node.child('name', 'left', 'pattern')?.text ?? nameOf(node) ?? '';
  const plain = target.replace(/^\$?this->/, '').replace(/^(this|self)\.|^@|^\$/, '');
  const assigned = plain !== target && !/^\$[^t]/.test(target);
  const promoted =
    node.role === 'parameter' &&
    node.children.some(
      (child) => /accessibility_modifier|visibility/.test(child.type) || child.field === 'visibility',
    );
  return assigned || promoted || holderFunction(node) === null ? plain : null;
}

/** A field of a class: where it is declared, with the value given there or in an assignment to `this.name`. */
export function fieldOf(owner: SyntaxNode, name: string): Binding | null {
  let known = fields.get(owner);
  if (known === undefined) {
    const found = new Map<string, Binding>();
    for (const node of declaringNodes(rootOf(owner))) {
      const field = isWithin(node, owner) ? fieldName(node) : null;
      if (field === null || found.get(field)?.value != null) continue;
      const value = givenValue(node);
      if (value !== null || !found.has(field)) found.set(field, { kind: 'field', node, value, path: [] });
    }
    known = found;
    fields.set(owner, known);
  }
  return known.get(name) ?? null;
}

/** A function or method by name, in a class where one is given; null where there is none. */
export function functionNamed(root: SyntaxNode, name: string, owner: SyntaxNode | null): SyntaxNode | null {
  for (const node of findRoles(owner ?? root, 'function')) if (functionName(node) === name) return node;
  return null;
}

/** The binding of the first name of a chain: of the field for `this.x`, `self.x` and `@x`, else of the variable or the bare field. */
export function bindingOfChain(chain: readonly string[], at: SyntaxNode): Binding | null {
  const [first, second] = chain;
  if (first === undefined) return null;
  const owner = enclosingClass(at);
  if (first === 'this' || first === 'self') return owner === null ? null : fieldOf(owner, second ?? '');
  if (first.startsWith('@')) return owner === null ? null : fieldOf(owner, first.slice(1));
  return bindingOf(at, first) ?? (owner === null ? null : fieldOf(owner, first));
}
