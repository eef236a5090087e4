/** Which of several arguments tells best what a release did: what was changed, not that something was, nor where the failure passes. */
import type { DiffFeatureKind } from '../../domain/code.ts';
import type { Match } from './match.ts';

/** That something was changed there. */
const PLACES = new Set<string>([
  'frameInHunk',
  'frameInFile',
  'frameOutside',
  'frameCallsOnly',
  'emitterChanged',
]);

/** Kinds that say that something is otherwise, and leave to the reader what follows from it. */
const GENERAL: ReadonlySet<DiffFeatureKind> = new Set([
  'logic-changed',
  'arguments-changed',
  'argument-replaced',
  'call-added',
  'call-removed',
  'query-changed',
  'return-changed',
  'loop-added',
  'lock-changed',
  'type-changed',
]);

/** Share of the best argument that one must weigh to be told in its place. */
const NEARLY = 0.25;

/** Null where no argument speaks for the release. `matches` best first. */
export function whatItDid(matches: readonly Match[]): Match | null {
  const best = matches.find(({ weight }) => weight > 0) ?? null;
  if (best === null || best.value !== null || best.name === 'symbolInError' || !isVague(best)) return best;
  const near = matches.filter(
    (match) => match.file === best.file && match.kind !== undefined && match.weight >= NEARLY * best.weight,
  );
  return (
    near.find((match) => !isVague(match)) ??
    elsewhere(best, matches) ??
    near.find(({ name }) => !PLACES.has(name)) ??
    best
  );
}

/** Share of what the stack alone says that a difference in another file must weigh to be told in its place. */
const TELLING = 0.4;

/** The stack passes one file, and what the release did stands in another. */
function elsewhere(best: Match, matches: readonly Match[]): Match | null {
  if (!PLACES.has(best.name)) return null;
  return (
    matches.find(
      (match) =>
        match.kind !== undefined &&
        match.file !== best.file &&
        match.weight >= TELLING * best.weight &&
        !isVague(match),
    ) ?? null
  );
}

function isVague({ name, kind }: Match): boolean {
  return PLACES.has(name) || (kind !== undefined && GENERAL.has(kind));
}

/** True where a match before it in the list tells of the same difference: said once is enough. */
export function isToldBefore(match: Match, matches: readonly Match[]): boolean {
  return matches
    .slice(0, matches.indexOf(match))
    .some(
      ({ kind, file, line, detail }) =>
        kind !== undefined &&
        kind === match.kind &&
        file === match.file &&
        line === match.line &&
        detail.startsWith(match.detail),
    );
}
