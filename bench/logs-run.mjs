/**
 * One measured process of bench/logs.mjs. `scan FOLDER FILE [SINCE UNTIL]`: bench/logs-scan.mjs as FOLDER has it compiled. `naive FILE`: readline,
 * a regular expression and Date.parse; it prints what the other prints.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** @param {string} folder @param {readonly string[]} argv */
async function scan(folder, argv) {
  const { loadCompiled } = await import(pathToFileURL(join(folder, 'compiled.mjs')).href);
  const compiled = await loadCompiled(pathToFileURL(join(folder, 'logs-scan.cjs')));
  await compiled.run(argv);
  compiled.keep();
}

const LINE = /^(\d{4}-\d\d-\d\dT\S+) (\w+) (\S+) (.*)$/;

/** @param {string} file */
async function naive(file) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const found = LINE.exec(line);
    if (found === null) continue;
    const key = `${found[2]} ${found[3]} ${Math.floor(Date.parse(found[1] ?? '') / 1000)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const { user, system } = process.cpuUsage();
  const rssMb = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ cpuMs: (user + system) / 1000, rssMb, found: counts.size }));
}

const [mode = '', first = '', ...rest] = process.argv.slice(2);
await (mode === 'scan' ? scan(first, rest) : naive(first));
