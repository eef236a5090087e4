/** Evidence: each cited piece with the place where it can be read again and a quotation; and what was read at all. */
import type { Report, ReportEvidence } from '../../../../domain/report.ts';
import {
  type Block,
  bullets,
  item,
  type ListItem,
  label,
  paragraph,
  quote,
  type Section,
  strong,
  table,
  text,
} from '../document.ts';
import { plural } from '../words/numbers.ts';
import { instant } from '../words/times.ts';

export function evidenceSection(report: Report): Section {
  return { title: 'Evidence', blocks: [...evidenceBlocks(report, null), ...coverageBlocks(report)] };
}

/** The cited pieces only, so that a part of the report can be read alone. */
export function citedEvidenceSection(report: Pick<Report, 'evidence'>, cited: ReadonlySet<string>): Section {
  return { title: 'Evidence', blocks: evidenceBlocks(report, cited) };
}

/** Every citation in the blocks. */
export function citationsOf(sections: readonly Section[]): ReadonlySet<string> {
  const inlines = sections.flatMap((section) => section.blocks).flatMap(inlinesOf);
  return new Set(inlines.flatMap((inline) => (inline.kind === 'cite' ? inline.ids : [])));
}

function inlinesOf(block: Block) {
  switch (block.kind) {
    case 'paragraph':
    case 'label':
      return block.content;
    case 'list':
      return block.items.flatMap((entry) => entry.content);
    case 'table':
      return block.rows.flat(2);
    case 'command':
    case 'patch':
      return [];
  }
}

function evidenceBlocks(
  report: Pick<Report, 'evidence'>,
  cited: ReadonlySet<string> | null,
): readonly Block[] {
  const items = Object.entries(report.evidence)
    .filter(([id]) => cited === null || cited.has(id))
    .sort(([a], [b]) => number(a) - number(b) || (a < b ? -1 : 1))
    .map(([id, piece]) => evidenceItem(id, piece));
  return [items.length === 0 ? paragraph(text('No evidence is cited.')) : bullets(items, 8)];
}

function evidenceItem(id: string, piece: ReportEvidence): ListItem {
  const base = [strong(id), text(` ${piece.locator}`)];
  if (/[\n\r]/.test(piece.excerpt.trim())) return { ...item(...base), excerpt: piece.excerpt, anchor: id };
  return { ...item(...base, text(' — '), quote(piece.excerpt.trim())), anchor: id };
}

function number(id: string): number {
  return Number(/^E(\d+)$/.exec(id)?.[1] ?? Number.MAX_SAFE_INTEGER);
}

function coverageBlocks(report: Report): readonly Block[] {
  if (report.coverage.length === 0) return [];
  const rows = report.coverage.map((entry) => [
    [text(entry.source)],
    [text(entry.path === null ? entry.what : `${entry.what} (${entry.path})`)],
    [text(plural(entry.items, entry.unit.replace(/s$/, ''), entry.unit))],
    [text(interval(entry.from, entry.to))],
    [text(entry.notes.join('; '))],
  ]);
  return [label('What Was Read'), table(['Source', 'What', 'Amount', 'From – to', 'Remarks'], rows, 6)];
}

function interval(from: string | null, to: string | null): string {
  if (from === null && to === null) return '—';
  return `${from === null ? '?' : instant(from)} – ${to === null ? '?' : instant(to)}`;
}
