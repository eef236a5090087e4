/** HAProxy says with every request which frontend took it and which backend it went to: who calls whom. */
import type { EvidenceRef } from '../../../domain/evidence.ts';
import { canonicalServiceName, type ServiceName } from '../../../domain/service.ts';
import type { LogPattern } from '../../../domain/signal.ts';
import type { DependencyEdge } from '../../../domain/topology.ts';
import type { EvidenceStore } from './evidence-store.ts';

/** `[02/Mar/2024:08:15:30.250] shop~ carts/web-04 0/0/1/20/31`. */
const TAKEN =
  /\[\d\d\/[A-Z][a-z]{2}\/\d{4}:[\d:.]{8,14}(?: [+-]\d{4})?\] ([\w.-]{1,120})~? ([\w.-]{1,120})\/([\w.-]{1,120}|<NOSRV>) [+-]?\d/;
/** What a backend is called besides the service behind it: `bk_carts`, `carts-backend`. */
const BESIDES = /^(?:bk|be|b|backend|srv|pool)[_-]|[_-](?:bk|be|backend|back|servers?|nodes|pool|cluster)$/gi;
const MOST_CITED = 3;

/** The service behind a backend, by the name of the backend or of its servers (`carts-2`); null where neither is one that is known. */
function behind(backend: string, server: string, known: ReadonlySet<ServiceName>): ServiceName | null {
  const names = [backend, backend.replaceAll(BESIDES, ''), server, server.replace(/[._-]?\d+$/, '')];
  return names.map(canonicalServiceName).find((name) => known.has(name)) ?? null;
}

/** A request as a cited line tells it. */
export interface Taken {
  readonly path: string | null;
  readonly frontend: ServiceName;
  readonly backend: string;
  readonly server: string;
  readonly evidence: EvidenceRef;
}

export function takenIn(patterns: readonly LogPattern[], store: EvidenceStore): readonly Taken[] {
  return patterns.flatMap(({ service, samples }) =>
    samples.flatMap(({ evidence }): Taken[] => {
      const cited = store.get(evidence);
      const [, frontend, backend = '', server = ''] = TAKEN.exec((cited?.excerpt ?? '').slice(0, 900)) ?? [];
      if (cited === null || frontend === undefined || service !== canonicalServiceName(frontend)) return [];
      const path = 'path' in cited.locator ? cited.locator.path : null;
      return [{ path, frontend: service, backend, server, evidence }];
    }),
  );
}

/** Sorted by names; at most three lines are cited for each. */
export function proxyEdges(
  taken: readonly Taken[],
  known: ReadonlySet<ServiceName>,
): readonly DependencyEdge[] {
  const found = new Map<string, { from: ServiceName; to: ServiceName; evidence: Set<EvidenceRef> }>();
  for (const { frontend: from, backend, server, evidence } of taken) {
    const to = behind(backend, server, known);
    if (to === null || to === from) continue;
    const key = `${from}\n${to}`;
    const edge = found.get(key) ?? { from, to, evidence: new Set<EvidenceRef>() };
    if (edge.evidence.size < MOST_CITED) edge.evidence.add(evidence);
    found.set(key, edge);
  }
  return [...found.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { from, to, evidence }]) => ({
      from,
      to,
      source: 'log-wording',
      evidence: [...evidence].sort(),
    }));
}
