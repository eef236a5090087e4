/** Who refuses is read from the words of every client library; what a gateway refuses many times is more than a few failures beneath it. */
import { describe, expect, test } from 'vitest';
import type { LogPattern } from '../../domain/signal.ts';
import { deploymentAt, every, patternAt, serviceOf, snapshotOf, streamOf } from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { correlate } from './correlate.ts';

const verdictOf = (parts: Parameters<typeof snapshotOf>[0]) => {
  const situation = normalise(snapshotOf(parts));
  return correlate(situation, detect(situation)).verdict;
};

describe('an address that nobody listens at', () => {
  test.each([
    [
      'Errno::ECONNREFUSED: Connection refused - connect(2) for "cache.shop.internal" port 11211',
      'cache.shop.internal:11211',
    ],
    ['Failed to connect to cache.shop.internal port 8081: Connection refused', 'cache.shop.internal:8081'],
    ["Can't connect to MySQL server on 'db.shop.internal' (111)", 'db.shop.internal'],
    ['dial tcp 10.0.0.7:9090: connect: connection refused', '10.0.0.7:9090'],
  ])('%s', (message, want) => {
    const { rootCause } = verdictOf({
      streams: [streamOf('cart', 0, 3600)],
      changes: [deploymentAt('cart', 'v2', 500)],
      patterns: [patternAt(message, 'cart', every(2, 2000, 3590))],
    });
    expect(rootCause).toMatchObject({ kind: 'dependency', statement: `${want} takes no connections` });
  });
});

const edgeOf = (from: string, to: string) => ({ from, to, source: 'config' as const, evidence: [] });

describe('a few failures that name somebody outside', () => {
  const provider = (name: string) => ({
    ...serviceOf(name),
    kind: 'external' as const,
    aliases: [`api.${name}.example`],
  });
  const named = (parts: readonly LogPattern[]) => {
    const { hypotheses } = verdictOf({
      serviceFacts: [serviceOf('rates'), serviceOf('tills'), provider('fxboard'), provider('paywell')],
      edges: [edgeOf('tills', 'rates'), edgeOf('rates', 'fxboard'), edgeOf('tills', 'paywell')],
      streams: [streamOf('rates', 0, 3600), streamOf('tills', 0, 3600)],
      patterns: [patternAt('rate not read: fxboard: timed out', 'rates', every(60, 2000, 3590)), ...parts],
    });
    return hypotheses.find(({ service }) => service === 'fxboard');
  };

  test('explain all of their service', () =>
    expect(named([])?.factors.map(({ name }) => name)).toContain('most-name-it'));
  test('explain little where many times as many name another', () =>
    expect(
      named([patternAt('charge failed: paywell: timed out', 'tills', every(2, 2000, 3590))])?.factors.map(
        ({ name }) => name,
      ),
    ).not.toContain('most-name-it'));
});
