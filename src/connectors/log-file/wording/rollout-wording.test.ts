import { describe, expect, it } from 'vitest';
import { readRollout } from './rollout-wording.ts';

const ROLLOUTS: readonly (readonly [string, Partial<NonNullable<ReturnType<typeof readRollout>>>])[] = [
  [
    'Deployment cart-api-v2.4.1 started',
    { service: 'cart-api', version: 'v2.4.1', state: 'started', isRollback: false },
  ],
  ['Deployment cart-api-v2.4.1 completed', { service: 'cart-api', version: 'v2.4.1', state: 'succeeded' }],
  ['Deployment cart-api-3.6.10 failed', { service: 'cart-api', version: '3.6.10', state: 'failed' }],
  [
    'Deployment cart-api-v2.4.1 rolled back',
    { service: 'cart-api', version: null, leftVersion: 'v2.4.1', isRollback: true, state: 'succeeded' },
  ],
  [
    'Rollback of cart-api to v2.4.0 started',
    { service: 'cart-api', version: 'v2.4.0', isRollback: true, state: 'started' },
  ],
  [
    'Rolling back cart-api from v2.4.1 to v2.4.0',
    { service: 'cart-api', version: 'v2.4.0', leftVersion: 'v2.4.1', isRollback: true, state: 'started' },
  ],
  ['Rolled back to version 2.4.0', { service: null, version: '2.4.0', isRollback: true, state: 'succeeded' }],
  [
    'rolled out cart-api@1.9.3 to production',
    { service: 'cart-api', version: '1.9.3', state: 'succeeded', environment: 'production' },
  ],
  [
    'Applied deploy/cart.yaml at 1a2b3c4',
    { service: null, version: null, state: 'succeeded', commit: '1a2b3c4' },
  ],
  [
    'Applied manifests for cart-api from 9f8e7d6',
    { service: 'cart-api', state: 'succeeded', commit: '9f8e7d6' },
  ],
  [
    'TASK [edge : Deployment edge-9 started] commit=1a2b3c4d5e6f',
    { service: 'edge', version: '9', state: 'started', commit: '1a2b3c4d5e6f' },
  ],
  [
    'cart-api: rolling out 9f8e7d6c (asked by ana)',
    { service: 'cart-api', version: null, state: 'started', commit: '9f8e7d6c' },
  ],
  ['Deployment cart-api-r19 finished', { service: 'cart-api', version: 'r19', state: 'succeeded' }],
  [
    'deploy[cart-api] start ref=2026.11.28-2 sha=1a2b3c4d5e by=dana',
    { service: 'cart-api', version: '2026.11.28-2', state: 'started', commit: '1a2b3c4d5e' },
  ],
  ['Starting rollout of cart-api version v7', { service: 'cart-api', version: 'v7', state: 'started' }],
  [
    'deployed version 4.0.1 (commit 1a2b3c4d5e)',
    { service: null, version: '4.0.1', commit: '1a2b3c4d5e', state: 'succeeded' },
  ],
  ['Applied manifest cart-api:v1.2.3', { service: 'cart-api', version: 'v1.2.3', state: 'succeeded' }],
  ['deploy cart at 1a2b3c4d5 by dana', { service: 'cart', commit: '1a2b3c4d5', state: 'started' }],
  ['deploy cart at 1a2b3c4d5 done', { service: 'cart', commit: '1a2b3c4d5', state: 'succeeded' }],
  [
    'deploying cart 9f8e7d6 to production',
    { service: 'cart', version: null, commit: '9f8e7d6', state: 'started', environment: 'production' },
  ],
  ['orders: rolling out 9f8e7d6c (asked by ana)', { service: 'orders', commit: '9f8e7d6c' }],
  ['deploying messages@9f8e7d6c to prod', { service: 'messages', commit: '9f8e7d6c' }],
  ['ana: deploying cart@9f8e7d6c to prod', { service: 'cart', commit: '9f8e7d6c', state: 'started' }],
  ['ana: cart@9f8e7d6c is live in prod', { service: 'cart', commit: '9f8e7d6c', state: 'succeeded' }],
  ['<ana> !deploy cart 9f8e7d6c prod', { service: 'cart', commit: '9f8e7d6c', state: 'started' }],
  ['!deploy cart 9f8e7d6c prod', { service: 'cart', commit: '9f8e7d6c', state: 'started' }],
  ['cart: rollout of 9f8e7d6 complete', { service: 'cart', commit: '9f8e7d6', state: 'succeeded' }],
  ['Deployment started', { service: null, version: null, state: 'started' }],
  ['deployment of cart-api finished', { service: 'cart-api', version: null, state: 'succeeded' }],
  [
    'Deploy of cart-api v1.2.3 cancelled: superseded',
    { service: 'cart-api', version: 'v1.2.3', state: 'cancelled' },
  ],
];

const OF_TOOLS: typeof ROLLOUTS = [
  [
    'info deploying cart (release 214, rev 1a2b3c4d)',
    { service: 'cart', version: '214', commit: '1a2b3c4d', state: 'started' },
  ],
  ['info successfully deployed cart release 214', { service: 'cart', version: '214', state: 'succeeded' }],
  [
    'helm upgrade --install cart charts/cart --set image.tag=2.4.1  # 1a2b3c4',
    { service: 'cart', version: '2.4.1', commit: '1a2b3c4', state: 'started' },
  ],
  [
    'deploy cart-api 0.62.0 (1a2b3c4) to prod: started',
    { service: 'cart-api', version: '0.62.0', commit: '1a2b3c4', state: 'started' },
  ],
  [
    'execution 17 "deploy cart-api" args="-version 5.2.0 -rev 1a2b3c4" user=dana status=running',
    { service: 'cart-api', version: '5.2.0', commit: '1a2b3c4', state: 'started' },
  ],
];

const OTHERS: readonly string[] = [
  'Rolling back transaction 4711',
  'transaction rolled back: deadlock detected',
  'rollback of savepoint sp1 completed',
  'connection released to pool',
  'lock released after 30 s',
  'Deployment metrics exported',
  'upgraded connection to HTTP/1.1',
  'released 12 seats of event 99',
  'new release notes available',
  'feature toggles reloaded from release channel',
  'GET /deployments/v1.2.3/status 200 12ms',
  'reverted order 1234 to state OPEN',
  'deployment config reloaded',
  'promoted replica-2 to primary',
  'Started server on port 8080',
  'released stock 4711 to warehouse',
  'Released lock 9f8e7d6c',
  'released cursor 9f8e7d6c',
  'stream 12 is live',
  'deploying cart 1234567',
  '',
];

describe('readRollout', () => {
  it.each([...ROLLOUTS, ...OF_TOOLS])('%s', (message, want) =>
    expect(readRollout(message)).toMatchObject(want),
  );

  it.each(OTHERS)('is no rollout: %s', (message) => expect(readRollout(message)).toBeNull());

  it('takes any text in bounded time', () => {
    for (const text of ['deployment '.repeat(2e5), 'deploy a-a-a-a-'.repeat(1e4), 'rollout v1.'.repeat(1e4)])
      readRollout(text);
    expect(readRollout(`deployment ${'x-'.repeat(5e4)}`)).toBeNull();
  });
});
