/** What a job did this time, by its own words, against what it did before. */
import { expect, test } from 'vitest';
import { atSecond, evidenceOf, patternAt, streamOf } from '../_testing/situations.ts';
import { factsOf } from './_testing/verdict.ts';
import { didMore } from './large-run.ts';

function namesOf(said: readonly (readonly [number, string])[]) {
  const pattern = patternAt(
    'asked <*> again',
    'resend',
    said.map(([second]) => second),
    {
      samples: said.map(([second, message]) => ({
        at: atSecond(second),
        message,
        evidence: evidenceOf(`resend.log:${second}`).ref,
      })),
    },
    'info',
  );
  const facts = factsOf({ streams: [streamOf('resend', 0, 3600)], patterns: [pattern] });
  const job = { at: atSecond(3000), text: 'resend', service: 'resend', evidence: [] };
  return didMore(job, facts).map(({ name }) => name);
}

test.each([
  {
    name: 'a thousand times as much',
    said: [
      [1000, '3 asked again'],
      [2000, '0 asked again'],
      [3002, '4000 asked again'],
    ],
    want: true,
  },
  {
    name: 'twice as much',
    said: [
      [1000, '2000 asked again'],
      [2000, '1800 asked again'],
      [3002, '4000 asked again'],
    ],
    want: false,
  },
  {
    name: 'a handful where nothing was',
    said: [
      [1000, '0 asked again'],
      [2000, '0 asked again'],
      [3002, '7 asked again'],
    ],
    want: false,
  },
  {
    name: 'what one earlier run tells',
    said: [
      [1000, '3 asked again'],
      [3002, '4000 asked again'],
    ],
    want: false,
  },
  {
    name: 'how long it took, which what it waits for may have done',
    said: [
      [1000, 'asked 3 again in 12 ms'],
      [2000, 'asked 4 again in 15 ms'],
      [3002, 'asked 5 again in 9000 ms'],
    ],
    want: false,
  },
  { name: 'what no earlier run tells', said: [[3002, '4000 asked again']], want: false },
  {
    name: 'a number in a name',
    said: [
      [1000, '3 asked again'],
      [2000, '0 asked again'],
      [3002, '4 asked by run-4000'],
    ],
    want: false,
  },
] as const)('$name: $want', ({ said, want }) => {
  expect(namesOf(said)).toEqual(want ? ['did-more'] : []);
});
