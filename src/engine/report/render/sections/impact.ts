/** Impact: users, services, business, why this severity, and the symptoms that were measured. */
import type { Report } from '../../../../domain/report.ts';
import {
  type Block,
  bullets,
  cite,
  code,
  item,
  joined,
  type ListItem,
  label,
  type Rich,
  type Section,
  strong,
  text,
} from '../document.ts';
import { formatNumber } from '../words/numbers.ts';
import { quantityPhrase, sharePhrase } from '../words/quantities.ts';
import { clockTime, commonDay } from '../words/times.ts';

export function impactSection(report: Report): Section {
  return {
    title: 'Impact',
    blocks: [
      bullets([usersItem(report), servicesItem(report), businessItem(report), ...severityItems(report)], 12),
      ...symptomBlocks(report),
    ],
  };
}

/** Users affected with the share of active users where both are known. */
export function usersPhrase(report: Report): string {
  const { users, userShare } = report.blastRadius;
  const share = sharePhrase(userShare);
  return quantityPhrase(users, share === null ? null : `${share} of active users`);
}

function usersItem(report: Report): ListItem {
  const { users } = report.blastRadius;
  return item(strong('Users affected'), text(`: ${usersPhrase(report)}`), cite(users.evidence));
}

function servicesItem(report: Report): ListItem {
  const { direct, cascade } = report.blastRadius;
  const failing = [...new Set(direct.map((impact) => impact.service))];
  const hit = [...new Set(cascade.map((impact) => impact.service))].filter((name) => !failing.includes(name));
  const names: readonly Rich[] = [
    ...failing.map((name) => [code(name)]),
    ...hit.map((name) => [code(name), text(' (cascade)')]),
  ];
  const list: Rich = names.length === 0 ? [text('none seen')] : joined(names, ', ');
  return item(strong('Services'), text(': '), ...list);
}

function businessItem(report: Report): ListItem {
  const { revenuePerHour } = report.blastRadius;
  return item(
    strong('Business'),
    text(`: revenue at risk ${quantityPhrase(revenuePerHour)}`),
    cite(revenuePerHour.evidence),
  );
}

function severityItems(report: Report): readonly ListItem[] {
  const { severity, severityReasons } = report.incident;
  return severityReasons.length === 0
    ? []
    : [item(strong(`Why ${severity}`), text(`: ${severityReasons.join('; ')}`))];
}

function symptomBlocks(report: Report): readonly Block[] {
  if (report.symptoms.length === 0) return [label('Symptoms', text('none found in the evidence'))];
  const day = commonDay(report.symptoms.flatMap((symptom) => [symptom.onsetAt, symptom.lastSeenAt]));
  const items = report.symptoms.map((symptom) =>
    item(
      text(symptom.summary),
      text(` — ${[span(symptom, day), baselinePhrase(symptom)].filter((part) => part !== null).join('; ')}`),
      cite(symptom.evidence),
    ),
  );
  return [label('Symptoms'), bullets(items, 6)];
}

function span(symptom: Report['symptoms'][number], day: string | null): string {
  const from = clockTime(symptom.onsetAt, day);
  const to = clockTime(symptom.lastSeenAt, day);
  if (symptom.ongoing) return `from ${from}, still going on`;
  return from === to ? `at ${from}` : `from ${from} to ${to}`;
}

/** The past of a count. A symptom of a series says its own past in its summary, and its number is no count. */
function baselinePhrase(symptom: Report['symptoms'][number]): string | null {
  const { baselineCount } = symptom;
  if (baselineCount === null) return 'no baseline observed';
  if (baselineCount === 0) return 'never in the baseline';
  return Number.isInteger(baselineCount) ? `${formatNumber(baselineCount)} in the baseline` : null;
}
