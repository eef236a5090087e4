/** Rollback Decision: recommendation, criteria, safety, commands, alternative, verification, and what would turn it. */
import type { Report, ReportCommand } from '../../../../domain/report.ts';
import {
  type Block,
  bullets,
  cite,
  command,
  item,
  type ListItem,
  label,
  marked,
  numbered,
  paragraph,
  type Section,
  strong,
  text,
} from '../document.ts';
import { confirmingCommand, mainCommand } from '../headline.ts';
import { criterionMark, RECOMMENDATION_TONE, shortCommit } from '../words/names.ts';

type Alternative = Report['rollback']['alternatives'][number];

const SAFETY_WORDS = {
  SAFE: 'safe as far as the difference between the two revisions shows',
  SAFE_WITH_STEPS: 'safe with the steps below',
  UNSAFE: 'not safe',
  UNKNOWN: 'not known',
} as const;

/** `commandFirst`: the command stands directly below the recommendation, for somebody who acts now. */
export function rollbackSection(report: Report, commandFirst: boolean): Section {
  const recommendation = recommendationBlocks(report);
  const criteria = criteriaBlocks(report);
  const commands = [...commandBlocks(report), ...safetyBlocks(report)];
  return {
    title: 'Rollback Decision',
    blocks: [
      ...recommendation,
      ...(commandFirst ? [...commands, ...criteria] : [...criteria, ...commands]),
      ...alternativeBlocks(report),
      ...verificationBlocks(report),
      ...listOf(
        'Would Change If',
        report.rollback.wouldFlipIf.map((condition) => item(text(condition))),
      ),
    ],
  };
}

function recommendationBlocks(report: Report): readonly Block[] {
  const { recommendation, reason, target } = report.rollback;
  const parts = [
    target?.service,
    target?.version,
    target?.commit === null || target === null ? null : `commit ${shortCommit(target.commit)}`,
    target?.revision === null || target === null ? null : `revision ${target.revision}`,
  ].filter((part) => part !== null && part !== undefined);
  return [
    label(
      'Recommendation',
      text(recommendation, RECOMMENDATION_TONE[recommendation]),
      text(reason === '' ? '' : ` — ${reason}`),
    ),
    ...(parts.length === 0 ? [] : [label('Target', text(parts.join(', ')))]),
  ];
}

function criteriaBlocks(report: Report): readonly Block[] {
  const { criteria } = report.rollback;
  if (criteria.length === 0) return [label('Criteria Met', text('none apply'))];
  const met = criteria.filter((criterion) => criterion.result === 'met').length;
  const items = criteria.map((criterion) => {
    const figures = [
      criterion.value === null ? null : `value ${criterion.value}`,
      criterion.threshold === null ? null : `threshold ${criterion.threshold}`,
    ].filter((figure) => figure !== null);
    const notes = figures.length === 0 ? '' : ` (${figures.join(', ')})`;
    const detail = criterion.detail === '' ? '' : ` — ${criterion.detail}`;
    return marked(
      criterionMark(criterion.result),
      text(`${criterion.statement}${notes}${detail}`),
      cite(criterion.evidence),
    );
  });
  return [label('Criteria Met', text(`${met} of ${criteria.length}`)), bullets(items, 12)];
}

function commandBlocks(report: Report): readonly Block[] {
  const { recommendation, commands } = report.rollback;
  const name = recommendation === 'ROLLBACK' ? 'Rollback Command' : 'Command';
  const main = mainCommand(report);
  const confirm = confirmingCommand(report);
  const others = commands.filter((entry) => entry !== main && entry !== confirm);
  return [
    ...(main === null ? [label(name, text('none'))] : commandWithNotes(name, main)),
    ...(confirm === null ? [] : commandWithNotes(main === null ? 'Look First' : 'Confirm First', confirm)),
    ...others.flatMap((entry) => commandWithNotes(OTHER_PURPOSE[entry.purpose] ?? 'Further Command', entry)),
  ];
}

const OTHER_PURPOSE: Readonly<Record<string, string>> = {
  preview: 'Preview',
  inspect: 'Inspect',
  verify: 'Verify',
  undo: 'Undo',
};

function commandWithNotes(name: string, entry: ReportCommand): readonly Block[] {
  return [
    label(name),
    command(entry.command),
    ...assumptions(entry),
    ...(entry.undo === null ? [] : [paragraph(text('To undo it:')), command(entry.undo)]),
  ];
}

function assumptions(entry: ReportCommand): readonly Block[] {
  return entry.assumes.length === 0
    ? []
    : [paragraph(text('This assumes:')), bullets(entry.assumes.map((assumed) => item(text(assumed))))];
}

function safetyBlocks(report: Report): readonly Block[] {
  const { recommendation, safety } = report.rollback;
  if (recommendation !== 'ROLLBACK' && safety.findings.length === 0) return [];
  const marks = { ok: 'good', step: 'warn', danger: 'bad' } as const;
  const items = safety.findings.map((finding) => {
    const tone = finding.verdict in marks ? marks[finding.verdict as keyof typeof marks] : 'muted';
    return item(
      strong(finding.verdict.toUpperCase(), tone),
      text(` ${finding.statement}`),
      cite(finding.evidence),
    );
  });
  const verdict = label('Safety', text(safety.verdict), text(`: ${SAFETY_WORDS[safety.verdict]}`));
  return items.length === 0 ? [verdict] : [verdict, bullets(items)];
}

function alternativeBlocks(report: Report): readonly Block[] {
  const { recommendation, alternatives } = report.rollback;
  const condition = recommendation === 'ROLLBACK' ? '(if rollback is not possible) ' : '';
  if (alternatives.length === 0) return [label('Alternative', text('none known'))];
  return alternatives.flatMap((alternative) => alternativeBlock(condition, alternative));
}

function alternativeBlock(condition: string, alternative: Alternative): readonly Block[] {
  const warnings = alternative.warnings.map((warning) =>
    item(strong('Warning', 'warn'), text(`: ${warning}`)),
  );
  return [
    label('Alternative', text(`${condition}${alternative.summary}`), cite(alternative.evidence)),
    ...(warnings.length === 0 ? [] : [bullets(warnings)]),
    ...alternative.commands.flatMap((entry) => [command(entry.command), ...assumptions(entry)]),
  ];
}

function verificationBlocks(report: Report): readonly Block[] {
  const { recommendation, verification } = report.rollback;
  const name = recommendation === 'ROLLBACK' ? 'Post-Rollback Verification' : 'Verification';
  if (verification.length === 0) return [label(name, text('nothing to verify'))];
  const items = verification.map(
    (step): ListItem => ({ ...item(text(step.statement)), command: step.command }),
  );
  return [label(name), numbered(items)];
}

function listOf(name: string, items: readonly ListItem[]): readonly Block[] {
  return items.length === 0 ? [] : [label(name), bullets(items)];
}
