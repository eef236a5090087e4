import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileDiff, RevisionDiff } from '../../domain/code.ts';
import type { Platform } from '../../domain/service.ts';
import type { Release, Situation } from '../../domain/situation.ts';
import { atSecond, evidenceOf } from '../_testing/situations.ts';
import { rollbackCommands } from './commands.ts';
import { environmentName } from './hotfix.ts';
import { shellQuote } from './quote.ts';
import { rollbackSafety } from './safety.ts';

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

const command = (platform: Platform, revision: string | null, name = 'cart', assumed = false) =>
  rollbackCommands({ workload: { platform, assumed, namespace: 'shop', name }, release, revision });

describe('the command of each platform', () => {
  test.each([
    ['kubernetes', '41', 'kubectl rollout undo deployment/cart --to-revision=41 -n shop'],
    ['kubernetes', null, 'kubectl rollout undo deployment/cart -n shop'],
    ['helm', '41', 'helm rollback cart 41 --namespace shop --wait'],
    ['argo-cd', '41', 'argocd app rollback cart 41'],
    ['argo-rollouts', null, 'kubectl argo rollouts undo cart -n shop'],
    ['heroku', 'v41', 'heroku rollback v41 --app cart'],
    ['nomad', '41', 'nomad job revert cart 41'],
  ] as const)('%s to %s', (platform, revision, want) => {
    expect(command(platform, revision).find((item) => item.purpose === 'mitigate')?.command).toBe(want);
  });

  test('a look before the leap comes first', () => {
    expect(command('kubernetes', '41')[0]).toMatchObject({
      purpose: 'preview',
      command: 'kubectl rollout history deployment/cart -n shop --revision=41',
    });
  });

  test('the undo of the undo goes to the accused revision by number, since a second undo is a coin toss', () => {
    expect(command('kubernetes', '41')[1]?.undo).toBe(
      'kubectl rollout undo deployment/cart --to-revision=42 -n shop',
    );
  });

  test('an assumed platform is said to be assumed', () => {
    expect(command('kubernetes', null, 'cart', true)[1]?.assumes[0]).toContain('assumed');
  });

  test('Argo CD reverts a rollback under automated sync: it is said', () => {
    expect(command('argo-cd', null)[1]?.assumes.join(' ')).toContain('automated sync');
  });
});

describe('quoting', () => {
  test('no value can become more than one word of a real shell', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
        const clean = [...value]
          .filter((char) => char.charCodeAt(0) >= 32 && char.charCodeAt(0) !== 127)
          .join('');
        const printed = execFileSync('/bin/sh', ['-c', `printf '%s|' ${shellQuote(value)}`], {
          encoding: 'utf8',
        });
        expect(printed).toBe(`${Buffer.from(clean, 'utf8').toString('utf8')}|`);
      }),
      { numRuns: 60 },
    );
  });

  test.each(['-rf', '$(reboot)', '`id`', "a'b", 'a;b', 'a b', ''])(
    '%s is quoted or starts no option',
    (value) => {
      expect(shellQuote(value).startsWith("'")).toBe(true);
    },
  );
});

describe('safety of going back', () => {
  const diff = (files: readonly Partial<FileDiff>[]): RevisionDiff => ({
    repo: '.',
    from: 'a'.repeat(40),
    to: 'b'.repeat(40),
    omittedFiles: 0,
    files: files.map((more) => ({
      path: 'x',
      oldPath: null,
      status: 'modified',
      category: 'code',
      language: null,
      inert: 'none',
      values: [],
      features: [],
      hunks: [],
      ...more,
    })),
  });
  const migration = (sql: string): Partial<FileDiff> => ({
    path: 'migrations/7.sql',
    category: 'migration',
    status: 'added',
    hunks: [
      {
        oldStart: 0,
        oldLines: 0,
        newStart: 1,
        newLines: 1,
        scopes: [],
        removed: [],
        added: [sql],
        evidence: evidenceOf('sql').ref,
      },
    ],
  });
  const situation = { releases: [release], edges: [] } as unknown as Situation;

  test.each([
    ['a dropped column', [migration('ALTER TABLE orders DROP COLUMN total;')], 'UNSAFE'],
    ['a renamed table', [migration('ALTER TABLE orders RENAME TO purchases;')], 'UNSAFE'],
    ['an added column', [migration('ALTER TABLE orders ADD COLUMN note text;')], 'SAFE'],
    [
      'an added constraint',
      [migration('ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0);')],
      'SAFE_WITH_STEPS',
    ],
    ['a contract', [{ path: 'api/orders.proto', category: 'schema' as const }], 'SAFE_WITH_STEPS'],
    ['code only', [{ path: 'a.ts' }], 'SAFE'],
  ])('%s is %s', (_, files, want) => {
    expect(rollbackSafety(release, diff(files), situation).verdict).toBe(want);
  });

  test('an unread difference is UNKNOWN, not safe', () => {
    expect(rollbackSafety(release, null, situation).verdict).toBe('UNKNOWN');
  });

  test('a caller deployed since may rely on the new side', () => {
    const since = {
      releases: [release, { ...release, id: 'x', service: 'web', startedAt: atSecond(60) }],
      edges: [{ from: 'web', to: 'cart', source: 'catalog', evidence: [] }],
    } as unknown as Situation;
    expect(rollbackSafety(release, diff([{ path: 'a.ts' }]), since).verdict).toBe('SAFE_WITH_STEPS');
  });
});

test.each([
  ['paymentTimeout', 'PAYMENT_TIMEOUT'],
  ['pool.max-size', 'MAX_SIZE'],
  ['DbPoolMax', 'DB_POOL_MAX'],
])('the variable that a team would try for %s is %s', (key, want) => {
  expect(environmentName(key)).toBe(want);
});
