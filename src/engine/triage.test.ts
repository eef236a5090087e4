import { expect, test } from 'vitest';
import type { Snapshot } from '../domain/snapshot.ts';
import {
  atSecond,
  commitAt,
  deploymentAt,
  every,
  evidenceOf,
  patternAt,
  serviceOf,
  snapshotOf,
  streamOf,
} from './_testing/situations.ts';
import { perceive } from './perceive.ts';
import { triage } from './triage.ts';

const SNAPSHOT = snapshotOf({
  serviceFacts: [serviceOf('kiosk', { path: 'kiosk' })],
  patterns: [patternAt('card reader lost', 'kiosk', every(5, 1800, 3600))],
  streams: [streamOf('kiosk', 0, 3600)],
  changes: [
    deploymentAt('kiosk', 'v2', 1700, { commit: 'b'.repeat(40) }),
    commitAt('b'.repeat(40), 1600, ['kiosk/reader.ts']),
  ],
  repositories: [
    {
      repo: '.',
      head: 'b'.repeat(40),
      branch: 'main',
      files: ['kiosk/reader.ts'],
      commitCount: 1,
      firstCommitAt: atSecond(1600),
      lastCommitAt: atSecond(1600),
      shallow: false,
    },
  ],
});

const IMPORT = { repo: '.', revision: 'b'.repeat(40), path: 'kiosk/reader.ts', line: 1, endLine: 1 };

/** What the app does with the answers of a round. */
function enlarged(snapshot: Snapshot): Snapshot {
  const piece = evidenceOf('reader.ts:3');
  return {
    ...snapshot,
    evidence: { ...snapshot.evidence, [piece.ref]: piece },
    gaps: [{ source: 'probes', reason: 'unanswered', detail: 'no', effect: 'none', nextStep: null }],
    probeAnswers: triage(snapshot).probes.map(({ id, kind }) => ({
      kind: 'unanswered',
      probeId: id,
      probeKind: kind,
      why: 'nobody knows',
    })),
  };
}

test('a round that builds on an earlier one says what it would have said alone', () => {
  const later = enlarged(SNAPSHOT);
  expect(later.probeAnswers.length).toBeGreaterThan(0);
  expect(triage(later)).toEqual(triage(structuredClone(later)));
});

test.each([
  ['another symptom', { request: { ...SNAPSHOT.request, symptom: 'cards are refused' } }],
  ['other logs', { patterns: [patternAt('card reader lost', 'kiosk', every(5, 900, 3600))] }],
  ['no logs', { patterns: [] }],
])('%s with the same changes is another triage', (_name, parts) => {
  const before = triage(SNAPSHOT);
  const after = triage({ ...SNAPSHOT, ...parts });
  expect(after).not.toEqual(before);
  expect(after).toEqual(triage(structuredClone({ ...SNAPSHOT, ...parts })));
});

test('what a service is found to import reaches the first stages in a later round', () => {
  triage(SNAPSHOT);
  const later: Snapshot = {
    ...SNAPSHOT,
    probeAnswers: [
      {
        kind: 'imports',
        probeId: 'imports',
        service: 'kiosk',
        folders: [{ folder: 'shared/cards', location: IMPORT, evidence: evidenceOf('reader.ts:1').ref }],
        searched: 'kiosk',
        evidence: [],
      },
    ],
  };
  expect(perceive(later).situation.folders.get('kiosk')).toEqual(['kiosk', 'shared/cards']);
});
