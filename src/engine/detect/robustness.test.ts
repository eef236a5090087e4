/** Incidents as they are recorded in the field: short pasts, coarse or missing metrics, several things at once. What is told must not depend on the order or the unit. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import type { MetricSeries } from '../../domain/signal.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { epochMs } from '../../domain/time.ts';
import {
  atSecond,
  deploymentAt,
  every,
  patternAt,
  seriesOf,
  serviceOf,
  snapshotOf,
  streamOf,
} from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { detect } from './detect.ts';

const look = (parts: Partial<Snapshot>, symptom = 'something fails', asOfSecond = 3600) => {
  const snapshot = snapshotOf(parts, asOfSecond);
  return detect(normalise({ ...snapshot, request: { ...snapshot.request, symptom } }));
};
const steady = (length: number, value: number) => new Array<number>(length).fill(value);
const noisy = (values: readonly number[]) =>
  values.map((value, index) => value + ((index * index * 31) % 11) / 2);
const calls = (from: string, to: string) => ({
  from,
  to,
  source: 'catalog' as const,
  evidence: [evidenceRef('test', `${from}-${to}`)],
});

describe('series', () => {
  test('failures are found where nobody counted the requests', () => {
    const found = look({ series: [seriesOf('errors', 'cart', [...steady(50, 0), ...steady(10, 4)])] });
    expect(found.primary).toMatchObject({ class: 'server-error', onsetAt: atSecond(50 * 60), level: null });
  });

  test.each([
    {
      name: 'a lone failure minutes before, with requests served between',
      errors: [1, 0, 0, 0, 0],
      onset: 45,
    },
    { name: 'failures that go on in between', errors: [9, 8, 9, 9, 8], onset: 40 },
  ])('$name: the failure begins at minute $onset', ({ errors, onset }) => {
    const found = look({
      series: [
        seriesOf('requests', 'cart', steady(60, 1)),
        seriesOf('errors', 'cart', [...steady(40, 0), ...errors, ...steady(16, 1)]),
      ],
    });
    expect(found.onsetAt).toBe(atSecond(onset * 60));
  });

  test.each([
    { name: 'no symptom in a process of minutes, however often it is sampled', stepMs: 2_000, want: 0 },
    { name: 'one where its past is long enough', stepMs: 60_000, want: 1 },
  ])('memory that grew by half: $name', ({ stepMs, want }) => {
    const values = noisy([...steady(60, 100), ...steady(40, 190)]);
    const at = values.map((_, index) => epochMs(atSecond(0) + index * stepMs));
    const failing = seriesOf('error-ratio', 'cart', [...steady(60, 0), ...steady(40, 0.4)], {
      unit: 'ratio',
    });
    const memory = seriesOf('memory', 'cart', values, { at, unit: 'By' });
    const found = look({ series: [failing, memory] }, 'slow', 6_000);
    expect(found.symptoms.filter(({ class: kind }) => kind === 'saturation')).toHaveLength(want);
  });

  test('what two sources measured alike is one symptom with the evidence of both', () => {
    const values = [...steady(50, 0), ...steady(10, 0.4)];
    const twins = ['a', 'b'].map((id) =>
      seriesOf('error-ratio', 'cart', values, { id, unit: 'ratio', evidence: [evidenceRef('test', id)] }),
    );
    const symptoms = look({ series: twins }).symptoms.filter(({ class: kind }) => kind === 'error-ratio');
    expect(symptoms).toHaveLength(1);
    expect(symptoms[0]?.signalIds).toEqual(['a', 'b']);
    expect(symptoms[0]?.evidence).toHaveLength(2);
  });

  test('failures of a pod are held against the requests of that pod', () => {
    const pod = (meaning: 'errors' | 'requests', name: string, values: readonly number[]) =>
      seriesOf(meaning, 'cart', values, { id: `${meaning}-${name}`, attributes: { pod: name } });
    const found = look({
      series: [
        pod('requests', 'cart-1', steady(60, 1000)),
        pod('requests', 'cart-2', steady(60, 20)),
        pod('errors', 'cart-1', steady(60, 0)),
        pod('errors', 'cart-2', [...steady(40, 0), ...steady(20, 18)]),
      ],
    });
    expect(found.primary?.level).toBeCloseTo(0.9, 2);
    expect(found.primary?.summary).toContain('pod cart-2');
  });

  test('failures of all pods are held against the requests of all pods together', () => {
    const requests = ['a', 'b'].map((name) =>
      seriesOf('requests', 'cart', steady(60, 50), { id: `requests-${name}`, attributes: { pod: name } }),
    );
    const errors = seriesOf('errors', 'cart', [...steady(40, 0), ...steady(20, 50)]);
    expect(look({ series: [...requests, errors] }).primary?.level).toBeCloseTo(0.5, 2);
  });

  const latency = (version: string, from: number, values: readonly number[]): MetricSeries =>
    seriesOf('latency', 'cart', noisy(values), {
      id: `latency-${version}`,
      quantile: 0.99,
      unit: 'ms',
      attributes: { version },
      at: values.map((_, index) => atSecond((from + index) * 60)),
    });

  test('a version that was slow from its first minute on is held against the one beside it', () => {
    const found = look({ series: [latency('v1', 0, steady(60, 200)), latency('v2', 40, steady(20, 900))] });
    expect(found.primary).toMatchObject({ class: 'latency', onsetAt: atSecond(40 * 60) });
    expect(found.primary?.summary).toContain('version v2');
  });

  test('a version that is as fast as the one beside it is no symptom', () => {
    const found = look({ series: [latency('v1', 0, steady(60, 200)), latency('v2', 40, steady(20, 205))] });
    expect(found.primary).toBeNull();
  });

  test('metrics of five minutes: a quarter of an hour is enough', () => {
    const at = steady(36, 0).map((_, index) => atSecond(index * 300));
    const values = noisy([...steady(33, 200), ...steady(3, 900)]);
    const found = look(
      { series: [seriesOf('latency', 'cart', values, { at, quantile: 0.99 })] },
      'slow',
      10_800,
    );
    expect(found.primary).toMatchObject({ class: 'latency', onsetAt: atSecond(33 * 300), ongoing: true });
  });

  test('a day of samples every fifteen seconds: the onset is one of them, not one of the averages', () => {
    const at = steady(5760, 0).map((_, index) => atSecond(index * 15));
    const values = noisy([...steady(5001, 200), ...steady(759, 900)]);
    const found = look(
      { series: [seriesOf('latency', 'cart', values, { at, quantile: 0.99 })] },
      'slow',
      86_400,
    );
    expect(found.primary?.onsetAt).toBe(atSecond(5001 * 15));
  });

  test('quantiles of two or three requests wobble and are no symptom', () => {
    const values = steady(90, 0).map((_, index) => [120, 2000, 90, 80, 400, 70, 3000][(index * 5) % 7] ?? 0);
    const few = seriesOf('latency', 'cart', values, { quantile: 0.99, unit: 'ms', weights: steady(90, 2) });
    expect(look({ series: [few] }).primary).toBeNull();
  });

  test('restarts are events', () => {
    const found = look({ series: [seriesOf('restarts', 'cart', [...steady(55, 0), 1, 1, 2, 1, 2])] });
    expect(found.primary).toBeNull();
    expect(
      look({ series: [seriesOf('errors', 'cart', [...steady(55, 0), ...steady(5, 9)])] }).primary,
    ).not.toBeNull();
  });
});

describe('logs', () => {
  test('records without a severity count when their words say that something failed', () => {
    const found = look({
      streams: [streamOf('cart', 0, 3600)],
      patterns: [
        patternAt('could not reserve stock for <*>', 'cart', every(5, 2000, 3590), {}, 'unknown'),
        patternAt('reserved stock for <*>', 'cart', every(5, 2000, 3590), {}, 'unknown'),
      ],
    });
    expect(found.primary?.pattern).toBe('could not reserve stock for <*>');
    expect(found.symptoms).toHaveLength(1);
  });

  test('the incident of last night is not the one of today', () => {
    const found = look(
      {
        streams: [streamOf('cart', 0, 36_000)],
        patterns: [
          patternAt('charge failed for <*>', 'cart', [...every(1, 3000, 4000), ...every(5, 34_000, 35_990)]),
        ],
      },
      'charges fail',
      36_000,
    );
    expect(Math.abs((found.onsetAt ?? 0) - atSecond(34_000))).toBeLessThanOrEqual(150_000);
    expect(found.ongoing).toBe(true);
  });

  test('lines that a new version writes while it starts are no symptom', () => {
    const found = look({
      streams: [streamOf('cart', 0, 3600)],
      changes: [deploymentAt('cart', 'v2', 2000)],
      patterns: [patternAt('connection refused, trying again', 'cart', every(1, 2002, 2030), {}, 'warn')],
    });
    expect(found.primary).toBeNull();
  });
});

describe('requests that fail while instances are replaced', () => {
  const requests = seriesOf('requests', 'cart', steady(60, 30));
  const during = (failures: readonly number[], second: number) =>
    look({
      series: [
        requests,
        seriesOf('errors', 'cart', [...steady(30, 0), ...failures, ...steady(30 - failures.length, 0)]),
      ],
      changes: [deploymentAt('cart', 'v2', second, { finishedAt: atSecond(second + 90) })],
    });

  test('are few and over: no symptom, and the report says why', () => {
    const found = during([5], 1790);
    expect(found.primary).toBeNull();
    expect(found.dismissed.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('cart v2 was being rolled out'),
    ]);
  });

  test.each([
    { name: 'they are many', failures: [28], second: 1790 },
    { name: 'they go on after the rollout', failures: [5, 5, 5, 5, 5, 5, 5], second: 1790 },
    { name: 'nothing was rolled out then', failures: [5], second: 600 },
  ])('count where $name', ({ failures, second }) => {
    expect(during(failures, second).primary).not.toBeNull();
  });
});

describe('noise', () => {
  test('a trickle of errors that began a little after the log is no rise', () => {
    const trickle = [
      100,
      1083,
      ...every(263, 1130, 10_700).map((second, index) => second + ((index * 97) % 170)),
    ];
    const found = look(
      {
        streams: [streamOf('mixer', 0, 10_800)],
        patterns: [patternAt('recipe <*> has no sunflower', 'mixer', trickle)],
      },
      'is anything wrong?',
      10_800,
    );
    expect(found.primary).toBeNull();
    expect(found.symptoms).toEqual([]);
  });
});

describe('what was reported', () => {
  const sick = (service: string, step = 5) => ({
    streams: [streamOf(service, 0, 3600)],
    patterns: [patternAt('it failed for <*>', service, every(step, 2000, 3590))],
  });
  const both = {
    streams: [...sick('cart').streams, ...sick('mail').streams],
    patterns: [...sick('cart').patterns, ...sick('mail', 1).patterns],
    serviceFacts: [serviceOf('cart'), serviceOf('mail'), serviceOf('stock')],
    edges: [calls('cart', 'stock')],
  };

  test('of two unrelated incidents it is the one that was reported, even if the other is louder', () => {
    expect(look(both, 'cart fails').primary?.service).toBe('cart');
    expect(look(both, 'mails are late').primary?.service).toBe('mail');
  });

  test('a louder failure that the reported one may come from is looked at first', () => {
    const linked = { ...both, edges: [calls('cart', 'mail')] };
    expect(look(linked, 'cart fails').primary?.service).toBe('mail');
  });

  test('a wrong name is corrected', () => {
    const parts = {
      ...sick('mail'),
      serviceFacts: [serviceOf('cart'), serviceOf('mail')],
      edges: [calls('cart', 'mail')],
    };
    const found = look(parts, 'the cart is down');
    expect(found.primary?.service).toBe('mail');
    expect(found.notes[0]).toMatch(/names cart.*what fails is mail, which cart needs/);
  });

  test('a right name needs no correction', () => {
    expect(look({ ...sick('cart'), serviceFacts: [serviceOf('cart')] }, 'the cart is down').notes).toEqual(
      [],
    );
  });
});

describe('laws', () => {
  const parts = {
    streams: [streamOf('cart', 0, 3600), streamOf('mail', 0, 3600), streamOf('stock', 0, 3600)],
    patterns: [
      patternAt('charge failed for <*>', 'cart', every(5, 2000, 3590)),
      patternAt('stock timed out', 'stock', every(9, 1980, 3590)),
      patternAt('sent <*>', 'mail', every(1, 0, 3600), {}, 'info'),
    ],
    series: [
      seriesOf('latency', 'cart', noisy([...steady(33, 200), ...steady(27, 900)]), { quantile: 0.99 }),
      seriesOf('requests', 'cart', noisy(steady(60, 300))),
      seriesOf('errors', 'cart', [...steady(33, 1), ...steady(27, 90)]),
    ],
  };

  test('the order in which evidence was read decides nothing', () => {
    const want = look(parts);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(parts.streams, { minLength: 3 }),
        fc.shuffledSubarray(parts.patterns, { minLength: 3 }),
        fc.shuffledSubarray(parts.series, { minLength: 3 }),
        (streams, patterns, series) => {
          expect(look({ streams, patterns, series })).toEqual(want);
        },
      ),
    );
  });

  test('ten times the traffic and the failures: the same onset, the same share', () => {
    const alone = { ...parts, patterns: [] };
    const scaled = {
      ...alone,
      series: parts.series.map((series) => ({
        ...series,
        values: series.values.map((value) => (series.meaning === 'latency' ? value : value * 10)),
      })),
    };
    const [one, ten] = [look(alone), look(scaled)];
    expect(ten.onsetAt).toBe(one.onsetAt);
    expect(ten.symptoms.map((symptom) => symptom.level?.toFixed(2))).toEqual(
      one.symptoms.map((symptom) => symptom.level?.toFixed(2)),
    );
  });

  test('a healthy service with metrics and logs of its own adds nothing', () => {
    const more = {
      streams: [...parts.streams, streamOf('news', 0, 3600)],
      patterns: [...parts.patterns, patternAt('slow answer', 'news', every(97, 0, 3600), {}, 'warn')],
      series: [
        ...parts.series,
        seriesOf('latency', 'news', noisy(steady(60, 80)), { quantile: 0.99 }),
        seriesOf('requests', 'news', noisy(steady(60, 50))),
        seriesOf('errors', 'news', steady(60, 0)),
      ],
    };
    expect(look(more)).toEqual(look(parts));
  });
});
