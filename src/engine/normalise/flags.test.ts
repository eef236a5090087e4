import { expect, test } from 'vitest';
import type { FlagChange } from '../../domain/change.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import { type EpochMs, MINUTE } from '../../domain/time.ts';
import { joinFlagChanges } from './flags.ts';

const NOON = Date.UTC(2024, 0, 15, 12);

function flag(
  source: string,
  fields: Partial<Omit<FlagChange, 'at'>> & { readonly at?: number } = {},
): FlagChange {
  const { at = 0, ...rest } = fields;
  return {
    type: 'flag',
    id: `${source}:${at}`,
    service: null,
    at: (NOON + at) as EpochMs,
    summary: source,
    actor: null,
    source,
    evidence: [`${source}:${at}` as EvidenceRef],
    flag: 'new-pay-flow',
    environment: null,
    from: null,
    to: 'on',
    ...rest,
  };
}

test('what several logs tell of one switch is one change with the evidence of all', () => {
  const [only, ...others] = joinFlagChanges([
    flag('plain', { actor: 'dana' }),
    flag('vendor', { at: 40_000, from: 'off', environment: 'production' }),
    flag('other', { at: 70_000, environment: 'Production' }),
  ]);
  expect(others).toEqual([]);
  expect(only).toMatchObject({
    summary: 'vendor',
    from: 'off',
    to: 'on',
    actor: 'dana',
    environment: 'production',
    evidence: ['vendor:40000', 'plain:0', 'other:70000'],
  });
});

test.each<[string, FlagChange]>([
  ['another flag', flag('b', { flag: 'x' })],
  ['another value', flag('b', { to: 'off' })],
  ['another environment', flag('b', { environment: 'staging' })],
  ['later', flag('b', { at: 3 * MINUTE })],
  ['the same log again', flag('a', { at: 1_000 })],
])('%s is a change of its own', (_name, other) => {
  expect(joinFlagChanges([flag('a', { environment: 'production' }), other])).toHaveLength(2);
});
