/** Facts that went or came as what they mean to somebody who runs the system. */
import type { DiffFeatureKind } from '../../../domain/code.ts';
import { FALLBACK_MARK } from './facts/control.ts';
import type { Fact, FactDifference, FactKind } from './facts/fact.ts';

/** A feature before it has a location and evidence; `line` is on the new side unless `old` is set. */
export interface FeatureDraft {
  readonly kind: DiffFeatureKind;
  readonly detail: string;
  readonly symbols: readonly string[];
  readonly line: number;
  readonly old: boolean;
}

const MAX_CALLS = 6;
const MAX_FEATURES = 40;
/** Calls that say nothing about behaviour by themselves. */
const PLAIN_CALL =
  /^(map|filter|forEach|reduce|push|append|len|String|Number|str|int|float|format|join|split|trim|toString|of|list|dict|set|tuple|range|enumerate|isinstance|Error|Errorf|New|Sprintf|Duration|min|max|sorted|keys|values|items|get|equals|hashCode|stream|print|super|make|copy|min|Some|Ok|Err|Exception)$/;

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
      if (taken.has(after) || after.scope !== before.scope) continue;
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

function inScope(fact: Fact): string {
  return fact.scope === '' ? '' : ` in ${fact.scope}`;
}

function draft(
  kind: DiffFeatureKind,
  fact: Fact,
  detail: string,
  old: boolean,
  symbols: readonly string[] = fact.symbols,
): FeatureDraft {
  return { kind, detail, symbols: [...new Set(symbols)].slice(0, 12), line: fact.line, old };
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
  { fact: 'topic', removed: 'topic-changed', added: null, changed: 'topic-changed', likeness: 0 },
  { fact: 'env', removed: 'env-renamed', added: 'env-renamed', changed: 'env-renamed', likeness: 0 },
  {
    fact: 'condition',
    removed: 'condition-changed',
    added: 'condition-changed',
    changed: 'condition-changed',
    likeness: 0.2,
  },
  { fact: 'arithmetic', removed: null, added: null, changed: 'arithmetic-changed', likeness: 0.2 },
  { fact: 'type', removed: null, added: null, changed: 'type-changed', likeness: 0.3 },
];

const CHANGED_WORDING: Partial<Record<DiffFeatureKind, string>> = {
  'env-renamed': 'the environment variable changed',
  'route-changed': 'the route changed',
  'topic-changed': 'the topic changed',
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
      features.push(draft(rule.removed, fact, `${fact.label}${inScope(fact)} was removed`, true));
  if (rule.added !== null)
    for (const fact of added) features.push(draft(rule.added, fact, addedDetail(rule.added, fact), false));
  return features;
}

function addedDetail(kind: DiffFeatureKind, fact: Fact): string {
  if (kind === 'call-in-loop') return `${fact.label} is now called in a loop${inScope(fact)}`;
  if (kind === 'unbounded-growth') return `${fact.label}${inScope(fact)} and nothing takes entries out`;
  if (kind === 'env-renamed') return `the environment variable ${fact.label} is now read${inScope(fact)}`;
  return `${fact.label}${inScope(fact)} was added`;
}

/** Names of one function's objects that went and came in equal number, nothing else about them changed. */
function renamedFields(difference: FactDifference): FeatureDraft[] {
  const { removed, added } = pair(difference, 'field', 2);
  const features: FeatureDraft[] = [];
  const taken = new Set<Fact>();
  for (const before of removed) {
    const after = added.find(
      (fact) =>
        fact.scope === before.scope &&
        !taken.has(fact) &&
        fact.key.startsWith('tag ') === before.key.startsWith('tag '),
    );
    if (after === undefined) continue;
    taken.add(after);
    features.push(
      draft('field-renamed', after, `${before.label} became ${after.label}${inScope(after)}`, false, [
        ...after.symbols,
        ...before.symbols,
      ]),
    );
  }
  return features;
}

function calls(difference: FactDifference, before: readonly Fact[], after: readonly Fact[]): FeatureDraft[] {
  const features: FeatureDraft[] = [];
  const pick = (facts: readonly Fact[], others: readonly Fact[], kind: 'call-added' | 'call-removed') => {
    const known = new Set(others.filter((fact) => fact.kind === 'call').map((fact) => fact.key));
    const seen = new Set<string>();
    for (const fact of facts) {
      const name = fact.symbols.at(0) ?? '';
      if (
        fact.kind !== 'call' ||
        known.has(fact.key) ||
        seen.has(fact.key) ||
        PLAIN_CALL.test(name) ||
        seen.size >= MAX_CALLS
      )
        continue;
      seen.add(fact.key);
      const verb = kind === 'call-added' ? 'is now called' : 'is no longer called';
      features.push(draft(kind, fact, `${fact.label} ${verb}${inScope(fact)}`, kind === 'call-removed'));
    }
  };
  pick(difference.removed, after, 'call-removed');
  pick(difference.added, before, 'call-added');
  return features;
}

/** Marks of a stricter check: comparisons, lengths, patterns, alternatives. */
function strictness(text: string): number {
  return (
    text.match(
      /[<>]=?|\b(length|len|size|count)\b|match|test\(|regex|pattern|typeof|isinstance|instanceof|\|\||\bor\b|\band\b|&&/gi,
    ) ?? []
  ).length;
}

/** What came in the place of a protection that went: another one in the file over at least half of its names. */
function replacementOf(fact: Fact, difference: FactDifference): Fact | null {
  const protections = difference.added.filter((other) =>
    ['guard', 'fallback', 'validation', 'error-handling'].includes(other.kind),
  );
  const ranked = protections.filter((other) => {
    const common = fact.symbols.filter((symbol) => other.symbols.includes(symbol)).length;
    return fact.symbols.length > 0 && common / fact.symbols.length >= 0.5;
  });
  return ranked.find((other) => other.scope === fact.scope) ?? ranked.at(0) ?? null;
}

/** Checks and fallbacks: gone, new, stricter, or there in another form. */
function protections(difference: FactDifference): FeatureDraft[] {
  const features: FeatureDraft[] = [];
  const used = new Set<Fact>();
  for (const fact of difference.removed) {
    if (fact.kind !== 'guard' && fact.kind !== 'validation' && fact.kind !== 'fallback') continue;
    const other = replacementOf(fact, difference) ?? sameScopeCheck(fact, difference, used);
    if (other === null) {
      features.push(
        draft(
          fact.kind === 'fallback' ? 'fallback-removed' : 'guard-removed',
          fact,
          `${fact.label}${inScope(fact)} was removed`,
          true,
        ),
      );
      continue;
    }
    used.add(other);
    features.push(changedProtection(fact, other));
  }
  for (const fact of difference.added) {
    if (used.has(fact)) continue;
    if (fact.kind === 'guard')
      features.push(draft('guard-added', fact, addedDetail('guard-added', fact), false));
    if (fact.kind === 'validation')
      features.push(draft('validation-tightened', fact, addedDetail('validation-tightened', fact), false));
  }
  return features;
}

/** In one function a check that rejects was rewritten, even over other names. */
function sameScopeCheck(fact: Fact, difference: FactDifference, used: ReadonlySet<Fact>): Fact | null {
  if (fact.kind !== 'validation') return null;
  return (
    difference.added.find(
      (other) => other.kind === 'validation' && other.scope === fact.scope && !used.has(other),
    ) ?? null
  );
}

function changedProtection(before: Fact, after: Fact): FeatureDraft {
  const symbols = [...after.symbols, ...before.symbols];
  const detail = `${before.label} became ${after.label}${inScope(after)}`;
  if (before.kind === 'fallback' && after.kind === 'fallback') {
    const [left, right] = before.key.split(FALLBACK_MARK);
    const [nowLeft, nowRight] = after.key.split(FALLBACK_MARK);
    return draft(
      left === nowLeft && right !== nowRight ? 'default-changed' : 'condition-changed',
      after,
      detail,
      false,
      symbols,
    );
  }
  const stricter = after.kind === 'validation' && strictness(after.key) > strictness(before.key);
  return draft(stricter ? 'validation-tightened' : 'condition-changed', after, detail, false, symbols);
}

/** Features in order of lines, at most 40. `before` and `after` are all facts of both sides. */
export function featuresOf(
  difference: FactDifference,
  before: readonly Fact[],
  after: readonly Fact[],
): FeatureDraft[] {
  const features = [
    ...protections(difference),
    ...RULES.flatMap((rule) => byRule(rule, difference)),
    ...renamedFields(difference),
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
