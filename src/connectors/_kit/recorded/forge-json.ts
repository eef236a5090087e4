/** Commits as GitHub, GitLab, Bitbucket and Azure DevOps answer them: lists, single commits with their files, comparisons of two revisions, merged pull requests. */
import type { CommitFile } from '../../../domain/change.ts';
import type { EvidenceFile } from '../../../ports/connector.ts';
import { textOf } from '../fields.ts';
import type { FilePatch } from '../git-diff.ts';
import { readInstant } from '../instants.ts';
import { listAt, objectAt, textAt } from '../nested.ts';
import { isObject, type JsonObject, parseJson, type RecordPlace, sampleOf, sampleUnder } from '../records.ts';
import {
  BODY_LIMIT,
  filesOfPatches,
  MAX_RECORDED_COMMITS,
  type RecordedCommit,
  type RecordedCommits,
} from './commit.ts';
import { hunksOfText } from './patch-text.ts';

const ID = /^[0-9a-f]{7,64}$/i;
/** Keys under which a document holds its commits. */
const LISTS = ['commits', 'values', 'value', 'items', 'data', 'nodes'] as const;

/** What a record tells, whichever forge made it. */
type Told = Omit<
  RecordedCommit,
  'place' | 'text' | 'subject' | 'body' | 'isMerge' | 'zoneless' | 'refs' | 'filesCut'
> & {
  readonly message: string;
};

/** By the first record; a comparison by the commit that it begins with. */
export function isForgeHistory(file: EvidenceFile): boolean {
  const head = file.head();
  if (!/^\s*[[{]/.test(head.slice(0, 64))) return false;
  const [first] = sampleOf(file);
  if (first !== undefined && (isCommit(first) || isComparison(first))) return true;
  if (
    /^\s*\{/.test(head) &&
    LISTS.some((key) => sampleUnder(head.slice(0, 32_768), key).slice(0, 1).some(isCommit))
  )
    return (
      first === undefined ||
      LISTS.some((key) => listAt(first, key).some((item) => isObject(item) && isCommit(item)))
    );
  // A comparison is longer than a head: it begins with addresses and its base.
  return first === undefined && /^\s*\{[^[\]]{0,4000}"(?:base_commit|merge_base_commit)"\s*:\s*\{/.test(head);
}

function isCommit(record: JsonObject): boolean {
  return toldBy(record) !== null;
}

function isComparison(record: JsonObject): boolean {
  const [first] = listAt(record, 'commits');
  return (isObject(first) && isCommit(first)) || 'merge_base_commit' in record;
}

function toldBy(record: JsonObject): Told | null {
  return (
    ofGitHub(record) ?? ofGitLab(record) ?? ofBitbucket(record) ?? ofAzure(record) ?? ofPullRequest(record)
  );
}

const instant = (value: unknown) => readInstant(value, null)?.at ?? null;

function idsOf(list: readonly unknown[], key: string | null): readonly string[] {
  return list.flatMap((item) => {
    const inner = key !== null && isObject(item) ? item[key] : item;
    const id = textOf(inner);
    return id !== null && ID.test(id) ? [id.toLowerCase()] : [];
  });
}

function ofGitHub(record: JsonObject): Told | null {
  const commit = objectAt(record, 'commit');
  const [sha, message] = [textAt(record, 'sha'), textAt(commit, 'message')];
  if (sha === null || !ID.test(sha) || message === null) return null;
  const files = listAt(record, 'files');
  const patches = files.length === 0 ? null : patchesOfGitHub(files);
  return {
    sha: sha.toLowerCase(),
    parents: Array.isArray(record['parents']) ? idsOf(listAt(record, 'parents'), 'sha') : null,
    author: textAt(commit, 'author', 'name') ?? textAt(record, 'author', 'login') ?? '',
    authoredAt: instant(textAt(commit, 'author', 'date')),
    committedAt: instant(textAt(commit, 'committer', 'date')) ?? instant(textAt(commit, 'author', 'date')),
    message,
    ...filesAndPatches(patches, files),
  };
}

function ofGitLab(record: JsonObject): Told | null {
  const [sha, short] = [textAt(record, 'id'), textAt(record, 'short_id')];
  if (sha === null || short === null || !ID.test(sha)) return null;
  return {
    sha: sha.toLowerCase(),
    parents: Array.isArray(record['parent_ids']) ? idsOf(listAt(record, 'parent_ids'), null) : null,
    author: textAt(record, 'author_name') ?? '',
    authoredAt: instant(textAt(record, 'authored_date')),
    committedAt: instant(textAt(record, 'committed_date') ?? textAt(record, 'created_at')),
    message: textAt(record, 'message') ?? textAt(record, 'title') ?? '',
    files: null,
    patches: null,
  };
}

function ofBitbucket(record: JsonObject): Told | null {
  const sha = textAt(record, 'hash');
  if (sha === null || !ID.test(sha) || (textAt(record, 'type') ?? 'commit') !== 'commit') return null;
  const message = textAt(record, 'message') ?? textAt(record, 'summary', 'raw');
  if (message === null) return null;
  const raw = textAt(record, 'author', 'raw')?.replace(/\s*<[^>]*>$/, '');
  return {
    sha: sha.toLowerCase(),
    parents: Array.isArray(record['parents']) ? idsOf(listAt(record, 'parents'), 'hash') : null,
    author: textAt(record, 'author', 'user', 'display_name') ?? raw ?? '',
    authoredAt: instant(textAt(record, 'date')),
    committedAt: instant(textAt(record, 'date')),
    message,
    files: null,
    patches: null,
  };
}

function ofAzure(record: JsonObject): Told | null {
  const [sha, message] = [textAt(record, 'commitId'), textAt(record, 'comment')];
  if (sha === null || !ID.test(sha) || message === null) return null;
  return {
    sha: sha.toLowerCase(),
    parents: Array.isArray(record['parents']) ? idsOf(listAt(record, 'parents'), null) : null,
    author: textAt(record, 'author', 'name') ?? '',
    authoredAt: instant(textAt(record, 'author', 'date')),
    committedAt: instant(textAt(record, 'committer', 'date') ?? textAt(record, 'author', 'date')),
    message,
    files: null,
    patches: null,
  };
}

/** A pull or merge request that was merged is the commit that it left on its branch; others are none. */
function ofPullRequest(record: JsonObject): Told | null {
  const sha = textAt(record, 'merge_commit_sha') ?? textAt(record, 'squash_commit_sha');
  const [mergedAt, title] = [instant(textAt(record, 'merged_at')), textAt(record, 'title')];
  if (sha === null || !ID.test(sha) || mergedAt === null || title === null) return null;
  const number = textAt(record, 'number');
  const internal = textAt(record, 'iid');
  const ownMark = internal === null ? '' : ` (!${internal})`;
  const mark = number === null ? ownMark : ` (#${number})`;
  return {
    sha: sha.toLowerCase(),
    parents: null,
    author: textAt(record, 'user', 'login') ?? textAt(record, 'author', 'username') ?? '',
    authoredAt: mergedAt,
    committedAt: mergedAt,
    message: `${title}${mark}`,
    files: null,
    patches: null,
  };
}

const STATUS: Readonly<Record<string, CommitFile['status']>> = {
  added: 'added',
  removed: 'deleted',
  renamed: 'renamed',
  copied: 'copied',
  changed: 'type-changed',
};

function patchesOfGitHub(files: readonly unknown[]): readonly FilePatch[] {
  return files.flatMap((file) => {
    const path = isObject(file) ? textAt(file, 'filename') : null;
    if (!isObject(file) || path === null) return [];
    const status = STATUS[textAt(file, 'status') ?? ''] ?? 'modified';
    const patch = typeof file['patch'] === 'string' ? file['patch'] : null;
    return [patchOf(path, textAt(file, 'previous_filename'), status, patch)];
  });
}

function patchesOfGitLab(diffs: readonly unknown[]): readonly FilePatch[] {
  return diffs.flatMap((diff) => {
    const path = isObject(diff) ? textAt(diff, 'new_path') : null;
    if (!isObject(diff) || path === null) return [];
    const old = textAt(diff, 'old_path');
    const patch = typeof diff['diff'] === 'string' ? diff['diff'] : null;
    return [patchOf(path, old === path ? null : old, statusOfGitLab(diff), patch === '' ? null : patch)];
  });
}

function statusOfGitLab(diff: JsonObject): CommitFile['status'] {
  if (diff['new_file'] === true) return 'added';
  if (diff['deleted_file'] === true) return 'deleted';
  return diff['renamed_file'] === true ? 'renamed' : 'modified';
}

/** Without a patch it is binary, or too long for the forge to show. */
function patchOf(
  path: string,
  oldPath: string | null,
  status: CommitFile['status'],
  patch: string | null,
): FilePatch {
  const binary = patch === null && status !== 'renamed';
  const hunks = patch === null ? [] : hunksOfText(patch);
  return { path, oldPath, status, oldBlob: null, newBlob: null, submodule: false, binary, hunks };
}

function filesAndPatches(patches: readonly FilePatch[] | null, files: readonly unknown[]) {
  if (patches === null) return { files: null, patches: null };
  const counted = filesOfPatches(patches).map((file, index): CommitFile => {
    const told = files[index];
    const count = (key: string) => (isObject(told) && typeof told[key] === 'number' ? told[key] : null);
    return { ...file, added: file.added ?? count('additions'), deleted: file.deleted ?? count('deletions') };
  });
  return { files: counted, patches };
}

function toRecorded(told: Told, place: RecordPlace, record: JsonObject): RecordedCommit {
  const { message, ...rest } = told;
  const [subject = '', ...body] = message.trim().split('\n');
  return {
    ...rest,
    isMerge: (told.parents?.length ?? 0) > 1,
    zoneless: false,
    refs: [],
    subject: subject.trim(),
    body: body.join('\n').trim().slice(0, BODY_LIMIT),
    filesCut: false,
    place,
    text: JSON.stringify(record),
  };
}

interface Listed {
  readonly list: readonly unknown[];
  readonly pointer: string;
}

function listOf(document: unknown): Listed {
  if (Array.isArray(document)) return { list: document, pointer: '' };
  if (!isObject(document)) return { list: [document], pointer: '' };
  const key = LISTS.find((name) => listAt(document, name).length > 0 && !isCommit(document));
  return key === undefined
    ? { list: [document], pointer: '' }
    : { list: listAt(document, key), pointer: `/${key}` };
}

/** JSON lines hold one answer a line. */
function documentsOf(text: string): readonly unknown[] {
  const whole = parseJson(text);
  if (whole !== undefined) return [whole];
  return text.split('\n').flatMap((line) => {
    const value = line.trim() === '' ? undefined : parseJson(line);
    return value === undefined ? [] : [value];
  });
}

/** Records that are no commits are counted; pull requests that were not merged are passed over. */
export function readForgeHistory(text: string): RecordedCommits {
  const documents = documentsOf(text);
  const commits: RecordedCommit[] = [];
  let [rejected, total] = [documents.length === 0 ? 1 : 0, 0];
  for (const [at, document] of documents.entries()) {
    const { list, pointer } = listOf(document);
    const prefix = documents.length > 1 ? `/${at}` : '';
    const own: RecordedCommit[] = [];
    total += list.length;
    for (const [index, record] of list.entries()) {
      const told = isObject(record) ? toldBy(record) : null;
      if (told === null || !isObject(record)) {
        if (!isObject(record) || !('merged_at' in record)) rejected += 1;
        continue;
      }
      const place = {
        kind: 'pointer',
        pointer: list[0] === document ? prefix : `${prefix}${pointer}/${index}`,
      } as const;
      own.push(toRecorded(told, place, record));
    }
    commits.push(...(isObject(document) ? compared(document, own, prefix) : own));
  }
  return {
    commits: commits.slice(0, MAX_RECORDED_COMMITS),
    loose: [],
    rejected,
    truncated: total > MAX_RECORDED_COMMITS,
  };
}

/**
 * A comparison lists its commits from the oldest and shows what they changed together. Of a single commit that is what it changed; of
 * several it is known at the last of them, and which of them changed what is not.
 */
function compared(
  document: JsonObject,
  commits: readonly RecordedCommit[],
  prefix: string,
): readonly RecordedCommit[] {
  const [files, diffs] = [listAt(document, 'files'), listAt(document, 'diffs')];
  if (!isComparison(document) || (files.length === 0 && diffs.length === 0)) return commits;
  const patches = files.length > 0 ? patchesOfGitHub(files) : patchesOfGitLab(diffs);
  const base = objectAt(document, 'merge_base_commit');
  const told = toldBy(base);
  const before =
    told === null
      ? []
      : [toRecorded(told, { kind: 'pointer', pointer: `${prefix}/merge_base_commit` }, base)];
  const isSingle = commits.length === 1;
  const last = commits.length - 1;
  return [
    ...before,
    ...commits.map((commit, index) => {
      if (index !== last) return commit;
      const whole = isSingle ? filesAndPatches(patches, files) : { files: null, patches };
      return { ...commit, ...whole, filesCut: !isSingle };
    }),
  ];
}
