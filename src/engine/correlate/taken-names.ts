/** A name in quotes that a release took out of the code and put nowhere else, and that the failure misses by that very name. */
import type { DiffHunk, FileDiff, RevisionDiff } from '../../domain/code.ts';
import type { FailingPattern } from './facts.ts';
import { sampleOf } from './frame-files.ts';
import type { Match } from './match.ts';
import { WEIGHT } from './weights.ts';

/** Of several parts, as scopes, permissions, topics, headers and keys are: `invoices.write`, `order:read`, `X-Request-Id`. */
const NAME = /[A-Za-z][A-Za-z0-9]*(?:[.:/_-][A-Za-z0-9]+)+/g;
const WHOLE = new RegExp(`^${NAME.source}$`);
const LEAST = 6;
/** Texts in quotes, and the words of Ruby's lists of words. */
const QUOTED = /"([^"\n]{1,200})"|'([^'\n]{1,200})'|`([^`\n]{1,200})`|%[wi][[({<]([^\])}>\n]*)/g;
/** Endings of files and modules: what is imported elsewhere has no part in it. */
const IMPORT = /^\s*(import|from|use|using|require|require_relative|include)\b|\brequire\(/;

function namesIn(lines: readonly string[]): readonly string[] {
  return (
    lines
      .filter((line) => !IMPORT.test(line))
      .flatMap((line) => [...line.matchAll(QUOTED)])
      .map((match) => match.slice(1).find((text) => text !== undefined) ?? '')
      // A sentence with a name in it is a message; a list of names holds nothing else.
      .filter((text) => text.split(/[\s,]+/).every((word) => word === '' || WHOLE.test(word)))
      .flatMap((text) => text.match(NAME) ?? [])
      .filter((name) => name.length >= LEAST)
  );
}

/** True where nothing that could belong to a longer name stands beside it. */
function states(message: string, name: string): boolean {
  const at = message.indexOf(name.toLowerCase());
  if (at === -1) return false;
  return !/[\w.:/-]/.test(message[at - 1] ?? ' ') && !/[\w:/-]/.test(message[at + name.length] ?? ' ');
}

function acting(file: FileDiff): boolean {
  return file.inert === 'none' && (file.category === 'code' || file.category === 'config');
}

export function takenNameMatches(
  diff: RevisionDiff,
  service: string,
  items: readonly FailingPattern[],
  elsewhere: number,
): readonly Match[] {
  const files = diff.files.filter(acting);
  const kept = diff.files.flatMap(({ hunks }) => hunks.flatMap(({ added }) => added)).join('\n');
  const isGone = (name: string) => !kept.includes(name);
  const taken = files.flatMap((file) =>
    file.hunks.flatMap((hunk: DiffHunk) =>
      [...new Set(namesIn(hunk.removed))].filter(isGone).map((name) => ({ file, hunk, name })),
    ),
  );
  return taken.flatMap(({ file, hunk, name }) =>
    items
      .filter(({ message }) => states(message, name))
      .map(
        (item): Match => ({
          name: 'symbolInError',
          weight: WEIGHT.symbolInError * (item.pattern.service === service ? 1 : elsewhere),
          detail: `${file.path} no longer names "${name}", nor does anything that came with this release; the error names it`,
          file: file.path,
          line: Math.max(1, hunk.newStart),
          value: null,
          pattern: item,
          evidence: [hunk.evidence, ...sampleOf(item)],
        }),
      ),
  );
}
