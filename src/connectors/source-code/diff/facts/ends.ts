/** Where functions end, and in which order they take what they are given. */
import { ancestors, descend, type SyntaxNode } from '../../syntax/node.ts';
import { calleeName, enclosingFunction, functionName, nameOf, oneLine, unwrap } from '../../syntax/shape.ts';
import type { Observation } from './control.ts';

/** Languages that answer nothing where a function just ends, without a word from a compiler. */
const SILENT_END = new Set(['python', 'javascript', 'typescript', 'tsx', 'php']);
const LEAVES = /^(exit|abort|fail|panic|_exit|die|raise)$/;

function lastStatement(block: SyntaxNode): SyntaxNode | null {
  return block.namedChildren.filter((child) => child.role !== 'comment').at(-1) ?? null;
}

function branchesOf(node: SyntaxNode): SyntaxNode[] {
  return node.namedChildren.filter(
    (child) =>
      child.role === 'block' ||
      /^(else|elif|except|catch|finally|case|switch_case|switch_default|statement_block|compound_statement)/.test(
        child.type,
      ),
  );
}

/** True where the statement can be followed by another: no way through it is known to leave the function. */
function goesOn(node: SyntaxNode | null, depth = 0): boolean {
  if (node === null || depth > 12) return true;
  if (node.role === 'return' || node.role === 'throw') return false;
  const inner = (child: SyntaxNode) => goesOn(child, depth + 1);
  if (
    node.role === 'block' ||
    /^(statement_block|compound_statement|else_clause|except_clause|case_clause)$/.test(node.type)
  ) {
    const last = lastStatement(node);
    return last === null || inner(last);
  }
  if (node.role === 'if') {
    const branches = branchesOf(node);
    const hasElse = node.children.some((child) => /^else/.test(child.type) || child.field === 'alternative');
    return !hasElse || branches.some(inner);
  }
  if (node.role === 'with') return branchesOf(node).some(inner);
  if (node.role === 'try' || node.role === 'switch' || node.role === 'loop') return isLoopWithEnd(node);
  const bare = unwrap(node.namedChildren[0] ?? node);
  return !(bare.role === 'call' && LEAVES.test(calleeName(bare)));
}

/** Handlers and cases are not followed: only a loop over something is known to end. */
function isLoopWithEnd(node: SyntaxNode): boolean {
  return node.role === 'loop' && !/^(while|do)/.test(node.type);
}

/** A function that gives back a value somewhere and can end without one. */
function openEnd(node: SyntaxNode): Observation[] {
  if (node.role !== 'function' || !SILENT_END.has(node.source.languageId)) return [];
  const name = functionName(node);
  const body = node.child('body');
  if (
    name === null ||
    body === null ||
    !(body.role === 'block' || /block|compound_statement/.test(body.type))
  )
    return [];
  const answers = descend(node).some(
    (each) =>
      each.role === 'return' &&
      each.namedChildren.length > 0 &&
      !/^(none|null|undefined)$/i.test(each.namedChildren[0]?.text ?? '') &&
      ownerOf(each) === node,
  );
  if (!answers || !goesOn(body)) return [];
  return [{ kind: 'open-end', key: name, label: `${name}()`, symbols: [name] }];
}

function ownerOf(node: SyntaxNode): SyntaxNode | null {
  for (const up of ancestors(node)) if (up.role === 'function') return up;
  return null;
}

/** Names of the parameters in their order; from two on, since one cannot change its place. */
function signature(node: SyntaxNode): Observation[] {
  if (node.role !== 'function') return [];
  const name = functionName(node);
  const list = node.child('parameters');
  if (name === null || list === null) return [];
  const names = list.namedChildren.flatMap((child) => {
    const own = child.role === 'identifier' ? child.text : nameOf(child);
    return own === null ? [] : [own.replace(/^[$*&]+/, '')];
  });
  if (names.length < 2 || names.length > 12 || enclosingFunction(node) !== null) return [];
  return [
    {
      kind: 'signature',
      key: `${name}(${names.join(',')})`,
      label: `${name}(${oneLine(names.join(', '), 60)})`,
      symbols: [name, ...names],
    },
  ];
}

/** What a function says about its end and its parameters; empty for every other node. */
export function endFacts(node: SyntaxNode): Observation[] {
  return node.role === 'function' ? [...openEnd(node), ...signature(node)] : [];
}
