/** Chromium and what is built on it (Electron, WebView): `[process:thread:MMDD/HHMMSS.µs:LEVEL:file(line)] text`. */
import type { FormatContext, LogFormat } from '../format.ts';
import { readStamp, type Stamp } from '../time/parse-stamp.ts';
import { knownSeverity, parsedLine, timeOf } from './parsed.ts';
import { severityOfField } from './severity.ts';

const LINE =
  /^\[(?:\d{1,10}:){0,2}(\d\d)(\d\d)\/(\d{6}(?:\.\d{3,6})?):([A-Z]{4,8})\d{0,2}:([\w.-]{1,80})\((\d{1,6})\)\] /;

function stampOf(found: RegExpExecArray, context: FormatContext): Stamp | null {
  const stamp = readStamp(`${context.yearHint}-${found[1]}-${found[2]} ${found[3]}`, 0, context.yearHint);
  return stamp === null ? null : { ...stamp, yearless: true };
}

export const format: LogFormat = {
  id: 'chromium',
  role: 'record',
  sniff: (line) => (line.startsWith('[') && LINE.test(line.slice(0, 180)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 180));
    if (found === null) return null;
    return parsedLine({
      ...timeOf(stampOf(found, context)),
      severity: knownSeverity(severityOfField(found[4] ?? '')),
      logger: found[5] ?? null,
      message: line.slice(found[0].length).trim(),
      attributes: { 'code.file.path': `${found[5]}:${found[6]}` },
    });
  },
  samples: [
    {
      line: '[812:5678:0302/081530.250001:ERROR:cart_init.cc(440)] No cart',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        yearless: true,
        severity: 'error',
        logger: 'cart_init.cc',
        message: 'No cart',
      },
    },
  ],
};
