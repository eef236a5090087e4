/** The chain without a difference: a value of the running release governs the failing code, though history does not show it changing. */
import type { CommentClaim, Definition, Emitter, Governor, KeyRevision } from '../../domain/code.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { sameSubject } from './key-families.ts';

export interface HeldValue {
  readonly item: FailingPattern;
  readonly emitter: Emitter;
  readonly governor: Governor;
  readonly definition: Definition;
  readonly history: readonly KeyRevision[] | null;
  /** Comments that name another number than the value. */
  readonly claims: readonly CommentClaim[];
  /** The other side that the value is about, where a call names it. */
  readonly peer: ServiceName | null;
  /** The revision in which it took the value it has, where history shows another one before. */
  readonly moved: {
    readonly commit: string;
    readonly oldValue: string;
    readonly revision: KeyRevision;
  } | null;
}

/** Values that govern failing code of the service and whose subject is the failure's; most specific first. */
export function heldValues(service: ServiceName, facts: Facts): readonly HeldValue[] {
  const folders = facts.situation.folders.get(service) ?? [];
  const found = facts.failing
    .filter((item) => item.pattern.service === service && item.symptom.userVisible)
    .flatMap((item) =>
      facts.emitters
        .filter(
          (emitter) => emitter.patternId === item.pattern.id && inFolders(emitter.literal.path, folders),
        )
        .flatMap((emitter) =>
          emitter.governors.flatMap((governor) => held(item, emitter, governor, facts) ?? []),
        ),
    );
  const unique = new Map(
    found.map((value) => [
      `${value.definition.location.path}:${value.definition.key}:${value.item.symptom.class}`,
      value,
    ]),
  );
  return [...unique.values()].sort(
    (a, b) =>
      b.emitter.match - a.emitter.match ||
      b.item.pattern.count - a.item.pattern.count ||
      (a.definition.key < b.definition.key ? -1 : 1),
  );
}

function held(item: FailingPattern, emitter: Emitter, governor: Governor, facts: Facts): HeldValue | null {
  const definition = governor.definition;
  if (definition === null || definition.value === null || definition.value.number === null) return null;
  const subject = `${definition.key} ${governor.parameter ?? ''}`;
  if (!sameSubject(subject, item.symptom.class) || cannotLimit(subject, item)) return null;
  const history = facts.historyOf(definition.location.path, definition.key);
  const claims = [...definition.claims, ...(history ?? []).flatMap((revision) => revision.claims)].filter(
    (claim) => claim.numbers.some((number) => number !== definition.value?.number),
  );
  const unique = [...new Map(claims.map((claim) => [claim.text, claim])).values()];
  return {
    item,
    emitter,
    governor,
    definition,
    history,
    claims: unique,
    peer: peerOf(governor, item, facts),
    moved: movedIn(history),
  };
}

const TIME_LIMIT = /time_?out|deadline|patience/i;
const ANSWERED = /\b(?:answered|responded|returned|replied)\b(?: with)?(?: status)? <?([1-5]\d\d)\b/;

/** Refusals: whoever says so was asked in time and did not like what he saw. */
const NOT_OF_TIME: readonly SymptomClass[] = ['certificate', 'credentials', 'dns', 'connection-refused'];

/** Who has been answered has not waited too long, whatever limit of time stands beside the line that says so. */
export function cannotLimit(subject: string, { message, symptom }: FailingPattern): boolean {
  if (!TIME_LIMIT.test(subject)) return false;
  const status = ANSWERED.exec(message)?.[1];
  return (
    NOT_OF_TIME.includes(symptom.class) || (status !== undefined && status !== '504' && status !== '408')
  );
}

/** The last change of the value itself; a comment that changed beside it is none. */
function movedIn(history: readonly KeyRevision[] | null): HeldValue['moved'] {
  for (const [index, revision] of [...(history ?? []).entries()].reverse()) {
    const before = history?.[index - 1];
    if (before !== undefined && before.value.raw !== revision.value.raw)
      return { commit: revision.commit, oldValue: before.value.raw, revision };
  }
  return null;
}

function inFolders(path: string, folders: readonly string[]): boolean {
  return folders.length === 0 || folders.some((folder) => path.startsWith(`${folder}/`));
}

/** `PaymentService`, `paymentClient` → the one known service that it names; else the peer that the symptom names. */
export function peerOf(governor: Governor, item: FailingPattern, facts: Facts): ServiceName | null {
  const name = governor.passedTo?.replace(/(Client|Gateway|Api)$/, '');
  const resolved = name === undefined ? null : facts.situation.resolve(name);
  if (resolved !== null && facts.situation.services.has(resolved) && resolved !== item.pattern.service)
    return resolved;
  const called = [
    ...new Set(
      facts.situation.edges.filter((edge) => edge.from === item.pattern.service).map((edge) => edge.to),
    ),
  ];
  return called.length === 1 ? (called[0] ?? null) : null;
}
