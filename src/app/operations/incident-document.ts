/** The incident as a document in Markdown, in pages that a reader with little room can take one by one. */
import { z } from 'zod';
import { findReport, handleInput } from '../handle.ts';
import { defineOperation } from '../operation.ts';
import { renderReportAs } from '../render.ts';

const VIEWS = [
  'full',
  'rollback-decision',
  'timeline',
  'root-cause',
  'blast-radius',
  'status-update',
  'postmortem',
] as const;

/** Characters of a page: about two thousand tokens. */
const PAGE_LIMIT = 6_000;

const output = z.strictObject({
  incident: z.string(),
  view: z.enum(VIEWS),
  page: z.number(),
  pages: z.number(),
  markdown: z.string(),
});

/** Whole lines, a heading at the top of a page where one is near; a line longer than a page is cut into pieces. */
export function splitIntoPages(text: string, limit: number = PAGE_LIMIT): readonly string[] {
  const pages: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const head = rest.slice(0, limit);
    const heading = head.lastIndexOf('\n#');
    const line = head.lastIndexOf('\n');
    const end = [heading, line].find((at) => at > limit / 2) ?? limit - 1;
    pages.push(rest.slice(0, end + 1));
    rest = rest.slice(end + 1);
  }
  if (rest.trim() !== '' || pages.length === 0) pages.push(rest);
  return pages;
}

export const operation = defineOperation({
  name: 'incident-document',
  summary: 'The incident as a document: the report, a status update, a postmortem.',
  input: z.strictObject({
    ...handleInput,
    view: z.enum(VIEWS).default('full').describe('Which document'),
    page: z.number().int().positive().max(10_000).default(1).describe('Which page of it'),
  }),
  output,
  effects: 'read',
  tool: {
    name: 'document',
    title: 'Incident document',
    description:
      'Incident document in Markdown: the full triage report, a status update for those who wait, a postmortem draft, or one part (rollback decision, root cause, blast radius, timeline). Written from the stored report; long documents come in pages. Use its words as they are: every number in it has evidence.',
    idempotent: true,
    gathers: false,
  },
  text: ({ view, page, pages, markdown }) =>
    `${markdown.trimEnd()}${pages > 1 ? `\n\n(page ${page} of ${pages} of ${view})` : ''}`,
  async run({ view, page, ...handle }, platform) {
    const report = await findReport(handle, platform);
    const whole = await renderReportAs(report, { format: 'markdown', view, color: false, width: 100 });
    const pages = splitIntoPages(whole);
    const shown = Math.min(page, pages.length);
    return {
      incident: report.incident.id,
      view,
      page: shown,
      pages: pages.length,
      markdown: pages[shown - 1] ?? '',
    };
  },
});
