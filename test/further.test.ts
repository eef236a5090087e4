/** Requests beyond the defaults: a triage continued with more to look at, and what would follow if something were otherwise. */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runOperation } from '../src/app/operation.ts';
import { operation as triage } from '../src/app/operations/incident.ts';
import { operation as answer } from '../src/app/operations/incident-answer.ts';
import { operation as show } from '../src/app/operations/incident-show.ts';
import { operation as whatIf } from '../src/app/operations/incident-what-if.ts';
import type { Platform } from '../src/app/platform.ts';
import { composePlatform } from '../src/composition.ts';
import { buildScenario, scenarioFolder } from '../src/faces/cli/scenario/build-scenario.ts';

const SYMPTOM = '500 errors spiking on checkout API, customers unable to complete purchases';
const NOW = '2024-01-15T14:41:00Z';

let folder = '';
let shop = '';
let platform: Platform;
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'wicked-further-')));
  shop = join(folder, 'shop');
  await buildScenario(scenarioFolder('demo'), shop, { now: Date.parse(NOW) });
});
beforeEach(() => {
  const silent = () => undefined;
  platform = composePlatform({
    environment: { USER: 'dana' },
    cwd: folder,
    signal: new AbortController().signal,
    stdin: () => process.stdin,
    logger: { debug: silent, warn: silent },
    progress: silent,
    onProblem: silent,
    store: { kind: 'memory' },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a triage that is continued', { timeout: 120_000 }, () => {
  /** A log alone in a folder, far from the repository that explains it. */
  function logAlone(): string {
    const dir = mkdtempSync(join(folder, 'log-'));
    mkdirSync(join(dir, 'logs'));
    cpSync(join(shop, 'logs', 'checkout-api.log'), join(dir, 'logs', 'checkout-api.log'));
    return dir;
  }

  it('looks at another repository too, in the same incident, and goes on looking there', async () => {
    const dir = logAlone();
    const first = await runOperation(triage, { symptom: SYMPTOM, dir, now: NOW }, platform);
    expect(JSON.stringify(first.hypotheses)).not.toContain('paymentTimeout');
    const { id } = first.incident;
    const second = await runOperation(triage, { incident: id, repos: ['shop'] }, platform);
    expect(second.incident.id).toBe(id);
    expect(second.incident.asOf).toBe(first.incident.asOf);
    expect(JSON.stringify(second.hypotheses)).toContain('paymentTimeout');
    const third = await runOperation(answer, { incident: id, answers: { activeUsers: '16000' } }, platform);
    expect(JSON.stringify(third.hypotheses)).toContain('paymentTimeout');
    expect((await runOperation(show, { incident: id }, platform)).answers).toEqual({ activeUsers: '16000' });
  });

  it('looks at further logs and a wider window', async () => {
    const dir = logAlone();
    const narrow = { symptom: SYMPTOM, dir, now: NOW, since: '2024-01-15T14:30:00Z' };
    const { incident } = await runOperation(triage, narrow, platform);
    const extra = join(folder, 'gateway.log');
    writeFileSync(extra, '2024-01-15T14:31:00Z ERROR gateway upstream checkout-api answered 502\n');
    const again = await runOperation(
      triage,
      { incident: incident.id, logs: [extra], since: '2024-01-15T13:00:00Z' },
      platform,
    );
    const paths = again.coverage.map(({ path }) => path ?? '');
    expect(paths.some((path) => path.includes('gateway.log'))).toBe(true);
    const starts = again.coverage.flatMap(({ from }) => (from === null ? [] : [from])).sort();
    expect(starts[0]?.localeCompare('2024-01-15T14:00:00Z')).toBe(-1);
  });

  it('says that there is no such incident', async () => {
    await expect(runOperation(triage, { incident: 'INC-77' }, platform)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('what if', { timeout: 120_000 }, () => {
  it('lets a supposed latency replace the measured one, and records nothing', async () => {
    const report = await runOperation(triage, { symptom: SYMPTOM, dir: shop, now: NOW }, platform);
    const before = await runOperation(show, { incident: report.incident.id }, platform);
    const outcome = await runOperation(
      whatIf,
      { dir: shop, assume: { 'payment-service.latencyP99Ms': '300' } },
      platform,
    );
    expect(outcome.setAside.length).toBeGreaterThan(0);
    expect(outcome.before).toMatchObject({ confidence: 'HIGH', recommendation: 'ROLLBACK' });
    expect(outcome.after.confidence).not.toBe('HIGH');
    expect(outcome.changed).toContainEqual({
      what: 'prediction: calls to payment-service take longer than the limit of 500 ms',
      before: 'PASS',
      after: 'FAIL',
    });
    expect(await runOperation(show, { incident: report.incident.id }, platform)).toEqual(before);
  });

  it('thinks on a saved snapshot alike', async () => {
    const snapshot = join(folder, 'snapshot.json');
    await runOperation(triage, { symptom: SYMPTOM, dir: shop, now: NOW, saveSnapshot: snapshot }, platform);
    const assume = { 'payment-service.latencyP99Ms': '300' };
    const onEvidence = await runOperation(whatIf, { dir: shop, assume }, platform);
    const onSnapshot = await runOperation(whatIf, { snapshot, assume }, platform);
    expect(onSnapshot.after).toEqual(onEvidence.after);
    expect(onSnapshot.setAside).toEqual(onEvidence.setAside);
  });

  it('says which assumption nothing follows from, and that one is needed', async () => {
    await runOperation(triage, { symptom: SYMPTOM, dir: shop, now: NOW }, platform);
    const outcome = await runOperation(whatIf, { dir: shop, assume: { weather: 'rain' } }, platform);
    expect(outcome.changed).toEqual([]);
    expect(outcome.unused).toEqual([expect.stringContaining('weather')]);
    await expect(runOperation(whatIf, { dir: shop, assume: {} }, platform)).rejects.toMatchObject({
      code: 'usage',
    });
  });
});
