/** Whom a record is about: the user, customer or tenant that its fields or its message name. */
import { type IdentityKind, identityIn, isSomebody } from '../../_kit/failing-identities.ts';
import type { Identity } from '../format.ts';

/** A name that is no id by its own words (`user`, `tenant`) must hold a value that looks like one: else it may be the user of a database. */
const PLAIN: readonly (readonly [IdentityKind, RegExp])[] = [
  ['user', /(^|[._])(end)?user(name)?$|(^|[._])(user)?email$/i],
  ['customer', /(^|[._])(customer|account|merchant|buyer|shopper)$/i],
  ['tenant', /(^|[._])(tenant|org|organi[sz]ation|workspace)$/i],
];

/** Two digits in a row, or an address. */
const LOOKS_LIKE_ID = /\d\d|@/;

const IN_TEXT =
  /\b(user|member|customer|account|shopper|tenant|organi[sz]ation|workspace)(?:[ _-]?id|s)?["']?[ =:#]{1,3}["']?((?=[\w.@-]{0,60}(?:\d\d|@))[\w.@-]{2,64})/i;

/** The kind that a word of IN_TEXT stands for. */
function kindOf(word: string): IdentityKind {
  if (/^(?:user|member)/i.test(word)) return 'user';
  return /^(?:customer|account|shopper)/i.test(word) ? 'customer' : 'tenant';
}

function byPlainName(attributes: Readonly<Record<string, string>>): Identity | null {
  for (const [kind, pattern] of PLAIN)
    for (const [name, value] of Object.entries(attributes))
      if (pattern.test(name) && LOOKS_LIKE_ID.test(value) && isSomebody(value))
        return { kind, id: value.trim() };
  return null;
}

/** Fields beat the text, people beat organisations. `message` is at most a few thousand characters. */
export function identityOf(attributes: Readonly<Record<string, string>>, message: string): Identity | null {
  const known = identityIn(attributes) ?? byPlainName(attributes);
  if (known !== null) return known;
  const found = IN_TEXT.exec(message);
  const id = found?.[2]?.replace(/[.-]+$/, '');
  return id === undefined || !isSomebody(id) ? null : { kind: kindOf(found?.[1] ?? ''), id };
}
