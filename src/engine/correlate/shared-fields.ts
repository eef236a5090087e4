/** An object that one service makes and another reads: both know the same names of fields. What one of them is given has changed, and the reader complains of it. */
import type { DiffFeature, FileDiff, RevisionDiff, SymbolUse } from '../../domain/code.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { mentions } from './feature-matches.ts';
import type { Match } from './match.ts';
import { WEIGHT } from './weights.ts';

const MAX_OTHERS = 3;

interface Given {
  readonly file: FileDiff;
  readonly feature: DiffFeature;
  readonly field: string;
  readonly others: readonly string[];
  readonly item: FailingPattern;
}

/** Fields that are given otherwise and that an error of another place names. */
function givenOtherwise(diff: RevisionDiff, facts: Facts): readonly Given[] {
  return diff.files
    .filter((file) => file.inert === 'none')
    .flatMap((file) => file.features.map((feature) => ({ file, feature })))
    .flatMap(({ file, feature }): Given[] => {
      const [field, ...others] = feature.symbols;
      if (feature.kind !== 'field-given-otherwise' || field === undefined || field.length < 4) return [];
      const item = facts.failing.find(({ symptom, text }) => symptom.userVisible && mentions(text, field));
      return item === undefined ? [] : [{ file, feature, field, others: others.slice(0, MAX_OTHERS), item }];
    });
}

/** Names whose readers are to be found, in a fixed order. */
export function fieldsToAsk(diffs: readonly RevisionDiff[], facts: Facts): readonly string[] {
  const given = diffs.flatMap((diff) => givenOtherwise(diff, facts));
  return [...new Set(given.flatMap(({ field, others }) => [field, ...others]))].sort();
}

/** One match for each field that the failing service reads together with another field of the same object. */
export function sharedFieldMatches(diff: RevisionDiff, facts: Facts): readonly Match[] {
  return givenOtherwise(diff, facts).flatMap(({ file, feature, field, others, item }): Match[] => {
    const folders = facts.situation.folders.get(item.pattern.service ?? '') ?? [];
    const readIn = (name: string) =>
      (facts.usesOf(name)?.uses ?? []).filter(
        (use) => use.location.path !== file.path && folders.some((folder) => isBelow(use, folder)),
      );
    const places = new Set(others.flatMap((other) => readIn(other).map((use) => use.location.path)));
    const use = readIn(field).find(({ location }) => places.has(location.path));
    if (use === undefined) return [];
    const reader = item.pattern.service ?? 'the failing service';
    return [
      {
        name: 'sharedField',
        weight: WEIGHT.sharedField,
        detail: `${feature.detail}, and ${reader}, whose error names "${field}", reads the same fields (${use.location.path}:${use.location.line})`,
        file: file.path,
        line: feature.location.line,
        value: null,
        pattern: item,
        evidence: [feature.evidence, use.evidence],
      },
    ];
  });
}

function isBelow(use: SymbolUse, folder: string): boolean {
  return use.location.path === folder || use.location.path.startsWith(`${folder}/`);
}
