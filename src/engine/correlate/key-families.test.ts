/** Which way a setting has to move to hurt. */
import { expect, test } from 'vitest';
import { keyFit } from './key-families.ts';

test.each([
  { key: 'MAILS_PER_MINUTE', direction: 'down', family: 'queue-backlog', want: 'harmful' },
  { key: 'MAILS_PER_MINUTE', direction: 'up', family: 'queue-backlog', want: 'opposite' },
  { key: 'MAILS_PER_MINUTE', direction: 'down', family: 'schema', want: 'none' },
  { key: 'orders.pm.max_children', direction: 'down', family: 'timeout', want: 'harmful' },
] as const)('$key that went $direction and $family: $want', ({ key, direction, family, want }) => {
  expect(keyFit({ key, direction }, family)).toBe(want);
});
