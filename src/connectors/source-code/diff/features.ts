/** Facts that went or came as what they mean to somebody who runs the system. */
import type { DiffFeatureKind } from '../../../domain/code.ts';
import { changedLifetimes, changedUnits } from './changed-units.ts';
import { isOfCache } from './facts/cache-calls.ts';
import type { Fact, FactDifference, FactKind } from './facts/fact.ts';
import { addedDetail, draft, type FeatureDraft, inScope, removedDetail } from './feature-draft.ts';
import { narrowedKeys, widenedKeys } from './narrowed-keys.ts';
import { protections } from './protections.ts';
import { rewritten } from './rewritten.ts';
import { rowChanges } from './rows.ts';
import { sharedState } from './shared-state.ts';

const MAX_CALLS = 6;
const MAX_FEATURES = 40;
/** Calls that say nothing about behaviour by themselves. */
const PLAIN_CALL =
  /^(map|filter|forEach|reduce|push|append|len|String|Number|str|int|float|format|join|split|trim|toString|of|list|dict|set|tuple|range|enumerate|isinstance|Error|Errorf|New|Sprintf|Duration|min|max|sorted|keys|values|items|get|equals|hashCode|stream|print|super|make|copy|min|Some|Ok|Err|Exception|let|also|apply|run|iter|into_iter|collect|clone|to_lowercase|to_uppercase|toLowerCase|toUpperCase|ToLower|ToUpper|downcase|upcase|TrimSpace|strip|with_capacity|to_string|to_owned|toList|ToList|ToArray|to_a|asList|entries|ofEntries|freeze|bind|concat)$/;

interface Pairing {
  readonly removed: readonly Fact[];
  readonly added: readonly Fact[];
  readonly paired: readonly { readonly before: Fact; readonly after: Fact }[];
}

function wordsIn(text: string): Set<string> {
  return new Set(text.match(/[\p{L}\p{N}_]+/gu) ?? []);
}

/** Share of words two texts have in common, 0…1. */
function likeness(left: string, right: string): number {
  const a = wordsIn(left);
  const b = wordsIn(right);
  if (a.size === 0 || b.size === 0) return 0;
  let common = 0;
  for (const word of a) if (b.has(word)) common += 1;
  return common / Math.max(a.size, b.size);
}

/** In the same function, a thing that went and the likest thing that came are one thing that changed. */
function pair(difference: FactDifference, kind: FactKind, minLikeness: number): Pairing {
  const left = difference.removed.filter((fact) => fact.kind === kind);
  const right = difference.added.filter((fact) => fact.kind === kind);
  const paired: { before: Fact; after: Fact }[] = [];
  const taken = new Set<Fact>();
  const removed = left.filter((before) => {
    let best: Fact | null = null;
    let score = minLikeness;
    for (const after of right) {
      if (taken.has(after) || after.scope !== before.scope || isOtherName(before, after)) continue;
      const like = likeness(before.key, after.key);
      if (like > score || (like === score && best === null && minLikeness === 0)) {
        best = after;
        score = like;
      }
    }
    if (best === null) return true;
    taken.add(best);
    paired.push({ before, after: best });
    return false;
  });
  return { removed, added: right.filter((fact) => !taken.has(fact)), paired };
}

/** The type of one thing changes; another thing of another type is no change of type. */
function isOtherName(before: Fact, after: Fact): boolean {
  return before.kind === 'type' && before.symbols[0] !== after.symbols[0];
}

interface Rule {
  readonly fact: FactKind;
  readonly removed: DiffFeatureKind | null;
  readonly added: DiffFeatureKind | null;
  readonly changed: DiffFeatureKind | null;
  /** How like two texts must be to be one that changed. */
  readonly likeness: number;
}

const RULES: readonly Rule[] = [
  {
    fact: 'error-handling',
    removed: 'error-handling-removed',
    added: 'error-handling-added',
    changed: null,
    likeness: 0.2,
  },
  { fact: 'await', removed: 'await-removed', added: null, changed: null, likeness: 0.5 },
  { fact: 'close', removed: 'close-removed', added: null, changed: null, likeness: 0.3 },
  { fact: 'lock', removed: 'lock-changed', added: 'lock-changed', changed: 'lock-changed', likeness: 0.3 },
  { fact: 'thread-safe', removed: 'lock-changed', added: null, changed: 'lock-changed', likeness: 0.3 },
  {
    fact: 'transaction',
    removed: 'transaction-changed',
    added: 'transaction-changed',
    changed: null,
    likeness: 0.3,
  },
  { fact: 'batch', removed: 'batch-removed', added: null, changed: null, likeness: 0.3 },
  { fact: 'loop-call', removed: null, added: 'call-in-loop', changed: null, likeness: 0.9 },
  { fact: 'cache', removed: 'cache-removed', added: null, changed: null, likeness: 0.3 },
  { fact: 'limit', removed: 'limit-removed', added: null, changed: null, likeness: 0.3 },
  { fact: 'growth', removed: null, added: 'unbounded-growth', changed: null, likeness: 0.5 },
  { fact: 'keyed-growth', removed: null, added: 'unbounded-growth', changed: null, likeness: 0.5 },
  { fact: 'registration', removed: 'registration-removed', added: null, changed: null, likeness: 0.6 },
  {
    fact: 'query',
    removed: 'query-changed',
    added: 'query-changed',
    changed: 'query-changed',
    likeness: 0.1,
  },
  { fact: 'route', removed: 'route-changed', added: null, changed: 'route-changed', likeness: 0 },
  {
    fact: 'settle',
    removed: 'settling-changed',
    added: 'settling-changed',
    changed: 'settling-changed',
    likeness: 0,
  },
  { fact: 'topic', removed: 'topic-changed', added: null, changed: 'topic-changed', likeness: 0 },
  { fact: 'env', removed: 'env-renamed', added: 'env-renamed', changed: 'env-renamed', likeness: 0 },
  {
    fact: 'condition',
    removed: 'condition-changed',
    added: 'condition-changed',
    changed: 'condition-changed',
    likeness: 0.2,
  },
  { fact: 'delay', removed: null, added: 'delay-added', changed: 'delay-added', likeness: 0.3 },
  { fact: 'loop', removed: null, added: 'loop-added', changed: null, likeness: 0.3 },
  { fact: 'throw', removed: null, added: 'throw-added', changed: null, likeness: 0.5 },
  { fact: 'swallow', removed: null, added: 'error-swallowed', changed: null, likeness: 0 },
  { fact: 'jitter', removed: 'jitter-removed', added: null, changed: null, likeness: 0 },
  { fact: 'retry', removed: 'retry-removed', added: null, changed: null, likeness: 0.2 },
  { fact: 'arithmetic', removed: null, added: null, changed: 'arithmetic-changed', likeness: 0.2 },
  { fact: 'conversion', removed: 'type-changed', added: null, changed: null, likeness: 0.5 },
  { fact: 'bare-channel', removed: null, added: 'unbounded-growth', changed: null, likeness: 0.9 },
  { fact: 'assumption', removed: null, added: 'guard-removed', changed: null, likeness: 0.8 },
  { fact: 'held-call', removed: null, added: 'lock-changed', changed: null, likeness: 0.5 },
  { fact: 'client', removed: null, added: 'client-per-call', changed: null, likeness: 0.3 },
  { fact: 'costly-work', removed: null, added: 'costly-work', changed: null, likeness: 0.9 },
  { fact: 'blocking-call', removed: null, added: 'blocking-call', changed: null, likeness: 0.9 },
  { fact: 'query-limit', removed: 'limit-removed', added: null, changed: null, likeness: 0 },
  { fact: 'wrapped-column', removed: null, added: 'query-changed', changed: null, likeness: 0.9 },
  { fact: 'after-commit', removed: 'told-early', added: null, changed: null, likeness: 0 },
  { fact: 'off-thread', removed: 'blocking-call', added: null, changed: null, likeness: 0 },
  { fact: 'setting', removed: 'setting-removed', added: null, changed: null, likeness: 0.9 },
  { fact: 'slow-pattern', removed: null, added: 'pattern-backtracks', changed: null, likeness: 0 },
  { fact: 'type', removed: null, added: null, changed: 'type-changed', likeness: 0.3 },
];

const CHANGED_WORDING: Partial<Record<DiffFeatureKind, string>> = {
  'env-renamed': 'the environment variable changed',
  'route-changed': 'the route changed',
  'topic-changed': 'the topic changed',
  'settling-changed': 'when a message counts as done changed',
  'query-changed': 'the query changed',
};

function byRule(rule: Rule, difference: FactDifference): FeatureDraft[] {
  const { removed, added, paired } = pair(difference, rule.fact, rule.likeness);
  const features: FeatureDraft[] = [];
  if (rule.changed !== null)
    for (const { before, after } of paired)
      features.push(
        draft(
          rule.changed,
          after,
          `${CHANGED_WORDING[rule.changed] ?? 'changed'} from ${before.label} to ${after.label}${inScope(after)}`,
          false,
          [...after.symbols, ...before.symbols],
        ),
      );
  if (rule.removed !== null)
    for (const fact of removed)
      features.push(
        draft(
          rule.removed,
          fact,
          removedDetail(rule.removed, fact),
          true,
          fact.kind === 'setting' ? [fact.key] : fact.symbols,
        ),
      );
  if (rule.added !== null)
    for (const fact of added) features.push(draft(rule.added, fact, addedDetail(rule.added, fact), false));
  return features;
}

/** Names of one function's objects that went and came in equal number, nothing else about them changed; or that went alone while their object stayed. */
function changedFields(
  difference: FactDifference,
  before: readonly Fact[],
  after: readonly Fact[],
): FeatureDraft[] {
  const { removed, added } = pair(difference, 'field', 2);
  const features: FeatureDraft[] = [];
  const taken = new Set<Fact>();
  for (const old of removed) {
    const now = added.find(
      (fact) =>
        fact.scope === old.scope &&
        !taken.has(fact) &&
        fact.key.startsWith('tag ') === old.key.startsWith('tag '),
    );
    if (now === undefined) {
      if (isLeftOut(old, before, after))
        features.push(draft('field-removed', old, `${old.label} is no longer given${inScope(old)}`, true));
      continue;
    }
    taken.add(now);
    features.push(
      draft('field-renamed', now, `${old.label} became ${now.label}${inScope(now)}`, false, [
        ...now.symbols,
        ...old.symbols,
      ]),
    );
  }
  return features;
}

/** Ids that could not come twice are made of the clock or of dice. */
function collidingIds({ removed, added }: FactDifference): FeatureDraft[] {
  return removed.flatMap((old) => {
    if (old.kind !== 'unique-id') return [];
    const now = added.find(({ kind, scope }) => kind === 'clock-id' && scope === old.scope);
    return now === undefined
      ? []
      : [
          draft(
            'ids-collide',
            now,
            `${old.label} became ${now.label}${inScope(now)}: two calls at once get one id`,
            false,
          ),
        ];
  });
}

/** What was told though it was empty, and now is not there. */
function emptyLeftOut({ added }: FactDifference): FeatureDraft[] {
  return added
    .filter(({ kind }) => kind === 'omission')
    .map((fact) => draft('field-removed', fact, `${fact.label} is now left out where it is empty`, false));
}

/** What is lent and may be kept, where it was not before. */
function keptLoans({ added }: FactDifference): FeatureDraft[] {
  return added
    .filter(({ kind }) => kind === 'unreturned')
    .map((fact) => draft('close-removed', fact, fact.label, false, fact.symbols));
}

/** One of several names of an object that is still made there: what reads the object misses it. */
function isLeftOut(fact: Fact, before: readonly Fact[], after: readonly Fact[]): boolean {
  const siblings = (facts: readonly Fact[]) =>
    facts.filter((other) => other.kind === 'field' && other.scope === fact.scope && other.key !== fact.key);
  const stayed = new Set(siblings(after).map((other) => other.key));
  return fact.scope !== '' && siblings(before).some((other) => stayed.has(other.key));
}

/** A function of the same name that answered in every case and no longer does. */
function missingResults(difference: FactDifference, before: readonly Fact[]): FeatureDraft[] {
  const known = new Set(before.map(({ scope }) => scope.split('.').at(-1)));
  return difference.added
    .filter(({ kind, key }) => kind === 'open-end' && known.has(key))
    .map((fact) =>
      draft('result-missing', fact, `${fact.label} can now end without a result`, false, fact.symbols),
    );
}

/** Parameters of one function that changed places; those who call it may still give them in the old order. */
function movedParameters(difference: FactDifference): FeatureDraft[] {
  const sorted = (fact: Fact) => [...fact.symbols].sort().join(' ');
  return difference.removed.flatMap((old) => {
    const now =
      old.kind === 'signature'
        ? difference.added.find((fact) => fact.kind === 'signature' && sorted(fact) === sorted(old))
        : undefined;
    const detail = `${old.label} became ${now?.label ?? ''}: the same parameters in another order`;
    return now === undefined ? [] : [draft('arguments-swapped', now, detail, false, now.symbols)];
  });
}

/** Verbs by which something is kept for later, told to others or confirmed to whoever waits for it. */
const KEEPING =
  /^([Ss]ave(All|AndFlush)?|[Ss]aveChanges(Async)?|[Pp]ersist|saveOrUpdate|[Ff]lush(All|Async)?|[Cc]ommit(Async|Sync|Offsets|Transaction)?|[Ii]nsert(One|Many|All)?(Async)?|bulkWrite|publish\w*|Publish\w*|emit|[Pp]roduce(Async)?|[Ss]endMessage|send_message|convertAndSend|basic_publish|BasicPublish|[Ee]nqueue|perform_later|perform_async|[Aa]ck|[Nn]ack|[Aa]cknowledge|BasicAck|CompleteMessageAsync|execute_batch|save!|create!|update!)$/;

function calls(difference: FactDifference, before: readonly Fact[], after: readonly Fact[]): FeatureDraft[] {
  const features: FeatureDraft[] = [];
  const helpers = helpersOf(before, after);
  const pick = (facts: readonly Fact[], others: readonly Fact[], kind: 'call-added' | 'call-removed') => {
    const known = new Set(others.filter((fact) => fact.kind === 'call').map((fact) => fact.key));
    // Once less in the same function, and nowhere else instead: one of several places is left without it.
    for (const fact of facts)
      if (kind === 'call-removed' && isLeftOnce(fact, before, after)) known.delete(fact.key);
    const seen = new Set<string>();
    for (const fact of facts) {
      const name = fact.symbols.at(0) ?? '';
      if (
        fact.kind !== 'call' ||
        known.has(fact.key) ||
        seen.has(fact.key) ||
        PLAIN_CALL.test(name) ||
        helpers.has(name) ||
        seen.size >= MAX_CALLS
      )
        continue;
      seen.add(fact.key);
      const verb = kind === 'call-added' ? 'is now called' : 'is no longer called';
      const isKept =
        kind === 'call-removed' &&
        KEEPING.test(name) &&
        !difference.added.some((other) => isSameVerb(other, fact));
      const isCached =
        kind === 'call-removed' && isOfCache(fact) && !difference.added.some((other) => isOfCache(other));
      const plain = isKept ? 'write-removed' : kind;
      const told = isCached ? 'cache-removed' : plain;
      features.push(draft(told, fact, `${fact.label} ${verb}${inScope(fact)}`, kind === 'call-removed'));
    }
  };
  pick(difference.removed, after, 'call-removed');
  pick(difference.added, before, 'call-added');
  return features;
}

/** Another call in the same function that keeps or tells something stands in its place. */
function isSameVerb(other: Fact, fact: Fact): boolean {
  return other.kind === 'call' && other.scope === fact.scope && KEEPING.test(other.symbols[0] ?? '');
}

/** Functions of the file that came or went: what they do is compared by itself, that they are called says nothing more. */
function helpersOf(before: readonly Fact[], after: readonly Fact[]): ReadonlySet<string> {
  const functions = (facts: readonly Fact[]) =>
    new Set(facts.map(({ scope }) => scope.split('.').at(-1) ?? ''));
  const [old, now] = [functions(before), functions(after)];
  const names = [...[...old].filter((name) => !now.has(name)), ...[...now].filter((name) => !old.has(name))];
  return new Set(names.filter((name) => name !== ''));
}

/** Called in this function as before, but fewer times, with no other function of the file calling it more often. */
function isLeftOnce(fact: Fact, before: readonly Fact[], after: readonly Fact[]): boolean {
  if (fact.kind !== 'call' || fact.scope === '') return false;
  // What was done on each of several ways may now be done once for all of them.
  if (
    before.some(({ kind, key, scope }) => kind === 'branch-call' && key === fact.key && scope === fact.scope)
  )
    return false;
  const same = (facts: readonly Fact[]) =>
    facts.filter((other) => other.kind === 'call' && other.key === fact.key);
  const [old, now] = [same(before), same(after)];
  const inScope = (facts: readonly Fact[]) => facts.filter((other) => other.scope === fact.scope).length;
  return (
    inScope(now) > 0 && inScope(now) < inScope(old) && now.length - inScope(now) <= old.length - inScope(old)
  );
}

function withoutHelpers(
  difference: FactDifference,
  before: readonly Fact[],
  after: readonly Fact[],
): FactDifference {
  if (!difference.added.some(({ kind }) => kind === 'loop-call')) return difference;
  const helpers = helpersOf(before, after);
  const added = difference.added.filter(
    ({ kind, symbols }) => kind !== 'loop-call' || !helpers.has(symbols[0] ?? ''),
  );
  return { ...difference, added };
}

/** Features in order of lines, at most 40. `before` and `after` are all facts of both sides. */
export function featuresOf(
  difference: FactDifference,
  before: readonly Fact[],
  after: readonly Fact[],
): FeatureDraft[] {
  const features = [
    ...protections(difference),
    ...emptyLeftOut(difference),
    ...collidingIds(difference),
    ...sharedState(difference, before),
    ...rowChanges(difference, before, after),
    ...RULES.flatMap((rule) => byRule(rule, withoutHelpers(difference, before, after))),
    ...changedFields(difference, before, after),
    ...rewritten(difference),
    ...missingResults(difference, before),
    ...keptLoans(difference),
    ...movedParameters(difference),
    ...changedUnits(difference),
    ...changedLifetimes(difference),
    ...narrowedKeys(difference, after),
    ...widenedKeys(difference, before),
    ...calls(difference, before, after),
  ];
  const seen = new Set<string>();
  return features
    .filter((feature) => {
      const key = `${feature.kind}:${feature.detail}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .slice(0, MAX_FEATURES)
    .sort((a, b) => a.line - b.line);
}
