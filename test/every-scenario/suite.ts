/** Every scenario is triaged once, and whatever holds for each of them is asked of that one triage. */
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRun } from '../../src/connectors/_kit/_testing/servers.ts';
import type { Report } from '../../src/domain/report.ts';
import { buildScenario, scenarioFolder } from '../../src/faces/cli/scenario/build-scenario.ts';
import { scenarioNames } from '../scenario-names.ts';
import { Answers, BRIEF_LIMIT } from './answers.ts';
import { Phone } from './phone.ts';

/** A test file is the unit that Vitest runs beside others: as many files as workers. */
const FILES = 2;
/** Of so many scenarios one is asked everything. */
const ASKED_ALL = 4;
const BUILT_AT = Date.parse('2026-03-02T10:00:00Z');
const hasBrowser = canRun('chromium');

export interface Scenario {
  readonly name: string;
  /** The folder of its evidence. */
  readonly dir: string;
  readonly symptom: string;
  readonly now: string;
}

async function build(name: string, folder: string): Promise<Scenario> {
  const source = scenarioFolder(name);
  const { now, symptom } = JSON.parse(readFileSync(join(source, 'truth.json'), 'utf8'));
  const dir = join(folder, name);
  await buildScenario(source, dir, { now: BUILT_AT });
  return { name, dir, symptom, now };
}

/** The tests of every scenario whose place in the list leaves `share` when divided by the number of files. */
export function testScenarios(share: number): void {
  const names = scenarioNames().filter((_, index) => index % FILES === share);

  describe('on every scenario', { timeout: 120_000 }, () => {
    const answers = new Answers();
    let folder = '';
    let phone: Phone | null = null;

    beforeAll(async () => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'wicked-every-scenario-')));
      if (hasBrowser) phone = await Phone.open();
    });
    afterAll(async () => {
      await phone?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    describe.each(names)('%s', (name) => {
      let report: Report | null = null;

      it('answers within what an agent can afford', async () => {
        const scenario = await build(name, folder);
        const measured = await answers.measure(scenario, names.indexOf(name) % ASKED_ALL === 0);
        rmSync(scenario.dir, { recursive: true, force: true });
        report = measured.report;
        expect(measured.brief).toBeLessThanOrEqual(BRIEF_LIMIT);
      });

      it.runIf(hasBrowser)('shows the decision first on a phone', async () => {
        if (report === null || phone === null) throw new Error('there is no report to look at');
        await phone.check(report);
      });
    });

    it('tells what the answers cost', () => {
      const told = answers.told();
      process.stdout.write(told);
      expect(told.split('\n').length).toBeGreaterThan(2);
    });
  });
}
