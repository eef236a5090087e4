/** What a skill shows before a model reads it: the engine's report, or why there is none. It never fails: a failed command would take the whole skill away. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { renderReportAs } from '../../../app/render.ts';
import type { Report } from '../../../domain/report.ts';
import { complain } from '../complaint.ts';
import { viewOfOption } from '../incident-command.ts';
import { type KnownOption, readSkillArguments, type SkillWords } from './skill-arguments.ts';

/** Clients stop such a command after two minutes, and show nothing then. */
const DEADLINE_MS = 100_000;
/** What clients keep of a command's output; a report of twenty services has about as much. */
const MAX_CHARACTERS = 28_000;

export interface AnswerRequest {
  readonly words: SkillWords;
  readonly view: string | null;
  /** Null: the system's own. */
  readonly store: string | null;
}

function optionsOf(program: Command): readonly KnownOption[] {
  const incident = program.commands.find((command) => command.name() === 'incident');
  return (incident?.options ?? []).flatMap((option) =>
    option.long === undefined || option.long === null
      ? []
      : [{ long: option.long, takesValue: option.required || option.optional }],
  );
}

/** Markdown, or sentences that say what is missing. */
export async function firstAnswer(program: Command, request: AnswerRequest): Promise<string> {
  const found = readSkillArguments(request.words, request.view, optionsOf(program));
  switch (found.kind) {
    case 'empty':
      return NOTHING_SAID;
    case 'refused':
      return `Nothing was run: ${found.why}.\n`;
    case 'run':
      return runIncident(program, found.argv, request.store);
  }
}

export const NOTHING_SAID =
  'Nothing was run: no symptom reached the engine. Ask what people see (and where the evidence lies), then triage it.\n';

async function runIncident(program: Command, argv: readonly string[], store: string | null): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'wicked-platform-'));
  const out = join(folder, 'answer');
  const placed = store === null ? [] : ['--store', store];
  // Only a report has a JSON form that holds the incident's id.
  const isReport = !argv.includes('--verify');
  const common = ['--no-input', '--format', isReport ? 'json' : 'markdown', '--out', out, ...placed];
  const timer = setTimeout(() => process.emit('SIGINT'), DEADLINE_MS);
  try {
    await program.parseAsync(['incident', ...common, ...argv], { from: 'user' });
    const text = readFileSync(out, 'utf8');
    return isReport ? await shown(JSON.parse(text), argv) : shortened(text);
  } catch (error) {
    if (error instanceof CommanderError)
      return `Nothing was run: ${error.message.replace(/^error: /, '').split('\n')[0]}.\n`;
    return `The engine gave no report.\n${complain(error, {}).text}`;
  } finally {
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function shown(report: Report, argv: readonly string[]): Promise<string> {
  const view = argv.map(viewOfOption).find((each) => each !== null) ?? 'full';
  const text = await renderReportAs(report, { format: 'markdown', view, color: false, width: 100 });
  return `${standing(report)}\n\n${shortened(text)}`;
}

/** What follows needs the id, and which questions count. */
function standing({ incident, rollback, questions }: Report): string {
  const decisive = questions.filter((question) => question.decisive).map(({ key }) => key);
  return [
    `Incident ${incident.id}`,
    incident.severity,
    incident.status,
    `decision ${rollback.recommendation}`,
    `safety of going back ${rollback.safety.verdict}`,
    `${questions.length} open questions${decisive.length === 0 ? '' : `, decisive: ${decisive.join(', ')}`}`,
  ].join(' · ');
}

/** Cut at a heading, so that nothing half-told stands at the end. */
export function shortened(report: string, limit: number = MAX_CHARACTERS): string {
  if (report.length <= limit) return report;
  const head = report.slice(0, limit);
  const heading = head.lastIndexOf('\n### ');
  const kept = heading > 0 ? head.slice(0, heading) : head;
  const left = [...report.slice(kept.length).matchAll(/^### (.+)$/gm)].map(([, title]) => title);
  return `${kept}\n\n(Left out here for its length: ${left.join(', ')}. The views show them one by one.)\n`;
}
