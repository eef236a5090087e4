/** Who calls whom, as graphs of Kiali, Jaeger, Zipkin and the like that were saved: dependencies of services, and nothing of how well they went. */

import type { Evidence } from '../../domain/evidence.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { DependencyEdge } from '../../domain/topology.ts';
import type { Connector, EvidenceFile } from '../../ports/connector.ts';
import { citeRecord, coverageOfItems } from '../_kit/cited-records.ts';
import { collectFiles, type FileSource, rejectedGaps } from '../_kit/collect-files.ts';
import { plainPath } from '../_kit/record-file.ts';
import { parseJson, type RecordPlace } from '../_kit/records.ts';
import { decodeGraph, type Edge, looksLikeGraph } from './decode.ts';
import { type DrawnEdge, isStructurizr, readStructurizr } from './structurizr.ts';

const SOURCE = 'service-graph';
const FILES: FileSource = { source: SOURCE, effect: 'Who calls whom may be unknown.' };

const DRAWN = /\.dsl$/i;

function recognise(file: EvidenceFile): number {
  if (file.explicitLog) return 0;
  if (DRAWN.test(plainPath(file.path))) return isStructurizr(file.head()) ? 0.95 : 0;
  if (!/\.json$/.test(plainPath(file.path))) return 0;
  const head = file.head();
  return /^\uFEFF?\s*[[{]/.test(head) && looksLikeGraph(head) ? 0.9 : 0;
}

function placeOf(edge: Edge | DrawnEdge): RecordPlace {
  return 'line' in edge
    ? { kind: 'line', line: edge.line, byteOffset: edge.byteOffset }
    : { kind: 'pointer', pointer: edge.pointer };
}

function read({ path }: EvidenceFile, text: string): Contribution {
  const drawn = DRAWN.test(plainPath(path)) ? readStructurizr(text) : null;
  const decoded = drawn ?? decodeGraph(parseJson(text));
  if (decoded === null) return { ...EMPTY_CONTRIBUTION, gaps: rejectedGaps(FILES, path, 1, 'documents') };
  const evidence = new Map<string, Evidence>();
  const edges = new Map<string, DependencyEdge>();
  for (const edge of decoded.edges) {
    const { from, to, text: said } = edge;
    const key = `${from}\0${to}`;
    if (edges.has(key)) continue;
    const place = placeOf(edge);
    const cited = citeRecord({
      source: SOURCE,
      kind: 'catalog-entry',
      path,
      place,
      text: said,
      observedAt: null,
    });
    evidence.set(cited.ref, cited);
    edges.set(key, { from, to, source: drawn === null ? 'trace' : 'catalog', evidence: [cited.ref] });
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
    'Who calls whom, from saved graphs: Kiali, the dependencies of Jaeger and Zipkin, lists of nodes and edges, Structurizr.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) => collectFiles(request.files, context, FILES, read),
};
