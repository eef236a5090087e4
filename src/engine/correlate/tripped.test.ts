/** Code that was not changed trips over some of its data. */
import { describe, expect, test } from 'vitest';
import { deploymentAt, every, patternAt, serviceOf, streamOf } from '../_testing/situations.ts';
import { verdictOf } from './_testing/verdict.ts';

function causeOf({ served = true, released = 'gate', rows = true } = {}) {
  return verdictOf({
    streams: [streamOf('prices', 0, 3600), streamOf('importer', 0, 3600)],
    serviceFacts: [serviceOf('prices'), serviceOf('gate'), serviceOf('shop')],
    edges: [{ from: 'shop', to: 'prices', source: 'client-call', evidence: [] }],
    patterns: [
      patternAt('TypeError: unsupported operand types: string * float', 'prices', every(5, 2000, 3590)),
      ...(served ? [patternAt('price given', 'prices', every(2, 0, 3590), {}, 'info')] : []),
      ...(rows ? [patternAt('17 prices written', 'importer', [1990], {}, 'info')] : []),
    ],
    changes: [deploymentAt(released, 'v2', 1700)],
  });
}

describe('code that trips over some of what it is given', () => {
  test('and ran before was given other data', () =>
    expect(causeOf().rootCause).toMatchObject({ kind: 'bad-data', service: 'prices' }));
  test('is not spoken for where it was released, and how it differs is not known', () =>
    expect(causeOf({ released: 'prices' }).rootCause?.kind).not.toBe('bad-data'));
  test('is not told from code that fails where nobody wrote any data', () =>
    expect(causeOf({ rows: false }).hypotheses.map(({ id }) => id)).not.toContain('tripped:prices'));
  test('or misses some of it after a job deleted what is called so', () => {
    const { rootCause } = verdictOf({
      streams: [streamOf('prices', 0, 3600), streamOf('sweeper', 0, 3600)],
      serviceFacts: [serviceOf('prices'), serviceOf('shop')],
      edges: [{ from: 'shop', to: 'prices', source: 'client-call', evidence: [] }],
      patterns: [
        patternAt('RuntimeException: no price of <*>', 'prices', every(5, 2000, 3590)),
        patternAt('price given', 'prices', every(2, 0, 3590), {}, 'info'),
        patternAt('deleted 80 rows from prices', 'sweeper', [1995], {}, 'info'),
      ],
      changes: [deploymentAt('gate', 'v2', 1700)],
    });
    expect(rootCause).toMatchObject({ kind: 'bad-data', service: 'prices' });
  });
  test('or over all of it, is not told from code that fails', () =>
    expect(causeOf({ served: false }).hypotheses.map(({ id }) => id)).not.toContain('tripped:prices'));
});
