/** Histories of one line a commit: `--oneline` and formats of the user's own. Which words are what is told from all lines together. */
import { findDate, type ReadDate } from './dates.ts';
import { isFileName } from './file-lists.ts';

export interface OneLine {
  readonly sha: string;
  readonly refs: readonly string[];
  readonly subject: string;
  readonly author: string;
  readonly authored: ReadDate | null;
}

/** Reads one line; null where it begins no commit. */
export type LineHeader = (line: string, zone: string | null) => OneLine | null;

/** An id has a digit, or is long: `deadbee` could be a word, `defaced` is one. */
const START =
  /^(?:[*|\\/_ ]*\* )?"?((?=[a-f]*\d|[0-9a-f]{40})(?=\d*[a-f]|[0-9a-f]{40}|\d{7} )[0-9a-f]{7,64})"?(?=[\s|,;:\t-]|$)/;
const SAMPLE_LINES = 60;
/** Of the lines that are indented by nothing; the others list files. */
const ENOUGH = 0.8;
const SEPARATORS = ['|', '\t', ';', ','];

/** How the lines are laid out; null where they are no such history. */
export function lineLayout(lines: readonly string[]): LineHeader | null {
  const first = lines.find((line) => /\S/.test(line));
  if (first === undefined || !START.test(first)) return null;
  const sample = lines.filter((line) => /^\S/.test(line)).slice(0, SAMPLE_LINES);
  const starting = sample.filter((line) => START.test(line));
  const isList = (line: string) =>
    /^(?:[AMDTRC]\d*\t|\d+\t|-\t|:\d{6} |[\w./-]+$|diff --git|@@|[-+])/.test(line) || isFileName(line);
  const others = sample.filter((line) => !START.test(line) && !isList(line)).length;
  if (starting.length === 0 || starting.length < ENOUGH * (starting.length + others)) return null;
  if (starting.length === 1 && !/\s\S+\s\S/.test(starting[0] ?? '')) return null;
  if (starting.some((line) => /^[0-9a-f]{32,64}\s+\S+$/.test(line.trim()))) return null;
  const separator = SEPARATORS.find((mark) => isSeparator(mark, starting));
  return separator === undefined ? freeLine : columns(separator, starting);
}

function restOf(line: string): { readonly sha: string; readonly rest: string } | null {
  const match = START.exec(line);
  return match?.[1] === undefined ? null : { sha: match[1], rest: line.slice(match[0].length) };
}

/** Two or more in each line, right after the id. */
function isSeparator(mark: string, lines: readonly string[]): boolean {
  return lines.every((line) => {
    const rest = restOf(line)?.rest.replace(/^ +/, '') ?? '';
    return rest.startsWith(mark) && rest.slice(1).includes(mark);
  });
}

const REFS = /^\s*\(([^()]*(?:HEAD|tag: |origin\/|main|master|develop)[^()]*)\)/;

/** `<id> (refs) <date> <subject>`, the date anywhere. */
const freeLine: LineHeader = (line, zone) => {
  const start = restOf(line);
  if (start === null) return null;
  const refs = REFS.exec(start.rest);
  const text = (refs === null ? start.rest : start.rest.slice(refs[0].length)).replace(/^[\s:-]+/, '');
  const date = findDate(text, zone);
  const before = date === null ? text : text.slice(0, date.from).replace(/[\s([,:-]+$/, '');
  const after = date === null ? '' : text.slice(date.to).replace(/^[\s)\],:-]+/, '');
  const { author, subject } = splitAround(before, after);
  const listed = refs?.[1]?.split(', ') ?? [];
  return { sha: start.sha.toLowerCase(), refs: listed, subject, author, authored: dated(date) };
};

/** What stands before a date is the author where a subject follows it; else it is the subject, perhaps with `<author>` behind. */
function splitAround(before: string, after: string): { readonly author: string; readonly subject: string } {
  if (before === '' || after === '') {
    const text = before === '' ? after : before;
    const named = /^(.*\S) [<[(]([A-Z][^<>[\]()]{1,40})[>\])]$/.exec(text);
    return { author: named?.[2] ?? '', subject: named?.[1] ?? text };
  }
  if (/^[<[(][^<>[\]()]+[>\])]?$/.test(after))
    return { author: after.replace(/[<>[\]()]/g, ''), subject: before };
  return { author: before.replace(/[<>[\]()]/g, ''), subject: after };
}

function dated(date: ReadDate | null): ReadDate | null {
  return date === null ? null : { at: date.at, zoneless: date.zoneless };
}

/** Columns between separators. The subject is the column with the most different texts, and the last of those. */
function columns(separator: string, lines: readonly string[]): LineHeader {
  const cells = (line: string) => {
    const start = restOf(line);
    if (start === null) return null;
    const rest = start.rest.replace(/^ +/, '').slice(1);
    return {
      sha: start.sha,
      cells: rest.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')),
    };
  };
  const sample = lines.flatMap((line) => {
    const read = cells(line);
    return read === null ? [] : [read.cells];
  });
  const width = Math.min(...sample.map((row) => row.length));
  const isDate = (index: number) => sample.every((row) => isWholeDate(row[index] ?? ''));
  const dates = Array.from({ length: width }, (_, index) => index).filter(isDate);
  const texts = Array.from({ length: width }, (_, index) => index).filter(
    (index) =>
      !dates.includes(index) &&
      !sample.every((row) => /@\S+\.\S+$|^[0-9a-f]{7,64}$|^\(?$/.test(row[index] ?? '')),
  );
  const distinct = (index: number) => new Set(sample.map((row) => row[index])).size;
  const subject = texts.reduce<number | null>(
    (best, index) => (best === null || distinct(index) >= distinct(best) ? index : best),
    null,
  );
  const author = texts.find((index) => index !== subject);
  return (line, zone) => {
    const read = cells(line);
    if (read === null) return null;
    const isLast = subject !== null && subject === width - 1;
    const text = isLast ? read.cells.slice(subject).join(separator) : (read.cells[subject ?? 0] ?? '');
    const date = dates[0] === undefined ? null : findDate(read.cells[dates[0]] ?? '', zone);
    const by = author === undefined ? '' : (read.cells[author] ?? '');
    return { sha: read.sha.toLowerCase(), refs: [], subject: text.trim(), author: by, authored: dated(date) };
  };
}

function isWholeDate(text: string): boolean {
  const date = findDate(text, null);
  return date !== null && date.from === 0 && date.to === text.length;
}
