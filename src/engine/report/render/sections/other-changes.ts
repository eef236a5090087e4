/** Other Changes Considered: every change in the window that is not the cause, with the reason it is cleared or merely less likely. */
import type { Report, ReportHypothesis } from '../../../../domain/report.ts';
import { cite, code, paragraph, type Rich, type Section, table, text } from '../document.ts';
import { changedValue, changeName, shortCommit } from '../words/names.ts';
import { formatProbability } from '../words/numbers.ts';
import { clockTime, commonDay } from '../words/times.ts';

type Cleared = Report['cleared'][number];

export function otherChangesSection(report: Report): Section {
  const suspects = report.hypotheses.filter(
    (hypothesis) =>
      hypothesis.change !== null &&
      hypothesis.rank !== report.rootCause?.rank &&
      !isCleared(hypothesis, report),
  );
  const day = commonDay([
    report.incident.asOf,
    ...suspects.map((suspect) => suspect.change?.at ?? null),
    ...report.cleared.map((entry) => entry.change.at),
  ]);
  const rows = [
    ...suspects.map((suspect) =>
      suspectRow(suspect, report.rootCause === null ? 'suspected' : 'less likely', day),
    ),
    ...report.cleared.map((entry) => clearedRow(entry, day)),
  ];
  return {
    title: 'Other Changes Considered',
    blocks: [
      rows.length === 0
        ? paragraph(text('No other change was found in the window.'))
        : table(['Change', 'When (UTC)', 'Verdict', 'Evidence'], rows, 8),
    ],
  };
}

/** A change that is cleared has its reason in that row. */
function isCleared(hypothesis: ReportHypothesis, report: Report): boolean {
  return report.cleared.some(({ change }) => {
    const sameCommit = change.commit !== null && change.commit === hypothesis.change?.commit;
    const sameVersion = change.version !== null && change.version === hypothesis.change?.version;
    return change.service === hypothesis.service && (sameVersion || sameCommit);
  });
}

function suspectRow(suspect: ReportHypothesis, verdict: string, day: string | null): readonly Rich[] {
  const change = suspect.change;
  const name = change === null ? suspect.statement : changeName(change);
  const value = change === null ? null : changedValue(change);
  const evidence = [...new Set(suspect.factors.flatMap((factor) => factor.evidence))];
  return [
    [...service(suspect.service), text(name), ...(value === null ? [] : [text(' '), code(value)])],
    [text(time(change?.at ?? null, day))],
    [text(`${verdict} (${formatProbability(suspect.probability)}): ${suspect.statement}`)],
    [cite(evidence.slice(0, 4))],
  ];
}

function clearedRow(entry: Cleared, day: string | null): readonly Rich[] {
  const { change } = entry;
  const commit = change.commit === null ? null : shortCommit(change.commit);
  const shown = commit === null || change.label.includes(commit) ? [] : [text(' '), code(commit)];
  const named = change.service !== null && change.label.includes(change.service);
  return [
    [...(named ? [] : service(change.service)), text(change.label), ...shown],
    [text(time(change.at, day))],
    [text(`cleared: ${entry.reason}`)],
    [cite(entry.evidence)],
  ];
}

function service(name: string | null): Rich {
  return name === null ? [] : [code(name), text(' ')];
}

function time(iso: string | null, day: string | null): string {
  return iso === null ? 'unknown' : clockTime(iso, day);
}
