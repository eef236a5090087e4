/** A system outside the code base that no longer takes a credential, data that a job holds, and demand: whose cause each is. */
import { describe, expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import {
  atSecond,
  deploymentAt,
  every,
  patternAt,
  seriesOf,
  serviceOf,
  streamOf,
} from '../_testing/situations.ts';
import { verdictOf } from './_testing/verdict.ts';

describe('a register outside the code base', () => {
  const sample = (second: number, status: number) => ({
    at: atSecond(second),
    message: `Land Register /deeds failed with status ${status}`,
    evidence: evidenceRef('test', `${second}`),
  });
  const verdict = (status: number) =>
    verdictOf({
      streams: [streamOf('deeds', 0, 3600)],
      serviceFacts: [
        serviceOf('deeds'),
        serviceOf('land-register', { kind: 'external', aliases: ['api.cadastre.example'] }),
      ],
      patterns: [
        patternAt('Land Register <*> failed with status <*>', 'deeds', [100, ...every(5, 2000, 3590)], {
          samples: [sample(100, 503), sample(2000, status), sample(2005, status)],
        }),
      ],
      changes: [deploymentAt('deeds', 'v7', 500)],
    }).rootCause;

  test('that answers 401 from one moment on refuses a credential', () => {
    const cause = verdict(401);
    expect(cause).toMatchObject({ kind: 'credential', service: 'deeds' });
    expect(cause?.factors.map(({ name }) => name)).toContain('refused-outside');
  });

  test('that answers 503 fails', () => {
    expect(verdict(503)).toMatchObject({ kind: 'dependency', service: 'land-register' });
  });

  test('is met under its host, too', () => {
    const cause = verdictOf({
      streams: [streamOf('deeds', 0, 3600)],
      serviceFacts: [
        serviceOf('deeds'),
        serviceOf('land-register', { kind: 'external', aliases: ['api.cadastre.example'] }),
      ],
      patterns: [patternAt('GET https://api.cadastre.example/x answered 503', 'deeds', every(5, 2000, 3590))],
    }).rootCause;
    expect(cause).toMatchObject({ kind: 'dependency', service: 'land-register' });
  });
});

describe('a store whose clients wait for locks', () => {
  const waits = patternAt(
    'process <*> still waiting for RowExclusiveLock on relation <*> after <*> ms',
    'postgresql-berths',
    every(5, 2000, 3590),
    {},
    'warn',
  );
  const job = patternAt('archive-berths started', 'archive-berths', [1980], {}, 'info');
  const fails = patternAt(
    'query insert_berths failed: canceling statement due to statement timeout',
    'berths',
    every(8, 2020, 3590),
  );
  const parts = {
    streams: ['berths', 'postgresql-berths', 'archive-berths'].map((name) => streamOf(name, 0, 3600)),
    serviceFacts: [serviceOf('berths')],
    patterns: [waits, job, fails],
    changes: [deploymentAt('berths', 'v7', 1500)],
  };

  test('names whose data are held, and what clients meet tells nothing more', () => {
    expect(verdictOf(parts).rootCause).toMatchObject({ kind: 'data-job', service: 'berths' });
  });
});

describe('more requests than can be served', () => {
  test('are the matter of whoever runs short, not of whom is a little slower', () => {
    const minutes = (count: number, value: number) => new Array<number>(count).fill(value);
    const cause = verdictOf({
      streams: [streamOf('rooms', 0, 3600), streamOf('beds', 0, 3600)],
      patterns: [
        patternAt(
          'timed out after <*> waiting for a database connection (max <*>)',
          'rooms',
          every(2, 2040, 3590),
        ),
      ],
      series: [
        seriesOf('requests', 'rooms', [...minutes(34, 100), ...minutes(26, 700)]),
        seriesOf('latency', 'beds', [...minutes(28, 170), ...minutes(32, 400)], { quantile: 0.99 }),
      ],
    }).rootCause;
    expect(cause).toMatchObject({ kind: 'traffic', service: 'rooms' });
  });
});

describe('a name that nothing here stands for', () => {
  const causeOf = (files: readonly string[], message = 'charge failed: paywire answered 429') =>
    verdictOf({
      streams: [streamOf('tills', 0, 3600)],
      serviceFacts: [serviceOf('tills', { path: 'tills' })],
      repositories: [
        {
          repo: '.',
          head: null,
          branch: 'main',
          files,
          commitCount: 2,
          firstCommitAt: null,
          lastCommitAt: null,
          shallow: false,
        },
      ],
      edges: [{ from: 'tills', to: 'paywire', source: 'catalog', evidence: [] }],
      patterns: [patternAt(message, 'tills', every(5, 2000, 3590))],
      changes: [deploymentAt('tills', 'v7', -9000)],
    }).rootCause;

  test("is somebody else's where the catalog says that it is called", () =>
    expect(causeOf(['tills/app.rb'])).toMatchObject({ kind: 'dependency', service: 'paywire' }));
  test('is ours where its code is here', () =>
    expect(causeOf(['tills/app.rb', 'paywire/app.rb'], 'charge failed: paywire: no answer')?.kind).not.toBe(
      'dependency',
    ));
});
