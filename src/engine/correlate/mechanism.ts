/** How a difference can have produced the failure: each match is one argument with file, line and evidence. Knows nothing of time. */
import type { FileDiff, RevisionDiff, ValueChange } from '../../domain/code.ts';
import type { Closure } from '../../domain/probe.ts';
import { dependenciesOf, type Release } from '../../domain/situation.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { accessMatches, listMatches } from './access.ts';
import { addressMatches } from './addresses.ts';
import { askedOtherwise } from './asked-otherwise.ts';
import { changedStatementMatches } from './changed-statements.ts';
import { lessTheRequests } from './cost-of-calls.ts';
import { droppedIndexMatches } from './dropped-index.ts';
import { withEffectiveValues } from './effective-values.ts';
import { branchesIn, emitterMatches, emittersFor } from './emitter-matches.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { ELSEWHERE, featureMatches } from './feature-matches.ts';
import { feltElsewhere, isMeasuredInFront } from './felt-elsewhere.ts';
import { isSameFile, sampleOf, withOwnFrames, withoutRootFrames } from './frame-files.ts';
import { frameMatches } from './frame-matches.ts';
import { healthRuleMatches } from './health-rules.ts';
import { cannotLimit } from './held-value.ts';
import { keyFit } from './key-families.ts';
import { leftOutMatches } from './left-out-fields.ts';
import { lineValues } from './line-values.ts';
import { type Match, rank } from './match.ts';
import { mixedUpMatches } from './mixed-up.ts';
import { namedKeyMatches } from './named-keys.ts';
import { stillUsedMatches } from './names-left.ts';
import { isAnsweredFor, isToldBesides, OUTCOMES } from './outcomes.ts';
import { closuresOf, feedMatches, isUnspoken, reachOf } from './reach.ts';
import { toldByStore, withReason } from './reason-beneath.ts';
import { isRefusedBeneath } from './refused-beneath.ts';
import { routeRuleMatches } from './route-rules.ts';
import { sharedFieldMatches } from './shared-fields.ts';
import { slotMatches } from './slots-taken.ts';
import { takenNameMatches } from './taken-names.ts';
import { unsentHeaderMatches } from './unsent-header.ts';
import { WEIGHT } from './weights.ts';

/** A mechanism for a handful of the failing lines is worth little, whatever it shows. */
function shareScale(share: number): number {
  if (share >= 0.3) return 1;
  return share >= 0.1 ? 0.6 : 0.25;
}

const EXHAUSTIBLE: readonly SymptomClass[] = ['saturation', 'out-of-memory', 'pool-exhausted', 'disk-full'];

function isClimbing({ symptom }: FailingPattern): boolean {
  return symptom.shape === 'ramp' && EXHAUSTIBLE.includes(symptom.class);
}

/** All matches of a difference with the failures of `service` and of those that depend on it, best first. */
export function matchDiff(
  diff: RevisionDiff,
  { service, startedAt }: Pick<Release, 'service' | 'startedAt'>,
  all: Facts,
): readonly Match[] {
  const failing = all.failing.map((item) =>
    item.pattern.service === service || all.situation.snapshot.repositories.length < 2
      ? item
      : withoutRootFrames(item),
  );
  const facts = { ...all, failing, emitters: emittersFor(diff, all) };
  const active = withEffectiveValues(diff.files).filter((file) => file.inert === 'none');
  const visible = facts.failing.filter((item) => item.symptom.userVisible);
  const strong = (visible.length > 0 ? visible : facts.failing).filter((item) => item.symptom.strength >= 1);
  const relevant = strong.filter(
    (item) =>
      !isToldBesides(item, strong) &&
      !isAnsweredFor(item, service, strong, beneathOf(item, facts)) &&
      !(item.symptom.class === 'server-error' && isRefusedBeneath(item, facts)),
  );
  const share = new Map(
    relevant.map((item) => [
      item,
      shareScale(facts.explainedShare(relevant.filter((other) => other.symptom.id === item.symptom.id))),
    ]),
  );
  const matches = active.flatMap((file) =>
    relevant.flatMap((item) =>
      matchFile(file, item, service, nearnessOf(file, item, service, facts), share.get(item) ?? 1, facts),
    ),
  );
  // What a service's own error lines or a failing dependency explain needs no second explanation from its measurements.
  const own = visible.filter((item) => item.pattern.service === service);
  const explained =
    !facts.origins.includes(service) || own.some((item) => !OUTCOMES.includes(item.symptom.class));
  const alone = own.length === 0;
  // What climbs until it is used up is the reason of the lines that come at its end.
  const measured = facts.measured.filter(
    (item) =>
      item.pattern.service === service &&
      (isClimbing(item) || (!explained && (alone || !OUTCOMES.includes(item.symptom.class)))),
  );
  const silent = active.flatMap((file) =>
    measured.flatMap((item) => matchFile(file, item, service, 1, 1, facts)),
  );
  const told = alone ? toldByStore(service, facts) : [];
  const inStore = active.flatMap((file) =>
    told.flatMap((item) => matchFile(file, item, service, 1, 1, facts)),
  );
  const felt = feltElsewhere(service, facts);
  const distant = active.flatMap((file) =>
    felt.flatMap((item) => {
      const nearness = isMeasuredInFront(item, service, facts) ? LED_TO : ELSEWHERE;
      return matchFile(file, item, service, nearness, 1, facts);
    }),
  );
  const multiplied = facts.multiplied.filter((item) => item.pattern.service === service);
  const inner = active.flatMap((file) =>
    multiplied.flatMap((item) => matchFile(file, item, service, 1, 1, facts)),
  );
  return rank([
    ...lessTheRequests([...matches, ...silent], service, startedAt, facts),
    ...inStore,
    ...distant,
    ...inner,
    ...active.flatMap((file) => [
      ...routeRuleMatches(file, [...relevant, ...facts.measured]),
      ...listMatches(file, relevant),
      ...slotMatches(file, valuesOf(file), service, facts),
      ...healthRuleMatches(file, [...relevant, ...facts.measured], startedAt, facts),
    ]),
    ...changedStatementMatches(diff, startedAt, relevant[0] ?? facts.measured[0], facts),
    ...droppedIndexMatches(diff, startedAt, relevant[0] ?? facts.measured[0], facts),
    ...takenNameMatches(diff, service, relevant, ELSEWHERE),
    ...unsentHeaderMatches(diff, service, facts.failing, ELSEWHERE),
    ...stillUsedMatches(diff, facts),
    ...sharedFieldMatches(diff, facts),
    ...askedOtherwise(diff, service, facts),
    ...leftOutMatches(diff, service, facts),
  ]);
}

function beneathOf({ pattern }: FailingPattern, { situation }: Facts): ReadonlySet<string> {
  return new Set(pattern.service === null ? [] : dependenciesOf(situation.edges, pattern.service).keys());
}

/** What is known to give the failing line of another service what it works with is nearly as near as what fails itself. */
const LED_TO = 0.85;

function nearnessOf(file: FileDiff, item: FailingPattern, service: string, facts: Facts): number {
  if (item.pattern.service === service || runs(file, item, facts)) return 1;
  return feedMatches(file, item, facts).length > 0 ? LED_TO : ELSEWHERE;
}

/** Where a log is called after a program (`php-error.log`) and no folder is, the stack that passes the file tells whose it is. */
function runs(file: FileDiff, { pattern }: FailingPattern, facts: Facts): boolean {
  const isKnown = (facts.situation.folders.get(pattern.service ?? '') ?? []).length > 0;
  return !isKnown && pattern.frames.some((frame) => frame.inApp !== false && isSameFile(frame, file.path));
}

/**
 * `nearness` 0…1 is less for the failure of another service, `share` for a failure that is a part of many; what is by its nature felt
 * elsewhere is not told from far less than from near.
 */
function matchFile(
  file: FileDiff,
  given: FailingPattern,
  service: string,
  nearness: number,
  share: number,
  facts: Facts,
): readonly Match[] {
  const item = withOwnFrames(file, given, facts);
  const closeness = nearness * share;
  const told = nearness === 1 ? withReason(item, facts) : item;
  const closures = closuresOf(item, service, facts);
  const scaled = [
    ...frameMatches(file, item, facts),
    ...valueMatches(file, told, closures, facts),
    ...accessMatches(file, item),
  ].map((match) => ({ ...match, weight: match.weight * closeness }));
  // The way from the failing line to what was changed is known step by step, through whichever services it goes.
  const fed = feedMatches(file, item, facts).map((match) => ({ ...match, weight: match.weight * share }));
  // Who writes the text tells whose it is, whoever logs it.
  const said = emitterMatches(file, item, closures, facts).map((match) => ({
    ...match,
    weight: match.weight * share,
  }));
  // Calls that go where this release sends them are its own, where nobody else is known to make them.
  const own = item.pattern.service === null ? share : closeness;
  const addressed = [
    ...addressMatches(file, valuesOf(file), item),
    ...namedKeyMatches(file, valuesOf(file), item),
  ].map((match) => ({ ...match, weight: match.weight * own }));
  const reached = reachOf(item, service, facts);
  const branches = branchesIn(file, item, facts);
  return [
    ...scaled,
    ...fed,
    ...said,
    ...addressed,
    ...featureMatches(file, told, closeness, { reached, branches, closures }),
    ...mixedUpMatches(file, item, closeness, facts),
  ];
}

/** A value that nothing names which may have a part in the failure: only its subject speaks for it. */
const UNSPOKEN = 0.35;

function valueMatches(
  file: FileDiff,
  item: FailingPattern,
  closures: readonly Closure[],
  facts: Facts,
): readonly Match[] {
  const scaleOf = (value: ValueChange) => (isUnspoken(file, value.key, closures) ? UNSPOKEN : 1);
  return valuesOf(file).flatMap((value) => [
    ...governedBy(file, value, item, facts),
    ...numberMatches(file, value, item),
    ...keyMatches(file, value, item).map((match) => ({ ...match, weight: match.weight * scaleOf(value) })),
  ]);
}

function valuesOf(file: FileDiff) {
  return [...file.values, ...lineValues(file)];
}

function governedBy(
  file: FileDiff,
  value: ValueChange,
  item: FailingPattern,
  facts: Facts,
): readonly Match[] {
  const emitters = facts.emitters.filter((emitter) => emitter.patternId === item.pattern.id);
  const governor = emitters
    .flatMap((emitter) => emitter.governors)
    .find(
      (candidate) =>
        candidate.definition !== null &&
        sameKey(candidate.definition.key, value.key) &&
        (candidate.definition.location.path === file.path || candidate.definition.kind === 'env'),
    );
  if (governor === undefined || value.direction === 'same' || cannotLimit(value.key, item)) return [];
  return [
    {
      name: 'governorChanged',
      weight: WEIGHT.governorChanged,
      detail: `${value.key} governs the code that emits the error (${governor.use.path}:${governor.use.line}) and went ${arrow(value)}`,
      file: file.path,
      line: value.location.line,
      value,
      pattern: item,
      evidence: [value.evidence, governor.useEvidence],
    },
  ];
}

export function sameKey(a: string, b: string): boolean {
  const normal = (key: string) => (key.split(/[.:]/).at(-1) ?? key).replace(/[-_]/g, '').toLowerCase();
  return normal(a) === normal(b);
}

export function arrow(value: ValueChange): string {
  return `from ${value.oldValue?.raw ?? '(absent)'} to ${value.newValue?.raw ?? '(absent)'}`;
}

/** What may follow a number without being a part of it: the unit in which it is given. */
const UNIT = '(?:ns|us|µs|ms|s|sec|secs|seconds|m|min|minutes|h|k|kb|kib|mb|mib|gb|gib|b|bytes|x|%)';

/** The number as such, alone, with a unit or in a shape (`1x96`): not the `1` of `/v1/`, nor digits of an id or an address. */
function states(text: string, number: number): boolean {
  const digits = String(number).replace('.', '\\.');
  const end = `(?![\\w-]|\\.0*[1-9])|(?=x\\d)|(?=${UNIT}(?![\\w-]))`;
  return new RegExp(`(^|[^\\w.-]|\\dx)${digits}(?:${end})`, 'i').test(text);
}

function numberMatches(file: FileDiff, value: ValueChange, item: FailingPattern): readonly Match[] {
  const raw = value.newValue?.number ?? null;
  if (raw === null || value.direction === 'same' || value.direction === 'added') return [];
  const fits = keyFit(value, item.symptom.class) === 'harmful';
  if (!states(item.text, raw) || (!fits && String(raw).length < 3)) return [];
  // One side was changed and the other was not: what does not fit is told by both numbers.
  const before = value.oldValue?.number ?? null;
  const both = before !== null && String(before).length >= 2 && states(item.text, before);
  return [
    {
      name: 'numberInError',
      weight: fits || both ? WEIGHT.numberInError : WEIGHT.numberInError * 0.5,
      detail: both
        ? `the error text states both ${before}, the value that ${value.key} had, and ${raw}, the one that it was given`
        : `the error text states ${value.newValue?.raw}, the value that ${value.key} was given (${arrow(value)})`,
      file: file.path,
      line: value.location.line,
      value,
      pattern: item,
      evidence: [value.evidence, ...sampleOf(item)],
    },
  ];
}

/** A fourfold change counts in full; a setting that is new has no earlier value that it could have been worse than. */
function sizeOf(value: ValueChange): number {
  if (value.direction === 'added' || value.direction === 'removed') return 0.3;
  // A port is a name in digits: the next one is as wrong as any other.
  if (/port$/i.test(value.key)) return 1;
  return value.ratio === null || value.ratio <= 0
    ? 1
    : Math.min(1, Math.abs(Math.log(value.ratio)) / Math.log(4));
}

function keyMatches(file: FileDiff, value: ValueChange, item: FailingPattern): readonly Match[] {
  const fit = keyFit(value, item.symptom.class);
  if (fit === 'none' || value.direction === 'same') return [];
  const size = sizeOf(value);
  const weight = fit === 'harmful' ? WEIGHT.keyFamily * Math.max(0.2, size) : WEIGHT.keyFamilyOpposite;
  const detail =
    fit === 'harmful'
      ? `${value.key} went ${arrow(value)}: its subject is the subject of the failure (${item.symptom.class})`
      : `${value.key} went ${arrow(value)}: that gives more room, not less`;
  return [
    {
      name: fit === 'harmful' ? 'keyFamily' : 'keyFamilyOpposite',
      weight,
      detail,
      file: file.path,
      line: value.location.line,
      value,
      pattern: item,
      evidence: [value.evidence],
    },
  ];
}
