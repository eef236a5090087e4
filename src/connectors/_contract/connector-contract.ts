/** The suite that every connector passes; what a connector brings to it is its folder's `fixtures/` (README.md here). */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConnectorError } from '../../domain/error.ts';
import type { Contribution } from '../../domain/snapshot.ts';
import { epochMs } from '../../domain/time.ts';
import type { CollectRequest, Connector } from '../../ports/connector.ts';
import { contextFor, fileWithHead } from '../_kit/_testing/connector-run.ts';
import {
  createRepository,
  removeFolder,
  temporaryFolder,
  writeFiles,
} from '../_kit/_testing/temporary-repository.ts';
import { damaged, HOSTILE_TEXTS, INVALID_UTF8, noise } from './hostile.ts';
import { brokenInvariants, observedAfter, rangeOfTimes } from './invariants.ts';

export interface ContractSubject {
  /** Name of the folder. */
  readonly name: string;
  readonly folder: string;
  readonly connector: Connector;
}

type Content = Readonly<Record<string, string | Uint8Array>>;

const EXTENSIONS = ['json', 'jsonl', 'csv', 'yaml', 'yml', 'log', 'txt', 'prom', 'gz'];
/** More than any connector needs for a few files; a hang is told from work. */
const PATIENCE_MS = 10_000;

/** Files below `fixtures/` by relative path; entries whose name begins with `_` are left out. */
export function fixturesOf(folder: string): Content {
  const root = join(folder, 'fixtures');
  const found: Record<string, Uint8Array> = {};
  const visit = (path: string) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.name.startsWith('_')) continue;
      const child = join(path, entry.name);
      if (entry.isDirectory()) visit(child);
      else found[relative(root, child).split(sep).join('/')] = readFileSync(child);
    }
  };
  if (existsSync(root)) visit(root);
  return found;
}

/** Everything below a folder as one hash: paths, sizes and bytes, `.git` included. */
function fingerprint(root: string): string {
  const hash = createHash('sha256');
  const visit = (path: string) => {
    for (const name of readdirSync(path).sort()) {
      const child = join(path, name);
      hash.update(`${relative(root, child)}\0`);
      if (statSync(child).isDirectory()) visit(child);
      else hash.update(readFileSync(child));
    }
  };
  visit(root);
  return hash.digest('hex');
}

let folder = '';
let count = 0;

/** A new evidence directory that is a repository of two commits and holds the files untracked. */
function evidenceDirectory(content: Content): string {
  count += 1;
  const root = join(folder, String(count));
  cpSync(template(), root, { recursive: true });
  writeFiles(root, content);
  return root;
}

/** Built once a connector and copied: a repository costs ten processes. */
function template(): string {
  const root = join(folder, 'template');
  if (existsSync(root)) return root;
  const repository = createRepository(root);
  const first = 'export const config = { waitMs: 500 };\n';
  repository.commit({ message: 'feat: one', at: '2024-03-01T09:00:00Z', files: { 'cart/config.ts': first } });
  const second = first.replace('500', '5000');
  repository.commit({ message: 'fix: two', at: '2024-03-01T09:30:00Z', files: { 'cart/config.ts': second } });
  repository.git('tag', 'cart/v1.0.0');
  return root;
}

/** Gives the connector every file of the content, whether it recognises it or not. */
async function collect(
  connector: Connector,
  root: string,
  content: Content,
  options: { readonly asOf?: number; readonly signal?: AbortSignal } = {},
): Promise<Contribution> {
  const context = await contextFor(root, options.signal === undefined ? {} : { signal: options.signal });
  const files = (await context.directory.files()).filter(({ path }) => content[path] !== undefined);
  const request: CollectRequest = {
    files,
    asOf: options.asOf === undefined ? null : epochMs(options.asOf),
    since: null,
    until: null,
    zone: null,
    knownServices: [],
    config: null,
  };
  return connector.collect(request, context);
}

function identity({ name, folder: path, connector }: ContractSubject): void {
  test('is named after its folder, says what it is in one line and has a README', () => {
    expect(connector.id).toBe(name);
    expect(connector.summary).toMatch(/^\S[^\n]{10,160}$/);
    expect(existsSync(join(path, 'README.md'))).toBe(true);
  });

  test('answers probes if and only if it declares some', () => {
    expect(connector.answer !== undefined).toBe(connector.probes.length > 0);
  });
}

function recognition({ connector }: ContractSubject, fixtures: Content, others: readonly Connector[]): void {
  test('any head gives a number from 0 to 1', () => {
    for (const text of Object.values(HOSTILE_TEXTS)) {
      for (const extension of EXTENSIONS) {
        const sure = connector.recognise(fileWithHead(`some/file.${extension}`, text));
        expect(sure).toBeGreaterThanOrEqual(0);
        expect(sure).toBeLessThanOrEqual(1);
      }
    }
  });

  test('noise is not its kind of evidence; under a telling name it is at most a fallback that reports it', () => {
    const text = new TextDecoder().decode(noise(4_096, 3));
    expect(connector.recognise(fileWithHead('x.bin', text))).toBe(0);
    for (const extension of EXTENSIONS)
      expect(connector.recognise(fileWithHead(`x.${extension}`, text)), extension).toBeLessThan(0.5);
  });

  const paths = Object.keys(fixtures);
  if (paths.length === 0) return;
  test('its fixtures are recognised, and by no other connector as surely', async () => {
    const context = await contextFor(evidenceDirectory(fixtures));
    const files = (await context.directory.files()).filter(({ path }) => fixtures[path] !== undefined);
    expect(files.map(({ path }) => path)).toEqual([...paths].sort());
    for (const file of files) {
      const sure = connector.recognise(file);
      expect(sure, file.path).toBeGreaterThanOrEqual(0.5);
      for (const other of others)
        expect(other.recognise(file), `${other.id} on ${file.path}`).toBeLessThan(sure);
    }
  });
}

function collecting({ connector }: ContractSubject, fixtures: Content): void {
  test('no file at all is no failure', async () => {
    const result = await collect(connector, evidenceDirectory({}), {});
    expect(brokenInvariants(result, connector.id)).toEqual([]);
  });

  test('its fixtures give sound evidence, twice the same, and stay as they are', async () => {
    const root = evidenceDirectory(fixtures);
    const before = fingerprint(root);
    const first = await collect(connector, root, fixtures);
    expect(brokenInvariants(first, connector.id)).toEqual([]);
    expect(JSON.stringify(await collect(connector, root, fixtures))).toBe(JSON.stringify(first));
    expect(fingerprint(root)).toBe(before);
    if (Object.keys(fixtures).length > 0) expect(first.coverage.length).toBeGreaterThan(0);
  });

  test('nothing was observed after asOf', async () => {
    const root = evidenceDirectory(fixtures);
    const range = rangeOfTimes(await collect(connector, root, fixtures));
    for (const share of range === null ? [] : [-0.01, 0.25, 0.5, 0.75]) {
      const asOf = Math.round((range?.from ?? 0) + share * ((range?.to ?? 0) - (range?.from ?? 0)));
      const cut = await collect(connector, root, fixtures, { asOf });
      expect(observedAfter(cut, epochMs(asOf)), `asOf ${new Date(asOf).toISOString()}`).toEqual([]);
      expect(brokenInvariants(cut, connector.id)).toEqual([]);
    }
  });

  test('an aborted run ends at once', async () => {
    const root = evidenceDirectory(fixtures);
    const outcome = await Promise.race([
      collect(connector, root, fixtures, { signal: AbortSignal.abort() }).catch((error: unknown) => error),
      new Promise((resolve) => setTimeout(() => resolve('hangs'), PATIENCE_MS).unref()),
    ]);
    expect(outcome).not.toBe('hangs');
    if (outcome instanceof ConnectorError) expect(['interrupted', 'timed-out']).toContain(outcome.code);
    else expect(outcome).not.toBeInstanceOf(Error);
  });
}

function hostility({ connector }: ContractSubject, fixtures: Content): void {
  const names = Object.keys(fixtures);
  const extensions = new Set(names.map((name) => name.split('.').at(-1) ?? 'txt'));
  if (extensions.size === 0) extensions.add('txt');

  test.each([...extensions])(
    'hostile .%s files give a contribution, and what was unusable is told',
    async (extension) => {
      const content: Record<string, string | Uint8Array> = {};
      for (const [index, text] of Object.values(HOSTILE_TEXTS).entries())
        content[`${index}.${extension}`] = text;
      content[`utf8.${extension}`] = INVALID_UTF8;
      content[`noise.${extension}`] = noise(20_000, 11);
      const result = await collect(connector, evidenceDirectory(content), content);
      expect(brokenInvariants(result, connector.id)).toEqual([]);
      const told = result.gaps.length > 0 || result.coverage.some(({ rejected }) => rejected > 0);
      if (names.length > 0) expect(told).toBe(true);
    },
  );

  if (names.length === 0) return;
  test('damaged copies of its fixtures give a contribution', async () => {
    const content: Record<string, Uint8Array> = {};
    for (const [name, bytes] of Object.entries(fixtures)) {
      for (const [index, copy] of Object.values(damaged(Buffer.from(bytes))).entries())
        content[
          join(dirname(name), `${index}-${name.split('/').at(-1) ?? ''}`)
            .split(sep)
            .join('/')
        ] = copy;
    }
    const result = await collect(connector, evidenceDirectory(content), content);
    expect(brokenInvariants(result, connector.id)).toEqual([]);
  });
}

/** Registers the tests of one connector; `others` are all the other connectors. */
export function connectorContract(subject: ContractSubject, others: readonly Connector[]): void {
  const fixtures = fixturesOf(subject.folder);
  describe(subject.name, () => {
    beforeAll(() => {
      folder = temporaryFolder();
    });
    afterAll(() => removeFolder(folder));
    identity(subject);
    recognition(subject, fixtures, others);
    collecting(subject, fixtures);
    hostility(subject, fixtures);
  });
}
