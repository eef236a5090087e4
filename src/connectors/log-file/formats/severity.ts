/** Level words (of English, and of runtimes and databases that speak the machine's language) and level numbers of the scales in use. A number means nothing without its format, so each scale has its own function. */
import type { LogSeverity } from '../../../domain/signal.ts';

const WORDS: Readonly<Record<Exclude<LogSeverity, 'unknown'>, readonly string[]>> = {
  trace: ['trace', 'trc', 'trce', 'verbose', 'vrb', 'verb', 'finest', 'finer', 'silly', 'spam'],
  debug: ['debug', 'dbg', 'debu', 'dbug', 'fine', 'config', 'debug1', 'debug2', 'debug3', 'debug4', 'debug5'],
  info: [
    'info',
    'inf',
    'information',
    'informational',
    'notice',
    'note',
    'log',
    'success',
    'audit',
    'default',
    'http',
    'system',
    '情報',
    '信息',
    '정보',
  ],
  warn: [
    'warn',
    'warning',
    'wrn',
    'warni',
    'deprecated',
    'warnung',
    'avertissement',
    'advertencia',
    'avviso',
    'aviso',
    'minor',
    '警告',
    '경고',
    'предупреждение',
  ],
  error: [
    'error',
    'err',
    'eror',
    'erro',
    'severe',
    'fail',
    'failure',
    'exception',
    'fehler',
    'erreur',
    'errore',
    'schwerwiegend',
    'grave',
    'major',
    'エラー',
    '错误',
    '오류',
    'ошибка',
  ],
  fatal: [
    'fatal',
    'critical',
    'crit',
    'crt',
    'ftl',
    'fata',
    'alert',
    'emerg',
    'emergency',
    'panic',
    'dpanic',
    'critica',
  ],
};

const SEVERITY_OF: ReadonlyMap<string, LogSeverity> = new Map(
  Object.entries(WORDS).flatMap(([severity, words]) => words.map((word) => [word, severity as LogSeverity])),
);

/** Words that are a level only where a field says so (`level=success`), never in running text. */
const FIELD_ONLY = new Set([
  'fail',
  'failure',
  'exception',
  'config',
  'fine',
  'log',
  'note',
  'success',
  'audit',
  'default',
  'http',
  'system',
  'spam',
  'silly',
  'verb',
  'deprecated',
  'alert',
  'grave',
  'major',
  'minor',
]);

/** Words that no text means as a level, in capitals neither: `HTTP parse error`. */
const NEVER_IN_TEXT = new Set(['http', 'system', 'default', 'audit', 'major', 'minor']);

const LETTERS: Readonly<Record<string, LogSeverity>> = {
  T: 'trace',
  V: 'trace',
  D: 'debug',
  I: 'info',
  N: 'info',
  W: 'warn',
  E: 'error',
  F: 'fatal',
  C: 'fatal',
};

/**
 * The level that a field's text names: any case, with Go's offsets (`DEBUG+2`), PostgreSQL's depths (`DEBUG5`), Rust's and .NET's short forms, single letters.
 * Null when it names none.
 */
export function severityOfField(text: string): LogSeverity | null {
  const word = text.trim();
  if (word.length === 0 || word.length > 20) return null;
  if (word.length === 1) return severityOfLetter(word.toUpperCase());
  const base = /^(?:debug|info|warn|error)(?=[+-]\d{1,2}$)|^debug(?=\d$)/i.exec(word)?.[0] ?? word;
  return SEVERITY_OF.get(base.toLowerCase()) ?? null;
}

/** One upper-case letter as glog, logcat, Ruby and tornado print it. */
export function severityOfLetter(letter: string): LogSeverity | null {
  return LETTERS[letter] ?? null;
}

/**
 * A level in running text: upper case (`WARN`), capitalised or lower case (`warn`), but not words that are common prose.
 * Upper-case prose words (`FAIL`) do count.
 */
export function severityOfWord(word: string): LogSeverity | null {
  if (word.length > 13 || (word.length < 3 && /^\w/.test(word))) return null;
  const severity = severityOfField(word);
  if (severity === null) return null;
  const lower = word.toLowerCase();
  if (NEVER_IN_TEXT.has(lower)) return null;
  return word !== word.toUpperCase() && FIELD_ONLY.has(lower) ? null : severity;
}

/** Names of what a syslog message may come from, as alternatives of a pattern. */
export const SYSLOG_FACILITIES =
  'kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7]';

/** Syslog and GELF: 0 emergency … 7 debug. */
export function severityOfSyslog(level: number): LogSeverity {
  if (level <= 2) return 'fatal';
  if (level === 3) return 'error';
  if (level === 4) return 'warn';
  return level <= 6 ? 'info' : 'debug';
}

/** pino and bunyan: 10 trace … 60 fatal, in-between values belong to the level below. */
export function severityOfPino(level: number): LogSeverity | null {
  if (level < 10 || level > 100) return null;
  const scale: readonly LogSeverity[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
  return scale[Math.min(5, Math.floor(level / 10) - 1)] ?? null;
}

/** Python's `levelno`: 10 debug … 50 critical. */
export function severityOfPython(level: number): LogSeverity | null {
  if (level < 1 || level > 100) return null;
  const scale: readonly LogSeverity[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
  return scale[Math.min(5, Math.floor(level / 10))] ?? null;
}

/** OpenTelemetry's severity number: 1–4 trace … 21–24 fatal; 0 is unset. */
export function severityOfOtel(level: number): LogSeverity | null {
  if (level < 1 || level > 24) return null;
  const scale: readonly LogSeverity[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
  return scale[Math.floor((level - 1) / 4)] ?? null;
}

/** The severity that a response status stands for in an access log. */
export function severityOfStatus(status: number): LogSeverity {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
}
