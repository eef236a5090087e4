import { describe, expect, test } from 'vitest';
import type { FileDiff } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import { lineValues } from './line-values.ts';

function diffOf(
  removed: readonly string[],
  added: readonly string[],
  more: Partial<FileDiff> = {},
): FileDiff {
  return {
    path: 'edge/site.conf',
    oldPath: null,
    status: 'modified',
    category: 'config',
    language: null,
    inert: 'none',
    values: [],
    features: [],
    hunks: [
      {
        oldStart: 4,
        oldLines: removed.length,
        newStart: 4,
        newLines: added.length,
        scopes: [],
        removed,
        added,
        evidence: evidenceRef('test', 'hunk'),
      },
    ],
    ...more,
  };
}

describe('a line that came back with another number', () => {
  test.each([
    [
      'limit_conn_zone zone=a:10m rate=80r/s;',
      'limit_conn_zone zone=a:10m rate=4r/s;',
      'limit_conn_zone.rate',
      80,
      4,
      'down',
    ],
    ['maxmemory 2gb', 'maxmemory 4gb', 'maxmemory', 2, 4, 'up'],
    ['default_pool_size = 25', 'default_pool_size = 5', 'default_pool_size', 25, 5, 'down'],
    ['  timeout server 30s', '  timeout server 3s', 'timeout.server', 30, 3, 'down'],
  ])('%s → %s is %s', (before, after, key, from, to, direction) => {
    expect(lineValues(diffOf(['# x', before], ['# x', after]))).toMatchObject([
      { key, direction, oldValue: { number: from }, newValue: { number: to }, location: { line: 5 } },
    ]);
  });

  test('is compared in milliseconds where the units of time differ, and quoted as written', () => {
    expect(lineValues(diffOf(['header_timeout 8s'], ['header_timeout 120ms']))).toMatchObject([
      {
        key: 'header_timeout',
        direction: 'down',
        oldValue: { raw: '8s', number: 8000, unit: 'ms' },
        newValue: { raw: '120ms', number: 120 },
      },
    ]);
  });

  test.each([
    { name: 'a unit came', removed: ['header_timeout 8'], added: ['header_timeout 8s'] },
    { name: 'two numbers differ', removed: ['range 10 20'], added: ['range 11 21'] },
    { name: 'a word differs', removed: ['pool 10'], added: ['queue 10'] },
    { name: 'nothing stands before the number', removed: ['10'], added: ['20'] },
    { name: 'lines came and went', removed: ['pool 10'], added: [] },
  ])('$name: no value', ({ removed, added }) => {
    expect(lineValues(diffOf(removed, added))).toEqual([]);
  });

  test('is left to whoever parses the file, and is none in code', () => {
    expect(lineValues(diffOf(['pool 10'], ['pool 2'], { category: 'code' }))).toEqual([]);
    expect(lineValues(diffOf([`${'a'.repeat(400)} 1`], [`${'a'.repeat(400)} 2`]))).toEqual([]);
  });
});
