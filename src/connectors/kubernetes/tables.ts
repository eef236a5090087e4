/** Tables that `kubectl get` prints for people: columns under a header in capitals, several after each other for several kinds. Ages become times where it is known when they were printed. */

import { toIso } from '../../domain/time.ts';
import { before, type PrintedAt, printedAt } from '../_kit/printed-at.ts';
import { headerOf, type PrintedRow, readPrintedTable } from '../_kit/printed-table.ts';
import type { JsonObject } from '../_kit/records.ts';

type Cells = Readonly<Record<string, string>>;

/** What a row needs besides its cells. */
interface Print {
  readonly line: number;
  readonly printed: PrintedAt | null;
}

interface TableKind {
  readonly header: RegExp;
  /** An object as the API would give it, as far as a row tells; null for a row without what makes it one. */
  readonly objectOf: (cells: Cells, print: Print) => JsonObject | null;
}

/** Full names of what the first column of an object abbreviates. */
const KINDS: Readonly<Record<string, string>> = {
  pod: 'Pod',
  po: 'Pod',
  replicaset: 'ReplicaSet',
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  job: 'Job',
  node: 'Node',
  horizontalpodautoscaler: 'HorizontalPodAutoscaler',
  rollout: 'Rollout',
};

function isoBefore(printed: PrintedAt | null, age: string | undefined): string | undefined {
  const at = age === undefined ? null : before(printed, age);
  return at === null ? undefined : toIso(at);
}

/** `pod/cart-1` and `deployment.apps/cart`, as several kinds at once are printed. */
function plainName(cells: Cells): string {
  return (cells['NAME'] ?? '').replace(/^[a-z.]+\//, '');
}

function metadataOf(name: string, cells: Cells, createdAt: string | undefined): JsonObject {
  const namespace = cells['NAMESPACE'];
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(createdAt === undefined ? {} : { creationTimestamp: createdAt }),
  };
}

/** What an event is about where its kind is not printed: columns of one's own choice show the name alone. */
function unprintedKind(name: string, reason: string): string {
  if (/^(ScalingReplicaSet|DeploymentRollback\w*)$/.test(reason)) return 'Deployment';
  if (/^Node[A-Z]|^Rebooted$/.test(reason)) return 'Node';
  if (/^Successful(Create|Delete)$|^FailedCreate$/.test(reason)) return 'ReplicaSet';
  return /-[a-z0-9]{5}$|-\d+$/.test(name) ? 'Pod' : '';
}

function firstOf(cells: Cells, names: readonly string[]): string | undefined {
  return names.map((name) => cells[name]).find((cell) => cell !== undefined);
}

const LAST = ['LAST SEEN', 'LASTSEEN', 'LAST', 'LAST_SEEN', 'LASTTIMESTAMP', 'TIME', 'TIMESTAMP', 'WHEN'];
const FIRST = ['FIRST SEEN', 'FIRSTSEEN', 'FIRST', 'FIRST_SEEN', 'FIRSTTIMESTAMP'];

function eventOf(cells: Cells, { line, printed }: Print): JsonObject | null {
  const object = firstOf(cells, ['OBJECT', 'INVOLVED', 'NAME', 'POD']) ?? '';
  const reason = cells['REASON'] ?? '';
  const [kind = '', name = ''] = object.includes('/')
    ? object.split('/')
    : [unprintedKind(object, reason), object];
  if (reason === '' || name === '') return null;
  // `21m (x5 over 35m)`: last seen, and first.
  const [, last = '', count, first] =
    /^(\S+)(?: \(x(\d+) over (\S+)\))?/.exec(firstOf(cells, LAST) ?? '') ?? [];
  const time = (text: string | undefined) =>
    text !== undefined && /^\d{4}-\d{2}-\d{2}T/.test(text) ? text : isoBefore(printed, text);
  const namespace = cells['NAMESPACE'];
  return {
    kind: 'Event',
    metadata: { name: `${name}:${line}`, ...(namespace === undefined ? {} : { namespace }) },
    type: cells['TYPE'] ?? 'Warning',
    reason,
    message: cells['MESSAGE'] ?? '',
    count: cells['COUNT'] ?? count,
    firstTimestamp: time(firstOf(cells, FIRST)) ?? time(first) ?? time(last),
    lastTimestamp: time(last),
    involvedObject: { kind: KINDS[kind.toLowerCase().split('.')[0] ?? ''] ?? kind, name, namespace },
  };
}

/** What the column STATUS says of the first container that is not well. */
function stateOf(status: string, endedAt: string | null): JsonObject {
  if (/^(Running|Completed|Terminating|Succeeded|Unknown|Pending)$/.test(status)) return {};
  return status === 'OOMKilled'
    ? { terminated: { reason: status, exitCode: 137, finishedAt: endedAt } }
    : { waiting: { reason: status } };
}

function podOf(cells: Cells, { printed }: Print): JsonObject | null {
  const name = plainName(cells);
  const status = (cells['STATUS'] ?? '').replace(/^Init:/, '');
  const restarts = /^(\d+)(?: \((\S+) ago\))?/.exec(cells['RESTARTS'] ?? '');
  if (name === '' || status === '' || restarts === null) return null;
  const node = cells['NODE'];
  const createdAt = isoBefore(printed, cells['AGE']);
  const restartedAt = isoBefore(printed, restarts[2]) ?? null;
  return {
    kind: 'Pod',
    metadata: metadataOf(name, cells, createdAt),
    spec: node === undefined || node === '<none>' ? {} : { nodeName: node },
    status: {
      ...(status === 'Evicted' ? { reason: status } : {}),
      startTime: createdAt,
      containerStatuses: [
        {
          name: '',
          restartCount: Number(restarts[1]),
          state: stateOf(status, restartedAt),
          ...(restartedAt === null ? {} : { lastState: { terminated: { finishedAt: restartedAt } } }),
        },
      ],
    },
  };
}

/** The images of a wide table, beside their containers' names. */
function templateOf(cells: Cells): JsonObject {
  const names = (cells['CONTAINERS'] ?? '').split(',');
  const images = (cells['IMAGES'] ?? '').split(',').filter((image) => image !== '');
  return { spec: { containers: images.map((image, index) => ({ name: names[index] ?? '', image })) } };
}

function replicaSetOf(cells: Cells, { printed }: Print): JsonObject | null {
  const name = plainName(cells);
  const replicas = Number(cells['DESIRED']);
  const owner = /^(.+)-[a-z0-9]{5,10}$/.exec(name)?.[1];
  if (owner === undefined || !Number.isInteger(replicas)) return null;
  return {
    kind: 'ReplicaSet',
    metadata: {
      ...metadataOf(name, cells, isoBefore(printed, cells['AGE'])),
      ownerReferences: [{ kind: 'Deployment', name: owner, controller: true }],
    },
    spec: { replicas, template: templateOf(cells) },
    status: { replicas: Number(cells['CURRENT']), readyReplicas: Number(cells['READY']) },
  };
}

function deploymentOf(cells: Cells): JsonObject | null {
  const name = plainName(cells);
  const [, ready, replicas] = /^(\d+)\/(\d+)$/.exec(cells['READY'] ?? '') ?? [];
  if (name === '' || replicas === undefined) return null;
  return {
    kind: 'Deployment',
    metadata: metadataOf(name, cells, undefined),
    spec: { replicas: Number(replicas), template: templateOf(cells) },
    status: {
      readyReplicas: Number(ready),
      updatedReplicas: Number(cells['UP-TO-DATE'] ?? replicas),
      availableReplicas: Number(cells['AVAILABLE'] ?? ready),
    },
  };
}

/** Conditions that a node's status names, comma separated. */
function nodeOf(cells: Cells): JsonObject | null {
  const name = plainName(cells);
  const [status = ''] = (cells['STATUS'] ?? '').split(',');
  if (name === '' || !/^(Not)?Ready$|^Unknown$/.test(status)) return null;
  const condition = { type: 'Ready', status: status === 'Ready' ? 'True' : 'False', reason: status };
  return { kind: 'Node', metadata: metadataOf(name, cells, undefined), status: { conditions: [condition] } };
}

const NAME = '^(?:NAMESPACE\\s+)?NAME\\s+';
const TABLES: readonly TableKind[] = [
  {
    header:
      /^(NAMESPACE\s+)?(LAST SEEN|FIRST SEEN|LASTSEEN)\s+(FIRST SEEN\s+)?(COUNT\s+)?(TYPE\s+)?.*REASON\s+.*OBJECT/,
    objectOf: eventOf,
  },
  // Columns that somebody chose: a time, the reason and the message, and what it is about.
  {
    header:
      /^(?=.*\b(?:LAST|FIRST|TIME|TIMESTAMP|WHEN|LASTTIMESTAMP|LAST_SEEN)\b)(?=.*\bREASON\b)(?=.*\b(?:OBJECT|INVOLVED|NAME|POD)\b).*\bMESSAGE\b/,
    objectOf: eventOf,
  },
  { header: new RegExp(`${NAME}READY\\s+STATUS\\s+RESTARTS\\s+AGE`), objectOf: podOf },
  { header: new RegExp(`${NAME}DESIRED\\s+CURRENT\\s+READY\\s+AGE`), objectOf: replicaSetOf },
  { header: new RegExp(`${NAME}READY\\s+UP-TO-DATE\\s+AVAILABLE\\s+AGE`), objectOf: deploymentOf },
  { header: new RegExp(`${NAME}STATUS\\s+ROLES\\s+AGE\\s+VERSION`), objectOf: nodeOf },
];
/** The first line of any table of `kubectl get`. */
const ANY_HEADER =
  /^(?:NAMESPACE\s+)?(?:NAME|LAST SEEN|FIRST SEEN|LASTSEEN|LAST|FIRST|TIME|TIMESTAMP|WHEN)\s{2,}[A-Z]/;

function kindOf(header: string): TableKind | null {
  return TABLES.find((kind) => kind.header.test(header)) ?? null;
}

export function isKubeTable(head: string): boolean {
  return (
    kindOf(headerOf(head)) !== null ||
    // `kubectl get all`, or a table of something else first, with the names that only it prints.
    (ANY_HEADER.test(headerOf(head)) &&
      head.split('\n').some((line) => kindOf(line) !== null) &&
      /^(?:\S+\s+)?(?:pod|service|deployment\.apps|replicaset\.apps)\//m.test(head))
  );
}

export interface KubeRow extends Omit<PrintedRow, 'cells'> {
  readonly value: JsonObject;
}

interface Section {
  readonly text: string;
  readonly line: number;
  readonly byteOffset: number;
}

/** One a header; what stands above the first belongs to it. */
function sectionsOf(text: string): readonly Section[] {
  const sections: { lines: string[]; line: number; byteOffset: number }[] = [];
  let byteOffset = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const current = sections.at(-1);
    const isNext = ANY_HEADER.test(line) && current?.lines.some((above) => ANY_HEADER.test(above)) === true;
    if (current === undefined || isNext) sections.push({ lines: [line], line: index, byteOffset });
    else current.lines.push(line);
    byteOffset += Buffer.byteLength(line) + 1;
  }
  return sections.map(({ lines, ...place }) => ({ text: lines.join('\n'), ...place }));
}

export interface KubeTable {
  readonly rows: readonly KubeRow[];
  /** Rows without what makes them an object of their kind. */
  readonly rejected: number;
  readonly truncated: boolean;
  readonly printed: PrintedAt | null;
}

/** Tables of other kinds are passed over. */
export function readKubeTable(path: string, text: string, max: number): KubeTable {
  const printed = printedAt(path, text, null);
  const rows: KubeRow[] = [];
  let [rejected, truncated] = [0, false];
  for (const section of sectionsOf(text)) {
    const kind = kindOf(headerOf(section.text));
    if (kind === null) continue;
    const table = readPrintedTable(section.text, Math.max(0, max - rows.length));
    truncated ||= table.truncated;
    for (const { cells, ...row } of table.rows) {
      const place = { line: row.line + section.line, byteOffset: row.byteOffset + section.byteOffset };
      const value = kind.objectOf(cells, { line: place.line, printed });
      if (value === null) rejected += 1;
      else rows.push({ text: row.text, ...place, value });
    }
  }
  return { rows, rejected, truncated, printed };
}
