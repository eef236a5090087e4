/** Rollouts of which nothing but events is left. */
import { describe, expect, test } from 'vitest';
import { runOnFiles, withDeployments } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';

let counted = 0;
function event(
  time: string,
  kind: string,
  name: string,
  reason: string,
  message: string,
  fieldPath?: string,
) {
  counted += 1;
  const at = `2024-03-01T${time}Z`;
  const involvedObject = { kind, namespace: 'shop', name, ...(fieldPath === undefined ? {} : { fieldPath }) };
  const metadata = { name: `${name}.${counted}`, namespace: 'shop', creationTimestamp: at };
  const times = { firstTimestamp: at, lastTimestamp: at, count: 1 };
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    involvedObject,
    reason,
    message,
    type: 'Normal',
    ...times,
  };
}
const scaled = (time: string, message: string) =>
  event(time, 'Deployment', 'cart', 'ScalingReplicaSet', `Scaled ${message}`);
const pulled = (time: string, pod: string, image: string, container: string) =>
  event(
    time,
    'Pod',
    pod,
    'Pulled',
    `Container image "${image}" already present`,
    `spec.containers{${container}}`,
  );

async function rolloutsOf(items: readonly unknown[]) {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  return withDeployments(await runOnFiles(connector, { 'events.json': text }, {})).deployments.map(
    ({ service, version, commit, at, rollback }) => [
      service,
      version,
      commit,
      new Date(at ?? 0).toISOString().slice(11, 19),
      rollback,
    ],
  );
}

describe('events alone', () => {
  test('tell of a rollout by the set that comes as another goes, with the image of its pods', async () => {
    expect(
      await rolloutsOf([
        scaled('10:00:00', 'up replica set cart-7d9c5b8f64 from 0 to 1'),
        pulled('10:00:01', 'cart-7d9c5b8f64-k2x9p', 'r.test/mesh/proxy:1.9', 'mesh'),
        pulled('10:00:02', 'cart-7d9c5b8f64-k2x9p', 'r.test/shop/cart:9f1c2d3e4b', 'cart'),
        scaled('10:00:20', 'down replica set cart-5c6f7d8b9 from 2 to 1'),
        scaled('10:00:21', 'up replica set cart-7d9c5b8f64 from 1 to 2'),
        scaled('10:00:40', 'down replica set cart-5c6f7d8b9 from 1 to 0'),
      ]),
    ).toEqual([['cart', '9f1c2d3e4b', '9f1c2d3e4b', '10:00:00', false]]);
  });

  test('tell of a rollback by the set that comes back', async () => {
    expect(
      await rolloutsOf([
        scaled('10:00:00', 'up replica set cart-7d9c5b8f64 to 2'),
        scaled('10:00:20', 'down replica set cart-5c6f7d8b9 to 0'),
        scaled('10:30:00', 'up replica set cart-5c6f7d8b9 to 2'),
        scaled('10:30:20', 'down replica set cart-7d9c5b8f64 to 0'),
      ]),
    ).toMatchObject([
      ['cart', null, null, '10:00:00', false],
      ['cart', null, null, '10:30:00', true],
    ]);
  });

  test('tell of none where one set only grows and shrinks', async () => {
    expect(
      await rolloutsOf([
        scaled('10:00:00', 'up replica set cart-7d9c5b8f64 from 2 to 5'),
        scaled('10:40:00', 'down replica set cart-7d9c5b8f64 from 5 to 2'),
      ]),
    ).toEqual([]);
  });
});
