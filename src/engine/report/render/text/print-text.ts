/** Document → terminal text: the headline, then compact sections. Long lists are cut and say so; commands never are. */
import {
  type Block,
  type Inline,
  type ListItem,
  onlyCitations,
  type ReportDocument,
  type Rich,
} from '../document.ts';
import { cleanCommand, cleanLine, cleanLines } from '../words/clean.ts';
import { paint, type Style } from './colour.ts';
import { commandLines, printHeadline, type Screen } from './print-headline.ts';
import { columnsOf, cut, firstLines, type Span, wrap } from './wrap.ts';

const MIN_WIDTH = 40;
const MAX_WIDTH = 120;
/** Rows of one item or paragraph, and lines of one quotation. */
const MAX_ROWS = 8;
const MAX_EXCERPT_LINES = 6;
const MAX_TITLE_ROWS = 2;
const MARKS = { done: '[x] ', open: '[ ] ', unknown: '[?] ' } as const;
const MARK_STYLE: Readonly<Record<keyof typeof MARKS, Style>> = {
  done: 'good',
  open: 'plain',
  unknown: 'warn',
};

export function printText(document: ReportDocument, options: Screen): string {
  const screen = { ...options, width: Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, options.width)) };
  const top =
    document.headline === null ? titleLines(document, screen) : printHeadline(document.headline, screen);
  const sections = document.sections.flatMap((section) => [
    '',
    paint(cleanLine(section.title), 'heading', screen.color),
    ...section.blocks.flatMap((block) => printBlock(block, screen)),
  ]);
  return `${[...top, ...sections].join('\n')}\n`;
}

function titleLines(document: ReportDocument, screen: Screen): readonly string[] {
  const facts = document.facts.flatMap((fact, index): readonly Span[] => [
    { text: index === 0 ? '' : ' · ', style: 'plain' },
    ...spansOf(fact.content),
  ]);
  return [
    ...firstLines(
      wrap([{ text: cleanLine(document.title), style: 'bold' }], screen.width, NO_LEAD, screen.color),
      MAX_TITLE_ROWS,
    ),
    ...(facts.length === 0 ? [] : wrap(facts, screen.width, NO_LEAD, screen.color)),
  ];
}

const NO_LEAD: Span = { text: '', style: 'plain' };

function printBlock(block: Block, screen: Screen): readonly string[] {
  switch (block.kind) {
    case 'paragraph':
      return body(spansOf(block.content), '', screen);
    case 'label':
      return body([{ text: `${block.label}: `, style: 'bold' }, ...spansOf(block.content)], '', screen);
    case 'list':
      return [
        ...block.items
          .slice(0, block.keep)
          .flatMap((entry, index) =>
            printItem(entry, block.style === 'bullet' ? '- ' : `${index + 1}. `, screen),
          ),
        ...rest(block.items.length - block.keep, screen),
      ];
    case 'table':
      return [
        ...printRows(block.rows.slice(0, block.keep), screen),
        ...rest(block.rows.length - block.keep, screen),
      ];
    case 'command':
      return commandLines(block.command, screen.color);
    case 'patch':
      return cleanCommand(block.patch).map((line) => patchLine(line.trimEnd(), screen));
  }
}

function patchLine(line: string, screen: Screen): string {
  return line === '' ? '' : `    ${paint(cut(line, screen.width - 4), 'dim', screen.color)}`;
}

function rest(count: number, screen: Screen): readonly string[] {
  return count > 0 ? [paint(`  … and ${count} more (use --format markdown)`, 'dim', screen.color)] : [];
}

function printItem(entry: ListItem, bullet: string, screen: Screen): readonly string[] {
  const mark = entry.mark === null ? '' : MARKS[entry.mark];
  const style = entry.mark === null ? 'plain' : MARK_STYLE[entry.mark];
  const lead: Span = { text: `  ${bullet}${mark}`, style };
  const quoted = entry.excerpt === null ? [] : cleanLines(entry.excerpt);
  const bar = paint('      │ ', 'dim', screen.color);
  const shown = quoted.slice(0, MAX_EXCERPT_LINES).map((line) => `${bar}${cut(line, screen.width - 8)}`);
  return [
    ...firstLines(wrap(spansOf(entry.content), screen.width - 2, lead, screen.color), MAX_ROWS),
    ...(entry.command === null ? [] : commandLines(entry.command, screen.color)),
    ...shown,
    ...(quoted.length > MAX_EXCERPT_LINES ? [`${bar}…`] : []),
  ];
}

/** The first column stands alone where it is narrow (times); the others follow in one run of text. */
function printRows(rows: readonly (readonly Rich[])[], screen: Screen): readonly string[] {
  const widest = Math.max(0, ...rows.map((cells) => columnsOf(plainText(cells[0] ?? []))));
  const narrow = widest <= 20;
  return rows.flatMap(([first = [], ...others]) => {
    const tail = others
      .filter((cell) => plainText(cell) !== '')
      .flatMap((cell, index): readonly Span[] => {
        const between: Span = { text: separator(cell, narrow && index === 0), style: 'plain' };
        return [between, ...spansOf(cell)];
      });
    const head = plainText(first).padEnd(widest);
    const lead: Span = { text: narrow ? `  ${head}  ` : '  - ', style: 'plain' };
    return firstLines(
      wrap(narrow ? tail : [...spansOf(first), ...tail], screen.width - 2, lead, screen.color),
      MAX_ROWS,
    );
  });
}

function separator(cell: Rich, first: boolean): string {
  if (first) return '';
  return onlyCitations(cell) === null ? ' — ' : '';
}

function body(spans: readonly Span[], lead: string, screen: Screen): readonly string[] {
  return firstLines(
    wrap(spans, screen.width - 2, { text: lead, style: 'plain' }, screen.color),
    MAX_ROWS + 4,
  );
}

function plainText(content: Rich): string {
  return spansOf(content)
    .map((span) => span.text)
    .join('')
    .trim();
}

function spansOf(content: Rich): readonly Span[] {
  return content.map(spanOf);
}

function spanOf(inline: Inline): Span {
  switch (inline.kind) {
    case 'text':
      return { text: cleanLine(inline.text), style: inline.tone };
    case 'strong':
      return { text: cleanLine(inline.text), style: inline.tone === 'plain' ? 'bold' : inline.tone };
    case 'code':
      return { text: cleanLine(inline.text).trim(), style: 'code' };
    case 'quote':
      return { text: `“${cleanLine(inline.text)}”`, style: 'plain' };
    case 'cite':
      return {
        text: inline.ids.length === 0 ? '' : ` (${inline.ids.map(cleanLine).join(', ')})`,
        style: 'dim',
      };
  }
}
