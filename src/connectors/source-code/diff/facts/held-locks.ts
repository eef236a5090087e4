/** Calls to other systems that are made while a lock is held: whoever else wants it waits for that system too. */
import { ancestors, type SyntaxNode } from '../../syntax/node.ts';
import { calleeName, calleeText, functionName, oneLine, receiverOf } from '../../syntax/shape.ts';
import type { Observation } from './control.ts';
import { leavesProcess } from './io.ts';

/** A quick look at the whole text, so that programs without locks pay nothing. */
const SPEAKS_OF_LOCKS = /lock|mutex|semaphore|acquire|synchroni|exclusive/i;
const speaks = new WeakMap<object, boolean>();

const ACQUIRING = /^(lock|Lock|RLock|acquire|Acquire|lockInterruptibly|enter|Enter|Wait|WaitAsync)$/;
const RELEASING = /(?:^|[.\s])(?:unlock|Unlock|RUnlock|release|Release|exit|Exit|drop|dispose|Dispose)\s*\(/;
/** Calls that hold a lock for as long as the block that they are given runs. */
const WITH_LOCK =
  /^(withLock|with_lock|synchronize|synchronized|runExclusive|run_exclusive|withExclusive|lock)$/i;
/** What is locked is called so; `semaphore` counts only with one permit, which a name does not tell. */
const LOCK_NAME = /lock|mutex|\bmu\b|mu$|monitor|guard|semaphore/i;

function textSpeaks(node: SyntaxNode): boolean {
  let known = speaks.get(node.source);
  if (known === undefined) {
    known = SPEAKS_OF_LOCKS.test(node.source.text);
    speaks.set(node.source, known);
  }
  return known;
}

/** The statement's own acquisition: `mu.Lock()`, `let g = m.lock().await`; null for anything else, and for a guard that dies at once. */
function acquiredBy(statement: SyntaxNode): string | null {
  if (statement.role === 'defer' || statement.role === 'function' || statement.role === 'class') return null;
  const text = statement.text.replace(/\s+/g, ' ').replace(/;$/, '').trim();
  if (text.length > 200) return null;
  const found =
    /^(?:(?:let|const|var|val)\s+)?(?:(?:mut\s+)?([\w$]+)(?:\s*:\s*[^=]+)?\s*:?=\s*)?(?:await\s+)?((?:[\w$]+(?:\(\))?(?:\.|->|::))*[\w$@]+)(?:\.|->)(\w+)\(\)(?:\.await)?(?:\.unwrap\(\)|\.expect\([^)]*\)|\?)?$/.exec(
      text,
    );
  const [, bound, owner = '', verb = ''] = found ?? [];
  const isRead =
    /^(read|write)$/.test(verb) && bound !== undefined && /^rust$/.test(statement.source.languageId);
  if (!isRead && !ACQUIRING.test(verb)) return null;
  if (statement.source.languageId === 'rust') return bound === undefined ? null : owner;
  return LOCK_NAME.test(owner) || /^R?Lock$|^lock/.test(verb) ? owner : null;
}

/** Whether the lock is given back by a statement between its acquisition and the call. */
function isReleased(statements: readonly SyntaxNode[]): boolean {
  return statements.some((statement) => statement.role !== 'defer' && RELEASING.test(statement.text));
}

/** The lock that a statement before the call in one of its blocks took and did not give back. */
function takenBefore(node: SyntaxNode): string | null {
  let below = node;
  for (const up of ancestors(node)) {
    if (below.role === 'function') return null;
    const before = up.namedChildren.filter((child) => child.end <= below.start);
    for (let index = before.length - 1; index >= 0; index -= 1) {
      const statement = before[index];
      const lock = statement === undefined ? null : acquiredBy(statement);
      if (lock !== null && !isReleased(before.slice(index + 1))) return lock;
    }
    below = up;
  }
  return null;
}

/** The lock whose block the call stands in. */
function holderOf(node: SyntaxNode): string | null {
  for (const up of ancestors(node)) {
    if (up.role === 'lock') return oneLine(up.text.split(/[{\n]/, 1)[0] ?? 'lock', 40);
    if (up.role === 'with') {
      const head = up.text.split(/:\s*\n|\{/, 1)[0] ?? '';
      if (LOCK_NAME.test(head) && !/block/i.test(head)) return oneLine(head, 40);
    }
    if (up.role === 'call' && WITH_LOCK.test(calleeName(up)) && node !== up && !isCalleeOf(node, up))
      return oneLine(calleeText(up), 40);
    if (up.role === 'function') {
      const head = up.text.slice(0, Math.max(0, (up.child('body')?.start ?? up.start) - up.start));
      if (/\bsynchronized\b|@Synchronized\b/.test(head))
        return `synchronized ${functionName(up) ?? ''}`.trim();
      if (functionName(up) !== null) return null;
    }
  }
  return null;
}

function isCalleeOf(node: SyntaxNode, call: SyntaxNode): boolean {
  const receiver = receiverOf(call);
  return receiver !== null && node.start >= receiver.start && node.end <= receiver.end;
}

/** One for a call that leaves the process while a lock is held; empty for most nodes. */
export function heldCalls(node: SyntaxNode): Observation[] {
  if (node.role !== 'call' || !textSpeaks(node)) return [];
  const name = calleeName(node);
  if (ACQUIRING.test(name) || WITH_LOCK.test(name) || !leavesProcess(node)) return [];
  const lock = holderOf(node) ?? takenBefore(node);
  if (lock === null) return [];
  const text = calleeText(node).replace(/\([^()]*\)/g, '()');
  return [
    {
      kind: 'held-call',
      key: text,
      label: `${oneLine(text, 60)}() while ${lock} is held`,
      symbols: [name],
    },
  ];
}
