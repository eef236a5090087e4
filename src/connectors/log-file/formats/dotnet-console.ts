/** .NET's simple console logger: `info: Category[14]` with the message on the next line; collectors put a time and a name before it. */
import type { LogFormat } from '../format.ts';
import { exceptionOf, withThrown } from '../stack/exception.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, parsedLine, timeOf } from './parsed.ts';
import { severityOfField } from './severity.ts';

const LINE =
  /^(?:(\[?\d[\d:/. T-]{7,30}(?:Z|[+-]\d\d:\d\d)?\]?) )?(?:([a-z][\w.-]{1,60}) )?(trce|dbug|info|warn|fail|crit): ([\w.`+<>-]{1,200})\[(-?\d{1,10})\]\s?/;

export const format: LogFormat = {
  id: 'dotnet-console',
  role: 'record',
  blocks: true,
  sniff: (line) => (LINE.test(line.slice(0, 300)) ? 1 : 0),
  parse: (text, context) => {
    const found = LINE.exec(text.slice(0, 300));
    if (found === null) return null;
    const lines = text
      .slice(found[0].length)
      .split('\n')
      .map((line) => line.trim());
    const at = lines.findIndex((line) => line !== '');
    const rest = text
      .split('\n')
      .slice(at + 1)
      .join('\n');
    const severity = severityOfField(found[3] ?? '');
    const stack = /\n\s{1,12}at /.test(rest) ? rest : null;
    return parsedLine({
      ...timeOf(found[1] === undefined ? null : readStamp(found[1].replace(/^\[/, ''), 0, context.yearHint)),
      severity: knownSeverity(severity),
      service: found[2] ?? null,
      logger: found[4] ?? null,
      message: lines[at] ?? '',
      stack,
      attributes: withThrown(
        { 'event.id': found[5] ?? '' },
        stack === null ? null : exceptionOf(stack),
        stack ?? '',
      ),
    });
  },
  samples: [
    {
      line: 'fail: Shop.Carts.CartController[7]\n      Cart 17 lost',
      expect: {
        severity: 'error',
        logger: 'Shop.Carts.CartController',
        message: 'Cart 17 lost',
        attributes: { 'event.id': '7' },
      },
    },
    {
      line: 'fail: Shop.Web[1]\n      An unhandled exception has occurred.\n      Shop.Carts.LostException: cart 17 is gone\n         at Shop.Carts.Find(Int32 id)',
      expect: {
        message: 'An unhandled exception has occurred.',
        attributes: { 'event.id': '1', 'exception.message': 'cart 17 is gone' },
      },
    },
    {
      line: '2024-03-02T08:15:30.250Z carts fail: Shop.Carts.CartController[7] Cart 17 lost',
      expect: {
        severity: 'error',
        service: 'carts',
        logger: 'Shop.Carts.CartController',
        message: 'Cart 17 lost',
      },
    },
    {
      line: '2024-03-02T08:15:30.2500000+00:00 info: Microsoft.Hosting.Lifetime[14] Now listening',
      expect: { wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250), message: 'Now listening' },
    },
  ],
};
