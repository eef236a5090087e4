import { describe, expect, test } from 'vitest';
import type { ValueChange } from '../../domain/code.ts';
import type { Release } from '../../domain/situation.ts';
import type { Facts } from './facts.ts';
import { retriesHid } from './hidden-failures.ts';
import type { Match } from './match.ts';

function against(key: string, from: number, to: number, share: number, before = 0) {
  const number = (value: number) => ({ raw: String(value), number: value, unit: 'none', kind: 'number' });
  const value = { key, oldValue: number(from), newValue: number(to) } as unknown as ValueChange;
  const symptom = {
    class: 'error-ratio',
    service: 'sms',
    level: share,
    baseline: { value: before },
    summary: '',
    evidence: [],
  };
  const facts = { detection: { symptoms: [symptom] } } as unknown as Facts;
  return retriesHid({ service: 'sms' } as Release, [{ value } as Match], facts)?.name;
}

describe('fewer tries', () => {
  test.each<[string, string, number, number, number, number]>([
    ['attempts, where nearly all fails', 'ATTEMPTS', 5, 1, 0.86, 0],
    ['retries, which count without the first', 'maxRetries', 4, 0, 0.86, 0],
  ])('hid nothing: %s', (_why, key, from, to, share, before) => {
    expect(against(key, from, to, share, before)).toBe('retries-hid-nothing');
  });

  test.each<[string, string, number, number, number, number]>([
    ['a few fail now, next to none would before', 'ATTEMPTS', 3, 1, 0.2, 0],
    ['as many failed before as it hid', 'ATTEMPTS', 2, 1, 0.5, 0.2],
    ['more tries', 'ATTEMPTS', 1, 5, 0.86, 0],
    ['another value', 'batchSize', 5, 1, 0.86, 0],
  ])('may show what was hidden: %s', (_why, key, from, to, share, before) => {
    expect(against(key, from, to, share, before)).toBeUndefined();
  });
});
