/** Records that a collector received beside the files that the programs wrote: the same happened once, and is counted once. */
import type { FileStream } from './aggregate/file-aggregate.ts';
import type { Scan } from './scan-file.ts';

/** With fewer records two logs may be alike by chance. */
const ENOUGH = 20;
/** What a collector dropped, or counts at the edges of buckets. */
const LOST = 0.05;
const APART_MS = 2_000;

function streamsOf(scans: readonly Scan[]): readonly FileStream[] {
  return scans.flatMap(({ scanned }) => [...scanned.aggregate.streams.values()]);
}

/** Records of a stream from one instant to another, as exactly as its buckets tell. */
function recordsWithin(stream: FileStream, fromMs: number, toMs: number): number {
  let records = 0;
  for (const { buckets } of stream.cells) {
    const { at, count, widthMs } = buckets.toCounts(0);
    at.forEach((start, index) => {
      if (start + widthMs > fromMs && start <= toMs) records += count[index] ?? 0;
    });
  }
  return records;
}

/** Its service wrote as much elsewhere in the time from its first record to its last: what came after it had not been received. */
function isCopy(copy: FileStream, originals: readonly FileStream[]): boolean {
  const own = originals.filter(({ service }) => service === copy.service);
  const first = Math.min(...own.map(({ firstMs }) => firstMs));
  const last = Math.max(...own.map(({ lastMs }) => lastMs));
  if (copy.firstMs < first - APART_MS || copy.lastMs > last + APART_MS) return false;
  const written = own.reduce((sum, stream) => sum + recordsWithin(stream, copy.firstMs, copy.lastMs), 0);
  return Math.abs(copy.records - written) <= LOST * written;
}

/** Marks the export of a collector whose services wrote the same to files of their own. */
export function markCopies(scans: readonly Scan[]): readonly Scan[] {
  const written = scans.filter(({ isExport }) => !isExport);
  const originals = streamsOf(written);
  return scans.map((scan) => {
    if (!scan.isExport) return scan;
    const streams = streamsOf([scan]).filter(({ records }) => records >= ENOUGH);
    if (streams.length === 0 || !streams.every((stream) => isCopy(stream, originals))) return scan;
    const services = new Set(streams.map(({ service }) => service));
    const paths = written
      .filter((other) => streamsOf([other]).some(({ service }) => services.has(service)))
      .map(({ scanned }) => scanned.file.path);
    return { ...scan, scanned: { ...scan.scanned, copyOf: paths } };
  });
}
