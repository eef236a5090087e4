/** Where a difference stands counts: in a function that the stack passes, in another of its file, or in none of its files. */
import { describe, expect, test } from 'vitest';
import type { DiffFeature, FileDiff } from '../../domain/code.ts';
import type { StackFrame } from '../../domain/signal.ts';
import { evidenceOf, patternAt } from '../_testing/situations.ts';
import type { FailingPattern } from './facts.ts';
import { featureMatches } from './feature-matches.ts';

const REF = evidenceOf('diff').ref;
const location = (line: number) => ({
  repo: '.',
  revision: 'b'.repeat(40),
  path: 'src/orders.ts',
  line,
  endLine: line,
});

const feature: DiffFeature = {
  kind: 'guard-removed',
  detail: 'the check "if (basket)" was removed',
  symbols: ['basket'],
  location: location(40),
  evidence: REF,
};

const file = (scopes: readonly string[], around: readonly (readonly [number, number])[] = []): FileDiff => ({
  path: 'src/orders.ts',
  oldPath: null,
  status: 'modified',
  category: 'code',
  language: 'typescript',
  inert: 'none',
  values: [],
  features: [feature],
  hunks: [
    {
      oldStart: 40,
      oldLines: 1,
      newStart: 40,
      newLines: 1,
      scopes,
      around,
      removed: ['if (basket) {'],
      added: ['{'],
      evidence: REF,
    },
  ],
});

const frame = (over: Partial<StackFrame>): StackFrame => ({
  file: 'src/orders.ts',
  line: 12,
  function: 'Orders.total',
  inApp: true,
  ...over,
});

function weightWith(
  frames: readonly StackFrame[],
  scopes: readonly string[] = ['Orders.checkout'],
  around: readonly (readonly [number, number])[] = [],
  statement?: number,
): number {
  const pattern = { ...patternAt('Cannot read properties of null', 'orders', [0]), frames };
  const item: FailingPattern = {
    pattern,
    message: 'cannot read properties of null',
    symptom: { class: 'null-dereference' },
  } as FailingPattern;
  const plain = file(scopes, around);
  const hunks = plain.hunks.map((hunk) => ({ ...hunk, ...(statement === undefined ? {} : { statement }) }));
  const matches = featureMatches({ ...plain, hunks }, item, 1);
  return Math.max(0, ...matches.map(({ weight }) => weight));
}

describe('a difference weighs', () => {
  const inFunction = weightWith([frame({ function: 'Orders.checkout' })]);
  const beside = weightWith([frame({})]);
  const elsewhere = weightWith([frame({ file: 'src/mail.ts' })]);

  test('most in a function that the stack passes, less beside it, least in a file that it does not pass', () => {
    expect(inFunction).toBeGreaterThan(beside);
    expect(beside).toBeGreaterThan(elsewhere);
    expect(elsewhere).toBeGreaterThan(0);
  });

  test('next to nothing in a statement behind the one that failed: it was never reached', () => {
    const failed = [frame({ function: 'Orders.checkout', line: 36 })];
    expect(weightWith(failed, undefined, [[30, 44]], 40)).toBeLessThan(elsewhere / 2);
    expect(weightWith(failed, undefined, [[30, 44]], 35)).toBe(inFunction);
  });

  test.each([
    ['the stack names no function', [frame({ function: null })], ['Orders.checkout']],
    ['the difference lies in none', [frame({})], []],
    [
      'the names are written otherwise',
      [frame({ function: 'async com.shop.Orders$checkout(int)' })],
      ['checkout'],
    ],
  ])('as in the function where it cannot be told: %s', (_why, frames, scopes) => {
    expect(weightWith(frames, scopes)).toBe(inFunction);
  });

  test('least in a function without a name that the stack does not pass: nobody else calls it', () => {
    const nameless = frame({ function: null });
    expect(weightWith([nameless], [], [[38, 44]])).toBe(elsewhere);
    expect(weightWith([nameless], [], [[10, 44]])).toBe(inFunction);
    expect(weightWith([nameless], ['Orders.checkout'], [[38, 44]])).toBe(beside);
  });
});

test.each([
  { service: 'orders', named: false },
  { service: 'basket', named: false },
  { service: 'till', named: true },
])('the name of the service itself ($service) names nothing that changed', ({ service, named }) => {
  const pattern = patternAt('basket not kept', service, [0]);
  const about = { ...feature, symbols: [named ? 'basket' : service] };
  const item: FailingPattern = {
    pattern,
    message: `${service}: basket not kept`,
    symptom: { class: 'null-dereference' },
  } as FailingPattern;
  const names = featureMatches({ ...file([]), features: [about] }, item, 1).map(({ name }) => name);
  expect(names.includes('symbolInError')).toBe(named);
});

describe('how long something is good for', () => {
  const matchesOf = (detail: string, message: string) => {
    const unit: DiffFeature = { ...feature, kind: 'unit-changed', detail, symbols: ['Duration'] };
    const item = {
      pattern: patternAt(message, 'api', [0]),
      message,
      symptom: { class: 'credentials' },
    } as FailingPattern;
    return featureMatches({ ...file([]), features: [unit] }, item, 1).map(({ name }) => name);
  };

  test.each([
    ['the lifetime of a token is counted otherwise', 'token is expired by 4s', true],
    ['the lifetime of a token is counted otherwise', 'token is malformed', false],
    ['the wait for a lock is counted otherwise', 'token is expired by 4s', false],
  ])('%s: %s: %s', (detail, message, want) => {
    expect(matchesOf(detail, message).includes('symbolInError')).toBe(want);
  });
});

describe('a column that was given another type', () => {
  const narrowed: DiffFeature = {
    kind: 'type-changed',
    detail: 'column reference of postings becomes varchar(18)',
    symbols: ['postings', 'reference', 'varchar(18)'],
    location: location(1),
    evidence: REF,
  };
  const namesOf = (message: string) =>
    featureMatches(
      { ...file([]), path: 'db/V88__types.sql', category: 'migration', language: null, features: [narrowed] },
      { pattern: patternAt(message, 'etl', [0]), message, symptom: { class: 'schema' } } as FailingPattern,
      0.6,
    ).map(({ name }) => name);

  test.each([
    ['value too long for type character varying(18)', true],
    ['value too long for type character varying(64)', false],
    ['value out of range for type integer', false],
  ])('and "%s": %s', (message, isNamed) => {
    expect(namesOf(message).includes('symbolInError')).toBe(isNamed);
  });
});

test.each([
  ['com.basket.carts.ItemStore failed', false],
  ['com.basket.carts.ItemStore failed: basket is gone', true],
  ['customer.basket is gone', true],
])('a part of where a type lies is no word about it: %s', (message, isNamed) => {
  const pattern = patternAt(message, 'orders', [0]);
  const item = {
    pattern,
    message: message.toLowerCase(),
    symptom: { class: 'null-dereference' },
  } as FailingPattern;
  const names = featureMatches(file(['Orders.checkout']), item, 1).map(({ name }) => name);
  expect(names.includes('symbolInError')).toBe(isNamed);
});

describe('how much is asked for at most', () => {
  const setting = (number: number) =>
    ({ raw: String(number), number, unit: 'none', kind: 'number' }) as const;
  const weightOf = (from: number, to: number) => {
    const bound: DiffFeature = { ...feature, kind: 'bound-changed', symbols: ['limit'] };
    const value = {
      key: 'limit',
      oldValue: setting(from),
      newValue: setting(to),
      ratio: to / from,
      direction: 'up' as const,
      location: location(40),
      evidence: REF,
    };
    const slow = {
      pattern: patternAt('slow', 'orders', [1]),
      symptom: { class: 'latency' },
      text: '',
      message: '',
    } as unknown as FailingPattern;
    const matches = featureMatches({ ...file([]), features: [bound], values: [value] }, slow, 1);
    return matches.find(({ name }) => name === 'featureFamily')?.weight ?? 0;
  };

  test('explains slowness less where it is a quarter more than where it is ten times as much', () => {
    expect(weightOf(20, 25)).toBeGreaterThan(0);
    expect(weightOf(20, 25)).toBeLessThan(weightOf(20, 200));
  });
});

describe('a field', () => {
  const message =
    'upstream timed out while reading response header from upstream, client: 10.0.0.1, server: www.shop-coats.example, request: "post /carts", host: "www.shop-coats.example"';
  const given = (symbol: string) => {
    const plain = file([]);
    const changed = { ...feature, kind: 'arguments-changed' as const, symbols: [symbol] };
    const item = {
      pattern: patternAt(message, 'edge', [0]),
      message,
      symptom: { class: 'timeout' },
    } as unknown as FailingPattern;
    return featureMatches({ ...plain, features: [changed] }, item, 1).map(({ name }) => name);
  };

  test('is named by a word of its own, and by none that any sentence holds', () => {
    expect(given('header')).toContain('symbolInError');
    for (const word of ['from', 'client', 'post', 'coats'])
      expect(given(word)).not.toContain('symbolInError');
  });
});
