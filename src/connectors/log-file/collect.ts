import { canonicalServiceName } from '../../domain/service.ts';
import type { LogStream } from '../../domain/signal.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import { epochMs } from '../../domain/time.ts';
import type { CollectRequest, ConnectorContext } from '../../ports/connector.ts';
import { type FileSource, rejectedGaps } from '../_kit/collect-files.ts';
import { accountOf, accountOfDropped } from './account.ts';
import { BUCKET_WIDTHS, BucketCounter } from './aggregate/bucket-counter.ts';
import { callsOf } from './aggregate/calls.ts';
import { EvidenceStore } from './aggregate/evidence-store.ts';
import { isSevere, patternsOf } from './aggregate/patterns.ts';
import { proxyEdges, takenIn } from './aggregate/proxy-edges.ts';
import { proxyNames } from './aggregate/proxy-names.ts';
import type { ScannedFile } from './aggregate/scanned-file.ts';
import { seriesOf } from './aggregate/series.ts';
import { UTC, zoneClock } from './clock.ts';
import { markCopies } from './copies.ts';
import { rereadWhereOthersTell } from './reread.ts';
import { lastWritten, type Scan, scanFile } from './scan-file.ts';
import { dayOrderOf } from './time/day-order.ts';
import { deploymentsOf } from './wording/deployments.ts';
import { edgesOf } from './wording/edges.ts';

/** Buckets that a span is cut into at most: three hours come in ten-second buckets. */
const MAX_BUCKETS = 1_500;

const LOGS: FileSource = { source: 'log-file', effect: 'What stands there is not part of the triage.' };

export async function collect(request: CollectRequest, context: ConnectorContext): Promise<Contribution> {
  const zone = request.zone === null ? UTC : (zoneClock(request.zone) ?? UTC);
  const scans: Scan[] = [];
  const total = request.files.reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  for (const file of request.files) {
    const writtenMs = lastWritten(file, request);
    const reading = { zone, dates: dayOrderOf(file.head(), writtenMs), writtenMs, aheadMs: 0 };
    scans.push(await scanFile(file, request, context, reading, { done, total }));
    done += file.size;
  }
  const progress = { done, total };
  const read = await rereadWhereOthersTell(scans, { request, context, progress });
  return toContribution(markCopies(read), request);
}

function toContribution(scans: readonly Scan[], request: CollectRequest): Contribution {
  const files = scans.map(({ scanned }) => scanned).filter(({ copyOf }) => copyOf.length === 0);
  const store = new EvidenceStore(
    new Map(
      scans.flatMap(({ scanned, document }) =>
        document === null ? [] : [[scanned.file.path, document.pointers] as const],
      ),
    ),
  );
  const spanMs = spanOf(files);
  const widthMs =
    BUCKET_WIDTHS.find((width) => spanMs / width <= MAX_BUCKETS) ?? BUCKET_WIDTHS.at(-1) ?? 1_000;
  for (const { aggregate } of files) aggregate.widen(widthMs);
  const { patterns, dropped, droppedRecords } = patternsOf(files, widthMs, store);
  const streams = files.flatMap((file) => streamsOf(file, widthMs));
  const rollouts = files.flatMap((source) =>
    source.aggregate.rollouts.map((record) => ({
      at: record.atMs,
      service: record.service,
      message: record.message,
      version: record.version,
      place: `${source.file.path}:${record.line}`,
      evidence: () => store.line(source, record, record.atMs),
    })),
  );
  const { deployments } = deploymentsOf(rollouts);
  const known = new Set([
    ...request.knownServices.map(canonicalServiceName),
    ...streams.flatMap((stream) => (stream.service === null ? [] : [stream.service])),
  ]);
  const statements = patterns
    .filter((pattern) => isSevere(pattern.severity) || pattern.severity === 'info')
    .flatMap((pattern) =>
      pattern.samples.map((sample) => ({
        service: pattern.service,
        message: sample.message,
        evidence: sample.evidence,
      })),
    );
  const calls = callsOf(files, store);
  const taken = takenIn(patterns, store);
  const accounts = scans.map(({ scanned, outcome }) => accountOf(scanned, outcome, store));
  return {
    ...EMPTY_CONTRIBUTION,
    patterns,
    streams,
    series: [...seriesOf(files, spanMs, store), ...calls.series],
    traces: calls.traces,
    serviceFacts: [...calls.serviceFacts, ...proxyNames(files, taken)],
    changes: deployments,
    edges: [...edgesOf(statements, known), ...proxyEdges(taken, known)],
    gaps: [
      ...accounts.flatMap(({ gaps }) => gaps),
      ...scans.flatMap(({ scanned, document }) =>
        rejectedGaps(LOGS, scanned.file.path, document?.strangers ?? 0, 'elements'),
      ),
      ...accountOfDropped(dropped, droppedRecords),
    ],
    coverage: accounts.map(({ coverage }) => coverage),
    evidence: store.all(),
  };
}

/** A file of fewer records fills few buckets however long it spans: a list of deployments over weeks makes no hour of the logs beside it one bucket. */
const FEW_RECORDS = 100;

function spanOf(files: readonly ScannedFile[]): number {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  const recordsOf = ({ aggregate }: ScannedFile) =>
    [...aggregate.streams.values()].reduce((sum, stream) => sum + stream.records, 0);
  const full = files.filter((file) => recordsOf(file) > FEW_RECORDS);
  for (const { aggregate } of full.length > 0 ? full : files)
    for (const stream of aggregate.streams.values()) {
      if (stream.records === 0) continue;
      first = Math.min(first, stream.firstMs);
      last = Math.max(last, stream.lastMs);
    }
  return last >= first ? last - first : 0;
}

function streamsOf(source: ScannedFile, widthMs: number): readonly LogStream[] {
  const { aggregate, file, assumedZone } = source;
  return [...aggregate.streams.values()]
    .filter((stream) => stream.records > 0)
    .sort((a, b) => ((a.service ?? '') < (b.service ?? '') ? -1 : 1))
    .map((stream) => {
      const buckets = new BucketCounter();
      for (const cell of stream.cells) buckets.addAll(cell.buckets);
      return {
        path: file.path,
        service: stream.service,
        interval: { from: epochMs(stream.firstMs), to: epochMs(stream.lastMs) },
        records: stream.records,
        buckets: buckets.toCounts(widthMs),
        assumedZone,
      };
    });
}
