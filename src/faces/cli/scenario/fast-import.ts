/** Writes a scenario's commits as a `git fast-import` stream, so that fixed dates give fixed commit ids. It runs nothing. */
import { PlatformError } from '../../../domain/error.ts';
import type { ScenarioCommit, ScenarioHistory } from './history-schema.ts';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds since 1970 of a moment that the schema let through; `now` is the time of building. */
export function instantOf(moment: string, now: number): number {
  const relative = /^now(?:-(\d+)([smhd]))?$/.exec(moment);
  if (relative === null) return Date.parse(moment);
  return now - Number(relative[1] ?? 0) * (UNIT_MS[relative[2] ?? 's'] ?? 0);
}

/** `<seconds> <zone>` as git writes it. */
function gitDate(moment: string, now: number): string {
  const zone = /([+-]\d{2}):(\d{2})$/.exec(moment);
  return `${Math.floor(instantOf(moment, now) / 1000)} ${zone === null ? '+0000' : `${zone[1]}${zone[2]}`}`;
}

function dataBlock(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function unknownCommit(id: string): PlatformError {
  return new PlatformError({
    code: 'config',
    what: `history.yaml speaks of a commit ${id}`,
    why: 'no commit before it has that id',
    nextStep: 'Give that commit an `id`, above the place that uses it.',
  });
}

function fileChanges(commit: ScenarioCommit): string {
  const renames = Object.entries(commit.rename).map(([from, to]) => `R "${from}" "${to}"\n`);
  const deletions = commit.delete.map((path) => `D "${path}"\n`);
  const writes = Object.entries(commit.write).map(
    ([path, text]) => `M 100644 inline "${path}"\n${dataBlock(text)}`,
  );
  return [...renames, ...deletions, ...writes].join('');
}

function tagCommands(commit: ScenarioCommit, mark: number, author: string, now: number): string {
  return commit.tags
    .map(({ name, message, date }) =>
      message === undefined
        ? `reset refs/tags/${name}\nfrom :${mark}\n\n`
        : `tag ${name}\nfrom :${mark}\ntagger ${author} ${gitDate(date ?? commit.date, now)}\n${dataBlock(message)}`,
    )
    .join('');
}

/** Stream and the mark of each commit that has an id. Marks count commits from 1, in the file's order. */
export function fastImportStream(
  history: ScenarioHistory,
  now: number,
): { readonly stream: string; readonly marks: ReadonlyMap<string, number> } {
  const marks = new Map<string, number>();
  const parts: string[] = ['feature done\n'];
  const markOf = (id: string): number => {
    const mark = marks.get(id);
    if (mark === undefined) throw unknownCommit(id);
    return mark;
  };
  history.commits.forEach((commit, index) => {
    const mark = index + 1;
    const author = commit.author ?? history.author;
    const signature = `${author} ${gitDate(commit.date, now)}`;
    const parent = commit.from === undefined ? index : markOf(commit.from);
    parts.push(
      `commit refs/heads/${history.branch}\nmark :${mark}\nauthor ${signature}\ncommitter ${signature}\n`,
      dataBlock(commit.message.endsWith('\n') ? commit.message : `${commit.message}\n`),
      parent === 0 ? '' : `from :${parent}\n`,
      commit.merge === undefined ? '' : `merge :${markOf(commit.merge)}\n`,
      `${fileChanges(commit)}\n`,
      tagCommands(commit, mark, author, now),
    );
    if (commit.id !== undefined) marks.set(commit.id, mark);
  });
  parts.push('done\n');
  return { stream: parts.join(''), marks };
}
