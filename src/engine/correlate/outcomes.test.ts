/** Which lines only tell again what others explain, and where a failure that nobody explains is felt. */
import { describe, expect, test } from 'vitest';
import { every, patternAt, seriesOf, serviceOf, streamOf } from '../_testing/situations.ts';
import { factsOf } from './_testing/verdict.ts';
import { feltElsewhere } from './felt-elsewhere.ts';
import { isAnsweredFor, isToldBesides } from './outcomes.ts';

const FAILS = every(5, 2000, 3590);

describe('a line of an access log', () => {
  const toldAgain = (service: string | null) => {
    const { failing } = factsOf({
      streams: [streamOf('orders', 0, 3600), streamOf('edge', 0, 3600)],
      patterns: [
        patternAt('POST /orders answered 502', 'edge', FAILS),
        patternAt('ledger timed out after 5000ms', 'orders', FAILS),
      ],
    });
    const items = failing.map((item) =>
      item.pattern.service === 'edge' ? { ...item, pattern: { ...item.pattern, service } } : item,
    );
    const line = items.find(({ pattern }) => pattern.service === service);
    return line === undefined ? null : isToldBesides(line, items);
  };

  test('that names nobody is told by whoever fails behind it', () => expect(toldAgain(null)).toBe(true));
  test('of a service is told by its own lines alone', () => expect(toldAgain('edge')).toBe(false));
});

describe('a failing share that is measured of a service without a log', () => {
  const feltBy = (callee: string) =>
    feltElsewhere(
      'ledger',
      factsOf({
        streams: [streamOf('orders', 0, 3600)],
        serviceFacts: ['shop', 'orders', 'ledger', 'mail'].map((name) => serviceOf(name)),
        edges: [{ from: 'shop', to: callee, source: 'catalog', evidence: [] }],
        patterns: [patternAt('ledger timed out after 5000ms', 'orders', FAILS)],
        series: [
          seriesOf(
            'error-ratio',
            'shop',
            Array.from({ length: 60 }, (_, minute) => (minute < 34 ? 0 : 0.4)),
            { unit: 'ratio' },
          ),
        ],
      }),
    ).map(({ pattern }) => pattern.service);

  test('may be what a release did to it', () => expect(feltBy('mail')).toContain('shop'));
  test('is told by whom it calls, where that one says why it fails', () =>
    expect(feltBy('orders')).toEqual([]));
});

describe('what a caller meets of a callee that says why', () => {
  const answeredFor = (status: string) => {
    const { failing } = factsOf({
      streams: [streamOf('orders', 0, 3600), streamOf('edge', 0, 3600)],
      patterns: [
        patternAt('POST <*> <*>', 'edge', FAILS, { attributes: { 'http.response.status_code': status } }),
        patternAt("KeyError: 'tier'", 'orders', FAILS),
      ],
    });
    const line = failing.find(({ pattern }) => pattern.service === 'edge');
    return line !== undefined && isAnsweredFor(line, 'orders', failing);
  };

  test('is told by it, where the status alone says that it failed', () =>
    expect(answeredFor('500')).toBe(true));
  test('is told by another one beneath it, whoever is asked about', () => {
    const { failing } = factsOf({
      streams: [streamOf('orders', 0, 3600), streamOf('edge', 0, 3600)],
      patterns: [
        patternAt('POST <*> <*>', 'edge', FAILS, { attributes: { 'http.response.status_code': '500' } }),
        patternAt("KeyError: 'tier'", 'orders', FAILS),
      ],
    });
    const line = failing.find(({ pattern }) => pattern.service === 'edge');
    const told = (beneath: readonly string[]) =>
      line !== undefined && isAnsweredFor(line, 'mail', failing, new Set(beneath));
    expect([told(['orders', 'mail']), told(['mail'])]).toEqual([true, false]);
  });
  test('is not where the caller was refused', () => expect(answeredFor('404')).toBe(false));
});
