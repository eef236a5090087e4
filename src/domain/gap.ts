/** Blindness is data: what could not be seen, and what that does to the answer. */
import type { Interval } from './time.ts';

export type GapReason =
  | 'failed'
  | 'timed-out'
  | 'truncated'
  | 'not-covered'
  | 'absent'
  | 'rejected'
  | 'unanswered';

export interface Gap {
  /** Connector id, or the name of a kind of evidence (`metrics`, `deployments`) that nobody delivered. */
  readonly source: string;
  readonly reason: GapReason;
  /** What happened, one sentence, with the file or address. */
  readonly detail: string;
  /** What the triage cannot tell because of it. */
  readonly effect: string;
  /** The one thing that would close the gap; null where nothing can. */
  readonly nextStep: string | null;
}

/** What a source did deliver. `items` counts in the unit of the source: lines, commits, samples. */
export interface Coverage {
  readonly source: string;
  readonly what: string;
  readonly path: string | null;
  readonly items: number;
  readonly unit: string;
  readonly rejected: number;
  readonly interval: Interval | null;
  readonly services: readonly string[];
  /** Remarks such as the time zone that was assumed. */
  readonly notes: readonly string[];
}
