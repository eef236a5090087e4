import { describe, expect, test } from 'vitest';
import type { Symptom } from '../../domain/symptom.ts';
import { atSecond, every, snapshotOf, streamOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { slackWorkers } from './slack-workers.ts';

/** Work piles up since second 70, as a metric that is taken every five seconds shows. */
const BACKLOG = { onsetAt: atSecond(70), onsetUncertaintyMs: 5_000, lastSeenAt: atSecond(130) } as Symptom;

function workersOf(perSecond: (second: number) => number, end = 130) {
  const at = every(5, 0, end);
  const count = at.map((second) => 5 * perSecond(second));
  const buckets = { widthMs: 5_000, at: at.map(atSecond), count };
  const records = count.reduce((sum, one) => sum + one, 0);
  const stream = { ...streamOf('mails', 0, end), records, buckets };
  const situation = normalise(snapshotOf({ streams: [stream, streamOf('shop', 0, end)] }));
  return slackWorkers(BACKLOG, situation).map(({ service }) => service);
}

describe('who works off less as work piles up', () => {
  test('is seen within a minute where several records a second became none', () => {
    expect(workersOf((second) => (second < 65 ? 4 : 0))).toEqual(['mails']);
  });
  test('is seen within minutes where it came down to a quarter', () => {
    expect(workersOf((second) => (second < 65 ? 4 : 1), 165)).toEqual(['mails']);
  });
  test.each([
    { told: 'who feeds the other', edges: [{ from: 'letters', to: 'mails' }], want: ['mails'] },
    { told: 'nobody, where nothing tells who feeds whom', edges: [], want: [] },
  ])('of two who came down for minutes is $told', ({ edges, want }) => {
    const at = every(5, 0, 165);
    const count = at.map((second) => (second < 65 ? 20 : 5));
    const buckets = { widthMs: 5_000, at: at.map(atSecond), count };
    const streams = ['mails', 'letters'].map((name) => ({
      ...streamOf(name, 0, 165),
      records: 400,
      buckets,
    }));
    const given = edges.map((edge) => ({ ...edge, source: 'config' as const, evidence: [] }));
    const situation = normalise(snapshotOf({ streams, edges: given }));
    expect(slackWorkers(BACKLOG, situation).map(({ service }) => service)).toEqual(want);
  });
  test('is nobody who came down to half for minutes', () => {
    expect(workersOf((second) => (second < 65 ? 4 : 2), 165)).toEqual([]);
  });
  test.each([
    ['it is only slower, and a minute shows no pace', (second: number) => (second < 65 ? 4 : 1)],
    ['it was silent before', (second: number) => (second < 30 ? 4 : 0)],
    ['it goes on', () => 4],
  ])('is nobody where %s', (_why, pace) => {
    expect(workersOf(pace)).toEqual([]);
  });
  test('is not told after half a minute', () => {
    expect(workersOf((second) => (second < 65 ? 4 : 0), 100)).toEqual([]);
  });
});
