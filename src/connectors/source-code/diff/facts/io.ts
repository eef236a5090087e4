/** Which calls leave the process: told from what they are called and whom they are asked of. */
import { ancestors, findRoles, type SyntaxNode } from '../../syntax/node.ts';
import { argumentsOf, calleeName, calleeText, nameOf, receiverOf } from '../../syntax/shape.ts';

const IO =
  /repo|repository|client|(^|\.)db\b|dao|store|http|fetch|query|api|session|conn|cursor|redis|mongo|rpc|stub|gateway|axios|request|service\b/i;
/** Names of things that stand for another system: whatever is asked of them leaves the process. */
const OUTSIDE =
  /^[\w$]*(store|repo|repository|repositories|client|dao|db|database|api|gateway|session|conn|connection|cursor|stub|jdbc(template)?|mapper|channel|redis|mongo|http)$/i;
const IO_CALL =
  /^(find|load|fetch|query|select|save|insert|update|execute|exec|request|send|call|read|write|get\w*By\w*|find\w*|load\w*|fetch\w*|query\w*|Query\w*|Exec\w*|Load\w*|Find\w*|Fetch\w*)$/;

/** Go hands the context of a request to whatever leaves the process. */
const OF_A_REQUEST = /^(?:ctx|\w+(?:\.Request)?\.Context\(\))$/;

const known = new WeakMap<SyntaxNode, ReadonlyMap<string, string>>();

/** Types that the file declares for its fields, parameters and variables, by name; of generic ones the outermost. */
function typesIn(node: SyntaxNode): ReadonlyMap<string, string> {
  const root = [...ancestors(node)].at(-1) ?? node;
  const found = known.get(root);
  if (found !== undefined) return found;
  const types = new Map<string, string>();
  for (const each of findRoles(root, 'parameter', 'declare', 'field')) {
    const name = nameOf(each);
    const type =
      each.child('type') ??
      each.parent?.child('type') ??
      each.children.findLast(({ role, type }) => role === 'type' && type !== 'modifiers');
    if (name === null || type === undefined || type === null) continue;
    types.set(
      name,
      type.text
        .replace(/^[:\s*&?]+/, '')
        .replace(/[<[?].*$/s, '')
        .split('.')
        .at(-1) ?? '',
    );
  }
  known.set(root, types);
  return types;
}

export function isAwaited(node: SyntaxNode): boolean {
  return node.parent?.role === 'await' || node.parent?.parent?.role === 'await';
}

/** Awaited, or asked of something whose name says that it is another system. */
export function leavesProcess(node: SyntaxNode): boolean {
  if (isAwaited(node)) return true;
  const receiver = receiverOf(node);
  if (receiver === null) return false;
  if (node.source.languageId === 'go' && OF_A_REQUEST.test(argumentsOf(node)[0]?.text ?? '')) return true;
  const text = calleeText(node).replace(/\([^()]*\)/g, '()');
  const last = receiver.text.split(/[.:>()\s]+/).at(-1) ?? '';
  const type = typesIn(node).get(last.replace(/^\$/, ''));
  if (type !== undefined && OUTSIDE.test(type)) return true;
  return (
    (IO.test(text) && (IO_CALL.test(calleeName(node)) || /repo|client|dao|db\b/i.test(text))) ||
    OUTSIDE.test(last)
  );
}
