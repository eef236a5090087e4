/** `audit` against evidence that is as it was, that was altered, and that is gone; and against a report that was altered. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { runOperation } from '../src/app/operation.ts';
import { operation as audit } from '../src/app/operations/audit.ts';
import { operation as triage } from '../src/app/operations/incident.ts';
import { operation as answer } from '../src/app/operations/incident-answer.ts';
import type { Platform } from '../src/app/platform.ts';
import { composePlatform } from '../src/composition.ts';
import type { Report } from '../src/domain/report.ts';
import { buildScenario, scenarioFolder } from '../src/faces/cli/scenario/build-scenario.ts';

const SYMPTOM = '500 errors spiking on checkout API, customers unable to complete purchases';
const NOW = '2024-01-15T14:41:00Z';

let folder = '';
let dir = '';
let platform: Platform;

function compose(): Platform {
  const silent = () => undefined;
  return composePlatform({
    environment: { USER: 'dana' },
    cwd: folder,
    signal: new AbortController().signal,
    stdin: () => process.stdin,
    logger: { debug: silent, warn: silent },
    progress: silent,
    onProblem: silent,
    store: { kind: 'memory' },
  });
}

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'wicked-audit-')));
  await buildScenario(scenarioFolder('demo'), join(folder, 'untouched'), { now: Date.parse(NOW) });
});
beforeEach(() => {
  dir = join(folder, 'evidence');
  rmSync(dir, { recursive: true, force: true });
  cpSync(join(folder, 'untouched'), dir, { recursive: true });
  platform = compose();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const triaged = () => runOperation(triage, { symptom: SYMPTOM, dir, now: NOW }, platform);
const audited = (input: z.input<typeof audit.input> = {}) => runOperation(audit, { dir, ...input }, platform);

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(join(dir, path), change(readFileSync(join(dir, path), 'utf8')));
}

/** Evidence whose place begins so, with what the audit says of it. */
function piecesAt(result: Awaited<ReturnType<typeof audited>>, place: string) {
  return result.evidence.filter(({ locator }) => locator.startsWith(place));
}

describe('audit', { timeout: 120_000 }, () => {
  it('finds a report to hold whose evidence is as it was', async () => {
    const report = await triaged();
    const result = await audited();
    expect(result.holds, JSON.stringify(result.claims[0])).toBe(true);
    expect(result.evidence).toHaveLength(Object.keys(report.evidence).length);
    expect(result.counts).toEqual({ ok: result.evidence.length + result.claims.length, changed: 0, gone: 0 });
    expect(audit.holds?.(result)).toBe(true);
  });

  it('finds it to hold after answers, which are part of what it knew', async () => {
    await triaged();
    await runOperation(answer, { incident: 'INC-1', answers: { activeUsers: '20000' } }, platform);
    expect((await audited({ incident: 'INC-1' })).holds).toBe(true);
  });

  it('names the line that was altered, and what rests on it', async () => {
    await triaged();
    edit('logs/checkout-api.log', (text) =>
      text.replace('Payment timeout for order ORD-1001', 'Payment timeout for order ORD-9999'),
    );
    const result = await audited();
    expect(result.holds).toBe(false);
    const changed = result.evidence.filter(({ verdict }) => verdict === 'CHANGED');
    expect(changed).toContainEqual(
      expect.objectContaining({ id: 'E1', reason: expect.stringContaining('ORD-9999') }),
    );
    expect(
      result.claims.filter(({ evidence }) => evidence.includes('E1')).map(({ verdict }) => verdict),
    ).not.toContain('OK');
    expect(result.claims.find(({ about }) => about === 'recommendation')?.verdict).toBe('OK');
  });

  it('tells lines that later ones were added to from lines that moved', async () => {
    await triaged();
    edit('logs/checkout-api.log', (text) => `${text}2024-01-16T09:00:00Z INFO checkout-api all is quiet\n`);
    expect((await audited()).holds).toBe(true);
    edit(
      'logs/checkout-api.log',
      (text) => `2024-01-15T13:00:00Z INFO checkout-api a line before all\n${text}`,
    );
    const moved = piecesAt(await audited(), 'logs/checkout-api.log:');
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.map(({ verdict }) => verdict)).not.toContain('OK');
  });

  it('says that evidence is gone, and that its claims do not follow any more', async () => {
    await triaged();
    rmSync(join(dir, 'deployments.json'));
    rmSync(join(dir, 'metrics'), { recursive: true });
    const result = await audited();
    expect(piecesAt(result, 'deployments.json').every(({ verdict }) => verdict === 'GONE')).toBe(true);
    expect(piecesAt(result, 'metrics/').every(({ verdict }) => verdict === 'GONE')).toBe(true);
    expect(result.evidence[0]?.verdict).toBe('GONE');
    expect(result.claims.find(({ about }) => about === 'revenue per hour')?.verdict).not.toBe('OK');
    expect(result.claims.find(({ about }) => about === 'target')?.verdict).toBe('CHANGED');
  });

  it('says that everything is gone where nothing is left', async () => {
    await triaged();
    rmSync(dir, { recursive: true });
    mkdirSync(dir);
    const result = await audited({ incident: 'INC-1' });
    expect(new Set(result.evidence.map(({ verdict }) => verdict))).toEqual(new Set(['GONE']));
    expect(result.claims.find(({ about }) => about === 'cause')?.verdict).toBe('CHANGED');
    expect(result.holds).toBe(false);
  });

  it('says that commits are gone with their history', async () => {
    await triaged();
    rmSync(join(dir, '.git'), { recursive: true });
    const result = await audited();
    const commits = piecesAt(result, 'commit ');
    expect(commits.length).toBeGreaterThan(0);
    expect(commits.every(({ verdict }) => verdict === 'GONE')).toBe(true);
    expect(result.claims.find(({ about }) => about === 'cause')?.verdict).toBe('CHANGED');
  });

  const TAMPERED: readonly {
    readonly name: string;
    readonly about: RegExp;
    readonly edit: (report: Report) => object;
  }[] = [
    {
      name: 'a number',
      about: /^revenue per hour$/,
      edit: (report) => ({
        ...report,
        blastRadius: {
          ...report.blastRadius,
          revenuePerHour: { ...report.blastRadius.revenuePerHour, value: 5 },
        },
      }),
    },
    {
      name: 'the decision',
      about: /^recommendation$/,
      edit: (report) => ({ ...report, rollback: { ...report.rollback, recommendation: 'NONE' } }),
    },
    {
      name: 'the severity',
      about: /^severity$/,
      edit: (report) => ({ ...report, incident: { ...report.incident, severity: 'SEV4' } }),
    },
  ];

  it.each(TAMPERED)('finds a report of which $name was altered', async ({ about, edit: tamper }) => {
    const report = await triaged();
    const file = join(folder, 'report.json');
    writeFileSync(file, JSON.stringify(tamper(report)));
    const result = await audited({ report: file });
    expect(result.claims.filter(({ verdict }) => verdict !== 'OK').map((claim) => claim.about)).toEqual([
      expect.stringMatching(about),
    ]);
  });

  it('finds a quotation that was altered though its hash was not', async () => {
    const report = await triaged();
    const [first] = Object.entries(report.evidence);
    const [id, piece] = first ?? [];
    const file = join(folder, 'report.json');
    const evidence = { ...report.evidence, [id ?? '']: { ...piece, excerpt: 'all is well' } };
    writeFileSync(file, JSON.stringify({ ...report, evidence }));
    const result = await audited({ report: file });
    expect(result.evidence[0]).toMatchObject({
      id,
      verdict: 'CHANGED',
      reason: expect.stringContaining('otherwise'),
    });
  });

  it('audits a report from elsewhere without a record of it', async () => {
    const report = await triaged();
    const file = join(folder, 'report.json');
    writeFileSync(file, JSON.stringify(report));
    platform = compose();
    expect((await audited({ report: file })).holds).toBe(true);
  });

  it.each([
    { name: 'no JSON', text: '{', why: 'it is no JSON' },
    { name: 'another JSON', text: '{"schemaVersion":1}', why: /^it is no report/ },
  ])('refuses $name', async ({ text, why }) => {
    const file = join(folder, 'report.json');
    writeFileSync(file, text);
    await expect(audited({ report: file })).rejects.toMatchObject({
      code: 'malformed',
      why: expect.stringMatching(why),
    });
  });
});
