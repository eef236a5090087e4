/** Merges what several sources say of a service into one node; the team's own catalog wins, then other catalogs, then inference. */
import { append } from '../../domain/append.ts';
import type { ServiceFact, ServiceName } from '../../domain/service.ts';
import type { ServiceNode } from '../../domain/situation.ts';
import type { DependencyEdge } from '../../domain/topology.ts';
import { isHostProgram } from '../_signals/host-programs.ts';

/** Sources in the order in which they are believed. A source that is not listed comes last. */
const TRUST = [
  'wicked-platform.yaml',
  'context',
  'config',
  'backstage',
  'kubernetes',
  'compose',
  'source-code',
];

export function mergeServices(
  facts: readonly ServiceFact[],
  resolve: (raw: string) => ServiceName,
  mentioned: readonly ServiceName[],
): ReadonlyMap<ServiceName, ServiceNode> {
  const grouped = new Map<ServiceName, ServiceFact[]>();
  for (const fact of facts) {
    const name = resolve(fact.name);
    append(grouped, name, fact);
  }
  for (const name of mentioned) if (!grouped.has(name)) grouped.set(name, []);
  const nodes = [...grouped.entries()].map(([name, list]) =>
    mergeOne(
      name,
      [...list].sort((a, b) => trust(a) - trust(b)),
    ),
  );
  return new Map(nodes.sort((a, b) => (a.name < b.name ? -1 : 1)).map((node) => [node.name, node]));
}

function trust(fact: ServiceFact): number {
  const index = TRUST.indexOf(fact.source);
  return index === -1 ? TRUST.length : index;
}

function mergeOne(name: ServiceName, facts: readonly ServiceFact[]): ServiceNode {
  const first = <T>(pick: (fact: ServiceFact) => T | null): T | null => {
    for (const fact of facts) {
      const value = pick(fact);
      if (value !== null) return value;
    }
    return null;
  };
  return {
    name,
    kind: first((fact) => fact.kind) ?? 'service',
    criticality: first((fact) => fact.criticality),
    userFacing: first((fact) => fact.userFacing),
    journey: first((fact) => fact.journey),
    paths: unique(facts.flatMap((fact) => (fact.path === null ? [] : [fact.path]))),
    routes: unique(facts.flatMap((fact) => fact.routes)),
    slo: first((fact) => fact.slo),
    baseline: first((fact) => fact.baseline),
    deploy: first((fact) => fact.deploy),
    evidence: unique(facts.flatMap((fact) => fact.evidence)),
  };
}

/** Same edge from several sources: one edge a source, so that each keeps its evidence. Self-edges are dropped, and whom a program of the machine speaks of: it calls none of them. */
export function mergeEdges(
  edges: readonly DependencyEdge[],
  resolve: (raw: string) => ServiceName,
): readonly DependencyEdge[] {
  const seen = new Map<string, DependencyEdge>();
  for (const edge of edges) {
    const from = resolve(edge.from);
    const to = resolve(edge.to);
    if (from === to || (edge.source === 'log-wording' && isHostProgram(from))) continue;
    const key = `${from} ${to} ${edge.source}`;
    const known = seen.get(key);
    seen.set(key, {
      from,
      to,
      source: edge.source,
      evidence: unique([...(known?.evidence ?? []), ...edge.evidence]),
    });
  }
  return [...seen.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge);
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
