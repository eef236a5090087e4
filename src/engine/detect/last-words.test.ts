/** What a program says as it dies while a release starts it, and what one says that goes on. */
import { describe, expect, test } from 'vitest';
import {
  atSecond,
  deploymentAt,
  every,
  evidenceOf,
  patternAt,
  snapshotOf,
  streamOf,
} from '../_testing/situations.ts';
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

describe('what a program says once and ends', () => {
  /** `desk` breaks once at 2002; `shelf`, which calls it, is refused at these seconds. */
  const symptomsOf = (until: number, refused: readonly number[]) => {
    const snapshot = snapshotOf(
      {
        streams: [streamOf('desk', 0, until), streamOf('shelf', 0, 3600)],
        patterns: [
          patternAt('ClosedError: The client is closed', 'desk', [2002], {}, 'fatal'),
          patternAt('connect ECONNREFUSED <*>', 'shelf', refused, {}, 'error'),
        ],
      },
      3600,
    );
    return detect(normalise(snapshot)).symptoms.filter(({ service }) => service === 'desk');
  };

  test('is a symptom that counts where its callers are refused from then on', () => {
    expect(symptomsOf(2003, every(2, 2003, 3600))).toMatchObject([
      { onsetAt: atSecond(2002), onsetUncertaintyMs: 1000, userVisible: true, strength: 9 },
    ]);
  });

  test.each([
    { name: 'it goes on', until: 3600, refused: every(2, 2003, 3600) },
    { name: 'its log ends, and nobody is refused', until: 2003, refused: [] },
    { name: 'nobody is refused behind it', until: 2003, refused: every(2, 1000, 1900) },
    { name: 'few are refused, for a moment', until: 2003, refused: every(2, 2003, 2011) },
  ])('is no such symptom where $name', ({ until, refused }) => {
    expect(symptomsOf(until, refused).filter(({ strength }) => strength >= 9)).toEqual([]);
  });
});

describe('an error in the seconds of a rollout', () => {
  test('is noise where the service goes on', () => {
    expect(found(3600).symptoms.some(({ pattern }) => pattern !== null)).toBe(false);
  });

  test('is a symptom where the service was not heard of again', () => {
    expect(found(2002).symptoms).toContainEqual(
      expect.objectContaining({ service: 'desk', onsetAt: atSecond(2001) }),
    );
  });

  /** One of two instances says why it dies, as v2 is released; `replacement`: when a third begins to write. */
  function ofInstances(replacement: number | null) {
    const died = evidenceOf('desk-2.log', atSecond(1998));
    const crash = patternAt(
      'Error: <*> is not set',
      'desk',
      Array.from({ length: 6 }, () => 1998),
      { exceptionType: 'Error', samples: [{ at: atSecond(1998), message: 'x', evidence: died.ref }] },
      'fatal',
    );
    const snapshot = snapshotOf(
      {
        streams: [
          streamOf('desk', 0, 3600, 'desk-1.log'),
          streamOf('desk', 0, 1998, 'desk-2.log'),
          ...(replacement === null ? [] : [streamOf('desk', replacement, 3600, 'desk-3.log')]),
          streamOf('shelf', 0, 3600),
        ],
        changes: [deploymentAt('desk', 'v2', 2000)],
        patterns: [crash],
        evidence: { [died.ref]: died },
      },
      3600,
    );
    return detect(normalise(snapshot)).symptoms;
  }

  test('is a symptom where one instance was not heard of again, and others go on', () => {
    expect(ofInstances(null)).toContainEqual(
      expect.objectContaining({ service: 'desk', onsetAt: atSecond(1998), ongoing: true }),
    );
  });

  test('is noise where another instance came in its place', () => {
    expect(ofInstances(2003)).toEqual([]);
  });
});
