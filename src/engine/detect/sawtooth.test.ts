import { expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import type { PlatformFact } from '../../domain/signal.ts';
import { atSecond, seriesOf, snapshotOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { detect } from './detect.ts';

/** An hour flat, then climbs of an hour that end at `top`, one sample a minute. */
const teeth = (count: number, top: number) => [
  ...Array.from({ length: 60 }, () => 300),
  ...Array.from({ length: count * 60 }, (_, index) => 300 + ((top - 300) * (index % 60)) / 59),
];

function killAt(second: number, service: string): PlatformFact {
  return {
    id: `kill-${second}`,
    kind: 'oom-killed',
    service,
    pod: `${service}-1`,
    node: null,
    at: atSecond(second),
    count: 1,
    summary: `Pod ${service}-1 was killed: out of memory`,
    attributes: {},
    evidence: [evidenceRef('test', `kill-${second}`)],
  };
}

const found = (values: readonly number[], kills: readonly PlatformFact[]) =>
  detect(
    normalise(
      snapshotOf(
        { series: [seriesOf('memory', 'tiles', values, { unit: 'By' })], platformFacts: kills },
        14_400,
      ),
    ),
  );

const DOOMED = killAt(7200, 'tiles');

test('memory that climbs anew after each fall, with a kill at one, is a symptom since the first climb', () => {
  const { primary, onsetAt } = found(teeth(3, 1000), [DOOMED]);
  expect(primary).toMatchObject({ class: 'out-of-memory', service: 'tiles', ongoing: true });
  expect(Math.abs((onsetAt ?? 0) - atSecond(3600))).toBeLessThanOrEqual(5 * 60_000);
});

test.each([
  { name: 'without a kill, as a collector makes them', values: teeth(3, 1000), kills: [] },
  { name: 'with a kill of another service', values: teeth(3, 1000), kills: [killAt(7200, 'mail')] },
  { name: 'of a few per cent', values: teeth(3, 330), kills: [DOOMED] },
])('climbs $name are none', ({ values, kills }) => {
  expect(found(values, kills).symptoms.filter(({ id }) => id.startsWith('sawtooth'))).toEqual([]);
});
