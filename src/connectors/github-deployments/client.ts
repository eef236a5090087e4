/** Asks the GitHub API for the deployments of a repository and their statuses: the only I/O beside files, GET only, page by page. It decodes nothing. */
import { ConnectorError } from '../../domain/error.ts';
import type { Gap } from '../../domain/gap.ts';
import { DAY, type EpochMs } from '../../domain/time.ts';
import type { CollectRequest, ConnectorContext, LiveDeclaration } from '../../ports/connector.ts';
import { type FileSource, gapOf, throwIfAborted, truncatedGaps } from '../_kit/collect-files.ts';
import { textOf } from '../_kit/fields.ts';
import {
  getPage,
  type LiveSource,
  numberSetting,
  type Page,
  readLiveSource,
  textSetting,
} from '../_kit/http.ts';
import { readInstant } from '../_kit/instants.ts';
import { isObject, type JsonObject, type JsonRecord } from '../_kit/records.ts';

const PAGE_SIZE = '100';
/** Deployments come newest first; a repository that deploys more often than a thousand times in the window is cut. */
const MAX_PAGES = 10;
/** Statuses take a request for each deployment; an hour's quota without a token is 60. */
const MAX_STATUS_REQUESTS = 50;
const AT_ONCE = 4;
/** Holds what may be to blame and the release before it, which a rollback would go to. */
const LOOKBACK_DAYS = { fallback: 14, max: 365 };
/** Their tokens lie in many environments: they go to GitHub itself and nowhere else. */
const GITHUB_HOST = /^https:\/\/api\.(github\.com|[a-z0-9-]+\.ghe\.com)$/;
const FEWER = 'Name one environment, or a smaller lookbackDays.';
const ENTERPRISE_TOKENS = ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];

export interface Listed {
  /** `https://api.github.com/repos/acme/shop` */
  readonly server: string;
  readonly deployments: readonly JsonRecord[];
  readonly statuses: readonly JsonRecord[];
  /** Ids of deployments whose statuses were asked for. */
  readonly asked: ReadonlySet<string>;
  readonly rejected: number;
  readonly gaps: readonly Gap[];
}

/** Throws ConnectorError where the deployments cannot be asked for; statuses that cannot are one gap. */
export async function listDeployments(
  live: LiveDeclaration,
  request: CollectRequest,
  context: ConnectorContext,
  files: FileSource,
): Promise<Listed> {
  const { config, asOf } = request;
  const source = sourceOf(live, config, context);
  const repository = repositoryOf(source, config);
  const environment = textSetting(source, config, 'environment');
  const lookbackMs = DAY * numberSetting(source, config, 'lookbackDays', LOOKBACK_DAYS);
  const path = `/repos/${repository}/deployments`;
  const query = { per_page: PAGE_SIZE, ...(environment === null ? {} : { environment }) };
  const { values, truncated } = await newest(source, path, query, { asOf, lookbackMs });
  const objects = values.filter(isObject);
  const deployments = objects.map((value) =>
    recordAt(`${source.baseUrl}${path}/${textOf(value['id'])}`, value),
  );
  const ids = objects.flatMap((value) => textOf(value['id']) ?? []);
  const answers = await statusesOf(source, path, ids.slice(0, MAX_STATUS_REQUESTS), context, files);
  return {
    server: `${source.baseUrl}/repos/${repository}`,
    deployments,
    ...answers,
    rejected: values.length - objects.length,
    gaps: [
      ...answers.gaps,
      ...truncatedGaps(files, `${source.baseUrl}${path}`, truncated, `${values.length} deployments`, FEWER),
      ...truncatedGaps(
        files,
        `the ${ids.length} deployments of ${repository}`,
        ids.length > MAX_STATUS_REQUESTS,
        `${MAX_STATUS_REQUESTS} statuses`,
        FEWER,
      ),
    ],
  };
}

/** `acme/shop`. Throws ConnectorError `config` for anything else. */
export function repositoryOf(source: LiveSource, config: unknown): string {
  const repository = textSetting(source, config, 'repository') ?? '';
  if (!/^[A-Za-z0-9][\w.-]*\/(?!\.{1,2}$)[\w.-]+$/.test(repository)) throw noRepository(source);
  return repository;
}

export function sourceOf(
  live: LiveDeclaration,
  config: unknown,
  { environment, signal }: ConnectorContext,
): LiveSource {
  const { baseUrl } = readLiveSource({ ...live, tokens: [] }, config, {}, signal);
  const tokens = GITHUB_HOST.test(baseUrl) ? live.tokens : ENTERPRISE_TOKENS;
  return readLiveSource({ ...live, tokens }, config, environment, signal);
}

function recordAt(url: string, value: JsonObject): JsonRecord {
  return { value, place: { kind: 'answer', url, pointer: '' }, text: JSON.stringify(value) };
}

function createdAt(value: unknown): EpochMs | null {
  return isObject(value) ? (readInstant(value['created_at'], null)?.at ?? null) : null;
}

/** Those known at `asOf`, down to one that is older than the newest of them by the look-back. */
async function newest(
  source: LiveSource,
  path: string,
  query: Readonly<Record<string, string>>,
  { asOf, lookbackMs }: { readonly asOf: EpochMs | null; readonly lookbackMs: number },
): Promise<{ readonly values: readonly unknown[]; readonly truncated: boolean }> {
  const values: unknown[] = [];
  let first: EpochMs | null = asOf;
  let page: Page = await getPage(source, path, query);
  for (let count = 1; ; count += 1) {
    if (!Array.isArray(page.value)) throw notGithub(source, path);
    for (const value of page.value) {
      const at = createdAt(value);
      if (at !== null && asOf !== null && at > asOf) continue;
      values.push(value);
      if (at === null) continue;
      first ??= at;
      if (at < first - lookbackMs) return { values, truncated: false };
    }
    if (page.next === null) return { values, truncated: false };
    if (count === MAX_PAGES) return { values, truncated: true };
    page = await getPage(source, page.next);
  }
}

/** One request a deployment, newest first; the first that fails ends it, since the next would fail alike. */
async function statusesOf(
  source: LiveSource,
  path: string,
  ids: readonly string[],
  context: ConnectorContext,
  files: FileSource,
): Promise<Pick<Listed, 'statuses' | 'asked' | 'gaps'>> {
  const statuses: JsonRecord[] = [];
  const asked = new Set<string>();
  for (let index = 0; index < ids.length; index += AT_ONCE) {
    context.progress('asking for statuses', index, ids.length);
    const group = ids.slice(index, index + AT_ONCE);
    try {
      const pages = await Promise.all(
        group.map((id) => getPage(source, `${path}/${id}/statuses`, { per_page: PAGE_SIZE })),
      );
      for (const [position, { value }] of pages.entries()) {
        const id = group[position] ?? '';
        asked.add(id);
        for (const status of Array.isArray(value) ? value.filter(isObject) : [])
          statuses.push(recordAt(`${source.baseUrl}${path}/${id}/statuses/${textOf(status['id'])}`, status));
      }
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      throwIfAborted(source.signal, `${source.baseUrl}${path} was not read to the end`);
      return { statuses, asked, gaps: [gapOf(files, error)] };
    }
  }
  return { statuses, asked, gaps: [] };
}

function noRepository({ id }: LiveSource): ConnectorError {
  return new ConnectorError({
    code: 'config',
    what: `The source ${id}: repository`,
    why: 'it must be OWNER/NAME',
    nextStep: `Write --source ${id},repository=acme/shop, or repository: acme/shop below sources.${id}.`,
  });
}

function notGithub({ baseUrl, id }: LiveSource, path: string): ConnectorError {
  return new ConnectorError({
    code: 'malformed',
    what: `GET ${baseUrl}${path}`,
    why: 'the answer is not one of the GitHub API',
    nextStep: `Check the address of the source ${id}; that of GitHub Enterprise Server ends in /api/v3.`,
  });
}
