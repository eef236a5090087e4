import { describe, expect, test } from 'vitest';
import type { FileDiff } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import type { Symptom } from '../../domain/symptom.ts';
import { every, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { gatherFacts } from './facts.ts';
import { routeRuleMatches } from './route-rules.ts';

function failing(template: string, more: Partial<Symptom> = {}) {
  const situation = normalise(
    snapshotOf({
      streams: [streamOf('gateway', 0, 3600)],
      patterns: [patternAt(template, 'gateway', every(5, 2000, 3590))],
    }),
  );
  return gatherFacts(situation, detect(situation)).failing.map((item) => ({
    ...item,
    symptom: { ...item.symptom, ...more },
  }));
}

function config(
  removed: readonly string[],
  added: readonly string[],
  more: Partial<FileDiff> = {},
): FileDiff {
  return {
    path: 'edge/site.conf',
    oldPath: null,
    status: 'modified',
    category: 'config',
    language: 'properties',
    inert: 'none',
    values: [],
    features: [],
    hunks: [
      {
        oldStart: 9,
        oldLines: 1,
        newStart: 9,
        newLines: 1,
        scopes: [],
        removed,
        added,
        evidence: evidenceRef('test', 'hunk'),
      },
    ],
    ...more,
  };
}

const GONE = failing('"GET /api/gauges/<*>" 404 not found');
const MOVED = config(['location /api/gauges {'], ['location /api/gauges/ {']);

describe('the rule of a path', () => {
  test.each([
    { name: 'a location of nginx', file: MOVED },
    { name: 'a rewrite of Caddy', file: config(['handle_path /api/gauges/* {'], ['handle /api/gauges/* {']) },
    { name: 'a path of a gateway', file: config(['  path: /api'], ['  path: /api2']) },
  ])('that fails, $name, is named', ({ file }) => {
    expect(routeRuleMatches(file, GONE).map(({ name }) => name)).toEqual(['routeRule']);
  });

  test.each([
    {
      name: 'of another path',
      file: config(['location /api/gauges-old {'], ['location /api/old {']),
      items: GONE,
    },
    { name: 'in a comment', file: config(['# location /api/gauges'], ['# none']), items: GONE },
    {
      name: 'that is no rule of routing',
      file: config(['open_log /api/gauges.log'], ['open_log /x.log']),
      items: GONE,
    },
    { name: 'in code', file: { ...MOVED, category: 'code' as const }, items: GONE },
    {
      name: 'where something more telling fails',
      file: MOVED,
      items: failing('"GET /api/gauges/<*>" deadlock detected'),
    },
  ])('$name is not', ({ file, items }) => {
    expect(items.length).toBeGreaterThan(0);
    expect(routeRuleMatches(file, items)).toEqual([]);
  });
});
