/** Whether going back is safe, read from the difference between what runs and where one would return. */
import type { RevisionDiff, RollbackHazard, RollbackHazards } from '../../domain/code.ts';
import type { Safety, SafetyFinding } from '../../domain/decision.ts';
import type { Assessment } from '../../domain/impact.ts';
import type { Probe } from '../../domain/probe.ts';
import { codeFindings } from './code-risks.ts';
import {
  codeDifference,
  type GoingBack,
  hazardsOf,
  hazardsProbe,
  ownHazards,
  sharedSettings,
  sharedSettingsProbe,
} from './going-back.ts';
import { earlierUsesProbe, hazardFinding } from './hazard-findings.ts';
import { newNames, relianceFindings, relianceProbes } from './reliance.ts';
import { targetFindings } from './target-record.ts';

const ORDER: readonly SafetyFinding['verdict'][] = ['danger', 'unknown', 'step', 'ok'];
/** Findings of one weight that are printed; the rest are counted. */
const MAX_OF_A_KIND = 8;

/** Questions in two rounds: what lies between, then whether somebody needs it. */
export function safetyProbes(back: GoingBack): readonly Probe[] {
  const first = hazardsProbe(back);
  const found = hazardsOf(back);
  if (found === null) return first === null ? [] : [first];
  const hazards = ownHazards(back, found);
  const uses = earlierUsesProbe(hazards, back);
  const settings = sharedSettingsProbe(back, found);
  return [
    ...(first === null ? [] : [first]),
    ...(uses === null ? [] : [uses]),
    ...(settings === null ? [] : [settings]),
    ...relianceProbes(back, newNames(hazards, codeDifference(back))),
  ];
}

export function rollbackSafety(back: GoingBack, assessment: Assessment): Safety {
  const found = hazardsOf(back);
  const diff = codeDifference(back);
  const hazards = found === null ? [] : ownHazards(back, found);
  const findings = [
    ...hazards.flatMap((hazard) => hazardFinding(hazard, hazards, back) ?? []),
    ...codeFindings([...(diff?.files ?? []), ...(sharedSettings(back)?.files ?? [])], back.accusedKey),
    ...relianceFindings(back, newNames(hazards, diff)),
    ...targetFindings(back.release, back.situation, assessment),
    ...notRead(found),
  ];
  const unknown = whatIsMissing(back, found);
  if (findings.some(({ verdict }) => verdict === 'danger')) return toSafety('UNSAFE', findings);
  if (unknown !== null) return toSafety('UNKNOWN', [unknown, ...findings]);
  if (findings.some(({ verdict }) => verdict === 'unknown')) return toSafety('UNKNOWN', findings);
  const harmless = harmlessFinding(found, hazards.length, diff);
  return toSafety(findings.some(({ verdict }) => verdict === 'step') ? 'SAFE_WITH_STEPS' : 'SAFE', [
    ...findings,
    ...harmless,
  ]);
}

/** The hazards that make going back unsafe: what a forward fix must not take back either. */
export function dangerousHazards(back: GoingBack): readonly RollbackHazard[] {
  const found = hazardsOf(back);
  const hazards = found === null ? [] : ownHazards(back, found);
  return hazards.filter((hazard) => hazardFinding(hazard, hazards, back)?.verdict === 'danger');
}

function toSafety(verdict: Safety['verdict'], findings: readonly SafetyFinding[]): Safety {
  const seen = new Set<string>();
  const distinct = findings.filter(({ statement }) => !seen.has(statement) && seen.add(statement));
  return {
    verdict,
    findings: ORDER.flatMap((weight) => {
      const own = distinct.filter((finding) => finding.verdict === weight);
      const more = own.length - MAX_OF_A_KIND;
      const rest: readonly SafetyFinding[] =
        more > 0 ? [{ verdict: weight, statement: `and ${more} more of this weight`, evidence: [] }] : [];
      return [...own.slice(0, MAX_OF_A_KIND), ...rest];
    }),
  };
}

/** Why nothing can be said of the whole; null where the difference was read against the release that ran before. */
function whatIsMissing({ release, from }: GoingBack, found: RollbackHazards | null): SafetyFinding | null {
  const unknown = (statement: string): SafetyFinding => ({ verdict: 'unknown', statement, evidence: [] });
  if (from === null)
    return unknown('the revision to return to is not recorded in the evidence, so nothing can be compared');
  if (found === null && from !== release.commit)
    return unknown('the difference between the two revisions could not be read');
  if (release.previousCommit === null)
    return unknown(
      'nothing dangerous in what this release brought, but the revision to return to is not recorded in the evidence',
    );
  return null;
}

function notRead(found: RollbackHazards | null): readonly SafetyFinding[] {
  const unread = found?.unreadFiles ?? [];
  if (unread.length === 0) return [];
  const names =
    unread.length > 3 ? `${unread.slice(0, 3).join(', ')} and ${unread.length - 3} more` : unread.join(', ');
  return [
    {
      verdict: 'unknown',
      statement: `${names} could not be read and may hold a migration or a contract`,
      evidence: [],
    },
  ];
}

function harmlessFinding(
  found: RollbackHazards | null,
  hazards: number,
  diff: RevisionDiff | null,
): readonly SafetyFinding[] {
  if (found === null)
    return [{ verdict: 'ok', statement: 'both releases are the same commit', evidence: [] }];
  const additions = found.hazards.filter(({ kind }) => kind === 'schema-added');
  const [first] = additions;
  if (first !== undefined && additions.length === hazards)
    return [
      {
        verdict: 'ok',
        statement: `${first.location.path}:${first.location.line}: the migrations only add (${first.detail}${additions.length > 1 ? ` and ${additions.length - 1} more` : ''}); the earlier code does not notice`,
        evidence: additions.slice(0, 3).map(({ evidence }) => evidence),
      },
    ];
  const count = Math.max(found.changedFiles, diff?.files.length ?? 0);
  return [
    {
      verdict: 'ok',
      statement: `${count} file${count === 1 ? '' : 's'} differ${count === 1 ? 's' : ''}: no other migration, contract, setting or store among them`,
      evidence: (diff?.files ?? [])
        .flatMap(({ hunks: [hunk] }) => (hunk === undefined ? [] : [hunk.evidence]))
        .slice(0, 3),
    },
  ];
}
