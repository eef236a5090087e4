/** Records of a file whatever its form: JSON, JSON lines or CSV by its name; and the first one for recognising it. It knows no vendor's fields. */
import type { EvidenceFile } from '../../ports/connector.ts';
import { parseCsv } from './csv.ts';
import { type JsonObject, type JsonRecords, readRecords, sampleOf, sampleUnder } from './records.ts';

/** Path in lower case without a compression suffix. */
export function plainPath(path: string): string {
  return path.replace(/\.(gz|zst)$/i, '').toLowerCase();
}

export function isCsvPath(path: string): boolean {
  return /\.(csv|tsv)$/.test(plainPath(path));
}

function isRecordPath(path: string): boolean {
  return /\.(jsonl?|ndjson|csv|tsv)$/.test(plainPath(path));
}

function csvRecord(header: readonly string[], cells: readonly string[]): JsonObject {
  return Object.fromEntries(header.map((name, index) => [name, cells[index] ?? '']));
}

/** The first record of a JSON, JSON lines or CSV file, looked for under `wrappers` too; null where there is none or for other names. */
export function sampleRecord(file: EvidenceFile, wrappers: readonly string[]): JsonObject | null {
  if (!isRecordPath(file.path)) return null;
  if (isCsvPath(file.path)) {
    const table = parseCsv(file.head().split('\n').slice(0, 4).join('\n'), 1);
    const row = table?.rows[0];
    return table === null || row === undefined ? null : csvRecord(table.header, row.cells);
  }
  const sample = sampleOf(file)[0];
  const key = wrappers.find((wrapper) => sample === undefined || Array.isArray(sample[wrapper]));
  if (sample !== undefined && key === undefined) return sample;
  const head = file.head();
  // The list of a document stands before those of its records.
  const listed = wrappers
    .map((wrapper) => ({ wrapper, at: head.indexOf(`"${wrapper}"`) }))
    .filter(({ wrapper, at }) => at >= 0 && (sample === undefined || Array.isArray(sample[wrapper])))
    .sort((one, other) => one.at - other.at);
  for (const { wrapper } of listed) {
    const first = sampleUnder(head, wrapper)[0];
    if (first !== undefined) return first;
  }
  return null;
}

function csvRecords(text: string, maxRecords: number): JsonRecords {
  const table = parseCsv(text, maxRecords);
  if (table === null) return { records: [], rejected: text.trim() === '' ? 0 : 1, truncated: false };
  const lines = text.split('\n');
  const offsets = [0];
  for (const line of lines) offsets.push((offsets.at(-1) ?? 0) + Buffer.byteLength(line) + 1);
  const records = table.rows.map(({ line, cells }) => ({
    value: csvRecord(table.header, cells),
    place: { kind: 'line', line, byteOffset: offsets[line - 1] ?? 0 } as const,
    text: (lines[line - 1] ?? '').trim(),
  }));
  return { records, rejected: table.rejected, truncated: table.truncated };
}

/** Reads the whole file. `wrappers`: keys under which a JSON document may hold its list. */
export function readRecordFile(
  path: string,
  text: string,
  wrappers: readonly string[],
  maxRecords: number,
): JsonRecords {
  return isCsvPath(path) ? csvRecords(text, maxRecords) : readRecords(text, wrappers, maxRecords);
}
