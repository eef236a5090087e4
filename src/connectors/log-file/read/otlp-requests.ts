/**
 * Log export requests of OpenTelemetry as JSON, one a line as the collector's file exporter writes them, or one over a whole file:
 * each holds many records. They are handed on record by record, as the lines that a program would have written.
 */
import { severityOfOtel } from '../formats/severity.ts';
import { LineFeeder, type LineTaker } from './line-feeder.ts';

/** Longest request that is taken; exporters batch some thousand records, a few megabytes. */
const MAX_REQUEST = 64 << 20;
const NEWLINE = 10;
const SPACE = 1 << 20;

export function holdsOtlpLogs(head: string): boolean {
  return /^\s*\{\s*"resourceLogs"\s*:/.test(head);
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The value within `{stringValue: …}` and its relatives. */
function plain(wrapped: unknown, depth = 0): unknown {
  if (!isObject(wrapped) || depth > 16) return undefined;
  const { stringValue, intValue, doubleValue, boolValue, arrayValue, kvlistValue } = wrapped;
  const scalar = stringValue ?? doubleValue ?? boolValue;
  if (scalar !== undefined) return scalar;
  if (intValue !== undefined) return Number(intValue);
  if (isObject(arrayValue)) return objects(arrayValue['values']).map((each) => plain(each, depth + 1));
  return isObject(kvlistValue) ? named(kvlistValue['values'], depth + 1) : undefined;
}

function named(list: unknown, depth = 0): Json {
  return Object.fromEntries(
    objects(list).flatMap(({ key, value }) => (typeof key === 'string' ? [[key, plain(value, depth)]] : [])),
  );
}

function timeOf({ timeUnixNano, observedTimeUnixNano }: Json): string | undefined {
  for (const nanos of [timeUnixNano, observedTimeUnixNano]) {
    const ms = Number(nanos) / 1e6;
    if (Number.isFinite(ms) && ms > 0 && ms < 8.64e15) return new Date(ms).toISOString();
  }
  return undefined;
}

function levelOf({ severityNumber, severityText }: Json): unknown {
  return severityOfOtel(Number(severityNumber)) ?? severityText;
}

/** One line of JSON for each record of a request; null where it is none. */
export function linesOfRequest(request: unknown): readonly string[] | null {
  if (!isObject(request) || !Array.isArray(request['resourceLogs'])) return null;
  return objects(request['resourceLogs']).flatMap((ofResource) => {
    const about = isObject(ofResource['resource']) ? named(ofResource['resource']['attributes']) : {};
    return objects(ofResource['scopeLogs'] ?? ofResource['instrumentationLibraryLogs']).flatMap((ofScope) => {
      const scope = isObject(ofScope['scope']) ? ofScope['scope']['name'] : undefined;
      return objects(ofScope['logRecords']).map((record) => lineOf(record, about, scope));
    });
  });
}

function lineOf(record: Json, about: Json, scope: unknown): string {
  const body = plain(record['body']);
  return JSON.stringify({
    time: timeOf(record),
    level: levelOf(record),
    ...(isObject(body) ? body : { message: body ?? '' }),
    ...(record['traceId'] === undefined ? {} : { trace_id: record['traceId'], span_id: record['spanId'] }),
    ...withoutOwn(named(record['attributes'])),
    ...(typeof scope === 'string' ? { logger: scope } : {}),
    ...about,
  });
}

/** What the record says of itself is not said again by an attribute of that name. */
function withoutOwn(attributes: Json): Json {
  const { time: _time, level: _level, message: _message, ...rest } = attributes;
  return rest;
}

/** Takes the bytes of a file of requests and feeds a scanner their records; what is no request is handed on as it stands. */
export class RequestFeeder {
  /** Place in the file of each line that was fed: `:12` for line 12. */
  readonly places: string[] = [];
  readonly #inner: LineFeeder;
  #space = Buffer.allocUnsafe(SPACE);
  #parts: Buffer[] = [];
  #size = 0;
  #line = 1;
  #isPassing = false;
  /** Lines that were no JSON by themselves: a request that was printed over many. */
  #spread: string[] = [];
  #spreadSize = 0;
  bytes = 0;
  cutLines = 0;

  constructor(taker: LineTaker) {
    this.#inner = new LineFeeder(taker);
  }

  startAt(): void {}

  space(): Buffer {
    return this.#space;
  }

  commit(count: number): void {
    this.write(this.#space.subarray(0, count));
  }

  write(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, at));
      this.#take();
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  end(): void {
    this.#take();
    if (this.#spread.length > 0) {
      const lines = linesOfRequest(parsed(this.#spread.join('\n')));
      for (const line of lines ?? this.#spread) this.#feed(line, 1);
    }
    this.#inner.end();
  }

  #keep(part: Uint8Array): void {
    if (this.#isPassing) return;
    this.#parts.push(Buffer.from(part));
    this.#size += part.length;
    if (this.#size <= MAX_REQUEST) return;
    this.cutLines++;
    this.#isPassing = true;
    this.#parts = [];
  }

  #take(): void {
    const text = Buffer.concat(this.#parts).toString();
    const isWhole = !this.#isPassing && text.trim() !== '';
    [this.#parts, this.#size, this.#isPassing] = [[], 0, false];
    if (isWhole) this.#takeText(text);
    this.#line++;
  }

  #takeText(text: string): void {
    const lines = this.#spread.length > 0 ? null : linesOfRequest(parsed(text));
    if (lines !== null) {
      for (const line of lines) this.#feed(line, this.#line);
      return;
    }
    this.#spreadSize += text.length;
    if (this.#spreadSize <= MAX_REQUEST) this.#spread.push(text);
    else this.cutLines++;
  }

  #feed(line: string, place: number): void {
    this.places.push(`:${place}`);
    this.#inner.write(Buffer.from(`${line}\n`));
    this.cutLines += this.#inner.cutLines;
    this.#inner.cutLines = 0;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
