/** A cost of each call against requests that rose long after the rollout. */
import { expect, test } from 'vitest';
import type { DiffFeatureKind } from '../../domain/code.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { MINUTE } from '../../domain/time.ts';
import { atSecond } from '../_testing/situations.ts';
import { lessTheRequests } from './cost-of-calls.ts';
import type { Facts } from './facts.ts';
import type { Match } from './match.ts';

const START = atSecond(0);
const symptom = (family: SymptomClass, minute: number, service = 'shop') => ({
  class: family,
  service,
  onsetAt: START + minute * MINUTE,
});

function weight(kind: DiffFeatureKind, symptoms: readonly ReturnType<typeof symptom>[]): number {
  const facts = { detection: { symptoms } } as unknown as Facts;
  const match = { name: 'featureFamily', kind, weight: 1 } as unknown as Match;
  return lessTheRequests([match], 'shop', START, facts)[0]?.weight ?? 0;
}

const SURGE = [symptom('traffic-surge', 9), symptom('saturation', 9), symptom('latency', 11)];

test('explains less of what began with more requests, long after the rollout', () =>
  expect(weight('costly-work', SURGE)).toBeLessThan(0.5));

test.each([
  ['the requests are as before', 'costly-work', SURGE.slice(1)],
  ['they rose as it was rolled out', 'costly-work', [symptom('traffic-surge', 2), symptom('latency', 3)]],
  ['it failed before they rose', 'costly-work', [symptom('traffic-surge', 9), symptom('latency', 7)]],
  ['others were asked more', 'costly-work', [symptom('traffic-surge', 9, 'web'), symptom('latency', 9)]],
  ['it is no cost of each call', 'guard-removed', SURGE],
] as const)('explains as much where %s', (_name, kind, symptoms) => expect(weight(kind, symptoms)).toBe(1));
