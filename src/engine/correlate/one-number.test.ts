/** One record of many, by the number that requests have for it. */
import { describe, expect, test } from 'vitest';
import { atSecond, every, patternAt, streamOf } from '../_testing/situations.ts';
import { factsOf } from './_testing/verdict.ts';
import { oneNumber } from './one-number.ts';

const samplesOf = (kind: string, messages: readonly string[], from: number) =>
  messages.map((message, index) => ({
    at: atSecond(from + index * 100),
    message,
    evidence: `test:${kind}:${index}` as never,
  }));

function found(failing: readonly string[], served: readonly string[], count = 100): string | null {
  const seconds = every(1500 / count, 2000, 3500);
  const facts = factsOf({
    streams: [streamOf('halls', 0, 3600)],
    patterns: [
      patternAt('GET <*> <*>', 'halls', seconds, { samples: samplesOf('bad', failing, 2000) }),
      // the last of them come after the failure began
      patternAt(
        'GET <*> <*>',
        'halls',
        every(2, 0, 3600),
        { id: 'ok', samples: samplesOf('ok', served, 1750) },
        'info',
      ),
    ],
  });
  return oneNumber(facts.failing, facts)?.detail ?? null;
}

const OF_SEVEN = [2, 3, 4, 2].map((seats) => `GET /seats?hall=7&seats=${seats} HTTP/1.1`);
const OTHERS = [41, 7, 120, 33, 18, 64].map((hall) => `GET /seats?hall=${hall}&seats=3 HTTP/1.1`);

describe('failures that all name one number', () => {
  test('are of one record where others are served', () => {
    expect(found(OF_SEVEN, OTHERS)).toBe(
      'all samples of 100 failures are of hall 7; others are served, as hall 33',
    );
  });

  test('in a path too', () => {
    const path = (hall: number) => `GET /halls/${hall}/seats HTTP/1.1`;
    expect(found([7, 7, 7, 7].map(path), [41, 12, 120, 33, 18, 64].map(path))).toContain('of halls 7;');
  });

  test.each([
    { name: 'the numbers differ', failing: [...OF_SEVEN.slice(1), OTHERS[0] ?? ''], served: OTHERS },
    { name: 'nothing else is served since', failing: OF_SEVEN, served: OTHERS.slice(0, 3) },
    {
      name: 'the record is served since',
      failing: OF_SEVEN,
      served: [...OTHERS.slice(0, 5), OF_SEVEN[0] ?? ''],
    },
    {
      name: 'all have few small numbers there',
      failing: OF_SEVEN.map((text) => text.replace('hall', 'row')),
      served: [1, 2, 3, 1, 2, 3].map((row) => `GET /seats?row=${row} HTTP/1.1`),
    },
    {
      name: 'the number is a page',
      failing: OF_SEVEN.map((text) => text.replace('hall', 'page')),
      served: OTHERS.map((text) => text.replace('hall', 'page')),
    },
    { name: 'three samples are few', failing: OF_SEVEN.slice(1), served: OTHERS },
  ])('are not where $name', ({ failing, served }) => {
    expect(found(failing, served)).toBeNull();
  });

  test('are not where they are few', () => {
    expect(found(OF_SEVEN, OTHERS, 6)).toBeNull();
  });
});
