/** Checks, rules and fallbacks of a difference: gone, new, stricter, or there in another form. */
import { FALLBACK_MARK } from './facts/control.ts';
import type { Fact, FactDifference } from './facts/fact.ts';
import { addedDetail, draft, type FeatureDraft, inScope } from './feature-draft.ts';

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
export function protections(difference: FactDifference): FeatureDraft[] {
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

/** `now(zone)` became `now()`. */
function isGivenLess(before: string, after: string): boolean {
  const [old, now] = [/^([\w.]+)\((.+)\)$/.exec(before), /^([\w.]+)\((.*)\)$/.exec(after)];
  return old !== null && now !== null && old[1] === now[1] && old[2] !== '' && now[2] === '';
}

function changedProtection(before: Fact, after: Fact): FeatureDraft {
  const symbols = [...after.symbols, ...before.symbols];
  const detail = `${before.label} became ${after.label}${inScope(after)}`;
  if (before.kind === 'fallback' && after.kind === 'fallback') {
    const [left, right] = before.key.split(FALLBACK_MARK);
    const [nowLeft, nowRight] = after.key.split(FALLBACK_MARK);
    if (left === nowLeft && isGivenLess(right ?? '', nowRight ?? ''))
      return draft('argument-dropped', after, detail, false, symbols);
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
