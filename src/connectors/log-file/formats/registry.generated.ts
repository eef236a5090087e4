// Written by `npm run gen`. Do not edit: add a folder or a file and run it again.
import type { LogFormat } from '../format.ts';
import { format as jsonLinesFormat } from './json-lines.ts';
import { format as logfmtFormat } from './logfmt.ts';

/** Every log format, by name. */
export const LOG_FORMATS: readonly LogFormat[] = [
  jsonLinesFormat,
  logfmtFormat,
];
