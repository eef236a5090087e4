/** The zone of logs whose stamps carry none, from other logs of the same incident whose stamps do. It corrects nothing itself. */

/** What one file shows of its clock, zone-less stamps read as UTC. */
export interface ClockView {
  readonly path: string;
  /** Files of one rotated set share a clock. */
  readonly set: string;
  readonly isZoneless: boolean;
  readonly firstMs: number;
  readonly lastMs: number;
  /** When requests were first seen, by request id; a sample. */
  readonly requestTimes: ReadonlyMap<string, number>;
  /** When instances of a revision that was not there before began to write. */
  readonly arrivals?: readonly number[];
}

export interface ZoneEstimate {
  readonly offsetMinutes: number;
  /** Why, in words for a person. */
  readonly reason: string;
}

const MINUTE = 60_000;
const STEP_MINUTES = 30;
/** Requests cross services within this time; half a step would be ambiguous. */
const SAME_REQUEST_MS = 5 * MINUTE;
/** Ends of logs of the same incident lie this close together, or within a twentieth of their length. */
const SAME_END_MS = 3 * MINUTE;
/** Least misalignment that is worth a correction. */
const LEAST_OFF_MS = 20 * MINUTE;
/** Offsets of inhabited zones ahead of UTC. */
const AHEAD_MINUTES = [
  60, 120, 180, 210, 240, 270, 300, 330, 345, 360, 390, 420, 480, 540, 570, 600, 630, 660, 720, 780,
];
/** The last record of a rollout is written within this time of the first one of what it brought. */
const SAME_ROLLOUT_MS = 4 * MINUTE;

/**
 * By path, only where the evidence is clear: requests that both clocks saw, or else both ends of the log, lie a multiple of half an hour
 * (at most 14 hours) away from those of the logs with zones. Logs that agree as they are get no estimate. A log that tells what has not
 * happened by `asOfMs` is ahead of UTC: by as much as puts its last record beside the one arrival of new instances that fits.
 */
export function estimateZones(
  views: readonly ClockView[],
  asOfMs = Number.POSITIVE_INFINITY,
): ReadonlyMap<string, ZoneEstimate> {
  const references = views.filter((view) => !view.isZoneless && view.lastMs >= view.firstMs);
  const estimates = new Map<string, ZoneEstimate>();
  if (references.length === 0) return estimates;
  const sets = new Set(views.filter((view) => view.isZoneless).map((view) => view.set));
  for (const set of sets) {
    const members = views.filter(
      (view) => view.isZoneless && view.set === set && view.lastMs >= view.firstMs,
    );
    if (members.length === 0) continue;
    const estimate =
      byRequests(members, references) ??
      byEnds(members, references) ??
      byArrivals(members, references, asOfMs);
    if (estimate === null || estimate.offsetMinutes === 0) continue;
    for (const { path } of members) estimates.set(path, estimate);
  }
  return estimates;
}

function byRequests(members: readonly ClockView[], references: readonly ClockView[]): ZoneEstimate | null {
  const differences = members.flatMap((member) =>
    references.flatMap((reference) =>
      [...member.requestTimes].flatMap(([id, at]) => {
        const other = reference.requestTimes.get(id);
        return other === undefined ? [] : [at - other];
      }),
    ),
  );
  if (differences.length < 2) return null;
  const sorted = differences.sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  const offsetMinutes = nearestStep(median);
  const agree = differences.filter((value) => Math.abs(value - offsetMinutes * MINUTE) <= SAME_REQUEST_MS);
  if (offsetMinutes === null || agree.length < differences.length * 0.8) return null;
  return { offsetMinutes, reason: `${agree.length} requests that other logs saw too agree on it` };
}

function nearestStep(ms: number): number {
  return Math.round(ms / MINUTE / STEP_MINUTES) * STEP_MINUTES + 0;
}

/**
 * Against all other logs of a like length together, else against each: what most of them say counts. A log of rollouts begins days
 * before the logs of services, and is not what these begin with.
 */
function byEnds(members: readonly ClockView[], references: readonly ClockView[]): ZoneEstimate | null {
  const own = hull(members);
  const isLike = (other: Span) =>
    lengthOf(other) <= lengthOf(own) * LIKE && lengthOf(own) <= lengthOf(other) * LIKE;
  const like = references.filter(isLike);
  const whole = endsApart(own, hull(like.length > 0 ? like : references));
  if (whole !== null) return whole;
  const each = like.map((reference) => endsApart(own, reference)?.offsetMinutes ?? null);
  const [said] = each.filter((minutes) => minutes !== null);
  const isSaidByMost = each.filter((minutes) => minutes === said).length * 2 > like.length;
  return said !== undefined && isSaidByMost ? { offsetMinutes: said, reason: SAME_ENDS } : null;
}

/** Of a log three times as long nobody expects that it begins with this one. */
const LIKE = 3;

function lengthOf({ firstMs, lastMs }: Span): number {
  return lastMs - firstMs;
}

const SAME_ENDS = 'with it the log begins and ends with the logs whose stamps carry a zone';

type Span = Pick<ClockView, 'firstMs' | 'lastMs'>;

function endsApart(own: Span, other: Span): ZoneEstimate | null {
  const tolerance = Math.max(SAME_END_MS, (other.lastMs - other.firstMs) / 20);
  const early = own.firstMs - other.firstMs;
  const late = own.lastMs - other.lastMs;
  const offsetMinutes = nearestStep((early + late) / 2);
  const isClear = Math.abs(early) >= LEAST_OFF_MS && Math.abs(late) >= LEAST_OFF_MS;
  const isPlausible = Math.abs(offsetMinutes) <= 14 * 60;
  const fits = [early, late].every((value) => Math.abs(value - offsetMinutes * MINUTE) <= tolerance);
  if (!isClear || !isPlausible || !fits) return null;
  return { offsetMinutes, reason: SAME_ENDS };
}

function byArrivals(
  members: readonly ClockView[],
  references: readonly ClockView[],
  asOfMs: number,
): ZoneEstimate | null {
  const { lastMs } = hull(members);
  if (lastMs - asOfMs < LEAST_OFF_MS) return null;
  const arrivals = references.flatMap((view) => view.arrivals ?? []);
  const fits = AHEAD_MINUTES.filter((minutes) => {
    const at = lastMs - minutes * MINUTE;
    return at <= asOfMs && arrivals.some((arrival) => Math.abs(arrival - at) <= SAME_ROLLOUT_MS);
  });
  const [offsetMinutes] = fits;
  return offsetMinutes === undefined || fits.length > 1
    ? null
    : {
        offsetMinutes,
        reason: 'as it stands it ends in the future, and with it where other logs tell of new instances',
      };
}

function hull(views: readonly ClockView[]): { readonly firstMs: number; readonly lastMs: number } {
  return {
    firstMs: Math.min(...views.map((view) => view.firstMs)),
    lastMs: Math.max(...views.map((view) => view.lastMs)),
  };
}

/**
 * Offset of a zone-less stamp inside a wrapper whose stamp has a zone: the wrapper wrote within two minutes of the record.
 * Null where the two are not close to a multiple of a quarter of an hour apart.
 */
export function offsetByWrapper(innerWallMs: number, outerInstantMs: number): number | null {
  const difference = innerWallMs - outerInstantMs;
  const minutes = Math.round(difference / MINUTE / 15) * 15 + 0;
  const isClose = Math.abs(difference - minutes * MINUTE) <= 2 * MINUTE;
  return isClose && Math.abs(minutes) <= 14 * 60 ? minutes : null;
}

/** `+05:30`, `-07:00`. */
export function offsetName(minutes: number): string {
  const size = Math.abs(minutes);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}
