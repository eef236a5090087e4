/** Follows a call out of one service into the function of another that answers it, within one repository: by the path of the request, or by the procedure of a remote interface. */
import { categoryOf } from '../diff/category.ts';
import { byText } from '../order.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { unitOf } from '../services/folders.ts';
import { descend, type SyntaxNode } from '../syntax/node.ts';
import { calleeText, functionName } from '../syntax/shape.ts';
import type { FunctionAt } from './function-at.ts';
import { functionsCalled } from './handlers.ts';
import {
  declaredPath,
  type RemotePath,
  type RemoteProcedure,
  remotePaths,
  remoteProcedure,
} from './remote-calls.ts';
import { fitOf, type Route, Routes } from './routes.ts';

/** Services that answer to the same path cannot be told apart. */
const MAX_UNITS = 1;
const MAX_TARGETS = 2;

const bare = (name: string) =>
  name
    .replace(/[-_.]/g, '')
    .toLowerCase()
    .replace(/(service|svc|api)$/, '');

export class Remote {
  private readonly reader: RepositoryReader;
  private readonly routes: Routes;
  private unitList: readonly string[] | null = null;

  constructor(reader: RepositoryReader) {
    this.reader = reader;
    this.routes = new Routes(reader);
  }

  /** Functions of other services that answer what is asked within `part`, each with the call as it is written. */
  async within(part: SyntaxNode, path: string): Promise<readonly (FunctionAt & { readonly via: string })[]> {
    const own = unitOf(path);
    if (own === null || (await this.units()).length < 2) return [];
    const found: (FunctionAt & { via: string })[] = [];
    const declared = part.role === 'function' ? declaredPath(part) : null;
    if (declared !== null)
      for (const target of await this.answering(declared, own))
        found.push({ ...target, via: functionName(part) ?? '' });
    for (const node of descend(part)) {
      if (node.role !== 'call' && node.role !== 'new') continue;
      for (const target of await this.ofCall(node, own)) found.push({ ...target, via: calleeText(node) });
    }
    return found;
  }

  private async units(): Promise<readonly string[]> {
    this.unitList ??= [
      ...new Set(
        (await this.reader.paths()).flatMap((path) =>
          categoryOf(path) === 'code' ? (unitOf(path) ?? []) : [],
        ),
      ),
    ].sort(byText);
    return this.unitList;
  }

  private async ofCall(call: SyntaxNode, own: string): Promise<readonly FunctionAt[]> {
    for (const path of remotePaths(call)) {
      const handlers = await this.answering(path, own);
      if (handlers.length > 0) return handlers;
    }
    const procedure = remoteProcedure(call);
    return procedure === null ? [] : this.procedure(procedure, own);
  }

  private async answering(path: RemotePath, own: string): Promise<readonly FunctionAt[]> {
    const route = await this.routeFor(path, own);
    return route === null ? [] : this.routes.handler(route);
  }

  /** The route that fits best; null where two services have one that fits as well. */
  private async routeFor(path: RemotePath, own: string): Promise<Route | null> {
    const host = path.host === null ? null : bare(path.host.split('.')[0] ?? '');
    const ranked = (await this.routes.all())
      .filter(({ unit }) => unit !== own && (host === null || isCalled(unit, host)))
      .map((route) => ({ route, fit: fitOf(path, route) }))
      .filter(({ fit }) => fit > 0)
      .sort((a, b) => b.fit - a.fit || byText(a.route.path, b.route.path) || a.route.line - b.route.line);
    const best = ranked.filter(({ fit }) => fit === ranked[0]?.fit).map(({ route }) => route);
    return new Set(best.map(({ unit }) => unit)).size > MAX_UNITS ? null : (best[0] ?? null);
  }

  private async procedure({ of, name }: RemoteProcedure, own: string): Promise<readonly FunctionAt[]> {
    const others = (await this.units()).filter((unit) => unit !== own);
    const named = of === null ? [] : others.filter((unit) => isCalled(unit, bare(of)));
    const found = await functionsCalled(name, named.length > 0 ? named : others, this.reader);
    const units = new Set(found.map(({ path }) => unitOf(path)));
    return units.size > MAX_UNITS || found.length > MAX_TARGETS ? [] : found;
  }
}

/** `ts-price-service`, `src/pricing`: the folder of a service carries its name, perhaps with that of the house before it. */
function isCalled(unit: string, name: string): boolean {
  const folder = bare(unit.slice(unit.lastIndexOf('/') + 1));
  return folder === name || (name.length >= 4 && (folder.endsWith(name) || name.endsWith(folder)));
}
