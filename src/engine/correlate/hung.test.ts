/** A service that lets its callers wait and says nothing any more. */
import { describe, expect, test } from 'vitest';
import { deploymentAt, every, patternAt, serviceOf, streamOf } from '../_testing/situations.ts';
import { verdictOf } from './_testing/verdict.ts';

function causeOf({ lastWord = 2000, released = 'other', met = 'no answer within 1500 ms' } = {}) {
  const steady = every(1, 0, lastWord);
  return verdictOf({
    streams: [streamOf('gate', 0, 3600), { ...streamOf('shelves', 0, lastWord), records: steady.length }],
    serviceFacts: [serviceOf('gate'), serviceOf('shelves')],
    edges: [{ from: 'gate', to: 'shelves', source: 'client-call', evidence: [] }],
    patterns: [
      patternAt(`shelves: ${met}`, 'gate', every(2, 2001, 3590)),
      patternAt('found <*>', 'shelves', steady, {}, 'info'),
    ],
    changes: [deploymentAt(released, 'v2', 1900)],
  }).hypotheses.map(({ id }) => id);
}

const HUNG = 'resource:hung:shelves';

describe('a service that answers nobody in time', () => {
  test('and says nothing since then hangs', () => expect(causeOf()[0]).toBe(HUNG));
  test.each([
    { name: 'goes on working', parts: { lastWord: 3590 } },
    { name: 'was silent long before', parts: { lastWord: 1000 } },
    { name: 'was released before', parts: { released: 'shelves' } },
    { name: 'is not reached at all', parts: { met: 'dial tcp 10.0.0.9:80: i/o timeout' } },
  ])('is not told to hang where it $name', ({ parts }) => expect(causeOf(parts)).not.toContain(HUNG));
});
