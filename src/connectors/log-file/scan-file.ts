/** Scans one file in one reading of its stamps: zone, order of dates, year. It decides none of them. */
import { ConnectorError } from '../../domain/error.ts';
import type { CollectRequest, ConnectorContext, EvidenceFile } from '../../ports/connector.ts';
import { MAX_FILE_BYTES } from '../_kit/collect-files.ts';
import type { ScannedFile } from './aggregate/scanned-file.ts';
import type { ZoneClock } from './clock.ts';
import { trailingUnitMs } from './formats/trailing-duration.ts';
import { w3cColumns } from './formats/w3c-columns.ts';
import { linesOfDocument } from './read/documents.ts';
import { LineFeeder } from './read/line-feeder.ts';
import { holdsOtlpLogs, RequestFeeder } from './read/otlp-requests.ts';
import { type ReadOutcome, readLines, readStart } from './read/read-file.ts';
import { holdsLogRecords } from './recognise.ts';
import { FileScanner } from './scan/file-scanner.ts';
import { serviceOfFile } from './service-name.ts';
import type { DayOrder } from './time/day-order.ts';
import { searchWindow, windowOf } from './time-window.ts';

/** Plain files of this size are searched for the window instead of being read through. */
const SEARCHED = 4 << 20;

/** Of so many files each may keep half a megabyte until all are read. */
const FEW_FILES = 8;

/** How the stamps of a file are read where they leave something out. */
export interface Reading {
  /** In which its stamps without a zone were read. */
  readonly zone: ZoneClock;
  /** How its dates between slashes were read; null where it has none. */
  readonly dates: DayOrder | null;
  /** Stamps without a year lie before this instant. */
  readonly writtenMs: number;
  /** How far its clock ran ahead, whole seconds. */
  readonly aheadMs: number;
}

export interface Scan {
  readonly scanned: ScannedFile;
  readonly reading: Reading;
  readonly outcome: ReadOutcome;
  /** What a collector received, not what a program wrote. */
  readonly isExport: boolean;
  /** Of a file that is one JSON document: the places of its lines, and how many of its elements are no records. Null for any other. */
  readonly document: { readonly pointers: readonly string[]; readonly strangers: number } | null;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** A copy is younger than what it holds: nothing in it was written after the time that is asked about. */
export function lastWritten(file: EvidenceFile, { asOf }: CollectRequest): number {
  return asOf === null ? file.modifiedAt : Math.min(file.modifiedAt, asOf);
}

export async function scanFile(
  file: EvidenceFile,
  request: CollectRequest,
  context: ConnectorContext,
  reading: Reading,
  progress: Progress,
): Promise<Scan> {
  const { zone, dates, writtenMs, aheadMs } = reading;
  const { compression, isRecoded } = readStart(file);
  const isOtlp = holdsOtlpLogs(file.head());
  const isDocument = !isOtlp && holdsLogRecords(file.head());
  const isDayFirst = dates?.kind === 'day-first';
  const window = windowOf(request);
  const services = new Set(request.knownServices);
  const isSearchable = !isRecoded && !isDocument && !isOtlp && file.size >= SEARCHED;
  const range = isSearchable
    ? searchWindow(
        file,
        { fromMs: window.fromMs + aheadMs, toMs: window.toMs + aheadMs },
        { zone, services, isGiven: request.zone !== null, isDayFirst },
      )
    : null;
  const scanner = new FileScanner({
    zone,
    modifiedAtMs: writtenMs,
    aheadMs,
    toMs: window.toMs,
    fallbackService: serviceOfFile(file.path, file.head()),
    services,
    isDayFirst,
    trailingUnitMs: trailingUnitMs(file.head()),
    columns: w3cColumns(file.head()),
    hasByteOffsets: !isRecoded && !isDocument && !isOtlp,
    leastSpanMs: range?.leastSpanMs ?? 0,
  });
  const requests = isOtlp ? new RequestFeeder(scanner) : null;
  const document = isDocument ? await readDocument(file, context, scanner) : null;
  const outcome =
    document?.outcome ??
    (await readLines(file, compression, requests ?? new LineFeeder(scanner), {
      range,
      signal: context.signal,
      progress: (bytes) => context.progress(`reading ${file.path}`, progress.done + bytes, progress.total),
    }));
  const aggregate = scanner.finish();
  if (request.files.length > FEW_FILES) aggregate.requests.settle();
  const assumedZone = aggregate.zoneless > 0 ? zone.name : null;
  const hasLineNumbers = range === null || range.from === 0;
  const scanned = {
    file,
    aggregate,
    assumedZone,
    zoneReason: null,
    isYearFromOthers: false,
    copyOf: [],
    skew: null,
    hasLineNumbers,
  };
  const places = requests === null ? null : { pointers: requests.places, strangers: 0 };
  return { scanned, reading, outcome, isExport: isOtlp, document: document ?? places };
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
