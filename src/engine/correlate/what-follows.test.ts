/** What an error says that names nothing of the difference, and follows from it all the same. */
import { describe, expect, test } from 'vitest';
import type { DiffFeature, DiffFeatureKind, DiffHunk, FileDiff, RevisionDiff } from '../../domain/code.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { evidenceOf, patternAt } from '../_testing/situations.ts';
import type { FailingPattern } from './facts.ts';
import { takenNameMatches } from './taken-names.ts';
import { saysWhatFollows } from './what-follows.ts';

const REF = evidenceOf('diff').ref;
const location = { repo: '.', revision: 'b'.repeat(40), path: 'src/a.ts', line: 1, endLine: 1 };

function item(message: string, family: SymptomClass = 'server-error', service = 'packing'): FailingPattern {
  return { pattern: patternAt(message, service, [0]), message, symptom: { class: family } } as FailingPattern;
}

function feature(kind: DiffFeatureKind, symbols: readonly string[] = [], detail = ''): DiffFeature {
  return { kind, detail, symbols, location, evidence: REF };
}

describe('follows', () => {
  test.each<[string, DiffFeature, FailingPattern, boolean]>([
    ['what is told early is not there', feature('told-early'), item('order 7 is not known'), true],
    ['what is told early, and something is slow', feature('told-early'), item('timed out after 2 s'), false],
    ['another key, another order', feature('partition-changed'), item('meter 4: got 7 after 9'), true],
    [
      'what is written otherwise is not read',
      feature('call-removed', ['serialize']),
      item('unserialize(): error at offset 0'),
      true,
    ],
    ['what is read otherwise', feature('call-removed', ['serialize']), item('no such column'), false],
    [
      'who closes first resets',
      feature('setting-removed', ['keepAliveTimeout', 'server']),
      item('upstream prematurely closed connection', 'connection-reset'),
      true,
    ],
    [
      'a timeout resets nothing',
      feature('setting-removed', ['keepAliveTimeout']),
      item('no column x', 'schema'),
      false,
    ],
    [
      'pages that overlap bring a row twice',
      feature('order-changed', [], 'rows are no longer sorted by id: pages overlap'),
      item('duplicate key value violates unique constraint "pk"', 'schema'),
      true,
    ],
  ])('%s', (_name, difference, failing, follows) => {
    expect(saysWhatFollows(difference, failing) !== null).toBe(follows);
  });
});

describe('a name that was taken out', () => {
  const hunk = (removed: readonly string[], added: readonly string[]): DiffHunk => ({
    oldStart: 3,
    oldLines: 1,
    newStart: 3,
    newLines: 1,
    scopes: [],
    removed,
    added,
    evidence: REF,
  });
  const diffOf = (...files: readonly Partial<FileDiff>[]): RevisionDiff => ({
    repo: '.',
    from: null,
    to: 'b'.repeat(40),
    omittedFiles: 0,
    files: files.map((file) => ({
      path: 'lib/token.rb',
      oldPath: null,
      status: 'modified' as const,
      category: 'code' as const,
      language: 'ruby',
      inert: 'none' as const,
      values: [],
      features: [],
      hunks: [],
      ...file,
    })),
  });
  const refused = item('403 {"error":"insufficient_scope","needs":"invoices.write"}', 'credentials');
  const list = hunk(['SCOPES = %w[invoices.read invoices.write].freeze'], []);
  const matches = (diff: RevisionDiff) => takenNameMatches(diff, 'packing', [refused], 0.6);

  test('is what the failure misses', () => {
    expect(matches(diffOf({ hunks: [list] })).map(({ detail }) => detail)).toEqual([
      'lib/token.rb no longer names "invoices.write", nor does anything that came with this release; the error names it',
    ]);
  });

  test('is not gone where another file of the release has it', () => {
    const moved = {
      path: 'config/oauth.yml',
      category: 'config' as const,
      hunks: [hunk([], ['- invoices.write'])],
    };
    expect(matches(diffOf({ hunks: [list] }, moved))).toEqual([]);
  });

  test('is none in a sentence', () => {
    const sentence = hunk(['log "needs invoices.write to go on"'], []);
    expect(matches(diffOf({ hunks: [sentence] }))).toEqual([]);
  });
});
