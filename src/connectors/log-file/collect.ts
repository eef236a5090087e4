/** Scans the claimed files one after the other and turns what they amount to into a contribution. One bad file is a gap, never a failure. */
import { ConnectorError } from '../../domain/error.ts';
import { canonicalServiceName } from '../../domain/service.ts';
import type { LogStream } from '../../domain/signal.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import { epochMs } from '../../domain/time.ts';
import type { CollectRequest, ConnectorContext, EvidenceFile } from '../../ports/connector.ts';
import { type FileSource, MAX_FILE_BYTES, rejectedGaps } from '../_kit/collect-files.ts';
import { accountOf, accountOfDropped } from './account.ts';
import { BUCKET_WIDTHS, BucketCounter } from './aggregate/bucket-counter.ts';
import { callsOf } from './aggregate/calls.ts';
import { EvidenceStore } from './aggregate/evidence-store.ts';
import { isSevere, patternsOf } from './aggregate/patterns.ts';
import { proxyNames } from './aggregate/proxy-names.ts';
import type { ScannedFile } from './aggregate/scanned-file.ts';
import { seriesOf } from './aggregate/series.ts';
import { UTC, type ZoneClock, zoneClock } from './clock.ts';
import { estimateSkews } from './clock-skew.ts';
import { trailingUnitMs } from './formats/trailing-duration.ts';
import { w3cColumns } from './formats/w3c-columns.ts';
import { linesOfDocument } from './read/documents.ts';
import { LineFeeder } from './read/line-feeder.ts';
import { type ReadOutcome, readLines, readStart } from './read/read-file.ts';
import { holdsLogRecords } from './recognise.ts';
import { FileScanner } from './scan/file-scanner.ts';
import { serviceOfPath } from './service-name.ts';
import { type DayOrder, dayOrderOf, speaksForDay } from './time/day-order.ts';
import { searchWindow, windowOf } from './time-window.ts';
import { deploymentsOf } from './wording/deployments.ts';
import { edgesOf } from './wording/edges.ts';
import { type ClockView, estimateZones, offsetName } from './zone-estimate.ts';

/** Buckets that a span is cut into at most: three hours come in ten-second buckets. */
const MAX_BUCKETS = 1_500;

/** Plain files of this size are searched for the window instead of being read through. */
const SEARCHED = 4 << 20;

interface Scan {
  readonly scanned: ScannedFile;
  /** In which its stamps without a zone were read. */
  readonly zone: ZoneClock;
  /** How its dates between slashes were read; null where it has none. */
  readonly dates: DayOrder | null;
  readonly outcome: ReadOutcome;
  /** Of a file that is one JSON document: the places of its lines, and how many of its elements are no records. Null for any other. */
  readonly document: { readonly pointers: readonly string[]; readonly strangers: number } | null;
}

const LOGS: FileSource = { source: 'log-file', effect: 'What stands there is not part of the triage.' };

export async function collect(request: CollectRequest, context: ConnectorContext): Promise<Contribution> {
  const zone = request.zone === null ? UTC : (zoneClock(request.zone) ?? UTC);
  let scans: Scan[] = [];
  const total = request.files.reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  for (const file of request.files) {
    const dates = dayOrderOf(file.head(), lastWritten(file, request));
    scans.push(await scanFile(file, request, context, { zone, dates }, { done, total }));
    done += file.size;
  }
  scans = await correctDates(scans, request, context, { done, total });
  if (request.zone === null) scans = await correctZones(scans, request, context, { done, total });
  scans = await correctClocks(scans, request, context, { done, total });
  return toContribution(scans, request);
}

/** Reads files again whose dates do not tell which number is the month, and of which the other logs do. */
async function correctDates(
  scans: readonly Scan[],
  request: CollectRequest,
  context: ConnectorContext,
  progress: Progress,
): Promise<Scan[]> {
  const sure = scans.filter(({ dates }) => dates?.kind !== 'open').map(({ scanned }) => scanned.aggregate);
  const firsts = sure.flatMap(({ firstMs }) => (firstMs === null ? [] : [firstMs]));
  const lasts = sure.flatMap(({ lastMs }) => (lastMs === null ? [] : [lastMs]));
  const corrected: Scan[] = [];
  for (const scan of scans) {
    const { dates, scanned } = scan;
    const isDay =
      dates !== null && firsts.length > 0 && speaksForDay(dates, Math.min(...firsts), Math.max(...lasts));
    const reading = { zone: scan.zone, dates: { ...dates, kind: 'day-first' } as DayOrder };
    corrected.push(isDay ? await scanFile(scanned.file, request, context, reading, progress) : scan);
  }
  return corrected;
}

/** Reads zone-less files again whose zone shows in other logs. */
async function correctZones(
  scans: readonly Scan[],
  request: CollectRequest,
  context: ConnectorContext,
  progress: Progress,
): Promise<Scan[]> {
  const estimates = estimateZones(scans.map(({ scanned }) => viewOf(scanned)));
  const corrected: Scan[] = [];
  for (const scan of scans) {
    const { file } = scan.scanned;
    const estimate = estimates.get(file.path);
    if (estimate === undefined) {
      corrected.push(scan);
      continue;
    }
    const name = offsetName(estimate.offsetMinutes);
    const zone = { name, offsetMinutes: () => estimate.offsetMinutes };
    const again = await scanFile(file, request, context, { zone, dates: scan.dates }, progress);
    corrected.push({ ...again, scanned: { ...again.scanned, zoneReason: estimate.reason } });
  }
  return corrected;
}

/** Reads files again whose clock ran ahead or behind; where it is not known which of two did, both only say so. */
async function correctClocks(
  scans: readonly Scan[],
  request: CollectRequest,
  context: ConnectorContext,
  progress: Progress,
): Promise<Scan[]> {
  const skews = estimateSkews(scans.map(({ scanned }) => viewOf(scanned)));
  const corrected: Scan[] = [];
  for (const scan of scans) {
    const { file, zoneReason } = scan.scanned;
    const skew = skews.get(file.path) ?? null;
    const again =
      skew === null || skew.aheadMs === 0
        ? scan
        : await scanFile(file, request, context, scan, progress, skew.aheadMs);
    corrected.push({ ...again, scanned: { ...again.scanned, zoneReason, skew } });
  }
  return corrected;
}

function viewOf({ file, aggregate, assumedZone }: ScannedFile): ClockView {
  const { firstMs, lastMs, requestTimes } = aggregate;
  const set = file.path.replace(
    /(?:\.(?:\d{1,4}|gz|zst|log|old)|[-_.]\d{4}-?\d{2}-?\d{2}(?:[-_T.]?\d{2,6})?)+$/i,
    '',
  );
  return { path: file.path, set, isZoneless: assumedZone !== null, firstMs, lastMs, requestTimes };
}

interface Progress {
  readonly done: number;
  readonly total: number;
}

/** A copy is younger than what it holds: nothing in it was written after the time that is asked about. */
function lastWritten(file: EvidenceFile, { asOf }: CollectRequest): number {
  return asOf === null ? file.modifiedAt : Math.min(file.modifiedAt, asOf);
}

async function scanFile(
  file: EvidenceFile,
  request: CollectRequest,
  context: ConnectorContext,
  { zone, dates }: Pick<Scan, 'zone' | 'dates'>,
  progress: Progress,
  aheadMs = 0,
): Promise<Scan> {
  const { compression, isRecoded } = readStart(file);
  const isDocument = holdsLogRecords(file.head());
  const isDayFirst = dates?.kind === 'day-first';
  const window = windowOf(request);
  const services = new Set(request.knownServices);
  const scanner = new FileScanner({
    zone,
    modifiedAtMs: lastWritten(file, request),
    aheadMs,
    toMs: window.toMs,
    fallbackService: serviceOfPath(file.path),
    services,
    isDayFirst,
    trailingUnitMs: trailingUnitMs(file.head()),
    columns: w3cColumns(file.head()),
    hasByteOffsets: !isRecoded && !isDocument,
  });
  const isSearchable = !isRecoded && !isDocument && file.size >= SEARCHED;
  const range = isSearchable
    ? searchWindow(
        file,
        { fromMs: window.fromMs + aheadMs, toMs: window.toMs + aheadMs },
        { zone, services, isGiven: request.zone !== null, isDayFirst },
      )
    : null;
  const document = isDocument ? await readDocument(file, context, scanner) : null;
  const outcome =
    document?.outcome ??
    (await readLines(file, compression, scanner, {
      range,
      signal: context.signal,
      progress: (bytes) => context.progress(`reading ${file.path}`, progress.done + bytes, progress.total),
    }));
  const aggregate = scanner.finish();
  const assumedZone = aggregate.zoneless > 0 ? zone.name : null;
  const hasLineNumbers = range === null || range.from === 0;
  const scanned = { file, aggregate, assumedZone, zoneReason: null, skew: null, hasLineNumbers };
  return { scanned, zone, dates, outcome, document };
}

/** A log that is one JSON document, record by record. Null where it turns out to be none: then it is read as lines. */
async function readDocument(
  file: EvidenceFile,
  context: ConnectorContext,
  scanner: FileScanner,
): Promise<(NonNullable<Scan['document']> & Pick<Scan, 'outcome'>) | null> {
  let text: string;
  try {
    text = await context.directory.readText(file, MAX_FILE_BYTES);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return { outcome: { kind: 'unreadable', why: error.why }, pointers: [], strangers: 0 };
  }
  const document = linesOfDocument(text);
  if (document === null) return null;
  const { lines, strangers, isCut } = document;
  const feeder = new LineFeeder(scanner);
  for (const line of lines) feeder.write(Buffer.from(`${line.text}\n`));
  feeder.end();
  const pointers = lines.map(({ pointer }) => pointer);
  const { bytes, cutLines } = feeder;
  const outcome: ReadOutcome = isCut
    ? { kind: 'broken', bytes, why: 'the JSON ends there' }
    : { kind: 'read', bytes, cutLines, encoding: 'utf-8' };
  return { outcome, pointers, strangers };
}

function toContribution(scans: readonly Scan[], request: CollectRequest): Contribution {
  const files = scans.map(({ scanned }) => scanned);
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
  const accounts = scans.map(({ scanned, outcome }) => accountOf(scanned, outcome, store));
  return {
    ...EMPTY_CONTRIBUTION,
    patterns,
    streams,
    series: [...seriesOf(files, spanMs, store), ...calls.series],
    traces: calls.traces,
    serviceFacts: [...calls.serviceFacts, ...proxyNames(files)],
    changes: deployments,
    edges: edgesOf(statements, known),
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
