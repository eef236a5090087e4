/**
 * The whole aggregation of a log by the connector, as a script that the command line's own loader runs (docs/adr/0009): `FILE [SINCE UNTIL]`,
 * epoch ms. Prints JSON: CPU from the start of the process in ms, peak memory in MB, and what was found.
 */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { collect } from '../src/connectors/log-file/collect.ts';

/** @typedef {import('../src/domain/time.ts').EpochMs} EpochMs */

/** @param {string | undefined} text */
const instant = (text) => (text === undefined ? null : /** @type {EpochMs} */ (Number(text)));

/** @param {readonly string[]} argv */
export async function run([file = '', since, until]) {
  const stats = statSync(file);
  const evidence = {
    path: basename(file),
    absolutePath: file,
    size: stats.size,
    modifiedAt: /** @type {EpochMs} */ (stats.mtimeMs),
    head: () => '',
    compression: /** @type {const} */ ('none'),
    explicitLog: false,
  };
  const { patterns } = await collect(
    {
      files: [evidence],
      asOf: null,
      since: instant(since),
      until: instant(until),
      zone: null,
      knownServices: [],
      config: null,
    },
    // what the connector takes of its context
    /** @type {any} */ ({ signal: new AbortController().signal, progress: () => undefined }),
  );
  const found = patterns.map(({ service, severity, template, count, firstSeenAt, lastSeenAt }) => ({
    service,
    severity,
    template,
    count,
    first: firstSeenAt,
    last: lastSeenAt,
  }));
  const { user, system } = process.cpuUsage();
  const rssMb = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ cpuMs: (user + system) / 1000, rssMb, found }));
  return 0;
}
