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
  patch,
  type Section,
  strong,
  text,
} from '../document.ts';
import { confirmingCommand, mainCommand, mainRisk, noCommand } from '../headline.ts';
import { criterionMark, RECOMMENDATION_TONE, shortCommit } from '../words/names.ts';

type Alternative = Report['rollback']['alternatives'][number];

const SAFETY_WORDS = {
  SAFE: 'safe as far as the difference between the two revisions shows',
  SAFE_WITH_STEPS: 'safe with the steps below',
  UNSAFE: 'not safe',
  UNKNOWN: 'it could not be checked',
} as const;

/** `commandFirst`: recommendation, command and risk stand in front, for somebody who acts now. */
export function rollbackSection(report: Report, commandFirst: boolean): Section {
  const criteria = criteriaBlocks(report);
  const safety = [...safetyBlocks(report), ...helpBlocks(report)];
  return {
    title: 'Rollback Decision',
    blocks: [
      ...(commandFirst
        ? [...firstScreen(report), ...commandBlocks(report, false), ...safety, ...criteria]
        : [...recommendationBlocks(report), ...criteria, ...commandBlocks(report, true), ...safety]),
      ...alternativeBlocks(report),
      ...verificationBlocks(report),
      ...waitingBlocks(report),
      ...listOf(
        'Holds While',
        report.rollback.holdsWhile.map((condition) => item(text(condition))),
      ),
      ...listOf(
        'Would Change If',
        report.rollback.wouldFlipIf.map((condition) => item(text(condition))),
      ),
    ],
  };
}

/** `booking-api to v3.1.4, commit 90ab12c, revision 41`; without a known version, only of what. */
function targetPhrase(report: Report): string {
  const { target } = report.rollback;
  if (target === null) return '';
  const where = [
    target.version,
    target.commit === null ? null : `commit ${shortCommit(target.commit)}`,
    target.revision === null ? null : `revision ${target.revision}`,
  ].filter((part) => part !== null);
  if (where.length === 0) return target.service ?? '';
  return `${target.service ?? ''} to ${where.join(', ')}`.trim();
}

function firstScreen(report: Report): readonly Block[] {
  const { recommendation, reason } = report.rollback;
  const target = recommendation === 'ROLLBACK' ? targetPhrase(report) : '';
  const main = mainCommand(report);
  const risk = mainRisk(report);
  return [
    label(
      'Recommendation',
      text(recommendation, RECOMMENDATION_TONE[recommendation]),
      text(target === '' ? '' : ` — ${target}`),
    ),
    main === null ? label('Command', text(noCommand(report) ?? 'none')) : command(main.command),
    label('Risk', text(risk ?? 'none known')),
    label('Why', text(reason)),
  ];
}

function recommendationBlocks(report: Report): readonly Block[] {
  const { recommendation, reason } = report.rollback;
  const target = targetPhrase(report);
  return [
    label(
      'Recommendation',
      text(recommendation, RECOMMENDATION_TONE[recommendation]),
      text(reason === '' ? '' : ` — ${reason}`),
    ),
    ...(target === '' || recommendation === 'NONE' ? [] : [label('Target', text(target))]),
  ];
}

const HELP_MARKS = { yes: 'done', no: 'open', unknown: 'unknown' } as const;

function helpBlocks(report: Report): readonly Block[] {
  const items = report.rollback.wouldHelp.map((check) =>
    marked(HELP_MARKS[check.result], text(check.statement), cite(check.evidence)),
  );
  return listOf('Would It Help', items);
}

function waitingBlocks(report: Report): readonly Block[] {
  const { doingNothing } = report.rollback;
  return doingNothing === null ? [] : [label('Doing Nothing', text(doingNothing))];
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

/** `withCommand` false: the command itself stands above already, its notes follow here. */
function commandBlocks(report: Report, withCommand: boolean): readonly Block[] {
  const { recommendation, commands } = report.rollback;
  const name = recommendation === 'ROLLBACK' ? 'Rollback Command' : 'Command';
  const main = mainCommand(report);
  const confirm = confirmingCommand(report);
  const others = commands.filter((entry) => entry !== main && entry !== confirm);
  return [
    ...mainBlocks(name, main, withCommand, noCommand(report)),
    ...(confirm === null ? [] : commandWithNotes(main === null ? 'Look First' : 'Confirm First', confirm)),
    ...others.flatMap((entry) => commandWithNotes(OTHER_PURPOSE[entry.purpose] ?? 'Further Command', entry)),
  ];
}

function mainBlocks(
  name: string,
  main: ReportCommand | null,
  withCommand: boolean,
  without: string | null,
): readonly Block[] {
  if (withCommand)
    return main === null ? [label(name, text(without ?? 'none'))] : commandWithNotes(name, main);
  return main === null ? [] : notes(main);
}

const OTHER_PURPOSE: Readonly<Record<string, string>> = {
  preview: 'Preview',
  inspect: 'Inspect',
  verify: 'Verify',
  undo: 'Undo',
};

function commandWithNotes(name: string, entry: ReportCommand): readonly Block[] {
  return [label(name), command(entry.command), ...notes(entry)];
}

function notes(entry: ReportCommand): readonly Block[] {
  return [
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
    paragraph(
      text(
        `Takes ${alternative.timeToMitigate}; risk ${alternative.risk}; undone ${alternative.reversible}.`,
        'muted',
      ),
    ),
    ...(warnings.length === 0 ? [] : [bullets(warnings)]),
    ...alternative.commands.flatMap((entry) => [command(entry.command), ...assumptions(entry)]),
    ...(alternative.patch === null ? [] : [patch(alternative.patch.text)]),
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
