/** Unified differences as `git diff`, `git log -p` and forges print them, out of any text. It does not know commits. */
import type { FilePatch, PatchHunk } from '../git-diff.ts';

const HUNK = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@ ?(.*)$/;
/** Lines between `diff --git` and the first hunk. */
const HEADER =
  /^(?:old mode |new mode |deleted file mode |new file mode |copy from |copy to |rename from |rename to |similarity index |dissimilarity index |index [0-9a-f]|Binary files |--- |\+\+\+ )/;
const NOWHERE = '/dev/null';

export interface ReadPatches {
  readonly patches: readonly FilePatch[];
  /** Index of the first line that is not part of them. */
  readonly next: number;
}

export function beginsPatch(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? '';
  if (/^diff --(?:git|cc|combined) /.test(line)) return true;
  return /^--- \S/.test(line) && /^\+\+\+ \S/.test(lines[at + 1] ?? '') && HUNK.test(lines[at + 2] ?? '');
}

/** All files whose differences follow each other from `at` on; blank lines between them are skipped. */
export function readPatches(lines: readonly string[], at: number): ReadPatches {
  const patches: FilePatch[] = [];
  let next = at;
  for (;;) {
    let start = next;
    while (start < lines.length && /^\s*$/.test(lines[start] ?? '')) start += 1;
    if (start >= lines.length || !beginsPatch(lines, start)) return { patches, next };
    const read = readFile(lines, start);
    if (read.patch !== null) patches.push(read.patch);
    next = read.next;
  }
}

/** The hunks of one file, as forges give them: text that begins with `@@`. */
export function hunksOfText(text: string): readonly PatchHunk[] {
  return readHunks(text.split('\n'), 0).hunks;
}

function readFile(lines: readonly string[], start: number): { patch: FilePatch | null; next: number } {
  const said = readHeader(lines, start);
  if (/^diff --(?:cc|combined) /.test(lines[start] ?? ''))
    return { patch: null, next: skipCombined(lines, said.next) };
  const { hunks, next } = readHunks(lines, said.next);
  const path = said.newPath === NOWHERE ? said.oldPath : said.newPath;
  if (path === null || path === NOWHERE || path === '') return { patch: null, next };
  const moved =
    said.oldPath !== null && said.oldPath !== NOWHERE && said.oldPath !== path ? said.oldPath : null;
  return {
    patch: {
      path,
      oldPath: said.isAdded || said.isDeleted ? null : moved,
      status: statusOf(said, moved),
      oldBlob: null,
      newBlob: null,
      submodule: said.isSubmodule,
      binary: said.isBinary,
      hunks,
    },
    next,
  };
}

interface Header {
  oldPath: string | null;
  newPath: string | null;
  isAdded: boolean;
  isDeleted: boolean;
  isCopied: boolean;
  isBinary: boolean;
  isSubmodule: boolean;
  next: number;
}

function statusOf(said: Header, moved: string | null): FilePatch['status'] {
  if (said.isAdded || said.oldPath === NOWHERE) return 'added';
  if (said.isDeleted || said.newPath === NOWHERE) return 'deleted';
  if (said.isCopied) return 'copied';
  return moved === null ? 'modified' : 'renamed';
}

function readHeader(lines: readonly string[], start: number): Header {
  const [oldPath, newPath] = pathsOfGitLine(lines[start] ?? '');
  const said: Header = {
    oldPath,
    newPath,
    isAdded: false,
    isDeleted: false,
    isCopied: false,
    isBinary: false,
    isSubmodule: false,
    next: start,
  };
  if (!(lines[start] ?? '').startsWith('--- ')) said.next = start + 1;
  for (let at = said.next; at < lines.length && HEADER.test(lines[at] ?? ''); at += 1) {
    readHeaderLine(lines[at] ?? '', said);
    said.next = at + 1;
  }
  if (/^GIT binary patch/.test(lines[said.next] ?? '')) {
    said.isBinary = true;
    said.next = skipBinary(lines, said.next);
  }
  return said;
}

function readHeaderLine(line: string, said: Header): void {
  const value = (prefix: string) => unquoted(line.slice(prefix.length));
  if (line.startsWith('new file mode')) said.isAdded = true;
  else if (line.startsWith('deleted file mode')) said.isDeleted = true;
  else if (line.startsWith('rename from ')) said.oldPath = value('rename from ');
  else if (line.startsWith('rename to ')) said.newPath = value('rename to ');
  else if (line.startsWith('copy from ')) said.oldPath = value('copy from ');
  else if (line.startsWith('copy to ')) {
    said.isCopied = true;
    said.newPath = value('copy to ');
  } else if (line.startsWith('Binary files ')) said.isBinary = true;
  else if (line.startsWith('--- ')) said.oldPath = sidePath(line.slice(4));
  else if (line.startsWith('+++ ')) said.newPath = sidePath(line.slice(4));
  if (/^(?:new file mode|deleted file mode|index .*) ?160000$/.test(line)) said.isSubmodule = true;
}

/** `a/x b/x`: both names are the same unless a later line says otherwise. */
function pathsOfGitLine(line: string): readonly [string | null, string | null] {
  const rest = /^diff --(?:git|cc|combined) (.*)$/.exec(line)?.[1];
  if (rest === undefined) return [null, null];
  const quoted = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(rest);
  if (quoted?.[1] !== undefined && quoted[2] !== undefined) return [sidePath(quoted[1]), sidePath(quoted[2])];
  const half = (rest.length - 1) / 2;
  const [one, other] = [sidePath(rest.slice(0, half)), sidePath(rest.slice(half + 1))];
  return one === other ? [one, other] : [sidePath(rest), sidePath(rest)];
}

/** Without git's prefix, and without the time that other programs print after a tab. */
function sidePath(text: string): string {
  const path = unquoted((text.startsWith('"') ? text : (text.split('\t')[0] ?? '')).trim());
  return path === NOWHERE ? path : path.replace(/^(?:[abciow]|old|new)\//, '');
}

/** Names with unusual characters stand in quotes, their bytes in octal. */
function unquoted(text: string): string {
  if (!/^".*"$/.test(text)) return text;
  const bytes: number[] = [];
  for (const [, octal, escaped, plain] of text.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/g)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 0xff);
    else bytes.push(...Buffer.from(escaped === undefined ? (plain ?? '') : (ESCAPES[escaped] ?? escaped)));
  }
  return Buffer.from(bytes).toString('utf8');
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function skipBinary(lines: readonly string[], start: number): number {
  let at = start + 1;
  while (at < lines.length && /^(?:(?:literal|delta) \d+|[A-Za-z][^ ]+)?$/.test(lines[at] ?? '')) at += 1;
  return at;
}

/** A merge's combined difference belongs to no single parent; it is passed over. */
function skipCombined(lines: readonly string[], start: number): number {
  let at = start;
  while (at < lines.length && /^(?:@@@|[ +\\-]|mode |deleted file|new file)/.test(lines[at] ?? '')) at += 1;
  return at;
}

/** A hunk's own counts say where it ends, whatever its lines look like. A cut one keeps what is there. */
function readHunks(lines: readonly string[], start: number): { hunks: readonly PatchHunk[]; next: number } {
  const hunks: PatchHunk[] = [];
  let at = start;
  for (let match = HUNK.exec(lines[at] ?? ''); match !== null; match = HUNK.exec(lines[at] ?? '')) {
    const own: string[] = [];
    let oldLeft = Number(match[2] ?? 1);
    let newLeft = Number(match[4] ?? 1);
    at += 1;
    for (; at < lines.length; at += 1) {
      const line = lines[at] ?? '';
      const mark = line === '' ? ' ' : line[0];
      const isNote = mark === '\\';
      if (!isNote && oldLeft <= 0 && newLeft <= 0) break;
      if (mark !== ' ' && mark !== '+' && mark !== '-' && !isNote) break;
      if (mark === ' ' || mark === '-') oldLeft -= 1;
      if (mark === ' ' || mark === '+') newLeft -= 1;
      own.push(line === '' ? ' ' : line);
    }
    const kept = own.slice(0, own.length);
    hunks.push(hunkOf(match, kept));
  }
  return { hunks, next: at };
}

/** Lengths are counted, not believed: they are those of the lines that are there. */
function hunkOf(match: RegExpExecArray, lines: readonly string[]): PatchHunk {
  const count = (marks: string) => lines.filter((line) => marks.includes(line[0] ?? ' ')).length;
  return {
    oldStart: Number(match[1]),
    oldLines: count(' -'),
    newStart: Number(match[3]),
    newLines: count(' +'),
    heading: match[5] ?? '',
    lines,
  };
}
