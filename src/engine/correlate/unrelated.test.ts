import { describe, expect, test } from 'vitest';
import { deploymentAt, every, patternAt, streamOf } from '../_testing/situations.ts';
import { factsOf } from './_testing/verdict.ts';
import { unrelated } from './unrelated.ts';

const FAILS = every(5, 2000, 3590);

function namesOf(told: string, beneath: string | null, released: readonly string[] = []) {
  const facts = factsOf({
    changes: released.map((name) => deploymentAt(name, 'v2', 1900)),
    streams: ['desk', 'shelf'].map((name) => streamOf(name, 0, 3600)),
    patterns: [
      patternAt(told, 'desk', FAILS),
      ...(beneath === null ? [] : [patternAt(beneath, 'shelf', FAILS)]),
    ],
    edges: [{ from: 'desk', to: 'shelf', source: 'client-call', evidence: [] }],
  });
  return unrelated('desk', facts).map(({ name }) => name);
}

describe('a release whose difference has nothing to do with the failure', () => {
  test.each([
    {
      name: 'of a service that only tells that what it asks fails',
      told: 'shelf answered 500 Internal Server Error',
      beneath: 'TypeError: unsupported operand',
      want: true,
    },
    {
      name: 'of a service that has a failure of its own',
      told: 'TypeError: basket is undefined',
      beneath: 'TypeError: unsupported operand',
      want: false,
    },
    {
      name: 'of a service beneath which nobody else says that he fails',
      told: 'shelf answered 500 Internal Server Error',
      beneath: null,
      want: false,
    },
    {
      name: 'of a service beneath which one fails that was released as well',
      told: 'shelf answered 500 Internal Server Error',
      beneath: 'TypeError: unsupported operand',
      released: ['shelf'],
      want: false,
    },
  ])('$name: passes it on = $want', ({ told, beneath, released, want }) => {
    expect(namesOf(told, beneath, released).includes('messenger')).toBe(want);
  });
});

test('a release about something else does not change which columns there are', () => {
  expect(namesOf('ERROR: column "berth" does not exist', null)).toContain('other-subject');
});
