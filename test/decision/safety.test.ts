/** Safety of going back, class by class: an unsafe history beside its safe twin, in a real repository. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Safety } from '../../src/domain/decision.ts';
import { type Files, type History, judge, type Laboratory, setUp, tearDown } from './before-after.ts';

interface Case extends History {
  readonly name: string;
  readonly want: 'SAFE' | 'SAFE_WITH_STEPS' | 'UNSAFE' | 'UNKNOWN';
  /** Words that one finding must hold, with the place where it stands. */
  readonly says?: string;
}

const CODE = 'export const total = (cart: Cart) => cart.grand_total;\n';

/** A migration that comes with code which no longer names what it drops. */
function migrated(path: string, text: string, more: Files = {}): Pick<History, 'before' | 'after'> {
  return {
    before: { 'src/cart.ts': CODE },
    after: { 'src/cart.ts': 'export const total = sum;\n', [path]: text, ...more },
  };
}

function changed(path: string, before: string, after: string): Pick<History, 'before' | 'after'> {
  return { before: { [path]: before }, after: { [path]: after } };
}

const MIGRATIONS: readonly Case[] = [
  {
    name: 'SQL: a dropped column that the earlier code names',
    ...migrated('db/migrations/0007.sql', '-- tidy up\nALTER TABLE carts\n  DROP COLUMN grand_total;\n'),
    want: 'UNSAFE',
    says: 'db/migrations/0007.sql:2: column grand_total of carts is dropped; the earlier code names it (src/cart.ts:1)',
  },
  {
    name: 'SQL: a dropped column that the earlier code had ceased to name',
    ...migrated('db/migrations/0007.sql', 'ALTER TABLE carts DROP COLUMN legacy_total;\n'),
    want: 'SAFE_WITH_STEPS',
    says: 'does not name it',
  },
  {
    name: 'SQL: the earlier code names it in another spelling',
    before: { 'src/Cart.java': 'class Cart { int grandTotal; }\n' },
    after: {
      'src/Cart.java': 'class Cart { int sum; }\n',
      'db/migration/V7__x.sql': 'ALTER TABLE carts DROP COLUMN grand_total;\n',
    },
    want: 'UNSAFE',
  },
  {
    name: 'SQL: only additions',
    ...migrated(
      'db/migrations/0007.sql',
      'ALTER TABLE carts ADD COLUMN note text;\nALTER TABLE carts ADD COLUMN n int NOT NULL DEFAULT 0;\nCREATE TABLE coupons (id int NOT NULL);\nCREATE INDEX i ON carts (note);\n',
    ),
    want: 'SAFE',
    says: 'only add',
  },
  {
    name: 'SQL: a new table is filled, constrained and emptied',
    ...migrated(
      'db/migrations/0007.sql',
      'CREATE TABLE coupons (id int);\nALTER TABLE coupons ALTER COLUMN id SET NOT NULL;\nUPDATE coupons SET id = 1;\nTRUNCATE coupons;\n',
    ),
    want: 'SAFE',
  },
  {
    name: 'SQL: a new column is filled from old ones',
    ...migrated(
      'db/migrations/0007.sql',
      "ALTER TABLE carts ADD COLUMN currency text;\nUPDATE carts SET currency = 'EUR';\n",
    ),
    want: 'SAFE',
  },
  {
    name: 'SQL: an old column is rewritten',
    ...migrated('db/migrations/0007.sql', "UPDATE carts SET state = 'open' WHERE state = 'new';\n"),
    want: 'UNSAFE',
    says: 'rows of carts are rewritten (state)',
  },
  {
    name: 'SQL: required without a default',
    ...migrated('db/migrations/0007.sql', 'ALTER TABLE carts ADD COLUMN currency text NOT NULL;\n'),
    want: 'UNSAFE',
    says: 'required and without a default',
  },
  {
    name: 'SQL: new, filled, then required',
    ...migrated(
      'db/migrations/0007.sql',
      "ALTER TABLE carts ADD COLUMN currency text;\nUPDATE carts SET currency = 'EUR';\nALTER TABLE carts ALTER COLUMN currency SET NOT NULL;\n",
    ),
    want: 'UNSAFE',
  },
  {
    name: 'SQL: a type narrows',
    ...migrated('db/migrations/0007.sql', 'ALTER TABLE carts ALTER COLUMN code TYPE varchar(8);\n'),
    want: 'UNSAFE',
  },
  {
    name: 'SQL: a type widens',
    ...migrated('db/migrations/0007.sql', 'ALTER TABLE carts ALTER COLUMN code TYPE text;\n'),
    want: 'SAFE_WITH_STEPS',
  },
  {
    name: 'SQL: words in comments and strings drop nothing',
    ...migrated(
      'db/migrations/0007.sql',
      "-- DROP TABLE carts;\n/* DROP TABLE carts; */\nINSERT INTO notes VALUES ('DROP TABLE carts;');\n",
    ),
    want: 'SAFE',
  },
  {
    name: 'golang-migrate: a rename with its down file',
    ...migrated('migrations/7_x.up.sql', 'ALTER TABLE carts RENAME COLUMN grand_total TO total;\n', {
      'migrations/7_x.down.sql': 'ALTER TABLE carts RENAME COLUMN total TO grand_total;\n',
    }),
    want: 'SAFE_WITH_STEPS',
    says: 'take it back first with migrations/7_x.down.sql:1',
  },
  {
    name: 'golang-migrate: a drop whose down file brings it back empty',
    ...migrated('migrations/7_x.up.sql', 'ALTER TABLE carts DROP COLUMN grand_total;\n', {
      'migrations/7_x.down.sql': 'ALTER TABLE carts ADD COLUMN grand_total int;\n',
    }),
    want: 'UNSAFE',
    says: 'but empty',
  },
  {
    name: 'goose: a rename without a way back',
    ...migrated(
      'migrations/7.sql',
      '-- +goose Up\nALTER TABLE carts RENAME COLUMN grand_total TO total;\n-- +goose Down\nSELECT 1;\n',
    ),
    want: 'UNSAFE',
  },
  {
    name: 'goose: what stands below Down does not run',
    ...migrated(
      'migrations/7.sql',
      '-- +goose Up\nCREATE TABLE x (id int);\n-- +goose Down\nDROP TABLE x;\n',
    ),
    want: 'SAFE',
  },
  {
    name: 'Flyway: a rename with its undo',
    ...migrated('flyway/V7__x.sql', 'ALTER TABLE carts RENAME TO baskets;\n', {
      'flyway/U7__x.sql': 'ALTER TABLE baskets RENAME TO carts;\n',
    }),
    want: 'SAFE_WITH_STEPS',
    says: 'flyway/U7__x.sql',
  },
  {
    name: 'Prisma: a dropped table',
    before: { 'src/c.ts': 'prisma.voucher.findMany();\n' },
    after: { 'prisma/migrations/20240301_x/migration.sql': '-- DropTable\nDROP TABLE "Voucher";\n' },
    want: 'UNSAFE',
  },
  {
    name: 'Alembic: a dropped column',
    ...migrated(
      'alembic/versions/7.py',
      'def upgrade():\n    op.drop_column("carts", "grand_total")\n\n\ndef downgrade():\n    op.add_column("carts", sa.Column("grand_total", sa.Integer()))\n',
    ),
    want: 'UNSAFE',
    says: 'alembic/versions/7.py:2',
  },
  {
    name: 'Alembic: a rename that downgrade reverses',
    ...migrated(
      'alembic/versions/7.py',
      'def upgrade():\n    op.alter_column("carts", "grand_total", new_column_name="total")\n\n\ndef downgrade():\n    op.alter_column("carts", "total", new_column_name="grand_total")\n',
    ),
    want: 'SAFE_WITH_STEPS',
  },
  {
    name: 'Alembic: a downgrade that refuses is none',
    ...migrated(
      'alembic/versions/7.py',
      'def upgrade():\n    op.alter_column("carts", "grand_total", new_column_name="total")\n\n\ndef downgrade():\n    raise NotImplementedError\n',
    ),
    want: 'UNSAFE',
  },
  {
    name: 'Alembic: what downgrade drops is not dropped',
    ...migrated(
      'alembic/versions/7.py',
      'def upgrade():\n    op.add_column("carts", sa.Column("note", sa.Text(), nullable=True))\n\n\ndef downgrade():\n    op.drop_column("carts", "grand_total")\n',
    ),
    want: 'SAFE',
  },
  {
    name: 'Django: a field with a default in Python only is required in the database',
    ...migrated(
      'cart/migrations/0007_x.py',
      'class Migration(migrations.Migration):\n    operations = [\n        migrations.AddField(\n            model_name="cart",\n            name="currency",\n            field=models.CharField(default="EUR", max_length=3),\n        ),\n    ]\n',
    ),
    want: 'SAFE_WITH_STEPS',
    says: 'required and without a default in the database',
  },
  {
    name: 'Django: a field that may be null',
    ...migrated(
      'cart/migrations/0007_x.py',
      'class Migration(migrations.Migration):\n    operations = [\n        migrations.AddField(model_name="cart", name="note", field=models.TextField(null=True)),\n    ]\n',
    ),
    want: 'SAFE',
  },
  {
    name: 'Django: data rewritten by code without a reverse',
    ...migrated(
      'cart/migrations/0007_x.py',
      'class Migration(migrations.Migration):\n    operations = [migrations.RunPython(merge_names)]\n',
    ),
    want: 'UNSAFE',
  },
  {
    name: 'Django: data rewritten by code with its reverse',
    ...migrated(
      'cart/migrations/0007_x.py',
      'class Migration(migrations.Migration):\n    operations = [migrations.RunPython(merge_names, split_names)]\n',
    ),
    want: 'SAFE_WITH_STEPS',
  },
  {
    name: 'Rails: remove_column',
    ...migrated(
      'db/migrate/7_x.rb',
      'class X < ActiveRecord::Migration[7.1]\n  def change\n    remove_column :carts, :grand_total, :integer\n  end\nend\n',
    ),
    want: 'UNSAFE',
    says: 'but empty',
  },
  {
    name: 'Rails: rename_column in change',
    ...migrated(
      'db/migrate/7_x.rb',
      'class X < ActiveRecord::Migration[7.1]\n  def change\n    rename_column :carts, :grand_total, :total\n  end\nend\n',
    ),
    want: 'SAFE_WITH_STEPS',
  },
  {
    name: 'Rails: additions',
    ...migrated(
      'db/migrate/7_x.rb',
      'class X < ActiveRecord::Migration[7.1]\n  def change\n    add_column :carts, :note, :string\n    add_index :carts, :note\n    create_table :coupons do |t|\n      t.string :code, null: false\n    end\n  end\nend\n',
    ),
    want: 'SAFE',
  },
  {
    name: 'Knex: dropColumn',
    ...migrated(
      'migrations/7_x.js',
      "exports.up = (knex) =>\n  knex.schema.alterTable('carts', (table) => {\n    table.dropColumn('grand_total');\n  });\nexports.down = () => {};\n",
    ),
    want: 'UNSAFE',
  },
  {
    name: 'Knex: a new column that may be empty',
    ...migrated(
      'migrations/7_x.js',
      "exports.up = (knex) =>\n  knex.schema.alterTable('carts', (table) => {\n    table.string('note');\n  });\nexports.down = (knex) => knex.schema.alterTable('carts', (t) => t.dropColumn('note'));\n",
    ),
    want: 'SAFE',
  },
  {
    name: 'Sequelize: removeColumn',
    ...migrated(
      'migrations/7-x.js',
      "module.exports = {\n  async up(queryInterface) {\n    await queryInterface.removeColumn('carts', 'grand_total');\n  },\n  async down() {},\n};\n",
    ),
    want: 'UNSAFE',
  },
  {
    name: 'TypeORM: SQL in a query',
    ...migrated(
      'src/migrations/7-x.ts',
      'export class X7 implements MigrationInterface {\n  public async up(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query(`ALTER TABLE "carts" DROP COLUMN "grand_total"`);\n  }\n  public async down(): Promise<void> {}\n}\n',
    ),
    want: 'UNSAFE',
    says: 'src/migrations/7-x.ts:3',
  },
  {
    name: 'Entity Framework: RenameColumn with Down',
    ...migrated(
      'Migrations/7_X.cs',
      'public partial class X : Migration {\n  protected override void Up(MigrationBuilder migrationBuilder) {\n    migrationBuilder.RenameColumn(name: "grand_total", table: "carts", newName: "total");\n  }\n  protected override void Down(MigrationBuilder migrationBuilder) {\n    migrationBuilder.RenameColumn(name: "total", table: "carts", newName: "grand_total");\n  }\n}\n',
    ),
    want: 'SAFE_WITH_STEPS',
  },
  {
    name: 'Liquibase XML: dropColumn',
    ...migrated(
      'db/changelog/7.xml',
      '<databaseChangeLog>\n  <changeSet id="7" author="a">\n    <dropColumn tableName="carts" columnName="grand_total"/>\n  </changeSet>\n</databaseChangeLog>\n',
    ),
    want: 'UNSAFE',
    says: 'db/changelog/7.xml:3',
  },
  {
    name: 'Liquibase XML: a new column',
    ...migrated(
      'db/changelog/7.xml',
      '<databaseChangeLog>\n  <changeSet id="7" author="a">\n    <addColumn tableName="carts"><column name="note" type="text"/></addColumn>\n    <rollback><dropColumn tableName="carts" columnName="note"/></rollback>\n  </changeSet>\n</databaseChangeLog>\n',
    ),
    want: 'SAFE',
  },
  {
    name: 'Liquibase YAML: renameColumn with rollback',
    ...migrated(
      'db/changelog/7.yaml',
      'databaseChangeLog:\n  - changeSet:\n      id: 7\n      author: a\n      changes:\n        - renameColumn:\n            tableName: carts\n            oldColumnName: grand_total\n            newColumnName: total\n      rollback:\n        - renameColumn:\n            tableName: carts\n            oldColumnName: total\n            newColumnName: grand_total\n',
    ),
    want: 'SAFE_WITH_STEPS',
  },
  {
    name: 'a dropped column is the cause itself: the code that goes back has no part in it',
    ...migrated('db/migrations/0007.sql', 'ALTER TABLE carts DROP COLUMN legacy_total;\n'),
    accused: 'db/migrations/0007.sql',
    want: 'UNSAFE',
    says: 'it is the cause itself, and going back to the earlier code leaves it applied',
  },
  {
    name: 'a constraint is the cause itself, and has a way back',
    ...migrated('migrations/7_x.up.sql', 'ALTER TABLE carts ADD CONSTRAINT c UNIQUE (code);\n', {
      'migrations/7_x.down.sql': 'ALTER TABLE carts DROP CONSTRAINT c;\n',
    }),
    accused: 'migrations/7_x.up.sql',
    want: 'SAFE_WITH_STEPS',
    says: 'take it back with migrations/7_x.down.sql:1 first',
  },
  {
    name: "a sibling's migration does not go back with this release",
    before: { 'services/cart/a.ts': 'x = 1;\n' },
    after: {
      'services/cart/a.ts': 'x = 2;\n',
      'services/billing/migrations/7.sql': 'DROP TABLE invoices;\n',
    },
    folders: { cart: ['services/cart'], billing: ['services/billing'] },
    want: 'SAFE',
  },
  {
    name: "a migration in nobody's folder does",
    before: { 'services/cart/a.ts': 'load("invoices");\n' },
    after: { 'services/cart/a.ts': 'x = 2;\n', 'migrations/7.sql': 'DROP TABLE invoices;\n' },
    folders: { cart: ['services/cart'], billing: ['services/billing'] },
    want: 'UNSAFE',
  },
];

const PROTO = (body: string) => `syntax = "proto3";\nmessage Quote {\n${body}}\n`;
const AVRO = (fields: string) => `{"type":"record","name":"Placed","fields":[\n${fields}\n]}\n`;

const CONTRACTS: readonly Case[] = [
  {
    name: 'protobuf: a number gets another meaning',
    ...changed(
      'api/q.proto',
      PROTO('  string id = 1;\n  int64 cents = 2;\n'),
      PROTO('  string id = 1;\n  string currency = 2;\n'),
    ),
    want: 'UNSAFE',
    says: 'api/q.proto:4',
  },
  {
    name: 'protobuf: a new field',
    ...changed(
      'api/q.proto',
      PROTO('  string id = 1;\n'),
      PROTO('  string id = 1;\n  string currency = 2;\n'),
    ),
    want: 'SAFE',
  },
  {
    name: 'protobuf: a field is no longer written',
    ...changed(
      'api/q.proto',
      PROTO('  string id = 1;\n  int64 cents = 2;\n'),
      PROTO('  string id = 1;\n  reserved 2;\n'),
    ),
    want: 'SAFE_WITH_STEPS',
  },
  {
    name: 'Avro: a field without default is gone',
    ...changed(
      'events/placed.avsc',
      AVRO('{"name":"id","type":"string"},\n{"name":"sku","type":"string"}'),
      AVRO('{"name":"id","type":"string"}'),
    ),
    want: 'UNSAFE',
  },
  {
    name: 'Avro: a field with default is gone',
    ...changed(
      'events/placed.avsc',
      AVRO('{"name":"id","type":"string"},\n{"name":"sku","type":"string","default":""}'),
      AVRO('{"name":"id","type":"string"}'),
    ),
    want: 'SAFE_WITH_STEPS',
  },
  {
    name: 'Avro: int promoted to long cannot be read by the earlier int',
    ...changed('events/placed.avsc', AVRO('{"name":"n","type":"int"}'), AVRO('{"name":"n","type":"long"}')),
    want: 'UNSAFE',
  },
  {
    name: 'Avro: a new field',
    ...changed(
      'events/placed.avsc',
      AVRO('{"name":"n","type":"int"}'),
      AVRO('{"name":"n","type":"int"},\n{"name":"m","type":"int","default":0}'),
    ),
    want: 'SAFE',
  },
  {
    name: 'JSON Schema: a value that the earlier one refuses',
    ...changed(
      'events/placed.schema.json',
      '{"properties":{"kind":{"enum":["a"]}}}\n',
      '{"properties":{"kind":{"enum":["a","b"]}}}\n',
    ),
    want: 'UNSAFE',
  },
  {
    name: 'OpenAPI: a new route',
    ...changed(
      'openapi.yaml',
      'openapi: 3.0.0\npaths:\n  /carts:\n    get: {}\n',
      'openapi: 3.0.0\npaths:\n  /carts:\n    get: {}\n  /quotes:\n    post: {}\n',
    ),
    want: 'SAFE',
  },
  {
    name: 'OpenAPI: a parameter is required again',
    ...changed(
      'openapi.yaml',
      'openapi: 3.0.0\npaths:\n  /carts:\n    get:\n      parameters:\n        - { name: zone, in: query, required: true }\n',
      'openapi: 3.0.0\npaths:\n  /carts:\n    get: {}\n',
    ),
    want: 'SAFE_WITH_STEPS',
  },
  {
    name: 'GraphQL: a type goes back',
    ...changed('schema.graphql', 'type Cart {\n  total: Int\n}\n', 'type Cart {\n  total: Money\n}\n'),
    want: 'SAFE_WITH_STEPS',
  },
  {
    name: 'a topic is renamed',
    ...changed(
      'src/publish.ts',
      "export const publish = (bus: Bus) => bus.publish('carts.placed', {});\n",
      "export const publish = (bus: Bus) => bus.publish('carts.submitted', {});\n",
    ),
    want: 'SAFE_WITH_STEPS',
    says: 'drain',
  },
];

const SERVED = "app.get('/carts', list);\n";
const CALLER = "fetch(base + '/carts');\n";
const TWO = { cart: ['services/cart'], storefront: ['services/storefront'] };

const RELIANCE: readonly Case[] = [
  {
    name: 'a caller deployed since uses the new route',
    before: { 'services/cart/app.ts': SERVED, 'services/storefront/c.ts': CALLER },
    after: { 'services/cart/app.ts': `${SERVED}app.post('/quotes', quote);\n` },
    later: { 'services/storefront/c.ts': `${CALLER}fetch(base + '/quotes');\n` },
    folders: TWO,
    want: 'UNSAFE',
    says: 'already uses /quotes (services/storefront/c.ts:2)',
  },
  {
    name: 'a caller deployed since for another reason',
    before: { 'services/cart/app.ts': SERVED, 'services/storefront/c.ts': CALLER },
    after: { 'services/cart/app.ts': `${SERVED}app.post('/quotes', quote);\n` },
    later: { 'services/storefront/c.ts': `${CALLER}render();\n` },
    folders: TWO,
    want: 'SAFE',
    says: 'names nothing that only the new side has',
  },
  {
    name: 'a caller deployed since that knew the name before',
    before: { 'services/cart/app.ts': SERVED, 'services/storefront/c.ts': `${CALLER}page('/quotes');\n` },
    after: { 'services/cart/app.ts': `${SERVED}app.post('/quotes', quote);\n` },
    later: { 'services/storefront/c.ts': `${CALLER}page('/quotes');\nrender();\n` },
    folders: TWO,
    want: 'SAFE',
  },
  {
    name: 'a caller deployed since reads a new field of the contract',
    before: {
      'services/cart/q.proto': PROTO('  string id = 1;\n'),
      'services/storefront/c.ts': 'quote.id;\n',
    },
    after: { 'services/cart/q.proto': PROTO('  string id = 1;\n  string currency = 2;\n') },
    later: { 'services/storefront/c.ts': 'quote.id + quote.currency;\n' },
    folders: TWO,
    want: 'UNSAFE',
  },
];

const SET = (name: string, data: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n${data}`;
const STORE = (image: string, size: string) =>
  `apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: ledger-db\nspec:\n  template:\n    spec:\n      containers:\n        - name: db\n          image: ${image}\n  volumeClaimTemplates:\n    - metadata:\n        name: files\n      spec:\n        resources:\n          requests:\n            storage: ${size}\n`;
const TABLE = (body: string) => `resource "aws_db_instance" "ledger" {\n${body}}\n`;

const SURROUNDINGS: readonly Case[] = [
  {
    name: 'a cache entry is written in another form',
    ...changed(
      'src/cache.py',
      'def put(cache, key, value):\n    cache.set(key, pickle.dumps(value))\n',
      'def put(cache, key, value):\n    cache.set(key, json.dumps(value))\n',
    ),
    want: 'SAFE_WITH_STEPS',
    says: 'flush',
  },
  {
    name: 'a cache key carries a new version',
    ...changed(
      'src/cache.py',
      'def key(cart):\n    return cache_key("cart:v1:summary")\n',
      'def key(cart):\n    return cache_key("cart:v2:summary")\n',
    ),
    want: 'SAFE_WITH_STEPS',
    says: 'cart:v1:summary became cart:v2:summary',
  },
  {
    name: 'how long a cache entry lives is no form',
    ...changed(
      'src/cache.ts',
      'export const cacheTtlSeconds = 30;\n',
      'export const cacheTtlSeconds = 60;\n',
    ),
    want: 'SAFE',
  },
  {
    name: 'the session cookie has another name',
    ...changed('config/session.yaml', 'session:\n  cookieName: sid\n', 'session:\n  cookieName: sid2\n'),
    want: 'SAFE_WITH_STEPS',
    says: 'signed out',
  },
  {
    name: 'passwords are hashed in another way',
    ...changed(
      'config/auth.yaml',
      'password:\n  hashAlgorithm: bcrypt\n',
      'password:\n  hashAlgorithm: argon2id\n',
    ),
    want: 'UNSAFE',
  },
  {
    name: 'a variable that the earlier code reads left the ConfigMap',
    before: {
      'k8s/c.yaml': SET('cart', '  RATES_URL: http://a\n  MODE: x\n'),
      'src/a.ts': 'export const url = process.env.RATES_URL;\n',
    },
    after: { 'k8s/c.yaml': SET('cart', '  MODE: x\n'), 'src/a.ts': 'export const url = "b";\n' },
    want: 'SAFE_WITH_STEPS',
    says: 'set it again first',
  },
  {
    name: 'a ConfigMap differs: kubectl leaves it',
    ...changed('k8s/c.yaml', SET('cart', '  MODE: x\n'), SET('cart', '  MODE: y\n')),
    want: 'SAFE_WITH_STEPS',
    says: 'apply the earlier one by hand',
  },
  {
    name: 'a ConfigMap differs: Helm brings it back',
    ...changed('k8s/c.yaml', SET('cart', '  MODE: x\n'), SET('cart', '  MODE: y\n')),
    platform: 'helm',
    want: 'SAFE',
  },
  {
    name: 'a database major goes back with git',
    ...changed('k8s/db.yaml', STORE('postgres:14.2', '10Gi'), STORE('postgres:16.1', '10Gi')),
    platform: 'flux',
    want: 'UNSAFE',
    says: 'postgres:14.2 to postgres:16.1',
  },
  {
    name: 'a database major stays when the workload alone goes back',
    ...changed('k8s/db.yaml', STORE('postgres:14.2', '10Gi'), STORE('postgres:16.1', '10Gi')),
    want: 'SAFE_WITH_STEPS',
  },
  {
    name: 'a database patch level',
    ...changed('k8s/db.yaml', STORE('postgres:16.1', '10Gi'), STORE('postgres:16.2', '10Gi')),
    platform: 'flux',
    want: 'SAFE',
  },
  {
    name: 'a volume grew: it cannot shrink',
    ...changed('k8s/db.yaml', STORE('postgres:16.1', '10Gi'), STORE('postgres:16.1', '20Gi')),
    platform: 'argo-cd',
    want: 'UNSAFE',
  },
  {
    name: 'Terraform: a store is gone',
    ...changed('infra/db.tf', TABLE('  engine = "postgres"\n'), '# nothing left\n'),
    want: 'UNSAFE',
  },
  {
    name: 'Terraform: a store moved to another file',
    before: { 'infra/db.tf': TABLE('  engine = "postgres"\n') },
    after: { 'infra/db.tf': '# see stores.tf\n', 'infra/stores.tf': TABLE('  engine = "postgres"\n') },
    want: 'SAFE',
  },
  {
    name: 'Terraform: a tag differs',
    ...changed(
      'infra/db.tf',
      TABLE('  engine = "postgres"\n  tags = { a = "b" }\n'),
      TABLE('  engine = "postgres"\n  tags = { a = "c" }\n'),
    ),
    platform: 'git',
    want: 'SAFE',
  },
  {
    name: 'the major version of the database library',
    ...changed(
      'package.json',
      '{\n  "dependencies": {\n    "mongoose": "7.1.0",\n    "left-pad": "1.0.0"\n  }\n}\n',
      '{\n  "dependencies": {\n    "mongoose": "8.0.0",\n    "left-pad": "2.0.0"\n  }\n}\n',
    ),
    want: 'SAFE_WITH_STEPS',
    says: 'mongoose went from 7.1.0 to 8.0.0',
  },
  {
    name: 'the major version of a library that keeps nothing',
    ...changed(
      'package.json',
      '{\n  "dependencies": {\n    "left-pad": "1.0.0"\n  }\n}\n',
      '{\n  "dependencies": {\n    "left-pad": "2.0.0"\n  }\n}\n',
    ),
    want: 'SAFE',
  },
  {
    name: 'the default of a feature goes back',
    ...changed(
      'config/features.yaml',
      'features:\n  instantQuoteEnabled: false\n',
      'features:\n  instantQuoteEnabled: true\n',
    ),
    want: 'SAFE_WITH_STEPS',
    says: 'instantQuoteEnabled goes back from true to false',
  },
  {
    name: 'code alone',
    ...changed(
      'src/a.ts',
      'export const a = (x: number) => x + 1;\n',
      'export const a = (x: number) => x + 2;\n',
    ),
    want: 'SAFE',
  },
];

const GROUPS = {
  migrations: MIGRATIONS,
  contracts: CONTRACTS,
  'callers deployed since': RELIANCE,
  surroundings: SURROUNDINGS,
};
const ALL = Object.values(GROUPS).flat();

const UNSAFE = ALL.filter(({ want }) => want === 'UNSAFE');

const judged = new Map<Case, Promise<Safety>>();

function verdictOf(each: Case): Promise<Safety> {
  const verdict = judged.get(each) ?? judge(laboratory, ALL.indexOf(each), each);
  judged.set(each, verdict);
  return verdict;
}

let laboratory: Laboratory;
beforeAll(() => {
  laboratory = setUp(ALL);
});
afterAll(() => tearDown(laboratory));

describe.each(Object.entries(GROUPS))('%s', (_, cases) => {
  it.each(cases)('$name: $want', async (each) => {
    const safety = await verdictOf(each);
    const findings = safety.findings.map(({ verdict, statement }) => `${verdict} ${statement}`).join('\n');
    expect(`${safety.verdict}\n${findings}`).toMatch(new RegExp(`^${each.want}\n`));
    expect(findings).toContain(each.says ?? '');
  });
});

describe('findings', () => {
  it('those that forbid cite the line that they name', async () => {
    const verdicts = await Promise.all(UNSAFE.map((each) => verdictOf(each)));
    const grave = verdicts.flatMap(({ findings }) => findings.filter(({ verdict }) => verdict === 'danger'));
    expect(grave.length).toBeGreaterThanOrEqual(UNSAFE.length);
    expect(
      grave.filter(({ evidence, statement }) => evidence.length === 0 || !/\S+:\d+/.test(statement)),
    ).toEqual([]);
  });
});
