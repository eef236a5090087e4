/** A setting that the error calls by its name. */
import { expect, test } from 'vitest';
import type { ValueChange } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import { every, patternAt, streamOf } from '../_testing/situations.ts';
import { changedFile } from './_testing/changed-file.ts';
import { factsOf } from './_testing/verdict.ts';
import { namedKeyMatches } from './named-keys.ts';

const value = (key: string, direction: ValueChange['direction'] = 'down'): ValueChange => ({
  key,
  oldValue: { raw: '10', number: 10, unit: 'none', kind: 'number' },
  newValue: { raw: '1', number: 1, unit: 'none', kind: 'number' },
  ratio: 0.1,
  direction,
  location: { repo: '.', revision: 'b', path: 'pooler.ini', line: 5, endLine: 5 },
  evidence: evidenceRef('test', 'value'),
});

function told(key: string, says: string, direction?: ValueChange['direction']) {
  const { failing } = factsOf({
    streams: [streamOf('pooler', 0, 3600)],
    patterns: [patternAt(says, 'pooler', every(5, 2000, 3590))],
  });
  const file = changedFile('pooler.ini', {} as never);
  return failing
    .flatMap((item) => namedKeyMatches(file, [value(key, direction)], item))
    .map(({ detail }) => detail);
}

test('is what the error is about', () =>
  expect(told('pooler.query_wait_timeout', 'pooler error: query_wait_timeout')).toEqual([
    'the error names query_wait_timeout, which went from 10 to 1',
  ]));

test('the name of a service, which is given a version, is no setting', () => {
  const version = (raw: string) => ({ raw, number: null, unit: 'none', kind: 'string' }) as const;
  const { failing } = factsOf({
    streams: [streamOf('desk', 0, 3600)],
    patterns: [patternAt('answer 500 from loan-shelf', 'desk', every(5, 2000, 3590))],
  });
  const release = { ...value('loan-shelf', 'changed'), oldValue: version('v2.0'), newValue: version('v2.1') };
  const file = changedFile('envs/prod.yaml', {} as never);
  expect(failing.flatMap((item) => namedKeyMatches(file, [release], item))).toEqual([]);
});

test.each([
  { name: 'an ordinary word', key: 'timeout', says: 'query timeout' },
  { name: 'a part of another name', key: 'wait_timeout', says: 'pooler error: query_wait_timeout' },
  {
    name: 'one that stayed',
    key: 'query_wait_timeout',
    says: 'pooler error: query_wait_timeout',
    direction: 'same' as const,
  },
])('is none: $name', ({ key, says, direction }) => expect(told(key, says, direction)).toEqual([]));
