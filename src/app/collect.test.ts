import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../domain/error.ts';
import { EMPTY_CONTRIBUTION } from '../domain/snapshot.ts';
import type { Connector } from '../ports/connector.ts';
import {
  at,
  connectorOf,
  contributionOf,
  directoryOf,
  fileOf,
  patternOf,
  testPlatform,
} from './_testing/fakes.ts';
import { assignFiles, type CollectOptions, collect } from './collect.ts';

const policy = {
  redact: (text: string) => text.replaceAll('hunter2', '[redacted]'),
  isSecretName: () => false,
};

function optionsOf(connectors: readonly Connector[], more: Partial<CollectOptions> = {}): CollectOptions {
  return {
    directory: directoryOf({}),
    connectors,
    taken: new Set(),
    asOf: null,
    since: null,
    until: null,
    zone: null,
    knownServices: [],
    sources: {},
    policy,
    ...more,
  };
}

const failing = new ConnectorError({
  code: 'auth',
  what: 'GET /x',
  why: 'answered 401',
  nextStep: 'Set TOKEN.',
});

describe('collect', () => {
  it('makes a gap of a source that cannot be asked, and keeps the others', async () => {
    const result = await collect(
      optionsOf([
        connectorOf({ id: 'broken', collect: () => Promise.reject(failing) }),
        connectorOf({ id: 'good', collect: async () => contributionOf({ patterns: [patternOf()] }) }),
      ]),
      testPlatform(),
    );
    expect(result.patterns).toHaveLength(1);
    expect(result.gaps).toEqual([
      expect.objectContaining({
        source: 'broken',
        reason: 'failed',
        detail: 'GET /x: answered 401',
        nextStep: 'Set TOKEN.',
      }),
    ]);
  });

  it('lets a bug through', async () => {
    const buggy = connectorOf({
      id: 'buggy',
      collect: () => Promise.reject(new TypeError('x is undefined')),
    });
    await expect(collect(optionsOf([buggy]), testPlatform())).rejects.toThrow('x is undefined');
  });

  it('stops a source at its deadline and keeps what it hands over', async () => {
    const slow = connectorOf({
      id: 'slow',
      collect: (_request, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(contributionOf({ patterns: [patternOf()] })));
        }),
    });
    const result = await collect(optionsOf([slow], { deadlineMs: 10 }), testPlatform());
    expect(result.patterns).toHaveLength(1);
    expect(result.gaps).toEqual([expect.objectContaining({ source: 'slow', reason: 'timed-out' })]);
  });

  it('does not wait for a source that ignores its deadline', async () => {
    const deaf = connectorOf({ id: 'deaf', collect: () => new Promise(() => undefined) });
    const result = await collect(optionsOf([deaf], { deadlineMs: 10 }), testPlatform());
    expect(result.gaps.map(({ reason }) => reason)).toEqual(['timed-out']);
  });

  it('ends as interrupted when the user stops it', async () => {
    const warnings: string[] = [];
    const quiet = testPlatform();
    const platform = { ...quiet, logger: { ...quiet.logger, warn: (text: string) => warnings.push(text) } };
    const waiting = connectorOf({ id: 'waiting', collect: () => new Promise(() => undefined) });
    setTimeout(() => platform.controller.abort(), 10);
    await expect(collect(optionsOf([waiting]), platform)).rejects.toMatchObject({ code: 'interrupted' });
    expect(warnings).toEqual([]);
  });

  it('calls a connector for files it claimed, and one without files only when it wants to be', async () => {
    const called: string[] = [];
    const noting = (id: string, always: boolean, recognise: number) =>
      connectorOf({
        id,
        always,
        recognise: () => recognise,
        collect: async ({ files }) => {
          called.push(`${id}:${files.map(({ path }) => path).join()}`);
          return EMPTY_CONTRIBUTION;
        },
      });
    await collect(
      optionsOf([noting('idle', false, 0), noting('always', true, 0), noting('reader', false, 0.5)], {
        directory: directoryOf({ 'a.log': '', 'wicked-platform.yaml': '' }),
        taken: new Set(['wicked-platform.yaml']),
      }),
      testPlatform(),
    );
    expect(called.sort()).toEqual(['always:', 'reader:a.log']);
  });

  it('cleans every string, and lists files that nobody could read', async () => {
    const dirty = connectorOf({
      id: 'dirty',
      collect: async () =>
        contributionOf({ patterns: [patternOf({ template: '\u001b[31mpassword hunter2\u0007' })] }),
    });
    const result = await collect(
      optionsOf([dirty], { directory: directoryOf({ 'what.log': '', 'main.yaml': '' }) }),
      testPlatform(),
    );
    expect(result.patterns[0]?.template).toBe('password [redacted]');
    expect(result.coverage.map(({ notes }) => notes)).toEqual([['Not read: what.log']]);
  });

  it('names a deployments or flags file that nobody could read, and no other JSON', async () => {
    const files = {
      'deployments.json': '',
      'ops/Flags.json.gz': '',
      'package.json': '',
      'my-flags.json': '',
    };
    const result = await collect(optionsOf([], { directory: directoryOf(files) }), testPlatform());
    expect(result.coverage.map(({ notes }) => notes)).toEqual([
      ['Not read: deployments.json, ops/Flags.json.gz'],
    ]);
  });

  it('says how to bring what is in no readable format into one', async () => {
    const names = ['table.parquet', 'events.evtx', 'zone $(id).parquet'];
    const options = optionsOf([], {
      directory: directoryOf(Object.fromEntries(names.map((name) => [name, 'PAR1']))),
    });
    const { coverage } = await collect(options, testPlatform());
    expect(coverage.flatMap(({ notes }) => notes).slice(1)).toEqual([
      `To have table.parquet read: duckdb -c "COPY (FROM 'table.parquet') TO 'table.parquet.csv'"`,
      'To have events.evtx read: wevtutil qe "events.evtx" /lf:true /f:xml > "events.evtx.xml"',
    ]);
    const hostile = optionsOf([], { directory: directoryOf({ "it's $(id).parquet": 'PAR1' }) });
    const notes = (await collect(hostile, testPlatform())).coverage.flatMap((row) => row.notes);
    expect(notes[1]).toMatch(/read: duckdb -c "COPY \(FROM 'FILE'\)/);
  });

  it('gives the same for connectors and items in any order', async () => {
    const one = patternOf({ id: 'a' });
    const two = patternOf({ id: 'b', firstSeenAt: at('2024-01-15T14:00:00Z') });
    const with_ = (id: string, patterns: readonly (typeof one)[]) =>
      connectorOf({ id, collect: async () => contributionOf({ patterns }) });
    const forward = await collect(optionsOf([with_('x', [one, two])]), testPlatform());
    const backward = await collect(optionsOf([with_('x', [two]), with_('y', [one, two])]), testPlatform());
    expect(backward).toEqual(forward);
    expect(forward.patterns.map(({ id }) => id)).toEqual(['b', 'a']);
  });
});

describe('assignFiles', () => {
  const sure = (id: string, by: Readonly<Record<string, number>>) =>
    connectorOf({ id, recognise: ({ path }) => by[path] ?? 0 });

  it.each([
    { name: 'the surest connector gets a file', a: 0.5, b: 0.9, want: 'b' },
    { name: 'ties go to the first id in the alphabet', a: 0.5, b: 0.5, want: 'a' },
    { name: 'nobody gets what nobody knows', a: 0, b: 0, want: null },
  ])('$name', ({ a, b, want }) => {
    const { claimed, unclaimed } = assignFiles(
      [fileOf('x.log')],
      [sure('b', { 'x.log': b }), sure('a', { 'x.log': a })],
    );
    expect([...claimed.keys()]).toEqual(want === null ? [] : [want]);
    expect(unclaimed).toHaveLength(want === null ? 1 : 0);
  });
});
