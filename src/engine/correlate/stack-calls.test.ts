import { describe, expect, test } from 'vitest';
import type { DiffHunk, FileDiff } from '../../domain/code.ts';
import type { StackFrame } from '../../domain/signal.ts';
import { evidenceOf } from '../_testing/situations.ts';
import { changedFile } from './_testing/changed-file.ts';
import { actsAsBefore, comesAfter, onlyCallsAsBefore } from './stack-calls.ts';

const frame = (name: string, line: number): StackFrame => ({ file: 'x', line, function: name, inApp: true });
const diff = (removed: string, added: string): FileDiff =>
  changedFile('shop/views.py', {
    oldStart: 12,
    oldLines: 1,
    newStart: 12,
    newLines: 1,
    scopes: ['page'],
    removed: [removed],
    added: [added],
    evidence: evidenceOf('hunk').ref,
  });
/** Innermost first: `page` called `shelf`, which failed. */
const STACK = [frame('shop.shelf', 40), frame('shop.page', 12)];

describe('a changed line that calls what fails', () => {
  test.each([
    {
      name: 'with the same arguments',
      before: 'return render(shelf(a.skus))',
      after: 'return render(shelf( a.skus ), trail)',
      want: true,
    },
    {
      name: 'with another argument',
      before: 'return render(shelf(a.skus))',
      after: 'return render(shelf(a.names))',
      want: false,
    },
    {
      name: 'for the first time',
      before: 'return render(rows)',
      after: 'return render(shelf(a.skus))',
      want: false,
    },
    {
      name: 'by a longer name',
      before: 'return bookshelf(a.skus)',
      after: 'return bookshelf(a.skus, b)',
      want: false,
    },
    { name: 'over brackets that never close', before: 'shelf(f(a', after: 'shelf(f(a', want: true },
  ])('$name: $want', ({ before, after, want }) => {
    expect(onlyCallsAsBefore(diff(before, after), STACK, 1)).toBe(want);
  });

  test('is never the innermost frame, nor one on another line', () => {
    const same = diff('shelf(a)', 'shelf(a), b');
    expect(onlyCallsAsBefore(same, [frame('shop.page', 12)], 0)).toBe(false);
    expect(onlyCallsAsBefore(same, [frame('shop.shelf', 40), frame('shop.page', 90)], 1)).toBe(false);
  });
});

describe('the line that fails, with variables called otherwise', () => {
  const of = (removed: readonly string[], added: readonly string[], line = 12): boolean => {
    const [base] = diff('', '').hunks;
    const hunks =
      base === undefined
        ? []
        : [{ ...base, removed, added, oldLines: removed.length, newLines: added.length }];
    return actsAsBefore({ ...diff('', ''), hunks }, [frame('shop.page', line)], 0);
  };

  test.each([
    {
      name: 'does what it did',
      removed: ['var body = Get(sku);', 'return Parse(body);'],
      added: ['var answer = Get(sku);', 'return Parse(answer);'],
      line: 13,
      want: true,
    },
    {
      name: 'does what it did beside another log line and a comment',
      removed: ['var body = Get(sku);', '_log.Debug("of {Sku}", sku);', 'return Parse(body);'],
      added: [
        'var answer = Get(sku);',
        '// tells more',
        '_log.Debug("of {Sku}: {Length}", sku, answer.Length);',
        'return Parse(answer);',
      ],
      line: 15,
      want: true,
    },
    {
      name: 'fails in the log line that came',
      removed: ['var body = Get(sku);', 'return Parse(body);'],
      added: ['var answer = Get(sku);', '_log.Debug("{Length}", answer.Length);', 'return Parse(answer);'],
      line: 13,
      want: false,
    },
    {
      name: 'is given another value',
      removed: ['var body = Get(sku);', 'return Parse(body);'],
      added: ['var answer = Find(sku);', 'return Parse(answer);'],
      line: 13,
      want: false,
    },
    {
      name: 'reads another member',
      removed: ['return body.name'],
      added: ['return body.title'],
      line: 12,
      want: false,
    },
    {
      name: 'takes one of two for the other',
      removed: ['save(from, to, from)'],
      added: ['save(to, to, from)'],
      line: 12,
      want: false,
    },
    {
      name: 'is about another variable that was there',
      removed: ['return parse(body)'],
      added: ['return parse(head)'],
      line: 12,
      want: false,
    },
    {
      name: 'stands outside the hunk',
      removed: ['var a = b'],
      added: ['var c = b'],
      line: 20,
      want: false,
    },
  ])('$name: $want', ({ removed, added, line, want }) => {
    expect(of(removed, added, line)).toBe(want);
  });
});

describe('a hunk whose functions do what they did', () => {
  const file = diff('return render(rows)', 'return shown(rows)');
  const [hunk] = file.hunks;

  test.each([
    { asBefore: true as const, want: true },
    { asBefore: undefined, want: false },
  ])('$asBefore: $want', ({ asBefore, want }) => {
    const hunks = hunk === undefined ? [] : [{ ...hunk, ...(asBefore === true ? { asBefore } : {}) }];
    expect(actsAsBefore({ ...file, hunks }, STACK, 1)).toBe(want);
  });
});

describe('a changed line behind the one that failed', () => {
  const hunk = (statement: number | undefined, around: readonly (readonly [number, number])[]): DiffHunk => ({
    oldStart: 14,
    oldLines: 0,
    newStart: 14,
    newLines: 1,
    scopes: [],
    around,
    ...(statement === undefined ? {} : { statement }),
    removed: [],
    added: ['listed.inc(rows.length);'],
    evidence: evidenceOf('hunk').ref,
  });
  test.each([
    { name: 'in a later statement of the same function', statement: 14, line: 12, want: true },
    { name: 'in the statement that failed', statement: 12, line: 12, want: false },
    { name: 'in an earlier one', statement: 11, line: 12, want: false },
    { name: 'in another function', statement: 14, line: 30, want: false },
    { name: 'in a statement that nobody knows', statement: undefined, line: 12, want: false },
  ])('$name: $want', ({ statement, line, want }) => {
    expect(comesAfter(hunk(statement, [[11, 16]]), frame('list', line), 'connection-refused')).toBe(want);
  });
  test('may be why a later call fails, where it is something that adds up', () => {
    expect(comesAfter(hunk(14, [[11, 16]]), frame('list', 12), 'pool-exhausted')).toBe(false);
  });
});
