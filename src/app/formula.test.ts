import { describe, expect, it } from 'vitest';
import { boundsOfFormula } from './formula.ts';

describe('the formula of a quantity', () => {
  it.each([
    { name: 'a share of counts', formula: '2269 failed of 2669 requests', value: 2269 / 2669 },
    { name: 'error lines on requests', formula: '30 error lines on 60 requests', value: 0.5 },
    {
      name: 'a product with a rounded percentage and a remark',
      formula: '9420 attempts/h × 17.75 min ÷ 60 × 85 % failing (an attempt counted as a user)',
      value: 2369,
    },
    { name: 'money', formula: '9420 attempts/h × 85 % failing × 22.5 USD', value: 180187 },
    { name: 'thousands with commas', formula: '1,000 users × 50 % failing', value: 500 },
  ])('gives the value within its own rounding: $name', ({ formula, value }) => {
    const bounds = boundsOfFormula(formula);
    expect(bounds?.low).toBeLessThanOrEqual(value);
    expect(bounds?.high).toBeGreaterThanOrEqual(value);
  });

  it.each([
    { formula: '2269 failed of 2669 requests', value: 0.95 },
    { formula: '9420 attempts/h × 85 % failing × 22.5 USD', value: 190_000 },
    { formula: '2369 ÷ 16000 active users', value: 0.2 },
  ])('does not give another value: $value from $formula', ({ formula, value }) => {
    const bounds = boundsOfFormula(formula);
    expect(bounds === null || value < bounds.low || value > bounds.high).toBe(true);
    expect(bounds).not.toBeNull();
  });

  it.each([
    '',
    'mean of 30 samples of errors',
    'at most all 16000 active users: not known',
    '3 4',
    '3 ×',
    '× 3',
    '5 + 5',
    '1 × (2',
  ])('is no arithmetic: %s', (formula) => {
    expect(boundsOfFormula(formula)).toBeNull();
  });
});
