/** Governors of one emitting literal with their definitions and evidence. */
import type { Definition, Governor } from '../../../domain/code.ts';
import type { FoundDefinition } from '../definitions/found.ts';
import { Resolver } from '../definitions/resolve.ts';
import { bindingOfChain, functionNamed } from '../definitions/scope.ts';
import { commentClaims } from '../history/claims.ts';
import { byText } from '../order.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import {
  calleeName,
  chainOf,
  enclosingClass,
  enclosingFunction,
  oneLine,
  receiverOf,
  unwrap,
} from '../syntax/shape.ts';
import type { TextLiteral } from './literals.ts';
import { referencesIn, type Use, UseCollector } from './uses.ts';

/** More than this is not an explanation any more. */
const MAX_GOVERNORS = 24;
const MAX_CALLEES = 6;

interface Placed extends Use {
  readonly path: string;
}

export async function definitionOf(found: FoundDefinition, reader: RepositoryReader): Promise<Definition> {
  const { path, line, endLine, comments, ...rest } = found;
  const file = await reader.file(path);
  return {
    ...rest,
    text: oneLine((file?.lines.slice(line - 1, endLine) ?? []).join(' '), 200),
    location: reader.location(path, line, endLine),
    claims: await commentClaims(comments, path, reader),
    evidence: await reader.sourceLine(path, line, endLine),
  };
}

/** The class behind the receiver of a call: `this.wallet` was made by `new WalletClient()`. */
async function receiverClass(call: SyntaxNode, path: string, resolver: Resolver) {
  const receiver = receiverOf(call);
  const chain = receiver === null ? null : chainOf(receiver);
  const [first, second] = chain ?? [];
  if (receiver === null || chain === null || first === undefined) return null;
  const owner = enclosingClass(receiver);
  if ((first === 'this' || first === 'self') && second === undefined)
    return owner === null ? null : { path, node: owner };
  const binding = bindingOfChain(chain, receiver);
  const value = binding?.value == null ? null : unwrap(binding.value);
  const typeName = /(?:^|[\s:*&])([A-Z]\w*)/.exec(binding?.node.text ?? '')?.[1];
  const name =
    value !== null && (value.role === 'new' || value.role === 'call') ? calleeName(value) : typeName;
  return name === undefined
    ? resolver.lookup.classOf(first, { path, node: receiver })
    : resolver.lookup.classOf(name, { path, node: receiver });
}

/** The body of a called function of this repository; null where it stands elsewhere. */
async function calleeBody(call: SyntaxNode, path: string, reader: RepositoryReader, resolver: Resolver) {
  const name = calleeName(call);
  if (receiverOf(call) === null) {
    const target = await resolver.lookup.importTargets(name, { path, node: call });
    for (const file of target?.paths ?? []) {
      const root = await reader.tree(file);
      const found =
        root === null
          ? null
          : functionNamed(root, target?.imported === 'default' ? name : (target?.imported ?? name), null);
      if (found !== null) return { path: file, node: found };
    }
    return null;
  }
  const owner = await receiverClass(call, path, resolver);
  const method = owner === null ? null : functionNamed(owner.node, name, owner.node);
  return owner === null || method === null ? null : { path: owner.path, node: method };
}

/** What the called functions read themselves, one step in. */
async function usesInside(
  calls: readonly SyntaxNode[],
  path: string,
  reader: RepositoryReader,
  resolver: Resolver,
): Promise<Placed[]> {
  const uses: Placed[] = [];
  for (const call of calls.slice(0, MAX_CALLEES)) {
    const body = await calleeBody(call, path, reader, resolver);
    if (body !== null) uses.push(...referencesIn(body.node, 2).map((use) => ({ ...use, path: body.path })));
  }
  return uses;
}

function hasValue(definition: FoundDefinition | null): boolean {
  return definition !== null && (definition.value !== null || definition.env !== null);
}

/** Nearest first; those whose value is known before those that only name something; ties in source order. */
function rank(
  left: { use: Placed; found: FoundDefinition | null },
  right: { use: Placed; found: FoundDefinition | null },
): number {
  return (
    Number(hasValue(right.found)) - Number(hasValue(left.found)) ||
    left.use.distance - right.use.distance ||
    byText(left.use.path, right.use.path) ||
    left.use.node.start - right.use.node.start
  );
}

/** Arguments of the emitting call beside the literal: `log.error('… %s', id)`. */
function siblings(literal: SyntaxNode): SyntaxNode[] {
  const list = literal.parent?.role === 'cast' ? literal.parent.parent : literal.parent;
  return list?.role === 'arguments'
    ? list.namedChildren.filter((child) => child !== literal && child !== literal.parent)
    : [];
}

export async function governorsOf(
  literal: TextLiteral,
  path: string,
  reader: RepositoryReader,
): Promise<Governor[]> {
  const collector = new UseCollector();
  collector.surroundings(literal.node);
  for (const hole of [...literal.holes, ...siblings(literal.node)])
    collector.visit(hole, { role: 'argument', passedTo: null, parameter: null }, 0);
  const resolver = new Resolver(reader);
  const placed: Placed[] = collector.uses.map((use) => ({ ...use, path }));
  if (enclosingFunction(literal.node) !== null)
    placed.push(...(await usesInside(collector.calls, path, reader, resolver)));
  const found: { use: Placed; found: FoundDefinition | null }[] = [];
  const keys = new Set<string>();
  for (const use of placed) {
    const key = `${use.path}:${use.node.line}:${use.chain.join('.')}:${use.passedTo ?? ''}`;
    if (keys.has(key)) continue;
    keys.add(key);
    const definition =
      use.role === 'call' ? null : await resolver.resolve(use.chain, { path: use.path, node: use.node });
    if (use.distance > 0 && use.role !== 'call' && !hasValue(definition)) continue;
    if (use.role === 'call' && use.distance > 1) continue;
    found.push({ use, found: definition });
  }
  const governors: Governor[] = [];
  for (const { use, found: definition } of found.sort(rank).slice(0, MAX_GOVERNORS)) {
    const line = use.node.line;
    governors.push({
      identifier: use.chain.join('.'),
      role: use.role,
      passedTo: use.passedTo,
      parameter: use.parameter,
      use: reader.location(use.path, line),
      useText: oneLine((await reader.file(use.path))?.lines[line - 1] ?? '', 200),
      useEvidence: await reader.sourceLine(use.path, line),
      definition: definition === null ? null : await definitionOf(definition, reader),
    });
  }
  return governors;
}
