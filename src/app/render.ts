/** A report as text for people or programs. The views are the engine's; JSON is the report itself. */
import type { Report } from '../domain/report.ts';
import type { RenderFormat, ReportView } from '../engine/report/render/render-report.ts';

export type ReportFormat = RenderFormat | 'json';
export type { ReportView } from '../engine/report/render/render-report.ts';

export interface RenderOptions {
  readonly format: ReportFormat;
  /** JSON is always the whole report. */
  readonly view: ReportView;
  readonly color: boolean;
  /** Columns. */
  readonly width: number;
}

export async function renderReportAs(report: Report, options: RenderOptions): Promise<string> {
  const { format, ...rest } = options;
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  const { renderReport } = await import('../engine/report/render/render-report.ts');
  return renderReport(report, { ...rest, format });
}
