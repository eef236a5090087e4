/** Stage six: the report model. Numbers the evidence and converts instants; decides nothing. */
import type { Command, Decision } from '../../domain/decision.ts';
import type { Hypothesis, Verdict } from '../../domain/hypothesis.ts';
import type { Assessment, IncidentStatus } from '../../domain/impact.ts';
import type { Report, ReportChange, ReportCommand, ReportHypothesis } from '../../domain/report.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Detection } from '../../domain/symptom.ts';
import { type EpochMs, toIso } from '../../domain/time.ts';
import { type Citations, openCitations } from './citations.ts';
import { followUpsFor, lessonsFor } from './lessons.ts';
import { summaryOf, titleOf } from './summary.ts';
import { buildTimeline } from './timeline.ts';

export function buildReport(
  situation: Situation,
  detection: Detection,
  verdict: Verdict,
  assessment: Assessment,
  decision: Decision,
): Report {
  const citations = openCitations(situation.snapshot.evidence);
  const { cite } = citations;
  const hypotheses = verdict.hypotheses.map((item, index) => toHypothesis(item, index + 1, citations));
  const { gaps, coverage } = situation.snapshot;
  return {
    schemaVersion: 1,
    durationMs: 0,
    incident: incidentOf(situation, detection, verdict, assessment, decision),
    summary: summaryOf(situation, detection, verdict, assessment, decision),
    symptoms: symptomsOf(detection, citations),
    timeline: buildTimeline(situation, detection, verdict, citations),
    hypotheses,
    rootCause:
      verdict.rootCause === null ? null : (hypotheses[verdict.hypotheses.indexOf(verdict.rootCause)] ?? null),
    rootCauseReason: verdict.reason,
    cleared: verdict.cleared.map((item) => ({
      change: {
        label: item.label,
        service: item.service,
        at: iso(item.at),
        commit: item.commit,
        version: item.version,
      },
      reason: item.reason,
      evidence: cite(item.evidence.slice(0, 2)),
    })),
    blastRadius: blastRadiusOf(assessment, citations),
    rollback: rollbackOf(decision, citations),
    followUps: followUpsFor(situation, detection, verdict, assessment).map((item) => ({
      ...item,
      evidence: cite(item.evidence),
    })),
    lessons: lessonsFor(verdict, assessment).map((item) => ({ ...item, evidence: cite(item.evidence) })),
    questions: assessment.questions,
    notes: [
      ...clockNotes(situation),
      ...situation.clock.notes,
      ...detection.notes,
      ...dismissedNotes(detection),
      ...baselineNote(detection),
    ],
    gaps,
    coverage: coverage.map(({ interval, rejected: _, ...rest }) => ({
      ...rest,
      from: iso(interval?.from ?? null),
      to: iso(interval?.to ?? null),
    })),
    evidence: citations.all(),
  };
}

function iso(at: EpochMs | null): string | null {
  return at === null ? null : toIso(at);
}

function incidentOf(
  situation: Situation,
  detection: Detection,
  verdict: Verdict,
  assessment: Assessment,
  decision: Decision,
): Report['incident'] {
  const { request } = situation.snapshot;
  const end = detection.endedAt ?? request.asOf;
  return {
    id: request.incidentId,
    title: titleOf(situation),
    symptom: request.symptom,
    severity: assessment.severity,
    severityReasons: assessment.severityReasons,
    severityWouldRise: assessment.severityWouldRise,
    severityWouldFall: assessment.severityWouldFall,
    status: statusOf(detection, verdict, decision),
    startedAt: iso(detection.onsetAt),
    startedAtUncertaintySeconds:
      detection.onsetAt === null ? null : Math.ceil(detection.onsetUncertaintyMs / 1000),
    asOf: toIso(request.asOf),
    durationSeconds: detection.onsetAt === null ? null : Math.round((end - detection.onsetAt) / 1000),
    ongoing: detection.ongoing,
  };
}

function statusOf(detection: Detection, verdict: Verdict, decision: Decision): IncidentStatus {
  if (detection.primary === null) return verdict.nothingWrong ? 'RESOLVED' : 'INVESTIGATING';
  if (!detection.ongoing || decision.recommendation === 'NONE') return 'MONITORING';
  return verdict.rootCause !== null && verdict.rootCause.confidence !== 'LOW'
    ? 'IDENTIFIED'
    : 'INVESTIGATING';
}

function symptomsOf(detection: Detection, { cite }: Citations): Report['symptoms'] {
  return detection.symptoms.map((symptom, index) => ({
    id: `S${index + 1}`,
    class: symptom.class,
    summary: symptom.summary,
    service: symptom.service,
    route: symptom.route,
    pattern: symptom.pattern,
    count: symptom.count,
    baselineCount: symptom.baseline.observed ? symptom.baseline.value : null,
    firstSeenAt: toIso(symptom.firstSeenAt),
    lastSeenAt: toIso(symptom.lastSeenAt),
    onsetAt: toIso(symptom.onsetAt),
    shape: symptom.shape,
    ongoing: symptom.ongoing,
    evidence: cite(symptom.evidence),
  }));
}

function toHypothesis(item: Hypothesis, rank: number, { cite }: Citations): ReportHypothesis {
  return {
    rank,
    kind: item.kind,
    statement: item.statement,
    service: item.service,
    change: item.change === null ? null : toChange(item.change),
    mechanism: item.mechanism.map((step) => ({
      statement: step.statement,
      location: step.location === null ? null : `${step.location.path}:${step.location.line}`,
      revision: step.location?.revision ?? null,
      evidence: cite(step.evidence),
    })),
    probability: item.probability,
    confidence: item.confidence,
    caps: item.caps,
    factors: item.factors.map((factor) => ({
      ...factor,
      weight: Number(factor.weight.toFixed(3)),
      evidence: cite(factor.evidence),
    })),
    predictions: item.predictions.map((prediction) => ({
      ...prediction,
      evidence: cite(prediction.evidence),
    })),
  };
}

function toChange(change: NonNullable<Hypothesis['change']>): ReportChange {
  const { changeId: _, at, finishedAt, ...rest } = change;
  return { ...rest, at: iso(at), finishedAt: iso(finishedAt) };
}

function blastRadiusOf(assessment: Assessment, citations: Citations): Report['blastRadius'] {
  const radius = assessment.blastRadius;
  const { cite, quantity } = citations;
  return {
    direct: radius.direct.map((item) => ({
      ...item,
      failureRate: quantity(item.failureRate),
      baselineRate: quantity(item.baselineRate),
      since: toIso(item.since),
      routes: item.routes.map((route) => ({
        ...route,
        failureRate: quantity(route.failureRate),
        baselineRate: quantity(route.baselineRate),
        evidence: cite(route.evidence),
      })),
      otherRoutes:
        item.otherRoutes === null
          ? null
          : { ...item.otherRoutes, failureRate: quantity(item.otherRoutes.failureRate) },
      evidence: cite(item.evidence),
    })),
    cascade: radius.cascade.map((item) => ({
      ...item,
      since: iso(item.since),
      failureRate: quantity(item.failureRate),
      evidence: cite(item.evidence),
    })),
    users: quantity(radius.users),
    userShare: quantity(radius.userShare),
    revenuePerHour: quantity(radius.revenuePerHour),
    errorBudgets: radius.errorBudgets.map((item) => ({
      ...item,
      burnRate: quantity(item.burnRate),
      spent: quantity(item.spent),
    })),
    unaffected: radius.unaffected.map((item) => ({ ...item, evidence: cite(item.evidence) })),
    parts: radius.parts.map((item) => ({
      ...item,
      failureRate: quantity(item.failureRate),
      others: { ...item.others, failureRate: quantity(item.others.failureRate) },
      evidence: cite(item.evidence),
    })),
    partial: radius.partial,
  };
}

function rollbackOf(decision: Decision, { cite }: Citations): Report['rollback'] {
  return {
    recommendation: decision.recommendation,
    reason: decision.reason,
    target: decision.target,
    criteria: decision.criteria.map((item) => ({ ...item, evidence: cite(item.evidence) })),
    safety: {
      verdict: decision.safety.verdict,
      findings: decision.safety.findings.map((item) => ({ ...item, evidence: cite(item.evidence) })),
    },
    commands: decision.commands.map(toCommand),
    alternatives: decision.alternatives.map((item) => ({
      ...item,
      commands: item.commands.map(toCommand),
      evidence: cite(item.evidence),
    })),
    verification: decision.verification,
    wouldFlipIf: decision.wouldFlipIf,
    wouldHelp: decision.wouldHelp.map((item) => ({ ...item, evidence: cite(item.evidence) })),
    holdsWhile: decision.holdsWhile,
    doingNothing: decision.doingNothing,
  };
}

function toCommand(command: Command): ReportCommand {
  return command;
}

function clockNotes(situation: Situation): readonly string[] {
  const { asOf, asOfBasis } = situation.snapshot.request;
  return asOfBasis === 'end-of-evidence'
    ? [
        `The evidence ended more than a day before the clock: ${toIso(asOf)}, its end, is taken as the time of the triage (set --now to change that).`,
      ]
    : [];
}

function dismissedNotes(detection: Detection): readonly string[] {
  return detection.dismissed.map((item) => `Not a symptom: ${item.summary}: ${item.reason}.`);
}

function baselineNote(detection: Detection): readonly string[] {
  return detection.primary !== null && !detection.baselineObserved
    ? [
        'No baseline was observed: the evidence begins with the failure, so "new" cannot be told from "always there".',
      ]
    : [];
}
