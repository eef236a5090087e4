import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, isSecretName } from './redaction.ts';

const redact = createRedactor([]);
/** Put together at run time, so that no scanner takes a test for a leak. */
const joined = (...parts: readonly string[]) => parts.join('');

describe('createRedactor', () => {
  it.each([
    {
      name: 'a bearer token',
      text: 'Authorization: Bearer abc123.def-456',
      want: 'Authorization: Bearer [redacted token]',
    },
    {
      name: 'no folder in which a command was given',
      text: 'ada : TTY=pts/0 ; PWD=/etc/nginx ; USER=root ; COMMAND=/usr/bin/vi a.conf',
      want: 'ada : TTY=pts/0 ; PWD=/etc/nginx ; USER=root ; COMMAND=/usr/bin/vi a.conf',
    },
    {
      name: 'basic credentials',
      text: 'authorization=Basic dXNlcjpwYXNz',
      want: 'authorization=Basic [redacted token]',
    },
    {
      name: 'a JSON web token',
      text: `token is ${joined('eyJhbGciOiJIUzI1NiJ9', '.eyJzdWIiOiIxMjM0In0', '.abcDEF123')} here`,
      want: 'token is [redacted token] here',
    },
    { name: 'an AWS key', text: `key ${joined('AKIA', 'IOSFODNN7EXAMPLE')}`, want: 'key [redacted AWS key]' },
    { name: 'a GCP key', text: joined('AIza', 'a'.repeat(35)), want: '[redacted GCP key]' },
    {
      name: 'a Stripe key',
      text: `charge with ${joined('sk_live_', 'a1b2c3d4e5f6')}`,
      want: 'charge with [redacted Stripe key]',
    },
    { name: 'a GitHub token', text: joined('ghp_', 'a'.repeat(36)), want: '[redacted access token]' },
    { name: 'a Slack token', text: joined('xoxb-', '123456789012-abcdef'), want: '[redacted Slack token]' },
    {
      name: 'a password in a URL',
      text: 'postgres://app:s3cr3t@db:5432/shop',
      want: 'postgres://app:[redacted password]@db:5432/shop',
    },
    {
      name: 'a password in a query',
      text: 'GET /login?user=jo&password=s3cr3t&x=1',
      want: 'GET /login?user=jo&password=[redacted secret]&x=1',
    },
    {
      name: 'a password in JSON',
      text: '{"dbPassword":"s3cr3t","port":5432}',
      want: '{"dbPassword":[redacted secret],"port":5432}',
    },
    {
      name: 'an environment variable',
      text: 'DB_PASSWORD=s3cr3t node app',
      want: 'DB_PASSWORD=[redacted secret] node app',
    },
    { name: 'an API key in YAML', text: 'api_key: 9f8e7d6c5b', want: 'api_key: [redacted secret]' },
    { name: 'a cookie', text: 'Set-Cookie: sid=abc123; Path=/', want: 'Set-Cookie: [redacted cookie]' },
    {
      name: 'a private key, also a cut one',
      text: `${joined('-----BEGIN RSA ', 'PRIVATE KEY-----')}\nMIIE\nabc`,
      want: '[redacted private key]',
    },
    {
      name: 'a card number',
      text: 'card 4242 4242 4242 4242 declined',
      want: 'card [redacted card number] declined',
    },
    {
      name: 'an e-mail address',
      text: 'mail to jo.doe+x@shop.example failed',
      want: 'mail to [redacted e-mail] failed',
    },
  ])('takes out $name', ({ text, want }) => {
    expect(redact(text)).toBe(want);
  });

  it.each([
    'Payment timeout for order ORD-1001',
    'order 4242424242424241 failed',
    'trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7',
    'commit 5f3c1e9b2a7d4c6e8f0a1b2c3d4e5f6071829304',
    'request 1705328595123456789 took 812 ms',
    'id 550e8400-e29b-41d4-a716-446655440000',
    '192.168.17.14:5432 refused',
    'tokenTimeout: 5000,',
    'maxTokens=4096',
    'invalid token: signature mismatch',
    'token expired: renew it',
    'password: process.env.DB_PASSWORD,',
    'const secret = config.stripe.secret;',
    'apiKey: getApiKey()',
    'passwordPolicy: strict',
    'git@github.com:shop/checkout.git',
    'import x from "@shop/gateway"',
    'basic auth is required',
    'High timeout rate from checkout-api',
    'session cache miss: 42',
    'keyspace: shop_prod_2',
  ])('keeps %j', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('replaces what the team names, and refuses a pattern that is none', () => {
    expect(createRedactor(['CUST-\\d+'])('for CUST-77')).toBe('for [redacted by policy]');
    expect(() => createRedactor(['('])).toThrow(expect.objectContaining({ code: 'config' }));
  });

  it('is pure and settles: what was redacted stays as it is', () => {
    const words = fc.array(
      fc.constantFrom(
        'password',
        '=',
        ':',
        ' ',
        'Bearer',
        'a1b2c3d4e5',
        '4242424242424242',
        '"',
        '@',
        'x.example',
        '://',
        'key',
        '\n',
        'é',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          words.map((parts) => parts.join('')),
        ),
        (text) => {
          const once = redact(text);
          expect(redact(text)).toBe(once);
          expect(redact(once)).toBe(once);
        },
      ),
    );
  });

  it('takes time in proportion to the text', () => {
    for (const bit of ['a', 'password=', '4 ', '@a.', 'eyJ', 'a:', '://a:', '-----BEGIN ', '1-']) {
      const startedMs = performance.now();
      redact(bit.repeat(Math.ceil(20_000 / bit.length)));
      expect(performance.now() - startedMs).toBeLessThan(1000);
    }
  });
});

describe('isSecretName', () => {
  it.each([
    ['password', true],
    ['DB_PASSWORD', true],
    ['stripe.apiKey', true],
    ['client-secret', true],
    ['tokenTimeout', false],
    ['paymentTimeout', false],
    ['maxTokens', false],
    ['monkey', false],
    ['location.proxy_pass', false],
    ['proxy_password', true],
  ])('%s: %s', (name, want) => {
    expect(isSecretName(name)).toBe(want);
  });
});
