/** Migrations that a difference brought: what they leave behind for the earlier code, and whether the repository holds a way back. */
import { codeDeeds } from './code-deeds.ts';
import type { Deed } from './deed.ts';
import { halvesOf } from './down.ts';
import type { HazardDraft } from './hazard-draft.ts';
import { changeSets, isChangelog } from './liquibase.ts';
import { sqlDeeds } from './sql.ts';

export interface MigrationFile {
  readonly path: string;
  readonly text: string;
  /** A file beside it that undoes it; null without one. */
  readonly companion: string | null;
  /** Lines of the new side that the difference brought; null for all. */
  readonly lines: ReadonlySet<number> | null;
}

interface Step {
  readonly deed: Deed;
  readonly path: string;
  readonly undoneBy: { readonly path: string; readonly line: number } | null;
}

/** Django undoes every schema operation by itself, code only where a reverse is given. */
function djangoBack(path: string, text: string, deed: Deed): { path: string; line: number } | null {
  if (deed.kind !== 'unknown-code') return { path, line: deed.line };
  const call = text
    .split('\n')
    .slice(deed.line - 1, deed.line + 5)
    .join('\n');
  return /RunPython\s*\(\s*[\w.]+\s*,\s*(?!(?:migrations\.)?RunPython\.noop)(?:reverse_code\s*=\s*)?(?!atomic|hints|elidable)[\w.]+/.test(
    call,
  )
    ? { path, line: deed.line }
    : null;
}

/** Rails takes back what `def change` holds, as long as each call says what was there. */
function railsBack(path: string, text: string, deed: Deed): { path: string; line: number } | null {
  if (!/^\s*def\s+change\b/m.test(text)) return null;
  const line = text.split('\n')[deed.line - 1] ?? '';
  const reversible =
    /\b(rename_\w+|add_\w+|create_\w+|change_column_null)\b/.test(line) ||
    /\bremove_column\s*\(?\s*:?["']?\w+["']?\s*,\s*:?["']?\w+["']?\s*,\s*:?\w+/.test(line) ||
    /\bdrop_table\b.*\bdo\b/.test(line);
  return reversible ? { path, line: deed.line } : null;
}

function stepsOf(file: MigrationFile): readonly Step[] {
  const { path, text, companion } = file;
  if (isChangelog(text))
    return changeSets(text).flatMap(({ deeds, rollbackLine }) =>
      deeds.map((deed) => ({
        deed,
        path,
        undoneBy: rollbackLine === null ? null : { path, line: rollbackLine },
      })),
    );
  const halves = halvesOf(path, text);
  const own = halves.backLine === null ? null : { path, line: halves.backLine };
  const beside = companion === null ? own : { path: companion, line: 1 };
  if (/\.sql$/i.test(path)) return sqlDeeds(halves.forward).map((deed) => ({ deed, path, undoneBy: beside }));
  const isDjango = /\bmigrations\.Migration\b/.test(text);
  const isRails = /ActiveRecord::Migration/.test(text);
  return codeDeeds(halves.forward).map((deed) => {
    if (isDjango) return { deed, path, undoneBy: djangoBack(path, text, deed) };
    if (isRails) return { deed, path, undoneBy: railsBack(path, text, deed) ?? own };
    return { deed, path, undoneBy: beside };
  });
}

function of(table: string): string {
  return table === '' ? '' : ` of ${table}`;
}

type Judged = Pick<HazardDraft, 'kind' | 'detail' | 'losesData'>;

function judged({ kind, table, name, to }: Deed): Judged {
  const safe = (hazard: Judged['kind'], detail: string): Judged => ({
    kind: hazard,
    detail,
    losesData: false,
  });
  const lost = (hazard: Judged['kind'], detail: string): Judged => ({
    kind: hazard,
    detail,
    losesData: true,
  });
  switch (kind) {
    case 'drop-table':
      return lost('data-destroyed', `table ${table} is dropped`);
    case 'drop-column':
      return lost('data-destroyed', `column ${name}${of(table)} is dropped`);
    case 'drop-object':
      return safe('data-destroyed', `${name} is dropped or renamed`);
    case 'rename-table':
      return safe('data-destroyed', `table ${table} is renamed to ${to}`);
    case 'rename-column':
      return safe('data-destroyed', `column ${name}${of(table)} is renamed to ${to}`);
    case 'empty-table':
      return lost('data-destroyed', `table ${table} is emptied`);
    case 'delete-rows':
      return lost('data-rewritten', `rows of ${table} are deleted`);
    case 'rewrite-rows':
      return safe(
        'data-rewritten',
        `rows of ${table} are rewritten${to === '' ? '' : ` (${to.replaceAll(',', ', ')})`}`,
      );
    case 'unknown-code':
      return safe('data-rewritten', `code rewrites data${name === '' ? '' : ` (${name})`}`);
    case 'change-type':
      return safe('schema-narrowed', `column ${name}${of(table)} becomes ${to}`);
    case 'widen-type':
      return safe(
        'schema-loosened',
        `column ${name}${of(table)} becomes ${to}: it may hold more than the earlier code expects`,
      );
    case 'require':
      return safe('schema-narrowed', `column ${name}${of(table)} must no longer be empty`);
    case 'add-required-column':
      return safe(
        'schema-narrowed',
        `column ${name}${of(table)} is added, required and without a default in the database`,
      );
    case 'constrain':
      return safe('schema-constrained', `a ${to === '' ? '' : `${to} `}constraint is added to ${table}`);
    case 'drop-default':
      return safe('schema-narrowed', `column ${name}${of(table)} loses its default`);
    case 'allow-empty':
      return safe('schema-loosened', `column ${name}${of(table)} may now be empty`);
    case 'add-value':
      return safe('schema-loosened', `type ${name} has a further value`);
    case 'drop-index':
      return safe('schema-loosened', `index ${name} is dropped: queries of the earlier code may be slow`);
    case 'add-table':
      return safe('schema-added', `table ${table} is added`);
    case 'add-column':
      return safe('schema-added', `column ${name}${of(table)} is added`);
    case 'add-index':
    case 'relax':
      return safe('schema-added', `an index or rule of ${table} changes`);
  }
}

/** What concerns only a table, a column or rows that came with this difference is nothing to the earlier code. */
function isOfTheNew(deed: Deed, tables: ReadonlySet<string>, columns: ReadonlySet<string>): boolean {
  if (deed.kind === 'add-table') return false;
  if (deed.table !== '' && tables.has(deed.table)) return true;
  if (deed.kind === 'rewrite-rows')
    return deed.to !== '' && deed.to.split(',').every((column) => columns.has(`${deed.table}.${column}`));
  if (deed.kind === 'add-required-column') return false;
  return (
    deed.name !== '' &&
    columns.has(`${deed.table}.${deed.name}`) &&
    deed.kind !== 'add-column' &&
    deed.kind !== 'require'
  );
}

/** A table that is dropped and made again under one name was there before; only one that is new counts as new. */
function newNames(steps: readonly Step[]): { tables: Set<string>; columns: Set<string> } {
  const [tables, columns, gone] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { deed } of steps) {
    if (deed.kind === 'drop-table' || deed.kind === 'rename-table') gone.add(deed.table);
    if (deed.kind === 'add-table' && !gone.has(deed.table)) tables.add(deed.table);
    if (deed.kind === 'add-column') columns.add(`${deed.table}.${deed.name}`);
  }
  return { tables, columns };
}

/** By path of the file; files in the order in which they run. */
export function migrationHazards(
  files: readonly MigrationFile[],
): readonly { readonly path: string; readonly draft: HazardDraft }[] {
  const steps = files.flatMap((file) =>
    stepsOf(file).filter(({ deed }) => file.lines === null || file.lines.has(deed.line)),
  );
  const { tables, columns } = newNames(steps);
  return steps
    .filter(({ deed }) => !isOfTheNew(deed, tables, columns))
    .map(({ deed, path, undoneBy }) => ({
      path,
      draft: {
        ...judged(deed),
        symbols: [...new Set([deed.name, deed.table, ...deed.to.split(',')])].filter((symbol) =>
          /^\w{2,}$/.test(symbol),
        ),
        line: deed.line,
        old: false,
        undoneBy,
      },
    }));
}
