/**
 * Writes the template of every line of labelled logs, to be scored outside: `npm run eval:templates -- DIR [OUT]`. DIR holds one folder
 * per system with `<System>_2k.log`; OUT (default: predictions/ in a temporary folder) gets `<System>.txt`, one template per line.
 * One setting for all systems: lines are grouped by skeleton key as the scanner does, without looking at labels.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSources } from '../scripts/load.mjs';

const FOLDER = 'src/connectors/log-file';

const { parsing, templates, merging, skeletons } = await loadSources({
  parsing: `${FOLDER}/formats/parse-line.ts`,
  templates: `${FOLDER}/template/template.ts`,
  merging: `${FOLDER}/template/merge.ts`,
  skeletons: `${FOLDER}/scan/skeleton.ts`,
});

/** @param {readonly string[]} lines @returns {readonly string[]} */
function templatesOf(lines) {
  const hasher = new skeletons.SkeletonHasher();
  /** @type {Map<string, string>} */
  const byKey = new Map();
  /** @type {unknown} */
  let hint = null;
  const found = lines.map((line) => {
    hasher.hash(Buffer.from(`${line}\n`), 0);
    const key = `${hasher.h1}:${hasher.h2}`;
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const { format, parsed } = parsing.parseLine(line, { yearHint: 2015 }, hint);
    hint = format;
    const template = templates.templateOf(parsed.message);
    byKey.set(key, template);
    return template;
  });
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const template of found) counts.set(template, (counts.get(template) ?? 0) + 1);
  const merged = merging.mergeTemplates(counts);
  return found.map((template) => merged.get(template) ?? template);
}

const [source = '', target = join(mkdtempSync(join(tmpdir(), 'wicked-templates-')), 'predictions')] =
  process.argv.slice(2);
mkdirSync(target, { recursive: true });
for (const system of source === '' ? [] : readdirSync(source).sort()) {
  const file = join(source, system, `${system}_2k.log`);
  if (!existsSync(file)) continue;
  const lines = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const found = templatesOf(lines);
  writeFileSync(join(target, `${system}.txt`), `${found.join('\n')}\n`);
  console.log(`${system.padEnd(12)} ${lines.length} lines, ${new Set(found).size} templates`);
}
console.log(source === '' ? 'usage: npm run eval:templates -- DIR [OUT]' : `predictions: ${target}`);
process.exitCode = source === '' ? 2 : 0;
