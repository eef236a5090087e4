/** The bracketed parts of a prefix: stamps, levels, processes, threads, loggers, sources and pairs between any brackets. */
import { skipSpaces } from '../time/cursor.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { takeColumns } from './prefix-columns.ts';
import { type Reading, startReading, takePairs } from './prefix-reading.ts';
import { isNameBeforeMark, meaningOfBracket } from './prefix-words.ts';
import { SYSLOG_FACILITIES, severityOfField, severityOfLetter, severityOfWord } from './severity.ts';

/** Reads a prefix inside a bracket; handed in by the grammar, which calls this file. */
export type ReadPrefix = (reading: Reading) => void;

const MAX_BRACKET = 400;

/** Index of the bracket that closes the one at `open`, nesting counted; −1 when it is not closed near by. */
function closingBracket(text: string, open: number, opening: string, closing: string): number {
  let depth = 0;
  const limit = Math.min(text.length, open + MAX_BRACKET);
  for (let at = open; at < limit; at++) {
    if (text[at] === opening) depth++;
    else if (text[at] === closing && --depth === 0) return at;
  }
  return -1;
}

/** `[2024-… ERROR main]`, `[I 240115 10:22:33 web:2064]`, `[2024-…: INFO/MainProcess]`: a whole prefix between brackets. */
function takeBracketedPrefix(reading: Reading, content: string, run: ReadPrefix): boolean {
  if (reading.stamp !== null) return false;
  const letter = /^([A-Z]) (?=\d)/.exec(content);
  const word = /^([A-Z]{4,8}) {1,3}(?=\d{4}-)/.exec(content)?.[1] ?? '';
  const at = skipSpaces(content, letter === null ? word.length : 2);
  if (readStamp(content, at, reading.context.yearHint) === null) return false;
  const inner = startReading(content, reading.context);
  inner.at = at;
  inner.inBracket = true;
  run(inner);
  inner.severity ??= severityOfWord(word);
  const behind = content.slice(inner.at).trim();
  if (takeColumns(inner, behind)) inner.at = content.length;
  else if (behind.length > 60) return false;
  const level = /^([TDIWEFC])(?: \d{1,10}){1,3}$/.exec(behind)?.[1];
  // env_logger writes a module there, whoever begins with the level a thread
  const isThread = word !== '' && meaningOfBracket(behind).kind === 'thread';
  if (isThread) inner.attributes['thread.name'] ??= behind;
  const rest = level === undefined && !isThread && inner.at < content.length ? behind : '';
  if (level !== undefined) inner.severity ??= severityOfLetter(level);
  reading.stamp = inner.stamp;
  reading.severity ??= inner.severity ?? (letter === null ? null : severityOfLetter(letter[1] ?? ''));
  reading.logger ??= inner.logger ?? (isNameBeforeMark(rest) ? rest : null);
  reading.name ??= inner.name;
  Object.assign(reading.attributes, inner.attributes);
  return true;
}

/** `[core:error]` of Apache: a module and a level; `[Server thread/ERROR]`: a thread and a level. */
function takeModuleLevel(reading: Reading, content: string): boolean {
  const threaded = /^([\w #.-]{1,60})\/([A-Z]{4,8})$/.exec(content);
  if (threaded !== null && reading.severity === null && severityOfWord(threaded[2] ?? '') !== null) {
    reading.severity = severityOfWord(threaded[2] ?? '');
    reading.attributes['thread.name'] ??= threaded[1] ?? '';
    return true;
  }
  const found = /^([\w-]{0,40}):([a-z]{4,9}\d?)$/.exec(content);
  const severity = found === null || reading.severity !== null ? null : severityOfWord(found[2] ?? '');
  if (found === null || severity === null) return false;
  reading.severity = severity;
  if (found[1] !== '') reading.logger ??= found[1] ?? null;
  return true;
}

/** `<local3.err>`: facility and level of syslog. */
const FACILITY = new RegExp(
  `^(?:${SYSLOG_FACILITIES})\\.(emerg|alert|crit|err|error|warning|warn|notice|info|debug)$`,
);

function takeFacility(reading: Reading, content: string): boolean {
  const level = FACILITY.exec(content)?.[1];
  if (level === undefined || reading.severity !== null) return false;
  reading.severity = severityOfField(level);
  return true;
}

/** A bare name in brackets is taken while the prefix still runs: before the level, right after it, or in a row of brackets. */
function takeName(reading: Reading, value: string): boolean {
  if (reading.logger !== null && reading.last !== 'bracket') return false;
  if (reading.name === null) reading.name = value;
  else reading.attributes['thread.name'] ??= value;
  return true;
}

function takeBracketContent(reading: Reading, content: string, run: ReadPrefix): boolean {
  const bare = content.trim();
  if (takeBracketedPrefix(reading, bare, run) || takeColumns(reading, bare)) return true;
  const coded =
    reading.severity === null
      ? /^([TDIWEFC]|[A-Z]{4,8})\|([\w.-]{1,40})(?:\|[\w-]{0,64})?$/.exec(bare)
      : null;
  if (coded !== null) {
    reading.severity = severityOfField(coded[1] ?? '');
    reading.logger ??= coded[2] ?? null;
    return reading.severity !== null;
  }
  const letter = bare.length === 1 && reading.stamp !== null ? severityOfLetter(bare) : null;
  const lone =
    reading.stamp !== null && /^(?:alert|note|fail|failure)$/.test(bare) ? severityOfField(bare) : null;
  const level = reading.severity === null ? (severityOfWord(bare) ?? letter ?? lone) : null;
  if (level !== null) {
    reading.severity = level;
    return true;
  }
  if (takeModuleLevel(reading, bare) || takeFacility(reading, bare)) return true;
  const meaning = meaningOfBracket(bare);
  switch (meaning.kind) {
    case 'empty':
    case 'process':
      return true;
    case 'thread':
      reading.attributes['thread.name'] ??= meaning.value;
      return true;
    case 'logger':
      if (reading.logger !== null) return reading.last === 'bracket';
      reading.logger = meaning.value;
      return true;
    case 'source':
      reading.attributes['code.file.path'] ??= meaning.value;
      return true;
    case 'request-id':
      reading.requestId ??= meaning.value;
      return true;
    case 'pairs':
      takePairs(reading, meaning.value);
      return true;
    case 'code':
      reading.attributes['code'] ??= meaning.value;
      return true;
    case 'name':
      return takeName(reading, meaning.value);
    case 'text':
      return false;
  }
}

const BEHIND_THREAD =
  /^ {1,4}(?:\[[^\]]{1,160}\] )?(?:(?:[A-Za-z_$][\w$]{0,60}\.){1,12}[\w$]{1,80}(?:: | - )|[a-z][\w-]{2,60} - )/;

/** A thread's name with spaces in it, `[RMCommunicator Allocator]`, told by the dotted logger behind it. */
function takeThreadBeforeLogger(reading: Reading, content: string, end: number): boolean {
  const behind = reading.text.slice(end, end + 240);
  if (
    (reading.last !== 'level' &&
      (!/^(?:stamp|bracket)$/.test(reading.last) || reading.severity === null || reading.logger !== null)) ||
    content.length > 300 ||
    !(BEHIND_THREAD.test(behind) || (/\d$/.test(content) && /^ [A-Z][\w-]{2,30}: /.test(behind)))
  )
    return false;
  reading.attributes['thread.name'] ??= content.trim();
  return true;
}

/** `[org.jboss.as] (Controller Boot Thread)`: words with capitals behind a logger's bracket; a sentence begins with one. */
function takeThreadBehindLogger(reading: Reading, opening: string, content: string): boolean {
  if (reading.logger === null || content.length > 60) return false;
  const isThread =
    opening === '('
      ? /^[A-Z][\w-]*(?: [A-Z\d][\w-]*){1,5}$|^[A-Z][\w ]{0,40}\bthread [\d-]{1,12}$/.test(content)
      : /^\d{1,10} [\w-]{1,40}$/.test(content);
  if (!isThread) return false;
  reading.attributes['thread.name'] ??= content;
  return true;
}

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}', '<': '>' };

/** `WARN {org.shop.Carts} - …`, `ERROR <cart-api> …`, `WARNING (carts): …`, `error : (12) [carts] …`: behind a level a name in any brackets. */
function isNamedLogger(reading: Reading, opening: string, content: string): boolean {
  if (reading.severity === null || reading.stamp === null || reading.logger !== null) return false;
  const { kind } = meaningOfBracket(content);
  const end = reading.at + content.length + 2;
  if (opening === '{') return kind === 'logger' && /^ (?:- )?\S/.test(reading.text.slice(end, end + 4));
  if (opening === '<') return /^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(content);
  const isNumber = kind === 'process' && /^ \[/.test(reading.text.slice(end, end + 2));
  return isNumber || (kind === 'name' && reading.text[end] === ':');
}

/** `INFO  (vm/9e5d) [virt.vm] …`: a name in round brackets before a logger in square ones. */
function isThreadBeforeLogger(reading: Reading, opening: string, content: string): boolean {
  if (opening !== '(' || reading.last !== 'level' || !/^[\w./-]{1,60}$/.test(content)) return false;
  const end = reading.at + content.length + 2;
  return /^ \[[a-z]\w*(?:\.\w+){1,8}\] /i.test(reading.text.slice(end, end + 120));
}

/** Which contents count between which brackets: round ones hold a source, curly ones a source or an id, pointed ones a level or a process. */
function isPrefixBracket(reading: Reading, opening: string, content: string): boolean {
  if (opening === '[' || (opening === '(' && reading.stamp === null)) return true;
  const { kind } = meaningOfBracket(content);
  if (isNamedLogger(reading, opening, content) || isThreadBeforeLogger(reading, opening, content))
    return true;
  if (opening === '(' && (kind === 'thread' || reading.last === 'bracket'))
    return kind === 'thread' || /^[\w -]{1,60}$/.test(content);
  if (opening === '<' && FACILITY.test(content)) return true;
  if (opening === '<') return severityOfWord(content) !== null || /^\d+\.\d+\.\d+$/.test(content);
  return kind === 'source' || (opening === '{' && (kind === 'empty' || /^[0-9a-f-]{4,64}$/.test(content)));
}

export function takeBracket(reading: Reading, run: ReadPrefix): boolean {
  const opening = reading.text[reading.at] ?? '';
  const closing = CLOSING[opening];
  if (closing === undefined || (reading.last === 'mark' && reading.logger !== null)) return false;
  const end = closingBracket(reading.text, reading.at, opening, closing);
  if (end < 0) return false;
  const content = reading.text.slice(reading.at + 1, end);
  if (!isPrefixBracket(reading, opening, content)) return false;
  const isTaken = /^\d+\.\d+\.\d+$/.test(content) || (opening === '{' && /^[0-9a-f-]{4,64}$/.test(content));
  if (
    !isTaken &&
    !takeBracketContent(reading, content, run) &&
    !takeThreadBeforeLogger(reading, content, end + 1) &&
    !takeThreadBehindLogger(reading, opening, content)
  )
    return false;
  reading.at = end + 1;
  reading.last = 'bracket';
  return true;
}
