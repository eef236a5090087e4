/** Migrations written as code to deeds: Alembic, Django, Rails, Knex, Sequelize, TypeORM, Entity Framework, Laravel. Rules are by the names of the calls. */
import { type Call, callsOf } from './calls.ts';
import { type Deed, type DeedKind, plainName, typeChange } from './deed.ts';
import { sqlDeeds } from './sql.ts';

type Reader = (call: Call, text: string) => readonly Deed[];

function first(call: Call, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = call.named.get(key);
    if (value !== undefined) return value;
  }
  return null;
}

function deed(kind: DeedKind, call: Call, table: string, name = '', to = ''): Deed {
  return { kind, table: plainName(table), name: plainName(name), to: plainName(to), line: call.line };
}

/** The table that a block belongs to: `createTable('orders', t => …`, `change_table :orders do`, `batch_alter_table("orders")`. */
const BLOCK =
  /\b(alterTable|createTable|table|change_table|create_table|batch_alter_table|Schema::table|Schema::create)\s*\(?\s*[:"'`]([\w.]+)["'`]?/g;

function blockOf(call: Call, text: string): { readonly table: string; readonly creates: boolean } | null {
  const until = text.split('\n').slice(0, call.line).join('\n');
  let found: { table: string; creates: boolean } | null = null;
  for (const match of until.matchAll(BLOCK))
    found = { table: match[2] ?? '', creates: /create/i.test(match[1] ?? '') };
  return found;
}

/** Table and column of a call in any framework: both given, named, or the table taken from the block around it. */
function place(call: Call, text: string): { readonly table: string; readonly name: string } {
  const table = first(call, 'table', 'tablename', 'modelname', 'model');
  const name = first(call, 'name', 'columnname', 'column', 'oldname');
  if (table !== null || name !== null)
    return {
      table: table ?? call.values[0] ?? '',
      name: name ?? call.values.at(table === null ? 1 : 0) ?? '',
    };
  // `t.remove :total`, `table.dropColumn("total")`, `batch_op.drop_column("total")`: the receiver is the table's block.
  const onBlock = /\b(t|table|batch_op|batch)(\.|->)$/.test(call.before) || /\$table->$/.test(call.before);
  if (onBlock || call.values.length < 2) {
    const block = blockOf(call, text);
    if (onBlock || block !== null) return { table: block?.table ?? '', name: call.values[0] ?? '' };
  }
  return { table: call.values[0] ?? '', name: call.values[1] ?? '' };
}

const FALSE = /^(false|False|FALSE)$/;
const TRUE = /^(true|True|TRUE)$/;

function isRequired(call: Call): boolean {
  const nullable = first(call, 'nullable', 'null', 'allownull');
  if (nullable !== null) return FALSE.test(nullable);
  return /\b(nullable\s*=\s*False|null:\s*false|allowNull:\s*false|nullable:\s*false|isNullable:\s*false)\b/.test(
    call.text,
  );
}

function hasDefault(call: Call): boolean {
  return (
    first(call, 'default', 'serverdefault', 'defaultvalue', 'defaultvaluesql', 'dbdefault') !== null ||
    /\b(server_default|default|defaultValue|defaultValueSql)\s*[=:]/.test(call.text) ||
    /\.(defaultTo|default|useCurrent)\s*\(/.test(call.after.split(/[;\n]/)[0] ?? '')
  );
}

const dropColumn: Reader = (call, text) => {
  const { table, name } = place(call, text);
  const more = call.name === 'remove_columns' ? call.values.slice(2) : [];
  return [name, ...more].map((column) => deed('drop-column', call, table, column));
};

/** Rails, in a block of `change_table`: `t.remove :total`. */
const removeInBlock: Reader = (call, text) =>
  /\bt\.$/.test(call.before)
    ? call.values.map((column) => deed('drop-column', call, blockOf(call, text)?.table ?? '', column))
    : [];

const dropTable: Reader = (call) => [
  deed('drop-table', call, first(call, 'name', 'tablename') ?? call.values[0] ?? ''),
];

const renameColumn: Reader = (call, text) => {
  const to = first(call, 'newname', 'newcolumnname');
  if (to !== null) {
    const { table, name } = place(call, text);
    return [deed('rename-column', call, table, first(call, 'oldname', 'oldcolumnname') ?? name, to)];
  }
  const [a = '', b = '', c] = call.values;
  return c === undefined
    ? [deed('rename-column', call, blockOf(call, text)?.table ?? '', a, b)]
    : [deed('rename-column', call, a, b, c)];
};

const renameTable: Reader = (call) => {
  const from = first(call, 'oldname', 'name') ?? call.values[0] ?? '';
  return [deed('rename-table', call, from, '', first(call, 'newname') ?? call.values.at(-1) ?? '')];
};

/** Alembic, Sequelize, Entity Framework, Rails: one call that changes type, name or emptiness of a column. */
const changeColumn: Reader = (call, text) => {
  const { table, name } = place(call, text);
  const to = first(call, 'newcolumnname');
  if (to !== null) return [deed('rename-column', call, table, name, to)];
  if (isRequired(call) && !/oldNullable:\s*false/i.test(call.text))
    return [deed('require', call, table, name)];
  const type = first(call, 'type') ?? /type:\s*(?:\w+\.)?(\w+)/.exec(call.text)?.[1] ?? call.values[2] ?? '';
  const named = call.named.get('type') ?? type;
  if (named !== '')
    return [
      typeChange(
        plainName(table),
        plainName(name),
        named.replace(/^(sa|Sequelize|DataTypes)\./, ''),
        call.line,
      ),
    ];
  const nullable = first(call, 'nullable', 'null', 'allownull');
  return [deed(nullable !== null && TRUE.test(nullable) ? 'allow-empty' : 'relax', call, table, name)];
};

const addColumn: Reader = (call, text) => {
  const { table, name } = place(call, text);
  const column = /Column\s*\(\s*["'](\w+)["']/.exec(call.text)?.[1] ?? name;
  return [
    deed(isRequired(call) && !hasDefault(call) ? 'add-required-column' : 'add-column', call, table, column),
  ];
};

/** Django drops the database's default once the column is filled: only `null=True` or `db_default` lets earlier code insert. */
const addField: Reader = (call) => {
  const table = first(call, 'modelname') ?? call.values[0] ?? '';
  const name = first(call, 'name') ?? call.values[1] ?? '';
  const open = /\bnull\s*=\s*True|\bdb_default\s*=|ManyToManyField|AutoField/.test(call.text);
  return [deed(open ? 'add-column' : 'add-required-column', call, table, name)];
};

const alterField: Reader = (call) => {
  const table = first(call, 'modelname') ?? call.values[0] ?? '';
  const name = first(call, 'name') ?? call.values[1] ?? '';
  const wide = /TextField|BigIntegerField|JSONField/.test(call.text);
  if (/\bnull\s*=\s*True/.test(call.text)) return [deed('allow-empty', call, table, name)];
  return [deed(wide ? 'widen-type' : 'change-type', call, table, name, 'another field')];
};

const changeNull: Reader = (call) => {
  const [table = '', name = '', allowed = ''] = call.values;
  return [deed(FALSE.test(allowed) ? 'require' : 'allow-empty', call, table, name)];
};

const addIndex: Reader = (call) => {
  const unique = /unique:\s*true|unique\s*=\s*True|:unique\s*=>\s*true|isUnique:\s*true/.test(call.text);
  const { table, name } = place(call, '');
  return [deed(unique ? 'constrain' : 'add-index', call, table, name, unique ? 'unique' : '')];
};

const constrain: Reader = (call) => [
  deed(
    'constrain',
    call,
    first(call, 'table', 'modelname', 'sourcetable') ?? call.values[0] ?? '',
    first(call, 'name') ?? '',
    'constraint',
  ),
];

const dropIndex: Reader = (call) => [
  deed('drop-index', call, '', first(call, 'name') ?? call.values.at(-1) ?? ''),
];

/** SQL inside a call, at its line. */
const sql: Reader = (call) => {
  const opening = /["'`]/.exec(call.text);
  const text = call.values[0] ?? '';
  const skipped = opening === null ? 0 : call.text.slice(0, opening.index).split('\n').length - 1;
  return sqlDeeds(text, call.line + skipped);
};

const rows =
  (kind: 'delete-rows' | 'rewrite-rows'): Reader =>
  (call) => [deed(kind, call, first(call, 'table') ?? call.values[0] ?? '', '', '')];

const unknownCode: Reader = (call) => [deed('unknown-code', call, '', call.values[0] ?? '')];

/** Knex: `.notNullable()` on a column of `alterTable` without a default. */
const notNullable: Reader = (call, text) => {
  const block = blockOf(call, text);
  const chain = /(?:^|\n|;|\{)\s*\w+((?:\.\w+\([^()]*\))+)\.?$/.exec(call.before)?.[1] ?? call.before;
  const column = /\.\w+\(\s*["'`](\w+)["'`]/.exec(chain)?.[1] ?? '';
  const rest = call.after.split(/[;\n]/)[0] ?? '';
  const filled = /defaultTo|\.default\(/.test(chain.split('\n').at(-1) ?? '') || /defaultTo/.test(rest);
  if (block === null || block.creates || (filled && !/\.alter\(/.test(rest))) return [];
  return [deed(/\.alter\(/.test(rest) ? 'require' : 'add-required-column', call, block.table, column)];
};

const createTable: Reader = (call) => [deed('add-table', call, first(call, 'name') ?? call.values[0] ?? '')];

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...['drop_table', 'dropTable', 'dropTableIfExists', 'DropTable', 'DeleteModel', 'dropIfExists'].map(
    (name) => [name, dropTable] as const,
  ),
  ...[
    'drop_column',
    'remove_column',
    'remove_columns',
    'dropColumn',
    'removeColumn',
    'DropColumn',
    'RemoveField',
    'remove_reference',
    'remove_belongs_to',
  ].map((name) => [name, dropColumn] as const),
  ...['rename_column', 'renameColumn', 'RenameColumn', 'RenameField'].map(
    (name) => [name, renameColumn] as const,
  ),
  ...['rename_table', 'renameTable', 'RenameTable', 'RenameModel', 'AlterModelTable'].map(
    (name) => [name, renameTable] as const,
  ),
  ...['alter_column', 'changeColumn', 'AlterColumn', 'change_column'].map(
    (name) => [name, changeColumn] as const,
  ),
  ...['add_column', 'addColumn', 'AddColumn'].map((name) => [name, addColumn] as const),
  ['remove', removeInBlock],
  ['AddField', addField],
  ['AlterField', alterField],
  ['change_column_null', changeNull],
  ...['add_index', 'create_index', 'CreateIndex', 'addIndex', 'createIndex'].map(
    (name) => [name, addIndex] as const,
  ),
  ...[
    'add_check_constraint',
    'add_foreign_key',
    'create_unique_constraint',
    'create_check_constraint',
    'create_foreign_key',
    'AddConstraint',
    'AddForeignKey',
    'AddUniqueConstraint',
    'AddCheckConstraint',
    'AlterUniqueTogether',
    'addConstraint',
  ].map((name) => [name, constrain] as const),
  ...['remove_index', 'drop_index', 'dropIndex', 'DropIndex', 'RemoveIndex', 'removeIndex'].map(
    (name) => [name, dropIndex] as const,
  ),
  ...['execute', 'raw', 'query', 'Sql', 'RunSQL', 'statement', 'unprepared'].map(
    (name) => [name, sql] as const,
  ),
  ...['bulk_delete', 'bulkDelete', 'DeleteData', 'delete_all'].map(
    (name) => [name, rows('delete-rows')] as const,
  ),
  ...['bulkUpdate', 'UpdateData', 'update_all'].map((name) => [name, rows('rewrite-rows')] as const),
  ['RunPython', unknownCode],
  ['notNullable', notNullable],
  ...['create_table', 'createTable', 'createTableIfNotExists', 'CreateTable', 'CreateModel'].map(
    (name) => [name, createTable] as const,
  ),
]);
const NAMES = new Set(READERS.keys());

/** Comments become spaces; strings stay. */
function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (block) => block.replace(/[^\n]/g, ' '))
    .replace(
      /(^|[\s;{}(])(\/\/|#(?!\{)).*$/gm,
      (line, lead: string) => lead + ' '.repeat(line.length - lead.length),
    );
}

/** A migration that is longer is data; each call looks back over the text. */
const MAX_TEXT = 100_000;

/** Deeds in the order of the text, whose first line is line 1. */
export function codeDeeds(text: string): readonly Deed[] {
  const bare = withoutComments(text.slice(0, MAX_TEXT));
  return callsOf(bare, NAMES).flatMap((call) => READERS.get(call.name)?.(call, bare) ?? []);
}
