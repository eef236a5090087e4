/** Whether going back is safe, read from the difference between what runs and where one would return. */
import type { FileDiff, RevisionDiff } from '../../domain/code.ts';
import type { Safety, SafetyFinding } from '../../domain/decision.ts';
import type { Release, Situation } from '../../domain/situation.ts';

export function rollbackSafety(release: Release, diff: RevisionDiff | null, situation: Situation): Safety {
  const findings = [
    ...(diff === null ? [] : diff.files.flatMap(judgeFile)),
    ...reliantReleases(release, situation),
  ];
  if (diff === null) {
    const why =
      release.previousCommit === null
        ? 'the revision to return to is not recorded in the evidence, so nothing can be compared'
        : 'the difference between the two revisions could not be read';
    return {
      verdict: 'UNKNOWN',
      findings: [{ verdict: 'unknown', statement: why, evidence: [] }, ...findings],
    };
  }
  if (findings.some((item) => item.verdict === 'danger')) return { verdict: 'UNSAFE', findings };
  if (findings.some((item) => item.verdict === 'step')) return { verdict: 'SAFE_WITH_STEPS', findings };
  if (release.previousCommit === null)
    return {
      verdict: 'UNKNOWN',
      findings: [
        {
          verdict: 'unknown',
          statement:
            'nothing dangerous in what this release brought, but the revision to return to is not recorded in the evidence',
          evidence: [],
        },
        ...findings,
      ],
    };
  const files = diff.files.length;
  return {
    verdict: 'SAFE',
    findings: [
      {
        verdict: 'ok',
        statement: `${files} file${files === 1 ? '' : 's'} differ${files === 1 ? 's' : ''}: no migration, no contract, no new required setting among them`,
        evidence: diff.files
          .flatMap((file) => file.hunks.slice(0, 1).map((hunk) => hunk.evidence))
          .slice(0, 3),
      },
      ...findings,
    ],
  };
}

function judgeFile(file: FileDiff): readonly SafetyFinding[] {
  if (file.category === 'migration') return [migration(file)];
  if (file.category === 'schema')
    return [
      {
        verdict: 'step',
        statement: `${file.path} (a contract) differs: consumers of the new form must be able to read the old one`,
        evidence: firstHunk(file),
      },
    ];
  const major = file.features.filter(
    (feature) => feature.kind === 'package-changed' && isMajor(file, feature.symbols),
  );
  const renamed = file.features.filter(
    (feature) => feature.kind === 'topic-changed' || feature.kind === 'env-renamed',
  );
  return [
    ...major.map(
      (feature): SafetyFinding => ({
        verdict: 'step',
        statement: `${feature.detail}: a major version goes back with it`,
        evidence: [feature.evidence],
      }),
    ),
    ...renamed.map(
      (feature): SafetyFinding => ({
        verdict: 'step',
        statement: `${feature.detail}: the old name must still be served`,
        evidence: [feature.evidence],
      }),
    ),
  ];
}

/** Old code meets the new schema: dropped or renamed parts break it, added constraints may, added tables and columns do not. */
function migration(file: FileDiff): SafetyFinding {
  const text = file.hunks.flatMap((hunk) => hunk.added).join('\n');
  const destructive = file.features.find((feature) =>
    ['column-dropped', 'column-renamed', 'table-dropped'].includes(feature.kind),
  );
  if (
    destructive !== undefined ||
    /\b(drop|rename)\s+(table|column|type|view|schema)\b|\brename\s+to\b|\btruncate\b|remove_column|drop_table|drop_column|rename_column|RemoveField|DeleteModel|dropColumn|renameColumn|alter\s+column\s+\S+\s+(set\s+data\s+)?type/i.test(
      text,
    )
  ) {
    return {
      verdict: 'danger',
      statement: `${file.path} is a migration that the earlier code does not survive${destructive === undefined ? '' : ` (${destructive.detail})`}`,
      evidence: destructive === undefined ? firstHunk(file) : [destructive.evidence],
    };
  }
  if (
    /\b(not\s+null|add\s+constraint|unique|foreign\s+key|check\s*\()/i.test(text) &&
    !/create\s+table/i.test(text)
  )
    return {
      verdict: 'step',
      statement: `${file.path} adds a constraint: check that the earlier code satisfies it`,
      evidence: firstHunk(file),
    };
  return {
    verdict: 'ok',
    statement: `${file.path} only adds; the earlier code does not notice`,
    evidence: firstHunk(file),
  };
}

function isMajor(file: FileDiff, symbols: readonly string[]): boolean {
  const change = file.values.find((value) => symbols.includes(value.key));
  const major = (raw: string | undefined) => /(\d+)\./.exec(raw ?? '')?.[1];
  return change !== undefined && major(change.oldValue?.raw) !== major(change.newValue?.raw);
}

function reliantReleases(release: Release, situation: Situation): readonly SafetyFinding[] {
  const since = situation.releases.filter(
    (other) =>
      other.service !== release.service &&
      other.startedAt > release.startedAt &&
      situation.edges.some((edge) => edge.from === other.service && edge.to === release.service),
  );
  return since.map((other) => ({
    verdict: 'step' as const,
    statement:
      `${other.service} ${other.version ?? ''} calls it and was deployed since: check that it does not need the new side`.replace(
        '  ',
        ' ',
      ),
    evidence: other.evidence,
  }));
}

function firstHunk(file: FileDiff) {
  return file.hunks.slice(0, 1).map((hunk) => hunk.evidence);
}
