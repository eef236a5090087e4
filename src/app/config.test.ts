import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlatformError } from '../domain/error.ts';
import { directoryOf } from './_testing/fakes.ts';
import { parseConfig, readConfig } from './config.ts';
import { nearest } from './nearest.ts';

const WHOLE = `services:
  Checkout_API:
    criticality: critical
    userFacing: true
    journey: checkout
    path: services/checkout-api/
    dependsOn: [payment-service]
    slo: { availability: 99.9, latencyP99Ms: 1200 }
    baseline: { errorRate: 0.01, requestsPerMinute: 157 }
    deploy: { platform: argocd, namespace: shop, name: checkout }
  payment-service:
    path: /v1/payments/{id}
  mailer:
    path: orders.placed
  empty:
business:
  activeUsers: 16000
  currency: USD
  journeys:
    checkout: { services: [Checkout_API], attemptsPerHour: 9420, averageOrderValue: 22.5 }
policy:
  rollback: { errorRateMultiple: 5, revenuePerHour: 50000 }
  severity: { sev1FailureRatio: 0.5 }
  redact: ['CUST-[0-9]+']
sources: { prometheus: { url: http://127.0.0.1:9090 } }
`;

describe('parseConfig', () => {
  it('reads services, edges, business and policy, each with the line that says it', async () => {
    const config = await parseConfig(WHOLE, 'wicked-platform.yaml');
    expect(config.knownServices).toEqual(['checkout-api', 'empty', 'mailer', 'payment-service']);
    expect(config.contribution.serviceFacts[0]).toMatchObject({
      name: 'checkout-api',
      aliases: ['Checkout_API'],
      path: 'services/checkout-api',
      routes: [],
      baseline: { errorRateRatio: 0.01, requestsPerMinute: 157 },
      deploy: { platform: 'argo-cd', namespace: 'shop', context: null, name: 'checkout' },
      evidence: ['wicked-platform.yaml:wicked-platform.yaml:2'],
    });
    expect(config.contribution.edges).toEqual([
      {
        from: 'checkout-api',
        to: 'payment-service',
        source: 'catalog',
        evidence: ['wicked-platform.yaml:wicked-platform.yaml:7'],
      },
    ]);
    expect(config.context).toMatchObject({
      activeUsers: 16000,
      currency: 'USD',
      journeys: [
        { name: 'checkout', services: ['checkout-api'], attemptsPerHour: 9420, averageOrderValue: 22.5 },
      ],
      policy: {
        rollback: { errorRateMultiple: 5, revenuePerHour: 50000 },
        severity: { sev1FailureRatio: 0.5 },
      },
    });
    expect(config.context.evidence['business.activeUsers']).toBe(
      'wicked-platform.yaml:wicked-platform.yaml:17',
    );
    const cited = config.contribution.evidence.find(({ ref }) => ref.endsWith(':17'));
    expect(cited?.excerpt).toBe('  activeUsers: 16000');
    expect(config.redact).toEqual(['CUST-[0-9]+']);
    expect(Object.keys(config.sources)).toEqual(['prometheus']);
  });

  it.each([
    { path: '/events/{id}/seats', routes: ['/events/{id}/seats'], folder: null },
    { path: 'GET /health', routes: ['GET /health'], folder: null },
    { path: 'orders.placed', routes: ['orders.placed'], folder: null },
    { path: './services/x/', routes: [], folder: 'services/x' },
    { path: 'billing', routes: [], folder: 'billing' },
  ])('takes path $path for a route or a folder', async ({ path, routes, folder }) => {
    const { contribution } = await parseConfig(
      `services:\n  a:\n    path: "${path}"\n`,
      'wicked-platform.yaml',
    );
    expect(contribution.serviceFacts[0]).toMatchObject({ path: folder, routes });
  });

  it.each([
    {
      name: 'an unknown key at the top',
      text: 'servces: {}\n',
      want: [/line 1: servces is not a setting/, /Did you mean services/],
    },
    {
      name: 'an unknown key of a service',
      text: 'services:\n  a:\n    userFacing: true\n    criticalty: high\n',
      want: [/line 4: services.a.criticalty/, /criticality/],
    },
    {
      name: 'an unknown key deep below',
      text: 'business:\n  journeys:\n    checkout: { attemptPerHour: 3 }\n',
      want: [/line 3: business.journeys.checkout.attemptPerHour/, /attemptsPerHour/],
    },
    {
      name: 'a key that is like none',
      text: 'zzz: 1\n',
      want: [/line 1: zzz/, /Remove zzz/],
    },
    {
      name: 'a value that is not one of the allowed ones',
      text: 'services:\n  a:\n    criticality: hihg\n',
      want: [/line 3: services.a.criticality/, /Did you mean high/],
    },
    {
      name: 'a platform with a typo',
      text: 'services:\n  a:\n    deploy: { platform: kubernets }\n',
      want: [/line 3/, /Did you mean kubernetes/],
    },
    {
      name: 'a number that is text',
      text: 'business:\n  activeUsers: many\n',
      want: [/line 2: business.activeUsers/, /line 2/],
    },
    {
      name: 'a rate in percent',
      text: 'services:\n  a:\n    baseline:\n      errorRate: 5\n',
      want: [/line 4/, /line 4/],
    },
    { name: 'a list where sections belong', text: '- a\n- b\n', want: [/line 1: the file/, /line 1/] },
    {
      name: 'broken YAML',
      text: 'services:\n  a: [1, 2\nb: }\n',
      want: [/line 3.* is not YAML/, /Correct line 3/],
    },
    {
      name: 'a tab for indentation',
      text: 'services:\n\ta: {}\n',
      want: [/line 2.* is not YAML/, /Correct line 2/],
    },
    {
      name: 'the same key twice',
      text: 'services: {}\nservices: {}\n',
      want: [/line 2.* is not YAML/, /Correct line 2/],
    },
    {
      name: 'an alias bomb',
      text: `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
      want: [/is not YAML/, /Correct/],
    },
    {
      name: 'brackets without end',
      text: '['.repeat(50_000),
      want: [/was not read/, /YAML linter/],
    },
    {
      name: 'brackets that would exhaust the parser',
      text: `services: ${'{a: '.repeat(3_000)}${'}'.repeat(3_000)}`,
      want: [/was not read/, /YAML linter/],
    },
    {
      name: 'lists in lists without end',
      text: '- '.repeat(60_000),
      want: [/was not read/, /YAML linter/],
    },
  ])('names line and way out for $name', async ({ text, want }) => {
    const error: unknown = await parseConfig(text, 'wicked-platform.yaml').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PlatformError);
    const { code, what, nextStep } = error as PlatformError;
    expect(code).toBe('config');
    expect([what, nextStep]).toEqual(want.map((pattern) => expect.stringMatching(pattern)));
  });

  it.each(['', '# nothing yet\n', 'services:\n', 'business:\npolicy:\n  rollback:\n'])(
    'takes %j for a file that declares nothing',
    async (text) => {
      expect((await parseConfig(text, 'wicked-platform.yaml')).knownServices).toEqual([]);
    },
  );

  it('reads any text or says what is wrong with it', async () => {
    const word = fc.constantFrom(
      'services:',
      '  a:',
      '\n',
      ' ',
      '- ',
      '{',
      '}',
      '[',
      '&x',
      '*x',
      ':',
      '"',
      "'",
      '|',
      '>',
      '#',
      '\u0000',
      '\t',
      '?',
      '!!js',
      '<<',
      '1',
      '~',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join('')),
        ),
        async (text) => {
          const outcome: unknown = await parseConfig(text, 'wicked-platform.yaml').catch(
            (error: unknown) => error,
          );
          expect(outcome instanceof Error ? outcome instanceof PlatformError : true).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('readConfig', () => {
  it('reads only the file at the root', async () => {
    expect((await readConfig(directoryOf({ 'sub/wicked-platform.yaml': 'zzz: 1' }))).path).toBeNull();
    expect(
      (await readConfig(directoryOf({ 'wicked-platform.yml': 'services: { a: {} }' }))).knownServices,
    ).toEqual(['a']);
  });
});

describe('nearest', () => {
  it.each([
    ['critcality', 'criticality'],
    ['dependson', 'dependsOn'],
    ['user_facing', 'userFacing'],
    ['xyz', null],
    ['', null],
  ])('%s → %s', (word, want) => {
    expect(nearest(word, ['criticality', 'dependsOn', 'userFacing'])).toBe(want);
  });
});
