/** What a gateway measures is what those behind it take, where it is one alone. */
import { expect, test } from 'vitest';
import { streamOf } from '../_testing/situations.ts';
import { factsOf } from './_testing/verdict.ts';
import type { FailingPattern } from './facts.ts';
import { isMeasuredInFront } from './felt-elsewhere.ts';

function isInFrontOfDesk(front: string, behind: readonly string[]): boolean {
  const facts = factsOf({
    streams: [front, ...behind].map((name) => streamOf(name, 0, 3600)),
    edges: behind.map((to) => ({ from: front, to, source: 'client-call' as const, evidence: [] })),
  });
  const item = { pattern: { service: front } } as FailingPattern;
  return isMeasuredInFront(item, 'desk', facts);
}

test.each([
  { front: 'edge', behind: ['desk'], want: true },
  { front: 'edge', behind: ['desk', 'shelf'], want: false },
  { front: 'edge', behind: ['shelf'], want: false },
  { front: 'checkout', behind: ['desk'], want: false },
])('$front in front of $behind measures desk: $want', ({ front, behind, want }) => {
  expect(isInFrontOfDesk(front, behind)).toBe(want);
});
