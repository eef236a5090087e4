/** The whole report, and single sections of it that stand alone with the evidence they cite. */
import type { Report } from '../../../../domain/report.ts';
import type { Fact, ReportDocument, Section } from '../document.ts';
import { label, text } from '../document.ts';
import { buildHeadline } from '../headline.ts';
import { blastRadiusSection } from '../sections/blast-radius.ts';
import { citationsOf, citedEvidenceSection, evidenceSection } from '../sections/evidence.ts';
import { impactSection } from '../sections/impact.ts';
import { followUpsSection, lessonsSection } from '../sections/learning.ts';
import { otherChangesSection } from '../sections/other-changes.ts';
import { questionsSection } from '../sections/questions.ts';
import { rollbackSection } from '../sections/rollback.ts';
import { rootCauseSection } from '../sections/root-cause.ts';
import { summarySection } from '../sections/summary.ts';
import { timelineSection } from '../sections/timeline.ts';
import { SEVERITY_TONE } from '../words/names.ts';
import { durationPhrase, exactDuration, instant } from '../words/times.ts';

/** The order of the sections is a contract: DESIGN.md §7, docs/report.md. */
export function fullDocument(report: Report): ReportDocument {
  return {
    title: titleOf(report),
    facts: factsOf(report),
    headline: buildHeadline(report),
    sections: [
      summarySection(report),
      impactSection(report),
      blastRadiusSection(report),
      rootCauseSection(report),
      otherChangesSection(report),
      rollbackSection(report, false),
      timelineSection(report),
      followUpsSection(report),
      lessonsSection(report),
      questionsSection(report),
      evidenceSection(report),
    ],
  };
}

/** Recommendation, command and risk fill the first screen of a phone: what the incident is comes after them. */
export function rollbackDocument(report: Report): ReportDocument {
  const about = {
    title: 'Incident',
    blocks: factsOf(report).map((fact) => label(fact.label, ...fact.content)),
  };
  const { sections, ...rest } = alone(report, [rollbackSection(report, true)]);
  const [decision, ...others] = sections;
  return { ...rest, facts: [], sections: [...(decision === undefined ? [] : [decision]), about, ...others] };
}

export function timelineDocument(report: Report): ReportDocument {
  return alone(report, [timelineSection(report, 200)]);
}

export function rootCauseDocument(report: Report): ReportDocument {
  return alone(report, [rootCauseSection(report), otherChangesSection(report)]);
}

export function blastRadiusDocument(report: Report): ReportDocument {
  return alone(report, [impactSection(report), blastRadiusSection(report)]);
}

function alone(report: Report, sections: readonly Section[]): ReportDocument {
  return {
    title: titleOf(report),
    facts: factsOf(report),
    headline: null,
    sections: [...sections, citedEvidenceSection(report, citationsOf(sections))],
  };
}

function titleOf(report: Report): string {
  return `Incident Triage: ${report.incident.title}`;
}

export function factsOf(report: Report): readonly Fact[] {
  const { incident } = report;
  return [
    { label: 'Severity', content: [text(incident.severity, SEVERITY_TONE[incident.severity])] },
    { label: 'Status', content: [text(incident.status)] },
    {
      label: 'Duration',
      content: [text(durationPhrase(incident.durationSeconds, incident.ongoing))],
    },
    { label: 'Started', content: [text(startedPhrase(report))] },
  ];
}

function startedPhrase(report: Report): string {
  const { startedAt, startedAtUncertaintySeconds: uncertainty } = report.incident;
  if (startedAt === null) return 'unknown — no onset was found in the evidence';
  const margin = uncertainty === null || uncertainty < 1 ? '' : ` (± ${exactDuration(uncertainty)})`;
  return `${instant(startedAt)}${margin}`;
}
