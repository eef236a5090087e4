/** One repository at one revision as the analysis reads it: files, texts and trees, each read and parsed once. It keeps a bounded number of trees. */
import type { CodeLocation } from '../../domain/code.ts';
import type { Evidence, EvidenceKind, EvidenceRef } from '../../domain/evidence.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { ConnectorContext } from '../../ports/connector.ts';
import { makeEvidence } from '../_kit/evidence.ts';
import { GitRepository } from '../_kit/git.ts';
import { rootOfRepository } from '../_kit/git-bundle.ts';
import { gitSession } from '../_kit/git-session.ts';
import { profileOf } from './languages/detect.ts';
import type { SyntaxNode } from './syntax/node.ts';
import { MAX_PARSED_BYTES, parseSource } from './syntax/parser.ts';
import { entriesOf } from './values/entries.ts';
import type { KeyEntry } from './values/entry.ts';

export const CONNECTOR_ID = 'source-code';
const MAX_CACHED_TREES = 200;

/** A text file: null where it is missing, binary or too long. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

export class RepositoryReader {
  readonly repo: string;
  /** Full commit id. */
  readonly revision: string;
  readonly git: GitRepository;
  /** Files that are there but were left out because they are too long or binary. */
  skippedFiles = 0;
  private readonly files = new Map<string, Promise<SourceFile | null>>();
  private readonly trees = new Map<string, Promise<SyntaxNode | null>>();
  private readonly entryLists = new Map<string, Promise<readonly KeyEntry[]>>();
  private readonly collected: Map<EvidenceRef, Evidence>;
  private pathList: Promise<readonly string[]> | null = null;

  constructor(
    repo: string,
    revision: string,
    git: GitRepository,
    collected = new Map<EvidenceRef, Evidence>(),
  ) {
    this.collected = collected;
    this.repo = repo;
    this.revision = revision;
    this.git = git;
  }

  /** Full commit id; null for a revision that does not exist here. */
  fullId(revision: string): Promise<string | null> {
    return fullCommitId(this.git, revision);
  }

  /** All paths of the revision, in git's order. */
  paths(): Promise<readonly string[]> {
    this.pathList ??= this.git.paths(this.revision);
    return this.pathList;
  }

  file(path: string): Promise<SourceFile | null> {
    let file = this.files.get(path);
    if (file === undefined) {
      file = this.readText(`${this.revision}:${path}`, path).then((read) => this.counted(read));
      this.files.set(path, file);
    }
    return file;
  }

  /** Counts what could not be read though it is there. */
  counted(file: SourceFile | null): SourceFile | null {
    if (file === null) this.skippedFiles += 1;
    return file;
  }

  /** Text of any blob; invalid UTF-8 is replaced, a byte-order mark dropped. */
  async readText(spec: string, path: string): Promise<SourceFile | null> {
    const bytes = await this.git.blob(spec, MAX_PARSED_BYTES);
    if (bytes === null || bytes.includes(0)) return null;
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    return { path, text, lines: text.split(/\r?\n/) };
  }

  /** Null for a language without a grammar as well. */
  tree(path: string): Promise<SyntaxNode | null> {
    let tree = this.trees.get(path);
    if (tree === undefined) {
      tree = this.parse(path);
      this.trees.set(path, tree);
      const oldest = this.trees.keys().next().value;
      if (this.trees.size > MAX_CACHED_TREES && oldest !== undefined) this.trees.delete(oldest);
    }
    return tree;
  }

  private async parse(path: string): Promise<SyntaxNode | null> {
    const profile = profileOf(path);
    const file = profile === null ? null : await this.file(path);
    return profile === null || file === null ? null : parseSource(profile, file.text);
  }

  entries(path: string): Promise<readonly KeyEntry[]> {
    let entries = this.entryLists.get(path);
    if (entries === undefined) {
      entries = this.file(path).then((file) => (file === null ? [] : entriesOf(path, file.text)));
      this.entryLists.set(path, entries);
    }
    return entries;
  }

  location(path: string, line: number, endLine: number = line): CodeLocation {
    return { repo: this.repo, revision: this.revision, path, line, endLine };
  }

  /** Evidence for lines of a file at this revision; the same lines give the same piece. */
  async sourceLine(path: string, line: number, endLine: number = line): Promise<EvidenceRef> {
    const file = await this.file(path);
    const text = (file?.lines.slice(line - 1, endLine) ?? []).join('\n');
    const range = endLine === line ? `${line}` : `${line}-${endLine}`;
    return this.add({
      kind: 'source-line',
      locator: { kind: 'git-line', repo: this.repo, revision: this.revision, path, line, endLine },
      refLocator: `${this.refPrefix()}${this.revision.slice(0, 7)}:${path}:${range}`,
      text,
    });
  }

  /** The same repository at another revision for one file that was read already: evidence goes into the same collection. */
  atRevision(revision: string, path: string, lines: readonly string[]): RepositoryReader {
    const other = new RepositoryReader(this.repo, revision, this.git, this.collected);
    other.files.set(path, Promise.resolve({ path, text: '', lines }));
    return other;
  }

  /** The same repository at another revision; evidence goes into the same collection. */
  at(revision: string): RepositoryReader {
    return new RepositoryReader(this.repo, revision, this.git, this.collected);
  }

  /** `source-code:<sha7>:…`, with the repository in front where it is not the evidence directory itself. */
  refPrefix(): string {
    return this.repo === '.' ? '' : `${this.repo}@`;
  }

  add(fields: {
    kind: EvidenceKind;
    locator: Evidence['locator'];
    refLocator: string;
    text: string;
    observedAt?: EpochMs | null;
  }): EvidenceRef {
    const evidence = makeEvidence({ source: CONNECTOR_ID, observedAt: null, ...fields });
    this.collected.set(evidence.ref, evidence);
    return evidence.ref;
  }

  /** Evidence for a search; `query` is what was looked for. */
  search(query: string, matches: number, text: string): EvidenceRef {
    return this.add({
      kind: 'search',
      locator: { kind: 'git-search', repo: this.repo, revision: this.revision, query, matches },
      refLocator: `${this.refPrefix()}${this.revision.slice(0, 7)}:search:${query}`,
      text,
    });
  }

  /** Everything cited so far, by reference. */
  evidence(): Evidence[] {
    return [...this.collected.values()].sort((a, b) => (a.ref < b.ref ? -1 : 1));
  }
}

async function fullCommitId(git: GitRepository, revision: string): Promise<string | null> {
  // `<id>^` stays as asked: the parent of a recorded commit has no other name.
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?\^?$/.test(revision) ? revision : git.resolve(revision);
}

/** Opens the repository that a probe names; null where there is no such repository or revision. */
export async function openRepository(
  repo: string,
  revision: string,
  context: ConnectorContext,
): Promise<RepositoryReader | null> {
  const root = await rootOfRepository(context.directory, repo, context.signal);
  if (root === null) return null;
  const git = new GitRepository(root, context.signal, gitSession(context.directory, root));
  const full = await fullCommitId(git, revision);
  return full === null ? null : new RepositoryReader(repo, full, git);
}
