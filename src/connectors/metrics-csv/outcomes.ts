/** Tables of checks, as monitors of uptime export them: each row one check at a time, with what came of it. */
import type { CsvTable } from '../_kit/csv.ts';
import { plainKey } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';

const STATUS = /^(?:http)?(?:response)?(?:status|statuscode|code)$/;
const RESULT = /^(?:result|outcome|state|status|up|success|checkresult|checkstatus)$/;
const WELL = /^(?:up|ok|pass|passed|success|successful|true|healthy|online|available|yes)$/i;
const ILL =
  /^(?:down|fail|failed|failure|false|error|timeout|timed out|unhealthy|offline|unavailable|critical|no)$/i;
/** A row every few seconds is a request of somebody, and belongs to a log. */
const LEAST_STEP_MS = 10_000;
const SAMPLE_ROWS = 200;

/** 0 or 1 where the cell is an outcome, null for an empty one and for anything else. */
export function failedOf(cell: string): 0 | 1 | null {
  const text = cell.trim();
  if (/^[1-5]\d\d$/.test(text)) return Number(text) >= 500 ? 1 : 0;
  if (WELL.test(text)) return 0;
  return ILL.test(text) ? 1 : null;
}

function isOutcome(table: CsvTable, index: number, name: string): boolean {
  const key = plainKey(name);
  const cells = table.rows.slice(0, SAMPLE_ROWS).map(({ cells: row }) => (row[index] ?? '').trim());
  const told = cells.filter((cell) => cell !== '' && cell !== '0' && cell !== '-');
  if (told.length === 0) return false;
  const isCode = STATUS.test(key) && told.every((cell) => /^[1-5]\d\d$/.test(cell));
  const isWord = RESULT.test(key) && told.every((cell) => WELL.test(cell) || ILL.test(cell));
  return isCode || isWord;
}

/** Columns that say what came of a check; empty where rows stand closer than checks do. */
export function outcomeColumns(table: CsvTable, time: number): readonly number[] {
  const found = table.header.flatMap((name, index) =>
    index !== time && isOutcome(table, index, name) ? [index] : [],
  );
  if (found.length === 0) return [];
  const times = table.rows
    .slice(0, SAMPLE_ROWS)
    .flatMap(({ cells }) => readInstant(cells[time] ?? '', null)?.at ?? []);
  const distinct = [...new Set(times)].sort((a, b) => a - b);
  const span = (distinct.at(-1) ?? 0) - (distinct[0] ?? 0);
  return distinct.length >= 3 && span / (distinct.length - 1) >= LEAST_STEP_MS ? found : [];
}
