import { describe, expect, it } from 'vitest';
import { kindsOf } from '../_testing/compare.ts';

describe('any two texts', () => {
  const hostile = [
    '',
    '\u0000',
    '{{{{',
    '\uFFFD\u202E',
    'a'.repeat(5_000),
    `${'('.repeat(3_000)}`,
    'é\r\nü\r\n',
    '"\\',
    'if if if else',
    '%s%s$',
  ];
  it.each([
    'x.ts',
    'x.py',
    'x.go',
    'X.java',
    'x.rb',
    'x.rs',
    'x.php',
    'x.cs',
    'x.yml',
    'x.json',
    'x.toml',
    '.env',
    'Dockerfile',
    'pom.xml',
    'm/migrations/1.sql',
  ])('are compared without a throw: %s', async (path) => {
    for (const before of hostile)
      for (const after of hostile)
        await expect(kindsOf({ name: '', path, before, after })).resolves.toBeDefined();
  });

  it('are compared even when nested deeper than any stack', async () => {
    const deep = `x = ${'('.repeat(100_000)}1${')'.repeat(100_000)};`;
    await expect(kindsOf({ name: '', path: 'x.ts', before: 'x = 1;', after: deep })).resolves.toBeDefined();
  });
});
