import { describe, expect, test } from 'vitest';
import {
  commitAt,
  deploymentAt,
  patternAt,
  serviceOf,
  snapshotOf,
  streamOf,
} from '../_testing/situations.ts';
import { normalise } from './normalise.ts';

const SHA = 'c'.repeat(40);

describe('a commit of infrastructure alone, which no deployment of a service tells of', () => {
  const releases = (paths: readonly string[]) =>
    normalise(
      snapshotOf({
        streams: [streamOf('shop', 0, 3600)],
        patterns: [patternAt('x', 'shop', [5])],
        serviceFacts: [serviceOf('shop', { path: 'shop' })],
        changes: [commitAt(SHA, 1000, paths, ['a'.repeat(40)]), deploymentAt('shop', 'v1', -90_000)],
      }),
    ).releases.filter(({ reach }) => reach === 'merged');

  test.each([
    [['terraform/prod/roles.tf'], 'terraform'],
    [['cloud/queue.tf', 'cloud/vars.tfvars'], 'cloud'],
    [['ops/rbac/readers.yaml'], 'ops'],
  ])('%j may have been applied at any time', (paths, service) => {
    expect(releases(paths)).toMatchObject([
      { service, commit: SHA, target: { platform: 'git' }, deploymentId: null },
    ]);
  });

  test.each([[['shop/pay.ts']], [['terraform/prod/roles.tf', 'shop/pay.ts']]])('%j is none', (paths) => {
    expect(releases(paths)).toEqual([]);
  });
});
