/**
 * `npm run eval:formats -- DIR`: the first record of each sample log in DIR against DIR/expected.json (time in UTC, level,
 * service, message), every miss listed. Zone-less stamps count as UTC; a service counts as found when the record's service,
 * or where it names none (or besides it) its logger, is the expected one. It only measures: nothing in src knows the samples.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadSources } from '../scripts/load.mjs';
import { progress } from '../scripts/workspace.mjs';

const SOURCES = {
  parse: 'src/connectors/log-file/formats/parse-line.ts',
  join: 'src/connectors/log-file/formats/continuation.ts',
};
const MAX_JOINED = 200;

/**
 * @typedef {{ ts?: string | null, level?: string | null, level_alt?: string | null, service?: string | null, service_alt?: string | null,
 *   message?: string | null, message_alt?: string | null, first_record_line?: number, year_assumed?: number }} Expected
 * @typedef {{ wallMs: number | null, offsetMinutes: number | null, severity: string, service: string | null, logger: string | null,
 *   message: string, partial: boolean }} Parsed
 */

/**
 * The record that begins at `at`, with the lines that belong to it; partial records are joined.
 * @param {readonly string[]} lines @param {number} at @param {any} modules @param {{ yearHint: number }} context
 * @returns {Parsed}
 */
function readFirst(lines, at, modules, context) {
  const { parseLine, unwrapLine } = modules.parse;
  const head = unwrapLine(lines[at] ?? '', context).payload;
  const joined = [lines[at] ?? ''];
  let last = head;
  while (at + joined.length < lines.length && joined.length < MAX_JOINED) {
    const { payload } = unwrapLine(lines[at + joined.length] ?? '', context);
    if (!modules.join.continuesRecord(payload, { head, last })) break;
    joined.push(payload);
    last = payload;
  }
  const end = at + joined.length;
  /** @type {Parsed} */
  const first = parseLine(joined.join('\n'), context, null).parsed;
  let { message, partial } = first;
  for (let next = end; partial && next < lines.length; next++) {
    const more = modules.parse.parseLine(lines[next], context, null).parsed;
    message = `${message}${message.endsWith(' ') ? '' : ' '}${more.message}`;
    partial = more.partial;
  }
  return { ...first, message };
}

/** @param {string | null | undefined} iso */
function milliseconds(iso) {
  return iso === null || iso === undefined ? null : Date.parse(iso.replace(/(\.\d{3})\d+/, '$1'));
}

/** @param {unknown} text */
function squeezed(text) {
  return String(text).replaceAll(/\s+/g, ' ').trim();
}

/**
 * What was found and what was expected, by column; `wanted` null in message means that it is not judged.
 * @param {Parsed} parsed @param {Expected} expected
 */
function columnsOf(parsed, expected) {
  const at = parsed.wallMs === null ? null : parsed.wallMs - (parsed.offsetMinutes ?? 0) * 60_000;
  const level = parsed.severity === 'unknown' ? null : parsed.severity;
  const services = [parsed.service, parsed.logger].filter((name) => name !== null);
  const { service_alt: otherService } = expected;
  const messages = [expected.message, expected.message_alt].filter(
    (text) => text !== null && text !== undefined,
  );
  const service = expected.service ?? null;
  return {
    time: {
      got: at === null ? null : new Date(at).toISOString(),
      want: expected.ts ?? null,
      ok: at === milliseconds(expected.ts),
    },
    level: {
      got: level,
      want: expected.level ?? null,
      ok: level === (expected.level ?? null) || (level !== null && level === expected.level_alt),
    },
    service: {
      got: services.join(' / ') || null,
      want: service,
      ok:
        service === null
          ? parsed.service === null
          : services.includes(service) ||
            (typeof otherService === 'string' && services.includes(otherService)),
    },
    message: {
      got: parsed.message,
      want: expected.message ?? null,
      ok: messages.length === 0 || messages.some((text) => squeezed(text) === squeezed(parsed.message)),
    },
  };
}

/** UTF-16 with a byte order mark is decoded; everything else is read as UTF-8. @param {string} file */
function textOf(file) {
  const bytes = readFileSync(file);
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(isWide ? 'utf16le' : 'utf8');
}

const folder = process.argv[2] === undefined ? null : resolve(process.argv[2]);
const table = folder === null ? null : join(folder, 'expected.json');
if (folder === null || table === null || !existsSync(table)) {
  progress('usage: npm run eval:formats -- DIR   (DIR holds expected.json and NAME.log files)');
  process.exit(2);
}
/** @type {Record<string, Expected>} */
const cases = JSON.parse(readFileSync(table, 'utf8'));
const modules = await loadSources(SOURCES);
/** @type {Record<string, number>} */
const right = { time: 0, level: 0, service: 0, message: 0 };
/** @type {string[]} */
const misses = [];
let total = 0;
for (const [name, expected] of Object.entries(cases)) {
  const file = join(folder, `${name}.log`);
  if (!existsSync(file)) continue;
  total++;
  const lines = textOf(file).split('\n');
  const context = { yearHint: expected.year_assumed ?? 2024 };
  const parsed = readFirst(lines, (expected.first_record_line ?? 1) - 1, modules, context);
  for (const [column, { got, want, ok }] of Object.entries(columnsOf(parsed, expected))) {
    if (ok) right[column] = (right[column] ?? 0) + 1;
    else misses.push(`${name}: ${column}\n    want ${JSON.stringify(want)}\n    got  ${JSON.stringify(got)}`);
  }
}
console.log(misses.join('\n'));
console.log(
  Object.entries(right)
    .map(([column, count]) => `${column} ${count}/${total}`)
    .join('  '),
);
