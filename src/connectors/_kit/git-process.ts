/** Runs one `git` command without a shell, a pager, a prompt or the network. It knows no git data format. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { ConnectorError } from '../../domain/error.ts';

/** Why git could not be asked. `unknown-revision` also covers a path that the revision does not hold. */
export type GitProblem =
  | 'git-missing'
  | 'no-repository'
  | 'bare'
  | 'empty'
  | 'unknown-revision'
  | 'too-large'
  | 'stopped'
  | 'failed';

/** A ConnectorError that names its git cause, so that a caller can tell an empty repository from a broken one. */
export class GitError extends ConnectorError {
  readonly problem: GitProblem;

  constructor(problem: GitProblem, fields: ConstructorParameters<typeof ConnectorError>[0]) {
    super(fields);
    this.problem = problem;
  }
}

export interface GitRunOptions {
  /** Working directory: the root of the repository. */
  readonly root: string;
  readonly signal: AbortSignal;
  /** Written to stdin, which is closed after it. */
  readonly input?: string;
  /** Bytes of stdout to keep; above it the process is ended. */
  readonly maxBytes?: number;
  /** What happens above `maxBytes`: `fail` (default) throws `too-large`, `cut` returns what came until then. */
  readonly onTooLarge?: 'fail' | 'cut';
  /** Exit codes that are an answer, not a failure; default 0. */
  readonly accept?: readonly number[];
}

export interface GitOutput {
  readonly stdout: Buffer;
  readonly exitCode: number;
  readonly truncated: boolean;
}

export const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
/** Bytes of an answer that is text to be analysed: a difference, lines that were found. */
export const MAX_TEXT_BYTES = 16 * 1024 * 1024;
export const MAX_STDERR_CHARACTERS = 2_000;

/** Longer files are compared as binary ones: to count the lines of 200 MB takes git half a minute, and nobody reads them. */
const MAX_COMPARED_BYTES = 16 * 1024 * 1024;

/**
 * Settings that outrank those of the repository, which is hostile input: no program of its choice runs, nothing is fetched.
 * `safe.directory` because evidence often belongs to another user.
 */
const FIXED_OPTIONS: readonly string[] = [
  '--no-pager',
  '--literal-pathspecs',
  ...[
    'core.quotePath=false',
    'core.fsmonitor=false',
    'core.attributesFile=',
    'core.commitGraph=true',
    'safe.directory=*',
    'protocol.allow=never',
    'log.showSignature=false',
    'log.mailmap=false',
    'color.ui=false',
    'diff.renames=true',
    'diff.noprefix=false',
    'diff.mnemonicPrefix=false',
    'diff.algorithm=myers',
    'grep.patternType=default',
    'grep.fullName=true',
    'grep.column=false',
    'submodule.recurse=false',
    `core.bigFileThreshold=${MAX_COMPARED_BYTES}`,
  ].flatMap((setting) => ['-c', setting]),
];

const rebuilt = new Set<string>();

/** For a repository that was made here: its commits stand under ids that are not those of their objects. */
export function honourReplacements(root: string): void {
  rebuilt.add(root);
}

/** The caller's environment without GIT_* (a hook sets GIT_DIR), with everything off that could wait, write or connect. */
function gitEnvironment(root: string): Readonly<Record<string, string | undefined>> {
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))),
    // Where the repository is broken, git would take the one that holds its folder.
    GIT_CEILING_DIRECTORIES: dirname(root),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    ...(rebuilt.has(root) ? {} : { GIT_NO_REPLACE_OBJECTS: '1' }),
    GIT_PAGER: 'cat',
    LC_ALL: 'C',
  };
}

/** Starts git with the fixed options; the caller reads the streams. */
export function startGit(root: string, argv: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn('git', [...FIXED_OPTIONS, ...argv], {
    cwd: root,
    env: gitEnvironment(root),
    windowsHide: true,
  });
}

/** The error for an aborted signal: `timed-out` when a deadline did it, else `interrupted`. */
export function abortError(signal: AbortSignal): GitError {
  const reason: unknown = signal.reason;
  const timedOut = reason instanceof Error && reason.name === 'TimeoutError';
  return new GitError('stopped', {
    code: timedOut ? 'timed-out' : 'interrupted',
    what: 'git history could not be read to the end',
    why: timedOut ? 'the time for this source was up' : 'the run was interrupted',
    nextStep: timedOut
      ? 'Run again with a larger deadline or a smaller repository.'
      : 'Run the command again.',
  });
}

export function spawnError(cause: unknown, root: string): GitError {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  return new GitError(missing ? 'git-missing' : 'failed', {
    code: 'unavailable',
    what: `git could not be started in ${root}`,
    why: missing ? 'there is no git command on the PATH, or the folder is gone' : String(cause),
    nextStep: 'Install git 2.31 or newer and put it on the PATH.',
    cause,
  });
}

const PROBLEMS: readonly (readonly [RegExp, GitProblem])[] = [
  [/not a git repository/i, 'no-repository'],
  [/does not have any commits yet/i, 'empty'],
  [/must be run in a work tree/i, 'bare'],
  [
    /bad revision|unknown revision|ambiguous argument|not a valid object name|bad object|invalid object name|needed a single revision|there is no path|no such path|exists on disk, but not in|does not exist in/i,
    'unknown-revision',
  ],
];

/** What git complains of first. */
export function firstLine(stderr: string): string {
  return stderr.trim().split('\n')[0] ?? '';
}

function failure(root: string, argv: readonly string[], exitCode: number | null, stderr: string): GitError {
  const why = firstLine(stderr);
  const problem = PROBLEMS.find(([pattern]) => pattern.test(stderr))?.[1] ?? 'failed';
  return new GitError(problem, {
    code: problem === 'failed' ? 'unavailable' : 'not-found',
    what: `git ${argv[0] ?? ''} in ${root}`,
    why: why === '' ? `ended with exit code ${exitCode ?? 'none'}` : why,
    nextStep: 'Run `git fsck` in that repository, or name another one with --repo.',
  });
}

function tooLarge(root: string, argv: readonly string[], maxBytes: number): GitError {
  return new GitError('too-large', {
    code: 'malformed',
    what: `git ${argv[0] ?? ''} in ${root}`,
    why: `the answer is larger than ${maxBytes} bytes`,
    nextStep: 'Limit the question to fewer files or revisions.',
  });
}

/** Runs one command to its end. Throws GitError; a missing revision is `unknown-revision`. */
export function runGit(argv: readonly string[], options: GitRunOptions): Promise<GitOutput> {
  const { root, signal, input, maxBytes = DEFAULT_MAX_BYTES, onTooLarge = 'fail', accept = [0] } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortError(signal));
    const child = startGit(root, argv);
    const chunks: Buffer[] = [];
    let bytes = 0;
    let stderr = '';
    let truncated = false;
    const stop = () => child.kill();
    signal.addEventListener('abort', stop, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      if (truncated) return;
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= maxBytes) return;
      truncated = true;
      child.kill();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < MAX_STDERR_CHARACTERS) stderr += chunk.toString('utf8');
    });
    child.on('error', (cause) => {
      signal.removeEventListener('abort', stop);
      reject(spawnError(cause, root));
    });
    child.on('close', (exitCode) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(abortError(signal));
      else if (truncated && onTooLarge === 'fail') reject(tooLarge(root, argv, maxBytes));
      else if (!truncated && !accept.includes(exitCode ?? -1)) reject(failure(root, argv, exitCode, stderr));
      else resolve({ stdout: Buffer.concat(chunks, bytes), exitCode: exitCode ?? 0, truncated });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}
