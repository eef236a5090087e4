/** The hotfix as real git takes it: it applies to the running revision and restores what was before. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hypothesis } from '../../src/domain/hypothesis.ts';
import { type Edit, hotfixPatch, patchProbe, patchText } from '../../src/engine/decide/patch.ts';
import { type History, type Laboratory, setUp, situationOf, tearDown } from './before-after.ts';

const NUMBERED = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join('\n');

interface Case extends History {
  readonly name: string;
  readonly file: string;
  readonly line: number | null;
  /** The file after the patch; null where none can be offered. */
  readonly want: string | null;
  readonly gone?: readonly string[];
}

const config = (wait: number, more = '') =>
  `export const limits = {\n  retries: 3,\n  waitMs: ${wait},\n  pool: 8,\n${more}};\n`;

const CASES: readonly Case[] = [
  {
    name: 'a value',
    file: 'src/limits.ts',
    line: 3,
    before: { 'src/limits.ts': config(4000) },
    after: { 'src/limits.ts': config(400) },
    want: config(4000),
  },
  {
    name: 'a value, and what else the release brought to the file stays',
    file: 'src/limits.ts',
    line: 3,
    before: { 'src/limits.ts': `${config(4000)}${NUMBERED}\n` },
    after: { 'src/limits.ts': `${config(400)}${NUMBERED}\nadded\n` },
    want: `${config(4000)}${NUMBERED}\nadded\n`,
  },
  {
    name: 'a check that was removed',
    file: 'a.py',
    line: null,
    before: { 'a.py': 'def f(x):\n    if x is None:\n        return 0\n    return x.n\n' },
    after: { 'a.py': 'def f(x):\n    return x.n\n' },
    want: 'def f(x):\n    if x is None:\n        return 0\n    return x.n\n',
  },
  {
    name: 'a line that was added',
    file: 'a.py',
    line: 2,
    before: { 'a.py': 'def f(x):\n    return x.n\n' },
    after: { 'a.py': 'def f(x):\n    sleep(9)\n    return x.n\n' },
    want: 'def f(x):\n    return x.n\n',
  },
  {
    name: 'the first line',
    file: 'a.txt.ts',
    line: 1,
    before: { 'a.txt.ts': `const a = 1;\n${NUMBERED}\n` },
    after: { 'a.txt.ts': `const a = 2;\n${NUMBERED}\n` },
    want: `const a = 1;\n${NUMBERED}\n`,
  },
  {
    name: 'a file whose last line has no line break',
    file: 'a.yaml',
    line: 1,
    before: { 'a.yaml': 'waitMs: 4000\nb: 1' },
    after: { 'a.yaml': 'waitMs: 400\nb: 1' },
    want: 'waitMs: 4000\nb: 1',
  },
  {
    name: 'a path with a blank',
    file: 'my app/limits.ts',
    line: 3,
    before: { 'my app/limits.ts': config(4000) },
    after: { 'my app/limits.ts': config(400) },
    want: config(4000),
  },
  {
    name: 'none over the very end without a line break',
    file: 'a.yaml',
    line: 1,
    before: { 'a.yaml': 'waitMs: 4000' },
    after: { 'a.yaml': 'waitMs: 400' },
    want: null,
  },
  {
    name: 'none where lines end in carriage returns',
    file: 'a.ts',
    line: 1,
    before: { 'a.ts': 'export const a = 1;\r\n' },
    after: { 'a.ts': 'export const a = 2;\r\n' },
    want: null,
  },
  {
    name: 'none for a file that the release brought',
    file: 'a.ts',
    line: 1,
    before: { 'b.ts': 'x' },
    after: { 'a.ts': 'export const a = 2;\n' },
    want: null,
  },
  {
    name: 'none for more than one reads at night',
    file: 'a.ts',
    line: null,
    before: { 'a.ts': `${NUMBERED}\n` },
    after: { 'a.ts': NUMBERED.replaceAll('line', 'row') },
    want: null,
  },
  {
    name: 'none that names what a migration dropped',
    file: 'a.ts',
    line: 1,
    gone: ['grand_total'],
    before: { 'a.ts': 'export const total = cart.grandTotal;\n' },
    after: { 'a.ts': 'export const total = sum(cart);\n' },
    want: null,
  },
];

let laboratory: Laboratory;
beforeAll(() => {
  laboratory = setUp(CASES);
});
afterAll(() => tearDown(laboratory));

function accused(file: string, line: number | null): Hypothesis {
  return { change: { file, line, key: null }, mechanism: [], factors: [] } as unknown as Hypothesis;
}

describe('a hotfix', () => {
  it.each(CASES)('$name', async ({ file, line, want, gone = [], ...history }) => {
    const index = CASES.findIndex((each) => each.after === history.after);
    const cause = accused(file, line);
    const lab = await situationOf(laboratory, index, history);
    const probe = patchProbe(cause, lab.back());
    if (probe !== null) await lab.ask([probe]);
    const patch = hotfixPatch(cause, lab.back(), gone);
    expect(patch?.against ?? null).toBe(want === null ? null : (laboratory.commits[index]?.[1] ?? ''));
    if (patch === null) return;
    const folder = checkout(laboratory.root, patch.against);
    try {
      execFileSync('git', ['apply', '--check', '--whitespace=error-all', '-'], {
        cwd: folder,
        input: patch.text,
        stdio: 'pipe',
      });
      execFileSync('git', ['apply', '--index', '-'], { cwd: folder, input: patch.text, stdio: 'pipe' });
      expect(readFileSync(join(folder, file), 'utf8')).toBe(want);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function checkout(root: string, commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'wicked-platform-patch-'));
  execFileSync('git', ['clone', '--quiet', '--shared', '--no-checkout', root, folder], { stdio: 'pipe' });
  execFileSync('git', ['-c', 'core.autocrlf=false', 'checkout', '--quiet', commit], {
    cwd: folder,
    stdio: 'pipe',
  });
  return folder;
}

describe('the text of a patch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wicked-platform-patch-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const line = fc.string({ maxLength: 8 }).map((word) => word.replace(/[\r\n]/g, ' '));
  const scenario = fc
    .tuple(
      fc.array(line, { minLength: 1, maxLength: 40 }),
      fc.array(fc.tuple(fc.nat(39), fc.nat(3), fc.array(line, { maxLength: 3 })), {
        minLength: 1,
        maxLength: 4,
      }),
    )
    .map(([lines, raw]) => {
      const edits: Edit[] = [];
      for (const [start, length, replaced] of [...raw].sort((a, b) => a[0] - b[0])) {
        const from = Math.max(start + 1, (edits.at(-1)?.to ?? 0) + 2);
        const to = Math.min(lines.length, from + length - 1);
        const isNothing = to < from && replaced.length === 0;
        if (from <= lines.length && !isNothing) edits.push({ from, to, lines: replaced });
      }
      return { lines, edits };
    })
    .filter(({ edits }) => edits.length > 0);

  it('applies with real git whatever lines are changed, and gives what was wanted', () => {
    fc.assert(
      fc.property(scenario, ({ lines, edits }) => {
        const path = 'some/file.txt';
        const target = join(folder, path);
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, `${lines.join('\n')}\n`);
        const patch = patchText(path, edits, { first: 1, lines, fileLines: lines.length, openEnd: false });
        const wanted = [...lines];
        for (const { from, to, lines: replaced } of [...edits].reverse())
          wanted.splice(from - 1, Math.max(0, to - from + 1), ...replaced);
        const isSame = wanted.join('\n') === lines.join('\n');
        if (isSame) return;
        execFileSync('git', ['apply', '-'], { cwd: folder, input: patch, stdio: 'pipe' });
        expect(readFileSync(target, 'utf8')).toBe(wanted.length === 0 ? '' : `${wanted.join('\n')}\n`);
      }),
      { numRuns: 40 },
    );
  });
});
