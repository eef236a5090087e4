/** A line behind the labels of its stream, as Loki's command line prints it: `2024-… {app="cart", pod="…"} line`. */
import type { FormatContext, LogFormat, Unwrapped } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { timeOf } from './parsed.ts';
import { outerOfLabels } from './stream-labels.ts';
import { parseUnwrapped } from './wrapped.ts';

const LABEL = '[A-Za-z_]\\w{0,80}="(?:[^"\\\\]|\\\\.){0,300}"';
const LABELS = new RegExp(`^ {1,4}\\{(${LABEL}(?:, ?${LABEL}){0,40})\\}[ \\t]`);
const PAIR = /([A-Za-z_]\w{0,80})="((?:[^"\\]|\\.){0,300})"/g;
const MAX_HEAD = 4_096;

function unwrap(line: string, context: FormatContext): Unwrapped | null {
  const stamp = readStamp(line, 0, context.yearHint);
  if (stamp === null || stamp.wallMs === null) return null;
  const found = LABELS.exec(line.slice(stamp.end, stamp.end + MAX_HEAD));
  if (found === null) return null;
  const pairs = [...(found[1] ?? '').matchAll(PAIR)].map(([, name = '', value = '']) => [name, value]);
  return {
    payload: line.slice(stamp.end + found[0].length).trimStart(),
    outer: { ...timeOf(stamp), ...outerOfLabels(Object.fromEntries(pairs)) },
  };
}

export const format: LogFormat = {
  id: 'labelled-stream',
  role: 'wrapper',
  sniff: (line) =>
    /^\d.{9,39}? {1,4}\{[A-Za-z_]\w{0,80}="/.test(line.slice(0, 140)) &&
    unwrap(line, { yearHint: 2000 }) !== null
      ? 1
      : 0,
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap,
  samples: [
    {
      line: '2024-03-02T08:15:30Z {app="cart", level="warn", pod="cart-6d4cf56db6-x7k2p"} pool is almost full',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
        severity: 'warn',
        service: 'cart',
        pod: 'cart-6d4cf56db6-x7k2p',
        message: 'pool is almost full',
      },
    },
    {
      line: '2024-03-02T08:15:30+01:00 {job="shop/cart", stream="stderr"} ready',
      expect: { offsetMinutes: 60, service: 'cart', message: 'ready' },
    },
  ],
};
