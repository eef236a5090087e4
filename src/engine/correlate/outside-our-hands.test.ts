/** A host that died and a script of another house: causes whose own evidence is a platform's event and a frame. Each beside its innocent twin. */
import { describe, expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import type { PlatformFact } from '../../domain/signal.ts';
import { atSecond, every, patternAt, streamOf } from '../_testing/situations.ts';
import { verdictOf } from './_testing/verdict.ts';

const FAILS = every(5, 2000, 3590);

function condition(summary: string, second: number, more: Partial<PlatformFact>): PlatformFact {
  return {
    id: `fact-${summary}-${second}`,
    kind: 'node-condition',
    service: null,
    pod: null,
    node: null,
    at: atSecond(second),
    count: 1,
    summary,
    attributes: {},
    evidence: [evidenceRef('test', summary)],
    ...more,
  };
}

describe('a node that goes out of service', () => {
  const patterns = [patternAt('ranking cannot be read', 'ranking', FAILS)];
  const streams = [streamOf('ranking', 0, 3600)];
  const node = (second: number, text = 'NodeNotReady') =>
    condition(`Node iron-3: ${text}: Node iron-3 status is now: ${text}`, second, { node: 'iron-3' });
  const pod = (service: string) =>
    condition(`Pod ${service}-1: NodeNotReady: Node is not ready`, 1990, { service, pod: `${service}-1` });

  test('with an instance of what fails on it is the cause', () => {
    const verdict = verdictOf({ patterns, streams, platformFacts: [node(1985), pod('ranking')] });
    expect(verdict.rootCause).toMatchObject({ kind: 'resource', service: 'ranking' });
    expect(verdict.rootCause?.statement).toContain('node');
  });

  test.each([
    { name: 'that carried others', platformFacts: [node(1985), pod('daily')] },
    { name: 'hours before', platformFacts: [node(-9000), pod('ranking')] },
    { name: 'that somebody drained', platformFacts: [node(1985, 'NodeNotSchedulable'), pod('ranking')] },
  ])('$name is not', ({ platformFacts }) => {
    const { hypotheses } = verdictOf({ patterns, streams, platformFacts });
    expect(hypotheses.filter(({ statement }) => statement.includes('node'))).toEqual([]);
  });
});

describe('somebody who is said to answer with server errors', () => {
  const said = (detail: string) =>
    verdictOf({
      streams: [streamOf('fares', 0, 3600), streamOf('stock', 0, 3600)],
      patterns: [
        patternAt(`no fare: ${detail}`, 'fares', FAILS),
        patternAt('counted <*>', 'stock', every(10, 0, 3590), {}, 'info'),
      ],
    });

  test('and is none of ours is a dependency that fails', () => {
    expect(said('tax authority answered 503 for /tax').rootCause).toMatchObject({
      kind: 'dependency',
      service: 'tax-authority',
    });
  });

  test.each([
    { detail: 'fx provider answered 503 for SEK', service: 'fx' },
    { detail: 'sms provider gave no answer within 1500 ms', service: 'sms' },
    { detail: 'the stock provider did not respond', service: 'stock-provider' },
  ])(
    '$detail: a provider is outside, whatever the length of its name and whoever of ours is called alike',
    ({ detail, service }) => {
      expect(said(detail).rootCause).toMatchObject({ kind: 'dependency', service });
    },
  );

  test.each([
    'an api answered 503',
    'credentials provider timed out after stock answered 200',
    'the provider gave no answer within 1500 ms',
    'job of the provider timed out',
    'upstream server returned 502',
    'stock answered 503',
    'the request was answered 503',
    'fallback stock answered 503',
  ])('%s: names nobody outside', (detail) => {
    expect(said(detail).hypotheses.filter(({ id }) => id.startsWith('dependency:'))).toEqual([]);
  });
});

describe('a store that its machine ends', () => {
  const killed = (second: number, program = 'memcached') =>
    patternAt(
      `Out of memory: Killed process 4711 (${program}) total-vm:421200kB`,
      'kernel',
      [second],
      {},
      'unknown',
    );
  const missed = (severity: 'warn' | 'error') =>
    patternAt('cache not reached: Connection refused', 'prices', FAILS, {}, severity);
  const streams = [streamOf('prices', 0, 3600), streamOf('kernel', 0, 3600, 'kern.log')];

  test.each(['warn', 'error'] as const)('is the cause, though its clients tell it as %s', (severity) => {
    expect(verdictOf({ streams, patterns: [missed(severity), killed(1995)] }).rootCause).toMatchObject({
      kind: 'resource',
      service: 'memcached',
    });
  });

  test.each([
    { name: 'another program', kill: killed(1995, 'sorter') },
    { name: 'it an hour before', kill: killed(-1600) },
  ])('$name was ended: it is not', ({ kill }) => {
    const { hypotheses } = verdictOf({ streams, patterns: [missed('error'), kill] });
    expect(hypotheses.filter(({ service }) => service === 'memcached')).toEqual([]);
  });
});

describe('an error in a browser', () => {
  const frame = (file: string) => ({ file, line: 1, function: 'f', inApp: true });
  const own = frame('https://brush.example/static/basket.js');
  const pattern = (frames: readonly ReturnType<typeof frame>[]) =>
    patternAt('Uncaught TypeError: Illegal invocation', 'shop-web', FAILS, {
      frames,
      attributes: { url: 'https://www.brush.example/brushes/7' },
    });
  const verdict = (frames: readonly ReturnType<typeof frame>[]) =>
    verdictOf({ patterns: [pattern(frames)], streams: [streamOf('shop-web', 0, 3600)] });

  test('that our code met in the script of another house is that house', () => {
    expect(verdict([frame('https://cdn.starwidget.example/v3/stars.js'), own]).rootCause).toMatchObject({
      kind: 'dependency',
      service: 'starwidget',
    });
  });

  test.each([
    { name: 'in our own script', frames: [own, frame('https://cdn.starwidget.example/v3/stars.js')] },
    { name: 'with no script of ours beneath', frames: [frame('https://d111.filehost.example/main.3f2a.js')] },
  ])('$name is nobody else', ({ frames }) => {
    expect(verdict(frames).hypotheses.filter(({ kind }) => kind === 'dependency')).toEqual([]);
  });
});

describe('a name before "answered"', () => {
  const answered = (message: string) =>
    verdictOf({
      patterns: [patternAt(message, 'kiosk', FAILS), patternAt('rows are locked', 'sessions', FAILS)],
      streams: [streamOf('kiosk', 0, 3600), streamOf('sessions', 0, 3600)],
    }).hypotheses.flatMap(({ kind, service }) => (kind === 'dependency' ? [service] : []));

  test('is one outside where it is not ours', () =>
    expect(answered('tax office answered 503 to GET /rates')).toEqual(['tax-office']));
  test('is ours with whatever word stands before it', () =>
    expect(answered('POST /visits sessions answered 503 to POST /visits')).toEqual([]));
});

describe('failures on one host of several', () => {
  const on = (host: string, count: number) => ({
    dimension: 'host' as const,
    value: host,
    count,
    firstSeenAt: atSecond(0),
    lastSeenAt: atSecond(3590),
  });
  const streams = [streamOf('desk', 0, 3600), streamOf('fees', 0, 3600)];
  const well = ['desk', 'fees'].map((service) =>
    patternAt(
      `${service} served <*>`,
      service,
      every(5, 0, 3590),
      { splits: [on('a-1-1', 300), on('b-2-1', 300)] },
      'info',
    ),
  );
  const lost = (service: string, host: string) =>
    patternAt('cannot reach rates: connect ETIMEDOUT 10.0.0.1', service, FAILS, {
      splits: [on(host, FAILS.length)],
    });

  test('are a matter of the network though callers elsewhere tell of them', () => {
    const echo = patternAt('fees answered 502 to POST /fees', 'desk', FAILS, {
      splits: [on('b-2-1', FAILS.length)],
    });
    const { rootCause } = verdictOf({
      streams,
      patterns: [...well, lost('fees', 'a-1-1'), lost('desk', 'a-1-1'), echo],
    });
    expect(rootCause?.kind).toBe('network');
  });
});
