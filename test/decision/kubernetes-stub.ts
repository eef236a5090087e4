/** As much of a Kubernetes API server as the printed commands of kubectl and helm need: one Deployment with two revisions, one Helm release with two. It keeps what it is asked. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

export interface Stub {
  readonly url: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

const OWNER = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart', uid: 'd', controller: true };
const revision = (number: number) => ({ 'deployment.kubernetes.io/revision': String(number) });
const template = (image: string, more: Readonly<Record<string, string>> = {}) => ({
  metadata: { labels: { app: 'cart', ...more } },
  spec: { containers: [{ name: 'cart', image }] },
});

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'cart', namespace: 'shop', uid: 'd', generation: 2, annotations: revision(42) },
  spec: { replicas: 1, selector: { matchLabels: { app: 'cart' } }, template: template('cart:2') },
  status: { observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
};

function replicaSet(number: number, image: string) {
  const hash = { 'pod-template-hash': `h${number}` };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `cart-h${number}`,
      namespace: 'shop',
      uid: `r${number}`,
      labels: { app: 'cart', ...hash },
      annotations: revision(number),
      ownerReferences: [OWNER],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'cart', ...hash } },
      template: template(image, hash),
    },
  };
}

/** Helm keeps a release as a Secret: JSON, gzip, base64, and base64 again as every Secret. */
function helmSecret(version: number, status: string) {
  const time = '2024-03-01T12:00:00Z';
  const release = {
    name: 'cart',
    namespace: 'shop',
    version,
    info: { first_deployed: time, last_deployed: time, status, description: `version ${version}` },
    chart: { metadata: { apiVersion: 'v2', name: 'cart', version: `0.${version}.0` } },
    config: {},
    manifest: '',
  };
  const packed = gzipSync(JSON.stringify(release)).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: {
      name: `sh.helm.release.v1.cart.v${version}`,
      namespace: 'shop',
      labels: { name: 'cart', owner: 'helm', status, version: String(version) },
    },
    data: { release: Buffer.from(packed).toString('base64') },
  };
}

const SECRETS = [helmSecret(41, 'superseded'), helmSecret(42, 'deployed')];
const GET: Readonly<Record<string, unknown>> = {
  '/version': { major: '1', minor: '33', gitVersion: 'v1.33.0' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [
      {
        name: 'apps',
        versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
        preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
      },
    ],
  },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [
      {
        name: 'configmaps',
        singularName: 'configmap',
        namespaced: true,
        kind: 'ConfigMap',
        verbs: ['get', 'list', 'patch', 'create'],
      },
      {
        name: 'secrets',
        singularName: 'secret',
        namespaced: true,
        kind: 'Secret',
        verbs: ['get', 'list', 'create', 'update'],
      },
    ],
  },
  '/apis/apps/v1': {
    kind: 'APIResourceList',
    groupVersion: 'apps/v1',
    resources: [
      {
        name: 'deployments',
        singularName: 'deployment',
        namespaced: true,
        kind: 'Deployment',
        verbs: ['get', 'list', 'patch', 'watch'],
      },
      {
        name: 'replicasets',
        singularName: 'replicaset',
        namespaced: true,
        kind: 'ReplicaSet',
        verbs: ['get', 'list'],
      },
    ],
  },
  '/apis/apps/v1/namespaces/shop/deployments/cart': DEPLOYMENT,
  '/apis/apps/v1/namespaces/shop/replicasets': {
    kind: 'ReplicaSetList',
    apiVersion: 'apps/v1',
    items: [replicaSet(41, 'cart:1'), replicaSet(42, 'cart:2')],
  },
  '/api/v1/namespaces/shop/secrets': { kind: 'SecretList', apiVersion: 'v1', items: SECRETS },
  ...Object.fromEntries(
    SECRETS.map((secret) => [`/api/v1/namespaces/shop/secrets/${secret.metadata.name}`, secret]),
  ),
};

/** What is written comes back as it was sent (helm writes protobuf); a patch leaves the object as it is. */
function respond(question: Asked, contentType: string, bytes: Buffer, response: ServerResponse): void {
  if (question.method === 'POST' || question.method === 'PUT') {
    response.writeHead(200, { 'content-type': contentType });
    response.end(bytes);
    return;
  }
  const value = GET[new URL(question.url, 'http://stub').pathname];
  const missing = {
    kind: 'Status',
    status: 'Failure',
    code: 404,
    reason: 'NotFound',
    message: `no ${question.url}`,
  };
  response.writeHead(value === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value ?? missing));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export async function startStub(): Promise<Stub> {
  const asked: Asked[] = [];
  const server: Server = createServer((request, response) => {
    void bodyOf(request).then((bytes) => {
      const question: Asked = {
        method: request.method ?? '',
        url: request.url ?? '',
        body: bytes.toString('latin1'),
      };
      asked.push(question);
      respond(question, request.headers['content-type'] ?? 'application/json', bytes, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
