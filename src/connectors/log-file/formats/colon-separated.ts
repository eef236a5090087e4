/** `thread::LEVEL::stamp::module::line::logger::message`, as oVirt's vdsm prints it. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';
import { severityOfField } from './severity.ts';

const LINE =
  /^([^:]{1,80})::([A-Z]{4,8})::(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3})::([^:]{1,80})::(\d{1,7})::([^:]{1,120})::/;

export const format: LogFormat = {
  id: 'colon-separated',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 500)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 500));
    if (found === null) return null;
    return parsedLine({
      ...timeOf(readStamp(found[3] ?? '', 0, context.yearHint)),
      severity: severityOfField(found[2] ?? '') ?? 'unknown',
      logger: found[4] ?? null,
      message: line.slice(found[0].length).trim(),
      attributes: { 'thread.name': found[1] ?? '', 'code.line.number': found[5] ?? '' },
    });
  },
  samples: [
    {
      line: 'Thread-12::ERROR::2024-03-02 08:15:30,250::carts::74::storage::(save) cart lost',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'error',
        logger: 'carts',
        message: '(save) cart lost',
      },
    },
  ],
};
