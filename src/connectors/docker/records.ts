/** What `docker events`, `docker ps`, `docker compose ps` and `docker inspect` print, for people or as JSON lines, to one kind of record. It judges nothing. */

import type { EpochMs } from '../../domain/time.ts';
import { textOf } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import { flatTexts, listAt, objectAt, textAt } from '../_kit/nested.ts';
import { headerOf, readPrintedTable } from '../_kit/printed-table.ts';
import { isObject, type JsonObject, type RecordPlace, readRecords } from '../_kit/records.ts';

/** One thing that happened to a container, or how it stood when it was listed (`at` null, `action` `listed`). */
export interface ContainerRecord {
  readonly at: EpochMs | null;
  /** `start`, `die`, `oom`, `kill`, `health_status: unhealthy`, `listed`. */
  readonly action: string;
  readonly name: string;
  readonly image: string | null;
  /** Compose's or Swarm's name of the service; null where a container was started by hand. */
  readonly service: string | null;
  readonly exitCode: number | null;
  /** `Restarting (137) 5 seconds ago`; empty for an event. */
  readonly status: string;
  readonly place: RecordPlace;
  readonly text: string;
}

export interface ContainerRecords {
  readonly records: readonly ContainerRecord[];
  /** Lines and objects that are no container's. */
  readonly rejected: number;
  readonly truncated: boolean;
}

type Where = Pick<ContainerRecord, 'place' | 'text'>;
type Attributes = Readonly<Record<string, string>>;

const EVENT_LINE = /^(\d{4}-\d{2}-\d{2}T\S+) (\w+) (.+?) (\S+) \((.*)\)$/;
const EVENT_HEAD =
  /^\d{4}-\d{2}-\d{2}T\S+ (?:container|image|network|volume|daemon|service|node|plugin) \S.* \((?:.*, )?name=.*\)\r?$/m;
const TABLE = /^(?:CONTAINER ID\s+IMAGE\s+COMMAND|NAME\s+(?:IMAGE\s+)?COMMAND\s+SERVICE)/;

export function isEventJson(record: JsonObject): boolean {
  return 'Action' in record && 'Type' in record && isObject(record['Actor']);
}

export function isListedJson(record: JsonObject): boolean {
  return (
    'Image' in record && 'Status' in record && 'State' in record && ('Names' in record || 'Name' in record)
  );
}

/** A container as `docker inspect` tells it whole. */
export function isInspected(record: JsonObject): boolean {
  return (
    isObject(record['State']) &&
    isObject(record['Config']) &&
    'StartedAt' in record['State'] &&
    'Name' in record
  );
}

export function isPrintedDocker(head: string): boolean {
  return EVENT_HEAD.test(head.split('\n', 1)[0] ?? '') || TABLE.test(headerOf(head));
}

function fromEvent(
  action: string,
  at: EpochMs | null,
  attributes: Attributes,
  where: Where,
): ContainerRecord | null {
  const { name } = attributes;
  if (at === null || name === undefined || name === '') return null;
  const exitCode = Number(attributes['exitCode']);
  return {
    at,
    action,
    name,
    image: attributes['image'] ?? null,
    service: attributes['com.docker.compose.service'] ?? attributes['com.docker.swarm.service.name'] ?? null,
    exitCode: attributes['exitCode'] === undefined || Number.isNaN(exitCode) ? null : exitCode,
    status: '',
    ...where,
  };
}

/** `null` for what is no container's, `undefined` for what cannot be read. */
function ofEventJson(record: JsonObject, where: Where): ContainerRecord | null | undefined {
  if (textOf(record['Type']) !== 'container') return null;
  const nanoseconds = textOf(record['timeNano']);
  const seconds = record['time'];
  const exact = nanoseconds === null ? Number.NaN : Math.floor(Number(nanoseconds) / 1e6);
  const milliseconds = Number.isFinite(exact) ? exact : Number(seconds) * 1000;
  const at = readInstant(milliseconds, null)?.at ?? null;
  const attributes = flatTexts(objectAt(objectAt(record, 'Actor'), 'Attributes'));
  return fromEvent(textOf(record['Action']) ?? '', at, attributes, where) ?? undefined;
}

/** The zero time stands for "not yet". */
function inspectedTime(value: unknown): EpochMs | null {
  return readInstant(value, null)?.at ?? null;
}

/** What its state tells of its last run: the start, and the end where there was one. */
function ofInspected(record: JsonObject, where: Where): readonly (ContainerRecord | undefined)[] {
  const [state, config] = [objectAt(record, 'State'), objectAt(record, 'Config')];
  const labels = flatTexts(objectAt(config, 'Labels'));
  const name = (textOf(record['Name']) ?? '').replace(/^\//, '');
  const [startedAt, finishedAt] = [inspectedTime(state['StartedAt']), inspectedTime(state['FinishedAt'])];
  if (name === '' || startedAt === null) return [undefined];
  const about = (action: string, at: EpochMs): ContainerRecord => ({
    at,
    action,
    name,
    image: textOf(config['Image']),
    service: labels['com.docker.compose.service'] ?? labels['com.docker.swarm.service.name'] ?? null,
    exitCode: action === 'die' && typeof state['ExitCode'] === 'number' ? state['ExitCode'] : null,
    status: '',
    ...where,
  });
  const isOver = state['Running'] === false && finishedAt !== null && finishedAt >= startedAt;
  const checks = listAt(objectAt(state, 'Health'), 'Log').filter(isObject);
  const checkedAt = inspectedTime(checks.at(-1)?.['End']);
  const isUnwell = textAt(state, 'Health', 'Status') === 'unhealthy' && checkedAt !== null;
  return [
    about('start', startedAt),
    ...(isUnwell ? [about('health_status: unhealthy', checkedAt)] : []),
    ...(isOver && state['OOMKilled'] === true ? [about('oom', finishedAt)] : []),
    ...(isOver ? [about('die', finishedAt)] : []),
  ];
}

function listed(fields: Pick<ContainerRecord, 'name' | 'image' | 'service' | 'status'>, where: Where) {
  return fields.name === '' || fields.status === ''
    ? undefined
    : { ...fields, at: null, action: 'listed', exitCode: null, ...where };
}

function ofListedJson(record: JsonObject, where: Where): ContainerRecord | undefined {
  return listed(
    {
      name: (textOf(record['Name']) ?? textOf(record['Names']) ?? '').replace(/^\//, ''),
      image: textOf(record['Image']),
      service:
        textOf(record['Service']) ??
        /com\.docker\.compose\.service=([^,]+)/.exec(textAt(record, 'Labels') ?? '')?.[1] ??
        null,
      status: textOf(record['Status']) ?? '',
    },
    where,
  );
}

/** `(image=shop/cart:1.4.2, name=shop-cart-1)`: a value may hold a comma, a key no space. */
function attributesOf(text: string): Attributes {
  const pairs = text.split(/, (?=[\w.-]+=)/).flatMap((pair): readonly (readonly [string, string])[] => {
    const end = pair.indexOf('=');
    const key = pair.slice(0, end);
    return end <= 0 || key === '__proto__' ? [] : [[key, pair.slice(end + 1)]];
  });
  return Object.fromEntries(pairs);
}

function ofEventLine(line: string, where: Where): ContainerRecord | null | undefined {
  const [, time, type, action = '', , attributes = ''] = EVENT_LINE.exec(line) ?? [];
  if (type === undefined) return undefined;
  if (type !== 'container') return null;
  return fromEvent(action, readInstant(time, null)?.at ?? null, attributesOf(attributes), where) ?? undefined;
}

function collected(
  found: readonly (ContainerRecord | null | undefined)[],
  rejected: number,
  truncated: boolean,
) {
  const records = found.filter((record) => record !== null && record !== undefined);
  return { records, rejected: rejected + found.filter((record) => record === undefined).length, truncated };
}

function readPrinted(text: string, max: number): ContainerRecords {
  if (TABLE.test(headerOf(text))) {
    const { rows, truncated } = readPrintedTable(text, max);
    const found = rows.map(({ cells, line, byteOffset, text: whole }) =>
      listed(
        {
          name: cells['NAMES'] ?? cells['NAME'] ?? '',
          image: cells['IMAGE'] ?? null,
          service: cells['SERVICE'] ?? null,
          status: cells['STATUS'] ?? '',
        },
        { place: { kind: 'line', line, byteOffset }, text: whole },
      ),
    );
    return collected(found, 0, truncated);
  }
  const found: (ContainerRecord | null | undefined)[] = [];
  let byteOffset = 0;
  let truncated = false;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line !== '' && found.length >= max) truncated = true;
    else if (line !== '')
      found.push(ofEventLine(line, { place: { kind: 'line', line: index + 1, byteOffset }, text: line }));
    byteOffset += Buffer.byteLength(raw) + 1;
  }
  return collected(found, 0, truncated);
}

/** Reads at most `max` records. */
export function readContainerRecords(text: string, max: number): ContainerRecords {
  if (isPrintedDocker(text.slice(0, 4_000))) return readPrinted(text, max);
  const input = readRecords(text, [], max);
  const found = input.records.flatMap(
    ({ value, place, text: whole }): readonly (ContainerRecord | null | undefined)[] => {
      if (isEventJson(value)) return [ofEventJson(value, { place, text: whole })];
      if (isInspected(value)) return ofInspected(value, { place, text: whole });
      return [isListedJson(value) ? ofListedJson(value, { place, text: whole }) : undefined];
    },
  );
  const read = collected(found, input.rejected, input.truncated);
  // Events come in their order; containers are listed in any.
  if (!input.records.some(({ value }) => isInspected(value))) return read;
  return { ...read, records: [...read.records].sort((a, b) => (a.at ?? 0) - (b.at ?? 0)) };
}
