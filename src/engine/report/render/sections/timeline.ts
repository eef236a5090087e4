/** Incident Timeline: what happened when, in the order of the model. */
import type { Report, TimelineEntry } from '../../../../domain/report.ts';
import { type Block, cite, code, paragraph, type Rich, type Section, table, text } from '../document.ts';
import { clockTime, commonDay } from '../words/times.ts';

export function timelineSection(report: Report, keep = 12): Section {
  return { title: 'Incident Timeline', blocks: timelineBlocks(report, keep) };
}

/** Times without a date are those of the day that the first line names. */
export function timelineBlocks(report: Report, keep: number): readonly Block[] {
  if (report.timeline.length === 0) return [paragraph(text('No event is recorded.'))];
  const day = commonDay(report.timeline.map((entry) => entry.at));
  const rows = report.timeline.map((entry): readonly Rich[] => [
    [text(clockTime(entry.at, day))],
    event(entry),
    [cite(entry.evidence)],
  ]);
  return [
    ...(day === null ? [] : [paragraph(text(`All times are of ${day}.`))]),
    table(['Time (UTC)', 'Event', 'Evidence'], rows, keep),
  ];
}

function event(entry: TimelineEntry): Rich {
  const named = entry.service === null || entry.summary.includes(entry.service);
  return named || entry.service === null
    ? [text(entry.summary)]
    : [code(entry.service), text(`: ${entry.summary}`)];
}
