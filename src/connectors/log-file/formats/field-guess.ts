/**
 * What a structured record means whose names nobody knows: by the last part of a nested name (`meta.ts`, `_source.message`),
 * then by the values themselves (a whole value that is a level, a stamp, a sentence). Asked only where the table of names is silent.
 */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { FormatContext } from '../format.ts';
import { type Stamp, stampOfValue } from '../time/parse-stamp.ts';
import * as names from './field-names.ts';
import { type Fields, readField, textField, withoutAnsi } from './fields.ts';
import { severityOfField, severityOfPino } from './severity.ts';

/** What a record is put into: an envelope, a context, a document of a store. Under other names stands something else's time or service. */
const ENVELOPE =
  /^[@_]?(?:meta|metadata|labels?|tags?|ctx|context|resource|attributes|attrs?|fields|extra|k8s|kubernetes|source|content|log|logs|record|entry|logentry|process|header|headers|env|environment|info|common|base|system|dd|properties|props|payload|data|event|body|message|msg|result|stream|winlog|app|service|origin|details?|params)$/;

const MAX_LOOKED_AT = 64;

interface Leaf {
  readonly name: string;
  /** Last part of the name. */
  readonly leaf: string;
  readonly value: unknown;
}

/** Scalars at the top and inside envelopes, in the record's order, those at the top first. */
function leavesOf(fields: Fields): readonly Leaf[] {
  const leaves: Leaf[] = [];
  for (const [name, value] of fields.values) {
    if (leaves.length >= MAX_LOOKED_AT) break;
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const parts = name.split('.');
    if (parts.slice(0, -1).every((part) => ENVELOPE.test(part)))
      leaves.push({ name, leaf: parts.at(-1) ?? '', value });
  }
  return leaves;
}

function byLeaf<Result>(
  leaves: readonly Leaf[],
  known: readonly string[],
  read: (value: unknown) => Result | null,
): Result | null {
  for (const name of known)
    for (const leaf of leaves) {
      const value = leaf.leaf === name ? read(leaf.value) : null;
      if (value !== null) return value;
    }
  return null;
}

const OTHER_TIME = /expir|valid|birth|due|until|after|deliver|next|dob|sched|deadline|end$|finish|renew/;
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** A value that is a whole stamp; a number only under a name that speaks of time. */
export function guessStamp(fields: Fields, context: FormatContext): Stamp | null {
  const leaves = leavesOf(fields).filter(({ leaf }) => !OTHER_TIME.test(leaf));
  const read = (value: unknown) => {
    const stamp = stampOfValue(value, context.yearHint);
    return stamp?.wallMs === null ? null : stamp;
  };
  const named = byLeaf(leaves, names.TIME_NAMES, read);
  if (named !== null) return named;
  for (const { leaf, value } of leaves) {
    const isTimed = /time|stamp|date|ts$|at$|epoch|when|publish/.test(leaf);
    if (isTimed || (typeof value === 'string' && ISO.test(value))) {
      const stamp = read(value);
      if (stamp !== null) return stamp;
    }
  }
  return soleEpoch(leaves, read);
}

/** 2015 to 2035. Thirteen digits of a barcode or an order hardly fall between, and two such numbers do not tell which is the time. */
const EPOCH_MS = { from: 1_420_070_400_000, to: 2_051_222_400_000 };

/** The only number of a record that can be milliseconds since 1970, whatever its name. */
function soleEpoch(leaves: readonly Leaf[], read: (value: unknown) => Stamp | null): Stamp | null {
  const candidates = leaves.filter(
    ({ leaf, value }) =>
      typeof value === 'number' && value >= EPOCH_MS.from && value <= EPOCH_MS.to && !/id$/.test(leaf),
  );
  const [only] = candidates;
  return candidates.length === 1 && only !== undefined ? read(only.value) : null;
}

const LEVEL_VALUE =
  /^(?:trace|debug|info|information|notice|warn|warning|wrn|err|error|severe|fatal|critical|crit|emerg|panic|major|minor)$/i;

/** A number of pino's scale under a name that can be nothing but a level. */
function levelOfNumber(value: unknown): LogSeverity | null {
  return typeof value === 'number' && value >= 10 && value <= 60 && value % 10 === 0
    ? severityOfPino(value)
    : null;
}

const LEVEL_OF_LOGGER = /^(.{1,80})\.(?:loglevel|loglevelname|levelname)$/;
const NAMES_BESIDE = ['name', 'logger', 'loggername', 'module', 'package', 'program', 'namespace'];

/** A record that keeps its logger's level inside an object (`_meta.logLevelName`, `context.logLevel`) keeps the logger's name there too. */
export function loggerBesideLevel(fields: Fields): string | null {
  for (const name of fields.values.keys()) {
    const parent = LEVEL_OF_LOGGER.exec(name)?.[1];
    if (parent === undefined) continue;
    const beside = textField(
      fields,
      NAMES_BESIDE.map((own) => `${parent}.${own}`),
    );
    if (beside !== null) return beside.text;
  }
  return null;
}

/** A whole value that is a level word, or a number under the name of a level. */
export function guessLevel(fields: Fields): LogSeverity | null {
  const leaves = leavesOf(fields);
  const read = (value: unknown) => (typeof value === 'string' ? severityOfField(withoutAnsi(value)) : null);
  const named = byLeaf(leaves, names.LEVEL_NAMES, read);
  if (named !== null) return named;
  const numbered = byLeaf(leaves, ['loglevel', 'levelno', 'level'], levelOfNumber);
  if (numbered !== null) return numbered;
  const found = leaves.find(
    ({ leaf, value }) =>
      typeof value === 'string' &&
      LEVEL_VALUE.test(value) &&
      !/^(?:env|name|mode|topic|queue|method)$/.test(leaf),
  );
  return found === undefined ? null : severityOfField(String(found.value));
}

/** Names of what happened, which are the message only where nothing else is. */
const MESSAGES = [
  'displaymessage',
  'logmessage',
  'line',
  'what',
  'content',
  'statement',
  'desc',
  'comment',
  'remark',
  'note',
  'raw',
  '_raw',
  'problem',
  'failure',
  'excpmsg',
  'v.excpmsg',
];
const HAPPENINGS = [
  'ev',
  'evt',
  'eventtype',
  'action',
  'act',
  'op',
  'operation',
  'activity',
  'type',
  'k',
  'kind',
];
const NO_MESSAGE = /agent|path|query|sql|url|uri|stack|trace|address|name$|location|file|caller|thread/;
const SENTENCE = /[\p{L}]{2,}[ ,:]+[\p{L}\d"'(]/u;

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? withoutAnsi(value) : null;
}

/** A nested message, else the longest sentence among the values, else the name of an action. */
export function guessMessage(fields: Fields): string | null {
  const leaves = leavesOf(fields);
  const plain = names.MESSAGE_NAMES.filter(
    (name) => !name.includes('.') && !/^(?:data|log|event|reason|detail)$/.test(name),
  );
  const named = byLeaf(leaves, [...plain.slice(0, 8), ...MESSAGES, ...plain.slice(8)], textOf);
  if (named !== null) return named;
  const deep = [...fields.values].find(
    ([name, value]) => /(?:^|[.])(?:excp)?(?:msg|message)$/.test(name) && textOf(value) !== null,
  );
  if (deep !== undefined) return textOf(deep[1]);
  const sentences = leaves.flatMap(({ leaf, value }) =>
    typeof value === 'string' && !NO_MESSAGE.test(leaf) && SENTENCE.test(value) ? [value] : [],
  );
  const longest = sentences.reduce((best, text) => (text.length > best.length ? text : best), '');
  return longest === '' ? byLeaf(leaves, HAPPENINGS, textOf) : withoutAnsi(longest);
}

const SERVICES = [
  'appid',
  'applicationid',
  'projectname',
  'component',
  'comp',
  'system',
  'subsystem',
  'subsys',
  'providername',
  'sourcetype',
];
const NOT_OWN =
  /host|upstream|peer|target|client|remote|dest|downstream|dependency|user|env|region|zone|queue|topic|db|path|version|id$/;
const SERVICE_VALUE =
  /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*-(?:api|service|svc|worker|gateway|gw|bff|server|web|app|job|backend|frontend|proxy|broker|consumer|scheduler)$/;

/** A nested name of a service, else a value that has the shape of one or is known to be one. */
export function guessService(fields: Fields, context: FormatContext): string | null {
  const leaves = leavesOf(fields);
  const read = (value: unknown) => {
    const text = textOf(value);
    return text !== null && /^[A-Za-z][\w.:/@ -]{0,79}$/.test(text) ? text : null;
  };
  const plain = names.SERVICE_NAMES.filter(
    (name) =>
      !name.includes('.') && !/^(?:tag|program|ident|eventsource|requesthost|clientrequesthost)$/.test(name),
  );
  const named =
    byLeaf(leaves, [...plain, ...SERVICES], read) ?? readField(fields, nestedContainers(fields), read)?.value;
  if (named !== undefined && named !== null) return named;
  const found = leaves.find(
    ({ leaf, value }) =>
      typeof value === 'string' &&
      !NOT_OWN.test(leaf) &&
      (context.services?.has(value) === true || SERVICE_VALUE.test(value)),
  );
  return found === undefined ? null : String(found.value);
}

/** `_source.kubernetes.container.name` and its like. */
function nestedContainers(fields: Fields): readonly string[] {
  return [...fields.values.keys()].filter((name) => /(?:^|\.)(?:container|service|app)\.name$/.test(name));
}
