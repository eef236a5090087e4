import { describe, expect, it } from 'vitest';
import type { DiffFeatureKind, InertReason } from '../../../domain/code.ts';
import { categoryOf } from './category.ts';
import { featuresOf } from './features.ts';
import { compareFile } from './file-comparison.ts';

interface Case {
  readonly name: string;
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** Kinds that must be among the features. */
  readonly want?: readonly DiffFeatureKind[];
  /** Kinds that must not. */
  readonly not?: readonly DiffFeatureKind[];
  readonly inert?: InertReason;
}

async function kindsOf({ path, before, after }: Case) {
  const comparison = await compareFile({ path, category: categoryOf(path), oldText: before, newText: after });
  const features = [
    ...comparison.features,
    ...featuresOf(comparison.difference, comparison.before, comparison.after),
  ];
  return { inert: comparison.inert, kinds: new Set(features.map((feature) => feature.kind)), features };
}

const ts = (body: string) => `export function f(a: any, b: any) {\n  ${body.replaceAll('\n', '\n  ')}\n}\n`;
const py = (body: string) => `def f(a, b):\n    ${body.replaceAll('\n', '\n    ')}\n`;
const go = (body: string) =>
  `package p\n\nfunc (s *S) F(a *A, b int) error {\n\t${body.replaceAll('\n', '\n\t')}\n}\n`;
const java = (body: string) =>
  `class C {\n  void f(A a, int b) {\n    ${body.replaceAll('\n', '\n    ')}\n  }\n}\n`;

const CASES: readonly Case[] = [
  {
    name: 'a null check that went is a removed guard',
    path: 'x.ts',
    before: ts('if (a === null) return;\nuse(a.b);'),
    after: ts('use(a.b);'),
    want: ['guard-removed'],
  },
  {
    name: 'optional chaining that became plain access is a removed guard',
    path: 'x.ts',
    before: ts('return a?.b.c;'),
    after: ts('return a.b.c;'),
    want: ['guard-removed'],
  },
  {
    name: 'a nil check that went is a removed guard (Go)',
    path: 'x.go',
    before: go('if a != nil {\n\tuse(a.B)\n}\nreturn nil'),
    after: go('use(a.B)\nreturn nil'),
    want: ['guard-removed'],
  },
  {
    name: 'a check in another form is not removed',
    path: 'X.java',
    before: java('if (a != null) { use(a.b()); }'),
    after: java('Optional.ofNullable(a).map(A::b).ifPresent(this::use);'),
    not: ['guard-removed'],
  },
  {
    name: 'a check on a value that is no longer used is not a removed guard',
    path: 'x.py',
    before: py('if b is None:\n    return\nlog(a, b)'),
    after: py('log(a)'),
    not: ['guard-removed'],
  },
  {
    name: 'a new rejecting check tightens validation',
    path: 'x.py',
    before: py('save(a)'),
    after: py('if len(a) > 10:\n    raise ValueError("too long")\nsave(a)'),
    want: ['validation-tightened'],
  },
  {
    name: 'an annotation that rejects tightens validation',
    path: 'X.java',
    before: 'class C {\n  private String name;\n}\n',
    after: 'class C {\n  @NotNull\n  private String name;\n}\n',
    want: ['validation-tightened'],
  },
  {
    name: 'a handler that went is removed error handling',
    path: 'x.ts',
    before: ts('try { go(a); } catch (e) { report(e); }'),
    after: ts('go(a);'),
    want: ['error-handling-removed'],
  },
  {
    name: 'an ignored error is removed error handling (Go)',
    path: 'x.go',
    before: go('err := a.Do()\nif err != nil {\n\treturn err\n}\nreturn nil'),
    after: go('_ = a.Do()\nreturn nil'),
    want: ['error-handling-removed'],
  },
  {
    name: 'a default that went is a removed fallback',
    path: 'x.ts',
    before: ts("return a.name ?? 'none';"),
    after: ts('return a.name;'),
    want: ['fallback-removed'],
  },
  {
    name: 'getOrDefault that became get is a removed fallback',
    path: 'X.java',
    before: java('use(map.getOrDefault(a, 3));'),
    after: java('use(map.get(a));'),
    want: ['fallback-removed'],
  },
  {
    name: 'a default that is another is a changed default',
    path: 'x.ts',
    before: ts('return a.size ?? 10;'),
    after: ts('return a.size ?? 1000;'),
    want: ['default-changed'],
    not: ['fallback-removed'],
  },
  {
    name: 'a call that is no longer waited for',
    path: 'x.ts',
    before: 'export async function f(a: any) {\n  await a.save();\n}\n',
    after: 'export async function f(a: any) {\n  a.save();\n}\n',
    want: ['await-removed'],
  },
  {
    name: 'a deferred close that went',
    path: 'x.go',
    before: go('rows := a.Query()\ndefer rows.Close()\nreturn scan(rows)'),
    after: go('rows := a.Query()\nreturn scan(rows)'),
    want: ['close-removed'],
  },
  {
    name: 'a with block that went',
    path: 'x.py',
    before: py('with open(a) as fh:\n    return fh.read()'),
    after: py('return open(a).read()'),
    want: ['close-removed'],
  },
  {
    name: 'a release in finally that went',
    path: 'x.ts',
    before: ts('const c = b.connect();\ntry { return a(c); } finally { c.release(); }'),
    after: ts('const c = b.connect();\nreturn a(c);'),
    want: ['close-removed'],
  },
  {
    name: 'a lock that went',
    path: 'x.go',
    before: go('s.mu.Lock()\ns.n++\ns.mu.Unlock()\nreturn nil'),
    after: go('s.n++\nreturn nil'),
    want: ['lock-changed'],
  },
  {
    name: 'a transaction that went',
    path: 'x.py',
    before: py('with db.transaction():\n    db.insert(a)\n    db.insert(b)'),
    after: py('db.insert(a)\ndb.insert(b)'),
    want: ['transaction-changed'],
  },
  {
    name: 'a query in a loop (TypeScript)',
    path: 'x.ts',
    before: 'export async function f(repo: any, ids: string[]) {\n  return ids;\n}\n',
    after:
      'export async function f(repo: any, ids: string[]) {\n  for (const id of ids) {\n    await repo.load(id);\n  }\n  return ids;\n}\n',
    want: ['call-in-loop'],
  },
  {
    name: 'a query in a function given to map',
    path: 'x.ts',
    before: ts('return a.map((x: any) => x.id);'),
    after: ts('return Promise.all(a.map(async (x: any) => b.repo.find(x.id)));'),
    want: ['call-in-loop'],
  },
  {
    name: 'a call after the loop is not in it',
    path: 'x.py',
    before: py('for x in a:\n    use(x)\nreturn 1'),
    after: py('for x in a:\n    use(x)\nreturn client.fetch(b)'),
    not: ['call-in-loop'],
  },
  {
    name: 'a batch write that became single writes',
    path: 'x.ts',
    before: ts('b.repo.insertMany(a);'),
    after: ts('for (const x of a) b.repo.insert(x);'),
    want: ['batch-removed', 'call-in-loop'],
  },
  {
    name: 'a cache that is no longer asked',
    path: 'x.py',
    before: py('hit = cache.get(a)\nif hit:\n    return hit\nreturn load(a)'),
    after: py('return load(a)'),
    want: ['cache-removed'],
  },
  {
    name: 'a LIMIT that went from a query',
    path: 'x.ts',
    before: ts("return b.query('SELECT id FROM orders WHERE x = $1 LIMIT 50', [a]);"),
    after: ts("return b.query('SELECT id FROM orders WHERE x = $1', [a]);"),
    want: ['limit-removed', 'query-changed'],
  },
  {
    name: 'a module list that grows on each call',
    path: 'x.py',
    before: 'def f(a):\n    return a\n',
    after: 'seen = []\n\n\ndef f(a):\n    seen.append(a)\n    return a\n',
    want: ['unbounded-growth'],
  },
  {
    name: 'a field map keyed by time grows',
    path: 'x.ts',
    before: 'class C {\n  f(a: any) {\n    return a;\n  }\n}\n',
    after:
      'class C {\n  private seen = new Map();\n  f(a: any) {\n    this.seen.set(a.id + Date.now(), a);\n    return a;\n  }\n}\n',
    want: ['unbounded-growth'],
  },
  {
    name: 'a map with eviction does not grow without bound',
    path: 'x.ts',
    before: 'class C {\n  f(a: any) {\n    return a;\n  }\n}\n',
    after:
      'class C {\n  private seen = new Map();\n  f(a: any) {\n    this.seen.set(a.id, a);\n    if (this.seen.size > 100) this.seen.clear();\n    return a;\n  }\n}\n',
    not: ['unbounded-growth'],
  },
  {
    name: 'a copy of a given list does not grow',
    path: 'x.go',
    before: 'package p\n\nfunc Load(m map[string]bool) {\n}\n',
    after:
      'package p\n\nvar snapshot = map[string]bool{}\n\nfunc Load(m map[string]bool) {\n\tfor k, v := range m {\n\t\tsnapshot[k] = v\n\t}\n}\n',
    not: ['unbounded-growth'],
  },
  {
    name: 'a local list does not last',
    path: 'x.py',
    before: py('return a'),
    after: py('out = []\nout.append(a)\nreturn out'),
    not: ['unbounded-growth'],
  },
  {
    name: 'a handler that is no longer registered',
    path: 'x.ts',
    before: ts("a.subscribe('order.created', b);\na.start();"),
    after: ts('a.start();'),
    want: ['registration-removed'],
  },
  {
    name: 'a route that is another',
    path: 'x.ts',
    before: ts("a.get('/v1/orders', b);"),
    after: ts("a.get('/v2/orders', b);"),
    want: ['route-changed'],
  },
  {
    name: 'a topic that is another',
    path: 'x.py',
    before: py('a.publish("orders.created", b)'),
    after: py('a.publish("order.created.v2", b)'),
    want: ['topic-changed'],
  },
  {
    name: 'an environment variable with another name',
    path: 'x.go',
    before: go('use(os.Getenv("DB_URL"))\nreturn nil'),
    after: go('use(os.Getenv("DATABASE_URL"))\nreturn nil'),
    want: ['env-renamed'],
  },
  {
    name: 'a field with another name',
    path: 'x.ts',
    before: ts('return { id: a.id, amountCents: b };'),
    after: ts('return { id: a.id, amount: b };'),
    want: ['field-renamed'],
  },
  {
    name: 'a serialised name that is another (Go tag)',
    path: 'x.go',
    before: 'package p\n\ntype R struct {\n\tAmount int `json:"amount_cents"`\n}\n',
    after: 'package p\n\ntype R struct {\n\tAmount int `json:"amount"`\n}\n',
    want: ['field-renamed'],
  },
  {
    name: 'an operator of a condition that is another',
    path: 'x.ts',
    before: ts('if (a.total > b) go(a);'),
    after: ts('if (a.total >= b) go(a);'),
    want: ['condition-changed'],
  },
  {
    name: 'arithmetic that is another',
    path: 'x.py',
    before: py('return a + b * 1000'),
    after: py('return a + b'),
    want: ['arithmetic-changed'],
  },
  {
    name: 'a type that is another',
    path: 'x.go',
    before: 'package p\n\ntype R struct {\n\tID int64\n}\n',
    after: 'package p\n\ntype R struct {\n\tID int32\n}\n',
    want: ['type-changed'],
  },
  {
    name: 'a dropped column',
    path: 'migrations/7_x.sql',
    before: '',
    after: 'ALTER TABLE orders DROP COLUMN total;\n',
    want: ['column-dropped'],
  },
  {
    name: 'a rollback part drops nothing',
    path: 'migrations/7_x.sql',
    before: '',
    after:
      '-- +goose Up\nALTER TABLE orders ADD COLUMN note text;\n-- +goose Down\nALTER TABLE orders DROP COLUMN note;\n',
    not: ['column-dropped'],
  },
  {
    name: 'a renamed column in Ruby',
    path: 'db/migrate/7_x.rb',
    before: '',
    after:
      'class X < ActiveRecord::Migration[7.0]\n  def change\n    rename_column :orders, :total, :amount\n  end\nend\n',
    want: ['column-renamed'],
  },
  {
    name: 'a required column without a default',
    path: 'migrations/8_x.sql',
    before: '',
    after: 'alter table orders add column region text not null;\n',
    want: ['constraint-added'],
  },
  {
    name: 'a required column with a default is additive',
    path: 'migrations/8_x.sql',
    before: '',
    after: "alter table orders add column region text default 'eu' not null;\n",
    not: ['constraint-added'],
  },
  {
    name: 'a dropped index',
    path: 'migrations/9_x.sql',
    before: '',
    after: 'DROP INDEX IF EXISTS orders_by_customer;\n',
    want: ['index-removed'],
  },
  {
    name: 'a package with another version',
    path: 'package.json',
    before: '{\n  "dependencies": {\n    "left": "1.0.0"\n  }\n}\n',
    after: '{\n  "dependencies": {\n    "left": "2.0.0"\n  }\n}\n',
    want: ['package-changed'],
  },
  {
    name: 'a variable of a .env file with another name',
    path: 'svc/.env',
    before: 'DB_URL=postgres://db/x\n',
    after: 'DATABASE_URL=postgres://db/x\n',
    want: ['env-renamed'],
  },
];

const INERT: readonly Case[] = [
  {
    name: 'a comment',
    path: 'x.ts',
    before: ts('use(a); // old'),
    after: ts('use(a); // new'),
    inert: 'comment-only',
  },
  {
    name: 'a docstring',
    path: 'x.py',
    before: py('"""Old."""\nreturn a'),
    after: py('"""New."""\nreturn a'),
    inert: 'comment-only',
  },
  {
    name: 'layout, quotes and trailing commas',
    path: 'x.ts',
    before: ts("use({ a: 'x', b });"),
    after: ts('use({\n  a: "x",\n  b,\n})'),
    inert: 'formatting',
  },
  {
    name: 'indentation in Python acts',
    path: 'x.py',
    before: py('if a:\n    use(a)\n    use(b)'),
    after: py('if a:\n    use(a)\nuse(b)'),
    inert: 'none',
  },
  {
    name: 'the wording of a log line',
    path: 'x.go',
    before: go('log.Printf("order %d done", b)\nreturn nil'),
    after: go('log.Printf("finished order %d", b)\nreturn nil'),
    inert: 'log-text-only',
  },
  {
    name: 'the wording of an error',
    path: 'X.java',
    before: java('throw new IllegalStateException("bad");'),
    after: java('throw new IllegalStateException("not usable");'),
    inert: 'log-text-only',
  },
  {
    name: 'a value interpolated into a log line acts',
    path: 'x.ts',
    before: ts('log.info(`x ${a.b}`);'),
    after: ts('log.info(`x ${a.b.c}`);'),
    inert: 'none',
  },
  {
    name: 'a local name',
    path: 'x.go',
    before: go('n := a.Size()\nreturn check(n)'),
    after: go('size := a.Size()\nreturn check(size)'),
    inert: 'rename-only',
  },
  {
    name: 'a private field',
    path: 'X.java',
    before: 'class C {\n  private int hits;\n  void f() { hits = hits + 1; }\n}\n',
    after: 'class C {\n  private int count;\n  void f() { count = count + 1; }\n}\n',
    inert: 'rename-only',
  },
  {
    name: 'another variable in one place is no renaming',
    path: 'x.ts',
    before: ts('use(a); use(a);'),
    after: ts('use(a); use(b);'),
    inert: 'none',
  },
  {
    name: 'an exported name acts',
    path: 'x.ts',
    before: 'export const limit = f();\n',
    after: 'export const bound = f();\n',
    inert: 'none',
  },
  {
    name: 'a YAML comment',
    path: 'config/app.yml',
    before: 'a: 1 # one\n',
    after: 'a: 1 # uno\n',
    inert: 'comment-only',
  },
  { name: 'documentation', path: 'docs/x.md', before: 'a', after: 'b', inert: 'docs' },
  { name: 'a test', path: 'src/x.test.ts', before: 'a()', after: 'b()', inert: 'test' },
  { name: 'the build pipeline', path: '.github/workflows/x.yml', before: 'a: 1', after: 'a: 2', inert: 'ci' },
];

describe('what a difference means', () => {
  it.each(CASES)('$name', async (given) => {
    const { kinds, features } = await kindsOf(given);
    for (const kind of given.want ?? []) expect([...kinds], JSON.stringify(features)).toContain(kind);
    for (const kind of given.not ?? []) expect([...kinds], JSON.stringify(features)).not.toContain(kind);
  });
});

describe('what cannot act', () => {
  it.each(INERT)('$name: $inert', async (given) => {
    const { inert } = await kindsOf(given);
    expect(inert).toBe(given.inert);
  });
});

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
    '%s%s${${${',
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
});
