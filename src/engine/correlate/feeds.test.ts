/** A function behind the failing line that a release changed, and answers that no value of ours brings about. */
import { describe, expect, test } from 'vitest';
import type { DiffHunk } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import { every, patternAt, streamOf } from '../_testing/situations.ts';
import { changedFile } from './_testing/changed-file.ts';
import { factsOf } from './_testing/verdict.ts';
import { feedMatches } from './reach.ts';

const hunk = {
  oldStart: 7,
  oldLines: 1,
  newStart: 7,
  newLines: 1,
  scopes: ['body'],
  around: [[5, 9] as const],
  removed: ['a'],
  added: ['b'],
  evidence: evidenceRef('test', 'hunk'),
};

function feeds(message: string, more: Partial<DiffHunk> = {}): boolean {
  const facts = factsOf({
    streams: [streamOf('mailer', 0, 3600)],
    patterns: [patternAt(message, 'mailer', every(5, 2000, 3590))],
  });
  const [item] = facts.failing;
  if (item === undefined) return false;
  const place = (path: string, line: number) => ({ repo: '.', revision: 'b', path, line, endLine: line + 4 });
  const reached = {
    patternId: item.pattern.id,
    steps: 1,
    via: 'send',
    function: 'body',
    failing: place('mailer/worker.py', 44),
    location: place('mailer/templates.py', 5),
    evidence: evidenceRef('test', 'reached'),
  };
  return (
    feedMatches(changedFile('mailer/templates.py', { ...hunk, ...more }), item, {
      ...facts,
      reached: [reached as never],
    }).length > 0
  );
}

test('how long is waited gives nobody a value', () => {
  const waits = { removed: ['    time.sleep(1)'], added: ['    time.sleep(2)'] };
  expect(feeds('not sent: 500 Internal Server Error', waits)).toBe(false);
});

describe('what the failing line is given', () => {
  test.each([
    ['may be why somebody answers with an error', 'not sent: 500 Internal Server Error', true],
    [
      'is not why somebody says that he is not there',
      'not sent: 503 Server Error: Service Unavailable',
      false,
    ],
    ['is not why nobody behind him answers', 'not sent: 502 Bad Gateway', false],
  ])('%s', (_name, message, want) => expect(feeds(message)).toBe(want));
  test('is not what a log line says', () =>
    expect(feeds('not sent: 500 Internal Server Error', { onlyLogs: true })).toBe(false));
});
