/** Where only a part of a service is hit: the version, zone, tenant, host, pod or route that has the failures while others are served. */
import type { PartImpact } from '../../domain/impact.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { Split } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import { judgeErrorRate } from '../../domain/statistics.ts';
import type { Interval } from '../../domain/time.ts';
import { type PartCounts, type PartShare, rateOfParts, sharesByLabel } from '../_measure/parts.ts';
import { isRaised } from './routes.ts';

const DIMENSIONS: readonly {
  readonly dimension: Split['dimension'];
  readonly say: (value: string) => string;
}[] = [
  { dimension: 'version', say: (value) => `only version ${value}` },
  { dimension: 'zone', say: (value) => `only zone ${value}` },
  { dimension: 'host', say: (value) => `only host ${value}` },
  { dimension: 'pod', say: (value) => `only pod ${value}` },
  { dimension: 'route', say: (value) => `only ${value}` },
];
/** Fewer failures than these fall on one value by chance. */
const MIN_FAILURES = 8;
/** This share of the failures on one value that has at most that share of the records: it is not just the busiest one. */
const MOST_FAILURES = 0.95;
const MOST_RECORDS = 0.7;
/** Fewer requests cannot show that the other parts are served. */
const MIN_TRIALS = 20;
/** Parts named one by one; labels of which the report tells. */
const MAX_VALUES = 5;
const MAX_LABELS = 3;
/** What an engineer looks for first; other labels by name. */
const FIRST_LABELS = ['version', 'region', 'zone', 'tenant', 'customer', 'host', 'pod', 'instance'];

/**
 * Parts told apart by labels of request counters: those that fail more than before while the others, asked often enough, do not,
 * and fail far more seldom. The label that an engineer looks for first comes first.
 */
export function partsHit(
  services: readonly ServiceName[],
  window: Interval,
  before: Interval,
  situation: Situation,
): readonly PartImpact[] {
  return services.flatMap((service) =>
    [...sharesByLabel(service, window, before, situation)]
      .sort(([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))
      .flatMap(([label, shares]) => partOf(service, label, shares) ?? [])
      .slice(0, MAX_LABELS),
  );
}

function partOf(service: ServiceName, label: string, shares: readonly PartShare[]): PartImpact | null {
  const hit = shares.filter(isRaised).sort((a, b) => b.now.errors - a.now.errors);
  const others = shares.filter((share) => !hit.includes(share));
  const [mine, theirs] = [sumOf(hit), sumOf(others)];
  if (hit.length === 0 || mine.k < MIN_FAILURES || theirs.n < MIN_TRIALS) return null;
  if (judgeErrorRate(theirs, mine) !== 'ROLLBACK') return null;
  const evidence = [...hit, ...others].flatMap((share) => share.evidence.slice(0, 1));
  const counts = (list: readonly PartShare[]) => list.map(({ now }): PartCounts => now);
  return {
    service,
    dimension: dimensionOf(label),
    values: hit.slice(0, MAX_VALUES).map(({ value }) => value),
    count: hit.length,
    failureRate: rateOfParts(counts(hit), evidence),
    others: { count: others.length, failureRate: rateOfParts(counts(others), evidence) },
    evidence: [...new Set(evidence)].slice(0, 3),
  };
}

function sumOf(shares: readonly PartShare[]): { readonly k: number; readonly n: number } {
  return {
    k: shares.reduce((sum, { now }) => sum + now.errors, 0),
    n: shares.reduce((sum, { now }) => sum + now.requests, 0),
  };
}

function rankOf(label: string): number {
  const rank = FIRST_LABELS.indexOf(dimensionOf(label));
  return rank < 0 ? FIRST_LABELS.length : rank;
}

/** The word for what a label holds: `tenant_id` and `app.tenant.id` hold tenants, `cloud.region` regions. */
export function dimensionOf(label: string): string {
  const words = label
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !/^(id|uid|uuid|name|key|code|label)$/.test(word));
  const last = words.at(-1) ?? label;
  return DIMENSION_WORDS.get(last) ?? last;
}

const DIMENSION_WORDS: ReadonlyMap<string, string> = new Map([
  ['org', 'tenant'],
  ['organization', 'tenant'],
  ['organisation', 'tenant'],
  ['workspace', 'tenant'],
  ['account', 'customer'],
  ['client', 'customer'],
  ['merchant', 'customer'],
  ['az', 'zone'],
  ['datacenter', 'zone'],
  ['dc', 'zone'],
  ['node', 'host'],
  ['hostname', 'host'],
]);

/** `only zone b of shop fails: 80 % (1200 failed of 1500 requests); 2 others 0 % (0 failed of 3000 requests)`. */
export function partSentence({ service, dimension, values, count, failureRate, others }: PartImpact): string {
  const more = count > values.length ? ` and ${count - values.length} more` : '';
  const named = `${count === 1 ? dimension : `${count} of ${count + others.count} ${plural(dimension)}:`} ${values.join(', ')}${more}`;
  const rest = `${others.count} other${others.count === 1 ? '' : 's'}`;
  return `only ${named} of ${service}: ${shown(failureRate)}; ${rest}: ${shown(others.failureRate)}`;
}

function shown({ value, formula }: PartImpact['failureRate']): string {
  const percent = Number(((value ?? 0) * 100).toPrecision(2));
  return `${percent} % fail${formula === undefined ? '' : ` (${formula})`}`;
}

function plural(word: string): string {
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** From the records of logs, which tell of failures and of what is served, but not which requests failed. */
export function hitInPart(
  services: readonly ServiceName[],
  window: Interval,
  situation: Situation,
): readonly string[] {
  return services.flatMap((service) => {
    const own = situation.patterns.filter((pattern) => pattern.service === service);
    const failing = own.filter(
      (pattern) =>
        (pattern.severity === 'error' || pattern.severity === 'fatal') && pattern.lastSeenAt >= window.from,
    );
    // A version that ran before, or a pod that is gone, was not served beside the one that fails.
    const heard = new Set(
      own.flatMap(({ splits }) =>
        splits.filter(({ lastSeenAt }) => lastSeenAt > window.from).map(({ value }) => value),
      ),
    );
    for (const { dimension, say } of DIMENSIONS) {
      const part = narrowed(
        countsOf(
          failing.flatMap(({ splits }) => splits),
          dimension,
        ),
        countsOf(
          own.flatMap(({ splits }) => splits.filter(({ value }) => heard.has(value))),
          dimension,
        ),
      );
      if (part !== null)
        return [
          `${say(part.value)} of ${service}: ${part.failures} of ${part.allFailures} failures, ${Math.round(part.share * 100)} % of its records; ${part.others} other${part.others === 1 ? '' : 's'} served`,
        ];
    }
    return [];
  });
}

function narrowed(failures: ReadonlyMap<string, number>, records: ReadonlyMap<string, number>) {
  const all = total(failures);
  const seen = total(records);
  const [top] = [...failures.entries()].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (top === undefined || all < MIN_FAILURES || records.size < 2 || top[1] / all < MOST_FAILURES)
    return null;
  const share = (records.get(top[0]) ?? 0) / Math.max(1, seen);
  return share > MOST_RECORDS
    ? null
    : { value: top[0], failures: top[1], allFailures: all, share, others: records.size - 1 };
}

function countsOf(splits: readonly Split[], dimension: Split['dimension']): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const split of splits)
    if (split.dimension === dimension) counts.set(split.value, (counts.get(split.value) ?? 0) + split.count);
  return counts;
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
