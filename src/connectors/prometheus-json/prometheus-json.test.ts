import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type RunOptions, runConnector } from '../_kit/_testing/connector-run.ts';
import { readAnswer } from '../_kit/prometheus-answer.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const collect = (path: string, options: RunOptions = {}) =>
  runConnector(connector, fixtures, { choose: (file) => file.path === path, ...options });
const start = 1_709_287_200_000;

test('an expression is named after its file', async () => {
  const { series, gaps, coverage } = await collect('latency_p99.json');
  expect(series).toMatchObject([
    {
      id: 'prometheus-json:latency_p99.json#latency_p99{namespace=shop,service=cart}',
      meaning: 'latency',
      quantile: 0.99,
      unit: 'ms',
      service: 'cart',
      at: [start, start + 60_000, start + 180_000],
      values: [212, 240, 812],
      attributes: { namespace: 'shop' },
    },
    { service: 'billing', values: [30] },
  ]);
  expect(gaps).toEqual([]);
  expect(coverage).toMatchObject([
    { services: ['billing', 'cart'], notes: ['latency_p99 is taken to be in ms'] },
  ]);
});

test('counters by status become requests, errors and their ratio, weighted', async () => {
  const { series } = await collect('requests.json');
  expect(series).toMatchObject([
    { meaning: 'requests', unit: '1/s', values: [1, 1], attributes: { route: '/api/cart' } },
    { meaning: 'errors', unit: '1/s', values: [0, 0.5] },
    { meaning: 'error-ratio', unit: 'ratio', values: [0, 0.5], weights: [60, 60] },
  ]);
});

test('ALERTS become alerts: a silence ends one, the end of the answer does not', async () => {
  const { alerts, series } = await collect('alerts.json');
  expect(series).toEqual([]);
  expect(alerts).toMatchObject([
    {
      name: 'HighErrorRate',
      service: 'cart',
      severity: 'critical',
      firedAt: start + 15_000,
      resolvedAt: start + 45_000,
    },
    { firedAt: start + 600_000, resolvedAt: null },
  ]);
});

test('nothing after asOf', async () => {
  const { series } = await collect('latency_p99.json', { asOf: '2024-03-01T10:01:30Z' });
  expect(series[0]?.values).toEqual([212, 240]);
  const { alerts } = await collect('alerts.json', { asOf: '2024-03-01T10:00:40Z' });
  expect(alerts).toMatchObject([{ resolvedAt: null }]);
});

test.each([
  ['an envelope', '{"status":"success","data":{"resultType":"matrix","result":[]}}', 0],
  ['no envelope', '{"resultType":"vector","result":[{"metric":{},"value":[1709287200,"1"]}]}', 0],
  ['several', '[{"resultType":"matrix","result":[]},{"resultType":"matrix","result":[]}]', 0],
  [
    'bad samples',
    '{"resultType":"matrix","result":[7,{"metric":7,"values":[[1,2],["a","b"],7,[1709287200,{}],[1709287200,""]]},{"values":7}]}',
    7,
  ],
])('%s is an answer', (_name, text, rejected) => {
  expect(readAnswer(JSON.parse(text))).toMatchObject({ rejected });
});

test.each([
  null,
  [],
  {},
  { data: 7 },
  { resultType: 'scalar', result: [1, '2'] },
  [{ resultType: 'matrix', result: [] }, 7],
])('%j is none', (document) => {
  expect(readAnswer(document)).toBeNull();
});
