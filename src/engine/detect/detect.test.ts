import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../domain/snapshot.ts';
import { classifyText } from '../_signals/classify.ts';
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

const look = (parts: Partial<Snapshot>) => detect(normalise(snapshotOf(parts)));
const steady = (length: number, value: number) => new Array<number>(length).fill(value);

describe('families of failure', () => {
  test.each([
    ['Payment timeout for order <*>', 'timeout'],
    ['connect ECONNREFUSED <*>', 'connection-refused'],
    ["Cannot read properties of undefined (reading 'id')", 'null-dereference'],
    ['Circuit breaker OPEN for billing', 'breaker-open'],
    ['timed out after <*> waiting for a database connection (max <*>)', 'pool-exhausted'],
    ['x509: certificate has expired or is not yet valid', 'certificate'],
    ['getaddrinfo ENOTFOUND db.internal', 'dns'],
    ['column "total" does not exist', 'schema'],
    ['java.lang.OutOfMemoryError: Java heap space', 'out-of-memory'],
    ['ERROR: deadlock detected', 'lock'],
    ['429 Too Many Requests', 'rate-limit'],
    ['write /var/lib/x: no space left on device', 'disk-full'],
    ['required environment variable <*> is not set', 'missing-config'],
    ['socket hang up', 'connection-reset'],
    ['all is well', 'unclassified'],
  ])('%s is %s', (text, want) => {
    expect(classifyText(text)).toBe(want);
  });
});

describe('symptoms', () => {
  test('errors after silence are a symptom from the first on', () => {
    const found = look({
      streams: [streamOf('cart', 0, 3600)],
      patterns: [patternAt('charge failed for <*>', 'cart', every(5, 2000, 3590))],
    });
    expect(found.primary).toMatchObject({ service: 'cart', baseline: { observed: true, value: 0 } });
    expect(found.onsetAt).toBe(atSecond(2000));
    expect(found.ongoing).toBe(true);
  });

  test.each([
    ['828', 'lock'],
    ['4', null],
  ])('sessions of a database that waited %s s for a lock: %s', (seconds, family) => {
    const found = look({
      streams: [streamOf('cart', 0, 3600)],
      patterns: [patternAt('the order was not saved', 'cart', every(5, 2000, 3590))],
      platformFacts: [
        {
          id: 'sessions',
          kind: 'other',
          service: null,
          pod: null,
          node: null,
          at: atSecond(2000),
          count: 6,
          summary: '6 sessions wait for a lock, the first (7, cart) in: UPDATE orders',
          attributes: { 'lock.wait.seconds': seconds },
          evidence: [],
        },
      ],
    });
    const told = found.symptoms.filter(({ pattern }) => pattern === null);
    expect(told.map((symptom) => symptom.class)).toEqual(family === null ? [] : [family]);
  });

  test('the same errors all day long are none', () => {
    const found = look({
      streams: [streamOf('cart', 0, 3600)],
      patterns: [patternAt('charge failed for <*>', 'cart', every(60, 0, 3600))],
    });
    expect(found.primary).toBeNull();
  });

  test('a failure that stopped while the log went on has ended', () => {
    const found = look({
      streams: [streamOf('cart', 0, 3600)],
      patterns: [patternAt('charge failed for <*>', 'cart', every(5, 1000, 1500))],
    });
    expect(found).toMatchObject({ ongoing: false, endedAt: atSecond(1495) });
  });

  test('many failures that stopped at once have ended, though the log goes on for a minute only', () => {
    const found = look({
      streams: [streamOf('cart', 0, 360)],
      patterns: [patternAt('charge failed for <*>', 'cart', every(0.2, 200, 300))],
    });
    expect(found).toMatchObject({ ongoing: false, onsetAt: atSecond(200) });
  });

  test('failures in waves have not ended between two of them', () => {
    const waves = [...every(0.2, 120, 130), ...every(0.2, 170, 180), ...every(0.2, 220, 230)];
    const found = look({
      streams: [streamOf('cart', 0, 270)],
      patterns: [patternAt('charge failed for <*>', 'cart', waves)],
    });
    expect(found.ongoing).toBe(true);
  });

  test.each([
    ['have not ended before the next run is due', 15_200, true],
    ['have ended once a run went well', 16_000, false],
  ])('failures of runs that come every quarter of an hour %s', (_name, until, ongoing) => {
    const runs = [10_800, 11_700, 12_600, 13_500, 14_400].flatMap((from) => [...every(1, from, from + 40)]);
    const found = look({
      streams: [streamOf('tally', 0, until)],
      patterns: [patternAt('reading dropped: <*>', 'tally', [...runs])],
    });
    expect(found.ongoing).toBe(ongoing);
  });

  test('what a monitor complains of leads nothing where a service fails', () => {
    const found = look({
      streams: [streamOf('prometheus', 0, 3600), streamOf('cart', 0, 3600)],
      patterns: [
        patternAt('Error reading file', 'prometheus', every(1, 1500, 3590)),
        patternAt('charge failed for <*>', 'cart', every(5, 2000, 3590)),
      ],
    });
    expect(found).toMatchObject({ primary: { service: 'cart' }, onsetAt: atSecond(2000) });
  });

  test('refused connections are no noise of a rollout when the same service times out along with them', () => {
    const found = look({
      streams: [streamOf('cart', 0, 3600)],
      changes: [deploymentAt('cart', 'v2', 1000)],
      patterns: [
        patternAt('redis error: connect ECONNREFUSED', 'cart', every(2, 1002, 1040)),
        patternAt('Command timed out', 'cart', every(0.5, 1003, 1040)),
      ],
    });
    expect(found.symptoms.map(({ class: family }) => family).sort()).toEqual([
      'connection-refused',
      'timeout',
    ]);
  });

  test.each([
    ['handles of a process that holds few', { name: 'process_open_fds', meaning: 'pool' }, 4, 44],
    ['a loop that is late by milliseconds', { name: 'loop_lag', meaning: 'saturation', unit: 'ms' }, 12, 40],
    ['memory that is free', { name: 'heap_available_bytes', meaning: 'memory', unit: 'By' }, 1e6, 9e6],
  ] as const)('%s is no symptom', (_name, more, low, high) => {
    const found = look({
      series: [
        seriesOf(more.meaning, 'cart', [...steady(40, low), ...steady(40, high)], more),
        seriesOf('error-ratio', 'cart', [...steady(40, 0), ...steady(40, 0.5)], { unit: 'ratio' }),
      ],
    });
    expect(found.symptoms.map(({ class: family }) => family)).toEqual(['error-ratio']);
  });

  test('answers that stay immediate are not what somebody calls about', () => {
    const wobble = (index: number) => ((index * index * 31) % 11) / 10;
    const values = Array.from({ length: 60 }, (_, index) => (index < 40 ? 10 : 65) + wobble(index));
    const found = look({ series: [seriesOf('latency', 'cart', values, { quantile: 0.99, unit: 'ms' })] });
    expect(found.primary).toBeNull();
  });

  test('a failure at the very end of the log is ongoing: nobody saw it end', () => {
    const found = look({
      streams: [streamOf('cart', 0, 1500)],
      patterns: [patternAt('charge failed for <*>', 'cart', every(5, 1000, 1500))],
    });
    expect(found.ongoing).toBe(true);
  });

  test('broken connections while instances are replaced are dismissed, and it is said why', () => {
    const found = look({
      streams: [streamOf('cart', 0, 3600)],
      changes: [deploymentAt('cart', 'v2', 1000)],
      patterns: [patternAt('socket hang up', 'cart', every(2, 1002, 1040))],
    });
    expect(found.primary).toBeNull();
    expect(found.dismissed[0]?.reason).toContain('being rolled out');
  });

  test('a store that refuses a wrong statement does not fail, whoever made the statement does', () => {
    const { primary, symptoms } = look({
      streams: [streamOf('cart', 0, 3600), streamOf('postgres', 0, 3600)],
      patterns: [
        patternAt('column s.qty does not exist', 'postgres', every(1, 2000, 3590)),
        patternAt('request failed', 'cart', every(2, 2000, 3590)),
      ],
    });
    expect(primary?.service).toBe('cart');
    expect(symptoms.find(({ service }) => service === 'postgres')?.userVisible).toBe(false);
  });

  test('what breaks in the seconds of each of several rollouts is dismissed, what breaks at other times is not', () => {
    const rollouts = [2000, 2100, 2200];
    const broken = (seconds: readonly number[]) =>
      look({
        streams: [streamOf('cart', 0, 3600), streamOf('edge', 0, 2205)],
        changes: rollouts.map((second, index) => deploymentAt('cart', `v${index + 2}`, second)),
        patterns: [patternAt('Connection reset by peer', 'edge', seconds)],
      });
    const each = rollouts.flatMap((second) => [second + 1, second + 2, second + 3, second + 4, second + 5]);
    expect(broken(each).primary).toBeNull();
    expect(broken(each).dismissed[0]?.reason).toContain('seconds of 3 rollouts');
    expect(broken([...each, ...every(20, 2060, 2090)]).dismissed).toEqual([]);
  });

  test('a warning burst that ended while nothing failed is dismissed', () => {
    const found = look({
      streams: [streamOf('cart', 0, 3600)],
      patterns: [patternAt('slow query took <*>', 'cart', every(3, 1000, 1200), {}, 'warn')],
    });
    expect(found.primary).toBeNull();
    expect(found.dismissed).toHaveLength(1);
  });

  test('where errors are all that the log holds, no baseline is claimed', () => {
    const found = look({
      streams: [streamOf('cart', 0, 60)],
      patterns: [patternAt('charge failed for <*>', 'cart', every(1, 0, 60))],
    });
    expect(found.primary).not.toBeNull();
    expect(found.baselineObserved).toBe(false);
  });

  test('a rising failing share is found with requests as its measure', () => {
    const requests = seriesOf('requests', 'cart', steady(60, 100));
    const errors = seriesOf('errors', 'cart', [...steady(40, 1), ...steady(20, 60)]);
    const found = look({ series: [requests, errors] });
    expect(found.primary).toMatchObject({
      class: 'error-ratio',
      service: 'cart',
      onsetAt: atSecond(40 * 60),
    });
    expect(found.primary?.level).toBeCloseTo(0.6, 2);
  });

  test('errors that grow with the requests are no rise', () => {
    const requests = seriesOf('requests', 'cart', [...steady(40, 100), ...steady(20, 300)]);
    const errors = seriesOf('errors', 'cart', [...steady(40, 2), ...steady(20, 6)]);
    expect(
      look({ series: [requests, errors] }).symptoms.filter((symptom) => symptom.class === 'error-ratio'),
    ).toEqual([]);
  });

  test('a latency step is a symptom that users see', () => {
    const wobble = (index: number) => ((index * index * 31) % 11) / 2;
    const values = Array.from({ length: 60 }, (_, index) => (index < 40 ? 200 : 900) + wobble(index));
    const found = look({ series: [seriesOf('latency', 'cart', values, { quantile: 0.99, unit: 'ms' })] });
    expect(found.primary).toMatchObject({ class: 'latency', onsetAt: atSecond(40 * 60) });
  });

  test('nothing observed is nothing found', () => {
    expect(look({})).toMatchObject({ primary: null, onsetAt: null, ongoing: false });
  });
});

describe('laws', () => {
  test('shifting all times shifts the onset and changes nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5_000_000, max: 5_000_000 }), (seconds) => {
        const at = (offset: number) =>
          look({
            streams: [streamOf('cart', offset, offset + 3600)],
            patterns: [patternAt('charge failed for <*>', 'cart', every(5, offset + 2000, offset + 3590))],
          });
        const [base, moved] = [at(0), at(seconds)];
        expect((moved.onsetAt ?? 0) - (base.onsetAt ?? 0)).toBe(seconds * 1000);
        expect(moved.primary?.strength).toBeCloseTo(base.primary?.strength ?? 0, 6);
      }),
      { numRuns: 20 },
    );
  });

  test('an unrelated healthy service changes nothing', () => {
    const sick = {
      streams: [streamOf('cart', 0, 3600)],
      patterns: [patternAt('charge failed for <*>', 'cart', every(5, 2000, 3590))],
    };
    const both = {
      streams: [...sick.streams, streamOf('mail', 0, 3600)],
      patterns: [...sick.patterns, patternAt('sent <*>', 'mail', every(1, 0, 3600), {}, 'info')],
    };
    expect(look(both).primary).toEqual(look(sick).primary);
  });
});
