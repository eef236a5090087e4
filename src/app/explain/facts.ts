/** A report as single statements, each of one kind and about one thing: what a narrator may tell, and what its sentences are held against. */
import type { Report, ReportHypothesis, ReportQuantity } from '../../domain/report.ts';

export type FactKind =
  | 'standing'
  | 'symptom'
  | 'event'
  | 'cause'
  | 'no-cause'
  | 'support'
  | 'cleared'
  | 'decision'
  | 'safety'
  | 'impact'
  | 'verification'
  | 'unknown';

export interface Fact {
  readonly kind: FactKind;
  /** Quotations stand in double quotes. */
  readonly text: string;
  /** Further true words for the same thing. */
  readonly also: string;
}

/** More than this is no story, and small models lose the thread. */
const MAX_EVENTS = 25;
const MAX_CLEARED = 15;
const MAX_SUPPORT = 12;

const fact = (kind: FactKind, text: string, also = ''): Fact => ({ kind, text: text.trim(), also });

/** Sorted as the report is; empty statements left out. */
export function factsOf(report: Report): readonly Fact[] {
  return [
    ...standing(report),
    ...symptoms(report),
    ...events(report),
    ...causes(report),
    ...cleared(report),
    ...decisions(report),
    ...impact(report),
    ...open(report),
  ].filter(({ text }) => text !== '');
}

/** Double quotes inside would end the quotation. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["“”]/g, "'")}"`;
}

function standing({ incident }: Report): readonly Fact[] {
  const { id, title, severity, status, startedAt, durationSeconds, ongoing } = incident;
  const minutes = durationSeconds === null ? null : Math.round(durationSeconds / 60);
  const began =
    startedAt === null ? 'It is unknown when the incident began' : `The incident began at ${startedAt}`;
  return [
    fact(
      'standing',
      `Incident ${id} ${quoted(title)} is ${severity} and ${status}`,
      'severity classified rated status incident',
    ),
    fact('standing', began, 'started since onset'),
    fact('standing', `${began} and is ${ongoing ? 'ongoing' : 'over'}`, 'started since onset'),
    ...(minutes === null
      ? []
      : [
          fact(
            'standing',
            `The incident has lasted ${minutes} minutes${ongoing ? ' and is ongoing' : ''}`,
            'duration lasting lasts',
          ),
        ]),
    fact(
      'standing',
      ongoing ? 'The incident is ongoing' : 'The incident is over',
      ongoing ? 'continues active' : 'ended',
    ),
  ];
}

function symptoms({ symptoms: seen, blastRadius }: Report): readonly Fact[] {
  return [
    ...seen.flatMap(({ summary, onsetAt }) => [
      fact('symptom', summary, 'symptom'),
      fact('symptom', `${summary} since ${onsetAt}`, 'symptom at first seen'),
    ]),
    ...blastRadius.direct.map(({ service, since }) =>
      fact('symptom', `${service} fails since ${since}`, 'began started failing at'),
    ),
  ];
}

function events(report: Report): readonly Fact[] {
  return report.timeline
    .filter(({ kind }) => kind !== 'response')
    .slice(0, MAX_EVENTS)
    .map(({ at, summary, service }) => fact('event', `At ${at} ${service ?? ''}: ${summary}`, ''));
}

function causes({ rootCause, rootCauseReason }: Report): readonly Fact[] {
  if (rootCause === null)
    return [fact('no-cause', `No cause is established: ${rootCauseReason}`, 'known found')];
  const { statement, confidence, change } = rootCause;
  const also = `cause root caused failure failures errors incident outage ${change === null ? '' : 'change changed release released deployed deployment'}`;
  if (confidence !== 'HIGH')
    return [
      fact(
        'cause',
        `The leading hypothesis of the cause, with ${confidence} confidence, is ${statement}`,
        also,
      ),
      ...supports(rootCause),
    ];
  return [
    fact('cause', `The root cause, with ${confidence} confidence, is ${statement}`, also),
    fact('cause', `${statement} caused the incident`, also),
    fact('cause', `The confidence in the cause is ${confidence}`, 'root'),
    ...agents(rootCause).map((text) => fact('cause', text, also)),
    ...supports(rootCause),
  ];
}

/** Who did it and what it changed, in the shortest words. */
function agents({ service, change }: ReportHypothesis): readonly string[] {
  const { key = null, oldValue = null, newValue = null, version = null, flag = null } = change ?? {};
  const who = [service, flag ?? version].filter((part) => part !== null).join(' ');
  if (who === '' || change === null) return [];
  const isPair = key !== null && oldValue !== null && newValue !== null;
  return [
    `${who} caused the incident`,
    ...(isPair ? [`${who} changed ${key} from ${oldValue} to ${newValue}`] : []),
  ];
}

function supports({ factors, mechanism, predictions }: ReportHypothesis): readonly Fact[] {
  return [
    ...factors.filter(({ weight }) => weight > 0).map(({ detail }) => fact('support', detail)),
    ...mechanism.map(({ statement, location }) =>
      fact('support', `${statement}${location === null ? '' : ` (${location})`}`),
    ),
    ...predictions
      .filter(({ result }) => result === 'PASS')
      .map(({ statement }) => fact('support', statement)),
  ].slice(0, MAX_SUPPORT);
}

function cleared(report: Report): readonly Fact[] {
  return report.cleared
    .slice(0, MAX_CLEARED)
    .flatMap(({ change, reason }) => [
      fact('cleared', `${change.label} is cleared: ${reason}`, 'because reason ruled out was'),
      fact('cleared', `${change.label} is cleared`, 'ruled out was'),
    ]);
}

function decisions({ rollback }: Report): readonly Fact[] {
  const { recommendation, target, safety, commands, verification } = rollback;
  const of = [target?.service, target?.version].filter((part): part is string => typeof part === 'string');
  const isBack = recommendation === 'ROLLBACK';
  const back = isBack ? 'rollback roll back rolling revert reverting undo return' : '';
  const words = `decision decided recommended recommends recommendation recommend ${back}`;
  return [
    fact('decision', `The decision is ${recommendation}`, words),
    ...(isBack && of.length > 0
      ? [fact('decision', `The decision is ${recommendation} of ${of.join(' to ')}`, words)]
      : []),
    fact('safety', `The safety of going back is ${safety.verdict}`, 'rollback rolling roll back verdict'),
    ...safety.findings.map(({ statement }) => fact('support', statement)),
    ...commands
      .filter(({ purpose }) => purpose === 'mitigate')
      .map(({ command }) => fact('decision', `The command is ${quoted(command)}`, 'run')),
    ...verification.map(({ statement }) => fact('verification', `It should hold afterwards: ${statement}`)),
  ];
}

function impact({ blastRadius }: Report): readonly Fact[] {
  const { direct, cascade, users, revenuePerHour, partial } = blastRadius;
  const percent = (value: number) => `${Number((value * 100).toPrecision(3))} %`;
  return [
    ...direct.flatMap(({ service, endpoint, failureRate, baselineRate, routes }) => [
      ...(failureRate.value === null
        ? []
        : [
            fact(
              'impact',
              `${service} ${endpoint ?? ''} fails ${percent(failureRate.value)} of requests`,
              'failure rate share',
            ),
          ]),
      ...(baselineRate.value === null
        ? []
        : [
            fact(
              'impact',
              `The baseline failure rate of ${service} ${endpoint ?? ''} is ${percent(baselineRate.value)}`,
              'normal',
            ),
          ]),
      ...routes.flatMap(({ route, failureRate: { value } }) =>
        value === null ? [] : [fact('impact', `${service} ${route} fails ${percent(value)} of requests`)],
      ),
    ]),
    ...cascade.map(({ service, effect }) => fact('impact', `${service}: ${effect}`)),
    ...(users.value === null
      ? [fact('unknown', 'How many users are affected is unknown', 'number of')]
      : amounts(users, (amount) => `${amount} ${users.unit} are affected`)),
    ...(revenuePerHour.value === null
      ? [fact('unknown', 'The revenue at risk is unknown', 'impact')]
      : amounts(
          revenuePerHour,
          (amount) => `The revenue at risk is ${amount} ${revenuePerHour.unit.split('/')[0] ?? ''} per hour`,
        )),
    ...partial.map((text) => fact('impact', text)),
  ];
}

/** As it is, and as the report prints it. */
function amounts({ value, basis }: ReportQuantity, tell: (amount: string) => string): readonly Fact[] {
  if (value === null) return [];
  const told = [...new Set([Math.round(value), Number(value.toPrecision(2))])];
  const text = basis === 'measured' ? '' : 'It is estimated that ';
  return told.map((amount) =>
    fact('impact', `${text}${tell(String(amount))}`, 'impact customers about roughly approximately'),
  );
}

function open({ questions, gaps }: Report): readonly Fact[] {
  return [
    ...questions.map(({ question }) => fact('unknown', `It is unknown: ${question}`, 'open question')),
    ...gaps.map(({ source, detail }) => fact('unknown', `${source}: ${detail}`)),
  ];
}

/** Everything in the report that has a name, so that a plain word such as `gateway` is known as one. */
export function namesOf(report: Report): readonly string[] {
  const { blastRadius, hypotheses, timeline, cleared, rollback, symptoms, coverage } = report;
  const names = [
    ...blastRadius.direct.map(({ service }) => service),
    ...blastRadius.cascade.map(({ service }) => service),
    ...blastRadius.unaffected.map(({ service }) => service),
    ...hypotheses.map(({ service }) => service),
    ...hypotheses.map(({ change }) => change?.key ?? null),
    ...hypotheses.map(({ change }) => change?.flag ?? null),
    ...timeline.map(({ service }) => service),
    ...cleared.map(({ change }) => change.service),
    ...symptoms.map(({ service }) => service),
    ...coverage.flatMap(({ services }) => services),
    rollback.target?.service ?? null,
  ];
  return [...new Set(names.flatMap((name) => (name === null || name.trim() === '' ? [] : [name])))].sort();
}
