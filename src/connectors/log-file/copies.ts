/** Records that a collector received beside the files that the programs wrote: the same happened once, and is counted once. */
import type { Scan } from './scan-file.ts';

/** With fewer records two logs may be alike by chance. */
const ENOUGH = 20;
/** What a collector had not received when it stopped, or dropped. */
const LOST = 0.05;
const APART_MS = 2_000;

interface Span {
  readonly records: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

function spansOf(scans: readonly Scan[]): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  for (const { scanned } of scans)
    for (const { service, records, firstMs, lastMs } of scanned.aggregate.streams.values()) {
      const known = spans.get(service ?? '') ?? {
        records: 0,
        firstMs: Number.POSITIVE_INFINITY,
        lastMs: Number.NEGATIVE_INFINITY,
      };
      spans.set(service ?? '', {
        records: known.records + records,
        firstMs: Math.min(known.firstMs, firstMs),
        lastMs: Math.max(known.lastMs, lastMs),
      });
    }
  return spans;
}

function isCopy(copy: Span, original: Span | undefined): boolean {
  return (
    original !== undefined &&
    Math.abs(copy.records - original.records) <= LOST * original.records &&
    Math.abs(copy.firstMs - original.firstMs) <= APART_MS &&
    Math.abs(copy.lastMs - original.lastMs) <= APART_MS
  );
}

/** Marks the export of a collector whose services wrote the same to files of their own. */
export function markCopies(scans: readonly Scan[]): readonly Scan[] {
  const written = scans.filter(({ isExport }) => !isExport);
  const originals = spansOf(written);
  return scans.map((scan) => {
    if (!scan.isExport) return scan;
    const spans = [...spansOf([scan])].filter(([, { records }]) => records >= ENOUGH);
    const isWhole =
      spans.length > 0 && spans.every(([service, span]) => isCopy(span, originals.get(service)));
    if (!isWhole) return scan;
    const services = new Set(spans.map(([service]) => service));
    const paths = written
      .filter(({ scanned }) =>
        [...scanned.aggregate.streams.values()].some(({ service }) => services.has(service ?? '')),
      )
      .map(({ scanned }) => scanned.file.path);
    return { ...scan, scanned: { ...scan.scanned, copyOf: paths } };
  });
}
