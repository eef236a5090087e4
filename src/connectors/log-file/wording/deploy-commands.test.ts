import { describe, expect, it } from 'vitest';
import { readDeployTool, speaksOfDeployTool } from './deploy-commands.ts';

const COMMANDS: readonly (readonly [string, ReturnType<typeof readDeployTool>])[] = [
  [
    '$ helm upgrade --install cart charts/node -n shop --set replicas=3,image.tag=2.4.1 --wait',
    { service: 'cart', version: '2.4.1', state: 'started', isRollback: false },
  ],
  [
    'helm -n shop upgrade cart charts/node',
    { service: 'cart', version: null, state: 'started', isRollback: false },
  ],
  ['helm rollback cart 57', { service: 'cart', version: null, state: 'started', isRollback: true }],
  [
    'Release "cart" has been upgraded. Happy Helming!',
    { service: 'cart', version: null, state: 'succeeded', isRollback: false },
  ],
  [
    'Helm upgrade succeeded for release shop/cart.v112 with chart node-service@3.1.0',
    { service: 'cart', version: null, state: 'succeeded', isRollback: false },
  ],
  [
    '+ kubectl -n shop set image deployment/cart cart=registry:5000/shop/cart:2.4.1',
    { service: 'cart', version: '2.4.1', state: 'started', isRollback: false },
  ],
  [
    'kubectl rollout undo deployment cart --to-revision=3',
    { service: 'cart', version: null, state: 'started', isRollback: true },
  ],
  [
    'gcloud run deploy cart --image gcr.io/shop/cart:v7 --region eu',
    { service: 'cart', version: 'v7', state: 'started', isRollback: false },
  ],
  [
    'aws ecs update-service --cluster shop --service cart --force-new-deployment',
    { service: 'cart', version: null, state: 'started', isRollback: false },
  ],
  [
    'docker service update --image shop/cart:2.4.1 shop_cart',
    { service: 'shop-cart', version: '2.4.1', state: 'started', isRollback: false },
  ],
  ['argocd app sync cart', { service: 'cart', version: null, state: 'started', isRollback: false }],
];

const OTHERS = [
  'helm upgrade cart charts/node --dry-run',
  'helm upgrade $NAME charts/node',
  'kubectl get pods -n shop',
  'helm list -A',
  'the helm of the ship',
];

describe('readDeployTool', () => {
  it.each(COMMANDS)('reads %s', (message, wording) => {
    expect(speaksOfDeployTool(message)).toBe(true);
    expect(readDeployTool(message)).toEqual(wording);
  });

  it.each(OTHERS)('takes no rollout from %s', (message) => {
    expect(readDeployTool(message)).toBeNull();
  });
});
