/** `vmware.log` of a virtual machine: stamp, thread, a letter for the level with a number, text, parted by bars. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, parsedLine, timeOf } from './parsed.ts';
import { severityOfLetter } from './severity.ts';

const LINE =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d))\| ([\w-]{1,40})\| ([IWEA])\d{2,3}: /;

export const format: LogFormat = {
  id: 'vmware-vmx',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 100)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 100));
    if (found === null) return null;
    return parsedLine({
      ...timeOf(readStamp(found[1] ?? '', 0, context.yearHint)),
      severity: knownSeverity(severityOfLetter(found[3] ?? '')),
      logger: found[2] ?? null,
      message: line.slice(found[0].length).trim(),
    });
  },
  samples: [
    {
      line: '2024-03-02T08:15:30.250Z| vcpu-0| E105: PANIC: no disk',
      expect: { severity: 'error', logger: 'vcpu-0', message: 'PANIC: no disk' },
    },
  ],
};
