/** The checks of `npm run eval:evidence`: what counts as missing, on made-up situations. */
import { describe, expect, it } from 'vitest';
import {
  checkDeployments,
  checkFiles,
  checkGuiltyFlag,
  checkGuiltyRelease,
  checkServices,
} from '../../evals/evidence-checks.mjs';

const START = Date.parse('2024-03-01T10:00:00Z');
const MINUTE = 60_000;
const GUILTY = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);

const releaseOf = (fields: object = {}) => ({
  id: 'x:1',
  service: 'berth-desk',
  version: 'v2.4.1',
  commit: GUILTY,
  startedAt: START,
  finishedAt: START + MINUTE,
  commits: [{ sha: GUILTY }],
  reach: 'serving',
  ...fields,
});

const situationOf = (fields: object = {}) => ({
  releases: [releaseOf()],
  flags: [{ flag: 'new-berths' }],
  services: new Map([['berth-desk', {}]]),
  resolve: (raw: string) => (raw === 'berths' ? 'berth-desk' : raw),
  ...fields,
});

const namedOf = (fields: object = {}) => ({
  service: 'berth-desk',
  version: '2.4.1',
  commit: null,
  from: START,
  to: START,
  file: 'deployments.json',
  ...fields,
});

const truthOf = (commitsInDeployment: readonly string[], flag = '') => ({
  cause: {
    service: 'berths',
    change: {
      type: flag === '' ? 'deployment' : 'flag',
      flag,
      version: '2.4.1',
      commit: GUILTY,
      deploymentCommit: GUILTY,
      commitsInDeployment,
    },
  },
  affectedServices: { direct: ['berths'], cascade: ['berth-desk', 'quay'] },
});

describe('deployments', () => {
  it.each([
    { name: 'one told by two files', named: [namedOf(), namedOf({ service: 'berths' })], misses: [] },
    {
      name: 'one of another version',
      named: [namedOf(), namedOf({ version: 'v9' })],
      misses: [/v9 .* no release/],
    },
    {
      name: 'one hours later',
      named: [namedOf(), namedOf({ from: START + 9e6, to: START + 9e6 })],
      misses: [/no release/],
    },
    { name: 'one of the same commit', named: [namedOf({ version: null, commit: GUILTY })], misses: [] },
    { name: 'none', named: [], misses: [/named by no file/] },
  ])('$name', ({ named, misses }) => {
    expect(checkDeployments(named, situationOf()).misses).toEqual(
      misses.map((miss) => expect.stringMatching(miss)),
    );
  });

  it('a deployment that is two releases', () => {
    const situation = situationOf({ releases: [releaseOf(), releaseOf({ id: 'x:2' })] });
    expect(checkDeployments([namedOf()], situation).misses).toEqual([expect.stringMatching(/is 2 releases/)]);
  });
});

describe('the guilty change', () => {
  it.each([
    { name: 'with its commits', commits: [GUILTY], got: [GUILTY], misses: [] },
    { name: 'without one', commits: [GUILTY, OTHER], got: [GUILTY], misses: [/lacks b{8}/] },
    { name: 'with one too much', commits: [GUILTY], got: [GUILTY, OTHER], misses: [/has b{8} too much/] },
    { name: 'without the guilty one', commits: [GUILTY], got: [], misses: [/is not in it/, /lacks/] },
  ])('$name', ({ commits, got, misses }) => {
    const situation = situationOf({ releases: [releaseOf({ commits: got.map((sha) => ({ sha })) })] });
    const check = checkGuiltyRelease(truthOf(commits), situation);
    expect(check.misses).toEqual(misses.map((miss) => expect.stringMatching(miss)));
  });

  it('is missing where no release has its version', () => {
    const situation = situationOf({ releases: [releaseOf({ version: 'v1', commit: OTHER })] });
    expect(checkGuiltyRelease(truthOf([GUILTY]), situation).misses).toHaveLength(1);
  });

  it('is a flag', () => {
    expect(checkGuiltyFlag(truthOf([], 'new-berths'), situationOf())).toMatchObject({
      wanted: 1,
      misses: [],
    });
    expect(checkGuiltyFlag(truthOf([], 'old-berths'), situationOf()).misses).toHaveLength(1);
    expect(checkGuiltyFlag(truthOf([]), situationOf()).wanted).toBe(0);
  });
});

describe('services and files', () => {
  it('tells names that are no node, and two that are one', () => {
    expect(checkServices(truthOf([]), situationOf()).misses).toEqual([
      'berth-desk and berths are one node',
      'quay is no node',
    ]);
  });

  it('tells files that nobody claimed, and those that gave nothing', () => {
    const files = [
      { path: 'a.log', connector: 'log-file', kind: 'logs' },
      { path: 'b.json', connector: 'alerts', kind: null },
    ];
    expect(checkFiles(['a.log', 'b.json', 'c.csv'], files).misses).toEqual([
      'b.json gave nothing to alerts',
      'c.csv was claimed by nobody',
    ]);
  });
});
