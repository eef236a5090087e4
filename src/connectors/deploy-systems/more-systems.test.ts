import { describe, expect, test } from 'vitest';
import { parseIso } from '../../domain/time.ts';
import { runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';

const COMMIT = '99d03678b90d914dbb1b109132516d71a4a03ea8';
const T = '2024-01-15T14:20:00Z';
const END = '2024-01-15T14:21:00Z';
const ms = (time: string) => parseIso(time) ?? 0;
const at = (time: string) => parseIso(`2024-01-15T${time}Z`);

async function collect(name: string, content: string) {
  return runOnFiles(connector, { [name]: content });
}

const ENDED = { finishedAt: at('14:21:00'), status: 'succeeded' };

const ANSWERS: readonly { readonly name: string; readonly answer: unknown; readonly want: object }[] = [
  {
    name: 'Ansible',
    answer: {
      count: 1,
      results: [
        {
          id: 4,
          name: 'Deploy checkout-api',
          status: 'successful',
          started: T,
          finished: END,
          job_type: 'run',
          playbook: 'deploy.yml',
          extra_vars: '{"version":"2.4.1","env":"production"}',
          summary_fields: { created_by: { username: 'dana' } },
        },
      ],
    },
    want: { ...ENDED, version: '2.4.1', environment: 'production', actor: 'dana' },
  },
  {
    name: 'Rundeck',
    answer: {
      executions: [
        {
          id: 4,
          status: 'succeeded',
          user: 'dana',
          'date-started': { unixtime: ms(T) },
          'date-ended': { unixtime: ms(END) },
          job: { name: 'deploy-checkout-api' },
          argstring: '-version 2.4.1 -env "production"',
        },
      ],
    },
    want: { ...ENDED, version: '2.4.1', environment: 'production', actor: 'dana' },
  },
  {
    name: 'TeamCity',
    answer: {
      build: [
        {
          id: 4,
          buildTypeId: 'CheckoutApi_Deploy',
          number: '2.4.1',
          status: 'SUCCESS',
          state: 'finished',
          startDate: '20240115T152000+0100',
          finishDate: '20240115T152100+0100',
          buildType: { name: 'Deploy', projectName: 'Shop / checkout-api' },
          revisions: { revision: [{ version: COMMIT }] },
        },
      ],
    },
    want: { ...ENDED, version: '2.4.1', commit: COMMIT },
  },
  {
    name: 'jobs of GitLab',
    answer: [
      {
        id: 4,
        status: 'success',
        stage: 'deploy',
        name: 'deploy_production',
        ref: 'main',
        tag: false,
        started_at: T,
        finished_at: END,
        user: { username: 'dana' },
        commit: { id: COMMIT },
        pipeline: { id: 1, sha: COMMIT },
        web_url: 'https://gitlab.com/acme/checkout-api/-/jobs/4',
      },
    ],
    want: { ...ENDED, commit: COMMIT, actor: 'dana' },
  },
  {
    name: 'the dashboard of Octopus',
    answer: {
      Projects: [{ Id: 'Projects-1', Name: 'Checkout API' }],
      Environments: [{ Id: 'Environments-1', Name: 'Production' }],
      Items: [
        {
          ProjectId: 'Projects-1',
          EnvironmentId: 'Environments-1',
          ReleaseId: 'Releases-9',
          ReleaseVersion: '2.4.1',
          QueueTime: T,
          CompletedTime: END,
          State: 'Success',
        },
      ],
    },
    want: { ...ENDED, version: '2.4.1', environment: 'Production' },
  },
  {
    name: 'Fly',
    answer: [
      {
        ID: 'r',
        Version: 42,
        Status: 'complete',
        Description: 'Release',
        CreatedAt: T,
        User: { Email: 'dana@example.com' },
        ImageRef: 'registry.fly.io/checkout-api:deployment-01HX',
      },
    ],
    want: { status: 'succeeded', version: 'v42', platformRevision: 'v42', target: { platform: 'fly' } },
  },
  {
    name: 'Netlify',
    answer: [
      {
        id: '6',
        site_id: 's',
        state: 'ready',
        name: 'checkout-api',
        created_at: T,
        published_at: END,
        commit_ref: COMMIT,
        context: 'production',
      },
    ],
    want: { ...ENDED, commit: COMMIT, environment: 'production' },
  },
  {
    name: 'Elastic Beanstalk',
    answer: {
      Events: [
        { EventDate: END, Message: 'Environment update completed successfully.' },
        {
          EventDate: '2024-01-15T14:20:30Z',
          Message: 'New application version was deployed.',
          VersionLabel: 'v2.4.1',
        },
        { EventDate: T, Message: 'Environment update is starting.' },
      ].map((event) => ({ ...event, ApplicationName: 'checkout-api', EnvironmentName: 'production' })),
    },
    want: { ...ENDED, version: 'v2.4.1', environment: 'production' },
  },
  {
    name: 'Cloud Deploy',
    answer: [
      {
        name: 'projects/shop/locations/eu/deliveryPipelines/checkout-api/releases/v2-4-1/rollouts/v2-4-1-to-prod-0001',
        createTime: '2024-01-15T14:19:00Z',
        deployStartTime: T,
        deployEndTime: END,
        targetId: 'prod',
        state: 'SUCCEEDED',
      },
    ],
    want: { ...ENDED, version: 'v2-4-1', environment: 'prod' },
  },
  {
    name: 'Container Apps',
    answer: [
      {
        name: 'checkout-api--99d0367',
        properties: {
          createdTime: T,
          provisioningState: 'Provisioned',
          template: { containers: [{ image: 'acme.azurecr.io/checkout-api:2.4.1' }] },
        },
        type: 'Microsoft.App/containerapps/revisions',
      },
    ],
    want: { status: 'succeeded', version: '2.4.1', platformRevision: 'checkout-api--99d0367' },
  },
  {
    name: 'CodePipeline',
    answer: {
      pipelineName: 'checkout-api',
      stageStates: [
        {
          stageName: 'Build',
          actionStates: [{ latestExecution: { status: 'Succeeded', lastStatusChange: END } }],
        },
        {
          stageName: 'Deploy',
          actionStates: [{ latestExecution: { status: 'Failed', lastStatusChange: T } }],
          latestExecution: { pipelineExecutionId: 'p', status: 'Failed' },
        },
      ],
    },
    want: { status: 'failed', deploymentId: 'p' },
  },
  {
    name: 'versions of Lambda',
    answer: {
      Versions: [
        { FunctionName: 'checkout-api', LastModified: END, CodeSha256: 'x', Version: '$LATEST' },
        {
          FunctionName: 'checkout-api',
          LastModified: '2024-01-15T14:20:00.000+0000',
          CodeSha256: 'x',
          Version: '42',
        },
      ],
    },
    want: { version: '42', platformRevision: '42', target: { platform: 'lambda' } },
  },
];

describe('a deployment of checkout-api at 14:20', () => {
  test.each(ANSWERS)('is read from $name', async ({ answer, want }) => {
    const { changes, gaps } = await collect('answer.json', JSON.stringify(answer));
    expect(gaps).toEqual([]);
    expect(changes).toMatchObject([
      { type: 'deployment', service: 'checkout-api', at: at('14:20:00'), ...want },
    ]);
  });
});

const LISTS: readonly {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly want: readonly object[];
}[] = [
  {
    name: 'Heroku',
    file: 'releases.txt',
    text: `=== checkout-api Releases - Current: v42\n\nv42    Deploy 99d03678                dana@example.com     2024/01/15 15:20:00 +0100\nv41    Set TIMEOUT config vars        dana@example.com     2024/01/15 09:00:00 +0000\nv40    Rollback to v38                dana@example.com     2024/01/14 09:00:00 +0000\n`,
    want: [
      { type: 'deployment', version: 'v42', commit: '99d03678', at: at('14:20:00'), rollback: false },
      { type: 'config', summary: 'Heroku release v41: Set TIMEOUT config vars' },
      { type: 'deployment', version: 'v40', rollback: true },
    ],
  },
  {
    name: 'Cloud Run',
    file: 'revisions.txt',
    text: `   REVISION               ACTIVE  SERVICE       DEPLOYED                 DEPLOYED BY\n✔  checkout-api-00042-abc  yes     checkout-api  2024-01-15 14:20:00 UTC  dana@example.com\nX  checkout-api-00041-xyz          checkout-api  2024-01-15 09:00:00 UTC  dana@example.com\n`,
    want: [
      { version: '00042-abc', status: 'succeeded', at: at('14:20:00'), actor: 'dana@example.com' },
      { version: '00041-xyz', status: 'failed' },
    ],
  },
  {
    name: 'App Engine',
    file: 'versions.txt',
    text: `SERVICE       VERSION.ID       TRAFFIC_SPLIT  LAST_DEPLOYED              SERVING_STATUS\ncheckout-api  20240115t142000  1.00           2024-01-15T15:20:00+01:00  SERVING\n`,
    want: [{ version: '20240115t142000', at: at('14:20:00') }],
  },
  {
    name: 'Nomad',
    file: 'history.txt',
    text: `Version     = 42\nStable      = true\nSubmit Date = 2024-01-15T15:20:00+01:00\nDiff        =\n+/- Job: "checkout-api"\n\nVersion     = 41\nStable      = false\nSubmit Date = 2024-01-15T09:00:00Z\n`,
    want: [
      { version: '42', platformRevision: '42', status: 'succeeded', at: at('14:20:00') },
      { version: '41', status: 'unknown' },
    ],
  },
  {
    name: 'Capistrano',
    file: 'checkout-api/revisions.log',
    text: `Branch main (at ${COMMIT}) deployed as release 20240115142000 by dana\ndana rolled back to release 20240114090000\n`,
    want: [{ commit: COMMIT, version: '20240115142000', at: at('14:20:00'), actor: 'dana' }],
  },
  {
    name: 'Kamal',
    file: 'checkout-api-audit.log',
    text: `[2024-01-15T14:19:00Z] [dana] [production] Pulled image with version ${COMMIT}\n[2024-01-15T14:20:00Z] [dana] [production] Booted app version ${COMMIT}\n[2024-01-15T14:40:00Z] [dana] [production] Rolled back app to version 0f1e2d3c\n`,
    want: [
      { commit: COMMIT, at: at('14:20:00'), environment: 'production', rollback: false },
      { commit: '0f1e2d3c', at: at('14:40:00'), rollback: true },
    ],
  },
];

describe('lists that command lines print', () => {
  test.each(LISTS)('$name', async ({ file, text, want }) => {
    const { changes, gaps, evidence } = await collect(file, text);
    expect(gaps).toEqual([]);
    expect(changes).toMatchObject(want.map((one) => ({ service: 'checkout-api', ...one })));
    const lines = text.split('\n');
    for (const { locator, excerpt } of evidence)
      expect(locator.kind === 'file-line' ? lines[locator.line - 1]?.trim() : null).toBe(excerpt);
  });

  test.each(LISTS)('$name, cut or damaged, is changes and counted rejects', async ({ file, text }) => {
    for (const broken of [
      text.slice(0, text.length / 2),
      text.replaceAll('2024', 'x'),
      text.replaceAll(' ', '\u0000'),
    ])
      expect((await collect(file, broken)).changes.every((change) => change.at !== null)).toBe(true);
  });
});

test('a configuration that was brought out is a change of configuration', async () => {
  const items = [
    {
      ConfigurationName: 'checkout-api-flags',
      ConfigurationVersion: '7',
      DeploymentNumber: 4,
      StartedAt: T,
      CompletedAt: END,
      State: 'COMPLETE',
    },
  ];
  expect((await collect('a.json', JSON.stringify({ Items: items }))).changes).toMatchObject([
    {
      type: 'config',
      service: 'checkout-api',
      summary: 'Configuration checkout-api-flags version 7 was brought out (AppConfig)',
    },
  ]);
  const versions = [{ versionNumber: '42', updateTime: T, updateOrigin: 'CONSOLE', updateType: 'ROLLBACK' }];
  expect((await collect('f.json', JSON.stringify({ versions }))).changes).toMatchObject([
    {
      type: 'config',
      service: null,
      summary: 'Remote Config 42 was rolled back to an earlier version (Firebase)',
    },
  ]);
});

test('jobs that build or check deploy nothing', async () => {
  const job = {
    id: 1,
    name: 'Deploy checkout-api',
    status: 'successful',
    started: T,
    job_type: 'check',
    playbook: 'deploy.yml',
    extra_vars: '',
  };
  expect((await collect('a.json', JSON.stringify({ results: [job] }))).changes).toEqual([]);
  const build = {
    id: 1,
    buildTypeId: 'CheckoutApi_Test',
    number: '1',
    status: 'SUCCESS',
    state: 'finished',
    startDate: '20240115T142000+0000',
  };
  expect((await collect('b.json', JSON.stringify({ build: [build] }))).changes).toEqual([]);
});
