/** Oracle's diagnostic logging (ODL), as GlassFish and its relatives write it: five brackets, pairs in brackets, the text in double ones. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, parsedLine, timeOf } from './parsed.ts';
import { severityOfField } from './severity.ts';

const HEAD =
  /^\[(\d{4}-\d\d-\d\dT[\d:.]{8,15}(?:Z|[+-]\d\d:?\d\d)?)\] \[([^\]]{0,60})\] \[([A-Z]{4,12})(?::\d{1,3})?\] \[([^\]]{0,60})\] \[([\w.$-]{0,160})\]/;
const PAIR = /^ \[([\w.-]{1,30}): [^\]]{0,200}\]/;
const LEVELS: Readonly<Record<string, 'error' | 'info'>> = { INCIDENT_ERROR: 'error', NOTIFICATION: 'info' };
const MAX_PAIRS = 12;

export const format: LogFormat = {
  id: 'oracle-diagnostic',
  role: 'record',
  blocks: true,
  sniff: (line) => (line.startsWith('[2') && HEAD.test(line.slice(0, 400)) ? 1 : 0),
  parse: (text, context) => {
    const head = HEAD.exec(text.slice(0, 400));
    if (head === null) return null;
    let rest = text.slice(head[0].length, 65_536);
    for (let pairs = 0; pairs < MAX_PAIRS; pairs++) {
      const pair = PAIR.exec(rest);
      if (pair === null) break;
      rest = rest.slice(pair[0].length);
    }
    const lines = rest
      .replace(/^\s{0,8}\[\[/, '')
      .replace(/\]\]\s{0,8}$/, '')
      .split('\n')
      .map((line) => line.trim());
    const level = head[3] ?? '';
    const stack = lines.slice(1).some((line) => line.startsWith('at ')) ? rest : null;
    return parsedLine({
      ...timeOf(readStamp(head[1] ?? '', 0, context.yearHint)),
      severity: knownSeverity(severityOfField(level) ?? LEVELS[level] ?? null),
      logger: head[5] === '' ? null : (head[5] ?? null),
      message: lines.find((line) => line !== '') ?? '',
      stack,
    });
  },
  samples: [
    {
      line: '[2024-03-02T08:15:30.250+0100] [shop 5.1] [SEVERE] [CART-00026] [org.shop.carts] [tid: _ThreadID=20 _ThreadName=main] [levelValue: 1000] [[\n  Cart 17 lost]]',
      expect: { offsetMinutes: 60, severity: 'error', logger: 'org.shop.carts', message: 'Cart 17 lost' },
    },
    {
      line: '[2024-03-02T08:15:30.250+0100] [shop] [NOTIFICATION:16] [] [org.shop.carts] [tid: 11] [ecid: 0001] Store is open',
      expect: { severity: 'info', logger: 'org.shop.carts', message: 'Store is open' },
    },
  ],
};
