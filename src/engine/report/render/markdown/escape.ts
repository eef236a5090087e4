/** Markdown escaping: whatever the text is, it stays text within its line (CommonMark, GitHub tables and autolinks). */
import { cleanLine } from '../words/clean.ts';

/**
 * Plain text in the middle of a line. `_` inside a word, `~` before a figure and most punctuation stay as they are,
 * so that the source reads well too.
 */
export function escapeText(value: string): string {
  return cleanLine(value)
    .replace(/\\/g, '\\\\')
    .replace(/[`*[\]]/g, '\\$&')
    .replace(/&(?=[#\w]|$)/g, '&amp;')
    .replace(/<(?=[A-Za-z/!?]|$)/g, '&lt;')
    .replace(/\|/g, '\\|')
    .replace(/(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, (run) => '\\_'.repeat(run.length))
    .replace(/(?<=\S)~|~(?=~)/g, '\\~')
    .replace(/\$(?!\d)/g, '\\$$')
    .replace(/(https?|ftp|mailto|xmpp):/gi, '$1\\:')
    .replace(/www\./gi, (match) => `${match.slice(0, 3)}\\.`);
}

/** A whole line (already escaped inside) at a place where a block could begin. */
export function escapeLineStart(line: string): string {
  return line
    .trim()
    .replace(/^[#+=>:-]/, '\\$&')
    .replace(/^(\d{1,9})([.)])/, '$1\\$2');
}

/** A code span with a fence longer than any run of backticks inside; plain words when there is nothing to show. */
export function codeSpan(value: string): string {
  const content = cleanLine(value);
  if (content.trim() === '') return '(empty)';
  const fence = '`'.repeat(longestRun(content) + 1);
  const padded = /^[`\s]|[`\s]$/.test(content) ? ` ${content} ` : content;
  return `${fence}${padded}${fence}`;
}

/** A code span inside a table cell. A backslash before a pipe has no faithful form there and becomes escaped text. */
export function codeSpanInCell(value: string): string {
  const content = cleanLine(value);
  return content.includes('\\|') ? escapeText(content) : codeSpan(content).replaceAll('|', '\\|');
}

/** A fenced block of lines that are clean already, each line indented by `indent`. */
export function fencedBlock(lines: readonly string[], language: string, indent: string): string {
  const fence = '`'.repeat(Math.max(3, ...lines.map((line) => longestRun(line) + 1)));
  return [`${fence}${language}`, ...lines, fence].map((line) => `${indent}${line}`.trimEnd()).join('\n');
}

function longestRun(value: string): number {
  return Math.max(0, ...[...value.matchAll(/`+/g)].map((match) => match[0].length));
}
