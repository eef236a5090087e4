/** AWS Lambda's own lines (START, END, REPORT, time-outs) and the tabbed lines of its Node runtime. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, parsedLine, timeOf } from './parsed.ts';
import { severityOfField } from './severity.ts';

const ID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const PLATFORM = /^(START|END|REPORT|XRAY) (?:RequestId|TraceId): (\S{8,80})/;
const TABBED = new RegExp(`^(\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,16}Z)\\t(${ID}|undefined)\\t([A-Z]{4,5})\\t`);
const PYTHON = new RegExp(`^\\[([A-Z]{4,8})\\]\\t(\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,16}Z)\\t(${ID})\\t`);
const TIMED_OUT = new RegExp(`^(\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,16}Z) (${ID}) (Task timed out .*)$`);

function parsePlatform(line: string, found: RegExpExecArray): ParsedLine {
  const attributes: Record<string, string> = {};
  for (const part of line.slice(0, 2000).split('\t')) {
    const pair =
      /^(Duration|Billed Duration|Memory Size|Max Memory Used|Init Duration|Status|Version): (\S{1,40})/.exec(
        part.trim(),
      );
    if (pair !== null)
      attributes[`aws.lambda.${(pair[1] ?? '').toLowerCase().replaceAll(' ', '_')}`] = pair[2] ?? '';
  }
  return parsedLine({
    severity: 'info',
    message: line.trim().replaceAll('\t', ' '),
    requestId: found[2] ?? null,
    attributes,
  });
}

function parse(line: string, context: FormatContext): ParsedLine | null {
  const head = line.slice(0, 400);
  const platform = PLATFORM.exec(head);
  if (platform !== null) return parsePlatform(line, platform);
  const timedOut = TIMED_OUT.exec(head);
  if (timedOut !== null)
    return parsedLine({
      ...timeOf(readStamp(head, 0, context.yearHint)),
      severity: 'error',
      requestId: timedOut[2] ?? null,
      message: timedOut[3] ?? '',
    });
  const tabbed = TABBED.exec(head);
  const python = tabbed === null ? PYTHON.exec(head) : null;
  const [all = '', at = '', id = '', level = ''] = tabbed ?? [
    python?.[0],
    python?.[2],
    python?.[3],
    python?.[1],
  ];
  if (all === '') return null;
  return parsedLine({
    ...timeOf(readStamp(at, 0, context.yearHint)),
    severity: knownSeverity(severityOfField(level)),
    requestId: id === 'undefined' ? null : id,
    message: line.slice(all.length).trim(),
  });
}

export const format: LogFormat = {
  id: 'lambda',
  role: 'record',
  sniff: (line) => {
    const head = line.slice(0, 400);
    return PLATFORM.test(head) || TABBED.test(head) || PYTHON.test(head) || TIMED_OUT.test(head) ? 1 : 0;
  },
  parse,
  samples: [
    {
      line: '2024-03-02T08:15:30.250Z\t5b2c1d0e-0f1a-4b2c-8d3e-4f5a6b7c8d9e\tERROR\tcart lost',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'error',
        requestId: '5b2c1d0e-0f1a-4b2c-8d3e-4f5a6b7c8d9e',
        message: 'cart lost',
      },
    },
    {
      line: 'REPORT RequestId: 5b2c1d0e-0f1a-4b2c-8d3e-4f5a6b7c8d9e\tDuration: 3003.17 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB',
      expect: { severity: 'info', requestId: '5b2c1d0e-0f1a-4b2c-8d3e-4f5a6b7c8d9e' },
    },
    {
      line: '2024-03-02T08:15:30.250Z 5b2c1d0e-0f1a-4b2c-8d3e-4f5a6b7c8d9e Task timed out after 3.00 seconds',
      expect: { severity: 'error', message: 'Task timed out after 3.00 seconds' },
    },
    {
      line: '[WARNING]\t2024-03-02T08:15:30.250Z\t5b2c1d0e-0f1a-4b2c-8d3e-4f5a6b7c8d9e\tslow cart',
      expect: { severity: 'warn', message: 'slow cart' },
    },
  ],
};
