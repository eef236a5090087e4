import { expect, test } from 'vitest';
import { commitAt, deploymentAt, serviceOf, snapshotOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { pathsToCompare } from './probe-ids.ts';

const FILES = [
  'loans/app.rb',
  'tills/app.rb',
  'db/migrations/007_fees.sql',
  'tills/migrations/002.sql',
  'docs/a.md',
];

test('a release is compared in its own folder, and in the migrations of nobody that its commits brought', () => {
  const { releases, ...situation } = normalise(
    snapshotOf({
      serviceFacts: [serviceOf('loans', { path: 'loans' }), serviceOf('tills', { path: 'tills' })],
      repositories: [
        {
          repo: '.',
          head: 'b1',
          branch: 'main',
          files: FILES,
          commitCount: 2,
          firstCommitAt: null,
          lastCommitAt: null,
          shallow: false,
        },
      ],
      changes: [
        commitAt('a1', -9000, ['loans/app.rb']),
        commitAt('b1', 1500, FILES, ['a1']),
        deploymentAt('loans', 'v1', -8000, { commit: 'a1' }),
        deploymentAt('loans', 'v2', 1800, { commit: 'b1' }),
      ],
    }),
  );
  const release = releases.find(({ version }) => version === 'v2');
  expect(release === undefined ? [] : pathsToCompare(release, { releases, ...situation })).toEqual([
    'db/migrations/007_fees.sql',
    'loans',
  ]);
});
