/**
 * One measured process of bench/logs.mjs. `scan BUNDLE FILE [SINCE UNTIL]`: the whole aggregation by the connector; `naive FILE`: readline, a regular
 * expression and Date.parse. Prints JSON: CPU from the start of the process in ms, peak memory in MB, and what was found.
 */
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** @param {string} bundle @param {string} file @param {number | null} since @param {number | null} until epoch ms */
async function scan(bundle, file, since, until) {
  const { collect } = await import(pathToFileURL(bundle).href);
  const stats = statSync(file);
  const evidence = {
    path: basename(file),
    absolutePath: file,
    size: stats.size,
    modifiedAt: stats.mtimeMs,
    head: () => '',
  };
  const found = await collect(
    { files: [evidence], asOf: null, since, until, zone: null, knownServices: [], config: null },
    { signal: new AbortController().signal, progress: () => undefined },
  );
  /** @type {{ service: string, severity: string, template: string, count: number, firstSeenAt: number, lastSeenAt: number }[]} */
  const patterns = found.patterns;
  return patterns.map(({ service, severity, template, count, firstSeenAt, lastSeenAt }) => ({
    service,
    severity,
    template,
    count,
    first: firstSeenAt,
    last: lastSeenAt,
  }));
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
  return counts.size;
}

const [mode = '', first = '', second = '', since = '', until = ''] = process.argv.slice(2);
const found =
  mode === 'scan'
    ? await scan(first, second, since === '' ? null : Number(since), until === '' ? null : Number(until))
    : await naive(first);
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({ cpuMs: (user + system) / 1000, rssMb: process.resourceUsage().maxRSS / 1024, found }),
);
