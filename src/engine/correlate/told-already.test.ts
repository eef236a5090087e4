/** What the place and the words of an error say of a change: lines that run because it failed, numbers that are no values, limits that refuse nothing. */
import { describe, expect, test } from 'vitest';
import type {
  CodeLocation,
  DiffFeature,
  DiffHunk,
  Emitter,
  FileDiff,
  ValueChange,
} from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import type { Closure } from '../../domain/probe.ts';
import { atSecond, every, patternAt, streamOf } from '../_testing/situations.ts';
import { factsOf } from './_testing/verdict.ts';
import { matchDiff } from './mechanism.ts';

const PATH = 'checkout/complete.ts';
const at = (line: number, revision = 'b'): CodeLocation => ({
  repo: '.',
  revision,
  path: PATH,
  line,
  endLine: line,
});

const hunkAt = (line: number): DiffHunk => ({
  oldStart: line,
  oldLines: 1,
  newStart: line,
  newLines: 1,
  scopes: ['complete'],
  around: [[10, 40]],
  removed: ['await payments.void(id);'],
  added: ['void payments.void(id);'],
  evidence: evidenceRef('test', 'hunk'),
});

const awaitGone = (line: number): DiffFeature => ({
  kind: 'await-removed',
  detail: 'await of payments.void was removed',
  symbols: [],
  location: at(line),
  evidence: evidenceRef('test', 'feature'),
});

/** The message stands on line 30, in a branch of lines 28 to 32. */
const emitterAt = (line: number, revision = 'b', more: Partial<Emitter> = {}): Emitter => ({
  patternId: '',
  literal: at(line, revision),
  literalText: 'could not confirm',
  match: 1,
  evidence: evidenceRef('test', 'emitter'),
  function: { name: 'complete', location: at(10, revision) },
  branch: [line - 2, line + 2],
  governors: [],
  ...more,
});

const shutOut = (words: readonly string[], names: readonly string[]): Closure => ({
  patternId: '',
  files: [PATH],
  functions: names.map((name) => ({ path: PATH, name, line: 10, endLine: 40 })),
  words,
});

interface Asked {
  readonly exceptionType?: string;
  readonly closures?: readonly Closure[];
  readonly message?: string;
  readonly hunks?: readonly DiffHunk[];
  readonly features?: readonly DiffFeature[];
  readonly values?: readonly ValueChange[];
  readonly emitters?: readonly Emitter[];
}

function matchesOf({
  message = 'could not confirm',
  hunks = [],
  features = [],
  values = [],
  emitters = [],
  closures = [],
  exceptionType,
}: Asked) {
  const file: FileDiff = {
    path: PATH,
    oldPath: null,
    status: 'modified',
    category: 'code',
    language: 'typescript',
    inert: 'none',
    values,
    features,
    hunks,
  };
  const pattern = patternAt(message, 'checkout', every(5, 2000, 3590), {
    exceptionType: exceptionType ?? null,
  });
  const facts = factsOf({
    streams: [streamOf('checkout', 0, 3600)],
    patterns: [pattern],
    probeAnswers: [
      {
        kind: 'find-emitters',
        probeId: 'e',
        emitters: emitters.map((each) => ({ ...each, patternId: pattern.id })),
        searched: '',
        evidence: [],
      },
      {
        kind: 'reached-code',
        probeId: 'r',
        reached: [],
        closures: closures.map((each) => ({ ...each, patternId: pattern.id })),
        searched: '',
        evidence: [],
      },
    ],
  });
  return matchDiff(
    { repo: '.', from: 'a', to: 'b', files: [file], omittedFiles: 0 },
    { service: 'checkout', startedAt: atSecond(1900) },
    facts,
  );
}

const weightsOf = (asked: Asked) =>
  Object.fromEntries(matchesOf(asked).map(({ name, weight }) => [name, weight]));

describe('what runs only because it failed', () => {
  const changed = (line: number) =>
    weightsOf({ hunks: [hunkAt(line)], features: [awaitGone(line)], emitters: [emitterAt(30)] });

  test('did not make it fail', () => {
    expect(changed(29)['emitterChanged']).toBeUndefined();
    expect(changed(29)['featureFamily'] ?? 0).toBeLessThan((changed(20)['featureFamily'] ?? 0) / 2);
  });
  test('is told from what stands before it in the function', () =>
    expect(changed(20)['emitterChanged']).toBeGreaterThan(1));
  test('is what stands behind the statement that says so', () => {
    const behind = (hunk: Partial<DiffHunk>) =>
      weightsOf({
        hunks: [{ ...hunkAt(36), ...hunk }],
        emitters: [emitterAt(30, 'b', { branch: null })],
      })['emitterChanged'];
    expect(behind({})).toBeGreaterThan(1);
    expect(behind({ statement: 36 })).toBeUndefined();
  });
  test('is a log line that tells of what was thrown, in whichever words', () => {
    const said = (exceptionType: string | undefined) =>
      weightsOf({
        hunks: [{ ...hunkAt(30), onlyLogs: true }],
        features: [awaitGone(30)],
        emitters: [emitterAt(30)],
        ...(exceptionType === undefined ? {} : { exceptionType }),
      });
    expect(said('PaymentLost')['emitterChanged']).toBeUndefined();
    expect(said('PaymentLost')['featureFamily']).toBeUndefined();
    expect(said(undefined)['emitterChanged']).toBeGreaterThan(1);
  });
  test('is a line that was written before in other words, but not one that is new', () => {
    const said = (removed: readonly string[]) =>
      weightsOf({ hunks: [{ ...hunkAt(30), onlyLogs: true, removed }], emitters: [emitterAt(30)] })[
        'emitterChanged'
      ];
    expect(said(['logger.error("not confirmed")'])).toBeUndefined();
    expect(said(['logger.info("not confirmed")'])).toBeGreaterThan(1);
    expect(said([])).toBeGreaterThan(1);
  });
  test('is another log line of the function', () =>
    expect(
      weightsOf({ hunks: [{ ...hunkAt(20), onlyLogs: true }], emitters: [emitterAt(30)] })['emitterChanged'],
    ).toBeUndefined());
  test('is told from the very line that says so', () =>
    expect(changed(30)['emitterChanged']).toBeGreaterThan(1));
});

describe('what no name leads to from the line that tells of the failure', () => {
  const changed = (closures: readonly Closure[]) =>
    weightsOf({ hunks: [hunkAt(20)], features: [awaitGone(20)], closures })['featureFamily'] ?? 0;
  const named = (words: readonly string[]) =>
    weightsOf({
      message: 'timed out',
      values: [value('TIMEOUT_MS', 5000, 500)],
      closures: [shutOut(words, ['other'])],
    })['keyFamily'] ?? 0;

  test('hardly can have brought it about', () =>
    expect(changed([shutOut([], ['other'])])).toBeLessThan(changed([]) / 2));
  test('is told from what may have a part in it', () =>
    expect(changed([shutOut([], ['complete'])])).toBe(changed([])));
  test('is, of a constant, one that nothing there mentions', () =>
    expect(named([])).toBeLessThan(named(['TIMEOUT_MS']) / 2));
});

test('a message is looked for in the revision that the difference leads to', () => {
  const elsewhere = emitterAt(30, 'old', { function: { name: 'other', location: at(25, 'old') } });
  expect(weightsOf({ hunks: [hunkAt(30)], emitters: [elsewhere] })['emitterChanged']).toBeGreaterThan(1);
  const both = [elsewhere, emitterAt(60, 'b', { function: { name: 'other', location: at(55) } })];
  expect(weightsOf({ hunks: [hunkAt(30)], emitters: both })['emitterChanged']).toBeUndefined();
});

const value = (key: string, before: number, after: number): ValueChange => ({
  key,
  oldValue: { raw: String(before), number: before, unit: 'none', kind: 'number' },
  newValue: { raw: String(after), number: after, unit: 'none', kind: 'number' },
  ratio: after / before,
  direction: after > before ? 'up' : 'down',
  location: at(5),
  evidence: evidenceRef('test', 'value'),
});

describe('a number in an error', () => {
  test.each([
    ['timed out after 500 ms', true],
    ['timed out after 500ms', true],
    ['POST https://api.acquirer.example/v500/charges timed out', false],
    ['order a-500-b timed out', false],
    ['timed out at 10.0.500.7', false],
    ['1x96 and 500x96 do not fit, timed out', true],
    ['timed out (limit=500)', true],
  ])('%s states the value: %s', (message, want) => {
    const found = weightsOf({ message, values: [value('timeoutMs', 5000, 500)] });
    expect(found['numberInError'] !== undefined).toBe(want);
  });
});

describe('a limit of time that governs the code that emits the error', () => {
  const governed = (message: string) => {
    const definition = {
      key: 'timeout',
      value: null,
      env: null,
      kind: 'constant',
      text: '',
      location: at(5),
      claims: [],
      evidence: evidenceRef('test', 'definition'),
    };
    const governor = {
      identifier: 'timeout',
      role: 'argument',
      passedTo: 'get',
      parameter: null,
      use: at(29),
    };
    const governors = [{ ...governor, useText: '', useEvidence: evidenceRef('test', 'use'), definition }];
    return weightsOf({
      message,
      values: [value('timeout', 5, 8)],
      emitters: [emitterAt(30, 'b', { governors: governors as unknown as Emitter['governors'] })],
    })['governorChanged'];
  };
  test('is one where it took too long', () => expect(governed('read timed out')).toBeGreaterThan(4));
  test('is none where a certificate was refused', () =>
    expect(governed('certificate verify failed: certificate has expired')).toBeUndefined());
});
