/** Puts a report or a table where it was asked for: stdout, or a file that is written whole. */
import { extname } from 'node:path';
import {
  type ReportFormat,
  type ReportView,
  renderReportAs,
  renderVerificationAs,
  type Told,
} from '../../app/render.ts';
import type { Report, VerificationReport } from '../../domain/report.ts';
import type { Session } from './session.ts';
import { usesColor, widthOf } from './terminal.ts';

export interface Destination {
  /** Null: by the file's name, else text on a terminal and markdown elsewhere. */
  readonly format: ReportFormat | null;
  /** A file; null for stdout. */
  readonly out: string | null;
}

const BY_EXTENSION: Readonly<Record<string, ReportFormat>> = {
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.json': 'json',
  '.html': 'html',
  '.htm': 'html',
  '.txt': 'text',
};

export function formatFor({ format, out }: Destination, isTerminal: boolean): ReportFormat {
  if (format !== null) return format;
  if (out !== null) return BY_EXTENSION[extname(out).toLowerCase()] ?? 'markdown';
  return isTerminal ? 'text' : 'markdown';
}

const NOT_FOR_PROGRAMS =
  'wicked-platform: --explain adds nothing to JSON and to a patch, which programs read\n';

/** @param tell asked for what a language model makes of the report; null: nobody is asked */
export async function printReport(
  report: Report,
  view: ReportView,
  destination: Destination,
  session: Session,
  tell: (() => Promise<Told | null>) | null = null,
): Promise<void> {
  const how = outputOf(destination, session);
  const isForReaders = how.format !== 'json' && view !== 'patch';
  if (tell !== null && !isForReaders) session.streams.stderr.write(NOT_FOR_PROGRAMS);
  const told = tell !== null && isForReaders ? await tell() : null;
  await put(await renderReportAs(report, { ...how, view, told }), destination, session);
}

export async function printVerification(
  verification: VerificationReport,
  destination: Destination,
  session: Session,
): Promise<void> {
  const text = await renderVerificationAs(verification, outputOf(destination, session));
  await put(text, destination, session);
}

function outputOf(destination: Destination, { streams, environment }: Session) {
  const { stdout } = streams;
  const format = formatFor(destination, stdout.isTTY === true);
  const color = destination.out === null && usesColor(stdout, environment);
  return { format, color, width: widthOf(stdout) };
}

async function put(
  text: string,
  { out }: Destination,
  { streams, progress, platform }: Session,
): Promise<void> {
  progress.clear();
  if (out === null) await write(streams.stdout, text);
  else await platform.writeTextFile(out, text);
}

/** Resolves when the text is with the system; a reader that went away (`| head`) is no error. */
export function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write(text, () => resolve());
  });
}
