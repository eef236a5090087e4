/** Summary: the paragraph of the model, and how the report was read where that needs saying. */
import type { Report } from '../../../../domain/report.ts';
import { paragraph, type Section, text } from '../document.ts';

export function summarySection(report: Report): Section {
  return { title: 'Summary', blocks: [paragraph(text(report.summary))] };
}
