/** A recording of minutes: it begins with the load, a few hang up, somebody falls silent, and what lasts to its end is no pause. */
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../domain/snapshot.ts';
import {
  atSecond,
  deploymentAt,
  every,
  patternAt,
  seriesOf,
  snapshotOf,
  streamOf,
} from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { detect } from './detect.ts';

function look(parts: Partial<Snapshot>, asOfSecond = 240) {
  return detect(normalise(snapshotOf(parts, asOfSecond)));
}

const requests = (fromSecond: number) =>
  seriesOf('requests', 'gate', new Array<number>(20).fill(80), {
    at: every(10, fromSecond, fromSecond + 200).map(atSecond),
  });

describe('what comes with the first request', () => {
  const cut = (from: number) =>
    patternAt('aborting with incomplete response: context canceled', 'proxy', every(2, from, 239));
  const parts = (from: number) => ({
    streams: [streamOf('proxy', 0, 240)],
    patterns: [cut(from)],
    series: [requests(15)],
  });

  test('and stays as it was is no symptom: before it nothing could come', () =>
    expect(look(parts(16)).primary).toBeNull());
  test('is one where it came later', () =>
    expect(look(parts(120)).primary).toMatchObject({ service: 'proxy' }));
  test('and is not who fails, where somebody else does', () => {
    const lost = patternAt('loan lost', 'desk', every(2, 150, 239));
    const { patterns, streams, ...others } = parts(120);
    const found = look({
      ...others,
      streams: [...streams, streamOf('desk', 0, 240)],
      patterns: [...patterns, lost],
    });
    expect(found).toMatchObject({ primary: { service: 'desk' }, onsetAt: atSecond(150) });
  });
});

test('one pattern that came in a single burst, turned after its last record, is told without end', () => {
  const rare = patternAt('seat <*> not saved', 'seats', [...every(20, 0, 200), ...every(0.2, 200, 201)]);
  expect(() => look({ streams: [streamOf('seats', 0, 240)], patterns: [rare] })).not.toThrow();
});

describe('a log that ends before the others', () => {
  const silent = (lastSecond: number, more: readonly ReturnType<typeof deploymentAt>[]) =>
    look({
      streams: [
        streamOf('gate', 0, 240),
        {
          ...streamOf('printer', 0, lastSecond),
          buckets: {
            widthMs: 1000,
            at: every(1, 0, lastSecond).map(atSecond),
            count: new Array<number>(lastSecond).fill(1),
          },
        },
      ],
      patterns: [patternAt('sold <*>', 'gate', every(1, 0, 240), {}, 'info')],
      changes: more,
    }).primary;

  test('by a minute and more, as somebody else is released, has fallen silent', () =>
    expect(silent(140, [deploymentAt('gate', 'v2', 139)])).toMatchObject({
      class: 'silence',
      service: 'printer',
    }));
  test('nor does a release of its own excuse it, where the new process wrote there first', () =>
    expect(silent(140, [deploymentAt('printer', 'v2', 120, { finishedAt: atSecond(125) })])).toMatchObject({
      class: 'silence',
      service: 'printer',
    }));
  test.each([
    { name: 'with no release', last: 140, releases: [] },
    { name: 'with a release of its own', last: 140, releases: [deploymentAt('printer', 'v2', 139)] },
    { name: 'by half a minute', last: 210, releases: [deploymentAt('gate', 'v2', 209)] },
  ])('$name was fetched earlier', ({ last, releases }) => expect(silent(last, releases)).toBeNull());
});

test('supervisord warns of nobody whom it was told to stop', () => {
  const stopped = patternAt(
    'stopped: gate (terminated by SIGTERM)',
    'supervisord',
    [100, 101, 102, 103, 104, 105],
    {},
    'warn',
  );
  expect(look({ streams: [streamOf('supervisord', 0, 240)], patterns: [stopped] }).symptoms).toEqual([]);
});
