/** Opens the place that a user named: directory, logs, repositories, standard input and pipes. What flows is kept in a temporary file until the end. */
import { createReadStream, createWriteStream, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PlatformError } from '../../domain/error.ts';
import type { Gap } from '../../domain/gap.ts';
import type { EvidenceDirectory } from '../../ports/connector.ts';
import { openEvidenceDirectory } from './evidence-directory.ts';
import { release } from './release.ts';
import { allowedBelow, fixedPartOf, requireAllowed } from './roots.ts';
import { reasonOf } from './walk.ts';

export interface PlaceRequest {
  readonly dir: string;
  /** Files, folders, globs; `-` is standard input. */
  readonly logs: readonly string[];
  readonly repos: readonly string[];
}

export interface PlaceSurroundings {
  readonly cwd: string;
  readonly stdin: () => NodeJS.ReadableStream;
  readonly signal: AbortSignal;
  /** Only what lies below one of these is read; null: whatever the user may read. */
  readonly roots: readonly string[] | null;
}

export interface OpenedPlace {
  readonly directory: EvidenceDirectory;
  /** Real path of the directory. */
  readonly workspace: string;
  gaps(): Promise<readonly Gap[]>;
  /** Removes what was kept for the time of the triage, and ends what was started for it. */
  close(): Promise<void>;
}

interface Kept {
  readonly path: string;
  readonly absolutePath: string;
}

/** Throws PlatformError `usage` where a named place does not exist, `interrupted` when it was asked to stop. */
export async function openPlace(
  request: PlaceRequest,
  surroundings: PlaceSurroundings,
): Promise<OpenedPlace> {
  const base = surroundings.cwd;
  const root = resolve(base, request.dir);
  requireRoots(request, surroundings);
  for (const repo of request.repos) requireRepo(resolve(base, repo), repo);
  const kept = new TemporaryFiles();
  try {
    const flowing = request.logs.filter((log) => isFlow(log, base));
    const extra: Kept[] = [];
    for (const log of flowing) extra.push(await kept.keep(log, surroundings));
    const directory = await openEvidenceDirectory({
      root,
      base,
      logs: request.logs.filter((log) => !flowing.includes(log)),
      repos: request.repos.map((repo) => resolve(base, repo)),
      extra,
      allowed: surroundings.roots === null ? null : allowedBelow(surroundings.roots),
    });
    const workspace = await realpath(root);
    const close = async () => {
      release(directory);
      kept.remove();
    };
    return { directory, workspace, gaps: directory.gaps, close };
  } catch (error) {
    kept.remove();
    throw error;
  }
}

function requireRoots(request: PlaceRequest, { cwd, roots }: PlaceSurroundings): void {
  const logs = request.logs.filter((log) => log !== '-');
  for (const place of [request.dir, ...logs, ...request.repos])
    requireAllowed(place, resolve(cwd, fixedPartOf(place)), roots);
}

/** The real path of a folder, or the path itself where it does not exist any more. */
export function workspaceOf(dir: string, cwd: string): string {
  const path = resolve(cwd, dir);
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function requireRepo(path: string, given: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new PlatformError({
    code: 'usage',
    what: `The repository ${given} cannot be read`,
    why: 'no such folder',
    nextStep: 'Give --repo the folder of a git repository.',
  });
}

/** Standard input, or a pipe such as the one behind `<(kubectl logs …)`. */
function isFlow(log: string, base: string): boolean {
  if (log === '-') return true;
  const stats = statSync(resolve(base, log), { throwIfNoEntry: false });
  return stats !== undefined && (stats.isFIFO() || stats.isCharacterDevice() || stats.isSocket());
}

/** One folder for all of a run, readable for its owner only, gone at the end. */
class TemporaryFiles {
  private folder: string | null = null;
  private count = 0;
  private readonly removeAtExit = () => this.remove();

  async keep(log: string, surroundings: PlaceSurroundings): Promise<Kept> {
    if (this.folder === null) {
      this.folder = mkdtempSync(join(tmpdir(), 'wicked-platform-'));
      process.once('exit', this.removeAtExit);
    }
    this.count += 1;
    const name = log === '-' ? 'stdin' : log.replaceAll(/[^\w.-]+/g, '-').replace(/^-/, '');
    const absolutePath = join(this.folder, `${this.count}-${name}`);
    await copyTo(absolutePath, log, surroundings);
    return { path: name, absolutePath };
  }

  remove(): void {
    if (this.folder === null) return;
    process.removeListener('exit', this.removeAtExit);
    rmSync(this.folder, { recursive: true, force: true });
    this.folder = null;
  }
}

async function copyTo(target: string, log: string, surroundings: PlaceSurroundings): Promise<void> {
  const source = log === '-' ? surroundings.stdin() : createReadStream(resolve(surroundings.cwd, log));
  const sink = createWriteStream(target, { mode: 0o600 });
  try {
    await pipeline(source, sink, { signal: surroundings.signal });
  } catch (cause) {
    const isStopped = surroundings.signal.aborted;
    throw new PlatformError({
      code: isStopped ? 'interrupted' : 'unreadable',
      what: `The log from ${log === '-' ? 'standard input' : log} could not be read`,
      why: isStopped ? 'it was asked to stop' : reasonOf(cause),
      nextStep: 'Save the log to a file and name the file with --logs.',
      cause,
    });
  }
}
