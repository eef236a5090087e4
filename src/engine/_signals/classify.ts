/** The family of a failure, told from its wording. Rules are what an SRE would recognise in any system; the first that fits wins. */

import type { LogPattern } from '../../domain/signal.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import type { EpochMs } from '../../domain/time.ts';
import { causeFieldsOf, errorFieldsOf } from './error-fields.ts';
import { classifyAbroad } from './other-languages.ts';

interface Rule {
  readonly class: SymptomClass;
  readonly when: RegExp;
}

const RULES: readonly Rule[] = [
  {
    class: 'breaker-open',
    when: /circuit.?breaker.{0,40}\b(open|tripped)|breaker (is )?open|circuit (is )?(now )?open|CircuitBreakerOpen|CallNotPermitted|BrokenCircuit|ErrOpenState/i,
  },
  {
    // Java calls it a want of memory; it is one of threads or process ids.
    class: 'saturation',
    when: /unable to create (new )?native thread/i,
  },
  {
    class: 'out-of-memory',
    when: /out of memory|OutOfMemory|heap out of|OOM.?Kill|cannot allocate memory|MemoryError|\bENOMEM\b|heap (space|limit)|memory limit|low on memory|memory.{0,20} (alarm|watermark)|OOM command not allowed|used memory > '?maxmemory/i,
  },
  {
    class: 'disk-full',
    when: /no space left|\bENOSPC\b|disk (is )?full|disk quota|could not extend file|read-only file system|\bEROFS\b|\btable .{1,60} is full\b|flood.?stage|read-only \/ allow delete/i,
  },
  {
    // Whatever was dialled, looked up or opened: the process itself has no descriptor or thread left for it.
    class: 'saturation',
    when: /\bEMFILE\b|\bENFILE\b|too many open files|resource temporarily unavailable|table full, dropping|slow (fd?a?t?a?sync|fdatasync|disk|i\/?o)\b|(fsync|disk|wal|i\/?o) .{0,40}(too slow|is slow|overloaded|took too long)|blocked for more than \d+ seconds|unable to create (new )?native thread|pthread_create failed|can't start new thread|EAGAIN: fork|fork: retry|\bEADDRNOTAVAIL\b|cannot assign requested address|only one usage of each socket address|worker_connections are not enough|reached (the )?(MaxRequestWorkers|MaxClients|pm\.max_children|max_children|maxThreads|maxconn|process limit)|server reached .{0,40}setting|(listen|accept) queue .{0,40}(full|overflow)|possible SYN flooding|to avoid (wraparound|data loss)|must be vacuumed within \d+ transactions|reached maximum value of sequence|fork rejected by pids/i,
  },
  {
    class: 'certificate',
    when: /certificate|x509|CERT_|self.signed|SSLHandshake|PKIX|tls: (handshake|bad)|unable to verify the first|ssl.{0,20}(expired|verify failed)|CERTIFICATE_VERIFY_FAILED|SSLCertVerification/i,
  },
  {
    class: 'missing-module',
    when: /cannot find (module|package)|Can't locate \S+\.pm in @INC|ModuleNotFound|ImportError|No module named|NoClassDefFound|ClassNotFound|NoSuchMethod|\bclass ["'`]?[\w\\.$]+["'`]? (?:was )?not found|MissingMethodException|undefined symbol|LoadError:? cannot load|cannot load such file|cannot open shared object file|version .?GLIBC(XX)?_[\d.]+.? not found|error while loading shared libraries|UnsatisfiedLinkError|DllNotFoundException|exec: \S+: executable file not found|Could not load file or assembly/i,
  },
  {
    class: 'dns',
    when: /\bENOTFOUND\b|\bEAI_AGAIN\b|getaddrinfo|udp \S+->\S+:53\b|\b(A|AAAA|CNAME|SRV|PTR|MX|TXT|HINFO): (read|write|dial) (udp|tcp)\b|gaierror|no such host|name resolution(?!: ?(?:<\*>|[\d.]+ ?m?s))|UnknownHost|could not (resolve (host|name|address)|be resolved)|\bquery(A|Aaaa|Any|Caa|Cname|Mx|Naptr|Ns|Ptr|Soa|Srv|Txt) E[A-Z]{4,}|lookup \S+ on \S+:53|NXDOMAIN|SERVFAIL|name or service not known|nodename nor servname|name does not resolve|dial \w+: lookup /i,
  },
  {
    class: 'network',
    when: /EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|no route to host|NoRouteToHost|(host|network) (is )?(unreachable|down)|error while dialing.{0,80}i\/o timeout|dial tcp [^ ]+ i\/o timeout|dropping packets?|neighbou?r table overflow/i,
  },
  {
    class: 'pool-exhausted',
    when: /(?<!HTTPS?Connection)pool(?! is full, discarding).{0,40}(exhaust|timeout|timed out|full|empty|limit)|(acquir|wait|obtain|get)\w* .{0,40}connection.{0,30}(pool|available|timed?.?out)|timed? ?out .{0,30}(acquir|waiting).{0,30}connection|connection is not available|too many (clients|connections)|max(imum)? number of (clients|connections|sessions)\b.{0,40}(reached|exceeded)|no more connections( are)? (allowed|available)|max_client_conn|query_wait_timeout|remaining connection slots|QueuePool limit|PoolTimeout|ConnectionPool.{0,20}(is )?full|connection pool timeout|max_?connections/i,
  },
  {
    class: 'rate-limit',
    when: /rate.?limit|limiting (requests|connections)\b|delaying request, excess|too many requests|\b429\b|throttl|quota exceeded|ThrottlingException|ThroughputExceeded|RequestLimitExceeded|slow down/i,
  },
  {
    class: 'lock',
    when: /deadlock|lock (wait )?time.?out|lock wait|could not obtain lock|database is locked|SQLITE_BUSY|LockNotAvailable|lock_timeout|waiting for .{0,40}lock|still waiting for|statement timeout.{0,200}while (?:updating|locking|deleting|inserting|rechecking)|serializ(e|ation) (access|failure)|canceling statement due to lock|lock request time.?out|PessimisticLock|LockAcquisition|CannotAcquireLock|WriteConflict|resource busy and acquire|ORA-000(54|60)\b|deadlocked|WRITE_CONFLICT/i,
  },
  {
    class: 'schema',
    when: /(column|relation|table|field) .{0,80}(does not exist|not found|unknown|missing)|unknown column|no such (column|table)|undefined(column|table)|invalid column|violates (not.null|foreign key|unique|check)|duplicate key value|constraint (violation|failed)|Unknown (field|property)|Unrecognized field|ORA-00904\b|ORA-00942\b|data too long for column|value too long for type|out of range for (column|type)|invalid object name/i,
  },
  {
    class: 'credentials',
    when: /PermissionDenied|PERMISSION_DENIED|AccessDenied|not authori[sz]ed|authori[sz]ation failed|SignatureDoesNotMatch|UnrecognizedClient|AuthFailure|ExpiredToken|InvalidClientTokenId|access key id you provided|login (failed|was refused)|not (permitted|allowed) to (log ?in|connect)\b|(role|user|account|login)\b.{0,60} (is|was|has been) (locked|disabled|expired|suspended)|no pg_hba\.conf entry|ACCESS_REFUSED|logon denied|invalid_grant|invalid_client|\b401\b|\b403\b|unauthori[sz]ed|forbidden|authentication (failed|error|required)|invalid.{0,20}(credential|token|api.?key|signature|password|client secret|grant)|(token|jwt|key(?!error)|session|credential|secret|password).{0,30}(expired|revoked|invalid|rejected|mismatch)|signature .{0,20}(does not|doesn't|did not|not) match|(bad|wrong) signature|unknown (signing )?key\b|\bkey.?id .{0,60}(unknown|not found)|\b(no|missing|without( an?)?|lacks( an?)?) (valid )?(bearer|access|auth\w*|session|id|api)[ -]?(token|key|header|credential)s?\b|access denied|permission denied|password authentication failed|InvalidSignature|JsonWebToken|TokenExpired|WRONGPASS|NOAUTH|licen[cs](e|ing)\b.{0,60}(expired|invalid|not valid|has ended|ran out|lapsed|missing|exceeded|exception)|(invalid|expired|no valid|unlicensed).{0,20}licen[cs]e|(evaluation|trial|subscription|licen[cs]e) (period|copy|version|term)?.{0,20}(is over|has ended|ended|expired|lapsed|ran out)/i,
  },
  {
    // A property that a body lacks is none of the configuration.
    class: 'serialization',
    when: /JSON parse error|HttpMessageNotReadable|failed for JSON property/i,
  },
  {
    // What JavaScript calls a property is no setting.
    class: 'null-dereference',
    when: /cannot (?:read|set) propert(?:y|ies)\b.{0,80}\bof (?:undefined|null)\b/i,
  },
  {
    class: 'missing-config',
    when: /(missing|required|undefined|unset|not set|no value).{0,40}(env|environment|config|setting|variable|property|secret)|(env|environment variable|config(uration)?|setting|property|secret)\b.{0,60}(missing|required|not set|is not (set|defined)|undefined|not found)|Could not resolve placeholder|(ENOENT|no such file or directory).{0,60}\.(ya?ml|json|toml|conf|cnf|env|ini|properties|pem|key)\b/i,
  },
  {
    // Names in capitals are variables of the environment; any other missing key is data.
    class: 'missing-config',
    when: /KeyError: '[A-Z][A-Z0-9_]+'/,
  },
  {
    class: 'null-dereference',
    when: /null.?pointer|NullReference|cannot read propert|undefined is not|of (undefined|null)\b|nil pointer|invalid memory address|'NoneType'|NoneType.{0,20}(object|has no)|undefined method .{0,40}nil|Call to a member function .{0,60} on null|\bon an undefined value\b|an undefined value as an? \w+ ref|unwrap\(\).{0,30}None|Object reference not set|read property .{1,60} on null|because .{1,200} is null\b|null value|is not an object \(evaluating/i,
  },
  {
    class: 'type-error',
    when: /TypeError|Can't use string \(.{0,60}\) as an? \w+ ref|\bNot an? (?:HASH|ARRAY|CODE) reference|Can't locate object method|argument must be (?:of type|an instance of|one of)\b.{0,160}\breceived\b|ClassCast|is not a function|is not iterable|index (was )?out of (range|bounds)|out of bounds for length|IndexError|IndexOutOfBounds|ArgumentOutOfRange|KeyError|KeyNotFound|not present in the dictionary|undefined (array key|index|offset)|divide by zero|ConcurrentModification|second operation (was )?started on this context|concurrent map|StackOverflow|stack level too deep|maximum recursion depth|AttributeError|NoSuchElement|AssertionError|panic:|division by zero|DivisionByZero|DivideByZero|ArithmeticException|OverflowException|OverflowError|with overflow|integer overflow|IllegalState|IllegalArgument|RangeError|ReferenceError/i,
  },
  {
    class: 'serialization',
    when: /(un)?marshal|(de|un)seriali[sz]|unpickl|serializ(ation|er)|JSON ?Parse|JSONDecode|unexpected (token|end of)|malformed|could not be converted to|parse error|cannot parse|failed to (parse|decode)|invalid (json|character|utf|wire|byte|encoding)|InvalidEncoding|InvalidByteSequence|UndefinedConversion|MalformedCSV|illegal quoting|invalid date\b|Date::Error|DateTimeParse|parsing time \\?["']|does not match format '|UnicodeDecode|can't decode byte|NumberFormat|InvalidNumber|not a (valid )?number|invalid literal for|could not convert string to|strconv\.Parse|invalid input syntax for|incompatible character encoding|unmappable character|MalformedInput|decode error|HttpMessageNotReadable|poison/i,
  },
  {
    class: 'connection-refused',
    when: /ECONNREFUSED|connection refused|connect call failed|\berrno 111\b|connect: refused|no (upstream|healthy|live) upstreams?|no healthy|no (?:available )?(?:server|host|node|broker)s?(?: (?:is|are))? available|no available (?:server|host|node|broker)s?|No(?:Servers|Hosts?|Nodes|Brokers)Available|upstream connect error|failed to connect|could not connect|cannot connect|can't connect to (?:\w+ ){0,3}server (?:on|through) .{1,80}\((?:2|61|111)\b|(?:not possible|not able|unable) to connect|no connection could be made|communications link failure|actively refused|server login has been failing|the database system is (shutting down|starting up|in recovery mode|not (yet )?accepting connections)|StatusCode\.UNAVAILABLE|\bUNAVAILABLE: io exception|code ?= ?Unavailable/i,
  },
  {
    class: 'connection-reset',
    when: /ECONNRESET|connection reset|connection .{1,40}\breset\b|socket hang up|broken pipe|EPIPE|unexpected EOF|https?:\S*: EOF\b|connection (was )?closed|premature(ly)? close|server closed|upstream prematurely|peer shut down|terminating connection due to administrator command|server terminated abnormally|EOFException|stream (closed|terminated)/i,
  },
  {
    class: 'queue-backlog',
    when: /RejectedExecution|task .{0,80}rejected from|group (is|has already) rebalanc|CommitFailedException|UnacknowledgedTooLong/i,
  },
  {
    class: 'timeout',
    when: /time.?d?.?out|\b(gave|giving) up (waiting|after \d+(\.\d+)? ?m?s\b)|execution time exceeded|query execution was interrupted|ORA-01013\b|ETIMEDOUT|ESOCKETTIMEDOUT|deadline exceeded|DeadlineExceeded|took too long|(did not|didn't|not) (finish|complete|answer|respond|reply|return)(ed)? (with)?in \d|\bno (answer|reply|response)( \w+)? (within|after|for|in) [<\d]|TimeoutException|timeout of|exceeded .{0,12}\d+ ?m?s|\b504\b/i,
  },
  {
    // Whoever turns work away because there is too much of it.
    class: 'saturation',
    when: /\boverload(ed|ing)?\b|\btoo busy\b|\b(server|service|worker)s? (is|are) busy\b|\b(at|over) (full )?capacity\b|\bload.?shed(ding)?\b|\bshedding (load|requests)\b/i,
  },
  {
    class: 'validation',
    when: /validation|message larger than max|invalid (request|input|argument|payload|value)|bad request|\b400\b|\b422\b|payload too large|entity too large|\b413\b|must (not )?be|is required|exceeds (the )?(max|limit)|too (long|large)|rejected/i,
  },
  {
    class: 'queue-backlog',
    when: /queue .{0,30}(full|backlog|behind|lag|depth)|consumer lag|backlog|backpressure|QueueFull|RejectedExecution/i,
  },
  {
    class: 'crash',
    when: /\bcrash|core dumped|SIGKILL|SIGSEGV|segfault|segmentation fault|fatal error|uncaught|unhandled (rejection|exception)|process exited|exit(ed)? (on SIG[A-Z]+|(with )?(code|status) [1-9])|Back-off restarting|\bexited: \S+ \(.{1,60}; not expected\)|entered FATAL state/i,
  },
  {
    class: 'data-integrity',
    when: /inconsistent|mismatch|corrupt|checksum|integrity|negative (stock|balance|amount)|duplicate (order|charge|payment|event)/i,
  },
  {
    class: 'client-error',
    when: /\b404\b|not found|\b409\b|conflict|\bUnimplemented\b|unknown method|UNKNOWN_TOPIC|does not host this topic/i,
  },
  {
    class: 'server-error',
    when: /\b5\d\d\b|internal server error|bad gateway|service unavailable|gateway time|upstream .{0,30}(fail|error)|fail(ed|ure|ures|ing)?\b|error|\b(READONLY|LOADING|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|TRYAGAIN)\b|NotWritablePrimary|not (a |the )?primary\b/i,
  },
];

/** A status or a word of the other side's own: it says that the other side failed, not merely that something did. */
const ANSWERED_BADLY = /\b5\d\d\b|service unavailable|bad gateway|internal server error|maintenance/i;
/** What a message says when it tells of the outcome and not of the reason. */
const OUTCOMES: readonly SymptomClass[] = ['unclassified', 'server-error', 'client-error'];
/** Types that runtimes and clients wrap any reason in: `TypeError: fetch failed`, an unhandled exception. */
const WRAPPERS: readonly SymptomClass[] = [...OUTCOMES, 'type-error', 'crash'];

const ERRNO = /\bE(?:CONN|ADDR|HOST|NET|TIMEDOUT|PIPE|AI_)[A-Z_]*\b|\bENOTFOUND\b|\bUND_ERR_[A-Z_]+\b/;

/**
 * Class of a log pattern; the exception type and the template's constant words count, samples only where the template says nothing,
 * and of those the first from `since` on: what varies (a status) may have been another one in the odd failure before.
 * Where the message tells an outcome (`owner not found`) and the record's error the reason (`answered 503`), the reason counts.
 */
export function classifyPattern(pattern: LogPattern, since?: EpochMs): SymptomClass {
  const head = `${pattern.exceptionType ?? ''} ${pattern.template}`;
  const said = classifyText(head);
  // `TypeError: fetch failed: connect ECONNREFUSED`: the number of the system says what the type of whoever passes it on does not.
  const direct =
    said === 'type-error' && ERRNO.test(pattern.template) ? classifyText(pattern.template) : said;
  const byCause = WRAPPERS.includes(direct) ? classifyText(causeFieldsOf(pattern).join(' ')) : 'unclassified';
  if (!WRAPPERS.includes(byCause)) return byCause;
  // `An unhandled exception has occurred`: whoever catches all says so of any.
  const thrown = direct === 'crash' ? classifyText(thrownIn(pattern)) : 'unclassified';
  if (!WRAPPERS.includes(thrown)) return thrown;
  if (!OUTCOMES.includes(direct)) return direct;
  const told = samplesSince(pattern, since);
  const bySample = classifyText(`${head} ${told[0]?.message ?? ''}`);
  // What a record carries beside its message is kept of the first one, which was of another failure.
  if (told.length < pattern.samples.length && !OUTCOMES.includes(bySample)) return bySample;
  const detail = errorFieldsOf(pattern).join(' ');
  const byDetail = classifyText(detail);
  if (byDetail !== 'unclassified' && (byDetail !== 'server-error' || ANSWERED_BADLY.test(detail)))
    return byDetail;
  if (direct === 'client-error') return direct;
  return bySample === 'unclassified' ? direct : bySample;
}

function thrownIn({ exceptionType, attributes }: LogPattern): string {
  return `${exceptionType ?? ''} ${attributes['exception.message'] ?? ''}`;
}

/** Those from `since` on, all of them where none is. */
export function samplesSince(pattern: LogPattern, since: EpochMs | undefined): LogPattern['samples'] {
  const later = since === undefined ? [] : pattern.samples.filter(({ at }) => at !== null && at >= since);
  return later.length > 0 ? later : pattern.samples;
}

export function classifyText(text: string): SymptomClass {
  const said = RULES.find((rule) => rule.when.test(text))?.class ?? 'unclassified';
  return OUTCOMES.includes(said) ? (classifyAbroad(text) ?? said) : said;
}
