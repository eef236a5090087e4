/** What the failing lines work with, held against what changed: a value that is wrong was made somewhere, and the stack of whoever trips over it no longer passes there. */
import type { DiffFeature, DiffHunk, FileDiff } from '../../domain/code.ts';
import type { Closure, Probe, ReachedFunction } from '../../domain/probe.ts';
import type { Release } from '../../domain/situation.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { sampleOf } from './frame-files.ts';
import type { Match } from './match.ts';
import { isRefusedBeneath, OF_A_VALUE } from './refused-beneath.ts';
import { WEIGHT } from './weights.ts';

const MAX_PATTERNS = 4;
const MAX_FRAMES = 3;
const MAX_EMITTERS = 2;
/** Each call further away is one more place that could have kept the value right. */
const A_STEP = 0.9;
/** No call by name leads there. */
const ONLY_IMPORTED = 0.6;
/** A function of more lines holds others, and a change in one of them is none of it. */
const LONG_FUNCTION = 150;

/** Lines of the code base where the strongest failures show: of the stack, else those that write the message. */
export function reachProbes(suspects: readonly Release[], facts: Facts): readonly Probe[] {
  const repository = facts.situation.snapshot.repositories[0];
  if (repository === undefined || repository.head === null || suspects.length === 0) return [];
  const visible = facts.failing.filter(({ symptom }) => symptom.userVisible);
  const strong = (visible.length > 0 ? visible : facts.failing)
    .filter(({ symptom }) => symptom.strength >= 1)
    .sort((a, b) => b.pattern.count - a.pattern.count || (a.pattern.id < b.pattern.id ? -1 : 1))
    .slice(0, MAX_PATTERNS);
  return strong.flatMap((item): readonly Probe[] => {
    const places = placesOf(item, facts);
    // What fails need not have been released: then its code stands as it is beside that of the newest suspect.
    const known = suspects.filter(({ commit }) => commit !== null);
    const revision =
      known.find(({ service }) => service === item.pattern.service) ??
      known.reduce<Release | undefined>(
        (last, each) => (last === undefined || each.startedAt > last.startedAt ? each : last),
        undefined,
      );
    if (places.length === 0 || revision?.commit == null) return [];
    return [
      {
        kind: 'reached-code',
        id: `reached-code:${revision.commit}:${places.map(({ patternId, file, line }) => `${patternId}@${file}:${line}`).join(',')}`,
        repo: revision.repo ?? repository.repo,
        revision: revision.commit,
        places,
      },
    ];
  });
}

type Place = Extract<Probe, { kind: 'reached-code' }>['places'][number];

function placesOf({ pattern }: FailingPattern, facts: Facts): readonly Place[] {
  const own = pattern.frames.filter(({ inApp }) => inApp !== false);
  const folders = facts.situation.folders.get(pattern.service ?? '') ?? [];
  const frames = own.flatMap(({ file, line }, index) =>
    line === null
      ? []
      : [{ patternId: pattern.id, file, line, into: own[index - 1]?.function ?? null, folders }],
  );
  const framed = [...new Map(frames.map((place) => [`${place.file}:${place.line}`, place])).values()].slice(
    0,
    MAX_FRAMES,
  );
  if (framed.length > 0) return framed;
  return facts.emitters
    .filter(({ patternId }) => patternId === pattern.id)
    .slice(0, MAX_EMITTERS)
    .map(({ literal }) => ({
      patternId: pattern.id,
      file: literal.path,
      line: literal.line,
      into: null,
      isEmitter: true,
    }));
}

/**
 * What is known of where the failing lines of a service lead: of the pattern, or of all of the service's where only a count or another
 * service tells of the failure; where it says nothing, what its callers' lines lead to in it. Empty where nothing is known.
 */
export function reachOf(
  { pattern }: FailingPattern,
  service: string,
  facts: Facts,
): readonly ReachedFunction[] {
  const own = facts.reached.filter(({ patternId }) => patternId === pattern.id);
  const isStacked = pattern.service === service && pattern.frames.some(({ inApp }) => inApp !== false);
  if ((own.length > 0 && pattern.service === service) || isStacked) return own;
  const ids = facts.failing.filter((item) => item.pattern.service === service).map((item) => item.pattern.id);
  const told = facts.reached.filter(({ patternId }) => ids.includes(patternId));
  return told.length > 0 ? told : answering(own, service, facts);
}

/** Of a service that says nothing itself, the functions that answer what its failing callers ask. */
function answering(
  reached: readonly ReachedFunction[],
  service: string,
  { situation }: Facts,
): readonly ReachedFunction[] {
  const folders = situation.folders.get(service) ?? [];
  return reached.filter(({ location }) => folders.some((folder) => location.path.startsWith(`${folder}/`)));
}

/** What may have a part in the lines that write the messages of a service, as far as that is known; empty where one of them is not. */
export function closuresOf({ pattern }: FailingPattern, service: string, facts: Facts): readonly Closure[] {
  const ids =
    pattern.service === service
      ? [pattern.id]
      : facts.failing.filter((item) => item.pattern.service === service).map((item) => item.pattern.id);
  const known = ids.map((id) => facts.closures.filter(({ patternId }) => patternId === id));
  return known.every((each) => each.length > 0) ? known.flat() : [];
}

/** True where the place of a feature is known to have no part: no function of its name leads to a failing line, nor is named by one that does. */
export function isShutOut(file: FileDiff, line: number, closures: readonly Closure[]): boolean {
  const hunks = file.hunks.filter(
    ({ newStart, newLines }) => line >= newStart && line < newStart + Math.max(1, newLines),
  );
  return (
    closures.length > 0 &&
    hunks.length > 0 &&
    hunks.every(({ scopes }) => scopes.some((scope) => scope !== '')) &&
    closures.every(
      ({ files, functions }) =>
        files.includes(file.path) &&
        !functions.some(
          (each) =>
            each.path === file.path &&
            hunks.some(({ scopes }) => scopes.some((scope) => lastName(scope) === each.name)),
        ),
    )
  );
}

/** What is called by its name wherever it counts; a setting is read by whoever is given it. */
const CONSTANT = /^[A-Z][A-Z0-9_]+$/;

/** A constant in code that no function mentions which may have a part in it. */
export function isUnspoken(file: FileDiff, key: string, closures: readonly Closure[]): boolean {
  const name = lastName(key);
  return (
    closures.length > 0 &&
    CONSTANT.test(name) &&
    closures.every(({ files, words }) => files.includes(file.path) && !words.includes(name))
  );
}

/** The function of the hunk, where the failing lines lead to it; null where they do not. */
export function reachedAt(
  file: FileDiff,
  hunk: DiffHunk,
  reached: readonly ReachedFunction[],
): ReachedFunction | null {
  return reached.find((each) => each.location.path === file.path && isIn(each, hunk)) ?? null;
}

/** Whether the failing lines are followed into the file, and lead to none of the functions that were changed in it. */
export function isUnreached(file: FileDiff, reached: readonly ReachedFunction[]): boolean {
  const acting = file.hunks.filter(({ asBefore }) => asBefore !== true);
  return (
    reached.some(({ location }) => location.path === file.path && location.line > 0) &&
    acting.every((hunk) => (hunk.around ?? []).length > 0 && reachedAt(file, hunk, reached) === null)
  );
}

function isIn(
  { location, function: name }: ReachedFunction,
  { around = [], scopes, newStart, newLines }: DiffHunk,
): boolean {
  const isWhole = around.some(
    ([first, last], index) =>
      first === location.line && last === location.endLine && (index === 0 || last - first < LONG_FUNCTION),
  );
  if (isWhole) return true;
  // Lines of another revision stand elsewhere, and a hunk may touch several functions.
  const isNamed = name !== null && scopes.some((scope) => lastName(scope) === lastName(name));
  const isShort = location.endLine - location.line < LONG_FUNCTION;
  return (
    isNamed &&
    isShort &&
    (around.length === 0 || Math.abs(newStart - location.line) <= LONG_FUNCTION + newLines)
  );
}

function lastName(name: string): string {
  return name.split(/[.:#]/).at(-1) ?? name;
}

/** One match for the nearest function that was changed and gives the failing line what it works with. */
export function feedMatches(file: FileDiff, item: FailingPattern, facts: Facts): readonly Match[] {
  if (file.category !== 'code' || !OF_A_VALUE.includes(item.symptom.class)) return [];
  if (isRefusedBeneath(item, facts) || SAYS_UNAVAILABLE.test(item.message)) return [];
  const reached = facts.reached.filter(({ patternId, steps }) => patternId === item.pattern.id && steps > 0);
  const imported = reached.find(({ location }) => location.path === file.path && location.line === 0);
  const found = file.hunks.flatMap((hunk) => {
    // What a log line says and how long is waited is given to nobody.
    const isIdle = hunk.asBefore === true || hunk.onlyLogs === true || onlyWaits(hunk);
    const to = isIdle ? null : (reachedAt(file, hunk, reached) ?? imported ?? null);
    return to === null ? [] : [{ hunk, to }];
  });
  const [nearest] = found.sort((a, b) => a.to.steps - b.to.steps || a.hunk.newStart - b.hunk.newStart);
  if (nearest === undefined) return [];
  const { hunk, to } = nearest;
  return [
    {
      name: 'feedsFailure',
      weight:
        WEIGHT.feedsFailure *
        A_STEP ** (to.steps - 1) *
        (to.location.line === 0 ? ONLY_IMPORTED : 1) *
        (isOfAnother(file, item, facts) ? ANSWERED : 1),
      detail: `${to.failing.path}:${to.failing.line}, where it fails, works with what ${to.via}() gives, and this release changed ${to.location.line === 0 ? 'a file' : (to.function ?? 'a function')} behind it (${file.path}:${hunk.newStart})`,
      file: file.path,
      line: hunk.newStart,
      value: null,
      pattern: item,
      evidence: [hunk.evidence, to.evidence, ...sampleOf(item)],
    },
  ];
}

/** What another service answers may be read otherwise, kept from before or not be asked at all. */
const ANSWERED = 0.8;

function isOfAnother(file: FileDiff, { pattern }: FailingPattern, facts: Facts): boolean {
  const folders = facts.situation.folders.get(pattern.service ?? '') ?? [];
  return folders.length > 0 && !folders.some((folder) => file.path.startsWith(`${folder}/`));
}

const WAIT = /(^|[\s.:>(])(u?sleep|nanosleep|delay)\s*\(|^\s*(\/\/|#|\*|\/\*)|^\s*$/i;

/** All that differs is how long is waited: no value comes of it. */
export function onlyWaits({ removed, added }: DiffHunk): boolean {
  const lines = [...removed, ...added];
  return lines.length > 0 && lines.every((line) => WAIT.test(line));
}

/** Who answers that he is not there has not looked at what he was given. */
const SAYS_UNAVAILABLE =
  /\b50[234]\b.{0,40}\b(?:unavailable|bad gateway|gateway time-?out)|\bservice (?:is )?(?:temporarily )?unavailable/i;

/** Languages in which a file names those that it takes code from. */
const IMPORTS_BY_PATH = /\.[cm]?[jt]sx?$/;

/** Whether the failing lines are known to lead to the place of a feature, or known not to; null where nothing is known of them. */
export function leadsTo(
  file: FileDiff,
  feature: DiffFeature,
  reached: readonly ReachedFunction[],
): boolean | null {
  if (reached.length === 0) return null;
  const { line } = feature.location;
  const hunks = file.hunks.filter(
    ({ newStart, newLines }) => line >= newStart && line < newStart + Math.max(1, newLines),
  );
  const to = hunks.flatMap((hunk) => reachedAt(file, hunk, reached) ?? []);
  // The function in which it fails is no news.
  if (to.length > 0) return to.some(({ steps }) => steps > 0) ? true : null;
  const inFile = reached.filter(({ location }) => location.path === file.path);
  // Calls by name do not tell all: of a file that is only imported nothing is known, nor of one that a container wires up.
  if (inFile.length === 0 && !IMPORTS_BY_PATH.test(file.path)) return null;
  if (inFile.length > 0 && inFile.every(({ location }) => location.line === 0)) return null;
  // What stands outside of functions is read by whoever reads the file.
  const isOutside =
    hunks.length === 0 || hunks.some(({ around = [], scopes }) => around.length === 0 || scopes.length === 0);
  return isOutside ? null : false;
}
