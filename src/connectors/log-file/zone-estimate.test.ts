import { describe, expect, it } from 'vitest';
import { type ClockView, estimateZones, offsetByWrapper, offsetName } from './zone-estimate.ts';

const HOUR = 3_600_000;
const T = Date.UTC(2025, 2, 4, 9);

function view(path: string, fromHour: number, toHour: number, more: Partial<ClockView> = {}): ClockView {
  return {
    path,
    set: path,
    isZoneless: true,
    firstMs: T + fromHour * HOUR,
    lastMs: T + toHour * HOUR,
    requestTimes: new Map(),
    ...more,
  };
}

const UTC_LOG = view('utc', 0, 3, { isZoneless: false });
const requests = (hours: number, ids = ['r1', 'r2', 'r3']) =>
  new Map(ids.map((id, i) => [id, T + hours * HOUR + i * 1_000]));

const CASES: readonly {
  name: string;
  views: readonly ClockView[];
  want: readonly (readonly [string, number])[];
}[] = [
  { name: 'both ends two hours late', views: [UTC_LOG, view('a', 2, 5.02)], want: [['a', 120]] },
  { name: 'both ends five and a half hours late', views: [UTC_LOG, view('a', 5.5, 8.5)], want: [['a', 330]] },
  { name: 'both ends seven hours early', views: [UTC_LOG, view('a', -7, -4)], want: [['a', -420]] },
  { name: 'agrees as it is', views: [UTC_LOG, view('a', 0.02, 2.98)], want: [] },
  { name: 'begins later and ends with the others', views: [UTC_LOG, view('a', 2, 3)], want: [] },
  { name: 'covers another time', views: [UTC_LOG, view('a', 4, 6)], want: [] },
  { name: 'no log with a zone', views: [view('a', 0, 3), view('b', 2, 5)], want: [] },
  {
    name: 'a rotated set is judged as one',
    views: [UTC_LOG, view('a.1', 0, 1, { set: 'a' }), view('a', 1, 3, { set: 'a' })],
    want: [],
  },
  {
    name: 'shared requests decide over the ends',
    views: [{ ...UTC_LOG, requestTimes: requests(1) }, view('a', 2, 5, { requestTimes: requests(1) })],
    want: [],
  },
  {
    name: 'shared requests suffice where the ends differ',
    views: [{ ...UTC_LOG, requestTimes: requests(1) }, view('a', 3, 4, { requestTimes: requests(3) })],
    want: [['a', 120]],
  },
  {
    name: 'both ends five hours early, beside a log of rollouts that begins the day before',
    views: [UTC_LOG, view('deploy', -20, 2.7, { isZoneless: false }), view('a', -5, -2.01)],
    want: [['a', -300]],
  },
  {
    name: 'both ends as most others, one of which covers less',
    views: [
      UTC_LOG,
      view('b', 0, 2.99, { isZoneless: false }),
      view('c', -1.9, 2, { isZoneless: false }),
      view('a', 4, 7),
    ],
    want: [['a', 240]],
  },
  {
    name: 'both ends as one of several others',
    views: [
      UTC_LOG,
      view('b', -2, 2.5, { isZoneless: false }),
      view('c', -1.9, 2, { isZoneless: false }),
      view('a', 4, 7),
    ],
    want: [],
  },
  { name: 'an empty file', views: [UTC_LOG, view('a', 1, 0)], want: [] },
];

describe('estimateZones', () => {
  it.each(CASES)('$name', ({ views, want }) =>
    expect([...estimateZones(views)].map(([path, { offsetMinutes }]) => [path, offsetMinutes])).toEqual(want),
  );
});

describe('a log of rollouts that ends in the future', () => {
  const deploys = view('deploy', -40, 5.1);
  const pods = (...hours: number[]) => ({ ...UTC_LOG, arrivals: hours.map((hour) => T + hour * HOUR) });
  const zonesOf = (...views: ClockView[]) =>
    [...estimateZones(views, T + 3.5 * HOUR)].map(([path, { offsetMinutes }]) => [path, offsetMinutes]);

  it('is put where new instances came', () => expect(zonesOf(pods(3.1), deploys)).toEqual([['deploy', 120]]));
  it('stays where none came then', () => expect(zonesOf(pods(2.8), deploys)).toEqual([]));
  it('stays where two zones fit', () => expect(zonesOf(pods(3.1, 2.1), deploys)).toEqual([]));
  it('stays where it does not reach into the future', () =>
    expect(zonesOf(pods(2), view('deploy', -40, 3.4))).toEqual([]));
});

describe('offsetByWrapper', () => {
  it('is the quarter of an hour that the two are apart, when it is clear', () => {
    expect(offsetByWrapper(T + 2 * HOUR - 300, T)).toBe(120);
    expect(offsetByWrapper(T - 50, T)).toBe(0);
    expect(offsetByWrapper(T + 5 * 60_000, T)).toBeNull();
    expect(offsetByWrapper(T + 40 * HOUR, T)).toBeNull();
  });

  it('has a name', () => expect([330, -420, 0].map(offsetName)).toEqual(['+05:30', '-07:00', '+00:00']));
});
