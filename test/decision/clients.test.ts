/** The printed commands, run by the real kubectl and helm against a stub of the API server. Skipped where neither could be installed (scripts/clients.mjs). */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Release } from '../../src/domain/situation.ts';
import { rollbackCommands } from '../../src/engine/decide/commands.ts';
import type { Workload } from '../../src/engine/decide/workload.ts';
import { type Stub, startStub } from './kubernetes-stub.ts';

const CLIENTS = fileURLToPath(new URL('../../node_modules/.cache/wicked-platform/clients', import.meta.url));
const isThere = existsSync(join(CLIENTS, 'kubectl')) && existsSync(join(CLIENTS, 'helm'));

let folder = '';
let stub: Stub;
beforeAll(async () => {
  stub = await startStub();
  folder = mkdtempSync(join(tmpdir(), 'wicked-platform-clients-'));
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'elsewhere',
    clusters: [
      { name: 'stub', cluster: { server: stub.url } },
      { name: 'nowhere', cluster: { server: 'http://127.0.0.1:9' } },
    ],
    users: [{ name: 'nobody', user: {} }],
    contexts: [
      { name: 'eu-1', context: { cluster: 'stub', user: 'nobody' } },
      { name: 'elsewhere', context: { cluster: 'nowhere', user: 'nobody' } },
    ],
  };
  writeFileSync(join(folder, 'config'), JSON.stringify(config));
});
afterAll(async () => {
  await stub.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  stub.asked.length = 0;
});

const workload: Workload = {
  platform: 'kubernetes',
  assumed: false,
  namespace: 'shop',
  context: 'eu-1',
  name: 'cart',
  kind: null,
  workload: 'cart',
  workloadNamespace: 'shop',
  sync: null,
};
const release = {
  platformRevision: '42',
  version: 'v2',
  commit: 'b',
  commits: [],
  share: null,
} as unknown as Release;

function commands(platform: 'kubernetes' | 'helm') {
  const list = rollbackCommands({
    workload: { ...workload, platform },
    release,
    revision: '41',
    target: { version: 'v1', commit: 'a' },
  });
  const main = list.find(({ purpose }) => purpose === 'mitigate');
  return {
    previews: list.filter(({ purpose }) => purpose === 'preview').map(({ command }) => command),
    main: main?.command ?? '',
    undo: main?.undo ?? '',
  };
}

/** Runs one line in a shell whose only clients are the real ones; the context comes from the command itself. */
function run(command: string): Promise<string> {
  const env = { PATH: `${CLIENTS}:/usr/bin:/bin`, KUBECONFIG: join(folder, 'config'), HOME: folder };
  return new Promise((resolve, reject) => {
    execFile('/bin/sh', ['-c', command], { env, cwd: folder, timeout: 15_000 }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${command}\n${stdout}${stderr}`)),
    );
  });
}

const writes = () => stub.asked.filter(({ method }) => method !== 'GET');

describe.skipIf(!isThere)('kubectl', () => {
  it('shows the revision to return to, and tries the rollback without effect', async () => {
    const [history = '', dryRun = ''] = commands('kubernetes').previews;
    expect(await run(history)).toMatch(/revision #41[\s\S]*cart:1/);
    expect(writes()).toEqual([]);
    expect(await run(dryRun)).toContain('rolled back (server dry run)');
    expect(writes().map(({ method, url }) => [method, url])).toEqual([
      ['PATCH', '/apis/apps/v1/namespaces/shop/deployments/cart?dryRun=All'],
    ]);
  });

  it('rolls back to the pinned revision, and the undo goes to the other by number', async () => {
    const { main, undo } = commands('kubernetes');
    expect(await run(main)).toContain('rolled back');
    expect(writes()[0]?.body).toContain('"image":"cart:1"');
    expect(await run(undo)).toMatch(/rolled back|skipped rollback/);
  });

  it('sets and unsets one variable', async () => {
    await run('kubectl set env deployment/cart WAIT_MS=4000 -n shop --context=eu-1 --dry-run=server');
    expect(writes()[0]?.body).toContain('"name":"WAIT_MS","value":"4000"');
  });

  it('waits for the rollout', async () => {
    expect(await run('kubectl rollout history deployment/cart -n shop --context=eu-1')).toMatch(
      /41[\s\S]*42/,
    );
  });
});

describe.skipIf(!isThere)('helm', () => {
  it('shows the history, and tries the rollback without effect', async () => {
    const [history = '', dryRun = ''] = commands('helm').previews;
    expect(await run(history)).toMatch(/41\s[\s\S]*superseded[\s\S]*42\s[\s\S]*deployed/);
    expect(await run(dryRun)).toContain('Rollback was a success');
    expect(writes()).toEqual([]);
  });

  it('rolls back to the pinned revision as a new one', async () => {
    expect(await run(commands('helm').main)).toContain('Rollback was a success');
    const created = writes().find(({ method }) => method === 'POST');
    expect(created?.body).toContain('sh.helm.release.v1.cart.v43');
  });
});
