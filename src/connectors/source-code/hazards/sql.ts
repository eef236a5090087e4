/** SQL migrations to deeds: statements are split outside quotes and comments, and each is read for what it does. Any dialect, any bytes. */
import { type Deed, type DeedKind, plainName, typeChange } from './deed.ts';

interface Statement {
  readonly text: string;
  /** 1-based line of its first word. */
  readonly line: number;
}

const MAX_STATEMENTS = 5_000;
/** A statement longer than this is data, not a definition. */
const MAX_STATEMENT = 20_000;

/** End of the quoted run or comment that begins at `at`; `at` itself where none begins there. */
function skipTo(text: string, at: number): number {
  const two = text.slice(at, at + 2);
  const end = (mark: string, from: number) => {
    const found = text.indexOf(mark, from);
    return found === -1 ? text.length : found + mark.length;
  };
  if (two === '--' || text[at] === '#') return end('\n', at) - 1;
  if (two === '/*') return end('*/', at + 2);
  if (text[at] === "'") return end("'", at + 1);
  const dollar = text[at] === '$' ? /^\$\w*\$/.exec(text.slice(at, at + 40))?.[0] : undefined;
  return dollar === undefined ? at : end(dollar, at + dollar.length);
}

/** Comments become spaces, so that lines stay where they are. */
function isComment(text: string, at: number): boolean {
  return text.startsWith('--', at) || text.startsWith('/*', at) || text[at] === '#';
}

function statementsOf(text: string, firstLine: number): readonly Statement[] {
  const statements: Statement[] = [];
  let [current, line, startLine] = ['', firstLine, firstLine];
  const flush = () => {
    if (current.trim() !== '')
      statements.push({ text: current.replace(/\s+/g, ' ').trim(), line: startLine });
    current = '';
  };
  for (let at = 0; at < text.length && statements.length < MAX_STATEMENTS; ) {
    const next = skipTo(text, at);
    if (next > at) {
      const run = text.slice(at, next);
      if (current.trim() === '') startLine = line;
      if (!isComment(text, at) && current.length < MAX_STATEMENT) current += run;
      line += run.split('\n').length - 1;
      at = next;
      continue;
    }
    const char = text[at] ?? '';
    if (char === ';') flush();
    else {
      if (current.trim() === '' && /\S/.test(char)) startLine = line;
      if (current.length < MAX_STATEMENT) current += char;
    }
    if (char === '\n') {
      line += 1;
      if (/^\s*go\s*$/i.test(current.split('\n').at(-2) ?? '')) {
        current = current.replace(/(^|\n)\s*go\s*\n$/i, '');
        flush();
      }
    }
    at += 1;
  }
  flush();
  return statements;
}

const NAME = '("[^"]+"|`[^`]+`|\\[[^\\]]+\\]|[\\w$]+)';
const QUALIFIED = `((?:${NAME.replaceAll('(', '(?:')}\\.)*${NAME.replaceAll('(', '(?:')})`;
const EXISTS = '(?:if\\s+(?:not\\s+)?exists\\s+)?';

function rule(source: string): RegExp {
  return new RegExp(
    source
      .replaceAll('{q}', QUALIFIED)
      .replaceAll('{n}', NAME)
      .replaceAll('{e}', EXISTS)
      .replaceAll(' ', '\\s+')
      .replaceAll('_', '\\s*'),
    'i',
  );
}

type Reading = readonly [RegExp, (groups: readonly string[], line: number) => Deed];

function deed(kind: DeedKind, table: string, name: string, to: string, line: number): Deed {
  return { kind, table: plainName(table), name: plainName(name), to: plainName(to), line };
}

/** One whole statement each; groups are table, name, new name in the order of the pattern. */
const STATEMENTS: readonly Reading[] = [
  [rule('^drop table {e}{q}'), ([t = ''], l) => deed('drop-table', t, '', '', l)],
  [rule('^drop (?:schema|database) {e}{q}'), ([t = ''], l) => deed('drop-table', t, '', '', l)],
  [
    rule('^drop (?:materialized )?(?:view|type|function|procedure|sequence|domain) {e}{q}'),
    ([n = ''], l) => deed('drop-object', '', n, '', l),
  ],
  [rule('^drop index (?:concurrently )?{e}{q}'), ([n = ''], l) => deed('drop-index', '', n, '', l)],
  [rule('^truncate (?:table )?(?:only )?{q}'), ([t = ''], l) => deed('empty-table', t, '', '', l)],
  [rule('^rename table {q} to {q}'), ([t = '', to = ''], l) => deed('rename-table', t, '', to, l)],
  [rule('^delete from (?:only )?{q}'), ([t = ''], l) => deed('delete-rows', t, '', '', l)],
  [
    rule('^create (?:or replace )?(?:unlogged |temporary |temp )?table {e}{q}'),
    ([t = ''], l) => deed('add-table', t, '', '', l),
  ],
  [
    rule('^create unique (?:clustered |nonclustered )?index (?:concurrently )?{e}{n}? ?on (?:only )?{q}'),
    ([n = '', t = ''], l) => deed('constrain', t, n, 'unique', l),
  ],
  [
    rule('^create index (?:concurrently )?{e}{n}? ?on (?:only )?{q}'),
    ([n = '', t = ''], l) => deed('add-index', t, n, '', l),
  ],
  [rule('^alter type {q} add value'), ([n = ''], l) => deed('add-value', '', n, '', l)],
  [rule('^alter type {q} rename'), ([n = ''], l) => deed('drop-object', '', n, '', l)],
];

/** One action of `ALTER TABLE` each, the table's name aside. */
const ACTIONS: readonly (readonly [
  RegExp,
  (table: string, groups: readonly string[], line: number) => Deed,
])[] = [
  [
    rule('^drop (?:constraint|primary key|foreign key|check|partition)\\b'),
    (t, _, l) => deed('relax', t, '', '', l),
  ],
  [rule('^drop (?:index|key) {e}{n}'), (t, [n = ''], l) => deed('drop-index', t, n, '', l)],
  [rule('^drop (?:column )?{e}{n}'), (t, [n = ''], l) => deed('drop-column', t, n, '', l)],
  [rule('^rename (?:to|as) {q}'), (t, [to = ''], l) => deed('rename-table', t, '', to, l)],
  [rule('^rename (?:index|key|constraint) '), (t, _, l) => deed('relax', t, '', '', l)],
  [rule('^rename (?:column )?{n} to {n}'), (t, [n = '', to = ''], l) => deed('rename-column', t, n, to, l)],
  [rule('^alter (?:column )?{n} set not null'), (t, [n = ''], l) => deed('require', t, n, '', l)],
  [rule('^alter (?:column )?{n} drop not null'), (t, [n = ''], l) => deed('allow-empty', t, n, '', l)],
  [rule('^alter (?:column )?{n} drop default'), (t, [n = ''], l) => deed('drop-default', t, n, '', l)],
  [
    rule('^alter (?:column )?{n} (?:set|add|restart)\\b(?! data)'),
    (t, [n = ''], l) => deed('relax', t, n, '', l),
  ],
  [
    rule('^alter (?:column )?{n} (?:set data )?(?:type )?(.+)$'),
    (t, [n = '', type = ''], l) => columnType(t, n, type, l),
  ],
  [rule('^modify (?:column )?{n} (.+)$'), (t, [n = '', type = ''], l) => columnType(t, n, type, l)],
  [
    rule('^change (?:column )?{n} {n} (.+)$'),
    (t, [n = '', to = '', type = ''], l) =>
      plainName(n) === plainName(to) ? columnType(t, n, type, l) : deed('rename-column', t, n, to, l),
  ],
  [
    rule('^add (?:constraint {n} )?(unique|check|foreign|exclude|primary)'),
    (t, [n = '', what = ''], l) => deed('constrain', t, n, what, l),
  ],
  [rule('^add (?:index|key|fulltext|spatial|partition)\\b'), (t, _, l) => deed('relax', t, '', '', l)],
  [rule('^add (?:column )?{e}{n} (.+)$'), (t, [n = '', rest = ''], l) => addedColumn(t, n, rest, l)],
];

function columnType(table: string, name: string, type: string, line: number): Deed {
  const required = /\bnot null\b/i.test(type);
  const read = typeChange(
    plainName(table),
    plainName(name),
    type.replace(/\s+(using|not null|null|default|collate)\b.*$/i, ''),
    line,
  );
  return required && read.kind === 'widen-type' ? { ...read, kind: 'require' } : read;
}

function addedColumn(table: string, name: string, rest: string, line: number): Deed {
  const required = /\bnot null\b/i.test(rest);
  const filled = /\b(default|generated|identity|auto_increment|serial|bigserial)\b/i.test(rest);
  return deed(required && !filled ? 'add-required-column' : 'add-column', table, name, '', line);
}

/** Parts between commas outside parentheses. */
function parts(text: string): readonly string[] {
  const found: string[] = [];
  let [depth, from] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === ',' && depth === 0) {
      found.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...found, text.slice(from)].map((part) => part.trim());
}

const ALTER = rule('^alter table (?:only )?{e}(?:only )?{q} (.+)$');
const UPDATE = rule('^update (?:only )?{q} (?:as {n} |{n} )?set (.+)$');
const MERGE = rule('^merge (?:into )?{q} ');
const SP_RENAME = /^(?:exec(?:ute)?\s+)?(?:\w+\.)*sp_rename\s+N?'([^']+)'\s*,\s*N?'([^']+)'/i;

function updated(groups: readonly string[], line: number): Deed {
  const assignments = (groups.at(-1) ?? '').replace(/\s+(where|from|returning)\s.*$/i, '');
  const columns = parts(assignments).map((part) => plainName(part.split('=')[0] ?? ''));
  return { kind: 'rewrite-rows', table: plainName(groups[0] ?? ''), name: '', to: columns.join(','), line };
}

function renamedBySql(groups: readonly string[], line: number): Deed {
  const path = (groups[0] ?? '').split('.').map(plainName);
  const [table = '', column = ''] = path.slice(-2);
  return path.length < 2
    ? deed('rename-table', path[0] ?? '', '', groups[1] ?? '', line)
    : deed('rename-column', table, column, groups[1] ?? '', line);
}

function deedsOfStatement({ text, line }: Statement): readonly Deed[] {
  const alter = ALTER.exec(text);
  if (alter !== null) {
    const [, table = '', actions = ''] = alter;
    return parts(actions).flatMap((action) => {
      for (const [pattern, read] of ACTIONS) {
        const match = pattern.exec(action);
        if (match !== null)
          return [
            read(
              table,
              match.slice(1).map((group) => group ?? ''),
              line,
            ),
          ];
      }
      return [];
    });
  }
  const update = UPDATE.exec(text);
  if (update !== null)
    return [
      updated(
        update.slice(1).map((group) => group ?? ''),
        line,
      ),
    ];
  const merge = MERGE.exec(text);
  if (merge !== null) return [deed('rewrite-rows', merge[1] ?? '', '', '', line)];
  const renamed = SP_RENAME.exec(text);
  if (renamed !== null) return [renamedBySql(renamed.slice(1), line)];
  for (const [pattern, read] of STATEMENTS) {
    const match = pattern.exec(text);
    if (match !== null)
      return [
        read(
          match.slice(1).map((group) => group ?? ''),
          line,
        ),
      ];
  }
  return [];
}

/** Deeds in the order of the text, whose first line has the number `firstLine`. */
export function sqlDeeds(text: string, firstLine = 1): readonly Deed[] {
  const statements = statementsOf(text, firstLine);
  return withoutLeave(statements.flatMap(deedsOfStatement), statements);
}

/** A column that is added with a default only for the rows that are there: once the default is dropped, whoever writes must give it. */
function withoutLeave(deeds: readonly Deed[], statements: readonly Statement[]): readonly Deed[] {
  return deeds.map((added) => {
    const isLeft =
      added.kind === 'add-column' &&
      deeds.some(
        ({ kind, table, name }) => kind === 'drop-default' && table === added.table && name === added.name,
      );
    const text = isLeft ? statements.find(({ line }) => line === added.line)?.text : undefined;
    return text !== undefined && /\bnot null\b/i.test(text)
      ? { ...added, kind: 'add-required-column' }
      : added;
  });
}
