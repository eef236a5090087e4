import { describe, expect, test } from 'vitest';
import { fileWithHead } from '../_kit/_testing/connector-run.ts';
import { decodeMetrics } from './decode.ts';
import { exportedSeries } from './frames.ts';
import { connector } from './index.ts';

const TIMES = [1_709_367_300_000, 1_709_367_360_000];
const SAMPLES = [
  [TIMES[0], 2],
  [TIMES[1], 60],
];

const DOCUMENTS: readonly { readonly name: string; readonly document: unknown; readonly labels: object }[] = [
  {
    name: 'frames of Grafana',
    document: {
      results: {
        A: {
          frames: [
            {
              schema: {
                refId: 'A',
                fields: [
                  { name: 'Time', type: 'time' },
                  { name: 'Value', type: 'number', labels: { __name__: 'http_errors', service: 'cart' } },
                ],
              },
              data: { values: [TIMES, [2, 60]] },
            },
          ],
        },
      },
    },
    labels: { service: 'cart' },
  },
  {
    name: 'OpenTSDB',
    document: [
      { metric: 'http_errors', tags: { service: 'cart' }, dps: { '1709367300': 2, '1709367360': 60 } },
    ],
    labels: { service: 'cart' },
  },
];

describe('series', () => {
  test.each(DOCUMENTS)('of $name', ({ document, labels }) => {
    const decoded = decodeMetrics(document);
    expect(decoded?.rejected).toBe(0);
    expect(decoded?.series).toMatchObject([{ name: 'http_errors', labels, samples: SAMPLES }]);
    expect(connector.recognise(fileWithHead('answer.json', JSON.stringify(document)))).toBeGreaterThan(0.9);
  });

  test('of a line that VictoriaMetrics exports', () => {
    const line = { metric: { __name__: 'http_errors', service: 'cart' }, values: [2, 60], timestamps: TIMES };
    expect(exportedSeries(line).series).toMatchObject([{ name: 'http_errors', samples: SAMPLES }]);
    expect(connector.recognise(fileWithHead('export.jsonl', `${JSON.stringify(line)}\n`))).toBeGreaterThan(
      0.9,
    );
  });

  test.each([
    [{ results: { A: { frames: [{ schema: { fields: [{ type: 'number' }] }, data: { values: [[1]] } }] } } }],
    [{ results: { A: { frames: [7, { schema: 3, data: null }] } } }],
    [[{ metric: 'x', dps: 7 }]],
    [[{ metric: 'x', dps: { yesterday: 'many' } }]],
  ])('of a wrong shape are counted or none: %j', (document) => {
    const decoded = decodeMetrics(document);
    expect(decoded?.series.flatMap(({ samples }) => samples) ?? []).toEqual([]);
  });

  test('of a damaged line are counted', () => {
    for (const broken of [null, 7, {}, { metric: {}, values: [1], timestamps: [] }])
      expect(exportedSeries(broken)).toEqual({ series: [], rejected: 1 });
  });
});
