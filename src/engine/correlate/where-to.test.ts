import { describe, expect, test } from 'vitest';
import type { DiffFeature, DiffFeatureKind } from '../../domain/code.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { evidenceOf } from '../_testing/situations.ts';
import { saysWhereTo, subjectScale } from './where-to.ts';

const feature = (kind: DiffFeatureKind, detail: string): DiffFeature => ({
  kind,
  detail,
  symbols: [],
  location: { repo: '.', revision: 'b', path: 'a.js', line: 1, endLine: 1 },
  evidence: evidenceOf('feature').ref,
});

describe('a difference beside a side that is not reached', () => {
  test.each<{ name: string; kind: DiffFeatureKind; detail: string; family: SymptomClass; less: boolean }>([
    {
      name: 'about words',
      kind: 'fallback-removed',
      detail: `the fallback "|| ch" for map[ch]`,
      family: 'timeout',
      less: true,
    },
    {
      name: 'about an address',
      kind: 'fallback-removed',
      detail: `the fallback "|| 'db:5432'" for env.DB_HOST`,
      family: 'connection-refused',
      less: false,
    },
    {
      name: 'about time',
      kind: 'argument-dropped',
      detail: 'deadline is no longer given',
      family: 'timeout',
      less: false,
    },
    { name: 'whose kind tells', kind: 'close-removed', detail: 'x', family: 'timeout', less: false },
    {
      name: 'where a value is wrong',
      kind: 'fallback-removed',
      detail: `the fallback "|| ch"`,
      family: 'type-error',
      less: false,
    },
  ])('$name', ({ kind, detail, family, less }) =>
    expect(subjectScale(feature(kind, detail), family) < 1).toBe(less),
  );

  test('speaks of where to in its lines, comments apart', () => {
    const hunk = (line: string) => ({
      oldStart: 1,
      oldLines: 0,
      newStart: 1,
      newLines: 1,
      scopes: [],
      removed: [],
      added: [line],
      evidence: evidenceOf('h').ref,
    });
    expect(saysWhereTo(hunk('const host = env.DB'))).toBe(true);
    expect(saysWhereTo(hunk('// the host'))).toBe(false);
    expect(saysWhereTo(hunk('error.name = other.name'))).toBe(false);
  });
});
