/** Commits in the place of releases: whose they are. */
import { expect, test } from 'vitest';
import { commitAt, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { normalise } from './normalise.ts';

const HEAD = { repo: 'repo', head: 'c4' };

test('where no folder is that of a program, a commit is of the one that a changed file is named after, else of the one that fails', () => {
  const commits = [
    commitAt('c1', 0, ['README.md']),
    commitAt('c2', 100, ['jobs/load_orders.py'], ['c1']),
    commitAt('c3', 200, ['config/limits.yaml'], ['c2']),
    commitAt('c4', 300, ['sql/report.sql', 'jobs/common.py'], ['c3']),
  ];
  const snapshot = snapshotOf({
    changes: commits,
    streams: [streamOf('load-orders', 0, 3_000), streamOf('report', 0, 3_000), streamOf('cron', 0, 3_000)],
    patterns: [patternAt('report failed', 'report', [1_000, 2_000])],
  });
  const files = [
    'README.md',
    'jobs/load_orders.py',
    'jobs/common.py',
    'sql/report.sql',
    'config/limits.yaml',
  ];
  const repositories = snapshot.repositories.map((repository) => ({ ...repository, ...HEAD, files }));
  const { releases } = normalise({ ...snapshot, repositories });
  expect(releases.map(({ service, commit, reach }) => [commit, service, reach])).toEqual([
    ['c2', 'load-orders', 'merged'],
    ['c3', 'report', 'merged'],
    ['c4', 'report', 'merged'],
  ]);
});

test('and of many commits the latest few stand in: each costs a difference', () => {
  const commits = Array.from({ length: 60 }, (_, index) =>
    commitAt(`c${index}`, index, ['jobs/load.py'], [`c${index - 1}`]),
  );
  const snapshot = snapshotOf({ changes: commits, streams: [streamOf('load', 0, 3_000)] });
  const repositories = snapshot.repositories.map((each) => ({
    ...each,
    repo: 'repo',
    head: 'c59',
    files: ['jobs/load.py'],
  }));
  const { releases } = normalise({ ...snapshot, repositories });
  expect(releases).toHaveLength(16);
  expect(releases.at(-1)?.commit).toBe('c59');
});
