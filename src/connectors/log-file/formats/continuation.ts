/** Which lines belong to the record above them, judged on the payload behind any wrapper. It joins nothing itself. */
import { isTraceLine } from '../stack/parse-stack.ts';
import { readStamp } from '../time/parse-stamp.ts';

/** The record so far, each line as its payload: no wrapper, no terminal escapes, leading spaces kept. */
export interface OpenRecord {
  readonly head: string;
  readonly last: string;
}

const PYTHON_HEAD = /Traceback \(most recent call last\):/;
const PYTHON_CHAIN =
  /^(?:The above exception was the direct cause|During handling of the above exception|Traceback \(most recent call last\):)/;
const GO_HEAD = /^(?:panic: |fatal error: |runtime: |goroutine \d+ \[|SIG[A-Z]{3,5}: |\[signal )/;
const GO_LINE =
  /^(?:goroutine \d+ \[|created by |exit status \d|\[signal |runtime\.|panic\(|[\w./*()-]{2,200}\([^()]{0,200}\)$)/;
const NODE_HEAD = /^(?:\/|node:|file:\/\/|\[eval\]|[A-Za-z]:\\)\S{0,400}:\d{1,7}$/;
const NODE_END = /^Node\.js v\d/;
const RUST_HEAD = /^thread '[^']{0,120}' .{0,40}panicked at /;
const EXCEPTION_LINE =
  /^(?:[A-Za-z_$][\w$]{0,80}(?:[.\\][\w$]{1,80}){0,10})?(?:Error|Exception|Throwable|Exit|Interrupt|Warning)(?: \[\w{1,40}\])?(?::|$)/;
const POSTGRES_DETAIL = /^\[?\d.{10,200}?(?:STATEMENT|DETAIL|HINT|CONTEXT|QUERY|LOCATION): {2}/;
const CLOSING = /^(?:[\])}]+[;,]?|<\/[\w:.-]{1,60}>)\s*$/;
const MYSQL_SLOW = /^# (?:Time|User@Host|Schema|Query_time|Thread_id|Bytes_sent|Rows_affected): ?/;

const V8_HEAD = /^FATAL ERROR: /;
const ERLANG_HEAD = /^=[A-Z]{4,12} REPORT={2,8} /;
const V8_LINE = /^(?:----- .{1,60} -----$|\s*\d{1,3}: (?:0x)?[0-9a-f]{4,16}\b)/;

const SAYS_ERROR = /\b(?:ERROR|FATAL|WARN|SEVERE|CRITICAL|error)\b/;

/** What a record says that was written because of an exception, its level aside: a retry is logged as information. */
const SAYS_FAILURE = /error|exception|fail|retr(?:y|ied)|warn|critical|traceback|caught/i;
const UNCAUGHT =
  /^(?:panic: |fatal error: |FATAL ERROR: |terminate called |Traceback \(most recent call last\):|Exception in thread |Unhandled exception[.:]|Uncaught )/;

/** What Ruby prints as it ends, and what Puma and Passenger write of an application that does not load. */
const RUBY_END = /^\S{1,300}\.(?:rb|ru):\d{1,6}:in [`'][^`']{1,200}['`]: .{1,2000} \([A-Z][\w:]{2,80}\)\s*$/;
const NOT_LOADED = /^! Unable to (?:load|start) /;

/** An error's own name where it is not called one, as JavaScript prints it: `InvalidCreditCard: Credit card info is invalid`. */
const NAMED_ERROR = /^[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+){1,7}(?: \[\w{1,40}\])?: \S/;

/** Whether a line may be the first that a dying process prints. What stood above it decides. */
function mayBeginCrash(payload: string): boolean {
  return (
    UNCAUGHT.test(payload) ||
    RUST_HEAD.test(payload) ||
    NODE_HEAD.test(payload) ||
    RUBY_END.test(payload) ||
    NOT_LOADED.test(payload)
  );
}

/** Whether a line begins a record or continues one as what stands above it is: no line of its kind may be passed over unseen. */
export function mayBeginRecord(payload: string): boolean {
  return mayBeginCrash(payload) || EXCEPTION_LINE.test(payload) || NAMED_ERROR.test(payload);
}

/** A process or thread that dies writes to the same stream as its log, whatever was logged last. */
function isCrash(payload: string, record: OpenRecord): boolean {
  if (!mayBeginCrash(payload)) return false;
  if (/^Traceback/.test(payload)) return !SAYS_FAILURE.test(record.head.slice(0, 400));
  return !SAYS_ERROR.test(record.head.slice(0, 120));
}

/**
 * An exception that is printed past the logger (`console.warn(err)`, `printStackTrace()`) stands under whatever was logged last. A JSON line
 * is complete in itself.
 */
function isPrintedBeside(payload: string, { head, last }: OpenRecord): boolean {
  const isJson = head.startsWith('{"') && head.endsWith('}');
  if (!EXCEPTION_LINE.test(payload) && !(isJson && NAMED_ERROR.test(payload))) return false;
  // behind the frames of one the next begins: a cause would say that it is one
  return (head === last && !SAYS_FAILURE.test(head.slice(0, 400))) || /^\s+at \S/.test(last);
}

/** An access log has its stamp behind a client and two names, of which there may be more (a virtual host, forwarded addresses). */
const ACCESS = /^(?:\S{1,80} ){3,6}\[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:/;
/** What a program writes before the stamp: `[GIN] 2024/…`, `INFO 2024-…`. */
const TAGGED = /^(?:\[[\w.-]{1,20}\]|[A-Z]{3,8}:?) {1,5}(?:\d{4}[-/]\d\d[-/]\d\d|\d\d[:/]\d\d[:/]\d\d)/;

/** A stamp at the start, behind at most one bracket, a tag or what an access log has before it: such a line is a record of its own. */
export function hasOwnStamp(payload: string): boolean {
  const head = payload.slice(0, 80);
  if (TAGGED.test(head) || ACCESS.test(payload.slice(0, 400))) return true;
  const at = /^[[(<]/.test(head) ? 1 : 0;
  if (readStamp(head, at, 2000) !== null) return true;
  return /^(?:\{"|[A-Z], \[\d{4}-|[IWEF]\d{4}(?:\d{2}|\d{4})? \d\d:|<\d{1,3}>|(?:time|ts|t|level|logger)="?\S)/.test(
    head,
  );
}

function isPython(payload: string, record: OpenRecord): boolean {
  if (PYTHON_CHAIN.test(payload)) return true;
  return /^\s/.test(record.last) && /^[A-Za-z_][\w.]{0,200}(?::|$)/.test(payload);
}

/** Statements of one second stand under one line with the time, each below the line of its user. */
function beginsStatement(payload: string, record: OpenRecord): boolean {
  return (
    payload.startsWith('# Time:') ||
    (payload.startsWith('# User@Host:') && !record.last.startsWith('# Time:'))
  );
}

/** Frames and the fields of the error (`}`) end a crash where the process did not get to say its version: with a place the next one begins. */
function continuesNode(payload: string, last: string): boolean {
  if (NODE_END.test(last)) return false;
  return !NODE_HEAD.test(payload) || !/^(?:\s+at \S|\}\s*$)/.test(last);
}

/** Continuation of a block that has no stamp of its own: dumps of Go, Node and Rust, pretty JSON, slow queries. */
function continuesBlock(payload: string, record: OpenRecord): boolean {
  if (GO_HEAD.test(record.head)) return GO_LINE.test(payload) || payload === '';
  if (NODE_HEAD.test(record.head)) return continuesNode(payload, record.last) && !hasOwnStamp(payload);
  if (RUST_HEAD.test(record.head)) return !record.last.startsWith('note: ') && !hasOwnStamp(payload);
  if (ERLANG_HEAD.test(record.head)) return !payload.startsWith('=') && !hasOwnStamp(payload);
  if (V8_HEAD.test(record.head)) return V8_LINE.test(payload) || payload === '';
  if (/^\{\s*$/.test(record.head)) return record.last !== '}';
  if (MYSQL_SLOW.test(record.head)) return !beginsStatement(payload, record);
  return false;
}

/**
 * Whether `payload` belongs to the open record: it is indented or empty, a frame, a cause, the exception behind a Python trace,
 * or any line without a stamp under a head that has one.
 */
export function continuesRecord(payload: string, record: OpenRecord): boolean {
  if (continuesBlock(payload, record)) return true;
  if (MYSQL_SLOW.test(record.head) && beginsStatement(payload, record)) return false;
  if (POSTGRES_DETAIL.test(payload.slice(0, 260))) return true;
  if (payload.trim() === '' || /^\s/.test(payload)) return !hasOwnStamp(payload.trimStart());
  // a chain of exceptions has a sentence between its traces; without one the next process has died
  if (PYTHON_HEAD.test(payload) && PYTHON_HEAD.test(record.head) && EXCEPTION_LINE.test(record.last))
    return false;
  const isTraced = PYTHON_HEAD.test(record.head) || /^\s{2,}/.test(record.last);
  if (isPrintedBeside(payload, record) || (!isTraced && isCrash(payload, record))) return false;
  if (isTraceLine(payload) || CLOSING.test(payload)) return true;
  if (hasOwnStamp(payload)) return false;
  if (isTraced && isPython(payload, record)) return true;
  if (hasOwnStamp(record.head)) return true;
  return (
    EXCEPTION_LINE.test(payload) &&
    !EXCEPTION_LINE.test(record.head) &&
    SAYS_ERROR.test(record.head.slice(0, 120))
  );
}
