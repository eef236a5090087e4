/**
 * One record, whatever its format: wrappers are taken off to depth three, the surest record format reads the rest,
 * and what no format knows degrades to time, level and the line itself. Joining lines into records is the scanner's.
 */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { exceptionOf, withThrown } from '../stack/exception.ts';
import { phpThrower } from '../stack/frame-lines.ts';
import { isTraceLine } from '../stack/parse-stack.ts';
import { callInText } from './call.ts';
import { withoutAnsi } from './fields.ts';
import { guessRecord } from './guess.ts';
import { identityOf } from './identity.ts';
import { parsedLine, withOuter } from './parsed.ts';
import { saidBy } from './reason.ts';
import { LOG_FORMATS } from './registry.generated.ts';
import { requestInText } from './request.ts';
import { severityOfStatus } from './severity.ts';

export interface ParsedRecord {
  /** The record format; where only a wrapper was recognised, that one; null for plain text. */
  readonly format: LogFormat | null;
  readonly parsed: ParsedLine;
  /** What lines like it may be asked for; null where no record format was recognised. */
  readonly known: KnownFormats | null;
  /** No format knew where the time stands: it was found in a header that only looks like one. */
  readonly isGuess: boolean;
}

/**
 * The formats that lines of one skeleton were found to have, the outermost wrapper first. Asking these alone costs a twentieth of asking
 * all; a line that they do not fit is asked anew.
 */
export interface KnownFormats {
  readonly wrappers: readonly LogFormat[];
  readonly record: LogFormat;
}

const MAX_DEPTH = 3;
const HINT_BONUS = 0.05;

/** Formats of one role: those that a line with a JSON object at its start may have, and those of other lines. */
interface Askable {
  readonly ofObjects: readonly LogFormat[];
  readonly ofOthers: readonly LogFormat[];
}

function askable(role: LogFormat['role']): Askable {
  const formats = LOG_FORMATS.filter((format) => format.role === role);
  return {
    ofObjects: formats.filter(({ objects }) => objects !== undefined),
    ofOthers: formats.filter(({ objects }) => objects !== 'only'),
  };
}

/** What a line is of that could only be guessed at. */
const TEXT = LOG_FORMATS.find(({ id }) => id === 'text') ?? null;
/** Grammars that leave open what they cannot place. */
const GUESSED: ReadonlySet<string> = new Set(['text', 'columns']);
const WRAPPERS = askable('wrapper');
const RECORDS = askable('record');

/** Without byte order mark, NUL padding, terminal escapes and trailing line ends. */
function cleaned(line: string): string {
  const plain =
    line.includes('\u0000') || line.includes('\uFEFF')
      ? line.replaceAll('\u0000', '').replaceAll('\uFEFF', '')
      : line;
  return withoutAnsi(plain).replace(/[\r\n]+$/, '');
}

interface Scored {
  readonly format: LogFormat;
  readonly score: number;
}

function scoresOf({ ofObjects, ofOthers }: Askable, line: string): readonly Scored[] {
  const formats = /^\s*\{/.test(line) ? ofObjects : ofOthers;
  return formats.map((format) => ({ format, score: format.sniff(line) }));
}

/** To ask every record format is most of what parsing costs, and the wrappers ask before the record is read: the last answer is kept. */
let lastScored: { readonly line: string; readonly scores: readonly Scored[] } = { line: '', scores: [] };

function recordScores(line: string): readonly Scored[] {
  if (lastScored.line !== line || lastScored.scores.length === 0)
    lastScored = { line, scores: scoresOf(RECORDS, line) };
  return lastScored.scores;
}

/** Formats that may fit, the surest first; ties by id. */
function ranked(scores: readonly Scored[], hint: LogFormat | null): readonly Scored[] {
  const possible: Scored[] = [];
  for (const scored of scores) {
    const { format } = scored;
    if (format === hint) possible.push({ format, score: scored.score + HINT_BONUS });
    else if (scored.score > HINT_BONUS) possible.push(scored);
  }
  return possible
    .filter(({ score }) => score > HINT_BONUS)
    .sort((a, b) => b.score - a.score || (a.format.id < b.format.id ? -1 : 1));
}

interface Peeled {
  readonly format: LogFormat;
  readonly payload: string;
  readonly outer: Partial<ParsedLine>;
}

/** A wrapper that is less sure than a record format does not get the line. */
function peel(line: string, context: FormatContext): Peeled | null {
  const wrappers = ranked(scoresOf(WRAPPERS, line), null);
  if (wrappers.length === 0) return null;
  const best = Math.max(0, ...recordScores(line).map(({ score }) => score));
  for (const { format, score } of wrappers) {
    if (score < best) return null;
    const found = format.unwrap?.(line, context) ?? null;
    if (found !== null) return { format, ...found };
  }
  return null;
}

/** The inner wrapper's fields win over those of the outer one. */
function merged(outer: Partial<ParsedLine>, inner: Partial<ParsedLine>): Partial<ParsedLine> {
  return withOuter(parsedLine({ message: '', ...inner }), outer);
}

function peelAs(format: LogFormat, line: string, context: FormatContext): Peeled | null {
  if (format.sniff(line) <= HINT_BONUS) return null;
  const found = format.unwrap?.(line, context) ?? null;
  return found === null ? null : { format, ...found };
}

/** What a grammar left open, from the shape of the line. */
function guessedMore(
  format: LogFormat,
  head: string,
  parsed: ParsedLine,
  context: FormatContext,
): Pick<ParsedRecord, 'parsed' | 'isGuess'> {
  const more = GUESSED.has(format.id) ? guessRecord(head, parsed, context) : null;
  return { parsed: more ?? parsed, isGuess: parsed.wallMs === null && more !== null && more.wallMs !== null };
}

/** Parses the first line by format; lines behind it stay with the record as its trace, or with a block format that wants them. */
function readRecord(
  text: string,
  context: FormatContext,
  hint: LogFormat | null,
  known: LogFormat | null,
): Pick<ParsedRecord, 'format' | 'parsed' | 'isGuess'> {
  const newline = text.indexOf('\n');
  if (known !== null && newline < 0 && known.sniff(text) > HINT_BONUS) {
    const parsed = known.parse(text, context);
    if (parsed !== null) return { format: known, ...guessedMore(known, text, parsed, context) };
  }
  const head = newline < 0 ? text : text.slice(0, newline).trimEnd();
  for (const { format } of ranked(recordScores(head), hint)) {
    const wantsBlock = format.blocks === true && newline >= 0;
    const parsed = format.parse(wantsBlock ? text : head, context);
    if (parsed === null) continue;
    const more = guessedMore(format, head, parsed, context);
    const whole =
      newline < 0 || wantsBlock ? more.parsed : withRest(more.parsed, head, text.slice(newline + 1));
    return { format, parsed: whole, isGuess: more.isGuess };
  }
  const guessed = guessRecord(head, null, context);
  const plain = guessed ?? parsedLine({ message: head.trim() });
  const format = guessed === null ? null : TEXT;
  const parsed = newline < 0 ? plain : withRest(plain, head, text.slice(newline + 1));
  return { format, parsed, isGuess: plain.wallMs !== null };
}

/** A head that holds a stamp and no text (Samba, Oracle's alert log) has its message below it. */
function messageBelow(rest: string): string {
  return (
    rest
      .slice(0, 4096)
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? ''
  );
}

/** So many characters of a first line may tell where it was thrown; the reader of stacks takes no more of a line. */
const MAX_FIRST = 2_048;

/** Lines behind the first are a trace when one of the first few looks like one; PHP says in the first where it was thrown. */
function withRest(head: ParsedLine, first: string, rest: string): ParsedLine {
  const parsed = head.message === '' ? { ...head, message: messageBelow(rest) } : head;
  if (parsed.stack !== null || !rest.split('\n', 8).some(isTraceLine)) return parsed;
  const thrown = exceptionOf(rest);
  return {
    ...parsed,
    // what was thrown, printed past the logger, has no level
    severity: parsed.severity === 'unknown' ? 'error' : parsed.severity,
    stack: phpThrower(first.slice(-MAX_FIRST)) === null ? rest : `${first.slice(-MAX_FIRST)}\n${rest}`,
    exceptionType: parsed.exceptionType ?? thrown?.type ?? null,
    attributes: withThrown(parsed.attributes, thrown, rest),
  };
}

const REQUEST_ID = /\b(?:(?:request|req|trace|correlation)[_-]?id|rid)["']?[=:]\s?["']?([\w-]{6,64})/i;

function thrownType(parsed: ParsedLine, message: string): string | null {
  if (parsed.stack !== null) return exceptionOf(parsed.stack)?.type ?? null;
  return /(?:Error|Exception)\b/.test(message) ? (exceptionOf(message)?.type ?? null) : null;
}

/** What any message may carry: a request, a request id, an exception's name. */
function enriched(parsed: ParsedLine): ParsedLine {
  const message = parsed.message.slice(0, 4096);
  const request = parsed.request ?? requestInText(message) ?? callInText(message);
  const status = request?.status ?? null;
  return {
    ...parsed,
    request,
    severity: parsed.severity === 'unknown' && status !== null ? severityOfStatus(status) : parsed.severity,
    requestId: parsed.requestId ?? REQUEST_ID.exec(message)?.[1] ?? null,
    identity: identityOf(parsed.attributes, message),
    exceptionType: parsed.exceptionType ?? thrownType(parsed, message),
  };
}

/** A line without its wrappers, to depth three. */
export interface Payload {
  /** The outermost first. */
  readonly wrappers: readonly LogFormat[];
  /** Terminal escapes gone, leading spaces kept: they tell a continuation. */
  readonly payload: string;
  readonly outer: Partial<ParsedLine>;
}

/** What the wrapper calls the program, the record inside may call it too: there the name is no word of the message. */
function withService(context: FormatContext, service: string | null): FormatContext {
  return service === null
    ? context
    : { ...context, services: new Set([...(context.services ?? []), service]) };
}

/** Takes the wrappers off one line, those of `known` where they fit. Never throws. */
export function unwrapLine(line: string, context: FormatContext, known: KnownFormats | null = null): Payload {
  let payload = cleaned(line);
  let outer: Partial<ParsedLine> = {};
  const wrappers: LogFormat[] = [];
  for (let depth = 0; depth < (known?.wrappers.length ?? MAX_DEPTH); depth++) {
    const expected = known?.wrappers[depth];
    const peeled = expected === undefined ? peel(payload, context) : peelAs(expected, payload, context);
    if (peeled === null && known !== null) return unwrapLine(line, context);
    if (peeled === null) break;
    outer = merged(outer, peeled.outer);
    payload = cleaned(peeled.payload);
    wrappers.push(peeled.format);
  }
  return { wrappers, payload, outer };
}

/**
 * `line` may hold further lines of the same record (a trace, SQL, a JSON document), those without their wrappers. `hint` is
 * the format that the file's last line had: it wins close calls. Never throws; an unknown line comes back as its own message.
 */
export function parseLine(
  line: string,
  context: FormatContext,
  hint: LogFormat | null,
  known: KnownFormats | null = null,
): ParsedRecord {
  return parsePayload(unwrapLine(line, context, known), context, hint, known);
}

/** What a record says, without reading more of it; of one of several lines, whose head decides what it is, the message alone. */
export function saidIn(text: string, context: FormatContext, known: KnownFormats | null): string {
  const { payload, outer } = unwrapLine(text, context, known);
  const inner = withService(context, outer.service ?? null);
  const { parsed } = readRecord(payload, inner, null, known?.record ?? null);
  return text.includes('\n') ? parsed.message : saidBy(parsed);
}

/** The same for a line whose wrappers are off. */
export function parsePayload(
  { wrappers, payload, outer }: Payload,
  context: FormatContext,
  hint: LogFormat | null,
  known: KnownFormats | null = null,
): ParsedRecord {
  const inner = withService(context, outer.service ?? null);
  const { format, parsed, isGuess } = readRecord(payload, inner, hint, known?.record ?? null);
  const wrapper = wrappers.at(-1) ?? null;
  const whole = wrapper === null ? parsed : withOuter(parsed, outer);
  return {
    format: format ?? wrapper,
    parsed: enriched(whole),
    known: format === null ? null : { wrappers, record: format },
    isGuess,
  };
}
