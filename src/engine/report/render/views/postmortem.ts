/** A blameless draft for the review: only recorded facts, and plain gaps for what people have to add. */
import type { Report, TimelineEntry } from '../../../../domain/report.ts';
import { parseIso } from '../../../../domain/time.ts';
import {
  bullets,
  cite,
  item,
  type ListItem,
  label,
  type ReportDocument,
  type Section,
  text,
} from '../document.ts';
import { citationsOf, citedEvidenceSection } from '../sections/evidence.ts';
import { impactSection } from '../sections/impact.ts';
import { followUpsSection, lessonsSection } from '../sections/learning.ts';
import { rootCauseSection } from '../sections/root-cause.ts';
import { summarySection } from '../sections/summary.ts';
import { timelineSection } from '../sections/timeline.ts';
import { exactDuration } from '../words/times.ts';
import { factsOf } from './full.ts';

const TO_BE_FILLED_IN = label('To be filled in', text('by the people who took part'));

export function postmortemDocument(report: Report): ReportDocument {
  const sections = [
    summarySection(report),
    impactSection(report),
    timelineSection(report, 200),
    { ...rootCauseSection(report), title: 'Root Cause' },
    section('Contributing Factors', contributing(report)),
    section('What Went Well', wentWell(report)),
    section('What Went Badly', wentBadly(report)),
    followUpsSection(report, 'Action Items'),
    lessonsSection(report),
  ];
  return {
    title: `Postmortem (draft): ${report.incident.title}`,
    facts: factsOf(report),
    headline: null,
    sections: [...sections, citedEvidenceSection(report, citationsOf(sections))],
  };
}

function section(title: string, items: readonly ListItem[]): Section {
  return { title, blocks: items.length === 0 ? [TO_BE_FILLED_IN] : [bullets(items), TO_BE_FILLED_IN] };
}

/** What let the fault spread or made it harder to undo, as recorded. */
function contributing(report: Report): readonly ListItem[] {
  const findings = report.rollback.safety.findings.filter((finding) =>
    ['danger', 'step', 'unknown'].includes(finding.verdict),
  );
  return [
    ...report.blastRadius.cascade.map((impact) =>
      item(text(`The fault reached ${impact.service}: ${impact.effect}`), cite(impact.evidence)),
    ),
    ...findings.map((finding) => item(text(finding.statement), cite(finding.evidence))),
  ];
}

function wentWell(report: Report): readonly ListItem[] {
  const alert = firstAfterStart(report, 'alert');
  const response = firstAfterStart(report, 'response');
  const recovery = firstAfterStart(report, 'recovery');
  return [
    ...fact(alert, 'An alert was raised'),
    ...fact(response, 'The response is on record'),
    ...fact(recovery, 'Recovery is on record'),
  ];
}

function wentBadly(report: Report): readonly ListItem[] {
  const unseen = report.gaps.map((gap) => item(text(`${gap.source} (${gap.reason}): ${gap.effect}`)));
  const silent = report.symptoms.length > 0 && firstAfterStart(report, 'alert') === null;
  return silent ? [item(text('No alert is recorded in the evidence.')), ...unseen] : unseen;
}

function fact(found: Found | null, what: string): readonly ListItem[] {
  if (found === null) return [];
  const after = exactDuration(found.seconds);
  return [item(text(`${what} ${after} after the start: ${found.entry.summary}`), cite(found.entry.evidence))];
}

interface Found {
  readonly entry: TimelineEntry;
  readonly seconds: number;
}

function firstAfterStart(report: Report, kind: TimelineEntry['kind']): Found | null {
  const start = report.incident.startedAt === null ? null : parseIso(report.incident.startedAt);
  if (start === null) return null;
  for (const entry of report.timeline) {
    const at = parseIso(entry.at);
    if (entry.kind === kind && at !== null && at >= start) return { entry, seconds: (at - start) / 1000 };
  }
  return null;
}
