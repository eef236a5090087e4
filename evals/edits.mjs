/**
 * `npm run eval:edits -- DIR… [--seed 1] [--files 120] [--per-file 6] [--show 20]`: breaks the programs in DIR one small edit at a time (a
 * statement that went, an operator, a number, a field, an argument, an answer) and asks what the difference is. An edit that is cleared
 * ("acts as before") is worst: a guilty change with it would be cleared. Edits of which nothing is told can convict nobody. Which edits
 * act cannot be known without running the programs, so a few are right as they are. It only measures: any source code will do.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadSources } from '../scripts/load.mjs';
import { CLI } from '../scripts/workspace.mjs';

const MAX_BYTES = 60_000;
const MAX_LINES = 60;

const SOURCES = {
  languages: 'src/connectors/source-code/languages/detect.ts',
  parser: 'src/connectors/source-code/syntax/parser.ts',
  nodes: 'src/connectors/source-code/syntax/node.ts',
  comparison: 'src/connectors/source-code/diff/file-comparison.ts',
  features: 'src/connectors/source-code/diff/features.ts',
};

/**
 * @typedef {{ type: string, role: string, text: string, start: number, end: number, line: number, endLine: number, parent: Node | null,
 *   children: readonly Node[], namedChildren: readonly Node[], source: { languageId: string } }} Node
 * @typedef {{ name: string, start: number, end: number, text: string }} Edit
 * @typedef {{ edits: number, cleared: number, untold: number }} Count
 */

/** Numbers that are the same each time. @param {number} seed */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** @type {Readonly<Record<string, string>>} */
const TURNED = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '==': '!=',
  '!=': '==',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
  and: 'or',
  or: 'and',
  '+': '-',
  '-': '+',
  '*': '+',
  '/': '*',
  '%': '/',
};
/** @type {Readonly<Record<string, string>>} */
const NOTHING = { python: 'None', ruby: 'nil', go: 'nil' };
const LOGS = /log|debug|print|warn|info|trace|puts|echo/i;
const BODY = /block|body|suite|program|compound|then|statement_list/;
const STATEMENT = /expression_statement|^call$|assignment_statement|^assignment$|augmented/;
/** What ends a turn of a loop or a function; in Ruby they are expressions of their own. */
const END = /^(?:continue|break|return|throw|raise)_statement$|^(?:next|break|return)$/;

/** @param {Node} node @returns {readonly Edit[]} */
function statementEdits(node) {
  const isInBody = node.parent !== null && BODY.test(node.parent.type);
  if (isInBody && END.test(node.type)) return [{ ...without(node), name: 'end' }];
  const isStatement = STATEMENT.test(node.type) && isInBody;
  if (!isStatement || LOGS.test(node.text.slice(0, 40)) || /^["'`]/.test(node.text)) return [];
  return [{ ...without(node), name: 'statement' }];
}

/** @param {Node} node */
function without({ start, end, source }) {
  return { start, end, text: source.languageId === 'python' ? 'pass' : '' };
}

/** @param {Node} node @returns {readonly Edit[]} */
function operatorEdits(node) {
  const operator = node.children.length === 3 ? node.children[1] : undefined;
  const turned = operator === undefined ? undefined : TURNED[operator.text];
  if (operator === undefined || turned === undefined || !/binary|comparison|boolean_operator/.test(node.type))
    return [];
  return /["'`]/.test(node.text)
    ? []
    : [{ name: 'operator', start: operator.start, end: operator.end, text: turned }];
}

/** @param {Node} node @returns {readonly Edit[]} */
function valueEdits(node) {
  if (node.role === 'number')
    return [
      { name: 'number', start: node.start, end: node.end, text: node.text === '1' ? '2' : `${node.text}1` },
    ];
  const [, field] = node.role === 'member' && node.namedChildren.length === 2 ? node.namedChildren : [];
  if (field !== undefined && /^\w+$/.test(field.text))
    return [{ name: 'field', start: field.start, end: field.end, text: `${field.text}X` }];
  const [value] = node.role === 'return' && node.namedChildren.length === 1 ? node.namedChildren : [];
  if (value === undefined || /^(null|nil|None|undefined|false)$/.test(value.text)) return [];
  return [
    { name: 'answer', start: value.start, end: value.end, text: NOTHING[node.source.languageId] ?? 'null' },
  ];
}

/** @param {Node} node @param {Buffer} source @returns {readonly Edit[]} */
function argumentEdits(node, source) {
  if (node.type !== 'arguments' && node.type !== 'argument_list') return [];
  const given = node.namedChildren;
  const [first, second] = given;
  const [last, before] = [given.at(-1), given.at(-2)];
  if (first === undefined || second === undefined || last === undefined || before === undefined) return [];
  if (LOGS.test(node.parent?.text.slice(0, 30) ?? '')) return [];
  const between = source.toString('utf8', first.end, second.start);
  const dropped = { name: 'argument', start: before.end, end: last.end, text: '' };
  return first.text === second.text
    ? [dropped]
    : [
        dropped,
        { name: 'order', start: first.start, end: second.end, text: `${second.text}${between}${first.text}` },
      ];
}

/** Every way to break the functions of a file. @param {any} modules @param {Node} root @param {Buffer} source @returns {readonly Edit[]} */
function editsIn({ nodes }, root, source) {
  /** @type {readonly Node[]} */
  const functions = nodes.findRoles(root, 'function');
  return functions
    .filter((each) => each.endLine - each.line < MAX_LINES)
    .flatMap((each) => {
      /** @type {readonly Node[]} */
      const inside = nodes.descend(each);
      return inside
        .filter((node) => node !== each)
        .flatMap((node) => [
          ...statementEdits(node),
          ...operatorEdits(node),
          ...valueEdits(node),
          ...argumentEdits(node, source),
        ]);
    });
}

/** @param {string} path @returns {readonly string[]} */
function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** `cleared`, `untold` or `told`. @param {any} modules @param {string} path @param {string} before @param {string} after */
async function verdictOn({ comparison, features }, path, before, after) {
  const file = { path, category: 'code', oldText: before, newText: after };
  const found = await comparison.compareFile(file);
  if (found.inert !== 'none') return 'cleared';
  const told = [
    ...found.features,
    ...features.featuresOf(found.difference, found.before, found.after),
    ...(found.edit === null ? [] : [found.edit]),
  ];
  return told.length + found.values.length === 0 ? 'untold' : 'told';
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      files: { type: 'string', default: '120' },
      'per-file': { type: 'string', default: '6' },
      show: { type: 'string', default: '20' },
    },
  });
  if (positionals.length === 0) {
    console.error('usage: npm run eval:edits -- DIR… [--seed 1] [--files 120] [--per-file 6] [--show 20]');
    return 2;
  }
  if (!existsSync(CLI)) {
    console.error('dist/ is missing: run `npm run build` first');
    return 1;
  }
  const modules = /** @type {any} */ (await loadSources(SOURCES, ['grammars']));
  const random = chance(Number(values.seed));
  const candidates = positionals
    .flatMap(filesBelow)
    .filter((path) => modules.languages.profileOf(path) !== null);
  /** @type {Map<string, Count>} */
  const counts = new Map();
  /** @type {string[]} */
  const shown = [];
  for (let read = 0; read < Number(values.files) && candidates.length > 0; read += 1) {
    const [path = ''] = candidates.splice(Math.floor(random() * candidates.length), 1);
    const source = readFileSync(path);
    const text = source.toString('utf8');
    const profile = modules.languages.profileOf(path);
    // offsets of a tree are those of its text, which for other signs than ASCII are not those of the bytes
    const root =
      source.length > MAX_BYTES || text.length !== source.length
        ? null
        : await modules.parser.parseSource(profile, text);
    const edits = root === null ? [] : [...editsIn(modules, root, source)];
    for (let made = 0; made < Number(values['per-file']) && edits.length > 0; made += 1) {
      const [edit] = edits.splice(Math.floor(random() * edits.length), 1);
      if (edit === undefined) break;
      const after = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
      const verdict = await verdictOn(modules, `src/${basename(path)}`, text, after);
      const key = `${profile.id} ${edit.name}`;
      const count = counts.get(key) ?? { edits: 0, cleared: 0, untold: 0 };
      counts.set(key, {
        edits: count.edits + 1,
        cleared: count.cleared + Number(verdict === 'cleared'),
        untold: count.untold + Number(verdict === 'untold'),
      });
      if (verdict !== 'told')
        shown.push(
          `${verdict} ${path}:${text.slice(0, edit.start).split('\n').length} ${edit.name}: ${JSON.stringify(text.slice(edit.start, edit.end).slice(0, 60))} -> ${JSON.stringify(edit.text.slice(0, 60))}`,
        );
    }
  }
  print(counts, shown.slice(0, Number(values.show)));
  return 0;
}

/** @param {ReadonlyMap<string, Count>} counts @param {readonly string[]} shown */
function print(counts, shown) {
  console.log(`${'edit'.padEnd(24)}${'edits'.padStart(8)}${'cleared'.padStart(9)}${'untold'.padStart(8)}`);
  const all = { edits: 0, cleared: 0, untold: 0 };
  for (const [key, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const name of /** @type {const} */ (['edits', 'cleared', 'untold'])) all[name] += count[name];
    console.log(
      `${key.padEnd(24)}${String(count.edits).padStart(8)}${String(count.cleared).padStart(9)}${String(count.untold).padStart(8)}`,
    );
  }
  console.log(
    `${'ALL'.padEnd(24)}${String(all.edits).padStart(8)}${String(all.cleared).padStart(9)}${String(all.untold).padStart(8)}`,
  );
  for (const line of shown) console.log(line);
}

process.exitCode = await main();
