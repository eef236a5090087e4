import { expect, test } from 'vitest';
import { every, patternAt, seriesOf, snapshotOf, streamOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { detect } from './detect.ts';

const blind = (after: number) =>
  detect(
    normalise(
      snapshotOf({
        streams: [streamOf('blackbox-exporter', 0, 3600), streamOf('pay', 0, 3600)],
        patterns: [
          patternAt(
            'Error for HTTP request: network is unreachable',
            'blackbox-exporter',
            every(20, 2000, 3590),
          ),
        ],
        series: [
          seriesOf(
            'requests',
            'pay',
            Array.from({ length: 60 }, (_, index) => (index < 34 ? 300 : after)),
          ),
        ],
      }),
    ),
  );

test('a probe that reaches nobody while all are asked as before is no incident, and is told of', () => {
  const { primary, dismissed } = blind(298);
  expect(primary).toBeNull();
  expect(dismissed.map(({ reason }) => reason).join()).toContain('pay is asked as before');
});

test('a probe that reaches nobody as requests stop is believed', () => {
  expect(blind(20).primary).not.toBeNull();
});
