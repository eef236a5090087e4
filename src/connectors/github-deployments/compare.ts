/** Which commits a deployment brought, asked of GitHub where no clone is at hand: the comparison of what ran before with what came. GET only. */
import type { Commit, Deployment } from '../../domain/change.ts';
import { ConnectorError } from '../../domain/error.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { Gap } from '../../domain/gap.ts';
import { epochMs } from '../../domain/time.ts';
import type { CollectRequest, ConnectorContext, LiveDeclaration } from '../../ports/connector.ts';
import { citeRecord } from '../_kit/cited-records.ts';
import { type FileSource, gapOf, throwIfAborted, truncatedGaps } from '../_kit/collect-files.ts';
import { isCommitId } from '../_kit/deployments.ts';
import { getPage } from '../_kit/http.ts';
import type { RecordedCommit } from '../_kit/recorded/commit.ts';
import { readForgeHistory } from '../_kit/recorded/forge-json.ts';
import { isObject } from '../_kit/records.ts';
import { repositoryOf, sourceOf } from './client.ts';
import { SOURCE } from './decode.ts';

/** Each takes a request; the newest deployments come first. */
const MAX_COMPARISONS = 20;
/** A comparison shows so many commits at most. https://docs.github.com/rest/commits/commits#compare-two-commits */
const MAX_COMMITS = 250;

export interface RevisionPair {
  readonly base: string;
  readonly head: string;
}

/** What each deployment came after, of the same service and environment; newest first, each pair once. */
export function pairsOf(deployments: readonly Deployment[]): readonly RevisionPair[] {
  const ordered = deployments
    .filter(({ commit }) => commit !== null && isCommitId(commit))
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0) || (a.id < b.id ? -1 : 1));
  const pairs = new Map<string, RevisionPair>();
  for (const [index, { service, environment, commit }] of ordered.entries()) {
    const before = ordered
      .slice(index + 1)
      .find(
        (other) => other.service === service && other.environment === environment && other.commit !== commit,
      );
    const [base, head] = [before?.commit ?? null, commit];
    if (base !== null && head !== null) pairs.set(`${base}...${head}`, { base, head });
  }
  return [...pairs.values()];
}

export interface Compared {
  readonly commits: readonly Commit[];
  readonly evidence: readonly Evidence[];
  readonly gaps: readonly Gap[];
}

function toCommit(repo: string, told: RecordedCommit, evidence: Evidence): Commit {
  const isUnknown = told.files === null || told.filesCut;
  return {
    type: 'commit',
    id: `${SOURCE}:${repo}:${told.sha}`,
    service: null,
    at: told.committedAt,
    summary: told.subject,
    actor: told.author === '' ? null : told.author,
    source: SOURCE,
    evidence: [evidence.ref],
    repo,
    sha: told.sha,
    parents: told.parents ?? [],
    authoredAt: told.authoredAt ?? told.committedAt ?? epochMs(0),
    subject: told.subject,
    body: told.body,
    files: told.files ?? [],
    ...(isUnknown && !told.isMerge ? { filesUnknown: true } : {}),
    onHead: true,
  };
}

/** The first comparison that fails ends it, since the next would fail alike: one gap. A revision that GitHub no longer has is passed over. */
export async function compareRevisions(
  live: LiveDeclaration,
  request: CollectRequest,
  context: ConnectorContext,
  files: FileSource,
  pairs: readonly RevisionPair[],
): Promise<Compared> {
  const source = sourceOf(live, request.config, context);
  const repo = repositoryOf(source, request.config);
  const commits = new Map<string, Commit>();
  const evidence = new Map<string, Evidence>();
  const gaps: Gap[] = [
    ...truncatedGaps(
      files,
      `comparisons of ${repo}`,
      pairs.length > MAX_COMPARISONS,
      `${MAX_COMPARISONS} deployments`,
    ),
  ];
  for (const [index, { base, head }] of pairs.slice(0, MAX_COMPARISONS).entries()) {
    context.progress('asking what deployments brought', index, pairs.length);
    const path = `/repos/${repo}/compare/${base}...${head}`;
    try {
      const { value } = await getPage(source, path, { per_page: String(MAX_COMMITS) });
      if (!isObject(value)) continue;
      for (const told of readForgeHistory(JSON.stringify(value)).commits) {
        if (commits.has(told.sha) || (request.asOf !== null && (told.committedAt ?? 0) > request.asOf))
          continue;
        const pointer = told.place.kind === 'pointer' ? told.place.pointer : '';
        const place = { kind: 'answer', url: `${source.baseUrl}${path}`, pointer } as const;
        const text = `${told.sha.slice(0, 7)} ${told.subject}`;
        const cited = citeRecord({
          source: SOURCE,
          kind: 'commit',
          path: '',
          place,
          text,
          observedAt: told.committedAt,
        });
        evidence.set(cited.ref, cited);
        commits.set(told.sha, toCommit(repo, told, cited));
      }
      const total: unknown = value['total_commits'];
      gaps.push(
        ...truncatedGaps(
          files,
          `the comparison ${base.slice(0, 7)}...${head.slice(0, 7)}`,
          typeof total === 'number' && total > MAX_COMMITS,
          `${MAX_COMMITS} commits`,
        ),
      );
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      throwIfAborted(source.signal, `${source.baseUrl}${path} was not read to the end`);
      if (error.code === 'not-found') continue;
      gaps.push(gapOf(files, error));
      break;
    }
  }
  return { commits: [...commits.values()], evidence: [...evidence.values()], gaps };
}
