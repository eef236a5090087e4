import { describe, expect, test } from 'vitest';
import type { DiffHunk, FileDiff, RevisionDiff } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import { atSecond, every, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { changedStatementMatches } from './changed-statements.ts';
import { gatherFacts } from './facts.ts';

const OLD = "rows = db.run('SELECT b.id, b.name FROM boats b WHERE b.port = $1 LIMIT 20', [port]);";
const NEW = [
  "const sql = 'SELECT b.id, b.name, (SELECT count(*) FROM trips t WHERE t.boat = b.id) AS trips ' +",
  "  'FROM boats b WHERE b.port = $1 ORDER BY trips DESC LIMIT 20';",
];
const LOGGED =
  "SELECT b.id, b.name, (SELECT count(*) FROM trips t WHERE t.boat = b.id) AS trips FROM boats b WHERE b.port = 'kiel' ORDER BY trips DESC LIMIT 20";

function matches(logged: string, from: number, added: readonly string[] = NEW, removed = [OLD]) {
  const hunk = { newStart: 7, added, removed, evidence: evidenceRef('test', 'hunk') } as unknown as DiffHunk;
  const diff = {
    files: [{ path: 'boats.js', inert: 'none', hunks: [hunk] } as unknown as FileDiff],
  } as unknown as RevisionDiff;
  const situation = normalise(
    snapshotOf({
      streams: [streamOf('harbour', 0, 3600)],
      patterns: [
        patternAt('timeout', 'harbour', every(2, 2000, 3590)),
        patternAt(`duration: 2616.6 ms statement: ${logged}`, 'postgres', every(30, from, 3590), {}, 'info'),
      ],
    }),
  );
  const facts = gatherFacts(situation, detect(situation));
  return changedStatementMatches(diff, atSecond(1950), facts.failing[0], facts).map(({ name }) => name);
}

describe('a statement that the database logs as slow', () => {
  test('convicts the release that wrote it', () =>
    expect(matches(LOGGED, 2000)).toEqual(['changedStatement']));
  test.each([
    ['was logged before the release', LOGGED, 100],
    ['is another one', 'SELECT t.id, t.boat, t.day FROM trips t ORDER BY t.day', 2000],
    ['has too few words', 'SELECT b FROM boats', 2000],
  ])('says nothing where it %s', (_why, logged, from) => expect(matches(logged, from)).toEqual([]));
  test('says nothing of a release that only moved it', () =>
    expect(matches(LOGGED, 2000, NEW, [...NEW])).toEqual([]));
});
