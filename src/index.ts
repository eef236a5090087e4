/** The public library: triage a directory from a program, and print the report. */
import { runOperation } from './app/operation.ts';
import { operation } from './app/operations/incident.ts';
import { composePlatform } from './composition.ts';
import type { PlatformError } from './domain/error.ts';
import type { Report } from './domain/report.ts';

export {
  type RenderOptions,
  type ReportFormat,
  type ReportView,
  renderReportAs as renderReport,
} from './app/render.ts';
export { type ErrorCode, PlatformError } from './domain/error.ts';
export type {
  Citation,
  Report,
  ReportChange,
  ReportCommand,
  ReportEvidence,
  ReportHypothesis,
  ReportQuantity,
  ReportStep,
  TimelineEntry,
} from './domain/report.ts';

export interface TriageDirectoryOptions {
  /** What people report, in their words. */
  readonly symptom: string;
  /** The evidence directory; default: the working directory. */
  readonly dir?: string;
  /** Files, folders or globs that are logs whatever their names. */
  readonly logs?: readonly string[];
  /** Further git repositories. */
  readonly repos?: readonly string[];
  /** The service that people complain about. */
  readonly service?: string;
  /** ISO 8601 with a zone, or a span before now such as `2h`. */
  readonly since?: string;
  readonly until?: string;
  /** The time of the triage; default: the clock, but the end of evidence that ended more than 24 hours ago. */
  readonly now?: string;
  /** Zone of stamps that carry none: IANA name or offset. */
  readonly zone?: string;
  /** Answers to open questions, by key. */
  readonly answers?: Readonly<Record<string, string>>;
  /** Folder in which the incident is recorded; default: nowhere. */
  readonly store?: string;
  /** Aborting it rejects with a PlatformError `interrupted`. */
  readonly signal?: AbortSignal;
  /** Called for what went wrong beside the triage, such as a store that cannot be written; default: thrown away. */
  readonly onProblem?: (problem: PlatformError) => void;
}

/**
 * Triages what lies in a directory. Same evidence and options give the same report, `durationMs` aside.
 * Throws PlatformError: `usage`, `config`, `no-evidence`, `interrupted`.
 *
 * @example
 * const report = await triageDirectory({ symptom: '500 errors on checkout', dir: './evidence' });
 * console.log(await renderReport(report, { format: 'markdown', view: 'full', color: false, width: 80 }));
 */
export async function triageDirectory(options: TriageDirectoryOptions): Promise<Report> {
  const silent = () => undefined;
  const platform = composePlatform({
    environment: process.env,
    cwd: process.cwd(),
    signal: options.signal ?? new AbortController().signal,
    stdin: () => process.stdin,
    logger: { debug: silent, warn: silent },
    progress: silent,
    onProblem: options.onProblem ?? silent,
    store: options.store === undefined ? { kind: 'memory' } : { kind: 'sqlite', folder: options.store },
  });
  try {
    return await runOperation(
      operation,
      {
        symptom: options.symptom,
        dir: options.dir ?? '.',
        logs: [...(options.logs ?? [])],
        repos: [...(options.repos ?? [])],
        service: options.service ?? null,
        since: options.since ?? null,
        until: options.until ?? null,
        now: options.now ?? null,
        zone: options.zone ?? null,
        answers: { ...options.answers },
      },
      platform,
    );
  } finally {
    await platform.close();
  }
}
