/** Statements that hold others off a table while they run, as a store's own log tells them: who altered or locked it shortly before others waited. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import { type EpochMs, MINUTE, SECOND } from '../../domain/time.ts';
import { isStore } from '../_signals/stores.ts';
import type { Facts } from './facts.ts';

export interface LockTaker {
  readonly at: EpochMs;
  readonly statement: string;
  /** Who gave it, where the log says so. */
  readonly user: string | null;
  readonly evidence: EvidenceRef;
}

/** Those of PostgreSQL and MySQL that take a lock which reads or writes of others wait for; what runs CONCURRENTLY does not. */
const HOLDS_OFF =
  /\b(?:lock tables?|alter table|create (?:unique )?index (?!concurrently)|reindex (?!.{0,20}concurrently)|vacuum full|cluster \w|truncate|drop (?:table|index) (?!concurrently)|refresh materialized view (?!concurrently)|optimize table|select .{1,400} for update)\b.{0,160}/i;
/** A table that is locked every minute is locked as ever. */
const MAX_COUNT = 6;
const BEFORE_MS = 30 * MINUTE;
/** The statement is logged as it begins, the waiting after a second. */
const AFTER_MS = 5 * SECOND;

/** Latest first; those of the half hour before `waitingSince`. */
export function lockTakersBefore(waitingSince: EpochMs, facts: Facts): readonly LockTaker[] {
  return facts.situation.patterns
    .filter(({ service, count }) => isStore(service) && count <= MAX_COUNT)
    .flatMap(({ samples, attributes }) =>
      samples.flatMap(({ at, message, evidence }): LockTaker[] => {
        const [statement] = HOLDS_OFF.exec(message) ?? [];
        if (at === null || statement === undefined) return [];
        const isNear = at <= waitingSince + AFTER_MS && waitingSince - at <= BEFORE_MS;
        return isNear && !isOfRelease(statement, at, facts)
          ? [{ at, statement, user: attributes['db.user'] ?? null, evidence }]
          : [];
      }),
    )
    .sort((a, b) => b.at - a.at || (a.statement < b.statement ? -1 : 1));
}

/** A migration that came with a release is the release's doing. Enough of the statement is compared to tell it from others on the same table. */
function isOfRelease(statement: string, at: EpochMs, facts: Facts): boolean {
  const words = plain(statement).slice(0, 60);
  return facts.situation.releases
    .filter(({ startedAt }) => Math.abs(at - startedAt) <= BEFORE_MS)
    .some((release) =>
      (facts.diffOf(release)?.files ?? []).some((file) =>
        plain(file.hunks.flatMap(({ added }) => added).join(' ')).includes(words),
      ),
    );
}

function plain(sql: string): string {
  return sql
    .toLowerCase()
    .replace(/[\s;"`]+/g, ' ')
    .trim();
}
