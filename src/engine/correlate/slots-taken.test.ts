/** Who took the connections that others are refused. */
import { expect, test } from 'vitest';
import type { FileDiff, ValueChange } from '../../domain/code.ts';
import { every, evidenceOf, patternAt, streamOf } from '../_testing/situations.ts';
import { factsOf } from './_testing/verdict.ts';
import { slotMatches } from './slots-taken.ts';

const setting = (number: number) => ({ raw: String(number), number, unit: 'none', kind: 'number' }) as const;

function namesOf(key: string, from: number, to: number, said: string, uses = 'postgres') {
  const facts = factsOf({
    streams: ['desk', 'shelf'].map((name) => streamOf(name, 0, 3600)),
    patterns: [patternAt(said, 'desk', every(5, 2000, 3590))],
    edges: [{ from: 'shelf', to: uses, source: 'client-call', evidence: [] }],
  });
  const value: ValueChange = {
    key,
    oldValue: setting(from),
    newValue: setting(to),
    ratio: to / from,
    direction: to > from ? 'up' : 'down',
    location: { repo: '.', revision: '', path: 'shelf.toml', line: 1, endLine: 1 },
    evidence: evidenceOf('shelf.toml').ref,
  };
  const file = { path: 'shelf.toml' } as FileDiff;
  return slotMatches(file, [value], 'shelf', facts).map(({ name }) => name);
}

const FULL = 'FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute';

test('a pool that may hold many times as much takes what others are refused', () => {
  expect(namesOf('pool.max_size', 8, 110, FULL)).toEqual(['keyFamily']);
});

test.each([
  ['a pool that became smaller', namesOf('pool.max_size', 110, 8, FULL)],
  ['a little more', namesOf('pool.max_size', 8, 10, FULL)],
  ['a longer wait', namesOf('pool.timeout', 10, 900, FULL)],
  ['something else that grew', namesOf('page.rows', 10, 900, FULL)],
  ['a pool, where a client waits for its own', namesOf('pool.max_size', 8, 110, 'timeout in the pool')],
  ['a service that uses no store', namesOf('pool.max_size', 8, 110, FULL, 'mailer')],
])('%s does not', (_what, names) => {
  expect(names).toEqual([]);
});
