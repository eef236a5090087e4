/** Reads trace files of one vendor into a store and aggregates once over all of them: a trace may be spread over files. */
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import { epochMs } from '../../domain/time.ts';
import type { CollectRequest, ConnectorContext, EvidenceFile } from '../../ports/connector.ts';
import {
  collectFiles,
  type FileSource,
  mergeContributions,
  rejectedGaps,
  truncatedGaps,
} from './collect-files.ts';
import { type Span, SpanStore } from './spans.ts';
import { isOver, traceFindings } from './trace-edges.ts';

/** Some 300 MB of memory; more calls say nothing new about who calls whom. */
export const MAX_SPANS = 200_000;

export interface SpanFile {
  readonly spans: readonly Span[];
  readonly rejected: number;
  /** How it was read, for its coverage. */
  readonly notes?: readonly string[];
  /** What else the file holds. */
  readonly rest: Contribution;
}

function addFile(
  store: SpanStore,
  source: FileSource,
  path: string,
  file: SpanFile,
  request: CollectRequest,
): Contribution {
  const { spans, rejected, rest } = file;
  const repeated = store.repeated;
  const services = new Set<string>();
  let [from, to, items, truncated] = [Number.POSITIVE_INFINITY, 0, 0, false];
  for (const span of spans) {
    if (!isOver(span, request.asOf)) continue;
    if (store.spans.length >= MAX_SPANS) {
      truncated = true;
      break;
    }
    store.add(span);
    services.add(span.service);
    items += 1;
    from = Math.min(from, Math.floor(span.startMs));
    to = Math.max(to, Math.floor(span.startMs + span.durationMs));
  }
  const notes = [
    ...(file.notes ?? []),
    ...(store.repeated > repeated ? [`${store.repeated - repeated} spans came twice`] : []),
  ];
  const coverage = {
    source: source.source,
    what: 'traces',
    path,
    items,
    unit: 'spans',
    rejected,
    interval: items === 0 ? null : { from: epochMs(from), to: epochMs(to) },
    services: [...services].sort(),
    notes,
  };
  const gaps = [
    ...rejectedGaps(source, path, rejected, 'entries'),
    ...truncatedGaps(source, path, truncated, `spans, ${MAX_SPANS} in all files,`),
  ];
  const isAboutTraces = items > 0 || rejected > 0 || rest.coverage.length === 0;
  return mergeContributions([
    rest,
    { ...EMPTY_CONTRIBUTION, gaps, coverage: isAboutTraces ? [coverage] : [] },
  ]);
}

/** `decode` gets each file's whole text. Spans that were not over at `asOf` do not count. */
export async function collectTraces(
  request: CollectRequest,
  context: ConnectorContext,
  source: FileSource,
  decode: (file: EvidenceFile, text: string) => SpanFile,
): Promise<Contribution> {
  const store = new SpanStore();
  const files = await collectFiles(request.files, context, source, (file, text) =>
    addFile(store, source, file.path, decode(file, text), request),
  );
  const { unnamed, ...findings } = traceFindings(store, source.source);
  const first = files.coverage.find(({ what }) => what === 'traces');
  const coverage = files.coverage.map((entry) =>
    entry === first && unnamed > 0
      ? { ...entry, notes: [...entry.notes, `${unnamed} outgoing calls do not say whom they reached`] }
      : entry,
  );
  return mergeContributions([
    { ...files, coverage },
    { ...EMPTY_CONTRIBUTION, ...findings },
  ]);
}
