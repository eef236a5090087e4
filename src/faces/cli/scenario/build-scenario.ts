/** Builds a scenario folder into a real repository with its evidence beside it. It never reads truth.json or the golden report. */
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlatformError } from '../../../domain/error.ts';
import { fastImportStream } from './fast-import.ts';
import { generateLines } from './generate-lines.ts';
import { parseHistory, type ScenarioHistory } from './history-schema.ts';

export interface BuildOptions {
  /** What `now` means in history.yaml, milliseconds since 1970; default: the clock, in whole seconds. */
  readonly now?: number;
}

const SOURCE_FILE = 'src/faces/cli/scenario/build-scenario.ts';
/** Files above this size are copied as they are, without looking for `@commit(…)@`. */
const MAX_TEMPLATE_BYTES = 1_000_000;
const MARKS_FILE = 'scenario-marks';

/** The folder of a scenario, in the source tree or in the installed package (where only `demo` lies). */
export function scenarioFolder(name: string): string {
  const inSource = import.meta.url.endsWith(`/${SOURCE_FILE}`);
  return fileURLToPath(
    new URL(inSource ? `../../../../scenarios/${name}` : `scenarios/${name}`, import.meta.url),
  );
}

/**
 * Builds `scenarioDir` into `targetDir`, which must be empty or absent: repository, checked out, evidence untracked.
 * In text files of input/ and in generated lines, `@commit(id)@` becomes the commit's full id and `@commit(id:7)@` its first 7 digits.
 * Same folder, same `now`: same bytes, same commit ids. Resolves to the full commit id of each `id`. Throws PlatformError.
 */
export async function buildScenario(
  scenarioDir: string,
  targetDir: string,
  options: BuildOptions = {},
): Promise<ReadonlyMap<string, string>> {
  const now = options.now ?? Math.floor(Date.now() / 1000) * 1000;
  const history = readHistory(scenarioDir);
  prepareTarget(targetDir);
  const nested = Object.entries(history.repositories);
  // The evidence of a team with several repositories lies in a folder that is none.
  const own = history.commits.length === 0 && nested.length > 0 ? [] : [['', history] as const];
  const commitIds = new Map<string, string>();
  for (const [folder, { branch, commits }] of [...own, ...nested]) {
    const ids = await layRepository(join(targetDir, folder), { ...history, branch, commits }, now);
    for (const [id, commitId] of ids) commitIds.set(id, commitId);
  }
  for (const folder of history.emptyFolders) mkdirSync(join(targetDir, folder), { recursive: true });
  copyInput(join(scenarioDir, 'input'), targetDir, commitIds);
  for (const file of history.generate) {
    const text = fillCommits(generateLines(file, now), commitIds);
    mkdirSync(dirname(join(targetDir, file.path)), { recursive: true });
    writeFileSync(join(targetDir, file.path), text);
  }
  return commitIds;
}

async function layRepository(
  folder: string,
  history: ScenarioHistory,
  now: number,
): Promise<ReadonlyMap<string, string>> {
  const { stream, marks } = fastImportStream(history, now);
  mkdirSync(folder, { recursive: true });
  const git = (argv: readonly string[], input = '') => runGit(folder, history.branch, argv, input);
  await git(['init', '--quiet', '--template=']);
  const marksFile = join(folder, '.git', MARKS_FILE);
  if (history.commits.length > 0) {
    await git(['fast-import', '--quiet', '--force', `--export-marks=${marksFile}`], stream);
    await git(['reset', '--quiet', '--hard']);
  }
  return commitIdsOf(marks, marksFile);
}

function readHistory(scenarioDir: string): ScenarioHistory {
  const file = join(scenarioDir, 'history.yaml');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PlatformError({
      code: 'unreadable',
      what: `no scenario in ${scenarioDir}`,
      why: `${file} cannot be read`,
      nextStep: 'Name a folder that holds a history.yaml.',
      cause,
    });
  }
  return parseHistory(text, file);
}

function prepareTarget(targetDir: string): void {
  if (existsSync(targetDir) && readdirSync(targetDir).length > 0) {
    throw new PlatformError({
      code: 'usage',
      what: `the scenario cannot be built in ${targetDir}`,
      why: 'the folder is not empty',
      nextStep: 'Name a new or an empty folder.',
    });
  }
  mkdirSync(targetDir, { recursive: true });
}

/** The user's own git settings (hooks, signing, line ends, templates) must not reach the scenario. */
function runGit(cwd: string, branch: string, argv: readonly string[], input: string): Promise<void> {
  const settings = ['core.autocrlf=false', 'gc.auto=0', `init.defaultBranch=${branch}`, 'core.fsync=none'];
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')),
  );
  const env = { ...environment, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' };
  const full = [...settings.flatMap((setting) => ['-c', setting]), ...argv];
  return new Promise((resolve, reject) => {
    const child = spawn('git', full, { cwd, env, stdio: ['pipe', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString('utf8')}`.slice(-2000);
    });
    child.on('error', (cause) => reject(gitFailed(argv, 'git could not be started', cause)));
    child.on('close', (code) => {
      if (code === 0) resolve();
      else
        reject(
          gitFailed(argv, /^fatal: (.*)$/m.exec(complaint)?.[1] ?? `it ended with code ${code}`, undefined),
        );
    });
    // A git that ends early closes the pipe; its exit code tells why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function gitFailed(argv: readonly string[], why: string, cause: unknown): PlatformError {
  return new PlatformError({
    code: 'unavailable',
    what: `git ${argv[0] ?? ''} failed while a scenario was built`,
    why,
    nextStep: 'Check that git 2.30 or later is installed and that the folder can be written.',
    cause,
  });
}

function commitIdsOf(marks: ReadonlyMap<string, number>, marksFile: string): ReadonlyMap<string, string> {
  if (!existsSync(marksFile)) return new Map();
  const ids = new Map<number, string>();
  for (const line of readFileSync(marksFile, 'utf8').split('\n')) {
    const found = /^:(\d+) ([0-9a-f]{40,64})$/.exec(line);
    if (found !== null) ids.set(Number(found[1]), found[2] ?? '');
  }
  rmSync(marksFile);
  return new Map([...marks].map(([id, mark]) => [id, ids.get(mark) ?? '']));
}

function fillCommits(text: string, commitIds: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /@commit\(([A-Za-z0-9.-]+)(?::(\d+))?\)@/g,
    (_whole, id: string, digits?: string) => {
      const commitId = commitIds.get(id);
      if (commitId !== undefined) return digits === undefined ? commitId : commitId.slice(0, Number(digits));
      throw new PlatformError({
        code: 'config',
        what: `a scenario file speaks of the commit ${id}`,
        why: 'no commit of history.yaml has that id',
        nextStep: 'Give the commit that `id`, or correct the name.',
      });
    },
  );
}

function copyInput(from: string, to: string, commitIds: ReadonlyMap<string, string>): void {
  if (!existsSync(from)) return;
  const entries = readdirSync(from, { withFileTypes: true, recursive: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const source = join(entry.parentPath, entry.name);
    const target = join(to, source.slice(from.length + 1));
    mkdirSync(dirname(target), { recursive: true });
    const isTemplate =
      statSync(source).size <= MAX_TEMPLATE_BYTES && readFileSync(source).includes('@commit(');
    if (isTemplate) writeFileSync(target, fillCommits(readFileSync(source, 'utf8'), commitIds));
    else cpSync(source, target);
  }
}
