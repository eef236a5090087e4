/** Files are read again whose stamps leave something out that the other logs of the incident tell: the order of dates, the year, the zone, a clock that is off. */
import type { CollectRequest, ConnectorContext } from '../../ports/connector.ts';
import type { ScannedFile } from './aggregate/scanned-file.ts';
import { nearestYear } from './clock.ts';
import { estimateSkews } from './clock-skew.ts';
import { type Progress, type Reading, type Scan, scanFile } from './scan-file.ts';
import { revisionOfPod } from './service-name.ts';
import { type DayOrder, speaksForDay } from './time/day-order.ts';
import { type ClockView, estimateZones, offsetName } from './zone-estimate.ts';

/** Logs of one incident lie closer together than this, whichever year is meant. */
const SAME_INCIDENT_MS = 30 * 86_400_000;

interface Asked {
  readonly request: CollectRequest;
  readonly context: ConnectorContext;
  readonly progress: Progress;
}

/** The scans, with those in the place of others that were read again. */
export async function rereadWhereOthersTell(scans: readonly Scan[], asked: Asked): Promise<readonly Scan[]> {
  let corrected = await correctDates(scans, asked);
  corrected = await correctYears(corrected, asked);
  if (asked.request.zone === null) corrected = await correctZones(corrected, asked);
  return correctClocks(corrected, asked);
}

/** The file of a scan in another reading; what was found out about it before stays said. */
async function again(
  { scanned: before, reading }: Scan,
  { request, context, progress }: Asked,
  other: Partial<Reading>,
): Promise<Scan> {
  const scan = await scanFile(before.file, request, context, { ...reading, ...other }, progress);
  const { zoneReason, isYearFromOthers } = before;
  return { ...scan, scanned: { ...scan.scanned, zoneReason, isYearFromOthers } };
}

function spanOf(scans: readonly Scan[]): { readonly fromMs: number; readonly toMs: number } | null {
  const seen = scans
    .map(({ scanned }) => scanned.aggregate)
    .filter(({ firstMs, lastMs }) => lastMs >= firstMs);
  if (seen.length === 0) return null;
  return {
    fromMs: Math.min(...seen.map(({ firstMs }) => firstMs)),
    toMs: Math.max(...seen.map(({ lastMs }) => lastMs)),
  };
}

/** Files whose dates do not tell which number is the month, and of which the other logs do. */
async function correctDates(scans: readonly Scan[], asked: Asked): Promise<Scan[]> {
  const span = spanOf(scans.filter(({ reading }) => reading.dates?.kind !== 'open'));
  const corrected: Scan[] = [];
  for (const scan of scans) {
    const { dates } = scan.reading;
    const isDay = dates !== null && span !== null && speaksForDay(dates, span.fromMs, span.toMs);
    const dayFirst = { dates: { ...dates, kind: 'day-first' } as DayOrder };
    corrected.push(isDay ? await again(scan, asked, dayFirst) : scan);
  }
  return corrected;
}

/** Files in which no stamp has a year and that would lie months from the logs that have one: a copy (a clone, an archive) is younger than its records. */
async function correctYears(scans: readonly Scan[], asked: Asked): Promise<Scan[]> {
  const isYearless = ({ scanned: { aggregate } }: Scan) => aggregate.yearless > 0 && !aggregate.hasYears;
  const span = spanOf(scans.filter(({ scanned }) => scanned.aggregate.yearless === 0));
  const corrected: Scan[] = [];
  for (const scan of scans) {
    const { firstMs, lastMs } = scan.scanned.aggregate;
    const isNear = (ms: number) =>
      span !== null && ms >= span.fromMs - SAME_INCIDENT_MS && ms <= span.toMs + SAME_INCIDENT_MS;
    if (span === null || !isYearless(scan) || isNear(firstMs) || isNear(lastMs)) {
      corrected.push(scan);
      continue;
    }
    const writtenMs = nearestYear(lastMs, span.toMs);
    const moved = isNear(writtenMs) ? await again(scan, asked, { writtenMs }) : scan;
    corrected.push({ ...moved, scanned: { ...moved.scanned, isYearFromOthers: moved !== scan } });
  }
  return corrected;
}

/** Zone-less files whose zone shows in other logs. */
async function correctZones(scans: readonly Scan[], asked: Asked): Promise<Scan[]> {
  const estimates = estimateZones(
    scans.map(({ scanned }) => viewOf(scanned)),
    asked.request.asOf ?? Number.POSITIVE_INFINITY,
  );
  const corrected: Scan[] = [];
  for (const scan of scans) {
    const estimate = estimates.get(scan.scanned.file.path);
    if (estimate === undefined) {
      corrected.push(scan);
      continue;
    }
    const zone = { name: offsetName(estimate.offsetMinutes), offsetMinutes: () => estimate.offsetMinutes };
    const moved = await again(scan, asked, { zone });
    corrected.push({ ...moved, scanned: { ...moved.scanned, zoneReason: estimate.reason } });
  }
  return corrected;
}

/** Files whose clock ran ahead or behind; where it is not known which of two did, both only say so. */
async function correctClocks(scans: readonly Scan[], asked: Asked): Promise<Scan[]> {
  const skews = estimateSkews(scans.map(({ scanned }) => viewOf(scanned)));
  const corrected: Scan[] = [];
  for (const scan of scans) {
    const skew = skews.get(scan.scanned.file.path) ?? null;
    const isOff = skew !== null && skew.aheadMs !== 0;
    const moved = isOff ? await again(scan, asked, { aheadMs: skew.aheadMs }) : scan;
    corrected.push({ ...moved, scanned: { ...moved.scanned, skew } });
  }
  return corrected;
}

function viewOf({ file, aggregate, assumedZone }: ScannedFile): ClockView {
  const { firstMs, lastMs, requestTimes } = aggregate;
  const set = file.path.replace(
    /(?:\.(?:\d{1,4}|gz|zst|log|old)|[-_.]\d{4}-?\d{2}-?\d{2}(?:[-_T.]?\d{2,6})?)+$/i,
    '',
  );
  return {
    path: file.path,
    set,
    isZoneless: assumedZone !== null,
    firstMs,
    lastMs,
    requestTimes,
    arrivals: arrivalsIn(aggregate),
  };
}

/** Whoever writes for the first time so long after the log began was not there before. */
const SETTLED_MS = 10 * 60_000;

/** First records of the replica sets that came while the log was written, ascending. */
function arrivalsIn({ cells, firstMs }: ScannedFile['aggregate']): readonly number[] {
  const firstOf = new Map<string, number>();
  for (const { service, splits } of cells.values())
    for (const [pod, split] of splits.get('pod') ?? []) {
      const key = `${service ?? ''}/${revisionOfPod(pod) ?? ''}`;
      firstOf.set(key, Math.min(firstOf.get(key) ?? Number.POSITIVE_INFINITY, split.firstMs));
    }
  return [...firstOf]
    .filter(([key, at]) => !key.endsWith('/') && at >= firstMs + SETTLED_MS)
    .map(([, at]) => at)
    .sort((a, b) => a - b);
}
