/** A server that refuses every further client is short of what those take who came: a pool that may grow since takes more, and others are refused. */
import type { FileDiff, ValueChange } from '../../domain/code.ts';
import type { ServiceName } from '../../domain/service.ts';
import { dependenciesOf } from '../../domain/situation.ts';
import { isStore } from '../_signals/stores.ts';
import type { Facts } from './facts.ts';
import { sampleOf } from './frame-files.ts';
import type { Match } from './match.ts';
import { WEIGHT } from './weights.ts';

/** A server's own words: a pool of a client's own is that client's matter. */
export const SERVER_IS_FULL =
  /remaining connection slots|too many (clients|connections)|max(imum)? (number of )?(client )?connections? (reached|exceeded)|max_connections|session limit|ora-00018|ora-00020/i;
const HOLDS_CONNECTIONS = /pool|max.?(conn|active|open|idle)|connections/i;
/** Twice as many and a dozen more are no trifle. */
const TIMES = 2;
const MORE = 12;

function grew({ key, direction, oldValue, newValue }: ValueChange): boolean {
  const [before, after] = [oldValue?.number ?? null, newValue?.number ?? null];
  return (
    direction === 'up' &&
    HOLDS_CONNECTIONS.test(key) &&
    !/time|ttl|life/i.test(key) &&
    before !== null &&
    after !== null &&
    after >= TIMES * before &&
    after - before >= MORE
  );
}

/** `values`: those that the file's difference changed. None for a service that is known to use no store. */
export function slotMatches(
  file: FileDiff,
  values: readonly ValueChange[],
  service: ServiceName,
  facts: Facts,
): readonly Match[] {
  const full = facts.failing.find((item) => SERVER_IS_FULL.test(item.message));
  const used = [...dependenciesOf(facts.situation.edges, service).keys()].filter((name) => name !== service);
  if (full === undefined || (used.length > 0 && !used.some(isStore))) return [];
  return values.filter(grew).map((value) => ({
    name: 'keyFamily',
    weight: WEIGHT.keyFamily,
    detail: `${value.key} went from ${value.oldValue?.raw} to ${value.newValue?.raw}: whoever holds so many connections leaves fewer to others, and the server refuses every further one`,
    file: file.path,
    line: value.location.line,
    value,
    pattern: full,
    evidence: [value.evidence, ...sampleOf(full)],
  }));
}
