/** What is said to the hot kernel and what it answers. No logic. */

/**
 * Why `run` stopped: every line was counted; a line needs a decision; a line begins like an ISO stamp of another span; no room for counts;
 * the line up to which it was to count.
 */
export type Stop = 'done' | 'line' | 'prefix' | 'full' | 'due';

/** How stamps of a second look, or all that share what comes before the second: how they begin, what may follow, and what must not. */
export interface SpanStamp {
  /** 8 to 32 bytes. */
  readonly text: Uint8Array;
  /** So many seconds have the text, and two digits behind it tell which: 60 or 100; 1 where the text tells the second. */
  readonly seconds: 1 | 60 | 100;
  /** Digits behind a point or comma, as many as there are. */
  readonly hasFraction: boolean;
  /** Digits directly behind: exactly so many and no more; -1 where any byte may follow. */
  readonly digits: number;
  /** Zone, at most 8 bytes. */
  readonly suffix: Uint8Array;
  /** Behind the stamp: nothing that could be a zone; for stamps of syslog, a blank and a small letter. */
  readonly guard: 'none' | 'no-zone' | 'small-letter';
}

/** Where the stamp stands in the lines of a key; see FieldPlace. Null: before the record, at the line's start. */
export interface CountedPlace {
  readonly fromStart: number;
  readonly fromEnd: number;
  readonly skip: number;
  readonly before: number;
}

/** Where the requests of a key have their values; null where they have none. */
export interface CountedRequest {
  readonly status: CountedPlace | null;
  readonly duration: (CountedPlace & { readonly factor: number }) | null;
  readonly route: CountedPlace | null;
}

/**
 * What was counted in a slot in the span at hand. Milliseconds within the span; positions in the buffer; lines since `begin`. The object
 * is the same at every call.
 */
export interface SpanCount {
  slot: number;
  count: number;
  /** Records of each second of the span, that of the first at `row`. */
  readonly rows: Int32Array;
  row: number;
  /** Seconds that have any. */
  filled: number;
  minMs: number;
  minStart: number;
  minEnd: number;
  minLine: number;
  maxMs: number;
  maxStart: number;
  maxEnd: number;
  maxLine: number;
}

/** Requests of a stretch of the span at hand that were counted in one slot and have one route. The object is the same at every call. */
export interface CountedRequests {
  slot: number;
  /** As it was named; -1 for none. */
  route: number;
  count: number;
  /** Where in the span the stretch begins. */
  startMs: number;
  /** Of the first and the last of them, within the span. */
  minMs: number;
  maxMs: number;
  /** Milliseconds, from `durationsFrom` to before `durationsTo`; in no order, and theirs only during the call. */
  readonly durations: Float64Array;
  durationsFrom: number;
  durationsTo: number;
}
