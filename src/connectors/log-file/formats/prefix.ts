/**
 * The prefix of a text line: stamp, level, process, thread, logger, in any order and with any brackets, up to the message.
 * It is one grammar for the many layouts that differ in order and punctuation only; formats with columns of their own stand elsewhere.
 */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { FormatContext } from '../format.ts';
import { skipSpaces } from '../time/cursor.ts';
import type { Stamp } from '../time/parse-stamp.ts';
import { takeBracket } from './prefix-bracket.ts';
import {
  takeCommand,
  takeLetter,
  takeLogger,
  takeLoggerPhrase,
  takeNameAndLevel,
  takeNameBeforeLevel,
  takeNameBeforeStamp,
  takeNamedSource,
  takeNumber,
  takePairsBeforeLevel,
  takeProcessAndThread,
  takeProcessOn,
  takeProgram,
  takeService,
  takeSource,
  takeSpans,
} from './prefix-name.ts';
import { type Reading, startReading, takeLevel, takeStamp, wordFrom } from './prefix-reading.ts';
import { meaningOfBracket } from './prefix-words.ts';
import { severityOfWord } from './severity.ts';

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

const MAX_STEPS = 24;

/** A level in lower case without a mark behind it may be the first word of the message: `error while connecting`. */
function isSureLevel(reading: Reading, word: string, end: number): boolean {
  if (word === word.toUpperCase()) return true;
  const next = reading.text.slice(end, end + 2);
  if (/^(?::|\t|\||,|;|\]| {2}| -| \||$| \[)/.test(next)) return true;
  if (
    reading.stamp !== null &&
    /^(?:\/[A-Z][\w-]{0,60}: |\/[a-z][\w-]{0,30}\t| {1,5}[A-Za-z][\w.-]{1,80}(?:\[\d{1,10}\]| : ))/.test(
      reading.text.slice(end, end + 100),
    )
  )
    return true;
  return reading.stamp !== null && !/^(?:error|critical|fatal|panic|alert|exception)$/i.test(word);
}

const COLUMN = /\|\s{0,4}(?:\d{1,5} - [\w.-]{1,80}|([\w$.#-]{2,80}))\s{0,60}(?=\|)/y;

/** `| thread | logger | 12 - bundle | message` of Karaf: a further column behind the one that was taken for the logger. */
function takeColumn(reading: Reading): boolean {
  if (reading.last !== 'logger' || reading.logger === null || reading.severity === null) return false;
  COLUMN.lastIndex = reading.at;
  const found = COLUMN.exec(reading.text);
  if (found === null) return false;
  const isTight = !/^\|\s/.test(found[0]);
  if (isTight && meaningOfBracket(reading.logger).kind !== 'thread') return false;
  const isId = /^(?=[a-f-]*\d)[\da-f-]{4,40}$/.test(found[1] ?? '');
  const isLine = /^\d{1,6}$/.test(found[1] ?? '') && /\.\w{1,5}$/.test(reading.logger);
  if (found[1] !== undefined && !isId && !isLine) {
    reading.attributes['thread.name'] ??= reading.logger;
    reading.logger = found[1];
  }
  reading.at = COLUMN.lastIndex;
  return true;
}

/** Marks between the parts. Behind a logger they end the prefix. */
function takeMark(reading: Reading): 'taken' | 'end' | 'none' {
  const pattern =
    /\||(?:-{1,4}>?|::|[:;,>•·—–])(?=\s|$|[[(])|::|(?<=\d):(?=[A-Z]{3,9}:)|[:,;](?=[A-Z]{3,9}[:,;])/y;
  if (reading.last === 'stamp' && /^[:,][a-zA-Z]/.test(reading.text.slice(reading.at, reading.at + 2))) {
    reading.at++;
    reading.last = 'mark';
    return 'taken';
  }
  if (takeColumn(reading)) return 'taken';
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

/** `INFO/MainProcess]` names a process, `critical/ApiListener: …` a part of the program. */
function takeBehindSlash(reading: Reading, end: number): 'taken' | 'end' {
  const found = /^\/([\w-]{1,60})(?:(?=\]|$)|(: |\t))/.exec(reading.text.slice(end, end + 64));
  if (found === null) return 'taken';
  reading.at += found[0].length;
  if (found[2] === undefined) reading.attributes['thread.name'] = found[1] ?? '';
  else reading.logger ??= found[1] ?? null;
  return found[2] === undefined ? 'taken' : 'end';
}

function takeWord(reading: Reading): 'taken' | 'end' | 'none' {
  const glued = takeGlued(reading);
  if (glued !== 'none') return glued;
  const word = wordFrom(reading.text, reading.at);
  if (word === '') return 'none';
  const starred = /^\*([A-Z]{4,8})\*$/.exec(word);
  if (starred !== null && takeLevel(reading, starred[1] ?? '', reading.at + word.length)) return 'taken';
  const [levelWord = ''] = word.split(/[:/>;]/, 1);
  const end = reading.at + levelWord.length;
  if (
    reading.severity === null &&
    severityOfWord(levelWord) !== null &&
    isSureLevel(reading, levelWord, end)
  ) {
    takeLevel(reading, levelWord, end);
    return takeBehindSlash(reading, end);
  }
  if (reading.inBracket) return 'none';
  if (
    takeNameBeforeStamp(reading) ||
    takeProcessAndThread(reading) ||
    takeNumber(reading, word) ||
    takeSource(reading, word) ||
    takeLetter(reading) ||
    takePairsBeforeLevel(reading) ||
    takeNameBeforeLevel(reading)
  )
    return 'taken';
  if (takeNameAndLevel(reading) || takeSpans(reading) || takeProgram(reading) || takeNamedSource(reading))
    return 'end';
  const logger = takeLogger(reading, word);
  return logger === 'none' ? takeService(reading, word) : logger;
}

function step(reading: Reading): 'taken' | 'end' | 'none' {
  reading.at = skipSpaces(reading.text, reading.at);
  if (takeProcessOn(reading)) return 'end';
  if (takeStamp(reading) || takeBracket(reading, run)) return 'taken';
  if (takeLoggerPhrase(reading) || takeCommand(reading)) return 'end';
  const mark = takeMark(reading);
  return mark === 'none' ? takeWord(reading) : mark;
}

function run(reading: Reading): void {
  for (let steps = 0; steps < MAX_STEPS; steps++) if (step(reading) !== 'taken') return;
}

/** `imap-login: Error: …`: whoever writes its level behind its name. */
function takeLevelBehindName(reading: Reading): void {
  if (reading.severity !== null || reading.logger === null) return;
  const at = skipSpaces(reading.text, reading.at);
  const found = /([A-Za-z]{4,9}): /y;
  found.lastIndex = at;
  const word = found.exec(reading.text)?.[1] ?? '';
  if (!/^(?:Debug|Info|Notice|Warning|Error|Fatal|Panic|Critical)$/i.test(word)) return;
  takeLevel(reading, word, at + word.length + 1);
}

/** Who wrote a line that names its source file and no logger. */
function fileOf(source: string | undefined): string | null {
  return /^(?:.*[\\/])?([\w.@+-]{1,80}\.\w{1,6})(?::|$)/.exec(source ?? '')?.[1] ?? null;
}

/** Null when the text begins with neither a stamp nor a level. */
export function readPrefix(text: string, context: FormatContext): Prefix | null {
  const reading = startReading(text, context);
  run(reading);
  if (reading.stamp === null && reading.severity === null) return null;
  takeLevelBehindName(reading);
  const { stamp, severity, service, requestId, attributes } = reading;
  const end = skipSpaces(text, reading.at);
  const logger = reading.logger ?? reading.name ?? fileOf(attributes['code.file.path']);
  return { stamp, severity, service, logger, requestId, attributes, end };
}
