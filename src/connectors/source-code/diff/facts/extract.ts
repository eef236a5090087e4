/** All facts of a tree, in source order. */
import { descend, type Role, type SyntaxNode } from '../../syntax/node.ts';
import { enclosingFunction, qualifiedFunctionName } from '../../syntax/shape.ts';
import { blockingFacts } from './blocking.ts';
import { clientFacts } from './clients.ts';
import { controlFacts } from './control.ts';
import { deferredFacts } from './deferred.ts';
import { endFacts } from './ends.ts';
import type { Fact } from './fact.ts';
import { FAULTS } from './faults.ts';
import { heldCalls } from './held-locks.ts';
import { lookupKeyFacts } from './lookup-keys.ts';
import type { Observer } from './observer.ts';
import { omissionFacts } from './omissions.ts';
import { operationFacts } from './operations.ts';
import { perCallFacts } from './per-call.ts';
import { queryLimits } from './query-limits.ts';
import { rowFacts } from './rows.ts';
import { settingFacts } from './settings.ts';
import { SHAPES } from './shape-facts.ts';
import { slowPatterns } from './slow-patterns.ts';
import { STATES } from './state.ts';
import { unitFacts } from './units.ts';
import { unreturned } from './unreturned.ts';
import { wrappedColumns } from './wrapped-columns.ts';

const OBSERVERS: readonly Observer[] = [
  {
    roles: ['if', 'ternary', 'loop', 'catch', 'call', 'binary', 'member', 'index', 'declare', 'assign'],
    observe: controlFacts,
  },
  {
    roles: [
      ...(['call', 'new', 'string', 'await', 'with', 'finally', 'defer', 'lock'] as const),
      ...(['annotation', 'pair', 'member', 'index', 'identifier'] as const),
    ],
    observe: operationFacts,
  },
  ...SHAPES,
  ...FAULTS,
  { roles: ['call'], observe: heldCalls },
  { roles: ['call', 'binary', 'pair', 'declare', 'field', 'assign'], observe: unitFacts },
  { roles: ['call', 'declare', 'assign', 'return'], observe: lookupKeyFacts },
  { roles: ['call', 'new'], types: /^regex$/, observe: slowPatterns },
  { roles: ['function'], observe: endFacts },
  { roles: ['field', 'annotation', 'call'], observe: omissionFacts },
  ...STATES,
  { roles: null, observe: rowFacts },
  { roles: ['call'], observe: blockingFacts },
  { roles: ['call', 'new'], types: /^composite_literal$/, observe: clientFacts },
  { roles: ['call', 'new'], observe: perCallFacts },
  { roles: ['call', 'annotation'], observe: deferredFacts },
  { roles: ['assign', 'declare'], observe: settingFacts },
  { roles: ['call'], observe: queryLimits },
  { roles: ['declare', 'assign'], observe: unreturned },
  { roles: ['call', 'string'], observe: wrappedColumns },
];

const byType = new Map<Role, Map<string, readonly Observer[]>>();

/** Most nodes are of no role that anybody looks for: to ask everybody about each is most of what facts cost. */
function observersOf({ role, type }: SyntaxNode): readonly Observer[] {
  let ofRole = byType.get(role);
  if (ofRole === undefined) {
    ofRole = new Map();
    byType.set(role, ofRole);
  }
  let found = ofRole.get(type);
  if (found === undefined) {
    found = OBSERVERS.filter(
      ({ roles, types }) => roles === null || roles.includes(role) || types?.test(type) === true,
    );
    ofRole.set(type, found);
  }
  return found;
}

const known = new WeakMap<SyntaxNode, readonly Fact[]>();

/** Read once for each tree: the version of a file between two releases belongs to both differences. */
export function factsOf(root: SyntaxNode): readonly Fact[] {
  let facts = known.get(root);
  if (facts === undefined) {
    facts = readFacts(root);
    known.set(root, facts);
  }
  return facts;
}

function readFacts(root: SyntaxNode): Fact[] {
  const facts: Fact[] = [];
  const scopes = new Map<SyntaxNode, string>();
  for (const node of descend(root)) {
    // marks and keywords: nothing is said of them alone
    if (!node.named && node.children.length === 0) continue;
    const observers = observersOf(node);
    // the innermost loop of a triage: an iterator makes an object at each step
    for (let index = 0; index < observers.length; index += 1) {
      const observations = observers[index]?.observe(node) ?? [];
      if (observations.length === 0) continue;
      const scope = scopeOf(node, scopes);
      for (const observation of observations) facts.push({ ...observation, scope, line: node.line });
    }
  }
  return facts;
}

/** Qualified name of the function around a node; `''` at the top level. */
function scopeOf(node: SyntaxNode, scopes: Map<SyntaxNode, string>): string {
  const owner = enclosingFunction(node);
  if (owner === null) return '';
  let scope = scopes.get(owner);
  if (scope === undefined) {
    scope = qualifiedFunctionName(owner) ?? '';
    scopes.set(owner, scope);
  }
  return scope;
}

/** The names that the body of each function mentions, parameters themselves left out, by its qualified name; `''` is the top level. Tells whether a thing is still in use. */
export function namesByScope(root: SyntaxNode): Map<string, Set<string>> {
  const scopes = new Map<string, Set<string>>([['', new Set()]]);
  const namesOfOwners = new Map<SyntaxNode, string>();
  for (const node of descend(root)) {
    if (node.role === 'function') {
      const name = qualifiedFunctionName(node) ?? '';
      scopes.set(name, scopes.get(name) ?? new Set());
    }
    if (node.role !== 'identifier' || node.children.length > 0 || isParameterName(node)) continue;
    const scope = scopeOf(node, namesOfOwners);
    const names = scopes.get(scope) ?? new Set<string>();
    names.add(node.text);
    scopes.set(scope, names);
  }
  return scopes;
}

function isParameterName(node: SyntaxNode): boolean {
  for (let up: SyntaxNode | null = node; up !== null; up = up.parent) {
    if (up.field === 'parameters' || up.field === 'parameter') return true;
    if (up.role === 'function' || up.role === 'block') return false;
  }
  return false;
}
