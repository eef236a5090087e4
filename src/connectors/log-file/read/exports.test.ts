import { describe, expect, test } from 'vitest';
import { fileWithHead, runOnFiles } from '../../_kit/_testing/connector-run.ts';
import { connector } from '../index.ts';
import { linesOfExport } from './exports.ts';

async function collect(name: string, text: string) {
  return runOnFiles(connector, { [name]: text });
}

const SECONDS = [12, 11, 10];
const text = (second: number) => `Berth ${second} is taken, try "later"`;
const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
const lines = (header: string, row: (second: number) => string) => [header, ...SECONDS.map(row)].join('\n');
const field = (name: string, value: string) => ({ field: name, value });

const EXPORTS: readonly {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly place: object;
}[] = [
  {
    name: 'CloudWatch Logs Insights',
    file: 'insights.json',
    text: JSON.stringify({
      results: SECONDS.map((second) => [
        field('@timestamp', `2024-03-04 09:10:${second}.000`),
        field('@message', `ERROR ${text(second)}`),
        field('@log', '123456789012:/ecs/quay-api'),
        field('@ptr', 'x'),
      ]),
      statistics: { recordsMatched: 3 },
      status: 'Complete',
    }),
    place: { kind: 'json-pointer', pointer: '/results/0' },
  },
  {
    name: 'CloudWatch Logs Insights as CSV',
    file: 'insights.csv',
    text: lines(
      '@timestamp,@message,@log',
      (second) => `2024-03-04 09:10:${second}.000,${quoted(`ERROR ${text(second)}`)},1:/ecs/quay-api`,
    ),
    place: { kind: 'file-line', line: 2 },
  },
  {
    name: 'a table of a public data set, times in nanoseconds',
    file: 'logs.csv',
    text: lines(
      'time,timestamp,container_name,message,level,req_path,error,cluster_id,log_template',
      (second) =>
        `2024-03-04 09:10:${second},${Date.UTC(2024, 2, 4, 9, 10, second)}123456,quay-api,${quoted(text(second))},error,,,4,Berth <*> is taken`,
    ),
    place: { kind: 'file-line', line: 2 },
  },
  {
    name: 'a table by pod, the text under a name for values',
    file: '09_10_log.csv',
    text: lines(
      'log_id,timestamp,cmdb_id,log_name,value',
      (second) =>
        `a${second},${Date.UTC(2024, 2, 4, 9, 10, second) / 1000},quay-api-1,log_quay-api,${quoted(`ERROR ${text(second)}`)}`,
    ),
    place: { kind: 'file-line', line: 2 },
  },
  {
    name: 'a table with date and time apart',
    file: 'quay-api_structured.csv',
    text: lines(
      'LineId,Date,Time,Level,Component,Content,EventId',
      (second) => `${second},2024-03-04,09:10:${second}.000,ERROR,quay.manager,${quoted(text(second))},E1`,
    ),
    place: { kind: 'file-line', line: 2 },
  },
  {
    name: 'journalctl -o export',
    file: 'journal.export',
    text: SECONDS.map(
      (second) =>
        `__CURSOR=s=a;i=${second}\n__REALTIME_TIMESTAMP=${Date.UTC(2024, 2, 4, 9, 10, second)}000\n__MONOTONIC_TIMESTAMP=7\nPRIORITY=3\nSYSLOG_IDENTIFIER=node\n_SYSTEMD_UNIT=quay-api.service\nMESSAGE=${text(second)}\n`,
    ).join('\n'),
    place: { kind: 'file-line', line: 1 },
  },
  {
    name: 'Splunk, an object a line',
    file: 'splunk.json',
    text: SECONDS.map((second, offset) =>
      JSON.stringify({
        preview: false,
        offset,
        result: {
          _time: `2024-03-04T09:10:${second}.000+00:00`,
          _raw: `ERROR ${text(second)}`,
          source: '/var/log/quay-api.log',
        },
      }),
    ).join('\n'),
    place: { kind: 'file-line', line: 1 },
  },
  {
    name: 'Splunk, one document',
    file: 'splunk.json',
    text: JSON.stringify({
      preview: false,
      results: SECONDS.map((second) => ({
        _time: `2024-03-04T09:10:${second}.000+00:00`,
        _raw: `ERROR ${text(second)}`,
        app: 'quay-api',
      })),
    }),
    place: { kind: 'json-pointer', pointer: '/results/0' },
  },
  {
    name: 'Kibana as CSV',
    file: 'discover.csv',
    text: lines(
      '"@timestamp","log.level",message,"service.name"',
      (second) => `"Mar 4, 2024 @ 09:10:${second}.000",ERROR,${quoted(text(second))},quay-api`,
    ),
    place: { kind: 'file-line', line: 2 },
  },
  {
    name: 'Datadog as CSV',
    file: 'extract.csv',
    text: lines(
      'Date,Host,Service,Message,Status',
      (second) => `2024-03-04T09:10:${second}.000Z,h1,quay-api,${quoted(text(second))},error`,
    ),
    place: { kind: 'file-line', line: 2 },
  },
  {
    name: 'Azure Log Analytics',
    file: 'query.json',
    text: JSON.stringify({
      tables: [
        {
          name: 'PrimaryResult',
          columns: ['TimeGenerated', 'Level', 'Message', 'AppRoleName'].map((name) => ({
            name,
            type: 'string',
          })),
          rows: SECONDS.map((second) => [`2024-03-04T09:10:${second}Z`, 'Error', text(second), 'quay-api']),
        },
      ],
    }),
    place: { kind: 'json-pointer', pointer: '/tables/0/rows/0' },
  },
  {
    name: 'New Relic',
    file: 'nrql.json',
    text: JSON.stringify({
      data: {
        actor: {
          account: {
            nrql: {
              results: SECONDS.map((second) => ({
                timestamp: Date.UTC(2024, 2, 4, 9, 10, second),
                level: 'error',
                message: text(second),
                'service.name': 'quay-api',
              })),
            },
          },
        },
      },
    }),
    place: { kind: 'json-pointer', pointer: '/data/actor/account/nrql/results/0' },
  },
];

describe('what a log store exports as a table is read as its records', () => {
  test.each(EXPORTS)('$name', async ({ file, text: content, place }) => {
    const { patterns, evidence, coverage } = await collect(file, content);
    expect(patterns).toMatchObject([
      {
        service: 'quay-api',
        severity: 'error',
        count: 3,
        firstSeenAt: Date.UTC(2024, 2, 4, 9, 10, 10),
        lastSeenAt: Date.UTC(2024, 2, 4, 9, 10, 12),
      },
    ]);
    expect(patterns[0]?.samples[0]?.message).toContain('is taken, try "later"');
    expect(
      evidence.some(({ locator }) =>
        Object.entries(place).every(
          ([key, value]) => (locator as unknown as Record<string, unknown>)[key] === value,
        ),
      ),
    ).toBe(true);
    expect(coverage[0]).toMatchObject({ items: 3, rejected: 0 });
  });

  test('lines of a stack that stand in rows of their own belong to the record before them, by program', async () => {
    const row = (service: string, said: string) => `2024-03-04 09:10:10,${service},${quoted(said)},error`;
    const said = '2024-03-04T09:10:10.120Z ERROR 1 --- [main] o.q.Berths : berth not found';
    const { patterns } = await collect(
      'x.csv',
      [
        'time,container_name,message,level',
        row('quay-api', said),
        row('tide-api', 'tide is out of range'),
        row('quay-api', 'java.lang.NullPointerException: berth is null'),
        row('quay-api', '\tat org.quay.Berths.find(Berths.java:17)'),
        row('quay-api', 'berths are full'),
      ].join('\n'),
    );
    const own = patterns.filter(({ service }) => service === 'quay-api');
    expect(own.map(({ template }) => template.includes('berth'))).toEqual([true, true]);
    expect(own.find(({ frames }) => frames.length > 0)).toMatchObject({
      exceptionType: 'java.lang.NullPointerException',
      frames: [{ line: 17 }],
    });
    expect(patterns).toHaveLength(3);
  });

  test('a text that is a record by itself is read as one', async () => {
    const inner = JSON.stringify({ level: 'error', msg: 'no berth', service: 'tide-api' });
    const { patterns } = await collect(
      'x.csv',
      `@timestamp,@message\n2024-03-04 09:10:10.000,${quoted(inner)}\n`,
    );
    expect(patterns).toMatchObject([{ service: 'tide-api', severity: 'error', template: 'no berth' }]);
  });
});

test.each([
  ['metrics', 'm.csv', 'time,service,errors\n2024-03-04T09:10:00Z,quay-api,3\n'],
  ['a table without times', 'x.csv', 'id,message\n1,hello\n'],
  [
    'counts of Insights',
    'x.json',
    JSON.stringify({ results: [[field('bin(5m)', '2024-03-04 09:10:00.000'), field('count(*)', '3')]] }),
  ],
  [
    'a table of numbers',
    'x.json',
    JSON.stringify({
      tables: [
        { columns: [{ name: 'TimeGenerated' }, { name: 'Count' }], rows: [['2024-03-04T09:10:00Z', 3]] },
      ],
    }),
  ],
  ['samples of a test', 'test/fixtures/x.csv', 'time,message,level\n2024-03-04T09:10:00Z,hello,error\n'],
])('%s are no log', (_, path, content) => {
  expect(connector.recognise(fileWithHead(path, content))).toBe(0);
});

test.each([
  '',
  '{',
  '{"results":[[1,null]]}',
  '{"results":[[{"field":"@message"}]]}',
  '{"tables":[{"columns":{},"rows":7}]}',
  'time,message\n"open',
  '{"result":{"_raw":1}}',
])('hostile: %s', (content) => {
  expect(linesOfExport(content)).toEqual([]);
});

const XML_LOGS: readonly { readonly name: string; readonly file: string; readonly text: string }[] = [
  {
    name: 'java.util.logging',
    file: 'quay.log',
    text: `<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<!DOCTYPE log SYSTEM "logger.dtd">\n<log>\n${SECONDS.map(
      (second) =>
        `<record>\n  <date>2024-03-04T09:10:${second}.000Z</date>\n  <millis>${Date.UTC(2024, 2, 4, 9, 10, second)}</millis>\n  <logger>quay.Berths</logger>\n  <level>SEVERE</level>\n  <message>Berth ${second} is taken</message>\n</record>\n`,
    ).join('')}</log>\n`,
  },
  {
    name: 'the event viewer of Windows',
    file: 'quay.xml',
    text: `<?xml version="1.0" encoding="utf-8"?><Events>${SECONDS.map(
      (second) =>
        `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Quay'/><Level>2</Level><TimeCreated SystemTime='2024-03-04T09:10:${second}.0000000Z'/></System><EventData><Data>Berth ${second} is taken</Data></EventData></Event>`,
    ).join('')}</Events>`,
  },
];

describe('logs that are XML documents', () => {
  test.each(XML_LOGS)('$name', async ({ file, text: document }) => {
    const { patterns } = await collect(file, document);
    expect(patterns).toMatchObject([
      {
        severity: 'error',
        count: 3,
        firstSeenAt: Date.UTC(2024, 2, 4, 9, 10, 10),
        lastSeenAt: Date.UTC(2024, 2, 4, 9, 10, 12),
      },
    ]);
  });

  test('one that is cut off keeps what came before', () => {
    const cut = (XML_LOGS[0]?.text ?? '').slice(0, -60);
    expect(linesOfExport(cut)).toHaveLength(2);
    expect(linesOfExport(`<log><record>${'<x>'.repeat(2000)}`)).toEqual([]);
  });
});
