/** The experiments' rewritings of a case: what changes with them, and what must not. On a repository made here. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Truth } from '../../evals/score.mjs';
import { copyFolder, untrackedIn } from '../../evals/variants/folder.mjs';
import { exportHistory, git, parseStream, serialiseStream } from '../../evals/variants/history.mjs';
import { moreInnocents } from '../../evals/variants/innocents.mjs';
import { inOtherZone, otherZone } from '../../evals/variants/other-zone.mjs';
import { renamedCase, renamer } from '../../evals/variants/rename.mjs';
import {
  blankSubjects,
  type KnownCase,
  onlyLogsAndGit,
  thinnedLogs,
  withoutMetrics,
  withoutTracesAndCatalog,
} from '../../evals/variants/take-away.mjs';

const ROOT = mkdtempSync(join(tmpdir(), 'wicked-variants-'));
const ORIGINAL = join(ROOT, 'original');
const SOURCE = 'services/berth-desk/berthDesk.ts';
const NEIGHBOUR = 'services/crew-list/crewList.ts';
const FAILED = '2024-03-01T10:00:00Z ERROR berth-desk berthTimeout in BerthDesk.reserve';

function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(ORIGINAL, path)), { recursive: true });
  writeFileSync(join(ORIGINAL, path), content);
}

function commit(message: string, at: string): string {
  const person = `Ada <ada@example.com> ${Date.parse(at) / 1000} +0000`;
  git(ORIGINAL, ['add', SOURCE, NEIGHBOUR, 'docker-compose.yml']);
  const tree = git(ORIGINAL, ['write-tree']).toString().trim();
  const parent = git(ORIGINAL, ['for-each-ref', '--format=%(objectname)', 'refs/heads/main'])
    .toString()
    .trim();
  const head = `tree ${tree}\n${parent === '' ? '' : `parent ${parent}\n`}author ${person}\ncommitter ${person}\n\n`;
  const body = Buffer.from(`${head}${message}\n`);
  const oid = git(ORIGINAL, ['hash-object', '-t', 'commit', '-w', '--stdin'], body).toString().trim();
  git(ORIGINAL, ['update-ref', 'refs/heads/main', oid]);
  return oid;
}

function buildOriginal(): readonly string[] {
  mkdirSync(ORIGINAL, { recursive: true });
  git(ORIGINAL, ['init', '--quiet', '--template=', '--initial-branch=main']);
  put(SOURCE, 'export const berthTimeoutMs = 5000;\n');
  put(NEIGHBOUR, 'export const crew = 1;\n');
  put('docker-compose.yml', 'services: {}\n');
  const first = commit('berth-desk: begin', '2024-02-01T09:00:00Z');
  put(SOURCE, 'export const berthTimeoutMs = 500;\n');
  const guilty = commit(`berth-desk: shorter\n\nAfter ${first.slice(0, 10)}.`, '2024-03-01T08:00:00Z');
  put(NEIGHBOUR, 'export const crew = 2;\n');
  const last = commit('crew-list: more', '2024-03-01T11:00:00Z');
  put(
    'deployments.json',
    JSON.stringify([{ service: 'berth-desk', commit: guilty, at: '2024-03-01T09:50:00Z' }]),
  );
  put('metrics/p99.csv', 'time,value\n');
  put('traces/spans.json', '{}');
  put('logs/berth-desk.log.gz', gzipSync(`${`${FAILED}\n    at reserve (berthDesk.ts:3)\n`.repeat(200)}`));
  put(
    'logs/deploy.log',
    '2024-03-01T09:50:00Z INFO berth-desk Deployment berth-desk-v2.0.0 started\n'.repeat(30),
  );
  return [first, guilty, last];
}

const [FIRST = '', GUILTY = ''] = buildOriginal();
const TRUTH: Truth = {
  family: 'made-up',
  onset: '2024-03-01T10:00:00Z',
  onsetToleranceSec: 60,
  status: 'ONGOING',
  severity: { acceptable: ['SEV1'] },
  cause: {
    kind: 'change',
    acceptableKinds: ['change'],
    service: 'berth-desk',
    aliases: ['berth-desk'],
    change: {
      type: 'deployment',
      flag: '',
      version: 'v2.0.0',
      commit: GUILTY,
      deploymentCommit: GUILTY,
      commitsInDeployment: [GUILTY],
      deploymentId: '',
    },
  },
  decision: { expected: 'ROLLBACK', acceptable: ['ROLLBACK'] },
  affectedServices: { direct: ['berth-desk'], cascade: [] },
  commandMustMatch: ['undo deployment/berth\\-desk\\b'],
};

afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

describe('a variant', () => {
  let copies = 0;
  let dir = '';
  let one: KnownCase;
  beforeEach(() => {
    dir = join(ROOT, `copy-${copies++}`);
    copyFolder(ORIGINAL, dir);
    one = { id: 'made-up', dir, symptom: 'no berths', now: '2024-03-01T10:30:00Z', truth: TRUTH };
  });
  const read = (path: string) => readFileSync(join(dir, path), 'utf8');
  const log = (format: string) =>
    git(dir, ['log', `--format=${format}`])
      .toString()
      .trim()
      .split('\n');
  const status = () => git(dir, ['status', '--porcelain', '--untracked-files=no']).toString();
  const exists = (oid: string | undefined) => log('%H').includes(oid ?? '');

  it('without metrics keeps the rest, and is none where there are no metrics', () => {
    expect(withoutMetrics(one)).toBe(one);
    expect(untrackedIn(dir)).toEqual([
      'deployments.json',
      'logs/berth-desk.log.gz',
      'logs/deploy.log',
      'traces/spans.json',
    ]);
    expect(withoutMetrics(one)).toBeNull();
  });

  it('without traces and catalog has no catalog in its history either', () => {
    const varied = withoutTracesAndCatalog(one);
    expect(git(dir, ['log', '--all', '--name-only', '--format=']).toString()).not.toContain('compose');
    expect(untrackedIn(dir)).not.toContain('traces/spans.json');
    expect(status()).toBe('');
    expect(varied?.truth.cause.change?.commit).not.toBe(GUILTY);
    expect(exists(varied?.truth.cause.change?.commit)).toBe(true);
    expect(read('deployments.json')).toContain(varied?.truth.cause.change?.commit);
  });

  it('of only logs and git has nothing else', () => {
    onlyLogsAndGit(one);
    expect(untrackedIn(dir)).toEqual(['logs/berth-desk.log.gz', 'logs/deploy.log']);
  });

  it('with a fifth of the log lines keeps whole records and all deployments', () => {
    thinnedLogs(one);
    const lines = gunzipSync(readFileSync(join(dir, 'logs/berth-desk.log.gz')))
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines.length).toBeGreaterThan(40);
    expect(lines.length).toBeLessThan(140);
    expect(lines.filter((line) => line === FAILED)).toHaveLength(lines.length / 2);
    expect(read('logs/deploy.log').trimEnd().split('\n')).toHaveLength(30);
  });

  it('with blank subjects keeps authors, times and files', () => {
    const before = log('%an %aI %T');
    const varied = blankSubjects(one);
    expect(log('%s')).toEqual(['update', 'update', 'update']);
    expect(log('%an %aI %T')).toEqual(before);
    expect(exists(varied?.truth.cause.change?.commit)).toBe(true);
  });

  it('in another zone keeps every instant', () => {
    const before = log('%at');
    otherZone(one);
    expect(log('%at')).toEqual(before);
    expect(log('%aI')[0]).toBe('2024-03-01T16:30:00+05:30');
    expect(read('deployments.json')).toContain('2024-03-01T15:20:00+05:30');
  });

  it('in other words has no old name anywhere, and the same shape', () => {
    const varied = renamedCase(one);
    const service = varied?.truth.cause.service ?? '';
    const everything = [
      ...untrackedIn(dir),
      read('deployments.json'),
      log('%B').join(),
      serialiseStream(exportHistory(dir)).toString(),
    ].join();
    expect(everything).not.toMatch(/berth|crew/i);
    expect(everything).toContain(`services/${service}/`);
    expect(varied?.symptom).toBe(`no ${service.split('-')[0]}s`);
    expect(varied?.truth.commandMustMatch).toEqual([`undo deployment/${service}\\b`]);
    expect(exists(varied?.truth.cause.change?.commit)).toBe(true);
    expect(status()).toBe('');
  });

  it('rewrites the commit ids that messages name', () => {
    blankSubjects(one);
    const varied = renamedCase({ ...one, dir: freshCopy() });
    const message = git(varied?.dir ?? '', ['log', '--format=%B', '--grep=After']).toString();
    expect(message).not.toContain(FIRST.slice(0, 10));
    const named = /After ([0-9a-f]{10})/.exec(message)?.[1] ?? 'nothing';
    expect(git(varied?.dir ?? '', ['log', '--format=%H']).toString()).toContain(named);
  });

  it('with more innocents deploys others before the onset, and later commits stand on them', () => {
    const varied = moreInnocents(one);
    const deployed = read('more-deployments.jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(deployed).toHaveLength(5);
    expect(new Set(deployed.map(({ service }) => service))).toEqual(new Set(['crew-list']));
    expect(
      deployed.every(({ commit: oid, startedAt }) => exists(oid) && startedAt < (TRUTH.onset ?? '')),
    ).toBe(true);
    expect(log('%s')[0]).toBe('crew-list: more');
    expect(exists(varied?.truth.cause.change?.commit)).toBe(true);
    expect(status()).toBe('');
  });

  function freshCopy(): string {
    const other = join(ROOT, `copy-${copies++}`);
    copyFolder(ORIGINAL, other);
    return other;
  }
});

describe('a stream of git', () => {
  it('survives being read and written', () => {
    const entries = exportHistory(ORIGINAL);
    expect(parseStream(serialiseStream(entries)).map((entry) => ({ ...entry, oid: '' }))).toEqual(
      entries.map((entry) => ({ ...entry, oid: '' })),
    );
  });
});

describe('a renaming', () => {
  const rename = renamer(['berth-desk', 'order-worker'], new Set(['berth', 'seaside']));
  const [compound = ''] = rename('berth-desk').split('|');
  const [first = '', second = ''] = compound.split('-');
  const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);

  it.each([
    { name: 'joined words', from: 'com.example.berthdesk.web', want: `com.example.${first}${second}.web` },
    { name: 'camel case', from: 'berthDeskClient', want: `${first}${capital(second)}Client` },
    { name: 'capitals', from: 'BERTH_DESK_URL', want: `${first}_${second}_URL`.toUpperCase() },
    { name: 'a word alone and its plural', from: 'berths, berth', want: `${first}s, ${first}` },
    { name: 'a pod', from: 'berth-desk-5f6d-x2', want: `${first}-${second}-5f6d-x2` },
    { name: 'nothing of a language', from: 'ORDER BY worker', want: 'ORDER BY worker' },
  ])('follows $name', ({ from, want }) => {
    expect(rename(from)).toBe(want);
  });
});

describe('times in another zone', () => {
  it.each([
    ['2024-03-01T22:00:00.123Z', '2024-03-02T03:30:00.123+05:30'],
    ['2024-03-01 22:00:00,5+00:00 x', '2024-03-02 03:30:00,5+05:30 x'],
    ['[31/Dec/2024:23:59:59 +0000]', '[01/Jan/2025:05:29:59 +0530]'],
    ['2024-03-01 22:00:00 no zone', '2024-03-01 22:00:00 no zone'],
    ['2024-13-41T22:00:00Z', '2024-13-41T22:00:00Z'],
  ])('%s is %s', (from, want) => {
    expect(inOtherZone(from)).toBe(want);
  });
});
