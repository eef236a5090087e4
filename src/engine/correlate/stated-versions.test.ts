/** Lines that say which version wrote them speak for or against a release that serves beside another one. */
import { expect, test } from 'vitest';
import type { Split } from '../../domain/signal.ts';
import { atSecond, deploymentAt, every, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { gatherFacts } from './facts.ts';
import { statedVersions } from './stated-versions.ts';

const split = (value: string, count: number, from = 2000): Split => ({
  dimension: 'version',
  value,
  count,
  firstSeenAt: atSecond(from),
  lastSeenAt: atSecond(3590),
});

function weightWith(failing: readonly Split[], well: readonly Split[]) {
  const situation = normalise(
    snapshotOf({
      streams: [streamOf('cart', 0, 3600)],
      changes: [deploymentAt('cart', '30', 60), deploymentAt('cart', '31', 1700)],
      patterns: [
        patternAt('not converted', 'cart', every(5, 2000, 3590), { splits: failing }),
        patternAt('converted', 'cart', every(1, 0, 3600), { splits: well }, 'info'),
      ],
    }),
  );
  const facts = gatherFacts(situation, detect(situation));
  const release = facts.situation.releases.find(({ version }) => version === '31');
  return release === undefined ? null : (statedVersions(release, facts)?.weight ?? 0);
}

const WELL = [split('30', 1000, 0), split('31', 1000)];

test.each<[string, readonly Split[], readonly Split[], -1 | 0 | 1]>([
  [
    'both fail from the same time on: what only one runs did not do it',
    [split('31', 120), split('30', 110)],
    WELL,
    -1,
  ],
  ['only the new one fails, while the old one serves', [split('31', 200)], WELL, 1],
  ['only the new one is left', [split('31', 200)], [split('31', 1000)], 0],
  ['the number is of something else', [split('12', 200)], [split('12', 1000)], 0],
  ['nobody says it', [], [], 0],
])('%s', (_name, failing, well, sign) => {
  expect(Math.sign(weightWith(failing, well) ?? Number.NaN)).toBe(sign);
});
