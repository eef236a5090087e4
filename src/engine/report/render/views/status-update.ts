/** A short update for stakeholders and a text for a public status page. Plain words, no command, no code, no internal name in public. */
import type { Severity } from '../../../../domain/impact.ts';
import type { Report } from '../../../../domain/report.ts';
import { parseIso, shift, toIso } from '../../../../domain/time.ts';
import { bullets, item, paragraph, type ReportDocument, type Section, strong, text } from '../document.ts';
import { plural } from '../words/numbers.ts';
import { plainAction, plainCause, plainDuration, publicSymptom } from '../words/plain.ts';
import { isKnown, quantityValue, sharePhrase } from '../words/quantities.ts';
import { instant } from '../words/times.ts';

/** Minutes to the next update; the usual practice, to be overridden by people. Null: when something changes. */
const NEXT_UPDATE_MINUTES: Readonly<Record<Severity, number | null>> = {
  SEV1: 30,
  SEV2: 60,
  SEV3: null,
  SEV4: null,
};

export function statusUpdateDocument(report: Report): ReportDocument {
  const { incident } = report;
  return {
    title: `Status Update: ${incident.title}`,
    facts: [
      { label: 'Status', content: [text(incident.status)] },
      { label: 'As of', content: [text(instant(incident.asOf))] },
    ],
    headline: null,
    sections: [
      { title: 'What We Know', blocks: [paragraph(text(whatWeKnow(report)))] },
      impact(report),
      { title: 'What Is Being Done', blocks: [paragraph(text(plainAction(report)))] },
      { title: 'Next Update', blocks: [paragraph(text(nextUpdate(report)))] },
      { title: 'Text for the Status Page', blocks: [paragraph(text(statusPageText(report)))] },
    ],
  };
}

function whatWeKnow(report: Report): string {
  const { incident } = report;
  const began = incident.startedAt === null ? null : `since ${instant(incident.startedAt)}`;
  const times = [began, plainDuration(report)].filter((part) => part !== null);
  const when = times.length === 0 ? '' : ` It has lasted ${times.reverse().join(', ')}.`;
  return `Reported: “${incident.symptom}”.${when} ${plainCause(report)}`;
}

function impact(report: Report): Section {
  const { users, userShare, revenuePerHour } = report.blastRadius;
  const share = sharePhrase(userShare) === null ? '' : ` (${sharePhrase(userShare)} of active users)`;
  return {
    title: 'Impact',
    blocks: [
      bullets([
        item(strong('Severity'), text(`: ${report.incident.severity}`)),
        item(
          strong('Users'),
          text(isKnown(users) ? `: ${quantityValue(users)}${share}` : ': number not known yet'),
        ),
        item(
          strong('Revenue'),
          text(isKnown(revenuePerHour) ? `: ${quantityValue(revenuePerHour)} at risk` : ': not known yet'),
        ),
      ]),
    ],
  };
}

function nextUpdate(report: Report): string {
  const { incident } = report;
  const asOf = parseIso(incident.asOf);
  const minutes = NEXT_UPDATE_MINUTES[incident.severity];
  if (incident.status === 'RESOLVED') return 'None is planned.';
  if (minutes === null || asOf === null) return 'When something changes.';
  return `By ${instant(toIso(shift(asOf, minutes * 60_000)))}, ${plural(minutes, 'minute')} after this one, or earlier when something changes.`;
}

function statusPageText(report: Report): string {
  const { incident } = report;
  const symptom = publicSymptom(report);
  const what = symptom === null ? 'Some functions do not work as they should' : sentenceCase(symptom);
  const since = incident.startedAt === null ? '' : ` since ${instant(incident.startedAt).slice(0, 16)} UTC`;
  const state = {
    INVESTIGATING: 'We are investigating.',
    IDENTIFIED: 'We have identified the cause and are working on a correction.',
    MITIGATING: 'A correction is being applied.',
    MONITORING: 'A correction is in place, and we are watching the results.',
    RESOLVED: 'This incident is resolved.',
  }[incident.status];
  if (report.symptoms.length === 0 && report.rootCause === null)
    return 'We looked into reports of a problem and see no fault at present. We keep watching.';
  return `${what}${since}. ${state}`;
}

function sentenceCase(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
