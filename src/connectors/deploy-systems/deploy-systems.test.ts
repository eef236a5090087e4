import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Change } from '../../domain/change.ts';
import { parseIso } from '../../domain/time.ts';
import { runConnector, runOnFiles } from '../_kit/_testing/connector-run.ts';
import { isDeployJob, serviceOfJob } from '../_kit/deploy-jobs.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const COMMIT = '99d03678b90d914dbb1b109132516d71a4a03ea8';

const ofFile = (path: string) => runConnector(connector, fixtures, { choose: (file) => file.path === path });

async function collect(content: unknown, options: { readonly asOf?: string } = {}) {
  return runOnFiles(connector, { 'records.json': JSON.stringify(content) }, options);
}

const at = (time: string) => parseIso(`2024-01-15T${time}Z`);
const SAME = { type: 'deployment', service: 'checkout-api', at: at('14:20:00'), rollback: false };

describe('a deployment of checkout-api at 14:20', () => {
  test.each([
    {
      path: 'azure-devops.json',
      want: {
        version: '2.4.1',
        commit: COMMIT,
        environment: 'production',
        actor: 'dana',
        finishedAt: at('14:21:00'),
        status: 'succeeded',
      },
    },
    {
      path: 'azure-pipelines.json',
      want: { commit: COMMIT, actor: 'dana', finishedAt: at('14:21:00'), status: 'succeeded' },
    },
    {
      path: 'bitbucket.json',
      want: { commit: COMMIT, environment: 'Production', finishedAt: at('14:21:00'), status: 'succeeded' },
    },
    {
      path: 'buildkite.json',
      want: { commit: COMMIT, actor: 'dana', finishedAt: at('14:21:00'), status: 'succeeded' },
    },
    { path: 'circleci.json', want: { finishedAt: at('14:21:00'), status: 'succeeded' } },
    {
      path: 'harness.json',
      want: {
        version: '2.4.1',
        environment: 'production',
        actor: 'dana',
        finishedAt: at('14:21:00'),
        status: 'succeeded',
      },
    },
    { path: 'newrelic.json', want: { version: '2.4.1', commit: COMMIT, actor: 'dana', status: 'succeeded' } },
    {
      path: 'flagger.json',
      want: {
        status: 'failed',
        target: { platform: 'kubernetes', name: 'checkout-api' },
        summary:
          'Canary of checkout-api failed its analysis: traffic was taken back to the old version (Flagger)',
      },
    },
    {
      path: 'gitlab.json',
      want: {
        commit: COMMIT,
        environment: 'production',
        actor: 'dana',
        finishedAt: at('14:21:00'),
        status: 'succeeded',
        deploymentId: '41',
      },
    },
    {
      path: 'github-runs.json',
      want: { commit: COMMIT, actor: 'dana', finishedAt: at('14:21:10'), status: 'succeeded' },
    },
    {
      path: 'jenkins.json',
      want: {
        version: 'v2.4.1',
        commit: COMMIT,
        environment: 'production',
        actor: 'dana',
        finishedAt: at('14:20:41'),
        status: 'succeeded',
      },
    },
    {
      path: 'spinnaker.json',
      want: {
        version: 'v2.4.1',
        environment: 'production',
        actor: 'dana',
        finishedAt: at('14:21:00'),
        status: 'succeeded',
      },
    },
    {
      path: 'octopus.json',
      want: { version: '2.4.1', environment: 'production', finishedAt: at('14:21:00'), status: 'succeeded' },
    },
    {
      path: 'ecs.json',
      want: {
        platformRevision: 'checkout-api:42',
        finishedAt: at('14:21:00'),
        status: 'succeeded',
        target: { platform: 'ecs', name: 'checkout-api' },
      },
    },
    { path: 'codedeploy.json', want: { commit: COMMIT, environment: 'production', status: 'succeeded' } },
    { path: 'eventbridge.jsonl', want: { status: 'started', deploymentId: 'ecs-svc/123' } },
    {
      path: 'heroku.json',
      want: { version: 'v42', commit: '99d03678', status: 'succeeded', target: { platform: 'heroku' } },
    },
    {
      path: 'vercel.json',
      want: { commit: COMMIT, environment: 'production', finishedAt: at('14:21:00'), status: 'succeeded' },
    },
    { path: 'nomad.json', want: { version: 'v2.4.1', platformRevision: '42', status: 'succeeded' } },
    {
      path: 'cloud-run.json',
      want: { version: 'v2.4.1', platformRevision: 'checkout-api-00042-abc', status: 'succeeded' },
    },
    {
      path: 'flux.json',
      want: { version: 'v2.4.1', platformRevision: '42', status: 'succeeded', target: { platform: 'flux' } },
    },
    {
      path: 'sentry.json',
      want: { version: 'v2.4.1', environment: 'production', finishedAt: at('14:20:40') },
    },
    { path: 'grafana-annotations.json', want: { version: 'v2.4.1' } },
    { path: 'datadog-events.json', want: { version: 'v2.4.1', environment: 'production' } },
  ])('is read from $path', async ({ path, want }) => {
    const { changes, gaps } = await ofFile(path);
    expect(gaps).toEqual([]);
    expect(changes.filter(({ type }) => type === 'deployment')).toMatchObject([{ ...SAME, ...want }]);
  });
});

const kinds = (changes: readonly Change[]) =>
  changes.map(({ type, service, summary }) => [type, service, summary]);

test('CloudTrail tells of deployments and of other changes; calls that read, fail or are plumbing change nothing', async () => {
  const { changes, coverage } = await ofFile('cloudtrail.json');
  expect(kinds(changes)).toEqual([
    ['deployment', 'checkout-api', 'Deployment of checkout-api 42 (ECS)'],
    ['deployment', 'receipt-mailer', 'Deployment of receipt-mailer (Lambda)'],
    ['infrastructure', null, 'ec2 RevokeSecurityGroupIngress of sg-1'],
    ['credential', null, 'secretsmanager PutSecretValue of payments/key'],
  ]);
  expect(coverage).toMatchObject([{ items: 4, notes: ['1 records changed nothing'] }]);
  const failed = {
    eventSource: 'iam.amazonaws.com',
    eventName: 'DeleteRole',
    eventTime: '2024-01-15T14:20:00Z',
    errorCode: 'AccessDenied',
  };
  expect((await collect({ Records: [failed] })).changes).toEqual([]);
  const looked = {
    Events: [{ EventId: 'x', CloudTrailEvent: JSON.stringify({ ...failed, errorCode: undefined }) }],
  };
  expect(kinds((await collect(looked)).changes)).toEqual([['infrastructure', null, 'iam DeleteRole']]);
});

test('a setting that Heroku releases is a change of configuration', async () => {
  const { changes } = await ofFile('heroku.json');
  expect(kinds(changes)[1]).toEqual([
    'config',
    'checkout-api',
    'Heroku release v41: Set PAYMENT_TIMEOUT config vars',
  ]);
});

test('a rollback is one where the system calls it so', async () => {
  const run = {
    id: 1,
    run_number: 3,
    name: 'Rollback checkout-api',
    head_sha: COMMIT,
    status: 'in_progress',
    conclusion: null,
    run_started_at: '2024-01-15T14:40:00Z',
  };
  expect((await collect([run])).changes).toMatchObject([
    { rollback: true, status: 'started', finishedAt: null },
  ]);
});

test('what is later than the triage is not known', async () => {
  const stages = [{ type: 'deploy', startTime: 1705328400000 }];
  const execution = {
    application: 'cart',
    buildTime: 1705328400000,
    startTime: 1705328400000,
    endTime: 1705328460000,
    status: 'SUCCEEDED',
    stages,
  };
  expect((await collect([execution], { asOf: '2024-01-15T14:20:30Z' })).changes).toMatchObject([
    { status: 'started', finishedAt: null },
  ]);
  expect((await collect([execution], { asOf: '2024-01-15T14:19:00Z' })).changes).toEqual([]);
});

test('records of a wrong shape are counted', async () => {
  const good = { ReleaseId: 'r', EnvironmentId: 'e', ProjectName: 'cart', Created: '2024-01-15T14:20:00Z' };
  const { changes, gaps } = await collect({ Items: [good, 7, {}, { ...good, Created: [] }] });
  expect(changes).toHaveLength(1);
  expect(gaps).toMatchObject([{ reason: 'rejected', detail: expect.stringMatching(/^3 records/) }]);
});

test.each([
  ['deploy-checkout-api', 'checkout-api', true],
  ['deploy:checkout-api', 'checkout-api', true],
  ['Deploy checkout-api to production', 'checkout-api', true],
  ['shop » deploy » main #12', 'shop', true],
  ['Deploy to production', null, true],
  ['unit tests', 'unit-tests', false],
  ['abcd', 'abcd', false],
  [null, null, false],
])('the job %s is of %s', (name, service, deploys) => {
  expect([serviceOfJob(name), isDeployJob(name)]).toEqual([service, deploys]);
});
