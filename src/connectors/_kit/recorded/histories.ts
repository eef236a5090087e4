/** Histories that were written to files: those that share commits are one, and each commit of them is there once. */
import { ConnectorError } from '../../../domain/error.ts';
import type { EvidenceDirectory, EvidenceFile } from '../../../ports/connector.ts';
import type { RecordedCommit, RecordedCommits } from './commit.ts';
import { isForgeHistory, readForgeHistory } from './forge-json.ts';
import { formOfText, readLogText } from './log-text.ts';

const TEXT_NAME = /\.(?:txt|log|out|patch|diff|mbox|eml)(?:\.(?:gz|zst))?$|(?:^|\/)[^./]+$/i;
const JSON_NAME = /\.(?:jsonl?|ndjson)(?:\.(?:gz|zst))?$/i;
/** A text of this length holds years of differences. */
export const MAX_HISTORY_BYTES = 64 * 1024 * 1024;

const recognised = new WeakMap<EvidenceFile, boolean>();

/** A file that holds a history, by its first lines. */
export function isRecordedHistory(file: EvidenceFile): boolean {
  let answer = recognised.get(file);
  if (answer === undefined) {
    answer = !file.explicitLog && isHistory(file);
    recognised.set(file, answer);
  }
  return answer;
}

function isHistory(file: EvidenceFile): boolean {
  if (JSON_NAME.test(file.path)) return isForgeHistory(file);
  return TEXT_NAME.test(file.path) && formOfText(file.head()) !== null;
}

/** A commit with the file that tells of it. */
export interface HistoryCommit extends RecordedCommit {
  readonly path: string;
  /** Every file and place that tells of it, the richest first. */
  readonly told: readonly Pick<HistoryCommit, 'path' | 'place' | 'text'>[];
  /** The commit that is listed after it, which is older; null for the last. */
  readonly follows: string | null;
}

export interface RecordedHistory {
  /** Path of its richest file, by which it is named. */
  readonly repo: string;
  readonly paths: readonly string[];
  /** Newest first. */
  readonly commits: readonly HistoryCommit[];
  readonly hasPatches: boolean;
}

export interface ReadFile {
  readonly path: string;
  readonly read: RecordedCommits;
}

export interface ReadHistories {
  readonly files: readonly ReadFile[];
  readonly histories: readonly RecordedHistory[];
  /** Files that could not be read, with the reason. */
  readonly failed: readonly { readonly path: string; readonly error: ConnectorError }[];
}

const known = new WeakMap<EvidenceDirectory, Promise<ReadHistories>>();

/** Read once for a directory; the zone of the first call stays. Never rejects: what failed is told. */
export function recordedHistories(
  directory: EvidenceDirectory,
  zone: string | null = null,
): Promise<ReadHistories> {
  let answer = known.get(directory);
  if (answer === undefined) {
    answer = readAll(directory, zone);
    known.set(directory, answer);
  }
  return answer;
}

async function readAll(directory: EvidenceDirectory, zone: string | null): Promise<ReadHistories> {
  const files: ReadFile[] = [];
  const failed: { path: string; error: ConnectorError }[] = [];
  for (const file of (await directory.files()).filter(isRecordedHistory)) {
    try {
      files.push({
        path: file.path,
        read: readHistoryFile(file.path, await directory.readText(file, MAX_HISTORY_BYTES), zone),
      });
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      failed.push({ path: file.path, error });
    }
  }
  return { files, histories: joinHistories(files), failed };
}

export function readHistoryFile(path: string, text: string, zone: string | null): RecordedCommits {
  return JSON_NAME.test(path) ? readForgeHistory(text) : readLogText(text, zone);
}

const richness = ({ commits }: RecordedCommits) => {
  if (commits.some(({ patches }) => patches !== null)) return 2;
  return commits.some(({ files }) => files !== null) ? 1 : 0;
};

/** Files with commits in common tell of one repository. */
export function joinHistories(files: readonly ReadFile[]): readonly RecordedHistory[] {
  const ranked = [...files].sort(
    (a, b) =>
      richness(b.read) - richness(a.read) ||
      b.read.commits.length - a.read.commits.length ||
      (a.path < b.path ? -1 : 1),
  );
  const joined: { paths: string[]; commits: Map<string, HistoryCommit> }[] = [];
  for (const { path, read: own } of ranked) {
    const commits = ofFile(path, own.commits);
    if (commits.length === 0) continue;
    const shared = joined.find((history) => commits.some(({ sha }) => idIn(history.commits, sha) !== null));
    const history = shared ?? { paths: [], commits: new Map<string, HistoryCommit>() };
    if (shared === undefined) joined.push(history);
    history.paths.push(path);
    for (const commit of commits) add(commit, history.commits);
  }
  return joined.map(({ paths, commits }) => ({
    repo: paths[0] ?? '',
    paths,
    commits: newestFirst(withFullParents([...commits.values()], commits), paths.length > 1),
    hasPatches: [...commits.values()].some(({ patches }) => patches !== null),
  }));
}

function ofFile(path: string, commits: readonly RecordedCommit[]): readonly HistoryCommit[] {
  const seen = new Set<string>();
  // A merge may be listed once for each parent.
  const once = commits.filter(({ sha }) => !seen.has(sha) && seen.add(sha));
  const isOldestFirst = runsForward(once);
  const listed = isOldestFirst ? once.reverse() : once;
  return listed.map((commit, index) => ({
    ...commit,
    path,
    told: [{ path, place: commit.place, text: commit.text }],
    follows: listed[index + 1]?.sha ?? null,
  }));
}

/** Mails, forges and `--reverse` begin with the oldest. */
function runsForward(commits: readonly RecordedCommit[]): boolean {
  const [first, second] = commits;
  // Two commits of one minute are told apart by who has whom for a parent.
  if (first !== undefined && second?.parents?.includes(first.sha) === true) return true;
  const times = commits.flatMap(({ committedAt }) => (committedAt === null ? [] : [committedAt]));
  let forward = 0;
  for (let index = 1; index < times.length; index += 1)
    forward += Math.sign((times[index] ?? 0) - (times[index - 1] ?? 0));
  return forward > 0;
}

/** The id under which a commit is known there, be it whole or shortened; null where it is not. */
export function idIn(commits: ReadonlyMap<string, unknown>, sha: string): string | null {
  if (commits.has(sha)) return sha;
  for (const id of commits.keys()) {
    const [short, long] = id.length < sha.length ? [id, sha] : [sha, id];
    if (short.length >= 7 && long.startsWith(short)) return id;
  }
  return null;
}

/** What is known stays; what it lacks is taken from the other telling. */
function add(commit: HistoryCommit, commits: Map<string, HistoryCommit>): void {
  const id = idIn(commits, commit.sha);
  const known = id === null ? undefined : commits.get(id);
  if (id === null || known === undefined) {
    commits.set(commit.sha, commit);
    return;
  }
  const sha = known.sha.length >= commit.sha.length ? known.sha : commit.sha;
  const hasFiles = known.files !== null && !known.filesCut;
  const whole: HistoryCommit = {
    ...known,
    sha,
    parents: known.parents ?? commit.parents,
    isMerge: known.isMerge || commit.isMerge,
    author: known.author === '' ? commit.author : known.author,
    authoredAt: known.authoredAt ?? commit.authoredAt,
    committedAt: known.committedAt ?? commit.committedAt,
    refs: known.refs.length > 0 ? known.refs : commit.refs,
    body: known.body === '' ? commit.body : known.body,
    files: hasFiles ? known.files : (commit.files ?? known.files),
    filesCut: hasFiles || commit.files === null ? known.filesCut : commit.filesCut,
    patches: known.patches ?? commit.patches,
    follows: known.follows ?? commit.follows,
    told: [...known.told, ...commit.told],
  };
  if (sha === id) commits.set(id, whole);
  else {
    commits.delete(id);
    commits.set(sha, whole);
  }
}

function withFullParents(
  list: readonly HistoryCommit[],
  commits: ReadonlyMap<string, HistoryCommit>,
): readonly HistoryCommit[] {
  const full = (sha: string) => (sha.length < 40 ? (idIn(commits, sha) ?? sha) : sha);
  return list.map((commit) => ({
    ...commit,
    parents: commit.parents?.map(full) ?? null,
    follows: commit.follows === null ? null : full(commit.follows),
  }));
}

/** As listed; several files together are put in order of time, those without one where they stood. */
function newestFirst(list: readonly HistoryCommit[], isMixed: boolean): readonly HistoryCommit[] {
  if (!isMixed || list.some(({ committedAt }) => committedAt === null)) return list;
  return [...list].sort((a, b) => (b.committedAt ?? 0) - (a.committedAt ?? 0));
}

/** Ids of a commit's parents as the record or its order tells; `<id>^` for one that must exist and is not told. */
export function parentsOf(commit: HistoryCommit): readonly string[] {
  if (commit.parents !== null && commit.parents.length > 0) return commit.parents;
  if (commit.follows !== null) return [commit.follows];
  const hadFiles = commit.patches?.some(({ status }) => status !== 'added') ?? false;
  return hadFiles ? [`${commit.sha}^`] : [];
}
