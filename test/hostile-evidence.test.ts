/** Evidence that is broken in every way an incident breaks it: the built command names what it could not use and still answers. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CLI = join(fileURLToPath(new URL('..', import.meta.url)), 'dist', 'cli.js');
const NOW = '2024-01-15T14:41:00Z';

const minute = (index: number) => new Date(Date.parse('2024-01-15T13:41:00Z') + index * 60_000).toISOString();
const LOG = Array.from({ length: 60 }, (_, index) =>
  [0, 1, 2].map((part) => `${minute(index)} INFO cart Order ORD-${index}${part} placed`),
)
  .flat()
  .concat(
    Array.from(
      { length: 19 },
      (_, index) => `${minute(index + 41)} ERROR cart Payment failed for ORD-${index}`,
    ),
  )
  .join('\n');

const shipped = (fields: Readonly<Record<string, unknown>>) => ({
  service: 'cart',
  version: 'v2',
  commit: '9f1c2d3e4b5a69788796a5b4c3d2e1f001122334',
  startedAt: '2024-01-15T14:20:00Z',
  status: 'succeeded',
  ...fields,
});

const BOMB = Array.from({ length: 30 }, (_, level) =>
  level === 0 ? 'x-a0: &a0 [x,x,x,x,x,x,x,x,x]' : `x-a${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`,
).join('\n');

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'wicked-hostile-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
function evidence(files: Readonly<Record<string, string>>): string {
  count += 1;
  const dir = join(root, String(count));
  for (const [path, text] of Object.entries({ 'cart.log': LOG, ...files })) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

function run(dir: string, ...argv: readonly string[]) {
  const env = { ...process.env, WICKED_PLATFORM_STORE: join(root, 'store') };
  const place = ['--dir', dir, '--now', NOW, '--format', 'json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...argv, ...place], {
    encoding: 'utf8',
    env,
    maxBuffer: 1e8,
  });
  expect(stderr).not.toContain('this is a bug');
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

interface Told {
  readonly gaps: readonly { readonly source: string; readonly detail: string }[];
  readonly services: readonly {
    readonly name: string;
    readonly deployments: number;
    readonly dependsOn: readonly string[];
  }[];
  readonly files: readonly { readonly path: string; readonly kind: string | null }[];
}

/** A doctor and a whole triage; both have to answer. */
function look(files: Readonly<Record<string, string>>): Told {
  const dir = evidence(files);
  const report = run(dir, 'incident', 'cart fails');
  expect(report.symptoms.length).toBeGreaterThan(0);
  return run(dir, 'doctor');
}

const detailsOf = ({ gaps }: Told) => gaps.map(({ source, detail }) => `${source}: ${detail}`).join('\n');
const cartOf = ({ services }: Told) => services.find(({ name }) => name === 'cart');

describe('a file', () => {
  it('that is cut off keeps what can be read, or is told', () => {
    const whole = JSON.stringify([
      shipped({}),
      shipped({ version: 'v3', startedAt: '2024-01-15T14:21:00Z' }),
    ]);
    const told = look({
      'deployments.json': whole.slice(0, -30),
      'deployments.jsonl': `${JSON.stringify(shipped({}))}\n${JSON.stringify(shipped({})).slice(0, 40)}`,
    });
    expect(detailsOf(told)).toMatch(/records of deployments\.json could not be read/);
    expect(detailsOf(told)).toMatch(/1 records of deployments\.jsonl could not be read/);
    expect(cartOf(told)?.deployments).toBe(1);
  });

  it('with wrong types counts what it could not use', () => {
    const wrong = [
      shipped({}),
      shipped({ service: {} }),
      shipped({ startedAt: [1] }),
      7,
      null,
      shipped({ version: {}, commit: [] }),
    ];
    const told = look({ 'deployments.json': JSON.stringify(wrong) });
    expect(detailsOf(told)).toMatch(/5 records of deployments\.json/);
    expect(cartOf(told)?.deployments).toBe(1);
  });

  it('with the same id twice, and with times out of order, tells of each rollout once', () => {
    const late = shipped({ id: 'a', version: 'v3', startedAt: '2024-01-15T14:30:00Z' });
    const early = shipped({ id: 'b', startedAt: '2024-01-15T14:20:00Z', finishedAt: '2024-01-15T14:10:00Z' });
    const told = look({ 'deployments.json': JSON.stringify([late, early, early, late]) });
    expect(cartOf(told)?.deployments).toBe(2);
  });

  it('of unknown kinds is named', () => {
    const told = look({
      'cluster.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [{ apiVersion: 'x/v1', kind: 'Gizmo', metadata: { name: 'g', creationTimestamp: NOW } }],
      }),
      'audit.json': JSON.stringify({ nobody: 'knows', at: NOW }),
    });
    expect(detailsOf(told)).toContain('1 Gizmo');
    expect(JSON.stringify(told)).toContain('"unread":["audit.json"]');
  });

  it('of half a gigabyte is not read, and told', () => {
    const dir = evidence({});
    const path = join(dir, 'deployments.json');
    writeFileSync(path, `[${JSON.stringify(shipped({}))},`);
    truncateSync(path, 500 * 1024 * 1024);
    const told: Told = run(dir, 'doctor');
    expect(detailsOf(told)).toMatch(/deployments\.json was not read: it is larger than/);
    expect(told.files.find((file) => file.path === 'deployments.json')?.kind).toBeNull();
  });

  it.each(['docker-compose.yml', 'catalog-info.yaml', 'k8s/cart.yaml', 'rollouts.yaml'])(
    '%s that is an alias bomb, a cycle or endless nesting is told',
    (path) => {
      const heads = {
        'docker-compose.yml': 'services:\n  cart: { image: cart }\n',
        'catalog-info.yaml': 'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: cart }\n',
        'k8s/cart.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: cart }\n',
        'rollouts.yaml':
          'apiVersion: apps/v1\nkind: ReplicaSet\nmetadata:\n  creationTimestamp: "2024-01-15T14:20:05Z"\n',
      };
      const head = Object.entries(heads).find(([name]) => name === path)?.[1] ?? '';
      for (const tail of [BOMB, 'x-x: &x\n  y: *x\n', `x-x: ${'['.repeat(50_000)}\n`])
        expect(detailsOf(look({ [path]: `${head}${tail}` }))).toContain(path);
    },
  );
});

describe('a directory', () => {
  it('whose links go in a circle is walked once', () => {
    const dir = evidence({ 'a/deployments.json': JSON.stringify([shipped({})]) });
    symlinkSync('..', join(dir, 'a', 'up'));
    symlinkSync('self', join(dir, 'self'));
    symlinkSync(dir, join(dir, 'whole'));
    const told: Told = run(dir, 'doctor');
    expect(told.files.map(({ path }) => path)).toEqual(['a/deployments.json', 'cart.log']);
    expect(cartOf(told)?.deployments).toBe(1);
  });

  it('whose services depend on each other in a circle is triaged', () => {
    const compose =
      'services:\n  cart: { image: cart, depends_on: [mail] }\n  mail: { image: mail, depends_on: [cart, mail] }\n';
    const told = look({ 'docker-compose.yml': compose });
    expect(cartOf(told)?.dependsOn).toEqual(['mail']);
    expect(told.services.find(({ name }) => name === 'mail')?.dependsOn).toEqual(['cart']);
  });

  it('in which a service has two owners says so', () => {
    const component = (owner: string) =>
      `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: cart }\nspec: { type: service, lifecycle: production, owner: ${owner} }\n`;
    const told = look({
      'a/catalog-info.yaml': component('blue'),
      'b/catalog-info.yaml': component('green'),
    });
    expect(detailsOf(told)).toContain('cart more than one owner');
  });
});
