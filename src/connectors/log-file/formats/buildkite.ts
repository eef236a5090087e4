/** The stamp of Buildkite's agent before each line: a terminal sequence, `ESC _bk;t=1709367330250 BEL`. */
import type { LogFormat, Unwrapped } from '../format.ts';
import { parseUnwrapped } from './wrapped.ts';

const BELL = String.fromCharCode(7);
/** Terminal escapes are gone when a line comes here. */
const STAMP = new RegExp(`^_?bk;t=(\\d{13})${BELL}`);

function unwrap(line: string): Unwrapped | null {
  const found = STAMP.exec(line.slice(0, 32));
  if (found === null) return null;
  const outer = { wallMs: Number(found[1]), offsetMinutes: 0, yearless: false };
  return { payload: line.slice(found[0].length), outer };
}

export const format: LogFormat = {
  id: 'buildkite',
  role: 'wrapper',
  sniff: (line) => (STAMP.test(line.slice(0, 32)) ? 1 : 0),
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap,
  samples: [
    { line: `bk;t=1709367330250${BELL}$ npm test`, expect: { wallMs: 1709367330250, message: '$ npm test' } },
  ],
};
