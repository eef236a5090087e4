/** Which lines of a log say that something is wrong, by their level or in words. */
import type { LogPattern } from '../../domain/signal.ts';
import { saysFailureAbroad } from '../_signals/other-languages.ts';

/** Errors, warnings, and records without a severity that say in words that something failed. */
export function isLoud(pattern: LogPattern): boolean {
  return isSevere(pattern) || (pattern.severity === 'warn' && !ASKED_TO_STOP.test(pattern.template));
}

/** supervisord warns of whoever ends by the very signal that it sent him. */
const ASKED_TO_STOP = /^stopped: \S+ \(/;

/** A failure and not only a warning. Where the format has no severity, the exception or the words decide. */
export function isSevere(pattern: LogPattern): boolean {
  if (pattern.severity === 'error' || pattern.severity === 'fatal') return true;
  if (WAITS_FOR_LOCK.test(pattern.template)) return true;
  if (
    pattern.severity === 'unknown' &&
    (pattern.exceptionType !== null ||
      SAYS_FAILURE.test(pattern.template) ||
      saysFailureAbroad(pattern.template))
  )
    return true;
  // Some write everything at one level: what failed and with which exception says more than the word before it.
  return (
    (pattern.severity === 'info' || pattern.severity === 'debug') &&
    SAYS_FAILED.test(pattern.template) &&
    (pattern.exceptionType !== null || pattern.frames.length > 0 || NAMES_EXCEPTION.test(pattern.template))
  );
}

/** PostgreSQL calls it a mere log line; whoever waits for a second is not well. */
const WAITS_FOR_LOCK = /\bstill waiting for .{0,40}lock\b/i;
const SAYS_FAILED = /\b(error|exception|fail(ed|ure)|cannot|could not|unable to|unhandled|uncaught)\b/i;
const NAMES_EXCEPTION = /\b[A-Z]\w+(Error|Exception)\b\s*:/;

const SAYS_FAILURE =
  /\b(error|fatal|critical|panic|exception|traceback|unhandled|uncaught|fail(ed|ure|ing)?|cannot|could not|unable to|refused|service unavailable|blocked using|timed out|time-?out|dropping packets?|table (overflow|full)|exited with code [1-9]\d*|exited on SIG(KILL|SEGV|ABRT|BUS|ILL|FPE))\b/i;

/**
 * Whoever asked hung up. Some always do: only that they do so more than they did is news. A client that is closed is the program's own, with
 * which it asks others.
 */
export const CALLER_LEFT =
  /context cancell?ed|aborting with incomplete response|\bclient\b(?! (?:is|was|has been|already)(?: already)? closed\b).{0,30}\b(disconnect|closed|gone|went away|abort|hung up|cancell?ed)|cancell?ed by (the )?(client|caller|user)/i;
