/** The family of a failure, told from its wording. Rules are what an SRE would recognise in any system; the first that fits wins. */
import type { LogPattern } from '../../domain/signal.ts';
import type { SymptomClass } from '../../domain/symptom.ts';

interface Rule {
  readonly class: SymptomClass;
  readonly when: RegExp;
}

const RULES: readonly Rule[] = [
  {
    class: 'breaker-open',
    when: /circuit.?breaker.{0,40}\b(open|tripped)|breaker (is )?open|CircuitBreakerOpen|CallNotPermitted|BrokenCircuit|ErrOpenState/i,
  },
  {
    class: 'out-of-memory',
    when: /out of memory|OutOfMemory|heap out of|OOM.?Kill|cannot allocate memory|MemoryError|ENOMEM|heap (space|limit)|memory limit/i,
  },
  {
    class: 'disk-full',
    when: /no space left|ENOSPC|disk (is )?full|disk quota|could not extend file|read-only file system|EROFS/i,
  },
  {
    class: 'certificate',
    when: /certificate|x509|CERT_|self.signed|SSLHandshake|PKIX|tls: (handshake|bad)|unable to verify the first|ssl.{0,20}(expired|verify failed)/i,
  },
  {
    class: 'dns',
    when: /ENOTFOUND|EAI_AGAIN|getaddrinfo|no such host|name resolution|UnknownHost|could not resolve|NXDOMAIN|SERVFAIL|name or service not known|nodename nor servname/i,
  },
  {
    class: 'pool-exhausted',
    when: /pool.{0,40}(exhaust|timeout|timed out|full|empty|limit)|(acquir|wait|obtain|get)\w* .{0,40}connection.{0,30}(pool|available|timed?.?out)|timed? ?out .{0,30}(acquir|waiting).{0,30}connection|connection is not available|too many (clients|connections)|remaining connection slots|QueuePool limit|PoolTimeout|max_?connections/i,
  },
  {
    class: 'rate-limit',
    when: /rate.?limit|too many requests|\b429\b|throttl|quota exceeded|ThrottlingException|slow down/i,
  },
  {
    class: 'lock',
    when: /deadlock|lock (wait )?time.?out|lock wait|could not obtain lock|database is locked|SQLITE_BUSY|LockNotAvailable|lock_timeout|waiting for .{0,40}lock|still waiting for|statement timeout|serializ(e|ation) (access|failure)|canceling statement due to (lock|statement)/i,
  },
  {
    class: 'schema',
    when: /(column|relation|table|field) .{0,80}(does not exist|not found|unknown|missing)|unknown column|no such (column|table)|undefined(column|table)|invalid column|violates (not.null|foreign key|unique|check)|duplicate key value|constraint (violation|failed)|Unknown (field|property)|Unrecognized field/i,
  },
  {
    class: 'missing-module',
    when: /cannot find (module|package)|ModuleNotFound|ImportError|NoClassDefFound|ClassNotFound|NoSuchMethod|undefined symbol|LoadError: cannot load|Could not load file or assembly/i,
  },
  {
    class: 'credentials',
    when: /\b401\b|\b403\b|unauthori[sz]ed|forbidden|authentication (failed|error|required)|invalid.{0,20}(credential|token|api.?key|signature|password|client secret|grant)|(token|jwt|key|session|credential|secret|password).{0,30}(expired|revoked|invalid|rejected|mismatch)|access denied|permission denied|password authentication failed|InvalidSignature|JsonWebToken|TokenExpired|WRONGPASS|NOAUTH/i,
  },
  {
    class: 'missing-config',
    when: /(missing|required|undefined|unset|not set|no value).{0,40}(env|environment|config|setting|variable|property|secret)|(env|environment variable|config(uration)?|setting|property|secret)\b.{0,60}(missing|required|not set|is not (set|defined)|undefined|not found)|KeyError: '[A-Z][A-Z0-9_]+'|Could not resolve placeholder/i,
  },
  {
    class: 'null-dereference',
    when: /null.?pointer|NullReference|cannot read propert|undefined is not|of (undefined|null)\b|nil pointer|invalid memory address|'NoneType'|NoneType.{0,20}(object|has no)|undefined method .{0,40}nil|Call to a member function .{0,60} on null|unwrap\(\).{0,30}None|null value|is not an object \(evaluating/i,
  },
  {
    class: 'type-error',
    when: /TypeError|ClassCast|is not a function|is not iterable|index out of (range|bounds)|IndexError|ArrayIndexOutOf|KeyError|AttributeError|NoSuchElement|AssertionError|panic:|division by zero|ArithmeticException|IllegalState|IllegalArgument|RangeError|ReferenceError/i,
  },
  {
    class: 'serialization',
    when: /(un)?marshal|deseriali[sz]|serializ(ation|er)|JSON ?Parse|JSONDecode|unexpected (token|end of)|malformed|parse error|cannot parse|failed to (parse|decode)|invalid (json|character|utf|wire)|decode error|HttpMessageNotReadable|poison/i,
  },
  {
    class: 'connection-refused',
    when: /ECONNREFUSED|connection refused|connect: refused|no (upstream|healthy|live) upstreams?|no healthy|upstream connect error|failed to connect|could not connect|cannot connect|host unreachable|EHOSTUNREACH|ENETUNREACH|no route to host|network is unreachable/i,
  },
  {
    class: 'connection-reset',
    when: /ECONNRESET|connection reset|socket hang up|broken pipe|EPIPE|unexpected EOF|connection (was )?closed|premature(ly)? close|server closed|upstream prematurely|stream (closed|terminated)/i,
  },
  {
    class: 'timeout',
    when: /time.?d?.?out|ETIMEDOUT|ESOCKETTIMEDOUT|deadline exceeded|DeadlineExceeded|took too long|TimeoutException|timeout of|exceeded .{0,12}\d+ ?m?s|\b504\b/i,
  },
  {
    class: 'validation',
    when: /validation|invalid (request|input|argument|payload|value)|bad request|\b400\b|\b422\b|payload too large|entity too large|\b413\b|must (not )?be|is required|exceeds (the )?(max|limit)|too (long|large)|rejected/i,
  },
  {
    class: 'queue-backlog',
    when: /queue .{0,30}(full|backlog|behind|lag|depth)|consumer lag|backlog|backpressure|QueueFull|RejectedExecution/i,
  },
  {
    class: 'crash',
    when: /\bcrash|core dumped|SIGKILL|SIGSEGV|segfault|segmentation fault|fatal error|uncaught|unhandled (rejection|exception)|process exited|exit(ed)? (with )?(code|status) [1-9]|Back-off restarting/i,
  },
  {
    class: 'data-integrity',
    when: /inconsistent|mismatch|corrupt|checksum|integrity|negative (stock|balance|amount)|duplicate (order|charge|payment|event)/i,
  },
  { class: 'client-error', when: /\b404\b|not found|\b409\b|conflict/i },
  {
    class: 'server-error',
    when: /\b5\d\d\b|internal server error|bad gateway|service unavailable|gateway time|upstream .{0,30}(fail|error)|fail(ed|ure|ures|ing)?\b|error/i,
  },
];

/** Class of a log pattern; the exception type and the template's constant words count, samples only where the template says nothing. */
export function classifyPattern(pattern: LogPattern): SymptomClass {
  const head = `${pattern.exceptionType ?? ''} ${pattern.template}`;
  const direct = classifyText(head);
  if (direct !== 'unclassified' && direct !== 'server-error') return direct;
  const detail = pattern.attributes['error.detail'] ?? '';
  const byDetail = classifyText(detail);
  if (detail !== '' && byDetail !== 'unclassified' && byDetail !== 'server-error') return byDetail;
  const sample = pattern.samples[0]?.message ?? '';
  const bySample = classifyText(`${head} ${sample}`);
  return bySample === 'unclassified' ? direct : bySample;
}

export function classifyText(text: string): SymptomClass {
  return RULES.find((rule) => rule.when.test(text))?.class ?? 'unclassified';
}
