import { describe, expect, test } from 'vitest';
import type { FileDiff, RevisionDiff } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import { atSecond, every, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { changedStatementMatches } from './changed-statements.ts';
import { droppedIndexMatches } from './dropped-index.ts';
import { gatherFacts } from './facts.ts';

const STATEMENT = 'SELECT b.id FROM boats b WHERE b.port = 7 ORDER BY b.name LIMIT 20;';
const HEAD = '# User@Host: shop[shop] @ localhost [127.0.0.1]';

function factsWith(logged: string, from: number, head: string) {
  const slow = patternAt(logged, 'mariadb', every(30, from, 3590), {}, 'info');
  const samples = slow.samples.map((sample) => ({ ...sample, message: head }));
  const situation = normalise(
    snapshotOf({
      streams: [streamOf('harbour', 0, 3600)],
      patterns: [patternAt('timeout', 'harbour', every(2, 2000, 3590)), { ...slow, samples }],
    }),
  );
  return gatherFacts(situation, detect(situation));
}

function matches(logged: string, from = 2000, head = HEAD) {
  const feature = {
    kind: 'index-removed',
    detail: 'index boats_port is dropped',
    symbols: ['boats_port', 'boats'],
    location: { line: 1 },
    evidence: evidenceRef('test', 'feature'),
  };
  const file = { path: 'db/7.sql', inert: 'none', features: [feature] } as unknown as FileDiff;
  const facts = factsWith(logged, from, head);
  return droppedIndexMatches(
    { files: [file] } as unknown as RevisionDiff,
    atSecond(1950),
    facts.failing[0],
    facts,
  ).map(({ name }) => name);
}

describe('an index that was dropped', () => {
  test('is missed by statements on its table that are slow since', () =>
    expect(matches(STATEMENT)).toEqual(['changedStatement']));
  test.each([
    ['were slow before', STATEMENT, 100, HEAD],
    ['are on another table', STATEMENT.replace('boats', 'trips'), 2000, HEAD],
    ['nobody calls slow', STATEMENT, 2000, STATEMENT],
  ])('is missed by none that %s', (_why, logged, from, head) =>
    expect(matches(logged, from, head)).toEqual([]),
  );
});

test("a statement of a block of MySQL's slow log convicts the release that wrote it", () => {
  const hunk = {
    newStart: 7,
    added: ["db.run('SELECT b.id FROM boats b WHERE b.port = ? ORDER BY b.name LIMIT 20')"],
    removed: [],
    evidence: evidenceRef('test', 'hunk'),
  };
  const diff = {
    files: [{ path: 'boats.js', inert: 'none', hunks: [hunk] }],
  } as unknown as RevisionDiff;
  const facts = factsWith(STATEMENT, 2000, HEAD);
  expect(changedStatementMatches(diff, atSecond(1950), facts.failing[0], facts)).toHaveLength(1);
});
