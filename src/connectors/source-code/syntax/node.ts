/** A syntax tree as plain objects, the same for every language. It holds no parser memory, so a tree needs no freeing. */

/** What a node means, whatever the grammar calls it; `other` is everything the analysis does not look at. */
export type Role =
  | 'other'
  | 'function'
  | 'class'
  | 'call'
  | 'new'
  | 'string'
  | 'concat'
  | 'member'
  | 'index'
  | 'identifier'
  | 'number'
  | 'boolean'
  | 'null'
  | 'comment'
  | 'if'
  | 'ternary'
  | 'switch'
  | 'case'
  | 'loop'
  | 'try'
  | 'catch'
  | 'finally'
  | 'throw'
  | 'return'
  | 'assign'
  | 'declare'
  | 'field'
  | 'pair'
  | 'object'
  | 'array'
  | 'binary'
  | 'unary'
  | 'await'
  | 'defer'
  | 'with'
  | 'lock'
  | 'import'
  | 'parameter'
  | 'arguments'
  | 'block'
  | 'annotation'
  | 'interpolation'
  | 'cast'
  | 'type';

/** The text that the nodes of one tree point into. */
export interface SourceText {
  readonly text: string;
  /** Offsets (UTF-16) at which lines begin, ascending, the first is 0. */
  readonly lineStarts: readonly number[];
  readonly languageId: string;
}

/** Most nodes are leaves. */
const NONE: readonly SyntaxNode[] = [];

export class SyntaxNode {
  readonly type: string;
  readonly role: Role;
  readonly named: boolean;
  /** UTF-16 offsets, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** Name of the field in the parent, null where the grammar names none. */
  readonly field: string | null;
  readonly parent: SyntaxNode | null;
  readonly source: SourceText;
  /** In source order. Whoever makes the tree sets them, once. */
  children: readonly SyntaxNode[] = NONE;
  /** What it calls, once somebody asked: a dozen rules do of every call. Weak maps of so many nodes are what the garbage collector would live on. */
  callee: { readonly text: string; name: string | null } | null = null;

  constructor(
    type: string,
    role: Role,
    named: boolean,
    start: number,
    end: number,
    field: string | null,
    parent: SyntaxNode | null,
    source: SourceText,
  ) {
    this.type = type;
    this.role = role;
    this.named = named;
    this.start = start;
    this.end = end;
    this.field = field;
    this.parent = parent;
    this.source = source;
  }

  get text(): string {
    return this.source.text.slice(this.start, this.end);
  }

  /** 1-based. */
  get line(): number {
    return lineAt(this.source.lineStarts, this.start);
  }

  /** 1-based, of the last character. */
  get endLine(): number {
    return lineAt(this.source.lineStarts, Math.max(this.start, this.end - 1));
  }

  get namedChildren(): SyntaxNode[] {
    const found: SyntaxNode[] = [];
    const { children } = this;
    for (let index = 0; index < children.length; index += 1) {
      const child = children[index];
      if (child?.named === true && child.role !== 'comment') found.push(child);
    }
    return found;
  }

  /** The first child in one of the fields, tried in the order given. */
  child(...fields: string[]): SyntaxNode | null {
    const { children } = this;
    if (children.length === 0) return null;
    for (let at = 0; at < fields.length; at += 1)
      for (let index = 0; index < children.length; index += 1) {
        const child = children[index];
        if (child?.field === fields[at]) return child ?? null;
      }
    return null;
  }
}

/** 1-based line of an offset. */
export function lineAt(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

export function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

const whole = new WeakMap<SyntaxNode, readonly SyntaxNode[]>();

/**
 * Every node below and including `node`, in source order; a whole tree is listed once, since a dozen questions go through it.
 * Without recursion: trees of generated code are deep.
 */
export function descend(node: SyntaxNode): readonly SyntaxNode[] {
  const known = whole.get(node);
  if (known !== undefined) return known;
  const nodes: SyntaxNode[] = [];
  const stack = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    nodes.push(next);
    const { children } = next;
    for (let index = children.length - 1; index >= 0; index -= 1) {
      const child = children[index];
      if (child !== undefined) stack.push(child);
    }
  }
  if (node.parent === null) whole.set(node, nodes);
  return nodes;
}

/** Nodes of the roles, in source order. */
export function findRoles(node: SyntaxNode, ...roles: Role[]): SyntaxNode[] {
  return descend(node).filter((each) => roles.includes(each.role));
}

/** The ancestors, nearest first, without the node itself. */
export function ancestors(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let up = node.parent; up !== null; up = up.parent) found.push(up);
  return found;
}

export function isWithin(inner: SyntaxNode, outer: SyntaxNode): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}
