import { expect, test } from 'vitest';
import { isRaised } from './routes.ts';

const counts = (errors: number, requests: number) => ({ value: '/pay', errors, requests });

test.each([
  { name: 'one failure where there was none', now: counts(1, 97), before: counts(0, 994), want: false },
  { name: 'the share of before', now: counts(12, 400), before: counts(30, 1000), want: false },
  { name: 'a share that is many times larger', now: counts(40, 100), before: counts(2, 1000), want: true },
  { name: 'failures of a route that is new', now: counts(40, 100), before: null, want: true },
  { name: 'a single failure of a route that is new', now: counts(1, 1), before: null, want: false },
])('$name: raised $want', ({ now, before, want }) => {
  expect(isRaised({ value: '/pay', now, before, evidence: [] })).toBe(want);
});
