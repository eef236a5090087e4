/** Throw-away git repositories for tests, with fixed authors and dates. It uses no configuration of the machine. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface CommitFields {
  readonly message: string;
  /** ISO 8601 with zone. */
  readonly at: string;
  /** Content by path; null deletes the file. */
  readonly files?: Readonly<Record<string, string | Uint8Array | null>>;
}

export interface TemporaryRepository {
  readonly root: string;
  /** Runs git in it; returns stdout without the last line end. */
  git(...argv: readonly string[]): string;
  /** Writes the files, commits them (empty commits too) and returns the commit's id. */
  commit(fields: CommitFields): string;
}

/** A new folder below the system's temporary one; the caller removes it with `removeFolder`. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'wicked-platform-test-'));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

export function writeFiles(root: string, files: Readonly<Record<string, string | Uint8Array | null>>): void {
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    if (content === null) rmSync(target);
    else writeFileSync(target, content);
  }
}

function environment(at: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(own),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
    GIT_AUTHOR_NAME: 'Ada Example',
    GIT_AUTHOR_EMAIL: 'ada@example.invalid',
    GIT_AUTHOR_DATE: at,
    GIT_COMMITTER_NAME: 'Ada Example',
    GIT_COMMITTER_EMAIL: 'ada@example.invalid',
    GIT_COMMITTER_DATE: at,
  };
}

/** Makes `root` a repository with the branch `main` and no commit. */
export function createRepository(root: string, ...initOptions: readonly string[]): TemporaryRepository {
  mkdirSync(root, { recursive: true });
  const run = (at: string, argv: readonly string[]) =>
    execFileSync('git', ['-c', 'core.autocrlf=false', ...argv], {
      cwd: root,
      env: environment(at),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).replace(/\n$/, '');
  const anyTime = '2024-01-01T00:00:00Z';
  run(anyTime, ['init', '--quiet', '--initial-branch=main', ...initOptions]);
  return {
    root,
    git: (...argv) => run(anyTime, argv),
    commit: ({ message, at, files = {} }) => {
      writeFiles(root, files);
      run(at, ['add', '--all']);
      run(at, ['commit', '--quiet', '--allow-empty', '--no-gpg-sign', '-m', message]);
      return run(at, ['rev-parse', 'HEAD']);
    },
  };
}
