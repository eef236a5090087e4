/** The scripts behind `npm test` and `npm run gen`: what they count and what they add, on made-up input. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { countTests } from '../scripts/check.mjs';
import { completeLock } from '../scripts/lock.mjs';

describe('the closing line counts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wicked-house-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  type File = { readonly status: string; readonly tests: readonly string[] };
  const table: readonly {
    readonly name: string;
    readonly files: readonly File[] | null;
    readonly code: number;
    readonly want: readonly [passed: number, failed: number, skipped: number];
  }[] = [
    {
      name: 'each test once',
      files: [{ status: 'failed', tests: ['passed', 'passed', 'failed'] }],
      code: 1,
      want: [2, 1, 0],
    },
    {
      name: 'a skipped and a planned test as skipped',
      files: [{ status: 'passed', tests: ['passed', 'skipped', 'todo'] }],
      code: 0,
      want: [1, 0, 2],
    },
    {
      name: 'a file that could not be loaded as one failure',
      files: [
        { status: 'passed', tests: ['passed'] },
        { status: 'failed', tests: [] },
      ],
      code: 1,
      want: [1, 1, 0],
    },
    {
      name: 'an error outside of any test as one failure',
      files: [{ status: 'passed', tests: ['passed'] }],
      code: 1,
      want: [1, 1, 0],
    },
    { name: 'a run without tests as one failure', files: [], code: 0, want: [0, 1, 0] },
    { name: 'a crash before the report as one failure', files: null, code: 1, want: [0, 1, 0] },
  ];

  it.each(table)('$name', ({ name, files, code, want: [passed, failed, skipped] }) => {
    const report = join(folder, `${name}.json`);
    if (files !== null) {
      const testResults = files.map(({ status, tests }) => ({
        status,
        assertionResults: tests.map((test, index) => ({ status: test, fullName: `${test} ${index}` })),
      }));
      writeFileSync(report, JSON.stringify({ testResults }));
    }
    expect(countTests(report, code)).toMatchObject({ passed, failed, skipped });
  });
});

describe('package-lock.json', () => {
  const lock = (packages: Readonly<Record<string, object>>) =>
    `${JSON.stringify({ lockfileVersion: 3, packages }, null, 2)}\n`;
  const parent = {
    version: '1.0.0',
    dev: true,
    optionalDependencies: { '@tool/cli-linux-x64-musl': '1.0.0' },
  };

  it('gets the binaries of systems that npm left out', () => {
    const completed = JSON.parse(completeLock(lock({ '': {}, 'node_modules/@tool/cli': parent })));
    expect(completed.packages['node_modules/@tool/cli-linux-x64-musl']).toEqual({
      version: '1.0.0',
      cpu: ['x64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
  });

  it.each([
    'node_modules/@tool/cli-linux-x64-musl',
    'node_modules/@tool/cli/node_modules/@tool/cli-linux-x64-musl',
  ])('stays as it is where they are there, at %s', (path) => {
    const text = lock({ '': {}, 'node_modules/@tool/cli': parent, [path]: { version: '1.0.0' } });
    expect(completeLock(text)).toBe(text);
  });
});
