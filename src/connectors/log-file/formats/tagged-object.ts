/** An object behind its stamp and tag, as Fluentd's file output (`stamp\ttag\t{…}`) and Fluent Bit's console (`[0] tag: [[stamp, {}], {…}]`) write it. */
import type { FormatContext, LogFormat, Unwrapped } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { timeOf } from './parsed.ts';
import { parseUnwrapped } from './wrapped.ts';

const TABBED = /^\t([A-Za-z_][\w.*-]{0,120})\t(?=\{)/;
const NUMBERED =
  /^\[\d{1,9}\] ([\w./*-]{1,255}): \[(?:\[(\d{10}\.\d{1,9}), \{.{0,400}?\}\]|(\d{10}\.\d{1,9})), (?=\{)/;
/** Tags of files begin with where they lie, which tells the program in other ways. */
const PATH_TAG = /\.log$|\bvar\.log\b/;

function numbered(line: string, context: FormatContext): Unwrapped | null {
  const found = NUMBERED.exec(line.slice(0, 1_024));
  if (found === null) return null;
  const [head, tag = '', nested, plain] = found;
  return {
    payload: line.slice(head.length).replace(/\]\s*$/, ''),
    outer: {
      ...timeOf(readStamp(nested ?? plain ?? '', 0, context.yearHint)),
      logger: PATH_TAG.test(tag) ? null : tag,
    },
  };
}

function tabbed(line: string, context: FormatContext): Unwrapped | null {
  const stamp = readStamp(line, 0, context.yearHint);
  const found = stamp === null ? null : TABBED.exec(line.slice(stamp.end, stamp.end + 256));
  if (stamp === null || found === null) return null;
  return {
    payload: line.slice(stamp.end + found[0].length),
    outer: { ...timeOf(stamp), logger: found[1] ?? null },
  };
}

function unwrap(line: string, context: FormatContext): Unwrapped | null {
  return line.startsWith('[') ? numbered(line, context) : tabbed(line, context);
}

export const format: LogFormat = {
  id: 'tagged-object',
  role: 'wrapper',
  sniff: (line) =>
    /^\d[^\t]{9,40}\t[A-Za-z_][\w.*-]{0,120}\t\{/.test(line.slice(0, 200)) ||
    NUMBERED.test(line.slice(0, 1_024))
      ? 0.95
      : 0,
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap,
  samples: [
    {
      line: '2024-03-02T08:15:30+00:00\tshop.cart\t{"level":"error","message":"cart lost"}',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
        logger: 'shop.cart',
        message: '{"level":"error","message":"cart lost"}',
      },
    },
    {
      line: '[3] cart: [[1709367330.250000000, {}], {"level"=>"error", "log"=>"cart lost"}]',
      expect: { wallMs: 1709367330250, logger: 'cart', message: '{"level"=>"error", "log"=>"cart lost"}' },
    },
    {
      line: '[3] cart: [1709367330.250000000, {"level"=>"error", "log"=>"cart lost"}]',
      expect: { wallMs: 1709367330250, logger: 'cart' },
    },
  ],
};
