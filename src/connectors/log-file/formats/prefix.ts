/**
 * The prefix of a text line: stamp, level, process, thread, logger, in any order and with any brackets, up to the message.
 * It is one grammar for the many layouts that differ in order and punctuation only; formats with columns of their own stand elsewhere.
 */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { FormatContext } from '../format.ts';
import { skipSpaces } from '../time/cursor.ts';
import { readStamp, type Stamp } from '../time/parse-stamp.ts';
import {
  isNameBeforeColon,
  isNameBeforeMark,
  isServiceWord,
  isStrongName,
  meaningOfBracket,
} from './prefix-words.ts';
import { severityOfLetter, severityOfWord } from './severity.ts';

export interface Prefix {
  readonly stamp: Stamp | null;
  readonly severity: LogSeverity | null;
  readonly service: string | null;
  readonly logger: string | null;
  readonly requestId: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** Index at which the message begins. */
  readonly end: number;
}

/** The reading as it goes; one object, changed step by step. */
interface Reading {
  readonly text: string;
  readonly context: FormatContext;
  at: number;
  stamp: Stamp | null;
  severity: LogSeverity | null;
  service: string | null;
  logger: string | null;
  /** A bare name in brackets: the logger if nothing better comes. */
  name: string | null;
  requestId: string | null;
  readonly attributes: Record<string, string>;
  last: 'start' | 'stamp' | 'level' | 'logger' | 'bracket' | 'mark' | 'word';
  inBracket: boolean;
}

const MAX_STEPS = 24;
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

function wordFrom(text: string, at: number): string {
  const pattern = /[^\s[\](){}|,"'=]{1,300}/y;
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function takeStamp(reading: Reading): boolean {
  if (reading.stamp !== null) return false;
  const stamp = readStamp(reading.text, reading.at, reading.context.yearHint);
  if (stamp === null) return false;
  reading.stamp = stamp;
  reading.at = stamp.end;
  reading.last = 'stamp';
  return true;
}

function takeLevel(reading: Reading, word: string, end: number): boolean {
  const severity = reading.severity === null ? severityOfWord(word) : null;
  if (severity === null) return false;
  reading.severity = severity;
  reading.at = end;
  reading.last = 'level';
  return true;
}

/** A level in lower case without a mark behind it may be the first word of the message: `error while connecting`. */
function isSureLevel(reading: Reading, word: string, end: number): boolean {
  if (word === word.toUpperCase()) return true;
  const next = reading.text.slice(end, end + 2);
  if (/^(?::|\t|\||,|\]| {2}| -| \||$| \[)/.test(next)) return true;
  return reading.stamp !== null && !/^(?:error|critical|fatal|panic|alert|exception)$/i.test(word);
}

/** `[2024-… ERROR main]`, `[I 240115 10:22:33 web:2064]`, `[2024-…: INFO/MainProcess]`: a whole prefix between brackets. */
function takeBracketedPrefix(reading: Reading, content: string): boolean {
  if (reading.stamp !== null) return false;
  const letter = /^([A-Z]) (?=\d)/.exec(content);
  const at = skipSpaces(content, letter === null ? 0 : 2);
  if (readStamp(content, at, reading.context.yearHint) === null) return false;
  const inner = startReading(content, reading.context);
  inner.at = at;
  inner.inBracket = true;
  run(inner);
  const rest = content.slice(inner.at).trim();
  if (rest.length > 60) return false;
  reading.stamp = inner.stamp;
  reading.severity ??= inner.severity ?? (letter === null ? null : severityOfLetter(letter[1] ?? ''));
  reading.logger ??= inner.logger ?? (isNameBeforeMark(rest) ? rest : null);
  reading.name ??= inner.name;
  Object.assign(reading.attributes, inner.attributes);
  return true;
}

/** `[core:error]` of Apache: a module and a level. */
function takeModuleLevel(reading: Reading, content: string): boolean {
  const found = /^([\w.-]{0,40}):([a-z]{4,9}\d?)$/.exec(content);
  const severity = found === null || reading.severity !== null ? null : severityOfWord(found[2] ?? '');
  if (found === null || severity === null) return false;
  reading.severity = severity;
  if (found[1] !== '') reading.logger ??= found[1] ?? null;
  return true;
}

function takePairs(reading: Reading, content: string): void {
  for (const pair of content.split(/[ ,]+/)) {
    const [key = '', value = ''] = pair.split('=', 2);
    if (key === '' || value === '') continue;
    if (/(?:^|\.)service(?:\.name)?$/.test(key)) reading.service ??= value;
    else if (/^(?:request_?id|trace_?id|correlation_?id)$/i.test(key)) reading.requestId ??= value;
    else reading.attributes[key] = value;
  }
}

/** A bare name in brackets is taken while the prefix still runs: before the level, right after it, or in a row of brackets. */
function takeName(reading: Reading, value: string): boolean {
  if (reading.logger !== null && reading.last !== 'bracket') return false;
  if (reading.name === null) reading.name = value;
  else reading.attributes['thread.name'] ??= value;
  return true;
}

function takeBracketContent(reading: Reading, content: string): boolean {
  const bare = content.trim();
  if (takeBracketedPrefix(reading, bare)) return true;
  const level = reading.severity === null ? severityOfWord(bare) : null;
  if (level !== null || (reading.severity === null && bare.length === 1 && reading.stamp !== null)) {
    reading.severity = level ?? severityOfLetter(bare);
    return reading.severity !== null;
  }
  if (takeModuleLevel(reading, bare)) return true;
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

function takeBracket(reading: Reading): boolean {
  const opening = reading.text[reading.at];
  const isRound = opening === '(';
  if (opening !== '[' && !isRound) return false;
  if (reading.last === 'mark' && reading.logger !== null) return false;
  const end = closingBracket(reading.text, reading.at, isRound ? '(' : '[', isRound ? ')' : ']');
  if (end < 0) return false;
  const content = reading.text.slice(reading.at + 1, end);
  if (isRound && reading.stamp !== null && meaningOfBracket(content).kind !== 'source') return false;
  if (!takeBracketContent(reading, content)) return false;
  reading.at = end + 1;
  reading.last = 'bracket';
  return true;
}

/** Marks between the parts. Behind a logger they end the prefix. */
function takeMark(reading: Reading): 'taken' | 'end' | 'none' {
  const pattern =
    /(?:-{1,4}|\|{1,2}|::|[:;,>•·—–])(?=\s|$|[[(])|::|(?<=\d):(?=[A-Z]{3,9}:)|[:,](?=[A-Z]{3,9}[:,])/y;
  if (reading.last === 'stamp' && /^[:,][a-zA-Z]/.test(reading.text.slice(reading.at, reading.at + 2))) {
    reading.at++;
    reading.last = 'mark';
    return 'taken';
  }
  pattern.lastIndex = reading.at;
  const found = pattern.exec(reading.text);
  if (found === null || (reading.last === 'start' && !reading.inBracket)) return 'none';
  reading.at += found[0].length;
  const ends = reading.last === 'logger' && found[0] !== '|' && found[0] !== '---';
  if (ends || (reading.logger !== null && reading.severity !== null && reading.last !== 'mark')) return 'end';
  reading.last = 'mark';
  return 'taken';
}

/** `LEVEL:logger:message` of Python's default handler, and `LEVEL:message`. */
function takeGlued(reading: Reading): 'taken' | 'end' | 'none' {
  const pattern = /([A-Z]{4,8}):(?=\S)(?:([A-Za-z_][\w.]{0,100}):)?/y;
  pattern.lastIndex = reading.at;
  const found = pattern.exec(reading.text);
  if (found === null || !takeLevel(reading, found[1] ?? '', pattern.lastIndex)) return 'none';
  if (/^\d/.test(reading.text.slice(pattern.lastIndex, pattern.lastIndex + 1)) && reading.stamp === null)
    return 'taken';
  if (found[2] !== undefined) reading.logger ??= found[2];
  return 'end';
}

/** Process numbers stand before a level, a bracket or `---`; elsewhere a number belongs to the message. */
function takeNumber(reading: Reading, word: string): boolean {
  if (!/^(?:\d{1,10}|0x[0-9a-f]{1,16}|\d{1,7}[:#/-]\d{1,20}:?)$/.test(word)) return false;
  const end = reading.at + word.length;
  const at = skipSpaces(reading.text, end);
  const next = wordFrom(reading.text, at);
  const beforeLevel =
    reading.severity === null &&
    (severityOfWord(next) !== null || reading.text[at] === '[' || /^\d{1,10}$/.test(next));
  if (!beforeLevel && !next.startsWith('---')) return false;
  reading.at = end;
  reading.last = 'word';
  return true;
}

/** `main.go:12:` of Go's log package and its like. */
function takeSource(reading: Reading, word: string): boolean {
  if (
    reading.last === 'start' ||
    !/^[\w./@-]{1,200}\.(?:go|py|[cm]?[jt]sx?|rs|rb|java|kt|cc|cpp|c|php|ex):\d{1,7}:?$/.test(word)
  )
    return false;
  reading.attributes['code.file.path'] ??= word.replace(/:$/, '');
  reading.at += word.length;
  reading.last = 'word';
  return true;
}

const NAME_THEN_LEVEL =
  /([A-Za-z_][\w.$@/-]{0,120})(\[[\w-]{1,40}\])?( ?[-|:]{1,2})? +\[?(?=(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|FATAL|CRITICAL|CRIT)\b[\] :|,-])/y;

/** A name between stamp and level: `stamp - shop.carts - ERROR - …`, `stamp shop[31] ERROR …`. */
function takeNameBeforeLevel(reading: Reading): boolean {
  if (reading.stamp === null || reading.severity !== null || reading.logger !== null) return false;
  NAME_THEN_LEVEL.lastIndex = reading.at;
  const found = NAME_THEN_LEVEL.exec(reading.text);
  const [, name = '', process, mark] = found ?? [];
  if (found === null || (process === undefined && mark === undefined && !isStrongName(name))) return false;
  if (meaningOfBracket(name).kind === 'thread') reading.attributes['thread.name'] ??= name;
  else reading.name ??= name;
  reading.at += name.length + (process?.length ?? 0);
  reading.last = 'word';
  return true;
}

/** `ERROR in module:` of Flask, and the comma of `stamp,ERROR,logger,message`. */
function takeLoggerPhrase(reading: Reading): boolean {
  const pattern = /in ([\w.]{1,80}): |,([\w.]{1,80}),/y;
  pattern.lastIndex = reading.at;
  const found = reading.last === 'level' && reading.stamp !== null ? pattern.exec(reading.text) : null;
  if (found === null) return false;
  reading.logger ??= found[1] ?? found[2] ?? null;
  reading.at += found[0].length;
  return true;
}

/** A logger needs a level before it and a mark, a bracket or two dots behind it, so that a message keeps its first word. */
function takeLogger(reading: Reading, word: string): 'taken' | 'end' | 'none' {
  if (reading.logger !== null || reading.last === 'start') return 'none';
  const bare = word.replace(/:$/, '');
  const end = reading.at + word.length;
  const behind = reading.text.slice(end, end + 60);
  if (bare.length < word.length && (behind === '' || /^\s/.test(behind))) {
    const isName = reading.severity === null ? isStrongTag(bare) : isNameBeforeColon(bare);
    if (!isName) return 'none';
    reading.logger = bare;
    reading.at = end;
    return 'end';
  }
  if (reading.severity === null) return 'none';
  const marked = /^\s{1,40}(?:-{1,2}|:|\||>)\s/.test(behind) && isNameBeforeMark(bare);
  const bracketed = /^\s{1,40}[[(]/.test(behind) && isStrongName(bare) && /\./.test(bare);
  const dotted = /^[a-z_][\w$]*(?:\.[\w$]+){2,}$/i.test(bare) && isStrongName(bare);
  if (!marked && !bracketed && !dotted) return 'none';
  reading.logger = bare;
  reading.at = end;
  reading.last = 'logger';
  return 'taken';
}

/** `sshd[123]:` or `update-alternatives:` directly behind a stamp. */
function isStrongTag(word: string): boolean {
  return /^[A-Za-z_][\w.-]{1,60}$/.test(word) && isNameBeforeColon(word);
}

function takeService(reading: Reading, word: string): 'end' | 'none' {
  if (reading.severity === null || reading.service !== null || reading.logger !== null) return 'none';
  const end = reading.at + word.length;
  const next = wordFrom(reading.text, skipSpaces(reading.text, end));
  if (next === '' || reading.text[end] !== ' ') return 'none';
  if (!isServiceWord(word, next, reading.context.services)) return 'none';
  reading.service = word;
  reading.at = end;
  return 'end';
}

function takeWord(reading: Reading): 'taken' | 'end' | 'none' {
  const glued = takeGlued(reading);
  if (glued !== 'none') return glued;
  const word = wordFrom(reading.text, reading.at);
  if (word === '') return 'none';
  const [levelWord = ''] = word.split(/[:/]/, 1);
  const end = reading.at + levelWord.length;
  if (
    reading.severity === null &&
    severityOfWord(levelWord) !== null &&
    isSureLevel(reading, levelWord, end)
  ) {
    takeLevel(reading, levelWord, end);
    const process = /^\/([\w-]{1,60})(?=\]|$)/.exec(reading.text.slice(end, end + 64));
    if (process !== null) {
      reading.attributes['thread.name'] = process[1] ?? '';
      reading.at += process[0].length;
    }
    return 'taken';
  }
  if (reading.inBracket) return 'none';
  if (takeNumber(reading, word) || takeSource(reading, word) || takeNameBeforeLevel(reading)) return 'taken';
  const logger = takeLogger(reading, word);
  return logger === 'none' ? takeService(reading, word) : logger;
}

function step(reading: Reading): 'taken' | 'end' | 'none' {
  reading.at = skipSpaces(reading.text, reading.at);
  if (takeStamp(reading) || takeBracket(reading)) return 'taken';
  if (takeLoggerPhrase(reading)) return 'end';
  const mark = takeMark(reading);
  return mark === 'none' ? takeWord(reading) : mark;
}

function startReading(text: string, context: FormatContext): Reading {
  return {
    text,
    context,
    at: 0,
    stamp: null,
    severity: null,
    service: null,
    logger: null,
    name: null,
    requestId: null,
    attributes: {},
    last: 'start',
    inBracket: false,
  };
}

function run(reading: Reading): void {
  for (let steps = 0; steps < MAX_STEPS; steps++) if (step(reading) !== 'taken') return;
}

/** Null when the text begins with neither a stamp nor a level. */
export function readPrefix(text: string, context: FormatContext): Prefix | null {
  const reading = startReading(text, context);
  run(reading);
  if (reading.stamp === null && reading.severity === null) return null;
  const { stamp, severity, service, requestId, attributes } = reading;
  const end = skipSpaces(text, reading.at);
  return { stamp, severity, service, logger: reading.logger ?? reading.name, requestId, attributes, end };
}
