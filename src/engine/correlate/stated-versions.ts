/** Lines that say which version wrote them: a release that serves on some instances is held against those that run another one beside it. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { Split } from '../../domain/signal.ts';
import type { Release } from '../../domain/situation.ts';
import { MINUTE } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { WEIGHT } from './weights.ts';

const LEAST_LINES = 5;
const NEARLY_ALL = 0.9;
const NOT_ALONE = 0.3;
/** Instances that fail from the same minutes on fail for the same reason. */
const AT_ONCE_MS = 3 * MINUTE;

function numberOf(version: string): string {
  return /\d[\w.-]*$/.exec(version.trim().toLowerCase())?.[0] ?? version.trim().toLowerCase();
}

function versionsOf({ pattern }: FailingPattern): readonly Split[] {
  return pattern.splits.filter(({ dimension }) => dimension === 'version');
}

/** Null where lines name no version, or none but that of the release was still written after it. */
export function statedVersions(release: Release, facts: Facts): Factor | null {
  if (release.version === null) return null;
  const own = numberOf(release.version);
  const items = facts.failing.filter(
    ({ pattern, symptom }) => pattern.service === release.service && symptom.userVisible,
  );
  const splits = items.flatMap(versionsOf).filter(({ lastSeenAt }) => lastSeenAt >= release.startedAt);
  const isOwn = ({ value }: Split) => numberOf(value) === own;
  const count = (list: readonly Split[]) => list.reduce((sum, split) => sum + split.count, 0);
  // A number that no release of the service has is the version of something else.
  const released = new Set(
    facts.situation.releases
      .filter(({ service }) => service === release.service)
      .flatMap(({ version }) => (version === null ? [] : [numberOf(version)])),
  );
  const mine = splits.filter(isOwn);
  const others = splits.filter((split) => !isOwn(split) && released.has(numberOf(split.value)));
  const total = count(mine) + count(others);
  if (total < LEAST_LINES) return null;
  const evidence = items.flatMap(({ pattern }) =>
    pattern.samples.slice(0, 1).map((sample) => sample.evidence),
  );
  if (count(others) / total >= NOT_ALONE)
    return factor(
      'version-split',
      mine.length === 0 || atOnce(mine, others) ? WEIGHT.failsWithout : WEIGHT.splitBoth,
      `${count(others)} of ${total} failing lines say that another version wrote them (${[...new Set(others.map(({ value }) => value))].sort().join(', ')}), which fails from the same time on`,
      evidence.slice(0, 2),
    );
  return count(mine) / total >= NEARLY_ALL && othersServe(release, own, facts)
    ? factor(
        'version-split',
        WEIGHT.splitOnlyNew,
        `${count(mine)} of ${total} failing lines say that this version wrote them, while instances of another one went on serving`,
        evidence.slice(0, 1),
      )
    : null;
}

function atOnce(mine: readonly Split[], others: readonly Split[]): boolean {
  const first = (list: readonly Split[]) => Math.min(...list.map(({ firstSeenAt }) => firstSeenAt));
  return Math.abs(first(mine) - first(others)) <= AT_ONCE_MS;
}

/** Lines of another version were still written well after the rollout. */
function othersServe(release: Release, own: string, facts: Facts): boolean {
  const done = (release.finishedAt ?? release.startedAt) + 5 * MINUTE;
  return facts.situation.patterns.some(
    ({ service, splits }) =>
      service === release.service &&
      splits.some(
        ({ dimension, value, lastSeenAt }) =>
          dimension === 'version' && numberOf(value) !== own && lastSeenAt >= done,
      ),
  );
}
