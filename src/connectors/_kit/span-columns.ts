/** Which columns of a table hold a span's parts, told from what headers mean, not from one vendor's words. It reads no cells. */
import { plainKey } from './fields.ts';

export interface SpanColumns {
  readonly trace: number;
  readonly span: number;
  readonly parent: number | null;
  /** Where spans are counted within it: their numbers mean nothing outside. */
  readonly segment: number | null;
  readonly parentSegment: number | null;
  readonly service: number;
  /** True where the column names the copy that ran (a pod, a container), not the service. */
  readonly serviceIsInstance: boolean;
  readonly start: number;
  readonly end: number | null;
  readonly duration: number | null;
  readonly name: number | null;
  readonly kind: number | null;
  /** Numeric or worded outcomes, any number of them. */
  readonly status: readonly number[];
  /** Columns that are true or hold text where the span failed. */
  readonly error: readonly number[];
  /** Columns that are false where the span failed. */
  readonly success: readonly number[];
  readonly message: number | null;
  /** The address or the name of the other side. */
  readonly peer: number | null;
}

/** Ordered: the first name that is among the headers is the column. */
const NAMES = {
  trace: /^(trace)?(traceid|trace|traceidentifier|tid)$/,
  span: [
    /^(trace|span)?(spanid|span|spanidentifier)$|^spancontextspanid$/,
    /^(segmentid|transactionid|id|sid)$/,
  ],
  parent: [
    /^(trace)?(parentspanid|parentspan|parentspanidentifier)$/,
    /^parentsegmentid$/,
    /^(trace)?(parentid|parent|pid|psid|pspanid|refspanid|referencespanid|upstreamspanid)$/,
  ],
  service: [
    /^(servicename|service|servicecode|resourceservicename|processservicename|localendpointservicename|localservice|microservice|rootservicename)$/,
    /^(app|application|appname|applicationname)$/,
  ],
  instance: [
    /^(cmdbid|podname|pod|containername|container|kubernetespodname|k8spodname)$/,
    /^(instance|instancename|serviceinstance|hostname|host|node)$/,
  ],
  start: [
    /^(starttimeunixnano|starttime(ns|nanos|us|micros)|startns|startus)$/,
    /^(starttime|starttimestamp|startts|start|startedat|begin|begintime)$/,
    /^(starttime(ms|millis)|startms|timestamp(us|ms|ns)?|ts|datetime|time|date)$/,
  ],
  end: [
    /^(endtimeunixnano|endtime(ns|nanos|us|micros|ms|millis)?|endtimestamp|end|endts|finishtime|finishedat)$/,
  ],
  duration: [
    /^(span|transaction|event)?(duration|durationnano|latency|elapsed|elapsedtime|responsetime|cost|costtime|took|timetaken|rt)(ns|nanos|nanoseconds|us|micros|microseconds|ms|millis|milliseconds|s|sec|seconds)?$/,
  ],
  name: [
    /^(operationname|operation|spanname|transactionname|roottracename|resourcename|resource|endpointname)$/,
    /^(name|methodname|method|interface|api|endpoint|url|path)$/,
  ],
  kind: [/^(spankind|kind)$/, /^(calltype|spantype|type)$/],
  peer: [/^(peer|peerservice|peeraddress|peername|remoteservice|remoteaddress|netpeername|serveraddress)$/],
  message: [/^(statusmessage|errormessage|exceptionmessage|exception|errormsg|statusdescription)$/],
} as const;
const STATUS =
  /^(custom|tags|attributes|meta|event|span)?(outcome|status|statuscode|otelstatuscode|httpstatus(code)?|httpresponsestatuscode|responsecode|responsestatus|grpcstatus(code)?|rpcgrpcstatuscode|returncode|resultcode|code)$/;
/** What records of logs have. */
const LOGGED = /^(message|msg|level|loglevel|severity|severitytext|log|body)$/;
const ERROR = /^(error|iserror|haserror|errored|isexception|failed)$/;
const SUCCESS = /^(success|issuccess|successful|succeeded|ok)$/;

function firstOf(keys: readonly string[], patterns: readonly RegExp[]): number | null {
  for (const pattern of patterns) {
    const index = keys.findIndex((key) => pattern.test(key));
    if (index >= 0) return index;
  }
  return null;
}

function allOf(keys: readonly string[], pattern: RegExp): readonly number[] {
  return keys.flatMap((key, index) => (pattern.test(key) ? [index] : []));
}

/** Null for a header without a trace, a span, a service and a time: it may have a trace beside a log record, or be a table of numbers. */
export function spanColumns(header: readonly string[]): SpanColumns | null {
  const keys = header.map(plainKey);
  const trace = firstOf(keys, [NAMES.trace]);
  // A search page shows traces by their first span alone.
  const span = firstOf(keys, NAMES.span) ?? (keys.includes('rootservicename') ? trace : null);
  const parent = firstOf(keys, NAMES.parent);
  const named = firstOf(keys, NAMES.service);
  const service = named ?? firstOf(keys, NAMES.instance);
  const [start, end, duration] = [NAMES.start, NAMES.end, NAMES.duration].map((names) =>
    firstOf(keys, names),
  );
  if (trace === null || span === null || service === null || start === null || start === undefined)
    return null;
  // A log record may carry the ids of its span, but neither how long it took nor whose part it is.
  if (duration == null && end == null) return null;
  if (parent === null && span !== trace && !keys.some((key) => NAMES.span[0].test(key))) return null;
  const isOfLogs = keys.some((key) => LOGGED.test(key));
  if (isOfLogs && (parent === null || (end == null && !keys.some((key) => NAMES.kind[0].test(key)))))
    return null;
  return {
    trace,
    span,
    parent,
    segment: span === null || keys[span] === 'segmentid' ? null : firstOf(keys, [/^segmentid$/]),
    parentSegment: firstOf(keys, [/^(parentsegmentid|refsegmentid|refparentsegmentid)$/]),
    service,
    serviceIsInstance: named === null,
    start,
    end: end ?? null,
    duration: duration ?? null,
    name: firstOf(keys, NAMES.name),
    kind: firstOf(keys, NAMES.kind),
    status: allOf(keys, STATUS),
    error: allOf(keys, ERROR),
    success: allOf(keys, SUCCESS),
    message: firstOf(keys, NAMES.message),
    peer: firstOf(keys, NAMES.peer),
  };
}

/** Milliseconds in one unit of a duration column by its header: `duration_ms`, `durationNano`; null where it states none. */
export function durationUnitOf(header: string): number | null {
  const key = plainKey(header);
  if (/(ns|nano|nanos|nanoseconds)$/.test(key)) return 1e-6;
  if (/(us|micros|microseconds)$/.test(key)) return 1e-3;
  if (/(ms|millis|milliseconds)$/.test(key)) return 1;
  return /(duration|latency|elapsed|time|cost|took)(s|sec|seconds)$/.test(key) ? 1e3 : null;
}
