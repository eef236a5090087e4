import { describe, expect, it } from 'vitest';
import { runConnector } from '../../_kit/_testing/connector-run.ts';
import {
  createRepository,
  removeFolder,
  temporaryFolder,
  writeFiles,
} from '../../_kit/_testing/temporary-repository.ts';
import { type Files, repositoryOf } from '../_testing/code-repository.ts';
import { connector } from '../index.ts';
import { endpointsIn, partnerOfVariable } from './endpoints.ts';
import { serviceFolders } from './folders.ts';

async function collect(files: Files) {
  const { root } = repositoryOf(files);
  try {
    return await runConnector(connector, root);
  } finally {
    removeFolder(root);
  }
}

describe('service folders', () => {
  it.each([
    {
      name: 'children of services/ that hold code, even without a manifest',
      paths: ['services/a/x.ts', 'services/b/.keep', 'services/c/main.go'],
      want: ['services/a:service', 'services/c:service'],
    },
    {
      name: 'packages only with a manifest, as libraries unless they have an image',
      paths: [
        'packages/a/package.json',
        'packages/a/i.ts',
        'packages/b/i.ts',
        'packages/c/package.json',
        'packages/c/Dockerfile',
        'packages/c/i.ts',
      ],
      want: ['packages/a:library', 'packages/c:service'],
    },
    {
      name: 'commands of a Go module',
      paths: ['go.mod', 'cmd/api/main.go', 'cmd/worker/main.go', 'internal/x/x.go'],
      want: ['cmd/api:service', 'cmd/worker:service'],
    },
    {
      name: 'folders at the top with a manifest',
      paths: ['orders/pom.xml', 'orders/src/main/java/A.java', 'docs/x.py'],
      want: ['orders:service'],
    },
    {
      name: 'the root itself where it is the only one',
      paths: ['package.json', 'src/index.ts'],
      want: [':service'],
    },
    {
      name: 'programs with a manifest of their own below a folder of any name',
      paths: [
        'frontend/storefront/requirements.txt',
        'frontend/storefront/app.py',
        'shop/checkout/api/go.mod',
        'shop/checkout/api/main.go',
        'shop/checkout/api/tools/gen/go.mod',
        'shop/checkout/api/tools/gen/main.go',
        'docs/examples/demo/package.json',
        'docs/examples/demo/index.ts',
      ],
      want: ['frontend/storefront:service', 'shop/checkout/api:service'],
    },
    {
      name: 'a folder with a manifest and not the parts of it',
      paths: ['orders/pom.xml', 'orders/core/pom.xml', 'orders/core/src/A.java'],
      want: ['orders:service'],
    },
    {
      name: 'programs beside each other, by what starts them where they have no manifest',
      paths: [
        'box/config.ru',
        'box/lib/a.rb',
        'orders/public/index.php',
        'orders/src/A.php',
        'rates/go.mod',
        'rates/main.go',
        'tickets/worker.rb',
        'lib/main.rb',
        'ops/cron.rb',
      ],
      want: ['box:service', 'orders:service', 'rates:service', 'tickets:service'],
    },
    {
      name: 'not where the root is a program, or one folder alone is started',
      paths: ['requirements.txt', 'shop/main.py', 'jobs/worker.py'],
      want: [':service'],
    },
    { name: 'nor a folder alone', paths: ['shop/main.py', 'shop/x.py', 'README.md'], want: [] },
    { name: 'nothing in a folder of documents', paths: ['a.md', 'docs/b.md'], want: [] },
  ])('$name', ({ paths, want }) => {
    expect(serviceFolders(paths).map((folder) => `${folder.path}:${folder.kind}`)).toEqual(want);
  });
});

describe('partners in a line', () => {
  it.each([
    { text: "url: 'http://menu-api.shop.svc.cluster.local:8080'", want: ['menu-api:service'] },
    { text: 'https://api.stripe.com/v1', want: ['stripe:external'] },
    {
      text: 'https://maps.googleapis.com/x https://sqs.eu-west-1.amazonaws.com',
      want: ['google-maps:external', 'aws-sqs:external'],
    },
    { text: 'jdbc:postgresql://db:5432/ledger?ssl=true', want: ['postgres-ledger:datastore'] },
    { text: 'postgres://app@127.0.0.1:5432/postgres', want: ['postgres:datastore'] },
    { text: 'postgres://ledger-db:5432/postgres', want: ['postgres-ledger-db:datastore'] },
    {
      text: 'redis://cache:6379 amqp://user:pw@rabbit/',
      want: ['redis-cache:datastore', 'rabbitmq-rabbit:queue'],
    },
    { text: 'http://localhost:3000 https://example.com http://www.w3.org/2000/svg', want: [] },
  ])('$text', ({ text, want }) => {
    expect(endpointsIn(text).map((each) => `${each.name}:${each.kind}`)).toEqual(want);
  });

  it('reads a partner from the name of a variable', () => {
    expect([partnerOfVariable('PAYMENT_SERVICE_URL'), partnerOfVariable('LOG_LEVEL')]).toEqual([
      'payment-service',
      null,
    ]);
  });
});

describe('collect', () => {
  it('gives services and edges from imports, calls and settings, with evidence', async () => {
    const contribution = await collect({
      'services/shop-api/main.ts':
        "import { Bank } from '../bank-service/client';\nconst url = process.env.STOCK_SERVICE_URL;\n// http://nobody.shop.svc\n",
      'services/shop-api/conf.ts': "export const c = { card: 'https://api.stripe.com' };\n",
      'services/stock-service/app.py': 'import os\n',
    });
    expect(contribution.serviceFacts.map((each) => [each.name, each.kind, each.path, each.language])).toEqual(
      [
        ['shop-api', 'service', 'services/shop-api', 'typescript'],
        ['stock-service', 'service', 'services/stock-service', 'python'],
        ['stripe', 'external', null, null],
      ],
    );
    expect(contribution.edges.map((edge) => [edge.from, edge.to, edge.source]).sort()).toEqual([
      ['shop-api', 'bank-service', 'import'],
      ['shop-api', 'stock-service', 'client-call'],
      ['shop-api', 'stripe', 'client-call'],
    ]);
    const refs = new Set(contribution.evidence.map((each) => each.ref));
    for (const each of [...contribution.serviceFacts, ...contribution.edges])
      for (const ref of each.evidence) expect(refs).toContain(ref);
  });

  it('reads who listens from the port that a variable gives, where the host is the same for all', async () => {
    const { edges } = await collect({
      'services/front/site.conf': 'Listen 127.0.0.1:$FRONT_PORT\nProxyPass / http://127.0.0.1:$CART_PORT/\n',
      'services/cart/a.py': 'url = f"http://localhost:{STOCK_PORT}/items"\n',
      'services/stock/a.py': 'DEBUG_PORT = 9229\nurl = f"http://localhost:{NOBODY_PORT}"\n',
    });
    expect(edges.map(({ from, to }) => `${from} → ${to}`).sort()).toEqual(['cart → stock', 'front → cart']);
  });

  it('reads whom a line speaks to from an address, the name of a client and a call that gets the context', async () => {
    const { edges } = await collect({
      'services/web/app.py': 'channel = grpc.insecure_channel("catalog:3550")\n',
      'services/web/cart.go': 'return pb.NewBasketServiceClient(fe.conn).GetCart(ctx, req)\n',
      'services/web/Prices.java': 'private final PricesServiceClient pricesServiceClient;\n',
      'services/checkout/main.go': 'cart, err := cs.basket.GetCart(ctx, req)\nlines := basket.Lines()\n',
      'services/catalog/a.py': 'x = "web-page"\n',
      'services/prices/a.py': 'basket = []\nbasket.append(1)\n',
      'services/basket/a.py': '',
    });
    expect(edges.map(({ from, to }) => `${from} → ${to}`).sort()).toEqual([
      'checkout → basket',
      'web → basket',
      'web → catalog',
      'web → prices',
    ]);
  });

  it('reads it from the type of a client, and in Go from a call that gets the context of a request', async () => {
    const { edges } = await collect({
      'services/rides/main.go': 'free, err := s.drivers.Nearby(c.Request.Context(), from)\n',
      'services/bills/Bills.java': 'private final FareTableClient table;\n',
      'services/drivers/a.py': '',
      'services/fare-table/a.py': '',
    });
    expect(edges.map(({ from, to }) => `${from} → ${to}`).sort()).toEqual([
      'bills → fare-table',
      'rides → drivers',
    ]);
  });

  it('names a repository that is one service by its manifest', async () => {
    const contribution = await collect({
      'package.json': '{ "name": "@acme/Order_Worker" }',
      'index.js': '',
      'src/a.js': 'x()',
    });
    expect(contribution.serviceFacts.map((each) => each.name)).toEqual(['order-worker']);
  });

  it('reads nothing outside git and nothing of an empty repository', async () => {
    const folder = temporaryFolder();
    try {
      writeFiles(folder, { 'services/a/x.ts': 'x()' });
      expect((await runConnector(connector, folder)).serviceFacts).toEqual([]);
      createRepository(folder);
      expect((await runConnector(connector, folder)).serviceFacts).toEqual([]);
    } finally {
      removeFolder(folder);
    }
  });
});
