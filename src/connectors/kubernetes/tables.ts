/** Events and pods as `kubectl get` prints them for people: columns under a header in capitals. Ages are relative to when it was printed, so most have no time. */
import { headerOf, type PrintedRow, readPrintedTable } from '../_kit/printed-table.ts';
import type { JsonObject } from '../_kit/records.ts';

const HEADER =
  /^(NAMESPACE\s+)?(LAST SEEN|FIRST SEEN|LASTSEEN)\s+(FIRST SEEN\s+)?(COUNT\s+)?(TYPE\s+)?.*REASON\s+.*OBJECT/;

export function isEventTable(head: string): boolean {
  return HEADER.test(headerOf(head));
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

/** An Event as the API would give it. Only an absolute time is one. */
function eventOf(cells: Readonly<Record<string, string>>, line: number): JsonObject | null {
  const [kind = '', name = ''] = (cells['OBJECT'] ?? '').split('/');
  const reason = cells['REASON'] ?? '';
  if (reason === '' || name === '') return null;
  const time = (text: string | undefined) =>
    text !== undefined && /^\d{4}-\d{2}-\d{2}T/.test(text) ? text : undefined;
  const namespace = cells['NAMESPACE'];
  return {
    kind: 'Event',
    metadata: { name: `${name}:${line}`, ...(namespace === undefined ? {} : { namespace }) },
    type: cells['TYPE'] ?? 'Warning',
    reason,
    message: cells['MESSAGE'] ?? '',
    count: cells['COUNT'],
    firstTimestamp: time(cells['FIRST SEEN']) ?? time(cells['LAST SEEN']),
    lastTimestamp: time(cells['LAST SEEN']),
    involvedObject: { kind: KINDS[kind.toLowerCase()] ?? kind, name, namespace },
  };
}

const POD_HEADER = /^(NAMESPACE\s+)?NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE/;

export function isPodTable(head: string): boolean {
  return POD_HEADER.test(headerOf(head));
}

/** What the column STATUS says of the first container that is not well. */
function stateOf(status: string): JsonObject {
  if (/^(Running|Completed|Terminating|Succeeded|Unknown)$/.test(status)) return {};
  return status === 'OOMKilled'
    ? { terminated: { reason: status, exitCode: 137, finishedAt: null } }
    : { waiting: { reason: status } };
}

/** A Pod as the API would give it, as far as a row tells. */
function podOf(cells: Readonly<Record<string, string>>): JsonObject | null {
  const name = cells['NAME'] ?? '';
  const status = (cells['STATUS'] ?? '').replace(/^Init:/, '');
  const restarts = Number.parseInt(cells['RESTARTS'] ?? '', 10);
  if (name === '' || status === '' || !Number.isFinite(restarts)) return null;
  const namespace = cells['NAMESPACE'];
  const node = cells['NODE'];
  return {
    kind: 'Pod',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: node === undefined || node === '<none>' ? {} : { nodeName: node },
    status: {
      ...(status === 'Evicted' ? { reason: status } : {}),
      containerStatuses: [{ name: '', restartCount: restarts, state: stateOf(status) }],
    },
  };
}

export interface KubeRow extends Omit<PrintedRow, 'cells'> {
  readonly value: JsonObject;
}

/** `rejected` counts rows without reason or object, or without a pod's name and state. */
export function readKubeTable(text: string, max: number) {
  const isPods = isPodTable(text.slice(0, 4_000));
  const { rows, truncated } = readPrintedTable(text, max);
  const events = rows.flatMap(({ cells, ...row }): readonly KubeRow[] => {
    const value = isPods ? podOf(cells) : eventOf(cells, row.line);
    return value === null ? [] : [{ ...row, value }];
  });
  return { rows: events, rejected: rows.length - events.length, truncated };
}
