/** The ten-second answer: what it is, the cause, what to do, the one risk, what is unknown. A choice from the model, nothing new. */
import { isAssumedPlatform } from '../../../domain/decision.ts';
import type { Report, ReportCommand } from '../../../domain/report.ts';
import type { Headline } from './document.ts';
import {
  CONFIDENCE_TONE,
  causeState,
  changedValue,
  changePlace,
  noCauseReason,
  RECOMMENDATION_TONE,
  SEVERITY_TONE,
} from './words/names.ts';
import { formatProbability } from './words/numbers.ts';
import { isKnown } from './words/quantities.ts';
import { durationPhrase, instant } from './words/times.ts';

const MAX_UNKNOWN = 3;

export function buildHeadline(report: Report): Headline {
  const { incident, rootCause, rollback } = report;
  return {
    severity: incident.severity,
    severityTone: SEVERITY_TONE[incident.severity],
    title: incident.title,
    state: stateOf(report),
    cause: causeSentence(report),
    confidence:
      rootCause === null ? null : `${rootCause.confidence} (${formatProbability(rootCause.probability)})`,
    confidenceTone: rootCause === null ? 'muted' : CONFIDENCE_TONE[rootCause.confidence],
    recommendation: rollback.recommendation,
    recommendationTone: RECOMMENDATION_TONE[rollback.recommendation],
    reason: withoutCause(report),
    command: mainCommand(report)?.command ?? null,
    noCommand: noCommand(report),
    risk: mainRisk(report),
    confirm: confirmingCommand(report)?.command ?? null,
    unknown: unknowns(report),
  };
}

/** The cause stands above it: only what to do about it is told again. */
function withoutCause({ rootCause, rollback }: Report): string {
  const said = rootCause === null ? '' : `${rootCause.statement}: `;
  return said !== '' && rollback.reason.startsWith(said)
    ? rollback.reason.slice(said.length)
    : rollback.reason;
}

function stateOf(report: Report): string {
  const { status, startedAt, durationSeconds, ongoing } = report.incident;
  return startedAt === null
    ? `${status} · no onset was found in the evidence`
    : `${status} · ${durationPhrase(durationSeconds, ongoing)} · since ${instant(startedAt)}`;
}

/** The command that carries out the recommendation: the first that mitigates. */
export function mainCommand(report: Report): ReportCommand | null {
  return report.rollback.commands.find((command) => command.purpose === 'mitigate') ?? null;
}

/** The first command to look with before acting; a preview only where nothing else inspects. */
export function confirmingCommand(report: Report): ReportCommand | null {
  const commands = report.rollback.commands;
  return (
    commands.find((command) => command.purpose === 'inspect') ??
    commands.find((command) => command.purpose === 'preview') ??
    null
  );
}

/** Why there is no command to run, in a word to somebody who looks for one; null where there is one. */
export function noCommand(report: Report): string | null {
  if (mainCommand(report) !== null) return null;
  const look = confirmingCommand(report) === null ? '' : ', look first';
  switch (report.rollback.recommendation) {
    case 'ROLL_FORWARD':
      return `none yet${look}: a fix has to be written`;
    case 'MITIGATE_DEPENDENCY':
      return 'none: what fails is not ours to change';
    case 'INVESTIGATE':
      return `none${look}: any would be a guess`;
    case 'NONE':
      return 'none: there is nothing to take back';
    case 'ROLLBACK':
    case 'DISABLE_FLAG':
    case 'SCALE':
    case 'MITIGATE':
      return `none${look}: the evidence does not show with which tool`;
  }
}

function causeSentence(report: Report): string {
  const { rootCause } = report;
  if (rootCause === null) return sentenceCase(noCauseReason(report));
  const change = rootCause.change;
  if (change === null) return rootCause.statement;
  const { statement } = rootCause;
  const values = [change.key ?? change.flag, change.oldValue, change.newValue].filter(
    (part) => part !== null,
  );
  const said = values.every((part) => statement.includes(part));
  const details = [said ? null : changedValue(change), changePlace(change)].filter(
    (detail) => detail !== null && !statement.includes(detail),
  );
  return details.length === 0 ? rootCause.statement : `${rootCause.statement} (${details.join(', ')})`;
}

/** The risk, and where the evidence shows no deploy system, that the command is for one that is common. */
export function mainRisk(report: Report): string | null {
  const risk = gravestRisk(report);
  const assumed = mainCommand(report)?.assumes[0];
  if (assumed === undefined || !isAssumedPlatform(assumed) || risk?.includes(assumed)) return risk;
  return risk === null ? assumed : `${risk}; ${assumed}`;
}

/**
 * Of a rollback: that it would not help, else the gravest finding on safety, else what the command takes for granted.
 * Of a fix forward: what makes going back unsafe. Of anything else the findings on going back are not the risk.
 */
function gravestRisk(report: Report): string | null {
  const { recommendation, safety, wouldFlipIf, wouldHelp } = report.rollback;
  const doubt = (result: 'no' | 'unknown') => wouldHelp.find((check) => check.result === result)?.statement;
  const weights = RISK_WEIGHTS[recommendation] ?? [];
  const found = weights
    .map((verdict) => safety.findings.find((candidate) => candidate.verdict === verdict)?.statement)
    .find((statement) => statement !== undefined);
  const assumed = mainCommand(report)?.assumes[0];
  const flip = wouldFlipIf[0];
  return (
    (recommendation === 'ROLL_FORWARD' ? found : (doubt('no') ?? found ?? doubt('unknown'))) ??
    (assumed === undefined ? null : `Assumed: ${assumed}`) ??
    (flip === undefined ? null : `Would change if ${flip}`)
  );
}

const RISK_WEIGHTS: Partial<Record<Report['rollback']['recommendation'], readonly string[]>> = {
  ROLLBACK: ['danger', 'unknown', 'step'],
  ROLL_FORWARD: ['danger', 'step'],
};

/** Decisive questions first, then the figures that are missing. */
function unknowns(report: Report): readonly string[] {
  const { users, revenuePerHour, direct } = report.blastRadius;
  const questions = report.questions.filter((question) => question.decisive).map((entry) => entry.question);
  const figures = [
    direct[0] === undefined || isKnown(direct[0].failureRate) ? null : 'failure rate',
    isKnown(users) ? null : 'users affected',
    isKnown(revenuePerHour) ? null : 'revenue per hour',
  ].filter((figure) => figure !== null);
  const missing = figures.length === 0 || causeState(report) === 'nothing-wrong' ? [] : [figures.join(', ')];
  return [...questions.slice(0, MAX_UNKNOWN - missing.length), ...missing];
}

function sentenceCase(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
