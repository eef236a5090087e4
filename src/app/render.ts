/** A report as text for people or programs. The views are the engine's; JSON is the report itself. */
import { PlatformError } from '../domain/error.ts';
import type { Report, VerificationReport } from '../domain/report.ts';
import type { RenderFormat, ReportView as SectionView, Told } from '../engine/report/render/render-report.ts';

export type { Told } from '../engine/report/render/render-report.ts';

export type ReportFormat = RenderFormat | 'json';
/** `patch` is the hotfix alone, byte for byte as `git apply` takes it, whatever the format. */
export type ReportView = SectionView | 'patch';

export interface RenderOptions {
  readonly format: ReportFormat;
  /** JSON is always the whole report. */
  readonly view: ReportView;
  readonly color: boolean;
  /** Columns. */
  readonly width: number;
  /** What a language model made of it, checked; printed last, and never in JSON. */
  readonly told?: Told | null;
}

export async function renderReportAs(report: Report, options: RenderOptions): Promise<string> {
  const { format, view, ...rest } = options;
  if (view === 'patch') return patchOf(report);
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  const { renderReport } = await import('../engine/report/render/render-report.ts');
  return renderReport(report, { ...rest, view, format });
}

function patchOf({ rollback, incident }: Report): string {
  const patch = rollback.alternatives.find((alternative) => alternative.patch !== null)?.patch ?? null;
  if (patch !== null) return patch.text;
  throw new PlatformError({
    code: 'not-found',
    what: `${incident.id} has no patch`,
    why: 'the cause is no value or hunk of a file that can be taken back alone, or the running revision is not known',
    nextStep: 'See what can be done instead: wicked-platform incident --rollback-decision',
  });
}

export async function renderVerificationAs(
  verification: VerificationReport,
  options: Omit<RenderOptions, 'view'>,
): Promise<string> {
  const { format, ...rest } = options;
  if (format === 'json') return `${JSON.stringify(verification, null, 2)}\n`;
  const { renderVerification } = await import('../engine/report/render/render-report.ts');
  return renderVerification(verification, { ...rest, format });
}
