import { afterEach, describe, expect, it } from 'vitest';
import { removeFolder } from '../_kit/_testing/temporary-repository.ts';
import { askAbout, type Files, repositoryOf } from './_testing/code-repository.ts';

const made: string[] = [];
function repository(...revisions: Files[]) {
  const result = repositoryOf(...revisions);
  made.push(result.root);
  return result;
}
afterEach(() => {
  for (const root of made.splice(0)) removeFolder(root);
});

describe('key-history', () => {
  it('lists the revisions in which the value or its comment changed, oldest first, across a rename', async () => {
    const { root, commits } = repository(
      { 'conf.ts': 'export const c = {\n  wait: 500, // from 5000\n};\n' },
      { 'other.ts': 'x();\n' },
      { 'conf.ts': null, 'settings.ts': 'export const c = {\n  wait: 500, // from 5000\n};\n' },
      { 'settings.ts': 'export const c = {\n  wait: 500, // should be 5000\n};\n' },
      { 'settings.ts': 'export const c = {\n  wait: 700, // should be 5000\n};\n' },
    );
    const result = await askAbout(root, 'key-history', { path: 'settings.ts', key: 'wait' });
    expect(
      result?.answer.revisions.map((each) => [each.commit, each.value.number, each.claims[0]?.text]),
    ).toEqual([
      [commits[0], 500, 'from 5000'],
      [commits[3], 500, 'should be 5000'],
      [commits[4], 700, 'should be 5000'],
    ]);
    const refs = new Set(result?.evidence.map((each) => each.ref));
    for (const revision of result?.answer.revisions ?? []) expect(refs).toContain(revision.evidence);
  });

  it('is empty for a key or a file that is not there', async () => {
    const { root } = repository({ 'a.yml': 'x: 1\n' });
    expect((await askAbout(root, 'key-history', { path: 'a.yml', key: 'y' }))?.answer.revisions).toEqual([]);
    expect((await askAbout(root, 'key-history', { path: 'none.yml', key: 'y' }))?.answer.revisions).toEqual(
      [],
    );
  });
});

describe('symbol-uses', () => {
  const files = {
    'src/a.ts':
      'export function load() {\n  return process.env.QUEUE_URL;\n}\n// LEGACY_URL is not read any more\n',
    'src/b.py': 'def show(flags):\n    if flags.is_enabled("new-basket"):\n        return 1\n',
    'docs/x.md': 'LEGACY_URL',
    'deploy/app.yaml': 'env:\n  - name: LEGACY_URL\n    value: x\n',
  };

  it('tells reads, flags and settings apart and names the function', async () => {
    const { root } = repository(files);
    const result = await askAbout(root, 'symbol-uses', { names: ['QUEUE_URL', 'new-basket', 'LEGACY_URL'] });
    expect(
      result?.answer.uses.map((use) => [
        use.name,
        use.kind,
        `${use.location.path}:${use.location.line}`,
        use.function,
      ]),
    ).toEqual([
      ['LEGACY_URL', 'config-read', 'deploy/app.yaml:2', null],
      ['QUEUE_URL', 'env-read', 'src/a.ts:2', 'load'],
      ['new-basket', 'flag-check', 'src/b.py:2', 'show'],
    ]);
  });

  it('quotes the search that found nothing', async () => {
    const { root } = repository(files);
    const result = await askAbout(root, 'symbol-uses', { names: ['NOBODY_READS_ME'] });
    expect(result?.answer.uses).toEqual([]);
    expect(result?.answer.searched).toMatch(/^4 files at [0-9a-f]{7}$/);
    const search = result?.evidence.find((each) => each.ref === result.answer.evidence[0]);
    expect(search).toMatchObject({
      kind: 'search',
      locator: { kind: 'git-search', query: 'NOBODY_READS_ME', matches: 0 },
    });
  });
});

describe('revision-diff', () => {
  it('gives values with ratio and direction, hunks with scopes, and evidence for each', async () => {
    const { root, commits } = repository(
      {
        'src/c.ts':
          'export const c = {\n  waitMs: 5000,\n};\nexport function f(x: any) {\n  return x?.y;\n}\n',
        'README.md': 'a',
      },
      {
        'src/c.ts': 'export const c = {\n  waitMs: 500,\n};\nexport function f(x: any) {\n  return x.y;\n}\n',
        'README.md': 'b',
      },
    );
    const result = await askAbout(root, 'revision-diff', { from: commits[0]?.slice(0, 9), to: 'HEAD' });
    const diff = result?.answer.diff;
    expect([diff?.from, diff?.to]).toEqual(commits);
    const [readme, code] = diff?.files ?? [];
    expect(readme).toMatchObject({ path: 'README.md', category: 'docs', inert: 'docs' });
    expect(code).toMatchObject({
      path: 'src/c.ts',
      status: 'modified',
      category: 'code',
      language: 'typescript',
      inert: 'none',
    });
    expect(code?.values).toMatchObject([
      {
        key: 'waitMs',
        oldValue: { number: 5000 },
        newValue: { number: 500, unit: 'ms' },
        ratio: 0.1,
        direction: 'down',
        location: { line: 2 },
      },
    ]);
    expect(code?.features.map((feature) => feature.kind)).toEqual(['guard-removed', 'return-changed']);
    expect(code?.hunks.map((hunk) => [hunk.newStart, hunk.scopes, hunk.removed, hunk.added])).toEqual([
      [2, [], ['  waitMs: 5000,'], ['  waitMs: 500,']],
      [5, ['f'], ['  return x?.y;'], ['  return x.y;']],
    ]);
    const refs = new Set(result?.evidence.map((each) => each.ref));
    for (const each of [...(code?.values ?? []), ...(code?.features ?? []), ...(code?.hunks ?? [])])
      expect(refs).toContain(each.evidence);
  });

  it('does not call a check removed that moved to a new file', async () => {
    const check = 'export function check(x: any) {\n  if (x === null) throw new Error("x is missing");\n}\n';
    const { root, commits } = repository(
      { 'src/a.ts': `${check}export function run(x: any) {\n  check(x);\n  use(x);\n}\n` },
      {
        'src/a.ts':
          "import { check } from './rules';\nexport function run(x: any) {\n  check(x);\n  use(x);\n}\n",
        'src/rules.ts': check,
      },
    );
    const result = await askAbout(root, 'revision-diff', { from: commits[0], to: commits[1] });
    const kinds = result?.answer.diff.files.flatMap((file) => file.features.map((feature) => feature.kind));
    expect(kinds).not.toContain('guard-removed');
    expect(kinds).not.toContain('validation-tightened');
  });

  it('compares with the empty tree, keeps to the paths given, and takes renames, binary and huge files', async () => {
    const { root, commits } = repository(
      { 'svc/a.go': 'package a\n', 'svc/b.bin': new Uint8Array([0, 1, 2, 255]), 'else/c.py': 'x = 1\n' },
      {
        'svc/a.go': null,
        'svc/z.go': 'package a\n',
        'svc/big.ts': `export const x = [\n${'1,\n'.repeat(300_000)}];\n`,
        'svc/b.bin': new Uint8Array([0, 9]),
      },
    );
    const first = await askAbout(root, 'revision-diff', { from: null, to: commits[0], paths: ['svc'] });
    expect(first?.answer.diff.files.map((file) => [file.path, file.status])).toEqual([
      ['svc/a.go', 'added'],
      ['svc/b.bin', 'added'],
    ]);
    const second = await askAbout(root, 'revision-diff', { from: commits[0], to: commits[1] });
    const byPath = new Map(second?.answer.diff.files.map((file) => [file.path, file]));
    expect(byPath.get('svc/z.go')).toMatchObject({
      status: 'renamed',
      oldPath: 'svc/a.go',
      inert: 'rename-only',
    });
    expect(byPath.get('svc/big.ts')?.hunks[0]?.added).toHaveLength(40);
    expect(second?.gaps).toBe(1);
  });

  it('gives the same bytes twice', async () => {
    const { root, commits } = repository({ 'a.py': 'x = 1\n' }, { 'a.py': 'x = 2\n', 'b.yml': 'k: v\n' });
    const ask = () => askAbout(root, 'revision-diff', { from: commits[0], to: commits[1] });
    expect(JSON.stringify(await ask())).toBe(JSON.stringify(await ask()));
  });
});

describe('what is not for this connector', () => {
  it('answers null for an unknown repository or revision', async () => {
    const { root } = repository({ 'a.py': 'x = 1\n' });
    expect(await askAbout(root, 'key-history', { repo: 'elsewhere', path: 'a.py', key: 'x' })).toBeNull();
    expect(
      await askAbout(root, 'key-history', { revision: 'feedfacefeed', path: 'a.py', key: 'x' }),
    ).toBeNull();
    expect(await askAbout(root, 'revision-diff', { from: 'feedfacefeed', to: 'HEAD' })).toBeNull();
  });
});
