import { describe, expect, test } from 'vitest';
import type { FileDiff, ValueChange } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import { oneLineDiff } from './_testing/one-line-diff.ts';
import { withEffectiveValues } from './effective-values.ts';

const number = (raw: string) => ({ raw, number: Number(raw), unit: 'none', kind: 'number' }) as const;

function setting(key: string, from: string, to: string): FileDiff {
  const value: ValueChange = {
    key,
    oldValue: number(from),
    newValue: number(to),
    ratio: Number(to) / Number(from),
    direction: Number(to) < Number(from) ? 'down' : 'up',
    location: { repo: '.', revision: 'b', path: 'cart.conf', line: 4, endLine: 4 },
    evidence: evidenceRef('test', 'value'),
  };
  const [file] = oneLineDiff('cart.conf', '', '').files as [FileDiff];
  return { ...file, category: 'config', hunks: [], values: [value] };
}

function effectOf(from: string, to: string, removed: string, added: string, key = 'upstream.wait_limit') {
  const files = [setting(key, from, to), ...oneLineDiff('lib/Cart.pm', removed, added).files];
  return withEffectiveValues(files)[0]?.values[0];
}

describe('a setting that is read otherwise since the release', () => {
  const PLAIN = '  $client->wait($self->wait_limit);';

  test('amounts to what is made of it', () => {
    const value = effectOf('4', '4000', PLAIN, '  $client->wait($self->wait_limit / 10_000);');
    expect(value).toMatchObject({
      direction: 'down',
      newValue: { raw: '4000 / 10_000 (lib/Cart.pm:4)', number: 0.4 },
    });
    expect(value?.ratio).toBeCloseTo(0.1);
  });

  test.each([
    {
      name: 'the same in another unit',
      to: '4000',
      added: '  $client->wait($self->wait_limit / 1_000);',
      want: 'same',
    },
    { name: 'not read otherwise', to: '4000', added: PLAIN, want: 'up' },
    {
      name: 'another name is scaled',
      to: '4000',
      added: '  $client->wait($self->idle_limit / 10_000);',
      want: 'up',
    },
    {
      name: 'more than the scale differs',
      to: '4000',
      added: '  $client->idle($self->wait_limit / 10_000);',
      want: 'up',
    },
    { name: 'by nothing', to: '4000', added: '  $client->wait($self->wait_limit / 0);', want: 'up' },
  ])('$name: $want', ({ to, added, want }) => {
    expect(effectOf('4', to, PLAIN, added)?.direction).toBe(want);
  });

  test('a scale that is gone counts the other way, and the name may be written otherwise', () => {
    const value = effectOf('4000', '4', 'wait(cfg.waitLimit / 1000)', 'wait(cfg.waitLimit)', 'wait-limit');
    expect(value?.direction).toBe('same');
  });
});
