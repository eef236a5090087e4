/** `wicked-platform incidents`: the list, and what a person adds to an incident by its id. */
import { parseAnswer } from '../../app/answers.ts';
import { runOperation } from '../../app/operation.ts';
import type { ReportFormat } from '../../app/render.ts';
import { stripControls } from '../../app/sanitise.ts';
import { parseSources } from '../../app/sources.ts';
import { EXIT } from './exit-code.ts';
import { printReport, write } from './print.ts';
import { type Session, withSession } from './session.ts';

export interface StoreFlags {
  readonly store?: string;
}

export interface ListFlags extends StoreFlags {
  readonly dir?: string;
  readonly format?: 'text' | 'json';
}

export interface EntryFlags extends StoreFlags {
  readonly at?: string;
  readonly actor?: string;
}

export interface AnswerFlags extends StoreFlags {
  readonly actor?: string;
  readonly dir?: string;
  readonly logs: readonly string[];
  readonly source: readonly string[];
  readonly now?: string;
  readonly format?: ReportFormat;
  readonly out?: string;
}

function inStore(
  flags: StoreFlags & { readonly source?: readonly string[] },
  work: (session: Session) => Promise<void>,
): Promise<number> {
  const sources = parseSources(flags.source ?? []);
  return withSession({ store: { kind: 'sqlite', folder: flags.store ?? null }, sources }, async (session) => {
    await work(session);
    return EXIT.ok;
  });
}

function printLines({ streams }: Session, lines: readonly string[]): Promise<void> {
  return write(
    streams.stdout,
    lines.map((line) => `${stripControls(line).replaceAll('\n', ' ')}\n`).join(''),
  );
}

function printJson({ streams }: Session, value: unknown): Promise<void> {
  return write(streams.stdout, `${JSON.stringify(value, null, 2)}\n`);
}

export function listIncidents(flags: ListFlags): Promise<number> {
  return inStore(flags, async (session) => {
    const { operation } = await import('../../app/operations/incidents.ts');
    const answer = await runOperation(operation, { dir: flags.dir ?? null }, session.platform);
    if (flags.format === 'json') return printJson(session, answer);
    if (answer.incidents.length === 0) {
      return printLines(session, [
        'No incidents yet. Triage one: wicked-platform incident "500 errors on checkout"',
      ]);
    }
    const width = (pick: (row: (typeof answer.incidents)[number]) => string) =>
      Math.max(...answer.incidents.map((row) => pick(row).length));
    const idWidth = width(({ id }) => id);
    const statusWidth = width(({ status }) => status);
    return printLines(
      session,
      answer.incidents.map(({ id, severity, status, openedAt, title }) =>
        [id.padEnd(idWidth), severity ?? 'SEV?', status.padEnd(statusWidth), openedAt, title].join('  '),
      ),
    );
  });
}

export function showIncident(incident: string, flags: ListFlags): Promise<number> {
  return inStore(flags, async (session) => {
    const { operation } = await import('../../app/operations/incident-show.ts');
    const found = await runOperation(operation, { incident }, session.platform);
    if (flags.format === 'json') return printJson(session, found);
    return printLines(session, [
      `${found.id}  ${found.severity ?? 'SEV?'}  ${found.status}  ${found.title}`,
      `symptom    ${found.symptom}`,
      `directory  ${found.workspace}`,
      ...found.record.map(({ at, actor, type, text }) => `${at}  ${type.padEnd(16)}  ${actor}: ${text}`),
      ...found.questions.map(({ key, question }) => `open       ${key}: ${question}`),
    ]);
  });
}

export function noteIncident(incident: string, text: string, flags: EntryFlags): Promise<number> {
  return inStore(flags, async (session) => {
    const { operation } = await import('../../app/operations/incident-note.ts');
    const { id } = await runOperation(operation, { incident, text, ...entryOf(flags) }, session.platform);
    await printLines(session, [`Noted in ${id}.`]);
  });
}

export function resolveIncident(
  incident: string,
  text: string | undefined,
  flags: EntryFlags,
): Promise<number> {
  return inStore(flags, async (session) => {
    const { operation } = await import('../../app/operations/incident-resolve.ts');
    const entry = { incident, text: text ?? '', ...entryOf(flags) };
    const { id } = await runOperation(operation, entry, session.platform);
    await printLines(session, [`${id} is resolved.`]);
  });
}

export function answerIncident(
  incident: string,
  pairs: readonly string[],
  flags: AnswerFlags,
): Promise<number> {
  const answers = Object.fromEntries(pairs.map(parseAnswer).map(({ key, value }) => [key, value]));
  return inStore(flags, async (session) => {
    const { operation } = await import('../../app/operations/incident-answer.ts');
    const { dir, now, actor, logs } = flags;
    const input = {
      incident,
      answers,
      dir: dir ?? null,
      now: now ?? null,
      actor: actor ?? null,
      logs: [...logs],
    };
    const report = await runOperation(operation, input, session.platform);
    await printReport(report, 'full', { format: flags.format ?? null, out: flags.out ?? null }, session);
  });
}

function entryOf({ at, actor }: EntryFlags) {
  return { at: at ?? null, actor: actor ?? null };
}
