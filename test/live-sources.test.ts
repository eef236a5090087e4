/** The built command against servers that give recorded answers: each live source through a doctor and a whole triage. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startStub } from '../src/connectors/_kit/_testing/servers.ts';

const CLI = join(fileURLToPath(new URL('..', import.meta.url)), 'dist', 'cli.js');
const NOW = '2024-01-15T14:41:00Z';
const OLD = '9f1c2d3e4b5a69788796a5b4c3d2e1f001122334';
const NEW = '53985f4ac217bd0df38a92366bfa12ad60005f33';

/** An hour of requests; from 14:22 on every second one fails. */
function log(): string {
  const lines: string[] = [];
  for (let minute = 0; minute < 60; minute += 1) {
    const at = new Date(Date.parse('2024-01-15T13:41:00Z') + minute * 60_000);
    for (let second = 0; second < 60; second += 10) {
      const stamp = new Date(at.getTime() + second * 1000).toISOString();
      lines.push(`${stamp} INFO checkout-api Order ORD-${minute}${second} placed`);
      if (minute >= 41)
        lines.push(`${stamp} ERROR checkout-api Payment failed for order ORD-${minute}${second}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const replicaSet = (hash: string, revision: string, version: string, sha: string, createdAt: string) => ({
  metadata: {
    name: `checkout-api-${hash}`,
    namespace: 'shop',
    uid: hash,
    creationTimestamp: createdAt,
    labels: { app: 'checkout-api', 'pod-template-hash': hash },
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ownerReferences: [{ kind: 'Deployment', name: 'checkout-api', controller: true }],
  },
  spec: {
    replicas: 1,
    template: {
      metadata: { labels: { app: 'checkout-api' } },
      spec: {
        containers: [
          { name: 'app', image: `r.example/checkout-api:${version}`, env: [{ name: 'GIT_SHA', value: sha }] },
        ],
      },
    },
  },
});

const KUBERNETES: Readonly<Record<string, readonly unknown[]>> = {
  deployments: [
    {
      metadata: {
        name: 'checkout-api',
        namespace: 'shop',
        creationTimestamp: '2023-06-01T08:00:00Z',
        labels: {},
      },
      spec: {
        replicas: 1,
        template: { metadata: { labels: { app: 'checkout-api' } }, spec: { containers: [] } },
      },
      status: {
        replicas: 1,
        updatedReplicas: 1,
        conditions: [
          {
            type: 'Progressing',
            status: 'True',
            reason: 'NewReplicaSetAvailable',
            lastUpdateTime: '2024-01-15T14:20:40Z',
          },
        ],
      },
    },
  ],
  replicasets: [
    replicaSet('5b8f6d7c94', '41', 'v2.4.0', OLD, '2024-01-14T09:00:00Z'),
    replicaSet('7c9d5f4b6d', '42', 'v2.4.1', NEW, '2024-01-15T14:20:05Z'),
  ],
};

const ARGO = {
  metadata: { resourceVersion: '1' },
  items: [
    {
      metadata: { name: 'checkout-api', namespace: 'argocd' },
      spec: {
        source: { repoURL: 'https://git.example/deploy.git', targetRevision: 'main' },
        destination: { namespace: 'shop', server: 'https://kubernetes.default.svc' },
      },
      status: {
        summary: { images: ['r.example/checkout-api:v2.4.1'] },
        history: [
          {
            id: 7,
            revision: OLD,
            deployStartedAt: '2024-01-14T08:59:50Z',
            deployedAt: '2024-01-14T09:00:40Z',
          },
          {
            id: 8,
            revision: NEW,
            deployStartedAt: '2024-01-15T14:20:00Z',
            deployedAt: '2024-01-15T14:20:41Z',
          },
        ],
        operationState: { phase: 'Succeeded', startedAt: '2024-01-15T14:20:00Z' },
      },
    },
  ],
};

const githubDeployment = (id: number, version: string, sha: string, createdAt: string) => ({
  url: `https://api.github.com/repos/acme/shop/deployments/${id}`,
  id,
  task: 'deploy',
  environment: 'production',
  description: '',
  created_at: createdAt,
  statuses_url: `https://api.github.com/repos/acme/shop/deployments/${id}/statuses`,
  repository_url: 'https://api.github.com/repos/acme/shop',
  creator: { login: 'dana' },
  sha,
  ref: `checkout-api/${version}`,
  payload: {},
});

const GITHUB = [
  githubDeployment(12, 'v2.4.1', NEW, '2024-01-15T14:19:55Z'),
  githubDeployment(11, 'v2.4.0', OLD, '2024-01-14T08:59:45Z'),
];

function answerTo(path: string): unknown {
  if (path === '/api/v1/applications') return ARGO;
  if (path === '/repos/acme/shop/deployments') return GITHUB;
  const id = /^\/repos\/acme\/shop\/deployments\/(\d+)\/statuses$/.exec(path)?.[1];
  if (id !== undefined) {
    const own = GITHUB.find((deployment) => String(deployment.id) === id);
    const at = new Date(Date.parse(own?.created_at ?? '') + 45_000).toISOString();
    return [{ id: Number(id) * 10, state: 'success', created_at: at, deployment_url: own?.url }];
  }
  return { metadata: {}, items: KUBERNETES[path.split('/').at(-1) ?? ''] ?? [] };
}

let dir = '';
let server: RunningServer & { readonly asked: readonly string[] };

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'wicked-live-'));
  mkdirSync(join(dir, 'evidence'));
  writeFileSync(join(dir, 'evidence', 'checkout-api.log'), log());
  server = await startStub((request, response) => {
    if (request.headers.authorization !== 'Bearer t0ken-of-the-cluster' && request.url?.includes('secured')) {
      response.writeHead(401).end('{"message":"Unauthorized"}');
      return;
    }
    const path = new URL(request.url ?? '', 'http://stub').pathname.replace('/secured', '');
    response.end(JSON.stringify(answerTo(path)));
  });
});

afterAll(async () => {
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...argv: readonly string[]): Promise<Ran> {
  const place = ['--dir', join(dir, 'evidence'), '--now', NOW, '--format', 'json'];
  const env = {
    ...process.env,
    WICKED_PLATFORM_STORE: join(dir, 'store'),
    KUBERNETES_TOKEN: 't0ken-of-the-cluster',
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...argv, ...place], { env, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

interface Change {
  readonly type: string;
  readonly version: string | null;
}
interface Report {
  readonly hypotheses: readonly { readonly change: Change | null }[];
  readonly cleared: readonly { readonly change: Change }[];
  readonly gaps: readonly { readonly source: string; readonly detail: string }[];
  readonly rollback: { readonly commands: readonly { readonly command: string }[] };
  readonly coverage: readonly { readonly what: string }[];
}

async function triage(...sources: readonly string[]): Promise<Report> {
  const { code, stdout, stderr } = await run(
    'incident',
    'checkout fails',
    ...sources.flatMap((source) => ['--source', source]),
  );
  expect(code, stderr).toBe(0);
  expect(stdout + stderr).not.toContain('t0ken-of-the-cluster');
  return JSON.parse(stdout);
}

const deployed = ({ hypotheses, cleared }: Report, version: string) =>
  [...hypotheses, ...cleared].filter(
    ({ change }) => change?.type === 'deployment' && change.version === version,
  );

describe.each([
  { name: 'kubernetes', source: () => `kubernetes=${server.url}` },
  { name: 'argo-cd', source: () => `argo-cd=${server.url}` },
  { name: 'github', source: () => `github=${server.url},repository=acme/shop` },
])('$name', ({ source }) => {
  it('tells doctor what it covers', async () => {
    const { code, stdout } = await run('doctor', '--source', source());
    expect(code).toBe(0);
    const { sources, services, gaps } = JSON.parse(stdout);
    expect(gaps.map((gap: { readonly source: string }) => gap.source)).toEqual(['git']);
    expect(sources[0]).toMatchObject({ what: expect.stringContaining(server.url), from: expect.any(String) });
    expect(services).toContainEqual(expect.objectContaining({ name: 'checkout-api', deployments: 2 }));
  });

  it('gives a triage the release that came before the trouble', async () => {
    const report = await triage(source());
    expect(deployed(report, 'v2.4.1')).toHaveLength(1);
    expect(report.coverage.some(({ what }) => what.includes(server.url))).toBe(true);
  });
});

it('one rollout that three servers tell of is one change', async () => {
  const all = [
    `kubernetes=${server.url}`,
    `argo-cd=${server.url}`,
    `github=${server.url},repository=acme/shop`,
  ];
  const report = await triage(...all);
  expect(deployed(report, 'v2.4.1')).toHaveLength(1);
  const { services } = JSON.parse((await run('doctor', ...all.flatMap((one) => ['--source', one]))).stdout);
  expect(services).toContainEqual(expect.objectContaining({ name: 'checkout-api', deployments: 2 }));
});

it('wicked-platform.yaml names sources too, and the token comes from the environment', async () => {
  const file = join(dir, 'evidence', 'wicked-platform.yaml');
  writeFileSync(file, `sources:\n  kubernetes: { url: "${server.url}/secured", namespace: shop }\n`);
  expect(deployed(await triage(), 'v2.4.1')).toHaveLength(1);
  rmSync(file);
});

it('a server that refuses is a gap of the triage', async () => {
  const report = await triage(`argo-cd=${server.url}/secured`);
  expect(report.gaps).toContainEqual(
    expect.objectContaining({ source: 'argo-cd', detail: expect.stringContaining('401') }),
  );
});

it('a source that does not exist is wrong usage, with the nearest one', async () => {
  const { code, stderr } = await run('doctor', '--source', 'kubernets');
  expect(code).toBe(2);
  expect(stderr).toContain('Did you mean kubernetes?');
});

it('nothing is written to a server', () => {
  expect(server.asked.length).toBeGreaterThan(0);
  expect(server.asked.every((line) => line.startsWith('GET '))).toBe(true);
});
