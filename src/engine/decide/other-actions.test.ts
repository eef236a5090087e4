import { expect, test } from 'vitest';
import type { OtherChange } from '../../domain/change.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import type { Hypothesis } from '../../domain/hypothesis.ts';
import type { Situation } from '../../domain/situation.ts';
import { atSecond } from '../_testing/situations.ts';
import { otherCommands, otherReason } from './other-actions.ts';
import type { Workload } from './workload.ts';

const workload: Workload = {
  platform: 'kubernetes',
  assumed: false,
  namespace: 'shop',
  context: null,
  name: 'store',
  kind: 'StatefulSet',
  workload: 'store',
  workloadNamespace: 'shop',
  sync: null,
};
const seen = evidenceRef('test', 'job');

function cause(kind: Hypothesis['kind'], factor: string): Hypothesis {
  const factors = [{ name: factor, weight: 2, detail: 'seen', evidence: [seen] }];
  return {
    kind,
    service: 'store',
    change: null,
    mechanism: [],
    factors,
    statement: 'x',
  } as unknown as Hypothesis;
}

function job(more: Partial<OtherChange> = {}): OtherChange {
  return {
    id: 'j1',
    type: 'data-job',
    service: 'report',
    at: atSecond(0),
    finishedAt: null,
    summary: 'Job started',
    actor: null,
    source: 'kubernetes',
    attributes: { 'k8s.job.name': "report-1; rm -rf '/'", 'k8s.namespace.name': 'batch' },
    evidence: [seen],
    ...more,
  };
}

const situation = (otherChanges: readonly OtherChange[]) =>
  ({ otherChanges, flags: [] }) as unknown as Situation;
const commandsOf = (...[kind, factor, changes]: [Hypothesis['kind'], string, OtherChange[]]) =>
  otherCommands('MITIGATE', cause(kind, factor), workload, situation(changes)).map(
    ({ purpose, command, undo }) => [purpose, command, undo],
  );

test('a running job that the cause cites is suspended, which is undone by one word', () => {
  const name = `'job/report-1; rm -rf '\\''/'\\'''`;
  expect(commandsOf('data-job', 'job-began', [job()])).toEqual([
    ['inspect', `kubectl get ${name} -n batch -o wide`, null],
    [
      'mitigate',
      `kubectl patch ${name} -n batch -p '{"spec":{"suspend":true}}'`,
      `kubectl patch ${name} -n batch -p '{"spec":{"suspend":false}}'`,
    ],
  ]);
});

test.each([
  { name: 'that is over', changes: [job({ finishedAt: atSecond(60) })] },
  { name: 'that the cause does not cite', changes: [job({ evidence: [evidenceRef('test', 'other')] })] },
  { name: 'of which only a log line tells', changes: [job({ attributes: {} })] },
])('no job $name', ({ changes }) => {
  expect(commandsOf('data-job', 'job-began', changes)).toEqual([]);
});

test('a full disk is looked at from inside, anything else from outside', () => {
  expect(commandsOf('resource', 'says-disk-full', [])).toEqual([
    ['inspect', 'kubectl exec statefulset/store -n shop -- df -h', null],
  ]);
  expect(commandsOf('resource', 'says-pool-exhausted', [])).toEqual([
    ['inspect', 'kubectl describe statefulset/store -n shop', null],
  ]);
});

test.each([
  { factor: 'node-carried-it', says: 'on another node' },
  { factor: 'says-other-time', says: 'set the clock' },
  { factor: 'store-stopped', says: 'start it again' },
  { factor: 'says-disk-full', says: 'make room' },
  { factor: 'work-unended', says: 'break that work off' },
  { factor: 'numbers-used-up', says: 'a wider type' },
  { factor: 'says-pool-exhausted', says: 'free or raise it' },
])('what $factor speaks for is undone by what fits it', ({ factor, says }) => {
  expect(otherReason('MITIGATE', cause('resource', factor))).toContain(says);
});
