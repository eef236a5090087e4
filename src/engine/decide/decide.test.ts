import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Platform } from '../../domain/service.ts';
import type { Release } from '../../domain/situation.ts';
import { atSecond, commitAt } from '../_testing/situations.ts';
import { rollbackCommands } from './commands.ts';
import { environmentName } from './hotfix.ts';
import { shellQuote } from './quote.ts';
import type { Workload } from './workload.ts';

const release: Release = {
  id: 'r2',
  service: 'cart',
  version: 'v2',
  startedAt: atSecond(0),
  finishedAt: atSecond(30),
  status: 'succeeded',
  rollback: false,
  share: null,
  environment: null,
  platformRevision: '42',
  deploymentId: null,
  target: null,
  repo: '.',
  commit: 'b'.repeat(40),
  commitBasis: 'given',
  previousId: 'r1',
  previousVersion: 'v1',
  previousCommit: 'a'.repeat(40),
  previousPlatformRevision: '41',
  commits: [],
  reach: 'serving',
  sources: [],
  evidence: [],
};

const workload = (more: Partial<Workload> = {}): Workload => ({
  platform: 'kubernetes',
  assumed: false,
  namespace: 'shop',
  context: null,
  name: 'cart',
  kind: null,
  workload: 'cart',
  workloadNamespace: 'shop',
  sync: null,
  ...more,
});

const commandsFor = (more: Partial<Workload>, revision: string | null, changes: Partial<Release> = {}) =>
  rollbackCommands({
    workload: workload(more),
    release: { ...release, ...changes },
    revision,
    target: { version: 'v1', commit: 'a'.repeat(40) },
  });

const mitigation = (...input: Parameters<typeof commandsFor>) =>
  commandsFor(...input).find((item) => item.purpose === 'mitigate');

describe('the command of each platform', () => {
  test.each<[Platform, Partial<Workload>, string | null, string, string | null]>([
    [
      'kubernetes',
      {},
      '41',
      'kubectl rollout undo deployment/cart --to-revision=41 -n shop',
      'kubectl rollout undo deployment/cart --to-revision=42 -n shop',
    ],
    [
      'kubernetes',
      {},
      null,
      'kubectl rollout undo deployment/cart -n shop',
      'kubectl rollout undo deployment/cart --to-revision=42 -n shop',
    ],
    [
      'kubernetes',
      { kind: 'StatefulSet', context: 'eu-1' },
      '41',
      'kubectl rollout undo statefulset/cart --to-revision=41 -n shop --context=eu-1',
      'kubectl rollout undo statefulset/cart --to-revision=42 -n shop --context=eu-1',
    ],
    [
      'helm',
      { context: 'eu-1' },
      '41',
      'helm rollback cart 41 --namespace shop --kube-context eu-1 --wait',
      'helm rollback cart 42 --namespace shop --kube-context eu-1 --wait',
    ],
    ['argo-cd', {}, '41', 'argocd app rollback cart 41', 'argocd app rollback cart 42'],
    [
      'argo-cd',
      { sync: 'self-heal' },
      '41',
      'argocd app set cart --sync-policy none && argocd app rollback cart 41',
      'argocd app rollback cart 42 && argocd app set cart --sync-policy automated --self-heal',
    ],
    [
      'argo-rollouts',
      {},
      null,
      'kubectl argo rollouts undo cart -n shop',
      'kubectl argo rollouts undo cart --to-revision=42 -n shop',
    ],
    [
      'flux',
      { kind: 'HelmRelease' },
      '41',
      'flux suspend helmrelease cart -n shop && helm rollback cart 41 --namespace shop --wait',
      'flux resume helmrelease cart -n shop',
    ],
    [
      'flux',
      { kind: 'Kustomization', name: 'apps', namespace: 'flux-system' },
      '41',
      'flux suspend kustomization apps -n flux-system && kubectl rollout undo deployment/cart --to-revision=41 -n shop',
      'flux resume kustomization apps -n flux-system',
    ],
    [
      'ecs',
      {},
      '41',
      'aws ecs update-service --cluster shop --service cart --task-definition cart:41',
      'aws ecs update-service --cluster shop --service cart --task-definition cart:42',
    ],
    [
      'lambda',
      { namespace: 'live' },
      '41',
      'aws lambda update-alias --function-name cart --name live --function-version 41',
      'aws lambda update-alias --function-name cart --name live --function-version 42',
    ],
    [
      'cloud-run',
      { namespace: 'europe-west1' },
      'cart-00041',
      'gcloud run services update-traffic cart --to-revisions=cart-00041=100 --region europe-west1',
      'gcloud run services update-traffic cart --to-revisions=42=100 --region europe-west1',
    ],
    ['nomad', { namespace: null }, '41', 'nomad job revert cart 41', 'nomad job revert cart 42'],
    ['heroku', {}, 'v41', 'heroku rollback v41 --app cart', 'heroku rollback 42 --app cart'],
    ['vercel', {}, null, 'vercel rollback', 'vercel promote 42'],
    ['fly', {}, null, 'fly deploy --app cart --image PREVIOUS_IMAGE', null],
    [
      'systemd',
      {},
      null,
      'sudo ln -sfn PREVIOUS_RELEASE CURRENT_LINK && sudo systemctl restart cart.service',
      'sudo ln -sfn THIS_RELEASE CURRENT_LINK && sudo systemctl restart cart.service',
    ],
    [
      'compose',
      {},
      null,
      `git show ${'a'.repeat(40)}:docker-compose.yml | docker compose -f - up -d --no-deps cart`,
      `git show ${'b'.repeat(40)}:docker-compose.yml | docker compose -f - up -d --no-deps cart`,
    ],
    [
      'git',
      {},
      null,
      `git revert --no-edit ${'b'.repeat(40)} && git push`,
      'git revert --no-edit HEAD && git push',
    ],
  ])('%s %o to %s', (platform, more, revision, want, undo) => {
    expect(mitigation({ platform, ...more }, revision)).toMatchObject({ platform, command: want, undo });
  });

  test('a look before the leap comes first, then the leap without effect', () => {
    expect(commandsFor({}, '41').slice(0, 2)).toMatchObject([
      { purpose: 'preview', command: 'kubectl rollout history deployment/cart -n shop --revision=41' },
      {
        purpose: 'preview',
        command: 'kubectl rollout undo deployment/cart --to-revision=41 -n shop --dry-run=server',
      },
    ]);
  });

  test('an assumed platform is said to be assumed', () => {
    expect(mitigation({ assumed: true }, null)?.assumes[0]).toContain('nothing in the evidence says so');
  });

  test('where it is not known how Argo CD syncs, that is said', () => {
    expect(mitigation({ platform: 'argo-cd' }, null)?.assumes.join(' ')).toContain('automated sync');
  });

  test('a canary in progress is aborted, which moves all traffic at once', () => {
    expect(mitigation({ platform: 'argo-rollouts' }, '41', { share: 0.1 })).toMatchObject({
      command: 'kubectl argo rollouts abort cart -n shop',
      undo: 'kubectl argo rollouts retry rollout cart -n shop',
    });
  });

  test('several commits are reverted newest first, a merge by its first parent', () => {
    const commits = [commitAt('3', 3, ['a'], ['2', '1']), commitAt('2', 2, ['a'], ['1'])];
    expect(mitigation({ platform: 'git' }, null, { commits })?.command).toBe(
      'git revert --no-edit -m 1 3 2 && git push',
    );
  });

  test('every platform has a command, a look first, and says what it takes for granted', () => {
    const platforms: readonly Platform[] = [
      'kubernetes',
      'helm',
      'argo-cd',
      'argo-rollouts',
      'flux',
      'ecs',
      'lambda',
      'cloud-run',
      'nomad',
      'systemd',
      'heroku',
      'vercel',
      'fly',
      'compose',
      'git',
      'unknown',
    ];
    for (const platform of platforms) {
      const commands = commandsFor({ platform }, null);
      expect(commands[0]?.purpose).toBe('preview');
      expect(mitigation({ platform }, null)?.assumes.length).toBeGreaterThan(0);
    }
  });
});

describe('quoting', () => {
  test('no value can become more than one word of a real shell', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
        const clean = [...value]
          .filter((char) => char.charCodeAt(0) >= 32 && char.charCodeAt(0) !== 127)
          .join('')
          .replace(/^-+/, '');
        const printed = execFileSync('/bin/sh', ['-c', `printf '%s|' ${shellQuote(value)}`], {
          encoding: 'utf8',
        });
        expect(printed).toBe(`${Buffer.from(clean, 'utf8').toString('utf8')}|`);
      }),
      { numRuns: 60 },
    );
  });

  test('a value begins no option', () => {
    expect(shellQuote('--rf')).toBe('rf');
  });

  test.each(['$(reboot)', '`id`', "a'b", 'a;b', 'a b', ''])('%s is quoted or starts no option', (value) => {
    expect(shellQuote(value).startsWith("'")).toBe(true);
  });
});

test.each([
  ['paymentTimeout', 'PAYMENT_TIMEOUT'],
  ['pool.max-size', 'MAX_SIZE'],
  ['DbPoolMax', 'DB_POOL_MAX'],
])('the variable that a team would try for %s is %s', (key, want) => {
  expect(environmentName(key)).toBe(want);
});
