/** A release that did well for a while, and the moment from which nothing went well. */
import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../domain/change.ts';
import type { Release } from '../../domain/situation.ts';
import { deploymentAt, every, patternAt, seriesOf, snapshotOf, streamOf } from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { gatherFacts } from './facts.ts';
import { servedWell } from './served-well.ts';
import { WEIGHT } from './weights.ts';

const ONSET = 2400;
const perMinute = (count: (second: number) => number) =>
  Array.from({ length: 60 }, (_, minute) => count(minute * 60));

/** `share` of ten requests a minute fail from ONSET on. */
function weightOf(text: string, deployment: Deployment, share = 1, status = ''): number | null {
  const situation = normalise(
    snapshotOf({
      streams: [streamOf('fees', 0, 3600)],
      patterns: [
        patternAt(text, 'fees', every(6 / share, ONSET, 3590), {
          attributes: status === '' ? {} : { 'http.response.status_code': status },
        }),
      ],
      series: [
        seriesOf(
          'requests',
          'fees',
          perMinute(() => 10),
          { id: 'requests', source: 'log-file', unit: '1' },
        ),
        seriesOf(
          'errors',
          'fees',
          perMinute((second) => (second >= ONSET ? 10 * share : 0)),
          {
            id: 'errors',
            source: 'log-file',
            unit: '1',
          },
        ),
      ],
      changes: [deployment],
    }),
  );
  const [release] = situation.releases as readonly [Release];
  return servedWell(release, gatherFacts(situation, detect(situation)))?.weight ?? null;
}

describe('a release before all of it fails', () => {
  const MISSING = 'column "bay" does not exist';

  test('is spoken for by the requests that it served in between', () =>
    expect(weightOf(MISSING, deploymentAt('fees', 'v2', 1200))).toBe(WEIGHT.servedWell));
  test('is spoken for by nothing where it came as the failure began', () =>
    expect(weightOf(MISSING, deploymentAt('fees', 'v2', ONSET - 30))).toBeNull());
  test('is spoken for by nothing where what fails may wear out', () =>
    expect(weightOf('connection pool exhausted', deploymentAt('fees', 'v2', 1200))).toBeNull());
  test('is spoken for by them somewhat where it depends on what is given', () => {
    const weight = weightOf(
      "Cannot read properties of undefined (reading 'slice')",
      deploymentAt('fees', 'v2', 1200),
    );
    expect(weight).toBe(WEIGHT.servedWell * 0.8);
  });
  test('is spoken for by them somewhat where callers are refused, told by a status alone', () =>
    expect(weightOf('POST <*> <*>', deploymentAt('fees', 'v2', 1200), 1, '422')).toBe(
      WEIGHT.servedWell * 0.8,
    ));
  test('is spoken for by nothing where a status alone says that it failed', () =>
    expect(weightOf('POST <*> <*>', deploymentAt('fees', 'v2', 1200), 1, '500')).toBeNull());
  test('is spoken for by them where somebody else is no longer there', () =>
    expect(weightOf('connect ECONNREFUSED 10.0.0.7:9000', deploymentAt('fees', 'v2', 1200))).toBe(
      WEIGHT.servedWell,
    ));
});

describe('a release that told its work as done, before all of it fails', () => {
  const WRONG = 'not sent: the "path" argument must be of type string. Received an instance of Object';

  function weightBy(
    done: readonly number[],
    failed: readonly number[],
    from: number,
    text = WRONG,
  ): number | null {
    const situation = normalise(
      snapshotOf({
        streams: [streamOf('post', 0, 3600)],
        patterns: [patternAt(text, 'post', failed), patternAt('sent letter <*>', 'post', done, {}, 'info')],
        changes: [deploymentAt('post', 'v2', from)],
      }),
    );
    const [release] = situation.releases as readonly [Release];
    return servedWell(release, gatherFacts(situation, detect(situation)))?.weight ?? null;
  }

  const before = every(4, 0, ONSET - 1);
  const after = every(4, ONSET, 3590);

  test('is spoken for by what it did', () =>
    expect(weightBy(before, after, 1200)).toBe(0.8 * WEIGHT.servedWell));
  test('is spoken for by nothing where the work goes on beside the failures', () =>
    expect(weightBy([...before, ...after], after, 1200)).toBeNull());
  test('is spoken for by nothing where it came as the failure began', () =>
    expect(weightBy(before, after, ONSET - 30)).toBeNull());
  test('is spoken for by nothing where it did little', () =>
    expect(weightBy(every(60, 0, ONSET - 1), after, 1200)).toBeNull());
  test('is spoken for by nothing where it lived on what was fetched before', () =>
    expect(weightBy(before, after, 1200, 'login failed for user "post": authentication failed')).toBeNull());
  test('is spoken for by what it did where nobody says what failed', () =>
    expect(weightBy(before, after, 1200, 'job failed')).toBe(0.8 * WEIGHT.servedWell));
});
