/** Sentences for people who run no service: no jargon, no command. Internal names are taken out where the public reads. */
import type { Recommendation } from '../../../../domain/decision.ts';
import type { Report } from '../../../../domain/report.ts';
import { causeState } from './names.ts';
import { roughDuration } from './times.ts';

const CAUSE: Readonly<Record<string, string>> = {
  change: 'a recent change of our own',
  flag: 'a feature that was switched',
  dependency: 'a system outside our own that we rely on',
  traffic: 'unusually many requests',
  resource: 'a resource that ran out',
  credential: 'an expired or rejected credential',
  network: 'a network problem',
  'data-job': 'a background job',
  'bad-data': 'faulty data',
};

const STEP: Readonly<Record<Recommendation, string>> = {
  ROLLBACK: 'going back to the version before',
  ROLL_FORWARD: 'correcting it with a new version',
  DISABLE_FLAG: 'switching the feature off',
  MITIGATE_DEPENDENCY: 'working around the system that fails',
  SCALE: 'adding capacity',
  MITIGATE: 'limiting the damage while the cause is worked on',
  INVESTIGATE: 'further investigation',
  NONE: 'nothing to be done for now',
};

/** `The most likely cause is a recent change of our own (confidence high).` */
export function plainCause(report: Report): string {
  const { rootCause } = report;
  if (rootCause !== null)
    return `The most likely cause is ${CAUSE[rootCause.kind]} (confidence ${rootCause.confidence.toLowerCase()}).`;
  return causeState(report) === 'nothing-wrong'
    ? 'Our measurements do not show a fault.'
    : 'The cause is not known yet.';
}

/** What is being done, from the status alone: a step is called done only when the record says so. */
export function plainAction(report: Report): string {
  const step = STEP[report.rollback.recommendation];
  switch (report.incident.status) {
    case 'INVESTIGATING':
      return report.rollback.recommendation === 'NONE'
        ? 'We keep watching; nothing needs to be done for now.'
        : 'The team is investigating.';
    case 'IDENTIFIED':
      return `The cause is identified. The recommended step is ${step}; it is not recorded as done yet.`;
    case 'MITIGATING':
      return `The step under way is ${step}.`;
    case 'MONITORING':
      return 'A correction is in place. We are watching whether it holds.';
    case 'RESOLVED':
      return 'The incident is resolved.';
  }
}

/** What users notice, in the reporter's words, as far as they hold nothing internal. */
export function publicSymptom(report: Report): string | null {
  const names = internalNames(report);
  const clauses = report.incident.symptom
    .split(/[,;.\n]+/)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '' && isPublic(clause, names));
  return clauses.length === 0 ? null : clauses.join(', ');
}

/** `for 18 minutes`, `for 18 minutes, over now`. */
export function plainDuration(report: Report): string | null {
  const { durationSeconds, ongoing } = report.incident;
  if (durationSeconds === null) return null;
  return ongoing ? `for ${roughDuration(durationSeconds)} so far` : `for ${roughDuration(durationSeconds)}`;
}

function isPublic(clause: string, names: readonly string[]): boolean {
  const flat = flattened(clause);
  return (
    !/[\d_/\\<>{}()[\]`@:=|*#]/.test(clause) &&
    !/[a-z][A-Z]/.test(clause) &&
    !names.some((name) => ` ${flat} `.includes(` ${name} `))
  );
}

/** Every service that the report names, with separators as blanks, so that "checkout API" is known as `checkout-api`. */
function internalNames(report: Report): readonly string[] {
  const { direct, cascade, unaffected } = report.blastRadius;
  const services = [
    ...direct.map((entry) => entry.service),
    ...cascade.map((entry) => entry.service),
    ...unaffected.map((entry) => entry.service),
    ...report.symptoms.map((entry) => entry.service),
    ...report.hypotheses.map((entry) => entry.service),
    ...report.timeline.map((entry) => entry.service),
    ...report.cleared.map((entry) => entry.change.service),
    ...report.coverage.flatMap((entry) => entry.services),
  ];
  const names = services.filter((name) => name !== null).map(flattened);
  return [...new Set(names)].filter((name) => name !== '');
}

function flattened(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
