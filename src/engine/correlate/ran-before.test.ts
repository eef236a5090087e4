import { describe, expect, test } from 'vitest';
import { deploymentAt, every, patternAt, serviceOf, streamOf } from '../_testing/situations.ts';
import { factsOf } from './_testing/verdict.ts';
import { ranBefore } from './ran-before.ts';

/** Seconds: the older release, the newer one, the first failure. */
function against(older: number, newer: number, fails: number, message: string) {
  const facts = factsOf({
    serviceFacts: [serviceOf('shop')],
    streams: [streamOf('shop', -3600, 3600)],
    changes: [deploymentAt('shop', '5.0', older), deploymentAt('shop', '5.1', newer)],
    patterns: [patternAt(message, 'shop', every(5, fails, 3590))],
  });
  const release = facts.situation.releases.find(({ version }) => version === '5.0');
  return release === undefined ? undefined : ranBefore(release, facts)?.name;
}

const NULL = "TypeError: Cannot read properties of undefined (reading 'factor')";

describe('a release that another followed right before the failure', () => {
  test('ran without it', () => expect(against(600, 2100, 2200, NULL)).toBe('ran-before'));
  test('hardly ran', () => expect(against(2000, 2100, 2200, NULL)).toBeUndefined());
  test('may have brought what comes long after the next one too', () =>
    expect(against(600, 1200, 2400, NULL)).toBeUndefined());
  test('may have brought what takes its time', () =>
    expect(against(600, 2100, 2200, 'out of memory: heap limit reached')).toBeUndefined());
  test('may have brought what began under it', () => expect(against(600, 2400, 2200, NULL)).toBeUndefined());
});
