import { expect, test } from 'vitest';
import type { DiffHunk, FileDiff } from '../../domain/code.ts';
import type { ReachedFunction } from '../../domain/probe.ts';
import { evidenceOf } from '../_testing/situations.ts';
import { isUnreached } from './reach.ts';

const REF = evidenceOf('diff').ref;

function fileWith(around: DiffHunk['around'], scopes: readonly string[], asBefore = false): FileDiff {
  const hunk: DiffHunk = {
    oldStart: 40,
    oldLines: 1,
    newStart: 40,
    newLines: 1,
    scopes,
    ...(around === undefined ? {} : { around }),
    ...(asBefore ? { asBefore: true as const } : {}),
    removed: [],
    added: [],
    evidence: REF,
  };
  return { path: 'src/routes.ts', hunks: [hunk] } as unknown as FileDiff;
}

function reached(
  name: string | null,
  line: number,
  endLine: number,
  path = 'src/routes.ts',
): ReachedFunction {
  const location = { repo: '.', revision: 'b', path, line, endLine };
  const failing = { ...location, line: 12, endLine: 12 };
  return { patternId: 'p', failing, function: name, location, steps: 0, via: '', evidence: REF };
}

test.each<[string, FileDiff, readonly ReachedFunction[], boolean]>([
  ['another function', fileWith([[38, 44]], ['list']), [reached('read', 10, 20)], true],
  ['another one without a name', fileWith([[40, 40]], []), [reached(null, 10, 20)], true],
  ['the function in which it fails', fileWith([[38, 44]], ['read']), [reached('read', 38, 44)], false],
  [
    'a function that gives it something',
    fileWith([[38, 44]], ['list']),
    [reached('read', 10, 20), reached('list', 38, 44)],
    false,
  ],
  ['what stands outside of functions', fileWith([], []), [reached('read', 10, 20)], false],
  ['a file into which nothing is followed', fileWith([[38, 44]], ['list']), [], false],
  ['a file of which no function is known', fileWith([[38, 44]], ['list']), [reached(null, 0, 0)], false],
  ['lines that do what they did', fileWith([[38, 44]], ['read'], true), [reached('read', 38, 44)], true],
])('a change in %s', (_what, file, found, isOff) => {
  expect(isUnreached(file, found)).toBe(isOff);
});
