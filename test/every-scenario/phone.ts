/** The decision on a phone: in a real browser, recommendation, command and the one risk come first. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Report } from '../../src/domain/report.ts';
import { type ReportView, renderReport } from '../../src/index.ts';

const SCREEN = { width: 390, height: 844 };
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

/** The views that are looked at, each with what stands first in it. */
const VIEWS = [
  ['rollback-decision', 'main > header > *, main > section:first-of-type > *'],
  ['full', 'main > header > *'],
] as const satisfies readonly (readonly [ReportView, string])[];

/** A real browser at 390 × 844. */
export class Phone {
  private readonly browser: Browser;
  private readonly page: Page;

  private constructor(browser: Browser, page: Page) {
    this.browser = browser;
    this.page = page;
  }

  static async open(): Promise<Phone> {
    const { chromium } = await import('playwright-core');
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-sync'],
    });
    return new Phone(browser, await browser.newPage({ viewport: SCREEN }));
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  /** Recommendation, command and the one risk come first, and nothing scrolls sideways. */
  async check(report: Report): Promise<void> {
    const { recommendation, commands } = report.rollback;
    const main = commands.find(({ purpose }) => purpose === 'mitigate')?.command ?? null;
    for (const [view, selector] of VIEWS) {
      const seen = await this.show(report, view, selector);
      expect(seen.pageWidth, `${view}: the page scrolls sideways`).toBe(SCREEN.width);
      expect(seen.recommendation).toContain(recommendation);
      expect(seen.command).toMatch(main === null ? /^Command: none\S* \S/ : /\S/);
      expect(main === null || seen.command.replaceAll('\n', ' ') === main.replaceAll('\n', ' ')).toBe(true);
      expect(seen.risk, `${view}: no risk`).toMatch(/: \S/);
      expect(seen.riskBottom ?? SCREEN.height + 1, `${view}: ${seen.risk}`).toBeLessThanOrEqual(
        SCREEN.height,
      );
      const isLong = (main?.length ?? 0) > LONG_COMMAND;
      if (view === 'rollback-decision' && !isLong)
        expect(seen.lines, JSON.stringify(seen)).toBeLessThanOrEqual(MAX_LINES);
    }
  }

  private async show(report: Report, view: ReportView, selector: string): Promise<Seen> {
    await this.page.setContent(await renderReport(report, { format: 'html', view, color: false, width: 80 }));
    const shots = process.env['PHONE_SHOTS'];
    if (shots !== undefined)
      await this.page.screenshot({ path: join(shots, `${report.incident.title}.${view}.png`) });
    return this.page.evaluate(look, selector);
  }
}
