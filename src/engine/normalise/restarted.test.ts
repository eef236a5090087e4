import { describe, expect, test } from 'vitest';
import { atSecond, commitAt, patternAt, serviceOf, snapshotOf, streamOf } from '../_testing/situations.ts';
import { normalise } from './normalise.ts';

const line = (message: string, second: number) => patternAt(message, 'supervisord', [second], {}, 'info');
const STOP = line('stopped: loans (terminated by SIGTERM)', 500);
const START = line("spawned: 'loans' with pid 17", 501);

function releasesOf(lines: readonly ReturnType<typeof line>[]) {
  return normalise(
    snapshotOf({
      streams: [streamOf('loans', 0, 1200)],
      patterns: [...lines, patternAt('lent <*>', 'loans', [1, 900], {}, 'info')],
      serviceFacts: [serviceOf('loans', { path: 'loans' })],
      changes: [commitAt('a1', 300, ['loans/app.rb'], ['a0']), commitAt('a2', 900, ['loans/app.rb'], ['a1'])],
    }),
  ).releases.map(({ commit, startedAt, reach }) => [commit, startedAt, reach]);
}

describe('a commit that no record of a rollout tells of', () => {
  test('is dated by the restart of its service that follows it; one without a restart stays a commit', () =>
    expect(releasesOf([STOP, START])).toEqual([
      ['a1', atSecond(500), 'deployed'],
      ['a2', atSecond(900), 'merged'],
    ]));

  test('by the stop alone, where the line of the start was not kept', () =>
    expect(releasesOf([STOP])[0]).toEqual(['a1', atSecond(500), 'deployed']));

  test.each([
    {
      name: 'a crash is no rollout',
      lines: [line('exited: loans (exit status 1; not expected)', 500), START],
    },
    { name: 'nor the restart of another', lines: [line('stopped: tills (exit status 0)', 500), START] },
  ])('$name', ({ lines }) =>
    expect(releasesOf(lines).map(([, , reach]) => reach)).toEqual(['merged', 'merged']),
  );
});
