/** The demo incident end to end, through the built command: every figure of the expected report by formula from the data. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report, ReportHypothesis } from '../../src/domain/report.ts';
import { everything, golden, layOut, removeTemporaryFolders, run, triage } from './lab.ts';

const NOW = '2024-01-15T14:41:00Z';
const ONSET = '2024-01-15T14:23:15Z';
const CONFIG = 'services/checkout-api/config.ts';

afterAll(removeTemporaryFolders);

interface Request {
  readonly time: string;
  readonly status: number;
}

function requestsOf(dir: string): readonly Request[] {
  const text = readFileSync(join(dir, 'logs/checkout-api-requests.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Request);
}

const failureRate = (requests: readonly Request[]) =>
  requests.filter(({ status }) => status >= 500).length / requests.length;

describe('the evidence of the demo', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await layOut('demo');
  });

  it('DEMO-1 agrees with itself: request log, metrics and catalog tell 85 % against 1 %', () => {
    const requests = requestsOf(dir);
    const before = requests.filter(({ time }) => Date.parse(time) < Date.parse(ONSET));
    const during = requests.filter(({ time }) => Date.parse(time) >= Date.parse(ONSET));
    expect(failureRate(before)).toBeCloseTo(0.01, 3);
    expect(failureRate(during)).toBeCloseTo(0.85, 3);
    const rows = readFileSync(join(dir, 'metrics/checkout-api.csv'), 'utf8').trimEnd().split('\n').slice(1);
    for (const row of rows.map((line) => line.split(','))) {
      const [at = '', , , count = '', ratio = ''] = row;
      expect(Number(ratio)).toBeGreaterThan(at < ONSET ? 0.004 : 0.845);
      expect(Number(ratio)).toBeLessThan(at < ONSET ? 0.02 : 0.856);
      const minute = requests.filter(
        ({ time }) => Date.parse(time) >= Date.parse(at) && Date.parse(time) < Date.parse(at) + 60_000,
      );
      if (at >= '2024-01-15T14:00:00Z') expect(minute).toHaveLength(Number(count));
    }
  });

  it('DEMO-2 holds the eleven lines of the founding scenario, word for word', async () => {
    const seed = readFileSync(join(await layOut('seed-as-written'), 'error.log'), 'utf8')
      .trimEnd()
      .split('\n');
    const logs = ['checkout-api', 'payment-service'].map((name) =>
      readFileSync(join(dir, `logs/${name}.log`), 'utf8'),
    );
    const lines = new Set(logs.join('').split('\n'));
    expect(seed.filter((line) => !lines.has(line))).toEqual([]);
  });
});

describe('the demo incident', () => {
  let report: Report;
  let cause: ReportHypothesis;
  beforeAll(async () => {
    report = await triage(await layOut('demo'), { now: NOW });
    if (report.rootCause === null) throw new Error(`no root cause: ${report.rootCauseReason}`);
    cause = report.rootCause;
  });

  it('DEMO-3 is SEV1, identified, since 14:23:15, and goes on for 17 m 45 s', () => {
    expect(report.incident).toMatchObject({
      severity: 'SEV1',
      status: 'IDENTIFIED',
      startedAt: ONSET,
      durationSeconds: 1065,
      ongoing: true,
    });
  });

  it('DEMO-4 convicts the commit that moved paymentTimeout from 5000 to 500 in v2.4.1, at HIGH', () => {
    expect(cause).toMatchObject({ kind: 'change', service: 'checkout-api', confidence: 'HIGH' });
    expect(cause.change).toMatchObject({
      version: 'v2.4.1',
      file: CONFIG,
      line: 2,
      key: 'paymentTimeout',
      oldValue: '5000',
      newValue: '500',
      at: '2024-01-15T14:20:00Z',
      finishedAt: '2024-01-15T14:20:30Z',
    });
  });

  it('DEMO-5 clears user-service v1.9.0 and every other commit, each with a reason', () => {
    const cleared = report.cleared.map(({ change, reason }) => `${change.label} ${change.version} ${reason}`);
    expect(cleared.join('\n')).toContain('v1.9.0');
    for (const subject of [/undici/, /say why other errors/, /retry logic/i, /session/i]) {
      expect(cleared.join('\n')).toMatch(subject);
    }
    expect(report.cleared.every(({ reason }) => reason.length > 10)).toBe(true);
    const blamed = report.hypotheses.filter(({ confidence }) => confidence !== 'LOW');
    expect(blamed.map(({ service }) => service)).toEqual(['checkout-api']);
  });

  it('DEMO-6 measures 85 % failing checkouts against 1 %', () => {
    const direct = report.blastRadius.direct[0];
    expect(direct).toMatchObject({
      service: 'checkout-api',
      endpoint: expect.stringContaining('/api/checkout'),
    });
    expect(direct?.failureRate.value).toBeCloseTo(0.85, 2);
    expect(direct?.failureRate.basis).toMatch(/measured|derived/);
    expect(direct?.baselineRate.value).toBeCloseTo(0.01, 2);
  });

  it('DEMO-7 derives users, share and revenue with their formulas', () => {
    const { users, userShare, revenuePerHour } = report.blastRadius;
    expect(users).toMatchObject({ basis: 'derived', formula: expect.stringMatching(/9,?420/) });
    expect(Math.round((users.value ?? 0) / 100) * 100).toBe(2400);
    expect(userShare).toMatchObject({ basis: 'derived', formula: expect.stringMatching(/16,?000/) });
    expect(Math.round((userShare.value ?? 0) * 100)).toBe(15);
    expect(revenuePerHour).toMatchObject({ basis: 'derived', formula: expect.stringMatching(/22\.5/) });
    expect(Math.round((revenuePerHour.value ?? 0) / 10_000) * 10_000).toBe(180_000);
  });

  it('DEMO-8 quotes the p99 of 800 ms and says which percentile it takes, not that "most" calls fail', () => {
    const text = everything(report);
    expect(text).toMatch(/p99[^.]{0,60}80\d ?ms/);
    expect(text).toMatch(/percentile|p1\d\b/i);
    expect(text).not.toMatch(/\b(most|all) (of the )?(payment )?calls (time ?out|fail)/i);
  });

  it('DEMO-9 advises the rollback to revision 41 with all five criteria met', () => {
    expect(report.rollback.recommendation).toBe('ROLLBACK');
    expect(report.rollback.criteria.map(({ result }) => result)).toEqual(['met', 'met', 'met', 'met', 'met']);
    expect(report.rollback.target).toMatchObject({
      service: 'checkout-api',
      version: 'v2.4.0',
      revision: '41',
    });
    const commands = report.rollback.commands.map(({ command }) => command);
    expect(commands).toContain('kubectl rollout undo deployment/checkout-api --to-revision=41');
  });

  it('DEMO-10 lets payment-service cascade and calls nobody else hit', () => {
    expect(report.blastRadius.direct.map(({ service }) => service)).toEqual(['checkout-api']);
    const cascade = report.blastRadius.cascade.map(({ service }) => service);
    expect(cascade).toContain('payment-service');
    expect(cascade).not.toContain('user-service');
  });
});

describe('wicked-platform demo', () => {
  it('DEMO-11 prints the report with the nine rows of the incident', async () => {
    const { code, stdout, stderr } = await run(['demo']);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const rows = [...stdout.matchAll(/^\| (\d\d:\d\d:\d\d) \| (.*) \|$/gm)].map(
      ([, at, what]) => `${at} ${what}`,
    );
    const expected = [
      /^14:20:00 .*checkout-api.* v?2\.4\.1.* started/i,
      /^14:20:30 .*completed/i,
      /^14:23:15 .*timeout/i,
      /^14:24:00 .*payment-service.*timeout rate/i,
      /^14:24:30 .*breaker/i,
      /^14:25:00 .*(critical|threshold)/i,
      /^14:30:00 .*(incident|response|triage)/i,
      /^14:35:00 .*cause/i,
      /^14:36:00 .*(decision|rollback)/i,
    ];
    expect(rows).toHaveLength(expected.length);
    rows.forEach((row, index) => {
      expect(row).toMatch(expected[index] ?? /never/);
    });
  });

  it('DEMO-12 prints the same report each time, as reviewed', async () => {
    const [first, second] = await Promise.all([run(['demo']), run(['demo'])]);
    expect(second.stdout).toBe(first.stdout);
    expect(first.stdout).toBe(golden('demo', first.stdout));
  });
});
