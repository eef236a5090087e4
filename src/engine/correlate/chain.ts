/** The mechanism as a reader follows it: log line, emitting statement, what governs it, its value, who changed it. Each step cites its place. */
import type { MechanismStep } from '../../domain/hypothesis.ts';
import type { Release } from '../../domain/situation.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { sampleOf } from './frame-files.ts';
import type { HeldValue } from './held-value.ts';
import { bestPerName, type Match } from './match.ts';
import { arrow, sameKey } from './mechanism.ts';
import { isToldBefore } from './what-it-did.ts';

export function chainOfHeldValue(release: Release, held: HeldValue, facts: Facts): readonly MechanismStep[] {
  const { emitter, governor, definition, history, claims } = held;
  const inside = emitter.function === null ? '' : ` in ${emitter.function.name}`;
  const passed =
    governor.passedTo === null
      ? ''
      : `, passed to ${governor.passedTo}${governor.parameter === null ? '' : ` as ${governor.parameter}`}`;
  const steps: MechanismStep[] = [
    logStep(held.item),
    {
      statement: `the message is made here${inside}`,
      location: emitter.literal,
      evidence: [emitter.evidence],
    },
    {
      statement: `${governor.identifier} governs that code${passed}`,
      location: governor.use,
      evidence: [governor.useEvidence],
    },
    {
      statement: `${definition.key} = ${definition.value?.raw ?? '?'}${unitText(held)} in the running release`,
      location: definition.location,
      evidence: [definition.evidence],
    },
  ];
  steps.push(...historySteps(held, history, facts), ...claimSteps(claims), releaseStep(release));
  return steps;
}

function historySteps(
  held: HeldValue,
  history: HeldValue['history'],
  facts: Facts,
): readonly MechanismStep[] {
  if (history === null || history.length === 0) return [];
  const values = [...new Set(history.map((revision) => revision.value.raw))];
  const basis = facts.situation.clock.epochMismatch ? ' (commit dates cannot be compared with the log)' : '';
  const other = [
    ...new Set(
      held.claims.flatMap((claim) =>
        claim.numbers.filter((number) => number !== held.definition.value?.number),
      ),
    ),
  ];
  const missing = other.length === 0 ? '' : `; no revision holds ${other.join(' or ')}`;
  const moved = held.moved;
  if (moved !== null) {
    const statement = `commit ${moved.commit.slice(0, 7)} "${moved.revision.subject}" took ${held.definition.key} from ${moved.oldValue} to ${moved.revision.value.raw}${basis}`;
    return [{ statement, location: null, evidence: [moved.revision.evidence] }];
  }
  const statement =
    values.length === 1
      ? `${held.definition.key} is ${values[0]} in every revision that git holds (${history.length} looked at)${missing}${basis}`
      : `git holds the values ${values.join(' → ')} for ${held.definition.key}`;
  return [{ statement, location: null, evidence: history.map((revision) => revision.evidence) }];
}

function claimSteps(claims: HeldValue['claims']): readonly MechanismStep[] {
  return claims.map((claim) => ({
    statement: `a comment at ${claim.location.path}:${claim.location.line} claims: "${claim.text}" (a claim, not a record)`,
    location: null,
    evidence: [claim.evidence],
  }));
}

function unitText(held: HeldValue): string {
  const unit = held.definition.value?.unit ?? 'none';
  return unit === 'none' || unit === 'count' ? '' : ` ${unit}`;
}

export function chainOfDiff(
  release: Release,
  matches: readonly Match[],
  facts: Facts,
): readonly MechanismStep[] {
  const best = bestPerName(matches.filter((match) => match.weight > 0)).slice(0, 3);
  const positive = best.filter((match) => !isToldBefore(match, best));
  const first = positive[0];
  if (first === undefined) return [releaseStep(release)];
  const emitter = facts.emitters.find((candidate) => candidate.patternId === first.pattern.pattern.id);
  const governor =
    first.value === null
      ? undefined
      : emitter?.governors.find(
          (candidate) =>
            candidate.definition !== null && sameKey(candidate.definition.key, first.value?.key ?? ''),
        );
  const steps: MechanismStep[] = [logStep(first.pattern)];
  if (emitter !== undefined)
    steps.push({
      statement: `the message is made here${emitter.function === null ? '' : ` in ${emitter.function.name}`}`,
      location: emitter.literal,
      evidence: [emitter.evidence],
    });
  if (governor !== undefined)
    steps.push({
      statement: `${governor.identifier} governs that code${governor.passedTo === null ? '' : `, passed to ${governor.passedTo}`}`,
      location: governor.use,
      evidence: [governor.useEvidence],
    });
  for (const match of positive) {
    steps.push({
      statement: match.value === null ? match.detail : `${match.value.key} went ${arrow(match.value)}`,
      location: {
        repo: release.repo ?? '.',
        revision: release.commit ?? '',
        path: match.file,
        line: match.line,
        endLine: match.line,
      },
      evidence: match.evidence,
    });
  }
  const commit = release.commits.find((candidate) =>
    candidate.files.some((file) => file.path === first.file),
  );
  if (commit !== undefined)
    steps.push({
      statement: `commit ${commit.sha.slice(0, 7)} "${commit.subject}"${commit.actor === null ? '' : ` by ${commit.actor}`}`,
      location: null,
      evidence: commit.evidence,
    });
  return [...dedupe(steps), releaseStep(release)];
}

function dedupe(steps: readonly MechanismStep[]): readonly MechanismStep[] {
  return steps.filter(
    (step, index) => steps.findIndex((other) => other.statement === step.statement) === index,
  );
}

function logStep(item: FailingPattern): MechanismStep {
  const sample = item.pattern.samples[0];
  return {
    statement: `the log says: "${sample?.message ?? item.pattern.template}"`,
    location: null,
    evidence: sampleOf(item),
  };
}

const BASIS_TEXT: Readonly<Record<Release['commitBasis'], string>> = {
  given: '',
  tag: ' (its commit is known from a tag)',
  'version-text': ' (its commit is part of the version)',
  'by-time': ' (its commit is inferred from the time of the rollout)',
  head: ' (which commit it runs is not recorded; the checked-out revision is taken for it)',
  unknown: ' (which commit it runs is not known)',
};

function releaseStep(release: Release): MechanismStep {
  if (release.reach === 'merged')
    return { statement: 'when it was deployed is not recorded', location: null, evidence: release.evidence };
  return {
    statement: `${release.reach === 'built' ? 'tagged' : 'deployed'} as ${release.service}${release.version === null ? '' : ` ${release.version}`}${BASIS_TEXT[release.commitBasis]}`,
    location: null,
    evidence: release.evidence,
  };
}
