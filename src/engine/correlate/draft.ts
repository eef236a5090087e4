/** A hypothesis without a change in the making, and what several of its kinds share. */
import type { Factor, Hypothesis, HypothesisKind } from '../../domain/hypothesis.ts';
import type { ServiceName } from '../../domain/service.ts';
import { factor } from './circumstance.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { WEIGHT } from './weights.ts';

export type Draft = Omit<Hypothesis, 'probability' | 'confidence' | 'caps'>;

export function draft(
  kind: HypothesisKind,
  id: string,
  service: ServiceName | null,
  statement: string,
  factors: readonly Factor[],
): Draft {
  return {
    id,
    kind,
    statement,
    service,
    change: null,
    mechanism: factors
      .filter((item) => item.weight > 0)
      .map((item) => ({ statement: item.detail, location: null, evidence: item.evidence })),
    factors,
    predictions: [],
    score: factors.reduce((sum, item) => sum + item.weight, 0),
  };
}

/** A system that is none of ours, and those who call it fail. */
export function providerDraft(name: ServiceName, factors: readonly Factor[]): Draft {
  const statement = `${name}, outside this code base, fails its callers`;
  return draft('dependency', `dependency:${name}`, name, statement, factors);
}

/** What share of the failing lines a hypothesis covers; empty from one half on. */
export function coverage(items: readonly FailingPattern[], facts: Facts): readonly Factor[] {
  if (items.length === 0) return [];
  const share = facts.explainedShare(items);
  if (share >= 0.5) return [];
  const text = `it covers ${Math.round(share * 100)} % of the failing lines`;
  return [
    share >= 0.2
      ? factor('explains-part', WEIGHT.explainsPart, text)
      : factor('explains-little', WEIGHT.explainsLittle, text),
  ];
}

export function sampleRefs(items: readonly FailingPattern[]) {
  return items
    .slice(0, 3)
    .flatMap((item) => item.pattern.samples.slice(0, 1).map((sample) => sample.evidence));
}

/**
 * One of several services that fail alike stands for all: the one that the report of the incident speaks of, else the one where
 * callers' failures end, else the first by name.
 */
export function spokenOf(services: readonly ServiceName[], facts: Facts): ServiceName | null {
  const words = facts.situation.snapshot.request.symptom.toLowerCase().match(/[a-z0-9]{3,}/g) ?? [];
  const said = services.filter((service) =>
    service
      .split('-')
      .filter((part) => part.length >= 4 && !/^(service|server|worker|backend|frontend)$/.test(part))
      .some((part) =>
        words.some((word) => word.startsWith(part) || (word.length >= 5 && part.startsWith(word))),
      ),
  );
  const candidates = said.length > 0 ? said : services;
  return candidates.find((service) => facts.origins.includes(service)) ?? candidates[0] ?? null;
}
