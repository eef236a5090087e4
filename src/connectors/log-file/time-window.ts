/** The time that a triage asks for, with the past that it is compared with, and the part of a large file that holds it. It reads no records. */
import { closeSync, openSync } from 'node:fs';
import type { CollectRequest, EvidenceFile } from '../../ports/connector.ts';
import type { ZoneClock } from './clock.ts';
import { parseLine } from './formats/parse-line.ts';
import { rangeOf, type TimeWindow, type WindowRange } from './read/window.ts';
import { dateHint, readStamp } from './time/parse-stamp.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The past before `--since` that is read as well, in multiples of the window: what is abnormal shows against it. Twice the window leaves
 * the larger part of what was read undisturbed; half an hour is the least in which rare errors are seen to be rare.
 */
const BASELINE_WINDOWS = 2;
const LEAST_BASELINE_MS = 30 * MINUTE_MS;
const MOST_BASELINE_MS = 24 * HOUR_MS;

/** Stamps without a zone may mean any zone until other logs have shown which. */
const ANY_ZONE_MS = 14 * HOUR_MS;

type Asked = Pick<CollectRequest, 'since' | 'until' | 'asOf'>;

export function windowOf({ since, until, asOf }: Asked): TimeWindow {
  const toMs = Math.min(until ?? Number.POSITIVE_INFINITY, asOf ?? Number.POSITIVE_INFINITY);
  if (since === null) return { fromMs: Number.NEGATIVE_INFINITY, toMs };
  const widthMs = Number.isFinite(toMs) ? Math.max(0, toMs - since) : HOUR_MS;
  const baselineMs = Math.min(Math.max(BASELINE_WINDOWS * widthMs, LEAST_BASELINE_MS), MOST_BASELINE_MS);
  return { fromMs: since - baselineMs, toMs };
}

export interface ZoneOfFile {
  readonly zone: ZoneClock;
  readonly services: ReadonlySet<string>;
  /** False where the zone is assumed. */
  readonly isGiven: boolean;
  /** `08/05/2024` is the eighth of May. */
  readonly isDayFirst: boolean;
}

interface StampOfLine {
  readonly wallMs: number;
  readonly offsetMinutes: number | null;
  readonly yearless: boolean;
}

const ISO = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/;

/** The first ISO stamp in the line's beginning. */
function quickStamp(line: string, yearHint: number): StampOfLine | null {
  const at = line.slice(0, 400).search(ISO);
  const stamp = at < 0 ? null : readStamp(line, at, yearHint);
  return stamp === null || stamp.wallMs === null ? null : { ...stamp, wallMs: stamp.wallMs };
}

/** Null where the whole file has to be read: no window, no order, stamps without a year, or it cannot be opened (reading it tells why). */
export function searchWindow(file: EvidenceFile, window: TimeWindow, of: ZoneOfFile): WindowRange | null {
  if (!Number.isFinite(window.fromMs) && !Number.isFinite(window.toMs)) return null;
  const yearHint = dateHint(new Date(file.modifiedAt).getUTCFullYear(), of.isDayFirst);
  const seen = { isZoneless: false, isYearless: false };
  const toInstant = ({ wallMs, offsetMinutes, yearless }: StampOfLine) => {
    seen.isYearless ||= yearless;
    seen.isZoneless ||= offsetMinutes === null;
    return wallMs - (offsetMinutes ?? of.zone.offsetMinutes(wallMs)) * MINUTE_MS;
  };
  /** Lines that the parser read as the first ISO stamp in them says: once it was right three times, it is taken at its word. */
  let agreed = 0;
  const instantOf = (line: string) => {
    const quick = quickStamp(line, yearHint);
    if (quick !== null && agreed >= 3) return toInstant(quick);
    const { wallMs, offsetMinutes, yearless } = parseLine(
      line,
      { yearHint, services: of.services },
      null,
    ).parsed;
    if (wallMs === null) return null;
    agreed = quick?.wallMs === wallMs && quick.offsetMinutes === offsetMinutes ? agreed + 1 : 0;
    return toInstant({ wallMs, offsetMinutes, yearless });
  };
  let descriptor: number;
  try {
    descriptor = openSync(file.absolutePath, 'r');
  } catch {
    return null;
  }
  try {
    const range = rangeOf(descriptor, file.size, window, instantOf);
    if (range === null || seen.isYearless) return null;
    if (!seen.isZoneless || of.isGiven) return range;
    const wide = { fromMs: window.fromMs - ANY_ZONE_MS, toMs: window.toMs + ANY_ZONE_MS };
    const possible = rangeOf(descriptor, file.size, wide, instantOf);
    // most of it may lie outside
    return possible === null ? null : { ...possible, leastSpanMs: 0 };
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}
