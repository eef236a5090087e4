/** Root Cause Analysis: the accused with arguments, chain, checked predictions and confidence; or why nobody is accused. */
import type { Report, ReportChange, ReportHypothesis } from '../../../../domain/report.ts';
import {
  type Block,
  bullets,
  cite,
  code,
  type Inline,
  item,
  joined,
  type ListItem,
  label,
  marked,
  numbered,
  type Rich,
  type Section,
  text,
} from '../document.ts';
import {
  CAUSE_KIND,
  CONFIDENCE_TONE,
  causeState,
  changedValue,
  changeName,
  changePlace,
  noCauseReason,
  predictionMark,
  shortCommit,
} from '../words/names.ts';
import { formatProbability } from '../words/numbers.ts';
import { clockTime, instant } from '../words/times.ts';

const MAX_RIVALS = 3;

export function rootCauseSection(report: Report): Section {
  const { rootCause } = report;
  return {
    title: 'Root Cause Analysis',
    blocks: rootCause === null ? withoutCause(report) : withCause(report, rootCause),
  };
}

function withCause(report: Report, cause: ReportHypothesis): readonly Block[] {
  return [
    label('Identified Cause', text(cause.statement)),
    ...(cause.change === null ? [] : [label('Change', ...changeDetails(cause.change))]),
    ...argumentBlocks(cause, ''),
    label('Root Cause', ...(hasChain(cause) ? [] : [text(noChain(cause))])),
    ...(hasChain(cause) ? [numbered(steps(cause), 8)] : []),
    ...predictionBlocks(cause),
    label('Correlation Confidence', ...confidence(cause)),
    ...listOf(
      'Why Not Higher',
      cause.caps.map((cap) => item(text(cap))),
    ),
    ...rivalBlocks('Other Explanations', otherExplanations(report)),
  ];
}

function withoutCause(report: Report): readonly Block[] {
  const nothing = causeState(report) === 'nothing-wrong';
  const leader = report.hypotheses[0];
  const decisive = report.questions.find((question) => question.decisive) ?? report.questions[0];
  return [
    label('Identified Cause', text(noCauseReason(report))),
    ...(nothing || leader === undefined ? [] : argumentBlocks(leader, 'for the leading hypothesis')),
    label('Root Cause', text(nothing ? 'nothing to explain' : 'no explanation reaches the bar')),
    ...(nothing ? [] : rivalBlocks('Leading Hypotheses', report.hypotheses)),
    ...(nothing || decisive === undefined
      ? []
      : [label('What Would Separate Them', text(decisive.question), text(` — ${decisive.why}`))]),
    label('Correlation Confidence', text(nothing ? 'not applicable' : 'none is reached')),
  ];
}

/** Of a cause that is no change the chain is made of the arguments, which stand above it already. */
function hasChain({ mechanism, kind }: ReportHypothesis): boolean {
  const isChange = kind === 'change' || kind === 'flag';
  return mechanism.some(({ location }) => isChange || location !== null);
}

function noChain(cause: ReportHypothesis): string {
  return `${CAUSE_KIND[cause.kind]}; no chain through the code was found, the finding rests on the arguments above`;
}

function changeDetails(change: ReportChange): Rich {
  const value = changedValue(change);
  const place = changePlace(change);
  const commits = [change.commit, ...change.commits.filter((commit) => commit !== change.commit)]
    .filter((commit) => commit !== null)
    .map(shortCommit);
  const parts: readonly Rich[] = [
    [text(changeName(change))],
    value === null ? [] : [code(value)],
    place === null ? [] : [code(place)],
    commits.length === 0
      ? []
      : [text(commits.length === 1 ? 'commit ' : 'commits '), code(commits.slice(0, 5).join(' '))],
    [text(when(change))],
  ];
  return joined(parts, ', ');
}

function when(change: ReportChange): string {
  if (change.at === null) return 'time unknown';
  const start = instant(change.at);
  return change.finishedAt === null
    ? start
    : `${start}, finished ${clockTime(change.finishedAt, change.at.slice(0, 10))}`;
}

function argumentBlocks(hypothesis: ReportHypothesis, remark: string): readonly Block[] {
  const argument = (factor: ReportHypothesis['factors'][number]): ListItem =>
    item(text(factor.detail), cite(factor.evidence));
  const supporting = hypothesis.factors.filter((factor) => factor.weight > 0).map(argument);
  const opposing = hypothesis.factors.filter((factor) => factor.weight < 0).map(argument);
  return [
    label('Evidence', text(supporting.length === 0 ? 'none that speaks for it' : remark)),
    ...(supporting.length === 0 ? [] : [numbered(supporting)]),
    ...listOf('What Speaks Against It', opposing),
  ];
}

function steps(cause: ReportHypothesis): readonly ListItem[] {
  return cause.mechanism.map((step) => {
    const revision = step.revision === null ? '' : ` @ ${shortCommit(step.revision)}`;
    const place: readonly Inline[] =
      step.location === null ? [] : [text(' — '), code(`${step.location}${revision}`)];
    return item(text(step.statement), ...place, cite(step.evidence));
  });
}

function predictionBlocks(cause: ReportHypothesis): readonly Block[] {
  const words = { PASS: 'holds', FAIL: 'does not hold', 'NO-DATA': 'no data' } as const;
  return listOf(
    'Predictions Checked',
    cause.predictions.map((prediction) =>
      marked(
        predictionMark(prediction.result),
        text(`${prediction.statement} — ${words[prediction.result]}`),
        cite(prediction.evidence),
      ),
    ),
  );
}

function confidence(hypothesis: ReportHypothesis): Rich {
  return [
    text(hypothesis.confidence, CONFIDENCE_TONE[hypothesis.confidence]),
    text(` (probability ${formatProbability(hypothesis.probability)})`),
  ];
}

/** Rivals that are no change; the changes stand in the section of their own. */
function otherExplanations(report: Report): readonly ReportHypothesis[] {
  return report.hypotheses.filter(
    (hypothesis) => hypothesis.change === null && hypothesis.rank !== report.rootCause?.rank,
  );
}

function rivalBlocks(name: string, hypotheses: readonly ReportHypothesis[]): readonly Block[] {
  const items = hypotheses
    .slice(0, MAX_RIVALS)
    .map((rival) =>
      item(text(`${rival.statement} — ${formatProbability(rival.probability)}`), cite(evidenceOf(rival))),
    );
  return items.length === 0 ? [] : [label(name), numbered(items)];
}

/** The evidence of the strongest arguments, each piece once. */
function evidenceOf(hypothesis: ReportHypothesis): readonly string[] {
  return [...new Set(hypothesis.factors.flatMap((factor) => factor.evidence))].slice(0, 3);
}

function listOf(name: string, items: readonly ListItem[]): readonly Block[] {
  return items.length === 0 ? [] : [label(name), bullets(items)];
}
