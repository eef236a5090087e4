import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../domain/incident.ts';
import type { Report } from '../domain/report.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import { parseIso } from '../domain/time.ts';
import {
  atSecond,
  deploymentAt,
  every,
  patternAt,
  seriesOf,
  serviceOf,
  snapshotOf,
  streamOf,
} from './_testing/situations.ts';
import { triage } from './triage.ts';
import { verify } from './verification.ts';

const MINUTE = 60;
/** The release goes out at minute 59, requests fail from minute 60 on, the triage is at minute 75. */
const ONSET = 60 * MINUTE;
const TRIAGE = 75 * MINUTE;
const ROLLBACK = 80 * MINUTE;

interface Story {
  /** Failing requests of the minute; 200 are made in each. */
  readonly failed: (minute: number) => number;
  readonly requests?: (minute: number) => number;
  readonly rollback?: boolean;
  readonly more?: (toSecond: number) => Partial<Snapshot>;
}

/** What the sources hold at `toSecond`. */
function evidenceAt(story: Story, toSecond: number): Snapshot {
  const minutes = Array.from({ length: Math.floor(toSecond / MINUTE) }, (_, minute) => minute);
  const requests = minutes.map((minute) => story.requests?.(minute) ?? 200);
  const failed = minutes.map((minute) => Math.min(requests[minute] ?? 0, story.failed(minute)));
  const seconds = minutes.flatMap((minute) => {
    const count = failed[minute] ?? 0;
    return every(MINUTE / Math.max(1, count), minute * MINUTE, (minute + 1) * MINUTE).slice(0, count);
  });
  const rollback =
    story.rollback === false
      ? []
      : [deploymentAt('shop', 'v1', ROLLBACK, { rollback: true, finishedAt: atSecond(ROLLBACK + MINUTE) })];
  const more = story.more?.(toSecond) ?? {};
  return snapshotOf(
    {
      serviceFacts: [serviceOf('shop', { criticality: 'critical', userFacing: true })],
      changes: [
        deploymentAt('shop', 'v1', 60),
        deploymentAt('shop', 'v2', ONSET - MINUTE),
        ...rollback.filter(({ at }) => at !== null && at <= atSecond(toSecond)),
      ],
      series: [seriesOf('requests', 'shop', requests), seriesOf('errors', 'shop', failed)],
      streams: [streamOf('shop', 0, toSecond)],
      ...more,
      patterns: [
        ...(seconds.length === 0 ? [] : [patternAt('cannot take order <*>', 'shop', seconds)]),
        ...(more.patterns ?? []),
      ],
    },
    toSecond,
  );
}

function storedReport(story: Story): Report {
  return triage(evidenceAt(story, TRIAGE)).report;
}

function verifyAt(
  story: Story,
  toSecond: number,
  more: { since?: number; record?: readonly IncidentEvent[] } = {},
) {
  const report = storedReport(story);
  const onsetAt = parseIso(report.incident.startedAt ?? '');
  if (onsetAt === null) throw new Error('the story has no onset');
  const snapshot = { ...evidenceAt(story, toSecond), record: more.record ?? [] };
  return verify(snapshot, {
    report,
    onsetAt,
    mitigatedAt: more.since === undefined ? null : atSecond(more.since),
    requiredQuietSeconds: 300,
  });
}

const until =
  (minute: number, failing = 60) =>
  (at: number) =>
    at >= 60 && at < minute ? failing : 0;
const RECOVERS: Story = { failed: until(81) };

describe('verify', () => {
  it('tells a recovery, and resolves only after the quiet time', () => {
    const early = verifyAt(RECOVERS, 84 * MINUTE);
    expect(early).toMatchObject({ outcome: 'RECOVERED', status: 'MONITORING', waitSeconds: 120 });
    const later = verifyAt(RECOVERS, 90 * MINUTE);
    expect(later).toMatchObject({
      outcome: 'RECOVERED',
      status: 'RESOLVED',
      mitigation: { basis: 'rollback', at: '2024-03-01T13:21:00Z', service: 'shop' },
      quietSeconds: 540,
      waitSeconds: null,
    });
    expect(later.checks.map(({ id, result }) => `${id} ${result}`)).toEqual([
      'error-rate recovered',
      'failure-pattern recovered',
      'volume recovered',
      'new-pattern recovered',
    ]);
    expect(later.checks[0]).toMatchObject({
      before: '0 % (0 of 12000)',
      during: '30 % (1200 of 4000)',
      after: '0 % (0 of 1800)',
    });
  });

  it('does not take a rate that still reaches back into the failure for a failure that goes on', () => {
    const overTwoMinutes: Story = {
      failed: (minute) => ({ 81: 45, 82: 15 })[minute] ?? until(81)(minute),
      more: (toSecond) => {
        const minutes = Array.from({ length: Math.floor(toSecond / MINUTE) }, (_, minute) => minute);
        const failed = minutes.map((minute) => overTwoMinutes.failed(minute));
        return {
          series: [
            seriesOf(
              'requests',
              'shop',
              minutes.map(() => 200),
              { reachMs: 2 * MINUTE * 1000 },
            ),
            seriesOf('errors', 'shop', failed, { reachMs: 2 * MINUTE * 1000 }),
          ],
          patterns: [],
        };
      },
    };
    const share = ({ checks }: ReturnType<typeof verifyAt>) => checks.find(({ id }) => id === 'error-rate');
    expect(share(verifyAt(overTwoMinutes, 83 * MINUTE + 30))?.result).toBe('waiting');
    expect(share(verifyAt(overTwoMinutes, 90 * MINUTE))).toMatchObject({
      result: 'recovered',
      after: '0 % (0 of 1400)',
    });
  });

  it('counts a few failures that are usual as a recovery', () => {
    const noisy: Story = {
      failed: (minute) => (minute >= 60 && minute < 81 ? 60 : Number(minute % 3 === 0)),
    };
    expect(verifyAt(noisy, 95 * MINUTE)).toMatchObject({ outcome: 'RECOVERED', status: 'RESOLVED' });
  });

  it('says when the rollback did not help, and what that speaks against', () => {
    const result = verifyAt({ failed: until(200) }, 90 * MINUTE);
    expect(result).toMatchObject({ outcome: 'NOT_RECOVERED', status: 'INVESTIGATING' });
    expect(result.reason).toContain('30 % (540 of 1800) now, 30 % (1200 of 4000) while it failed');
    expect(result.next[0]).toContain('speaks against');
  });

  it('sees that it helped in part only', () => {
    const partly = (minute: number) => Math.max(until(81)(minute), minute < 60 ? 0 : 8);
    const result = verifyAt({ failed: partly }, 95 * MINUTE);
    expect(result.outcome).toBe('NOT_RECOVERED');
    expect(result.reason).toContain('it helped in part');
  });

  it('lets a late effect of the mitigation count from when it came', () => {
    const result = verifyAt({ failed: until(84) }, 95 * MINUTE);
    expect(result).toMatchObject({
      outcome: 'RECOVERED',
      status: 'RESOLVED',
      quietSince: '2024-03-01T13:24:00Z',
    });
  });

  it('tells a relapse from a mitigation that never helped', () => {
    const relapse: Story = { failed: (minute) => (minute >= 60 && (minute < 81 || minute >= 92) ? 60 : 0) };
    expect(verifyAt(relapse, 91 * MINUTE).outcome).toBe('RECOVERED');
    expect(verifyAt(relapse, 96 * MINUTE)).toMatchObject({ outcome: 'RELAPSED', status: 'INVESTIGATING' });
  });

  it('counts for a message its own records and those in other words for the same, not others of its service', () => {
    const threshold = 'shop failures exceeding threshold <*>';
    const told: Story = {
      ...RECOVERS,
      more: (toSecond) => ({
        patterns: [
          patternAt(threshold, 'shop', every(20, ONSET, Math.min(toSecond, 81 * MINUTE))),
          patternAt('image of offer <*> not resized', 'shop', every(40, 0, toSecond)),
        ],
      }),
    };
    const check = verifyAt(told, 90 * MINUTE).checks.find(({ statement }) => statement.includes(threshold));
    expect(check).toMatchObject({ result: 'recovered', before: expect.stringMatching(/^0 in/) });
    const reworded: Story = {
      failed: until(81),
      more: (toSecond) =>
        toSecond <= TRIAGE
          ? {}
          : {
              patterns: [
                patternAt('shop cannot take order <*> of <*>', 'shop', every(2, 82 * MINUTE, toSecond)),
              ],
            },
    };
    const same = verifyAt(reworded, 90 * MINUTE).checks.find(({ statement }) =>
      statement.includes('take order'),
    );
    expect(same?.result).not.toBe('recovered');
  });

  it('waits while there is too little traffic, and says how long at the observed rate', () => {
    const rare: Story = { failed: (minute) => until(81, 1)(minute), requests: () => 2 };
    const result = verifyAt(rare, 83 * MINUTE);
    expect(result).toMatchObject({ outcome: 'INCONCLUSIVE', status: 'MONITORING' });
    expect(result.waitSeconds).toBeGreaterThan(60);
    expect(result.reason).toContain('at this rate about');
    const after = 83 * MINUTE + (result.waitSeconds ?? 0) + 5 * MINUTE;
    expect(verifyAt(rare, after).outcome).toBe('RECOVERED');
  });

  it('takes a silence for no recovery', () => {
    const silent: Story = { failed: until(81), requests: (minute) => (minute < 81 ? 200 : 0) };
    const result = verifyAt(silent, 95 * MINUTE);
    expect(result).toMatchObject({ outcome: 'INCONCLUSIVE', status: 'MONITORING' });
    expect(result.reason).toContain('a silence is not a recovery');
  });

  it('takes calls that do not come back for no recovery', () => {
    const few: Story = { failed: until(81), requests: (minute) => (minute < 81 ? 200 : 20) };
    expect(verifyAt(few, 95 * MINUTE).reason).toContain('only 10 % of what it was before');
  });

  it('sees a new error that the rollback brought', () => {
    const broken: Story = {
      failed: until(81),
      more: (toSecond) => ({
        patterns:
          toSecond <= 84 * MINUTE
            ? []
            : [patternAt('column total does not exist', 'shop', every(20, 82 * MINUTE, toSecond))],
      }),
    };
    const result = verifyAt(broken, 90 * MINUTE);
    expect(result.outcome).toBe('NOT_RECOVERED');
    expect(result.reason).toContain(
      'a new error since the mitigation: "column total does not exist" in shop',
    );
  });

  it('gives the mitigation two minutes before it is held against it', () => {
    const result = verifyAt({ failed: until(200) }, 82 * MINUTE);
    expect(result).toMatchObject({ outcome: 'INCONCLUSIVE', waitSeconds: 60 });
  });

  it.each([
    { name: 'as given', since: 78 * MINUTE, want: 'given', at: '2024-03-01T13:18:00Z' },
    {
      name: 'from a note of an act',
      note: 'Drained the bad nodes',
      want: 'record',
      at: '2024-03-01T13:17:00Z',
    },
    {
      name: 'not from a note of a plan',
      note: 'We will roll back soon',
      want: 'last-triage',
      at: '2024-03-01T13:15:00Z',
    },
    { name: 'since the last triage without any', want: 'last-triage', at: '2024-03-01T13:15:00Z' },
  ])('takes the time of the mitigation $name', ({ since, note, want, at }) => {
    const record: IncidentEvent[] =
      note === undefined
        ? []
        : [
            {
              incidentId: 'INC-1',
              sequence: 2,
              at: atSecond(77 * MINUTE),
              actor: 'dana',
              body: { type: 'noted', text: note },
            },
          ];
    const result = verifyAt({ ...RECOVERS, rollback: false }, 95 * MINUTE, {
      record,
      ...(since === undefined ? {} : { since }),
    });
    expect(result.mitigation).toMatchObject({ basis: want, at });
  });

  it('measures latency against its own past', () => {
    const slow = (backAt: number): Story => ({
      failed: () => 0,
      more: (toSecond) => ({
        series: [
          seriesOf(
            'requests',
            'shop',
            Array.from({ length: toSecond / MINUTE }, () => 200),
          ),
          seriesOf(
            'latency',
            'shop',
            Array.from({ length: toSecond / MINUTE }, (_, minute) =>
              minute >= 60 && minute < backAt ? 900 : 100 + (minute % 5),
            ),
            { quantile: 0.99, unit: 'ms' },
          ),
        ],
      }),
    });
    expect(verifyAt(slow(82), 95 * MINUTE).checks).toContainEqual(
      expect.objectContaining({ id: 'latency', result: 'recovered', during: 'median 900 ms' }),
    );
    expect(verifyAt(slow(200), 95 * MINUTE).outcome).toBe('NOT_RECOVERED');
  });

  it('wants a breaker to close and instances to stay up', () => {
    const story = (last: number): Story => ({
      failed: until(81),
      more: (toSecond) => ({
        patterns: [
          patternAt(
            'circuit breaker open for <*>',
            'shop',
            every(30, ONSET + 30, Math.min(last * MINUTE, toSecond)),
          ),
        ],
        platformFacts: every(180, ONSET, Math.min(last * MINUTE, toSecond)).map((second) => ({
          id: `oom-${second}`,
          kind: 'oom-killed' as const,
          service: 'shop',
          pod: 'shop-1',
          node: null,
          at: atSecond(second),
          count: 1,
          summary: 'shop-1 was OOM killed',
          attributes: {},
          evidence: [],
        })),
      }),
    });
    const results = (last: number) =>
      verifyAt(story(last), 95 * MINUTE)
        .checks.filter(({ id }) => id === 'breaker' || id === 'restarts')
        .map(({ id, result }) => `${id} ${result}`);
    expect(results(81)).toEqual(['breaker recovered', 'restarts recovered']);
    expect(results(95)).toEqual(['breaker failing', 'restarts failing']);
  });

  it('says what was read at the triage and is not there now', () => {
    const report = storedReport(RECOVERS);
    const coverage = [
      {
        source: 'log-file',
        what: 'logs',
        path: 'app.log',
        items: 1,
        unit: 'lines',
        from: null,
        to: null,
        services: [],
        notes: [],
      },
    ];
    const result = verify(evidenceAt(RECOVERS, 90 * MINUTE), {
      report: { ...report, coverage },
      onsetAt: atSecond(ONSET),
      mitigatedAt: null,
      requiredQuietSeconds: 300,
    });
    expect(result.notes[0]).toContain('app.log');
  });
});

describe('a triage after the rollback', () => {
  const failing = (until: number) => (minute: number) => (minute >= 60 && minute < until ? 60 : 0);

  it.each([
    {
      name: 'a minute after it, nothing failing: whether it helped is not known yet',
      story: { failed: failing(81) },
      at: ROLLBACK + 2 * MINUTE,
      want: { recommendation: 'NONE', reason: /taken back at .*too short ago to tell/ },
      status: 'MONITORING',
    },
    {
      name: 'ten minutes after it, nothing failing',
      story: { failed: failing(81) },
      at: ROLLBACK + 11 * MINUTE,
      want: { recommendation: 'NONE', reason: /ended|no failure was seen since/ },
      status: 'MONITORING',
    },
  ])('$name', ({ story, at, want, status }) => {
    const { report } = triage(evidenceAt(story, at));
    expect(report.rollback.recommendation).toBe(want.recommendation);
    expect(report.rollback.reason).toMatch(want.reason);
    expect(report.incident.status).toBe(status);
    expect(report.rootCause?.change?.version).toBe('v2');
  });

  it('does not name the release again where failures go on', () => {
    const { report } = triage(evidenceAt({ failed: failing(120) }, ROLLBACK + 12 * MINUTE));
    expect(report.rollback.recommendation).toBe('INVESTIGATE');
    expect(report.incident.status).not.toBe('MONITORING');
  });
});
