/** What an answer costs whoever reads it: every tool on every scenario, in characters; about four make a token. Prints the largest and the median. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PlatformError } from '../../src/domain/error.ts';
import { buildScenario, scenarioFolder } from '../../src/faces/cli/scenario/build-scenario.ts';
import { STRUCTURED_LIMIT, TEXT_LIMIT } from '../../src/faces/mcp/budget.ts';
import { CONFIRMATION, callTool, loadTools } from '../../src/faces/mcp/tool.ts';
import { scenarioNames } from '../scenario-names.ts';

const SCENARIOS = scenarioNames();
const TOOLS = 18;
/** The warnings and the remarks on cuts come on top of what is limited. */
const MARGIN = 1_000;
/** A triage is read under pressure: about two thousand tokens with all that it holds. */
const BRIEF_LIMIT = 8_000;

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'wicked-mcp-budget-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tools = new Map((await loadTools()).map((tool) => [tool.name, tool]));
const sizes: { readonly tool: string; readonly scenario: string; readonly size: number }[] = [];

async function measure(
  scenario: string,
  dir: string,
  name: string,
  given: Record<string, unknown>,
  said: Record<string, unknown> | null = null,
) {
  const tool = tools.get(name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  const outcome = await callTool(
    tool,
    given,
    { canBeAsked: said !== null, said },
    { signal: new AbortController().signal, progress: () => undefined },
    {
      version: '0.0.0',
      environment: {},
      roots: [dir],
      sources: {},
      store: join(folder, `store-${scenario}`),
      log: () => undefined,
    },
  );
  if (outcome.kind !== 'answer') throw new Error(`${name} asked instead of answering`);
  const { text, structured } = outcome;
  const parsed = tool.output.safeParse(structured);
  expect(parsed.error, `${scenario} ${name}`).toBeUndefined();
  const structuredSize = JSON.stringify(structured).length;
  expect(structuredSize, `${scenario} ${name}`).toBeLessThanOrEqual(STRUCTURED_LIMIT);
  expect(text.length, `${scenario} ${name}`).toBeLessThanOrEqual(TEXT_LIMIT + MARGIN);
  sizes.push({ tool: name, scenario, size: structuredSize + text.length });
  return structured;
}

let refused = 0;

/** Where nothing was wrong there is nothing to approve and nothing to verify, at times not even evidence: the tool says so instead. */
const REFUSALS: ReadonlySet<string> = new Set(['usage', 'not-found']);

async function unlessRefused(measured: Promise<unknown>): Promise<void> {
  try {
    await measured;
  } catch (error) {
    if (!(error instanceof PlatformError) || !REFUSALS.has(error.code)) throw error;
    refused += 1;
  }
}

describe('the size of answers', { timeout: 120_000 }, () => {
  it.each(SCENARIOS)('stays within what an agent can afford: %s', async (scenario) => {
    const dir = join(folder, scenario);
    await buildScenario(scenarioFolder(scenario), dir, {});
    const brief = await measure(scenario, dir, 'triage', { symptom: 'errors, customers complain' });
    const incident = brief['incident'];
    expect(sizes.at(-1)?.size).toBeLessThanOrEqual(BRIEF_LIMIT);
    for (const name of ['decide', 'explain', 'timeline', 'show_incident', 'audit'])
      await measure(scenario, dir, name, { incident });
    for (const view of ['full', 'status-update', 'postmortem'])
      await measure(scenario, dir, 'document', { incident, view });
    const ids = Array.from({ length: 20 }, (_, index) => `E${index + 1}`);
    await unlessRefused(measure(scenario, dir, 'evidence', { incident, ids }));
    await measure(scenario, dir, 'doctor', {});
    await measure(scenario, dir, 'what_if', { incident, assume: { activeUsers: '16000' } });
    await measure(scenario, dir, 'answer', { incident, answers: { activeUsers: '16000' } });
    const confirmed = { [CONFIRMATION]: true };
    await unlessRefused(measure(scenario, dir, 'record_approval', { incident, by: 'Ada Park' }, confirmed));
    await unlessRefused(measure(scenario, dir, 'verify', { incident, dir }));
    await measure(scenario, dir, 'note', { incident, text: 'Rolled back.' });
    await measure(scenario, dir, 'list_incidents', {});
    await measure(scenario, dir, 'resolve', { incident });
  });

  it('is told', () => {
    const names = [...new Set(sizes.map(({ tool }) => tool))].sort();
    const rows = names.map((name) => {
      const of = sizes.filter(({ tool }) => tool === name).sort((a, b) => a.size - b.size);
      const largest = of.at(-1);
      const median = of[of.length >> 1];
      return `${name.padEnd(16)} median ${median?.size ?? 0}, largest ${largest?.size ?? 0} (${largest?.scenario ?? ''})`;
    });
    process.stdout.write(`characters of text and structured content\n${rows.join('\n')}\n`);
    expect(sizes).toHaveLength(TOOLS * SCENARIOS.length - refused);
    expect(refused).toBeLessThan(SCENARIOS.length / 2);
  });
});
