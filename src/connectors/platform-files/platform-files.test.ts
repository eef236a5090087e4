import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileWithHead, runConnector, runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';

async function factsOf(files: Readonly<Record<string, string>>) {
  const { serviceFacts } = await runOnFiles(connector, files);
  return serviceFacts.map(({ name, aliases, deploy }) => [
    name,
    deploy?.platform,
    deploy?.name,
    deploy?.namespace ?? null,
    ...aliases,
  ]);
}

test('the fixtures name their platforms', async () => {
  const root = fileURLToPath(new URL('fixtures', import.meta.url));
  const { serviceFacts, gaps } = await runConnector(connector, root);
  expect(gaps).toEqual([]);
  expect(
    serviceFacts
      .map(({ name, deploy, aliases }) => [
        name,
        deploy?.platform,
        deploy?.name,
        deploy?.namespace,
        ...aliases,
      ])
      .sort(),
  ).toEqual([
    ['invoices', 'ecs', 'invoices', null],
    ['ledger', 'systemd', 'ledger', null],
    ['quotes', 'fly', 'quotes-eu', null, 'quotes-eu'],
    ['rates', 'nomad', 'rates', 'prod'],
    ['resize-images', 'lambda', 'resize-images', 'live'],
  ]);
});

test.each<[string, Readonly<Record<string, string>>, readonly unknown[][]]>([
  [
    'Vercel, by the folder',
    { 'apps/shopfront/vercel.json': '{ "rewrites": [] }' },
    [['shopfront', 'vercel', 'shopfront', null]],
  ],
  [
    'Heroku, by name',
    { 'app.json': '{ "name": "cart-eu", "formation": { "web": { "quantity": 1 } } }' },
    [['cart-eu', 'heroku', 'cart-eu', null]],
  ],
  [
    'Heroku, by the folder',
    { 'services/cart/Procfile': 'web: node server.js\n' },
    [['cart', 'heroku', 'cart', null]],
  ],
  [
    'ECS services with their cluster',
    { 'ecs.json': '{"services":[{"serviceName":"cart","clusterArn":"arn:aws:ecs:eu-1:1:cluster/shop"}]}' },
    [['cart', 'ecs', 'cart', 'shop']],
  ],
  [
    'Serverless Framework',
    {
      'serverless.yml':
        'service: cart\nprovider:\n  name: aws\n  stage: prod\nfunctions:\n  quote:\n    handler: a.b\n  refund:\n    handler: a.c\n',
    },
    [
      ['cart-prod-quote', 'lambda', 'cart-prod-quote', null],
      ['cart-prod-refund', 'lambda', 'cart-prod-refund', null],
    ],
  ],
  ['a name that is a variable names nothing', { 'fly.toml': `app = "${'$'}{APP}"\n` }, []],
])('%s', async (_, files, want) => {
  expect(await factsOf(files)).toEqual(want);
});

test.each([
  ['app.json', '{ "expo": { "name": "x" } }'],
  ['package.json', '{ "name": "cart" }'],
  ['deploy.yaml', 'kind: Deployment\n'],
  ['rates.hcl', 'job "rates" {}\n'],
])('%s is not its kind of file', (path, head) => {
  expect(connector.recognise(fileWithHead(path, head))).toBe(0);
});
