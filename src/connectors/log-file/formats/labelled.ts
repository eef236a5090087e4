/** Lines of `name: value` pairs, between commas, tabs or spaces: `ts: 2024-…, severity: ERROR, component: carts, message: cart lost`. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import {
  LEVEL_NAMES,
  LOGGER_NAMES,
  MESSAGE_NAMES,
  REQUEST_ID_NAMES,
  SERVICE_NAMES,
  TIME_NAMES,
} from './field-names.ts';
import { recordOfFields } from './field-record.ts';
import { type Fields, normalName } from './fields.ts';
import { MAX_SCANNED } from './parsed.ts';

const HEAD = /^\s{0,4}(?:@?time(?:stamp)?|ts|date(?:time)?|level|lvl|severity|log_?level)\s?:\s?(?=\S)/i;
/** A name is followed by its colon and no second one, and begins behind a space or a mark. */
const LABEL = /(?:^|[\s,;])\s{0,4}([A-Za-z_@][\w.@-]{0,40}) ?:(?!:|\/\/)[ \t]?/g;
const KNOWN: ReadonlySet<string> = new Set(
  [
    ...TIME_NAMES,
    ...LEVEL_NAMES,
    ...SERVICE_NAMES,
    ...LOGGER_NAMES,
    ...REQUEST_ID_NAMES,
    ...MESSAGE_NAMES,
  ].filter((name) => !name.includes('.')),
);
const TEXTS: ReadonlySet<string> = new Set(['message', 'msg', 'text', 'event', 'body']);
const MAX_LABELS = 64;

/** The message runs on to the next label that is known; everything else to the next one. */
function labelsIn(line: string): Fields {
  const values = new Map<string, unknown>();
  const names = new Map<string, string>();
  let open: { readonly name: string; readonly from: number } | null = null;
  const close = (end: number) => {
    if (open === null) return;
    const value = line
      .slice(open.from, end)
      .replace(/[,;\s]+$/, '')
      .trim()
      .replace(/^"(.*)"$/s, '$1');
    const normal = normalName(open.name);
    if (!values.has(normal)) {
      values.set(normal, value);
      names.set(normal, open.name);
    }
  };
  for (const found of line.matchAll(LABEL)) {
    if (values.size >= MAX_LABELS) break;
    const name = found[1] ?? '';
    if (open !== null && TEXTS.has(normalName(open.name)) && !KNOWN.has(normalName(name))) continue;
    close(found.index);
    open = { name, from: found.index + found[0].length };
  }
  close(line.length);
  return { values, names };
}

function parse(line: string, context: FormatContext): ParsedLine | null {
  if (!HEAD.test(line)) return null;
  const fields = labelsIn(line.slice(0, MAX_SCANNED));
  const known = [...fields.values.keys()].filter((name) => KNOWN.has(name));
  return known.length < 2 ? null : recordOfFields(fields, context);
}

export const format: LogFormat = {
  id: 'labelled',
  role: 'record',
  sniff: (line) => {
    if (!HEAD.test(line)) return 0;
    const labels = [...line.slice(0, 400).matchAll(LABEL)].filter(([, name]) =>
      KNOWN.has(normalName(name ?? '')),
    );
    return labels.length > 1 ? 0.6 : 0;
  },
  parse,
  samples: [
    {
      line: 'ts: 2024-03-02T08:15:30.250Z, severity: ERROR, component: carts, message: cart lost: no total',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'error',
        logger: 'carts',
        message: 'cart lost: no total',
      },
    },
    {
      line: 'time:2024-03-02T08:15:30.250Z\tlevel:warn\tapp:cart\tmsg:slow save\torder:17',
      expect: { severity: 'warn', service: 'cart', message: 'slow save\torder:17' },
    },
  ],
};
