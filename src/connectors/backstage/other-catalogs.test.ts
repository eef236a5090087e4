import { describe, expect, test } from 'vitest';
import { runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';
import { asEntity } from './other-catalogs.ts';

async function collect(name: string, content: string) {
  return runOnFiles(connector, { [name]: content });
}

const CATALOGS: readonly {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly want: object;
  readonly edges: readonly string[];
}[] = [
  {
    name: 'Cortex',
    file: 'cortex.yaml',
    text: 'openapi: 3.0.1\ninfo:\n  title: Basket API\n  x-cortex-tag: basket-api\n  x-cortex-type: service\n  x-cortex-owners:\n    - type: group\n      name: Shop\n  x-cortex-dependency:\n    - tag: rates\n  x-cortex-service-groups:\n    - tag: tier-1\n',
    want: { criticality: 'critical', owner: 'shop', kind: 'service' },
    edges: ['basket-api>rates'],
  },
  {
    name: 'OpsLevel',
    file: 'opslevel.yml',
    text: 'version: 1\nservice:\n  name: Basket API\n  owner: shop\n  tier: tier_2\n  lifecycle: generally_available\n  language: Go\n  aliases:\n    - basket-api\n  dependencies:\n    - alias: rates\n',
    want: { criticality: 'high', owner: 'shop', language: 'go' },
    edges: ['basket-api>rates'],
  },
  {
    name: 'Datadog, version 2',
    file: 'service.datadog.yaml',
    text: 'schema-version: v2.2\ndd-service: basket-api\nteam: shop\ntier: "1"\nlanguages: [go]\n',
    want: { criticality: 'critical', owner: 'shop', language: 'go' },
    edges: [],
  },
  {
    name: 'Datadog, version 3',
    file: 'entity.datadog.yaml',
    text: 'apiVersion: v3\nkind: service\nmetadata:\n  name: basket-api\n  owner: shop\nspec:\n  tier: high\n  dependsOn:\n    - service:rates\n',
    want: { criticality: 'high', owner: 'shop' },
    edges: ['basket-api>rates'],
  },
  {
    name: 'Compass',
    file: 'compass.yml',
    text: 'name: basket-api\nid: ari:cloud:compass:x:component/1\ntypeId: SERVICE\nownerId: ari:cloud:identity::team/shop\nfields:\n  tier: 3\n',
    want: { criticality: 'medium', owner: 'shop' },
    edges: [],
  },
];

describe('catalogs besides Backstage', () => {
  test.each(CATALOGS)('$name', async ({ file, text, want, edges }) => {
    const found = await collect(file, text);
    expect(found.gaps).toEqual([]);
    expect(found.serviceFacts.filter(({ name }) => name === 'basket-api')).toMatchObject([want]);
    expect(found.edges.map(({ from, to }) => `${from}>${to}`)).toEqual(edges);
    expect(found.evidence.length).toBeGreaterThan(0);
  });

  test.each([
    null,
    7,
    [],
    {},
    { info: { 'x-cortex-tag': {} } },
    { version: 1, service: 'x' },
    { 'schema-version': 'v2', 'dd-service': [] },
  ])('%j is an entity of none', (document) => {
    expect(asEntity(document)).toBeNull();
  });
});
