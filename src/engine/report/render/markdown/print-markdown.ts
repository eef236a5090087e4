/** Document → GitHub-flavoured markdown. Knows blocks, nothing of incidents. */
import {
  type Block,
  type Headline,
  type Inline,
  type ListItem,
  type Mark,
  onlyCitations,
  type ReportDocument,
  type Rich,
} from '../document.ts';
import { cleanCommand, cleanLines } from '../words/clean.ts';
import { codeSpan, codeSpanInCell, escapeLineStart, escapeText, fencedBlock } from './escape.ts';

const MARKS: Readonly<Record<Mark, string>> = { done: '[x] ', open: '[ ] ', unknown: '[?] ' };

export function printMarkdown(document: ReportDocument): string {
  const facts = document.facts.map(
    (fact) => `**${escapeText(fact.label)}**: ${printRich(fact.content, codeSpan)}`,
  );
  const sections = document.sections.flatMap((section) => [
    `### ${escapeText(section.title)}`,
    ...section.blocks.map(printBlock),
  ]);
  const heading = `## ${escapeText(document.title).trim()}`;
  const decision = document.headline === null ? [] : decisionOf(document.headline);
  const parts = [heading, facts.join('  \n'), ...decision, ...sections];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** What to do stands before what is known: whoever is paged reads the first lines. The cause is in the summary right below. */
function decisionOf({ recommendation, reason, command, noCommand, risk }: Headline): string[] {
  return [
    `**Decision**: ${strongText(recommendation)} — ${escapeText(reason)}`,
    command === null
      ? `**Command**: ${escapeText(noCommand ?? 'none')}`
      : fencedBlock(cleanCommand(command), 'bash', ''),
    risk === null ? '' : `**Before**: ${escapeText(risk)}`,
  ];
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return startOfLine(block.content);
    case 'label':
      return `**${escapeText(block.label)}**: ${printRich(block.content, codeSpan)}`.trimEnd();
    case 'list':
      return block.items.map((entry, index) => printItem(block.style, entry, index + 1)).join('\n');
    case 'table':
      return printTable(block.columns, block.rows);
    case 'command':
      return fencedBlock(cleanCommand(block.command), 'bash', '');
    case 'patch':
      return fencedBlock(cleanCommand(block.patch), 'diff', '');
  }
}

function printItem(style: 'bullet' | 'numbered', entry: ListItem, position: number): string {
  const lead = style === 'bullet' ? '- ' : `${position}. `;
  const indent = ' '.repeat(lead.length);
  const mark = entry.mark === null ? '' : MARKS[entry.mark];
  const blocks = [
    entry.command === null ? null : fencedBlock(cleanCommand(entry.command), 'bash', indent),
    entry.excerpt === null ? null : fencedBlock(cleanLines(entry.excerpt), '', indent),
  ].filter((block) => block !== null);
  return [`${lead}${mark}${startOfLine(entry.content)}`, ...blocks].join('\n\n');
}

/** An item or paragraph never is empty: an empty one would change the structure around it. */
function startOfLine(content: Rich): string {
  const line = escapeLineStart(printRich(content, codeSpan));
  return line === '' ? '(empty)' : line;
}

function printTable(columns: readonly string[], rows: readonly (readonly Rich[])[]): string {
  const lines = rows.map((cells) => cells.map(printCell));
  return [columns.map(escapeText), columns.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function printCell(content: Rich): string {
  const ids = onlyCitations(content);
  return ids === null ? printRich(content, codeSpanInCell) : ids.map(escapeText).join(', ');
}

function printRich(content: Rich, span: (value: string) => string): string {
  return content
    .map((inline) => printInline(inline, span))
    .join('')
    .trim();
}

function printInline(inline: Inline, span: (value: string) => string): string {
  switch (inline.kind) {
    case 'text':
      return escapeText(inline.text);
    case 'strong':
      return strongText(inline.text);
    case 'code':
    case 'quote':
      return span(inline.text);
    case 'cite':
      return inline.ids.length === 0 ? '' : ` (${inline.ids.map(escapeText).join(', ')})`;
  }
}

function strongText(value: string): string {
  const content = escapeText(value).trim();
  return `**${content === '' ? '(empty)' : content}**`;
}
