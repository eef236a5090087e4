import { describe, expect, test } from 'vitest';
import type { Emitter } from '../../domain/code.ts';
import type { IncidentEvent } from '../../domain/incident.ts';
import type { Split } from '../../domain/signal.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { VerificationOutcome } from '../../domain/verification.ts';
import {
  atSecond,
  commitAt,
  deploymentAt,
  every,
  evidenceOf,
  patternAt,
  seriesOf,
  serviceOf,
  snapshotOf,
  streamOf,
} from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { factsOf } from './_testing/verdict.ts';
import { locus, reversal, timing, versionSplit } from './circumstance.ts';
import { correlate } from './correlate.ts';
import { aboutResource } from './exhaustion.ts';
import { oneClient } from './one-client.ts';
import { otherCallers } from './other-callers.ts';
import { onePlace } from './places.ts';
import { rampSince } from './ramp.ts';
import { oneRecord } from './subset.ts';
import { telemetryCheck } from './telemetry.ts';
import { demandRose } from './traffic-hypothesis.ts';
import { WEIGHT } from './weights.ts';

const split = (dimension: Split['dimension'], value: string, count: number, from = 0, to = 3600): Split => ({
  dimension,
  value,
  count,
  firstSeenAt: atSecond(from),
  lastSeenAt: atSecond(to),
});

const failing = (more = {}) => patternAt('charge failed for <*>', 'cart', every(5, 2000, 3590), more);
const served = (splits: readonly Split[]) =>
  patternAt('served <*>', 'cart', every(1, 0, 3600), { splits }, 'info');

describe('a time limit', () => {
  const route = (name: string, ms: number) =>
    seriesOf('latency', 'cart', [ms, ms, ms], {
      id: `latency${name}`,
      quantile: 0.95,
      unit: 'ms',
      attributes: { route: name },
    });

  test.each([
    { name: 'below the slowest route cuts off', ms: 200, want: true },
    { name: 'above every route fits', ms: 400, want: false },
  ])('$name', ({ ms, want }) => {
    const facts = factsOf({ series: [route('/book', 250), route('/trips', 20)] });
    const limit = { raw: `${ms}ms`, number: ms, unit: 'ms', kind: 'string' } as const;
    expect(telemetryCheck(limit, 'proxy_read_timeout', 'cart', facts)?.contradicts).toBe(want);
  });
});

describe('a release that a person took back', () => {
  const verified = (outcome: VerificationOutcome, mitigation: string): IncidentEvent => ({
    incidentId: 'INC-1',
    sequence: 2,
    at: atSecond(3000),
    actor: 'wicked-platform',
    body: {
      type: 'verified',
      outcome,
      status: 'INVESTIGATING',
      reason: '',
      mitigatedAt: '2024-03-01T12:40:00Z',
      mitigation,
      basis: 'record',
      accused: { service: 'cart', version: 'v2', commit: null, flag: null },
      checks: [],
    },
  });
  const weight = (event: IncidentEvent) => {
    const facts = factsOf({
      streams: [streamOf('cart', 0, 3600)],
      patterns: [failing()],
      changes: [deploymentAt('cart', 'v2', 1900)],
      record: [event],
    });
    return reversal(facts.situation.releases[0] as never, facts)?.weight ?? 0;
  };

  test.each([
    {
      name: 'and that did not help is in doubt',
      event: verified('NOT_RECOVERED', 'Rolled back to v1'),
      want: -1,
    },
    { name: 'and the failure ended is confirmed', event: verified('RECOVERED', 'reverted'), want: 1 },
    {
      name: 'is not judged by an act on something else',
      event: verified('NOT_RECOVERED', 'Restarted the pods'),
      want: 0,
    },
    { name: 'is not judged by too little', event: verified('INCONCLUSIVE', 'Rolled back to v1'), want: 0 },
  ])('$name', ({ event, want }) => {
    expect(Math.sign(weight(event))).toBe(want);
  });
});

describe('a caller of the same provider that does not say whom it waited for', () => {
  const late = patternAt('charge of <*> timed out', 'cart', every(5, 2000, 3590));
  const other = patternAt('dues not taken: 504 from https://pay.example', 'dues', every(5, 2000, 3590));
  const at = { repo: '.', revision: 'b'.repeat(40), path: 'cart/pay.rb', line: 9, endLine: 9 };
  const emitter = (text: string): Emitter => ({
    patternId: late.id,
    literal: at,
    literalText: 'charge of',
    match: 1,
    evidence: evidenceOf('emitter').ref,
    function: null,
    governors: [
      {
        identifier: 'uri',
        role: 'call',
        passedTo: null,
        parameter: null,
        use: at,
        useText: text,
        useEvidence: evidenceOf('use').ref,
        definition: null,
      },
    ],
  });
  const weight = (text: string) => {
    const facts = factsOf({
      streams: ['cart', 'dues'].map((service) => streamOf(service, 0, 3600)),
      patterns: [late, other],
      changes: [deploymentAt('cart', 'v2', 1800)],
    });
    const [release] = facts.situation.releases;
    return release === undefined
      ? null
      : Math.sign(otherCallers(release, { ...facts, emitters: [emitter(text)] })?.weight ?? 0);
  };

  test.each([
    { name: 'and whose code asks that provider', text: "uri = URI('https://pay.example/v2')", want: -1 },
    { name: 'and whose code asks another', text: "uri = URI('https://maps.example/v2')", want: 0 },
  ])('$name', ({ text, want }) => {
    expect(weight(text)).toBe(want);
  });
});

describe('a caller of the same provider', () => {
  const answered = (
    service: string,
    template = `${service} got 503 Service Unavailable from https://rates.example`,
  ) => patternAt(template, service, every(5, 2000, 3590));
  const weight = (patterns: Snapshot['patterns'], changes: Snapshot['changes']) => {
    const services = [...new Set(patterns.flatMap(({ service }) => service ?? []))];
    const facts = factsOf({
      streams: services.map((service) => streamOf(service, 0, 3600)),
      patterns,
      changes,
    });
    const release = facts.situation.releases.find(({ service }) => service === 'cart');
    return release === undefined ? null : (otherCallers(release, facts)?.weight ?? 0);
  };
  const cart = deploymentAt('cart', 'v2', 1800);

  test.each([
    {
      name: 'that nobody changed speaks for the release',
      patterns: [answered('cart'), answered('fares')],
      changes: [cart],
      want: -1,
    },
    {
      name: 'of an address of our own that nobody answers speaks for it as well',
      patterns: [
        answered('cart', "timed out: HTTPConnectionPool(host='10.0.0.7', port=9105)"),
        answered('fares', 'connect ETIMEDOUT 10.0.0.7:9105'),
      ],
      changes: [cart],
      want: -1,
    },
    {
      name: 'in the same minute says nothing: a time is no address',
      patterns: [
        answered('cart', '2025-03-04T10:15:09Z ERROR timed out after 900 ms'),
        answered('fares', '2025-03-04 10:15:31 WARN many time-outs since 2025-03-04T10:15'),
      ],
      changes: [cart],
      want: 0,
    },
    {
      name: 'of another address says nothing',
      patterns: [
        answered('cart', "timed out: HTTPConnectionPool(host='10.0.0.7', port=9105)"),
        answered('fares', 'connect ETIMEDOUT 10.0.0.7:9104'),
      ],
      changes: [cart],
      want: 0,
    },
    {
      name: 'that writes its name alone does so too',
      patterns: [answered('cart'), answered('fares', 'rates answered 503')],
      changes: [cart],
      want: -1,
    },
    {
      name: 'that was released as well says nothing',
      patterns: [answered('cart'), answered('fares')],
      changes: [cart, deploymentAt('fares', 'v7', 1700)],
      want: 0,
    },
    {
      name: 'that fails at another one says nothing',
      patterns: [answered('cart'), answered('fares', 'fares got 503 from https://maps.example')],
      changes: [cart],
      want: 0,
    },
    { name: 'is needed', patterns: [answered('cart')], changes: [cart], want: 0 },
  ])('$name', ({ patterns, changes, want }) => {
    expect(Math.sign(weight(patterns, changes) ?? 99)).toBe(want);
  });
});

describe('one release of a client that alone fails', () => {
  const WIDTH = 'rejected 422: widthCm is required client=';
  const weight = (refused: string, served: string, version = 'v2') => {
    const failed = patternAt(`${WIDTH}${refused}`, 'cages', every(5, 2000, 3590));
    const facts = factsOf({
      streams: [streamOf('cages', 0, 3600)],
      patterns: [
        { ...failed, samples: [1, 2, 3].flatMap(() => failed.samples) },
        patternAt(`order accepted client=${served}`, 'cages', every(5, 0, 3590), {}, 'info'),
      ],
      changes: [deploymentAt('cages', version, 1800)],
    });
    return oneClient(facts.failing, facts)?.weight ?? 0;
  };

  test.each([
    { name: 'is what sends it', refused: 'FinchApp/7.2.0', served: 'FinchApp/7.1.4', want: 1 },
    { name: 'is served as well', refused: 'FinchApp/7.2.0', served: 'FinchApp/7.2.0', want: 0 },
    { name: 'has no other beside it', refused: 'FinchApp/7.2.0', served: 'Wren/1.0', want: 0 },
    { name: 'is a browser like any', refused: 'Mozilla/5.1', served: 'Mozilla/5.0', want: 0 },
    {
      name: 'is a release of ours',
      refused: 'shop-web/7.2.0',
      served: 'shop-web/7.1.4',
      version: 'v7.2.0',
      want: 0,
    },
  ])('$name', ({ refused, served, version, want }) => {
    expect(Math.sign(weight(refused, served, version))).toBe(want);
  });
});

describe('demand that multiplied', () => {
  const requests = (values: readonly number[]) => seriesOf('requests', 'cart', values);
  const risen = Array.from({ length: 60 }, (_, minute) => (minute < 33 ? 100 : 800) + (minute % 3));
  const weight = (series: Snapshot['series'], releasedAt: number) => {
    const facts = factsOf({
      streams: [streamOf('cart', 0, 3600)],
      patterns: [failing()],
      series,
      changes: [deploymentAt('cart', 'v2', releasedAt)],
    });
    return demandRose(facts.situation.releases[0] as never, facts)?.weight ?? 0;
  };

  test('long after a release was not brought by it', () => {
    expect(weight([requests(risen)], 60)).toBeLessThan(0);
  });

  test('with a release may be brought by it, and steady demand speaks for nobody', () => {
    expect(weight([requests(risen)], 1900)).toBe(0);
    expect(weight([requests(risen.map((_, minute) => 100 + (minute % 3)))], 60)).toBe(0);
  });

  test('within the service, while it is asked as before, is its own doing', () => {
    const queries = (values: readonly number[]) =>
      seriesOf('other', 'cart', values, { name: 'db_queries_total', id: 'queries' });
    const flat = risen.map((_, minute) => 100 + (minute % 3));
    const of = (series: Snapshot['series']) =>
      factsOf({ streams: [streamOf('cart', 0, 3600)], patterns: [failing()], series }).amplified.map(
        ({ service }) => service,
      );
    expect(of([requests(flat), queries(risen)])).toEqual(['cart']);
    expect(of([requests(risen), queries(risen)])).toEqual([]);
    expect(of([queries(risen)])).toEqual([]);
  });
});

describe('a leak', () => {
  const memory = (values: readonly number[]) => seriesOf('memory', 'cart', values, { unit: 'By' });
  const base = {
    streams: [streamOf('cart', 0, 3600)],
    patterns: [patternAt('killed', 'cart', every(5, 3000, 3590))],
    changes: [deploymentAt('cart', 'v2', 600)],
  };

  test('is tied to the release since which memory rises, where it was flat before', () => {
    const rising = Array.from({ length: 60 }, (_, minute) => (minute < 11 ? 100 : 100 + (minute - 10) * 5));
    const facts = factsOf({ ...base, series: [memory(rising)] });
    expect(rampSince(facts.situation.releases[0] as never, facts)?.weight).toBeGreaterThan(2);
  });

  test.each([
    ['since a release', 11, true],
    ['since before it', 0, false],
  ])('memory that runs out after it rose %s explains the less by itself', (_when, start, isTheRelease) => {
    const rising = Array.from({ length: 60 }, (_, minute) => 100 + Math.max(0, minute - start) * 5);
    const full = patternAt('java.lang.OutOfMemoryError: Java heap space', 'cart', every(5, 3000, 3590));
    const facts = factsOf({ ...base, patterns: [full], series: [memory(rising)] });
    const symptom = facts.detection.symptoms.find((each) => each.class === 'out-of-memory');
    if (symptom === undefined) throw new Error('no symptom');
    const names = aboutResource(symptom, '', facts).factors.map(({ name }) => name);
    expect(names.includes('rises-since-release')).toBe(isTheRelease);
  });

  test.each([
    ['asked as before', (minute: number) => 100 + (minute % 3), true],
    ['asked far more', (minute: number) => (minute < 12 ? 100 : 400) + (minute % 3), false],
  ])(
    'a processor that is busy minutes after a release, %s: the release explains it',
    (_when, asked, isTheRelease) => {
      const each = (value: (minute: number) => number) =>
        Array.from({ length: 60 }, (_, minute) => value(minute));
      const series = [
        seriesOf(
          'cpu',
          'cart',
          each((minute) => (minute < 12 ? 0.25 : 0.95) + (minute % 3) / 100),
          { unit: 'ratio' },
        ),
        seriesOf('requests', 'cart', each(asked)),
      ];
      const facts = factsOf({ ...base, series });
      const symptom = facts.detection.symptoms.find(({ class: family }) => family === 'saturation');
      if (symptom === undefined) throw new Error('no symptom');
      const names = aboutResource(symptom, '', facts).factors.map(({ name }) => name);
      expect(names.includes('rises-since-release')).toBe(isTheRelease);
    },
  );

  test('that had begun before the release is not its doing', () => {
    const rising = Array.from({ length: 60 }, (_, minute) => 100 + minute * 5);
    const facts = factsOf({ ...base, series: [memory(rising)] });
    expect(rampSince(facts.situation.releases[0] as never, facts)).toBeNull();
  });

  describe('with two releases of the service, twenty minutes apart,', () => {
    const noise = (minute: number) => [0, 2, -1, 1, -2][minute % 5] ?? 0;
    const risingFrom = (start: number) =>
      Array.from(
        { length: 120 },
        (_, minute) => 200 + noise(minute) + (minute < start ? 0 : (minute - start) * 2),
      );
    const convicted = (values: readonly number[]) => {
      const facts = factsOf({
        streams: [streamOf('cart', 0, 7200)],
        patterns: [patternAt('killed', 'cart', every(5, 6600, 7190))],
        changes: [deploymentAt('cart', 'v2', 1800), deploymentAt('cart', 'v3', 3000)],
        series: [memory(values)],
      });
      return facts.situation.releases
        .filter((release) => rampSince(release, facts) !== null)
        .map((release) => release.version);
    };

    test('is not laid to the earlier one where memory stayed flat until the later one', () => {
      expect(convicted(risingFrom(51))).toEqual(['v3']);
    });

    test('is not laid to the later one where memory rose as fast before it', () => {
      expect(convicted(risingFrom(31))).toEqual(['v2']);
    });
  });

  test.each([
    ['until the rise set in half an hour later', 40, false],
    ['not even a minute', 11, true],
  ])('of a queue that stayed flat after the release %s', (_when, start, isSince) => {
    const lag = Array.from(
      { length: 120 },
      (_, minute) => 30 + (minute % 4) + Math.max(0, minute - start) * 900,
    );
    const facts = factsOf({
      streams: [streamOf('cart', 0, 7200)],
      patterns: [patternAt('behind', 'cart', every(5, 6600, 7190))],
      changes: [deploymentAt('cart', 'v2', 600)],
      series: [seriesOf('queue', 'cart', lag)],
    });
    expect(rampSince(facts.situation.releases[0] as never, facts) !== null).toBe(isSince);
  });

  const recordedLate = (minutes: number, perMinute: number) => {
    const values = Array.from({ length: minutes }, (_, at) => 100 + at * perMinute);
    const late = { ...memory(values), at: values.map((_, at) => atSecond((60 - minutes + at) * 60)) };
    const facts = factsOf({ ...base, series: [late] });
    return rampSince(facts.situation.releases[0] as never, facts);
  };

  test('may have begun before it was recorded, where it can have risen so fast since then', () => {
    expect(recordedLate(25, 2.5)?.detail).toContain('as far back as it is recorded');
    expect(recordedLate(40, 4)?.detail).toContain('since this release');
  });

  test('has not begun with a release long before the records, where memory would have been less than nothing', () => {
    expect(recordedLate(20, 8)).toBeNull();
  });

  test('is not seen in memory that stays where it is', () => {
    const flat = Array.from({ length: 60 }, (_, minute) => 100 + (minute % 3));
    const facts = factsOf({ ...base, series: [memory(flat)] });
    expect(rampSince(facts.situation.releases[0] as never, facts)).toBeNull();
  });
});

describe('which instances fail', () => {
  const release = [deploymentAt('cart', 'v2', 1500)];
  const pods = [split('pod', 'old', 1800), split('pod', 'new', 1800, 1500)];

  test('errors from the new instances alone speak for the release', () => {
    const facts = factsOf({
      streams: [streamOf('cart', 0, 3600)],
      changes: release,
      patterns: [served(pods), failing({ splits: [split('pod', 'new', 318, 2000)] })],
    });
    expect(versionSplit(facts.situation.releases[0] as never, facts)?.weight).toBeGreaterThan(0);
  });

  test('errors from old instances too speak against it', () => {
    const facts = factsOf({
      streams: [streamOf('cart', 0, 3600)],
      changes: release,
      patterns: [
        served(pods),
        failing({ splits: [split('pod', 'new', 160, 2000), split('pod', 'old', 158, 2000)] }),
      ],
    });
    expect(versionSplit(facts.situation.releases[0] as never, facts)?.weight).toBeLessThan(0);
  });

  test('one zone of several is one place; all zones are none', () => {
    const zones = [split('zone', 'a', 1200), split('zone', 'b', 1200)];
    const one = factsOf({
      streams: [streamOf('cart', 0, 3600)],
      patterns: [served(zones), failing({ splits: [split('zone', 'b', 318)] })],
    });
    const all = factsOf({
      streams: [streamOf('cart', 0, 3600)],
      patterns: [served(zones), failing({ splits: [split('zone', 'a', 160), split('zone', 'b', 158)] })],
    });
    expect(onePlace(one.failing, one)).toMatchObject({ dimension: 'zone', value: 'b', of: 2 });
    expect(onePlace(all.failing, all)).toBeNull();
  });

  test('the one host that came with a rollout is a version, one that was there before is a place', () => {
    const at = (since: number) =>
      factsOf({
        streams: [streamOf('cart', 0, 3600)],
        changes: release,
        patterns: [
          served([split('host', 'h1', 1200), split('host', 'h2', 1200, since)]),
          failing({ splits: [split('host', 'h2', 318, 2000)] }),
        ],
      });
    const [fresh, old] = [at(1810), at(0)];
    expect(onePlace(fresh.failing, fresh)).toBeNull();
    expect(onePlace(old.failing, old)).toMatchObject({ dimension: 'host', value: 'h2' });
  });
});

describe('one record', () => {
  const withSamples = (values: readonly string[]) =>
    failing({
      samples: values.map((value, index) => ({
        at: atSecond(2000 + index),
        message: `charge failed for ${value}`,
        evidence: `test:${index}` as never,
      })),
    });

  test.each([
    { name: 'the same id in all samples', values: ['ACME-9', 'ACME-9', 'ACME-9'], want: true },
    { name: 'different ids', values: ['ACME-9', 'ACME-10', 'ACME-9'], want: false },
    { name: 'a measure is no record', values: ['500ms', '500ms', '500ms'], want: false },
    { name: 'an encoding is no record', values: ['utf-8', 'utf-8', 'utf-8'], want: false },
    { name: 'two samples are too few', values: ['ACME-9', 'ACME-9'], want: false },
  ])('$name: $want', ({ values, want }) => {
    const facts = factsOf({ streams: [streamOf('cart', 0, 3600)], patterns: [withSamples(values)] });
    expect(oneRecord(facts.failing) !== null).toBe(want);
  });

  test('the number of the message in the program’s catalog is no record', () => {
    const [template, value] = ['<*>: no answer from the upstream', 'KX20417'];
    const samples = [0, 1, 2].map((index) => ({
      at: atSecond(2000 + index),
      message: `${value}: no answer from the upstream`,
      evidence: `test:${index}` as never,
    }));
    const patterns = [patternAt(template, 'cart', every(5, 2000, 3590), { samples })];
    expect(oneRecord(factsOf({ streams: [streamOf('cart', 0, 3600)], patterns }).failing)).toBeNull();
  });
});

describe('without any record of deployments', () => {
  const commits = [
    commitAt('a'.repeat(40), 100, ['cart/a.ts']),
    commitAt('b'.repeat(40), 1500, ['cart/a.ts'], ['a'.repeat(40)]),
  ];
  const parts: Partial<Snapshot> = {
    streams: [streamOf('cart', 0, 3600)],
    patterns: [failing()],
    changes: commits,
    serviceFacts: [serviceOf('cart', { path: 'cart' })],
  };

  test('commits stand in for rollouts, with reach merged', () => {
    expect(normalise(snapshotOf(parts)).releases.map((release) => [release.commit, release.reach])).toEqual([
      ['b'.repeat(40), 'merged'],
    ]);
  });

  test('nobody is accused at HIGH', () => {
    const situation = normalise(snapshotOf(parts));
    expect(
      correlate(situation, detect(situation)).verdict.hypotheses.every((item) => item.confidence !== 'HIGH'),
    ).toBe(true);
  });

  test('one recorded deployment is enough for commits to stay commits', () => {
    const situation = normalise(
      snapshotOf({ ...parts, changes: [...commits, deploymentAt('mail', 'v1', 50)] }),
    );
    expect(situation.releases.every((release) => release.reach !== 'merged')).toBe(true);
  });
});

describe('when and where a change was', () => {
  test.each([
    [-3, WEIGHT.leadMinutes],
    [-25, WEIGHT.leadAfterwards],
    [60, WEIGHT.leadMinutes],
    [1200, WEIGHT.leadHalfHour],
  ])('%d s before the failure', (lead, weight) =>
    expect(timing(atSecond(2000 - lead), null, atSecond(2000), []).weight).toBe(weight),
  );

  test('who complains without being felt is where it is, though nobody is known to call him', () => {
    const facts = factsOf({
      streams: [streamOf('desk', 0, 3600), streamOf('pooler', 0, 3600)],
      serviceFacts: [serviceOf('desk'), serviceOf('pooler')],
      patterns: [
        patternAt('loan lost', 'desk', every(5, 2000, 3590)),
        patternAt('pooler error: query_wait_timeout', 'pooler', every(5, 2000, 3590), {}, 'warn'),
      ],
    });
    expect(locus('pooler', facts)).toMatchObject({ weight: WEIGHT.locusOwn });
    expect(locus('attic', facts).weight).toBeLessThan(0);
  });
});

describe('a service that asks another one, and does not fail itself', () => {
  const place = (message: string) =>
    locus(
      'checkout',
      factsOf({
        streams: [streamOf('cart', 0, 3600), streamOf('checkout', 0, 3600)],
        serviceFacts: ['cart', 'checkout'].map((name) => serviceOf(name)),
        edges: [{ from: 'checkout', to: 'cart', source: 'trace', evidence: [] }],
        patterns: [patternAt(message, 'cart', every(5, 2000, 3590))],
      }),
    );

  test('may ask wrongly where that one fails over what it is given', () => {
    expect(place('cart 17 not found').weight).toBeGreaterThan(0);
    expect(place('cart 17 not found').detail).toContain('checkout asks cart');
  });
  test('has no part in what that one runs out of', () =>
    expect(place('connection pool exhausted').weight).toBeLessThan(0));
});
