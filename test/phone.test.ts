/** The decision on a phone: in a real browser at 390 × 844, over every scenario, recommendation, command and the one risk come first. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRun } from '../src/connectors/_kit/_testing/servers.ts';
import type { Report } from '../src/domain/report.ts';
import { buildScenario } from '../src/faces/cli/scenario/build-scenario.ts';
import { type ReportView, renderReport, triageDirectory } from '../src/index.ts';
import { scenarioNames } from './scenario-names.ts';

const SCENARIOS = fileURLToPath(new URL('../scenarios', import.meta.url));
const NAMES = scenarioNames();
const PHONE = { width: 390, height: 844 };
/** A view's title and heading stand above; recommendation, command and risk together take ten lines at most. */
const MAX_LINES = 10;
/** A command is printed whole and may wrap; what is longer is a chain of commands that nobody reads as one line. */
const LONG_COMMAND = 120;

interface Seen {
  readonly pageWidth: number;
  /** From the top of the page, pixels; null where there is none. */
  readonly riskBottom: number | null;
  readonly recommendation: string;
  readonly command: string;
  readonly risk: string;
  readonly lines: number;
}

/** Of a page, what the test looks at; these tests know no other part of the DOM. */
interface PageElement {
  readonly textContent: string | null;
  matches(selector: string): boolean;
  getBoundingClientRect(): { readonly bottom: number };
}
declare const document: {
  readonly documentElement: { readonly scrollWidth: number };
  querySelectorAll(selector: string): Iterable<PageElement>;
  createRange(): {
    selectNodeContents(element: PageElement): void;
    getClientRects(): Iterable<{ readonly width: number; readonly top: number }>;
  };
};

/** Runs in the page: what stands before and with the risk. */
function look(selector: string): Seen {
  const linesOf = (element: PageElement) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const tops = [...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => top);
    return tops.sort((a, b) => a - b).filter((top, index) => index === 0 || top - (tops[index - 1] ?? 0) > 9)
      .length;
  };
  const parts = [...document.querySelectorAll(selector)];
  const text = (element: PageElement | undefined) => element?.textContent?.trim() ?? '';
  const risk = parts.findIndex((part) => /^(Before|Risk):/.test(text(part)));
  const decision = parts.findIndex((part) => /^(Recommendation:|[A-Z_]{4,} — )/.test(text(part)));
  const command = parts.find((part) => part.matches('pre.command') || /^Command:/.test(text(part)));
  return {
    pageWidth: document.documentElement.scrollWidth,
    riskBottom: parts[risk]?.getBoundingClientRect().bottom ?? null,
    recommendation: text(parts[decision]),
    command: text(command),
    risk: text(parts[risk]),
    lines: parts.slice(decision, risk + 1).reduce((sum, part) => sum + linesOf(part), 0),
  };
}

interface Told {
  readonly now: string;
  readonly symptom: string;
}

describe.runIf(canRun('chromium'))('on a phone', () => {
  let folder = '';
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wicked-phone-'));
    const { chromium } = await import('playwright-core');
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-sync'],
    });
    page = await browser.newPage({ viewport: PHONE });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function reportOf(name: string): Promise<Report> {
    const { now, symptom }: Told = JSON.parse(readFileSync(join(SCENARIOS, name, 'truth.json'), 'utf8'));
    const dir = join(folder, name);
    await buildScenario(join(SCENARIOS, name), dir, { now: Date.parse('2026-03-02T10:00:00Z') });
    try {
      return await triageDirectory({ symptom, dir, now });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }

  async function show(report: Report, view: ReportView, selector: string): Promise<Seen> {
    await page.setContent(await renderReport(report, { format: 'html', view, color: false, width: 80 }));
    const shots = process.env['PHONE_SHOTS'];
    if (shots !== undefined)
      await page.screenshot({ path: join(shots, `${report.incident.title}.${view}.png`) });
    return page.evaluate(look, selector);
  }

  it.each(NAMES)('%s', async (name) => {
    const report = await reportOf(name);
    const { recommendation, commands } = report.rollback;
    const main = commands.find(({ purpose }) => purpose === 'mitigate')?.command ?? null;
    const views = {
      'rollback-decision': 'main > header > *, main > section:first-of-type > *',
      full: 'main > header > *',
    } as const;
    for (const view of ['rollback-decision', 'full'] as const) {
      const seen = await show(report, view, views[view]);
      expect(seen.pageWidth, `${view}: the page scrolls sideways`).toBe(PHONE.width);
      expect(seen.recommendation).toContain(recommendation);
      expect(seen.command).toMatch(main === null ? /^Command: none\S* \S/ : /\S/);
      expect(main === null || seen.command.replaceAll('\n', ' ') === main.replaceAll('\n', ' ')).toBe(true);
      expect(seen.risk, `${view}: no risk`).toMatch(/: \S/);
      expect(seen.riskBottom ?? PHONE.height + 1, `${view}: ${seen.risk}`).toBeLessThanOrEqual(PHONE.height);
      const isLong = (main?.length ?? 0) > LONG_COMMAND;
      if (view === 'rollback-decision' && !isLong)
        expect(seen.lines, JSON.stringify(seen)).toBeLessThanOrEqual(MAX_LINES);
    }
  });
});
