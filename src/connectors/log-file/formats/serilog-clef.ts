/** Serilog's compact JSON (CLEF): `@t`, `@l` (absent means Information), `@m` or `@mt`, `@x`. */
import type { LogFormat } from '../format.ts';
import { parseJsonLine } from './json-lines.ts';

export const format: LogFormat = {
  id: 'serilog-clef',
  role: 'record',
  objects: 'only',
  sniff: (line) => (line.startsWith('{') && line.slice(0, 4096).includes('"@t"') ? 0.95 : 0),
  parse: (line, context) => {
    const parsed = parseJsonLine(line, context);
    return parsed === null || parsed.severity !== 'unknown' ? parsed : { ...parsed, severity: 'info' };
  },
  samples: [
    {
      line: '{"@t":"2024-03-02T08:15:30.2500000Z","@mt":"Cart {CartId} saved","CartId":17,"SourceContext":"Shop.Carts"}',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'info',
        logger: 'Shop.Carts',
        message: 'Cart {CartId} saved',
      },
    },
    {
      line: '{"@t":"2024-03-02T08:15:30.2500000Z","@m":"Cart 17 lost","@l":"Fatal","@x":"System.IO.IOException: disk full\\n   at Shop.Carts.Save() in /src/Carts.cs:line 12"}',
      expect: { severity: 'fatal', message: 'Cart 17 lost', exceptionType: 'System.IO.IOException' },
    },
  ],
};
