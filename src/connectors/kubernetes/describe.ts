/** Pods as `kubectl describe pod` prints them for people, as the objects that the API would give. Only what stands there with a time has one. */
import { toIso } from '../../domain/time.ts';
import { before, type PrintedAt, printedAt } from '../_kit/printed-at.ts';
import type { JsonObject } from '../_kit/records.ts';

/** An object and the line that tells most of it. */
export interface DescribedObject {
  readonly value: JsonObject;
  /** 1-based. */
  readonly line: number;
  readonly byteOffset: number;
  readonly text: string;
}

interface Line {
  readonly indent: number;
  readonly key: string;
  readonly value: string;
  readonly number: number;
  readonly byteOffset: number;
  readonly text: string;
}

const START = /^Name:\s+\S/;
const NAMES_POD = /^Namespace:\s+\S/m;

export function isDescribed(head: string): boolean {
  return (
    /^Name:\s+\S/m.test(head) &&
    NAMES_POD.test(head) &&
    /^(Node|Start Time|Controlled By|Containers):/m.test(head)
  );
}

function linesOf(text: string): readonly Line[] {
  let byteOffset = 0;
  return text.split('\n').map((raw, index): Line => {
    const at = byteOffset;
    byteOffset += Buffer.byteLength(raw) + 1;
    const [, indent = '', key = '', value = ''] = /^(\s*)([^:]*?)(?::\s*(.*?))?\s*$/.exec(raw) ?? [];
    return { indent: indent.length, key, value, number: index + 1, byteOffset: at, text: raw.trim() };
  });
}

/** `Fri, 01 Mar 2024 10:00:05 +0000` as ISO 8601; undefined for anything else. */
function timeOf(text: string | undefined): string | undefined {
  const at = text === undefined || !/^\w{3}, \d{2} \w{3} \d{4} /.test(text) ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** Lines below the one at `index` that are indented further. */
function below(lines: readonly Line[], index: number): readonly Line[] {
  const own = lines[index];
  if (own === undefined) return [];
  const end = lines.findIndex((line, at) => at > index && line.text !== '' && line.indent <= own.indent);
  return lines.slice(index + 1, end < 0 ? lines.length : end);
}

/** Direct members of a block, by key. */
function members(block: readonly Line[]): ReadonlyMap<string, string> {
  const indent = Math.min(...block.filter(({ text }) => text !== '').map((line) => line.indent));
  return new Map(block.filter((line) => line.indent === indent).map(({ key, value }) => [key, value]));
}

function stateOf(block: readonly Line[], key: string): JsonObject {
  const index = block.findIndex((line) => line.key === key);
  const word = block[index]?.value;
  if (word === undefined) return {};
  const inner = members(below(block, index));
  const reason = inner.get('Reason');
  if (word === 'Waiting') return { waiting: { reason } };
  if (word === 'Running') return { running: { startedAt: timeOf(inner.get('Started')) } };
  return {
    terminated: {
      reason,
      exitCode: Number(inner.get('Exit Code') ?? Number.NaN),
      startedAt: timeOf(inner.get('Started')),
      finishedAt: timeOf(inner.get('Finished')) ?? null,
    },
  };
}

function resourcesOf(block: readonly Line[], key: string): JsonObject {
  const index = block.findIndex((line) => line.key === key);
  return index < 0 ? {} : Object.fromEntries(members(below(block, index)));
}

interface Container {
  readonly spec: JsonObject;
  readonly status: JsonObject;
}

function containersOf(pod: readonly Line[], section: string): readonly Container[] {
  const index = pod.findIndex((line) => line.indent === 0 && line.key === section);
  if (index < 0) return [];
  const block = below(pod, index);
  const names = block.filter((line) => line.indent === 2 && line.value === '' && line.text.endsWith(':'));
  return names.map((head) => {
    const own = below(block, block.indexOf(head));
    const plain = members(own);
    const restartCount = Number(plain.get('Restart Count') ?? 0);
    return {
      spec: {
        name: head.key,
        image: plain.get('Image'),
        resources: { limits: resourcesOf(own, 'Limits'), requests: resourcesOf(own, 'Requests') },
      },
      status: {
        name: head.key,
        restartCount: Number.isFinite(restartCount) ? restartCount : 0,
        state: stateOf(own, 'State'),
        lastState: stateOf(own, 'Last State'),
      },
    };
  });
}

/** `app=cart`, one a line; the first beside its key. */
function pairsOf(pod: readonly Line[], key: string): Readonly<Record<string, string>> {
  const index = pod.findIndex((line) => line.indent === 0 && line.key === key);
  const first = pod[index]?.value;
  const pairs = [first ?? '', ...(index < 0 ? [] : below(pod, index).map(({ text }) => text))];
  return Object.fromEntries(
    pairs.flatMap((pair): readonly (readonly [string, string])[] => {
      const [, name, value] = /^([^=\s]+)=(.*)$/.exec(pair) ?? [];
      return name === undefined || value === undefined || name === '__proto__' ? [] : [[name, value]];
    }),
  );
}

/** `Warning  BackOff  2m (x30 over 12m)  kubelet  Back-off restarting …` */
const EVENT =
  /^(Normal|Warning)\s+(\w+)\s+([\dydhms]+|<unknown>)(?:\s+\(x(\d+) over ([^)]*)\))?\s+(?:\S+(?:, \S+)?)\s{2,}(.+)$/;

function eventsOf(
  pod: readonly Line[],
  name: string,
  namespace: string,
  printed: PrintedAt | null,
): readonly DescribedObject[] {
  const index = pod.findIndex((line) => line.indent === 0 && line.key === 'Events');
  if (index < 0) return [];
  return below(pod, index).flatMap((line): readonly DescribedObject[] => {
    const [, type, reason, last = '', count, first, message] = EVENT.exec(line.text) ?? [];
    if (type === undefined) return [];
    const [firstAt, lastAt] = [before(printed, first ?? last), before(printed, last)];
    const value = {
      kind: 'Event',
      metadata: { name: `${name}:${line.number}`, namespace },
      type,
      reason,
      message,
      count,
      firstTimestamp: firstAt === null ? undefined : toIso(firstAt),
      lastTimestamp: lastAt === null ? undefined : toIso(lastAt),
      involvedObject: { kind: 'Pod', name, namespace },
    };
    return [{ value, line: line.number, byteOffset: line.byteOffset, text: line.text }];
  });
}

/** The line that says what is wrong, else the name. */
function tellingLine(pod: readonly Line[]): Line | undefined {
  const reasons = pod.filter(({ key, indent }) => key === 'Reason' && indent > 0);
  return (
    reasons.find(({ value }) => value === 'OOMKilled') ??
    reasons.find(({ value }) => value !== 'Completed') ??
    pod[0]
  );
}

function podOf(pod: readonly Line[], printed: PrintedAt | null): readonly DescribedObject[] {
  const plain = new Map(pod.filter(({ indent }) => indent === 0).map(({ key, value }) => [key, value]));
  const name = plain.get('Name') ?? '';
  const namespace = plain.get('Namespace');
  const told = tellingLine(pod);
  if (name === '' || namespace === undefined || told === undefined || !plain.has('Containers')) return [];
  const [ownerKind, ownerName] = (plain.get('Controlled By') ?? '').split('/');
  const startTime = timeOf(plain.get('Start Time'));
  const init = containersOf(pod, 'Init Containers');
  const containers = containersOf(pod, 'Containers');
  const value = {
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      creationTimestamp: startTime,
      labels: pairsOf(pod, 'Labels'),
      ownerReferences:
        ownerKind === undefined || ownerName === undefined
          ? []
          : [{ kind: ownerKind, name: ownerName, controller: true }],
    },
    spec: {
      nodeName: plain.get('Node')?.split('/')[0],
      containers: containers.map(({ spec }) => spec),
    },
    status: {
      phase: plain.get('Status'),
      reason: plain.get('Reason'),
      message: plain.get('Message'),
      startTime,
      initContainerStatuses: init.map(({ status }) => status),
      containerStatuses: containers.map(({ status }) => status),
    },
  };
  const { number, byteOffset, text } = told;
  return [{ value, line: number, byteOffset, text }, ...eventsOf(pod, name, namespace, printed)];
}

/** Reads at most `max` objects. `rejected` counts descriptions that are no pod's. */
export function readDescribed(path: string, text: string, max: number) {
  const printed = printedAt(path, text, null);
  const lines = linesOf(text);
  const starts = lines.flatMap((line, index) =>
    START.test(`${line.key}: ${line.value}`) && line.indent === 0 ? [index] : [],
  );
  const pods = starts.map((start, index) =>
    podOf(lines.slice(start, starts[index + 1] ?? lines.length), printed),
  );
  const rows = pods.flat();
  return {
    rows: rows.slice(0, max),
    rejected: pods.filter((pod) => pod.length === 0).length,
    truncated: rows.length > max,
  };
}
