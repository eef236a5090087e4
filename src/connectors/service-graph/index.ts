/** Who calls whom, as graphs of Kiali, Jaeger, Zipkin and the like that were saved: dependencies of services, and nothing of how well they went. */

import type { Evidence } from '../../domain/evidence.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { DependencyEdge } from '../../domain/topology.ts';
import type { Connector, EvidenceFile } from '../../ports/connector.ts';
import { citeRecord, coverageOfItems } from '../_kit/cited-records.ts';
import { collectFiles, type FileSource, rejectedGaps } from '../_kit/collect-files.ts';
import { plainPath } from '../_kit/record-file.ts';
import { parseJson } from '../_kit/records.ts';
import { decodeGraph, looksLikeGraph } from './decode.ts';

const SOURCE = 'service-graph';
const FILES: FileSource = { source: SOURCE, effect: 'Who calls whom may be unknown.' };

function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !/\.json$/.test(plainPath(file.path))) return 0;
  const head = file.head();
  return /^\uFEFF?\s*[[{]/.test(head) && looksLikeGraph(head) ? 0.9 : 0;
}

function read({ path }: EvidenceFile, text: string): Contribution {
  const decoded = decodeGraph(parseJson(text));
  if (decoded === null) return { ...EMPTY_CONTRIBUTION, gaps: rejectedGaps(FILES, path, 1, 'documents') };
  const evidence = new Map<string, Evidence>();
  const edges = new Map<string, DependencyEdge>();
  for (const { from, to, pointer, text: said } of decoded.edges) {
    const key = `${from}\0${to}`;
    if (edges.has(key)) continue;
    const place = { kind: 'pointer', pointer } as const;
    const cited = citeRecord({
      source: SOURCE,
      kind: 'catalog-entry',
      path,
      place,
      text: said,
      observedAt: null,
    });
    evidence.set(cited.ref, cited);
    edges.set(key, { from, to, source: 'trace', evidence: [cited.ref] });
  }
  const { rejected } = decoded;
  const fields = { source: SOURCE, what: 'services', path, unit: 'dependencies', rejected, notes: [] };
  return {
    ...EMPTY_CONTRIBUTION,
    edges: [...edges.values()],
    evidence: [...evidence.values()],
    gaps: rejectedGaps(FILES, path, rejected, 'edges'),
    coverage: [
      {
        ...coverageOfItems(
          fields,
          [...edges.values()].flatMap(({ from, to }) => [from, to]).map((service) => ({ at: null, service })),
        ),
        items: edges.size,
      },
    ],
  };
}

export const connector: Connector = {
  id: SOURCE,
  summary:
    'Who calls whom, from saved graphs: Kiali, the dependencies of Jaeger and Zipkin, lists of nodes and edges.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) => collectFiles(request.files, context, FILES, read),
};
