import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'tsdown';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeIncidentStore, noted, opened } from '../_contract/incident-store.ts';
import { isSafeVersion, loadSqlite } from './database.ts';
import { openSqliteStore } from './index.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const BUILT = join(ROOT, 'node_modules', '.cache', 'wicked-platform', `store-test-${process.pid}`);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wicked-store-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describeIncidentStore('the SQLite store', () => openSqliteStore({ folder: join(folder, 'deep', 'store') }));

describe('the SQLite store on disk', () => {
  it('finds everything again after it was closed', async () => {
    const first = await openSqliteStore({ folder });
    await first.open([opened(), noted('x')]);
    await first.close();
    const second = await openSqliteStore({ folder });
    expect(await second.events('INC-1')).toHaveLength(2);
    expect((await second.open([opened()]))[0]?.incidentId).toBe('INC-2');
    await second.close();
  });

  it('lets nobody change or delete an event', async () => {
    await (await openSqliteStore({ folder })).open([opened()]);
    const database = (await loadSqlite())(join(folder, 'incidents.db'));
    expect(() => database.exec("UPDATE event SET actor = 'x'")).toThrow('only appended');
    expect(() => database.exec('DELETE FROM event')).toThrow('only appended');
    database.close();
  });

  it('waits for another process, then says that it is locked', async () => {
    const store = await openSqliteStore({ folder, busyTimeoutMs: 50 });
    await store.open([opened()]);
    const other = (await loadSqlite())(join(folder, 'incidents.db'));
    other.exec('BEGIN IMMEDIATE');
    await expect(store.append('INC-1', [noted('x')])).rejects.toMatchObject({
      code: 'store',
      why: expect.stringMatching(/locked/),
    });
    other.exec('ROLLBACK');
    other.close();
    await store.append('INC-1', [noted('x')]);
    await store.close();
  });

  it.each([
    {
      name: 'a text file',
      content: 'hello, this is no database at all, but a text of some length\n'.repeat(40),
      why: /no SQLite database/,
    },
    { name: 'half a database', content: null, why: /damaged|no SQLite database/ },
  ])('refuses $name and leaves it as it is', async ({ content, why }) => {
    const path = join(folder, 'incidents.db');
    if (content === null) await damage(path);
    else writeFileSync(path, content);
    const before = readFileSync(path);
    const use = async () => {
      const store = await openSqliteStore({ folder });
      try {
        await store.list(null);
        await store.events('INC-1');
      } finally {
        await store.close();
      }
    };
    await expect(use()).rejects.toMatchObject({
      code: 'store',
      why: expect.stringMatching(why),
      nextStep: expect.stringContaining('--store'),
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it.each([
    { name: 'of another program', sql: 'CREATE TABLE x (a)', why: /another program/ },
    {
      name: 'of a newer version',
      sql: 'PRAGMA application_id = 1464553548; PRAGMA user_version = 99',
      why: /newer version/,
    },
  ])('refuses the database $name', async ({ sql, why }) => {
    const database = (await loadSqlite())(join(folder, 'incidents.db'));
    database.exec(sql);
    database.close();
    await expect(openSqliteStore({ folder })).rejects.toMatchObject({
      code: 'store',
      why: expect.stringMatching(why),
    });
  });

  it('says that the folder cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(openSqliteStore({ folder: join(folder, 'file', 'store') })).rejects.toMatchObject({
      code: 'store',
      why: expect.stringMatching(/cannot be made/),
    });
  });

  it('says that a store is read-only', async () => {
    if (process.getuid?.() === 0 || process.platform === 'win32') return;
    await (await openSqliteStore({ folder })).close();
    chmodSync(join(folder, 'incidents.db'), 0o444);
    chmodSync(folder, 0o555);
    const use = async () => {
      const store = await openSqliteStore({ folder });
      await store.open([opened()]).finally(() => store.close());
    };
    await expect(use()).rejects.toMatchObject({ code: 'store' });
    chmodSync(folder, 0o755);
  });

  it('says that a place is a folder and not a file', async () => {
    mkdirSync(join(folder, 'incidents.db'));
    await expect(openSqliteStore({ folder })).rejects.toMatchObject({
      code: 'store',
      why: expect.stringMatching(/cannot be opened/),
    });
  });
});

/** A database whose pages in the middle are noise. */
async function damage(path: string): Promise<void> {
  const store = await openSqliteStore({ folder: join(path, '..') });
  await store.open([
    opened(),
    ...Array.from({ length: 50 }, (_each, index) => noted('y'.repeat(3000) + index)),
  ]);
  await store.close();
  const database = (await loadSqlite())(path);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  const bytes = readFileSync(path);
  bytes.fill(0x5a, 1024, bytes.length);
  writeFileSync(path, bytes);
}

describe('the SQLite store under several processes', () => {
  beforeAll(async () => {
    await build({
      config: false,
      cwd: ROOT,
      entry: { store: 'src/store/sqlite/index.ts' },
      outDir: BUILT,
      format: 'esm',
      platform: 'node',
      dts: false,
      report: false,
      logLevel: 'error',
      deps: { skipNodeModulesBundle: true },
    });
    writeFileSync(join(BUILT, 'writer.mjs'), WRITER);
  });
  afterAll(() => {
    rmSync(BUILT, { recursive: true, force: true });
  });

  function writer(
    name: string,
    count: number,
  ): { child: ChildProcess; acknowledged: string[]; ended: Promise<number | null> } {
    const child = spawn(process.execPath, [join(BUILT, 'writer.mjs'), folder, name, String(count)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const acknowledged: string[] = [];
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      acknowledged.push(...lines);
    });
    return { child, acknowledged, ended: new Promise((resolve) => child.on('close', resolve)) };
  }

  async function stored(): Promise<{ sequences: readonly number[]; texts: ReadonlySet<string> }> {
    const store = await openSqliteStore({ folder });
    const events = await store.events('INC-1');
    await store.close();
    const texts = events.flatMap(({ body }) => (body.type === 'noted' ? [body.text] : []));
    return { sequences: events.map(({ sequence }) => sequence), texts: new Set(texts) };
  }

  async function openIncident(): Promise<void> {
    const store = await openSqliteStore({ folder });
    await store.open([opened()]);
    await store.close();
  }

  it('holds all 600 events of three writers, without a gap', async () => {
    await openIncident();
    const writers = ['a', 'b', 'c'].map((name) => writer(name, 200));
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    const { sequences, texts } = await stored();
    expect(sequences).toEqual(Array.from({ length: 601 }, (_each, index) => index + 1));
    expect(texts.size).toBe(600);
  });

  it('loses nothing that was acknowledged when a writer is killed', async () => {
    await openIncident();
    const { child, acknowledged, ended } = writer('k', 100_000);
    await expect.poll(() => acknowledged.length, { interval: 5, timeout: 15_000 }).toBeGreaterThan(30);
    child.kill('SIGKILL');
    await ended;
    const { sequences, texts } = await stored();
    expect(acknowledged.filter((text) => !texts.has(text))).toEqual([]);
    expect(sequences).toEqual(Array.from({ length: sequences.length }, (_each, index) => index + 1));
    const after = await openSqliteStore({ folder });
    await after.append('INC-1', [noted('after')]);
    await after.close();
  });
});

const WRITER = `
import { openSqliteStore } from ${JSON.stringify(pathToFileURL(join(BUILT, 'store.mjs')).href)};
const [folder, name, count] = process.argv.slice(2);
const store = await openSqliteStore({ folder, busyTimeoutMs: 20000 });
for (let index = 0; index < Number(count); index += 1) {
  const text = name + '-' + index;
  await store.append('INC-1', [{ at: index, actor: name, body: { type: 'noted', text } }]);
  process.stdout.write(text + '\\n');
}
await store.close();
`;

describe('isSafeVersion', () => {
  it.each([
    ['3.51.3', true],
    ['3.51.2', false],
    ['3.53.0', true],
    ['4.0.0', true],
    ['3.9.9', false],
    [undefined, false],
    ['x', false],
  ])('%s: %s', (version, want) => {
    expect(isSafeVersion(version)).toBe(want);
  });
});
