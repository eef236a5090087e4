import { describe, expect, test } from 'vitest';
import { deploymentAt, every, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { normalise } from './normalise.ts';

const said = (message: string, second: number, service = 'rates') =>
  patternAt(message, service, [second], {}, 'info');
const versions = (...patterns: ReturnType<typeof said>[]) =>
  normalise(snapshotOf({ patterns })).releases.map(({ version, commit }) => [version, commit]);

describe('a release that only its own log tells of', () => {
  test.each([
    {
      name: 'one version stops and another starts',
      lines: ['Stopping rates 3.1.0', 'Starting rates 3.2.0 (rev ab12cd3)'],
      want: [['3.2.0', 'ab12cd3']],
    },
    {
      name: 'another version than at the start before',
      lines: ['rates version v3.1.0 started', 'rates version v3.2.0 started'],
      want: [['3.2.0', null]],
    },
    {
      name: 'the same version again is a restart',
      lines: ['Stopping rates 3.1.0', 'Starting rates 3.1.0'],
      want: [],
    },
    { name: 'a version with none before may have run all along', lines: ['Starting rates 3.2.0'], want: [] },
    {
      name: 'a version of something else',
      lines: ['Booted Rails 7.0.1 application', 'Booted Rails 7.1.3 application'],
      want: [],
    },
    {
      name: 'a time is no version',
      lines: ['rates started in 2.31 seconds', 'rates started in 4.02 seconds'],
      want: [],
    },
  ])('$name', ({ lines, want }) => {
    expect(versions(...lines.map((line, index) => said(line, 100 + index * 50)))).toEqual(want);
  });

  test('adds nothing to a record of the same version', () => {
    const { releases } = normalise(
      snapshotOf({
        patterns: [
          said('Stopping rates 3.1.0', 100),
          said('Starting rates 3.2.0', 110),
          said('Starting rates 3.2.0', 3000),
        ],
        changes: [deploymentAt('rates', 'v3.2.0', 90)],
      }),
    );
    expect(releases).toHaveLength(1);
  });
});

describe('what names no service', () => {
  const nameless = { ...patternAt('GET <*> 500', 'x', every(5, 0, 100)), service: null };

  test('is that of the only service which anything names', () => {
    const { patterns } = normalise(
      snapshotOf({ patterns: [nameless], changes: [deploymentAt('shop', 'v1', 10)] }),
    );
    expect(patterns[0]?.service).toBe('shop');
  });

  test('stays without one where two are named', () => {
    const { patterns } = normalise(
      snapshotOf({
        patterns: [nameless],
        streams: [streamOf('mail', 0, 9)],
        changes: [deploymentAt('shop', 'v1', 10)],
      }),
    );
    expect(patterns[0]?.service).toBeNull();
  });
});
