/** Lines by which git lists the files of a commit: `--stat`, `--numstat`, `--name-status`, `--name-only`, `--raw`, `--summary`. It reads one line at a time. */
import type { CommitFile } from '../../../domain/change.ts';

const STATUS: Readonly<Record<string, CommitFile['status']>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'type-changed',
};
/** ` path | 12 ++--`, ` path | Bin 0 -> 12 bytes` */
const STAT = /^ (\S.*?) +\| +(?:(\d+)(?: ([+-]*))?|Bin(?: .*)?)\s*$/;
const NUMBERS = /^(\d+|-)\t(\d+|-)\t(.+)$/;
const NAMED = /^([AMDT])\t(.+)$|^([RC])\d{0,3}\t(.+)\t(.+)$/;
const RAW = /^:\d{6} \d{6} [0-9a-f.]+ [0-9a-f.]+ ([AMDTRC])\d*\t([^\t]+)(?:\t(.+))?$/;
const SUMMARY = /^ (create|delete) mode \d{6} (.+)$/;
const TOTAL = /^ \d+ files? changed(?:, \d+ (?:insertions?|deletions?)\([+-]\))*$/;
/** A name alone: with a folder or an ending, and nothing that only sentences have. */
const NAME = /^\S[^:|<>"()]*[/.][^\s:|<>"()]*[^\s:|<>"().,]$|^[\w-]+\/[\w-]$/;

/** Longer than any path. */
const MAX_LINE = 5_000;

export function isFileName(line: string): boolean {
  return line.length <= 1_000 && NAME.test(line);
}

/** What one commit's lists say together; several lists of one commit complete each other. */
export class FileList {
  private readonly files = new Map<string, CommitFile>();
  /** A name was shortened by git and cannot be told. */
  isCut = false;
  /** Any line of a list was there, even one that could not be used. */
  isThere = false;

  /** False where the line is none of a list. */
  take(line: string): boolean {
    if (line.length > MAX_LINE) return false;
    const taken =
      this.takeStat(line) || this.takeNumbers(line) || this.takeNamed(line) || this.takeSummary(line);
    if (taken) this.isThere = true;
    return taken;
  }

  /** A bare name; only asked for where nothing else can stand. */
  takeName(line: string): boolean {
    if (!isFileName(line)) return false;
    this.isThere = true;
    this.add({ path: line, oldPath: null, status: 'modified', added: null, deleted: null });
    return true;
  }

  list(): readonly CommitFile[] {
    return [...this.files.values()];
  }

  private add(file: CommitFile): void {
    const known = this.files.get(file.path);
    this.files.set(file.path, {
      path: file.path,
      oldPath: file.oldPath ?? known?.oldPath ?? null,
      status: file.status === 'modified' ? (known?.status ?? 'modified') : file.status,
      added: file.added ?? known?.added ?? null,
      deleted: file.deleted ?? known?.deleted ?? null,
    });
  }

  private takeStat(line: string): boolean {
    const match = STAT.exec(line);
    if (match?.[1] === undefined) return TOTAL.test(line);
    if (match[1].startsWith('...')) {
      this.isCut = true;
      return true;
    }
    const marks = match[3] ?? '';
    const added = [...marks].filter((mark) => mark === '+').length;
    // The bar is drawn to scale where it would be too long: then it says nothing of how many of each there are.
    const isExact = match[2] !== undefined && marks.length === Number(match[2]);
    const counts = isExact ? { added, deleted: marks.length - added } : { added: null, deleted: null };
    this.add({ ...movedName(match[1]), ...counts });
    return true;
  }

  private takeNumbers(line: string): boolean {
    const match = NUMBERS.exec(line);
    if (match?.[3] === undefined) return false;
    const count = (text: string | undefined) => (text === '-' ? null : Number(text));
    this.add({ ...movedName(match[3]), added: count(match[1]), deleted: count(match[2]) });
    return true;
  }

  private takeNamed(line: string): boolean {
    const raw = RAW.exec(line);
    const named = raw === null ? NAMED.exec(line) : null;
    if (raw === null && named === null) return false;
    const letter = raw?.[1] ?? named?.[1] ?? named?.[3] ?? 'M';
    const first = raw?.[2] ?? named?.[2] ?? named?.[4] ?? '';
    const second = raw?.[3] ?? named?.[5];
    const status = STATUS[letter] ?? 'modified';
    this.add({
      path: second ?? first,
      oldPath: second === undefined ? null : first,
      status,
      added: null,
      deleted: null,
    });
    return true;
  }

  private takeSummary(line: string): boolean {
    const match = SUMMARY.exec(line);
    if (match?.[2] === undefined)
      return /^ (?:rename|copy|mode change|rewrite) .*(?:\(\d+%\)|=> \d{6} \S.*)$/.test(line);
    const status = match[1] === 'create' ? 'added' : 'deleted';
    this.add({ path: match[2], oldPath: null, status, added: null, deleted: null });
    return true;
  }
}

/** `src/{old => new}/a.ts` and `old.ts => new.ts` are renames. */
function movedName(text: string): Pick<CommitFile, 'path' | 'oldPath' | 'status'> {
  const braces = /^(.*)\{(.*) => (.*)\}(.*)$/.exec(text);
  if (braces !== null) {
    const [, before = '', from = '', to = '', after = ''] = braces;
    const whole = (middle: string) => `${before}${middle}${after}`.replace(/\/\//g, '/');
    return { path: whole(to), oldPath: whole(from), status: 'renamed' };
  }
  const [from, to] = text.split(' => ');
  if (from !== undefined && to !== undefined) return { path: to, oldPath: from, status: 'renamed' };
  return { path: text, oldPath: null, status: 'modified' };
}
