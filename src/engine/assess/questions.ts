/** What a person could tell that the evidence does not: each question with what its answer would change. */
import type { Verdict } from '../../domain/hypothesis.ts';
import type { BlastRadius, Question } from '../../domain/impact.ts';
import type { Situation } from '../../domain/situation.ts';

export function openQuestions(
  situation: Situation,
  verdict: Verdict,
  radius: BlastRadius,
): readonly Question[] {
  const asked = new Set(situation.snapshot.request.answers.map((answer) => answer.key));
  return [...causeQuestions(verdict), ...impactQuestions(radius)].filter(
    (question) => ![...asked].some((key) => key === question.key || key.endsWith(`.${question.key}`)),
  );
}

function causeQuestions(verdict: Verdict): readonly Question[] {
  const questions: Question[] = [];
  const cause = verdict.rootCause;
  const open = cause?.predictions.find(
    (item) => item.result === 'NO-DATA' && /limit of \d+ ms/.test(item.statement),
  );
  const peer = open === undefined ? null : (/^calls to (\S+) /.exec(open.statement)?.[1] ?? null);
  if (peer !== null)
    questions.push({
      key: `${peer}.latencyP99Ms`,
      question: `What is the p99 latency of ${peer}, in ms?`,
      why: 'a time limit is held against the latency that it has to cover',
      wouldChange: `below the limit, the accusation falls; above it, ${cause?.change?.key ?? 'the limit'} is confirmed`,
      decisive: true,
    });
  if (
    cause?.change != null &&
    cause.change.key !== null &&
    cause.change.oldValue === null &&
    cause.kind === 'change'
  ) {
    questions.push({
      key: `${cause.change.key}.previousValue`,
      question: `Which value did ${cause.change.key} have before ${cause.change.version ?? 'this release'}?`,
      why: 'no revision in git holds another value',
      wouldChange: 'whether a rollback restores it',
      decisive: true,
    });
  }
  if (cause === null && verdict.hypotheses.length > 1) {
    const [first, second] = verdict.hypotheses;
    questions.push({
      key: 'suspectedCause',
      question: `Which is it: ${first?.statement}, or ${second?.statement}?`,
      why: 'the evidence does not separate the two likeliest explanations',
      wouldChange: 'the cause and with it the decision: add evidence that tells them apart, and triage again',
      decisive: false,
    });
  }
  return questions;
}

function impactQuestions(radius: BlastRadius): readonly Question[] {
  const questions: Question[] = [];
  for (const item of radius.direct) {
    if (item.failureRate.value === null)
      questions.push({
        key: `${item.service}.failureRate`,
        question: `Which share of ${item.service}'s requests fails (0 to 1)?`,
        why: 'neither an access log nor a metric of it was found',
        wouldChange: 'severity, users, revenue, and the first criterion of a rollback',
        decisive: questions.length === 0,
      });
  }
  if (radius.users.basis === 'unknown' || radius.users.low === 0) {
    questions.push({
      key: 'attemptsPerHour',
      question: 'How many attempts per hour does the affected journey see?',
      why: 'users and revenue are derived from it',
      wouldChange: 'affected users and revenue',
      decisive: false,
    });
    if (radius.users.value === null)
      questions.push({
        key: 'activeUsers',
        question: 'How many users are active?',
        why: 'the affected share is taken of them',
        wouldChange: 'affected users',
        decisive: false,
      });
  }
  if (radius.revenuePerHour.basis === 'unknown')
    questions.push({
      key: 'averageOrderValue',
      question: 'What is an average order worth?',
      why: 'revenue at risk is derived from it',
      wouldChange: 'revenue at risk, and whether it exceeds the threshold',
      decisive: false,
    });
  return questions;
}
