/** Styled text → lines of at most so many columns. Widths are those of terminals: East Asian wide and emoji 2, combining 0. */
import { paint, type Style } from './colour.ts';

export interface Span {
  readonly text: string;
  readonly style: Style;
}

interface Line {
  readonly spans: Span[];
  columns: number;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}]/u;

export function columnsOf(value: string): number {
  let columns = 0;
  for (const character of value) {
    if (/[\p{M}\u200c\u200d]/u.test(character)) continue;
    columns += WIDE.test(character) ? 2 : 1;
  }
  return columns;
}

/**
 * Lines of `width` columns, the first after `lead`, the others after as many blanks. Breaks between words,
 * inside a word only where it is longer than a line.
 */
export function wrap(spans: readonly Span[], width: number, lead: Span, color: boolean): readonly string[] {
  const indent = columnsOf(lead.text);
  const room = Math.max(10, width - indent);
  const lines: Line[] = [{ spans: [], columns: 0 }];
  for (const word of words(spans)) place(word, lines, room);
  const blanks = ' '.repeat(indent);
  return lines.map((line, index) => {
    const body = line.spans.map((span) => paint(span.text, span.style, color)).join('');
    if (body === '') return index === 0 ? paint(lead.text.trimEnd(), lead.style, color) : '';
    return `${index === 0 ? paint(lead.text, lead.style, color) : blanks}${body}`;
  });
}

/** At most `limit` lines; the last one ends in `…` where something was cut. */
export function firstLines(lines: readonly string[], limit: number): readonly string[] {
  if (lines.length <= limit) return lines;
  return [...lines.slice(0, limit - 1), `${lines[limit - 1] ?? ''} …`];
}

/** The start of a line that is not wrapped, `…` where something was cut. */
export function cut(value: string, width: number): string {
  let columns = 0;
  let kept = '';
  for (const character of value) {
    columns += columnsOf(character);
    if (columns > width - 1) return `${kept}…`;
    kept += character;
  }
  return kept;
}

/** A word is what must stay together: spans without a blank between them, and code as a whole. */
function words(spans: readonly Span[]): readonly (readonly Span[])[] {
  const result: Span[][] = [[]];
  for (const span of spans) {
    const pieces = span.style === 'code' ? [span.text] : span.text.split(/ +(?!%)/);
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) result.push([]);
      if (piece !== '') result.at(-1)?.push({ text: piece, style: span.style });
    }
  }
  return result.filter((word) => word.length > 0);
}

function place(word: readonly Span[], lines: Line[], room: number): void {
  const columns = word.reduce((sum, span) => sum + columnsOf(span.text), 0);
  const line = lines.at(-1);
  if (line === undefined) return;
  if (line.columns > 0 && line.columns + 1 + columns <= room) {
    line.spans.push({ text: ' ', style: 'plain' }, ...word);
    line.columns += 1 + columns;
  } else if (columns <= room && line.columns === 0) {
    line.spans.push(...word);
    line.columns = columns;
  } else {
    if (line.columns > 0) lines.push({ spans: [], columns: 0 });
    if (columns <= room) place(word, lines, room);
    else breakWord(word, lines, room);
  }
}

function breakWord(word: readonly Span[], lines: Line[], room: number): void {
  for (const span of word) {
    for (const character of span.text) {
      const columns = columnsOf(character);
      if ((lines.at(-1)?.columns ?? 0) + columns > room) lines.push({ spans: [], columns: 0 });
      const line = lines.at(-1);
      if (line === undefined) return;
      const last = line.spans.at(-1);
      if (last?.style === span.style)
        line.spans[line.spans.length - 1] = { ...last, text: last.text + character };
      else line.spans.push({ text: character, style: span.style });
      line.columns += columns;
    }
  }
}
