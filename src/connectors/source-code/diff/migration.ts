/** What a schema migration does to data that running code still uses, told from its added text. Rollback parts are left out. */

import type { DiffFeatureKind } from '../../../domain/code.ts';
import type { FeatureDraft } from './feature-draft.ts';

interface Rule {
  readonly kind: DiffFeatureKind;
  readonly pattern: RegExp;
  readonly say: (groups: readonly string[]) => string;
}

const NAME = '["`\\[]?([\\w.]+)["`\\]]?';

/** With its length or precision: what a database says when a value does not fit. */
const TYPE = '((?:character\\s+varying|\\w+)(?:\\s*\\(\\s*\\d+(?:\\s*,\\s*\\d+)?\\s*\\))?)';

function sql(kind: DiffFeatureKind, source: string, say: Rule['say']): Rule {
  return { kind, pattern: new RegExp(source.replaceAll('NAME', NAME).replaceAll('TYPE', TYPE), 'gi'), say };
}

/** Groups in order: table, then column, then new name where there is one. */
const SQL_RULES: readonly Rule[] = [
  sql(
    'table-dropped',
    'drop\\s+table\\s+(?:if\\s+exists\\s+)?NAME',
    ([table]) => `table ${table} is dropped`,
  ),
  sql('table-dropped', 'truncate\\s+(?:table\\s+)?NAME', ([table]) => `table ${table} is emptied`),
  sql(
    'column-dropped',
    'alter\\s+table\\s+(?:if\\s+exists\\s+)?(?:only\\s+)?NAME[^;]*?drop\\s+column\\s+(?:if\\s+exists\\s+)?NAME',
    ([table, column]) => `column ${column} of ${table} is dropped`,
  ),
  sql(
    'column-renamed',
    'alter\\s+table\\s+(?:if\\s+exists\\s+)?NAME[^;]*?rename\\s+column\\s+NAME\\s+to\\s+NAME',
    ([table, column, to]) => `column ${column} of ${table} is renamed to ${to}`,
  ),
  sql(
    'column-renamed',
    'alter\\s+table\\s+NAME\\s+change\\s+(?:column\\s+)?NAME\\s+NAME',
    ([table, column, to]) => `column ${column} of ${table} becomes ${to}`,
  ),
  sql(
    'table-dropped',
    'alter\\s+table\\s+(?:if\\s+exists\\s+)?NAME\\s+rename\\s+to\\s+NAME',
    ([table, to]) => `table ${table} is renamed to ${to}`,
  ),
  sql(
    'constraint-added',
    'alter\\s+table\\s+(?:only\\s+)?NAME[^;]*?alter\\s+(?:column\\s+)?NAME\\s+set\\s+not\\s+null',
    ([table, column]) => `column ${column} of ${table} must no longer be empty`,
  ),
  sql(
    'constraint-added',
    'alter\\s+table\\s+(?:only\\s+)?NAME[^;]*?add\\s+column\\s+(?:if\\s+not\\s+exists\\s+)?NAME(?![^,;]*\\bdefault\\b)[^,;]*\\bnot\\s+null',
    ([table, column]) => `column ${column} of ${table} is added, required and without a default`,
  ),
  sql(
    'constraint-added',
    'alter\\s+table\\s+(?:only\\s+)?NAME[^;]*?alter\\s+(?:column\\s+)?NAME\\s+drop\\s+default',
    ([table, column]) => `column ${column} of ${table} no longer has a default`,
  ),
  sql(
    'constraint-added',
    'alter\\s+table\\s+(?:only\\s+)?NAME[^;]*?add\\s+constraint\\s+NAME\\s+(?:unique|check|foreign|exclude|primary)',
    ([table, name]) => `constraint ${name} is added to ${table}`,
  ),
  sql(
    'constraint-added',
    'create\\s+unique\\s+index\\s+(?:concurrently\\s+)?(?:if\\s+not\\s+exists\\s+)?NAME\\s+on\\s+NAME',
    ([name, table]) => `unique index ${name} is added to ${table}`,
  ),
  sql(
    'index-removed',
    'drop\\s+index\\s+(?:concurrently\\s+)?(?:if\\s+exists\\s+)?NAME',
    ([name]) => `index ${name} is dropped`,
  ),
  sql(
    'type-changed',
    'alter\\s+table\\s+(?:only\\s+)?NAME[^;]*?alter\\s+column\\s+NAME\\s+(?:set\\s+data\\s+)?type\\s+TYPE',
    ([table, column, type]) => `column ${column} of ${table} becomes ${type}`,
  ),
  sql(
    'type-changed',
    'alter\\s+table\\s+NAME\\s+modify\\s+(?:column\\s+)?NAME\\s+TYPE',
    ([table, column, type]) => `column ${column} of ${table} becomes ${type}`,
  ),
  sql('lock-changed', 'lock\\s+table\\s+NAME', ([table]) => `table ${table} is locked`),
  sql(
    'query-changed',
    '^\\s*(?:update|delete\\s+from)\\s+NAME',
    ([table]) => `rows of ${table} are rewritten`,
  ),
];

/** A name in quotes, or the first of a list of them. */
const QUOTED = `\\[?\\s*["':]([\\w.]+)["']?`;
/** Rails, Knex, Alembic, Laravel, Sequelize, TypeORM, Django: the same deeds as calls. */
const CODE_RULES: readonly Rule[] = [
  {
    kind: 'table-dropped',
    pattern: new RegExp(
      `\\b(?:drop_table|dropTable|dropTableIfExists|DropTable|dropIfExists|DeleteModel)\\s*\\(?\\s*(?:name\\s*[=:]\\s*)?${QUOTED}`,
      'g',
    ),
    say: ([table]) => `table ${table} is dropped`,
  },
  {
    kind: 'column-dropped',
    pattern: new RegExp(
      `\\b(?:remove_column|drop_column|dropColumn|removeColumn|DropColumn|RemoveField)\\s*\\(?\\s*(?:model_name\\s*=\\s*)?${QUOTED}(?:\\s*,\\s*(?:name\\s*=\\s*)?${QUOTED})?`,
      'g',
    ),
    say: ([table, column]) =>
      column === undefined || column === ''
        ? `column ${table} is dropped`
        : `column ${column} of ${table} is dropped`,
  },
  {
    kind: 'column-renamed',
    pattern: new RegExp(
      `\\b(?:rename_column|renameColumn|RenameColumn|RenameField)\\s*\\(?\\s*${QUOTED}\\s*,\\s*${QUOTED}(?:\\s*,\\s*${QUOTED})?`,
      'g',
    ),
    say: ([a, b, c]) =>
      c === undefined || c === ''
        ? `column ${a} is renamed to ${b}`
        : `column ${b} of ${a} is renamed to ${c}`,
  },
  {
    kind: 'index-removed',
    pattern: new RegExp(
      `\\b(?:remove_index|drop_index|dropIndex|DropIndex|removeIndex|RemoveIndex)\\s*\\(?\\s*(?:model_name\\s*=\\s*)?${QUOTED}`,
      'g',
    ),
    say: ([name]) => `index ${name} is dropped`,
  },
  {
    kind: 'constraint-added',
    pattern: new RegExp(
      `\\b(?:change_column_null|add_check_constraint|create_unique_constraint|notNullable|setNullable\\(false)\\s*\\(?\\s*${QUOTED}`,
      'g',
    ),
    say: ([name]) => `a constraint on ${name} is added`,
  },
];

/** Text that runs forward only: what stands behind a down marker undoes the migration. */
function forwardPart(path: string, text: string): string {
  if (/(^|[./_-])down([./_-]|$)/i.test(path.slice(path.lastIndexOf('/') + 1))) return '';
  const cut = text.search(
    /^--\s*(\+goose\s+Down|migrate:down|rollback|@?down\b)|^\s*(def\s+downgrade|def\s+down\b|(?:export\s+)?(?:async\s+)?function\s+down\b|(?:exports|module\.exports)\.down|public\s+(?:async\s+)?(?:function\s+)?down\b|async\s+down\b|down\s*[(:=])/im,
  );
  return cut === -1 ? text : text.slice(0, cut);
}

function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (block) => block.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)(--|#|\/\/).*$/gm, (line) => ' '.repeat(line.length));
}

/** What an index is called after: of `idx_order_lines_sku` the table is `order_lines`, or one of its words. */
function tablesIn(index: string): string[] {
  const words = index
    .toLowerCase()
    .split(/[_.]/)
    .filter((word) => word !== '' && !/^(i|ix|idx|index|key|uq|ux|pk|by|on)$/.test(word));
  return words
    .map((_, count) => words.slice(0, count + 1).join('_'))
    .filter((name) => name !== index.toLowerCase());
}

/** Deeds in order of lines. `text` is the whole new file. */
export function migrationFeatures(path: string, text: string): FeatureDraft[] {
  const forward = withoutComments(forwardPart(path, text));
  const features: FeatureDraft[] = [];
  for (const rule of [...SQL_RULES, ...CODE_RULES])
    for (const match of forward.matchAll(
      new RegExp(rule.pattern.source, `${rule.pattern.flags.replace('m', '')}m`),
    )) {
      const names = match.slice(1).map((name) => name ?? '');
      const given = names.filter((name) => name !== '');
      const symbols = rule.kind === 'index-removed' ? [...given, ...given.flatMap(tablesIn)] : given;
      features.push({
        kind: rule.kind,
        detail: rule.say(names),
        symbols,
        line: forward.slice(0, match.index + match[0].search(/\S/)).split('\n').length,
        old: false,
      });
    }
  return features.sort((a, b) => a.line - b.line || (a.detail < b.detail ? -1 : 1));
}
