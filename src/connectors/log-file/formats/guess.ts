/**
 * What can be read of a line whose format nobody described: a time and a level wherever its header has them. The header is
 * put in order (stamp, level, rest) and read again by the grammar of text lines; prose is never taken for a header.
 */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { FormatContext, ParsedLine } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { recordOfCells } from './cells.ts';
import { parsedLine } from './parsed.ts';
import { severityOfLetter, severityOfWord } from './severity.ts';
import { format as text } from './text.ts';

/** How far into a line its header may reach. */
const MAX_HEADER = 200;
const MAX_TOKENS = 12;

/** Words that make a sentence of what stands before a stamp or a level. */
const PROSE =
  /^(?:at|on|by|from|to|since|until|till|the|a|an|of|in|for|is|was|are|and|or|with|after|before|not|no|had|has|have|as|be|this|that|it|will|than|last|next)$/i;

/** Identifiers, numbers, brackets and marks, and never two plain words in a row. */
function isHeader(part: string): boolean {
  const tokens = part.split(/\s+/).filter((token) => token !== '');
  if (part.length > MAX_HEADER || tokens.length > MAX_TOKENS) return false;
  let plain = 0;
  for (const token of tokens) {
    if (PROSE.test(token)) return false;
    plain = /^[a-z]{2,}[.,;]?$/.test(token) ? plain + 1 : 0;
    if (plain > 1) return false;
  }
  return true;
}

const BOUNDARY =
  /(?:^|[\s[(<{|;,=!~^"'*#>])(?=\d{4}[-/.]|\d{1,2}[-/.](?:\d\d?|[A-Z][a-z]{2})[-/.]|[A-Z][a-z]{2} {1,2}\d|[A-Z][a-z]{2} [A-Z][a-z]{2} |\d{8}[ T]\d{6})/g;

interface Place {
  readonly start: number;
  readonly end: number;
}

/** The first stamp with a date and seconds behind a header; null for one that a sentence or a label of something else leads to. */
function findStamp(line: string, context: FormatContext): Place | null {
  const first = /^[[(<]/.test(line) ? 1 : 0;
  const leading = readStamp(line, first, context.yearHint);
  if (leading !== null && leading.wallMs !== null) return { start: first, end: leading.end };
  for (const found of line.slice(0, MAX_HEADER).matchAll(BOUNDARY)) {
    const start = found.index + found[0].length;
    const stamp = readStamp(line, start, context.yearHint);
    if (stamp === null || stamp.wallMs === null || stamp.end - start < 15) continue;
    const before = line.slice(0, start);
    const label = /([\w.-]*)["']?\s?[:=]\s?["'[(]?$/.exec(before)?.[1];
    const isLabelled =
      label !== undefined && !/^(?:ts|time|timestamp|date|datetime|at|when|\d*)$/i.test(label);
    return isLabelled || !isHeader(before) ? null : { start, end: stamp.end };
  }
  return null;
}

const LEVEL =
  /(?<![\w=./:;-])([<[({*]{0,2})(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|WRN|ERR|ERROR|SEVERE|FATAL|CRITICAL|CRIT|EMERG|PANIC|Trace|Debug|Info|Information|Notice|Warn|Warning|Error|Fatal|Critical|Severe|error|warning|warn|info|debug|fatal|critical|エラー|警告|情報|错误|信息|오류|경고)(?![\w=./(-]|\s?[:=]\s?\d+(?:\s|$))([>\])}*]{0,2})[:,;]?/gu;

interface Level extends Place {
  readonly severity: LogSeverity;
  /** It may be a word of the message: `TLS Error: handshake failed`. */
  readonly isSpoken: boolean;
}

/** A level in the header behind the stamp; in small letters only between brackets or marks. */
function findLevel(rest: string): Level | null {
  for (const found of rest.slice(0, MAX_HEADER).matchAll(LEVEL)) {
    const word = found[2] ?? '';
    const before = rest.slice(0, found.index);
    const end = found.index + found[0].length;
    const isMarked =
      found[1] !== '' || /[-|:>]\s*$/.test(before) || /^\s*[-|:]\s/.test(rest.slice(end, end + 3));
    const isApart = /^\s{2}/.test(rest.slice(end, end + 2));
    if (word === word.toLowerCase() && /[a-z]/.test(word) && !isMarked && !isApart) continue;
    const severity = severityOfWord(word);
    const isColumn =
      found[1] !== '' ||
      /(?:(?:^|\s)-|\|)\s*$/.test(before) ||
      /^\s{2}|^\s*[-|]\s/.test(rest.slice(end, end + 3));
    const isSpoken = !isColumn && word !== word.toUpperCase();
    if (severity !== null && isHeader(before)) return { severity, start: found.index, end, isSpoken };
  }
  return null;
}

const LAST = /\s[[(]([A-Z]{4,8})[\])]$/;
const SHOUTED = /(?<![\w=./;:-])(ERROR|FATAL|CRITICAL|SEVERE|PANIC)(?![\w=./;-]|:?\s*0\b)/;
/** The first word of a message, where no figure or budget is called after it. */
const FIRST =
  /^(error|fatal|panic|critical)(?::|!| (?!rates?\b|budget|codes? 0|counts?\b|handl|log|free|pages?\b))/i;
const DENIED = /\b(?:no|0|without|zero|not an?)\s$/i;

/** `20240508 101203 ORDERS01 E …`: one name, one letter. */
function levelOfLetter(found: RegExpExecArray): Level | null {
  const severity = severityOfLetter(found[2] ?? '');
  const start = found[0].search(/\S\s{1,4}$/);
  return severity === null ? null : { severity, start, end: found[0].length, isSpoken: false };
}

/** A level that a sentence shouts or ends with: the last resort of who finds no column for it. */
function spokenLevel(message: string): LogSeverity | null {
  const last = LAST.exec(message.slice(-16))?.[1];
  if (last !== undefined) return severityOfWord(last);
  const first = FIRST.exec(message.slice(0, 40))?.[1];
  if (first !== undefined) return severityOfWord(first);
  const found = SHOUTED.exec(message.slice(0, 4096));
  return found === null || DENIED.test(message.slice(0, found.index)) ? null : severityOfWord(found[1] ?? '');
}

const NAME = /^[A-Za-z_][\w./@-]*[A-Za-z][\w./@-]*$/;

/** The last word of a header that names something. */
function nameIn(header: string): string | null {
  const words = header
    .split(/[\s[\](){}<>|,;!]+/)
    .map((word) => word.replace(/[:=-]+$/, ''))
    .filter((word) => NAME.test(word) && word.length > 2 && severityOfWord(word) === null);
  return words.at(-1) ?? null;
}

const SERVICE = /^[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*$/;

function withName(parsed: ParsedLine, name: string | null): ParsedLine {
  if (name === null) return parsed;
  if (SERVICE.test(name) && !/\d$/.test(name))
    return parsed.service === null ? { ...parsed, service: name } : parsed;
  return parsed.logger === null && parsed.service === null ? { ...parsed, logger: name } : parsed;
}

/** Time and level weigh more than a name. */
function knowledgeOf(parsed: ParsedLine | null): number {
  if (parsed === null) return 0;
  const isNamed = parsed.service !== null || parsed.logger !== null;
  return (parsed.wallMs === null ? 0 : 2) + (parsed.severity === 'unknown' ? 0 : 2) + (isNamed ? 1 : 0);
}

/** Keeps the words around the level. */
function spoken(
  line: string,
  stamp: string,
  rest: string,
  level: Level,
  context: FormatContext,
): ParsedLine | null {
  const parsed = text.parse(stamp === '' ? line : `${stamp} ${rest}`, context);
  return parsed === null || parsed.severity !== 'unknown' ? parsed : { ...parsed, severity: level.severity };
}

/** A level before the stamp, as a word or as a letter alone. */
function outerLevel(before: string): LogSeverity | null {
  return (
    findLevel(before)?.severity ?? (/^[TDIWEF]$/.test(before.trim()) ? severityOfLetter(before.trim()) : null)
  );
}

function reordered(line: string, context: FormatContext): ParsedLine | null {
  const place = findStamp(line, context);
  const before = place === null ? '' : line.slice(0, place.start);
  const stamp = place === null ? '' : line.slice(place.start, place.end);
  const rest =
    place === null ? line : line.slice(place.end).replace(/^["'\])}>*]{1,3}|^[:|!~]{1,2}(?=\s)/, '');
  if (place !== null && rest.trim() === '') return null;
  const letter = stamp === '' ? null : LETTER.exec(rest.slice(0, 80));
  const level = findLevel(rest) ?? (letter === null ? null : levelOfLetter(letter));
  if (level === null && place !== null && place.start < 2) return null;
  if (level?.isSpoken === true) return spoken(line, stamp, rest, level, context);
  const body = level === null ? rest : `${severityWord(level.severity)}: ${rest.slice(level.end)}`;
  const parsed = text.parse(`${stamp} ${body}`.trim(), context);
  if (parsed === null) return null;
  const header = level === null ? before : `${before} ${rest.slice(0, level.start)}`;
  const outer = level === null ? outerLevel(before) : null;
  const severity = parsed.severity === 'unknown' && outer !== null ? outer : parsed.severity;
  return withName({ ...parsed, severity }, nameIn(header));
}

function beginsWithStamp(line: string, { yearHint }: FormatContext): boolean {
  return readStamp(line, /^[[(<]/.test(line) ? 1 : 0, yearHint) !== null;
}

/** Who knows more; of equals the one that took more of the other's message for header. */
function better(header: ParsedLine | null, cells: ParsedLine | null): ParsedLine | null {
  const more = knowledgeOf(header) - knowledgeOf(cells);
  if (header === null || cells === null || more !== 0) return more > 0 ? header : cells;
  return header.message !== '' && cells.message.endsWith(header.message) ? header : cells;
}

/** The same, of which columns took ids and names away. */
function isShorter(cells: ParsedLine | null, known: ParsedLine | null): boolean {
  if (cells === null || known === null || knowledgeOf(cells) < knowledgeOf(known)) return false;
  return (
    cells.message.includes(' ') && cells.message !== known.message && known.message.endsWith(cells.message)
  );
}

const LETTER = /^\s{1,4}([\w.-]{2,40})\s{1,8}([EWIDF])\s{1,4}(?=\S)/;

/** As the grammar of text lines reads it. */
function severityWord(severity: LogSeverity): string {
  return severity === 'unknown' ? '' : severity.toUpperCase();
}

/** A line with neither time nor level, that says it all the same. */
function spokenLine(line: string): ParsedLine | null {
  const severity = spokenLevel(line.trim());
  return severity === null ? null : parsedLine({ severity, message: line.trim() });
}

/** What is known of a line and no more where that is a time, a level and a name; else whatever reading tells most of it. Never throws. */
export function guessRecord(
  line: string,
  known: ParsedLine | null,
  context: FormatContext,
): ParsedLine | null {
  const least = knowledgeOf(known);
  if (least >= 5 || /^\s*[{<]["'\w]/.test(line)) return null;
  const cells = recordOfCells(line, context);
  const header = least >= 4 && beginsWithStamp(line, context) ? null : reordered(line, context);
  const best = better(header, cells);
  const keepsTime = known === null || known.wallMs === null || (best !== null && best.wallMs !== null);
  const found = keepsTime && (knowledgeOf(best) > least || isShorter(cells, known)) ? best : known;
  if (found === null) return spokenLine(line);
  if (found.severity !== 'unknown') return found === known ? null : found;
  const spoken = spokenLevel(found.message);
  if (spoken !== null) return { ...found, severity: spoken };
  return found === known ? null : found;
}
