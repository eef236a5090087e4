/** `docker compose logs`: the container's name, padding and a bar before each line. */
import type { LogFormat } from '../format.ts';
import { severityOfWord } from './severity.ts';
import { parseUnwrapped } from './wrapped.ts';

const PREFIX = /^([A-Za-z0-9][\w.-]{0,80}?)\s{0,60} ?\| ?/;

export const format: LogFormat = {
  id: 'compose',
  role: 'wrapper',
  sniff: (line) => {
    const name = PREFIX.exec(line.slice(0, 160))?.[1];
    return name !== undefined &&
      /[A-Za-z]/.test(name) &&
      severityOfWord(name) === null &&
      !/^\d{4}-\d/.test(name)
      ? 0.85
      : 0;
  },
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap: (line) => {
    const found = PREFIX.exec(line.slice(0, 160));
    if (found === null) return null;
    return { payload: line.slice(found[0].length), outer: { service: found[1] ?? null } };
  },
  samples: [
    {
      line: 'cart-1      | Server listening on 8080',
      expect: { service: 'cart-1', message: 'Server listening on 8080' },
    },
    { line: 'db_1  |', expect: { service: 'db_1', message: '' } },
  ],
};
