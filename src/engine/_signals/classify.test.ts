import { describe, expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { atSecond, patternAt } from '../_testing/situations.ts';
import { classifyPattern, classifyText } from './classify.ts';

/** What runtimes, databases, brokers and clouds say in their own words, and the family that an engineer reads in it. */
const VOCABULARY: readonly (readonly [string, SymptomClass])[] = [
  ['overloaded, rejecting request: 417 in flight', 'saturation'],
  ['HTTP Error 503. The server is too busy, try again later', 'saturation'],
  ['register gave up after 6000ms', 'timeout'],
  ['register: no answer within <*> ms', 'timeout'],
  ['FATAL: server login has been failing, try again later (server_login_retry)', 'connection-refused'],
  ['FATAL: the database system is shutting down', 'connection-refused'],
  ['invalid date (Date::Error)', 'serialization'],
  ["time data '2027-02-30' does not match format '%Y-%m-%d'", 'serialization'],
  ['parsing time "2027-02-30" as "2006-01-02": day out of range', 'serialization'],
  ['Dalli::RingError - No server available:', 'connection-refused'],
  ['No server is available to handle this request', 'connection-refused'],
  ['FATAL: terminating connection due to administrator command', 'connection-reset'],
  ['giving up after 3 attempts', 'unclassified'],
  ['pooler error: no more connections allowed (max_client_conn)', 'pool-exhausted'],
  ['pooler error: query_wait_timeout', 'pool-exhausted'],
  ['rejected: no valid bearer token', 'credentials'],
  ['LoadError cannot load such file -- /srv/loans/lib/fees (LoadError)', 'missing-module'],
  ['exited: loans (terminated by SIGABRT; not expected)', 'crash'],
  // urllib3 keeps no more connections than it was told to: the call itself was answered.
  ['Connection pool is full, discarding connection: 10.0.0.7. Connection pool size: 10', 'unclassified'],
  [
    'x509: certificate has expired or is not yet valid: current time 2024-05-01T00:00:00Z is after 2024-04-30T23:59:59Z',
    'certificate',
  ],
  [
    'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1007)',
    'certificate',
  ],
  [
    'javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed',
    'certificate',
  ],
  [
    'The remote certificate is invalid because of errors in the certificate chain: NotTimeValid',
    'certificate',
  ],
  ['remote error: tls: expired certificate', 'certificate'],
  [
    'OpenSSL::SSL::SSLError: SSL_connect returned=1 errno=0 state=error: certificate verify failed',
    'certificate',
  ],
  ['invalid peer certificate: Expired', 'certificate'],
  [
    'limiting requests, excess: 4.315 by zone "visitors", client: 10.0.0.9, server: , request: "GET /pages/7 HTTP/1.1"',
    'rate-limit',
  ],
  ['queryA ETIMEOUT routes.partner.example', 'dns'],
  // Perl.
  [`Can't call method "label" on an undefined value at /srv/lib/Holds.pm line 14.`, 'null-dereference'],
  [`Can't use an undefined value as an ARRAY reference at a.pl line 3.`, 'null-dereference'],
  [`Can't use string ("abc") as a HASH ref while "strict refs" in use at a.pl line 3.`, 'type-error'],
  [`Can't locate object method "deck" via package "Seat" at a.pl line 3.`, 'type-error'],
  [`Can't locate Seat/Plan.pm in @INC (you may need to install the Seat::Plan module)`, 'missing-module'],
  // Node, where only the message is logged.
  [
    'not sent: The "path" argument must be of type string or an instance of Buffer or URL. Received an instance of Object',
    'type-error',
  ],
  ['the seats argument must be between 1 and 9', 'validation'],
  ['Temporary failure in name resolution', 'dns'],
  // grpc-js: how long each step of the call took.
  [
    '4 DEADLINE_EXCEEDED: Deadline exceeded after 0.026s,name resolution: 0.001s,LB pick: 0.000s,remote_addr=10.0.0.7:7102',
    'timeout',
  ],
  ['Deadline exceeded after <*>,name resolution: <*>,remote_addr=<*>', 'timeout'],
  ['querySrv ESERVFAIL _ldap._tcp.partner.example', 'dns'],
  ['rates.internal could not be resolved (110: Operation timed out)', 'dns'],
  ['lookup rates.internal on 10.0.0.2:53: server misbehaving', 'dns'],
  ['ERROR: deadlock detected', 'lock'],
  ['canceling statement due to lock timeout', 'lock'],
  // How long it took is said, not why: a plan without its index takes as long as a wait for a row.
  ['canceling statement due to statement timeout', 'timeout'],
  [
    'canceling statement due to statement timeout CONTEXT: while updating tuple (0,7) in relation "orders"',
    'lock',
  ],
  ['Lock wait timeout exceeded; try restarting transaction', 'lock'],
  ['Deadlock found when trying to get lock; try restarting transaction', 'lock'],
  ['ORA-00060: deadlock detected while waiting for resource', 'lock'],
  ['ORA-00054: resource busy and acquire with NOWAIT specified or timeout expired', 'lock'],
  ['Transaction (Process ID 62) was deadlocked on lock resources with another process', 'lock'],
  ['Lock request time out period exceeded.', 'lock'],
  ['could not obtain lock on row in relation "orders"', 'lock'],
  ['could not serialize access due to concurrent update', 'lock'],
  ['org.hibernate.PessimisticLockException: could not execute statement', 'lock'],
  ['WriteConflict: this operation conflicted with another operation', 'lock'],
  ['HikariPool-1 - Connection is not available, request timed out after 30000ms.', 'pool-exhausted'],
  ['QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30', 'pool-exhausted'],
  ['FATAL: sorry, too many clients already', 'pool-exhausted'],
  [
    'FATAL: remaining connection slots are reserved for non-replication superuser connections',
    'pool-exhausted',
  ],
  ['Error: 1040: Too many connections', 'pool-exhausted'],
  ['The timeout period elapsed prior to obtaining a connection from the pool', 'pool-exhausted'],
  ['redis: connection pool timeout', 'pool-exhausted'],
  [
    'ActiveRecord::ConnectionTimeoutError: could not obtain a connection from the pool within 5.000 seconds',
    'pool-exhausted',
  ],
  ['Timeout acquiring a connection. The pool is probably full.', 'pool-exhausted'],
  ['pq: remaining connection slots are reserved', 'pool-exhausted'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'out-of-memory'],
  [
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.4.2.11:9000: i/o timeout"',
    'network',
  ],
  ['rpc error: code = DeadlineExceeded desc = context deadline exceeded', 'timeout'],
  [
    'rpc error: code = ResourceExhausted desc = grpc: received message larger than max (5242880 vs. 4194304)',
    'validation',
  ],
  ['rpc error: code = Unauthenticated desc = token expired', 'credentials'],
  ['rpc error: code = PermissionDenied desc = caller lacks role', 'credentials'],
  ['rpc error: code = Unimplemented desc = unknown method GetQuote', 'client-error'],
  ['StatusCode.UNAVAILABLE failed to connect to all addresses', 'connection-refused'],
  ['io.grpc.StatusRuntimeException: UNAVAILABLE: io exception', 'connection-refused'],
  ['dial tcp 10.0.3.4:5432: connect: no route to host', 'network'],
  ['connect: network is unreachable', 'network'],
  ['connect EHOSTUNREACH 10.0.4.5:6379', 'network'],
  ['java.net.NoRouteToHostException: No route to host', 'network'],
  ['System.Net.Sockets.SocketException (113): No route to host', 'network'],
  ['[Errno 113] No route to host', 'network'],
  ['dial tcp: lookup payments on 10.96.0.10:53: no such host', 'dns'],
  ['Temporary failure in name resolution', 'dns'],
  ['java.net.UnknownHostException: payments', 'dns'],
  ['getaddrinfo ENOTFOUND payments', 'dns'],
  ['socket.gaierror: [Errno -2] Name or service not known', 'dns'],
  ['Name does not resolve', 'dns'],
  ['dial tcp: lookup payments on 10.96.0.10:53: read udp 10.1.1.1:4->10.96.0.10:53: i/o timeout', 'dns'],
  ['AccessDenied: User is not authorized to perform: s3:PutObject', 'credentials'],
  ['ExpiredToken: The security token included in the request is expired', 'credentials'],
  ['InvalidClientTokenId: The security token included in the request is invalid.', 'credentials'],
  ['The AWS Access Key Id you provided does not exist in our records.', 'credentials'],
  ['SignatureDoesNotMatch', 'credentials'],
  ['UnrecognizedClientException', 'credentials'],
  ['ThrottlingException: Rate exceeded', 'rate-limit'],
  ['ProvisionedThroughputExceededException', 'rate-limit'],
  ['FATAL: password authentication failed for user "svc"', 'credentials'],
  ["Access denied for user 'app'@'10.0.0.4' (using password: YES)", 'credentials'],
  ['ORA-01017: invalid username/password; logon denied', 'credentials'],
  ["Login failed for user 'app'.", 'credentials'],
  ['SASL authentication failed', 'credentials'],
  ['NOAUTH Authentication required.', 'credentials'],
  ['WRONGPASS invalid username-password pair or user is disabled.', 'credentials'],
  ['ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN', 'credentials'],
  ['jwt expired', 'credentials'],
  ['invalid_grant: Token has been expired or revoked.', 'credentials'],
  ['HTTP 401: invalid signature on webhook', 'credentials'],
  ['KafkaException: Not authorized to access topics: [Topic authorization failed.]', 'credentials'],
  ['Attempt to heartbeat failed since group is rebalancing', 'queue-backlog'],
  [
    'org.apache.kafka.clients.consumer.CommitFailedException: Commit cannot be completed since the group has already rebalanced',
    'queue-backlog',
  ],
  ['UNKNOWN_TOPIC_OR_PARTITION: This server does not host this topic-partition', 'client-error'],
  ['consumer lag is 48200', 'queue-backlog'],
  ['java.lang.OutOfMemoryError: Java heap space', 'out-of-memory'],
  ['fatal error: runtime: out of memory', 'out-of-memory'],
  ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', 'out-of-memory'],
  ['MemoryError', 'out-of-memory'],
  ['connect EMFILE label-printer:9100 - too many open files', 'saturation'],
  ['accept4: too many open files', 'saturation'],
  ['[Errno 24] Too many open files', 'saturation'],
  ['java.lang.OutOfMemoryError: unable to create native thread', 'saturation'],
  ['fork: Resource temporarily unavailable', 'saturation'],
  ['could not extend file "base/1/2": No space left on device', 'disk-full'],
  ['java.io.IOException: No space left on device', 'disk-full'],
  ["The table 'orders' is full", 'disk-full'],
  [
    'cluster_block_exception [FORBIDDEN/12/index read-only / allow delete (api)] disk usage exceeded flood-stage watermark',
    'disk-full',
  ],
  [
    'Cannot invoke "weights.Tare.value()" because the return value of "weights.Crate.tare()" is null',
    'null-dereference',
  ],
  ['java.lang.NullPointerException', 'null-dereference'],
  ["POST /orders TypeError: Cannot read property 'href' of undefined", 'null-dereference'],
  ['panic: runtime error: invalid memory address or nil pointer dereference', 'null-dereference'],
  ["'NoneType' object is not subscriptable", 'null-dereference'],
  ["AttributeError: 'NoneType' object has no attribute 'id'", 'null-dereference'],
  ['Object reference not set to an instance of an object.', 'null-dereference'],
  ["undefined method `name' for nil:NilClass", 'null-dereference'],
  ['called `Option::unwrap()` on a `None` value', 'null-dereference'],
  ['Call to a member function getId() on null', 'null-dereference'],
  ['Attempt to read property "id" on null', 'null-dereference'],
  ['kotlin.KotlinNullPointerException', 'null-dereference'],
  ['index out of range [5] with length 5', 'type-error'],
  ['java.lang.IndexOutOfBoundsException: Index 5 out of bounds for length 5', 'type-error'],
  ['IndexError: list index out of range', 'type-error'],
  ['System.ArgumentOutOfRangeException: Index was out of range.', 'type-error'],
  ['integer divide by zero', 'type-error'],
  ["KeyError: 'userId'", 'type-error'],
  ['KeyError: message rejected', 'type-error'],
  ["The given key 'a' was not present in the dictionary.", 'type-error'],
  ['Undefined array key "price"', 'type-error'],
  ['column "owner_name" does not exist', 'schema'],
  ["Unknown column 'owner_name' in 'field list'", 'schema'],
  ['relation "plots" does not exist', 'schema'],
  ['ORA-00942: table or view does not exist', 'schema'],
  ["Invalid column name 'owner'.", 'schema'],
  ['no such column: owner', 'schema'],
  ['SQLSTATE[42S22]: Column not found: 1054 Unknown column', 'schema'],
  ['null value in column "x" violates not-null constraint', 'schema'],
  ["Data too long for column 'note' at row 1", 'schema'],
  ['json: cannot unmarshal string into Go struct field Order.total of type float64', 'serialization'],
  ['com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException: Unrecognized field "x"', 'schema'],
  ['Unexpected token < in JSON at position 0', 'serialization'],
  ['json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)', 'serialization'],
  ['The JSON value could not be converted to System.Decimal', 'serialization'],
  ['context deadline exceeded', 'timeout'],
  ['java.net.SocketTimeoutException: Read timed out', 'timeout'],
  [
    'HttpMessageNotReadableException: JSON parse error: value failed for JSON property price due to missing (therefore NULL) value',
    'serialization',
  ],
  ['java.net.ConnectException: Connection refused', 'connection-refused'],
  [
    "requests.exceptions.ReadTimeout: HTTPConnectionPool(host='pay', port=80): Read timed out. (read timeout=5)",
    'timeout',
  ],
  [
    "requests.exceptions.ConnectionError: HTTPConnectionPool(host='pay', port=80): Max retries exceeded with url: / (Caused by NewConnectionError: [Errno 111] Connection refused)",
    'connection-refused',
  ],
  [
    'urllib3.exceptions.ConnectTimeoutError: Connection to 10.0.0.4 timed out. (connect timeout=3)',
    'timeout',
  ],
  [
    'System.Threading.Tasks.TaskCanceledException: The request was canceled due to the configured HttpClient.Timeout of 100 seconds elapsing.',
    'timeout',
  ],
  ['Polly.CircuitBreaker.BrokenCircuitException: The circuit is now open', 'breaker-open'],
  ["CircuitBreaker 'pay' is OPEN and does not permit further calls", 'breaker-open'],
  ['hystrix: circuit open', 'breaker-open'],
  ['upstream request timeout', 'timeout'],
  [
    'upstream connect error or disconnect/reset before headers. reset reason: connection failure',
    'connection-refused',
  ],
  ['no healthy upstream', 'connection-refused'],
  ['connection reset by peer', 'connection-reset'],
  ['unexpected EOF', 'connection-reset'],
  ['java.io.EOFException: SSL peer shut down incorrectly', 'connection-reset'],
  ["ENOENT: no such file or directory, open '/etc/app/config.yml'", 'missing-config'],
  ['Environment variable PAYMENT_URL is not set', 'missing-config'],
  ["KeyError: 'PAYMENT_URL'", 'missing-config'],
  [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as the framework prints it
    'java.lang.IllegalArgumentException: Could not resolve placeholder \'x\' in value "${x}"',
    'missing-config',
  ],
  ['java.lang.NoSuchMethodError: com.x.Y.z()', 'missing-module'],
  ["ModuleNotFoundError: No module named 'x'", 'missing-module'],
  ['System.MissingMethodException: Method not found', 'missing-module'],
  ['413 Payload Too Large', 'validation'],
  ['StackOverflowError', 'type-error'],
  ['maximum recursion depth exceeded', 'type-error'],
  ['RejectedExecutionException: Task rejected from ThreadPoolExecutor', 'queue-backlog'],
  ['java.util.ConcurrentModificationException', 'type-error'],
  ['fatal error: concurrent map writes', 'type-error'],
  ['Faraday::ResourceNotFound (the server responded with status 404)', 'client-error'],
  ['getaddrinfo ENOTFOUND depot.internal', 'dns'],
  ['open /var/spool/1: too many open files', 'saturation'],
  ["'utf-8' codec can't decode byte 0xe9 in position 12: invalid continuation byte", 'serialization'],
  ['Encoding::UndefinedConversionError: "\\xE9" from ASCII-8BIT to UTF-8', 'serialization'],
  ['CSV::MalformedCSVError: Illegal quoting in line 3.', 'serialization'],
  [
    'SQLSTATE[HY000]: General error: 3024 Query execution was interrupted, maximum statement execution time exceeded',
    'timeout',
  ],
  ['attempt to subtract with overflow', 'type-error'],
  [
    'System.InvalidOperationException: A second operation was started on this context instance before a previous operation completed.',
    'type-error',
  ],
  ["READONLY You can't write against a read only replica.", 'server-error'],
];

/** What the record says of its error decides where its message tells an outcome alone. */
const TWOFOLD: readonly (readonly [string, string, SymptomClass])[] = [
  ['parcel not found', 'depot answered 503 Service Unavailable', 'server-error'],
  ['parcel not found', 'depot answered 404', 'client-error'],
  ['parcel not found', 'dial tcp 10.0.0.9:443: connect: connection refused', 'connection-refused'],
  ['upload failed', 'dial tcp: lookup depot on 10.0.0.2:53: socket: too many open files', 'saturation'],
  ['request timed out', 'answered 503 Service Unavailable', 'timeout'],
];

test.each(TWOFOLD)('%s because of %s is %s', (template, detail, want) => {
  const pattern = {
    ...patternAt(template, 'parcels', [0]),
    attributes: { 'error.detail': detail },
  };
  expect(classifyPattern(pattern)).toBe(want);
});

test.each(['err.cause', 'error.cause.message', 'exception.innerException', 'caused_by'])(
  'what %s tells counts more than the type that wraps it',
  (field) => {
    const wrapped = { ...patternAt('rate not known', 'quills', [0]), exceptionType: 'TypeError' };
    const because = (text: string) => classifyPattern({ ...wrapped, attributes: { [field]: text } });
    expect(because('certificate has expired rates:443')).toBe('certificate');
    expect(because('other side closed')).toBe('type-error');
  },
);

test.each(['err', 'error', 'exception.message', 'cause'])(
  'a field called %s is what the record says of its error',
  (field) => {
    const attributes = { boat: 'b-7', [field]: 'connect ECONNREFUSED 10.0.0.9:443' };
    expect(classifyPattern({ ...patternAt('boat not booked', 'boats', [0]), attributes })).toBe(
      'connection-refused',
    );
  },
);

test.each(VOCABULARY)('%s is %s', (text, want) => {
  expect(classifyText(text)).toBe(want);
});

test('a status that varies is read from the incident on, whatever the odd failure before was', () => {
  const sample = (second: number, status: number) => ({
    at: atSecond(second),
    message: `register failed with status ${status}`,
    evidence: evidenceRef('test', `${second}`),
  });
  const pattern = patternAt('register failed with status <*>', 'desk', [0, 100, 110], {
    samples: [sample(0, 503), sample(100, 401), sample(110, 401)],
    attributes: { 'error.message': 'register failed with status 503' },
  });
  expect(classifyPattern(pattern, atSecond(100))).toBe('credentials');
  expect(classifyPattern(pattern)).toBe('server-error');
});

test('whoever catches any exception says nothing of it: what was thrown does', () => {
  const caught = (exceptionType: string, said: string) =>
    classifyPattern(
      patternAt('An unhandled exception has occurred', 'carts', [1], {
        exceptionType,
        attributes: { 'exception.message': said },
      }),
    );
  expect(caught('Shop.StoreException', "OOM command not allowed when used memory > 'maxmemory'.")).toBe(
    'out-of-memory',
  );
  expect(caught('System.NullReferenceException', 'Object reference not set')).toBe('null-dereference');
  expect(caught('Shop.LostException', 'cart 17')).toBe('crash');
});

describe('the number of the system beside the type of whoever passes it on', () => {
  test.each([
    ['fetch failed: connect ECONNREFUSED <*>', 'connection-refused'],
    ['not held: fetch failed: read ECONNRESET', 'connection-reset'],
    ['timeout must be a number', 'type-error'],
  ])('%s is %s', (template, want) => {
    expect(classifyPattern({ ...patternAt(template, 'boats', [0]), exceptionType: 'TypeError' })).toBe(want);
  });
});

describe('the code of an error that was written as an object', () => {
  test.each([
    ['ENOSPC', 'disk-full'],
    ['ECONNREFUSED', 'connection-refused'],
    ['500', 'server-error'],
    ['P2002', 'server-error'],
  ])('%s beside a message of no kind is %s', (code, want) => {
    const attributes = { 'err.code': code, 'err.syscall': 'write' };
    expect(classifyPattern({ ...patternAt('job failed', 'boats', [0]), attributes })).toBe(want);
  });
});
