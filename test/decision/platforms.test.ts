/** One incident, deployed in many ways: whole triages of real folders, and the command that the evidence of each calls for. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRepository } from '../../src/connectors/_kit/_testing/temporary-repository.ts';
import type { Report } from '../../src/domain/report.ts';
import { renderReport, triageDirectory } from '../../src/index.ts';

const NOW = '2024-05-14T10:30:00Z';
const at = (minute: number, second = 0) =>
  new Date(Date.UTC(2024, 4, 14, 8, minute, second)).toISOString().replace('.000Z', 'Z');
/** Minutes after 08:00 at which the accused release came, and the failures after it. */
const [DEPLOYED, ONSET, END] = [110, 112, 150];

const CODE = `import { limits } from './limits';
export async function quote(id: string) {
  try {
    return await rates.fetch(id, { timeoutMs: limits.ratesTimeoutMs });
  } catch (error) {
    logger.error(\`Rates lookup timed out for quote \${id}\`);
    throw error;
  }
}
`;
const limits = (timeout: number) =>
  `export const limits = {\n  ratesTimeoutMs: ${timeout},\n  retries: 2,\n};\n`;
const MANIFEST = (kind: string, api = 'apps/v1') =>
  `apiVersion: ${api}\nkind: ${kind}\nmetadata:\n  name: quotes\n  namespace: pricing\nspec:\n  template:\n    spec:\n      containers:\n        - { name: web, image: registry.invalid/quotes }\n`;

let folder = '';
let base = '';
const commits: string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wicked-platform-platforms-'));
  base = join(folder, 'base');
  const repository = createRepository(base);
  const files = { 'services/quotes/quote.ts': CODE, 'services/quotes/limits.ts': limits(4000) };
  commits.push(repository.commit({ message: 'Quotes', at: '2024-05-13T09:00:00Z', files }));
  commits.push(
    repository.commit({
      message: 'Shorten the wait',
      at: at(90),
      files: { 'services/quotes/limits.ts': limits(400) },
    }),
  );
  write(base, { 'logs/quotes.log': log() });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function log(): string {
  const lines: string[] = [];
  for (let minute = 0; minute < END; minute += 1)
    for (let second = 0; second < 60; second += 6) {
      const isBad = minute >= ONSET && second % 12 === 0;
      const id = `q-${minute}${second}`;
      lines.push(
        isBad
          ? `${at(minute, second)} ERROR quotes Rates lookup timed out for quote ${id}`
          : `${at(minute, second)} INFO quotes Priced quote ${id} in ${30 + (second % 9)}ms`,
      );
    }
  return `${lines.join('\n')}\n`;
}

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly want: string;
  /** Revisions of the platform, as its deployment records carry them. */
  readonly revisions?: readonly [string, string];
}

const CASES: readonly Case[] = [
  {
    name: 'a Deployment',
    files: { 'deploy/quotes.yaml': MANIFEST('Deployment') },
    revisions: ['41', '42'],
    want: 'kubectl rollout undo deployment/quotes --to-revision=41 -n pricing',
  },
  {
    name: 'a StatefulSet',
    files: { 'deploy/quotes.yaml': MANIFEST('StatefulSet') },
    revisions: ['41', '42'],
    want: 'kubectl rollout undo statefulset/quotes --to-revision=41 -n pricing',
  },
  {
    name: 'a Rollout',
    files: { 'deploy/quotes.yaml': MANIFEST('Rollout', 'argoproj.io/v1alpha1') },
    want: 'kubectl argo rollouts undo quotes -n pricing',
  },
  {
    name: 'a chart',
    files: { 'charts/quotes/Chart.yaml': 'apiVersion: v2\nname: quotes\nversion: 1.0.0\n' },
    revisions: ['7', '8'],
    want: 'helm rollback quotes 7 --wait',
  },
  {
    name: 'an Application that heals itself',
    files: {
      'apps/quotes/deploy.yaml': MANIFEST('Deployment'),
      'argo/quotes.yaml':
        'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: quotes-eu\nspec:\n  destination: { namespace: pricing }\n  source: { path: apps/quotes }\n  syncPolicy: { automated: { selfHeal: true } }\n',
    },
    revisions: ['11', '12'],
    want: 'argocd app set quotes-eu --sync-policy none && argocd app rollback quotes-eu 11',
  },
  {
    name: 'a Kustomization above the Deployment',
    files: {
      'apps/quotes/deploy.yaml': MANIFEST('Deployment'),
      'clusters/eu/apps.yaml':
        'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: apps\n  namespace: flux-system\nspec:\n  path: ./apps\n',
    },
    revisions: ['41', '42'],
    want: 'flux suspend kustomization apps -n flux-system && kubectl rollout undo deployment/quotes --to-revision=41 -n pricing',
  },
  {
    name: 'a HelmRelease',
    files: {
      'clusters/eu/quotes.yaml':
        'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: quotes\n  namespace: pricing\nspec:\n  chart: { spec: { chart: quotes } }\n',
    },
    revisions: ['7', '8'],
    want: 'flux suspend helmrelease quotes -n pricing && helm rollback quotes 7 --namespace pricing --wait',
  },
  {
    name: 'an ECS task definition',
    files: {
      'services/quotes/task-definition.json': '{ "family": "quotes-web", "containerDefinitions": [] }\n',
    },
    revisions: ['41', '42'],
    want: 'aws ecs update-service --cluster default --service quotes-web --task-definition quotes-web:41',
  },
  {
    name: 'a SAM template',
    files: {
      'services/quotes/template.yaml':
        'Transform: AWS::Serverless-2016-10-31\nResources:\n  Quotes:\n    Type: AWS::Serverless::Function\n    Properties:\n      FunctionName: quotes-fn\n      AutoPublishAlias: live\n',
    },
    revisions: ['41', '42'],
    want: 'aws lambda update-alias --function-name quotes-fn --name live --function-version 41',
  },
  {
    name: 'Nomad',
    files: { 'services/quotes/quotes.nomad': 'job "quotes" {\n  datacenters = ["eu"]\n}\n' },
    revisions: ['4', '5'],
    want: 'nomad job revert quotes 4',
  },
  {
    name: 'Fly',
    files: { 'services/quotes/fly.toml': 'app = "quotes-eu"\n' },
    want: 'fly deploy --app quotes-eu --image PREVIOUS_IMAGE',
  },
  {
    name: 'Vercel',
    files: { 'services/quotes/vercel.json': '{ "rewrites": [] }\n' },
    want: 'vercel rollback',
  },
  {
    name: 'Heroku',
    files: { 'services/quotes/Procfile': 'web: node server.js\n' },
    revisions: ['v41', 'v42'],
    want: 'heroku rollback v41 --app quotes',
  },
  {
    name: 'a systemd unit',
    files: { 'units/quotes.service': '[Service]\nExecStart=/opt/quotes/current/bin/quotes\n' },
    want: 'sudo ln -sfn PREVIOUS_RELEASE CURRENT_LINK && sudo systemctl restart quotes.service',
  },
  {
    name: 'what the team declared, whatever else is there',
    files: {
      'deploy/quotes.yaml': MANIFEST('Deployment'),
      'wicked-platform.yaml':
        'services:\n  quotes:\n    deploy: { platform: cloud-run, name: quotes-eu, namespace: europe-west1 }\n',
    },
    revisions: ['quotes-00041', 'quotes-00042'],
    want: 'gcloud run services update-traffic quotes-eu --to-revisions=quotes-00041=100 --region europe-west1',
  },
];

async function triaged(
  { files, revisions }: Pick<Case, 'files' | 'revisions'>,
  name: string | number,
): Promise<Report> {
  const dir = join(folder, `case-${name}`);
  cpSync(base, dir, { recursive: true });
  return triagedIn(dir, { files, revisions }, commits);
}

async function triagedIn(
  dir: string,
  { files, revisions }: { readonly files: Case['files']; readonly revisions: Case['revisions'] },
  [before, after]: readonly string[],
): Promise<Report> {
  const record = (
    version: string,
    commit: string | undefined,
    startedAt: string,
    revision: string | undefined,
  ) => ({
    service: 'quotes',
    version,
    commit,
    startedAt,
    status: 'succeeded',
    environment: 'production',
    ...(revision === undefined ? {} : { revision }),
  });
  const deployments = [
    record('v1.0.0', before, '2024-05-13T10:00:00Z', revisions?.[0]),
    record('v1.1.0', after, at(DEPLOYED), revisions?.[1]),
  ];
  write(dir, { 'deployments.json': JSON.stringify(deployments), ...files });
  return triageDirectory({ symptom: 'quotes fail with timeouts', dir, now: NOW });
}

describe('the command of the platform that the evidence shows', () => {
  it.each(CASES.map((each, index) => ({ ...each, index })))('$name', async ({ index, ...each }) => {
    const report = await triaged(each, index);
    const { recommendation, commands, safety, wouldHelp, alternatives } = report.rollback;
    const main = commands.find(({ purpose }) => purpose === 'mitigate');
    expect([recommendation, main?.command]).toEqual(['ROLLBACK', each.want]);
    expect(main?.assumes.join(' ')).not.toContain('nothing in the evidence');
    expect(safety.verdict).toBe('SAFE');
    expect(wouldHelp[0]).toMatchObject({
      result: 'yes',
      statement: expect.stringContaining('ratesTimeoutMs = 4000'),
    });
    expect(alternatives.some(({ patch }) => patch?.text.includes('+  ratesTimeoutMs: 4000,') === true)).toBe(
      true,
    );
    const phone = (
      await renderReport(report, { format: 'text', view: 'rollback-decision', color: false, width: 44 })
    )
      .split('\n')
      .slice(0, 10)
      .join('\n');
    expect(phone).toContain('Recommendation: ROLLBACK');
    expect(phone).toContain(each.want);
    expect(phone).toMatch(/^Risk: \S/m);
  });
});

describe('what a rollback of the workload does not reach', () => {
  const SETTINGS = (timeout: number) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: quotes\n  namespace: pricing\ndata:\n  RATES_TIMEOUT_MS: "${timeout}"\n`;
  const READER = 'export const limits = {\n  ratesTimeoutMs: Number(process.env.RATES_TIMEOUT_MS),\n};\n';

  async function history(
    name: string,
    before: Readonly<Record<string, string>>,
    after: Readonly<Record<string, string>>,
  ): Promise<Report> {
    const dir = join(folder, name);
    const repository = createRepository(dir);
    const files = {
      'services/quotes/quote.ts': CODE,
      'deploy/quotes.yaml': MANIFEST('Deployment'),
      ...before,
    };
    const first = repository.commit({ message: 'Quotes', at: '2024-05-13T09:00:00Z', files });
    const second = repository.commit({ message: 'Shorten the wait', at: at(90), files: after });
    write(dir, { 'logs/quotes.log': log() });
    return triagedIn(dir, { files: {}, revisions: ['41', '42'] }, [first, second]);
  }

  it('an accused ConfigMap is applied as it was, and the workload restarted', async () => {
    const report = await history(
      'settings',
      { 'services/quotes/limits.ts': READER, 'services/quotes/k8s/settings.yaml': SETTINGS(4000) },
      { 'services/quotes/k8s/settings.yaml': SETTINGS(400) },
    );
    const { recommendation, commands, wouldHelp } = report.rollback;
    expect(report.rootCause?.change).toMatchObject({
      file: 'services/quotes/k8s/settings.yaml',
      newValue: '400',
    });
    expect(recommendation).toBe('ROLLBACK');
    expect(commands.find(({ purpose }) => purpose === 'mitigate')?.command).toMatch(
      /^git show [0-9a-f]{40}:services\/quotes\/k8s\/settings\.yaml \| kubectl apply -n pricing -f - && kubectl rollout restart deployment\/quotes -n pricing$/,
    );
    expect(wouldHelp.find(({ result }) => result === 'no')?.statement).toContain('a ConfigMap or Secret');
  });

  it('a dropped column that the earlier release reads leads forward, with a patch that does not need it', async () => {
    const report = await history(
      'column',
      {
        'services/quotes/limits.ts': limits(4000),
        'services/quotes/store.ts': "export const load = () => query('SELECT legacy_price FROM quotes');\n",
      },
      {
        'services/quotes/limits.ts': limits(400),
        'services/quotes/store.ts': "export const load = () => query('SELECT price FROM quotes');\n",
        'services/quotes/migrations/0007_prices.sql': 'ALTER TABLE quotes DROP COLUMN legacy_price;\n',
      },
    );
    const { recommendation, safety, commands, alternatives } = report.rollback;
    expect([recommendation, safety.verdict]).toEqual(['ROLL_FORWARD', 'UNSAFE']);
    expect(safety.findings[0]?.statement).toContain(
      'services/quotes/migrations/0007_prices.sql:1: column legacy_price of quotes is dropped; the earlier code names it (services/quotes/store.ts:1)',
    );
    expect(commands.find(({ purpose }) => purpose === 'mitigate')?.command).toContain(
      'wicked-platform incident --patch | git apply --index',
    );
    const patch = alternatives.find((alternative) => alternative.patch !== null)?.patch;
    expect(patch?.text).toContain('+  ratesTimeoutMs: 4000,');
    expect(patch?.text).not.toContain('legacy_price');
    expect(alternatives.map(({ summary }) => summary).join(' ')).not.toContain('Revert the commit');
  });

  it('its safe twin goes back: the column was dropped after the last release that read it', async () => {
    const report = await history(
      'column-twin',
      {
        'services/quotes/limits.ts': limits(4000),
        'services/quotes/store.ts': "export const load = () => query('SELECT price FROM quotes');\n",
      },
      {
        'services/quotes/limits.ts': limits(400),
        'services/quotes/migrations/0007_prices.sql': 'ALTER TABLE quotes DROP COLUMN legacy_price;\n',
      },
    );
    expect([report.rollback.recommendation, report.rollback.safety.verdict]).toEqual([
      'ROLLBACK',
      'SAFE_WITH_STEPS',
    ]);
  });
});
