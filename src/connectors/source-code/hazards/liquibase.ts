/** Liquibase changelogs in XML, YAML and JSON to deeds, change set by change set. Elements are found by name; the file is not validated. */
import { type Deed, type DeedKind, plainName, typeChange } from './deed.ts';
import { sqlDeeds } from './sql.ts';

export interface ChangeSet {
  readonly deeds: readonly Deed[];
  /** Line of an explicit rollback that does something; null without one. */
  readonly rollbackLine: number | null;
}

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly body: string;
  readonly line: number;
}

const KINDS: Readonly<Record<string, DeedKind>> = {
  dropTable: 'drop-table',
  dropView: 'drop-object',
  dropSequence: 'drop-object',
  dropProcedure: 'drop-object',
  renameTable: 'rename-table',
  renameColumn: 'rename-column',
  renameView: 'drop-object',
  mergeColumns: 'drop-column',
  addNotNullConstraint: 'require',
  dropNotNullConstraint: 'allow-empty',
  dropDefaultValue: 'drop-default',
  addUniqueConstraint: 'constrain',
  addForeignKeyConstraint: 'constrain',
  addPrimaryKey: 'constrain',
  addCheckConstraint: 'constrain',
  dropIndex: 'drop-index',
  createTable: 'add-table',
  createView: 'add-index',
  createIndex: 'add-index',
  update: 'rewrite-rows',
  delete: 'delete-rows',
};
const NAMES = [...Object.keys(KINDS), 'dropColumn', 'addColumn', 'modifyDataType', 'sql'].join('|');

function value(element: Element, ...keys: readonly string[]): string {
  for (const key of keys) {
    const found = element.attributes.get(key);
    if (found !== undefined) return found;
  }
  return '';
}

function deedsOf(element: Element): readonly Deed[] {
  const { name, line, body } = element;
  const table = plainName(value(element, 'tableName', 'oldTableName', 'baseTableName'));
  if (name === 'sql') return sqlDeeds(body === '' ? value(element, 'sql') : body, line);
  if (name === 'modifyDataType')
    return [typeChange(table, plainName(value(element, 'columnName')), value(element, 'newDataType'), line)];
  if (name === 'addColumn') return addedColumns(element, table);
  if (name === 'dropColumn') {
    const own = value(element, 'columnName');
    const inside = [...body.matchAll(/\bname\s*[=:]\s*["']?([\w.]+)/g)].map((match) => match[1] ?? '');
    return [...(own === '' ? [] : [own]), ...(own === '' ? inside : [])].map(
      (column): Deed => ({ kind: 'drop-column', table, name: plainName(column), to: '', line }),
    );
  }
  const kind = KINDS[name];
  if (kind === undefined) return [];
  const unique = name === 'createIndex' && value(element, 'unique') === 'true';
  const written =
    name === 'update'
      ? [...body.matchAll(/\bname\s*[=:]\s*["']?([\w.]+)/g)]
          .map((match) => plainName(match[1] ?? ''))
          .join(',')
      : '';
  return [
    {
      kind: unique ? 'constrain' : kind,
      table,
      name: plainName(
        value(
          element,
          'oldColumnName',
          'columnName',
          'constraintName',
          'indexName',
          'viewName',
          'finalColumnName',
        ),
      ),
      to: written === '' ? plainName(value(element, 'newColumnName', 'newTableName')) : written,
      line,
    },
  ];
}

/** Each column of `addColumn`: required without a default refuses rows of the earlier code. */
function addedColumns(element: Element, table: string): readonly Deed[] {
  const columns = element.body.split(/<column\b|(?:^|\n)\s*-\s*column\s*:/).slice(1);
  return columns.map((text): Deed => {
    const required = /nullable\s*[=:]\s*["']?false/.test(text);
    const filled = /default(Value\w*)?\s*[=:]|autoIncrement\s*[=:]\s*["']?true/.test(text);
    const name = /\bname\s*[=:]\s*["']?([\w.]+)/.exec(text)?.[1] ?? '';
    return {
      kind: required && !filled ? 'add-required-column' : 'add-column',
      table,
      name: plainName(name),
      to: '',
      line: element.line,
    };
  });
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function xmlElements(text: string, firstLine: number): readonly Element[] {
  const found: Element[] = [];
  const pattern = new RegExp(`<(${NAMES})\\b([^<>]*?)(/>|>([\\s\\S]{0,20000}?)</\\1>)`, 'g');
  for (const match of text.matchAll(pattern)) {
    const attributes = [
      ...(match[2] ?? '').matchAll(/([\w:]+)\s*=\s*"([^"]*)"|([\w:]+)\s*=\s*'([^']*)'/g),
    ].map((pair) => [pair[1] ?? pair[3] ?? '', pair[2] ?? pair[4] ?? ''] as const);
    found.push({
      name: match[1] ?? '',
      attributes: new Map(attributes),
      body: (match[4] ?? '').replace(/<!\[CDATA\[|\]\]>/g, ''),
      line: firstLine + lineAt(text, match.index) - 1,
    });
  }
  return found;
}

/** YAML as Liquibase writes it: `- dropColumn:` and its keys below, deeper than the dash. */
function yamlElements(text: string, firstLine: number): readonly Element[] {
  const lines = text.split('\n');
  const header = new RegExp(`^(\\s*)-\\s*(${NAMES})\\s*:\\s*(.*)$`);
  return lines.flatMap((line, index): readonly Element[] => {
    const match = header.exec(line);
    if (match === null) return [];
    const indent = (match[1] ?? '').length;
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((next) => next.trim() !== '' && next.search(/\S/) <= indent);
    const body = rest.slice(0, end === -1 ? rest.length : end);
    const pairs = body.flatMap((next) => {
      const pair = /^\s*(?:-\s*)?(\w+)\s*:\s*(.+)$/.exec(next);
      return pair === null ? [] : [[pair[1] ?? '', (pair[2] ?? '').replace(/^["']|["']\s*$/g, '')] as const];
    });
    const own = new Map<string, string>();
    for (const [key, text] of pairs) if (!own.has(key)) own.set(key, text);
    return [
      {
        name: match[2] ?? '',
        attributes: own,
        body: match[2] === 'sql' ? '' : body.join('\n'),
        line: firstLine + index,
      },
    ];
  });
}

function changeSet(text: string, line: number, isXml: boolean): ChangeSet {
  const rollback = isXml
    ? /<rollback\b[^>]*>(?!\s*<\/rollback>)|<rollback\s+changeSetId/.exec(text)
    : /\n\s*(?:-\s*)?rollback\s*:\s*(?!\s*(?:\[\]|empty|""|''|\n\s*-\s*empty))/.exec(text);
  const untilRollback = rollback === null ? text : text.slice(0, rollback.index);
  const forward = isXml
    ? text.replace(/<rollback\b[^>]*>[\s\S]*?<\/rollback>/g, (part) => part.replace(/[^\n]/g, ' '))
    : untilRollback;
  const elements = isXml ? xmlElements(forward, line) : yamlElements(forward, line);
  return {
    deeds: elements.flatMap(deedsOf),
    rollbackLine:
      rollback === null ? null : line + lineAt(text, rollback.index + rollback[0].search(/\S/)) - 1,
  };
}

/** True for a text that is a changelog at all. */
export function isChangelog(text: string): boolean {
  return /<databaseChangeLog\b|^\s*(?:["']?)databaseChangeLog(?:["']?)\s*:/m.test(text);
}

/** In the order of the file. */
export function changeSets(text: string): readonly ChangeSet[] {
  const isXml = /<databaseChangeLog\b/.test(text);
  const mark = isXml ? /<changeSet\b/g : /^\s*-\s*changeSet\s*:/gm;
  const starts = [...text.matchAll(mark)].map((match) => match.index);
  return starts.map((start, index) =>
    changeSet(
      text.slice(start, starts[index + 1] ?? text.length),
      lineAt(text, start + text.slice(start).search(/\S/)),
      isXml,
    ),
  );
}
