/** What is told where little is: an alert alone, work that piles up, a machine's own log, a service that was asked for. */
import { describe, expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import type { Alert, LogStream } from '../../domain/signal.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import {
  atSecond,
  every,
  patternAt,
  seriesOf,
  serviceOf,
  snapshotOf,
  streamOf,
} from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { detect } from './detect.ts';

function look(parts: Partial<Snapshot>, request: Partial<Snapshot['request']> = {}) {
  const snapshot = snapshotOf(parts);
  return detect(normalise({ ...snapshot, request: { ...snapshot.request, ...request } }));
}

const alert = (more: Partial<Alert> = {}): Alert => ({
  id: 'a1',
  name: 'TooManyErrors',
  service: 'tickets',
  severity: 'page',
  summary: 'a third of the requests fail',
  firedAt: atSecond(3000),
  resolvedAt: null,
  labels: {},
  evidence: [evidenceRef('test', 'alert')],
  ...more,
});

describe('an alert', () => {
  test('about what nothing else tells of dates the incident, and leaves minutes for its rule to wait', () => {
    const found = look({ alerts: [alert()] });
    expect(found.primary).toMatchObject({ service: 'tickets', class: 'server-error' });
    expect(found).toMatchObject({
      onsetAt: atSecond(3000),
      onsetUncertaintyMs: 600_000,
      baselineObserved: false,
    });
  });

  test.each([
    { name: 'that ended', more: { resolvedAt: atSecond(3200) } },
    { name: 'that fires to show that alerting works', more: { name: 'Watchdog' } },
    { name: 'that calls nobody', more: { severity: 'info' } },
  ])('$name makes no incident', ({ more }) => {
    expect(look({ alerts: [alert(more)] }).primary).toBeNull();
  });

  test("is not believed against the service's own telemetry", () => {
    const parts = {
      alerts: [alert()],
      streams: [streamOf('tickets', 0, 3600)],
      patterns: [patternAt('sold <*>', 'tickets', every(5, 0, 3600), {}, 'info')],
    };
    expect(look(parts).primary).toBeNull();
  });
});

describe('work that piles up', () => {
  const backlog = seriesOf('queue', 'uploads', [...new Array<number>(30).fill(3), ...every(60, 60, 1860)], {
    unit: '1',
  });
  const worker = (service: string, seconds: readonly number[]): LogStream => ({
    ...streamOf(service, 0, 3600),
    interval: { from: atSecond(seconds[0] ?? 0), to: atSecond(seconds.at(-1) ?? 0) },
    records: seconds.length,
    buckets: { widthMs: 1000, at: seconds.map(atSecond), count: seconds.map(() => 1) },
  });
  const found = (seconds: readonly number[]) =>
    look({ series: [backlog], streams: [worker('resizer', seconds), worker('other', every(10, 0, 3600))] })
      .symptoms.filter(({ service }) => service === 'resizer')
      .map(({ class: family }) => family);

  test.each([
    {
      name: 'who works at a third of his pace since',
      seconds: [...every(10, 0, 1800), ...every(30, 1800, 3600)],
    },
    { name: 'who has ended', seconds: every(10, 0, 1800) },
  ])('is behind with $name', ({ seconds }) => {
    expect(found(seconds)).toContain('queue-backlog');
  });

  test.each([
    { name: 'who works as ever', seconds: every(10, 0, 3600) },
    { name: 'who slackened long before', seconds: [...every(2, 0, 600), ...every(30, 600, 3600)] },
  ])('is no doing of one $name', ({ seconds }) => {
    expect(found(seconds)).toEqual([]);
  });

  test('since something louder was over is what is asked about, and the louder one is not', () => {
    const parts = {
      streams: [streamOf('shop', 0, 3600)],
      series: [backlog],
      patterns: [patternAt('connect ECONNREFUSED <*>', 'shop', every(0.5, 1500, 1510))],
    };
    expect(look(parts).primary).toMatchObject({ class: 'queue-backlog', service: 'uploads' });
  });

  test('along with something louder is what comes of that', () => {
    const parts = {
      streams: [streamOf('shop', 0, 3600)],
      series: [backlog],
      patterns: [patternAt('connect ECONNREFUSED <*>', 'shop', every(0.5, 1790, 3590))],
    };
    expect(look(parts).primary).toMatchObject({ class: 'connection-refused', service: 'shop' });
  });
});

describe('the log of a machine', () => {
  const drops = patternAt(
    'nf_conntrack: table full, dropping packet',
    'kernel',
    every(5, 2000, 3590),
    {},
    'unknown',
  );
  const fails = patternAt('request failed', 'bills', every(5, 2000, 3590));

  test('supports the service that fails on it', () => {
    const { symptoms } = look({
      streams: [streamOf('kernel', 0, 3600), streamOf('bills', 0, 3600)],
      patterns: [drops, fails],
    });
    expect(symptoms.map(({ service, userVisible }) => [service, userVisible])).toEqual([
      ['bills', true],
      ['kernel', false],
    ]);
  });

  test('leads where nothing else does', () => {
    expect(look({ streams: [streamOf('kernel', 0, 3600)], patterns: [drops] }).primary?.service).toBe(
      'kernel',
    );
  });
});

describe('a service that was asked for', () => {
  const sick = (service: string, step: number) =>
    patternAt('it failed for <*>', service, every(step, 2000, 3590));
  const parts = {
    streams: [streamOf('lanes', 0, 3600), streamOf('search', 0, 3600), streamOf('well', 0, 3600)],
    patterns: [sick('lanes', 20), sick('search', 1)],
    serviceFacts: [serviceOf('lanes'), serviceOf('search')],
  };

  test('comes first, however loud another one fails', () => {
    expect(look(parts, { service: 'lanes' }).primary?.service).toBe('lanes');
    expect(look(parts).primary?.service).toBe('search');
  });

  test('outweighs the words of the symptom', () => {
    expect(look(parts, { service: 'lanes', symptom: 'search is slow' }).primary?.service).toBe('lanes');
  });

  test('is dated by what it needs, not by what needs it', () => {
    const edges = (from: string, to: string) => ({
      edges: [{ from, to, source: 'config' as const, evidence: [] }],
    });
    expect(look({ ...parts, ...edges('lanes', 'search') }, { service: 'lanes' }).primary?.service).toBe(
      'search',
    );
    expect(look({ ...parts, ...edges('search', 'lanes') }, { service: 'lanes' }).primary?.service).toBe(
      'lanes',
    );
  });

  test('in which nothing is wrong is said to be well', () => {
    const found = look(parts, { service: 'well' });
    expect(found.primary?.service).toBe('search');
    expect(found.notes).toEqual([
      expect.stringMatching(/names well, where nothing abnormal was measured; what fails is search/),
    ]);
    const quiet = look({ streams: parts.streams }, { service: 'well' });
    expect(quiet.notes).toEqual([expect.stringContaining('Nothing abnormal was measured in well')]);
  });
});

test('a series of nobody in particular is called by its name, beside the part that it is about', () => {
  const lag = seriesOf('queue', 'x', [...new Array<number>(30).fill(0), ...every(60, 60, 1860)], {
    service: null,
    name: 'seconds_behind',
    unit: 'ms',
    attributes: { instance: 'copy-2:9104' },
  });
  expect(look({ series: [lag] }).primary?.summary).toMatch(
    /^queue of seconds_behind \(instance copy-2:9104\) went from/,
  );
});

describe('lines that call a failure information', () => {
  const said = (template: string, more = {}) => {
    const pattern = patternAt(template, 'rates', every(30, 1800, 3590), more, 'info');
    return look({ streams: [streamOf('rates', 0, 3600)], patterns: [pattern] }).symptoms.length;
  };

  test.each([
    {
      name: 'with the exception in their words',
      template: "conversion failed: TypeError: Cannot read properties of null (reading 'units')",
      want: 1,
    },
    { name: 'with a stack', template: 'could not place the order', frames: true, want: 1 },
    { name: 'that only count what failed', template: 'sweep done, <*> failed', want: 0 },
    { name: 'about a class that is called after errors', template: 'ErrorHandler: ready', want: 0 },
  ])('$name', ({ template, frames, want }) => {
    const stack = frames === true ? [{ file: 'rates/a.ts', line: 3, function: 'f', inApp: true }] : [];
    expect(said(template, { frames: stack })).toBe(want);
  });
});

describe('requests that are refused', () => {
  const refused = (before: number, since: number) =>
    look({
      series: [
        seriesOf(
          'refused-ratio',
          'tickets',
          Array.from({ length: 60 }, (_, index) => (index < 30 ? before : since) + (index % 3) * 0.002),
        ),
      ],
    }).symptoms.map((symptom) => symptom.class);

  test('are a symptom from a tenth of all requests more than before', () => {
    expect(refused(0.03, 0.6)).toEqual(['client-error']);
  });

  test('are what they always are below that', () => {
    expect([refused(0.03, 0.08), refused(0.3, 0.31)]).toEqual([[], []]);
  });
});

describe('warnings where nothing fails', () => {
  const warned = (template: string, seconds: readonly number[]) =>
    look({
      streams: [streamOf('prices', 0, 3600)],
      patterns: [
        patternAt('priced <*>', 'prices', every(10, 0, 3590), {}, 'info'),
        patternAt(template, 'prices', seconds, {}, 'warn'),
      ],
    }).primary;
  const since = every(5, 2000, 3590);

  test('that something is not reached, which were never there before and go on, are a symptom', () => {
    expect(warned('cache not reached: Connection refused', since)).toMatchObject({
      class: 'connection-refused',
      onsetAt: atSecond(2000),
    });
  });

  test.each([
    { name: 'of what is thought unwise', template: 'datetime.utcnow() is deprecated', seconds: since },
    { name: 'that ended', template: 'cache not reached: Connection refused', seconds: every(5, 2000, 2400) },
    {
      name: 'that come all day',
      template: 'cache not reached: Connection refused',
      seconds: every(20, 0, 3590),
    },
    {
      name: 'that are a handful',
      template: 'cache not reached: Connection refused',
      seconds: [3560, 3570, 3580],
    },
  ])('$name are none', ({ template, seconds }) => {
    expect(warned(template, seconds)).toBeNull();
  });
});

describe('calls that were counted', () => {
  const calls = (values: readonly number[]) =>
    look({ series: [seriesOf('requests', 'stripe', values)], streams: [streamOf('stripe', 0, 3600)] })
      .primary;
  const none = new Array<number>(30).fill(0);

  test('have fallen silent where they came for a while', () => {
    expect(calls([...new Array<number>(30).fill(1), ...none])).toMatchObject({ class: 'silence' });
  });

  test.each([
    { name: 'a handful at the very beginning', values: [1, 1, 1, 1, 1, ...none] },
    { name: 'many in the first minutes', values: [2, 2, 2, 2, 2, ...none] },
  ])('have not where there were $name', ({ values }) => {
    expect(calls(values)).toBeNull();
  });
});
