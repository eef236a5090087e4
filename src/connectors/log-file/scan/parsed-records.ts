/** What becomes of a record that goes through the parser: it is counted and kept, and its key learns from it. */
import type { FileAggregate } from '../aggregate/file-aggregate.ts';
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { parseLine, parsePayload } from '../formats/parse-line.ts';
import { withOuter } from '../formats/parsed.ts';
import { saidBy } from '../formats/reason.ts';
import { serviceOf } from '../service-name.ts';
import { shapeOf } from '../template/template.ts';
import { speaksOfRollout } from '../wording/rollout-wording.ts';
import type { Instants } from './instants.ts';
import type { KernelSlots } from './kernel-slots.ts';
import { isInKey, keepFields, untoldLevel } from './key-fields.ts';
import type { ReadingTools } from './key-reader.ts';
import type { KeyState, Variant } from './key-table.ts';
import type { LineKernel } from './line-kernel.ts';
import type { OpenRecord } from './open-records.ts';
import type { RecordCounter } from './record-counter.ts';
import { MAX_ROLLOUTS, noteRequest, noteRollout, noteUntimed, rolloutTextOf } from './record-notes.ts';
import {
  isCountedRequest,
  keptRecord,
  nextCheck,
  saysItBelow,
  throwsBelow,
  withZone,
} from './record-rules.ts';
import type { SpanCounts } from './span-counts.ts';
import type { UntimedKeys } from './untimed-keys.ts';
import type { Workloads } from './workloads.ts';

/** Services, classes of status and levels that are told apart in the lines of one key. */
const MAX_VARIANTS = 64;

interface Parts {
  readonly kernel: LineKernel;
  readonly slots: KernelSlots;
  readonly untimed: UntimedKeys;
  readonly counts: SpanCounts;
  readonly counter: RecordCounter;
  readonly instants: Instants;
  readonly workloads: Workloads;
  readonly tools: ReadingTools;
  readonly context: FormatContext;
  readonly result: FileAggregate;
  /** Service of records that name none. */
  readonly fallbackService: string | null;
}

export class ParsedRecords {
  readonly #parts: Parts;
  /** Of the record before: most often that of the next. */
  #hint: LogFormat | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  take(record: OpenRecord): void {
    const { result, instants, untimed, counts, counter, fallbackService } = this.#parts;
    const read = this.#parse(record);
    const parsed = isCountedRequest(read) ? read : { ...read, request: null };
    result.parsed++;
    const { key } = record;
    const service = serviceOf(parsed, fallbackService);
    const atMs =
      parsed.wallMs === null
        ? instants.lastMs
        : instants.of(parsed.wallMs, parsed.offsetMinutes ?? Number.NaN, parsed.yearless);
    if (Number.isNaN(atMs)) {
      noteUntimed(result, record, parsed.severity);
      if (key !== null) untimed.learn(key, parsed.severity, !record.wasPartial && record.rest.length === 0);
      return;
    }
    const lastMs = instants.lastMs;
    if (Number.isNaN(lastMs)) counts.endUntimed();
    const variant = this.#variantOf(service, parsed, record.rest.length === 0);
    if (key !== null) this.#learn(key, record, parsed, variant);
    instants.passLast(Math.max(atMs, Number.isNaN(lastMs) ? atMs : lastMs), 0);
    noteRequest(result, read, atMs);
    if (instants.isFuture(atMs)) return;
    result.records++;
    const { request, identity } = parsed;
    const { cell } = variant;
    if (variant.isFailure && identity !== null) cell.noteFailing(identity, atMs);
    cell.passNewest(atMs, record.line);
    counter.count(
      variant,
      {
        pod: parsed.pod,
        host: parsed.host,
        version: parsed.version,
        zone: parsed.zone,
        peer: parsed.peer,
        status: request?.status ?? Number.NaN,
        durationMs: request?.durationMs ?? Number.NaN,
        route: request?.route ?? null,
        isRequest: request !== null,
      },
      atMs,
    );
    cell.describe(parsed);
    cell.formats = key?.formats ?? null;
    cell.keep(keptRecord(record.raw, atMs, record.line, record.byteOffset));
    noteRollout(result, record, parsed, service, atMs);
  }

  #parse(record: OpenRecord): ParsedLine {
    const { context } = this.#parts;
    const { head, wrappers, outer, key } = record;
    const rest = record.rest.length === 0 ? '' : `\n${record.rest.join('\n')}`;
    const isWhole = rest === '' && !record.wasPartial;
    const { format, parsed, known } = isWhole
      ? parsePayload({ wrappers, payload: head, outer }, context, this.#hint, key?.formats ?? null)
      : parseLine((record.wasPartial ? head : record.raw) + rest, context, this.#hint);
    if (record.wasPartial) return withZone(withOuter(parsed, { ...outer, partial: false }), outer);
    this.#hint = format;
    if (isWhole && key !== null) key.formats = known;
    return withZone(parsed, outer);
  }

  /** `isWhole`: the head is the whole record. Else what follows it says why, and the lines of the key need not say the same. */
  #variantOf(service: string | null, parsed: ParsedLine, isWhole: boolean): Variant {
    const { result, workloads } = this.#parts;
    const status = parsed.request?.status ?? null;
    const statusClass = status === null ? 0 : Math.trunc(status / 100);
    const { group, template } = shapeOf(isWhole ? saidBy(parsed) : parsed.message);
    return {
      service,
      said: parsed.service ?? workloads.of(parsed.pod),
      statusClass,
      severity: parsed.severity,
      method: parsed.request?.method ?? null,
      isFailure: statusClass === 5 || parsed.severity === 'error' || parsed.severity === 'fatal',
      cell: result.cellOf(service, parsed.severity, group, template),
      named: new Map(),
      series: [],
    };
  }

  #learn(key: KeyState, record: OpenRecord, parsed: ParsedLine, variant: Variant): void {
    const { kernel, slots, tools, workloads } = this.#parts;
    key.parsed++;
    const isMultiSource =
      record.wasPartial || (speaksOfRollout(rolloutTextOf(parsed)) && key.parsed <= MAX_ROLLOUTS);
    if (isMultiSource || saysItBelow(record, parsed)) this.#parseAll(key);
    if (key.kind === 'parse') return;
    if (!this.#learnLevel(key, record, parsed)) {
      this.#parseAll(key);
      return;
    }
    const known = key.variants.find(
      ({ said, statusClass, severity }) =>
        said === variant.said &&
        statusClass === variant.statusClass &&
        (!key.reader.readsLevel || severity === variant.severity),
    );
    if (known !== undefined && known.severity !== variant.severity) {
      this.#parseAll(key);
      return;
    }
    key.reader.learn(record.tokens, parsed, record.prefix, tools, (at, length) =>
      isInKey(kernel, record, at, length),
    );
    const count = key.nextCheck - kernel.remaining(key.index);
    key.nextCheck = nextCheck(count, key.reader.isRequest, throwsBelow(record, parsed));
    kernel.setRemaining(key.index, key.nextCheck - count);
    if (key.reader.isReady) key.kind = 'fields';
    else this.#parseAll(key);
    keepFields(kernel, record.raw, [parsed.message, parsed.service, parsed.reason, parsed.stack]);
    if (known === undefined && key.variants.length < MAX_VARIANTS) key.variants.push(variant);
    slots.leave(key, key.reader.service ?? workloads.of(key.reader.pod));
  }

  /** False where the lines of a key may differ in their level and only the parser can tell it. */
  #learnLevel({ reader }: KeyState, record: OpenRecord, { severity }: ParsedLine): boolean {
    if (severity === 'unknown' && !reader.readsLevel) return true;
    const { kernel, tools } = this.#parts;
    const span = untoldLevel(kernel, record);
    if (span === null) return !reader.readsLevel;
    return reader.learnLevel(record.tokens, span, severity, tools.texts);
  }

  #parseAll(key: KeyState): void {
    key.kind = 'parse';
    key.isCounted = false;
    this.#parts.kernel.askForKey(key.index);
  }
}
