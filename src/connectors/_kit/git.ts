/** The git client: every question that connectors ask of a repository, in as few processes as possible. It decides nothing and fetches nothing. */
import type { EpochMs } from '../../domain/time.ts';
import { hasAttributes } from './git-attributes.ts';
import type { BlobBytes } from './git-blobs.ts';
import { type FilePatch, parseDiff } from './git-diff.ts';
import { DIFF_OPTIONS } from './git-differences.ts';
import {
  type Corpus,
  corpusLines,
  type GrepMatch,
  type GrepQuery,
  MAX_CORPUS_BYTES,
  MAX_CORPUS_FILE_BYTES,
  MAX_CORPUS_FILES,
  searchCorpus,
} from './git-grep.ts';
import { type GitCommit, LOG_FORMAT, parseLog, seconds } from './git-log.ts';
import { isPlainPath } from './git-paths.ts';
import { GitError, MAX_TEXT_BYTES, runGit } from './git-process.ts';
import { scatteredCommits } from './git-scattered.ts';
import { GitSession } from './git-session.ts';
import { emptyTreeFor, TreeDifferences } from './git-tree-differences.ts';
import type { TreeEntry } from './git-trees.ts';

export type { GrepMatch, GrepQuery } from './git-grep.ts';

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
  /** Set where objects are missing or broken: what git complains of; commits, files or line counts may be missing. */
  readonly broken: string | null;
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

export interface DiffQuery {
  /** Null: the empty tree, so that every file is added. */
  readonly from: string | null;
  readonly to: string;
  readonly paths?: readonly string[];
  /** Lines around each hunk; 0 for -U0. */
  readonly context: number;
}

const TAG_FORMAT =
  '%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(creatordate:unix)%00%(contents)%00%01';
const ALL_REFS = ['--branches', '--tags', '--remotes'];
const FILES_OPTIONS = ['--raw', '--numstat', '--find-renames', '--diff-merges=first-parent', '-O/dev/null'];
/** Without what takes the files themselves: renames and line counts. */
const NAMES_OPTIONS = ['--raw', '--no-renames', '--diff-merges=first-parent', '-O/dev/null'];
const FULL_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** Blobs asked for together, so that a revision of huge files is given up early. */
const CORPUS_STEP = 32;

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
  private readonly session: GitSession;

  /**
   * `root`: absolute path of the repository's root (`resolve(directory.root, repo)` for a Repository of the snapshot).
   * `session`: what it shares with other clients of the same repository (`gitSession(directory, root)`).
   */
  constructor(root: string, signal: AbortSignal, session: GitSession = new GitSession(root)) {
    this.root = root;
    this.signal = signal;
    this.session = session;
  }

  /** Commits, newest first by committer date as git orders them. Renames are followed inside a commit. Problem `empty` where there is none. */
  async log(query: LogQuery): Promise<LogAnswer> {
    const { revisions = ['HEAD'] } = query;
    if (revisions !== 'all') return this.logFrom(query, revisions.map(checked));
    // Nothing checked out yet, or a branch or tag that leads nowhere: the others are read all the same.
    const withoutFailing = await this.firstKnown([['HEAD', ...ALL_REFS], ALL_REFS, ['HEAD']], query);
    if (withoutFailing.commits.length === 0) throw emptyRepository(this.root);
    return withoutFailing;
  }

  private async firstKnown(choices: readonly (readonly string[])[], query: LogQuery): Promise<LogAnswer> {
    let failure: GitError | null = null;
    for (const starts of choices) {
      try {
        return await this.logFrom(query, starts);
      } catch (error) {
        if (!(error instanceof GitError) || error.problem !== 'unknown-revision') throw error;
        failure ??= error;
      }
    }
    throw failure ?? emptyRepository(this.root);
  }

  private async logFrom(query: LogQuery, starts: readonly string[]): Promise<LogAnswer> {
    try {
      const { commits, truncated } = await this.readLog(
        query,
        starts,
        query.files ? FILES_OPTIONS : ['-s'],
        false,
      );
      return { commits, truncated, broken: null };
    } catch (error) {
      const rest =
        error instanceof GitError && error.problem === 'failed' ? await this.whatIsLeft(query, starts) : null;
      if (rest === null || !(error instanceof GitError)) throw error;
      return { ...rest, broken: error.why };
    }
  }

  /** Of a history with broken objects: most commits, then most about their files. Null where there is nothing. */
  private async whatIsLeft(query: LogQuery, starts: readonly string[]) {
    const withoutBlobs = query.files ? [FILES_OPTIONS, NAMES_OPTIONS, ['-s']] : [['-s']];
    let best: Pick<LogAnswer, 'commits' | 'truncated'> | null = null;
    for (const options of withoutBlobs) {
      const read = await this.readLog(query, starts, options, true);
      if (read.commits.length > (best?.commits.length ?? 0)) best = read;
    }
    if (best === null) return null;
    if (query.paths !== undefined) return best;
    const more = {
      limit: query.limit - best.commits.length,
      filesOptions: withoutBlobs,
      signal: this.signal,
    };
    return {
      ...best,
      commits: [...best.commits, ...(await scatteredCommits(this.root, best.commits, more))],
    };
  }

  private async readLog(
    query: LogQuery,
    starts: readonly string[],
    filesOptions: readonly string[],
    isBroken: boolean,
  ): Promise<Pick<LogAnswer, 'commits' | 'truncated'>> {
    const argv = [
      'log',
      '-z',
      '--encoding=UTF-8',
      '--decorate=full',
      `--format=${LOG_FORMAT}`,
      `--max-count=${query.limit}`,
      '--no-ext-diff',
      '--no-textconv',
      ...filesOptions,
      ...(query.follow === true ? ['--follow'] : []),
      ...starts,
      '--',
      ...(query.paths ?? []),
    ];
    const { stdout, truncated, exitCode } = await runGit(argv, {
      root: this.root,
      signal: this.signal,
      onTooLarge: 'cut',
      ...(isBroken ? { accept: [0, 1, 128] } : {}),
    });
    const commits = parseLog(
      stdout.toString('utf8'),
      truncated || (exitCode !== 0 && filesOptions.length > 1),
    );
    return { commits, truncated };
  }

  /** Committer dates of everything that `revision` reaches, newest first: the whole size and age of a history, cheaply. */
  async commitTimes(revision: string): Promise<readonly EpochMs[]> {
    const stdout = await this.text(['log', '--format=%ct', checked(revision), '--']);
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map(seconds);
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
          at: date === '' ? null : seconds(date),
          message: annotated ? message.trim() : '',
        },
      ];
    });
  }

  /** Every file of a revision, sorted by path as git sorts (bytes). Asked once for a full commit id. */
  async tree(revision: string): Promise<readonly TreeEntry[]> {
    const ask = async () => {
      const { trees } = this.session;
      const root = await trees.rootOf(checked(revision), this.signal);
      const files = root === null ? null : await trees.files(root, this.signal);
      return files ?? this.treeByGit(revision);
    };
    return FULL_ID.test(revision) ? this.session.once(`tree ${revision}`, this.signal, ask) : ask();
  }

  private async treeByGit(revision: string): Promise<readonly TreeEntry[]> {
    const argv = ['ls-tree', '-r', '-z', '--full-tree', checked(revision)];
    const { stdout } = await runGit(argv, { root: this.root, signal: this.signal });
    return stdout
      .toString('utf8')
      .split('\0')
      .flatMap((record): TreeEntry[] => {
        const match = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]+)$/.exec(record);
        if (match === null) return [];
        const [, mode = '', blob = '', path = ''] = match;
        return [{ mode, blob, path }];
      });
  }

  async paths(revision: string): Promise<readonly string[]> {
    return (await this.tree(revision)).map(({ path }) => path);
  }

  /** Lines of a revision that match one of the patterns; binary files are skipped. Empty when nothing matches. */
  async grep(query: GrepQuery): Promise<readonly GrepMatch[]> {
    if (query.patterns.length === 0) return [];
    const corpus = FULL_ID.test(query.revision) ? await this.corpus(query.revision) : null;
    const found = corpus === null ? null : searchCorpus(corpus, query);
    return found ?? this.grepByGit(query);
  }

  /** The text of a small revision; null where it is large, or where attributes may say what is binary. */
  private corpus(revision: string): Promise<Corpus | null> {
    return this.session.once(`corpus ${revision}`, this.signal, async () => {
      const files = (await this.tree(revision)).filter(({ mode }) => mode.startsWith('100'));
      if (files.length > MAX_CORPUS_FILES || hasAttributes(this.root, files)) return null;
      const texts: Corpus['files'][number][] = [];
      let bytesLeft = MAX_CORPUS_BYTES;
      for (let start = 0; start < files.length; start += CORPUS_STEP) {
        const step = files.slice(start, start + CORPUS_STEP);
        const blobs = await Promise.all(step.map(({ blob }) => this.blob(blob, MAX_CORPUS_FILE_BYTES)));
        for (const [index, { path }] of step.entries()) {
          const bytes = blobs[index] ?? null;
          bytesLeft -= bytes?.length ?? Number.POSITIVE_INFINITY;
          if (bytes === null || bytesLeft < 0) return null;
          const lines = corpusLines(bytes);
          if (lines !== null) texts.push({ path, lines });
        }
      }
      return { files: texts };
    });
  }

  private async grepByGit(query: GrepQuery): Promise<readonly GrepMatch[]> {
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
    return (await this.sharedDiff(query)) ?? this.diffByGit(query);
  }

  /** Through the process that tells all differences. Null where it could be another one than git's: then git is asked alone. */
  private async sharedDiff(query: DiffQuery): Promise<readonly FilePatch[] | null> {
    const { paths = [], context } = query;
    if (context !== 0 || !paths.every(isPlainPath)) return null;
    const { trees } = this.session;
    const to = await trees.rootOf(checked(query.to), this.signal);
    const from = query.from === null ? null : await trees.rootOf(checked(query.from), this.signal);
    if (to === null || (from === null && query.from !== null)) return null;
    const told = new TreeDifferences(this.root, this.session, this.signal);
    return paths.length === 0 ? told.ofTrees(from, to) : told.ofFolders(from, to, paths);
  }

  private async diffByGit(query: DiffQuery): Promise<readonly FilePatch[]> {
    const argv = [
      'diff',
      ...DIFF_OPTIONS,
      `-U${query.context}`,
      query.from === null ? emptyTreeFor(query.to) : checked(query.from),
      checked(query.to),
      '--',
      ...(query.paths ?? []),
    ];
    return parseDiff(await this.text(argv));
  }

  /** Full commit id of a revision; null when it names no commit. Asked once. */
  async resolve(revision: string): Promise<string | null> {
    const spec = `${checked(revision)}^{commit}`;
    return this.session.once(`commit ${revision}`, this.signal, async () => {
      const object = await this.session.objects.object(spec, this.signal, 0);
      return object?.type === 'commit' ? object.id : null;
    });
  }

  /**
   * A blob: `spec` is `<revision>:<path>` or an object id. Null where it does not exist, is none or is larger than `maxBytes`.
   * All blobs come through one process; read many together.
   */
  blob(spec: string, maxBytes?: number): Promise<BlobBytes> {
    return this.session.objects.read(spec, this.signal, maxBytes);
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
