/** Report model → text of one view in one format. Pure; JSON is the model itself and not printed here. */
import type { Report, VerificationReport } from '../../../domain/report.ts';
import type { ReportDocument } from './document.ts';
import { printHtml } from './html/print-html.ts';
import { printMarkdown } from './markdown/print-markdown.ts';
import { type Told, toldSection } from './sections/told.ts';
import { printText } from './text/print-text.ts';
import {
  blastRadiusDocument,
  fullDocument,
  rollbackDocument,
  rootCauseDocument,
  timelineDocument,
} from './views/full.ts';
import { postmortemDocument } from './views/postmortem.ts';
import { statusUpdateDocument } from './views/status-update.ts';
import { verificationDocument } from './views/verification.ts';

export type ReportView =
  | 'full'
  | 'rollback-decision'
  | 'timeline'
  | 'root-cause'
  | 'blast-radius'
  | 'status-update'
  | 'postmortem';

export type { Told } from './sections/told.ts';

export type RenderFormat = 'text' | 'markdown' | 'html';

const DOCUMENTS: Readonly<Record<ReportView, (report: Report) => ReportDocument>> = {
  full: fullDocument,
  'rollback-decision': rollbackDocument,
  timeline: timelineDocument,
  'root-cause': rootCauseDocument,
  'blast-radius': blastRadiusDocument,
  'status-update': statusUpdateDocument,
  postmortem: postmortemDocument,
};

export interface PrintOptions {
  readonly format: RenderFormat;
  readonly color: boolean;
  readonly width: number;
}

/**
 * Same report and options, same text; ends with one line break. `color` and `width` (columns, at least 40 are used)
 * matter to `text` only. Nothing in the report can end its cell, list item or code block, or reach the terminal as a control character.
 */
export function renderReport(
  report: Report,
  options: PrintOptions & {
    readonly view: ReportView;
    /** Printed as the last section; null: none. */
    readonly told?: Told | null;
  },
): string {
  return print(withTold(DOCUMENTS[options.view](report), options.told ?? null), options);
}

/** As `renderReport`; a terminal gets the trend as a line of blocks. */
export function renderVerification(report: VerificationReport, options: PrintOptions): string {
  return print(verificationDocument(report, options.format === 'text'), options);
}

function print(document: ReportDocument, options: PrintOptions): string {
  switch (options.format) {
    case 'markdown':
      return printMarkdown(document);
    case 'html':
      return printHtml(document);
    case 'text':
      return printText(document, options);
  }
}

function withTold(document: ReportDocument, told: Told | null): ReportDocument {
  return told === null ? document : { ...document, sections: [...document.sections, toldSection(told)] };
}
