import { expect, test } from 'vitest';
import { atSecond, seriesOf } from '../_testing/situations.ts';
import { traceSeries } from './trace-series.ts';

const trace = {
  from: 'cart',
  to: 'stock',
  operation: 'GET /x',
  interval: { from: atSecond(0), to: atSecond(180) },
  buckets: [0, 120].map((second) => ({
    at: atSecond(second),
    calls: 4,
    errors: 1,
    p50Ms: 10,
    p99Ms: 40,
    selfP50Ms: 8,
  })),
  errorSamples: [],
  failing: [],
  evidence: [],
};
const meanings = (parts: Parameters<typeof traceSeries>) =>
  traceSeries(...parts).map(
    (series) => `${series.meaning}${series.quantile ?? ''} ${series.values.join(',')}`,
  );
const self = (raw: string) => raw;

test('calls, failures and latency of whoever is called', () => {
  expect(meanings([[trace], [], self, () => true])).toEqual([
    'requests 4,4',
    'errors 1,1',
    'latency0.5 10,10',
    'latency0.99 40,40',
  ]);
});

test('not what is measured already, and of systems that are not ours only how often they are asked', () => {
  expect(meanings([[trace], [seriesOf('latency', 'stock', [1])], self, () => true])).toEqual([
    'requests 4,4',
    'errors 1,1',
  ]);
  expect(meanings([[trace], [], self, () => false])).toEqual(['requests 4,4']);
});

test('the share that was refused, where that was no single mistake and nobody else counts the calls', () => {
  const refusing = { ...trace, buckets: trace.buckets.map((each) => ({ ...each, calls: 40, refused: 10 })) };
  expect(meanings([[refusing], [], self, () => true])).toContain('refused-ratio 0.25,0.25');
  const once = { ...trace, buckets: trace.buckets.map((each) => ({ ...each, refused: 1 })) };
  expect(meanings([[once], [], self, () => true]).join()).not.toContain('refused');
  const counted = [seriesOf('requests', 'stock', [1])];
  expect(meanings([[refusing], counted, self, () => true]).join()).not.toContain('refused');
});
