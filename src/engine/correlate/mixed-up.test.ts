/** What a key no longer tells apart, and errors that name two values of it. */
import { describe, expect, test } from 'vitest';
import { atSecond, every, patternAt, streamOf } from '../_testing/situations.ts';
import { oneLineDiff } from './_testing/one-line-diff.ts';
import { factsOf } from './_testing/verdict.ts';
import { mixedUpMatches } from './mixed-up.ts';

function found(said: string, asked: readonly string[]): readonly string[] {
  const sampleOf = (message: string, index: number) => ({
    at: atSecond(1000 + index),
    message,
    evidence: `test:${message}` as never,
  });
  const facts = factsOf({
    streams: [streamOf('till', 0, 3600), streamOf('fares', 0, 3600)],
    patterns: [
      patternAt('<*>', 'till', every(5, 2000, 3590), { samples: [said].map(sampleOf) }),
      patternAt('GET <*>', 'fares', every(5, 0, 3590), { samples: asked.map(sampleOf) }, 'info'),
    ],
  });
  const [file] = oneLineDiff(
    'fares/cache.py',
    'key = f"fare:{route}:{market}"',
    'key = f"fare:{route}"',
  ).files;
  const features =
    file === undefined
      ? []
      : [
          {
            kind: 'key-narrowed' as const,
            symbols: ['market'],
            detail: 'the key no longer holds "market" in fare_of',
            location: { repo: 'house', revision: 'b'.repeat(40), path: file.path, line: 1, endLine: 1 },
            evidence: 'test:diff' as never,
          },
        ];
  const [item] = facts.failing;
  if (file === undefined || item === undefined) throw new Error('nothing fails');
  return mixedUpMatches({ ...file, features }, item, 0.6, facts).map(({ detail }) => detail);
}

const ASKED = ['GET /fares?route=9&market=DE', 'GET /fares?route=4&market=FR', '{"market":"IT","route":2}'];

describe('a key that lost a part', () => {
  test('explains that one value of it stands where another should', () =>
    expect(found('ticket 17: fare is of market FR, but sold in DE', ASKED)).toEqual([
      'the key no longer holds "market" in fare_of; the error names two of its values, FR and DE',
    ]));

  test.each([
    { name: 'an error that names one', said: 'ticket 17: no fare in DE', asked: ASKED },
    { name: 'an error about something else', said: 'ticket 17: seat B12 and not B13', asked: ASKED },
    { name: 'small numbers', said: 'got 4, wanted 9', asked: ['market=4', 'market=9', 'market=7'] },
    { name: 'values of another name', said: 'fare of FR in DE', asked: ['lang=DE', 'lang=FR'] },
    { name: 'yes and no', said: 'true is not false', asked: ['market=true', 'market=false'] },
  ])('does not explain $name', ({ said, asked }) => expect(found(said, asked)).toEqual([]));
});
