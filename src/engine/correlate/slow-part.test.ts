import { describe, expect, test } from 'vitest';
import { every, patternAt, seriesOf, serviceOf, snapshotOf, streamOf } from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { gatherFacts } from './facts.ts';
import { slowPartHypotheses } from './slow-part.ts';

const LATE = [
  ...Array.from({ length: 40 }, (_, i) => 200 + (i % 3)),
  ...Array.from({ length: 20 }, () => 5000),
];

function statements(
  name: string,
  values: readonly number[] = LATE,
  said = 'charge <*> authorised by the acquirer in <*>ms',
) {
  const latency = (metric: string, of: readonly number[]) => ({
    ...seriesOf('latency', 'till', of),
    id: metric,
    name: metric,
    unit: 'ms',
    source: 'openmetrics',
  });
  const situation = normalise(
    snapshotOf({
      serviceFacts: [serviceOf('till'), serviceOf('stock')],
      streams: [streamOf('till', 0, 3600)],
      series: [latency('http_request_duration_seconds', LATE), latency(name, values)],
      patterns: [
        patternAt('timeout of <*> exceeded', 'till', every(2, 2400, 3590)),
        patternAt(said, 'till', every(20, 0, 3590), {}, 'info'),
      ],
    }),
  );
  const facts = gatherFacts(situation, detect(situation));
  return slowPartHypotheses(facts).map(({ statement, factors }) => [statement, factors.length]);
}

describe('a metric that is called after somebody', () => {
  test('names whom the service waits for', () => {
    expect(statements('acquirer_duration_seconds')).toEqual([
      ['acquirer, which till waits for, answers late', 2],
    ]);
  });
  test.each([
    ['nobody', 'db_query_duration_seconds'],
    ['the service itself', 'till_handler_latency_ms'],
    ['a service of ours', 'stock_client_duration_seconds'],
    ['two', 'acquirer_ledger_duration_seconds'],
  ])('says nothing where it is called after %s', (_whom, name) => expect(statements(name)).toEqual([]));
  test('says nothing where nothing else speaks of him', () => {
    expect(statements('acquirer_duration_seconds', LATE, 'charge <*> is done')).toEqual([]);
  });
  test('says nothing where it stays as it was', () => {
    const steady = Array.from({ length: 60 }, (_, i) => 200 + (i % 3));
    expect(statements('acquirer_duration_seconds', steady)).toEqual([]);
  });
});
