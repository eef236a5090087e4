/** Whom failing calls were for: distinct user, customer and tenant ids of their spans, as hashes, so that no snapshot holds anybody's id. */
import { createHash } from 'node:crypto';
import type { FailingIdentities } from '../../domain/signal.ts';
import { epochMs } from '../../domain/time.ts';
import type { Call } from './spans.ts';

/** Pairs of an id and a bucket that are kept of one edge and operation. */
const MAX_PAIRS = 5_000;

/** Attribute names by their last words: `enduser.id`, `app.user_id`, `customer.id`, `tenantId`. A user agent is nobody. */
const KINDS: readonly (readonly [FailingIdentities['kind'], RegExp])[] = [
  ['user', /(^|[._])(end)?use?r[._]?id$/i],
  ['customer', /(^|[._])(customer|account|client|merchant|buyer|shopper)[._]?id$/i],
  ['tenant', /(^|[._])(tenant|org|organi[sz]ation|workspace)[._]?id$/i],
];

/** One entry a kind that occurs; pairs in the order of the calls. `calls` in the order of time. */
export function failingIdentities(calls: readonly Call[], widthMs: number): readonly FailingIdentities[] {
  return KINDS.flatMap(([kind, pattern]): readonly FailingIdentities[] => {
    const seen = new Map<string, { readonly hash: number; readonly at: number }>();
    let capped = false;
    for (const { failed, span } of calls) {
      const value = failed ? identityOf(span.attributes, pattern) : null;
      if (value === null) continue;
      const at = Math.floor(span.startMs / widthMs) * widthMs;
      const key = `${at}\0${value}`;
      if (seen.has(key)) continue;
      if (seen.size >= MAX_PAIRS) capped = true;
      else seen.set(key, { hash: hashOf(value), at });
    }
    const pairs = [...seen.values()];
    return pairs.length === 0
      ? []
      : [{ kind, hashes: pairs.map(({ hash }) => hash), at: pairs.map((pair) => epochMs(pair.at)), capped }];
  });
}

function identityOf(attributes: Readonly<Record<string, string>>, pattern: RegExp): string | null {
  const name = Object.keys(attributes)
    .sort()
    .find((key) => pattern.test(key));
  const value = name === undefined ? undefined : attributes[name]?.trim();
  return value === undefined || /^(|null|none|undefined|anonymous|guest|unknown|0|-)$/i.test(value)
    ? null
    : value;
}

/** 48 bits: two of 10,000 ids collide with a chance of 2 in 10 million. */
function hashOf(value: string): number {
  return Number.parseInt(createHash('sha256').update(value).digest('hex').slice(0, 12), 16);
}
