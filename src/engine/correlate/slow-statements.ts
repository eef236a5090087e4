/** What a database logs of statements that took long: who waits for it holds his connections as long. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { Factor } from '../../domain/hypothesis.ts';
import type { LogPattern } from '../../domain/signal.ts';
import { HOUR, MINUTE } from '../../domain/time.ts';
import { isStore } from '../_signals/stores.ts';
import { factor } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** PostgreSQL's `duration: 8211.3 ms`, MySQL's `Query_time: 8.2`, MongoDB's `8211ms`. */
const TOOK =
  /duration: (?<ms>[\d.]+) ms|query_time:? (?<s>[\d.]+)|\bdurationmillis"?:\s*(?<millis>\d+)|\b(?<end>\d{3,})ms$/i;
const MIN_COUNT = 10;
/** Statements that were slow this long before a release are none of its making. */
const BEFORE_RELEASE = 10 * MINUTE;

/** Empty where none is logged around the onset, or where they began with a release: then it may have made them slow. */
export function slowStatements(facts: Facts): readonly Factor[] {
  const onset = facts.detection.onsetAt;
  if (onset === null) return [];
  const recent = facts.situation.releases.filter(
    ({ startedAt }) => startedAt <= onset && onset - startedAt <= 24 * HOUR,
  );
  const found = facts.situation.patterns.find(
    (pattern) =>
      isStore(pattern.service) &&
      pattern.count >= MIN_COUNT &&
      pattern.lastSeenAt >= onset &&
      pattern.firstSeenAt <= onset &&
      recent.every(({ startedAt }) => pattern.firstSeenAt <= startedAt - BEFORE_RELEASE) &&
      loggedAsSlow(pattern) !== null,
  );
  if (found === undefined) return [];
  const times = found.samples.flatMap(({ message }) => tookMs(message) ?? []);
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  const slower = last >= 2 * first && first > 0 ? `, from ${seconds(first)} to ${seconds(last)}` : '';
  const since = recent.length === 0 ? '' : ', and before the last release too';
  return [
    factor(
      'slow-statements',
      WEIGHT.slowStatements,
      `${found.service} logs the same statement as slow ${found.count} times${slower}${since}: ${found.template.slice(0, 140)}`,
      found.samples.slice(-1).map(({ evidence }) => evidence),
    ),
  ];
}

/** MySQL's and MariaDB's slow log states the time in a line of its own, between this one and the statement. */
const BLOCK = /^# (?:Time|User@Host): /;

export interface SlowStatement {
  readonly text: string;
  /** Null where it stands in another line of the record. */
  readonly ms: number | null;
  readonly evidence: EvidenceRef;
}

/** The statement of a pattern that a database logs because it took long; null where it does not say so. */
export function loggedAsSlow({ samples, template }: LogPattern): SlowStatement | null {
  const timed = samples.find(({ message }) => tookMs(message) !== null);
  if (timed !== undefined)
    return { text: timed.message, ms: tookMs(timed.message), evidence: timed.evidence };
  const block = samples.find(({ message }) => BLOCK.test(message));
  return block === undefined ? null : { text: template, ms: null, evidence: block.evidence };
}

/** What stores have logged for the first time since then. */
export function newInStores({ situation }: Facts, since: number): readonly LogPattern[] {
  return situation.patterns.filter((pattern) => isStore(pattern.service) && pattern.firstSeenAt >= since);
}

/** Milliseconds that a line of a slow log states; null where it states none. */
export function tookMs(message: string): number | null {
  const groups = TOOK.exec(message)?.groups;
  if (groups === undefined) return null;
  const ms = Number(groups['ms'] ?? groups['millis'] ?? groups['end'] ?? Number(groups['s'] ?? 0) * 1000);
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toPrecision(2))} s`;
}
