/** Log lines that can do nothing but write: they may come, go and change without anything else running differently. */
import { isLogCall } from '../syntax/log-call.ts';
import { ancestors, descend, type SyntaxNode } from '../syntax/node.ts';
import {
  argumentsOf,
  calleeText,
  compact,
  enclosingFunction,
  memberName,
  memberObject,
} from '../syntax/shape.ts';

/** What may stand in an argument that cannot fail: texts with variables in them. A call, a lookup or a member may throw. */
const HARMLESS = /^(string|identifier|number|boolean|null|interpolation|binary|concat|cast|arguments)$/;
const STATEMENT = /statement|body|block|program|source_file|module|chunk|^(then|else|do|ensure|rescue)$/;

/** A call that stands as a statement of its own and hands only texts and known variables to a logger. */
export function isPlainLogLine(node: SyntaxNode): boolean {
  if (!isLogCall(node) || !standsAlone(node)) return false;
  return argumentsOf(node).every((argument) =>
    descend(argument).every(
      (part) =>
        !part.named ||
        (part.role === 'other' ? part.namedChildren.length <= 1 : HARMLESS.test(part.role)) ||
        isOwnMember(part) ||
        isReadElsewhere(part, node) ||
        isLengthOf(part, node),
    ),
  )
    ? namesOf(node).every((name) => isKnownAround(name, node))
    : false;
}

function standsAlone(node: SyntaxNode): boolean {
  const { parent } = node;
  if (parent === null) return false;
  if (parent.role === 'await') return false;
  return parent.role === 'block' || (parent.role === 'other' && STATEMENT.test(parent.type));
}

/** `this.count`, `self.count`: there whenever the code runs. */
function isOwnMember(node: SyntaxNode): boolean {
  return node.role === 'member' && /^(this|self)\.\w+$/.test(node.text);
}

/** A member that the function reads elsewhere too: that it cannot be read would show there. */
function isReadElsewhere(node: SyntaxNode, call: SyntaxNode): boolean {
  if (node.role !== 'member') return false;
  const home = enclosingFunction(call) ?? [...ancestors(call)].at(-1);
  const text = compact(node.text);
  return (
    home !== undefined &&
    descend(home).some(
      (part) =>
        part.role === 'member' &&
        (part.end <= call.start || part.start >= call.end) &&
        compact(part.text) === text,
    )
  );
}

/** `len(xs)`, `xs.size` of what the function reads elsewhere. */
function isLengthOf(node: SyntaxNode, call: SyntaxNode): boolean {
  if (node.role === 'call' && calleeText(node) === 'len') return true;
  const object = node.role === 'member' ? memberObject(node) : null;
  return (
    object !== null &&
    /^(length|size|Length|Count|count)$/.test(memberName(node)) &&
    (object.role === 'identifier' || isReadElsewhere(object, call))
  );
}

function namesOf(call: SyntaxNode): string[] {
  return argumentsOf(call).flatMap((argument) =>
    descend(argument)
      .filter(
        (part) =>
          part.role === 'identifier' &&
          part.children.length === 0 &&
          !(part.text === 'len' && part.parent?.role === 'call'),
      )
      .map((part) => part.text),
  );
}

/** A name that nothing else in the function mentions may not exist: then the log line itself fails. */
function isKnownAround(name: string, call: SyntaxNode): boolean {
  const home = enclosingFunction(call) ?? [...ancestors(call)].at(-1);
  if (home === undefined) return false;
  return descend(home).some(
    (part) =>
      part.role === 'identifier' && part.text === name && (part.end <= call.start || part.start >= call.end),
  );
}
