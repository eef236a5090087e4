/** Paths that a service no longer asks, held against who refuses what it is asked. */
import { describe, expect, test } from 'vitest';
import { every, patternAt, serviceOf, streamOf } from '../_testing/situations.ts';
import { oneLineDiff } from './_testing/one-line-diff.ts';
import { factsOf } from './_testing/verdict.ts';
import { askedOtherwise } from './asked-otherwise.ts';

function found(removed: string, added: string, message: string, refusing = 'baskets'): number {
  const diff = oneLineDiff('web/endpoints.py', removed, added);
  const facts = factsOf({
    streams: [streamOf('baskets', 0, 3600), streamOf('stock', 0, 3600)],
    serviceFacts: ['web', 'baskets', 'stock'].map((name) => serviceOf(name)),
    edges: [{ from: 'web', to: 'baskets', source: 'catalog', evidence: [] }],
    patterns: [patternAt(message, refusing, every(5, 2000, 3590))],
  });
  return askedOtherwise(diff, 'web', facts).length;
}

describe('a path that is no longer asked', () => {
  const OLD = 'BASKETS = "http://baskets:80/baskets"';
  test.each([
    [
      'speaks where whoever is asked refuses',
      OLD,
      'BASKETS = at("baskets")',
      'GET answered 404 not found',
      1,
    ],
    [
      'says nothing where it stands in other lines',
      OLD,
      'BASKETS = at("baskets", "/baskets")',
      '404 not found',
      0,
    ],
    ['says nothing of a failure that is no refusal', OLD, 'BASKETS = at("baskets")', 'read timed out', 0],
    [
      'is told of the path alone, of whom it calls',
      'get(base + "/v1/rows")',
      'get(base + "/v2/rows")',
      '404 not found',
      1,
    ],
    [
      'is not what is imported',
      'import x from "/lib/rows"',
      'import x from "/lib/lines"',
      '404 not found',
      0,
    ],
  ])('%s', (_name, removed, added, message, want) => expect(found(removed, added, message)).toBe(want));

  test('says nothing where another one refuses', () =>
    expect(found(OLD, 'BASKETS = at("baskets")', '404 not found', 'stock')).toBe(0));
});
