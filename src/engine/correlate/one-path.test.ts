/** One of several paths through the same code fails. */
import { describe, expect, test } from 'vitest';
import type { Release } from '../../domain/situation.ts';
import { deploymentAt, every, patternAt, seriesOf, snapshotOf, streamOf } from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { gatherFacts } from './facts.ts';
import { onePath } from './one-path.ts';
import { WEIGHT } from './weights.ts';

const perMinute = (count: (second: number) => number) =>
  Array.from({ length: 60 }, (_, minute) => count(minute * 60));

/** Requests by path, of which those of `failing` fail from second 2400 on. */
function weightOf(paths: readonly string[], failing: readonly string[]): number | null {
  const series = paths.flatMap((route) =>
    (['requests', 'errors'] as const).map((meaning) =>
      seriesOf(
        meaning,
        'uploads',
        perMinute((second) => {
          if (meaning === 'requests') return 12;
          return failing.includes(route) && second >= 2400 ? 12 : 0;
        }),
        { id: `${meaning}:${route}`, source: 'log-file', unit: '1', attributes: { 'http.route': route } },
      ),
    ),
  );
  const situation = normalise(
    snapshotOf({
      streams: [streamOf('uploads', 0, 3600)],
      patterns: [
        patternAt("Cannot read properties of undefined (reading 'slice')", 'uploads', every(5, 2400, 3590)),
      ],
      series,
      changes: [deploymentAt('uploads', 'v2', 2000)],
    }),
  );
  const [release] = situation.releases as readonly [Release];
  return onePath(release, gatherFacts(situation, detect(situation)))?.weight ?? null;
}

const ALL = ['/partners/mill/stock', '/partners/harbour/stock', '/partners/north/stock'];

describe('a release whose code all paths run', () => {
  test('is spoken for by those that are served where one fails', () =>
    expect(weightOf(ALL, ['/partners/harbour/stock'])).toBe(WEIGHT.onePath));
  test('is spoken for by nothing where several fail', () =>
    expect(weightOf(ALL, ALL.slice(0, 2))).toBeNull());
  test('is spoken for by nothing where the others go another way', () =>
    expect(
      weightOf(['/partners/harbour/stock', '/health', '/orders'], ['/partners/harbour/stock']),
    ).toBeNull());
});
