/** A line that passes on what another side answered, and a check that came before one that stood there. */
import { expect, test } from 'vitest';
import type { DiffFeatureKind, FileDiff } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import { every, patternAt, streamOf } from '../_testing/situations.ts';
import { changedFile } from './_testing/changed-file.ts';
import { factsOf } from './_testing/verdict.ts';
import { emitterMatches } from './emitter-matches.ts';

const PATH = 'seats/page.py';
const EVIDENCE = evidenceRef('test', 'hunk');

/** The function at lines 10 to 30 writes the message in line 24. */
function matched(message: string, line: number, kind: DiffFeatureKind | null) {
  const facts = factsOf({
    streams: [streamOf('seats', 0, 3600)],
    patterns: [patternAt(message, 'seats', every(5, 2000, 3590))],
  });
  const [item] = facts.failing;
  if (item === undefined) throw new Error('no failing pattern');
  const at = (first: number) => ({ repo: '.', revision: 'b', path: PATH, line: first, endLine: first });
  const emitter = {
    patternId: item.pattern.id,
    literal: at(24),
    literalText: '"could not show the seat"',
    match: 1,
    evidence: evidenceRef('test', 'emitter'),
    function: { name: 'page', location: { ...at(10), endLine: 30 } },
    branch: null,
    governors: [],
  };
  const file: FileDiff = {
    ...changedFile(PATH, {
      oldStart: line,
      oldLines: 1,
      newStart: line,
      newLines: 1,
      scopes: ['page'],
      around: [[10, 30]],
      removed: ['a'],
      added: ['b'],
      evidence: EVIDENCE,
    }),
    features:
      kind === null ? [] : [{ kind, detail: 'x', symbols: [], location: at(line), evidence: EVIDENCE }],
  };
  const [match] = emitterMatches(file, item, [], { ...facts, emitters: [emitter] });
  return match === undefined ? null : { name: match.name, weight: match.weight };
}

const OWN = 'could not show the seat A7';
const PASSED = 'could not show the seat: rpc error: code = Internal desc = lost';

test('a check that was loosened before the line decides whether it is written', () =>
  expect(matched(OWN, 14, 'condition-changed')?.name).toBe('emitterDecided'));

test('a check that came decides only where the message came with it', () => {
  expect(matched(OWN, 14, 'guard-added')?.name).toBe('emitterChanged');
  expect(matched(OWN, 24, 'guard-added')?.name).toBe('emitterDecided');
});

test.each([
  ['an answer of rpc', PASSED],
  ['a status of http', 'could not show the seat: seats answered 503'],
])('what passes on %s weighs little for what changed elsewhere in its function', (_name, message) => {
  const [own, passed] = [matched(OWN, 14, null), matched(message, 14, null)];
  expect(passed?.weight ?? 0).toBeLessThan((own?.weight ?? 0) / 2);
});
