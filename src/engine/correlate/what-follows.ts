/** Differences whose consequence an error tells in so many words, though it names nothing that was changed. */
import type { DiffFeature } from '../../domain/code.ts';
import type { FailingPattern } from './facts.ts';
import { sameSubject } from './key-families.ts';
import { missingThing } from './what-is-missing.ts';

/** What the error says where it follows from such a difference: a clause for the reader; null where it says nothing of it. */
export function saysWhatFollows(feature: DiffFeature, item: FailingPattern): string | null {
  const { message } = item;
  if (endsSooner(feature, message)) return 'the error says that something has expired';
  if (feature.kind === 'told-early' && NOT_THERE.test(message))
    return 'the error says that something is not there';
  if (feature.kind === 'partition-changed' && OUT_OF_ORDER.test(message))
    return 'the error says that something came out of its order';
  if (
    feature.kind === 'setting-removed' &&
    feature.symbols.some((key) => sameSubject(key, item.symptom.class))
  )
    return `its subject is the subject of the failure (${item.symptom.class})`;
  if (feature.kind === 'order-changed' && /pages overlap/.test(feature.detail) && TWICE.test(message))
    return 'the error says that something came twice';
  const missing = missingThing(feature, message);
  if (missing !== null) return `the error says that "${missing}" is missing`;
  const undone = inverseOf(feature, message);
  return undone === null ? null : `what fails is its counterpart ("${undone}")`;
}

const NOT_THERE =
  /\b(not|never) (found|known|exist\w*|there|available|committed)\b|\bunknown\b|no such|does ?n[o']?t exist|\b404\b|\bmissing\b|nosuchelement|notfound/;
const OUT_OF_ORDER =
  /out.?of.?order|\bsequence\b|\bseq\b|\bstale\b|older than|not newer|already (applied|seen|processed|superseded)|\bgot \S+ (after|before|instead)|expected (version|seq\w*|offset)|version (conflict|mismatch)|\bgap\b/;

const TWICE = /duplicate (key|entry)|already exists|unique (constraint|violation|index)|\btwice\b/;

/** How long something is good for was changed, and what is said is that it is good no longer. */
function endsSooner({ kind, detail, symbols }: DiffFeature, message: string): boolean {
  return (
    /^(unit-changed|bound-changed|default-changed)$/.test(kind) &&
    /\bexpired?\b|no longer valid/.test(message) &&
    /expir|ttl|lifetime|life_time|valid(ity|_for|until)|max_?age/i.test(`${detail} ${symbols.join(' ')}`)
  );
}

/** What writes and what reads it again. */
const PAIRS: readonly (readonly [RegExp, RegExp])[] = [
  [/^(serialize|serialise)$/i, /unseriali[sz]e|deseriali[sz]/],
  [/^(marshal|Marshal)\w*$/, /unmarshal/],
  [/^(pickle|dumps?)$/, /unpickl|\bloads?\(|pickle/],
  [
    /^(json_encode|stringify|to_json|toJson|writeValueAsString)$/,
    /json.?decode|json.?parse|unexpected token|in json at|from_?json/,
  ],
  [/^(encode|base64_encode|b64encode|urlencode|btoa)$/i, /\bdecod/],
  [/^(encrypt|seal)\w*$/i, /decrypt|bad ?decrypt|padding|\bmac\b|unseal/],
  [
    /^(gzip|gzencode|deflate|compress)\w*$/i,
    /gunzip|gzdecode|inflate|decompress|not in gzip format|incorrect header check/,
  ],
  [/^(pack|msgpack)\w*$/i, /unpack/],
  [/^(sign|jwtSign)$/i, /signature (is )?(invalid|mismatch)|invalid signature|bad signature/],
  [/^(escape|quote)\w*$/i, /unescape|unquote/],
];

/** The reading half that fails, where the writing half is called no more. */
function inverseOf({ kind, symbols }: DiffFeature, message: string): string | null {
  if (kind !== 'call-removed' && kind !== 'write-removed') return null;
  for (const [writes, reads] of PAIRS) {
    const found = symbols.some((name) => writes.test(name.split(/[.:>]/).at(-1) ?? name))
      ? reads.exec(message)?.[0]
      : undefined;
    if (found !== undefined) return found;
  }
  return null;
}
