/** What a platform says of instances that it cannot place. */
import { expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import type { PlatformFact } from '../../domain/signal.ts';
import { toIso } from '../../domain/time.ts';
import { atSecond, snapshotOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { platformSymptoms } from './platform-symptoms.ts';

const pending = (why: string, more: Partial<PlatformFact> = {}): PlatformFact => ({
  id: 'pending',
  kind: 'scheduling',
  service: 'tiles',
  pod: 'tiles-5c8d7f6b9-29xlm',
  node: null,
  at: atSecond(600),
  count: 40,
  summary: `Pod tiles-5c8d7f6b9-29xlm: FailedScheduling: 0/9 nodes are available: ${why}`,
  attributes: {},
  evidence: [evidenceRef('test', why)],
  ...more,
});
const NO_MATCH = "9 node(s) didn't match Pod's node affinity/selector.";

test.each([
  { name: 'a rule that no machine meets', fact: pending(NO_MATCH), want: ['unschedulable'] },
  { name: 'too little left', fact: pending('9 Insufficient nvidia.com/gpu.'), want: ['saturation'] },
  { name: 'while machines are added', fact: pending(NO_MATCH, { count: 3 }), want: [] },
  {
    name: 'for long, whatever the count',
    fact: pending(NO_MATCH, { count: 3, attributes: { lastSeenAt: toIso(atSecond(1900)) } }),
    want: ['unschedulable'],
  },
])('instances that wait for a machine: $name', ({ fact, want }) => {
  const found = platformSymptoms(normalise(snapshotOf({ platformFacts: [fact] })));
  expect(found.map(({ class: family }) => family)).toEqual(want);
});
