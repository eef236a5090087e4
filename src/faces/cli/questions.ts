/** Asks the open questions whose answers could change the verdict: three at the most, each skippable, only where a person sits at the terminal. */

import { stripControls } from '../../app/sanitise.ts';
import type { Report } from '../../domain/report.ts';
import type { Session } from './session.ts';

const MAX_QUESTIONS = 3;

/** Answers by key; empty where nothing decisive is open or everything was skipped. */
export async function askDecisive(
  report: Report,
  answered: ReadonlySet<string>,
  { streams, progress }: Session,
): Promise<Readonly<Record<string, string>>> {
  const open = report.questions.filter(({ key, decisive }) => decisive && !answered.has(key));
  if (open.length === 0) return {};
  const { intro, isCancel, outro, text } = await import('@clack/prompts');
  const place = { input: streams.stdin, output: streams.stderr };
  progress.clear();
  intro(stripControls(`${report.incident.severity}: ${report.incident.title}`), place);
  const answers: Record<string, string> = {};
  for (const { key, question, wouldChange } of open.slice(0, MAX_QUESTIONS)) {
    const value = await text({
      ...place,
      message: stripControls(`${question} (${wouldChange})`),
      placeholder: 'Enter skips',
      defaultValue: '',
    });
    if (isCancel(value)) break;
    const answer = value?.trim() ?? '';
    if (answer !== '') answers[key] = answer;
  }
  outro(
    Object.keys(answers).length === 0 ? 'Going on without answers' : 'Triaging again with the answers',
    place,
  );
  return answers;
}

/** A person can be asked where both the keyboard and stderr are a terminal and nobody forbade it. */
export function canAsk({ streams }: Session, input: boolean): boolean {
  return input && streams.stdin.isTTY === true && streams.stderr.isTTY === true;
}
