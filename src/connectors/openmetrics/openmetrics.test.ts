import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fileWithHead, runConnector } from '../_kit/_testing/connector-run.ts';
import { quantileOfBuckets } from '../_kit/metric-families.ts';
import { readMetricsText } from './decode.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

test('a histogram becomes quantiles, exemplars are skipped', async () => {
  const { series, gaps } = await runConnector(connector, fixtures, {
    choose: ({ path }) => path === 'metrics.om',
  });
  expect(
    series.map(({ name, meaning, quantile, service, unit }) => [name, meaning, quantile, service, unit]),
  ).toEqual([
    ['process_resident_memory_bytes', 'memory', null, 'cart', 'By'],
    ['http_request_duration_seconds_count', 'requests', null, 'cart', '1/s'],
    ['http_request_duration_seconds', 'latency', 0.5, 'cart', 'ms'],
    ['http_request_duration_seconds', 'latency', 0.9, 'cart', 'ms'],
    ['http_request_duration_seconds', 'latency', 0.99, 'cart', 'ms'],
  ]);
  expect(series[2]).toMatchObject({ values: [100, 500], weights: [20, 20], attributes: { route: '/a' } });
  expect(gaps).toEqual([]);
});

test('a gzipped dump without types: counters told by name and course', async () => {
  const { series } = await runConnector(connector, fixtures, { choose: ({ path }) => path === 'dump.gz' });
  expect(series).toMatchObject([
    { meaning: 'requests', values: [1, 1] },
    { meaning: 'errors', values: [0, 0.5] },
    { meaning: 'error-ratio', values: [0, 0.5], service: 'cart' },
  ]);
});

describe('lines', () => {
  test.each([
    ['a 1 1709287200', { name: 'a', labels: {} }],
    ['a{} 1 1709287200.5', { name: 'a', labels: {} }],
    ['a{b="c,d}",e="f\\"g\\n"} +1e3 1709287200000', { name: 'a', labels: { b: 'c,d}', e: 'f"g\n' } }],
    ['a{b="x} 7 1"} 1 1709287200', { labels: { b: 'x} 7 1' } }],
  ])('%s', (line, want) => {
    expect(readMetricsText(line, 9, null)).toMatchObject({ series: [want], rejected: 0, untimed: 0 });
  });

  test.each([
    ['a NaN 1709287200', { series: [], rejected: 0 }],
    ['a +Inf 1709287200', { series: [], rejected: 0 }],
    ['a 1', { series: [], untimed: 1 }],
    ['a{b="c" 1 1709287200', { rejected: 1 }],
    ['{"a"} 1 1709287200', { rejected: 1 }],
    ['hello world', { rejected: 1 }],
    ['\u0000', { rejected: 1 }],
    [`a{${'b="c",'.repeat(20_000)} 1`, { rejected: 1 }],
  ])('%.40s', (line, want) => {
    expect(readMetricsText(line, 9, null)).toMatchObject(want);
  });

  test('more series than allowed', () => {
    expect(readMetricsText('a 1 1709287200\nb 1 1709287200\n', 1, null)).toMatchObject({ truncated: true });
  });
});

test.each([
  ['x.txt', '# TYPE a counter\na 1\nb 2\n', 0.9],
  ['x.om', 'a{b="c"} 1 1709287200\n', 0.95],
  ['x.log', '2024-03-01T10:00:00Z INFO hello\n', 0],
  ['words.txt', 'total 12\n', 0],
  ['x.json', 'a 1 1709287200\n', 0],
])('%s %j is recognised as %d', (path, head, want) => {
  expect(connector.recognise(fileWithHead(path, head))).toBe(want);
});

test.each([
  ['inside a bucket', 0.5, 0.1],
  ['interpolated', 0.75, 0.3],
  ['beyond the last bound', 0.99, 0.5],
])('quantile %s', (_name, quantile, want) => {
  expect(
    quantileOfBuckets(
      [
        [0.1, 10],
        [0.5, 20],
        [Number.POSITIVE_INFINITY, 20.1],
      ],
      quantile,
    ),
  ).toBeCloseTo(want, 2);
});

test('an empty histogram has no quantile', () => {
  expect(
    quantileOfBuckets(
      [
        [0.1, 0],
        [Number.POSITIVE_INFINITY, 0],
      ],
      0.5,
    ),
  ).toBeNull();
  expect(quantileOfBuckets([], 0.5)).toBeNull();
});
