/** What stands in front counts failures, and what is called tells why: whose words count, and for whom. */
import { describe, expect, test } from 'vitest';
import { deploymentAt, every, patternAt, serviceOf, streamOf } from '../_testing/situations.ts';
import { factsOf, verdictOf } from './_testing/verdict.ts';
import { isToldBesides } from './outcomes.ts';

const FAILS = every(1, 2000, 2200);
const streams = [streamOf('shop', 0, 2200), streamOf('seats', 0, 2200)];
const refused = patternAt("Access denied for user 'seats'@'localhost'", 'seats', FAILS);
const outcome = (seconds = FAILS) => ({
  ...patternAt('GET /rows 500', 'front', seconds),
  service: null,
});

describe('a front that names nobody', () => {
  const told = (patterns: Parameters<typeof factsOf>[0]['patterns']) => {
    const { failing } = factsOf({ streams, patterns: patterns ?? [] });
    return failing.filter((item) => isToldBesides(item, failing)).map(({ pattern }) => pattern.template);
  };
  test('tells again what a service behind it gives a reason for', () => {
    expect(told([outcome(), refused])).toEqual(['GET /rows 500']);
  });
  test('tells of more where only some have that reason', () => {
    expect(told([outcome(), patternAt('Access denied for user', 'seats', every(1, 2000, 2050))])).toEqual([]);
  });
});

describe('a service that is refused by its store', () => {
  test('fails those who call it, though one of them was released a minute before', () => {
    const { rootCause } = verdictOf({
      streams,
      serviceFacts: [serviceOf('shop'), serviceOf('seats')],
      edges: [{ from: 'shop', to: 'seats', source: 'trace', evidence: [] }],
      patterns: [patternAt('could not render /rows: 500 Server Error', 'shop', FAILS), refused],
      changes: [deploymentAt('shop', 'v7', 1940)],
    });
    expect(rootCause).toMatchObject({ kind: 'credential', service: 'seats' });
    expect(rootCause?.factors.map(({ name }) => name)).toContain('fails-callers');
  });
});
