/** java.util.logging's two-line records (`Mar 02, 2024 8:15:30 AM shop.Carts save` / `SEVERE: message`) and Tomcat's one-line form. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { exceptionOf, withThrown } from '../stack/exception.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, parsedLine, timeOf } from './parsed.ts';
import { severityOfField } from './severity.ts';

const TWO_LINES =
  /^[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d(?:\u202f| )[AP]M ([\w.$]{1,200})(?: (\S{1,120}))?\s*$/;
const LEVEL_LINE = /^(SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): (.*)$/;
const TOMCAT =
  /^(\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d{3})?) (SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST) \[([^\]]{1,120})\] (\S{1,200}) /;

function parseTwoLines(text: string, context: FormatContext): ParsedLine | null {
  const [first = '', second = '', ...rest] = text.split('\n');
  const head = TWO_LINES.exec(first.slice(0, 400));
  if (head === null) return null;
  const said = LEVEL_LINE.exec(second.slice(0, 8192));
  const trace = rest.some((line) => /^\s+at /.test(line)) ? rest.join('\n') : null;
  return parsedLine({
    ...timeOf(readStamp(first.replace('\u202f', ' '), 0, context.yearHint)),
    severity: said === null ? 'unknown' : knownSeverity(severityOfField(said[1] ?? '')),
    logger: head[1] ?? null,
    message: (said?.[2] ?? second).trim(),
    stack: trace,
    attributes: trace === null ? {} : withThrown({}, exceptionOf(trace), trace),
  });
}

function parse(text: string, context: FormatContext): ParsedLine | null {
  const tomcat = TOMCAT.exec(text.slice(0, 500));
  if (tomcat === null) return parseTwoLines(text, context);
  const [head = '', ...rest] = text.split('\n');
  return parsedLine({
    ...timeOf(readStamp(head, 0, context.yearHint)),
    severity: knownSeverity(severityOfField(tomcat[2] ?? '')),
    logger: (tomcat[4] ?? '').replace(/\.[a-z<]\w*>?$/, ''),
    message: head.slice(tomcat[0].length).trim(),
    stack: rest.length === 0 ? null : rest.join('\n'),
    attributes: { 'thread.name': tomcat[3] ?? '' },
  });
}

export const format: LogFormat = {
  id: 'java-util-logging',
  role: 'record',
  blocks: true,
  sniff: (line) => (TWO_LINES.test(line.slice(0, 400)) || TOMCAT.test(line.slice(0, 500)) ? 1 : 0),
  parse,
  samples: [
    {
      line: 'Mar 02, 2024 8:15:30 PM shop.Carts save\nSEVERE: cart lost',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 20, 15, 30),
        severity: 'error',
        logger: 'shop.Carts',
        message: 'cart lost',
      },
    },
    {
      line: 'Mar 02, 2024 8:15:30 PM shop.Carts save\nSEVERE: no price\njava.io.IOException: no answer\n\tat shop.Carts.save(Carts.java:7)\nCaused by: java.security.cert.CertificateExpiredException: NotAfter: Sat Mar 02 20:15:30 UTC 2024',
      expect: {
        severity: 'error',
        attributes: {
          'exception.message':
            'no answer; caused by java.security.cert.CertificateExpiredException: NotAfter: Sat Mar 02 20:15:30 UTC 2024',
        },
      },
    },
    {
      line: '02-Mar-2024 08:15:30.250 WARNING [main] org.apache.catalina.core.StandardServer.await slow',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'warn',
        logger: 'org.apache.catalina.core.StandardServer',
        message: 'slow',
      },
    },
  ],
};
