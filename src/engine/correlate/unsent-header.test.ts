/** A header that calls no longer carry. */
import { describe, expect, test } from 'vitest';
import { every, patternAt, streamOf } from '../_testing/situations.ts';
import { oneLineDiff } from './_testing/one-line-diff.ts';
import { factsOf } from './_testing/verdict.ts';
import { unsentHeaderMatches } from './unsent-header.ts';

function matches(removed: string, added: string, said: string) {
  const { failing } = factsOf({
    streams: [streamOf('gate', 0, 3600)],
    patterns: [patternAt(said, 'gate', every(5, 2000, 3590))],
  });
  const diff = oneLineDiff('gate/calls.py', removed, added);
  return unsentHeaderMatches(diff, 'gate', failing, 0.6).map(({ detail }) => detail);
}

const SET = "headers['Authorization'] = f'Bearer {token}'";

describe('a header that is no longer given', () => {
  test('explains that whoever is called asks for it', () =>
    expect(matches(SET, '', 'ledger answered 401 unauthorized')).toEqual([
      'the header authorization is no longer given, and whoever is called refuses for want of it',
    ]));
  test('and by its own name, any other', () =>
    expect(matches("req.Header.Set('X-Branch', b)", '', 'ledger says: branch is required')).toHaveLength(1));
  test.each([
    {
      name: 'given elsewhere',
      removed: SET,
      added: 'headers.update({"authorization": bearer()})',
      said: 'ledger answered 401 unauthorized',
    },
    {
      name: 'of which nobody speaks',
      removed: SET,
      added: '',
      said: 'ledger: cannot read property id of undefined',
    },
    {
      name: 'beside it',
      removed: "req.Header.Set('X-Branch', b)",
      added: '',
      said: 'ledger answered 401 unauthorized',
    },
  ])('explains nothing: $name', ({ removed, added, said }) =>
    expect(matches(removed, added, said)).toEqual([]),
  );
});
