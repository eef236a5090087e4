import { describe, expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import {
  atSecond,
  commitAt,
  deploymentAt,
  patternAt,
  serviceOf,
  snapshotOf,
  streamOf,
} from '../_testing/situations.ts';
import { withOwnLibraries } from './frames.ts';
import { normalise } from './normalise.ts';

const SHA = (letter: string) => letter.repeat(40);

const repositoryWith = (files: readonly string[]) => ({
  repo: '.',
  head: SHA('a'),
  branch: 'main',
  files,
  commitCount: 1,
  firstCommitAt: atSecond(0),
  lastCommitAt: atSecond(0),
  shallow: false,
});

describe('one service under all its names', () => {
  test.each([
    { raw: 'Checkout_API', declared: ['checkout-api'], want: 'checkout-api' },
    { raw: 'PaymentService', declared: ['payment-service'], want: 'payment-service' },
    { raw: 'payment', declared: ['payment-service'], want: 'payment-service' },
    { raw: 'payment', declared: ['payment-service', 'payment-api'], want: 'payment' },
    { raw: 'ledger', declared: ['payment-service'], want: 'ledger' },
    { raw: '@acme/cart', declared: ['cart'], want: 'cart' },
  ])('$raw among $declared is $want', ({ raw, declared, want }) => {
    const situation = normalise(snapshotOf({ serviceFacts: declared.map((name) => serviceOf(name)) }));
    expect(situation.resolve(raw)).toBe(want);
  });

  test('an alias of the catalog joins log and catalog', () => {
    const situation = normalise(
      snapshotOf({
        serviceFacts: [serviceOf('orders', { aliases: ['order-svc'] })],
        patterns: [patternAt('x y', 'order-svc', [1])],
      }),
    );
    expect([...situation.services.keys()]).toEqual(['orders']);
    expect(situation.patterns[0]?.service).toBe('orders');
  });
});

describe('the two names of a proxy', () => {
  const seen = serviceOf('shop-in', { aliases: ['haproxy'], source: 'log-file' });
  const patterns = [patternAt('GET /a 503', 'shop-in', [1])];
  test('are the one that logs give', () =>
    expect(normalise(snapshotOf({ serviceFacts: [seen], patterns })).resolve('haproxy')).toBe('shop-in'));
  test('are the one that is rolled out, and its file of settings is what it runs', () => {
    const situation = normalise(
      snapshotOf({
        serviceFacts: [seen],
        patterns,
        changes: [deploymentAt('haproxy', '0.11.1', 5)],
        repositories: [
          {
            repo: '.',
            head: null,
            branch: null,
            files: ['edge/haproxy.cfg', 'edge/nginx.conf', 'shop/app.py'],
            commitCount: 1,
            firstCommitAt: null,
            lastCommitAt: null,
            shallow: false,
          },
        ],
      }),
    );
    expect(situation.resolve('shop-in')).toBe('haproxy');
    expect(situation.folders.get('haproxy')).toEqual(['edge/haproxy.cfg']);
  });
});

describe('a log that is called after a service without the word for its form', () => {
  const among = (...declared: readonly string[]) =>
    normalise(
      snapshotOf({
        serviceFacts: declared.map((name) => serviceOf(name)),
        streams: [streamOf('courier', 0, 600)],
        patterns: [patternAt('x y', 'courier', [1])],
      }),
    ).patterns[0]?.service;

  test('is its log', () => expect(among('courier-app', 'tariff')).toBe('courier-app'));
  test.each([[['courier-app', 'courier']], [['courier-app', 'courier-worker']], [['tariff']]])(
    'is of nobody else among %j',
    (declared) => expect(among(...declared)).toBe('courier'),
  );
});

describe('a pod is of the service that it is named after', () => {
  const fact = (pod: string, service: string) => ({
    id: pod,
    kind: 'crash-loop' as const,
    service,
    pod,
    node: null,
    at: atSecond(1),
    count: 1,
    summary: 'x',
    attributes: {},
    evidence: [],
  });

  test.each([
    { pod: 'card-api-7f6d-x1', services: ['card-api', 'card'], want: 'card-api' },
    { pod: 'cardinal-7f6d-x1', services: ['card'], want: 'cardinal-7f6d-x1' },
  ])('$pod among $services: $want', ({ pod, services, want }) => {
    const situation = normalise(
      snapshotOf({ serviceFacts: services.map((name) => serviceOf(name)), platformFacts: [fact(pod, pod)] }),
    );
    expect(situation.resolve(pod)).toBe(want);
  });

  test('where the platform told the service, its word stands', () => {
    const situation = normalise(
      snapshotOf({
        serviceFacts: [serviceOf('card'), serviceOf('card-api')],
        platformFacts: [fact('card-api-7f6d-x1', 'card-api')],
      }),
    );
    expect(situation.resolve('card-api')).toBe('card-api');
  });
});

describe('one rollout, one release', () => {
  test('two sources of one deployment are merged, with what each knows', () => {
    const log = deploymentAt('cart', 'v2.0.0', 100, { source: 'log-file', id: 'log:1', commit: null });
    const api = deploymentAt('cart', '2.0.0', 110, {
      source: 'github-deployments',
      id: 'gh:1',
      commit: SHA('a'),
      deploymentId: '77',
      finishedAt: atSecond(200),
    });
    const [release, ...rest] = normalise(
      snapshotOf({ changes: [api, log, commitAt(SHA('a'), 50, ['cart/a.ts'])] }),
    ).releases;
    expect(rest).toEqual([]);
    expect(release).toMatchObject({
      service: 'cart',
      startedAt: atSecond(100),
      finishedAt: atSecond(200),
      deploymentId: '77',
      commit: SHA('a'),
      commitBasis: 'given',
      sources: ['github-deployments', 'log-file'],
    });
  });

  test('another version within minutes is another release', () => {
    const releases = normalise(
      snapshotOf({ changes: [deploymentAt('cart', 'v1', 0), deploymentAt('cart', 'v2', 120)] }),
    ).releases;
    expect(releases.map((release) => [release.version, release.previousVersion])).toEqual([
      ['v1', null],
      ['v2', 'v1'],
    ]);
  });

  test('an earlier version that comes back is a rollback', () => {
    const releases = normalise(
      snapshotOf(
        {
          changes: [
            deploymentAt('cart', 'v1', 0),
            deploymentAt('cart', 'v2', 4000),
            deploymentAt('cart', 'v1', 8000),
          ],
        },
        9000,
      ),
    ).releases;
    expect(releases.map((release) => release.rollback)).toEqual([false, false, true]);
  });

  test('an earlier revision that is rolled out is a rollback, though nobody recorded when it ran', () => {
    const path = ['services/cart/a.ts'];
    const releases = normalise(
      snapshotOf(
        {
          changes: [
            commitAt(SHA('a'), -9000, path),
            commitAt(SHA('b'), -100, path, [SHA('a')]),
            deploymentAt('cart', 'v2', 0, { commit: SHA('b') }),
            deploymentAt('cart', 'v1', 4000, { commit: SHA('a') }),
          ],
        },
        9000,
      ),
    ).releases;
    expect(releases.map((release) => release.rollback)).toEqual([false, true]);
  });

  test('a release brings the commits of its own folders since the one before', () => {
    const commits = [
      commitAt(SHA('a'), 0, ['services/cart/a.ts']),
      commitAt(SHA('b'), 10, ['services/pay/b.ts'], [SHA('a')]),
      commitAt(SHA('c'), 20, ['services/cart/c.ts'], [SHA('b')]),
    ];
    const changes = [
      ...commits,
      deploymentAt('cart', 'v1', 5, { commit: SHA('a') }),
      deploymentAt('cart', 'v2', 30, { commit: SHA('c').slice(0, 8) }),
    ];
    const situation = normalise(
      snapshotOf({
        changes,
        serviceFacts: [serviceOf('cart', { path: 'services/cart' })],
        repositories: [
          {
            repo: '.',
            head: SHA('c'),
            branch: 'main',
            files: ['services/cart/a.ts', 'services/pay/b.ts'],
            commitCount: 3,
            firstCommitAt: null,
            lastCommitAt: null,
            shallow: false,
          },
        ],
      }),
    );
    expect(situation.releases[1]?.commits.map((commit) => commit.sha)).toEqual([SHA('c')]);
    expect(situation.releases[1]).toMatchObject({ previousCommit: SHA('a'), commit: SHA('c') });
  });

  const repositoryAt = (head: string) => ({
    repo: '.',
    head,
    branch: 'main',
    files: ['cart/a.ts'],
    commitCount: 3,
    firstCommitAt: null,
    lastCommitAt: null,
    shallow: false,
  });

  test('an earlier release whose commit no history holds cannot be compared with', () => {
    const changes = [
      commitAt(SHA('b'), 10, ['cart/a.ts'], [`${SHA('b')}^`]),
      commitAt(SHA('c'), 20, ['cart/a.ts'], [SHA('b')]),
      deploymentAt('cart', 'v1', 5, { commit: SHA('a') }),
      deploymentAt('cart', 'v2', 30, { commit: SHA('c') }),
    ];
    const repository = { ...repositoryAt(SHA('c')), commitCount: 2 };
    const releaseOf = (commitCount: number) =>
      normalise(snapshotOf({ changes, repositories: [{ ...repository, commitCount }] })).releases[1];
    expect(releaseOf(2)).toMatchObject({ previousCommit: SHA('a'), previousCommitMissing: true });
    expect(releaseOf(2)?.commits.map(({ sha }) => sha)).toEqual([SHA('c'), SHA('b')]);
    expect(releaseOf(5_000)).not.toHaveProperty('previousCommitMissing');
  });

  test('commits whose files are not listed belong to the release that came with them', () => {
    const unlisted = { ...commitAt(SHA('c'), 20, [], [SHA('a')]), filesUnknown: true as const };
    const changes = [
      commitAt(SHA('a'), 0, ['cart/a.ts']),
      unlisted,
      deploymentAt('cart', 'v1', 5, { commit: SHA('a') }),
      deploymentAt('cart', 'v2', 30, { commit: SHA('c') }),
    ];
    const { releases } = normalise(snapshotOf({ changes, repositories: [repositoryAt(SHA('c'))] }));
    expect(releases[1]?.commits).toEqual([unlisted]);
  });

  test('a merge that only carries what its branch changed is told once, as the commit of the branch', () => {
    const changes = [
      commitAt(SHA('a'), 0, ['cart/a.ts']),
      commitAt(SHA('b'), 10, ['cart/a.ts'], [SHA('a')]),
      commitAt(SHA('c'), 20, ['cart/a.ts'], [SHA('a'), SHA('b')]),
      commitAt(SHA('d'), 30, ['cart/d.ts', 'cart/a.ts'], [SHA('c'), SHA('b')]),
      deploymentAt('cart', 'v1', 5, { commit: SHA('a') }),
      deploymentAt('cart', 'v2', 40, { commit: SHA('d') }),
    ];
    const { releases } = normalise(
      snapshotOf({
        changes,
        serviceFacts: [serviceOf('cart', { path: 'cart' })],
        repositories: [repositoryAt(SHA('d'))],
      }),
    );
    expect(releases[1]?.commits.map(({ sha }) => sha)).toEqual([SHA('d'), SHA('b')]);
  });

  test('a commit of a branch had not arrived before its merge', () => {
    const changes = [
      commitAt(SHA('a'), 0, ['cart/a.ts']),
      commitAt(SHA('b'), 10, ['cart/b.ts'], [SHA('a')]),
      commitAt(SHA('c'), 30, ['cart/b.ts'], [SHA('a'), SHA('b')]),
      deploymentAt('cart', 'v1', 20),
      deploymentAt('cart', 'v2', 40),
    ];
    const { releases } = normalise(
      snapshotOf({
        changes,
        serviceFacts: [serviceOf('cart', { path: 'cart' })],
        repositories: [repositoryAt(SHA('c'))],
      }),
    );
    expect(releases.map(({ commit, commits }) => [commit, commits.map(({ sha }) => sha)])).toEqual([
      [SHA('a'), [SHA('a')]],
      [SHA('c'), [SHA('b')]],
    ]);
  });

  test.each([
    { name: 'since a journal begins that would have told of an earlier release', revision: null, want: 2 },
    { name: 'of three days where a source keeps only the last revisions', revision: '7', want: 1 },
  ])('without an earlier release it brings the commits $name', ({ revision, want }) => {
    const day = 86_400;
    const changes = [
      commitAt(SHA('a'), day, ['cart/a.ts']),
      commitAt(SHA('b'), 3 * day, ['cart/a.ts'], [SHA('a')]),
      commitAt(SHA('c'), 9 * day, ['cart/a.ts'], [SHA('b')]),
      deploymentAt('pay', 'v1', 2 * day, { platformRevision: revision }),
      deploymentAt('cart', 'v1', 10 * day, { platformRevision: revision, commit: SHA('c') }),
    ];
    const { releases } = normalise(
      snapshotOf({ changes, serviceFacts: [serviceOf('cart', { path: 'cart' })] }, 11 * day),
    );
    expect(releases[1]?.commits).toHaveLength(want);
  });

  test('without an earlier release one that follows its commit within minutes brings not those of days before', () => {
    const day = 86_400;
    const brought = (second: number) =>
      normalise(
        snapshotOf(
          {
            changes: [
              commitAt(SHA('0'), day, ['cart/a.ts']),
              commitAt(SHA('a'), 8 * day, ['cart/a.ts'], [SHA('0')]),
              commitAt(SHA('b'), 10 * day, ['cart/a.ts'], [SHA('a')]),
              deploymentAt('cart', 'v1', second, { commit: SHA('b') }),
            ],
            serviceFacts: [serviceOf('cart', { path: 'cart' })],
            patterns: [patternAt('served', 'cart', [9 * day], {}, 'info')],
          },
          11 * day,
        ),
      ).releases[0]?.commits.map(({ sha }) => sha[0]);
    expect(brought(10 * day + 120)).toEqual(['b']);
    expect(brought(10 * day + 7200)).toEqual(['b', 'a']);
  });

  test('what made a service that already answered is not brought by its first known release', () => {
    const made = commitAt(SHA('a'), 10, ['cart/index.js']);
    const change = commitAt(SHA('b'), 90, ['cart/index.js'], [SHA('a')]);
    const release = (heard: number) =>
      normalise(
        snapshotOf({
          changes: [made, change, deploymentAt('cart', 'v2', 100, { commit: SHA('b') })],
          serviceFacts: [serviceOf('cart', { path: 'cart' })],
          patterns: [patternAt('served', 'cart', [heard], {}, 'info')],
        }),
      ).releases[0]?.commits.map(({ sha }) => sha[0]);
    expect(release(50)).toEqual(['b']);
    expect(release(150)).toEqual(['b', 'a']);
  });

  test('of commits of one second the ancestor made the service', () => {
    const situation = normalise(
      snapshotOf({
        serviceFacts: [serviceOf('cart', { path: 'cart' })],
        patterns: [patternAt('served', 'cart', [5], {}, 'info')],
        changes: [
          commitAt(SHA('b'), 0, ['cart/app.py']),
          commitAt(SHA('a'), 0, ['cart/settings.py'], [SHA('b')]),
          commitAt(SHA('c'), 50, ['cart/app.py'], [SHA('a')]),
          deploymentAt('cart', 'v2', 60, { commit: SHA('c') }),
        ],
      }),
    );
    expect(situation.releases[0]?.commits.map(({ sha }) => sha[0])).toEqual(['c', 'a']);
  });

  test('the revision in the names of older instances is where the first known release started from', () => {
    const runs = (name: string, second: number) => ({
      dimension: 'pod' as const,
      value: name,
      count: 1,
      firstSeenAt: atSecond(second),
      lastSeenAt: atSecond(second),
    });
    const splits = [
      runs(`cart-${SHA('a1').slice(0, 7)}-x2x4q`, 5),
      runs(`cart-${SHA('c1').slice(0, 7)}-9pvxh`, 70),
    ];
    const situation = normalise(
      snapshotOf({
        serviceFacts: [serviceOf('cart', { path: 'cart' })],
        patterns: [patternAt('served', 'cart', [5, 70], { splits }, 'info')],
        changes: [
          commitAt(SHA('b1'), -9, ['cart/app.py']),
          commitAt(SHA('a1'), 0, ['cart/settings.py'], [SHA('b1')]),
          commitAt(SHA('c1'), 50, ['cart/app.py'], [SHA('a1')]),
          deploymentAt('cart', 'v2', 60, { commit: SHA('c1') }),
        ],
      }),
    );
    expect(situation.releases[0]).toMatchObject({ previousCommit: SHA('a1') });
    expect(situation.releases[0]?.commits.map(({ sha }) => sha)).toEqual([SHA('c1')]);
  });

  test('shared code that a service was found to import belongs to what it runs, as does the file that sets it up', () => {
    const situation = normalise(
      snapshotOf({
        repositories: [
          repositoryWith(['cart_api/a.py', 'libs/money/b.py', 'deploy/cart-api.yaml', 'libs/other/c.py']),
        ],
        patterns: [patternAt('x y', 'cart-api', [1])],
        probeAnswers: [
          {
            kind: 'imports',
            probeId: 'imports:cart-api',
            service: 'cart-api',
            folders: [
              {
                folder: 'libs/money',
                location: { repo: '.', revision: 'HEAD', path: 'cart_api/a.py', line: 1, endLine: 1 },
                evidence: evidenceRef('source-code', 'cart_api/a.py:1'),
              },
            ],
            searched: '',
            evidence: [],
          },
        ],
      }),
    );
    expect(situation.folders.get('cart-api')).toEqual(['cart_api', 'deploy/cart-api.yaml', 'libs/money']);
  });

  test('a stack of another service, which a caller logs, is no folder of the caller', () => {
    const frame = (file: string) => ({ file, line: 4, function: 'f', inApp: true });
    const situation = normalise(
      snapshotOf({
        repositories: [repositoryWith(['src/web/page.js', 'src/cart/store/Redis.cs', 'libs/money/sum.js'])],
        serviceFacts: [serviceOf('cart'), serviceOf('web')],
        patterns: [
          patternAt('cart failed', 'web', [1], {
            frames: [frame('/app/src/cart/store/Redis.cs'), frame('/srv/libs/money/sum.js')],
          }),
        ],
      }),
    );
    expect(situation.folders.get('web')).toEqual(['libs/money', 'src/web']);
  });

  test('without any commit id the newest earlier commit of the service is inferred, and said to be', () => {
    const changes = [
      commitAt(SHA('a'), 0, ['cart/a.ts']),
      commitAt(SHA('b'), 900, ['cart/a.ts'], [SHA('a')]),
      deploymentAt('cart', 'v1', 60),
    ];
    const situation = normalise(snapshotOf({ changes, serviceFacts: [serviceOf('cart', { path: 'cart' })] }));
    expect(situation.releases[0]).toMatchObject({ commit: SHA('a'), commitBasis: 'by-time' });
  });
});

describe('clocks', () => {
  test('a history that begins after all evidence cannot be compared by date', () => {
    const changes = [commitAt(SHA('a'), 700 * 86_400, ['a.ts'])];
    const situation = normalise(snapshotOf({ changes, streams: [streamOf('cart', 0, 60)] }));
    expect(situation.clock.epochMismatch).toBe(true);
    expect(situation.clock.notes).toHaveLength(1);
  });

  test('old commits under a young log are ordinary', () => {
    const changes = [commitAt(SHA('a'), -700 * 86_400, ['a.ts'])];
    expect(normalise(snapshotOf({ changes, streams: [streamOf('cart', 0, 60)] })).clock.epochMismatch).toBe(
      false,
    );
  });
});

describe('a library that is ours', () => {
  const frame = (path: string, files: readonly string[]) => {
    const pattern = patternAt('failed', 'press', [1], {
      frames: [{ file: path, line: 3, function: 'decode', inApp: false }],
    });
    return withOwnLibraries(pattern, files).frames[0]?.inApp;
  };
  const ours = ['libs/wire/wire/decode.py', 'services/press/worker.py'];

  test.each([
    ['/usr/lib/python3.12/site-packages/wire/decode.py', ours, true],
    ['/usr/lib/python3.12/site-packages/yaml/decode.py', ours, false],
    ['/usr/lib/python3.12/site-packages/wire/decode.py', [...ours, 'old/wire/decode.py'], false],
    ['/srv/vendor/wire/decode.php', ['vendor/wire/decode.php'], false],
    ['/usr/lib/python3.12/site-packages/decode.py', ours, false],
  ] as const)('%s among %j: %s', (path, files, want) => {
    expect(frame(path, files)).toBe(want);
  });
});
