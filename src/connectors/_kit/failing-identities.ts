/** Whom failing calls were for: distinct user, customer and tenant ids, as hashes, so that no snapshot holds anybody's id. */
import { createHash } from 'node:crypto';
import type { FailingIdentities } from '../../domain/signal.ts';
import { epochMs } from '../../domain/time.ts';
import type { Call } from './spans.ts';

/** Pairs of an id and a bucket that are kept of one edge and operation. */
const MAX_PAIRS = 5_000;

export type IdentityKind = FailingIdentities['kind'];

/** Attribute names by their last words: `enduser.id`, `app.user_id`, `customer.id`, `tenantId`. A user agent is nobody. */
const KINDS: readonly (readonly [IdentityKind, RegExp])[] = [
  ['user', /(^|[._])(end)?use?r[._]?id$/i],
  ['customer', /(^|[._])(customer|account|client|merchant|buyer|shopper)[._]?id$/i],
  ['tenant', /(^|[._])(tenant|org|organi[sz]ation|workspace)[._]?id$/i],
];

/** One entry a kind that occurs; pairs in the order of the calls. `calls` in the order of time. */
export function failingIdentities(calls: readonly Call[], widthMs: number): readonly FailingIdentities[] {
  return KINDS.flatMap(([kind, pattern]) => {
    const pairs = new IdentityPairs(kind);
    for (const { failed, span } of calls) {
      const value = failed ? idOf(span.attributes, pattern) : null;
      if (value !== null) pairs.add(value, Math.floor(span.startMs / widthMs) * widthMs);
    }
    return pairs.found();
  });
}

/** Distinct pairs of an id and a bucket, bounded, in order of appearance. */
export class IdentityPairs {
  readonly kind: IdentityKind;
  readonly #seen = new Map<string, { readonly hash: number; readonly at: number }>();
  #capped = false;

  constructor(kind: IdentityKind) {
    this.kind = kind;
  }

  /** `at`: the start of the bucket. */
  add(id: string, at: number): void {
    const key = `${at}\0${id}`;
    if (this.#seen.has(key)) return;
    if (this.#seen.size >= MAX_PAIRS) this.#capped = true;
    else this.#seen.set(key, { hash: hashOf(id), at });
  }

  /** There was one more, who is not known. */
  miss(): void {
    this.#capped = true;
  }

  addAll(other: IdentityPairs): void {
    for (const [key, pair] of other.#seen)
      if (this.#seen.size < MAX_PAIRS) this.#seen.set(key, pair);
      else if (!this.#seen.has(key)) this.#capped = true;
    this.#capped ||= other.#capped;
  }

  /** One entry, none where nobody was named. */
  found(): readonly FailingIdentities[] {
    const pairs = [...this.#seen.values()];
    if (pairs.length === 0) return [];
    return [
      {
        kind: this.kind,
        hashes: pairs.map(({ hash }) => hash),
        at: pairs.map((pair) => epochMs(pair.at)),
        capped: this.#capped,
      },
    ];
  }
}

/** The first id that attributes name, people before organisations. */
export function identityIn(
  attributes: Readonly<Record<string, string>>,
): { readonly kind: IdentityKind; readonly id: string } | null {
  for (const [kind, pattern] of KINDS) {
    const id = idOf(attributes, pattern);
    if (id !== null) return { kind, id };
  }
  return null;
}

/** False for what stands where nobody is known. */
export function isSomebody(value: string): boolean {
  return !/^\s*(|null|none|undefined|anonymous|guest|unknown|0|-)\s*$/i.test(value);
}

function idOf(attributes: Readonly<Record<string, string>>, pattern: RegExp): string | null {
  const name = Object.keys(attributes)
    .sort()
    .find((key) => pattern.test(key));
  const value = name === undefined ? undefined : attributes[name]?.trim();
  return value === undefined || !isSomebody(value) ? null : value;
}

/** 48 bits: two of 10,000 ids collide with a chance of 2 in 10 million. */
function hashOf(value: string): number {
  return Number.parseInt(createHash('sha256').update(value).digest('hex').slice(0, 12), 16);
}
