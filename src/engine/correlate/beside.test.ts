import { describe, expect, test } from 'vitest';
import type { RevisionDiff } from '../../domain/code.ts';
import { evidenceRef } from '../../domain/evidence.ts';
import type { Split } from '../../domain/signal.ts';
import {
  atSecond,
  deploymentAt,
  every,
  evidenceOf,
  patternAt,
  seriesOf,
  serviceOf,
  streamOf,
} from '../_testing/situations.ts';
import { factsOf } from './_testing/verdict.ts';
import { classHypotheses } from './class-hypotheses.ts';
import { namesLeft } from './names-left.ts';
import { placeHypotheses } from './place-hypotheses.ts';
import { servesElsewhere } from './place-rollout.ts';
import { trafficHypotheses } from './traffic-hypothesis.ts';

const split = (dimension: Split['dimension'], value: string, count: number): Split => ({
  dimension,
  value,
  count,
  firstSeenAt: atSecond(0),
  lastSeenAt: atSecond(3599),
});
const failing = (template: string, service: string, more = {}) =>
  patternAt(template, service, every(5, 2000, 3590), more);
const well = (service: string, more = {}) =>
  patternAt('served <*>', service, every(1, 0, 3600), more, 'info');
const names = (drafts: readonly { readonly factors: readonly { readonly name: string }[] }[]) =>
  drafts.flatMap(({ factors }) => factors.map(({ name }) => name));

describe('one place', () => {
  test('a rack is told from the names of its hosts; several services there count', () => {
    const host = (...hosts: readonly string[]) => ({ splits: hosts.map((name) => split('host', name, 100)) });
    const facts = factsOf({
      streams: [streamOf('cart', 0, 3600), streamOf('user', 0, 3600)],
      patterns: [
        failing('getaddrinfo EAI_AGAIN a', 'cart', host('rack2-1', 'rack2-2')),
        failing('getaddrinfo EAI_AGAIN b', 'user', host('rack2-1', 'rack2-3')),
        well('cart', host('rack1-1', 'rack2-1', 'rack3-1')),
        well('user', host('rack1-2', 'rack2-2')),
      ],
    });
    const [draft, ...rest] = placeHypotheses(facts);
    expect(rest).toEqual([]);
    expect(draft).toMatchObject({ kind: 'network' });
    expect(draft?.statement).toContain('group of hosts rack2');
    expect(names(placeHypotheses(facts))).toContain('place-of-several');
  });

  test.each([
    {
      name: 'a release that was through everywhere before two services fail in one zone',
      also: 'rates',
      at: 600,
      want: true,
    },
    { name: 'not one whose service fails there alone', also: null, at: 600, want: false },
    { name: 'not one that is under way', also: 'rates', at: 1990, want: false },
  ])('$name: it serves elsewhere', ({ also, at, want }) => {
    const inZone = (...zones: readonly string[]) => ({
      splits: zones.map((name) => split('zone', name, 100)),
    });
    const services = ['cart', ...(also === null ? [] : [also])];
    const facts = factsOf({
      streams: services.map((name) => streamOf(name, 0, 3600)),
      patterns: services.flatMap((name) => [
        failing('i/o timeout', name, inZone('north')),
        well(name, inZone('north', 'south')),
      ]),
      changes: [deploymentAt('cart', 'v2', at)],
    });
    const [release] = facts.situation.releases;
    expect(release !== undefined && servesElsewhere(release, facts) !== null).toBe(want);
  });

  test('the zone of a pod is known from the platform', () => {
    const pod = (...pods: readonly string[]) => ({ splits: pods.map((name) => split('pod', name, 100)) });
    const instances = ['a', 'b', 'c'].map((name, index) => ({
      pod: `cart-${name}`,
      service: 'cart',
      version: null,
      startedAt: null,
      endedAt: null,
      zone: `eu-${index % 2}`,
      evidence: [],
    }));
    const facts = factsOf({
      streams: [streamOf('cart', 0, 3600)],
      patterns: [
        failing('i/o timeout', 'cart', pod('cart-a', 'cart-c')),
        well('cart', pod('cart-a', 'cart-b', 'cart-c')),
      ],
      instances,
    });
    expect(placeHypotheses(facts)[0]?.statement).toContain('zone eu-0');
  });
});

describe('what the family of a failure names', () => {
  test.each(['Fri Mar 01 12:33:20 UTC 2024', 'Mar  1 12:33:20 2024 GMT'])(
    'a certificate whose end is spelled as %s',
    (end) => {
      const stated = factsOf({
        streams: [streamOf('cart', 0, 3600)],
        patterns: [failing(`CertificateExpiredException: NotAfter: ${end}`, 'cart')],
      });
      expect(names(classHypotheses(stated))).toContain('expired-then');
    },
  );

  test('a token whose stated end is the onset; a secret exchanged while instances run on', () => {
    const base = { streams: [streamOf('cart', 0, 3600)] };
    const stated = factsOf({
      ...base,
      patterns: [failing('access token expired at 2024-03-01T12:33:20Z', 'cart')],
    });
    expect(names(classHypotheses(stated))).toContain('expired-then');
    const exchanged = factsOf({
      ...base,
      patterns: [
        failing('password authentication failed for user "cart"', 'cart'),
        patternAt('Secret cart-db rotated', 'vault', [1500], {}, 'info'),
      ],
      instances: [
        {
          pod: 'cart-1',
          service: 'cart',
          version: null,
          startedAt: atSecond(-9000),
          endedAt: null,
          zone: null,
          evidence: [],
        },
      ],
    });
    expect(names(classHypotheses(exchanged))).toEqual(expect.arrayContaining(['exchanged', 'not-restarted']));
  });

  test('a job that began before requests waited', () => {
    const facts = factsOf({
      streams: [streamOf('cart', 0, 3600)],
      patterns: [
        failing('Lock wait timeout exceeded; try restarting transaction', 'cart'),
        patternAt('recount of season begins', 'points', [1900], {}, 'info'),
      ],
    });
    expect(classHypotheses(facts)[0]).toMatchObject({ kind: 'data-job', service: 'cart' });
    expect(names(classHypotheses(facts))).toContain('job-began');
  });

  test('several services that cannot reach a peer which works on are one cause: the way to it', () => {
    const facts = factsOf({
      streams: [streamOf('cart', 0, 3600), streamOf('user', 0, 3600), streamOf('stock', 0, 3600)],
      serviceFacts: [serviceOf('stock')],
      patterns: [
        failing('no route to host stock', 'cart'),
        failing('no route to host stock', 'user'),
        well('stock'),
      ],
    });
    const drafts = classHypotheses(facts);
    expect(drafts).toHaveLength(1);
    expect(names(drafts)).toEqual(expect.arrayContaining(['several-fail', 'peer-alive']));
  });

  test('a peer that starts again and again is not well', () => {
    const starts = patternAt('Starting application <*>', 'stock', every(48, 0, 3600), {}, 'info');
    const facts = factsOf({
      streams: [streamOf('cart', 0, 3600), streamOf('stock', 0, 3600)],
      patterns: [failing('stock: connect ECONNREFUSED', 'cart'), starts],
    });
    expect(names(classHypotheses(facts))).not.toContain('peer-alive');
  });
});

describe('calls that multiply', () => {
  const steady = (value: number) => Array.from({ length: 60 }, (_, minute) => value + (minute % 3));
  const risen = Array.from({ length: 60 }, (_, minute) => (minute < 33 ? 10 : 200) + (minute % 3));
  const edges = [{ from: 'cart', to: 'stock', source: 'trace' as const, evidence: [] }];
  const patterns = [failing('429 Too Many Requests', 'cart')];
  const streams = [streamOf('cart', 0, 3600)];

  test('are no traffic where the caller is asked as before', () => {
    const series = [seriesOf('requests', 'cart', steady(100)), seriesOf('requests', 'stock', risen)];
    const facts = factsOf({ streams, patterns, edges, series });
    expect(facts.amplified.map(({ service }) => service)).toEqual(['cart']);
    expect(trafficHypotheses(facts)).toEqual([]);
  });

  test('are found where what is called was seldom asked', () => {
    const seldom = Array.from({ length: 60 }, (_, minute) => {
      if (minute >= 33) return 200 + (minute % 3);
      return minute % 5 === 0 ? 1 : 0;
    });
    const series = [seriesOf('requests', 'cart', steady(100)), seriesOf('requests', 'stock', seldom)];
    const { amplified } = factsOf({ streams, patterns, edges, series });
    expect(amplified.map(({ service, called }) => [service, called])).toEqual([['cart', 'stock']]);
  });

  test('are traffic where the caller is asked more often, too', () => {
    const series = [
      seriesOf(
        'requests',
        'cart',
        risen.map((value) => value * 10),
      ),
      seriesOf('requests', 'stock', risen),
    ];
    const facts = factsOf({ streams, patterns, edges, series });
    expect(facts.amplified).toEqual([]);
    expect(trafficHypotheses(facts)).toHaveLength(1);
  });
});

test('a name has left where it stands in what went and in nothing that came', () => {
  const evidence = evidenceRef('test', 'hunk');
  const location = { repo: '.', revision: 'b', path: 'intake/publish.go', line: 5, endLine: 5 };
  const diff: RevisionDiff = {
    repo: '.',
    from: 'a',
    to: 'b',
    omittedFiles: 0,
    files: [
      {
        path: 'intake/publish.go',
        oldPath: null,
        status: 'modified',
        category: 'code',
        language: 'go',
        inert: 'none',
        values: [
          {
            key: 'topic',
            oldValue: { raw: 'alarms.smoke', number: null, unit: 'none', kind: 'string' },
            newValue: { raw: 'alarm.smoke.v1', number: null, unit: 'none', kind: 'string' },
            ratio: null,
            direction: 'changed',
            location,
            evidence: evidenceOf('diff').ref,
          },
        ],
        features: [],
        hunks: [
          {
            oldStart: 5,
            oldLines: 1,
            newStart: 5,
            newLines: 1,
            scopes: [],
            removed: ['const topic = "alarms.smoke"'],
            added: ['const topic = "alarm.smoke.v1"'],
            evidence,
          },
        ],
      },
    ],
  };
  expect(namesLeft(diff).map(({ name, line }) => [name, line])).toEqual([['alarms.smoke', 5]]);
});
