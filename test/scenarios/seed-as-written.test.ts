/** The founding scenario end to end, through the built command. Ids are those of scenarios/seed-as-written/README.md. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report, ReportHypothesis } from '../../src/domain/report.ts';
import {
  everything,
  excerpts,
  golden,
  layOut,
  removeTemporaryFolders,
  run,
  SYMPTOM,
  temporaryFolder,
  triage,
} from './lab.ts';

const NOW = '2024-01-15T14:41:00Z';
const CONFIG = 'services/checkout-api/config.ts';
const EMITTER = 'services/checkout-api/checkout.ts';
const SECONDS_MS = 1000;

afterAll(removeTemporaryFolders);

function causeOf(report: Report): ReportHypothesis {
  if (report.rootCause === null) throw new Error(`no root cause: ${report.rootCauseReason}`);
  return report.rootCause;
}

const secondsBetween = (from: string | null | undefined, to: string | null | undefined) =>
  (Date.parse(to ?? '') - Date.parse(from ?? '')) / SECONDS_MS;

describe('the seed as written', () => {
  let dir = '';
  let report: Report;
  let cause: ReportHypothesis;
  beforeAll(async () => {
    dir = await layOut('seed-as-written');
    report = await triage(dir, { now: NOW });
    cause = causeOf(report);
  });

  it('SEED-1 is SEV1, with reasons', () => {
    expect(report.incident.severity).toBe('SEV1');
    expect(report.incident.severityReasons.join()).toMatch(/\w/);
  });

  it('SEED-2 started at the first timeout, 3 m 15 s after the deployment began and 2 m 45 s after it completed', () => {
    expect(report.incident.startedAt).toBe('2024-01-15T14:23:15Z');
    expect(secondsBetween(cause.change?.at, report.incident.startedAt)).toBe(195);
    expect(secondsBetween(cause.change?.finishedAt, report.incident.startedAt)).toBe(165);
    expect(everything(report)).toMatch(/3 ?m(in(utes?)?)? ?15 ?s/);
    expect(everything(report)).toMatch(/2 ?m(in(utes?)?)? ?45 ?s/);
  });

  it('SEED-3 goes on after 17 m 45 s', () => {
    expect(report.incident).toMatchObject({
      asOf: NOW,
      durationSeconds: 1065,
      ongoing: true,
      status: 'IDENTIFIED',
    });
  });

  it('SEED-4 hits checkout-api, cascades to payment-service, and has the breaker open at 14:24:30', () => {
    expect(report.blastRadius.direct.map(({ service }) => service)).toEqual(['checkout-api']);
    const cascade = report.blastRadius.cascade.filter(({ service }) => service === 'payment-service');
    expect(
      excerpts(
        report,
        cascade.flatMap(({ evidence }) => evidence),
      ).join('\n'),
    ).toContain('High timeout rate');
    const breaker = report.symptoms.find((symptom) => symptom.class === 'breaker-open');
    expect(breaker).toMatchObject({ service: 'checkout-api', firstSeenAt: '2024-01-15T14:24:30Z' });
  });

  it('SEED-4 tells the incident in the six rows that the log knows, then what the responders did', () => {
    const rows = report.timeline.map(({ at, kind }) => (kind === 'response' ? kind : at.slice(11, 19)));
    expect(rows.filter((row) => row !== 'response')).toEqual([
      '14:20:00',
      '14:20:30',
      '14:23:15',
      '14:24:00',
      '14:24:30',
      '14:25:00',
    ]);
    expect(rows.slice(0, 6)).not.toContain('response');
  });

  it('SEED-5 counts six timeout errors of seven ERROR lines', () => {
    const timeouts = report.symptoms.filter((symptom) => symptom.class === 'timeout');
    expect(timeouts.find(({ service }) => service === 'checkout-api')?.count).toBe(6);
    expect(everything(report)).toMatch(/(6|six) of (the )?(7|seven)\b/i);
  });

  it('SEED-6 names paymentTimeout = 500 in the running release as the cause', () => {
    expect(cause).toMatchObject({ rank: 1, kind: 'change', service: 'checkout-api' });
    expect(cause.change).toMatchObject({
      version: 'v2.4.1',
      file: CONFIG,
      line: 2,
      key: 'paymentTimeout',
      newValue: '500',
    });
  });

  it('SEED-7 shows the chain from the log line to the value', () => {
    const places = cause.mechanism.map(({ location }) => location);
    const chain = [`${EMITTER}:13`, `${EMITTER}:5`, `${CONFIG}:2`];
    expect(places.filter((place) => place !== null && chain.includes(place))).toEqual(chain);
    const cited = cause.mechanism.flatMap(({ evidence }) => evidence);
    expect(cited.map((citation) => report.evidence[citation]?.locator).join()).toMatch(/error\.log:3/);
  });

  it('SEED-8 is sure, and quotes the comments as claims', () => {
    expect(cause.confidence).toBe('HIGH');
    const told = `${JSON.stringify(cause)}${JSON.stringify(report.notes)}`;
    expect(told).toMatch(/comment/i);
    expect(everything(report)).toContain('Should be 5000');
  });

  it('SEED-9 says that git never held 5000 and that the target must be confirmed', () => {
    expect(cause.change?.oldValue).not.toBe('5000');
    expect(everything(report)).toMatch(/no (revision|commit)[^.]*5000/i);
    const commands = report.rollback.commands.map(({ command }) => command);
    expect(commands).toContain('kubectl rollout history deployment/checkout-api');
    expect(report.rollback.target?.revision ?? null).toBeNull();
  });

  it('SEED-10 advises the rollback, with the platform marked as assumed', () => {
    expect(report.rollback.recommendation).toBe('ROLLBACK');
    const undo = report.rollback.commands.find(({ purpose }) => purpose === 'mitigate');
    expect(undo).toMatchObject({
      platform: 'kubernetes',
      command: 'kubectl rollout undo deployment/checkout-api',
    });
    expect(undo?.assumes.join()).toMatch(/platform|kubernetes/i);
    expect(report.rollback.safety.verdict).not.toBe('SAFE');
  });

  it('SEED-11 warns that nothing reads the variable of the hotfix', () => {
    const hotfix = report.rollback.alternatives.find(({ commands }) =>
      commands.some(({ command }) =>
        /kubectl set env deployment\/checkout-api .*PAYMENT_TIMEOUT=5000/.test(command),
      ),
    );
    expect(hotfix?.warnings.join()).toMatch(/PAYMENT_TIMEOUT/);
    expect(hotfix?.warnings.join()).toMatch(/nothing|no (code|file|source)|not read|never read/i);
  });

  it('SEED-12 leaves users, revenue, failure rate and p99 unknown, each with its question', () => {
    const { users, revenuePerHour, direct } = report.blastRadius;
    for (const quantity of [users, revenuePerHour, direct[0]?.failureRate]) {
      expect(quantity).toMatchObject({ value: null, basis: 'unknown' });
      expect(quantity?.need).toMatch(/\w/);
    }
    const keys = report.questions.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(['activeUsers', 'payment-service.latencyP99Ms']));
    expect(report.questions.length).toBeGreaterThanOrEqual(4);
  });

  it('SEED-13 knows nothing of the commits that were never made', () => {
    expect(everything(report)).not.toMatch(/session caching|retry logic/i);
    expect(report.hypotheses.every(({ service }) => service !== 'user-service')).toBe(true);
  });

  it('SEED-14 says what was not seen at payment-service instead of calling it healthy', () => {
    expect(everything(report)).toMatch(/no errors seen in this log/i);
    expect(everything(report)).not.toMatch(/payment-service (is|looks|was) healthy/i);
  });

  it('SEED-15 gives the same bytes twice but for durationMs', async () => {
    const again = await triage(dir, { now: NOW });
    expect({ ...again, durationMs: 0 }).toEqual({ ...report, durationMs: 0 });
  });

  it('SEED-16 takes a p99 as an answer and weighs it, without calling 800 > 500 "most"', async () => {
    const answered = await triage(dir, {
      now: NOW,
      more: ['--answer', 'payment-service.latencyP99Ms=800'],
    });
    expect(everything(answered)).toMatch(/800 ?ms/);
    expect(everything(answered)).not.toMatch(/most (payment )?calls/i);
    expect(answered.questions.map(({ key }) => key)).not.toContain('payment-service.latencyP99Ms');
    expect(causeOf(answered).probability).toBeGreaterThanOrEqual(cause.probability);
  });

  it('SEED-16 fills users by formula once the answers allow it', async () => {
    const answers = ['activeUsers=16000', 'checkout.attemptsPerHour=9420', 'checkout-api.failureRate=0.85'];
    const answered = await triage(dir, { now: NOW, more: answers.flatMap((answer) => ['--answer', answer]) });
    const { users } = answered.blastRadius;
    expect(users.basis).toBe('derived');
    expect(users.formula).toMatch(/9,?420/);
    expect(users.value).toBeCloseTo(2369, -1);
  });

  it('SEED-17 notices that git is years away from the log', () => {
    expect(report.notes.join('\n')).toMatch(/2026/);
    expect(report.notes.join('\n')).toMatch(/git|commit/i);
  });

  it('SEED-18 speaks of the stored incident when asked for the decision', async () => {
    const store = temporaryFolder();
    await triage(dir, { now: NOW, more: ['--store', store] });
    const views = ['--rollback-decision', '--root-cause', '--timeline', '--blast-radius'];
    const shown = await Promise.all(
      views.map((view) => run(['incident', view, '--dir', dir, '--store', store, '--now', NOW])),
    );
    expect(shown.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(shown[0]?.stdout).toMatch(/\*\*Recommendation\*\*: ROLLBACK/);
    expect(shown[0]?.stdout).toContain('kubectl rollout undo deployment/checkout-api');
    expect(shown[1]?.stdout).toContain('paymentTimeout');
    expect(shown[2]?.stdout).toContain('14:24:30');
    expect(shown[3]?.stdout).toContain('payment-service');
  });

  it('SEED-19 prints the markdown report that was reviewed', async () => {
    const { stdout } = await run(['incident', SYMPTOM, '--dir', dir, '--now', NOW, '--no-input']);
    expect(stdout).toBe(golden('seed-as-written', stdout));
  });
});

describe('variants of the seed', () => {
  it('SEED-8 is MEDIUM at most when the comments are stripped from files and history', async () => {
    const bare = await layOut('seed-as-written', (text) =>
      text
        .replaceAll(/ {2}\/\/ (Changed from|BUG:).*$/gm, '')
        .replaceAll(/^.*\/\/ Timeout errors.*\n/gm, '')
        .replace(/ {2}- date: now-1s[\s\S]*?(?=emptyFolders)/, ''),
    );
    const report = await triage(bare, { now: NOW });
    expect(everything(report)).not.toContain('5000');
    expect(report.rootCause?.confidence ?? 'LOW').not.toBe('HIGH');
  });

  it('links commits dated years after the log by version, service and path', async () => {
    const dir = await layOut('seed-with-history');
    const report = await triage(dir, { now: NOW });
    const cause = causeOf(report);
    expect(cause).toMatchObject({ kind: 'change', service: 'checkout-api', confidence: 'HIGH' });
    expect(cause.change).toMatchObject({ key: 'paymentTimeout', oldValue: '5000', newValue: '500' });
    expect(cause.change?.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(report.incident.startedAt).toBe('2024-01-15T14:23:15Z');
    const cleared = report.cleared.map(({ change }) => change.label).join('\n');
    expect(cleared).toMatch(/session caching/i);
    expect(cleared).toMatch(/retry logic/i);
    expect(report.notes.join('\n')).toMatch(/2026/);
  });
});
