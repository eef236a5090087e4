import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EvidenceFile } from '../../ports/connector.ts';
import { HEAD_BYTES, openEvidenceDirectory } from './evidence-directory.ts';
import { globToRegExp } from './evidence-names.ts';
import { walk } from './walk.ts';

/** `zstd` and a line end, compressed by the zstd command. */
const ZSTD = Buffer.from('KLUv/QRYKQAAenN0ZAoE8W48', 'base64');

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'wicked-evidence-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function put(path: string, content: string | Uint8Array = 'x'): string {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
  return target;
}

function open(more: { logs?: readonly string[]; root?: string } = {}) {
  return openEvidenceDirectory({ root: more.root ?? root, base: root, logs: more.logs ?? [], repos: [] });
}

async function paths(more: { logs?: readonly string[]; root?: string } = {}): Promise<readonly string[]> {
  return (await (await open(more)).files()).map(({ path }) => path);
}

async function file(path: string): Promise<EvidenceFile> {
  const found = (await (await open()).files()).find((each) => each.path === path);
  if (found === undefined) throw new Error(`${path} was not found`);
  return found;
}

describe('openEvidenceDirectory', () => {
  it('offers what may be evidence, sorted, and leaves sources, packages and build output out', async () => {
    for (const path of [
      'error.log',
      'app.log.1',
      'logs/a.jsonl',
      'logs/b.ndjson.gz',
      'metrics/latency.csv',
      'k8s/deployment.yaml',
      'stdout',
      '.github/workflows/ci.yml',
      'services/x/config.ts',
      'package-lock.json',
      'node_modules/x/debug.log',
      'dist/build.log',
      'target/run.log',
      '.git/config',
      '.venv/pip.log',
      '.env',
      'LICENSE',
      'NOTICE.txt',
      'notices.log',
      'logs/license-server.log.1',
      'bare.git/HEAD',
      'bare.git/refs/x.log',
      'bare.git/objects/y.log',
    ])
      put(path);
    expect(await paths()).toEqual([
      '.github/workflows/ci.yml',
      'app.log.1',
      'error.log',
      'k8s/deployment.yaml',
      'logs/a.jsonl',
      'logs/b.ndjson.gz',
      'logs/license-server.log.1',
      'metrics/latency.csv',
      'notices.log',
      'stdout',
    ]);
  });

  it('follows links without going round in circles or reading a file twice', async () => {
    put('logs/a.log');
    symlinkSync('..', join(root, 'logs', 'loop'));
    symlinkSync('a.log', join(root, 'logs', 'current.log'));
    const outside = mkdtempSync(join(tmpdir(), 'wicked-outside-'));
    writeFileSync(join(outside, 'b.log'), 'x');
    symlinkSync(outside, join(root, 'linked'));
    expect(await paths()).toEqual(['linked/b.log', 'logs/a.log']);
    rmSync(outside, { recursive: true });
  });

  it('tells of a link that leads nowhere', async () => {
    symlinkSync('gone.log', join(root, 'error.log'));
    const directory = await open();
    expect(await directory.files()).toEqual([]);
    expect(await directory.gaps()).toEqual([
      expect.objectContaining({ detail: 'error.log could not be read: no such file' }),
    ]);
  });

  it('does not wait for a pipe that nobody fills', async () => {
    if (process.platform === 'win32') return;
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'pipe.log')]);
    expect(await paths()).toEqual([]);
  });

  it('stops at its bound, nearest folders first, and says so', () => {
    for (let index = 0; index < 20; index += 1) put(`deep/${index}/x.log`);
    put('near.log');
    const { files, gaps } = walk(root, 10);
    expect(files.map(({ path }) => path)).toEqual(['near.log']);
    expect(gaps.map(({ reason }) => reason)).toEqual(['truncated']);
  });

  it.each([
    { name: 'a file of any name', logs: ['main.txt'], want: ['main.txt'] },
    { name: 'a folder', logs: ['logs'], want: ['logs/a.log', 'logs/b.log'] },
    { name: 'a glob', logs: ['logs/b*'], want: ['logs/b.log'] },
    { name: 'a glob over folders', logs: ['**/*.log'], want: ['logs/a.log', 'logs/b.log'] },
    { name: 'the same file twice', logs: ['logs/a.log', 'logs/*'], want: ['logs/a.log', 'logs/b.log'] },
  ])('takes $name for a log when it was named', async ({ logs, want }) => {
    for (const path of ['main.txt', 'logs/a.log', 'logs/b.log']) put(path);
    const files = await (await open({ logs })).files();
    expect(files.filter(({ explicitLog }) => explicitLog).map(({ path }) => path)).toEqual(want);
    expect(files).toHaveLength(3);
  });

  it('names a log outside of the directory by its whole path', async () => {
    const log = put('outside/x.log');
    put('inside/y.log');
    expect(await paths({ root: join(root, 'inside'), logs: ['outside/x.log'] })).toEqual([log, 'y.log']);
  });

  it.each([
    { name: 'a log that does not exist', logs: ['nosuch.log'], why: 'no such file' },
    { name: 'a glob that matches nothing', logs: ['*.nosuch'], why: 'no file matches' },
    { name: 'a folder without a log', logs: ['empty'], why: 'the folder holds no log' },
  ])('refuses $name', async ({ logs, why }) => {
    mkdirSync(join(root, 'empty'));
    await expect(paths({ logs })).rejects.toMatchObject({ code: 'usage', why });
  });

  it.each(['nosuch', 'file.txt'])('refuses the directory %s', async (name) => {
    put('file.txt');
    await expect(open({ root: join(root, name) })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('head', () => {
  it.each([
    { name: 'UTF-8', bytes: Buffer.from('Zürich\n'), want: 'Zürich\n' },
    { name: 'UTF-8 with a mark', bytes: Buffer.from('\ufeffa\n'), want: 'a\n' },
    { name: 'UTF-16', bytes: Buffer.from('\ufeffa\n', 'utf16le'), want: 'a\n' },
    { name: 'invalid bytes', bytes: Buffer.from([0x61, 0xff, 0x62]), want: 'a\ufffdb' },
    { name: 'gzip', bytes: gzipSync('packed\n'), want: 'packed\n' },
    { name: 'zstd', bytes: ZSTD, want: 'zstd\n' },
    { name: 'half a gzip', bytes: gzipSync('packed '.repeat(4000)).subarray(0, 60), want: /^(packed )+/ },
    { name: 'nothing', bytes: Buffer.alloc(0), want: '' },
  ])('reads $name', async ({ bytes, want }) => {
    put('x.log.zst', bytes);
    const text = (await file('x.log.zst')).head();
    if (typeof want === 'string') expect(text).toBe(want);
    else expect(text).toMatch(want);
  });

  it('reads no more than its limit, also of what unpacks to a thousand times its size', async () => {
    put('bomb.log.gz', gzipSync(Buffer.alloc(50_000_000, 'a')));
    put('long.log', 'ü'.repeat(100_000));
    put('odd.log', `a${'ü'.repeat(100_000)}`);
    expect((await file('bomb.log.gz')).head()).toHaveLength(HEAD_BYTES);
    expect((await file('long.log')).head()).toHaveLength(HEAD_BYTES / 2);
    expect((await file('odd.log')).head()).toMatch(/^aü+$/);
  });

  it('is empty for a file that went away, and reads any bytes', async () => {
    const path = put('x.log');
    const gone = await file('x.log');
    rmSync(path);
    expect(gone.head()).toBe('');
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array(),
        fc.constantFrom([], [0x1f, 0x8b, 8, 0], [0x28, 0xb5, 0x2f, 0xfd]),
        async (bytes, start) => {
          put('any.log.zst', Buffer.from([...start, ...bytes]));
          expect(typeof (await file('any.log.zst')).head()).toBe('string');
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('readText', () => {
  it.each([
    { name: 'a packed file', bytes: gzipSync('packed\n'), want: 'packed\n' },
    { name: 'a plain file', bytes: Buffer.from('a\r\nb'), want: 'a\r\nb' },
    { name: 'zstd', bytes: ZSTD, want: 'zstd\n' },
  ])('reads $name whole', async ({ bytes, want }) => {
    put('x.log', bytes);
    expect(await (await open()).readText(await file('x.log'), 1000)).toBe(want);
  });

  it.each([
    { name: 'a large file', bytes: Buffer.alloc(2000, 'a'), code: 'malformed' },
    { name: 'a file that unpacks to more', bytes: gzipSync(Buffer.alloc(100_000, 'a')), code: 'malformed' },
    { name: 'a broken gzip', bytes: gzipSync('packed').subarray(0, 15), code: 'malformed' },
    { name: 'a broken zstd', bytes: ZSTD.subarray(0, 10), code: 'malformed' },
    {
      name: 'a corrupt zstd',
      bytes: Buffer.concat([ZSTD.subarray(0, 4), Buffer.alloc(24, 0xff)]),
      code: 'malformed',
    },
  ])('refuses $name', async ({ bytes, code }) => {
    put('x.log', bytes);
    await expect((await open()).readText(await file('x.log'), 1000)).rejects.toMatchObject({
      name: 'ConnectorError',
      code,
    });
  });

  it('says why a file cannot be read', async () => {
    const path = put('x.log');
    const gone = await file('x.log');
    rmSync(path);
    await expect((await open()).readText(gone, 10)).rejects.toMatchObject({
      code: 'unreadable',
      why: 'no such file',
    });
  });
});

describe('globToRegExp', () => {
  it.each([
    ['/a/*.log', '/a/b.log', true],
    ['/a/*.log', '/a/b/c.log', false],
    ['/a/**/*.log', '/a/b/c/d.log', true],
    ['/a/**/*.log', '/a/d.log', true],
    ['/a/{x,y}.log', '/a/y.log', true],
    ['/a/x?.log', '/a/x1.log', true],
    ['/a+(b)/*', '/a+(b)/c', true],
  ])('%s matches %s: %s', (glob, path, want) => {
    expect(globToRegExp(glob).test(path)).toBe(want);
  });
});
