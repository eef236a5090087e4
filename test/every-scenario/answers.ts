/** What an answer costs whoever reads it: every tool on one scenario, in characters; about four make a token. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { incidentById, lastReportOf } from '../../src/app/stored-incidents.ts';
import { PlatformError } from '../../src/domain/error.ts';
import type { Report } from '../../src/domain/report.ts';
import { STRUCTURED_LIMIT, TEXT_LIMIT } from '../../src/faces/mcp/budget.ts';
import { type Surroundings, withPlatform } from '../../src/faces/mcp/surroundings.ts';
import { CONFIRMATION, callTool, loadTools } from '../../src/faces/mcp/tool.ts';
import type { Scenario } from './suite.ts';

/** Calls of a scenario whose tools are all asked, and of one that is only triaged and read. */
const ALL_CALLS = 18;
const READING_CALLS = 11;
/** The warnings and the remarks on cuts come on top of what is limited. */
const MARGIN = 1_000;
/** A triage is read under pressure: about two thousand tokens with all that it holds. */
export const BRIEF_LIMIT = 8_000;

/** Where nothing was wrong there is nothing to approve and nothing to verify, at times not even evidence: the tool says so instead. */
const REFUSALS: ReadonlySet<string> = new Set(['usage', 'not-found']);

type Ask = (
  name: string,
  given: Record<string, unknown>,
  said?: Record<string, unknown> | null,
) => Promise<Record<string, unknown>>;

const tools = new Map((await loadTools()).map((tool) => [tool.name, tool]));
const call = { signal: new AbortController().signal, progress: () => undefined };

/** The answers of all scenarios of a suite, with what they cost. */
export class Answers {
  private readonly sizes: { readonly tool: string; readonly scenario: string; readonly size: number }[] = [];
  private refused = 0;
  private calls = 0;

  /**
   * Calls the tools once, holds each answer against its schema and its limits, and returns the report of the triage with what its answer
   * cost. `every`: also those that triage again, each as long as the triage itself; without it, what reads what was found.
   */
  async measure(
    scenario: Scenario,
    every: boolean,
  ): Promise<{ readonly report: Report; readonly brief: number }> {
    const { dir, now, symptom } = scenario;
    const surroundings: Surroundings = {
      version: '0.0.0',
      environment: {},
      roots: [dir],
      sources: {},
      store: join(dir, '..', `store-${scenario.name}`),
      log: () => undefined,
    };
    const ask: Ask = (name, given, said = null) =>
      this.answer(scenario.name, surroundings, name, given, said);

    this.calls += every ? ALL_CALLS : READING_CALLS;
    const { incident } = await ask('triage', { symptom, now });
    const brief = this.sizes.at(-1)?.size ?? 0;
    const report = await withPlatform(surroundings, call, async (platform) =>
      lastReportOf(await incidentById(await platform.openStore(), String(incident))),
    );
    for (const name of ['decide', 'explain', 'timeline', 'show_incident']) await ask(name, { incident });
    for (const view of ['full', 'status-update', 'postmortem']) await ask('document', { incident, view });
    const ids = Array.from({ length: 20 }, (_, index) => `E${index + 1}`);
    await this.unlessRefused(ask('evidence', { incident, ids }));
    if (every) await this.askAgain(scenario, incident, ask);
    await ask('list_incidents', {});
    await ask('resolve', { incident });
    return { report, brief };
  }

  private async askAgain({ dir, now }: Scenario, incident: unknown, ask: Ask): Promise<void> {
    await ask('audit', { incident });
    await ask('doctor', {});
    await ask('what_if', { incident, assume: { activeUsers: '16000' } });
    await ask('answer', { incident, answers: { activeUsers: '16000' } });
    const confirmed = { [CONFIRMATION]: true };
    await this.unlessRefused(ask('record_approval', { incident, by: 'Ada Park' }, confirmed));
    await this.unlessRefused(ask('verify', { incident, dir, now }));
    await ask('note', { incident, text: 'Rolled back.' });
  }

  /** Largest and median per tool, one line each. Fails where a tool was left out or refused too often. */
  told(): string {
    const names = [...new Set(this.sizes.map(({ tool }) => tool))].sort();
    const rows = names.map((name) => {
      const of = this.sizes.filter(({ tool }) => tool === name).sort((a, b) => a.size - b.size);
      const largest = of.at(-1);
      const median = of[of.length >> 1];
      return `${name.padEnd(16)} median ${median?.size ?? 0}, largest ${largest?.size ?? 0} (${largest?.scenario ?? ''})`;
    });
    expect(this.sizes).toHaveLength(this.calls - this.refused);
    expect(this.refused).toBeLessThan(this.calls / ALL_CALLS / 2);
    return `characters of text and structured content\n${rows.join('\n')}\n`;
  }

  private async answer(
    scenario: string,
    surroundings: Surroundings,
    name: string,
    given: Record<string, unknown>,
    said: Record<string, unknown> | null,
  ): Promise<Record<string, unknown>> {
    const tool = tools.get(name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    const outcome = await callTool(tool, given, { canBeAsked: said !== null, said }, call, surroundings);
    if (outcome.kind !== 'answer') throw new Error(`${name} asked instead of answering`);
    const { text, structured } = outcome;
    const parsed = tool.output.safeParse(structured);
    expect(parsed.error, `${scenario} ${name}`).toBeUndefined();
    const structuredSize = JSON.stringify(structured).length;
    expect(structuredSize, `${scenario} ${name}`).toBeLessThanOrEqual(STRUCTURED_LIMIT);
    expect(text.length, `${scenario} ${name}`).toBeLessThanOrEqual(TEXT_LIMIT + MARGIN);
    this.sizes.push({ tool: name, scenario, size: structuredSize + text.length });
    return structured;
  }

  private async unlessRefused(measured: Promise<unknown>): Promise<void> {
    try {
      await measured;
    } catch (error) {
      if (!(error instanceof PlatformError) || !REFUSALS.has(error.code)) throw error;
      this.refused += 1;
    }
  }
}
