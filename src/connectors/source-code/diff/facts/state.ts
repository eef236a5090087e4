/** Whose a collection or a format is that a function changes: made for each call, or one for all calls of the process. */
import { bindingOf, fieldOf, moduleBinding, rootOf } from '../../definitions/scope.ts';
import type { SyntaxNode } from '../../syntax/node.ts';
import {
  argumentsOf,
  calleeName,
  chainOf,
  enclosingClass,
  memberObject,
  nameOf,
  oneLine,
  receiverOf,
  servingFunction,
  unwrap,
} from '../../syntax/shape.ts';
import type { Observation } from './control.ts';
import type { Observer } from './observer.ts';
import { EMPTY_COLLECTION, GROWING, SHRINKING } from './shape-facts.ts';

/** Objects that hold what they are doing: two calls at once read each other's. */
const STATEFUL = /^new\s+(SimpleDateFormat|StringBuilder|StringBuffer|MessageDigest|Random|Regex\.Matcher)\b/;
/** Calls that change what they are called on, beside those that add and take away. */
const CHANGING = /^(clear|Clear|sort|Sort|reverse|update|merge|replace|setCalendar|setTimeZone|setLength)$/;

function mine(name: string, node: SyntaxNode): Observation {
  return { kind: 'own-state', key: name, label: `"${oneLine(node.text, 60)}"`, symbols: [name] };
}

/** Python makes a default once, when the function is defined. */
function sharedDefault(node: SyntaxNode): Observation[] {
  if (node.source.languageId !== 'python' || !/default_parameter$/.test(node.type)) return [];
  const value = node.child('value');
  const name = nameOf(node);
  if (name === null || value === null || !EMPTY_COLLECTION.test(value.text)) return [];
  const text = oneLine(node.text, 50);
  return [{ kind: 'shared-state', key: `default ${name}`, label: `the default "${text}"`, symbols: [name] }];
}

/** A collection or a stateful object that the function makes for itself. */
function ownState(node: SyntaxNode): Observation[] {
  if (node.role !== 'declare' || servingFunction(node) === null) return [];
  const name = nameOf(node);
  const value = node.child('value', 'right') ?? node.namedChildren.at(-1) ?? null;
  const text = value === null ? '' : unwrap(value).text;
  return name !== null && (EMPTY_COLLECTION.test(text) || STATEFUL.test(text)) ? [mine(name, node)] : [];
}

/** The name that a statement changes in place: `totals` of `totals[boat] = …`, `totals.put(…)`, `clear(totals)`. */
function changedName(node: SyntaxNode): SyntaxNode | null {
  if (node.role === 'call') {
    const name = calleeName(node);
    const receiver = receiverOf(node);
    if (receiver !== null)
      return GROWING.test(name) ||
        SHRINKING.test(name) ||
        CHANGING.test(name) ||
        /^(format|parse)$/.test(name)
        ? receiver
        : null;
    return /^(clear|delete)$/.test(name) ? (argumentsOf(node).at(0) ?? null) : null;
  }
  if (node.role !== 'assign' && node.role !== 'declare') return null;
  const left = node.child('left', 'name');
  const target = left === null ? null : unwrap(left);
  return target?.role === 'index' ? memberObject(target) : null;
}

/** Something that outlives the call and is changed by it; fields of an object that the language makes for each request are not known to be shared. */
function sharedChange(node: SyntaxNode): Observation[] {
  const target = changedName(node);
  if (target === null || servingFunction(node) === null) return [];
  const chain = chainOf(target);
  const name = chain?.[0]?.replace(/^@+/, '');
  if (name === undefined || chain === null || chain.length > 1) return [];
  const owner = enclosingClass(target);
  const field = owner === null ? null : fieldOf(owner, name);
  const top = moduleBinding(rootOf(target), name);
  if (top === null && !isStatic(field?.node ?? null)) return [];
  const bound = bindingOf(target, name);
  const isTop = top !== null && bound?.node === top.node;
  const isField = (bound === null || bound.node === field?.node) && isStatic(field?.node ?? null);
  const held = (isTop ? top.value : null) ?? (isField ? (field?.value ?? null) : null);
  if (held === null || (!EMPTY_COLLECTION.test(held.text) && !STATEFUL.test(held.text))) return [];
  return [{ kind: 'shared-state', key: name, label: `"${oneLine(held.text, 50)}"`, symbols: [name] }];
}

function isStatic(field: SyntaxNode | null): boolean {
  for (let up = field; up !== null && up.role !== 'class'; up = up.parent)
    if (/\bstatic\b/.test(up.text.split(/[={(]/, 1)[0] ?? '')) return true;
  return false;
}

/** What nodes say about things that live longer than a call, or only as long. */
export const STATES: readonly Observer[] = [
  { roles: [], types: /default_parameter$/, observe: sharedDefault },
  { roles: ['declare'], observe: ownState },
  { roles: ['call', 'assign', 'declare'], observe: sharedChange },
];
