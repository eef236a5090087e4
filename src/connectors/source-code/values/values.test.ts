import { describe, expect, it } from 'vitest';
import { profileOf } from '../languages/detect.ts';
import { parseSource } from '../syntax/parser.ts';
import { codeEntries } from './code-entries.ts';
import { entriesOf } from './entries.ts';
import { findEntry, numbersIn } from './entry.ts';
import { textValue } from './text-value.ts';
import { ratioOf } from './unit.ts';

/** key → [raw, number, unit] of every entry of a source text. */
async function values(path: string, text: string) {
  const profile = profileOf(path);
  const tree = profile === null ? null : await parseSource(profile, text);
  const entries = tree === null ? await entriesOf(path, text) : codeEntries(tree);
  return Object.fromEntries(
    entries.map((entry) => [
      entry.key,
      [entry.value.number ?? entry.value.raw, entry.value.unit, ...(entry.env === null ? [] : [entry.env])],
    ]),
  );
}

describe('values in code', () => {
  const hash = '$';
  it.each([
    {
      name: 'object literal',
      path: 'x.ts',
      text: 'export const c = { pool: { max: 5, idleMs: 10_000 }, on: true };',
      want: { 'pool.max': [5, 'count'], 'pool.idleMs': [10_000, 'ms'], on: ['true', 'none'] },
    },
    {
      name: 'constant arithmetic',
      path: 'x.ts',
      text: 'const ttlSeconds = 5 * 60;',
      want: { ttlSeconds: [300, 's'] },
    },
    {
      name: 'environment with a default',
      path: 'x.ts',
      text: "const port = Number(process.env.PORT ?? '8080');",
      want: { port: [8080, 'none', 'PORT'] },
    },
    {
      name: 'options of a call',
      path: 'x.ts',
      text: 'const p = new Pool({ max: 3 });',
      want: { 'Pool.max': [3, 'count'] },
    },
    {
      name: 'durations (Go)',
      path: 'x.go',
      text: 'package p\nvar wait = 5 * time.Second\n',
      want: { wait: [5, 's'] },
    },
    {
      name: 'struct literal (Go)',
      path: 'x.go',
      text: 'package p\nvar c = V{Max: 4, Wait: 2 * time.Minute}\n',
      want: { Max: [4, 'count'], Wait: [2, 'min'] },
    },
    {
      name: 'environment (Go)',
      path: 'x.go',
      text: 'package p\nvar u = os.Getenv("DB_URL")\n',
      want: { u: ['os.Getenv("DB_URL")', 'none', 'DB_URL'] },
    },
    {
      name: 'keyword arguments and class fields (Python)',
      path: 'x.py',
      text: 'class S:\n    limit: int = 9\n\npool = Pool(max_size=2, timeout=timedelta(seconds=3))\n',
      want: { limit: [9, 'count'], 'Pool.max_size': [2, 'count'], 'Pool.timeout': [3, 's'] },
    },
    {
      name: 'environment with a default (Python)',
      path: 'x.py',
      text: 'wait_ms = int(os.environ.get("WAIT_MS", "50"))\n',
      want: { wait_ms: [50, 'ms', 'WAIT_MS'] },
    },
    {
      name: 'constants and annotations (Java)',
      path: 'X.java',
      text: `class X {\n  static final long T = 5_000L;\n  @Retry(maxAttempts = 3)\n  @Value("${hash}{a.wait-ms:70}")\n  int w;\n}`,
      want: { T: [5000, 'none'], 'Retry.maxAttempts': [3, 'count'], 'a.wait-ms': [70, 'ms'] },
    },
    {
      name: 'Duration.ofMillis (Java)',
      path: 'X.java',
      text: 'class X { Duration d = Duration.ofMillis(500); }',
      want: { d: [500, 'ms'] },
    },
    {
      name: 'ActiveSupport durations (Ruby)',
      path: 'x.rb',
      text: 'WAIT = 5.minutes\n',
      want: { WAIT: [5, 'min'] },
    },
    {
      name: 'Duration::from_secs (Rust)',
      path: 'x.rs',
      text: 'const WAIT: Duration = Duration::from_secs(7);\n',
      want: { WAIT: [7, 's'] },
    },
  ])('$name', async ({ path, text, want }) => {
    expect(await values(path, text)).toMatchObject(want);
  });
});

describe('values in configuration', () => {
  const hash = '$';
  it.each([
    {
      name: 'YAML, nested, named list items',
      path: 'd.yaml',
      text: 'spec:\n  containers:\n    - name: app\n      env:\n        - name: WAIT\n          value: "3"\n      resources: { limits: { memory: 512Mi } }\n',
      want: {
        'spec.containers[app].env[WAIT].value': ['3', 'none'],
        'spec.containers[app].resources.limits.memory': [512, 'MBy'],
      },
    },
    {
      name: 'YAML placeholder with a default',
      path: 'a.yml',
      text: `wait-ms: ${hash}{WAIT:40}\n`,
      want: { 'wait-ms': [40, 'ms', 'WAIT'] },
    },
    {
      name: 'several YAML documents',
      path: 'a.yml',
      text: 'kind: A\nmetadata: { name: x }\nn: 1\n---\nkind: B\nmetadata: { name: y }\nn: 2\n',
      want: { 'A/x.n': [1, 'none'], 'B/y.n': [2, 'none'] },
    },
    { name: 'JSON', path: 'a.json', text: '{ "pool": { "max": 2 } }', want: { 'pool.max': [2, 'count'] } },
    {
      name: 'TOML',
      path: 'a.toml',
      text: '[db]\npool_max = 4 # was 40\nurl = "x#y"\n',
      want: { 'db.pool_max': [4, 'count'], 'db.url': ['x#y', 'none'] },
    },
    {
      name: '.env',
      path: '.env',
      text: 'export WAIT_MS=30\nNAME="a b"\n',
      want: { WAIT_MS: [30, 'ms'], NAME: ['a b', 'none'] },
    },
    {
      name: 'properties',
      path: 'a.properties',
      text: 'a.b=1\nc.d : 10s\n',
      want: { 'a.b': [1, 'none'], 'c.d': [10, 's'] },
    },
    {
      name: 'fat commas',
      path: 'a.conf',
      text: '{\n  wait_ms => 30,\n};\n',
      want: { wait_ms: [30, 'ms'] },
    },
    {
      name: 'HCL',
      path: 'a.tf',
      text: 'resource "aws_db" "main" {\n  size = 20\n}\n',
      want: { 'resource.aws_db.main.size': [20, 'count'] },
    },
    {
      name: 'Dockerfile',
      path: 'Dockerfile',
      text: 'FROM node:20-slim\nENV WAIT_MS=5\n',
      want: { 'FROM.node': ['20-slim', 'none'], WAIT_MS: [5, 'ms'] },
    },
  ])('$name', async ({ path, text, want }) => {
    const found = await values(path, text);
    for (const [key, value] of Object.entries(want))
      expect(found[key]?.map(String), JSON.stringify(found)).toEqual(value.map(String));
  });

  it('takes the comment after the value and the one above it', async () => {
    const [, entry] = await entriesOf('a.yml', 'x: 1\n# was 5000\nwait: 500 # BUG\n');
    expect(entry?.comments).toEqual([
      { text: 'BUG', line: 3 },
      { text: 'was 5000', line: 2 },
    ]);
  });

  it('keeps what stands before a syntax error, and never throws', async () => {
    expect(await entriesOf('a.yml', 'a: 1\n  b: [\n')).toBeInstanceOf(Array);
    expect(await entriesOf('a.json', '{"a": 1, ')).toBeInstanceOf(Array);
    expect(await entriesOf('a.yml', `a: 1\nb: ${'['.repeat(50_000)}`)).toEqual([]);
  });
});

describe('units and ratios', () => {
  it.each([
    { text: '1m30s', key: 'wait', want: [90, 's'] },
    { text: 'PT5S', key: 'wait', want: [5, 's'] },
    { text: '250m', key: 'resources.limits.cpu', want: [0.25, 'count'] },
    { text: '10%', key: 'share', want: [10, 'percent'] },
    { text: '500', key: 'paymentTimeout', want: [500, 'none'] },
    { text: '900', key: 'rateLimitPerMinute', want: [900, 'count'] },
    { text: 'abc', key: 'x', want: [null, 'none'] },
  ])('$key = $text', ({ text, key, want }) => {
    const value = textValue(text, key);
    expect([value.number, value.unit]).toEqual(want);
  });

  it('compares in a common unit, and not at all across kinds', () => {
    expect(ratioOf(textValue('5s', 'a'), textValue('500ms', 'a'))).toBeCloseTo(0.1);
    expect(ratioOf(textValue('5s', 'a'), textValue('512Mi', 'a'))).toBeNull();
    expect(ratioOf(textValue('0', 'a'), textValue('5', 'a'))).toBeNull();
  });
});

describe('claims and keys', () => {
  it.each([
    { text: 'Changed from 5000ms - maybe', want: [5000] },
    { text: 'was 5,000, now 500', want: [5000, 500] },
    { text: 'see PAY-123 and v2.3', want: [] },
    { text: 'none', want: [] },
  ])('numbers of "$text"', ({ text, want }) => {
    expect(numbersIn(text)).toEqual(want);
  });

  it('finds a key by its last segment only where one has it', async () => {
    const entries = await entriesOf('a.yml', 'a: { max: 1, wait: 2 }\nb: { max: 3 }\n');
    expect(findEntry(entries, 'wait')?.value.number).toBe(2);
    expect(findEntry(entries, 'max')).toBeNull();
    expect(findEntry(entries, 'b.max')?.value.number).toBe(3);
  });
});
