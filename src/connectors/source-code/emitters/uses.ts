/** Which names govern an emitting statement: conditions around it, calls whose failure leads to it, values put into its text. */
import type { Governor } from '../../../domain/code.ts';
import { bindingOfChain } from '../definitions/scope.ts';
import { ancestors, descend, isWithin, type SyntaxNode } from '../syntax/node.ts';
import {
  argumentsOf,
  calleeText,
  chainOf,
  conditionOf,
  enclosingFunction,
  givenValue,
  nameOf,
  receiverOf,
  unwrap,
} from '../syntax/shape.ts';

/** A name at the place where it is used. */
export interface Use {
  readonly chain: readonly string[];
  readonly role: Governor['role'];
  readonly passedTo: string | null;
  readonly parameter: string | null;
  readonly node: SyntaxNode;
  /** Declarations followed from the emitting statement; 0 for names of the statement itself. */
  readonly distance: number;
}

interface Passing {
  readonly role: Governor['role'];
  readonly passedTo: string | null;
  readonly parameter: string | null;
}

const MAX_USES = 80;
const MAX_DISTANCE = 3;
const PLAIN: Passing = { role: 'condition', passedTo: null, parameter: null };

export class UseCollector {
  readonly uses: Use[] = [];
  /** Calls whose failure leads to the statement, for those who want to look inside the callee. */
  readonly calls: SyntaxNode[] = [];
  private readonly seen = new Set<string>();

  /** Every name in an expression, and through local declarations and fields what those names were made from. */
  visit(expression: SyntaxNode, passing: Passing, distance: number): void {
    if (this.uses.length >= MAX_USES) return;
    const node = unwrap(expression);
    const chain = chainOf(node);
    if (chain !== null) {
      this.name(chain, node, passing, distance);
      return;
    }
    if (node.role === 'call' || node.role === 'new') {
      this.call(node, distance);
      return;
    }
    if (node.role === 'function' || node.role === 'class' || node.role === 'type') return;
    if (node.role === 'pair') {
      const value = givenValue(node);
      if (value !== null) this.visit(value, { ...passing, parameter: nameOf(node) }, distance);
      return;
    }
    for (const child of node.namedChildren) this.visit(child, passing, distance);
  }

  private name(chain: readonly string[], node: SyntaxNode, passing: Passing, distance: number): void {
    const id = `${node.source.text.length}:${node.start}:${node.end}:${passing.role}`;
    if (this.seen.has(id)) return;
    this.seen.add(id);
    this.uses.push({ chain, ...passing, node, distance });
    this.origin(chain, node, distance);
  }

  call(node: SyntaxNode, distance: number): void {
    const id = `${node.source.text.length}:${node.start}:${node.end}:call`;
    if (this.seen.has(id) || this.uses.length >= MAX_USES) return;
    this.seen.add(id);
    const callee = calleeText(node);
    this.uses.push({ chain: [callee], role: 'call', passedTo: null, parameter: null, node, distance });
    this.calls.push(node);
    for (const argument of argumentsOf(node))
      this.visit(
        argument,
        { role: 'argument', passedTo: callee.split('.').at(-1) ?? callee, parameter: null },
        distance,
      );
    const receiver = receiverOf(node);
    const chain = receiver === null ? null : chainOf(receiver);
    if (chain !== null && receiver !== null) this.origin(chain, receiver, distance);
    else if (receiver !== null && receiver.role !== 'identifier') this.visit(receiver, PLAIN, distance);
  }

  /** Follows a name to the expression that it was made from, when that is a call or arithmetic in the same file. */
  private origin(chain: readonly string[], at: SyntaxNode, distance: number): void {
    if (distance >= MAX_DISTANCE) return;
    const binding = bindingOfChain(chain, at);
    const value = binding?.value == null ? null : unwrap(binding.value);
    if (
      binding === null ||
      value === null ||
      isWithin(at, binding.node) ||
      value.role === 'object' ||
      value.role === 'string'
    )
      return;
    this.visit(value, { role: 'assignment', passedTo: null, parameter: null }, distance + 1);
  }

  /** Assigns the names of a statement's surroundings, from the statement outwards to the named function around it. */
  surroundings(statement: SyntaxNode): void {
    const owner = enclosingFunction(statement);
    let below = statement;
    for (const up of ancestors(statement)) {
      if (up === owner) break;
      if (
        up.role === 'if' ||
        up.role === 'ternary' ||
        up.role === 'switch' ||
        up.role === 'case' ||
        up.role === 'loop'
      ) {
        const condition = conditionOf(up) ?? (up.role === 'case' ? (up.namedChildren.at(0) ?? null) : null);
        if (condition !== null && !isWithin(below, condition)) this.visit(condition, PLAIN, 0);
      }
      if (up.role === 'catch') this.failing(up);
      below = up;
    }
  }

  /** The calls of the block whose failure a catch clause handles. */
  private failing(handler: SyntaxNode): void {
    const holder = handler.parent;
    if (holder === null) return;
    for (const filter of handler.namedChildren)
      if (/filter|exceptions/.test(filter.type)) this.visit(filter, PLAIN, 0);
    const ruby = holder.source.languageId === 'ruby';
    const bodies = ruby
      ? holder.children.filter((child) => child.end <= handler.start)
      : holder.children.filter((child) => child.field === 'body' || child.field === 'resources');
    for (const body of bodies)
      for (const node of descend(body)) {
        if (node.role !== 'call' && node.role !== 'new') continue;
        if (node.parent?.role === 'throw' || isWithin(handler, node)) continue;
        this.call(node, 0);
      }
  }
}

/** References to names in a function's body, for a callee: only those that are passed on or compared. */
export function referencesIn(body: SyntaxNode, distance: number): Use[] {
  const uses: Use[] = [];
  for (const node of descend(body)) {
    if (node.role !== 'member' || node.parent?.role === 'member') continue;
    const chain = chainOf(node);
    if (chain === null || node.field === 'function') continue;
    let passing: Passing = { role: 'assignment', passedTo: null, parameter: null };
    for (const up of ancestors(node)) {
      if (up === body) break;
      if (up.role === 'pair' && passing.parameter === null) passing = { ...passing, parameter: nameOf(up) };
      if (up.role === 'call' || up.role === 'new') {
        passing = {
          role: 'argument',
          passedTo: calleeText(up).split('.').at(-1) ?? null,
          parameter: passing.parameter,
        };
        break;
      }
    }
    uses.push({ chain, ...passing, node, distance });
    if (uses.length >= 24) break;
  }
  return uses;
}
