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
import { formatNumber, formatPercent } from '../words/numbers.ts';
import { quantityPhrase, sharePhrase } from '../words/quantities.ts';
import { clockTime, commonDay } from '../words/times.ts';

export function impactSection(report: Report): Section {
  return {
    title: 'Impact',
    blocks: [
      bullets(
        [
          usersItem(report),
          servicesItem(report),
          businessItem(report),
          ...budgetItems(report),
          ...severityItems(report),
        ],
        12,
      ),
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
  const { severityWouldRise, severityWouldFall } = report.incident;
  const would = [...severityWouldRise, ...severityWouldFall];
  return [
    ...(severityReasons.length === 0
      ? []
      : [item(strong(`Why ${severity}`), text(`: ${severityReasons.join('; ')}`))]),
    ...(would.length === 0 ? [] : [item(strong('Would be'), text(`: ${would.join('; ')}`))]),
  ];
}

/** Only where an objective is known and burns: without one nobody can say what is allowed. */
function budgetItems(report: Report): readonly ListItem[] {
  return report.blastRadius.errorBudgets.map(({ service, availabilityPercent, burnRate, spent }) =>
    item(
      strong('Error budget'),
      text(`: `),
      code(service),
      text(
        burnRate.value === null
          ? `: burn rate unknown — ${burnRate.need ?? ''}`
          : ` burns ${formatNumber(Number(burnRate.value.toPrecision(2)))} × what ${availabilityPercent} % allows; ${spent.value === null ? 'unknown share' : formatPercent(Number(spent.value.toPrecision(2)))} of 30 days spent (${spent.formula ?? spent.basis})`,
      ),
      cite(burnRate.evidence),
    ),
  );
}

function symptomBlocks(report: Report): readonly Block[] {
  if (report.symptoms.length === 0) return [label('Symptoms', text('none found in the evidence'))];
  const day = commonDay(report.symptoms.flatMap((symptom) => [symptom.onsetAt, symptom.lastSeenAt]));
  const items = alike(report.symptoms).map(([symptom, ...others]) => {
    const past = [span(symptom, day), baselinePhrase(symptom)].filter((part) => part !== null).join('; ');
    const more = others.length === 0 ? '' : `; likewise in ${formatNumber(others.length)} more series`;
    const evidence = [symptom, ...others].flatMap((each) => each.evidence);
    return item(
      text(symptom.summary),
      text(` — ${past}${more}`),
      cite([...new Set(evidence)].slice(0, MAX_CITED)),
    );
  });
  return [label('Symptoms'), bullets(items, 6)];
}

const MAX_CITED = 4;

/** One measure of one service, as several sources, routes and quantiles tell of it, is one thing to read: what stands first, for the whole service where one does. */
function alike(symptoms: Report['symptoms']): readonly (readonly [Symptom, ...Symptom[]])[] {
  const groups = new Map<string, [Symptom, ...Symptom[]]>();
  for (const symptom of symptoms) {
    const measure = symptom.summary.split(/ (?:p\d+|of|in) /, 1)[0] ?? '';
    const key = symptom.pattern === null ? `${symptom.service}|${symptom.class}|${measure}` : symptom.id;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [symptom]);
    else if (group[0].route !== null && symptom.route === null) group.unshift(symptom);
    else group.push(symptom);
  }
  return [...groups.values()];
}

type Symptom = Report['symptoms'][number];

function span(symptom: Symptom, day: string | null): string {
  const from = clockTime(symptom.onsetAt, day);
  const to = clockTime(symptom.lastSeenAt, day);
  if (symptom.ongoing) return `from ${from}, still going on`;
  return from === to ? `at ${from}` : `from ${from} to ${to}`;
}

const LEVELS: ReadonlySet<string> = new Set([
  'latency',
  'error-ratio',
  'traffic-surge',
  'saturation',
  'queue-backlog',
]);

/** The past of a count. A symptom of a series says its own past in its summary, and its number is no count. */
function baselinePhrase(symptom: Symptom): string | null {
  const { baselineCount } = symptom;
  if (LEVELS.has(symptom.class) && symptom.pattern === null) return null;
  if (baselineCount === null) return 'no baseline observed';
  if (baselineCount === 0) return 'never in the baseline';
  return Number.isInteger(baselineCount) ? `${formatNumber(baselineCount)} in the baseline` : null;
}
