import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contextFor } from '../_testing/connector-run.ts';
import {
  createRepository,
  removeFolder,
  temporaryFolder,
  writeFiles,
} from '../_testing/temporary-repository.ts';
import { GitRepository } from '../git.ts';
import { gitSession } from '../git-session.ts';
import { release } from '../release.ts';
import { parentsOf, recordedHistories } from './histories.ts';
import { rootOfHistory } from './repository.ts';

let folder: string;
let count = 0;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => removeFolder(folder));

type Edit = { readonly file: number; readonly at: number; readonly remove: number; readonly add: number };
const PATHS = ['svc/a.ts', 'svc/b.yaml', 'other/c.py', 'd'];

/** A history of edits, made by git; returns its ids, newest first. */
function historyOf(edits: readonly (readonly Edit[])[]) {
  count += 1;
  const source = createRepository(join(folder, `source-${count}`));
  const texts = new Map(
    PATHS.map((path) => [path, Array.from({ length: 40 }, (_, line) => `${path} ${line}`)]),
  );
  const written = () =>
    Object.fromEntries([...texts].map(([path, lines]) => [path, lines.map((line) => `${line}\n`).join('')]));
  const ids = [source.commit({ message: 'begin', at: '2024-03-01T09:00:00Z', files: written() })];
  for (const [index, commit] of edits.entries()) {
    for (const { file, at, remove, add } of commit) {
      const lines = texts.get(PATHS[file % PATHS.length] ?? '');
      const fresh = Array.from({ length: add }, (_, line) => `new ${index} ${at} ${line}`);
      lines?.splice(at % (lines.length + 1), remove, ...fresh);
    }
    const minute = String(index).padStart(2, '0');
    ids.unshift(
      source.commit({ message: `edit ${index}`, at: `2024-03-01T10:${minute}:00Z`, files: written() }),
    );
  }
  return { source, ids };
}

const live = new AbortController().signal;

async function rebuilt(text: string) {
  count += 1;
  const root = join(folder, `evidence-${count}`);
  writeFiles(root, { 'git-log.txt': `${text}\n` });
  const { directory } = await contextFor(root);
  const [history] = (await recordedHistories(directory)).histories;
  if (history === undefined) throw new Error('no history');
  const made = await rootOfHistory(directory, history);
  if (made === null) throw new Error('no repository');
  return {
    history,
    git: new GitRepository(made, live, gitSession(directory, made)),
    end: () => release(directory),
  };
}

const edit = fc.record({
  file: fc.nat(3),
  at: fc.nat(39),
  remove: fc.nat(3),
  add: fc.nat(3),
});

test('differences of the rebuilt repository are those of the recorded one, however little is recorded', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 6 }),
      fc.nat(5),
      async (edits, fewer) => {
        const { source, ids } = historyOf(edits);
        const kept = Math.max(1, edits.length - fewer);
        const { history, git, end } = await rebuilt(source.git('log', '-p', `-${kept}`));
        const real = new GitRepository(source.root, live);
        for (const commit of history.commits) {
          const [from] = parentsOf(commit);
          if (from === undefined) continue;
          const query = { to: commit.sha, context: 0 };
          const told = await git.diff({ ...query, from });
          const asked = await real.diff({ ...query, from: `${commit.sha}^` });
          const shown = (patches: typeof told) =>
            patches.map(({ path, status, hunks }) => ({
              path,
              status,
              hunks: hunks.map(({ heading: _, ...hunk }) => hunk),
            }));
          expect(shown(told)).toEqual(shown(asked));
        }
        expect(history.commits.map(({ sha }) => sha)).toEqual(ids.slice(0, kept));
        expect((await git.log({ limit: 1, files: false })).commits[0]?.sha).toBe(ids[0]);
        end();
      },
    ),
    { numRuns: 8 },
  );
}, 60_000);

test('where commits are missing in between, what they did is not laid at the door of the next', async () => {
  const { source, ids } = historyOf([
    [{ file: 0, at: 10, remove: 1, add: 1 }],
    [{ file: 0, at: 10, remove: 1, add: 1 }],
    [{ file: 0, at: 11, remove: 1, add: 1 }],
  ]);
  const [last = '', , first = ''] = ids;
  const { git, end } = await rebuilt(`${source.git('show', last)}\n\n${source.git('show', first)}`);
  const patches = await git.diff({ from: `${last}^`, to: last, context: 0 });
  expect(patches.flatMap(({ hunks }) => hunks.flatMap(({ lines }) => lines))).toEqual([
    '-svc/a.ts 11',
    '+new 2 11 0',
  ]);
  end();
});

test('names that git would not take are left out', async () => {
  const text = `commit ${'a'.repeat(40)}\nAuthor: x <y@z>\nDate:   Fri Mar 1 10:00:00 2024 +0000\n\n    one\n\n${[
    '../up',
    '.git/config',
    'a//b',
    'fine',
  ]
    .map(
      (path) =>
        `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`,
    )
    .join('')}`;
  const { git, end } = await rebuilt(text);
  expect(await git.paths('a'.repeat(40))).toEqual(['fine']);
  end();
});
