/** Blast Radius Assessment: who fails, who suffers with them, which users, and who was looked at and seems uninvolved. */
import { append } from '../../../../domain/append.ts';
import type { Report, ReportQuantity } from '../../../../domain/report.ts';
import {
  type Block,
  bullets,
  cite,
  code,
  type Inline,
  item,
  type ListItem,
  label,
  type Section,
  strong,
  text,
} from '../document.ts';
import { plural } from '../words/numbers.ts';
import { isKnown, quantityPhrase, quantityValue } from '../words/quantities.ts';
import { clockTime, commonDay } from '../words/times.ts';
import { usersPhrase } from './impact.ts';

type Direct = Report['blastRadius']['direct'][number];

export function blastRadiusSection(report: Report): Section {
  return {
    title: 'Blast Radius Assessment',
    blocks: [
      ...listOr('Direct Impact', directItems(report), 'no service was seen failing'),
      ...listOr('Cascade Effects', cascadeItems(report), 'none seen'),
      label('User Impact'),
      bullets(userItems(report)),
      ...list(
        'Hit in Part',
        report.blastRadius.partial.map((statement, index) =>
          item(text(statement), cite(report.blastRadius.parts[index]?.evidence ?? [])),
        ),
      ),
      ...list('No Involvement Seen', unaffectedItems(report)),
    ],
  };
}

function directItems(report: Report): readonly ListItem[] {
  const { direct } = report.blastRadius;
  const day = commonDay([report.incident.asOf, ...direct.map((impact) => impact.since)]);
  return direct.flatMap((impact) => [
    item(
      code(impact.service),
      ...(impact.endpoint === null || impact.routes.length > 1 ? [] : [text(' on '), code(impact.endpoint)]),
      text(`: ${impact.detail === '' ? 'fails' : impact.detail} (since ${clockTime(impact.since, day)})`),
      cite(impact.evidence),
    ),
    item(
      code(impact.service),
      text(` failure rate: ${quantityPhrase(impact.failureRate, baselinePhrase(impact))}`),
      cite(rateEvidence(impact)),
    ),
    ...routeItems(impact),
  ]);
}

/** One route that fails alone is told with the service, as long as no other route is served. */
function routeItems({ service, routes, otherRoutes }: Direct): readonly ListItem[] {
  if (routes.length < 2 && otherRoutes === null) return [];
  const failing = routes.map((impact) =>
    item(
      code(service),
      text(' '),
      code(impact.route),
      text(`: ${quantityPhrase(impact.failureRate, baselinePhrase(impact))}`),
      cite(impact.evidence),
    ),
  );
  if (otherRoutes === null) return failing;
  const { count, failureRate } = otherRoutes;
  return [
    ...failing,
    item(
      code(service),
      text(` ${plural(count, 'other route')}: ${quantityPhrase(failureRate)}`),
      cite(failureRate.evidence),
    ),
  ];
}

function baselinePhrase({ baselineRate }: Pick<Direct, 'baselineRate'>): string | null {
  return isKnown(baselineRate) ? `baseline: ${quantityValue(baselineRate)}, ${baselineRate.basis}` : null;
}

function rateEvidence(impact: Direct): readonly string[] {
  const quantities: readonly ReportQuantity[] = [impact.failureRate, impact.baselineRate];
  return [...new Set(quantities.flatMap((quantity) => quantity.evidence))];
}

function cascadeItems(report: Report): readonly ListItem[] {
  const { cascade } = report.blastRadius;
  const day = commonDay([report.incident.asOf, ...cascade.map((impact) => impact.since)]);
  return cascade.map((impact) =>
    item(
      code(impact.service),
      text(`: ${impact.effect}`),
      text(impact.since === null ? '' : ` (since ${clockTime(impact.since, day)})`),
      cite(impact.evidence),
    ),
  );
}

function userItems(report: Report): readonly ListItem[] {
  const { users, revenuePerHour } = report.blastRadius;
  return [
    item(strong('Estimated affected users'), text(`: ${usersPhrase(report)}`), cite(users.evidence)),
    item(
      strong('Revenue impact'),
      text(`: ${quantityPhrase(revenuePerHour)}`),
      cite(revenuePerHour.evidence),
    ),
  ];
}

/** Of whom the same is to be said without evidence, mostly that nothing is known, it is said once, and last. */
function unaffectedItems(report: Report): readonly ListItem[] {
  const alike = new Map<string, string[]>();
  for (const { service, statement, evidence } of report.blastRadius.unaffected)
    if (evidence.length === 0) append(alike, statement, service);
  return [
    ...report.blastRadius.unaffected
      .filter(({ evidence }) => evidence.length > 0)
      .map((entry) => item(code(entry.service), text(`: ${entry.statement}`), cite(entry.evidence))),
    ...[...alike].map(([statement, services]) => item(...namesOf(services), text(`: ${statement}`))),
  ];
}

function namesOf(services: readonly string[]): readonly Inline[] {
  return services.flatMap((service, index) => [text(index === 0 ? '' : ', '), code(service)]);
}

function list(name: string, items: readonly ListItem[]): readonly Block[] {
  return items.length === 0 ? [] : [label(name), bullets(items)];
}

function listOr(name: string, items: readonly ListItem[], otherwise: string): readonly Block[] {
  return items.length === 0 ? [label(name, text(otherwise))] : list(name, items);
}
