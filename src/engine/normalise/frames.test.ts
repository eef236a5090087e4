import { expect, test } from 'vitest';
import { patternAt } from '../_testing/situations.ts';
import { withDetail } from './frames.ts';

test.each([
  {
    name: 'an error that is an object of its own',
    excerpt:
      '{"level":50,"err":{"type":"Error","message":"connect ECONNREFUSED 10.0.0.4:6379","code":"X"},"msg":"lookup failed"}',
    want: 'connect ECONNREFUSED 10.0.0.4:6379',
  },
  {
    name: 'an error in a field',
    excerpt: 'level=error msg="lookup failed" err="certificate has expired"',
    want: 'certificate has expired',
  },
  {
    name: 'an object without a message says nothing',
    excerpt: '{"err":{"type":"Error"},"msg":"lookup failed"}',
    want: undefined,
  },
  { name: 'no error at all', excerpt: '{"msg":"lookup failed"}', want: undefined },
])('the detail of a record: $name', ({ excerpt, want }) => {
  const pattern = withDetail(patternAt('lookup failed', 'cart', [1]), () => excerpt);
  expect(pattern.attributes['error.detail']).toBe(want);
});
