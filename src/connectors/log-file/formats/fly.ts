/** `fly logs`: stamp, app or proxy with its machine, region and level before each line. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, timeOf } from './parsed.ts';
import { severityOfWord } from './severity.ts';
import { parseUnwrapped } from './wrapped.ts';

const HEAD = /^ ?(app|proxy|runner|health)\[([0-9a-z]{4,20})\] ([a-z]{3}) \[([a-z]{4,8})\] ?/;

export const format: LogFormat = {
  id: 'fly',
  role: 'wrapper',
  sniff: (line) =>
    /^\d{4}-\d\d-\d\dT\S{8,24} (?:app|proxy|runner|health)\[[0-9a-z]{4,20}\] [a-z]{3} \[[a-z]{4,8}\]/.test(
      line.slice(0, 120),
    )
      ? 0.99
      : 0,
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap: (line, context) => {
    const stamp = readStamp(line, 0, context.yearHint);
    const found = stamp === null ? null : HEAD.exec(line.slice(stamp.end, stamp.end + 60));
    if (stamp === null || found === null) return null;
    return {
      payload: line.slice(stamp.end + found[0].length),
      outer: {
        ...timeOf(stamp),
        severity: knownSeverity(severityOfWord(found[4] ?? '')),
        host: found[2] ?? null,
        zone: found[3] ?? null,
      },
    };
  },
  samples: [
    {
      line: '2024-03-02T08:15:30Z app[e784e925] fra [info] Listening on port 8080',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
        severity: 'info',
        zone: 'fra',
        host: 'e784e925',
        message: 'Listening on port 8080',
      },
    },
    {
      line: '2024-03-02T08:15:30.250Z proxy[17815bc1] ams [error]could not find a good candidate',
      expect: { severity: 'error', message: 'could not find a good candidate' },
    },
  ],
};
