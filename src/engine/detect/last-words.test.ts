/** What a program says as it dies while a release starts it, and what one says that goes on. */
import { describe, expect, test } from 'vitest';
import { atSecond, deploymentAt, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { detect } from './detect.ts';

/** `desk` is released at 2000, breaks once, and has written its last record at `until`; `shelf` is heard to the end. */
function found(until: number) {
  const snapshot = snapshotOf(
    {
      streams: [streamOf('desk', 0, until), streamOf('shelf', 0, 3600)],
      changes: [deploymentAt('desk', 'v2', 2000)],
      patterns: [
        patternAt('ClosedError: the client is closed', 'desk', [2001, 2001, 2002, 2002], {}, 'error'),
      ],
    },
    3600,
  );
  return detect(normalise({ ...snapshot, request: { ...snapshot.request, symptom: 'nothing loads' } }));
}

describe('an error in the seconds of a rollout', () => {
  test('is noise where the service goes on', () => {
    expect(found(3600).symptoms.some(({ pattern }) => pattern !== null)).toBe(false);
  });

  test('is a symptom where the service was not heard of again', () => {
    expect(found(2002).symptoms).toContainEqual(
      expect.objectContaining({ service: 'desk', onsetAt: atSecond(2001) }),
    );
  });
});
