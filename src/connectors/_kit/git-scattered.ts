/** Commits that no walk from the branches reaches, because one in between is missing: found among all objects. It looks for them only where a history is broken. */
import { type GitCommit, LOG_FORMAT, parseLog } from './git-log.ts';
import { GitError, runGit } from './git-process.ts';

/** A line of about 55 bytes an object: a million of them. */
const MAX_LISTING_BYTES = 64 * 1024 * 1024;

async function commitIds(root: string, signal: AbortSignal): Promise<readonly string[]> {
  const argv = ['cat-file', '--batch-all-objects', '--batch-check=%(objectname) %(objecttype)'];
  const { stdout } = await runGit(argv, {
    root,
    signal,
    maxBytes: MAX_LISTING_BYTES,
    onTooLarge: 'cut',
    accept: [0, 1, 128],
  });
  return stdout
    .toString('latin1')
    .split('\n')
    .flatMap((line) => /^([0-9a-f]{40,64}) commit$/.exec(line)?.[1] ?? []);
}

/**
 * At most `limit` commits beside those that are known, newest first. `filesOptions` are tried in their order until all can be told with
 * them. Empty where there are none, or git cannot tell.
 */
export async function scatteredCommits(
  root: string,
  known: readonly GitCommit[],
  {
    limit,
    filesOptions,
    signal,
  }: {
    readonly limit: number;
    readonly filesOptions: readonly (readonly string[])[];
    readonly signal: AbortSignal;
  },
): Promise<readonly GitCommit[]> {
  const seen = new Set(known.map(({ sha }) => sha));
  try {
    const ids = (await commitIds(root, signal)).filter((id) => !seen.has(id));
    if (ids.length === 0 || limit <= 0) return [];
    let best: readonly GitCommit[] = [];
    for (const options of filesOptions) {
      const argv = ['log', '-z', '--no-walk=sorted', '--stdin', '--encoding=UTF-8', '--decorate=full'];
      const { stdout, exitCode } = await runGit(
        [...argv, `--format=${LOG_FORMAT}`, '--no-ext-diff', '--no-textconv', ...options],
        { root, signal, input: `${ids.join('\n')}\n`, onTooLarge: 'cut', accept: [0, 1, 128] },
      );
      const read = parseLog(stdout.toString('utf8'), exitCode !== 0 && options.length > 1);
      if (read.length > best.length) best = read;
      if (best.length === ids.length) break;
    }
    return best.slice(0, limit);
  } catch (error) {
    if (error instanceof GitError && error.problem !== 'stopped') return [];
    throw error;
  }
}
