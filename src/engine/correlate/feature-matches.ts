/** What the features of a changed file say of a failing pattern: the family of the failure, the names in its error, the packages in its trace. */
import type { DiffFeature, DiffFeatureKind, DiffHunk, FileDiff, ValueChange } from '../../domain/code.ts';
import type { Closure, ReachedFunction } from '../../domain/probe.ts';
import { canonicalServiceName } from '../../domain/service.ts';
import type { StackFrame } from '../../domain/signal.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import type { FailingPattern } from './facts.ts';
import { featureFit } from './families.ts';
import { isSameFile, sampleOf } from './frame-files.ts';
import type { Match } from './match.ts';
import { isShutOut, leadsTo } from './reach.ts';
import { actsAsBefore, comesAfter, onlyTellsOtherwise } from './stack-calls.ts';
import { isTelling, withoutHosts } from './telling-words.ts';
import { WEIGHT } from './weights.ts';
import { saysWhatFollows } from './what-follows.ts';
import { subjectScale } from './where-to.ts';

/** What a difference says of the failure of another service. */
export const ELSEWHERE = 0.6;

/** What is known of the lines that fail or tell of it: where they lead, what runs only behind them, and what may have a part in them. */
export interface Whereabouts {
  readonly reached?: readonly ReachedFunction[];
  readonly branches?: readonly (readonly [number, number])[];
  readonly closures?: readonly Closure[];
}

/**
 * `closeness` 0…1 is less for the failure of another service; what is by its nature felt elsewhere is told from afar as well as from near.
 * `branches` are lines that run only where the failure is told already.
 */
export function featureMatches(
  file: FileDiff,
  item: FailingPattern,
  closeness: number,
  { reached = [], branches = [], closures = [] }: Whereabouts = {},
): readonly Match[] {
  const framed = item.pattern.frames.filter((frame) => frame.inApp !== false);
  const passed = framed.filter(
    (frame, index) => isSameFile(frame, file.path) && !actsAsBefore(file, framed, index),
  );
  return file.features.flatMap((feature) => {
    const { line } = feature.location;
    // What is done because it failed did not make it fail.
    const isAfter =
      branches.some(([first, last]) => line >= first && line <= last) ||
      (framed.length === 0 && isShutOut(file, line, closures));
    if (!COSTS_WHATEVER_IT_SAYS.has(feature.kind) && isOnlyTold(file, line, passed)) return [];
    const isNeverReached = isBehind(file, feature, passed, item);
    const unpassed = isNeverReached ? NEVER_REACHED : NOT_PASSED;
    const isOff = isAfter || isNeverReached;
    const near = isOff ? unpassed : nearness(file, feature, framed, passed, reached);
    const isFelt = FELT_BY_OTHERS.has(feature.kind) && closeness < 1;
    // Where its own lines tell why it refused, its callers were refused for that.
    const stands = isFelt && !isAfter ? Math.max(near, CALLERS_STACK[feature.kind] ?? PLACE_UNKNOWN) : near;
    const isElsewhere =
      FELT_ELSEWHERE.has(feature.kind) &&
      (leadsTo(file, feature, reached) !== false || !BY_ITS_ANSWER.has(feature.kind));
    const place = isElsewhere ? Math.max(near, placeless(feature.kind)) : stands;
    const reach = isFelt ? Math.min(1, closeness / ELSEWHERE) : closeness;
    // The name of a function in the stack tells where it failed, not what the error is about.
    const type =
      feature.kind === 'type-changed'
        ? feature.symbols.find((name) => refuses(item.message, name))
        : undefined;
    const symbol =
      type ??
      feature.symbols.find(
        (name) =>
          isTelling(name) &&
          !isOwnName(name, item) &&
          !isFileName(name, file) &&
          mentions(withoutHosts(item.message), name) &&
          !isPackagePart(name, item) &&
          !(OF_A_STORE.has(feature.kind) && isPathOnly(name, item)),
      );
    const value = file.values.find((candidate) => feature.symbols.includes(candidate.key)) ?? null;
    const base = {
      kind: feature.kind,
      file: file.path,
      line: feature.location.line,
      value,
      pattern: item,
      evidence: [feature.evidence, ...sampleOf(item)],
    };
    const fit =
      featureFit(feature.kind, item.symptom.class) *
      subjectScale(feature, item.symptom.class) *
      (feature.kind === 'bound-changed' ? boundScale(value, item.symptom.class) : 1);
    const matches: Match[] = [];
    // What fills a store up is what is put into it, and how long it stays.
    if (STORE_FULL.test(item.message) && !FILLS.has(feature.kind)) return [];
    if (feature.kind === 'package-changed') {
      if (feature.symbols.some((name) => inTrace(item, name)))
        matches.push({
          ...base,
          name: 'packageInTrace',
          weight: WEIGHT.packageInTrace * closeness,
          detail: `${feature.detail}; the package appears in the failing trace`,
        });
      // A class or method that is missing while it runs was there when it was built: the libraries do not fit each other.
      else if (item.symptom.class === 'missing-module')
        matches.push({
          ...base,
          name: 'featureFamily',
          weight: WEIGHT.featureFamily * PLACE_UNKNOWN * closeness,
          detail: `${feature.detail}, and what fails is that code of a library is missing`,
        });
      return matches;
    }
    // Who writes to a table meets its new type, whoever changed it; no stack passes a migration.
    if (type !== undefined && fit > 0)
      matches.push({
        ...base,
        name: 'symbolInError',
        weight: WEIGHT.symbolInError * Math.min(1, closeness / ELSEWHERE),
        detail: `the failure is that a value does not fit ${type}: ${feature.detail}`,
      });
    else if (symbol !== undefined && fit > 0)
      matches.push({
        ...base,
        name: 'symbolInError',
        weight:
          WEIGHT.symbolInError *
          Math.max(0.5, fit) *
          Math.max(place, isOff ? unpassed : 0.6) *
          (CONTRACT.has(feature.kind) ? reach : closeness),
        detail: `${feature.detail}; the error names "${symbol}"`,
      });
    const follows = symbol === undefined && fit > 0 ? saysWhatFollows(feature, item) : null;
    // Whoever meets it reads, receives or waits: no stack of theirs passes what was changed.
    if (follows !== null)
      matches.push({
        ...base,
        name: 'symbolInError',
        weight:
          WEIGHT.symbolInError *
          Math.max(0.5, fit) *
          (feature.kind === 'unit-changed' ? Math.max(place, 0.6) : 1) *
          Math.min(1, closeness / ELSEWHERE),
        detail: `${feature.detail}; ${follows}`,
      });
    const isNamed = symbol !== undefined || item.symptom.class === 'missing-module';
    if (fit > 0 && (isNamed || feature.kind !== 'files-left-out'))
      matches.push({
        ...base,
        name: 'featureFamily',
        weight: WEIGHT.featureFamily * fit * place * reach,
        detail: feature.detail,
      });
    return matches;
  });
}

/**
 * What is set, kept or used up in one place and felt in another: the stack of a failed call tells where it was made, not where its
 * limit, its key, its index or the resource that ran out comes from.
 */
const FELT_ELSEWHERE: ReadonlySet<DiffFeatureKind> = new Set([
  'transaction-changed',
  'unit-changed',
  'key-narrowed',
  'index-removed',
  'close-removed',
  'unbounded-growth',
  'pattern-backtracks',
  'lock-changed',
  // An answer is used once the function that gave it has left the stack.
  'result-missing',
  'value-emptied',
  'state-shared',
  'order-changed',
  'query-narrowed',
  'query-widened',
  'blocking-call',
  'client-per-call',
  'ids-collide',
  'costly-work',
  'told-early',
  'partition-changed',
  'setting-removed',
  'image-changed',
  'files-left-out',
  'column-dropped',
  'column-renamed',
  'constraint-added',
  'table-dropped',
]);
const PLACE_UNKNOWN = 0.8;
/** The stack of a caller passes no file of what it calls, whatever changed there; what every release rewrites somewhere says less. */
const CALLERS_STACK: Partial<Record<DiffFeatureKind, number>> = {
  'arguments-changed': 0.5,
  'argument-replaced': 0.5,
  'return-changed': 0.5,
};

/** An index, a column and a table stand in no stack, wherever the statement is made that lacks it. */
const OF_A_STORE: ReadonlySet<DiffFeatureKind> = new Set([
  'index-removed',
  'column-dropped',
  'column-renamed',
  'table-dropped',
  'constraint-added',
]);

function placeless(kind: DiffFeatureKind): number {
  return OF_A_STORE.has(kind) ? 1 : PLACE_UNKNOWN;
}

/** A matter of how much is done: a quarter more of anything is no other order of work, while a limit in time may lie near what it cuts off. */
const OF_AMOUNT: readonly SymptomClass[] = [
  'latency',
  'saturation',
  'out-of-memory',
  'traffic-surge',
  'queue-backlog',
];
const SMALL_STEP = 0.5;
const LARGER = 1.5;

function boundScale(value: ValueChange | null, family: SymptomClass): number {
  const ratio = value?.ratio ?? null;
  const isSmall = ratio !== null && ratio > 1 / LARGER && ratio < LARGER;
  return isSmall && OF_AMOUNT.includes(family) ? SMALL_STEP : 1;
}

/** Names that two services share: an error that states one is about it, whichever of them writes the error. */
const CONTRACT: ReadonlySet<DiffFeatureKind> = new Set([
  'field-removed',
  'field-renamed',
  'fallback-removed',
  'column-dropped',
  'column-renamed',
  'table-dropped',
  'constraint-added',
]);

/** What a service answers, sends, keeps and offers: if it is wrong, those who rely on it fail, not the service. */
const FELT_BY_OTHERS: ReadonlySet<DiffFeatureKind> = new Set([
  // A promise goes out in the place of a value.
  'await-removed',
  'write-removed',
  'told-early',
  'partition-changed',
  'guard-removed',
  // What goes out is null now, and whoever reads it trips over it.
  'fallback-removed',
  'error-swallowed',
  'result-missing',
  'value-emptied',
  'return-changed',
  'field-renamed',
  'field-removed',
  'type-changed',
  'arithmetic-changed',
  'route-changed',
  'topic-changed',
  'registration-removed',
  'arguments-changed',
  'arguments-swapped',
  'argument-dropped',
  'argument-replaced',
  'query-narrowed',
  'query-widened',
  'order-changed',
  'column-dropped',
  'column-renamed',
  'table-dropped',
]);

/** Whether a difference of this kind may be felt in another place than where it stands: another function, another service. */
export function isFeltElsewhere(kind: DiffFeatureKind): boolean {
  return FELT_ELSEWHERE.has(kind) || (FELT_BY_OTHERS.has(kind) && !WITHIN_A_CALL.has(kind));
}

/** Wrong for whoever asks, and within the service for whoever stands above it in the stack or is given the result at once. */
const WITHIN_A_CALL: ReadonlySet<DiffFeatureKind> = new Set([
  'arithmetic-changed',
  'return-changed',
  'type-changed',
]);

/** The stack passes the file, and no function in which the feature stands: that may have left it before, or was never there. */
function isBeside(file: FileDiff, feature: DiffFeature, passed: readonly StackFrame[]): boolean {
  const hunks = hunksAt(file, feature.location.line);
  if (passed.length > 0 && passed.every((frame) => isOutside(frame, hunks))) return true;
  const scopes = hunks.flatMap((hunk) => hunk.scopes.map(lastName));
  const functions = passed.flatMap((frame) => (frame.function === null ? [] : [lastName(frame.function)]));
  const isKnown = scopes.length > 0 && functions.length === passed.length;
  return isKnown && !functions.some((name) => scopes.includes(name));
}

/** The line of the frame lies in none of the functions around the hunks: what a function without a name is told by. */
export function isOutside({ line }: StackFrame, hunks: readonly DiffHunk[]): boolean {
  const around = hunks.map((hunk) => hunk.around ?? []);
  return (
    line !== null &&
    around.length > 0 &&
    around.every(
      (functions) => functions.length > 0 && functions.every(([first, last]) => line < first || line > last),
    )
  );
}

function lastName(name: string): string {
  return (
    name
      .replace(/\(.*$/, '')
      .split(/[.:#$/<>\s]+/)
      .filter((part) => part !== '')
      .at(-1) ?? name
  );
}

const NOT_PASSED = 0.35;
/** The statement before it failed, and ended the function. */
const NEVER_REACHED = 0.1;
/** A store's own words for having no room left. */
const STORE_FULL = /maxmemory|command not allowed when used memory/;
const FILLS: ReadonlySet<DiffFeatureKind> = new Set([
  'unbounded-growth',
  'limit-removed',
  'setting-removed',
  'call-in-loop',
  'batch-removed',
  'key-narrowed',
  'unit-changed',
  'arithmetic-changed',
  'bound-changed',
  'query-widened',
  'argument-dropped',
  'argument-replaced',
  'arguments-changed',
  'call-removed',
]);

/** Felt by those who use what the function gives, and by nobody else. */
const BY_ITS_ANSWER: ReadonlySet<DiffFeatureKind> = new Set(['result-missing', 'value-emptied']);

/** How near the failure is to where the feature stands: by the stack, and by what the failing lines work with. */
function nearness(
  file: FileDiff,
  feature: DiffFeature,
  framed: readonly StackFrame[],
  passed: readonly StackFrame[],
  reached: readonly ReachedFunction[],
): number {
  if (isUncalled(file, feature, passed)) return NOT_PASSED;
  const leads = leadsTo(file, feature, reached);
  const beside = isBeside(file, feature, passed);
  const near = placeFactor(framed.length > 0, passed.length > 0, beside);
  if (leads === true) return Math.max(near, 1);
  const isLeft = beside || passed.length === 0 || !passed.some((frame) => standsIn(frame, file, feature));
  return leads === false && isLeft ? Math.min(near, NOT_PASSED) : near;
}

/** The frame lies in the innermost function around the feature, or beside it where that function is all of the module. */
function standsIn({ line }: StackFrame, file: FileDiff, feature: DiffFeature): boolean {
  return hunksAt(file, feature.location.line).some((hunk) => {
    const [inner] = hunk.around ?? [];
    if (line === null || inner === undefined) return true;
    const isLong = inner[1] - inner[0] > 150;
    const [first, last] = isLong ? [hunk.newStart - 15, hunk.newStart + hunk.newLines + 15] : inner;
    return line >= first && line <= last;
  });
}

/** In a function without a name that the stack does not pass: a framework calls it, and nobody else does. */
function isUncalled(file: FileDiff, feature: DiffFeature, passed: readonly StackFrame[]): boolean {
  const hunks = hunksAt(file, feature.location.line);
  return (
    passed.length > 0 &&
    hunks.every(({ scopes }) => scopes.length === 0) &&
    passed.every((frame) => isOutside(frame, hunks))
  );
}

/** Work that is done for a log line is work. */
const COSTS_WHATEVER_IT_SAYS: ReadonlySet<DiffFeatureKind> = new Set(['costly-work', 'blocking-call']);

/** In lines that only write a log: no failure comes from there, unless it stands on one of them. */
function isOnlyTold(file: FileDiff, line: number, passed: readonly StackFrame[]): boolean {
  const hunks = hunksAt(file, line);
  return (
    hunks.length > 0 &&
    hunks.every(
      (hunk) => hunk.onlyLogs === true && passed.every((frame) => onlyTellsOtherwise(hunk, frame.line)),
    )
  );
}

/** In statements that follow the one that failed, in the same function: they were never reached. */
function isBehind(
  file: FileDiff,
  feature: DiffFeature,
  passed: readonly StackFrame[],
  { symptom }: FailingPattern,
): boolean {
  const hunks = hunksAt(file, feature.location.line);
  return (
    passed.length > 0 &&
    hunks.length > 0 &&
    hunks.every((hunk) => passed.every((frame) => comesAfter(hunk, frame, symptom.class)))
  );
}

function hunksAt(file: FileDiff, line: number): readonly DiffHunk[] {
  return file.hunks.filter(
    ({ newStart, newLines }) => line >= newStart && line < newStart + Math.max(1, newLines),
  );
}

/** `varchar(18)`, `numeric(6,2)`. */
const SIZED = /^([\w ]+?)\s*\(\s*(\d+)(?:\s*,\s*(\d+))?\s*\)$/;

/** Whether a database refuses a value for the very type, in the words of PostgreSQL: `value too long for type character varying(18)`. */
function refuses(message: string, type: string): boolean {
  const [, name = '', length, scale] = SIZED.exec(type.toLowerCase()) ?? [];
  if (length === undefined) return false;
  const kind = /^n?varchar|^char|^character/.test(name)
    ? '(?:character varying|varying|n?varchar|character|char)'
    : '(?:numeric|decimal)';
  const written = `${kind}\\s*\\(\\s*${length}${scale === undefined ? '' : `\\s*,\\s*${scale}`}\\s*\\)`;
  const precision = scale === undefined ? 'a^' : `precision ${length}, scale ${scale}`;
  return new RegExp(`${written}|${precision}`).test(message);
}

/** A stack that is known and does not pass the file speaks against it; without a stack nothing is said. */
function placeFactor(hasStack: boolean, inStack: boolean, isOtherFunction: boolean): number {
  if (!hasStack) return PLACE_UNKNOWN;
  if (!inStack) return NOT_PASSED;
  return isOtherFunction ? PLACE_UNKNOWN : 1.4;
}

/** What a service is called stands in most of its lines; only where a table or a column is missed may it be the table. */
function isOwnName(name: string, { pattern, symptom }: FailingPattern): boolean {
  return symptom.class !== 'schema' && canonicalServiceName(name) === pattern.service;
}

/** A library puts its name before all of its messages: that it stands there tells whose message it is. */
function isFileName(name: string, { path }: FileDiff): boolean {
  const base = (path.split('/').at(-1) ?? '').replace(/\.\w+$/, '');
  return base.toLowerCase() === name.toLowerCase();
}

/** `shop` of `com.shop.carts.Item`: where a type lies is no word about what failed. */
function isPackagePart(name: string, { pattern }: FailingPattern): boolean {
  const texts = [
    pattern.template,
    pattern.exceptionType ?? '',
    ...pattern.samples.map(({ message }) => message),
  ];
  const said = texts.join('\n');
  const without = said.replace(/\b(?:[a-z_]\w*\.){2,}(?=[A-Z])/g, ' ');
  return mentions(said.toLowerCase(), name) && !mentions(without.toLowerCase(), name);
}

/** A path is called after what it serves, and so is a table: that one stands in an error does not name the other. */
function isPathOnly(name: string, { message, symptom }: FailingPattern): boolean {
  return symptom.class !== 'schema' && !mentions(message.replaceAll(/\/[\w-]+/g, ' '), name);
}

export function mentions(text: string, name: string): boolean {
  const needle = name.toLowerCase();
  const index = text.indexOf(needle);
  if (index === -1) return false;
  return !/[a-z0-9_]/.test(text[index - 1] ?? ' ') && !/[a-z0-9_]/.test(text[index + needle.length] ?? ' ');
}

/** A framework stands in every trace; the package counts when the failure happens in it or its message or exception names it. */
function inTrace(item: FailingPattern, packageName: string): boolean {
  const inner = item.pattern.frames.slice(0, 3).map((frame) => `${frame.file} ${frame.function ?? ''}`);
  const text =
    `${inner.join(' ')} ${item.pattern.exceptionType ?? ''} ${item.pattern.template} ${item.pattern.samples[0]?.message ?? ''}`.toLowerCase();
  const parts = packageName
    .toLowerCase()
    .split(/[/:@\s]+/)
    .filter((part) => part.length >= 4 && !/^\d|^github\.com$|^golang\.org$/.test(part))
    // `libphonenumber` is the package of `phonenumbers`.
    .flatMap((part) => (/^lib\w{5,}$/.test(part) ? [part, part.slice(3)] : [part]));
  return parts.some(
    (part) =>
      text.includes(part) || (part.includes('.') && text.includes(part.split('.').slice(0, 3).join('.'))),
  );
}
