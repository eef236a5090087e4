/** Calls that a record says its own service made of another: a named other side and how long it took, without a path that was served. The route of such a request is the callee after an arrow. */
import type { RequestFields } from '../format.ts';
import { PEER_NAMES, STATUS_NAMES } from './field-names.ts';
import { type Fields, readField } from './fields.ts';
import { durationOf, requestFields, statusOf } from './request.ts';

/** No path begins so. */
export const CALL = '→ ';

/** Fields that hold the other side where they hold a host. `host` may be the machine that wrote the record. */
const HOST_NAMES = ['remotehost', 'targethost', 'target', 'destination', 'remote', 'endpoint', 'api'];
const OWN_OR_OTHER = ['host'];
const NAME = /^[a-z][\w-]{2,59}$/i;
const HOST = /^(?:[a-z0-9](?:[\w-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}$/i;
/** A machine: `web-3.example.com`, `ip-10-0-1-12.ec2.internal`. */
const MACHINE = /^(?:[a-z]+[-.]?\d+|ip-[\d-]+|[a-z0-9-]*\d{2,})\./i;

function hostIn(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 240) return null;
  const host =
    /^(?:[a-z][a-z+.-]{1,12}:\/\/)?([\w.-]+)(?::\d{1,5})?(?:\/.*)?$/i.exec(value.trim())?.[1] ?? '';
  return HOST.test(host) ? host.toLowerCase() : null;
}

function calleeIn(value: unknown): string | null {
  const host = hostIn(value);
  if (host !== null || typeof value !== 'string') return host;
  const name = value.replace(/:\d{1,5}$/, '');
  return NAME.test(name) ? name.toLowerCase() : null;
}

function otherMachine(value: unknown): string | null {
  const host = hostIn(value);
  return host === null || MACHINE.test(host) ? null : host;
}

function callTo(callee: string, status: number | null, durationMs: number): RequestFields {
  return requestFields({ route: `${CALL}${callee}`, status, durationMs, upstream: callee });
}

/** Null without another side or a duration; a `host` counts only beside a status, as it may be the record's own machine. */
export function callOfFields(fields: Fields, durationMs: number | null): RequestFields | null {
  if (durationMs === null) return null;
  const status = readField(fields, STATUS_NAMES, statusOf)?.value ?? null;
  const callee =
    readField(fields, PEER_NAMES, calleeIn) ??
    readField(fields, HOST_NAMES, hostIn) ??
    (status === null ? null : readField(fields, OWN_OR_OTHER, otherMachine));
  return callee === null ? null : callTo(callee.value, status, durationMs);
}

const OTHER_SIDE =
  /(?:^|[\s,;({[])(host|upstream|peer|backend|provider|dependency|callee|remote|target|endpoint|api)\s?[=:]\s?"?([a-z][\w.:-]{2,200})(?![\w/])/i;
const TOOK =
  /(?:^|[\s,;({[])(?:(?:duration|elapsed|took|latency|time|rtt|cost)(?:_?(ms|us|s|sec|seconds))?|(ms))\s?[=:]\s?"?(\d{1,9}(?:\.\d{1,9})?)\s?(ns|us|µs|ms|s|sec|seconds)?(?![\w.])/i;
const STATUS = /(?:^|[\s,;({[])(?:status|code|status_?code)\s?[=:]\s?"?([1-5]\d\d)(?![\d.])/i;

/** What the value of a key may be; a host for any other. */
const READERS: Readonly<Record<string, (value: unknown) => string | null>> = {
  host: otherMachine,
  upstream: calleeIn,
  peer: calleeIn,
  backend: calleeIn,
  provider: calleeIn,
  dependency: calleeIn,
  callee: calleeIn,
};

/** `host=api.x.com ms=812 status=200`, `upstream=rates duration=812ms`; null for any other text. */
export function callInText(message: string): RequestFields | null {
  const text = message.slice(0, 2_048);
  const side = OTHER_SIDE.exec(text);
  const took = side === null ? null : TOOK.exec(text);
  if (side === null || took === null) return null;
  const [, named, bare, number = '', behind] = took;
  const unit = behind ?? named ?? bare ?? 'ms';
  const durationMs = durationOf(`${number}${unit}`, 1);
  const status = statusOf(STATUS.exec(text)?.[1]);
  const key = (side[1] ?? '').toLowerCase();
  const callee = (READERS[key] ?? hostIn)(side[2]);
  if (key === 'host' && status === null) return null;
  return callee === null || durationMs === null ? null : callTo(callee, status, durationMs);
}

/** The route of a call whose other side is this text; null for none that could be one. */
export function callOf(text: string): string | null {
  const callee = calleeIn(text);
  return callee === null ? null : `${CALL}${callee}`;
}

/** Whom a request of this route was made of; null for one that was served. */
export function calleeOf(route: string | null): string | null {
  return route?.startsWith(CALL) === true ? route.slice(CALL.length) : null;
}
