/** From flat fields to a `ParsedLine`: what every structured format shares. Level scales and odd shapes stay with their formats. */
import { isPlaceholderService } from '../../../domain/service.ts';
import type { LogSeverity } from '../../../domain/signal.ts';
import type { FormatContext, ParsedLine, RequestFields } from '../format.ts';
import { exceptionOf, type ThrownException, withThrown } from '../stack/exception.ts';
import { type Stamp, stampOfValue } from '../time/parse-stamp.ts';
import { callInText, callOfFields } from './call.ts';
import { guessLevel, guessMessage, guessService, guessStamp, loggerBesideLevel } from './field-guess.ts';
import * as names from './field-names.ts';
import { type Fields, readField, textField, withoutAnsi } from './fields.ts';
import { parsedLine, timeOf } from './parsed.ts';
import { reasonOfFields } from './reason.ts';
import {
  durationOf,
  meshService,
  requestFields,
  requestInText,
  requestLine,
  routeOf,
  statusOf,
} from './request.ts';
import {
  severityOfField,
  severityOfOtel,
  severityOfPino,
  severityOfPython,
  severityOfStatus,
  severityOfSyslog,
} from './severity.ts';

/** What a format knows better than the table of names. */
export interface FieldOptions {
  /** The level scale of a number; the default tells pino, Python, monolog, log4j and syslog apart by name and size. */
  readonly scale?: (level: number, fields: Fields) => LogSeverity | null;
  /** Where `name` stands: the program in pino and bunyan, a logger elsewhere. */
  readonly nameIs?: 'service' | 'logger';
  readonly messageNames?: readonly string[];
}

const MAX_ATTRIBUTES = 16;
const MAX_ATTRIBUTE_LENGTH = 160;

/** Monolog's 100…600 and log4j's 5000…50000. */
function severityOfLargeNumber(level: number): LogSeverity | null {
  const hundreds = level >= 1000 ? level / 10_000 : level / 100;
  if (level >= 1000) return severityOfPython(Math.floor(hundreds * 10));
  if (level >= 500) return 'fatal';
  if (level >= 400) return 'error';
  if (level >= 300) return 'warn';
  return level >= 200 ? 'info' : 'debug';
}

/** The scale of Application Insights, which alone calls its field `severityLevel`. */
const APPLICATION_INSIGHTS: readonly LogSeverity[] = ['trace', 'info', 'warn', 'error', 'fatal'];

function severityOfNumber(level: number, fields: Fields): LogSeverity | null {
  if (fields.values.has('levelno')) return severityOfPython(level);
  if (fields.values.has('severitynumber') && !fields.values.has('level')) return severityOfOtel(level);
  if (fields.values.has('severitylevel')) return APPLICATION_INSIGHTS[level] ?? null;
  if (level >= 100) return level <= 60_000 ? severityOfLargeNumber(level) : null;
  if (level >= 10) return severityOfPino(level);
  const isSyslog =
    fields.values.has('facility') ||
    fields.values.has('syslogfacility') ||
    fields.values.has('priority') ||
    fields.values.has('pri');
  return isSyslog && Number.isInteger(level) && level >= 0 ? severityOfSyslog(level) : null;
}

function severityOfFields(fields: Fields, options: FieldOptions): LogSeverity | null {
  const scale = options.scale ?? severityOfNumber;
  const found = readField(fields, names.LEVEL_NAMES, (value) => {
    if (typeof value === 'number') return scale(value, fields);
    if (typeof value !== 'string') return null;
    return /^\d{1,5}$/.test(value.trim())
      ? scale(Number(value), fields)
      : severityOfField(withoutAnsi(value));
  });
  return found?.value ?? severityOfTags(fields);
}

/** Kibana and other hapi servers list the level among the tags: `["error", "elasticsearch"]`. */
function severityOfTags(fields: Fields): LogSeverity | null {
  const tags = fields.values.get('tags');
  if (!Array.isArray(tags)) return null;
  const level = tags
    .slice(0, 16)
    .find((tag) => /^(?:debug|info|warn|warning|error|fatal|critical)$/.test(String(tag)));
  return level === undefined ? null : severityOfField(String(level));
}

/** By the table of names, else any text field that reads as a stamp and whose name speaks of time. */
export function stampOfFields(fields: Fields, context: FormatContext): Stamp | null {
  const read = (value: unknown) => {
    const stamp = stampOfValue(value, context.yearHint);
    return stamp === null || stamp.wallMs === null ? null : stamp;
  };
  const named = readField(fields, names.TIME_NAMES, read);
  if (named !== null) return named.value;
  const [date, clock] = [fields.values.get('date'), fields.values.get('time')];
  if (typeof date === 'string' && typeof clock === 'string') return read(`${date} ${clock}`);
  const others = [...fields.values.keys()].filter(
    (name) => /time|date|stamp/.test(name) && !name.includes('.'),
  );
  return readField(fields, others, read)?.value ?? null;
}

/** Text of any message value: lists are joined, objects become JSON, both bounded. */
function messageText(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : withoutAnsi(value);
  if (Array.isArray(value) && value.length > 0)
    return value
      .slice(0, 16)
      .map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
      .join(' ')
      .slice(0, 4096);
  return null;
}

function durationOfFields(fields: Fields): number | null {
  const secondsByDefault = typeof fields.values.get('ts') === 'number';
  for (const [name, unit] of names.DURATION_NAMES) {
    const value = fields.values.get(name);
    if (value === undefined) continue;
    const durationMs = unit === 0 ? unitlessDuration(value, secondsByDefault) : durationOf(value, unit);
    if (durationMs !== null) return durationMs;
  }
  return null;
}

/**
 * A plain `duration`: seconds in zap's JSON (whose `ts` is a number) and below 1; nanoseconds for a whole number from 1e6
 * (Go's `time.Duration`, otherwise over a quarter of an hour); else milliseconds.
 */
function unitlessDuration(value: unknown, secondsByDefault: boolean): number | null {
  const number = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number') return durationOf(value, 1);
  if (Number.isInteger(number) && number >= 1e6) return durationOf(number, 1e-6);
  return durationOf(number, secondsByDefault || (number < 1 && number > 0) ? 1e3 : 1);
}

function requestOfFields(fields: Fields): { request: RequestFields; target: string } | null {
  const method = readField(fields, names.METHOD_NAMES, (value) =>
    typeof value === 'string' && /^[A-Za-z]{3,16}$/.test(value) ? value.toUpperCase() : null,
  );
  const target = readField(fields, names.PATH_NAMES, (value) =>
    typeof value === 'string' && /^(\/|[a-z]{2,8}:\/\/)/i.test(value) ? value : null,
  );
  const status = readField(fields, names.STATUS_NAMES, statusOf);
  const said = textField(fields, ['request', 'requestline'])?.text;
  const line = target === null && said !== undefined ? requestLine(said) : null;
  const isResponse = status !== null && /^res|^http\./.test(status.name);
  const wanted = target?.value ?? line?.target ?? null;
  const isRequest = wanted !== null && (method !== null || line !== null || status !== null);
  if (!isRequest && !isResponse) return null;
  const upstream = textField(fields, names.UPSTREAM_NAMES);
  const request = requestFields({
    method: method?.value ?? line?.method ?? null,
    route: wanted === null ? null : routeOf(wanted),
    status: status?.value ?? null,
    durationMs: durationOfFields(fields),
    upstream: upstream?.text ?? null,
  });
  return { request, target: wanted ?? '' };
}

const POD_SHAPE = /-(?:[a-f0-9]{7,10}-[a-z0-9]{5}|[a-z0-9]{8,10}-[a-z0-9]{5})$/;

/** A host name with the shape of a pod (`api-7f9c4d5b6-x2x4z`) is the pod. */
export function podOfHost(host: string | null): string | null {
  return host !== null && POD_SHAPE.test(host) && /\d/.test(host) ? host : null;
}

function versionOf(fields: Fields): string | null {
  return (
    readField(fields, names.VERSION_NAMES, (value) =>
      typeof value === 'string' &&
      /^v?\d+\.\d+(\.\d+|[-+.\w]*)|^v\d+|^\d{2,6}$|^[0-9a-f]{7,40}$/.test(value) &&
      value !== '1.1'
        ? value.slice(0, 80)
        : null,
    )?.value ?? null
  );
}

/** `eu-west-1b`, `us-central1`, `dc2`: a zone of deliveries or of tariffs has another shape. */
function zoneOf(fields: Fields): string | null {
  return (
    readField(fields, names.ZONE_NAMES, (value) =>
      typeof value === 'string' && /^[a-z]{2,12}(?:-[a-z]{2,20}){0,3}-?\d{1,3}-?[a-z]?$/.test(value)
        ? value
        : null,
    )?.value ?? null
  );
}

function peerOf(fields: Fields): string | null {
  return (
    readField(fields, names.PEER_NAMES, (value) =>
      typeof value === 'string' && /^[A-Za-z0-9][\w.:/@-]{1,119}$/.test(value) ? value : null,
    )?.value ?? null
  );
}

function stackOf(fields: Fields): string | null {
  return (
    readField(fields, names.STACK_NAMES, (value) =>
      typeof value === 'string' && value.includes('\n') ? value : null,
    )?.value ?? null
  );
}

/** Scalars that no named field took, under their own names. */
function attributesOf(fields: Fields, taken: ReadonlySet<string>, message: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  let count = 0;
  for (const [normal, value] of fields.values) {
    if (count >= MAX_ATTRIBUTES) break;
    if (
      taken.has(normal) ||
      (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    )
      continue;
    const text = String(value);
    if (text === '' || text === message || text.length > MAX_ATTRIBUTE_LENGTH) continue;
    attributes[fields.names.get(normal) ?? normal] = text;
    count++;
  }
  return attributes;
}

const TAKEN: ReadonlySet<string> = new Set([
  ...names.TIME_NAMES,
  ...names.LEVEL_NAMES,
  ...names.STACK_NAMES,
  'v',
  '@version',
  'levelvalue',
  'pid',
  'message',
  'msg',
  'hostname',
  'host',
  'logger',
  'loggername',
  'name',
  'service',
  'service.name',
  'pod',
  'requestid',
  'reqid',
  'ecs.version',
  'traceflags',
]);

function serviceOf(fields: Fields, nameIs: 'service' | 'logger', isRouter: boolean): string | null {
  if (nameIs === 'service') {
    const named = textField(fields, ['name']);
    if (named !== null)
      return textField(fields, ['service.name', 'service', 'servicename'])?.text ?? named.text;
  }
  const found = readField(fields, names.SERVICE_NAMES, serviceText);
  if (found === null) return (isRouter ? routedTo(fields) : null) ?? resourceOf(fields);
  return isRouter && /^\d+ms$/.test(found.value) ? null : found.value.slice(0, 120);
}

/** Whom a mesh's proxy passed a request to: the service of its cluster, else the host that was asked for. */
function routedTo(fields: Fields): string | null {
  const cluster = textField(fields, ['upstreamcluster'])?.text;
  const authority = textField(fields, ['authority'])?.text.replace(/:\d{1,5}$/, '') ?? null;
  return (cluster === undefined ? null : meshService(cluster)) ?? authority;
}

/** The last part of a resource's path in Azure, whose logs name what wrote them in no other way. */
function resourceOf(fields: Fields): string | null {
  const id = textField(fields, ['resourceid'])?.text ?? '';
  return /^\/subscriptions\/.{1,400}\/providers\/.{1,200}\/([^/]{1,120})$/i.exec(id)?.[1] ?? null;
}

function serviceText(value: unknown): string | null {
  if (typeof value !== 'string' || value.trim() === '' || value === '-') return null;
  return isPlaceholderService(value) ? null : withoutAnsi(value);
}

function loggerOf(fields: Fields, nameIs: 'service' | 'logger', taken: string | null): string | null {
  const candidates =
    nameIs === 'service' ? names.LOGGER_NAMES.filter((name) => name !== 'name') : names.LOGGER_NAMES;
  const found = textField(fields, candidates)?.text ?? loggerBesideLevel(fields);
  return found === null || found === taken || found.length > 160 || /[\s{]/.test(found) ? null : found;
}

/** What the record says of its exception: the named type, else the head of its trace. */
function exceptionTypeOf(fields: Fields, thrown: ThrownException | null): string | null {
  const named = textField(fields, names.EXCEPTION_NAMES)?.text ?? null;
  if (named !== null && /^[\w.$:\\]{2,160}$/.test(named)) return named;
  return thrown?.type ?? null;
}

function messageOf(fields: Fields, options: FieldOptions): string | null {
  return readField(fields, options.messageNames ?? names.MESSAGE_NAMES, messageText)?.value ?? null;
}

/** What happened, by a record that has no message: `kind`, and how a process ended where it says so. */
function happeningOf(fields: Fields): string {
  const kind = textField(fields, ['kind', 'action'])?.text ?? '';
  if (kind === '') return '';
  const signal = textField(fields, ['signal'])?.text ?? '';
  const code = fields.values.get('exitcode') ?? fields.values.get('code');
  const failed = typeof code === 'number' && Number.isInteger(code) && code > 0 && code < 256;
  if (/^SIG[A-Z]{2,6}$/.test(signal)) return `${kind}, exited on ${signal}`;
  return failed ? `${kind}, exited with code ${code}` : kind;
}

/** Null when the fields carry neither a time, a level nor a message: then it is some JSON, not a log record. */
export function recordOfFields(
  fields: Fields,
  context: FormatContext,
  options: FieldOptions = {},
): ParsedLine | null {
  const stamp = stampOfFields(fields, context) ?? guessStamp(fields, context);
  const byFields = requestOfFields(fields);
  const level = severityOfFields(fields, options) ?? (byFields === null ? guessLevel(fields) : null);
  const said =
    messageOf(fields, options) ??
    (byFields === null && happeningOf(fields) === '' ? guessMessage(fields) : null);
  if (stamp === null && level === null && said === null && byFields === null) return null;
  const line =
    byFields === null ? happeningOf(fields) : `${byFields.request.method ?? ''} ${byFields.target}`.trim();
  const message = said ?? line;
  const request =
    byFields?.request ??
    requestInText(message) ??
    callOfFields(fields, durationOfFields(fields)) ??
    callInText(message);
  const status = request?.status ?? null;
  const nameIs = options.nameIs ?? 'logger';
  const named = serviceOf(fields, nameIs, said === null && byFields !== null);
  const logger = loggerOf(fields, nameIs, named);
  const service = named ?? (logger === null ? guessService(fields, context) : null);
  const host = textField(fields, names.HOST_NAMES)?.text ?? null;
  const stack = stackOf(fields);
  const thrown = stack === null ? null : exceptionOf(stack);
  const attributes = attributesOf(fields, TAKEN, message);
  if (status !== null) attributes['http.response.status_code'] = String(status);
  return parsedLine({
    ...timeOf(stamp),
    severity: level ?? (status === null ? 'unknown' : severityOfStatus(status)),
    service,
    message,
    reason: reasonOfFields(fields, message),
    pod: textField(fields, names.POD_NAMES)?.text ?? podOfHost(host),
    host,
    version: versionOf(fields),
    zone: zoneOf(fields),
    peer: peerOf(fields),
    logger,
    requestId: textField(fields, names.REQUEST_ID_NAMES)?.text ?? null,
    request,
    exceptionType: exceptionTypeOf(fields, thrown),
    stack,
    attributes: withThrown(attributes, thrown, stack ?? ''),
  });
}
