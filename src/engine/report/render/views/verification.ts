/** The verification of a mitigation on one page: outcome and what to do first, then each criterion before, during and after. */
import type { VerificationReport } from '../../../../domain/report.ts';
import type { CheckResult, VerificationOutcome } from '../../../../domain/verification.ts';
import {
  type Block,
  bullets,
  cite,
  code,
  item,
  label,
  type ReportDocument,
  type Section,
  strong,
  type Tone,
  table,
  text,
} from '../document.ts';
import { citationsOf, citedEvidenceSection } from '../sections/evidence.ts';
import { SEVERITY_TONE } from '../words/names.ts';
import { sparkline } from '../words/sparkline.ts';
import { clockTime, commonDay, instant, roughDuration } from '../words/times.ts';

const OUTCOME_TONE: Readonly<Record<VerificationOutcome, Tone>> = {
  RECOVERED: 'good',
  NOT_RECOVERED: 'bad',
  RELAPSED: 'bad',
  INCONCLUSIVE: 'warn',
};

const RESULT: Readonly<Record<CheckResult, { readonly word: string; readonly tone: Tone }>> = {
  recovered: { word: 'back', tone: 'good' },
  failing: { word: 'FAILS', tone: 'bad' },
  relapsed: { word: 'FAILS AGAIN', tone: 'bad' },
  waiting: { word: 'too early', tone: 'warn' },
  unknown: { word: 'unknown', tone: 'muted' },
};

/** `withSparkline`: only where block characters in a fixed-width font can be trusted. */
export function verificationDocument(report: VerificationReport, withSparkline: boolean): ReportDocument {
  const sections = [outcomeSection(report, withSparkline), checksSection(report), nextSection(report)];
  return {
    title: `Verification: ${report.incident.title}`,
    facts: [
      { label: 'Outcome', content: [text(report.outcome, OUTCOME_TONE[report.outcome])] },
      { label: 'Status', content: [text(report.status)] },
      {
        label: 'Severity',
        content: [text(report.incident.severity, SEVERITY_TONE[report.incident.severity])],
      },
      { label: 'As of', content: [text(instant(report.asOf))] },
    ],
    headline: null,
    sections: [...sections, citedEvidenceSection(report, citationsOf(sections))],
  };
}

function outcomeSection(report: VerificationReport, withSparkline: boolean): Section {
  const { mitigation, trend } = report;
  const blocks: Block[] = [
    label(report.outcome, text(report.reason)),
    label('Mitigation', text(mitigation.summary), cite(mitigation.evidence)),
  ];
  if (report.waitSeconds !== null)
    blocks.push(label('Wait', text(`about ${roughDuration(report.waitSeconds)}`)));
  const first = trend?.at[0];
  if (withSparkline && trend !== null && first !== undefined) {
    const day = commonDay([first, report.asOf]);
    blocks.push(
      label(
        'Trend',
        text(
          `${sparkline(trend.values)}  ${trend.what}, ${clockTime(first, day)} to ${clockTime(report.asOf, day)}, up to ${peak(report)}`,
        ),
      ),
    );
  }
  return { title: 'Did It Work?', blocks };
}

function peak({ trend }: VerificationReport): string {
  const most = Math.max(0, ...(trend?.values ?? []).map((value) => value ?? 0));
  return trend?.unit === 'ratio' ? `${Number((most * 100).toFixed(1))} %` : `${Math.round(most)}`;
}

function checksSection(report: VerificationReport): Section {
  if (report.checks.length === 0)
    return {
      title: 'Criteria',
      blocks: [label('Criteria', text('none could be measured in this evidence'))],
    };
  const rows = report.checks.map((check) => [
    [strong(RESULT[check.result].word, RESULT[check.result].tone)],
    [text(check.statement)],
    [text(check.before ?? '–')],
    [text(check.during ?? '–')],
    [text(check.after ?? '–')],
    [cite(check.evidence)],
  ]);
  const details = report.checks.filter(({ result }) => result !== 'recovered');
  return {
    title: 'Criteria',
    blocks: [
      table(['Now', 'Criterion', 'Before', 'While it failed', 'After', 'Evidence'], rows, 24),
      ...(details.length === 0
        ? []
        : [
            bullets(
              details.map((check) => item(code(check.id), text(` ${check.service ?? ''}: ${check.detail}`))),
            ),
          ]),
    ],
  };
}

function nextSection(report: VerificationReport): Section {
  return {
    title: 'Next',
    blocks: [
      bullets(report.next.map((step) => item(text(step)))),
      ...(report.notes.length === 0
        ? []
        : [label('Notes'), bullets(report.notes.map((note) => item(text(note))))]),
    ],
  };
}
