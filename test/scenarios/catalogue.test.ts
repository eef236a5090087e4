/** Every folder in scenarios/ is buildable and its truth speaks of things that are there. Whether the product finds the truth is asked elsewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../../src/app/config.ts';
import { buildScenario } from '../../src/faces/cli/scenario/build-scenario.ts';
import { removeTemporaryFolders, scenarioPath, temporaryFolder } from './lab.ts';

const instant = z.iso.datetime();
const truthSchema = z.strictObject({
  family: z.string().optional(),
  now: instant,
  symptom: z.string().min(10),
  onset: instant.nullable(),
  onsetToleranceSec: z.int().min(0),
  status: z.enum(['INVESTIGATING', 'IDENTIFIED', 'MITIGATING', 'MONITORING', 'RESOLVED']),
  severity: z.array(z.enum(['SEV1', 'SEV2', 'SEV3', 'SEV4'])).min(1),
  cause: z
    .strictObject({
      kind: z.enum([
        'change',
        'flag',
        'dependency',
        'traffic',
        'resource',
        'credential',
        'network',
        'data-job',
        'bad-data',
      ]),
      kinds: z.array(z.string()).optional(),
      service: z.string().min(1),
      aliases: z.array(z.string()).optional(),
      change: z
        .strictObject({
          type: z.enum(['deployment', 'commit', 'config', 'flag', 'infrastructure', 'migration']),
          version: z.string().optional(),
          commit: z.string().optional(),
          flag: z.string().optional(),
          key: z.string().optional(),
        })
        .optional(),
    })
    .nullable(),
  decision: z.array(z.string()).min(1),
  affected: z.strictObject({
    direct: z.array(z.string()),
    cascade: z.array(z.string()),
    optional: z.array(z.string()).optional(),
  }),
  innocent: z.array(z.string()),
  note: z.string().optional(),
});

const NAMES = readdirSync(scenarioPath('.'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

/** `service version`, as a truth names a deployment whose commit has no id of its own. */
const RELEASE = /^\S+ v\d/;

afterAll(removeTemporaryFolders);

describe.concurrent.each(NAMES)('scenario %s', (name) => {
  const truth = truthSchema.parse(JSON.parse(readFileSync(join(scenarioPath(name), 'truth.json'), 'utf8')));

  it('builds, and the truth names commits and keys that exist', async () => {
    const target = temporaryFolder();
    const commits = await buildScenario(scenarioPath(name), target, {
      now: Date.parse('2026-03-02T10:00:00Z'),
    });
    const named = [truth.cause?.change?.commit, ...truth.innocent].filter(
      (id) => id !== undefined && !RELEASE.test(id),
    );
    expect(named.filter((id) => !commits.has(id ?? ''))).toEqual([]);
    expect([...commits.values()].every((sha) => /^[0-9a-f]{40}$/.test(sha))).toBe(true);
    const history = readFileSync(join(scenarioPath(name), 'history.yaml'), 'utf8');
    expect(history).toContain(truth.cause?.change?.key ?? '');
  });

  it('has a wicked-platform.yaml that the product accepts, where it has one', async () => {
    const file = join(scenarioPath(name), 'input', 'wicked-platform.yaml');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    await expect(parseConfig(text, 'wicked-platform.yaml')).resolves.toBeDefined();
  });

  it('does not clear what it accuses, and began before it is looked at', () => {
    const commit = truth.cause?.change?.commit;
    expect(truth.innocent).not.toContain(commit ?? 'nothing accused');
    expect(Date.parse(truth.onset ?? truth.now)).toBeLessThanOrEqual(Date.parse(truth.now));
  });

  it('is not named after its fault', () => {
    const family = truth.family ?? '';
    expect(family.split('-').filter((word) => word.length > 3 && name.includes(word))).toEqual([]);
  });
});
