/** `pm2 logs`: the number and the name of the process and a bar before each line. */
import type { LogFormat } from '../format.ts';
import { parseUnwrapped } from './wrapped.ts';

const PREFIX = /^\d{1,4}\|([A-Za-z][\w.-]{0,80})\s{0,40} ?\| ?/;

export const format: LogFormat = {
  id: 'pm2',
  role: 'wrapper',
  sniff: (line) => (PREFIX.test(line.slice(0, 140)) ? 0.95 : 0),
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap: (line) => {
    const found = PREFIX.exec(line.slice(0, 140));
    return found === null
      ? null
      : { payload: line.slice(found[0].length), outer: { service: found[1] ?? null } };
  },
  samples: [
    {
      line: '0|cart  | Error: connect ECONNREFUSED',
      expect: { service: 'cart', message: 'Error: connect ECONNREFUSED' },
    },
    { line: '12|cart-worker | ready', expect: { service: 'cart-worker', message: 'ready' } },
  ],
};
