import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Commit, Deployment } from '../domain/change.ts';
import type { Repository } from '../domain/code.ts';
import type { MetricSeries } from '../domain/signal.ts';
import type { Contribution } from '../domain/snapshot.ts';
import { epochMs } from '../domain/time.ts';
import { at, contributionOf, patternOf } from './_testing/fakes.ts';
import { chooseAsOf, evidenceEnd, knownAt } from './as-of.ts';
import { cutAt } from './cut.ts';

const CUT = at('2024-01-15T14:24:10Z');
const MINUTE_MS = 60_000;

function deployment(fields: Partial<Deployment>): Deployment {
  return {
    type: 'deployment',
    id: 'd',
    service: 'checkout-api',
    at: at('2024-01-15T14:20:00Z'),
    summary: '',
    actor: null,
    source: 'x',
    evidence: [],
    version: 'v2.4.1',
    commit: null,
    finishedAt: null,
    status: 'succeeded',
    environment: null,
    platformRevision: null,
    deploymentId: null,
    rollback: false,
    share: null,
    target: null,
    images: [],
    ...fields,
  };
}

function commit(time: string, repo = '.'): Commit {
  return {
    type: 'commit',
    id: `git:${repo}:${time}`,
    service: null,
    at: at(time),
    summary: '',
    actor: null,
    source: 'git',
    evidence: [],
    repo,
    sha: time,
    parents: [],
    authoredAt: at(time),
    subject: '',
    body: '',
    files: [],
    onHead: true,
  };
}

function repository(firstCommitAt: string): Repository {
  const first = at(firstCommitAt);
  return {
    repo: '.',
    head: 'x',
    branch: null,
    files: [],
    commitCount: 1,
    firstCommitAt: first,
    lastCommitAt: first,
    shallow: false,
  };
}

function series(times: readonly string[]): MetricSeries {
  return {
    id: 's',
    name: 'latency',
    meaning: 'latency',
    quantile: 0.99,
    unit: 'ms',
    service: null,
    attributes: {},
    at: times.map(at),
    values: times.map((_time, index) => index),
    weights: null,
    reachMs: 0,
    source: 'x',
    evidence: [],
  };
}

describe('cutAt', () => {
  it.each<{ name: string; given: Partial<Contribution>; want: Partial<Contribution>; dropped: number }>([
    {
      name: 'drops a pattern that began later',
      given: {
        patterns: [
          patternOf({ firstSeenAt: at('2024-01-15T14:25:00Z'), lastSeenAt: at('2024-01-15T14:26:00Z') }),
        ],
      },
      want: { patterns: [] },
      dropped: 6,
    },
    {
      name: 'keeps the buckets that began in time, of the last one the share that had passed, and counts again',
      given: {
        patterns: [
          patternOf({
            lastSeenAt: at('2024-01-15T14:25:30Z'),
            count: 10,
            buckets: {
              widthMs: MINUTE_MS,
              at: ['14:23', '14:24', '14:25'].map((time) => at(`2024-01-15T${time}:00Z`)),
              count: [6, 3, 1],
            },
          }),
        ],
      },
      want: {
        patterns: [
          patternOf({
            lastSeenAt: CUT,
            count: 7,
            buckets: {
              widthMs: MINUTE_MS,
              at: ['14:23', '14:24'].map((time) => at(`2024-01-15T${time}:00Z`)),
              count: [6, 1],
            },
          }),
        ],
      },
      dropped: 3,
    },
    {
      name: 'drops later points of a series, and a series without any left',
      given: {
        series: [series(['2024-01-15T14:24:00Z', '2024-01-15T14:25:00Z']), series(['2024-01-15T15:00:00Z'])],
      },
      want: { series: [series(['2024-01-15T14:24:00Z'])] },
      dropped: 2,
    },
    {
      name: 'makes a deployment unfinished that ended later, and drops one that began later',
      given: {
        changes: [
          deployment({ finishedAt: at('2024-01-15T14:30:00Z') }),
          deployment({ id: 'later', at: at('2024-01-15T14:40:00Z') }),
        ],
      },
      want: { changes: [deployment({ finishedAt: null, status: 'started' })] },
      dropped: 1,
    },
    {
      name: 'drops a commit that was made later',
      given: {
        repositories: [repository('2024-01-01T00:00:00Z')],
        changes: [commit('2024-01-10T00:00:00Z'), commit('2024-01-16T00:00:00Z')],
      },
      want: { changes: [commit('2024-01-10T00:00:00Z')] },
      dropped: 1,
    },
    {
      name: 'keeps a history that lies wholly after the cut: it is of another epoch',
      given: {
        repositories: [repository('2026-01-01T00:00:00Z')],
        changes: [commit('2026-01-01T00:00:00Z')],
      },
      want: { changes: [commit('2026-01-01T00:00:00Z')] },
      dropped: 0,
    },
    {
      name: 'forgets that an alert was resolved later',
      given: {
        alerts: [
          {
            id: 'a',
            name: 'A',
            service: null,
            severity: null,
            summary: '',
            firedAt: at('2024-01-15T14:24:00Z'),
            resolvedAt: at('2024-01-15T15:00:00Z'),
            labels: {},
            evidence: [],
          },
        ],
      },
      want: { alerts: [expect.objectContaining({ id: 'a', resolvedAt: null })] },
      dropped: 0,
    },
  ])('$name', ({ given, want, dropped }) => {
    const cut = cutAt(contributionOf(given), CUT);
    expect(cut.contribution).toMatchObject(want);
    expect(cut.dropped).toBe(dropped);
  });

  it('divides the count of requests that were read beyond the cut, and no other', () => {
    const counted = {
      ...series(['2024-01-15T14:23:00Z', '2024-01-15T14:24:00Z', '2024-01-15T14:25:00Z']),
      unit: '1/bucket',
      source: 'log-file',
      values: [60, 60, 60],
    };
    const valuesAt = (given: MetricSeries, collectedTo = CUT) =>
      cutAt(contributionOf({ series: [given] }), CUT, collectedTo).contribution.series[0]?.values;
    const later = at('2024-01-15T15:00:00Z');
    expect(valuesAt(counted, later)).toEqual([60, 10]);
    expect(valuesAt(counted)).toEqual([60, 60]);
    expect(valuesAt({ ...counted, source: 'metrics-csv' }, later)).toEqual([60, 60]);
  });

  it('changes nothing when cut twice, and never invents counts', () => {
    const bucketStart = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(
        fc.uniqueArray(bucketStart, { minLength: 1 }),
        fc.integer({ min: 0, max: 6_000_000 }),
        (minutes, cutMs) => {
          const starts = minutes.sort((a, b) => a - b).map((minute) => epochMs(minute * MINUTE_MS));
          const pattern = patternOf({
            firstSeenAt: epochMs(starts[0] ?? 0),
            lastSeenAt: epochMs((starts.at(-1) ?? 0) + MINUTE_MS - 1),
            count: starts.length * 2,
            buckets: { widthMs: MINUTE_MS, at: starts, count: starts.map(() => 2) },
          });
          const once = cutAt(contributionOf({ patterns: [pattern] }), epochMs(cutMs)).contribution;
          const [left] = once.patterns;
          expect(cutAt(once, epochMs(cutMs))).toEqual({ contribution: once, dropped: 0 });
          expect(left?.count ?? 0).toBeLessThanOrEqual(pattern.count);
          if (left !== undefined) {
            expect(left.lastSeenAt).toBeLessThanOrEqual(Math.max(cutMs, left.firstSeenAt));
            expect(left.buckets.count.reduce((a, b) => a + b, 0)).toBe(left.count);
          }
        },
      ),
    );
  });
});

describe('chooseAsOf', () => {
  const end = at('2024-01-15T14:25:00Z');

  it.each([
    { name: 'takes what was given', given: CUT, clock: at('2026-01-01T00:00:00Z'), want: [CUT, 'given'] },
    {
      name: 'takes the clock while evidence is fresh',
      given: null,
      clock: at('2024-01-16T14:25:00Z'),
      want: [at('2024-01-16T14:25:00Z'), 'clock'],
    },
    {
      name: 'takes the end of evidence that ended over a day before',
      given: null,
      clock: at('2024-01-16T14:25:01Z'),
      want: [end, 'end-of-evidence'],
    },
    {
      name: 'takes the clock where evidence lies in its future',
      given: null,
      clock: at('2024-01-15T14:00:00Z'),
      want: [at('2024-01-15T14:00:00Z'), 'clock'],
    },
  ])('$name', ({ given, clock, want }) => {
    const { asOf, asOfBasis } = chooseAsOf(given, clock, end);
    expect([asOf, asOfBasis]).toEqual(want);
  });

  it('does not take the date of a commit for the end of the evidence', () => {
    const contribution = contributionOf({
      patterns: [patternOf()],
      changes: [commit('2026-01-01T00:00:00Z')],
    });
    expect(evidenceEnd(contribution)).toBe(at('2024-01-15T14:23:20Z'));
    expect(evidenceEnd(contributionOf({ changes: [commit('2026-01-01T00:00:00Z')] }))).toBeNull();
  });

  it('counts what lies in the future of the clock', () => {
    const known = knownAt(contributionOf({ patterns: [patternOf()] }), {
      asOf: at('2024-01-15T10:00:00Z'),
      asOfBasis: 'clock',
    });
    expect(known.patterns).toEqual([]);
    expect(known.gaps).toEqual([
      expect.objectContaining({ source: 'clock', detail: expect.stringContaining('6 records') }),
    ]);
  });
});
