/**
 * Writes the files that follow from other files: the registries of connectors, log formats and operations, the operation
 * reference, the JSON Schema of the report, and what npm leaves out of package-lock.json. `--check` writes nothing and fails with the names of stale files.
 * Works on a tree where some of the sources do not exist yet: what has no source is not generated.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadSources } from './load.mjs';
import { completeLock } from './lock.mjs';
import { ROOT } from './workspace.mjs';

/** @typedef {{ path: string, text: string }} Generated path is relative to the repository */

const HEADER = '// Written by `npm run gen`. Do not edit: add a folder or a file and run it again.\n';
const CONNECTORS = 'src/connectors';
const OPERATIONS = 'src/app/operations';
const LOG_FORMATS = 'src/connectors/log-file/formats';
const KERNEL_SOURCE = 'src/connectors/log-file/scan/assembly/line-kernel.ts';
const KERNEL_TARGET = 'src/connectors/log-file/scan/line-kernel.generated.ts';
const REPORT_SCHEMA = 'src/app/report-schema.ts';

/** @param {string} folder relative to the repository */
function entriesOf(folder) {
  const path = join(ROOT, folder);
  return existsSync(path) ? readdirSync(path, { withFileTypes: true }) : [];
}

/** By UTF-16 code unit, not by the machine's language. */
function connectorNames() {
  return entriesOf(CONNECTORS)
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map((entry) => entry.name)
    .filter((name) => existsSync(join(ROOT, CONNECTORS, name, 'index.ts')))
    .sort();
}

function operationNames() {
  return entriesOf(OPERATIONS)
    .filter((entry) => entry.isFile() && /^[^_].*\.ts$/.test(entry.name))
    .map((entry) => entry.name.replace(/\.ts$/, ''))
    .filter((name) => !name.endsWith('.test') && !name.endsWith('.generated'))
    .sort();
}

/** @param {readonly string[]} lines */
function listLiteral(lines) {
  return lines.length === 0 ? '[]' : `[\n${lines.map((line) => `  ${line},\n`).join('')}]`;
}

/** @returns {Generated[]} */
function connectorRegistry() {
  if (!existsSync(join(ROOT, 'src/ports/connector.ts'))) return [];
  const loaders = connectorNames().map(
    (name) => `{ id: '${name}', load: async () => (await import('./${name}/index.ts')).connector }`,
  );
  const text = `${HEADER}import type { ConnectorLoader } from '../ports/connector.ts';

/** Every connector, by name; its code is read when it is first used. */
export const CONNECTOR_LOADERS: readonly ConnectorLoader[] = ${listLiteral(loaders)};
`;
  return [{ path: `${CONNECTORS}/registry.generated.ts`, text }];
}

/** @returns {Generated[]} */
function operationRegistry() {
  const names = operationNames();
  if (names.length === 0) return [];
  const loaders = names.map(
    (name) => `{ name: '${name}', load: async () => (await import('./${name}.ts')).operation }`,
  );
  const text = `${HEADER}
/** Every operation, by name; its code is read when it is first used. */
export const OPERATION_LOADERS = ${listLiteral(loaders)} as const;
`;
  return [{ path: `${OPERATIONS}/registry.generated.ts`, text }];
}

/** A file of the folder is a format when it exports one; the others are what formats share. */
function formatNames() {
  return entriesOf(LOG_FORMATS)
    .filter((entry) => entry.isFile() && /^[^_].*\.ts$/.test(entry.name) && !entry.name.endsWith('.test.ts'))
    .filter((entry) =>
      /^export const format\b/m.test(readFileSync(join(ROOT, LOG_FORMATS, entry.name), 'utf8')),
    )
    .map((entry) => entry.name.replace(/\.ts$/, ''))
    .sort();
}

/** @returns {Generated[]} */
function formatRegistry() {
  const names = formatNames();
  if (names.length === 0) return [];
  const constant = (/** @type {string} */ name) =>
    name.replaceAll(/[^a-z0-9]+(.)/g, (_, letter) => letter.toUpperCase());
  const imports = names
    .map((name) => `import { format as ${constant(name)}Format } from './${name}.ts';\n`)
    .join('');
  const formats = listLiteral(names.map((name) => `${constant(name)}Format`));
  const text = `${HEADER}import type { LogFormat } from '../format.ts';
${imports}
/** Every log format, by name. */
export const LOG_FORMATS: readonly LogFormat[] = ${formats};
`;
  return [{ path: `${LOG_FORMATS}/registry.generated.ts`, text }];
}

/**
 * The hot kernel of the log reader, compiled: 6.6 MiB of memory of its own, no imports, no runtime.
 * @returns {Promise<Generated[]>}
 */
async function lineKernel() {
  if (!existsSync(join(ROOT, KERNEL_SOURCE))) return [];
  // its types declare a console and other globals of their own, so they are kept out
  const name = 'assemblyscript/asc';
  const { default: asc } = await import(/** @type {any} */ (name));
  /** @type {Buffer | null} */
  let binary = null;
  const options = [
    ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'],
    ...[
      '--initialMemory',
      '106',
      '--maximumMemory',
      '106',
      '--memoryBase',
      '512',
      '--outFile',
      'kernel.wasm',
    ],
  ];
  const { error, stderr } = await asc.main([KERNEL_SOURCE, ...options], {
    readFile: (/** @type {string} */ name) =>
      existsSync(join(ROOT, name)) ? readFileSync(join(ROOT, name), 'utf8') : null,
    writeFile: (/** @type {string} */ _name, /** @type {Uint8Array} */ contents) => {
      binary = Buffer.from(contents);
    },
    listFiles: () => [],
  });
  if (error !== null || binary === null)
    throw new Error(`asc: ${error?.message ?? ''}\n${stderr.toString()}`);
  const text = `${HEADER}\n/** line-kernel.ts as WebAssembly, in base64. */\nexport const KERNEL =\n  '${Buffer.from(binary).toString('base64')}';\n`;
  return [{ path: KERNEL_TARGET, text }];
}

/** @returns {Generated[]} */
function lockFile() {
  const path = 'package-lock.json';
  const text = readFileSync(join(ROOT, path), 'utf8').replaceAll('\r\n', '\n');
  return [{ path, text: completeLock(text) }];
}

/**
 * @param {unknown} schema
 * @param {'input' | 'output'} io
 * @returns {Promise<any>}
 */
async function jsonSchema(schema, io) {
  const { toJSONSchema } = await import('zod');
  return toJSONSchema(/** @type {any} */ (schema), { io, unrepresentable: 'any' });
}

/** @param {unknown} value Markdown table cell */
function cell(value) {
  return String(value ?? '')
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ');
}

/**
 * @param {any} property JSON Schema of one field
 * @returns {string}
 */
function typeOf(property) {
  if (Array.isArray(property.enum))
    return property.enum.map((/** @type {unknown} */ value) => `\`${value}\``).join(' ');
  if (property.const !== undefined) return `\`${property.const}\``;
  if (property.type === 'array')
    return `list of ${property.items === undefined ? 'any' : typeOf(property.items)}`;
  const variants = property.anyOf ?? property.oneOf;
  if (Array.isArray(variants)) return [...new Set(variants.map(typeOf))].join(' or ');
  return [property.type ?? 'any'].flat().join(' or ');
}

/**
 * How an option of the command line takes the input.
 * @param {any} property JSON Schema of one input
 * @returns {'flag' | 'number' | 'list' | 'pairs' | 'text'}
 */
function optionKind(property) {
  const variants = [property, ...(property.anyOf ?? [])];
  const has = (/** @type {string} */ type) =>
    variants.some((variant) => [variant.type].flat().includes(type));
  if (has('boolean')) return 'flag';
  if (has('array')) return 'list';
  if (has('object')) return 'pairs';
  return has('integer') || has('number') ? 'number' : 'text';
}

/**
 * What the command line needs to know of an operation before it loads it.
 * @param {{ name: string, summary: string, input: unknown }} operation
 */
async function commandOf({ name, summary, input }) {
  const schema = await jsonSchema(input, 'input');
  const required = new Set(schema.required ?? []);
  const properties = Object.entries(/** @type {Record<string, any>} */ (schema.properties ?? {}));
  const inputs = properties.map(([key, property]) => ({
    name: key,
    kind: optionKind(property),
    required: required.has(key),
    choices: property.enum ?? [],
    description: property.description ?? '',
  }));
  return { name, summary, inputs };
}

/**
 * A TypeScript literal of plain data, laid out as biome does it.
 * @param {any} value
 * @param {string} indent
 * @returns {string}
 */
function literal(value, indent = '') {
  if (typeof value === 'string')
    return value.includes("'") && !value.includes('"')
      ? JSON.stringify(value)
      : `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const flat = `[${value.map((item) => literal(item)).join(', ')}]`;
    const isFlat = value.every((item) => typeof item !== 'object') && indent.length + flat.length < 90;
    return isFlat
      ? flat
      : `[\n${value.map((item) => `${inner}${literal(item, inner)},\n`).join('')}${indent}]`;
  }
  const fields = Object.entries(value).map(([key, part]) => `${inner}${key}: ${literal(part, inner)},\n`);
  return `{\n${fields.join('')}${indent}}`;
}

/** @param {{ name: string, summary: string, input?: unknown, tool?: { name: string } | null }} operation */
async function describeOperation(operation) {
  const schema = operation.input === undefined ? {} : await jsonSchema(operation.input, 'input');
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(/** @type {Record<string, any>} */ (schema.properties ?? {})).map(
    ([name, property]) =>
      `| \`${name}\` | ${cell(typeOf(property))} | ${required.has(name) ? 'yes' : ''} | ${cell(property.description)} |\n`,
  );
  const table =
    rows.length === 0
      ? 'No input.\n'
      : `| input | type | required | meaning |\n|---|---|---|---|\n${rows.join('')}`;
  const tool = operation.tool === undefined ? operation.name.replaceAll('-', '_') : operation.tool?.name;
  const agents = tool === undefined ? 'No tool for agents.' : `Tool for agents: \`${tool}\`.`;
  return `## ${operation.name}\n\n${operation.summary} ${agents}\n\n${table}`;
}

/**
 * The files that need the modules themselves.
 * @returns {Promise<Generated[]>}
 */
async function fromModules() {
  const operations = operationNames();
  const hasReportSchema = existsSync(join(ROOT, REPORT_SCHEMA));
  if (operations.length === 0 && !hasReportSchema) return [];
  const entry = Object.fromEntries(
    operations.map((name) => [`operation-${name}`, `${OPERATIONS}/${name}.ts`]),
  );
  const modules = await loadSources(hasReportSchema ? { ...entry, 'report-schema': REPORT_SCHEMA } : entry);
  /** @type {Generated[]} */
  const files = [];
  if (operations.length > 0) {
    const described = await Promise.all(
      operations.map((name) => describeOperation(modules[`operation-${name}`].operation)),
    );
    const text = `<!-- Written by \`npm run gen\` from src/app/operations. -->\n# Operations\n\nEvery operation is a command of the CLI, and a tool of the MCP server unless it says otherwise.\n\n${described.join('\n')}`;
    files.push({ path: 'docs/reference/operations.md', text });
    const commands = await Promise.all(
      operations.map((name) => commandOf(modules[`operation-${name}`].operation)),
    );
    files.push({
      path: `${OPERATIONS}/commands.generated.ts`,
      text: `${HEADER}import type { CommandShape } from '../operation.ts';

/** Every operation as a command of the command line, known without loading it. */
export const COMMAND_SHAPES: readonly CommandShape[] = ${literal(commands)};
`,
    });
  }
  if (hasReportSchema) {
    const schema = await jsonSchema(modules['report-schema'].reportSchema, 'output');
    files.push({ path: 'docs/schema/report.schema.json', text: `${JSON.stringify(schema, null, 2)}\n` });
  }
  return files;
}

/** @param {Generated} file */
function isStale({ path, text }) {
  const target = join(ROOT, path);
  return !existsSync(target) || readFileSync(target, 'utf8') !== text;
}

/** @param {readonly Generated[]} files */
function write(files) {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
    console.log(`wrote ${path}`);
  }
}

const check = process.argv.includes('--check');
const registries = [
  ...lockFile(),
  ...connectorRegistry(),
  ...formatRegistry(),
  ...operationRegistry(),
  ...(await lineKernel()),
].filter(isStale);
if (!check) write(registries);
const others = (await fromModules()).filter(isStale);
if (!check) write(others);
const stale = [...registries, ...others];
if (check && stale.length > 0) {
  console.error(`stale, run \`npm run gen\`:\n${stale.map(({ path }) => `  ${path}`).join('\n')}`);
  process.exitCode = 1;
}
