import { describe, expect, test } from 'vitest';
import { epochMs } from '../../domain/time.ts';
import { combineFamilies } from './metric-families.ts';

const rate = (status: string, value: number) => ({
  name: 'http_requests_per_second',
  labels: { service: 'tickets', status },
  samples: [0, 60_000, 120_000].map((at) => [epochMs(1_700_000_000_000 + at), value] as const),
  type: 'gauge' as const,
  unit: null,
  service: null,
});

describe('requests by status', () => {
  const shares = (...series: readonly ReturnType<typeof rate>[]) =>
    combineFamilies(series).map(({ name, samples }) => [
      name.replace('http_requests_per_second', '').trim(),
      samples[0]?.[1],
    ]);

  test('tell how many are refused, apart from those that fail', () => {
    expect(shares(rate('200', 6), rate('409', 3), rate('503', 1))).toEqual([
      ['', 10],
      ['errors', 1],
      ['error ratio', 0.1],
      ['refused ratio', 0.3],
    ]);
  });

  test.each([
    ['failed', 'ok'],
    ['error', 'success'],
    ['timeout', 'completed'],
    ['DeadlineExceeded', 'OK'],
    ['UNAVAILABLE', 'OK'],
  ])('%s is a failure beside %s', (bad, good) => {
    expect(shares(rate(good, 6), rate(bad, 2), rate('declined', 2))).toEqual([
      ['', 10],
      ['errors', 2],
      ['error ratio', 0.2],
    ]);
  });

  test('are no outcomes where no value tells one', () => {
    expect(shares(rate('hit', 6), rate('miss', 2))).toEqual([
      ['', 6],
      ['', 2],
    ]);
  });

  test('do not count too many requests and clients that went as refused', () => {
    expect(shares(rate('200', 6), rate('429', 3), rate('499', 1)).map(([name]) => name)).toEqual([
      '',
      'errors',
      'error ratio',
    ]);
  });
});
