/** An object that one service makes and another reads: both know the same names of fields. What one of them is given has changed, and the reader complains of it. */
import type { DiffFeature, FileDiff, RevisionDiff, SymbolUse } from '../../domain/code.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { mentions } from './feature-matches.ts';
import type { Match } from './match.ts';
import { isTelling } from './telling-words.ts';
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
      const item = facts.failing.find(
        (each) =>
          each.symptom.userVisible && (mentions(each.text, field) || failsWith(each, field, file, facts)),
      );
      return item === undefined ? [] : [{ file, feature, field, others: others.slice(0, MAX_OTHERS), item }];
    });
}

/** The very line that fails reads the field, whatever the error says; of the file itself that is no news. */
function failsWith(item: FailingPattern, field: string, file: FileDiff, facts: Facts): boolean {
  return (
    isTelling(field) &&
    failingLines(item, facts, file.path).some((line) => mentions(line.toLowerCase(), field))
  );
}

/** Lines of code in which a failure shows, as far as they were looked up, those of one file left out. */
export function failingLines({ pattern }: FailingPattern, facts: Facts, without = ''): readonly string[] {
  const places = facts.reached.filter(
    ({ patternId, failing }) => patternId === pattern.id && failing.path !== without,
  );
  return [
    ...new Set(places.map(({ evidence }) => facts.situation.snapshot.evidence[evidence]?.excerpt ?? '')),
  ];
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
    const own = new Set(
      facts.situation.releases.flatMap(({ service, repo }) =>
        service === item.pattern.service ? [repo] : [],
      ),
    );
    const readIn = (name: string) =>
      (facts.usesOf(name)?.uses ?? []).filter(
        (use) =>
          (use.location.path !== file.path || use.location.repo !== feature.location.repo) &&
          folders.some((folder) => isBelow(use, folder, own)),
      );
    const places = new Set(others.flatMap((other) => readIn(other).map((use) => use.location.path)));
    const use = readIn(field).find(({ location }) => places.has(location.path));
    if (use === undefined) return [];
    const reader = item.pattern.service ?? 'the failing service';
    return [
      {
        name: 'sharedField',
        weight: WEIGHT.sharedField,
        detail: `${feature.detail}, and ${reader}, which fails over "${field}", reads the same fields (${use.location.path}:${use.location.line})`,
        file: file.path,
        line: feature.location.line,
        value: null,
        pattern: item,
        evidence: [feature.evidence, use.evidence],
      },
    ];
  });
}

/** A service that is a whole repository has no folder of its own in it. */
function isBelow(use: SymbolUse, folder: string, own: ReadonlySet<string | null>): boolean {
  if (folder === '.' || folder === '') return own.has(use.location.repo);
  return use.location.path === folder || use.location.path.startsWith(`${folder}/`);
}
