import { describe, expect, test } from 'vitest';
import { deploymentAt, serviceOf, type Timed, traceOf } from '../_testing/situations.ts';
import { factsOf, verdictOf } from './_testing/verdict.ts';
import { slowStoreHypotheses } from './slow-store.ts';

const LATE = { p50: 900, self: 900, calls: 20 };

interface Given {
  readonly late?: Timed;
  readonly others?: number;
  readonly kind?: 'datastore' | 'service';
  readonly released?: boolean;
}

function parts({ late = LATE, others, kind = 'datastore', released = false }: Given) {
  const more = others === undefined ? [] : [{ p50: others, self: others, calls: 20 }];
  return {
    serviceFacts: [serviceOf('basket'), serviceOf('shelf-db', { kind })],
    traces: [
      traceOf(null, 'basket', { p50: late.p50 + 10, self: 10, calls: 20 }),
      traceOf('basket', 'shelf-db', late, 'GET'),
      ...more.map((time) => traceOf('basket', 'shelf-db', time, 'SCAN')),
    ],
    changes: released ? [deploymentAt('basket', 'v6', 1500)] : [],
  };
}

function arguments_(given: Given): readonly string[] {
  return slowStoreHypotheses(factsOf(parts(given))).flatMap(({ factors }) => factors.map(({ name }) => name));
}

describe('a store whose answers take longer', () => {
  test('is named where it takes what requests lose, asked as often as before', () => {
    expect(arguments_({})).toEqual(['store-slow', 'explains-the-time']);
    expect(verdictOf(parts({})).rootCause).toMatchObject({
      kind: 'dependency',
      service: 'shelf-db',
      confidence: 'MEDIUM',
    });
  });

  test('is surer where whatever it is asked takes longer', () => {
    expect(arguments_({ others: 700 })).toContain('all-asked-of-it');
    expect(verdictOf(parts({ others: 700 })).rootCause?.confidence).toBe('HIGH');
  });

  test('is less sure where other calls to it take as long as before', () => {
    expect(arguments_({ others: 90 })).toContain('others-asked-as-before');
    expect(verdictOf(parts({ others: 90 })).rootCause?.confidence).not.toBe('HIGH');
  });

  test.each<[string, Given]>([
    ['it is asked more often', { late: { ...LATE, calls: 60 } }],
    ['its times stayed', { late: { p50: 95, self: 95, calls: 20 } }],
    ['nobody feels it', { late: { p50: 185, self: 185, calls: 20 } }],
    ['it is a service of ours', { kind: 'service' }],
    ['a release of who asks came before, and what it changed is not known', { released: true }],
  ])('is not drafted where %s', (_why, given) => {
    expect(arguments_(given)).toEqual([]);
  });
});
