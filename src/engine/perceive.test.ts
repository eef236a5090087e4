/** What is remembered of a snapshot that probes enlarge is what a new look at it would find. */
import { expect, test } from 'vitest';
import { evidenceRef } from '../domain/evidence.ts';
import type { ProbeAnswer } from '../domain/probe.ts';
import {
  atSecond,
  commitAt,
  deploymentAt,
  every,
  patternAt,
  serviceOf,
  snapshotOf,
  streamOf,
} from './_testing/situations.ts';
import { detect } from './detect/detect.ts';
import { normalise } from './normalise/normalise.ts';
import { perceive } from './perceive.ts';

const FIRST = 'a'.repeat(40);
const SECOND = 'b'.repeat(40);

const snapshot = snapshotOf({
  serviceFacts: [serviceOf('cart', { path: 'cart' })],
  streams: [streamOf('cart', 0, 3600)],
  patterns: [patternAt('no price', 'cart', every(5, 2_000, 3_600))],
  changes: [
    commitAt(FIRST, -90_000, ['cart/a.ts']),
    commitAt(SECOND, 1_000, ['lib/money/b.ts'], [FIRST]),
    deploymentAt('cart', 'v1', -80_000, { commit: FIRST }),
    deploymentAt('cart', 'v2', 1_900, { commit: SECOND }),
  ],
});

const imports: ProbeAnswer = {
  kind: 'imports',
  probeId: 'imports-cart',
  service: 'cart',
  folders: [
    {
      folder: 'lib/money',
      location: { repo: '.', revision: SECOND, path: 'cart/a.ts', line: 1, endLine: 1 },
      evidence: evidenceRef('test', 'import'),
    },
  ],
  searched: 'cart',
  evidence: [],
};

test('a library that a service imports brings commits, and what is wrong stays', () => {
  const before = perceive(snapshot);
  const after = perceive({ ...snapshot, probeAnswers: [imports] });
  const commitsOf = ({ situation }: typeof before) =>
    situation.releases.find(({ version }) => version === 'v2')?.commits.map(({ sha }) => sha);
  expect(commitsOf(before)).toEqual([]);
  expect(commitsOf(after)).toEqual([SECOND]);
  expect(after.detection).toBe(before.detection);
  expect(after.detection).toEqual(detect(normalise({ ...snapshot, probeAnswers: [imports] })));
});

test('another signal makes a new look', () => {
  const before = perceive(snapshot);
  const after = perceive({ ...snapshot, patterns: [] });
  expect(before.detection.onsetAt).toBe(atSecond(2_000));
  expect(after.detection.primary).toBeNull();
});
