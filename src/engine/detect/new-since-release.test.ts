/** A few failures that no version before the running one had: told where nothing louder is, and where the release explains them better than chance. */
import { describe, expect, test } from 'vitest';
import type { LogPattern } from '../../domain/signal.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { atSecond, deploymentAt, every, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { detect } from './detect.ts';
import { findNewSinceRelease } from './new-since-release.ts';

const look = (parts: Partial<Snapshot>) => detect(normalise(snapshotOf(parts)));
const newSince = (parts: Partial<Snapshot>) =>
  findNewSinceRelease(normalise(snapshotOf(parts)), new Set()).map(({ inside }) => inside);

const thrown = (seconds: readonly number[], more: Partial<LogPattern> = {}) =>
  patternAt("cannot read 'tier'", 'cart', seconds, { exceptionType: 'TypeError', ...more });

/** Three hours of a service that answers once a minute, and rolls out v2 after two and a half. */
const quiet = {
  streams: [streamOf('cart', 0, 10_800)],
  changes: [deploymentAt('cart', 'v2', 9_000)],
};
const requests = patternAt('took <*>', 'cart', every(60, 0, 10_800), {}, 'info');
const FOUR = [9_400, 9_900, 10_200, 10_600];

describe('a few failures since a release', () => {
  test('are a symptom where an exception came that was never thrown before', () => {
    const found = look({ ...quiet, patterns: [requests, thrown(FOUR)] });
    expect(found.primary).toMatchObject({ service: 'cart', count: 4, ongoing: true });
    expect(found).toMatchObject({ onsetAt: atSecond(9_400), baselineObserved: true });
    expect(newSince({ ...quiet, patterns: [requests, thrown(FOUR)] })).toEqual([4]);
  });

  test.each([
    { name: 'that was thrown before it too', patterns: [thrown([4_000, ...FOUR])] },
    { name: 'that came twice', patterns: [thrown([9_400, 10_600])] },
    { name: 'that came four times within a minute', patterns: [thrown([9_900, 9_910, 9_920, 9_930])] },
    { name: 'that came with the rollout', patterns: [thrown([9_001, 9_070, 9_140, 9_210])] },
    { name: 'that nobody threw', patterns: [thrown(FOUR, { exceptionType: null })] },
    { name: 'of another service', patterns: [{ ...thrown(FOUR), service: 'mail' }] },
    {
      name: 'among many as rare',
      patterns: Array.from({ length: 60 }, (_, i) =>
        thrown(
          FOUR.map((at) => at + i),
          { id: `p${i}`, template: `cannot read ${'abcdefgh'[i % 8]}${i}`, exceptionType: `E${i}` },
        ),
      ),
    },
  ])('are none for an exception $name', ({ patterns }) => {
    expect(newSince({ ...quiet, patterns: [requests, ...patterns] })).toEqual([]);
  });

  test.each([
    { name: 'a limit of somebody else refuses', text: 'Too many connections', found: [4] },
    { name: 'the own code fails', text: "cannot read 'tier'", found: [] },
  ])('are one since the release of somebody else where $name: $found', ({ text, found }) => {
    const refused = patternAt(text, 'cart', FOUR, { exceptionType: 'PDOException' });
    const changes = [deploymentAt('settings', 'v2', 9_000)];
    expect(newSince({ ...quiet, changes, patterns: [requests, refused] })).toEqual(found);
  });

  test('are none after a release without whose past there is nothing to compare', () => {
    const changes = [deploymentAt('cart', 'v2', 300)];
    expect(newSince({ ...quiet, changes, patterns: [requests, thrown([700, 2_500, 5_000, 9_000])] })).toEqual(
      [],
    );
  });

  test('are none where the service does nearly all it does since then', () => {
    const busy = { ...streamOf('cart', 0, 10_800) };
    const at = [...every(600, 0, 9_000), ...every(1, 9_000, 10_800)].map(atSecond);
    const streams = [{ ...busy, records: at.length, buckets: { widthMs: 1000, at, count: at.map(() => 1) } }];
    expect(newSince({ ...quiet, streams, patterns: [thrown(FOUR)] })).toEqual([]);
  });

  test('do not speak beside what stands out by itself', () => {
    const loud = patternAt('refused', 'mail', every(2, 9_500, 10_800));
    const streams = [...quiet.streams, streamOf('mail', 0, 10_800)];
    const found = look({ ...quiet, streams, patterns: [requests, loud, thrown(FOUR)] });
    expect(found.primary?.service).toBe('mail');
  });
});
