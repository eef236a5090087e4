/** Names that a difference takes away (a topic, a route, a field, a variable, a column) held against who still uses them: a rename is half of a fault, the user of the old name is the other half. */
import type { FileDiff, RevisionDiff, SymbolUse } from '../../domain/code.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { isSameFile } from './frame-files.ts';
import type { Match } from './match.ts';
import { WEIGHT } from './weights.ts';

const RENAMING = new Set([
  'topic-changed',
  'route-changed',
  'field-renamed',
  'env-renamed',
  'column-dropped',
  'column-renamed',
  'table-dropped',
  'registration-removed',
  'field-removed',
]);
/** What it looks like where a name no longer means anything. */
const NOT_FOUND: readonly SymptomClass[] = [
  'silence',
  'queue-backlog',
  'client-error',
  'server-error',
  'null-dereference',
  'type-error',
  'serialization',
  'validation',
  'schema',
  'missing-config',
  'error-ratio',
  'unclassified',
];
/** A word that a team chose, no ordinary one: with a separator or a change of case inside, or long. */
const CHOSEN =
  /^(?=.{4,80}$)(?:[A-Za-z0-9]+(?:[._:/-]+[A-Za-z0-9{}]+)+|\/[\w{}:/-]+|[a-z]+(?:[A-Z][a-z0-9]+)+|[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+|[a-z]{9,})$/;
/** Words of languages and of what every program has. */
const OF_THE_LANGUAGE =
  /^(prototype|constructor|arguments|undefined|interface|extends|implements|protected|exception|transient|volatile|namespace|toString|valueOf|hasOwnProperty|isArray|forEach|indexOf|defineProperty|getOwnPropertyNames|stringify|parseInt|parseFloat|instanceof|typeof|setTimeout|clearTimeout|setInterval|addEventListener|removeListener|__proto__)$/;
const VERSION_LIKE = /^[v^~]?\d+(\.\d+)+|^\d+$|^https?:\/\//;
const MAX_NAMES = 12;

export interface NameLeft {
  readonly name: string;
  readonly file: FileDiff;
  readonly line: number;
  readonly detail: string;
  readonly evidence: FileDiff['features'][number]['evidence'];
  /** Many objects have a field of that name: who reads it counts only where it is read when it fails. */
  readonly ofAnObject: boolean;
}

/** Names that stand in the lines which went, in none that came. */
export function namesLeft(diff: RevisionDiff): readonly NameLeft[] {
  const found = diff.files.filter((file) => file.inert === 'none').flatMap(leftOf);
  return [...new Map(found.map((left) => [`${left.file.path}|${left.name}`, left])).values()];
}

function leftOf(file: FileDiff): readonly NameLeft[] {
  const removed = file.hunks.flatMap((hunk) => hunk.removed).join('\n');
  const added = file.hunks.flatMap((hunk) => hunk.added).join('\n');
  const wentAway = (name: string) =>
    CHOSEN.test(name) &&
    !OF_THE_LANGUAGE.test(name) &&
    !VERSION_LIKE.test(name) &&
    removed.includes(name) &&
    !holds(added, name);
  const bySymbol = file.features
    .filter((feature) => RENAMING.has(feature.kind))
    .flatMap((feature) =>
      (takenOutOf(feature) ?? feature.symbols.filter(wentAway)).map(
        (name): NameLeft => ({
          name,
          file,
          line: feature.location.line,
          detail: feature.detail,
          evidence: feature.evidence,
          ofAnObject: feature.kind === 'field-removed',
        }),
      ),
    );
  const byValue = file.values.flatMap((value): NameLeft[] => {
    const name = value.oldValue?.raw ?? '';
    return value.oldValue?.kind === 'string' && value.direction === 'changed' && wentAway(name)
      ? [
          {
            name,
            file,
            line: value.location.line,
            detail: `${value.key} went from ${name} to ${value.newValue?.raw ?? '(absent)'}`,
            evidence: value.evidence,
            ofAnObject: false,
          },
        ]
      : [];
  });
  return [...bySymbol, ...byValue, ...unset(file), ...keysLeft(file, wentAway), ...pathsLeft(file, wentAway)];
}

const SETTER = /^(?:set|with)((?:_[a-z]|[A-Z])\w{2,60})$/;

/** What an object is no longer given: whoever reads it back finds nothing. */
function unset(file: FileDiff): readonly NameLeft[] {
  return file.features.flatMap((feature): readonly NameLeft[] => {
    if (feature.kind !== 'call-removed' && feature.kind !== 'value-emptied') return [];
    const named = feature.symbols.flatMap((symbol) => {
      const given = SETTER.exec(symbol.split(/[.:>]/).at(-1) ?? '')?.[1];
      return given === undefined ? [] : [`get${given}`];
    });
    return [...new Set(named)]
      .filter((name) => CHOSEN.test(name))
      .map((name) => ({
        name,
        file,
        line: feature.location.line,
        detail: feature.detail,
        evidence: feature.evidence,
        ofAnObject: true,
      }));
  });
}

/** Keys of settings that are gone, or are called otherwise: who reads them by the old name finds nothing. */
function keysLeft(file: FileDiff, wentAway: (name: string) => boolean): readonly NameLeft[] {
  if (file.category !== 'config') return [];
  return file.values.flatMap((value): NameLeft[] => {
    const name = value.key.split(/[.:]/).at(-1) ?? '';
    return value.direction === 'removed' && wentAway(name)
      ? [
          {
            name,
            file,
            line: value.location.line,
            detail: `the setting ${value.key} is gone`,
            evidence: value.evidence,
            ofAnObject: false,
          },
        ]
      : [];
  });
}

/** What a migration takes out of a store: its own lines, which are new, name it. Table, then column; null for any other difference. */
function takenOutOf({ kind, symbols }: FileDiff['features'][number]): readonly string[] | null {
  const [table, column] = symbols;
  if (kind === 'table-dropped') return table === undefined ? [] : [table].filter((name) => CHOSEN.test(name));
  if (kind !== 'column-dropped' && kind !== 'column-renamed') return null;
  return [column ?? table ?? ''].filter((name) => CHOSEN.test(name));
}

/** A path in quotes, with or without the method before it: `'GET /internal/alive'`. */
const QUOTED_PATH = /["'`](?:[A-Z]{3,7} )?(\/[\w{}:/.-]{3,80})["'`]/g;

/** Paths that code served, called or knew, and no longer does. */
function pathsLeft(file: FileDiff, wentAway: (name: string) => boolean): readonly NameLeft[] {
  if (file.category !== 'code') return [];
  return file.hunks.flatMap((hunk) =>
    hunk.removed.flatMap((line) =>
      [...line.matchAll(QUOTED_PATH)].flatMap(([, name = '']): NameLeft[] =>
        wentAway(name)
          ? [
              {
                name,
                file,
                line: hunk.newStart,
                detail: `${name} is no longer in ${file.path}`,
                evidence: hunk.evidence,
                ofAnObject: false,
              },
            ]
          : [],
      ),
    ),
  );
}

function holds(text: string, name: string): boolean {
  for (let index = text.indexOf(name); index !== -1; index = text.indexOf(name, index + 1))
    if (!/[\w.-]/.test(text[index - 1] ?? ' ') && !goesOn(text.slice(index + name.length), name)) return true;
  return false;
}

/** Whether a line has the name itself, and not only longer ones that begin with it; one that is cut short may have it further on. */
function isIn(text: string, name: string): boolean {
  if (!text.includes(name)) return true;
  return text
    .split(name)
    .slice(1)
    .some((rest) => !goesOn(rest, name));
}

/** Another name that only begins like this one: `orders.placed.v2` is not `orders.placed`, `/orders/all` not `/orders`. */
function goesOn(rest: string, name: string): boolean {
  return /^[\w-]/.test(rest) || (/[./:]/.test(name) && /^[./:]\w/.test(rest) && !/^[./:]\w+\(/.test(rest));
}

/** Names worth asking for, at most 12, in a fixed order. */
export function namesToAsk(diffs: readonly RevisionDiff[]): readonly string[] {
  return [...new Set(diffs.flatMap((diff) => namesLeft(diff).map(({ name }) => name)))]
    .sort()
    .slice(0, MAX_NAMES);
}

/** One match for each name that a failing service still uses, with both places. */
export function stillUsedMatches(diff: RevisionDiff, facts: Facts): readonly Match[] {
  return namesLeft(diff).flatMap((left) => {
    const uses = (facts.usesOf(left.name)?.uses ?? []).filter(({ text }) => isIn(text, left.name));
    // A long hunk shows its first lines only: what the file itself still holds has not left it.
    if (uses.some((use) => use.location.path === left.file.path)) return [];
    for (const use of uses) {
      const own = sufferer(use, facts) ?? unheard(left, use, facts);
      const item = own ?? takenOut(use, facts);
      if (item === null || (left.ofAnObject && !(own !== null && failsAt(use, own, facts)))) continue;
      const service =
        own === null ? 'the health check' : (ownerOf(use.location.path, item, facts) ?? 'another');
      return [
        {
          name: 'nameStillUsed' as const,
          weight: WEIGHT.nameStillUsed,
          detail: `${left.detail}, and ${service} still uses "${left.name}" (${use.location.path}:${use.location.line})`,
          file: left.file.path,
          line: left.line,
          value: left.file.values.find((value) => value.oldValue?.raw === left.name) ?? null,
          pattern: item,
          evidence: [left.evidence, use.evidence],
        },
      ];
    }
    return [];
  });
}

/** What balancers and platforms ask to know whether an instance is well. */
const CHECKS =
  /httpchk|http-check|health_?-?check|livenessprobe|readinessprobe|startupprobe|httpget|\.probe\b|check_path/i;
const CHECKED_PATH = /^\s*(?:-\s*)?"?path"?\s*[:=].*(?:health|alive|ready|live|ping|status)/i;
/** How users see that nobody is left to answer. */
const NOBODY: readonly SymptomClass[] = [
  'server-error',
  'error-ratio',
  'unclassified',
  'connection-refused',
  'restart',
  'crash',
];

/** Whoever fails where an instance that does not pass its check is taken out, however well it is. */
function takenOut(use: SymbolUse, facts: Facts): FailingPattern | null {
  if (!CHECKS.test(use.text) && !CHECKED_PATH.test(use.text)) return null;
  const items = [...facts.failing, ...facts.measured].filter(({ symptom }) => symptom.userVisible);
  return items.find(({ symptom }) => NOBODY.includes(symptom.class)) ?? null;
}

/** Lines of one statement. */
const BESIDE = 2;

/** Whether a failure of that service comes from where the name is used: its stack passes the line, or its message is made in that function. */
function failsAt({ location }: SymbolUse, { pattern }: FailingPattern, facts: Facts): boolean {
  const { path, line } = location;
  const own = facts.failing.filter((item) => item.pattern.service === pattern.service);
  return own.some(
    (item) =>
      item.pattern.frames.some(
        (frame) => frame.line !== null && Math.abs(frame.line - line) <= BESIDE && isSameFile(frame, path),
      ) ||
      facts.emitters.some(
        ({ patternId, function: maker }) =>
          patternId === item.pattern.id &&
          maker !== null &&
          maker.location.path === path &&
          maker.location.line <= line &&
          maker.location.endLine >= line,
      ),
  );
}

/** Names of topics, queues and channels: words between dots or colons. */
const OF_A_TOPIC = /^[a-z][\w-]*(?:[.:][\w-]+)+$/i;
const HEARS_NOTHING: readonly SymptomClass[] = ['silence', 'queue-backlog'];

/** Who listens under another name than others speak under hears nothing: the failure of the service that was changed. */
function unheard(left: NameLeft, use: SymbolUse, facts: Facts): FailingPattern | null {
  if (!OF_A_TOPIC.test(left.name)) return null;
  const items = [...facts.failing, ...facts.measured].filter(({ symptom }) =>
    HEARS_NOTHING.includes(symptom.class),
  );
  return (
    items.find(
      ({ pattern }) =>
        isOf(left.file.path, pattern.service, facts) && !isOf(use.location.path, pattern.service, facts),
    ) ?? null
  );
}

function isOf(path: string, service: string | null, { situation }: Facts): boolean {
  return (situation.folders.get(service ?? '') ?? []).some(
    (folder) => path === folder || path.startsWith(`${folder}/`),
  );
}

/** The failing service where the code is its own, else whose it is. */
function ownerOf(path: string, { pattern }: FailingPattern, facts: Facts): string | null {
  if (isOf(path, pattern.service, facts)) return pattern.service;
  return [...facts.situation.folders.keys()].find((service) => isOf(path, service, facts)) ?? null;
}

/** The failure of the service in whose code the name is still used. */
function sufferer(use: SymbolUse, facts: Facts): FailingPattern | null {
  const items = [...facts.failing, ...facts.measured].filter(({ symptom }) =>
    NOT_FOUND.includes(symptom.class),
  );
  return items.find(({ pattern }) => isOf(use.location.path, pattern.service, facts)) ?? null;
}
