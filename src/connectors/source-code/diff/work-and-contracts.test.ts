import { describe, expect, it } from 'vitest';
import { type Case, go, kindsOf, py, ts } from '../_testing/compare.ts';

const CASES: readonly Case[] = [
  {
    name: 'a connection that is given back on one way only',
    path: 'x.ts',
    before: ts('return a.pool.query(b);'),
    after: ts(
      'const conn = await a.pool.connect();\nconst rows = await conn.query(b);\nif (rows.length < 50) conn.release();\nreturn rows;',
    ),
    want: ['close-removed'],
  },
  {
    name: 'a connection that is never given back (Go)',
    path: 'x.go',
    before: go('return pool.QueryRow(a)'),
    after: go('conn, err := pool.Acquire(a)\nif err != nil {\n\treturn err\n}\nreturn conn.QueryRow(a)'),
    want: ['close-removed'],
  },
  {
    name: 'a permit that is never given back (Python)',
    path: 'x.py',
    before: py('return load(a)'),
    after: py('conn = pool.getconn()\nreturn conn.execute(a)'),
    want: ['close-removed'],
  },
  {
    name: 'a connection that is given back at the end',
    path: 'x.ts',
    before: ts('return a.pool.query(b);'),
    after: ts(
      'const conn = await a.pool.connect();\ntry {\n  return await conn.query(b);\n} finally {\n  conn.release();\n}',
    ),
    not: ['close-removed'],
  },
  {
    name: 'a connection that is given back by defer (Go)',
    path: 'x.go',
    before: go('return pool.QueryRow(a)'),
    after: go(
      'conn, err := pool.Acquire(a)\nif err != nil {\n\treturn err\n}\ndefer conn.Release()\nreturn conn.QueryRow(a)',
    ),
    not: ['close-removed'],
  },
  {
    name: 'a connection that its block gives back (Python)',
    path: 'x.py',
    before: py('return load(a)'),
    after: py('with pool.connection() as conn:\n    return conn.execute(a)'),
    not: ['close-removed'],
  },
  {
    name: 'a connection that is handed on',
    path: 'x.ts',
    before: ts('return a.pool.query(b);'),
    after: ts('const conn = await a.pool.connect();\nreturn transact(conn, b);'),
    not: ['close-removed'],
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
    name: 'in Go a call in a loop that gets the context of the request',
    path: 'x.go',
    before: go('for i, p := range ps {\n\tviews[i] = p\n}\nreturn nil'),
    after: go(
      'for i, p := range ps {\n\tviews[i] = p\n\tviews[i].Also, _ = fe.recommended(r.Context(), p)\n}\nreturn nil',
    ),
    want: ['call-in-loop'],
  },
  {
    name: 'in Go a wait of which no unit is given',
    path: 'x.go',
    before: go('return fe.ask(ctx, p)'),
    after: go('ctx, cancel := context.WithTimeout(ctx, 800)\ndefer cancel()\nreturn fe.ask(ctx, p)'),
    want: ['unit-changed'],
  },
  {
    name: 'in Go a wait with its unit',
    path: 'x.go',
    before: go('return fe.ask(ctx, p)'),
    after: go(
      'ctx, cancel := context.WithTimeout(ctx, 800*time.Millisecond)\ndefer cancel()\nreturn fe.ask(ctx, p)',
    ),
    not: ['unit-changed'],
  },
  {
    name: 'a cache that is no longer filled',
    path: 'x.ts',
    before: ts('const rows = await a.find(b);\nawait a.cache.write(rows);\nreturn rows;'),
    after: ts('const rows = await a.find(b);\nreturn rows;'),
    want: ['cache-removed'],
  },
  {
    name: 'a cache that is filled by another call',
    path: 'x.ts',
    before: ts('const rows = await a.find(b);\nawait a.cache.write(rows);\nreturn rows;'),
    after: ts('const rows = await a.find(b);\nawait a.cache.putAll(rows);\nreturn rows;'),
    not: ['cache-removed'],
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
    name: 'messages that are called done only now and then',
    path: 'x.py',
    before: py('handle(b)\na.basic_ack(b.tag)'),
    after: py('handle(b)\nif b.tag % SIZE == 0:\n    a.basic_ack(b.tag)'),
    want: ['settling-changed'],
  },
  {
    name: 'messages that nobody calls done any more (Go)',
    path: 'x.go',
    before: go('handle(b)\nb.Ack(false)\nreturn nil'),
    after: go('handle(b)\nreturn nil'),
    want: ['settling-changed'],
  },
  {
    name: 'messages that are called done as before',
    path: 'x.ts',
    before: ts('handle(b);\na.ack(b);'),
    after: ts('log(b);\nhandle(b);\na.ack(b);'),
    not: ['settling-changed'],
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
    name: 'a required column whose default is for the rows that are there',
    path: 'migrations/8_x.sql',
    before: '',
    after:
      "alter table orders add column region text not null default 'eu';\nalter table orders alter column region drop default;\n",
    want: ['constraint-added'],
  },
  {
    name: 'a dropped index',
    path: 'migrations/9_x.sql',
    before: '',
    after: 'DROP INDEX IF EXISTS orders_by_customer;\n',
    want: ['index-removed'],
  },
  {
    name: 'a dropped index in a list of columns (Laravel)',
    path: 'database/migrations/2024_01_02_x.php',
    before: '',
    after:
      "<?php\nreturn new class extends Migration {\n    public function up(): void\n    {\n        Schema::table('orders', function (Blueprint $table) {\n            $table->dropIndex(['customer_id', 'placed_at']);\n        });\n    }\n};\n",
    want: ['index-removed'],
  },
  {
    name: 'a removed index (Django)',
    path: 'orders/migrations/0012_x.py',
    before: '',
    after:
      'from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    operations = [\n        migrations.RemoveIndex(model_name="order", name="order_customer_idx"),\n    ]\n',
    want: ['index-removed'],
  },
  {
    name: 'an index that only the way back drops (Laravel)',
    path: 'database/migrations/2024_01_03_x.php',
    before: '',
    after:
      "<?php\nreturn new class extends Migration {\n    public function up(): void\n    {\n        Schema::table('orders', fn (Blueprint $table) => $table->index(['customer_id']));\n    }\n\n    public function down(): void\n    {\n        Schema::table('orders', fn (Blueprint $table) => $table->dropIndex(['customer_id']));\n    }\n};\n",
    not: ['index-removed'],
  },
  {
    name: 'a package with another version',
    path: 'package.json',
    before: '{\n  "dependencies": {\n    "left": "1.0.0"\n  }\n}\n',
    after: '{\n  "dependencies": {\n    "left": "2.0.0"\n  }\n}\n',
    want: ['package-changed'],
  },
  {
    name: 'a package with another version, where all stand in one line',
    path: 'package.json',
    before: '{ "name": "w", "dependencies": { "bull": "^5.1.0", "left": "^1.0.0" } }\n',
    after: '{ "name": "w", "dependencies": { "bull": "^5.1.0", "left": "^2.0.0" } }\n',
    want: ['package-changed'],
  },
  {
    name: 'a script of the manifest',
    path: 'package.json',
    before: '{ "scripts": { "start": "node a.js" }, "dependencies": { "left": "1.0.0" } }\n',
    after: '{ "scripts": { "start": "node b.js" }, "dependencies": { "left": "1.0.0" } }\n',
    not: ['package-changed'],
  },
  {
    name: 'a variable of a .env file with another name',
    path: 'svc/.env',
    before: 'DB_URL=postgres://db/x\n',
    after: 'DATABASE_URL=postgres://db/x\n',
    want: ['env-renamed'],
  },
];

describe('work and contracts that changed', () => {
  it.each(CASES)('$name', async (given) => {
    const { kinds, features } = await kindsOf(given);
    for (const kind of given.want ?? []) expect([...kinds], JSON.stringify(features)).toContain(kind);
    for (const kind of given.not ?? []) expect([...kinds], JSON.stringify(features)).not.toContain(kind);
  });
});
