/** Open Questions: what an answer would change, what could not be seen, and remarks on how the evidence was read. */
import type { Report } from '../../../../domain/report.ts';
import {
  type Block,
  bullets,
  code,
  item,
  type ListItem,
  label,
  numbered,
  paragraph,
  type Section,
  strong,
  text,
} from '../document.ts';

export function questionsSection(report: Report): Section {
  const decisiveFirst = [...report.questions].sort((a, b) => Number(b.decisive) - Number(a.decisive));
  const questions = decisiveFirst.map((question) =>
    item(
      text(`${question.question} — ${ended(question.why)} Would change: ${ended(question.wouldChange)} `),
      code(`--answer ${question.key}=…`),
      ...(question.decisive ? [text(' '), strong('decisive', 'warn')] : []),
    ),
  );
  return {
    title: 'Open Questions',
    blocks: [
      questions.length === 0 ? paragraph(text('None.')) : numbered(questions, 5),
      ...listOf('What Could Not Be Seen', report.gaps.map(gapItem)),
      ...listOf(
        'How the Evidence Was Read',
        report.notes.map((note) => item(text(note))),
      ),
    ],
  };
}

function gapItem(gap: Report['gaps'][number]): ListItem {
  const next = gap.nextStep === null ? '' : ` ${ended(gap.nextStep)}`;
  return item(strong(gap.source), text(` (${gap.reason}): ${gap.detail} — ${ended(gap.effect)}${next}`));
}

function ended(sentence: string): string {
  return sentence === '' || /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function listOf(name: string, items: readonly ListItem[]): readonly Block[] {
  return items.length === 0 ? [] : [label(name), bullets(items, 6)];
}
