/** Changes that came with no release: a setting, a resource or a table that somebody or something altered in place, by the audit log, the platform or the database that was told to. */
import type { OtherChange } from '../../domain/change.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import { type AccusedChange, type Factor, IN_PLACE } from '../../domain/hypothesis.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { type EpochMs, HOUR, MINUTE } from '../../domain/time.ts';
import { factor, lengthText, locus, timing } from './circumstance.ts';
import { sittingsBefore } from './commands-by-hand.ts';
import { type Draft, draft, spokenOf } from './draft.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { onePlace } from './places.ts';
import { WEIGHT } from './weights.ts';

type Type = 'config' | 'infrastructure' | 'migration' | 'scaling';

interface Told {
  readonly id: string;
  readonly type: Type;
  readonly at: EpochMs;
  readonly service: ServiceName | null;
  /** The one machine on which it was altered; null for all of them, or where nobody says so. */
  readonly machine: string | null;
  readonly summary: string;
  /** What it may have named: its summary and its attributes, in lower case. */
  readonly text: string;
  readonly key: string | null;
  readonly newValue: string | null;
  readonly evidence: readonly EvidenceRef[];
}

/** What was altered longer ago has been lived with. */
const WINDOW_MS = 2 * HOUR;

/** Failures that a change of each type makes. */
const MAKES: Readonly<Record<Type, readonly SymptomClass[]>> = {
  config: ['missing-config', 'validation', 'timeout', 'pool-exhausted', 'rate-limit', 'client-error'],
  infrastructure: [
    'network',
    'dns',
    'connection-refused',
    'connection-reset',
    'timeout',
    'credentials',
    'certificate',
    'disk-full',
  ],
  migration: ['schema', 'data-integrity', 'lock'],
  scaling: ['saturation', 'latency', 'timeout', 'pool-exhausted', 'queue-backlog', 'out-of-memory'],
};

/** Statements that alter what a database holds. Reads and rows are none. */
const DDL =
  /\b(alter|drop|rename|truncate|create(?= or replace| unique index| index| trigger))\s+(?:unique\s+|or replace\s+|materialized\s+)?(?:table|column|index|view|type|schema|sequence|trigger|function|procedure|database|policy|role|user)\b/i;
/** They alter no table, but with what somebody is let in. */
const OF_CREDENTIALS = /\b(?:alter|create) (?:role|user)\b.{1,80}\b(?:password|identified|valid until)\b/i;
/** Words of such statements that name nothing. */
const COMMON =
  /^(alter|table|column|drop|rename|create|index|view|unique|replace|truncate|statement|execute|exists|cascade|restrict|default|null|constraint|database|schema|concurrently|type|only|with|from|into|rows?|begin|commit|update|modify|delete|insert|config|configmap|secret|service|deployment|security|group|policy|role|user|parameter|changed?|edited|updated|production|true|false|none|value|name|data)$/;
/** What lets somebody in, or through, was taken away. */
const TAKES_AWAY = /\b\w*(revoke|delete|detach|disassociate|remove|disable|terminate|stop|deny|drop)\w*/i;
const NO_WAY: readonly SymptomClass[] = [
  'network',
  'dns',
  'connection-refused',
  'timeout',
  'credentials',
  'schema',
];

export interface RecordedCase {
  readonly hypothesis: Draft;
  /** Something ties it to the failure beside time and place. */
  readonly shown: boolean;
}

/** One for each within two hours before the failure. */
export function recordedChanges(facts: Facts): readonly RecordedCase[] {
  const onset = facts.detection.onsetAt;
  const primary = facts.detection.primary;
  if (onset === null || primary === null) return [];
  // Who waits for a lock waits for whoever holds it: that is told by the locks themselves.
  const waits = facts.detection.symptoms.some(({ class: family }) => family === 'lock');
  const told = [...recorded(facts), ...byHand(facts), ...(waits ? [] : statements(facts))].filter(
    ({ at }) => at <= onset + MINUTE && onset - at <= WINDOW_MS,
  );
  return told.map((change) => caseOf(change, onset, facts));
}

function recorded(facts: Facts): readonly Told[] {
  return facts.situation.otherChanges.flatMap((change): Told[] => {
    const type = typeOf(change);
    if (type === null || change.at === null) return [];
    const attributes = Object.values(change.attributes).join(' ');
    return [
      {
        id: change.id,
        type,
        at: change.at,
        service: change.service === null ? null : facts.situation.resolve(change.service),
        machine: null,
        summary: `${change.summary}${change.actor === null ? '' : ` (by ${change.actor})`}`,
        text: `${change.summary} ${attributes}`.toLowerCase(),
        key: change.attributes['key'] ?? null,
        newValue: change.attributes['value'] ?? null,
        evidence: change.evidence,
      },
    ];
  });
}

/** By what machines write of commands that were given as another user. */
function byHand(facts: Facts): readonly Told[] {
  return sittingsBefore(facts).map(({ user, machine, at, commands, evidence }) => ({
    id: `by-hand:${user}:${machine ?? ''}:${at}`,
    type: 'config',
    at,
    service: null,
    machine,
    summary: `${user} ran ${commands.join('; ')}`,
    text: commands.join(' ').toLowerCase(),
    key: null,
    newValue: null,
    evidence,
  }));
}

function typeOf({ type }: OtherChange): Type | null {
  return type === 'data-job' || type === 'credential' ? null : type;
}

/** By the log of a database that writes down what alters its tables. */
function statements(facts: Facts): readonly Told[] {
  return facts.situation.patterns.flatMap((pattern) => {
    if (pattern.severity === 'error' || pattern.severity === 'fatal') return [];
    return pattern.samples.flatMap(({ at, message, evidence }): Told[] =>
      at === null || !DDL.test(message) || OF_CREDENTIALS.test(message)
        ? []
        : [
            {
              id: `statement:${pattern.id}:${at}`,
              type: 'migration',
              at,
              service: null,
              machine: null,
              summary: statementText(message, pattern.attributes['db.user']),
              text: message.toLowerCase(),
              key: null,
              newValue: null,
              evidence: [evidence],
            },
          ],
    );
  });
}

function statementText(message: string, user: string | undefined): string {
  const statement = message.slice(Math.max(0, message.search(DDL))).replace(/;\s*$/, '');
  return `${statement.length > 120 ? `${statement.slice(0, 117)}…` : statement}${user === undefined ? '' : ` (by ${user})`}`;
}

function caseOf(change: Told, onset: EpochMs, facts: Facts): RecordedCase {
  const visible = facts.failing.filter(({ symptom }) => symptom.userVisible);
  const ties = [
    ...namesTie(change, visible),
    ...accessTie(change, facts),
    ...machineTie(change, visible, facts),
  ];
  const service = change.service ?? spokenOf(facts.failingServices, facts);
  const fits = facts.detection.symptoms.find(
    (symptom) => symptom.userVisible && MAKES[change.type].includes(symptom.class),
  );
  const factors: Factor[] = [
    timing(change.at, null, onset, change.evidence),
    ...(change.service === null ? [] : [locus(change.service, facts)]),
    ...ties,
    ...(fits === undefined
      ? []
      : [
          factor(
            'feature-family',
            // A wide family, such as timeouts, says little by itself.
            ties.length > 0 ? WEIGHT.featureFamily : WEIGHT.featureFamily / 2,
            `a change of ${KINDS[change.type]} makes failures like this: ${fits.summary}`,
            fits.evidence.slice(0, 1),
          ),
        ]),
  ];
  const statement =
    change.machine !== null
      ? `${change.machine} was altered by hand, outside of any release: ${change.summary}`
      : `${KINDS[change.type]} ${change.type === 'scaling' ? 'was' : 'were'} altered outside of any release: ${change.summary}`;
  const base = draft('change', `${IN_PLACE}${change.id}`, service, statement, factors);
  return {
    shown: ties.length > 0,
    hypothesis: {
      ...base,
      change: accused(change),
      predictions: [
        {
          statement: 'the failure begins after it was altered',
          result: change.at <= onset ? 'PASS' : 'NO-DATA',
          evidence: change.evidence,
        },
        { statement: 'undoing it ends the failure', result: 'NO-DATA', evidence: [] },
      ],
    },
  };
}

const KINDS: Readonly<Record<Type, string>> = {
  config: 'settings',
  infrastructure: 'resources',
  migration: 'tables',
  scaling: 'capacity',
};

function accused(change: Told): AccusedChange {
  return {
    changeId: change.id,
    type: change.type,
    commit: null,
    commits: [],
    version: null,
    deploymentId: null,
    flag: null,
    file: null,
    line: null,
    key: change.key,
    oldValue: null,
    newValue: change.newValue,
    at: change.at,
    finishedAt: null,
  };
}

/** A name, or a value, of what was altered stands in the words of the failure. Names that stood there before say nothing. */
function namesTie(change: Told, visible: readonly FailingPattern[]): readonly Factor[] {
  const named = [...new Set(change.text.match(/[a-z_][a-z0-9_]{3,}/g) ?? [])].filter(
    (word) => !COMMON.test(word) && (change.type === 'migration' || word.includes('_')),
  );
  for (const item of visible) {
    const words = new Set(item.message.match(/[a-z_][a-z0-9_]{3,}/g) ?? []);
    const hit = named.find((word) => words.has(word) && word !== item.pattern.service);
    const value = change.newValue;
    const number = value !== null && stateAll(item, value);
    const refs = item.pattern.samples.slice(0, 1).map(({ evidence }) => evidence);
    if (hit !== undefined)
      return [
        factor('symbol-in-error', WEIGHT.symbolInError, `the failures name ${hit}, which it altered`, refs),
      ];
    if (number)
      return [
        factor('number-in-error', WEIGHT.numberInError, `the failures state ${value}, its new value`, refs),
      ];
  }
  return [];
}

/** It was altered on the very machine from which alone the failures come. */
function machineTie(change: Told, visible: readonly FailingPattern[], facts: Facts): readonly Factor[] {
  const place = change.machine === null || visible.length === 0 ? null : onePlace(visible, facts);
  return place === null || place.dimension !== 'host' || place.value !== change.machine
    ? []
    : [
        factor(
          'altered-there',
          WEIGHT.alteredThere,
          `all failures come from ${place.value}, one of ${place.of} that are heard from, and it was altered there alone`,
          change.evidence.slice(-1),
        ),
      ];
}

/** A number of two digits or more that every sample of the failure states. */
function stateAll({ pattern }: FailingPattern, value: string): boolean {
  if (!/^\d{2,}$/.test(value) || pattern.samples.length === 0) return false;
  const stated = new RegExp(`(^|[^\\d.])${value}([^\\d]|$)`);
  return pattern.samples.every(({ message }) => stated.test(message));
}

function accessTie(change: Told, facts: Facts): readonly Factor[] {
  const blocked = facts.detection.symptoms.find(
    (symptom) => symptom.userVisible && NO_WAY.includes(symptom.class),
  );
  if (change.type !== 'infrastructure' || blocked === undefined || !TAKES_AWAY.test(change.summary))
    return [];
  return [
    factor(
      'access-taken',
      WEIGHT.symbolInError,
      `it took something away, and ${lengthText((facts.detection.onsetAt ?? change.at) - change.at)} later what goes through there fails: ${blocked.summary}`,
      blocked.evidence.slice(0, 1),
    ),
  ];
}
