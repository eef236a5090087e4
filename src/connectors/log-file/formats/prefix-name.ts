/** The names, numbers and pairs of a prefix that stand without brackets. Each is taken only where its surroundings show that it is no word of the message. */
import { skipSpaces } from '../time/cursor.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { type Reading, takePairs, wordFrom } from './prefix-reading.ts';
import {
  isNameBeforeColon,
  isNameBeforeMark,
  isServiceWord,
  isStrongName,
  meaningOfBracket,
} from './prefix-words.ts';
import { severityOfField, severityOfLetter, severityOfWord } from './severity.ts';

/** A thread as C libraries number it: `7fb683bb5080`. */
const THREAD_ID = /^(?=[a-f]*\d)[0-9a-f]{8,16}$/;

/** Process numbers stand before a level, a bracket or `---`; elsewhere a number belongs to the message. */
export function takeNumber(reading: Reading, word: string): boolean {
  if (!/^(?:\d{1,10}|0x[0-9a-f]{1,16}|\d{1,7}[:#/-]\d{1,20}:?)$/.test(word) && !THREAD_ID.test(word))
    return false;
  const end = reading.at + word.length;
  const at = skipSpaces(reading.text, end);
  if (reading.last === 'mark' && reading.severity === null && reading.text[at] === '|') {
    reading.at = end;
    reading.last = 'word';
    return true;
  }
  if (/^\d{1,7}#\d{1,20}:?$/.test(word) && reading.stamp !== null) {
    reading.at = end;
    reading.last = 'word';
    return true;
  }
  const next = wordFrom(reading.text, at);
  const beforeLevel =
    reading.severity === null &&
    (severityOfWord(next.replace(/:$/, '')) !== null || reading.text[at] === '[' || /^\d{1,10}$/.test(next));
  if (!beforeLevel && !next.startsWith('---')) return false;
  reading.at = end;
  reading.last = 'word';
  return true;
}

const PROCESS_ON =
  /(?:\((?:([\w.@-]{1,80})\/)?\d{1,10}(?: on ([\w.-]{1,120}))?\)|([\w.@-]{1,80})\/\d{1,10} on ([\w.-]{1,120})): /y;

/** `ERROR (carts/812 on web-04): …` of pino-pretty, `ERROR: carts/812 on web-04: …` of bunyan: who wrote it where. */
export function takeProcessOn(reading: Reading): boolean {
  if (reading.severity === null || !/^(?:level|mark)$/.test(reading.last) || reading.logger !== null)
    return false;
  PROCESS_ON.lastIndex = reading.at;
  const found = PROCESS_ON.exec(reading.text);
  if (found === null) return false;
  reading.service ??= found[1] ?? found[3] ?? null;
  const host = found[2] ?? found[4];
  if (host !== undefined) reading.attributes['host.name'] ??= host;
  reading.at = PROCESS_ON.lastIndex;
  return true;
}

/** What kernels and Erlang's loggers put before the text: `cpu12:2097152)`, `@module:function:line `, `@module:function/2:line `. */
function takeOrigin(reading: Reading): boolean {
  const found =
    /^(?:ThreadId\(\d{1,6}\)|cpu\d{1,4}:\d{1,12}(?: opID=[\w-]{1,40})?\)|@(\w{1,80}):\w{1,80}(?:\/\d{1,3})?:\d{1,7} )/.exec(
      reading.text.slice(reading.at, reading.at + 180),
    );
  if (found === null || (reading.stamp === null && reading.severity === null)) return false;
  if (found[1] !== undefined) reading.logger ??= found[1];
  reading.at += found[0].length;
  reading.last = 'word';
  return true;
}

const METHOD = /((?:[a-z]\w{0,40}\.){1,10}[A-Z]\w{0,80})\(\w{1,60}\):\d{1,7}(?= - |: )/y;
const NAMED_SOURCE =
  /(?:([\w-]{2,40}) \[[\w./-]{1,160}\.\w{1,4}:\d{1,7}\]:|((?:[\w-]{1,60}\/)*[\w-]{1,60}\.(?:go|cc|cpp|c|py|rs)) \d{1,7}:) /y;

/** `o.s.Carts(save):31 - …` of log4j, `carts [src/store.c:31]: …`, `felix/store.go 31: …`: who wrote it and the line where. */
export function takeNamedSource(reading: Reading): boolean {
  if (reading.severity === null || reading.logger !== null) return false;
  METHOD.lastIndex = reading.at;
  NAMED_SOURCE.lastIndex = reading.at;
  const method = METHOD.exec(reading.text);
  const source = method === null ? NAMED_SOURCE.exec(reading.text) : null;
  if (method === null && source === null) return false;
  reading.logger = method?.[1] ?? source?.[1] ?? source?.[2] ?? null;
  reading.at = method === null ? NAMED_SOURCE.lastIndex : skipSpaces(reading.text, METHOD.lastIndex) + 1;
  return true;
}

/** `main.go:12:` of Go's log package and its like. */
export function takeSource(reading: Reading, word: string): boolean {
  if (takeOrigin(reading)) return true;
  if (
    reading.last === 'start' ||
    !/^[\w./@-]{1,200}\.(?:go|py|[cm]?[jt]sx?|rs|rb|java|kt|cc|cpp|c|php|pl|ex):\d{1,7}(?::(?:\w{1,80}\(\))?)?$/.test(
      word,
    )
  )
    return false;
  reading.attributes['code.file.path'] ??= word.replace(/:$/, '');
  reading.at += word.length;
  reading.last = 'word';
  return true;
}

const NAME_THEN_STAMP = /([A-Za-z][\w.-]{1,60}): ?(?=\d)/y;

/** `HsmService:2024-03-02 08:15:30,250 …`: who writes its name before the time. */
export function takeNameBeforeStamp(reading: Reading): boolean {
  if (reading.last !== 'start' || reading.inBracket || reading.stamp !== null) return false;
  NAME_THEN_STAMP.lastIndex = reading.at;
  const name = NAME_THEN_STAMP.exec(reading.text)?.[1];
  if (name === undefined) return false;
  const stamp = readStamp(reading.text, NAME_THEN_STAMP.lastIndex, reading.context.yearHint);
  if (stamp === null || stamp.wallMs === null || stamp.yearless) return false;
  if (severityOfWord(name) === null) reading.name ??= name;
  else reading.severity ??= severityOfWord(name);
  reading.stamp = stamp;
  reading.at = stamp.end;
  reading.last = 'stamp';
  return true;
}

const NAME_THEN_LEVEL =
  /([A-Za-z_][\w.$@/-]{0,120})(:\d{1,7}(?= ))?( {0,30}\[[\w:-]{1,40}\])?( ?[-|:]{1,2})? {1,30}\[?(?=(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|FATAL|CRITICAL|CRIT)\b[\] :|,-]|(?:debug|info|notice|warning|warn|error|critical|fatal|trce|dbug|crit): )/y;

/** `startup\tinfo\tready`: a name and a level in columns of their own behind a stamp that is none. */
const TABBED_NAME =
  /([A-Za-z_][\w.:$@/-]{0,120})\t(?=(?:debug|info|notice|warning|warn|error|critical|fatal)\t)/iy;

const NAME_AND_LEVEL = /([A-Za-z][\w./-]{1,60}) \((debug|info|notice|warning|err|alert|emerg|crit)\)(?=: )/y;

/** `Puppet (err): …`: a name and its level in brackets. */
export function takeNameAndLevel(reading: Reading): boolean {
  if (reading.severity !== null || reading.stamp === null || reading.logger !== null) return false;
  NAME_AND_LEVEL.lastIndex = reading.at;
  const found = NAME_AND_LEVEL.exec(reading.text);
  if (found === null) return false;
  reading.severity = severityOfField(found[2] ?? '');
  reading.logger = found[1] ?? null;
  reading.at = NAME_AND_LEVEL.lastIndex + 1;
  return true;
}

const PAIRS_THEN_LEVEL =
  /((?:[\w.]{1,60}=[^\s="]{1,120} +){1,8})(?=\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|debug|info|notice|warn|warning|error|critical)\b[\]:]|\| )/y;

const CHAIN =
  /((?:[\w.$@/-]{1,80} {1,4}[-|] {1,4}){2,4})(?=(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b)/y;

/** `stamp - process - thread - shop.carts - ERROR - …`: several names up to the level; the last that is no thread wrote it. */
function takeChain(reading: Reading): boolean {
  CHAIN.lastIndex = reading.at;
  const found = CHAIN.exec(reading.text);
  if (found === null) return false;
  const names = (found[1] ?? '')
    .trim()
    .split(/ +[-|] */)
    .filter((name) => name !== '');
  const isThread = (name: string) => meaningOfBracket(name).kind === 'thread';
  reading.name ??= names.findLast((name) => !isThread(name) && /^[A-Za-z_]/.test(name)) ?? null;
  const thread = names.findLast(isThread);
  if (thread !== undefined) reading.attributes['thread.name'] ??= thread;
  reading.at = CHAIN.lastIndex;
  reading.last = 'word';
  return true;
}

/** A name between stamp and level: `stamp - shop.carts - ERROR - …`, `stamp shop[31] ERROR …`. */
export function takeNameBeforeLevel(reading: Reading): boolean {
  if (reading.stamp === null || reading.severity !== null || reading.logger !== null) return false;
  if (takeChain(reading)) return true;
  TABBED_NAME.lastIndex = reading.at;
  const tabbed = TABBED_NAME.exec(reading.text)?.[1];
  if (tabbed !== undefined) {
    reading.name ??= tabbed;
    reading.at += tabbed.length;
    reading.last = 'word';
    return true;
  }
  NAME_THEN_LEVEL.lastIndex = reading.at;
  const found = NAME_THEN_LEVEL.exec(reading.text);
  const [, name = '', line, process, mark] = found ?? [];
  const isName = line !== undefined || process !== undefined || mark !== undefined || isNameBeforeColon(name);
  if (found === null || !isName) return false;
  if (meaningOfBracket(name).kind === 'thread') reading.attributes['thread.name'] ??= name;
  else if (process === undefined && mark !== ':') reading.name ??= name;
  else reading.logger = name;
  reading.at += name.length + (line?.length ?? 0) + (process?.length ?? 0);
  reading.last = 'word';
  return true;
}

/** `pid=1 class=CartJob INFO:` of Sidekiq, `request_id=F1 [error]` of Elixir. */
export function takePairsBeforeLevel(reading: Reading): boolean {
  if (reading.stamp === null || reading.severity !== null) return false;
  PAIRS_THEN_LEVEL.lastIndex = reading.at;
  const found = PAIRS_THEN_LEVEL.exec(reading.text);
  if (found === null) return false;
  takePairs(reading, found[1]?.trim() ?? '');
  reading.at = PAIRS_THEN_LEVEL.lastIndex;
  return true;
}

/** `E [08/May/2024:10:12:03 +0200] …` of CUPS: a letter is a level before everything only where a stamp follows. */
function beginsWithLetter(reading: Reading): boolean {
  return (
    reading.last === 'start' &&
    /^[TDINWEFC] ?\[\d/.test(reading.text.slice(reading.at, reading.at + 4)) &&
    readStamp(reading.text, reading.text.indexOf('[', reading.at) + 1, reading.context.yearHint) !== null
  );
}

const SPANS = /(?:[\w.:-]{1,80}\{[^{}]{0,400}\}:){1,8} ?(?:([\w-]{1,80}(?:::[\w<>-]{1,80}){0,10}): )?/y;

/** Spans with their fields before the target, as Rust's tracing prints them: `request{id=7}: orders::db: …`. */
export function takeSpans(reading: Reading): boolean {
  if (reading.severity === null || reading.logger !== null) return false;
  SPANS.lastIndex = reading.at;
  const found = SPANS.exec(reading.text);
  if (found === null) return false;
  reading.logger = found[1] ?? null;
  for (const fields of found[0].matchAll(/\{([^{}]{1,400})\}/g))
    takePairs(reading, (fields[1] ?? '').replaceAll('"', ''));
  reading.at = SPANS.lastIndex;
  return true;
}

const PROCESS_AND_THREAD = /([A-Za-z][\w-]{1,60})\[\d{1,10}:([^\]\s]{1,80})\] (?=\[)/y;

/** `INFO tokens[83:http-36] [request=7] [shop.Tokens] …`: program, process and thread before brackets of the line's own. */
export function takeProcessAndThread(reading: Reading): boolean {
  if (reading.last !== 'level' || reading.service !== null || reading.stamp === null) return false;
  PROCESS_AND_THREAD.lastIndex = reading.at;
  const found = PROCESS_AND_THREAD.exec(reading.text);
  if (found === null) return false;
  reading.service = found[1] ?? null;
  reading.attributes['thread.name'] ??= found[2] ?? '';
  reading.at = PROCESS_AND_THREAD.lastIndex;
  reading.last = 'bracket';
  return true;
}

const PROCESS_AND_LOGGER = /([a-z][\w-]{1,30})\[[\w-]{0,40}\]\[([\w.$]{2,120})\] /y;
const PROGRAM = /([A-Za-z][\w.-]{1,80})(?:\[\d{1,10}\]:?| {1,3}:(?= )) ?/y;

/** A program with its process number behind the level, or a dotted name before a colon of its own. */
export function takeProgram(reading: Reading): boolean {
  if (reading.last !== 'level' || reading.logger !== null || reading.stamp === null) return false;
  PROCESS_AND_LOGGER.lastIndex = reading.at;
  const both = PROCESS_AND_LOGGER.exec(reading.text);
  if (both !== null) {
    reading.service ??= both[1] ?? null;
    reading.logger = both[2] ?? null;
    reading.at = PROCESS_AND_LOGGER.lastIndex;
    return true;
  }
  PROGRAM.lastIndex = reading.at;
  const found = PROGRAM.exec(reading.text);
  const name = found?.[1] ?? '';
  if (found === null || (!found[0].includes('[') && !isStrongName(name))) return false;
  reading.logger = name;
  reading.at = PROGRAM.lastIndex;
  return true;
}

/** `##[error]…` of the runners of pipelines. */
export function takeCommand(reading: Reading): boolean {
  const found = /^##\[(error|warning|debug|notice)\]/.exec(reading.text.slice(reading.at, reading.at + 12));
  if (found === null || reading.severity !== null) return false;
  reading.severity = severityOfField(found[1] ?? '');
  reading.at += found[0].length;
  return true;
}

/** A level letter between marks, or between the stamp and a bracket: `stamp I | etcdserver: …`, `stamp E [7:puma 001] …`. */
export function takeLetter(reading: Reading): boolean {
  if (reading.severity !== null || (reading.stamp === null && !beginsWithLetter(reading))) return false;
  const pattern = /^(?:stamp|bracket|start)$/.test(reading.last)
    ? /^([TDINWEFC])(?:! | (?:\| |(?=\[|[a-z][\w-]{1,40}: |(?:[a-z]\w{0,20}\.){2,8}[A-Z]))|(?=\[\d))/
    : /^([TDINWEFC]) \| /;
  const found = pattern.exec(reading.text.slice(reading.at, reading.at + 120));
  if (found === null) return false;
  reading.severity = severityOfLetter(found[1] ?? '');
  reading.at += found[0].length;
  reading.last = 'level';
  return true;
}

/** `ERROR in module:` of Flask, and the comma of `stamp,ERROR,logger,message`. */
export function takeLoggerPhrase(reading: Reading): boolean {
  const pattern = /in ([\w.]{1,80}): |[,;]([\w.-]{1,80})[,;]/y;
  pattern.lastIndex = reading.at;
  const found = reading.last === 'level' && reading.stamp !== null ? pattern.exec(reading.text) : null;
  if (found === null) return false;
  reading.logger ??= found[1] ?? found[2] ?? null;
  reading.at += found[0].length;
  return true;
}

const NO_MODULE =
  /\.(?:com|org|net|io|dev|app|local|internal|example|cloud|log|conf|json|ya?ml|xml|txt|csv|gz|sql|html?|sh|py|js|ts|rb|go|php|java|jar|exe|dll|so|db|service)$/;

/** `shop.carts` before a sentence: two words of a module, neither a host nor a file. */
function isModule(word: string): boolean {
  return /^[a-z_]{2,30}\.[a-z_]{2,40}$/.test(word) && !NO_MODULE.test(word);
}

/** Atlassian's and Sonatype's products name the user between thread and logger: `[exec-1] ann org.shop.Carts - …`. */
function skipUser(reading: Reading): void {
  const found = /^[\w*@-]{1,40} {1,2}(?=(?:[a-z]\w{0,40}\.){2,12}[A-Z]\w{0,80} - )/.exec(
    reading.text.slice(reading.at, reading.at + 400),
  );
  if (reading.last === 'bracket' && reading.severity !== null && found !== null)
    reading.at += found[0].length;
}

/** A logger needs a level before it and a mark, a bracket or two dots behind it, so that a message keeps its first word. */
export function takeLogger(reading: Reading, first: string): 'taken' | 'end' | 'none' {
  if (reading.logger !== null || reading.last === 'start') return 'none';
  const before = reading.at;
  skipUser(reading);
  const word = reading.at === before ? first : wordFrom(reading.text, reading.at);
  const bare = word.replace(/:$/, '');
  const end = reading.at + word.length;
  const behind = reading.text.slice(end, end + 60);
  if (bare.length < word.length && (behind === '' || /^\s/.test(behind))) {
    const isShort = reading.last === 'bracket' && /^[A-Z]{3,5}$/.test(bare);
    const isFile = bare.includes('/') && NO_MODULE.test(bare);
    const isName =
      reading.severity === null ? isStrongTag(bare) : isShort || (!isFile && isNameBeforeColon(bare));
    if (!isName) return 'none';
    reading.logger = bare;
    reading.at = end;
    return 'end';
  }
  if (reading.severity === null) return 'none';
  const marked =
    /^\s{1,40}(?:-{1,3}|:|>)\s|^\s{0,40}\|/.test(behind) &&
    isNameBeforeMark(bare) &&
    (reading.name === null || /\.|[a-z][A-Z]|[|:]/.test(bare + behind.trimStart().slice(0, 1)));
  const bracketed =
    /^\s{1,40}(?:[[(]|\[[^\]]{1,50}\] - )/.test(behind) &&
    isStrongName(bare) &&
    (/\./.test(bare) || /\] - /.test(behind));
  const padded =
    reading.last === 'level' &&
    /\s{2}$/.test(reading.text.slice(Math.max(0, reading.at - 2), reading.at)) &&
    /^\s{2,40}\S/.test(behind) &&
    isNameBeforeMark(bare) &&
    bare.length < 30;
  const sourced =
    reading.last === 'level' &&
    /^[A-Za-z][\w.-]{1,60}$/.test(bare) &&
    /^ \[[\w./@-]{1,120}\.\w{1,5}:\d{1,7}\] /.test(reading.text.slice(end, end + 150));
  const twoParts = isModule(bare) && /^ [A-Z]/.test(behind);
  const dotted = /^[a-z_][\w$]*(?:\.[\w$]+){2,}$/i.test(bare) && isStrongName(bare);
  if (!marked && !bracketed && !dotted && !twoParts && !padded && !sourced) return 'none';
  reading.logger = bare;
  reading.at = end;
  reading.last = 'logger';
  return 'taken';
}

/** `sshd[123]:` or `update-alternatives:` directly behind a stamp. */
function isStrongTag(word: string): boolean {
  return /^[A-Za-z_][\w.-]{1,60}$/.test(word) && isNameBeforeColon(word);
}

export function takeService(reading: Reading, word: string): 'end' | 'none' {
  if (reading.severity === null || reading.service !== null || reading.logger !== null) return 'none';
  const end = reading.at + word.length;
  const next = wordFrom(reading.text, skipSpaces(reading.text, end));
  const isObject = reading.text[skipSpaces(reading.text, end)] === '{';
  if ((next === '' && !isObject) || reading.text[end] !== ' ' || /^[A-Z]+!|^--/.test(next)) return 'none';
  if (!isServiceWord(word, next, reading.context.services)) return 'none';
  reading.service = word;
  reading.at = end;
  return 'end';
}
