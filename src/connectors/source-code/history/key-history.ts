/** Answers `key-history`: the value of one key in every revision of its file where the value or its comment changed. */
import type { KeyRevision } from '../../../domain/code.ts';
import type { Probe } from '../../../domain/probe.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { entriesOf } from '../values/entries.ts';
import { findEntry, type KeyEntry } from '../values/entry.ts';
import { commentClaims } from './claims.ts';

type KeyHistory = Extract<Probe, { kind: 'key-history' }>;

const MAX_REVISIONS = 200;

/** What makes two revisions of a key differ. */
function fingerprint(entry: KeyEntry): string {
  return JSON.stringify([entry.value.raw, entry.comments.map((comment) => comment.text)]);
}

/** Oldest first. Revisions in which the key does not stand are skipped. */
export async function keyHistory(
  probe: KeyHistory,
  reader: RepositoryReader,
): Promise<{ revisions: KeyRevision[]; searched: string }> {
  const { commits, truncated } = await reader.git.log({
    limit: MAX_REVISIONS,
    revisions: [reader.revision],
    paths: [probe.path],
    follow: true,
    files: true,
  });
  const revisions: KeyRevision[] = [];
  let path = probe.path;
  // Newest first, so that a rename tells the name that older revisions used.
  const named = commits.map((commit) => {
    const at = path;
    path = commit.files.find((file) => file.path === at && file.oldPath !== null)?.oldPath ?? at;
    return { commit, path: at };
  });
  let previous = '';
  for (const { commit, path: at } of named.reverse()) {
    const file = await reader.readText(`${commit.sha}:${at}`, at);
    const entry = file === null ? null : findEntry(await entriesOf(at, file.text), probe.key);
    if (file === null || entry === null || fingerprint(entry) === previous) continue;
    previous = fingerprint(entry);
    revisions.push(await revisionOf(commit, at, entry, file.lines, reader));
  }
  const cut = truncated || commits.length === MAX_REVISIONS ? ', older ones left out' : '';
  const searched = `${commits.length} revisions of ${probe.path} up to ${reader.revision.slice(0, 7)}${cut}`;
  return { revisions, searched };
}

async function revisionOf(
  commit: { readonly sha: string; readonly committedAt: KeyRevision['at']; readonly subject: string },
  path: string,
  entry: KeyEntry,
  lines: readonly string[],
  reader: RepositoryReader,
): Promise<KeyRevision> {
  const at = reader.atRevision(commit.sha, path, lines);
  return {
    commit: commit.sha,
    at: commit.committedAt,
    subject: commit.subject,
    line: entry.line,
    value: entry.value,
    claims: await commentClaims(entry.comments, path, at),
    evidence: await at.sourceLine(path, entry.line, entry.endLine),
  };
}
