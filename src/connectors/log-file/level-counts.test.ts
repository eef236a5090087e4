import { describe, expect, it } from 'vitest';
import { runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';

const LINES = 400;

interface Record {
  readonly at: string;
  readonly ms: number;
  readonly isError: boolean;
  readonly n: number;
}

function word({ isError }: Record): string {
  return isError ? 'error' : 'info';
}

function number({ isError }: Record): number {
  return isError ? 50 : 30;
}

/** One text at two levels: nothing but the field with the level tells its lines apart. */
const WRITTEN: readonly { name: string; line: (record: Record) => string }[] = [
  {
    name: 'a name in capitals',
    line: (record) => JSON.stringify({ LogLevel: word(record), Message: 'step done', Timestamp: record.at }),
  },
  {
    name: 'a short name and a letter',
    line: ({ at, isError }) => JSON.stringify({ when: at, sev: isError ? 'E' : 'I', text: 'step done' }),
  },
  {
    name: 'a number under a long name',
    line: (record) => JSON.stringify({ logLevel: number(record), msg: 'step done', time: record.at }),
  },
  {
    name: 'a number inside an object',
    line: (record) =>
      JSON.stringify({ context: { logLevel: number(record) }, message: 'step done', time: record.ms }),
  },
  {
    name: 'a number in JSON inside the JSON of docker',
    line: (record) =>
      JSON.stringify({
        log: `${JSON.stringify({ level: number(record), msg: 'step done' })}\n`,
        stream: 'stdout',
        time: record.at,
      }),
  },
  {
    name: 'JSON in a quoted column',
    line: (record) =>
      `${record.ms},"{""level"":""${word(record)}"",""msg"":""step done"",""n"":${record.n}}"`,
  },
  {
    name: 'logfmt in the JSON of a store',
    line: (record) =>
      JSON.stringify({
        labels: { app: 'cart' },
        line: `level=${word(record)} msg="step done"`,
        timestamp: record.at,
      }),
  },
  {
    name: 'labels of a stream',
    line: (record) => `${record.at} {app="cart", level="${word(record)}"} step done`,
  },
  {
    name: 'an object of Ruby behind a tag',
    line: (record) =>
      `[${record.n}] cart: [[${Math.trunc(record.ms / 1000)}.250000000, {}], {"level"=>"${word(record)}", "log"=>"step done"}]`,
  },
  {
    name: 'the priority of syslog',
    line: ({ isError }) => `<${isError ? 11 : 14}>Mar  2 08:15:30 web-04 cart[812]: step done`,
  },
];

describe('one text at two levels', () => {
  it.each(WRITTEN)('is counted at each: $name', async ({ line }) => {
    const start = Date.UTC(2024, 2, 2, 8, 15, 30);
    const lines = Array.from({ length: LINES }, (_, n) => {
      const ms = start + n * 250;
      return line({ at: new Date(ms).toISOString(), ms, isError: n % 4 === 3, n });
    });
    const { patterns } = await runOnFiles(connector, { 'app.log': `${lines.join('\n')}\n` });
    const counted = patterns.map(({ count, severity }) => `${count} ${severity}`);
    expect(counted).toEqual([`${LINES / 4} error`, `${(LINES * 3) / 4} info`]);
  });
});
