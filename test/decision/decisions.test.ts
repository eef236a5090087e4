/** Every folder of decisions/, from repository and evidence to the decision: verdict on safety, findings with their place, the command. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { triageDirectory } from '../../src/index.ts';
import { sampled } from '../scenario-names.ts';
import { layOut, NOW, readCase } from './lay-out.ts';

const NAMES = readdirSync(fileURLToPath(new URL('../../decisions', import.meta.url)), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
  .map(({ name }) => name)
  .sort();
const CASES = NAMES.map((name) => ({ name, ...readCase(name) }));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wicked-decisions-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('decisions/', () => {
  it.each(sampled(CASES))('$name', async ({ name, story, expected }) => {
    const dir = join(folder, name);
    const release = await layOut(story, dir);
    const report = await triageDirectory({ symptom: `${story.base} fail for customers`, dir, now: NOW });
    rmSync(dir, { recursive: true, force: true });
    const { recommendation, safety, commands } = report.rollback;
    const main = commands.find(({ purpose }) => purpose === 'mitigate')?.command ?? 'none';
    expect(report.rootCause?.change?.commit).toBe(release);
    expect([recommendation, safety.verdict, main]).toEqual([
      expected.recommendation,
      expected.safety,
      expect.stringContaining(expected.command),
    ]);
    for (const { verdict, at, says } of expected.findings) {
      const found = safety.findings.find(
        (finding) =>
          finding.verdict === verdict &&
          finding.statement.includes(at ?? '') &&
          finding.statement.includes(says),
      );
      expect(found, `${verdict} ${at} ${says} in ${JSON.stringify(safety.findings)}`).toBeDefined();
      const cited = (found?.evidence ?? []).map((id) => report.evidence[id]?.locator ?? '');
      const path = at?.split(':')[0];
      if (path !== undefined) expect(cited.join()).toContain(path);
    }
    const all = commands.map(({ command }) => command).join('\n');
    expect(expected.never.filter((words) => all.includes(words))).toEqual([]);
  });
});

describe('what they cover', () => {
  const verdicts = new Map<string, Set<string>>();
  for (const { expected } of CASES)
    verdicts.set(expected.class, (verdicts.get(expected.class) ?? new Set()).add(expected.safety));
  const classes = [...verdicts].filter(([name]) => !name.startsWith('platform:'));

  it('twelve classes at least, the unsafe or costly beside a safer twin', () => {
    const paired = classes.filter(([, found]) => found.size >= 2).map(([name]) => name);
    expect(paired.length).toBeGreaterThanOrEqual(12);
    expect(classes.map(([name]) => name).filter((name) => !paired.includes(name))).toEqual([]);
    expect(classes.filter(([, found]) => found.has('UNSAFE')).length).toBeGreaterThanOrEqual(10);
  });

  it('ten platforms at least', () => {
    const platforms = [...verdicts.keys()].filter((name) => name.startsWith('platform:'));
    expect(platforms.length).toBeGreaterThanOrEqual(10);
  });
});
