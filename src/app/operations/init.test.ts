/** The proposed wicked-platform.yaml: what it holds, and that our own strict schema takes it whatever was discovered. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeployTarget, ServiceFact } from '../../domain/service.ts';
import type { Contribution } from '../../domain/snapshot.ts';
import { connectorOf, contributionOf, testPlatform } from '../_testing/fakes.ts';
import { parseConfig } from '../config.ts';
import { runOperation } from '../operation.ts';
import { operation } from './init.ts';

const factOf = (name: string, fields: Partial<ServiceFact> = {}): ServiceFact => ({
  name,
  kind: 'service',
  aliases: [],
  criticality: null,
  userFacing: null,
  journey: null,
  path: null,
  routes: [],
  slo: null,
  baseline: null,
  deploy: null,
  owner: null,
  language: null,
  source: 'test',
  evidence: [],
  ...fields,
});

function init(found: Partial<Contribution>, config?: string) {
  const connector = connectorOf({ id: 'test', collect: async () => contributionOf(found) });
  const files = config === undefined ? {} : { 'wicked-platform.yaml': config };
  return runOperation(operation, {}, testPlatform({ connectors: [connector], files }));
}

describe('init', () => {
  it('writes what was discovered as settings and what only people know as comments', async () => {
    const deploy: DeployTarget = { platform: 'kubernetes', namespace: 'shop', context: null, name: 'cart' };
    const { text, path, exists, services } = await init({
      serviceFacts: [
        factOf('cart', { path: 'services/cart', deploy, criticality: 'critical' }),
        factOf('stripe', { kind: 'external' }),
        factOf('shared', { kind: 'library' }),
      ],
      edges: [
        { from: 'cart', to: 'stripe', source: 'client-call', evidence: [] },
        { from: 'cart', to: 'shared', source: 'import', evidence: [] },
      ],
    });
    expect({ path, exists, services }).toEqual({
      path: '/evidence/wicked-platform.yaml',
      exists: false,
      services: 1,
    });
    expect(text).toContain(`services:
  cart:
    criticality: critical
    path: services/cart
    dependsOn: [stripe]  # from client-call
    deploy: { platform: kubernetes, namespace: shop, name: cart }
    # userFacing: true
    # journey: checkout  # what users do with it
    # slo: { availability: 99.9, latencyP99Ms: 1200 }
    # baseline: { errorRate: 0.01, requestsPerMinute: 100 }
  stripe:
    kind: external

`);
    expect(text).not.toContain('shared');
  });

  it('is a file of comments where nothing was discovered', async () => {
    const { text, services } = await init({});
    expect(services).toBe(0);
    const settings = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
    expect(settings).toEqual(['services:', 'business:', 'policy:', 'sources:']);
  });

  it('makes a valid file when every suggestion is taken', async () => {
    const { text } = await init({ serviceFacts: [factOf('cart')] });
    const [top = '', ...rest] = text.split(/^(?=services:)/m);
    const taken = rest.join('').replaceAll(/^( *)# (?=\s*[\w]+:)/gm, '$1');
    expect(top).toMatch(/^#/);
    const { contribution, context } = await parseConfig(taken, 'wicked-platform.yaml');
    expect(contribution.serviceFacts[0]).toMatchObject({ criticality: 'high', userFacing: true });
    expect(context).toMatchObject({ activeUsers: 16000, currency: 'USD' });
    expect(context.journeys).toHaveLength(1);
  });

  it('keeps every setting of the file that is there', async () => {
    const old = `services:
  cart:
    criticality: low
    userFacing: false
    journey: buy
    path: shop/cart
    routes: [/cart]
    dependsOn: [ledger]
    aliases: [basket]
    owner: team-cart
    language: go
    slo: { availability: 99.5 }
    baseline: { requestsPerMinute: 7 }
    deploy: { platform: helm, name: cart-prod, context: eu }
  ledger: { kind: datastore }
business:
  activeUsers: 5
  currency: EUR
  journeys: { buy: { services: [cart], attemptsPerHour: 9 } }
policy:
  rollback: { errorRateMultiple: 3 }
  redact: ['ID-[0-9]+']
sources: { prometheus: { url: 'http://127.0.0.1:9090' } }
`;
    const { text, exists } = await init({}, old);
    expect(exists).toBe(true);
    const [before, after] = await Promise.all([parseConfig(old, 'a.yaml'), parseConfig(text, 'a.yaml')]);
    const bare = ({ contribution, context, sources, redact }: typeof before) => ({
      facts: contribution.serviceFacts.map((fact) => ({ ...fact, evidence: [] })),
      edges: contribution.edges.map((edge) => ({ ...edge, evidence: [] })),
      context: { ...context, evidence: Object.keys(context.evidence).sort() },
      sources,
      redact,
    });
    expect(bare(after)).toEqual(bare(before));
  });

  it('passes the schema whatever things are called', async () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'true',
        '1.0',
        '__proto__',
        '- x',
        '# y',
        'a: b',
        '{',
        '*a',
        'null',
        'on',
        '\u0000\n',
        '\ud800',
      ),
    );
    const kind = fc.constantFrom('service', 'external', 'datastore', 'queue', 'library');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ name, kind, path: fc.option(name), target: name, namespace: name }), {
          maxLength: 4,
        }),
        async (records) => {
          const { services } = await init({
            serviceFacts: records.map((record) =>
              factOf(record.name, {
                kind: record.kind as ServiceFact['kind'],
                path: record.path,
                aliases: [record.target],
                deploy: {
                  platform: 'kubernetes',
                  namespace: record.namespace,
                  context: null,
                  name: record.target,
                },
              }),
            ),
            edges: records.map((record) => ({
              from: record.name,
              to: record.target,
              source: 'config',
              evidence: [],
            })),
          });
          expect(services).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
