/** Document → one self-contained page without script. Its content policy allows nothing but the inline style. */
import {
  type Block,
  type Fact,
  type Headline,
  type Inline,
  type ListItem,
  type Mark,
  onlyCitations,
  type ReportDocument,
  type Rich,
  type Tone,
} from '../document.ts';
import { cleanCommand, cleanLines } from '../words/clean.ts';
import { anchorId, escapeHtml, escapeMarkup } from './escape.ts';
import { STYLE } from './style.ts';

const MARKS: Readonly<Record<Mark, string>> = { done: '☑', open: '☐', unknown: '?' };
const MARK_NAMES: Readonly<Record<Mark, string>> = { done: 'yes', open: 'no', unknown: 'unknown' };

export function printHtml(document: ReportDocument): string {
  const title = escapeHtml(document.title);
  const sections = document.sections.map(
    (section) =>
      `<section>\n<h2>${escapeHtml(section.title)}</h2>\n${section.blocks.map(printBlock).join('\n')}\n</section>`,
  );
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${title}</title>`,
    `<style>\n${STYLE}\n</style>`,
    '</head>',
    '<body>',
    '<main>',
    document.headline === null ? plainTop(title, document.facts) : printHeadline(document.headline),
    ...sections,
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function plainTop(title: string, facts: readonly Fact[]): string {
  const shown = facts.map((fact) => `${escapeHtml(fact.label)}: ${printRich(fact.content)}`);
  return `<header class="headline">\n<h1>${title}</h1>\n<p class="state">${shown.join(' · ')}</p>\n</header>`;
}

/** On a phone: what, decision, command and the one risk come before anything else. */
function printHeadline(headline: Headline): string {
  const lines = [
    `<h1><span class="badge ${headline.severityTone}">${escapeHtml(headline.severity)}</span> ${escapeHtml(headline.title)}</h1>`,
    `<p class="state">${escapeHtml(headline.state)}</p>`,
    `<p class="decision">${toned('strong', headline.recommendation, headline.recommendationTone)} — ${escapeHtml(headline.reason)}</p>`,
    headline.command === null
      ? `<p><strong>Command:</strong> ${escapeHtml(headline.noCommand ?? 'none')}</p>`
      : printCommand(headline.command),
    headline.risk === null ? '' : `<p><strong class="warn">Before:</strong> ${escapeHtml(headline.risk)}</p>`,
    headline.confirm === null ? '' : printCommand(headline.confirm),
    `<p><strong>Cause:</strong> ${escapeHtml(headline.cause)}${confidence(headline)}</p>`,
    headline.unknown.length === 0
      ? ''
      : `<p><strong>Unknown:</strong> ${headline.unknown.map(escapeHtml).join(' · ')}</p>`,
  ].filter((line) => line !== '');
  return `<header class="headline">\n${lines.join('\n')}\n</header>`;
}

function confidence(headline: Headline): string {
  return headline.confidence === null
    ? ''
    : ` ${toned('strong', `confidence ${headline.confidence}`, headline.confidenceTone)}`;
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${printRich(block.content)}</p>`;
    case 'label':
      return `<p><strong>${escapeHtml(block.label)}:</strong> ${printRich(block.content)}</p>`;
    case 'list':
      return printList(block.style, block.items);
    case 'table':
      return printTable(block.columns, block.rows);
    case 'command':
      return printCommand(block.command);
    case 'patch':
      return `<pre>${cleanCommand(block.patch).map(escapeMarkup).join('\n')}</pre>`;
  }
}

function printList(style: 'bullet' | 'numbered', items: readonly ListItem[]): string {
  const tag = style === 'bullet' ? 'ul' : 'ol';
  const checks = items.some((entry) => entry.mark !== null) ? ' class="checks"' : '';
  return `<${tag}${checks}>\n${items.map(printItem).join('\n')}\n</${tag}>`;
}

function printItem(entry: ListItem): string {
  const id = entry.anchor === null ? '' : ` id="${anchorId(entry.anchor)}"`;
  const mark =
    entry.mark === null
      ? ''
      : `<span role="img" aria-label="${MARK_NAMES[entry.mark]}">${MARKS[entry.mark]}</span> `;
  const command = entry.command === null ? '' : printCommand(entry.command);
  const excerpt =
    entry.excerpt === null ? '' : `<pre>${cleanLines(entry.excerpt).map(escapeMarkup).join('\n')}</pre>`;
  return `<li${id}>${mark}${printRich(entry.content)}${command}${excerpt}</li>`;
}

function printTable(columns: readonly string[], rows: readonly (readonly Rich[])[]): string {
  const head = columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${printCell(cell)}</td>`).join('')}</tr>`);
  return `<div class="table"><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table></div>`;
}

function printCell(content: Rich): string {
  const ids = onlyCitations(content);
  return ids === null ? printRich(content) : ids.map(citation).join(', ');
}

function printCommand(command: string): string {
  return `<pre class="command">${cleanCommand(command).map(escapeMarkup).join('\n')}</pre>`;
}

function printRich(content: Rich): string {
  return content.map(printInline).join('').trim();
}

function printInline(inline: Inline): string {
  switch (inline.kind) {
    case 'text':
      return inline.tone === 'plain' ? escapeHtml(inline.text) : toned('span', inline.text, inline.tone);
    case 'strong':
      return toned('strong', inline.text, inline.tone);
    case 'code':
      return `<code>${escapeHtml(inline.text)}</code>`;
    case 'quote':
      return `<code class="quote">${escapeHtml(inline.text)}</code>`;
    case 'cite':
      return inline.ids.length === 0
        ? ''
        : ` <span class="cites">(${inline.ids.map(citation).join(', ')})</span>`;
  }
}

function citation(id: string): string {
  return `<a href="#${anchorId(id)}">${escapeHtml(id)}</a>`;
}

function toned(tag: 'span' | 'strong', value: string, tone: Tone): string {
  return tone === 'plain'
    ? `<${tag}>${escapeHtml(value)}</${tag}>`
    : `<${tag} class="${tone}">${escapeHtml(value)}</${tag}>`;
}
