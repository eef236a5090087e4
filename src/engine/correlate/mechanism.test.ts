/** What the frames of a failing stack are worth, by where the changed lines lie. */
import { describe, expect, test } from 'vitest';
import type { DiffHunk, RevisionDiff } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import { atSecond, every, patternAt, streamOf } from '../_testing/situations.ts';
import { changedFile } from './_testing/changed-file.ts';
import { factsOf } from './_testing/verdict.ts';
import { matchDiff } from './mechanism.ts';
import { WEIGHT } from './weights.ts';

/** `send` failed on line 21 of the file; a hunk in it begins on line 30. */
function weightOf(more: Partial<DiffHunk>): number {
  const hunk: DiffHunk = {
    oldStart: 30,
    oldLines: 1,
    newStart: 30,
    newLines: 1,
    scopes: ['send'],
    removed: ['a()'],
    added: ['b()'],
    evidence: evidenceRef('test', 'hunk'),
    ...more,
  };
  const file = changedFile('mailer/tasks.py', hunk);
  const diff: RevisionDiff = { repo: '.', from: 'a', to: 'b', files: [file], omittedFiles: 0 };
  const frame = { file: 'mailer/tasks.py', line: 21, function: 'send', inApp: true };
  const facts = factsOf({
    streams: [streamOf('mailer', 0, 3600)],
    patterns: [
      patternAt("KeyError: 'to'", 'mailer', every(5, 2000, 3590), {
        frames: [frame],
        exceptionType: 'KeyError',
      }),
    ],
  });
  const found = matchDiff(diff, { service: 'mailer', startedAt: atSecond(1900) }, facts);
  return found.find(({ name }) => name === 'frameInHunk')?.weight ?? 0;
}

describe('a changed function that the failing stack passes', () => {
  test('is told against where the lines around the change are not known', () =>
    expect(weightOf({})).toBeGreaterThan(WEIGHT.frameCallsOnly));
  test('is told against where the change lies in the statement that failed', () =>
    expect(weightOf({ around: [[18, 40]], statement: 20 })).toBeGreaterThan(WEIGHT.frameCallsOnly));
  test('is hardly worth a word where the change lies in a statement behind it', () =>
    expect(weightOf({ around: [[18, 40]], statement: 30 })).toBe(WEIGHT.frameCallsOnly));
  test('says nothing where only what a log line writes was changed', () =>
    expect(weightOf({ onlyLogs: true })).toBe(0));
  test('is told against where the log line itself fails', () =>
    expect(weightOf({ onlyLogs: true, newStart: 21 })).toBe(WEIGHT.frameInHunk));
});

describe('a file of the same name', () => {
  const FRAME = { file: '/app/service.py', line: 31, function: 'place', inApp: true };
  const weightIn = (path: string, files: readonly string[]) => {
    const hunk: DiffHunk = {
      oldStart: 30,
      oldLines: 1,
      newStart: 30,
      newLines: 1,
      scopes: ['place'],
      removed: ['a()'],
      added: ['b()'],
      evidence: evidenceRef('test', 'hunk'),
    };
    const diff: RevisionDiff = {
      repo: '.',
      from: 'a',
      to: 'b',
      files: [changedFile(path, hunk)],
      omittedFiles: 0,
    };
    const facts = factsOf({
      streams: [streamOf('orders', 0, 3600)],
      patterns: [
        patternAt("KeyError: 'to'", 'orders', every(5, 2000, 3590), {
          frames: [FRAME],
          exceptionType: 'KeyError',
        }),
      ],
    });
    const situation = {
      ...facts.situation,
      folders: new Map([['orders', ['orders']]]),
      snapshot: { ...facts.situation.snapshot, repositories: [{ files } as never] },
    };
    const found = matchDiff(diff, { service: 'prices', startedAt: atSecond(1900) }, { ...facts, situation });
    return found.find(({ name }) => name === 'frameInHunk')?.weight ?? 0;
  };

  test('of another program is not the one that the stack passes', () =>
    expect(weightIn('prices/app/service.py', ['orders/app/service.py', 'prices/app/service.py'])).toBe(0));
  test('is shared where the failing program has none of its own', () =>
    expect(weightIn('lib/app/service.py', ['orders/app/main.py', 'lib/app/service.py'])).toBeGreaterThan(1));
});
