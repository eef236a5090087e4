/** Follow-up Actions and Lessons Learned, each with what it rests on. */
import type { Report } from '../../../../domain/report.ts';
import { bullets, cite, item, marked, numbered, paragraph, type Section, text } from '../document.ts';

export function followUpsSection(report: Report, title = 'Follow-up Actions'): Section {
  const items = report.followUps.map((followUp) =>
    marked('open', text(`${followUp.action} — ${followUp.why}`), cite(followUp.evidence)),
  );
  return {
    title,
    blocks: [items.length === 0 ? paragraph(text('None follows from the evidence.')) : numbered(items)],
  };
}

export function lessonsSection(report: Report): Section {
  const items = report.lessons.map((lesson) => item(text(lesson.text), cite(lesson.evidence)));
  return {
    title: 'Lessons Learned',
    blocks: [items.length === 0 ? paragraph(text('None follows from the evidence.')) : bullets(items)],
  };
}
