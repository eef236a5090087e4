/**
 * Writes the template of every line of labelled logs, to be scored outside: `npm run eval:templates -- DIR [OUT]`. DIR holds one folder
 * per system with `<System>_2k.log`; OUT (default: predictions/ in a temporary folder) gets `<System>.txt`, one template per line.
 * One setting for all systems: messages are grouped by their words and groups merged as the connector does it, without looking at labels.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSources } from '../scripts/load.mjs';

const FOLDER = 'src/connectors/log-file';

const { parsing, templates, merging } = await loadSources({
  parsing: `${FOLDER}/formats/parse-line.ts`,
  templates: `${FOLDER}/template/template.ts`,
  merging: `${FOLDER}/template/merge.ts`,
});

/** @param {readonly string[]} lines @returns {readonly string[]} */
function templatesOf(lines) {
  /** @type {unknown} */
  let hint = null;
  const messages = lines.map((line) => {
    const { format, parsed } = parsing.parseLine(line, { yearHint: 2015 }, hint);
    hint = format;
    return { group: templates.groupOf(parsed.message), message: parsed.message };
  });
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { group } of messages) counts.set(group, (counts.get(group) ?? 0) + 1);
  const merged = merging.mergeGroups(counts);
  // one text for each group, that of its first message
  /** @type {Map<string, string>} */
  const texts = new Map();
  return messages.map(({ group, message }) => {
    const target = merged.get(group);
    const text = texts.get(target.group) ?? templates.templateOf(message, target.masked);
    texts.set(target.group, text);
    return text;
  });
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
