/** The git client: every question that connectors ask of a repository, each in one process. It decides nothing and fetches nothing. */
import { type EpochMs, epochMs } from '../../domain/time.ts';
import { BlobReader } from './git-blobs.ts';
import { type FilePatch, parseDiff } from './git-diff.ts';
import { type GitCommit, LOG_FORMAT, parseLog } from './git-log.ts';
import { GitError, runGit } from './git-process.ts';

export interface LogQuery {
  /** Newest first; at most this many. */
  readonly limit: number;
  /** Start points: commit ids, refs, `HEAD`, or `all` for HEAD (where it exists) with every branch and tag. Default `HEAD`. */
  readonly revisions?: readonly string[] | 'all';
  /** Only commits that touch one of these paths (relative to the root, taken literally). */
  readonly paths?: readonly string[];
  /** Follow the one path of `paths` through renames. */
  readonly follow?: boolean;
  /** Whether `files` is filled (raw and numstat against the first parent); costs a diff per commit. */
  readonly files: boolean;
}

export interface LogAnswer {
  readonly commits: readonly GitCommit[];
  /** True when the output was cut at the byte limit. */
  readonly truncated: boolean;
}

/** A tag; `sha` is the commit it leads to. Tags of trees and blobs are left out. */
export interface GitTag {
  readonly tag: string;
  readonly sha: string;
  readonly annotated: boolean;
  /** Time of the tag itself, for a lightweight tag that of its commit. */
  readonly at: EpochMs | null;
  /** Subject and body of an annotated tag; empty for a lightweight one. */
  readonly message: string;
}

export interface TreeEntry {
  readonly path: string;
  /** `120000` is a symbolic link, `160000` a submodule. */
  readonly mode: string;
  readonly blob: string;
  /** Bytes; null for a submodule. */
  readonly size: number | null;
}

export interface GrepQuery {
  readonly revision: string;
  readonly patterns: readonly string[];
  /** `fixed`: literal text. `extended`: POSIX extended regular expressions. */
  readonly syntax: 'fixed' | 'extended';
  readonly ignoreCase?: boolean;
  readonly wholeWord?: boolean;
  /** Limits the search to these files or folders. */
  readonly paths?: readonly string[];
  /** Matching lines per file (needs git 2.38). */
  readonly maxPerFile?: number;
}

export interface GrepMatch {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

export interface DiffQuery {
  /** Null: the empty tree, so that every file is added. */
  readonly from: string | null;
  readonly to: string;
  readonly paths?: readonly string[];
  /** Lines around each hunk; 0 for -U0. */
  readonly context: number;
}

const EMPTY_TREE = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
};
const TAG_FORMAT =
  '%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(creatordate:unix)%00%(contents)%00%01';
const ALL_REFS = ['--branches', '--tags', '--remotes'];
const FILES_OPTIONS = ['--raw', '--numstat', '--find-renames', '--diff-merges=first-parent', '-O/dev/null'];
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

/** A revision can never be taken for an option. Throws GitError `unknown-revision`. */
function checked(revision: string): string {
  if (revision !== '' && !revision.startsWith('-') && !/[\s\0]/.test(revision)) return revision;
  throw new GitError('unknown-revision', {
    code: 'not-found',
    what: `revision ${JSON.stringify(revision)}`,
    why: 'it is not the name of a commit',
    nextStep: 'Give a commit id, a tag or a branch.',
  });
}

function emptyRepository(root: string): GitError {
  return new GitError('empty', {
    code: 'not-found',
    what: `git log in ${root}`,
    why: 'the repository has no commit',
    nextStep: 'Commit the code, or name another repository with --repo.',
  });
}

/** One repository. All paths are relative to its root with `/`. Every method throws GitError (see GitProblem). */
export class GitRepository {
  readonly root: string;
  private readonly signal: AbortSignal;

  /** `root`: absolute path of the repository's root (`resolve(directory.root, repo)` for a Repository of the snapshot). */
  constructor(root: string, signal: AbortSignal) {
    this.root = root;
    this.signal = signal;
  }

  /** Commits, newest first by committer date as git orders them. Renames are followed inside a commit. Problem `empty` where there is none. */
  async log(query: LogQuery): Promise<LogAnswer> {
    const { revisions = ['HEAD'] } = query;
    if (revisions !== 'all') return this.logFrom(query, revisions.map(checked));
    try {
      return await this.logFrom(query, ['HEAD', ...ALL_REFS]);
    } catch (error) {
      if (!(error instanceof GitError) || error.problem !== 'unknown-revision') throw error;
      const answer = await this.logFrom(query, ALL_REFS);
      if (answer.commits.length === 0) throw emptyRepository(this.root);
      return answer;
    }
  }

  private async logFrom(query: LogQuery, starts: readonly string[]): Promise<LogAnswer> {
    const argv = [
      'log',
      '-z',
      '--encoding=UTF-8',
      '--decorate=full',
      `--format=${LOG_FORMAT}`,
      `--max-count=${query.limit}`,
      '--no-ext-diff',
      '--no-textconv',
      ...(query.files ? FILES_OPTIONS : ['-s']),
      ...(query.follow === true ? ['--follow'] : []),
      ...starts,
      '--',
      ...(query.paths ?? []),
    ];
    const options = { root: this.root, signal: this.signal, onTooLarge: 'cut' as const };
    const { stdout, truncated } = await runGit(argv, options);
    return { commits: parseLog(stdout.toString('utf8'), truncated), truncated };
  }

  /** Committer dates of everything that `revision` reaches, newest first: the whole size and age of a history, cheaply. */
  async commitTimes(revision: string): Promise<readonly EpochMs[]> {
    const stdout = await this.text(['log', '--format=%ct', checked(revision), '--']);
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => epochMs(Number(line) * 1000));
  }

  /** Commits that changed the lines, newest first, found by following the range back through history (`git log -L`). */
  async lineHistory(query: {
    readonly revision: string;
    readonly path: string;
    readonly line: number;
    readonly endLine: number;
    readonly limit: number;
  }): Promise<readonly GitCommit[]> {
    const argv = [
      'log',
      '-z',
      '-s',
      '--encoding=UTF-8',
      '--decorate=full',
      `--format=${LOG_FORMAT}`,
      `--max-count=${query.limit}`,
      `-L${query.line},${Math.max(query.line, query.endLine)}:${query.path}`,
      checked(query.revision),
      '--',
    ];
    return parseLog(await this.text(argv), false);
  }

  /** All tags in the order of their names, in one process. */
  async tags(): Promise<readonly GitTag[]> {
    const stdout = await this.text(['for-each-ref', `--format=${TAG_FORMAT}`, 'refs/tags']);
    return stdout.split('\u0001').flatMap((record): GitTag[] => {
      const [name = '', type = '', id = '', targetType = '', target = '', date = '', message = ''] = record
        .replace(/^\n/, '')
        .split('\0');
      const annotated = type === 'tag';
      if (name === '' || (annotated ? targetType : type) !== 'commit') return [];
      return [
        {
          tag: name,
          sha: annotated ? target : id,
          annotated,
          at: date === '' ? null : epochMs(Number(date) * 1000),
          message: annotated ? message.trim() : '',
        },
      ];
    });
  }

  /** Every file of a revision, sorted by path as git sorts (bytes). */
  async tree(revision: string, paths: readonly string[] = []): Promise<readonly TreeEntry[]> {
    const stdout = await this.text([
      'ls-tree',
      '-r',
      '-z',
      '-l',
      '--full-tree',
      checked(revision),
      '--',
      ...paths,
    ]);
    return stdout.split('\0').flatMap((record): TreeEntry[] => {
      const match = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(record);
      if (match === null) return [];
      const [, mode = '', blob = '', size = '-', path = ''] = match;
      return [{ mode, blob, size: size === '-' ? null : Number(size), path }];
    });
  }

  /** Paths of a revision only; cheaper than `tree`, which looks every object up for its size. */
  async paths(revision: string): Promise<readonly string[]> {
    const stdout = await this.text(['ls-tree', '-r', '-z', '--name-only', '--full-tree', checked(revision)]);
    return stdout.split('\0').filter((path) => path !== '');
  }

  /** Lines of a revision that match one of the patterns; binary files are skipped. Empty when nothing matches. */
  async grep(query: GrepQuery): Promise<readonly GrepMatch[]> {
    if (query.patterns.length === 0) return [];
    const argv = [
      'grep',
      '-z',
      '-n',
      '-I',
      '--full-name',
      query.syntax === 'fixed' ? '-F' : '-E',
      ...(query.ignoreCase === true ? ['-i'] : []),
      ...(query.wholeWord === true ? ['-w'] : []),
      ...(query.maxPerFile === undefined ? [] : [`--max-count=${query.maxPerFile}`]),
      ...query.patterns.flatMap((pattern) => ['-e', pattern]),
      checked(query.revision),
      '--',
      ...(query.paths ?? []),
    ];
    const { stdout } = await runGit(argv, {
      root: this.root,
      signal: this.signal,
      accept: [0, 1],
      maxBytes: MAX_TEXT_BYTES,
      onTooLarge: 'cut',
    });
    const prefix = query.revision.length + 1;
    return stdout
      .toString('utf8')
      .split('\n')
      .flatMap((record): GrepMatch[] => {
        const [name, line, ...text] = record.split('\0');
        if (name === undefined || line === undefined || !/^\d+$/.test(line)) return [];
        return [{ path: name.slice(prefix), line: Number(line), text: text.join('\0') }];
      });
  }

  /** Difference of two revisions with renames found; files in git's order. Problem `too-large` above 16 MiB of text. */
  async diff(query: DiffQuery): Promise<readonly FilePatch[]> {
    const emptyTree = /^[0-9a-f]{64}$/.test(query.to) ? EMPTY_TREE.sha256 : EMPTY_TREE.sha1;
    const argv = [
      'diff',
      '--raw',
      '-z',
      '--patch',
      '--no-ext-diff',
      '--no-textconv',
      '--no-color',
      '--find-renames',
      '--full-index',
      '--no-abbrev',
      '-O/dev/null',
      '--submodule=short',
      '--src-prefix=a/',
      '--dst-prefix=b/',
      `-U${query.context}`,
      query.from === null ? emptyTree : checked(query.from),
      checked(query.to),
      '--',
      ...(query.paths ?? []),
    ];
    return parseDiff(await this.text(argv));
  }

  /** Full commit id of a revision; null when it names no commit. */
  async resolve(revision: string): Promise<string | null> {
    const { stdout, exitCode } = await runGit(
      ['rev-parse', '--verify', '--quiet', `${checked(revision)}^{commit}`],
      { root: this.root, signal: this.signal, accept: [0, 1, 128] },
    );
    return exitCode === 0 ? stdout.toString('utf8').trim() : null;
  }

  /** Reader of many blobs through one process; call `close()` when done. */
  blobs(): BlobReader {
    return new BlobReader(this.root, this.signal);
  }

  private async text(argv: readonly string[]): Promise<string> {
    const { stdout } = await runGit(argv, {
      root: this.root,
      signal: this.signal,
      maxBytes: MAX_TEXT_BYTES,
    });
    return stdout.toString('utf8');
  }
}
