/** CRI container logs (`2024-… stdout F message`): the kubelet's prefix around whatever the container printed. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { timeOf } from './parsed.ts';
import { parseUnwrapped } from './wrapped.ts';

const PREFIX = /^ (stdout|stderr) ([FP])(?::\w+)? ?/;

export const format: LogFormat = {
  id: 'cri',
  role: 'wrapper',
  sniff: (line) => (/^\d{4}-\d\d-\d\dT\S{8,40} std(?:out|err) [FP]\b/.test(line.slice(0, 80)) ? 1 : 0),
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap: (line, context) => {
    const stamp = readStamp(line, 0, context.yearHint);
    const found = stamp === null ? null : PREFIX.exec(line.slice(stamp.end, stamp.end + 40));
    if (stamp === null || found === null) return null;
    return {
      payload: line.slice(stamp.end + found[0].length),
      outer: { ...timeOf(stamp), partial: found[2] === 'P', attributes: { 'log.iostream': found[1] ?? '' } },
    };
  },
  samples: [
    {
      line: '2024-03-02T08:15:30.123456789Z stdout F plain text of a container',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 123),
        offsetMinutes: 0,
        message: 'plain text of a container',
        partial: false,
      },
    },
    {
      line: '2024-03-02T08:15:30.123456789+01:00 stderr P the first 16 KB of a long line',
      expect: {
        offsetMinutes: 60,
        message: 'the first 16 KB of a long line',
        partial: true,
        attributes: { 'log.iostream': 'stderr' },
      },
    },
  ],
};
